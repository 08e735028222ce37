//! What the loop tells to logs, metrics and health. It tells, never asks: no answer changes what the loop does.

use crate::record::TopicPartition;
use crate::stage::{Fate, StageName};
use std::time::Duration;

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchResult {
    Committed,
    /// Refused or given up; its records are read again.
    Aborted,
    /// Its commit timed out, and the committed offsets said that it took place.
    FoundCommitted,
    /// Its commit timed out, and the committed offsets said that it did not.
    FoundAborted,
}

impl BatchResult {
    /// The label in `feedmill_batches_total`.
    pub fn name(self) -> &'static str {
        match self {
            BatchResult::Committed => "committed",
            BatchResult::Aborted => "aborted",
            BatchResult::FoundCommitted => "found_committed",
            BatchResult::FoundAborted => "found_aborted",
        }
    }
}

/// Whether a loop can do its work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LoopState {
    /// Joining its group, or finding where to begin.
    Joining,
    /// Reading its changelogs: rows read, rows to read as far as known.
    Restoring {
        read: u64,
        total: u64,
    },
    /// At work, or waiting for records. A member without partitions is ready.
    Ready,
    /// The producer is being replaced and what it had open is being settled.
    Settling,
    Draining,
}

/// A committed batch.
#[derive(Debug)]
pub struct Done<'a> {
    pub records: usize,
    pub bytes: usize,
    pub out_records: usize,
    pub out_bytes: usize,
    pub fates: &'a [Fate],
    /// From the opening of the transaction to its end.
    pub time: Duration,
}

pub trait Observer: Send + Sync {
    /// The loop lives and is about to do this. A watchdog ends the process when the next one does not come.
    fn heartbeat(&self, _stage: StageName, _doing: &'static str) {}
    fn batch(&self, _stage: StageName, _result: BatchResult) {}
    /// Fates count only when they are committed.
    fn done(&self, _stage: StageName, _done: &Done<'_>) {}
    fn state(&self, _stage: StageName, _state: LoopState) {}
    /// Trouble that the client or the loop goes on trying to overcome, with what to do.
    fn trouble(&self, _stage: StageName, _message: &str) {}
    /// Something worth a line in the log.
    fn note(&self, _stage: StageName, _message: &str) {}
    /// The next offset of an owned partition; `None` when it went away.
    fn position(&self, _partition: &TopicPartition, _next: Option<i64>) {}
    /// Bytes of input that are taken and not committed.
    fn queued(&self, _stage: StageName, _bytes: usize) {}
    /// Documents and bytes of the index.
    fn held(&self, _documents: usize, _bytes: usize) {}
    /// Seconds the stage took over a batch.
    fn worked(&self, _stage: StageName, _records: usize, _time: Duration) {}
    /// A record took longer than `limits.page_ms`.
    fn slow(&self, _stage: StageName, _partition: &TopicPartition, _offset: i64, _time: Duration) {}
    fn rebalanced(&self, _stage: StageName) {}
}

/// Tells nobody.
pub struct Silent;

impl Observer for Silent {}
