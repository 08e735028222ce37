//! From a raw value to one of its kind. A wrong value is noted with its place, and a stand-in goes on, so that all errors are found at once.

use super::diagnostic::{Origin, Problem};
use super::keys::{self, Fallback, Kind};
use super::raw::{Node, Raw, Value};
use super::settings::Start;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// Reads keys of the table, and notes what is wrong.
pub struct Reader {
    values: BTreeMap<&'static str, Node>,
    defaults: BTreeMap<&'static str, Node>,
    pub problems: Vec<Problem>,
}

impl Reader {
    pub fn new(values: BTreeMap<&'static str, Node>) -> Self {
        let mut written = Raw::default();
        for key in keys::KEYS {
            if let Fallback::Value(toml) = key.default {
                written.read_argument(&format!("{}={toml}", key.name));
            }
        }
        let defaults = written.values.into_iter().map(|(k, n)| (k, at_default(n))).collect();
        Self { values, defaults, problems: Vec::new() }
    }

    /// Where the key got its value.
    pub fn origin(&self, name: &str) -> Origin {
        self.values.get(name).map_or(Origin::Default, |n| n.at.clone())
    }

    pub fn is_set(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub fn complain(&mut self, name: &str, message: impl std::fmt::Display) {
        let at = self.origin(name);
        self.problems.push(Problem::new(&at, format!("`{name}`: {message}")));
    }

    /// The value as written, else the default; `None` for a key without one.
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.values.get(name).or_else(|| self.defaults.get(name))
    }

    /// A value of any kind; `None` when it is left out, or wrong (and noted).
    pub fn read<T>(&mut self, name: &str, parse: impl FnOnce(&Value, Kind) -> Option<T>) -> Option<T> {
        let Some(kind) = keys::find(name).map(|k| k.kind) else {
            self.complain(name, "is read but not declared");
            return None;
        };
        let node = self.node(name)?;
        let parsed = parse(&node.value, kind);
        if parsed.is_none() {
            let message = format!("expected {}, found {}", kind.expected(), node.value.found());
            self.complain(name, message);
        }
        parsed
    }

    /// Like [`Reader::read`] for keys that may be left out; an empty string takes back what an earlier layer set.
    pub fn read_optional<T>(&mut self, name: &str, parse: impl FnOnce(&Value, Kind) -> Option<T>) -> Option<T> {
        match self.node(name) {
            Some(Node { value: Value::Text(t), .. }) if t.is_empty() => None,
            _ => self.read(name, parse),
        }
    }

    pub fn text(&mut self, name: &str) -> String {
        self.read(name, text).unwrap_or_default()
    }

    pub fn flag(&mut self, name: &str) -> bool {
        self.read(name, |v, _| if let Value::Flag(b) = v { Some(*b) } else { None }).unwrap_or_default()
    }

    /// A whole number, bytes or milliseconds within the bounds of its kind. Their upper bounds fit into `i64`.
    pub fn number(&mut self, name: &str) -> u64 {
        self.read(name, number).unwrap_or(1)
    }
}

/// Default values have no place of their own in any file.
fn at_default(mut node: Node) -> Node {
    node.at = Origin::Default;
    if let Value::List(items) = node.value {
        node.value = Value::List(items.into_iter().map(at_default).collect());
    }
    node
}

pub fn text(value: &Value, kind: Kind) -> Option<String> {
    let Value::Text(t) = value else { return None };
    let fits = match kind {
        Kind::Name(longest) => is_name(t, longest),
        Kind::Topic => is_topic(t),
        Kind::OneOf(names) => names.contains(&t.as_str()),
        Kind::Filter => !t.trim().is_empty() && tracing_subscriber::EnvFilter::try_new(t).is_ok(),
        _ => !t.is_empty(),
    };
    fits.then(|| t.clone())
}

pub fn number(value: &Value, kind: Kind) -> Option<u64> {
    let (written, from, to) = match (value, kind) {
        (Value::Integer(i), Kind::Number(from, to) | Kind::Bytes(from, to) | Kind::Millis(from, to)) => (u64::try_from(*i).ok()?, from, to),
        (Value::Text(t), Kind::Bytes(from, to)) => (bytes(t)?, from, to),
        _ => return None,
    };
    (from..=to).contains(&written).then_some(written)
}

