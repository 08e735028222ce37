//! Checked: from the merged layers to [`Settings`], and the rules that hold between keys.

use super::diagnostic::{Origin, Problem};
use super::keys::Kind;
use super::mappings;
use super::properties;
use super::properties::judgement::{Finding, judge_security, judge_timeouts};
use super::raw::{Node, PROPERTY_TABLES, Raw, Value};
use super::reader::{self, Reader};
use super::secret;
use super::settings::*;
use crate::article::View;
use crate::page::Preset;
use crate::page::mapping::Mapping;
use crate::tag::taxonomy::{self, Taxonomies};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Settings, if nothing is wrong, and everything that was found.
pub struct Checked {
    pub settings: Settings,
    pub errors: Vec<Problem>,
    pub warnings: Vec<Problem>,
    /// What to show for each property, by table and name: secrets hidden, references as written.
    pub shown: BTreeMap<(&'static str, String), (String, Origin)>,
}

/// Reads all keys, then judges what holds between them. `features` is the client's `builtin.features`.
pub fn check(raw: Raw, environment: &BTreeMap<String, String>, features: &str) -> Checked {
    let mut reader = Reader::new(raw.values);
    reader.problems = raw.problems;
    let mut tables = PropertyTables { environment, found: Found::default(), written: raw.properties, rotating: BTreeMap::new() };
    let kafka = Kafka {
        bootstrap_servers: tables.servers(&mut reader),
        properties: tables.read(PROPERTY_TABLES[0]),
        consumer: tables.read(PROPERTY_TABLES[1]),
        producer: tables.read(PROPERTY_TABLES[2]),
        rotating: std::mem::take(&mut tables.rotating),
    };
    let tokens = ["oauth.token_file", "oauth.token_endpoint"].iter().any(|key| reader.is_set(key));
    tables.judge(&kafka, features, tokens);
    let mut secrets = Secrets { environment, warnings: Vec::new() };
    let settings = assemble(&mut reader, kafka, &mut secrets);
    tables.found.warnings.append(&mut secrets.warnings);
    judge(&settings, &mut reader);
    let PropertyTables { found, .. } = tables;
    Checked { settings, errors: reader.problems.into_iter().chain(found.errors).collect(), warnings: found.warnings, shown: found.shown }
}

fn assemble(r: &mut Reader, kafka: Kafka, secrets: &mut Secrets<'_>) -> Settings {
    let id = r.text("app.id");
    let mappings = mappings::read(r);
    let preset = preset(r, &mappings);
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let days = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let named = |r: &mut Reader, key: &str, suffix: &str| -> Arc<str> {
        r.read_optional(key, reader::text).unwrap_or_else(|| format!("{id}.{suffix}")).into()
    };
    Settings {
        topics: Topics {
            input: inputs(r, preset, &mappings),
            articles: named(r, "topics.articles", "articles"),
            duplicates: named(r, "topics.duplicates", "duplicates"),
            dead: named(r, "topics.dead", "dead"),
            outcomes: r.read_optional("topics.outcomes", reader::text).map(Into::into),
            retry: r.read_optional("topics.retry", reader::text).map(Into::into),
            internal_clean: format!("{id}.internal.clean").into(),
            internal_addresses: format!("{id}.internal.addresses").into(),
            internal_texts: format!("{id}.internal.texts").into(),
            cloudevents: r.flag("topics.cloudevents"),
            create: r.flag("topics.create"),
            partitions: i32::try_from(r.number("topics.partitions")).unwrap_or(i32::MAX),
            replication: r.read_optional("topics.replication", reader::number).and_then(|n| i32::try_from(n).ok()),
        },
        app: App { instance: r.read_optional("app.instance", reader::text), generation: days(r.number("app.generation")), id },
        kafka,
        oauth: oauth(r, secrets),
        input: Input {
            preset,
            start: r.read("input.start", reader::start).unwrap_or(Start::Earliest),
            schema_registry: r.read_optional("input.schema_registry", reader::url),
            schema_registry_auth: secrets.read(r, "input.schema_registry_auth"),
            mappings,
        },
        batch: Batch {
            max_records: size(r.number("batch.max_records")),
            max_bytes: size(r.number("batch.max_bytes")),
            max_wait: Duration::from_millis(r.number("batch.max_wait_ms")),
        },
        limits: Limits {
            page_bytes: size(r.number("limits.page_bytes")),
            record_bytes: size(r.number("limits.record_bytes")),
            page_time: Duration::from_millis(r.number("limits.page_ms")),
        },
        clean: Clean { gate: r.flag("clean.gate") },
        tag: Tag { enabled: r.flag("tag.enabled"), taxonomies: Arc::new(taxonomies(r)) },
        output: Output { view: View::named(&r.text("output.view")).unwrap_or_default() },
        dedup: Dedup {
            enabled: r.flag("dedup.enabled"),
            text_window_days: days(r.number("dedup.text_window_days")),
            address_window_days: days(r.number("dedup.address_window_days")),
            max_documents: size(r.number("dedup.max_documents")),
            shards: days(r.number("dedup.shards")),
            languages: r.read_optional("dedup.languages", reader::languages).unwrap_or_default(),
        },
        admin: Admin { listen: r.read("admin.listen", reader::listen).flatten(), token: secrets.read(r, "admin.token"), tls: admin_tls(r) },
        run: Run {
            drain: Duration::from_millis(r.number("run.drain_ms")),
            threads: r
                .read_optional("run.threads", reader::number)
                .map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), size),
        },
        log: Log {
            format: match r.text("log.format").as_str() {
                "text" => LogFormat::Text,
                "json" => LogFormat::Json,
                _ => LogFormat::Auto,
            },
            level: r.text("log.level"),
        },
    }
}

