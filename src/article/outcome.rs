//! The fates: every page has exactly one, counted once. Closed lists, printed by `feedmill schema outcome`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const OUTCOME_SCHEMA: &str = "feedmill.outcome/1";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A story not seen before at an address not known: articles, revision 1.
    New,
    /// Known address, title or text changed, still the same story: articles, same id, revision + 1. Of a copy: its notice again.
    Revision,
    /// Known address, an entirely different story now: articles, new id, revision 1.
    Replaced,
    /// Known address, same title and text.
    Unchanged,
    /// Older fetch of an address than the one known.
    Late,
    /// The text is a copy of a live article at another address: duplicates.
    Duplicate,
    /// `op: remove`, or 410 of a known address: null values in articles; the address is blocked.
    Removed,
    /// Not an article, with a reason.
    Skipped,
    /// Cannot be processed, with a reason: dead letter with the original bytes.
    Dead,
}

/// Why a page was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The record's value is null.
    Tombstone,
    /// HTTP status outside 200-299.
    HttpStatus,
    /// The page has no content at all.
    EmptyBody,
    /// Markup or text, but no running text in it.
    NoText,
    /// A home page, section front, list of teasers or search result.
    FrontPage,
    /// A consent, cookie or bot wall.
    ConsentWall,
    /// "Page not found" and its like under status 200.
    ErrorPage,
    /// A log-in, registration or subscription form.
    LoginPage,
    /// Forum, shop, profile, media or other page without an article.
    NotArticle,
    /// The body is an image, PDF, feed or other format that holds no page.
    UnsupportedType,
    /// A page at a blocked address.
    Removed,
    /// `op: restore` itself.
    Restored,
    /// The record holds no page by design: a crawler's event, a WARC request, a deleted row.
    NoPage,
    /// The crawler says that it could not fetch the page.
    FetchFailed,
}

/// Why a record was dead-lettered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadReason {
    /// The record's value is no JSON, or nested deeper than 128 levels.
    InvalidJson,
    /// A field holds another type than it should; the message names the field.
    WrongType,
    /// A field that must be there is not.
    MissingField,
    /// An address is no http or https URL with a host.
    InvalidUrl,
    /// `body_base64` is no base64.
    InvalidBase64,
    /// `op` is none of `page`, `remove`, `restore`.
    UnknownOp,
    /// The page is larger than `limits.page_bytes`.
    TooLarge,
    /// The record that came of it is larger than `limits.record_bytes`.
    RecordTooLarge,
    /// It ended the process three times while worked on alone.
    Crash,
    /// The code panicked on it.
    Panic,
    /// The bytes are no text in any charset.
    Undecodable,
    /// More elements or deeper nesting than the limits allow.
    TooComplex,
    /// An internal record that another app or a newer version wrote.
    ForeignRecord,
    /// The value is no WARC record, or not a whole one.
    InvalidWarc,
    /// The record or its body begins as gzip or zstd does and cannot be unpacked.
    InvalidCompression,
    /// No magic byte and schema id in front of the payload, where the preset expects them.
    InvalidFraming,
    /// The schema registry does not have the schema that the record names, or it cannot be used.
    UnknownSchema,
    /// The payload does not fit the Avro schema that it names.
    InvalidAvro,
}

impl Outcome {
    pub const ALL: [Outcome; 9] = [
        Outcome::New,
        Outcome::Revision,
        Outcome::Replaced,
        Outcome::Unchanged,
        Outcome::Late,
        Outcome::Duplicate,
        Outcome::Removed,
        Outcome::Skipped,
        Outcome::Dead,
    ];

    /// The name in records, metrics and headers.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::New => "new",
            Outcome::Revision => "revision",
            Outcome::Replaced => "replaced",
            Outcome::Unchanged => "unchanged",
            Outcome::Late => "late",
            Outcome::Duplicate => "duplicate",
            Outcome::Removed => "removed",
            Outcome::Skipped => "skipped",
            Outcome::Dead => "dead",
        }
    }
}

impl SkipReason {
    pub fn name(self) -> &'static str {
        match self {
            SkipReason::Tombstone => "tombstone",
            SkipReason::HttpStatus => "http_status",
            SkipReason::EmptyBody => "empty_body",
            SkipReason::NoText => "no_text",
            SkipReason::FrontPage => "front_page",
            SkipReason::ConsentWall => "consent_wall",
            SkipReason::ErrorPage => "error_page",
            SkipReason::LoginPage => "login_page",
            SkipReason::NotArticle => "not_article",
            SkipReason::UnsupportedType => "unsupported_type",
            SkipReason::Removed => "removed",
            SkipReason::Restored => "restored",
            SkipReason::NoPage => "no_page",
            SkipReason::FetchFailed => "fetch_failed",
        }
    }
}

