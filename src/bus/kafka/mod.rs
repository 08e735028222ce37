//! The broker: rdkafka. One [`KafkaBus`] is one loop's group member and transactional producer.
//!
//! | file | job |
//! | --- | --- |
//! | `client` | the properties of the clients |
//! | `context` | callbacks: they write down, the loop acts |
//! | `consumer` | polling, rebalance answers, positions |
//! | `producer` | transactions |
//! | `changelog` | the reader of changelogs |
//! | `watermarks` | ends of partitions, for lag |
//! | `rotation` | user name and password that change in their files |
//! | `scan`, `writer` | whole topics read, records written in transactions: for commands |
//! | `errors` | librdkafka's codes and flags to [`ErrorClass`] |
//! | `trouble` | the client's own troubles, in words |
//! | `native` | the calls that the crate hides; all `unsafe` |
//!
//! Every call has a time limit. The longest are those of a producer: 40 s to start, 15 s to commit or abort.

mod changelog;
pub mod client;
mod consumer;
mod context;
mod errors;
mod native;
mod producer;
mod rotation;
pub mod scan;
pub(super) mod trouble;
mod watermarks;
pub mod writer;

pub(super) use consumer::serve;

use super::{Bus, BusError, Changelog, Committed, ErrorClass, Membership, Pending, Polled, SendError};
use crate::config::Settings;
use crate::record::{OutRecord, TopicPartition};
use changelog::ChangelogReader;
use consumer::Member;
use producer::Producer;
use rdkafka::config::ClientConfig;
use rotation::Rotation;
use std::sync::Arc;
use std::time::Duration;

pub use watermarks::Watermarks;

/// A turn waits no longer than this while records are in flight: nobody else serves their delivery reports.
const TURN_IN_FLIGHT: Duration = Duration::from_millis(2);
/// From here on the client is left to wait by itself.
const LONG_WAIT: Duration = Duration::from_millis(20);

/// Which member of which group a bus is.
#[derive(Debug, Clone)]
pub struct BusRole {
    pub group: String,
    pub topics: Vec<Arc<str>>,
    pub transactional_id: String,
    /// Static membership under this name.
    pub instance: Option<String>,
}

impl BusRole {
    /// The role of a stage's loop. `instance`: `app.instance`, or the process's random one; only the first makes the member static.
    pub fn new(settings: &Settings, stage: &str, instance: &str, topics: Vec<Arc<str>>) -> Self {
        let app = &settings.app.id;
        BusRole {
            group: format!("{app}.{stage}"),
            topics,
            transactional_id: format!("{app}.{stage}.{instance}"),
            instance: settings.app.instance.clone(),
        }
    }

    fn client_id(&self) -> String {
        self.transactional_id.clone()
    }
}

/// The bus on a Kafka cluster.
pub struct KafkaBus {
    settings: Settings,
    role: BusRole,
    producer_config: ClientConfig,
    /// `None` after close, or when the last renewal failed.
    producer: Option<Producer>,
    member: Option<Member>,
    rotation: Rotation,
}

impl KafkaBus {
    /// Starts the producer, which ends what its transactional id left open, then joins the group.
    ///
    /// Errors: `Stop` for settings, rights and missing topics; `Retriable` when no broker answered in time, with the client's reason.
    pub fn new(settings: &Settings, role: BusRole) -> Result<Self, BusError> {
        let producer_config = client::producer(settings, &role)?;
        let member_config = client::member(settings, &role)?;
        // The producer first: a member that joins must poll from then on.
        let producer = Producer::open(&producer_config, &role.transactional_id)?;
        let member = Member::join(&member_config, &role.topics)?;
        let rotation = Rotation::new(settings);
        Ok(KafkaBus { settings: settings.clone(), role, producer_config, producer: Some(producer), member: Some(member), rotation })
    }

    /// Hands new credentials to the clients that live, and to those that are made from now on.
    fn take_credentials(&mut self, user: &str, password: &str) -> String {
        self.producer_config.set("sasl.username", user).set("sasl.password", password);
        let producer = self.producer.as_ref().map_or(Ok(()), |p| p.credentials(user, password));
        match producer.and_then(|()| self.member.as_ref().map_or(Ok(()), |m| m.credentials(user, password))) {
            Ok(()) => "the files of sasl.username and sasl.password have changed: new connections use them".into(),
            Err(e) => format!("the files of sasl.username and sasl.password have changed and could not be taken up: {e}"),
        }
    }

    fn producer(&self) -> Result<&Producer, BusError> {
        self.producer.as_ref().ok_or_else(|| BusError::new(ErrorClass::Fatal, "the producer could not be started again"))
    }

    fn member(&self) -> Result<&Member, BusError> {
        self.member.as_ref().ok_or_else(closed)
    }

