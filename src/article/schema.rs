//! JSON Schemas (2020-12) of everything that goes out, made from the types. That of the page event is in `page::event`.

use super::Duplicate;
use super::outcome::{DeadReason, OutcomeRecord};
use super::record::Article;
use super::view;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

/// Names that [`schema`] knows.
pub const NAMES: [&str; 6] = ["article", "duplicate", "outcome", "dead", "ninjs", "schema_org"];

/// The schema of that name.
pub fn schema(name: &str) -> Option<Schema> {
    match name {
        "article" => Some(of::<Article>()),
        "duplicate" => Some(of::<Duplicate>()),
        "outcome" => Some(of::<OutcomeRecord>()),
        "dead" => Some(of::<DeadHeaders>()),
        "ninjs" => Some(of::<view::ninjs::Item>()),
        "schema_org" => Some(of::<view::schema_org::Item>()),
        _ => None,
    }
}

/// As written, not as read: every key is there, so every key is required.
fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// The headers of a dead letter, beside those that the record came with. Values are UTF-8 text. The letter's key is the original one, its
/// value the original bytes, cut where they are over the limit.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Headers of a dead letter")]
pub struct DeadHeaders {
    #[serde(rename = "feedmill.dead.reason")]
    pub reason: DeadReason,
    /// For people: what was expected and what was found.
    #[serde(rename = "feedmill.dead.message")]
    pub message: String,
    /// `clean` or `dedup`.
    #[serde(rename = "feedmill.dead.stage")]
    #[schemars(extend("enum" = ["clean", "dedup"]))]
    pub stage: String,
    /// Where the record was read.
    #[serde(rename = "feedmill.dead.topic")]
    pub topic: String,
    #[serde(rename = "feedmill.dead.partition")]
    #[schemars(regex(pattern = "^[0-9]+$"))]
    pub partition: String,
    #[serde(rename = "feedmill.dead.offset")]
    #[schemars(regex(pattern = "^[0-9]+$"))]
    pub offset: String,
    /// Which page of the event, from zero.
    #[serde(rename = "feedmill.dead.item")]
    #[schemars(regex(pattern = "^[0-9]+$"))]
    pub item: String,
    /// Of the record, milliseconds since 1970-01-01 UTC; not there when the record had none.
    #[serde(rename = "feedmill.dead.timestamp", skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^-?[0-9]+$"))]
    pub timestamp: Option<String>,
    /// Which attempt failed, from 1.
    #[serde(rename = "feedmill.dead.attempt")]
    #[schemars(regex(pattern = "^[0-9]+$"))]
    pub attempt: String,
    /// Of the program.
    #[serde(rename = "feedmill.dead.version")]
    pub version: String,
    /// Bytes of the original value, when it was cut.
    #[serde(rename = "feedmill.dead.original_size", skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[0-9]+$"))]
    pub original_size: Option<String>,
    /// Of the original value in hexadecimal digits, when it was cut.
    #[serde(rename = "feedmill.dead.sha256", skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: Option<String>,
    /// What else did not fit, such as `2 headers, key`: headers and key may take half of the limit.
    #[serde(rename = "feedmill.dead.dropped", skip_serializing_if = "Option::is_none")]
    pub dropped: Option<String>,
}
