//! The page event as its sender sees it: names, types and meaning, for the schema. [`native`](super::native) reads it.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A fetched page, or an order about one: one JSON object a record, presets `native` and `article`.
///
/// Unknown fields are ignored, `null` is the same as a missing field, a wrong type is dead (`wrong_type`). Of `body_base64`, `html` and
/// `text` the first in this order that is present counts.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "feedmill page event")]
pub struct Event {
    /// The address that was asked for: http or https, with a host.
    #[schemars(extend("format" = "uri"))]
    pub url: String,
    /// The address after redirects; default: `url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri"))]
    pub final_url: Option<String>,
    /// The sender's own id of the event, echoed in the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Default: `page`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op: Option<EventOp>,
    /// Of `restore`: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// RFC 3339; without a zone it is UTC. Default: the record's timestamp. Relative ages and dates without a year are resolved against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetched_at: Option<String>,
    /// HTTP status, default 200. Outside 200-299 the page is skipped (`http_status`); 410 of a known address removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 999))]
    pub status: Option<u16>,
    /// HTTP response headers: charset, robots, language and TDM reservation are read from them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<BTreeMap<String, EventHeader>>,
    /// Overrides the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The bytes of the page, standard alphabet, padded or not. The charset is found by BOM, header, meta and detector.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("contentEncoding" = "base64"))]
    pub body_base64: Option<String>,
    /// The page as markup, already decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// The page as plain text (no markup was kept). In preset `article`: the clean text of the article, which comes out as it went in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the sender knows already: a prior, not the truth. In preset `article`: the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// BCP 47; a prior, not the truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Copied to `source.attributes` untouched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<serde_json::Map<String, serde_json::Value>>,
}

/// What the sender wants done.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventOp {
    /// Here is a page.
    Page,
    /// Take down the article of this address and block the address.
    Remove,
    /// End the block of this address.
    Restore,
}

/// A header that came once, or several times.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum EventHeader {
    One(String),
    Several(Vec<String>),
}

/// Names of the fields of [`Event`].
pub const FIELDS: [&str; 15] = [
    "url",
    "final_url",
    "id",
    "op",
    "reason",
    "fetched_at",
    "status",
    "headers",
    "content_type",
    "body_base64",
    "html",
    "text",
    "title",
    "language",
    "attributes",
];

/// The schema of events, JSON Schema 2020-12.
pub fn schema() -> schemars::Schema {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Event>()
}

#[cfg(test)]
mod tests {
    use crate::page::{InLimits, NoSchemas, Preset, decode};
    use crate::record::Record;
    use serde_json::json;

    /// Every property of the schema is one that the parser checks: it refuses an array in its place by name.
    #[test]
    fn schema_and_parser_name_the_same_fields() {
        let schema = super::schema().to_value();
        let properties = schema["properties"].as_object().unwrap();
        assert_eq!(properties.keys().collect::<Vec<_>>(), super::FIELDS);
        assert_eq!(schema["required"], json!(["url"]));
        for name in properties.keys() {
            let mut event = json!({"url": "https://a.test/"});
            event[name] = json!([["no field takes this"]]);
            let value = Some(serde_json::to_vec(&event).unwrap());
            let record = Record { topic: "t".into(), partition: 0, offset: 0, timestamp: None, key: None, value, headers: Vec::new() };
            let told = format!("{:?}", decode(Preset::Native, &record, &InLimits { page_bytes: 1000 }, &NoSchemas));
            assert!(told.contains("WrongType") && told.contains(&format!("{name}: expected")), "{name}: {told}");
        }
    }
}
