//! Input presets on sample records in the crawlers' own published formats: `tests/cases/presets/NAME.json`, and the same samples damaged.
//!
//! A case holds `preset`, the record (`value` as JSON, `value_text` or `value_base64`; `key`, `headers`, `timestamp`), and `expected`: one
//! object a page, with `skipped` or `dead` and the reason, or with fields of the page event. Keys that are absent are not looked at.
//! `schema`: the writer's, for Avro. `bytes` is the body in base64, `contains` a part of its markup. `homeless`: the fields that nothing reads.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "cases/preset.rs"]
mod preset;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use feedmill::article::Outcome;
use feedmill::config::Settings;
use feedmill::page::content::content;
use feedmill::page::{AvroSchema, Body, InLimits, Known, PageEvent, Preset, Refusal, SchemaId, Schemas, decode, sample};
use feedmill::record::{Header, Record};
use feedmill::stage::clean::{CleanStage, SchemaSource};
use feedmill::stage::{Stage, Work};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const LIMITS: InLimits = InLimits { page_bytes: 1 << 20 };

/// A registry with the schema of one sample, under every id.
#[derive(Clone)]
struct Registry(Option<Known>);

impl Schemas for Registry {
    fn get(&self, _: SchemaId) -> Option<Known> {
        self.0.clone()
    }
}

impl SchemaSource for Registry {
    fn ensure(&self, _: &mut dyn Iterator<Item = SchemaId>) -> Result<(), String> {
        Ok(())
    }
}

struct Case {
    name: String,
    schemas: Registry,
    preset: Preset,
    record: Record,
    expected: Vec<Value>,
    homeless: Option<Value>,
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/presets");
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| case(file)).collect()
}

fn case(file: &Path) -> Case {
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    let case: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap_or_else(|e| panic!("{name}: {e}"));
    let text = |key: &str| case[key].as_str();
    let schema = case.get("schema").map(|s| Known::Schema(Arc::new(AvroSchema::parse(&s.to_string()).unwrap())));
    let headers = case["headers"].as_object().into_iter().flatten();
    let record = Record {
        topic: "pages".into(),
        partition: 0,
        offset: 0,
        timestamp: text("timestamp").map(|t| t.parse::<jiff::Timestamp>().unwrap().as_millisecond()),
        key: text("key").map(|k| k.as_bytes().to_vec()),
        value: Some(preset::value(&case)),
        headers: headers.map(|(n, v)| Header::new(n.clone(), v.as_str().unwrap())).collect(),
    };
    let preset = Preset::from_name(text("preset").unwrap()).unwrap_or_else(|| panic!("{name}: preset"));
    Case {
        schemas: Registry(schema),
        preset,
        record,
        expected: case["expected"].as_array().unwrap().clone(),
        homeless: case.get("homeless").cloned(),
        name,
    }
}

/// A page in the shape of `expected`.
fn seen(page: &Result<PageEvent, Refusal>, wanted: &Value) -> Value {
    let event = match page {
        Err(Refusal::Skipped(reason)) => return json!({"skipped": reason.name()}),
        Err(Refusal::Dead { reason, .. }) => return json!({"dead": reason.name()}),
        Ok(event) => event,
    };
    let time = |t: i64| jiff::Timestamp::from_millisecond(t).unwrap().to_string();
    let mut seen = json!({
        "url": event.url, "final_url": event.final_url, "id": event.id, "status": event.status, "content_type": event.content_type,
        "fetched_at": event.fetched_at.map(time), "title": event.title, "language": event.language, "attributes": event.attributes,
    });
    let (kind, body) = match &event.body {
        Body::Bytes(b) => ("bytes", BASE64.encode(b)),
        Body::Html(h) => ("html", h.clone()),
        Body::Text(t) => ("text", t.clone()),
        Body::None => {
            seen["body"] = Value::Null;
            return seen;
        }
    };
    if let Some(part) = wanted["contains"].as_str() {
        seen["contains"] = if body.contains(part) { json!(part) } else { json!(body) };
    }
    seen[kind] = json!(body);
    seen
}

