//! A crawl whose fates are known beforehand: texts and markup, copies, fetches again, removals, events that cannot be read.
//!
//! All pages of an address, and of the copies of its story, go through one partition, so their order is fixed, and with it every fate.

use crate::kafka::feed::Fed;
use crate::site::{Random, Story};
use serde_json::json;

pub const PARTITIONS: u32 = 6;
/// Fetches of an address, about.
const ROUNDS: u32 = 5;
/// One event in so many is bad.
const BAD: usize = 41;
/// In this round some addresses are removed.
const REMOVAL: u32 = 3;

/// `count` pages.
pub fn crawl(seed: u64, count: usize) -> Vec<Fed> {
    let addresses = (count as u32 / ROUNDS).max(PARTITIONS * 10);
    let mut pages = Vec::with_capacity(count);
    let mut bad = Random::new(seed);
    for round in 0.. {
        for address in 0..addresses {
            if pages.len() % BAD == BAD - 1 {
                pages.push(bad_event(&mut bad, address % PARTITIONS));
            }
            pages.push(fetch(seed, address, round));
            if pages.len() >= count {
                pages.truncate(count);
                return pages;
            }
        }
    }
    pages
}

/// The story that an address holds: every tenth holds the first edition of the one before it in its partition.
fn story_of(address: u32) -> (u32, bool) {
    match address.checked_sub(PARTITIONS) {
        Some(of) if address % 10 == 9 => (of, true),
        _ => (address, false),
    }
}

/// Two rounds of three bring a new edition.
fn edition(address: u32, round: u32) -> u64 {
    (1..=round).filter(|r| !(address + r).is_multiple_of(3)).count() as u64
}

fn fetch(seed: u64, address: u32, round: u32) -> Fed {
    let partition = (address % PARTITIONS) as i32;
    let url = format!("https://paper{}.test/2026/story-{seed}-{address}", address % 40);
    let fetched_at = format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + round % 28, address / 60 % 24, address % 60);
    let fed = |event: serde_json::Value, outcome, reason| Fed { partition, value: event.to_string().into_bytes(), outcome, reason };
    let removed = address % 10 == 5;
    if removed && round == REMOVAL {
        return fed(json!({"url": url, "op": "remove", "fetched_at": fetched_at}), "removed", None);
    }
    let (story, copy) = story_of(address);
    let edition = if copy { 0 } else { edition(address, round) };
    let (outcome, reason) = match round {
        _ if removed && round > REMOVAL => ("skipped", Some("removed")),
        0 if copy => ("duplicate", None),
        0 => ("new", None),
        _ if copy || edition == self::edition(address, round - 1) => ("unchanged", None),
        _ => ("revision", None),
    };
    let told = Story::new(seed << 32 | u64::from(story), edition, 5);
    let event = match story % 4 {
        0 | 1 => json!({"url": url, "fetched_at": fetched_at, "title": told.title, "text": told.text(), "language": "en"}),
        // Small and middle-sized pages.
        2 => json!({"url": url, "fetched_at": fetched_at, "html": told.html(&url, 3_000)}),
        _ => json!({"url": url, "fetched_at": fetched_at, "html": told.html(&url, 16_000)}),
    };
    fed(event, outcome, reason)
}

/// Bad ones have addresses of their own: they must not change the fates of the others.
fn bad_event(random: &mut Random, partition: u32) -> Fed {
    let n = random.below(1 << 30);
    let url = format!("https://bad.test/{n}");
    let (value, outcome, reason) = match random.below(6) {
        0 => (format!("{{\"url\": \"{url}\", \"text\": "), "dead", "invalid_json"),
        1 => (json!({"html": "<p>no address</p>"}).to_string(), "dead", "missing_field"),
        2 => (json!({"url": url, "text": 7}).to_string(), "dead", "wrong_type"),
        3 => (json!({"url": url, "body_base64": "###"}).to_string(), "dead", "invalid_base64"),
        4 => (json!({"url": url, "op": "explode"}).to_string(), "dead", "unknown_op"),
        _ => (json!({"url": url, "status": 503, "text": "Service unavailable"}).to_string(), "skipped", "http_status"),
    };
    Fed { partition: partition as i32, value: value.into_bytes(), outcome, reason: Some(reason) }
}
