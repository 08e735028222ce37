//! The table of keys. Parsing, the listing of `feedmill check --keys` and the completeness test of `config/feedmill.toml` all read it.

/// What a key's value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters, digits, `.`, `_` and `-`, up to that many: it becomes part of names on the broker.
    Name(usize),
    /// A topic's name.
    Topic,
    /// A list of topic names or `{topic, preset}` tables.
    Inputs,
    /// A list of paths.
    Files,
    /// A preset's name, several joined by `+`, or one of `input.mappings`.
    Preset,
    /// Tables of JSON pointers by name.
    Mappings,
    /// An http or https address.
    Url,
    /// A file's path.
    Path,
    /// Any text that is not empty.
    Text,
    /// A text that is never shown, as a reference `${env:NAME}` or `${file:PATH}`.
    Secret,
    Flag,
    /// A whole number, from and to.
    Number(u64, u64),
    /// Bytes: a whole number, or a string with a unit; from and to.
    Bytes(u64, u64),
    /// Milliseconds, from and to.
    Millis(u64, u64),
    OneOf(&'static [&'static str]),
    /// `earliest`, `latest` or an RFC 3339 time.
    Start,
    /// `host:port` with an address for host, or "" for none.
    Listen,
    /// `host:port`, several separated by commas.
    Servers,
    /// A tracing filter.
    Filter,
    /// `language=shard`, several separated by spaces or commas.
    Languages,
    /// A table of librdkafka properties.
    Properties,
}

/// What counts when nobody sets the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// A value, as TOML.
    Value(&'static str),
    /// Left out; what happens then, in words.
    Unset(&'static str),
}

#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// `section.key`.
    pub name: &'static str,
    pub kind: Kind,
    pub default: Fallback,
    /// One line: what it decides.
    pub why: &'static str,
}

use Fallback::{Unset, Value};
use Kind::{
    Bytes, Files, Filter, Flag, Inputs, Languages, Listen, Mappings, Millis, Name, Number, OneOf, Path, Preset, Properties, Secret,
    Servers, Start, Text, Topic, Url,
};

pub const VIEWS: &[&str] = &["feedmill", "ninjs", "schema_org"];
pub const LOG_FORMATS: &[&str] = &["auto", "text", "json"];

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

const fn key(name: &'static str, kind: Kind, default: Fallback, why: &'static str) -> Key {
    Key { name, kind, default, why }
}

