//! The loop's member of its consumer group: polling, answers to rebalance events, positions.

use super::BusRole;
use super::context::{MemberContext, Rebalance, answer_revoke};
use super::errors::{Call, Refusal, bus_error, configuration_error};
use super::native::{self, Entry, GroupMetadata};
use crate::bus::{BusError, Committed, ErrorClass, Membership, Polled};
use crate::record::{Record, TopicPartition};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use std::sync::Arc;
use std::time::Duration;

/// For questions about topics and offsets. Also bounds how long `committed` waits for a transaction of another owner to end.
const ASK: Duration = Duration::from_secs(10);
const SEEK: Duration = Duration::from_secs(5);
/// No record has been read yet from a time on: "the end" in an answer about times.
const OFFSET_END: i64 = -1;

pub(super) struct Member {
    consumer: BaseConsumer<MemberContext>,
    /// Empty of a consumer that is in no group.
    group: String,
    topics: Vec<Arc<str>>,
    /// The event that the loop has been given and not yet answered.
    open: Option<Rebalance>,
    metadata: Option<Arc<GroupMetadata>>,
}

impl Member {
    pub(super) fn join(config: &ClientConfig, role: &BusRole) -> Result<Self, BusError> {
        let topics = &role.topics;
        let consumer: BaseConsumer<MemberContext> =
            config.create_with_context(MemberContext::default()).map_err(|e| configuration_error("consumer", &e))?;
        let names: Vec<&str> = topics.iter().map(AsRef::as_ref).collect();
        consumer.subscribe(&names).map_err(|e| bus_error(Call::Ask, format!("subscribing to {}", names.join(", ")), &e))?;
        Ok(Member { consumer, group: role.group.clone(), topics: topics.clone(), open: None, metadata: None })
    }

    /// All partitions that the group has given to this member, those included whose assignment waits for its answer.
    pub(super) fn given(&self) -> Result<Vec<TopicPartition>, BusError> {
        let list = self.consumer.assignment().map_err(|e| bus_error(Call::Ask, "asking for the own partitions", &e))?;
        let mut all: Vec<_> = native::entries_of(&list).into_iter().map(|e| e.partition).collect();
        if let Some(Rebalance::Assigned(more)) = &self.open {
            all.extend(more.iter().cloned());
        }
        all.sort();
        all.dedup();
        Ok(all)
    }

    /// User name and password from now on, for connections to come.
    pub(super) fn credentials(&self, user: &str, password: &str) -> Result<(), String> {
        native::set_credentials(self.consumer.client(), user, password)
    }

    /// A consumer that assigns partitions to itself and is in no group.
    pub(super) fn alone(consumer: BaseConsumer<MemberContext>) -> Self {
        serve(&consumer);
        Member { consumer, group: String::new(), topics: Vec::new(), open: None, metadata: None }
    }

    pub(super) fn consumer(&self) -> &BaseConsumer<MemberContext> {
        &self.consumer
    }

    /// Serves the client's events, and gives what it said last of its troubles.
    pub(super) fn trouble_told(&self) -> Option<String> {
        while let Some(event) = self.consumer.poll(Duration::ZERO) {
            if let Err(e) = event {
                let _ = self.trouble(&e);
            }
        }
        self.consumer.context().troubles.last()
    }

    /// A rebalance event that waits, or a trouble. Never blocks.
    pub(super) fn waiting(&mut self) -> Option<Polled> {
        if let Some(event) = self.consumer.context().next_rebalance() {
            self.open = Some(event.clone());
            return Some(match event {
                Rebalance::Assigned(p) => Polled::Assigned(p),
                Rebalance::Revoked(p) => Polled::Revoked(p),
                Rebalance::Lost(p) => Polled::Lost(p),
            });
        }
        self.consumer.context().troubles.next().map(Polled::Trouble)
    }

