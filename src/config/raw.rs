//! Raw: what was written, where, not judged yet. Three layers, the later wins: file, environment, arguments.

use super::diagnostic::{Lines, Origin, Problem};
use super::keys::{self, Kind};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub at: Origin,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Integer(i64),
    /// As written: no key takes one, librdkafka properties do.
    Float(String),
    Flag(bool),
    /// A TOML date-time, as text.
    Time(String),
    List(Vec<Node>),
    /// In the order of the file, with the places of the keys.
    Table(Vec<(String, Origin, Node)>),
}

impl Value {
    /// For error texts: "found ...".
    pub fn found(&self) -> String {
        match self {
            Value::Text(t) if t.is_empty() => "an empty string".into(),
            Value::Text(t) => format!("the string {:?}", shortened(t)),
            Value::Integer(i) => format!("{i}"),
            Value::Float(t) => format!("the fraction {t}"),
            Value::Flag(b) => format!("{b}"),
            Value::Time(t) => format!("the time {t}"),
            Value::List(_) => "a list".into(),
            Value::Table(_) => "a table".into(),
        }
    }

    /// The same without the value, for whatever may be a secret.
    pub fn found_kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "a string",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a fraction",
            Value::Flag(_) => "true or false",
            Value::Time(_) => "a time",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    if text.chars().count() <= SHOWN { text.into() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// The tables of librdkafka properties.
pub const PROPERTY_TABLES: [&str; 3] = ["kafka.properties", "kafka.consumer", "kafka.producer"];

/// All layers merged: for each key the value that won.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    pub values: BTreeMap<&'static str, Node>,
    /// By table, then by librdkafka's name.
    pub properties: BTreeMap<&'static str, BTreeMap<String, Node>>,
    pub problems: Vec<Problem>,
}

impl Raw {
    /// Reads a TOML document. Syntax errors do not hide the rest: what can be read is read.
    pub fn read_document(&mut self, path: Arc<str>, text: &str) {
        let lines = Lines::new(path, text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut broken = Vec::new();
        for e in &errors {
            let at = lines.origin(e.span().map_or(0, |s| s.start));
            // Of several on a line the later ones follow from the first.
            if !broken.contains(&line(&at)) {
                broken.push(line(&at));
                self.problems.push(Problem::new(&at, format!("not TOML: {}", e.message().trim().replace('\n', ", "))));
            }
        }
        if let Value::Table(entries) = converted_table(table.get_ref(), &|position| lines.origin(position)) {
            for (name, at, node) in sound(entries, &broken) {
                self.place(&name, &at, node);
            }
        }
    }

    /// Takes the variables that begin with `FEEDMILL__`, sorted by name.
    pub fn read_environment(&mut self, variables: &BTreeMap<String, String>) {
        for (name, value) in variables {
            if let Some(rest) = name.strip_prefix("FEEDMILL__") {
                let at = Origin::Environment(name.as_str().into());
                self.place_text(&environment_path(rest), &at, value);
            }
        }
    }

    /// Takes one `section.key=value`.
    pub fn read_argument(&mut self, argument: &str) {
        match argument.split_once('=') {
            Some((path, value)) => self.place_text(path.trim(), &Origin::Set(path.trim().into()), value.trim()),
            // Not echoed: it may be a secret whose key was forgotten.
            None => {
                self.problems.push(Problem::new(&Origin::Set("".into()), "expected section.key=value, found an argument without '='"));
            }
        }
    }

    fn place_text(&mut self, path: &str, at: &Origin, text: &str) {
        let is_text = property_of(path).is_some_and(|(_, name)| !name.is_empty()) || keys::find(path).is_some_and(|k| k.kind.is_text());
        let value = if is_text { quoted_or_bare(text) } else { toml_or_bare(text, at) };
        let value = match (keys::find(path).map(|k| k.kind), value) {
            // A bare list, as people write it in an environment: a,b.
            (Some(Kind::Inputs), Value::Text(bare)) => {
                Value::List(bare.split(',').map(|t| Node { at: at.clone(), value: Value::Text(t.trim().into()) }).collect())
            }
            (_, value) => value,
        };
        self.place(path, at, Node { at: at.clone(), value });
    }

    /// Puts a value where its path says: a key, a property, or a table of either.
    fn place(&mut self, path: &str, at: &Origin, node: Node) {
        if let Some((table, name)) = property_of(path) {
            return self.place_property(table, name, at, node);
        }
        if let Some(key) = keys::find(path) {
            self.values.insert(key.name, node);
        } else if keys::is_section(path) {
            match node.value {
                Value::Table(entries) => {
                    for (name, at, inner) in entries {
                        self.place(&format!("{path}.{name}"), &at, inner);
                    }
                }
                _ => self.problems.push(Problem::new(at, format!("`{path}`: expected a table, found {}", node.value.found_kind()))),
            }
        } else {
            self.problems.push(Problem::new(at, unknown(path, &node)));
        }
    }

    fn place_property(&mut self, table: &'static str, name: &str, at: &Origin, node: Node) {
        match node.value {
            // Dotted names may be written as nested tables.
            Value::Table(entries) => {
                for (inner, at, node) in entries {
                    let path = if name.is_empty() { inner } else { format!("{name}.{inner}") };
                    self.place_property(table, &path, &at, node);
                }
            }
            _ if name.is_empty() => {
                let found = node.value.found_kind();
                self.problems.push(Problem::new(at, format!("`{table}`: expected a table of librdkafka properties, found {found}")));
            }
            _ => {
                self.properties.entry(table).or_default().insert(name.into(), node);
            }
        }
    }
}

/// Drops what was read from lines that are no TOML: such values are stand-ins of the parser.
fn sound(entries: Vec<(String, Origin, Node)>, broken: &[usize]) -> Vec<(String, Origin, Node)> {
    let whole = |(_, at, node): &(String, Origin, Node)| !broken.contains(&line(at)) && !broken.contains(&line(&node.at));
    let inner = |(name, at, mut node): (String, Origin, Node)| {
        if let Value::Table(entries) = node.value {
            node.value = Value::Table(sound(entries, broken));
        }
        (name, at, node)
    };
    entries.into_iter().filter(whole).map(inner).collect()
}

fn line(at: &Origin) -> usize {
    if let Origin::File { line, .. } = at { *line } else { 0 }
}

/// The table of properties that a path names, and the name of the property in it ("" for the table itself).
fn property_of(path: &str) -> Option<(&'static str, &str)> {
    PROPERTY_TABLES.into_iter().find_map(|table| match path.strip_prefix(table)? {
        "" => Some((table, "")),
        rest => rest.strip_prefix('.').map(|name| (table, name)),
    })
}

/// `kafka.security = {protocol = ..}` is how TOML reads `kafka.security.protocol`, which is what the author wrote.
fn with_only_child(path: &str, node: &Node) -> String {
    match &node.value {
        Value::Table(entries) => match entries.as_slice() {
            [(name, _, inner)] => with_only_child(&format!("{path}.{name}"), inner),
            _ => path.into(),
        },
        _ => path.into(),
    }
}

fn unknown(path: &str, node: &Node) -> String {
    let whole = with_only_child(path, node);
    let property = whole.strip_prefix("kafka.").filter(|p| super::properties::is_well_known(p));
    match (property, keys::nearest(path)) {
        (Some(p), _) => format!("unknown key `kafka.{p}`: librdkafka properties belong into kafka.properties, as `kafka.properties.{p}`"),
        (None, Some(known)) => format!("unknown key `{path}`, did you mean `{known}`?"),
        (None, None) => format!("unknown key `{path}` (all keys: feedmill check --keys)"),
    }
}

/// `BATCH__MAX_RECORDS` -> `batch.max_records`. Names of environment variables have no dots, and librdkafka's names (but `log_level`) no
/// underscores, so `KAFKA__PROPERTIES__SASL_PASSWORD` is `kafka.properties.sasl.password`.
fn environment_path(rest: &str) -> String {
    let path = rest.to_lowercase().replace("__", ".");
    match property_of(&path) {
        Some((table, name)) if !name.is_empty() && !super::properties::is_well_known(name) => format!("{table}.{}", name.replace('_', ".")),
        _ => path,
    }
}

/// A TOML string when it is quoted, else the text itself.
fn quoted_or_bare(text: &str) -> Value {
    let quoted = text.starts_with(['"', '\'']).then(|| DeValue::parse(text).ok()).flatten();
    match quoted.as_ref().map(|v| v.get_ref()) {
        Some(DeValue::String(s)) => Value::Text(s.to_string()),
        _ => Value::Text(text.into()),
    }
}

/// A TOML value when it is one, else the text itself.
fn toml_or_bare(text: &str, at: &Origin) -> Value {
    match DeValue::parse(text) {
        Ok(value) => converted(value.get_ref(), &|_| at.clone()),
        Err(_) => Value::Text(text.into()),
    }
}

fn converted(value: &DeValue<'_>, origin: &dyn Fn(usize) -> Origin) -> Value {
    match value {
        DeValue::String(s) => Value::Text(s.to_string()),
        DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).map_or_else(|_| Value::Float(i.as_str().into()), Value::Integer),
        DeValue::Float(f) => Value::Float(f.as_str().into()),
        DeValue::Boolean(b) => Value::Flag(*b),
        DeValue::Datetime(t) => Value::Time(t.to_string()),
        DeValue::Array(items) => {
            Value::List(items.iter().map(|v| Node { at: origin(v.span().start), value: converted(v.get_ref(), origin) }).collect())
        }
        DeValue::Table(table) => converted_table(table, origin),
    }
}

fn converted_table(table: &DeTable<'_>, origin: &dyn Fn(usize) -> Origin) -> Value {
    let mut entries: Vec<_> = table.iter().collect();
    // The parser's map is sorted by name; people read errors in the order of the file.
    entries.sort_by_key(|(key, _)| key.span().start);
    let entries = entries.into_iter().map(|(key, value)| {
        let node = Node { at: origin(value.span().start), value: converted(value.get_ref(), origin) };
        (key.get_ref().to_string(), origin(key.span().start), node)
    });
    Value::Table(entries.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Raw {
        let mut raw = Raw::default();
        raw.read_document("f.toml".into(), text);
        raw
    }

    fn problems(raw: &Raw) -> Vec<String> {
        raw.problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn unknown_keys_name_the_place_and_the_nearest_key() {
        let raw = document(
            "[batch]\nmax_record = 1\n\n[bach]\nmax_records = 2\n[app]\nid = \"x\"\nwhatever = 1\n[kafka]\nsecurity.protocol = \"ssl\"\n",
        );
        assert_eq!(
            problems(&raw),
            [
                "f.toml:2:1: unknown key `batch.max_record`, did you mean `batch.max_records`?",
                "f.toml:4:2: unknown key `bach`, did you mean `batch`?",
                "f.toml:8:1: unknown key `app.whatever` (all keys: feedmill check --keys)",
                "f.toml:10:1: unknown key `kafka.security.protocol`: librdkafka properties belong into kafka.properties, as `kafka.properties.security.protocol`",
            ]
        );
        assert_eq!(raw.values["app.id"].value, Value::Text("x".into()));
    }

    #[test]
    fn syntax_errors_have_line_and_column_and_come_all_at_once() {
        let mut raw = document("[app]\nid = \n[batch]\nmax_records = = 3\nmax_record = 1\nmax_wait_ms = 5\n");
        raw.problems.sort_by_key(|p| line(&p.at));
        assert_eq!(
            problems(&raw),
            [
                "f.toml:2:6: not TOML: string values must be quoted, expected literal string",
                "f.toml:4:15: not TOML: extra `=`, expected nothing",
                "f.toml:5:1: unknown key `batch.max_record`, did you mean `batch.max_records`?",
            ]
        );
        assert_eq!(raw.values.keys().collect::<Vec<_>>(), [&"batch.max_wait_ms"], "lines that are no TOML give no value");
    }

    #[test]
    fn a_section_must_be_a_table() {
        assert_eq!(problems(&document("batch = 3")), ["f.toml:1:1: `batch`: expected a table, found a whole number"]);
        let raw = document("[kafka]\nconsumer = \"x\"");
        assert_eq!(problems(&raw), ["f.toml:2:1: `kafka.consumer`: expected a table of librdkafka properties, found a string"]);
    }

    #[test]
    fn properties_may_be_quoted_or_nested() {
        let raw = document("[kafka.properties]\n\"sasl.username\" = \"a\"\nsasl.password = \"b\"\n[kafka.consumer]\nfetch.max.bytes = 5\n");
        assert!(raw.problems.is_empty());
        assert_eq!(raw.properties["kafka.properties"].keys().collect::<Vec<_>>(), ["sasl.password", "sasl.username"]);
        assert_eq!(raw.properties["kafka.consumer"]["fetch.max.bytes"].value, Value::Integer(5));
    }

    #[test]
    fn the_environment_names_keys_and_properties() {
        let mut raw = Raw::default();
        let variables = [
            ("FEEDMILL__BATCH__MAX_RECORDS", "7"),
            ("FEEDMILL__APP__ID", "42"),
            ("FEEDMILL__KAFKA__PROPERTIES__SASL_PASSWORD", "\"quoted\""),
            ("FEEDMILL__KAFKA__CONSUMER__fetch.max.bytes", "9"),
            ("FEEDMILL__KAFKA__CONSUMER__LOG_LEVEL", "7"),
            ("FEEDMILL__TOPICS__INPUT", "a, b"),
            ("FEEDMILL__BATCH__MAX_RECORD", "1"),
            ("FEEDMILL_SERVICE_HOST", "10.0.0.1"),
        ];
        raw.read_environment(&variables.map(|(k, v)| (k.to_string(), v.to_string())).into());
        assert_eq!(
            problems(&raw),
            ["environment FEEDMILL__BATCH__MAX_RECORD: unknown key `batch.max_record`, did you mean `batch.max_records`?"]
        );
        assert_eq!(raw.values["batch.max_records"].value, Value::Integer(7));
        assert_eq!(raw.values["app.id"].value, Value::Text("42".into()));
        assert_eq!(raw.properties["kafka.properties"]["sasl.password"].value, Value::Text("quoted".into()));
        assert_eq!(raw.properties["kafka.consumer"]["fetch.max.bytes"].value, Value::Text("9".into()));
        assert!(raw.properties["kafka.consumer"].contains_key("log_level"));
        let Value::List(topics) = &raw.values["topics.input"].value else { panic!("not a list") };
        assert_eq!(topics.len(), 2);
        assert_eq!(topics[1].value, Value::Text("b".into()));
    }

    #[test]
    fn arguments_are_toml_or_bare_strings() {
        let mut raw = Raw::default();
        for argument in ["batch.max_bytes=1MB", "dedup.enabled = false", "topics.input=[\"x\"]", "log.level=feedmill=debug,info"] {
            raw.read_argument(argument);
        }
        assert!(raw.problems.is_empty());
        assert_eq!(raw.values["batch.max_bytes"].value, Value::Text("1MB".into()));
        assert_eq!(raw.values["dedup.enabled"].value, Value::Flag(false));
        assert!(matches!(&raw.values["topics.input"].value, Value::List(items) if items.len() == 1));
        assert_eq!(raw.values["log.level"].value, Value::Text("feedmill=debug,info".into()));
        raw.read_argument("hunter2");
        assert_eq!(problems(&raw), ["--set: expected section.key=value, found an argument without '='"]);
    }
}
