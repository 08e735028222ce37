//! The presets by name: which reader a record goes through.

use super::mapping::{Mapping, json};
use super::presets::{
    ache, browsertrix, cdr, cloudevents, confluent, crawl4ai, debezium, firecrawl, html, nutch, scrapy_cluster, stormcrawler, warc,
    zyte_api,
};
use super::{InLimits, PageEvent, Refusal, Schemas, native};
use crate::article::SkipReason;
use crate::record::Record;

/// How the records of an input topic are read. Small and copied freely: what it points to lives as long as the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// The page event of the contract.
    Native,
    /// The same fields, but `text` and `title` are clean already.
    Article,
    /// A page as it is, its address in a header or the key.
    Html,
    /// WARC records; the three differ in what they mostly hold.
    Warc,
    Wet,
    Wat,
    /// Documents of its indexers, or WARC records.
    StormCrawler,
    /// JSON by a table.
    Mapped(&'static Mapping),
    Enveloped(&'static Enveloped),
}

/// What stands around a record of another preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Envelope {
    CloudEvents,
    Debezium,
    ConfluentJson,
    ConfluentAvro,
}

/// An envelope and what is in it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Enveloped {
    name: &'static str,
    envelope: Envelope,
    inner: Preset,
}

const CLOUD_EVENTS: Enveloped = Enveloped { name: "cloudevents", envelope: Envelope::CloudEvents, inner: Preset::Native };
const DEBEZIUM: Enveloped = Enveloped { name: "debezium", envelope: Envelope::Debezium, inner: Preset::Native };
const CONFLUENT_JSON: Enveloped = Enveloped { name: "confluent-json", envelope: Envelope::ConfluentJson, inner: Preset::Native };
const CONFLUENT_AVRO: Enveloped = Enveloped { name: "confluent-avro", envelope: Envelope::ConfluentAvro, inner: Preset::Native };

impl Preset {
    pub const ALL: [Preset; 19] = [
        Preset::Native,
        Preset::Article,
        Preset::Mapped(&scrapy_cluster::MAPPING),
        Preset::Mapped(&ache::MAPPING),
        Preset::Mapped(&nutch::MAPPING),
        Preset::Mapped(&cdr::MAPPING),
        Preset::Mapped(&firecrawl::MAPPING),
        Preset::Mapped(&crawl4ai::MAPPING),
        Preset::Mapped(&zyte_api::MAPPING),
        Preset::StormCrawler,
        Preset::Mapped(&browsertrix::MAPPING),
        Preset::Warc,
        Preset::Wet,
        Preset::Wat,
        Preset::Html,
        Preset::Enveloped(&CLOUD_EVENTS),
        Preset::Enveloped(&DEBEZIUM),
        Preset::Enveloped(&CONFLUENT_JSON),
        Preset::Enveloped(&CONFLUENT_AVRO),
    ];