    fn member_mut(&mut self) -> Result<&mut Member, BusError> {
        self.member.as_mut().ok_or_else(closed)
    }
}

fn closed() -> BusError {
    BusError::new(ErrorClass::Stop, "the bus is closed")
}

impl Bus for KafkaBus {
    fn poll(&mut self, wait: Duration) -> Result<Polled, BusError> {
        if let Some((user, password)) = self.rotation.changed() {
            return Ok(Polled::Trouble(self.take_credentials(&user, &password)));
        }
        let mut turn = wait;
        if let Some(producer) = &self.producer {
            if producer.in_flight() > 0 {
                producer.serve();
                turn = wait.min(TURN_IN_FLIGHT);
            }
            if let Some(trouble) = producer.trouble() {
                return Ok(Polled::Trouble(trouble));
            }
        }
        let member = self.member_mut()?;
        // As `Producer::wait` says, the crate is not let wait for a short time.
        let polled = member.poll(if turn >= LONG_WAIT { turn } else { Duration::ZERO })?;
        if matches!(polled, Polled::Nothing) {
            if turn < LONG_WAIT {
                std::thread::sleep(turn);
            }
            // Also with nothing in flight: a token may be asked for.
            if let Some(producer) = &self.producer {
                producer.serve();
            }
        }
        Ok(polled)
    }

    fn assign(&mut self, partitions: &[(TopicPartition, i64)]) -> Result<(), BusError> {
        self.member_mut()?.assign(partitions)
    }

    fn unassign(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.member_mut()?.unassign(partitions)
    }

    fn seek(&mut self, partitions: &[(TopicPartition, i64)]) -> Result<(), BusError> {
        self.member()?.seek(partitions)
    }

    fn pause(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.member()?.pause(partitions)
    }

    fn resume(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.member()?.resume(partitions)
    }

    fn committed(&mut self, partitions: &[TopicPartition]) -> Result<Vec<Option<Committed>>, BusError> {
        self.member()?.committed(partitions)
    }

    fn commit_plain(&mut self, offsets: &[(TopicPartition, Committed)]) -> Result<(), BusError> {
        self.member()?.commit_plain(offsets)
    }

    fn bounds(&mut self, partition: &TopicPartition) -> Result<(i64, i64), BusError> {
        self.member()?.bounds(partition)
    }

    fn offset_at(&mut self, partition: &TopicPartition, time: i64) -> Result<i64, BusError> {
        self.member()?.offset_at(partition, time)
    }

    fn partitions(&mut self, topic: &str) -> Result<Vec<TopicPartition>, BusError> {
        self.member()?.partitions(topic)
    }

    fn membership(&mut self) -> Membership {
        match &mut self.member {
            Some(member) => member.membership(),
            None => Membership { generation: -1, member_id: String::new(), lost: true },
        }
    }

    fn begin(&mut self) -> Result<(), BusError> {
        if self.producer()?.is_worn() {
            self.renew_producer()?;
        }
        self.producer()?.begin()
    }

    fn send(&mut self, record: OutRecord) -> Result<(), SendError> {
        self.producer().map_err(SendError::Failed)?.send(record)
    }

    fn pending(&mut self) -> Pending {
        self.producer.as_ref().map(Producer::pending).unwrap_or_default()
    }

    fn send_offsets(&mut self, offsets: &[(TopicPartition, Committed)], membership: &Membership) -> Result<(), BusError> {
        let list = consumer::with_notes(offsets)?;
        let Some(metadata) = self.member()?.metadata(membership) else {
            return Err(BusError::new(ErrorClass::Abort, "the membership is not the last one that was taken"));
        };
        self.producer()?.send_offsets(&list, metadata)
    }

    fn commit(&mut self) -> Result<(), BusError> {
        self.producer()?.commit()
    }

    fn abort(&mut self) -> Result<(), BusError> {
        self.producer()?.abort()
    }

    fn renew_producer(&mut self) -> Result<(), BusError> {
        // The old one goes first: with one id, it would only be fenced by the new one, and make noise about it.
        if let Some(old) = self.producer.take() {
            tracing::info!(transactional_id = old.id(), "replacing the producer");
        }
        self.producer = Some(Producer::open(&self.producer_config, &self.role.transactional_id)?);
        Ok(())
    }

    fn changelog(&mut self, partitions: &[TopicPartition]) -> Result<Box<dyn Changelog>, BusError> {
        let config = client::changelog(&self.settings, &self.role)?;
        let marks = client::end_marks(&self.settings, &self.role)?;
        Ok(Box::new(ChangelogReader::new(config, marks, partitions)))
    }

    fn close(&mut self) {
        self.producer = None;
        self.member = None;
    }
}
