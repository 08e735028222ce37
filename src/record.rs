//! What travels on the bus, as plain values: no client types, no I/O.
//!
//! A [`Record`] came from a topic, an [`OutRecord`] is to go to one. Stages take the first and give the second, so that they can be run
//! on a broker, on the memory bus of the simulation or on a file, without knowing which.

use std::borrow::Cow;
use std::sync::Arc;

/// One partition of one topic.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicPartition {
    pub topic: Arc<str>,
    pub partition: i32,
}

impl TopicPartition {
    pub fn new(topic: impl Into<Arc<str>>, partition: i32) -> Self {
        Self { topic: topic.into(), partition }
    }
}

impl std::fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}[{}]", self.topic, self.partition)
    }
}

/// A record header. Kafka allows a null value, which is not the same as an empty one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub name: Cow<'static, str>,
    pub value: Option<Vec<u8>>,
}

impl Header {
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), value: Some(value.into()) }
    }

    /// Bytes on the wire, as the size limits count them.
    pub fn bytes(&self) -> usize {
        self.name.len() + self.value.as_ref().map_or(0, Vec::len) + HEADER_OVERHEAD
    }
}

/// Two varint lengths around each header, rounded up.
const HEADER_OVERHEAD: usize = 8;
/// Attributes, deltas and lengths of a record in a v2 batch, plus the batch's own head for a record that travels alone.
const RECORD_OVERHEAD: usize = 96;

/// A record as it was read from a topic, or from a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub topic: Arc<str>,
    pub partition: i32,
    pub offset: i64,
    /// Milliseconds since 1970-01-01 UTC, when the record has a timestamp.
    pub timestamp: Option<i64>,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<Header>,
}

impl Record {
    pub fn topic_partition(&self) -> TopicPartition {
        TopicPartition { topic: self.topic.clone(), partition: self.partition }
    }

    /// The last header of that name, as text. Of several the last counts, as in Kafka's own `lastHeader`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().rev().find(|h| h.name == name).and_then(|h| h.value.as_deref()).and_then(|v| std::str::from_utf8(v).ok())
    }

    /// Bytes of key, value and headers: what the queues count.
    pub fn bytes(&self) -> usize {
        record_bytes(self.key.as_deref(), self.value.as_deref(), &self.headers)
    }
}

/// A record to be produced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutRecord {
    pub topic: Arc<str>,
    /// `None`: by key, with the partitioner that Java clients use (murmur2).
    pub partition: Option<i32>,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<Header>,
    /// Which record of the batch this one came from: when a broker refuses it, that page is the one to blame.
    pub source: usize,
}

impl OutRecord {
    /// Bytes of key, value and headers with the overhead of the wire: what `limits.record_bytes` is compared with.
    pub fn bytes(&self) -> usize {
        record_bytes(self.key.as_deref(), self.value.as_deref(), &self.headers)
    }
}

/// Size of a record on the wire (uncompressed), never less than the real one.
pub fn record_bytes(key: Option<&[u8]>, value: Option<&[u8]>, headers: &[Header]) -> usize {
    RECORD_OVERHEAD + key.map_or(0, <[u8]>::len) + value.map_or(0, <[u8]>::len) + headers.iter().map(Header::bytes).sum::<usize>()
}
