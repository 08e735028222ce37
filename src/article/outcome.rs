//! The fates: every page has exactly one, counted once. Closed lists, printed by `feedmill schema outcome`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const OUTCOME_SCHEMA: &str = "feedmill.outcome/1";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A story not seen before at an address not known: articles, revision 1.
    New,
    /// Known address, title or text changed, still the same story: articles, same id, revision + 1.
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
        }
    }
}

impl DeadReason {
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
    /// The article of the address (of an unchanged duplicate: its root); null for duplicate, skipped and dead.
    pub article_id: Option<String>,
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
