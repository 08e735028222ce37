//! The narrow trait to the broker. One bus object belongs to one loop: it is that loop's member of the consumer group and its
//! transactional producer, and is called from that loop's thread only.

pub mod cluster;
pub mod kafka;
pub mod memory;
pub mod oauth;
mod rights;

use crate::record::{OutRecord, Record, TopicPartition};
use std::time::Duration;

/// What an error asks for. The class decides, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// The same call may be repeated.
    Retriable,
    /// The transaction must be aborted; the producer lives.
    Abort,
    /// The producer must be replaced; the transaction did not and will not commit.
    Fatal,
    /// Nobody knows whether the commit took place: replace the producer and read the committed offsets.
    Unknown,
    /// Retrying never helps: rights, missing topics, offsets out of range.
    Stop,
}

#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct BusError {
    pub class: ErrorClass,
    /// For people: what happened and what to do.
    pub message: String,
}

impl BusError {
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self { class, message: message.into() }
    }
}

/// What one turn of polling gave.
#[derive(Debug)]
pub enum Polled {
    Nothing,
    Record(Record),
    /// Partitions given to this member. None is fetched until [`Bus::assign`].
    Assigned(Vec<TopicPartition>),
    /// Partitions to be given up: finish or abort, then [`Bus::unassign`].
    Revoked(Vec<TopicPartition>),
    /// Gone already; another member may own them: abort, then [`Bus::unassign`].
    Lost(Vec<TopicPartition>),
    /// The client's own troubles (authentication, TLS, all brokers down). It goes on trying.
    Trouble(String),
}

/// A committed offset: the next one to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    pub offset: i64,
    /// The worker's own note, see `worker::crash`.
    pub metadata: String,
}

/// Where the group stands, as the consumer knows it at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub generation: i32,
    pub member_id: String,
    /// The assignment is lost.
    pub lost: bool,
}

impl Membership {
    /// The broker does not check metadata of (-1, ""): a commit under it would not be fenced.
    pub fn is_valid(&self) -> bool {
        self.generation >= 0 && !self.member_id.is_empty() && !self.lost
    }
}

/// Why a record was not taken.
#[derive(Debug)]
pub enum SendError {
    /// The client's queue is full: wait until fewer are pending, then again.
    Full(OutRecord),
    /// Larger than the client allows.
    TooLarge(String),
    Failed(BusError),
}

/// Records on their way.
#[derive(Debug, Default, Clone)]
pub struct Pending {
    pub in_flight: usize,
    /// The first delivery that failed in this transaction: `OutRecord::source` and why. `too_large` blames the record, anything else the broker.
    pub failed: Option<Failed>,
}

#[derive(Debug, Clone)]
pub struct Failed {
    pub source: usize,
    pub too_large: bool,
    pub error: BusError,
}

/// Rows of changelogs, read committed, from the low mark to the end as it was when the reading began.
///
/// The end is the one that a read_uncommitted client sees; the reader waits until no open transaction lies before it. Calls may block.
pub trait Changelog: Send {
    /// The next row; `None` at the end.
    fn next(&mut self) -> Result<Option<Record>, BusError>;
    /// Rows read, and rows to read as far as known.
    fn progress(&self) -> (u64, u64);
}

pub trait Bus {
    /// Serves the client for at most `wait`. Answers every rebalance event before any record of it.
    fn poll(&mut self, wait: Duration) -> Result<Polled, BusError>;

    /// Answers [`Polled::Assigned`]: fetch these, too, from these offsets.
    fn assign(&mut self, partitions: &[(TopicPartition, i64)]) -> Result<(), BusError>;
    /// Answers [`Polled::Revoked`] and [`Polled::Lost`].
    fn unassign(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError>;
    fn seek(&mut self, partitions: &[(TopicPartition, i64)]) -> Result<(), BusError>;
    /// Holds also when the partition goes away and comes back, until [`Bus::resume`].
    fn pause(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError>;
    fn resume(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError>;

    /// The group's stable committed offsets. Must not be asked while an own transaction with offsets is open.
    fn committed(&mut self, partitions: &[TopicPartition]) -> Result<Vec<Option<Committed>>, BusError>;
    /// Commits outside a transaction. The group's fencing has a hole: while the group is empty the broker takes it from anybody, also from a
    /// member that was thrown out and has not heard of it. The loop commits in transactions only.
    fn commit_plain(&mut self, offsets: &[(TopicPartition, Committed)]) -> Result<(), BusError>;
    /// First offset, and the end (last stable offset) of a partition.
    fn bounds(&mut self, partition: &TopicPartition) -> Result<(i64, i64), BusError>;
    /// Offset of the first record at or after a time (milliseconds); the end when there is none.
    fn offset_at(&mut self, partition: &TopicPartition, time: i64) -> Result<i64, BusError>;
    /// All partitions of a topic.
    fn partitions(&mut self, topic: &str) -> Result<Vec<TopicPartition>, BusError>;
    fn membership(&mut self) -> Membership;

    fn begin(&mut self) -> Result<(), BusError>;
    fn send(&mut self, record: OutRecord) -> Result<(), SendError>;
    /// Serves the producer without waiting.
    fn pending(&mut self) -> Pending;
    fn send_offsets(&mut self, offsets: &[(TopicPartition, Committed)], membership: &Membership) -> Result<(), BusError>;
    fn commit(&mut self) -> Result<(), BusError>;
    fn abort(&mut self) -> Result<(), BusError>;
    /// A new producer with the same transactional id: ends what the old one left open.
    fn renew_producer(&mut self) -> Result<(), BusError>;

    /// Reads changelogs; the reader may go to another thread.
    fn changelog(&mut self, partitions: &[TopicPartition]) -> Result<Box<dyn Changelog>, BusError>;

    /// Leaves the group.
    fn close(&mut self);
}