/// `32MiB`, `1MB`, `1.5 GB`, `4096`. Units of 1000 and of 1024, as their names say; case does not count.
pub fn bytes(text: &str) -> Option<u64> {
    const UNITS: &[(&str, u64)] =
        &[("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("b", 1)];
    let text = text.trim().to_ascii_lowercase();
    let (digits, factor) = UNITS.iter().find_map(|(u, f)| Some((text.strip_suffix(u)?, *f))).unwrap_or((text.as_str(), 1));
    let digits = digits.trim();
    match digits.split_once('.') {
        None => whole(digits)?.checked_mul(factor),
        Some((before, after)) => {
            let scale = 10u64.checked_pow(u32::try_from(after.len()).ok()?)?;
            let part = whole(after)?.checked_mul(factor)? / scale;
            whole(before)?.checked_mul(factor)?.checked_add(part)
        }
    }
}

/// Digits only: `parse` alone would take a plus sign.
fn whole(digits: &str) -> Option<u64> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// An http or https address, without a slash at its end: paths are put behind it.
pub fn url(value: &Value, _: Kind) -> Option<String> {
    let Value::Text(text) = value else { return None };
    let parsed = url::Url::parse(text).ok()?;
    (matches!(parsed.scheme(), "http" | "https") && parsed.has_host()).then(|| text.trim_end_matches('/').to_owned())
}

/// Languages (primary subtags, in lower case) and their shards. A language has one shard.
pub fn languages(value: &Value, _: Kind) -> Option<BTreeMap<String, u32>> {
    let Value::Text(text) = value else { return None };
    let mut all = BTreeMap::new();
    for item in text.split([' ', ',', '\n', '\t']).filter(|i| !i.is_empty()) {
        let (language, shard) = item.split_once('=')?;
        let is_code = (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
        let new = all.insert(language.to_ascii_lowercase(), shard.parse().ok()?).is_none();
        if !is_code || !new {
            return None;
        }
    }
    Some(all)
}

pub fn listen(value: &Value, _: Kind) -> Option<Option<SocketAddr>> {
    match value {
        Value::Text(t) if t.is_empty() => Some(None),
        Value::Text(t) => t.parse().ok().map(Some),
        _ => None,
    }
}

pub fn start(value: &Value, _: Kind) -> Option<Start> {
    match value {
        Value::Text(t) if t == "earliest" => Some(Start::Earliest),
        Value::Text(t) if t == "latest" => Some(Start::Latest),
        // A time without a zone would mean another one on each machine.
        Value::Text(t) | Value::Time(t) => t.parse::<jiff::Timestamp>().ok().map(|t| Start::At(t.as_millisecond())),
        _ => None,
    }
}

pub fn servers(text: &str) -> bool {
    text.split(',').all(|server| {
        // `SSL://host:port` is taken by librdkafka, too; IPv6 addresses stand in brackets.
        let server = server.trim().rsplit_once("://").map_or(server.trim(), |(_, s)| s);
        server
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && !host.contains(' ') && port.parse::<u16>().is_ok_and(|p| p > 0))
    })
}

pub fn is_name(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

/// Kafka's own rule for topic names.
pub fn is_topic(text: &str) -> bool {
    is_name(text, 249) && text != "." && text != ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_of_both_kinds() {
        assert_eq!(bytes("32MiB"), Some(32 << 20));
        assert_eq!(bytes("1MB"), Some(1_000_000));
        assert_eq!(bytes("1.5 kb"), Some(1500));
        assert_eq!(bytes("4096"), Some(4096));
        assert_eq!(bytes("12B"), Some(12));
        for wrong in
            ["", "MB", "1TB", "-1MB", "+1", "1.MB", "1..5MB", "99999999999999999999", "9999999999999GiB", "1.0000000000000000000001GB"]
        {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn starts_need_a_zone() {
        let start = |t: &str| start(&Value::Text(t.into()), Kind::Start);
        assert_eq!(start("earliest"), Some(Start::Earliest));
        assert_eq!(start("2026-01-31T00:00:00Z"), Some(Start::At(1_769_817_600_000)));
        assert_eq!(start("2026-01-31T01:00:00+01:00"), Some(Start::At(1_769_817_600_000)));
        assert_eq!(start("2026-01-31T00:00:00"), None);
        assert_eq!(start("begin"), None);
    }

    #[test]
    fn servers_need_ports() {
        assert!(servers("a:9092, [::1]:9093,SSL://b.example:9094"));
        for wrong in ["", "a", "a:", "a:0", ":9092", "a:9092,", "a:99999"] {
            assert!(!servers(wrong), "{wrong}");
        }
    }

    #[test]
    fn topic_names_follow_kafka() {
        assert!(is_topic("pages.raw_v2-a"));
        assert!(!is_topic(".."));
        assert!(!is_topic("pages/raw"));
        assert!(!is_topic(&"x".repeat(250)));
    }
}
