//! What comes in: the page event, one file per input preset, and the way from bytes to text.

pub mod charset;
pub mod content;
pub mod event;
mod field;
mod large;
mod mojibake;
pub mod native;
mod surrogates;

use crate::article::{DeadReason, SkipReason};
use crate::record::Record;

/// How the records of an input topic are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// The page event of the contract.
    Native,
    /// The same fields, but `text` and `title` are clean already.
    Article,
}

impl Preset {
    pub const ALL: [Preset; 2] = [Preset::Native, Preset::Article];

    pub fn name(self) -> &'static str {
        match self {
            Preset::Native => "native",
            Preset::Article => "article",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }
}

/// What the sender wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    Page,
    Remove,
    Restore { reason: Option<String> },
}

/// The content of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// As fetched; the charset is still to be found.
    Bytes(Vec<u8>),
    /// Markup, already decoded.
    Html(String),
    /// Plain text; no markup was kept.
    Text(String),
    None,
}

/// One page event, checked. Times are milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, PartialEq)]
pub struct PageEvent {
    pub url: String,
    pub final_url: Option<String>,
    pub id: Option<String>,
    pub op: Op,
    /// From the event, else the record's timestamp.
    pub fetched_at: Option<i64>,
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Of the event, else of the headers.
    pub content_type: Option<String>,
    pub body: Body,
    pub title: Option<String>,
    pub language: Option<String>,
    pub attributes: Option<serde_json::Value>,
}

/// Why a record gives no page to work on. Each is one fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Skipped(SkipReason),
    Dead { reason: DeadReason, message: String },
}

impl Refusal {
    pub fn dead(reason: DeadReason, message: impl Into<String>) -> Self {
        Refusal::Dead { reason, message: message.into() }
    }
}

/// Limits of what is taken in.
#[derive(Debug, Clone, Copy)]
pub struct InLimits {
    /// Bytes of one page after base64, as `limits.page_bytes`.
    pub page_bytes: usize,
}

/// What a page may grow by in JSON: non-Latin text escaped as `\uXXXX` is three times its UTF-8, base64 a third more, and a page that is
/// mostly escaped quotes or angle brackets lies between.
const JSON_GROWTH: usize = 4;
/// Room for the other fields of the event.
const EVENT_FIELDS_BYTES: usize = 1 << 20;

impl InLimits {
    /// Bytes of an event, as it stands in the record, beyond which no page within the limit can be in it: it is refused unread.
    pub fn event_bytes(&self) -> usize {
        self.page_bytes.saturating_mul(JSON_GROWTH).saturating_add(EVENT_FIELDS_BYTES)
    }
}

/// The pages of a record, `item` = position. Never empty: a record without a page is one refusal.
pub fn decode(preset: Preset, record: &Record, limits: &InLimits) -> Vec<Result<PageEvent, Refusal>> {
    match preset {
        Preset::Native | Preset::Article => vec![native::decode(record, limits)],
    }
}
