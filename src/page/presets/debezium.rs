//! Debezium's change events, and the JSON of Kafka Connect around them: an envelope around any other preset.
//!
//! `{schema, payload}` is unwrapped; of `{before, after, op}` the row as it is now. A deleted row is no takedown: the row is gone, nobody
//! said that the article should be. `feedmill forget` is for that.

use super::super::mapping::json;
use super::super::{InLimits, Refusal};
use crate::article::{DeadReason, SkipReason};
use crate::record::Record;
use serde_json::Value;

pub(in crate::page) fn open(record: &Record, limits: &InLimits) -> Result<Record, Refusal> {
    let value = record.value.as_deref().ok_or(Refusal::Skipped(SkipReason::Tombstone))?;
    let mut event = json(value, limits)?;
    // With `schemas.enable` of the JSON converter.
    if event.get("schema").is_some()
        && let Some(payload) = event.get_mut("payload")
    {
        event = payload.take();
    }
    let millis = event.get("ts_ms").and_then(Value::as_i64);
    let row = match event.get("op").and_then(Value::as_str) {
        Some("c" | "u" | "r") => match event.get_mut("after").map(Value::take) {
            Some(row @ Value::Object(_)) => row,
            _ => return Err(Refusal::dead(DeadReason::MissingField, "after is missing: no row in a change event")),
        },
        Some("d" | "t" | "m") => return Err(Refusal::Skipped(SkipReason::NoPage)),
        // Unwrapped already, by Debezium's own transformation.
        _ if event.is_object() => event,
        _ if event.is_null() => return Err(Refusal::Skipped(SkipReason::Tombstone)),
        _ => return Err(Refusal::dead(DeadReason::WrongType, "the change event: expected an object")),
    };
    Ok(Record { value: Some(row.to_string().into_bytes()), timestamp: millis.or(record.timestamp), ..record.clone() })
}
