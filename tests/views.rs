//! Every view of every case is valid: ninjs against IPTC's schema, the others against the schemas that `feedmill schema` prints.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use feedmill::article::envelope::{ArticleId, Envelope};
use feedmill::article::view::{View, stamp};
use feedmill::config::Settings;
use feedmill::record::Record;
use feedmill::stage::clean::CleanStage;
use feedmill::stage::{Stage, Work};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// The part of JSON Schema 2020-12 that the schemas here use. Gives what is wrong, with its place.
struct Validator<'a> {
    root: &'a Value,
    wrong: Vec<String>,
}

impl Validator<'_> {
    /// Names of the properties that were looked at.
    fn check(&mut self, schema: &Value, value: &Value, at: &str) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let Some(schema) = schema.as_object() else {
            if schema == &Value::Bool(false) {
                self.wrong.push(format!("{at}: not allowed"));
            }
            return seen;
        };
        for (keyword, rule) in schema {
            match keyword.as_str() {
                "$ref" => seen.extend(self.reference(rule.as_str().unwrap(), value, at)),
                "type" if !is_type(rule, value) => self.wrong.push(format!("{at}: {value} is no {rule}")),
                "const" if rule != value => self.wrong.push(format!("{at}: {value} is not {rule}")),
                "enum" if !rule.as_array().unwrap().contains(value) => self.wrong.push(format!("{at}: {value} is none of {rule}")),
                "minimum" if value.as_f64().is_some_and(|v| v < rule.as_f64().unwrap()) => {
                    self.wrong.push(format!("{at}: {value} is small"))
                }
                "maximum" if value.as_f64().is_some_and(|v| v > rule.as_f64().unwrap()) => {
                    self.wrong.push(format!("{at}: {value} is large"))
                }
                "format" => self.format(rule.as_str().unwrap(), value, at),
                "required" if value.is_object() => {
                    for name in rule.as_array().unwrap() {
                        if value.get(name.as_str().unwrap()).is_none() {
                            self.wrong.push(format!("{at}: {name} is missing"));
                        }
                    }
                }
                "items" => {
                    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{at}[{n}]"));
                    }
                }
                "properties" => {
                    for (name, part) in rule.as_object().unwrap() {
                        if let Some(inner) = value.get(name) {
                            seen.insert(name.clone());
                            self.check(part, inner, &format!("{at}.{name}"));
                        }
                    }
                }
                "allOf" => {
                    for part in rule.as_array().unwrap() {
                        seen.extend(self.check(part, value, at));
                    }
                }
                "anyOf" | "oneOf" => {
                    let fitting: Vec<BTreeSet<String>> =
                        rule.as_array().unwrap().iter().filter_map(|part| self.fits(part, value)).collect();
                    if fitting.is_empty() || keyword == "oneOf" && fitting.len() > 1 {
                        self.wrong.push(format!("{at}: {} of {keyword} fit {value}", fitting.len()));
                    }
                    fitting.into_iter().for_each(|f| seen.extend(f));
                }
                _ => {}
            }
        }
        if [schema.get("additionalProperties"), schema.get("unevaluatedProperties")].contains(&Some(&Value::Bool(false))) {
            for name in value.as_object().into_iter().flat_map(|o| o.keys()).filter(|n| !seen.contains(*n)) {
                self.wrong.push(format!("{at}: the key {name} is not allowed"));
            }
        }
        seen
    }

    fn fits(&self, schema: &Value, value: &Value) -> Option<BTreeSet<String>> {
        let mut inner = Validator { root: self.root, wrong: Vec::new() };
        let seen = inner.check(schema, value, "");
        inner.wrong.is_empty().then_some(seen)
    }

    fn reference(&mut self, name: &str, value: &Value, at: &str) -> BTreeSet<String> {
        if name == "https://geojson.org/schema/GeoJSON.json#" {
            // RFC 7946: a point is a longitude and a latitude.
            let numbers =
                value["coordinates"].as_array().map(|c| c.iter().filter_map(Value::as_f64).collect::<Vec<_>>()).unwrap_or_default();
            let point = value["type"] == "Point" && matches!(numbers[..], [lon, lat] if lon.abs() <= 180.0 && lat.abs() <= 90.0);
            if !point {
                self.wrong.push(format!("{at}: {value} is no GeoJSON point"));
            }
            return BTreeSet::new();
        }
        let root = self.root;
        let target = root.pointer(name.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("no {name}"));
        self.check(target, value, at)
    }

    fn format(&mut self, format: &str, value: &Value, at: &str) {
        let Some(text) = value.as_str() else { return };
        let ok = match format {
            "uri" => url::Url::parse(text).is_ok() && text.is_ascii() && !text.contains(' '),
            "date-time" => text.contains('T') && text.parse::<jiff::Timestamp>().is_ok(),
            _ => true,
        };
        if !ok {
            self.wrong.push(format!("{at}: {text:?} is no {format}"));
        }
    }
}