#[test]
fn every_sample_becomes_what_it_should() {
    let mut faults = Vec::new();
    for case in cases() {
        let pages = decode(case.preset, &case.record, &LIMITS, &case.schemas);
        if pages.len() != case.expected.len() {
            faults.push(format!("{}: {} pages, not {}: {pages:?}", case.name, pages.len(), case.expected.len()));
            continue;
        }
        for (page, wanted) in pages.iter().zip(&case.expected) {
            let seen = seen(page, wanted);
            for (key, want) in wanted.as_object().unwrap() {
                if seen.get(key) != Some(want) {
                    let got = seen.get(key).unwrap_or(&Value::Null);
                    faults.push(format!("{}: {key}\n  want {want}\n  got  {got} ({page:?})", case.name));
                }
            }
        }
        if let Some(wanted) = &case.homeless {
            let homeless = json!(sample::report(case.preset, &case.record, &LIMITS, &case.schemas).homeless);
            if homeless != *wanted {
                faults.push(format!("{}: homeless\n  want {wanted}\n  got  {homeless}", case.name));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_preset_has_a_sample_that_becomes_a_page() {
    let cases = cases();
    let proven: BTreeSet<&str> =
        cases.iter().filter(|c| c.expected.iter().any(|e| e.get("url").is_some())).flat_map(|c| c.preset.name().split('+')).collect();
    let missing: Vec<&str> = Preset::ALL.into_iter().map(Preset::name).filter(|n| !proven.contains(n)).collect();
    assert_eq!(missing, [] as [&str; 0]);
}

/// A generator of damage that is the same on every machine.
struct Damage(u64);

impl Damage {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below.max(1) as u64).unwrap()
    }

    /// One to four wounds, of the kinds that networks, disks and colleagues inflict.
    fn wound(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        const SPLINTERS: [&[u8]; 14] = [
            b"null",
            b"[]",
            b"{}",
            b"\"",
            b"-1",
            b"1e999",
            b"\\ud800",
            b"\xff\xfe",
            b"\0",
            b"Content-Length: 99999999999999999999\r\n",
            b"\r\n\r\n",
            b"WARC/1.0\r\n",
            b"9999999999999999999",
            b"\x1f\x8b\x08",
        ];
        for _ in 0..=self.next(4) {
            let at = self.next(bytes.len());
            match self.next(7) {
                0 if !bytes.is_empty() => bytes[at] ^= 1 << self.next(8),
                1 => bytes.truncate(at),
                2 => {
                    let end = (at + self.next(200)).min(bytes.len());
                    bytes.drain(at..end);
                }
                3 => {
                    let end = (at + self.next(200)).min(bytes.len());
                    let again = bytes[at..end].to_vec();
                    bytes.splice(at..at, again);
                }
                4 => {
                    let from = self.next(other.len());
                    let end = (from + self.next(300)).min(other.len());
                    bytes.splice(at..at, other[from..end].iter().copied());
                }
                // A value in quotes becomes something else.
                5 => {
                    let open = bytes[at..].iter().position(|b| *b == b'"').map(|o| at + o);
                    if let Some(open) = open
                        && let Some(close) = bytes[open + 1..].iter().position(|b| *b == b'"')
                    {
                        let splinter = SPLINTERS[self.next(SPLINTERS.len())];
                        bytes.splice(open..open + close + 2, splinter.iter().copied());
                    }
                }
                _ => {
                    let splinter = SPLINTERS[self.next(SPLINTERS.len())];
                    bytes.splice(at..at, splinter.iter().copied());
                }
            }
        }
    }
}

/// Samples of each preset, by the name of the whole.
fn samples() -> BTreeMap<&'static str, Vec<Case>> {
    let mut samples: BTreeMap<&'static str, Vec<Case>> = BTreeMap::new();
    for case in cases() {
        samples.entry(case.preset.name()).or_default().push(case);
    }
    samples
}

/// Damaged samples of each preset, unless this variable says how many.
const EACH: usize = 10_000;
const EACH_VARIABLE: &str = "FEEDMILL_DAMAGED_SAMPLES";

#[test]
fn damaged_samples_never_panic_and_always_have_a_fate() {
    let each = std::env::var(EACH_VARIABLE).map_or(EACH, |n| n.parse().expect(EACH_VARIABLE));
    let samples = samples();
    eprintln!("{} presets, {each} damaged samples of each", samples.len());
    let all: Vec<Vec<u8>> = samples.values().flatten().map(|c| c.record.value.clone().unwrap()).collect();
    let presets: Vec<(&'static str, Vec<Case>)> = samples.into_iter().collect();
    let queue = std::sync::Mutex::new(presets);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    while let Some((name, cases)) = { queue.lock().unwrap().pop() } {
                        let mut damage = Damage(0x9e37_79b9_7f4a_7c15 ^ name.len() as u64);
                        for round in 0..each {
                            let case = &cases[round % cases.len()];
                            let mut record = case.record.clone();
                            let other = &all[damage.next(all.len())];
                            damage.wound(record.value.as_mut().unwrap(), other);
                            let pages = decode(case.preset, &record, &LIMITS, &case.schemas);
                            assert!(!pages.is_empty(), "{name} round {round}: a record without a fate");
                            for event in pages.into_iter().flatten() {
                                let _ = content(&event, case.preset);
                            }
                        }
                    }
                })
            })
            .collect();
        workers.into_iter().for_each(|w| w.join().unwrap());
    });
}

