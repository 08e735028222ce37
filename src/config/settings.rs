//! The checked configuration. Sizes are bytes, times are `Duration`s, names are resolved.

use crate::article::View;
use crate::page::Preset;
use crate::page::mapping::Mapping;
use crate::tag::Taxonomies;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone, Debug)]
pub struct Settings {
    pub app: App,
    pub kafka: Kafka,
    /// `None`: no tokens.
    pub oauth: Option<OAuth>,
    pub topics: Topics,
    pub input: Input,
    pub batch: Batch,
    pub limits: Limits,
    pub clean: Clean,
    pub tag: Tag,
    pub output: Output,
    pub dedup: Dedup,
    pub admin: Admin,
    pub run: Run,
    pub log: Log,
}

#[derive(Clone, Debug)]
pub struct App {
    pub id: String,
    /// `None`: a random one per process.
    pub instance: Option<String>,
    pub generation: u32,
}

/// A librdkafka property. Secrets never print.
#[derive(Clone, PartialEq, Eq)]
pub struct Property {
    pub value: String,
    pub secret: bool,
}

impl std::fmt::Debug for Property {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.secret { f.write_str("\"***\"") } else { write!(f, "{:?}", self.value) }
    }
}

/// A secret. Never prints. One from a file follows the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    value: String,
    /// The reference, when it is one of a file and nothing else.
    file: Option<String>,
}

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), file: None }
    }

    /// What `written` held when it was read.
    pub fn from_reference(written: &str, value: impl Into<String>) -> Self {
        let is_file = super::secret::is_reference(written) && written.starts_with("${file:");
        Self { value: value.into(), file: is_file.then(|| written.to_owned()) }
    }

    /// As it was at the start.
    pub fn reveal(&self) -> &str {
        &self.value
    }

    /// As it stands in its file now; a file that cannot be read for the moment leaves the last one.
    pub fn current(&self) -> String {
        let again = self.file.as_ref().and_then(|f| super::secret::resolve(f, &BTreeMap::new()).ok());
        again.map_or_else(|| self.value.clone(), |r| r.value)
    }

    /// Whether it may change while the process runs.
    pub fn is_from_file(&self) -> bool {
        self.file.is_some()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("\"***\"")
    }
}

#[derive(Clone, Debug)]
pub struct Kafka {
    pub bootstrap_servers: String,
    /// For all clients, by librdkafka's names.
    pub properties: BTreeMap<String, Property>,
    pub consumer: BTreeMap<String, Property>,
    pub producer: BTreeMap<String, Property>,
    /// User name, password, and what TLS is made of, when they stand in files by reference: they may change while the process runs. By
    /// librdkafka's names.
    pub rotating: BTreeMap<String, Secret>,
}

/// How clients get tokens for SASL OAUTHBEARER.
#[derive(Clone, Debug)]
pub struct OAuth {
    pub from: TokenFrom,
    /// `None`: the token's `sub`.
    pub principal: Option<String>,
}

#[derive(Clone, Debug)]
pub enum TokenFrom {
    /// Renewed by something else.
    File(PathBuf),
    /// OAuth 2.0, client credentials.
    Endpoint { url: String, client_id: String, client_secret: Secret, scope: Option<String> },
}

#[derive(Clone, Debug)]
pub struct InputTopic {
    pub topic: Arc<str>,
    pub preset: Preset,
}

#[derive(Clone, Debug)]
pub struct Topics {
    pub input: Vec<InputTopic>,
    pub articles: Arc<str>,
    pub duplicates: Arc<str>,
    pub dead: Arc<str>,
    pub outcomes: Option<Arc<str>>,
    /// When set, read as one more input, with `input.preset`.
    pub retry: Option<Arc<str>>,
    /// `<app>.internal.clean`, `.addresses`, `.texts`.
    pub internal_clean: Arc<str>,
    pub internal_addresses: Arc<str>,
    pub internal_texts: Arc<str>,
    /// Outputs carry the attributes of a CloudEvent as headers.
    pub cloudevents: bool,
    pub create: bool,
    pub partitions: i32,
    /// `None`: the broker's default.
    pub replication: Option<i32>,
}

/// Where a new group begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Earliest,
    Latest,
    /// The first record at or after this time, milliseconds since 1970-01-01 UTC.
    At(i64),
}