    /// One turn. The crate's poll returns right after a rebalance event, so no record can overtake it.
    pub(super) fn poll(&mut self, wait: Duration) -> Result<Polled, BusError> {
        if let Some(event) = self.waiting() {
            return Ok(event);
        }
        let polled = match self.consumer.poll(wait) {
            None => None,
            Some(Ok(message)) => {
                let topic = topic_name(&self.topics, &message);
                return Ok(Polled::Record(record(topic, &message)));
            }
            Some(Err(e)) => Some(e),
        };
        if let Some(e) = polled {
            self.trouble(&e)?;
        }
        Ok(self.waiting().unwrap_or(Polled::Nothing))
    }

    /// An error event: the client goes on by itself, except where nothing can help.
    fn trouble(&self, error: &KafkaError) -> Result<(), BusError> {
        let mut refusal = Refusal::from(error);
        if let Some(reason) = self.consumer.context().take_reason(refusal.code) {
            refusal.text = reason;
        }
        match refusal.code {
            Code::AutoOffsetReset | Code::OffsetOutOfRange => Err(BusError::new(
                ErrorClass::Stop,
                format!(
                    "the committed offset is no longer in the topic ({}): records were deleted before they were read, or the topic was made \
                     anew. Nothing is skipped or repeated silently: set the group's offsets yourself (kafka-consumer-groups.sh \
                     --reset-offsets), or run under another app.id, then start again",
                    refusal.text
                ),
            )),
            Code::UnknownTopicOrPartition | Code::UnknownTopic if self.all_topics_known() => {
                self.consumer.context().troubles.error("consumer", refusal.code, &refusal.text);
                Ok(())
            }
            Code::GroupAuthorizationFailed => Err(bus_error(Call::Ask, format!("joining the group {}", self.group), refusal)),
            Code::UnknownTopicOrPartition
            | Code::UnknownTopic
            | Code::TopicAuthorizationFailed
            | Code::FencedInstanceId
            | Code::UnsupportedVersion => Err(bus_error(Call::Ask, format!("reading {}", self.topics.join(", ")), refusal)),
            code if refusal.fatal => Err(BusError::new(
                ErrorClass::Stop,
                format!("the consumer cannot go on ({code}): {}; start the worker again", refusal.text),
            )),
            code => {
                self.consumer.context().troubles.error("consumer", code, &refusal.text);
                Ok(())
            }
        }
    }

    /// A broker that has just come up may not know a topic for a moment: ask before giving up.
    fn all_topics_known(&self) -> bool {
        self.topics.iter().all(|t| match self.partitions(t) {
            Ok(p) => !p.is_empty(),
            Err(e) => e.class != ErrorClass::Stop,
        })
    }

