//! Reads topics from end to end outside of any group: for commands that look at what stands there.

use super::BusRole;
use super::client;
use super::consumer::{Member, record, topic_name, watermarks, with_offsets};
use super::context::MemberContext;
use super::errors::{Call, Refusal, bus_error, configuration_error};
use crate::bus::{BusError, ErrorClass};
use crate::config::Settings;
use crate::record::{Record, TopicPartition};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ASK: Duration = Duration::from_secs(10);
/// One turn of polling.
const TURN: Duration = Duration::from_millis(100);
/// The longest silence while records are still to come.
const SILENCE: Duration = Duration::from_secs(30);

/// A reader of whole topics, read committed.
pub struct Scan {
    member: Member,
}

/// What part of a topic is looked at: records from a time on, milliseconds since 1970-01-01 UTC; from the beginning without one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    pub since: Option<i64>,
}

impl Scan {
    /// `name`: of the command, for the client's id.
    pub fn new(settings: &Settings, name: &str) -> Result<Self, BusError> {
        let config = client::changelog(settings, &BusRole::new(settings, name, "command", Vec::new()))?;
        let consumer: BaseConsumer<MemberContext> =
            config.create_with_context(MemberContext::default()).map_err(|e| configuration_error(name, &e))?;
        Ok(Self { member: Member::alone(consumer) })
    }

    /// Partitions of a topic, in order.
    pub fn partitions(&self, topic: &str) -> Result<Vec<TopicPartition>, BusError> {
        self.member.partitions(topic)
    }

    /// Gives every record that stands in the topic now, each partition in its order, until `each` has enough.
    pub fn read<E: From<BusError>>(
        &mut self,
        topic: &str,
        span: Span,
        each: impl FnMut(Record) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let partitions = self.partitions(topic)?;
        let mut starts = Vec::new();
        for partition in partitions {
            let (low, end) = watermarks(self.member.consumer(), &partition, ASK)?;
            let start = match span.since {
                Some(time) if low < end => self.member.offset_at(&partition, time)?.max(low),
                _ => low,
            };
            if start < end {
                starts.push((partition, start));
            }
        }
        self.read_from(&starts, each)
    }

    /// The same from given offsets, up to the ends as they are when they are reached.
    pub fn read_from<E: From<BusError>>(
        &mut self,
        starts: &[(TopicPartition, i64)],
        mut each: impl FnMut(Record) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        if starts.is_empty() {
            return Ok(());
        }
        let consumer = self.member.consumer();
        let topics: Vec<Arc<str>> = starts.iter().map(|(p, _)| p.topic.clone()).collect();
        consumer.assign(&with_offsets(starts)?).map_err(|e| bus_error(Call::Ask, format!("reading {}", topics[0]), &e))?;
        let mut left: BTreeSet<i32> = starts.iter().map(|(p, _)| p.partition).collect();
        let mut heard = Instant::now();
        let done = loop {
            match consumer.poll(TURN) {
                Some(Ok(message)) => {
                    heard = Instant::now();
                    match each(record(topic_name(&topics, &message), &message)) {
                        Ok(ControlFlow::Continue(())) => {}
                        Ok(ControlFlow::Break(())) => break Ok(()),
                        Err(e) => break Err(e),
                    }
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    heard = Instant::now();
                    left.remove(&partition);
                    if left.is_empty() {
                        break Ok(());
                    }
                }
                Some(Err(e)) => {
                    let error = bus_error(Call::Ask, format!("reading {}", topics[0]), &e);
                    if error.class == ErrorClass::Stop {
                        break Err(error.into());
                    }
                }
                None if heard.elapsed() > SILENCE => {
                    let why = self.member.trouble_told().unwrap_or_else(|| "nothing came".into());
                    let text = format!("reading {}: {why} (waited {} s)", topics[0], SILENCE.as_secs());
                    break Err(BusError::new(ErrorClass::Retriable, text).into());
                }
                None => {}
            }
        };
        // The same consumer reads other topics next: what is fetched ahead must not come among them.
        let none = consumer.unassign().map_err(|e| bus_error(Call::Ask, "ending the reading", &e));
        done.and_then(|()| none.map_err(Into::into))
    }

    /// One record by its place; `None` when it is no longer there (or is a control record).
    pub fn fetch(&mut self, at: &TopicPartition, offset: i64) -> Result<Option<Record>, BusError> {
        match watermarks(self.member.consumer(), at, ASK) {
            Ok((low, end)) if (low..end).contains(&offset) => {}
            Ok(_) => return Ok(None),
            Err(e) if e.class == ErrorClass::Stop => return Ok(None),
            Err(e) => return Err(e),
        }
        let mut found = None;
        self.read_from::<BusError>(&[(at.clone(), offset)], |record| {
            // Another offset: that one was compacted away.
            found = (record.offset == offset).then_some(record);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// Whether a topic is there; an error for everything else that is wrong with it.
    pub fn exists(&self, topic: &str) -> Result<bool, BusError> {
        let metadata = self.member.consumer().fetch_metadata(Some(topic), ASK);
        let metadata = metadata.map_err(|e| match self.member.trouble_told() {
            Some(why) => BusError::new(ErrorClass::Retriable, format!("no broker answers: {why}")),
            None => bus_error(Call::Ask, format!("asking for {topic}"), &e),
        })?;
        match metadata.topics().iter().find(|t| t.name() == topic).and_then(|t| t.error()).map(Code::from) {
            None => Ok(true),
            Some(Code::UnknownTopicOrPartition | Code::UnknownTopic) => Ok(false),
            Some(code) => Err(bus_error(Call::Ask, format!("asking for {topic}"), Refusal::from(code))),
        }
    }

    /// Offsets that a group has committed; `None` where it has none.
    pub fn committed(&self, partitions: &[TopicPartition]) -> Result<Vec<Option<i64>>, BusError> {
        Ok(self.member.committed(partitions)?.into_iter().map(|c| c.map(|c| c.offset)).collect())
    }
}
