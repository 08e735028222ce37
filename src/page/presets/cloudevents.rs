//! CloudEvents 1.0 in the Kafka protocol binding, structured and binary: an envelope around any other preset.
//!
//! Structured when the header `content-type` begins with `application/cloudevents`, or when the value is such a JSON object; else binary:
//! the value is the data, the attributes are headers `ce_...`.

use super::super::mapping::json;
use super::super::{InLimits, Refusal, moment};
use crate::article::{DeadReason, SkipReason};
use crate::record::{Header, Record};
use base64::Engine;
use serde_json::Value;
use std::borrow::Cow;

/// The record as it was before the envelope. Batches give several.
pub(in crate::page) fn open(record: &Record, limits: &InLimits) -> Result<Vec<Result<Record, Refusal>>, Refusal> {
    let value = record.value.as_deref().ok_or(Refusal::Skipped(SkipReason::Tombstone))?;
    let media = record.headers.iter().rev().find(|h| h.name.eq_ignore_ascii_case("content-type")).and_then(|h| h.value.as_deref());
    let media = String::from_utf8_lossy(media.unwrap_or_default()).trim().to_ascii_lowercase();
    let has_attributes = record.headers.iter().any(|h| h.name.eq_ignore_ascii_case("ce_specversion"));
    if media.starts_with("application/cloudevents") || !has_attributes {
        return match json(value, limits)? {
            Value::Array(events) => Ok(events.into_iter().map(|event| structured(record, event)).collect()),
            event => structured(record, event).map(|inner| vec![Ok(inner)]),
        };
    }
    let mut inner = record.clone();
    let time = record.headers.iter().rev().find(|h| h.name.eq_ignore_ascii_case("ce_time")).and_then(|h| h.value.as_deref());
    inner.timestamp = time.and_then(|t| moment::of_text(std::str::from_utf8(t).ok()?)).or(record.timestamp);
    Ok(vec![Ok(inner)])
}

fn structured(record: &Record, event: Value) -> Result<Record, Refusal> {
    let Value::Object(mut event) = event else {
        return Err(Refusal::dead(DeadReason::WrongType, "the CloudEvent: expected an object"));
    };
    if !event.contains_key("specversion") {
        return Err(Refusal::dead(
            DeadReason::MissingField,
            "specversion is missing: the record is no CloudEvent, and has no header ce_specversion",
        ));
    }
    let value = match (event.remove("data"), event.remove("data_base64")) {
        (None | Some(Value::Null), None | Some(Value::Null)) => return Err(Refusal::Skipped(SkipReason::NoPage)),
        (None | Some(Value::Null), Some(Value::String(text))) => base64::prelude::BASE64_STANDARD
            .decode(text)
            .map_err(|e| Refusal::dead(DeadReason::InvalidBase64, format!("data_base64: {e}")))?,
        (_, Some(other)) if !other.is_null() => {
            return Err(Refusal::dead(DeadReason::WrongType, "data_base64: expected a string, and no data beside it"));
        }
        // Data that is no JSON stands in a string.
        (Some(Value::String(text)), _) => text.into_bytes(),
        (Some(data), _) => data.to_string().into_bytes(),
        (None, _) => return Err(Refusal::Skipped(SkipReason::NoPage)),
    };
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let mut headers: Vec<Header> = record.headers.iter().filter(|h| !h.name.eq_ignore_ascii_case("content-type")).cloned().collect();
    if let Some(media) = text("datacontenttype") {
        headers.push(Header::new("content-type", media));
    }
    // For pages as they are: `subject` or `source` names the address, when it is one.
    if let Some(url) = ["subject", "source"].iter().filter_map(|n| text(n)).find(|u| u.starts_with("http")) {
        headers.push(Header { name: Cow::Borrowed("url"), value: Some(url.as_bytes().to_vec()) });
    }
    let timestamp = text("time").and_then(moment::of_text).or(record.timestamp);
    Ok(Record { value: Some(value), headers, timestamp, ..record.clone() })
}
