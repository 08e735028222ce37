//! One partition: records and control records by offset, and what a read_committed reader sees of them.

use crate::record::{Header, OutRecord, Record, TopicPartition};
use std::collections::{BTreeMap, BTreeSet};

/// A transaction, numbered over the whole broker.
pub(super) type Transaction = u64;

#[derive(Debug)]
enum Entry {
    Data {
        record: Record,
        transaction: Option<Transaction>,
    },
    /// A commit or abort marker: it takes an offset and no reader gets it.
    Control,
    /// Gone by compaction; the offset stays taken.
    Compacted,
}

/// A partition's log. Offsets begin at zero.
#[derive(Debug)]
pub(super) struct Log {
    place: TopicPartition,
    start: i64,
    entries: Vec<Entry>,
    /// First offset of each transaction that has not ended.
    open: BTreeMap<Transaction, i64>,
    aborted: BTreeSet<Transaction>,
}

impl Log {
    pub(super) fn new(place: TopicPartition) -> Self {
        Self { place, start: 0, entries: Vec::new(), open: BTreeMap::new(), aborted: BTreeSet::new() }
    }

    pub(super) fn start(&self) -> i64 {
        self.start
    }

    /// The offset that the next record will get; what a read_uncommitted reader takes for the end.
    pub(super) fn end(&self) -> i64 {
        self.entries.len() as i64
    }

    /// Last stable offset: nothing at or after it is shown to a read_committed reader.
    pub(super) fn stable(&self) -> i64 {
        self.open.values().copied().min().unwrap_or_else(|| self.end())
    }

    /// `time` is the log-append time, milliseconds since 1970-01-01 UTC.
    pub(super) fn append(&mut self, out: Produced, time: i64, transaction: Option<Transaction>) -> i64 {
        let offset = self.end();
        if let Some(t) = transaction {
            self.open.entry(t).or_insert(offset);
        }
        let record = Record {
            topic: self.place.topic.clone(),
            partition: self.place.partition,
            offset,
            timestamp: Some(time),
            key: out.key,
            value: out.value,
            headers: out.headers,
        };
        self.entries.push(Entry::Data { record, transaction });
        offset
    }

    /// Writes the marker that ends a transaction here.
    pub(super) fn end_transaction(&mut self, transaction: Transaction, commit: bool) {
        self.entries.push(Entry::Control);
        self.open.remove(&transaction);
        if !commit {
            self.aborted.insert(transaction);
        }
    }

    /// The first record at or after `position` that is committed, below `limit` and below the last stable offset.
    pub(super) fn next_committed(&self, position: i64, limit: i64) -> Option<&Record> {
        let to = self.stable().min(limit).max(0) as usize;
        let from = position.max(self.start).max(0) as usize;
        self.entries.get(from..to)?.iter().find_map(|entry| match entry {
            Entry::Data { record, transaction } if transaction.is_none_or(|t| !self.aborted.contains(&t)) => Some(record),
            _ => None,
        })
    }

    /// Offset of the first record, of whatever fate, at or after a time.
    pub(super) fn offset_at(&self, time: i64) -> i64 {
        let found = self.entries.iter().skip(self.start.max(0) as usize).find_map(|entry| match entry {
            Entry::Data { record, .. } if record.timestamp.is_some_and(|t| t >= time) => Some(record.offset),
            _ => None,
        });
        found.unwrap_or_else(|| self.stable())
    }

    /// Retention: everything before `offset` is gone.
    pub(super) fn delete_before(&mut self, offset: i64) {
        self.start = offset.clamp(self.start, self.end());
    }

    /// What the log cleaner does below the last stable offset: aborted records go, and of each key only the newest stays.
    pub(super) fn compact(&mut self) {
        let stable = self.stable().max(0) as usize;
        let mut seen = BTreeSet::new();
        for entry in self.entries[..stable].iter_mut().rev() {
            let Entry::Data { record, transaction } = entry else { continue };
            let aborted = transaction.is_some_and(|t| self.aborted.contains(&t));
            let superseded = !aborted && record.key.as_ref().is_some_and(|k| !seen.insert(k.clone()));
            if aborted || superseded {
                *entry = Entry::Compacted;
            }
        }
    }
}

/// What a producer hands to a log.
#[derive(Debug, Clone, Default)]
pub struct Produced {
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<Header>,
}

impl From<OutRecord> for Produced {
    fn from(out: OutRecord) -> Self {
        Self { key: out.key, value: out.value, headers: out.headers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Log {
        Log::new(TopicPartition::new("t", 0))
    }

    fn value(text: &str) -> Produced {
        Produced { key: Some(b"k".to_vec()), value: Some(text.into()), ..Produced::default() }
    }

    #[test]
    fn an_open_transaction_holds_the_stable_offset_and_markers_take_offsets() {
        let mut log = log();
        log.append(value("a"), 1, None);
        log.append(value("b"), 2, Some(7));
        log.append(value("c"), 3, None);
        assert_eq!((log.stable(), log.end()), (1, 3));
        assert_eq!(log.next_committed(1, i64::MAX), None);
        log.end_transaction(7, false);
        assert_eq!((log.stable(), log.end()), (4, 4));
        assert_eq!(log.next_committed(1, i64::MAX).map(|r| r.offset), Some(2), "the aborted record is passed over");
        assert_eq!(log.next_committed(3, i64::MAX), None, "a marker is no record");
    }

    #[test]
    fn compaction_keeps_the_newest_of_a_key_and_never_passes_the_stable_offset() {
        let mut log = log();
        log.append(value("a"), 1, None);
        log.append(value("b"), 2, Some(1));
        log.end_transaction(1, true);
        log.append(value("c"), 3, Some(2));
        log.compact();
        assert_eq!(log.next_committed(0, i64::MAX).map(|r| r.offset), Some(1));
        log.end_transaction(2, false);
        log.compact();
        assert_eq!(log.next_committed(0, i64::MAX).map(|r| r.offset), Some(1), "an aborted record supersedes nothing");
        assert_eq!(log.offset_at(2), 1);
        assert_eq!(log.offset_at(9), 5);
    }
}
