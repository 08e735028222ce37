//! One shard or four: the same records but for ids and versions, as long as no story crosses languages.

#![allow(clippy::unwrap_used)]

use feedmill::config::Settings;
use feedmill::page::Preset;
use feedmill::record::{OutRecord, Record};
use feedmill::stage::clean::CleanStage;
use feedmill::stage::dedup::DedupStage;
use feedmill::stage::{Stage, Work};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const COMMON: [(&str, &str); 4] = [
    ("en", "the minister said that the new rules would come into force next year and that it was too early to speak of"),
    ("de", "der Minister sagte, dass die neuen Regeln im nächsten Jahr in Kraft treten und dass es zu früh sei, um von"),
    ("fr", "le ministre a déclaré que les nouvelles règles entreraient en vigueur l'année prochaine et qu'il était trop tôt pour"),
    ("es", "el ministro dijo que las nuevas normas entrarán en vigor el próximo año y que es demasiado pronto para hablar de"),
];

/// A story of its own in one of the languages.
fn story(n: usize, words: usize) -> (usize, String) {
    let language = n % COMMON.len();
    let pieces: Vec<&str> = COMMON[language].1.split(' ').collect();
    let text = (0..words).map(|i| if i % 3 == 2 { format!("n{n}x{i}") } else { pieces[(n + i * 7 + i / 5) % pieces.len()].to_owned() });
    (language, text.collect::<Vec<_>>().join(" "))
}

fn events() -> Vec<Value> {
    let mut rng = fastrand::Rng::with_seed(8);
    let mut all: Vec<Value> = Vec::new();
    for n in 0..600 {
        let which = if rng.bool() { n } else { rng.usize(0..n + 1) };
        let (language, text) = story(which, rng.usize(120..200));
        let site = rng.usize(0..6);
        let url = format!("https://s{site}.test/{}/{}", COMMON[language].0, rng.usize(0..120) * 4 + language);
        let event = match rng.u32(0..40) {
            0 => json!({"op": "remove", "url": url, "reason": "r"}),
            1 => json!({"op": "restore", "url": url, "reason": "r"}),
            _ => {
                json!({"url": url, "title": format!("Title {which}"), "text": text, "fetched_at": format!("2026-01-01T00:{:02}:{:02}Z", n / 60, n % 60)})
            }
        };
        all.push(event);
    }
    all
}

fn settings(shards: u32) -> Settings {
    let mut settings = Settings::default();
    settings.topics.input[0].preset = Preset::Article;
    settings.topics.outcomes = Some("feedmill.outcomes".into());
    settings.dedup.shards = shards;
    if shards > 1 {
        settings.dedup.languages = COMMON.iter().enumerate().map(|(i, (code, _))| (code.to_string(), i as u32)).collect();
    }
    settings
}

/// All that the worker writes, and how many records each shard decided.
fn run(shards: u32) -> (Vec<OutRecord>, BTreeMap<i32, usize>) {
    let settings = settings(shards);
    let (mut clean, mut dedup) = (CleanStage::new(&settings), DedupStage::new(&settings));
    let topic: Arc<str> = settings.topics.input[0].topic.clone();
    let (mut all, mut ends): (Vec<OutRecord>, BTreeMap<i32, usize>) = Default::default();
    for (batch, events) in events().chunks(50).enumerate() {
        let work = |(i, event): (usize, &Value)| {
            Work::from(Record {
                topic: topic.clone(),
                partition: 0,
                offset: (batch * 50 + i) as i64,
                timestamp: Some(1),
                key: None,
                value: Some(event.to_string().into_bytes()),
                headers: Vec::new(),
            })
        };
        let cleaned = clean.process(events.iter().enumerate().map(work).collect()).unwrap();
        let (inner, rest): (Vec<_>, Vec<_>) = cleaned.records.into_iter().partition(|r| r.topic == settings.topics.internal_clean);
        all.extend(rest);
        let works = inner.into_iter().map(|out| {
            let partition = out.partition.unwrap();
            let end = ends.entry(partition).or_default();
            *end += 1;
            let (topic, key, value, headers) = (out.topic, out.key, out.value, out.headers);
            Work::from(Record { topic, partition, offset: *end as i64 - 1, timestamp: Some(*end as i64), key, value, headers })
        });
        all.extend(dedup.process(works.collect()).unwrap().records);
        dedup.merge();
    }
    (all, ends)
}

/// Records of a topic without what hashes the shard, by the place of their page.
fn told(records: &[OutRecord], topic: &str) -> BTreeMap<String, Value> {
    let own = ["id", "version", "duplicate_of", "article_id"];
    let of = |r: &OutRecord| {
        let mut value: Value = serde_json::from_slice(r.value.as_deref()?).unwrap();
        let known: Vec<bool> = own.iter().map(|k| value[*k].is_string()).collect();
        own.iter().for_each(|k| {
            value.as_object_mut().unwrap().shift_remove(*k);
        });
        Some((value["source"].to_string(), json!([value, known])))
    };
    records.iter().filter(|r| &*r.topic == topic).filter_map(of).collect()
}

#[test]
fn four_shards_write_what_one_writes() {
    let ((one, ends_of_one), (four, ends_of_four)) = (run(1), run(4));
    assert_eq!(ends_of_one.len(), 1);
    assert!(ends_of_four.len() == 4 && ends_of_four.values().all(|n| *n > 80), "each shard has its languages: {ends_of_four:?}");
    for (topic, least) in [("feedmill.articles", 300), ("feedmill.duplicates", 50), ("feedmill.outcomes", 600)] {
        let (a, b) = (told(&one, topic), told(&four, topic));
        assert!(a.len() >= least, "{topic}: {}", a.len());
        // Whether an address that shard 0 does not know was removed is not known to it: the null values tell, not its count.
        assert!(a == b, "{topic}: {:?}", a.iter().find(|(k, v)| b.get(*k) != Some(v)).map(|(k, v)| (v, b.get(k))));
    }
    // Ops reach every shard and are counted once.
    let nulls = |all: &[OutRecord]| all.iter().filter(|r| &*r.topic == "feedmill.articles" && r.value.is_none()).count();
    assert!(nulls(&one) > 5 && nulls(&four) >= nulls(&one));
    let ids = |all: &[OutRecord]| all.iter().filter(|r| &*r.topic == "feedmill.articles").filter_map(|r| r.key.clone()).collect::<Vec<_>>();
    assert!(ids(&one).iter().all(|id| !ids(&four).contains(id)), "ids hash the shard");
}
