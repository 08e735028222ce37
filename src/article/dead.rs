//! The dead letter: the original bytes, key and headers, plus `feedmill.dead.*`.

use super::outcome::DeadReason;
use crate::record::{Header, OutRecord, Record, record_bytes};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// All headers that this program adds to a dead letter begin so. Those of an earlier death are replaced, never appended.
pub const DEAD_PREFIX: &str = "feedmill.dead.";

/// Headers of a letter that is put back for another try, on `topics.retry`.
pub mod replay {
    /// The topic that the record first came from: its preset is the one to read it with.
    pub const TOPIC: &str = "feedmill.replay.topic";
    /// Partition and offset there.
    pub const PARTITION: &str = "feedmill.replay.partition";
    pub const OFFSET: &str = "feedmill.replay.offset";
    /// Of several pages in the record the one that died.
    pub const ITEM: &str = "feedmill.replay.item";
    /// How often it is tried, this time included.
    pub const ATTEMPT: &str = "feedmill.replay.attempt";
    /// Partition and offset of the letter, `2/4711`: no letter is put back twice.
    pub const LETTER: &str = "feedmill.replay.letter";
    /// The preset itself, for orders of ours.
    pub const PRESET: &str = "feedmill.replay.preset";
    /// All of them begin so.
    pub const PREFIX: &str = "feedmill.replay.";
}

/// Messages are for people; the record itself is beside them.
const MESSAGE_BYTES: usize = 500;

/// Why and where a record died.
#[derive(Debug, Clone)]
pub struct Death<'a> {
    pub reason: DeadReason,
    pub message: &'a str,
    pub stage: &'static str,
    pub item: u32,
    pub attempt: u32,
}

/// Makes the dead letter of `record`, cut to `limit` bytes when it is larger; the cut is told with the original size and sha256.
pub fn dead_letter(record: &Record, death: &Death<'_>, topic: &Arc<str>, limit: usize, source: usize) -> OutRecord {
    let mut headers: Vec<Header> = record.headers.iter().filter(|h| !h.name.starts_with(DEAD_PREFIX)).cloned().collect();
    let own = |name: &str, value: String| Header::new(format!("{DEAD_PREFIX}{name}"), value.into_bytes());
    let mut ours = vec![
        own("reason", death.reason.name().into()),
        own("message", cut(death.message, MESSAGE_BYTES).into()),
        own("stage", death.stage.into()),
        own("topic", record.topic.to_string()),
        own("partition", record.partition.to_string()),
        own("offset", record.offset.to_string()),
        own("item", death.item.to_string()),
        own("attempt", death.attempt.to_string()),
        own("version", env!("CARGO_PKG_VERSION").into()),
    ];
    if let Some(t) = record.timestamp {
        ours.push(own("timestamp", t.to_string()));
    }
    let own_bytes: usize = ours.iter().map(Header::bytes).sum();
    let mut key = record.key.clone();
    let mut value = record.value.clone();
    if record_bytes(key.as_deref(), value.as_deref(), &headers) + own_bytes > limit {
        let bytes = value.as_deref().unwrap_or_default();
        ours.push(own("original_size", bytes.len().to_string()));
        ours.push(own("sha256", hex(&Sha256::digest(bytes))));
        let own_bytes: usize = ours.iter().map(Header::bytes).sum();
        // Headers and key can be the oversize part: they go before the page does, since the page is what people look for.
        if let Some(dropped) = make_room(&mut key, &mut headers, (limit / 2).saturating_sub(own_bytes)) {
            ours.push(own("dropped", dropped));
        }
        let fixed = record_bytes(key.as_deref(), None, &headers) + ours.iter().map(Header::bytes).sum::<usize>();
        if let Some(v) = value.as_mut() {
            v.truncate(limit.saturating_sub(fixed));
        }
    }
    headers.extend(ours);
    OutRecord { topic: topic.clone(), partition: None, key, value, headers, source }
}

/// Drops headers, the largest first, then the key, until both fit into `room`. Says what was dropped.
fn make_room(key: &mut Option<Vec<u8>>, headers: &mut Vec<Header>, room: usize) -> Option<String> {
    let mut bytes = record_bytes(key.as_deref(), None, headers);
    let mut by_size: Vec<usize> = (0..headers.len()).collect();
    by_size.sort_by_key(|i| headers[*i].bytes());
    let mut dropped = Vec::new();
    while bytes > room
        && let Some(largest) = by_size.pop()
    {
        bytes -= headers[largest].bytes();
        dropped.push(largest);
    }
    let mut told = Vec::new();
    if !dropped.is_empty() {
        told.push(format!("{} headers", dropped.len()));
        dropped.sort_unstable();
        let mut at = 0;
        headers.retain(|_| {
            at += 1;
            dropped.binary_search(&(at - 1)).is_err()
        });
    }
    if bytes > room && key.take().is_some() {
        told.push("key".into());
    }
    (!told.is_empty()).then(|| told.join(", "))
}

fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(value: &[u8], headers: Vec<Header>) -> Record {
        Record {
            topic: "pages.raw".into(),
            partition: 3,
            offset: 42,
            timestamp: Some(1_700_000_000_000),
            key: Some(b"key".to_vec()),
            value: Some(value.to_vec()),
            headers,
        }
    }

    fn letter(record: &Record, limit: usize) -> OutRecord {
        let death = Death { reason: DeadReason::InvalidJson, message: "no", stage: "clean", item: 2, attempt: 4 };
        dead_letter(record, &death, &"dead".into(), limit, 9)
    }

    /// The values of all headers of that name, as text.
    fn values<'a>(letter: &'a OutRecord, name: &str) -> Vec<&'a str> {
        let named = letter.headers.iter().filter(|h| h.name == name);
        named.map(|h| std::str::from_utf8(h.value.as_deref().unwrap()).unwrap()).collect()
    }

    #[test]
    fn bytes_key_and_headers_are_the_original_ones() {
        let theirs = vec![Header::new("trace", "1"), Header { name: "null".into(), value: None }, Header::new("trace", vec![0xff])];
        let record = record(b"{\xff broken", theirs.clone());
        let letter = letter(&record, 10_000);
        assert_eq!((&letter.key, &letter.value), (&record.key, &record.value));
        assert_eq!(letter.headers[..3], theirs);
        assert_eq!((letter.topic.as_ref(), letter.partition, letter.source), ("dead", None, 9));
        for (name, value) in [
            ("reason", "invalid_json"),
            ("message", "no"),
            ("stage", "clean"),
            ("topic", "pages.raw"),
            ("partition", "3"),
            ("offset", "42"),
            ("item", "2"),
            ("attempt", "4"),
            ("timestamp", "1700000000000"),
            ("version", env!("CARGO_PKG_VERSION")),
        ] {
            assert_eq!(values(&letter, &format!("{DEAD_PREFIX}{name}")), [value]);
        }
        assert_eq!(values(&letter, "feedmill.dead.original_size"), [] as [&str; 0]);
    }

    #[test]
    fn headers_of_an_earlier_death_are_replaced() {
        let first = letter(&record(&[b'x'; 5000], vec![Header::new("trace", "1")]), 4000);
        assert_eq!(values(&first, "feedmill.dead.original_size"), ["5000"]);
        let again = Record { headers: first.headers.clone(), timestamp: None, offset: 7, ..record(b"fits now", Vec::new()) };
        let second = letter(&again, 4000);
        assert_eq!(values(&second, "feedmill.dead.offset"), ["7"]);
        // Nothing of the first is left, also what the second does not have itself.
        for name in ["original_size", "sha256", "timestamp"] {
            assert_eq!(values(&second, &format!("{DEAD_PREFIX}{name}")), [] as [&str; 0], "{name}");
        }
        assert_eq!(values(&second, "trace"), ["1"]);
    }

    #[test]
    fn a_large_value_is_cut_to_the_limit_with_size_and_hash() {
        let value = [b'x'; 50_000];
        for limit in [2000, 10_000, 49_999, 50_000] {
            let letter = letter(&record(&value, Vec::new()), limit);
            let kept = letter.value.as_deref().unwrap();
            assert!(letter.bytes() <= limit, "{} of {limit}", letter.bytes());
            assert!(kept.len() > limit - 1200 && value.starts_with(kept), "{} of {limit}", kept.len());
            assert_eq!(values(&letter, "feedmill.dead.original_size"), ["50000"]);
            assert_eq!(values(&letter, "feedmill.dead.sha256"), [hex(&Sha256::digest(value))]);
        }
    }

    #[test]
    fn hundreds_of_kilobytes_of_headers_do_not_push_out_the_page() {
        let big = |name: &'static str, n: usize| Header::new(name, vec![b'h'; n]);
        let theirs = vec![big("small", 10), big("huge", 100_000), big("tiny", 5), big("large", 60_000)];
        let page = [b'p'; 30_000];
        let letter = letter(&record(&page, theirs), 100_000);
        assert!(letter.bytes() <= 100_000);
        assert_eq!(letter.value.as_deref(), Some(&page[..]));
        // The largest went first; what is left keeps its order.
        let left: Vec<&str> = letter.headers.iter().map(|h| h.name.as_ref()).filter(|n| !n.starts_with(DEAD_PREFIX)).collect();
        assert_eq!(left, ["small", "tiny"]);
        assert_eq!(values(&letter, "feedmill.dead.dropped"), ["2 headers"]);
    }

    #[test]
    fn keys_need_not_be_text_and_go_when_they_are_the_bulk() {
        let mut record = record(b"page", Vec::new());
        record.key = Some(vec![0xff, 0, 0xfe]);
        assert_eq!(letter(&record, 10_000).key, Some(vec![0xff, 0, 0xfe]));
        record.key = Some(vec![0xff; 20_000]);
        let cut = letter(&record, 10_000);
        assert_eq!((cut.key.clone(), cut.value.as_deref()), (None, Some(&b"page"[..])));
        assert_eq!(values(&cut, "feedmill.dead.dropped"), ["key"]);
        assert!(cut.bytes() <= 10_000);
    }

    #[test]
    fn null_values_and_long_messages() {
        let record = Record { value: None, key: None, ..record(b"", Vec::new()) };
        let death = Death { reason: DeadReason::Panic, message: &"ä".repeat(2000), stage: "dedup", item: 0, attempt: 1 };
        let letter = dead_letter(&record, &death, &"dead".into(), 10_000, 0);
        assert_eq!((&letter.key, &letter.value), (&None, &None));
        assert_eq!(values(&letter, "feedmill.dead.message"), ["ä".repeat(250)]);
    }
}
