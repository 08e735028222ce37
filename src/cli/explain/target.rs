//! Which page is meant: a saved page as it is, or one event of a file of JSON Lines.

use crate::cli::StartError;
use crate::cli::process::input::{Input, Lines, check};
use crate::page::InLimits;
use crate::record::Record;
use anyhow::Context;
use base64::Engine;
use serde_json::{Value, json};
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

/// The address of a saved page when nobody tells one: reserved, never a real host.
pub(super) const NOWHERE: &str = "https://page.invalid/";

/// What was asked for: a file, and which page of it.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub file: &'a Path,
    /// The url, final_url or id of an event.
    pub address: Option<&'a str>,
    /// From 1.
    pub line: Option<u64>,
    /// Of a saved page.
    pub url: Option<&'a str>,
}

/// The record of a page.
pub(super) fn find(target: Target<'_>, page_bytes: usize) -> anyhow::Result<Record> {
    let input = check(&[target.file.to_path_buf()])?.pop().unwrap_or(Input::Stdin);
    let name = input.name();
    let mut reader = input.open(Arc::default())?;
    let head = reader.fill_buf().with_context(|| name.to_string())?;
    let is_events = head.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
    if !is_events {
        if target.address.is_some() || target.line.is_some() {
            return Err(StartError(format!("{name} holds one page, no JSON Lines; give its address with --url")).into());
        }
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::Read::take(reader, page_bytes as u64 + 1), &mut bytes)
            .with_context(|| name.to_string())?;
        return Ok(record(&name, 0, saved(&bytes, target.url)));
    }
    if target.url.is_some() {
        return Err(StartError(format!("{name} holds page events, which have their own addresses; leave --url out")).into());
    }
    let mut lines = Lines::new(reader, InLimits { page_bytes }.event_bytes());
    while let Some(line) = lines.next().with_context(|| name.to_string())? {
        let wanted = match (target.address, target.line) {
            (Some(address), _) => is_of(&line.bytes, address),
            (None, Some(number)) => line.number + 1 == i64::try_from(number).unwrap_or(i64::MAX),
            (None, None) => true,
        };
        if wanted {
            return Ok(record(&name, line.number, line.bytes));
        }
    }
    let what = match (target.address, target.line) {
        (Some(address), _) => format!("no event with the url, final_url or id {address}"),
        (None, Some(number)) => format!("no event on line {number}"),
        (None, None) => "no event at all".to_owned(),
    };
    Err(StartError(format!("{name}: {what}")).into())
}

/// Whether an event is the one of this address or id. A line that cannot be read is none.
fn is_of(line: &[u8], wanted: &str) -> bool {
    // Decoding every line of a large file would take minutes: most lines do not hold the words at all.
    if memchr::memmem::find(line, wanted.as_bytes()).is_none() && !wanted.contains(['/', '"', '\\']) {
        return false;
    }
    let Ok(event) = serde_json::from_slice::<Value>(line) else { return false };
    ["url", "final_url", "id"].iter().any(|key| event[*key].as_str() == Some(wanted))
}

/// A saved page as the event that a crawler would have sent.
fn saved(bytes: &[u8], url: Option<&str>) -> Vec<u8> {
    let body = base64::engine::general_purpose::STANDARD.encode(bytes);
    json!({"url": url.unwrap_or(NOWHERE), "body_base64": body}).to_string().into_bytes()
}

fn record(topic: &Arc<str>, offset: i64, value: Vec<u8>) -> Record {
    Record { topic: topic.clone(), partition: 0, offset, timestamp: None, key: None, value: Some(value), headers: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_known_by_its_addresses_and_its_id() {
        let line = br#"{"url":"https:\/\/a.test\/1","final_url":"https://a.test/2","id":"x7"}"#;
        for wanted in ["https://a.test/1", "https://a.test/2", "x7"] {
            assert!(is_of(line, wanted), "{wanted}");
        }
        assert!(!is_of(line, "https://a.test/3"));
        assert!(!is_of(b"not json https://a.test/3", "https://a.test/3"));
    }
}
