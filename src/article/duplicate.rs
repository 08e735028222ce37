//! The duplicate notice, `feedmill.duplicate/1`, keyed by the article it is a copy of.

use super::record::Source;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const DUPLICATE_SCHEMA: &str = "feedmill.duplicate/1";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateKind {
    /// The same normalized words.
    Exact,
    /// A copy with edits, cuts or additions.
    Near,
}

/// A page whose text is a copy of a live article at another address. It comes again when the copy is changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duplicate {
    /// Always `feedmill.duplicate/1`.
    #[schemars(extend("const" = DUPLICATE_SCHEMA))]
    pub schema: String,
    pub url: String,
    pub title: Option<String>,
    /// Id of the root article, never of another duplicate.
    pub duplicate_of: String,
    pub kind: DuplicateKind,
    /// How much of this page the article holds.
    pub containment: f64,
    /// How much of the article this page holds.
    pub covered: f64,
    pub jaccard: f64,
    /// The page holds nearly all of the article and says at least a quarter more: a longer version that came after its short copy.
    pub fuller: bool,
    pub source: Source,
}