/// All keys, in the order of `config/feedmill.toml`.
pub const KEYS: &[Key] = &[
    key("app.id", Name(100), Value("\"feedmill\""), "prefix of consumer groups, transactional ids and all default topic names"),
    key(
        "app.instance",
        Name(100),
        Unset("random, one per process"),
        "a stable name of this process, so that it fences its predecessor at once",
    ),
    // The version of a record is generation x 2^40 + offset in a signed 64-bit number.
    key("app.generation", Number(1, (1 << 22) - 1), Value("1"), "raised when outputs are rebuilt, so that versions go on rising"),
    key("kafka.bootstrap_servers", Servers, Value("\"127.0.0.1:9092\""), "brokers to ask first"),
    key("kafka.properties", Properties, Unset("none"), "librdkafka properties of all clients"),
    key("kafka.consumer", Properties, Unset("none"), "librdkafka properties of consumers only"),
    key("kafka.producer", Properties, Unset("none"), "librdkafka properties of producers only"),
    key("oauth.token_endpoint", Url, Unset("none"), "where tokens for SASL OAUTHBEARER are fetched (OAuth 2.0, client credentials)"),
    key("oauth.client_id", Text, Unset("none"), "who asks the endpoint"),
    key("oauth.client_secret", Secret, Unset("none"), "its secret, as ${env:NAME} or ${file:PATH}"),
    key("oauth.scope", Text, Unset("none"), "scope that is asked for"),
    key("oauth.token_file", Path, Unset("none"), "a file with the token, renewed by something else"),
    key("oauth.principal", Text, Unset("the token's sub"), "name that goes with the token"),
    key("topics.input", Inputs, Value("[\"pages.raw\"]"), "topics with raw pages"),
    key("topics.articles", Topic, Unset("<app.id>.articles"), "article records, the main output"),
    key("topics.duplicates", Topic, Unset("<app.id>.duplicates"), "one notice for each copy of an article"),
    key("topics.dead", Topic, Unset("<app.id>.dead"), "events that cannot be processed, with their original bytes"),
    key("topics.outcomes", Topic, Unset("none"), "one small record for each page, whatever its fate"),
    key("topics.retry", Topic, Unset("none"), "one more input, for replayed dead letters"),
    key("topics.cloudevents", Flag, Value("false"), "outputs carry the attributes of a CloudEvent as headers"),
    key("topics.create", Flag, Value("false"), "create missing topics at start"),
    key("topics.partitions", Number(1, 10_000), Value("6"), "partitions of created outputs"),
    key("topics.replication", Number(1, 100), Unset("the broker's default"), "replication factor of created topics"),
    key("input.preset", Preset, Value("\"native\""), "how input records are read unless the topic says otherwise"),
    key("input.mappings", Mappings, Unset("none"), "presets of one's own: JSON pointers to the fields of a page"),
    key("input.schema_registry", Url, Unset("none"), "where the schemas of preset confluent-avro are"),
    key("input.schema_registry_auth", Secret, Unset("none"), "user:password of the registry, as ${env:NAME} or ${file:PATH}"),
    key("input.start", Start, Value("\"earliest\""), "where a new consumer group begins"),
    key("batch.max_records", Number(1, 1_000_000), Value("500"), "records of one transaction at most"),
    key(
        "batch.max_bytes",
        Bytes(64 * KIB, 4 * GIB),
        Value("\"32MiB\""),
        "memory of one batch at most, taken as four times its records' bytes",
    ),
    key("batch.max_wait_ms", Millis(1, 60_000), Value("500"), "how long a batch waits to fill up"),
    key("limits.page_bytes", Bytes(KIB, GIB), Value("\"16MiB\""), "a larger page is dead (too_large)"),
    // CLEAN keeps 4 KiB of a record in reserve for what DEDUP stamps into it; below four times that nothing useful fits.
    key("limits.record_bytes", Bytes(16 * KIB, GIB), Value("\"1MB\""), "an output record at most; larger ones are cut, then dead"),
    key("limits.page_ms", Millis(1, 600_000), Value("1000"), "time for one page; a slower one is reported"),
    key("clean.gate", Flag, Value("true"), "refuse pages that are no article"),
    key("tag.enabled", Flag, Value("true"), "topics, places, names, agency, genre"),
    key("tag.taxonomies", Files, Value("[]"), "files with own terms, rules and places"),
    key("output.view", OneOf(VIEWS), Value("\"feedmill\""), "the form of article records"),
    key("dedup.enabled", Flag, Value("true"), "false: every article is new, revision 1"),
    key("dedup.text_window_days", Number(1, 3_650), Value("7"), "how long a text is known, so that copies of it are duplicates"),
    key("dedup.address_window_days", Number(1, 3_650), Value("90"), "how long an address is known, so that a new text there is a revision"),
    key("dedup.max_documents", Number(1_000, 1_000_000_000), Value("2000000"), "texts in memory at most, 1.4 kB each"),
    key("dedup.shards", Number(1, 1_000), Value("1"), "partitions of the internal topics: owners that share the verdicts by language"),
    key("dedup.languages", Languages, Unset("all in shard 0"), "which shard decides the pages of a language, as de=1 fr=2"),
    key("admin.listen", Listen, Value("\"127.0.0.1:8686\""), "/livez, /readyz and /metrics; \"\" for none"),
    key("admin.token", Secret, Unset("none"), "bearer token of /metrics, as ${env:NAME} or ${file:PATH}"),
    key("admin.tls_certificate", Path, Unset("none"), "certificate chain of the listener (PEM)"),
    key("admin.tls_key", Path, Unset("none"), "its private key (PEM)"),
    key("admin.client_ca", Path, Unset("none"), "only clients with a certificate of this authority are let in (PEM)"),
    key("run.drain_ms", Millis(0, 3_600_000), Value("25000"), "time to finish work after SIGTERM"),
    key("run.threads", Number(1, 1_024), Unset("all cores"), "threads that clean pages"),
    key("log.format", OneOf(LOG_FORMATS), Value("\"auto\""), "auto: text on a terminal, JSON elsewhere"),
    key("log.level", Filter, Value("\"info\""), "a level, or a filter by module"),
];

/// The key of that name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|k| k.name == name)
}

