//! What differs between the two loops: records in, effects out, no I/O inside.

pub mod clean;
pub mod dedup;
pub mod notice;

use crate::article::Outcome;
use crate::record::{OutRecord, Record, TopicPartition};
use std::time::Duration;

/// Which of the two loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StageName {
    Clean,
    Dedup,
}

impl StageName {
    pub fn name(self) -> &'static str {
        match self {
            StageName::Clean => "clean",
            StageName::Dedup => "dedup",
        }
    }
}

/// A record to be worked on.
#[derive(Debug, Clone)]
pub struct Work {
    pub record: Record,
    /// Set when an earlier attempt showed that it must not be worked on: it becomes a dead letter at once.
    pub verdict: Option<Condemned>,
}

impl From<Record> for Work {
    fn from(record: Record) -> Self {
        Work { record, verdict: None }
    }
}

/// Why a record must not be worked on again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condemned {
    /// It ended the process this many times while worked on alone.
    Crash { attempts: u32 },
    /// The broker refused what came of it.
    Refused { message: String },
}

/// The fate of one page. Pages that CLEAN hands to DEDUP have none yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fate {
    pub outcome: Outcome,
    /// Of skipped and dead.
    pub reason: Option<&'static str>,
}

/// All that a batch leads to. It becomes visible as a whole or not at all.
#[derive(Debug, Default)]
pub struct Effects {
    pub records: Vec<OutRecord>,
    pub fates: Vec<Fate>,
    /// Records (by their place in the batch) that took longer than `limits.page_ms`. They are told, not cut off: the work of cleaning is
    /// bounded by the limits on size and nodes, and a verdict that hung on the clock would differ from run to run.
    pub slow: Vec<(usize, Duration)>,
}

/// Why a stage cannot go on. The process stops with this message.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error(transparent)]
    Restore(#[from] crate::dedup::index::RestoreError),
    #[error("{0}")]
    Stop(String),
}

/// One of the two stages. Calls come from one thread at a time.
pub trait Stage: Send {
    fn name(&self) -> StageName;

    /// Works on a batch. Its records are in the order of their offsets within each partition. State that it changes stays in an overlay
    /// until [`Stage::merge`]; the next batch may be worked on before that.
    fn process(&mut self, batch: Vec<Work>) -> Result<Effects, StageError>;

    /// The oldest batch that was not merged yet is committed.
    fn merge(&mut self) {}

    /// All batches that were not merged are dropped; their records will come again.
    fn discard(&mut self) {}

    /// The changelogs that must be read before records of `source` are worked on, in this order.
    fn changelogs(&self, _source: &TopicPartition) -> Vec<TopicPartition> {
        Vec::new()
    }

    /// Forgets what is known of `source` and expects its changelogs.
    fn restore_begin(&mut self, _source: &TopicPartition) {}

    /// One row of a changelog of `source`.
    fn restore_row(&mut self, _source: &TopicPartition, _row: &Record) -> Result<(), StageError> {
        Ok(())
    }

    /// The changelogs are read. `committed` is the group's offset of `source`. Gives the offset to go on from: `committed`, or the applied
    /// one when the group has none; an error when both are there and differ.
    fn restore_end(&mut self, _source: &TopicPartition, committed: Option<i64>) -> Result<Option<i64>, StageError> {
        Ok(committed)
    }

    /// The partition went to another member.
    fn release(&mut self, _source: &TopicPartition) {}

    /// Documents and bytes held in memory.
    fn held(&self) -> (usize, usize) {
        (0, 0)
    }
}
