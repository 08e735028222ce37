//! The index of one shard: what is known of addresses and texts, and the verdict on the next page.
//!
//! Overlays stack: a batch is decided on the index plus the overlays of the batches before it that are not committed yet.

use crate::article::envelope::{ArticleId, Envelope};
use crate::article::{DuplicateKind, Outcome, SkipReason};
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub struct IndexSettings {
    /// `dedup.enabled`: when false every article is `new`, revision 1.
    pub enabled: bool,
    /// Milliseconds; `None`: no expiry by age (`process`).
    pub text_window: Option<i64>,
    pub address_window: Option<i64>,
    pub max_documents: usize,
    pub generation: u32,
    /// Which shard this is, and of how many: with more than one the id also hashes the shard.
    pub shard: u32,
    pub shards: u32,
}

/// Where a record stands in `internal.clean`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub offset: i64,
    /// Log-append time, milliseconds since 1970-01-01 UTC.
    pub time: i64,
}

/// The verdict on one page.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub outcome: Outcome,
    /// Of skipped.
    pub reason: Option<SkipReason>,
    /// The article of the address (of an unchanged duplicate: its root).
    pub id: Option<ArticleId>,
    pub revision: Option<u32>,
    /// Of duplicates.
    pub copy: Option<Copy>,
    /// Ids that get a null value (removed).
    pub tombstones: Vec<ArticleId>,
}

/// How a duplicate relates to its root.
#[derive(Debug, Clone, PartialEq)]
pub struct Copy {
    pub of: ArticleId,
    pub kind: DuplicateKind,
    /// How much of this page the article holds.
    pub containment: f64,
    /// How much of the article this page holds.
    pub covered: f64,
    pub jaccard: f64,
}

/// The changelogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// `internal.addresses`, compacted.
    Addresses,
    /// `internal.texts`, deleted by age.
    Texts,
}

/// A changelog row. A null value deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub table: Table,
    pub key: Vec<u8>,
    pub value: Option<Vec<u8>>,
}

/// Why a changelog cannot be restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error("{0} is no row of ours")]
    Foreign(&'static str),
    #[error("row format {0} is newer than this program's: upgrade it before it owns this index")]
    TooNew(u8),
    #[error("damaged row: {0}")]
    Damaged(String),
}

/// The index of one shard with its overlays.
pub struct Index {
    #[allow(dead_code)]
    settings: IndexSettings,
}

impl Index {
    pub fn new(settings: IndexSettings) -> Self {
        Self { settings }
    }

    /// Begins the overlay of the next batch.
    pub fn begin(&mut self) {}

    /// The verdict on one page; rows for the changelogs are appended to `rows`.
    pub fn decide(&mut self, page: &Envelope, _at: Position, _rows: &mut Vec<Row>) -> Decision {
        let id = page.keys.first().map(|k| ArticleId(k.0));
        Decision { outcome: Outcome::New, reason: None, id, revision: Some(1), copy: None, tombstones: Vec::new() }
    }

    /// Ends the batch: the rows of expiry and the checkpoint (stream time, low mark, next sequence, `applied`, generation, formats).
    pub fn finish(&mut self, _applied: i64, _rows: &mut Vec<Row>) {}

    /// The oldest overlay is committed.
    pub fn merge(&mut self) {}

    /// All overlays are dropped; their batches will come again.
    pub fn discard(&mut self) {}

    /// Applies one row of a changelog, in the log's order.
    pub fn restore_row(&mut self, _table: Table, _key: &[u8], _value: Option<&[u8]>) -> Result<(), RestoreError> {
        Ok(())
    }

    /// Ends the restore. Gives the offset in `internal.clean` that the state has applied (the next one to read), if a checkpoint was there.
    pub fn restored(&mut self) -> Result<Option<i64>, RestoreError> {
        Ok(None)
    }

    /// Live texts.
    pub fn documents(&self) -> usize {
        0
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        0
    }
}

/// Gauges by name, for tests and `explain`.
pub type Figures = BTreeMap<&'static str, u64>;