    pub(super) fn assign(&mut self, partitions: &[(TopicPartition, i64)]) -> Result<(), BusError> {
        self.open = None;
        let list = with_offsets(partitions)?;
        match self.consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => self.consumer.incremental_assign(&list),
            RebalanceProtocol::Eager | RebalanceProtocol::None => self.consumer.assign(&list),
        }
        .map_err(|e| bus_error(Call::Ask, "taking partitions", &e))
    }

    pub(super) fn unassign(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.open = None;
        answer_revoke(&self.consumer, &names(partitions)).map_err(|e| bus_error(Call::Ask, "giving partitions up", &e))
    }

    pub(super) fn seek(&self, partitions: &[(TopicPartition, i64)]) -> Result<(), BusError> {
        if partitions.is_empty() {
            // librdkafka takes an empty list for a mistake.
            return Ok(());
        }
        let list = self.consumer.seek_partitions(with_offsets(partitions)?, SEEK).map_err(|e| match e {
            KafkaError::Seek(name) => BusError::new(ErrorClass::Retriable, format!("seeking: {name}")),
            e => bus_error(Call::Ask, "seeking", &e),
        })?;
        match native::entries_of(&list).into_iter().find(|e| e.error != Code::NoError) {
            None => Ok(()),
            // Assigned, but its fetcher has not started yet.
            Some(e) if matches!(e.error, Code::State | Code::PreviousInProgress) => {
                Err(BusError::new(ErrorClass::Retriable, format!("seeking in {}: {}", e.partition, e.error)))
            }
            Some(e) => Err(bus_error(Call::Ask, format!("seeking in {}", e.partition), e.error)),
        }
    }

    pub(super) fn pause(&self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.consumer.pause(&names(partitions)).map_err(|e| bus_error(Call::Ask, "pausing", &e))
    }

    pub(super) fn resume(&self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.consumer.resume(&names(partitions)).map_err(|e| bus_error(Call::Ask, "resuming", &e))
    }

    pub(super) fn committed(&self, partitions: &[TopicPartition]) -> Result<Vec<Option<Committed>>, BusError> {
        if partitions.is_empty() {
            return Ok(Vec::new());
        }
        let list = self
            .consumer
            .committed_offsets(names(partitions), ASK)
            .map_err(|e| bus_error(Call::Ask, "reading the committed offsets", &e))?;
        // librdkafka keeps the order of the list.
        Ok(checked(&list, "reading the committed offset of")?.into_iter().map(Entry::committed).collect())
    }

    pub(super) fn commit_plain(&self, offsets: &[(TopicPartition, Committed)]) -> Result<(), BusError> {
        let list = with_notes(offsets)?;
        native::commit(self.consumer.client(), &list, ASK).map_err(|code| bus_error(Call::PlainCommit, "committing offsets", code))
    }

    /// The member reads committed, so the end is the last stable offset.
    pub(super) fn bounds(&self, partition: &TopicPartition) -> Result<(i64, i64), BusError> {
        watermarks(&self.consumer, partition, ASK)
    }

    pub(super) fn offset_at(&self, partition: &TopicPartition, time: i64) -> Result<i64, BusError> {
        let what = "asking for the offset at a time of";
        let list = self
            .consumer
            .offsets_for_times(with_offsets(&[(partition.clone(), time)])?, ASK)
            .map_err(|e| bus_error(Call::Ask, format!("{what} {partition}"), &e))?;
        match checked(&list, what)?.first().map(|e| e.offset) {
            Some(offset) if offset >= 0 => Ok(offset),
            Some(OFFSET_END) => Ok(self.bounds(partition)?.1),
            _ => Err(BusError::new(ErrorClass::Retriable, format!("{what} {partition}: no answer"))),
        }
    }

    pub(super) fn partitions(&self, topic: &str) -> Result<Vec<TopicPartition>, BusError> {
        let what = format!("asking for the partitions of {topic}");
        let metadata = self.consumer.fetch_metadata(Some(topic), ASK).map_err(|e| bus_error(Call::Ask, &what, &e))?;
        let Some(found) = metadata.topics().iter().find(|t| t.name() == topic) else {
            return Err(bus_error(Call::Ask, &what, Code::UnknownTopicOrPartition));
        };
        if let Some(error) = found.error() {
            return Err(bus_error(Call::Ask, &what, Code::from(error)));
        }
        let name: Arc<str> = topic.into();
        let mut partitions: Vec<_> = found.partitions().iter().map(|p| TopicPartition { topic: name.clone(), partition: p.id() }).collect();
        partitions.sort();
        Ok(partitions)
    }

    /// Takes the metadata and keeps the very object for [`Member::metadata`].
    pub(super) fn membership(&mut self) -> Membership {
        self.metadata = GroupMetadata::of(self.consumer.client()).map(Arc::new);
        let (generation, member_id) = match &self.metadata {
            Some(m) => (m.generation(), m.member_id()),
            None => (-1, String::new()),
        };
        Membership { generation, member_id, lost: self.consumer.assignment_lost() }
    }

    /// The object behind a membership, when it is the last one that was taken.
    pub(super) fn metadata(&self, membership: &Membership) -> Option<&Arc<GroupMetadata>> {
        self.metadata.as_ref().filter(|m| m.generation() == membership.generation && m.member_id() == membership.member_id)
    }
}

