//! The contracts as they are seen from outside: schemas and golden records. A change here is a change for every reader of the topics.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use feedmill::article::duplicate::DUPLICATE_SCHEMA;
use feedmill::article::envelope::ArticleId;
use feedmill::article::outcome::{Coordinates, OUTCOME_SCHEMA};
use feedmill::article::record::ARTICLE_SCHEMA;
use feedmill::article::view::{View, stamp};
use feedmill::article::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn source() -> Source {
    Source {
        event_id: text("evt-1"),
        topic: "pages.raw".into(),
        partition: 3,
        offset: 42,
        item: 0,
        timestamp: text("2026-03-01T08:15:00Z"),
        fetched_at: text("2026-03-01T08:14:58.250Z"),
        preset: "native".into(),
        attributes: Some(json!({"z": 1, "crawl": "daily", "a": [1.5, null, "ü"]})),
    }
}

/// Every field filled, every list with an element.
fn body() -> ArticleBody {
    let evidence = DateEvidence { source: DateSource::JsonLd, raw: "2026-03-01T07:00:00+01:00".into(), confidence: 0.95 };
    let block = |kind, start, end, level| Block { kind, start: Some(start), end: Some(end), level, text: None, at: None };
    ArticleBody {
        url: "https://news.example.co.uk/2026/03/01/harbour?utm_source=x".into(),
        canonical_url: text("https://news.example.co.uk/2026/03/01/harbour"),
        site: Site { host: "news.example.co.uk".into(), domain: text("example.co.uk"), name: text("Example News") },
        title: text("Harbour reopens"),
        description: text("Ferries run again."),
        text: "Ferries\n\nThe harbour of Brest reopened on Sunday.".into(),
        blocks: vec![
            block(BlockKind::Heading, 0, 7, Some(2)),
            block(BlockKind::Paragraph, 9, 49, None),
            Block { kind: BlockKind::Caption, start: None, end: None, level: None, text: text("The quay"), at: Some(9) },
        ],
        authors: vec![Author { name: "Ada Doe".into(), url: text("https://news.example.co.uk/by/ada") }],
        agency: Some(Agency { code: "afp".into(), name: "Agence France-Presse".into(), role: AgencyRole::SignOff }),
        dateline: Some(Dateline { raw: "BREST, March 1".into(), place: text("Brest"), date: text("2026-03-01") }),
        published_at: text("2026-03-01T06:00:00Z"),
        modified_at: text("2026-03-01"),
        date_evidence: BTreeMap::from([("published_at".to_owned(), evidence)]),
        language: Language { code: text("en"), confidence: 0.987, declared: text("en-GB") },
        images: vec![Image { url: "https://news.example.co.uk/q.jpg".into(), caption: text("The quay"), credit: text("A. Doe") }],
        related: vec![Related {
            title: "Storm over the bay".into(),
            summary: text("Ten boats lost."),
            url: text("https://news.example.co.uk/storm"),
            published_at: text("2026-02-28"),
            rail: text("Most read"),
            seen: 2,
        }],
        topics: vec![Topic {
            code: "medtop:04000000".into(),
            name: "economy, business and finance".into(),
            score: 90,
            origin: TopicOrigin::Declared,
        }],
        places: vec![Place {
            name: "Brest".into(),
            geonames_id: Some(3_030_300),
            country: text("FR"),
            admin1: text("Brittany"),
            lat: Some(48.39),
            lon: Some(-4.486),
            spans: vec![[24, 29]],
            role: PlaceRole::Mentioned,
        }],
        countries: vec![Country { code: "FR".into(), weight: 1.0 }],
        people: vec![Entity { name: "Ada Doe".into(), spans: vec![], origin: Origin::Declared, same_as: None }],
        organisations: vec![Entity {
            name: "Port de Brest".into(),
            spans: vec![[13, 20]],
            origin: Origin::Found,
            same_as: text("https://www.wikidata.org/entity/Q1"),
        }],
        keywords: vec![Keyword { text: "ferries".into(), origin: Origin::Declared }],
        genre: text("news"),
        access: Access::Metered,
        rights: Rights {
            noarchive: Some(false),
            noai: Some(true),
            tdm_reservation: Some(true),
            license: text("https://news.example.co.uk/licence"),
            copyright: text("© 2026 Example"),
        },
        size: Size { words: 8, characters: 49, sentences: 2, paragraphs: 1, reading_seconds: 3 },
        body_hash: "00f1e2d3c4b5a697".into(),
        content_hash: "7a6b5c4d3e2f1009".into(),
        truncated: vec!["related".into()],
        source: source(),
        producer: Producer { version: "0.1.0".into(), taggers: BTreeMap::from([("language".into(), "whatlang-0.18".into())]) },
    }
}