/// Whether keys lie under that name.
pub fn is_section(name: &str) -> bool {
    KEYS.iter().any(|k| k.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

/// What somebody who wrote an unknown key may have meant: the name is right and the section wrong, or a few letters are off.
pub fn nearest(unknown: &str) -> Option<&'static str> {
    let last = |name: &'static str| name.rsplit_once('.').map_or(name, |(_, k)| k);
    let written = unknown.rsplit_once('.').map_or(unknown, |(_, k)| k);
    let sections = KEYS.iter().filter_map(|k| k.name.split_once('.').map(|(s, _)| s));
    let by_letters = closest(unknown, KEYS.iter().map(|k| k.name).chain(sections));
    let mut in_other_section = KEYS.iter().map(|k| k.name).filter(|n| last(n) == written);
    by_letters.or_else(|| match (in_other_section.next(), in_other_section.next()) {
        (Some(only), None) => Some(only),
        _ => closest(written, KEYS.iter().map(|k| last(k.name))).and_then(|l| KEYS.iter().map(|k| k.name).find(|n| last(n) == l)),
    })
}

/// The candidate with the fewest edits, when these are few for its length. The first of equals.
pub fn closest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|c| (strsim::damerau_levenshtein(written, c), c))
        .filter(|(edits, c)| *edits <= (c.chars().count() / 4).max(1))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, c)| c)
}

impl Kind {
    /// For error texts: "expected ...".
    pub fn expected(self) -> String {
        match self {
            Name(longest) => format!("a name of letters, digits, '.', '_' and '-', up to {longest} of them"),
            Topic => "a topic name of letters, digits, '.', '_' and '-', up to 249 of them".into(),
            Preset => "a preset (feedmill check --presets lists them), or several joined by '+'".into(),
            Mappings => "tables of JSON pointers by name, as in {crawler = {url = \"/url\", html = \"/page\"}}".into(),
            Path => "the path of a file".into(),
            Text => "a text".into(),
            Secret => "a reference ${env:NAME} or ${file:PATH}".into(),
            Url => "an http or https address".into(),
            Inputs => "a list of topic names or {topic, preset} tables, as in [\"pages.raw\"]".into(),
            Files => "a list of paths, as in [\"taxonomies/desk.toml\"]".into(),
            Flag => "true or false".into(),
            Number(from, to) => format!("a whole number from {from} to {to}"),
            Bytes(from, to) => format!("a size from {} to {}, as in \"32MiB\", \"1MB\" or a number of bytes", in_units(from), in_units(to)),
            Millis(from, to) => format!("a whole number of milliseconds from {from} to {to}"),
            OneOf(names) => {
                let quoted: Vec<String> = names.iter().map(|n| format!("\"{n}\"")).collect();
                match quoted.split_last() {
                    Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
                    _ => quoted.concat(),
                }
            }
            Start => "\"earliest\", \"latest\" or a time as in \"2026-01-31T00:00:00Z\"".into(),
            Listen => "an address and a port as in \"127.0.0.1:8686\", or \"\" for no listener".into(),
            Servers => "host:port, several separated by commas".into(),
            Languages => "language=shard, separated by spaces, as in \"de=1 fr=2 es=2\"".into(),
            Filter => "error, warn, info, debug, trace, off or a filter as in \"feedmill=debug,info\"".into(),
            Properties => "a table of librdkafka properties".into(),
        }
    }

    /// Whether an unquoted value of the environment or of `--set` is the text itself: an id of 1 is "1", and 1e3 is no number.
    pub fn is_text(self) -> bool {
        !matches!(self, Inputs | Files | Mappings | Flag | Number(..) | Bytes(..) | Millis(..) | Properties)
    }
}

fn in_units(bytes: u64) -> String {
    match bytes {
        b if b % GIB == 0 && b > 0 => format!("{}GiB", b / GIB),
        b if b % MIB == 0 && b > 0 => format!("{}MiB", b / MIB),
        b if b % KIB == 0 && b > 0 => format!("{}KiB", b / KIB),
        b => b.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_have_a_section() {
        let mut names: Vec<&str> = KEYS.iter().map(|k| k.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KEYS.len());
        assert!(names.iter().all(|n| n.split('.').count() == 2));
    }

    #[test]
    fn the_nearest_key_is_found_by_letters_or_by_its_last_word() {
        assert_eq!(nearest("batch.max_record"), Some("batch.max_records"));
        assert_eq!(nearest("bach"), Some("batch"));
        assert_eq!(nearest("app.input"), Some("topics.input"));
        assert_eq!(nearest("kafka.max_wait_sm"), Some("batch.max_wait_ms"));
        assert_eq!(nearest("nothing.like_it"), None);
    }
}
