//! Preset `native`: one JSON object a record, as the contract's page event.

use super::{Body, InLimits, Op, PageEvent, Refusal};
use crate::article::{DeadReason, SkipReason};
use crate::record::Record;

/// Reads one event. Unknown fields are ignored; a wrong type is named.
pub fn decode(record: &Record, _limits: &InLimits) -> Result<PageEvent, Refusal> {
    let value = record.value.as_deref().ok_or(Refusal::Skipped(SkipReason::Tombstone))?;
    let json: serde_json::Value = serde_json::from_slice(value).map_err(|e| Refusal::dead(DeadReason::InvalidJson, e.to_string()))?;
    let text = |name: &str| json.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    Ok(PageEvent {
        url: text("url").ok_or_else(|| Refusal::dead(DeadReason::MissingField, "url is missing"))?,
        final_url: text("final_url"),
        id: text("id"),
        op: Op::Page,
        fetched_at: text("fetched_at").and_then(|t| t.parse::<jiff::Timestamp>().ok()).map(|t| t.as_millisecond()).or(record.timestamp),
        status: json.get("status").and_then(|v| v.as_u64()).unwrap_or(200) as u16,
        headers: Vec::new(),
        content_type: text("content_type"),
        body: text("html").map(Body::Html).or_else(|| text("text").map(Body::Text)).unwrap_or(Body::None),
        title: text("title"),
        language: text("language"),
        attributes: json.get("attributes").cloned(),
    })
}