impl DeadReason {
    pub const ALL: [DeadReason; 18] = [
        DeadReason::InvalidJson,
        DeadReason::WrongType,
        DeadReason::MissingField,
        DeadReason::InvalidUrl,
        DeadReason::InvalidBase64,
        DeadReason::UnknownOp,
        DeadReason::TooLarge,
        DeadReason::RecordTooLarge,
        DeadReason::Crash,
        DeadReason::Panic,
        DeadReason::Undecodable,
        DeadReason::TooComplex,
        DeadReason::ForeignRecord,
        DeadReason::InvalidWarc,
        DeadReason::InvalidCompression,
        DeadReason::InvalidFraming,
        DeadReason::UnknownSchema,
        DeadReason::InvalidAvro,
    ];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }

    /// What to do about such letters.
    pub fn advice(self) -> &'static str {
        match self {
            DeadReason::InvalidJson => {
                "correct the sender, or give the topic the preset of its format (feedmill check --sample FILE tells which)"
            }
            DeadReason::WrongType => "correct the sender, or map the field by input.mappings; the message names it",
            DeadReason::MissingField => "correct the sender, or map the field by input.mappings; the message names where it was looked for",
            DeadReason::InvalidUrl => "correct the sender: pages need an http or https address with a host",
            DeadReason::InvalidBase64 => "correct the sender: standard alphabet, padded or not",
            DeadReason::UnknownOp => "correct the sender: page, remove or restore",
            DeadReason::TooLarge => "raise limits.page_bytes when such pages are wanted, then replay",
            DeadReason::RecordTooLarge => "raise limits.record_bytes and max.message.bytes of the topics, then replay",
            DeadReason::Crash => "report the page: it ends the process; a newer version may take it, then replay",
            DeadReason::Panic => "report the page: a fault of the program; a newer version may take it, then replay",
            DeadReason::Undecodable => "look at the bytes: not text, or damaged on the way",
            DeadReason::TooComplex => "nothing: no article needs so many elements or such nesting; report it when one does",
            DeadReason::ForeignRecord => "give every feed an app.id of its own; after a rollback run the newer version again",
            DeadReason::InvalidWarc => "send whole WARC records with their heads, or give the topic another preset",
            DeadReason::InvalidCompression => "look at the sender: the stream is cut or damaged",
            DeadReason::InvalidFraming => "give the topic a preset without confluent-, or correct the serializer",
            DeadReason::UnknownSchema => "correct input.schema_registry, or register the schema, then replay",
            DeadReason::InvalidAvro => "look at the sender: payload and schema id do not belong together",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            DeadReason::InvalidJson => "invalid_json",
            DeadReason::WrongType => "wrong_type",
            DeadReason::MissingField => "missing_field",
            DeadReason::InvalidUrl => "invalid_url",
            DeadReason::InvalidBase64 => "invalid_base64",
            DeadReason::UnknownOp => "unknown_op",
            DeadReason::TooLarge => "too_large",
            DeadReason::RecordTooLarge => "record_too_large",
            DeadReason::Crash => "crash",
            DeadReason::Panic => "panic",
            DeadReason::Undecodable => "undecodable",
            DeadReason::TooComplex => "too_complex",
            DeadReason::ForeignRecord => "foreign_record",
            DeadReason::InvalidWarc => "invalid_warc",
            DeadReason::InvalidCompression => "invalid_compression",
            DeadReason::InvalidFraming => "invalid_framing",
            DeadReason::UnknownSchema => "unknown_schema",
            DeadReason::InvalidAvro => "invalid_avro",
        }
    }
}

/// The coordinates of a page: (topic, partition, offset, item).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coordinates {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    pub item: u32,
}

/// `feedmill.outcome/1`: what became of one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeRecord {
    /// Always `feedmill.outcome/1`.
    #[schemars(extend("const" = OUTCOME_SCHEMA))]
    pub schema: String,
    pub event_id: Option<String>,
    pub source: Coordinates,
    pub outcome: Outcome,
    /// Of skipped and dead, from their closed lists; else null.
    #[schemars(with = "Option<Reason>")]
    pub reason: Option<String>,
    /// The article of the address (of an unchanged or revised copy: its root); null for duplicate, skipped and dead.
    pub article_id: Option<String>,
    /// Of the article; null also for a revised copy, which is a revision of none.
    pub revision: Option<u32>,
    /// The root, for duplicate only.
    pub duplicate_of: Option<String>,
}

/// The closed lists of reasons together, for the schema.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Reason {
    Skipped(SkipReason),
    Dead(DeadReason),
}