fn article(body: ArticleBody) -> Article {
    let id = ArticleId(0x0123_4567_89ab_cdef).to_string();
    Article { schema: ARTICLE_SCHEMA.into(), id, revision: 2, version: (1 << 40) + 42, body }
}

fn duplicate() -> Duplicate {
    Duplicate {
        schema: DUPLICATE_SCHEMA.into(),
        url: "https://other.example/brest".into(),
        title: None,
        duplicate_of: ArticleId(0x0123_4567_89ab_cdef).to_string(),
        kind: DuplicateKind::Near,
        containment: 0.964,
        covered: 0.9,
        jaccard: 0.872,
        fuller: false,
        source: source(),
    }
}

fn outcome() -> OutcomeRecord {
    OutcomeRecord {
        schema: OUTCOME_SCHEMA.into(),
        event_id: None,
        source: Coordinates { topic: "pages.raw".into(), partition: 0, offset: 7, item: 1 },
        outcome: Outcome::Skipped,
        reason: Some(SkipReason::FrontPage.name().into()),
        article_id: None,
        revision: None,
        duplicate_of: None,
    }
}

#[test]
fn golden_article() {
    insta::assert_json_snapshot!(article(body()));
}

#[test]
fn golden_duplicate() {
    insta::assert_json_snapshot!(duplicate());
}

#[test]
fn golden_outcome() {
    insta::assert_json_snapshot!(outcome());
}

/// DEDUP puts the stamp before the body that CLEAN made, without serde: the bytes must be those of the type.
#[test]
fn stamp_and_body_are_the_article() {
    for body in [body(), ArticleBody { source: Source::default(), related: vec![], ..body() }] {
        let whole = article(body.clone());
        let id = ArticleId(u128::from_str_radix(&whole.id, 16).unwrap());
        let stamped = stamp(id, whole.revision, whole.version, &View::Feedmill.body_json(&body).unwrap());
        assert_eq!(String::from_utf8(stamped).unwrap(), serde_json::to_string(&whole).unwrap());
        assert_eq!(serde_json::from_str::<Article>(&serde_json::to_string(&whole).unwrap()).unwrap(), whole);
    }
}

fn schema(name: &str) -> Value {
    schema::schema(name).unwrap().to_value()
}

#[test]
fn schemas() {
    insta::assert_json_snapshot!("schema_event", feedmill::page::event::schema());
    for name in schema::NAMES {
        insta::assert_json_snapshot!(format!("schema_{name}"), schema::schema(name).unwrap());
    }
}

/// Every key of every object is always there, and the schema says so. New keys may come: nothing else is forbidden.
#[test]
fn every_key_is_present_and_required() {
    let records = [
        ("article", serde_json::to_value(article(body())).unwrap()),
        ("duplicate", serde_json::to_value(duplicate()).unwrap()),
        ("outcome", serde_json::to_value(outcome()).unwrap()),
    ];
    for (name, record) in records {
        let schema = schema(name);
        holds(&schema, &schema, &record, name);
        objects(&schema, &mut |object| {
            let properties: Vec<&String> = object["properties"].as_object().unwrap().keys().collect();
            let required: Vec<String> = serde_json::from_value(object["required"].clone()).unwrap();
            assert_eq!(properties, required.iter().collect::<Vec<_>>(), "{name}");
            assert!(object.get("additionalProperties").is_none() && object.get("unevaluatedProperties").is_none());
        });
    }
}

