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
//! | `rotation` | secrets and certificates that change in their files |
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
use rotation::{Rotated, Rotation};
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
    /// `None` after close, or when the last renewal failed.
    producer: Option<Producer>,
    member: Option<Member>,
    rotation: Rotation,
    handover: Handover,
}

/// Clients are made anew as if the group had taken all partitions away: the loop finishes what is produced, drops the rest and gives the
/// partitions up; instead of the old clients' answer to that, new ones join.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handover {
    None,
    /// As soon as no event of the group waits.
    Wanted,
    /// The loop has been told to give everything up.
    Asked,
}

impl KafkaBus {
    /// Starts the producer, which ends what its transactional id left open, then joins the group.
    ///
    /// Errors: `Stop` for settings, rights and missing topics; `Retriable` when no broker answered in time, with the client's reason.
    pub fn new(settings: &Settings, role: BusRole) -> Result<Self, BusError> {
        let rotation = Rotation::new(settings);
        let member_config = client::member(settings, &role)?;
        // The producer first: a member that joins must poll from then on.
        let producer = Producer::open(&client::producer(settings, &role)?, &role.transactional_id)?;
        let member = Member::join(&member_config, &role)?;
        Ok(KafkaBus {
            settings: settings.clone(),
            role,
            producer: Some(producer),
            member: Some(member),
            rotation,
            handover: Handover::None,
        })
    }

    /// What has changed in the files of secrets and certificates, in words.
    fn take_up(&mut self, rotated: Rotated) -> String {
        match rotated {
            Rotated::Credentials(user, password) => self.take_credentials(&user, &password),
            Rotated::Clients => {
                self.handover = Handover::Wanted;
                "the files of the TLS certificates have changed: the clients are made anew".into()
            }
            Rotated::Unusable(why) => {
                format!("the files of the TLS certificates have changed and are not taken up, the old ones stay in use: {why}")
            }
        }
    }

    /// New clients in place of the old ones, which own nothing any more.
    fn renew_clients(&mut self) -> Result<(), BusError> {
        self.producer = None;
        // Leaves the group, or, as a static member, makes room for the next one of the same name.
        self.member = None;
        match self.renew_producer() {
            Ok(()) => {}
            Err(e) if e.class == ErrorClass::Stop => return Err(e),
            // The next transaction tries again.
            Err(e) => tracing::warn!(error = %e, "the new producer"),
        }
        self.member = Some(Member::join(&client::member(&self.settings, &self.role)?, &self.role)?);
        tracing::info!(group = self.role.group, "new clients are in use");
        Ok(())
    }

    /// Hands new credentials to the clients that live; those that are made from now on look themselves.
    fn take_credentials(&self, user: &str, password: &str) -> String {
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
        if let Some(rotated) = self.rotation.turn(&self.settings, &self.role.topics) {
            return Ok(Polled::Trouble(self.take_up(rotated)));
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
        if self.handover == Handover::Wanted {
            // What the group wants comes first: a rebalance has to be answered.
            if let Some(event) = self.member_mut()?.waiting() {
                return Ok(event);
            }
            let all = self.member()?.given()?;
            self.handover = Handover::Asked;
            return Ok(Polled::Revoked(all));
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
        if self.handover == Handover::Asked {
            self.handover = Handover::None;
            return self.renew_clients();
        }
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
        if self.producer.as_ref().is_none_or(Producer::is_worn) {
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
        // Made anew each time: what it is made of may stand in files that have changed.
        let config = client::producer(&self.settings, &self.role)?;
        self.producer = Some(Producer::open(&config, &self.role.transactional_id)?);
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