fn preset(r: &mut Reader, mappings: &[&'static Mapping]) -> Preset {
    let known = |value: &Value, _| if let Value::Text(name) = value { Preset::with_mappings(name, mappings) } else { None };
    r.read("input.preset", known).unwrap_or(Preset::Native)
}

/// Where tokens come from: the file, else the endpoint.
fn oauth(r: &mut Reader, secrets: &mut Secrets<'_>) -> Option<OAuth> {
    let (file, url) = (r.read_optional("oauth.token_file", reader::text), r.read_optional("oauth.token_endpoint", reader::url));
    let (id, secret) = (r.read_optional("oauth.client_id", reader::text), secrets.read(r, "oauth.client_secret"));
    let (scope, principal) = (r.read_optional("oauth.scope", reader::text), r.read_optional("oauth.principal", reader::text));
    let from = match (file, url, id, secret) {
        (Some(file), ..) => TokenFrom::File(file.into()),
        (None, Some(url), Some(client_id), Some(client_secret)) => TokenFrom::Endpoint { url, client_id, client_secret, scope },
        (None, Some(_), id, _) => {
            let missing = if id.is_none() { "oauth.client_id" } else { "oauth.client_secret" };
            r.complain("oauth.token_endpoint", format!("needs {missing}"));
            return None;
        }
        (None, None, ..) => return None,
    };
    Some(OAuth { from, principal })
}

fn admin_tls(r: &mut Reader) -> Option<AdminTls> {
    let mut path = |key: &str| r.read_optional(key, reader::text).map(std::path::PathBuf::from);
    let (certificate, key, client_ca) = (path("admin.tls_certificate"), path("admin.tls_key"), path("admin.client_ca"));
    match (certificate, key) {
        (Some(certificate), Some(key)) => Some(AdminTls { certificate, key, client_ca }),
        (None, None) if client_ca.is_none() => None,
        _ => {
            r.complain("admin.tls_certificate", "admin.tls_certificate and admin.tls_key belong together, and admin.client_ca needs both");
            None
        }
    }
}

/// Reads and checks the files of taxonomies. Mistakes in them are told at their own lines.
fn taxonomies(r: &mut Reader) -> Taxonomies {
    let Some(Node { value: Value::List(items), .. }) = r.node("tag.taxonomies").cloned() else {
        let _: Option<()> = r.read("tag.taxonomies", |_, _| None);
        return Taxonomies::default();
    };
    let mut files = Vec::new();
    for item in items {
        match &item.value {
            Value::Text(path) => match super::read(std::path::Path::new(path)) {
                Ok(text) => files.push((path.clone(), text)),
                Err(message) => r.problems.push(Problem::new(&item.at, format!("`tag.taxonomies`: {path} {message}"))),
            },
            other => {
                r.problems.push(Problem::new(&item.at, format!("`tag.taxonomies`: expected the path of a file, found {}", other.found())))
            }
        }
    }
    taxonomy::read(&files).unwrap_or_else(|problems| {
        let told = problems.into_iter().map(|p| Problem::new(&Origin::File { path: p.file.into(), line: p.line, column: 1 }, p.message));
        r.problems.extend(told);
        Taxonomies::default()
    })
}

/// The list of inputs. Wrong items are noted at their own places.
fn inputs(r: &mut Reader, standard: Preset, mappings: &[&'static Mapping]) -> Vec<InputTopic> {
    let Some(Node { value: Value::List(items), .. }) = r.node("topics.input").cloned() else {
        // Not a list: the reader says so.
        let _: Option<()> = r.read("topics.input", |_, _| None);
        return Vec::new();
    };
    if items.is_empty() {
        r.complain("topics.input", "expected at least one topic");
    }
    let mut topics: Vec<InputTopic> = Vec::new();
    for item in items {
        match input(&item, standard, mappings) {
            Ok(one) if topics.iter().any(|t| t.topic == one.topic) => {
                r.problems.push(Problem::new(&item.at, format!("`topics.input`: the topic {} is there twice", one.topic)));
            }
            Ok(one) => topics.push(one),
            Err(mut problems) => r.problems.append(&mut problems),
        }
    }
    topics
}

fn input(item: &Node, standard: Preset, mappings: &[&'static Mapping]) -> Result<InputTopic, Vec<Problem>> {
    let wrong = |at: &Origin, what: &str, expected: String, value: &Value| {
        Problem::new(at, format!("`topics.input`{what}: expected {expected}, found {}", value.found()))
    };
    let entries = match &item.value {
        Value::Text(t) if reader::is_topic(t) => return Ok(InputTopic { topic: t.as_str().into(), preset: standard }),
        Value::Table(entries) => entries,
        Value::Text(_) => return Err(vec![wrong(&item.at, "", Kind::Topic.expected(), &item.value)]),
        other => return Err(vec![wrong(&item.at, "", "a topic name or a {topic, preset} table".into(), other)]),
    };
    let (mut topic, mut preset, mut problems) = (None, standard, Vec::new());
    for (name, at, node) in entries {
        let text = if let Value::Text(t) = &node.value { t.as_str() } else { "" };
        match name.as_str() {
            "topic" if reader::is_topic(text) => topic = Some(text.into()),
            "topic" => problems.push(wrong(&node.at, " topic", Kind::Topic.expected(), &node.value)),
            "preset" => match Preset::with_mappings(text, mappings) {
                Some(p) => preset = p,
                None => problems.push(wrong(&node.at, " preset", Kind::Preset.expected(), &node.value)),
            },
            other => {
                problems.push(Problem::new(at, format!("`topics.input`: unknown key `{other}`, a table of an input has topic and preset")))
            }
        }
    }
    match topic {
        Some(topic) if problems.is_empty() => Ok(InputTopic { topic, preset }),
        None if !entries.iter().any(|(n, ..)| n == "topic") => {
            problems.push(Problem::new(&item.at, "`topics.input`: a table without `topic`"));
            Err(problems)
        }
        _ => Err(problems),
    }
}

/// What holds between keys.
fn judge(s: &Settings, r: &mut Reader) {
    let t = &s.topics;
    let internal = [&t.internal_clean, &t.internal_addresses, &t.internal_texts];
    let named = [
        ("topics.articles", Some(&t.articles)),
        ("topics.duplicates", Some(&t.duplicates)),
        ("topics.dead", Some(&t.dead)),
        ("topics.outcomes", t.outcomes.as_ref()),
        ("topics.retry", t.retry.as_ref()),
    ];
    let mut seen: BTreeMap<&str, &str> = internal.into_iter().map(|topic| (&**topic, "an internal topic")).collect();
    for (key, topic) in named.into_iter().filter_map(|(k, t)| Some((k, t?))) {
        match seen.get(&**topic) {
            // The app's id is wrong already, and all names with it.
            _ if s.app.id.is_empty() => {}
            Some(other) => r.complain(key, format!("the topic {topic} is {other} already")),
            None => {
                seen.insert(topic, key);
            }
        }
    }
    for input in &t.input {
        if let Some(other) = seen.get(&*input.topic) {
            let what = if *other == "topics.retry" {
                "is topics.retry, too: it would be read twice".to_string()
            } else {
                format!("is {other}, too: the worker would read what it writes, for ever")
            };
            r.complain("topics.input", format!("the topic {} {what}", input.topic));
        }
    }
    let avro = t.input.iter().map(|i| i.preset).chain(t.retry.as_ref().map(|_| s.input.preset)).any(Preset::needs_schemas);
    if avro && s.input.schema_registry.is_none() {
        r.complain("input.schema_registry", "preset confluent-avro needs it: the address of the schema registry");
    }
    let shards = s.dedup.shards;
    if shards > 1 && s.dedup.languages.is_empty() {
        r.complain("dedup.shards", "more than 1 needs dedup.languages, as \"de=1 fr=2\": without it all pages go to shard 0");
    }
    for (language, shard) in s.dedup.languages.iter().filter(|(_, shard)| **shard >= shards) {
        r.complain("dedup.languages", format!("{language} goes to shard {shard}, but dedup.shards is {shards}: they are counted from 0"));
    }
    if s.dedup.address_window_days < s.dedup.text_window_days {
        let key = if r.is_set("dedup.address_window_days") { "dedup.address_window_days" } else { "dedup.text_window_days" };
        r.complain(
            key,
            format!(
                "the address window, {} days, must not be shorter than the text window, {} days: an article whose address is forgotten \
                 would come again as a duplicate of itself",
                s.dedup.address_window_days, s.dedup.text_window_days
            ),
        );
    }
}

/// Keys whose values are secrets.
struct Secrets<'a> {
    environment: &'a BTreeMap<String, String>,
    warnings: Vec<Problem>,
}

impl Secrets<'_> {
    fn read(&mut self, r: &mut Reader, key: &str) -> Option<Secret> {
        let node = r.node(key)?.clone();
        let Value::Text(written) = &node.value else {
            r.complain(key, format!("expected {}, found {}", Kind::Secret.expected(), node.value.found_kind()));
            return None;
        };
        match secret::resolve(written, self.environment) {
            Ok(resolved) if resolved.value.is_empty() => None,
            Ok(resolved) => {
                if !resolved.secret && !matches!(node.at, Origin::Environment(_)) {
                    let advice = "a secret in plain text: write \"${env:NAME}\" or \"${file:PATH}\" instead";
                    self.warnings.push(Problem::new(&node.at, format!("`{key}`: {advice}")));
                }
                Some(Secret::from_reference(written, resolved.value))
            }
            Err(message) => {
                r.complain(key, message);
                None
            }
        }
    }
}

#[derive(Default)]
struct Found {
    errors: Vec<Problem>,
    warnings: Vec<Problem>,
    shown: BTreeMap<(&'static str, String), (String, Origin)>,
}

/// The keys under `kafka`, whose values may be secrets: their errors never show a value.
struct PropertyTables<'a> {
    environment: &'a BTreeMap<String, String>,
    written: BTreeMap<&'static str, BTreeMap<String, Node>>,
    found: Found,
    rotating: BTreeMap<String, Secret>,
}

impl PropertyTables<'_> {
    fn servers(&mut self, r: &mut Reader) -> String {
        const KEY: &str = "kafka.bootstrap_servers";
        let Some(Node { value: Value::Text(written), .. }) = r.node(KEY).cloned() else {
            let found = r.node(KEY).map_or("nothing", |n| n.value.found_kind());
            r.complain(KEY, format!("expected {}, found {found}", Kind::Servers.expected()));
            return String::new();
        };
        match secret::resolve(&written, self.environment) {
            Ok(resolved) if reader::servers(&resolved.value) => return resolved.value,
            Ok(resolved) if resolved.secret => {
                r.complain(KEY, format!("expected {}, the value of the reference is not", Kind::Servers.expected()))
            }
            Ok(_) => r.complain(KEY, format!("expected {}, found {}", Kind::Servers.expected(), Value::Text(written).found())),
            Err(message) => r.complain(KEY, message),
        }
        String::new()
    }

    fn read(&mut self, table: &'static str) -> BTreeMap<String, Property> {
        let mut properties = BTreeMap::new();
        for (name, node) in self.written.get(table).cloned().unwrap_or_default() {
            match self.property(table, &name, &node) {
                Ok(property) => {
                    properties.insert(name, property);
                }
                Err(message) => self.found.errors.push(Problem::new(&node.at, format!("`{table}.{name}`: {message}"))),
            }
        }
        properties
    }

    fn property(&mut self, table: &'static str, name: &str, node: &Node) -> Result<Property, String> {
        if let Some(why) = properties::owned(name) {
            return Err(format!("the worker sets this itself: {why}"));
        }
        let written = match &node.value {
            Value::Text(t) | Value::Float(t) => t.clone(),
            Value::Integer(i) => i.to_string(),
            Value::Flag(b) => b.to_string(),
            other => return Err(format!("expected a string, a number, true or false, found {}", other.found_kind())),
        };
        let resolved = secret::resolve(&written, self.environment)?;
        let known = properties::is_secret(name);
        if known && !resolved.secret && !written.is_empty() {
            let advice = format!("`{table}.{name}`: a secret in plain text: write \"${{env:NAME}}\" or \"${{file:PATH}}\" instead");
            // What comes from the environment is where it should be.
            if !matches!(node.at, Origin::Environment(_)) {
                self.found.warnings.push(Problem::new(&node.at, advice));
            }
        }
        let property = Property { secret: known || resolved.secret, value: resolved.value };
        let shown = match (property.secret, secret::is_reference(&written)) {
            (false, _) => format!("{:?}", property.value),
            (true, true) => format!("{written:?}"),
            (true, false) => "\"***\"".into(),
        };
        self.found.shown.insert((table, name.to_string()), (shown, node.at.clone()));
        properties::accepted(name, &property)?;
        let secret = Secret::from_reference(&written, property.value.as_str());
        if properties::may_rotate(name) && secret.is_from_file() {
            self.rotating.insert(name.into(), secret);
        }
        Ok(property)
    }

    fn judge(&mut self, kafka: &Kafka, features: &str, tokens: bool) {
        let (consumer, producer) = (properties::of_consumer(kafka), properties::of_producer(kafka));
        let mut findings: Vec<(&[&str], Finding)> = Vec::new();
        findings.extend(judge_security(&consumer, features, tokens).into_iter().map(|f| (&PROPERTY_TABLES[..2], f)));
        for f in judge_security(&producer, features, tokens) {
            // The same finding of both sides is one when it comes from the table of all clients.
            if !findings.iter().any(|(_, known)| *known == f) {
                findings.push((&["kafka.properties", "kafka.producer"][..], f));
            }
        }
        let timeouts = judge_timeouts(&consumer, &producer);
        findings.extend(timeouts.into_iter().map(|f| (&PROPERTY_TABLES[..], f)));
        for (tables, finding) in findings {
            let place = tables.iter().rev().find_map(|t| Some((*t, self.written.get(t)?.get(finding.property)?)));
            let (table, at) = place.map_or((tables[0], Origin::Default), |(t, n)| (t, n.at.clone()));
            let problem = Problem::new(&at, format!("`{table}.{}`: {}", finding.property, finding.message));
            if finding.is_error { self.found.errors.push(problem) } else { self.found.warnings.push(problem) }
        }
    }
}
