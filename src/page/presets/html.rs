//! A page as it is: the value is its bytes, its address stands in a header or is the key.
//!
//! What Sparkler writes, and what `kcat` and a shell loop write.

use crate::article::{DeadReason, SkipReason};
use crate::page::native::{address, too_large};
use crate::page::{Body, InLimits, Op, PageEvent, Refusal, moment};
use crate::record::Record;

/// Headers of the record that name the address; the first that is there counts, then the key.
const URL: &[&str] = &["url", "uri", "x-url", "target-uri", "page-url", "WARC-Target-URI"];

pub(in crate::page) fn decode(record: &Record, limits: &InLimits) -> Result<PageEvent, Refusal> {
    let value = record.value.as_deref().ok_or(Refusal::Skipped(SkipReason::Tombstone))?;
    if value.len() > limits.page_bytes {
        return Err(too_large("the page", limits));
    }
    let header = |name: &str| record.headers.iter().rev().find(|h| h.name.eq_ignore_ascii_case(name)).and_then(|h| h.value.as_deref());
    let text = |name: &str| header(name).and_then(|v| std::str::from_utf8(v).ok()).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
    let key = || record.key.as_deref().and_then(|k| std::str::from_utf8(k).ok()).map(|k| k.trim().to_owned()).filter(|k| !k.is_empty());
    let url = URL.iter().find_map(|name| text(name)).or_else(key);
    let url = url.ok_or_else(|| Refusal::dead(DeadReason::MissingField, "the address is missing: neither a header url nor a key"))?;
    address("url", &url)?;
    let final_url = text("final_url").or_else(|| text("final-url"));
    final_url.as_deref().map_or(Ok(()), |u| address("final_url", u))?;
    let status = match text("status") {
        None => 200,
        Some(s) => s.parse().ok().filter(|s| *s < 1000).ok_or_else(|| wrong("status", "an HTTP status", &s))?,
    };
    let fetched_at = match text("fetched_at").or_else(|| text("fetched-at")) {
        None => record.timestamp,
        Some(t) => Some(moment::of_text(&t).ok_or_else(|| wrong("fetched_at", "a time", &t))?),
    };
    Ok(PageEvent {
        url,
        final_url,
        id: text("id"),
        op: Op::Page,
        fetched_at,
        status,
        // Those that the cleaner reads of a response.
        headers: ["content-language", "x-robots-tag", "tdm-reservation"].iter().filter_map(|n| Some(((*n).to_owned(), text(n)?))).collect(),
        content_type: text("content-type"),
        body: Body::Bytes(value.to_vec()),
        title: None,
        language: None,
        attributes: None,
    })
}

fn wrong(header: &str, expected: &str, found: &str) -> Refusal {
    let found = crate::page::native::shortened(found);
    Refusal::dead(DeadReason::WrongType, format!("header {header}: expected {expected}, found {found:?}"))
}
