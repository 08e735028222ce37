//! The dead letter: the original bytes, key and headers, plus `feedmill.dead.*`.

use super::outcome::DeadReason;
use crate::record::{Header, OutRecord, Record, record_bytes};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// All headers that this program adds to a dead letter begin so. Those of an earlier death are replaced, never appended.
pub const DEAD_PREFIX: &str = "feedmill.dead.";

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
    let mut key = record.key.clone();
    let mut value = record.value.clone();
    let whole = record_bytes(key.as_deref(), value.as_deref(), &headers) + ours.iter().map(Header::bytes).sum::<usize>();
    if whole > limit {
        let bytes = value.as_deref().unwrap_or_default();
        ours.push(own("original_size", bytes.len().to_string()));
        ours.push(own("sha256", hex(&Sha256::digest(bytes))));
        let fixed = |key: &Option<Vec<u8>>, headers: &[Header]| {
            record_bytes(key.as_deref(), None, headers) + ours.iter().map(Header::bytes).sum::<usize>()
        };
        // Headers and key can be the oversize part: they go before the page does, largest first, since the page is what people look for.
        if fixed(&key, &headers) > limit / 2 {
            headers.sort_by_key(Header::bytes);
            while fixed(&key, &headers) > limit / 2 && headers.pop().is_some() {}
        }
        if fixed(&key, &headers) > limit / 2 {
            key = None;
        }
        let room = limit.saturating_sub(fixed(&key, &headers));
        if let Some(v) = value.as_mut() {
            v.truncate(room);
        }
    }
    headers.extend(ours);
    OutRecord { topic: topic.clone(), partition: None, key, value, headers, source }
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