#[test]
fn the_stage_gives_every_damaged_page_one_outcome() {
    let mut settings = Settings::default();
    settings.topics.outcomes = Some("outcomes".into());
    for (name, cases) in samples() {
        settings.input.preset = cases[0].preset;
        settings.topics.input[0].preset = cases[0].preset;
        settings.topics.input[0].topic = "pages".into();
        let schemas = cases[0].schemas.clone();
        let mut stage = CleanStage::new(&settings).with_schemas(Arc::new(schemas.clone()));
        let mut damage = Damage(7);
        let works: Vec<Work> = (0..200)
            .map(|round| {
                let mut record = cases[round % cases.len()].record.clone();
                record.offset = round as i64;
                if round >= cases.len() {
                    damage.wound(record.value.as_mut().unwrap(), b"{\"url\":\"https://a.test/\"}");
                }
                Work::from(record)
            })
            .collect();
        let records: Vec<Record> = works.iter().map(|w| w.record.clone()).collect();
        let effects = stage.process(works).unwrap();
        let to_dedup = effects.records.iter().filter(|r| r.topic == settings.topics.internal_clean).count();
        let pages: usize = records.iter().map(|r| decode(cases[0].preset, r, &InLimits { page_bytes: 16 << 20 }, &schemas).len()).sum();
        assert_eq!(to_dedup + effects.fates.len(), pages, "{name}");
        let dead = effects.fates.iter().filter(|f| f.outcome == Outcome::Dead).count();
        assert_eq!(effects.records.iter().filter(|r| r.topic == settings.topics.dead).count(), dead, "{name}");
        let panics: Vec<_> = effects.fates.iter().filter(|f| f.reason == Some("panic")).collect();
        assert!(panics.is_empty(), "{name}: {panics:?}");
    }
}

#[test]
fn a_preset_may_be_put_into_envelopes_by_name() {
    for name in ["cloudevents+ache", "debezium+cloudevents+html", "confluent-avro+scrapy-cluster", "confluent-json+cloudevents"] {
        assert_eq!(Preset::from_name(name).unwrap().name(), name);
    }
    assert!(Preset::from_name("confluent-avro+native").unwrap().needs_schemas());
    for name in ["ache+native", "cloudevents+", "+native", "cloudevents+unknown", "cloudevents+confluent-avro"] {
        assert!(Preset::from_name(name).is_none(), "{name}");
    }
}

#[test]
fn small_bombs_are_too_large() {
    let bomb = zstd::encode_all(&vec![b'a'; 200 << 20][..], 3).unwrap();
    let value = json!({"url": "https://a.test/", "body_base64": BASE64.encode(&bomb)}).to_string();
    let record = |value: Vec<u8>| Record { value: Some(value), ..cases().remove(0).record };
    for (preset, value) in [("native", value.into_bytes()), ("native", bomb.clone()), ("warc", bomb.clone()), ("ache", bomb)] {
        let pages = decode(Preset::from_name(preset).unwrap(), &record(value), &LIMITS, &Registry(None));
        assert!(matches!(&pages[..], [Err(Refusal::Dead { reason, .. })] if reason.name() == "too_large"), "{preset}: {pages:?}");
    }
}
