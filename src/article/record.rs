//! The article record, `feedmill.article/1`.
//!
//! Field order here is the order in the JSON. Confidences are 0-1 with three decimals, scores are integers 0-100. Offsets and spans count
//! Unicode code points in `text`, end exclusive.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name and version of the article's schema.
pub const ARTICLE_SCHEMA: &str = "feedmill.article/1";

/// A cleaned, tagged, deduplicated article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Article {
    /// Always `feedmill.article/1`.
    #[schemars(extend("const" = ARTICLE_SCHEMA))]
    pub schema: String,
    /// Hash of the address key and the incarnation: stays the same over revisions.
    pub id: String,
    /// 1 for the first version of a story at its address, then counting up.
    pub revision: u32,
    /// Rises with every record of an id: generation x 2^40 + offset. Fit for a search store's external version.
    pub version: u64,
    #[serde(flatten)]
    pub body: ArticleBody,
}

/// All of the record that CLEAN knows. DEDUP puts `schema`, `id`, `revision` and `version` before it without parsing it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ArticleBody {
    /// The address that was asked for.
    pub url: String,
    /// The page's own canonical address when it is credible.
    pub canonical_url: Option<String>,
    pub site: Site,
    pub title: Option<String>,
    pub description: Option<String>,
    /// Paragraphs, headings, list items and quotes joined by a blank line; no rails, captions or credits.
    pub text: String,
    /// The parts of `text` in order, and tables and captions beside it.
    pub blocks: Vec<Block>,
    pub authors: Vec<Author>,
    pub agency: Option<Agency>,
    pub dateline: Option<Dateline>,
    /// RFC 3339 date or date-time, only as precise as known.
    pub published_at: Option<String>,
    pub modified_at: Option<String>,
    /// Where each date came from, by field name.
    pub date_evidence: BTreeMap<String, DateEvidence>,
    pub language: Language,
    pub images: Vec<Image>,
    /// Teasers of other stories on the page, in order of first appearance, each once.
    pub related: Vec<Related>,
    /// By score, then code.
    pub topics: Vec<Topic>,
    pub places: Vec<Place>,
    /// By weight, then code.
    pub countries: Vec<Country>,
    pub people: Vec<Entity>,
    pub organisations: Vec<Entity>,
    /// Declared ones first, in the page's order.
    pub keywords: Vec<Keyword>,
    pub genre: Option<String>,
    pub access: Access,
    pub rights: Rights,
    pub size: Size,
    /// Hash of the normalized words of the text.
    pub body_hash: String,
    /// Hash of the normalized words of title and text.
    pub content_hash: String,
    /// Names of fields that were cut to fit the record limit, and of limits that the page ran into: `page.blocks`, `page.depth`,
    /// `page.attributes`; `page.characters` when bytes of the text could not be decoded.
    pub truncated: Vec<String>,
    pub source: Source,
    pub producer: Producer,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Site {
    pub host: String,
    /// The registrable domain, `bbc.co.uk` of `www.bbc.co.uk`.
    pub domain: Option<String>,
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    Paragraph,
    Heading,
    ListItem,
    Quote,
    Table,
    Caption,
}

/// A part of the article. Paragraphs, headings, list items and quotes are ranges of the record's `text`; tables and captions carry their
/// own `text` and say with `at` before which code point of the article they stood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Block {
    pub kind: BlockKind,
    pub start: Option<u32>,
    pub end: Option<u32>,
    /// Of headings (1-6) and list items (depth, from 1).
    pub level: Option<u8>,
    pub text: Option<String>,
    pub at: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Author {
    pub name: String,
    pub url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgencyRole {
    Byline,
    Dateline,
    SignOff,
    Copyright,
    Meta,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Agency {
    pub code: String,
    pub name: String,
    pub role: AgencyRole,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dateline {
    /// As it stands on the page, without the dash: `KIEV, July 6`.
    pub raw: String,
    pub place: Option<String>,
    /// RFC 3339 date.
    pub date: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateSource {
    JsonLd,
    Meta,
    TimeElement,
    Url,
    VisibleText,
    Dateline,
    RelativeAge,
    Sender,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DateEvidence {
    pub source: DateSource,
    /// As it stands on the page.
    pub raw: String,
    pub confidence: f64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Language {
    /// BCP 47 of what is written; null when the text is too short to tell.
    pub code: Option<String>,
    pub confidence: f64,
    /// What the page or the sender says.
    pub declared: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    pub url: String,
    pub caption: Option<String>,
    pub credit: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Related {
    pub title: String,
    pub summary: Option<String>,
    pub url: Option<String>,
    /// RFC 3339, resolved against `fetched_at`, with the precision of the age that the page gives.
    pub published_at: Option<String>,
    /// Name of the rail, such as "Most read".
    pub rail: Option<String>,
    /// How often the teaser stood on the page.
    pub seen: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TopicOrigin {
    Declared,
    Rule,
    Model,
    /// A taxonomy of the configuration.
    Taxonomy,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Topic {
    /// IPTC Media Topic, `medtop:11000000`, or the code of a taxonomy of the configuration.
    pub code: String,
    pub name: String,
    pub score: u8,
    pub origin: TopicOrigin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceRole {
    Dateline,
    Mentioned,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    pub name: String,
    pub geonames_id: Option<u32>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub admin1: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub spans: Vec<[u32; 2]>,
    pub role: PlaceRole,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    pub weight: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Declared,
    Found,
}

/// A person or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entity {
    pub name: String,
    pub spans: Vec<[u32; 2]>,
    pub origin: Origin,
    pub same_as: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Keyword {
    pub text: String,
    pub origin: Origin,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Free,
    Metered,
    Locked,
    #[default]
    Unknown,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rights {
    pub noarchive: Option<bool>,
    pub noai: Option<bool>,
    pub tdm_reservation: Option<bool>,
    pub license: Option<String>,
    pub copyright: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Size {
    pub words: u32,
    pub characters: u32,
    pub sentences: u32,
    pub paragraphs: u32,
    /// At 238 words a minute (Brysbaert 2019); for scripts without spaces at 500 characters a minute.
    pub reading_seconds: u32,
}

/// Where the page came from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    pub event_id: Option<String>,
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    /// Which page of the event, from zero.
    pub item: u32,
    /// RFC 3339 of the Kafka timestamp; null in `process`.
    pub timestamp: Option<String>,
    /// RFC 3339.
    pub fetched_at: Option<String>,
    pub preset: String,
    /// Copied from the event untouched.
    pub attributes: Option<serde_json::Value>,
}

/// The program that made the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Producer {
    pub version: String,
    pub taggers: BTreeMap<String, String>,
}