fn is_type(rule: &Value, value: &Value) -> bool {
    let one = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("unknown type {other}"),
    };
    rule.as_array().map_or_else(|| one(rule), |names| names.iter().any(one))
}

fn faults(schema: &Value, record: &Value) -> Vec<String> {
    let mut validator = Validator { root: schema, wrong: Vec::new() };
    validator.check(schema, record, "$");
    validator.wrong
}

fn ninjs() -> Value {
    serde_json::from_str(include_str!("schemas/ninjs-3.1.json")).unwrap()
}

fn printed(name: &str) -> Value {
    feedmill::article::schema::schema(name).unwrap().to_value()
}

/// All cases as page events: those of HTML and text, and one with everything that a page can say.
fn events() -> Vec<(String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut out = Vec::new();
    for (kind, field) in [("html", "html"), ("text", "text")] {
        let mut folders: Vec<_> = std::fs::read_dir(root.join(kind)).unwrap().map(|e| e.unwrap().path()).collect();
        folders.sort();
        for folder in folders {
            let pages = ["page.html", "page.txt", "input.txt", "event.json"];
            let Some(page) = pages.iter().map(|p| folder.join(p)).find(|p| p.exists()) else { continue };
            let content = std::fs::read_to_string(&page).unwrap();
            let name = format!("{kind}/{}", folder.file_name().unwrap().to_string_lossy());
            let mut event = if page.extension().is_some_and(|e| e == "json") {
                serde_json::from_str(&content).unwrap()
            } else {
                json!({field: content})
            };
            event["url"] = json!(format!("https://news.example/{name}"));
            event["fetched_at"] = json!("2025-03-10T11:00:00Z");
            out.push((name, event));
        }
    }
    assert!(out.len() > 10, "{out:?}");
    let full = r#"<html lang="en"><head><title>Bridge opens</title><meta name="robots" content="noai, noarchive"><meta name="tdm-reservation" content="1">
        <link rel="license" href="https://creativecommons.org/licenses/by/4.0/"><meta property="og:image" content="/a b.jpg">
        <script type="application/ld+json">{"@type":"OpinionNewsArticle","headline":"Bridge opens","datePublished":"2025-03-09","articleSection":"Politics",
        "keywords":["bridges","ferries"],"isAccessibleForFree":false,"author":{"name":"Jane Doe","url":"https://news.example/jane doe"}}</script></head>
        <body><article><h1>Bridge opens</h1><p>LISBON, March 9 (Reuters) - The council of Lisbon opened the bridge on Sunday, and the mayor said that the
        people of Portugal had waited long enough for it. Ships from Porto and from Madrid in Spain will pass below it every day of the week.</p>
        <p>The river had been crossed by ferries only, which stopped in every storm, so that schools and shops on the other side stayed closed for days.
        The ferries will go on during the summer, the council said, and the fares will stay as they are until a new contract is signed.</p></article></body></html>"#;
    out.push((
        "everything".into(),
        json!({"url": "https://news.example/opinion/bridge?a=ü", "html": full, "fetched_at": "2025-03-10T11:00:00Z"}),
    ));
    out
}

/// Records of the cases that are articles, in a view.
fn records(view: View) -> Vec<(String, Value)> {
    let mut settings = Settings::default();
    settings.output.view = view;
    let mut stage = CleanStage::new(&settings);
    let record = |event: &Value| Record {
        topic: "pages.raw".into(),
        partition: 0,
        offset: 7,
        timestamp: None,
        key: None,
        value: Some(event.to_string().into_bytes()),
        headers: Vec::new(),
    };
    let mut out = Vec::new();
    for (name, event) in events() {
        let effects = stage.process(vec![Work::from(record(&event))]).unwrap();
        for made in effects.records {
            if let Ok((_, body)) = Envelope::decode(made.value.as_deref().unwrap_or_default()) {
                let whole = stamp(ArticleId(0x1234), 2, (1 << 40) + 7, body);
                out.push((name.clone(), serde_json::from_slice(&whole).unwrap()));
            }
        }
    }
    assert!(out.len() > 5 && out.iter().any(|(n, _)| n == "everything"));
    out
}

