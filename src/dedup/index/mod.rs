//! The index of one shard: what is known of addresses and texts, and the verdict on the next page.
//!
//! Overlays stack: a batch is decided on the index plus the overlays of the batches before it that are not committed yet.
//!
//! | file | job |
//! | --- | --- |
//! | `verdict` | the verdict on one page, in the order of the contract |
//! | `removal` | `op: remove`, `op: restore`, status 410 |
//! | `near` | which live article a text is a copy of |
//! | `compare` | two texts side by side, for people |
//! | `scan`, `overlap` | who holds which shingles; how two texts overlap |
//! | `sketch` | whether an address still shows its story |
//! | `texts` | live texts and who holds which hash |
//! | `table`, `arena`, `memory` | what both are kept in, and what it costs |
//! | `addresses` | what is known of addresses |
//! | `expiry` | what leaves by stream time |
//! | `undo` | overlays |
//! | `rows`, `restore` | the changelog rows, and the way back from them |

mod addresses;
mod arena;
pub mod compare;
mod expiry;
mod memory;
mod near;
mod overlap;
mod removal;
mod restore;
mod rows;
mod scan;
mod sketch;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod undo;
mod verdict;

use crate::article::envelope::{AddressKey, ArticleId, ENVELOPE_FORMAT, Envelope, EnvelopeOp};
use crate::article::{DuplicateKind, Outcome, SkipReason};
use rows::{Checkpoint, Incarnation, Known, Text, TextRow, address_row, checkpoint_row, text_row};
use std::collections::BTreeMap;
use texts::Standing;
use undo::{Journal, Live, Undo};

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
    /// The article of the address (of an unchanged or revised copy: its root).
    pub id: Option<ArticleId>,
    pub revision: Option<u32>,
    /// Of duplicates, and of their revisions.
    pub copy: Option<Copy>,
    /// Ids that get a null value (removed).
    pub tombstones: Vec<ArticleId>,
}

impl Decision {
    fn of(outcome: Outcome, id: Option<ArticleId>, revision: Option<u32>) -> Self {
        Self { outcome, reason: None, id, revision, copy: None, tombstones: Vec::new() }
    }

    fn skipped(reason: SkipReason) -> Self {
        Self { reason: Some(reason), ..Self::of(Outcome::Skipped, None, None) }
    }
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
    /// Whether this page holds nearly all of the article and says much more.
    pub fuller: bool,
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
    #[error(
        "row format {0} is older than this program reads: start a new generation (app.generation) with its own topics, or let the version \
         that wrote it go on"
    )]
    TooOld(u8),
    #[error("damaged row: {0}")]
    Damaged(String),
    #[error("the index was written by generation {found}, app.generation is {configured}: versions would go back")]
    Generation { found: u32, configured: u32 },
}

/// The index of one shard with its overlays.
pub struct Index {
    settings: IndexSettings,
    live: Live,
    journal: Journal,
    /// Last one seen while restoring.
    checkpoint: Option<Checkpoint>,
}

impl Index {
    pub fn new(settings: IndexSettings) -> Self {
        Self { settings, live: Live::new(), journal: Journal::default(), checkpoint: None }
    }

    /// Begins the overlay of the next batch.
    pub fn begin(&mut self) {
        self.journal.begin();
    }

    /// The verdict on one page; rows for the changelogs are appended to `rows`.
    pub fn decide(&mut self, page: &Envelope, at: Position, rows: &mut Vec<Row>) -> Decision {
        if !self.settings.enabled {
            return self.without_memory(page);
        }
        self.advance(at.time, rows);
        let decision = match page.op {
            EnvelopeOp::Page => self.page(page, at, rows),
            EnvelopeOp::Remove => self.remove(page, at, rows),
            EnvelopeOp::Gone => self.gone(page, rows),
            EnvelopeOp::Restore => self.lift(page, rows),
        };
        // Storing a text may exceed `max_documents`: what leaves for it leaves with this record, not with the next.
        self.advance(at.time, rows);
        decision
    }

    /// `dedup.enabled = false`: nothing is remembered, so every article is new.
    fn without_memory(&self, page: &Envelope) -> Decision {
        let id = page.keys.first().map(|key| self.id(Incarnation { key: *key, number: 0 }));
        match page.op {
            EnvelopeOp::Page => Decision::of(Outcome::New, id, Some(1)),
            EnvelopeOp::Remove => Decision { tombstones: id.into_iter().collect(), ..Decision::of(Outcome::Removed, id, None) },
            EnvelopeOp::Gone => Decision::skipped(SkipReason::HttpStatus),
            EnvelopeOp::Restore => Decision::skipped(SkipReason::Restored),
        }
    }

    /// Ends the batch: the checkpoint (stream time, low mark, next sequence, `applied`, generation, formats).
    pub fn finish(&mut self, applied: i64, rows: &mut Vec<Row>) {
        if self.settings.enabled {
            rows.push(checkpoint_row(&Checkpoint {
                time: self.live.time,
                low: self.live.texts.low(),
                next: self.live.texts.next(),
                applied,
                generation: self.settings.generation,
                row_format: rows::FORMAT,
                envelope_format: ENVELOPE_FORMAT,
            }));
        }
    }

    /// The oldest overlay is committed.
    pub fn merge(&mut self) {
        self.journal.merge();
    }

    /// All overlays are dropped; their batches will come again.
    pub fn discard(&mut self) {
        self.journal.discard(&mut self.live);
    }

    /// Live texts.
    pub fn documents(&self) -> usize {
        self.live.texts.len()
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.live.texts.bytes() + self.live.addresses.bytes() + self.journal.bytes()
    }

    /// Gauges by name, for tests and `explain`.
    pub fn figures(&self) -> Figures {
        let bytes = |n: usize| n as u64;
        Figures::from([
            ("addresses", bytes(self.live.addresses.len())),
            ("addresses_bytes", bytes(self.live.addresses.bytes())),
            ("texts", bytes(self.live.texts.len())),
            ("texts_bytes", bytes(self.live.texts.bytes())),
            ("low", self.live.texts.low()),
            ("next", self.live.texts.next()),
        ])
    }

    fn id(&self, article: Incarnation) -> ArticleId {
        article.id((self.settings.shards > 1).then_some(self.settings.shard))
    }

    /// Sets the row of an address, here and in the changelog.
    fn set_address(&mut self, key: AddressKey, known: Known, rows: &mut Vec<Row>) {
        rows.push(address_row(key, &known));
        let before = self.live.addresses.set(key, Some(known));
        self.journal.note(Undo::Address(key, before));
    }

    /// Stores a text, here and in the changelog, and gives its sequence.
    fn store_text(&mut self, text: Text, rows: &mut Vec<Row>) -> u64 {
        let sequence = self.live.texts.next();
        let pushed = self.live.texts.push(&text);
        self.journal.note(Undo::Pushed(pushed));
        rows.push(text_row(sequence, &TextRow::Text(text)));
        sequence
    }

    /// Marks a text as removed, here and in the changelog.
    fn void_text(&mut self, sequence: u64, rows: &mut Vec<Row>) {
        if let Some(before) = self.live.texts.set_standing(sequence, Standing::Removed) {
            self.journal.note(Undo::Standing(sequence, before));
            rows.push(text_row(sequence, &TextRow::Void));
        }
    }
}

/// Gauges by name, for tests and `explain`.
pub type Figures = BTreeMap<&'static str, u64>;
