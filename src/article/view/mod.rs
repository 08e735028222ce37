//! The article in the form that a reader wants: our own record, IPTC's ninjs, or schema.org's NewsArticle.
//!
//! CLEAN writes the body, all but what only DEDUP knows (id, revision, version); DEDUP puts that before it as text and parses nothing. A body
//! begins with its view's first field, so a stamp always fits the body that it is put before, also while the setting is being changed.

pub mod ninjs;
pub mod schema_org;

use super::envelope::ArticleId;
use super::record::{ARTICLE_SCHEMA, ArticleBody};

/// Which form articles go out in (`output.view`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Feedmill,
    Ninjs,
    SchemaOrg,
}

impl View {
    pub const ALL: [View; 3] = [View::Feedmill, View::Ninjs, View::SchemaOrg];

    /// As it is written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            View::Feedmill => "feedmill",
            View::Ninjs => "ninjs",
            View::SchemaOrg => "schema_org",
        }
    }

    pub fn named(name: &str) -> Option<View> {
        View::ALL.into_iter().find(|v| v.name() == name)
    }

    /// For the header `feedmill.schema`.
    pub fn schema(self) -> &'static str {
        match self {
            View::Feedmill => ARTICLE_SCHEMA,
            View::Ninjs => "ninjs/3.1",
            View::SchemaOrg => "schema.org/NewsArticle",
        }
    }

    /// How a body of this view begins, behind the comma that joins it to the stamp.
    fn first_field(self) -> &'static [u8] {
        match self {
            View::Feedmill => b",\"url\":",
            View::Ninjs => b",\"type\":",
            View::SchemaOrg => b",\"@type\":",
        }
    }

    /// The view that a body is of.
    pub fn of_body(body: &[u8]) -> View {
        View::ALL.into_iter().find(|v| body.starts_with(v.first_field())).unwrap_or_default()
    }

    /// The article as JSON without what DEDUP stamps: `,"url":...}`.
    pub fn body_json(self, body: &ArticleBody) -> Result<Vec<u8>, serde_json::Error> {
        let mut json = match self {
            View::Feedmill => serde_json::to_vec(body)?,
            View::Ninjs => serde_json::to_vec(&ninjs::body(body))?,
            View::SchemaOrg => serde_json::to_vec(&schema_org::body(body))?,
        };
        // A struct serializes to `{"url":...`: the brace gives its place to the comma that joins it to the stamp.
        json[0] = b',';
        Ok(json)
    }
}

/// The finished record: stamp, then the body.
pub fn stamp(id: ArticleId, revision: u32, version: u64, body: &[u8]) -> Vec<u8> {
    let head = match View::of_body(body) {
        View::Feedmill => format!("{{\"schema\":\"{ARTICLE_SCHEMA}\",\"id\":\"{id}\",\"revision\":{revision},\"version\":{version}"),
        View::Ninjs => format!("{{\"uri\":\"urn:feedmill:article:{id}\",\"version\":\"{version}\""),
        View::SchemaOrg => format!(
            "{{\"@context\":\"https://schema.org\",\"@id\":\"urn:feedmill:article:{id}\",\"identifier\":\"{id}\",\"version\":{version}"
        ),
    };
    let mut value = Vec::with_capacity(head.len() + body.len());
    value.extend_from_slice(head.as_bytes());
    value.extend_from_slice(body);
    value
}

/// Addresses of pages may hold what a URI may not; a member of format `uri` must be one.
fn uri(address: &str) -> Option<String> {
    url::Url::parse(address)
        .ok()
        .map(String::from)
        .filter(|u| u.is_ascii() && !u.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}', ' ']))
}

/// RFC 3339 with a time; of a day its first moment.
fn moment(time: &str) -> String {
    if time.contains('T') { time.to_owned() } else { format!("{time}T00:00:00Z") }
}

/// Of GeoNames, as linked data names it.
fn geonames(id: u32) -> String {
    format!("https://sws.geonames.org/{id}/")
}