#[test]
fn ninjs_is_valid_by_iptcs_schema_and_by_ours() {
    let (theirs, ours) = (ninjs(), printed("ninjs"));
    for (name, record) in records(View::Ninjs) {
        assert_eq!(faults(&theirs, &record), [] as [&str; 0], "{name}");
        assert_eq!(faults(&ours, &record), [] as [&str; 0], "{name}");
        assert_eq!(
            (&record["uri"], &record["version"]),
            (&json!("urn:feedmill:article:00000000000000000000000000001234"), &json!("1099511627783"))
        );
    }
}

#[test]
fn the_validator_sees_what_is_wrong() {
    let good = json!({"uri": "urn:x:y", "type": "text", "altIds": [{"role": "a", "value": "b"}]});
    assert_eq!(faults(&ninjs(), &good), [] as [&str; 0]);
    for (field, value, want) in [
        ("own", json!(1), "$: the key own is not allowed"),
        ("type", json!("novel"), "$.type"),
        ("uri", json!("no address"), "$.uri"),
        ("versionCreated", json!("2025-03-10"), "$.versionCreated"),
        ("altIds", json!([{"id": "x"}]), "$.altIds[0]: the key id is not allowed"),
        ("places", json!([{"geoJSON": {"type": "Point", "coordinates": [200, 0]}}]), "$.places[0].geoJSON"),
        ("urgency", json!(10), "$.urgency"),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        let found = faults(&ninjs(), &bad);
        assert!(found.iter().any(|f| f.starts_with(want)), "{found:?} lacks {want}");
    }
    let mut bad = good;
    bad.as_object_mut().unwrap().remove("uri");
    assert_eq!(faults(&ninjs(), &bad), ["$: \"uri\" is missing"]);
}

/// Types and properties of schema.org that a record may have: a cut of the vocabulary, release 30.
const VOCABULARY: &[(&str, &str)] = &[
    (
        "NewsArticle OpinionNewsArticle AnalysisNewsArticle BackgroundNewsArticle ReviewNewsArticle SatiricalArticle AdvertiserContentArticle LiveBlogPosting",
        "@context @id @type identifier version url mainEntityOfPage headline description articleBody wordCount timeRequired inLanguage datePublished \
         dateModified author publisher sourceOrganization dateline locationCreated about keywords contentLocation mentions genre image \
         isAccessibleForFree license copyrightNotice",
    ),
    ("Person Organization NewsMediaOrganization", "@type name url sameAs"),
    ("DefinedTerm", "@type name termCode inDefinedTermSet"),
    ("Place", "@type name sameAs geo address"),
    ("GeoCoordinates", "@type latitude longitude"),
    ("PostalAddress", "@type addressCountry addressRegion"),
    ("ImageObject", "@type url caption creditText"),
];

fn in_vocabulary(value: &Value, at: &str) {
    if let Some(object) = value.as_object() {
        let kind = object["@type"].as_str().unwrap();
        let (_, known) =
            VOCABULARY.iter().find(|(kinds, _)| kinds.split(' ').any(|k| k == kind)).unwrap_or_else(|| panic!("{at}: type {kind}"));
        for (name, inner) in object {
            assert!(known.split_whitespace().any(|k| k == name), "{at}: {kind} has no {name}");
            assert!(!inner.is_null(), "{at}.{name}");
            in_vocabulary(inner, &format!("{at}.{name}"));
        }
    }
    value.as_array().into_iter().flatten().for_each(|v| in_vocabulary(v, at));
}

#[test]
fn schema_org_is_valid_by_vocabulary_and_schema() {
    let schema = printed("schema_org");
    for (name, record) in records(View::SchemaOrg) {
        assert_eq!(faults(&schema, &record), [] as [&str; 0], "{name}");
        in_vocabulary(&record, &name);
        assert_eq!((&record["@context"], &record["version"]), (&json!("https://schema.org"), &json!(1_099_511_627_783_u64)));
    }
}

#[test]
fn our_own_view_is_valid_and_says_what_the_others_say() {
    let schema = printed("article");
    let (ninjs, schema_org) = (records(View::Ninjs), records(View::SchemaOrg));
    for (at, (name, record)) in records(View::Feedmill).iter().enumerate() {
        assert_eq!(faults(&schema, record), [] as [&str; 0], "{name}");
        assert_eq!(record["text"], ninjs[at].1["bodies"][0]["value"], "{name}");
        assert_eq!(record["text"], schema_org[at].1["articleBody"], "{name}");
        if name == "everything" {
            assert_eq!(schema_org[at].1["@type"], "OpinionNewsArticle");
            assert_eq!(ninjs[at].1["located"], "LISBON");
            assert_eq!(ninjs[at].1["usageTerms"], "access: locked; text and data mining: reserved; noai; noarchive");
            assert_eq!((&record["genre"], &record["agency"]["code"]), (&json!("opinion"), &json!("REUTERS")));
        }
    }
}