/// Calls `check` for every schema of an object with named properties.
fn objects(schema: &Value, check: &mut impl FnMut(&Value)) {
    if schema.get("properties").is_some() {
        check(schema);
    }
    for part in schema.as_object().into_iter().flat_map(|o| o.values()).chain(schema.as_array().into_iter().flatten()) {
        objects(part, check);
    }
}

/// Whether the record has exactly the keys of its schema, in the schema's order, all the way down.
fn holds(root: &Value, schema: &Value, record: &Value, path: &str) {
    let schema = resolved(root, schema, record);
    match record {
        Value::Object(object) => {
            if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
                let (have, want): (Vec<_>, Vec<_>) = (object.keys().collect(), properties.keys().collect());
                assert_eq!(have, want, "{path}");
                for (key, value) in object {
                    holds(root, &properties[key], value, &format!("{path}.{key}"));
                }
            } else if let Some(each) = schema.get("additionalProperties").filter(|s| s.is_object()) {
                object.values().for_each(|value| holds(root, each, value, &format!("{path}.*")));
            }
        }
        Value::Array(list) => {
            if let Some(items) = schema.get("items") {
                list.iter().for_each(|value| holds(root, items, value, &format!("{path}[]")));
            }
        }
        _ => {}
    }
}

fn resolved<'a>(root: &'a Value, schema: &'a Value, record: &Value) -> &'a Value {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return resolved(root, root.pointer(name.trim_start_matches('#')).unwrap(), record);
    }
    match schema.get("anyOf").and_then(Value::as_array) {
        // The other part is null.
        Some(parts) if !record.is_null() => resolved(root, &parts[0], record),
        _ => schema,
    }
}

#[test]
fn the_closed_lists_are_in_the_schema_of_outcomes() {
    let schema = schema("outcome");
    let names = |of: &str| -> Vec<String> {
        let list = schema["$defs"][of]["oneOf"].as_array().unwrap();
        list.iter().map(|one| one["const"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("Outcome"), Outcome::ALL.map(|o| o.name().to_owned()));
    for (list, told) in [("SkipReason", names("SkipReason")), ("DeadReason", names("DeadReason"))] {
        for name in told {
            // The name in records, headers and metrics is that of the schema.
            let quoted = Value::String(name.clone());
            let ours = match list {
                "SkipReason" => serde_json::from_value::<SkipReason>(quoted).unwrap().name(),
                _ => serde_json::from_value::<DeadReason>(quoted).unwrap().name(),
            };
            assert_eq!(ours, name);
        }
    }
}

/// The schema of dead letters names exactly the headers that the program writes.
#[test]
fn the_schema_of_dead_letters_is_what_is_written() {
    use feedmill::article::dead::{DEAD_PREFIX, Death, dead_letter};
    use feedmill::record::Record;
    let record = Record {
        topic: "pages.raw".into(),
        partition: 0,
        offset: 1,
        timestamp: Some(1),
        key: Some(vec![b'k'; 2500]),
        value: Some(vec![b'x'; 5000]),
        headers: Vec::new(),
    };
    let death = Death { reason: DeadReason::Panic, message: "m", stage: "clean", item: 0, attempt: 1 };
    let written = |limit| -> Vec<String> {
        let letter = dead_letter(&record, &death, &"dead".into(), limit, 0);
        let mut names: Vec<String> =
            letter.headers.iter().map(|h| h.name.to_string()).filter(|name| name.starts_with(DEAD_PREFIX)).collect();
        names.sort();
        names
    };
    let schema = schema("dead");
    let mut known: Vec<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
    known.sort();
    assert_eq!(written(4000), known);
    let mut required: Vec<String> = serde_json::from_value(schema["required"].clone()).unwrap();
    required.push(format!("{DEAD_PREFIX}timestamp"));
    required.sort();
    assert_eq!(written(100_000), required);
}
