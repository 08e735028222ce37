//! What goes out: the article record, the duplicate notice, the outcome, the dead letter, and the envelope that carries a finished page
//! from CLEAN to DEDUP.
//!
//! Shapes are fixed by `feedmill schema NAME`. In records every key is always present: null = unknown, `[]` = none.

pub mod dead;
pub mod draft;
pub mod duplicate;
pub mod envelope;
pub mod outcome;
pub mod record;
pub mod schema;
pub mod view;

pub use draft::Draft;
pub use duplicate::{Duplicate, DuplicateKind};
pub use envelope::{ArticleId, Envelope};
pub use outcome::{DeadReason, Outcome, OutcomeRecord, SkipReason};
pub use record::*;
pub use view::View;

/// Shares, weights and confidences of records have three decimals.
pub fn thousandths(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}