impl Drop for Member {
    /// The consumer's own drop leaves the group and polls until it is closed, so that the hook must answer from now on, and what was left
    /// unanswered is answered here: else it would wait for ever.
    fn drop(&mut self) {
        self.consumer.context().set_closing();
        let mut open = self.open.take();
        while let Some(event) = open {
            let answered = match &event {
                Rebalance::Assigned(_) => self.assign(&[]),
                Rebalance::Revoked(p) | Rebalance::Lost(p) => self.unassign(p),
            };
            if let Err(e) = answered {
                tracing::debug!(error = %e, "answer to a rebalance event while closing");
            }
            open = self.consumer.context().next_rebalance();
        }
    }
}

/// First offset and end of a partition, as the client's isolation level sees it. librdkafka asks the leader that its cache names, for up to a
/// quarter of an hour after that broker has died: so the cache is renewed for the next question when there was no answer.
pub(super) fn watermarks<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    partition: &TopicPartition,
    limit: Duration,
) -> Result<(i64, i64), BusError> {
    consumer.fetch_watermarks(&partition.topic, partition.partition, limit).map_err(|e| {
        let _ = consumer.fetch_metadata(Some(&partition.topic), limit);
        bus_error(Call::Ask, format!("asking for the bounds of {partition}"), &e)
    })
}

/// Serves what waits for a client that is assigned nothing: a new one asks for its token at once, and waits until somebody does this.
pub(in crate::bus) fn serve<C: ConsumerContext>(consumer: &BaseConsumer<C>) {
    while consumer.poll(Duration::ZERO).is_some() {}
}

/// The topic's name as one shared string: thousands of records carry it.
pub(super) fn topic_name(known: &[Arc<str>], message: &BorrowedMessage<'_>) -> Arc<str> {
    let name = message.topic();
    known.iter().find(|t| &***t == name).cloned().unwrap_or_else(|| name.into())
}

/// Copies a message, so that librdkafka can have its buffers back.
pub(super) fn record(topic: Arc<str>, message: &BorrowedMessage<'_>) -> Record {
    Record {
        topic,
        partition: message.partition(),
        offset: message.offset(),
        timestamp: message.timestamp().to_millis(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: native::headers(message),
    }
}

pub(super) fn names(partitions: &[TopicPartition]) -> TopicPartitionList {
    let mut list = TopicPartitionList::with_capacity(partitions.len());
    for p in partitions {
        list.add_partition(&p.topic, p.partition);
    }
    list
}

pub(super) fn with_offsets(partitions: &[(TopicPartition, i64)]) -> Result<TopicPartitionList, BusError> {
    let mut list = TopicPartitionList::with_capacity(partitions.len());
    for (p, offset) in partitions {
        list.add_partition_offset(&p.topic, p.partition, Offset::Offset(*offset))
            .map_err(|e| bus_error(Call::Ask, format!("offset of {p}"), &e))?;
    }
    Ok(list)
}

pub(super) fn with_notes(offsets: &[(TopicPartition, Committed)]) -> Result<TopicPartitionList, BusError> {
    let mut list = TopicPartitionList::with_capacity(offsets.len());
    for (p, committed) in offsets {
        let mut entry = list.add_partition(&p.topic, p.partition);
        entry.set_offset(Offset::Offset(committed.offset)).map_err(|e| bus_error(Call::Ask, format!("offset of {p}"), &e))?;
        if !committed.metadata.is_empty() {
            entry.set_metadata(&committed.metadata);
        }
    }
    Ok(list)
}

/// The entries, or the first error among them.
fn checked(list: &TopicPartitionList, what: &str) -> Result<Vec<Entry>, BusError> {
    let entries = native::entries_of(list);
    match entries.iter().find(|e| e.error != Code::NoError) {
        Some(e) => Err(bus_error(Call::Ask, format!("{what} {}", e.partition), e.error)),
        None => Ok(entries),
    }
}
