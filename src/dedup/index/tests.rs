mod schedules;
mod verdicts;

use super::*;
use crate::article::outcome::Coordinates;
use crate::dedup::fingerprint::fingerprint;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

fn settings() -> IndexSettings {
    IndexSettings {
        enabled: true,
        text_window: Some(1_000),
        address_window: Some(4_000),
        max_documents: 1_000,
        generation: 1,
        shard: 0,
        shards: 1,
    }
}

fn key(address: &str) -> AddressKey {
    AddressKey(xxh3_128(address.as_bytes()))
}

/// A page at `addresses` (asked, final, canonical), `site/path`.
fn envelope(op: EnvelopeOp, addresses: &[&str], title: &str, text: &str, fetched_at: i64) -> Envelope {
    let site = addresses[0].split('/').next().unwrap();
    Envelope {
        op,
        keys: addresses.iter().map(|a| key(a)).collect(),
        url: format!("https://{}", addresses[0]),
        title: Some(title.into()),
        fetched_at,
        site: xxh3_64(site.as_bytes()),
        language: "en".into(),
        fingerprint: (op == EnvelopeOp::Page).then(|| fingerprint(Some(title), text)),
        event_id: None,
        source: Coordinates { topic: "t".into(), partition: 0, offset: 0, item: 0 },
        source_json: String::new(),
    }
}

/// Words `from..to` of story `n`: texts of one `n` overlap where the ranges do.
fn story(n: usize, from: usize, to: usize) -> String {
    (from..to).map(|i| format!("s{n}w{i}")).collect::<Vec<_>>().join(" ")
}

impl Index {
    /// The state, spelt so that two equal ones are equal.
    fn dump(&self) -> Vec<String> {
        let mut all = self.live.texts.dump();
        all.extend(self.live.addresses.dump());
        all.push(format!("time {}", self.live.time));
        all
    }
}
