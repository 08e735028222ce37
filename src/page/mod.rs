//! What comes in: the page event, one file per input preset, and the way from bytes to text.

pub mod charset;
pub mod content;
pub mod event;
mod field;
mod http;
mod large;
pub mod mapping;
mod markdown;
mod mojibake;
mod moment;
pub mod native;
mod preset;
mod presets;
pub mod sample;
mod surrogates;
mod unpack;

pub use preset::{Envelope, Preset};
pub use presets::confluent::{AvroSchema, Known, NoSchemas, SchemaId, Schemas, framing};
pub use presets::warc;

use crate::article::{DeadReason, SkipReason};
use crate::record::Record;
use std::borrow::Cow;
use unpack::Unpacked;

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
///
/// Records and bodies that are gzip or zstd are unpacked within the limits, whatever the preset. `schemas` is asked by envelopes that need
/// one.
pub fn decode(preset: Preset, record: &Record, limits: &InLimits, schemas: &dyn Schemas) -> Vec<Result<PageEvent, Refusal>> {
    let record = match unpacked_record(preset, record, limits) {
        Ok(record) => record,
        Err(refusal) => return vec![Err(refusal)],
    };
    let mut pages = preset.pages(&record, limits, schemas);
    for page in &mut pages {
        if let Ok(event) = page
            && let Body::Bytes(bytes) = &mut event.body
            && unpack::is_packed(bytes)
        {
            match unpack::unpacked(std::mem::take(bytes), limits.page_bytes) {
                Ok(plain) => *bytes = plain,
                Err(why) => *page = Err(not_unpacked(&why, "the page", limits)),
            }
        }
    }
    pages
}

/// A whole record that is compressed. A page as it is, which the value of preset `html` is, is unpacked as a body.
fn unpacked_record<'a>(preset: Preset, record: &'a Record, limits: &InLimits) -> Result<Cow<'a, Record>, Refusal> {
    match &record.value {
        Some(value) if preset.innermost() != Preset::Html && unpack::is_packed(value) => {
            let value = unpack::unpacked(value.clone(), limits.event_bytes()).map_err(|why| not_unpacked(&why, "the record", limits))?;
            Ok(Cow::Owned(Record { value: Some(value), ..record.clone() }))
        }
        _ => Ok(Cow::Borrowed(record)),
    }
}

fn not_unpacked(why: &Unpacked, what: &str, limits: &InLimits) -> Refusal {
    match why {
        Unpacked::TooLarge => native::too_large(&format!("{what}, unpacked,"), limits),
        Unpacked::Broken(how) => Refusal::dead(DeadReason::InvalidCompression, format!("{what} is no whole {how} stream")),
    }
}