    pub fn name(self) -> &'static str {
        match self {
            Preset::Native => "native",
            Preset::Article => "article",
            Preset::Html => "html",
            Preset::Warc => "warc",
            Preset::Wet => "wet",
            Preset::Wat => "wat",
            Preset::StormCrawler => stormcrawler::MAPPING.name,
            Preset::Mapped(mapping) => mapping.name,
            Preset::Enveloped(enveloped) => enveloped.name,
        }
    }

    /// In a few words, for a list.
    pub fn about(self) -> &'static str {
        match self {
            Preset::Native => "page events: the format of this program",
            Preset::Article => "the same, with texts that are clean already",
            Preset::Html => "a page as it is; its address in the header url, or the key",
            Preset::Warc => "WARC records of any crawler, Common Crawl's among them",
            Preset::Wet => "Common Crawl WET: texts",
            Preset::Wat => "Common Crawl WAT: status and headers without pages",
            Preset::StormCrawler => "Apache StormCrawler: indexed documents, WARC records",
            Preset::Mapped(mapping) => mapping.about,
            Preset::Enveloped(Enveloped { envelope: Envelope::CloudEvents, .. }) => "CloudEvents around page events, or cloudevents+NAME",
            Preset::Enveloped(Enveloped { envelope: Envelope::Debezium, .. }) => {
                "Debezium or Kafka Connect JSON around them, or debezium+NAME"
            }
            Preset::Enveloped(Enveloped { envelope: Envelope::ConfluentJson, .. }) => "schema id and JSON, or confluent-json+NAME",
            Preset::Enveloped(Enveloped { envelope: Envelope::ConfluentAvro, .. }) => "schema id and Avro, or confluent-avro+NAME",
        }
    }

    /// One of the presets that are built in.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::with_mappings(name, &[])
    }

    /// The preset of that name, built in or one of `mappings`, or several joined by `+`: `cloudevents+ache` is ACHE's records in
    /// CloudEvents. Read once with the configuration, so the few names that are made here stay for good.
    pub fn with_mappings(name: &str, mappings: &[&'static Mapping]) -> Option<Self> {
        let own = || mappings.iter().find(|m| m.name == name).map(|m| Preset::Mapped(m));
        if let Some(known) = own().or_else(|| Self::ALL.into_iter().find(|p| p.name() == name)) {
            return Some(known);
        }
        let (outer, inner) = name.split_once('+')?;
        let Preset::Enveloped(outer) = Self::from_name(outer)? else { return None };
        // The framing of a schema stands before everything else in a value.
        let inner = Self::with_mappings(inner, mappings).filter(|p| !p.needs_schemas())?;
        let enveloped = Enveloped { name: Box::leak(name.to_owned().into_boxed_str()), envelope: outer.envelope, inner };
        Some(Preset::Enveloped(Box::leak(Box::new(enveloped))))
    }

    /// What is left when all envelopes are opened.
    pub fn innermost(self) -> Preset {
        let mut preset = self;
        while let Preset::Enveloped(enveloped) = preset {
            preset = enveloped.inner;
        }
        preset
    }

    /// Whether a file in this format is WARC records, not lines.
    pub fn is_warc(self) -> bool {
        matches!(self, Preset::Warc | Preset::Wet | Preset::Wat)
    }

    /// Whether its records need a schema of a registry.
    pub fn needs_schemas(self) -> bool {
        let mut preset = self;
        while let Preset::Enveloped(enveloped) = preset {
            if enveloped.envelope == Envelope::ConfluentAvro {
                return true;
            }
            preset = enveloped.inner;
        }
        false
    }

    pub(super) fn pages(self, record: &Record, limits: &InLimits, schemas: &dyn Schemas) -> Vec<Result<PageEvent, Refusal>> {
        let value = match &record.value {
            Some(value) => value.as_slice(),
            None => return vec![Err(Refusal::Skipped(SkipReason::Tombstone))],
        };
        match self {
            Preset::Native | Preset::Article => vec![native::decode(record, limits)],
            Preset::Html => vec![html::decode(record, limits)],
            Preset::StormCrawler if !warc::is_record(value) => mapped(&stormcrawler::MAPPING, record, value, limits),
            Preset::Warc | Preset::Wet | Preset::Wat | Preset::StormCrawler if value.len() > limits.event_bytes() => {
                vec![Err(native::too_large("the record", limits))]
            }
            Preset::Warc | Preset::Wet | Preset::Wat | Preset::StormCrawler => warc::pages(value, record.timestamp, limits),
            Preset::Mapped(mapping) => mapped(mapping, record, value, limits),
            Preset::Enveloped(Enveloped { envelope, inner, .. }) => match envelope.open(record, limits, schemas) {
                Ok(records) => {
                    let pages = |one: Result<Record, Refusal>| match one {
                        Ok(record) => inner.pages(&record, limits, schemas),
                        Err(refusal) => vec![Err(refusal)],
                    };
                    let all: Vec<_> = records.into_iter().flat_map(pages).collect();
                    if all.is_empty() { vec![Err(Refusal::Skipped(SkipReason::NoPage))] } else { all }
                }
                Err(refusal) => vec![Err(refusal)],
            },
        }
    }

    /// The table of a preset that has one, for the report on a sample.
    pub(super) fn table(self) -> Option<&'static Mapping> {
        match self {
            Preset::Mapped(mapping) => Some(mapping),
            Preset::StormCrawler => Some(&stormcrawler::MAPPING),
            _ => None,
        }
    }
}

fn mapped(mapping: &Mapping, record: &Record, value: &[u8], limits: &InLimits) -> Vec<Result<PageEvent, Refusal>> {
    match json(value, limits) {
        Ok(message) => mapping.pages(message, record.timestamp, limits),
        Err(refusal) => vec![Err(refusal)],
    }
}

impl Enveloped {
    pub(super) fn envelope(&self) -> (Envelope, Preset) {
        (self.envelope, self.inner)
    }
}

impl Envelope {
    /// The records inside.
    pub(super) fn open(self, record: &Record, limits: &InLimits, schemas: &dyn Schemas) -> Result<Vec<Result<Record, Refusal>>, Refusal> {
        match self {
            Envelope::CloudEvents => cloudevents::open(record, limits),
            Envelope::Debezium => debezium::open(record, limits).map(|r| vec![Ok(r)]),
            Envelope::ConfluentJson => confluent::open_json(record).map(|r| vec![Ok(r)]),
            Envelope::ConfluentAvro => confluent::open_avro(record, schemas, limits).map(|r| vec![Ok(r)]),
        }
    }
}