#[derive(Clone, Debug)]
pub struct Input {
    pub preset: Preset,
    pub start: Start,
    /// The schema registry's address, without a slash at its end.
    pub schema_registry: Option<String>,
    /// `user:password` of basic authentication there.
    pub schema_registry_auth: Option<Secret>,
    /// Presets of the configuration.
    pub mappings: Vec<&'static Mapping>,
}

#[derive(Clone, Debug)]
pub struct Batch {
    pub max_records: usize,
    pub max_bytes: usize,
    pub max_wait: Duration,
}

#[derive(Clone, Debug)]
pub struct Limits {
    pub page_bytes: usize,
    pub record_bytes: usize,
    pub page_time: Duration,
}

impl Limits {
    /// A record of `topics.retry` at most: a page within the limit, in base64, with the rest of its event.
    pub fn replay_bytes(&self) -> usize {
        (self.page_bytes / 3).saturating_mul(4).saturating_add(1 << 20)
    }
}

#[derive(Clone, Debug)]
pub struct Clean {
    pub gate: bool,
}

#[derive(Clone, Debug)]
pub struct Tag {
    pub enabled: bool,
    /// Of the files that `tag.taxonomies` names.
    pub taxonomies: Arc<Taxonomies>,
}

#[derive(Clone, Debug)]
pub struct Output {
    /// The form of article records.
    pub view: View,
}

#[derive(Clone, Debug)]
pub struct Dedup {
    pub enabled: bool,
    pub text_window_days: u32,
    pub address_window_days: u32,
    pub max_documents: usize,
    pub shards: u32,
    /// Shards by primary language subtag; a language that is not here goes to shard 0.
    pub languages: BTreeMap<String, u32>,
}

#[derive(Clone, Debug)]
pub struct Admin {
    /// `None`: no listener.
    pub listen: Option<SocketAddr>,
    /// Asked for by everything but the probes.
    pub token: Option<Secret>,
    pub tls: Option<AdminTls>,
}

#[derive(Clone, Debug)]
pub struct AdminTls {
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Only clients with a certificate of this authority are let in.
    pub client_ca: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub struct Run {
    pub drain: Duration,
    pub threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    Text,
    Json,
}

#[derive(Clone, Debug)]
pub struct Log {
    pub format: LogFormat,
    /// A tracing filter, `info` or `feedmill=debug,info`.
    pub level: String,
}

impl Default for Settings {
    /// The documented defaults (`config/feedmill.toml`).
    fn default() -> Self {
        let app = "feedmill";
        Settings {
            app: App { id: app.into(), instance: None, generation: 1 },
            kafka: Kafka {
                bootstrap_servers: "127.0.0.1:9092".into(),
                properties: BTreeMap::new(),
                consumer: BTreeMap::new(),
                producer: BTreeMap::new(),
                rotating: BTreeMap::new(),
            },
            oauth: None,
            topics: Topics {
                input: vec![InputTopic { topic: "pages.raw".into(), preset: Preset::Native }],
                articles: format!("{app}.articles").into(),
                duplicates: format!("{app}.duplicates").into(),
                dead: format!("{app}.dead").into(),
                outcomes: None,
                retry: None,
                internal_clean: format!("{app}.internal.clean").into(),
                internal_addresses: format!("{app}.internal.addresses").into(),
                internal_texts: format!("{app}.internal.texts").into(),
                cloudevents: false,
                create: false,
                partitions: 6,
                replication: None,
            },
            input: Input {
                preset: Preset::Native,
                start: Start::Earliest,
                schema_registry: None,
                schema_registry_auth: None,
                mappings: Vec::new(),
            },
            batch: Batch { max_records: 500, max_bytes: 32 << 20, max_wait: Duration::from_millis(500) },
            limits: Limits { page_bytes: 16 << 20, record_bytes: 1_000_000, page_time: Duration::from_millis(1000) },
            clean: Clean { gate: true },
            tag: Tag { enabled: true, taxonomies: Arc::default() },
            output: Output { view: View::Feedmill },
            dedup: Dedup {
                enabled: true,
                text_window_days: 7,
                address_window_days: 90,
                max_documents: 2_000_000,
                shards: 1,
                languages: BTreeMap::new(),
            },
            admin: Admin { listen: Some(SocketAddr::from(([127, 0, 0, 1], 8686))), token: None, tls: None },
            run: Run { drain: Duration::from_millis(25_000), threads: std::thread::available_parallelism().map_or(1, usize::from) },
            log: Log { format: LogFormat::Auto, level: "info".into() },
        }
    }
}
