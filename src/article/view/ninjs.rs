//! ninjs 3.1 (IPTC, <https://iptc.org/std/ninjs/>). The record has no place for fields of ours, so what ninjs lacks (fingerprints, evidence of
//! dates, spans) is left out.

use super::{geonames, moment, uri};
use crate::article::record::{Access, ArticleBody, PlaceRole, TopicOrigin};
use schemars::JsonSchema;
use serde::Serialize;

const SCHEMA: &str = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#";

/// A whole ninjs record, as far as this program fills it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "ninjs 3.1 news item, as feedmill fills it")]
pub struct Item {
    /// `urn:feedmill:article:` and the id.
    pub uri: String,
    /// Rises with every record of an id.
    pub version: String,
    #[serde(flatten)]
    pub body: Body,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Always `text`.
    #[serde(rename = "type")]
    #[schemars(extend("const" = "text"))]
    pub kind: &'static str,
    pub standard: Standard,
    pub representation_type: &'static str,
    pub pub_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headlines: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub descriptions: Vec<Text>,
    pub bodies: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub located: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub info_sources: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Subject>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub genres: Vec<Genre>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub associations: Vec<Association>,
    pub alt_ids: Vec<AltId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copyright_notice: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_terms: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights_info: Option<Rights>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ed_note: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Standard {
    pub name: &'static str,
    pub version: &'static str,
    pub schema: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Text {
    pub role: &'static str,
    pub content_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub char_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word_count: Option<u32>,
    pub value: String,
}

/// A person, an organisation or a source.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Named {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rel: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub literal: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Subject {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rel: Option<&'static str>,
    /// Of the Media Topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// `medtop:...`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub literal: Option<String>,
    /// Who said so: the page (`declared`), a rule or the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Place {
    pub name: String,
    pub rel: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// ISO 3166-1 alpha-2 of its country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub literal: Option<String>,
    #[serde(rename = "geoJSON", skip_serializing_if = "Option::is_none")]
    pub geo: Option<Point>,
}

/// A GeoJSON point.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Point {
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Longitude, latitude.
    pub coordinates: [f64; 2],
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Genre {
    pub name: String,
}

/// A picture.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Association {
    pub name: String,
    pub uri: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub descriptions: Vec<Text>,
    #[serde(rename = "copyrightNotice", skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    pub renditions: Vec<Rendition>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Rendition {
    pub name: &'static str,
    pub href: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct AltId {
    pub role: &'static str,
    pub value: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rights {
    pub linked_rights: String,
}

fn text(role: &'static str, value: &str) -> Text {
    Text { role, content_type: "text/plain", char_count: None, word_count: None, value: value.to_owned() }
}

fn named(name: &str, rel: &'static str) -> Named {
    Named { name: name.to_owned(), rel: Some(rel), role: None, uri: None, literal: None }
}

/// The record without `uri` and `version`.
pub fn body(article: &ArticleBody) -> Body {
    let day_only = article.published_at.as_deref().is_some_and(|p| !p.contains('T'));
    let created = article.modified_at.as_deref().or(article.source.fetched_at.as_deref()).or(article.source.timestamp.as_deref());
    let mut alt_ids = vec![AltId { role: "url", value: article.url.clone() }];
    alt_ids.extend(article.canonical_url.iter().map(|u| AltId { role: "canonical", value: u.clone() }));
    alt_ids.extend(article.source.event_id.iter().map(|u| AltId { role: "event", value: u.clone() }));
    alt_ids.push(AltId { role: "content_hash", value: article.content_hash.clone() });
    let by: Vec<&str> = article.authors.iter().map(|a| a.name.as_str()).collect();
    Body {
        kind: "text",
        standard: Standard { name: "ninjs", version: "3.1", schema: SCHEMA },
        representation_type: if article.truncated.is_empty() { "full" } else { "partial" },
        pub_status: "usable",
        version_created: created.map(moment),
        content_created: article.published_at.as_deref().map(moment),
        language: article.language.code.clone().or_else(|| article.language.declared.clone()),
        title: article.title.clone(),
        headlines: article.title.iter().map(|t| text("main", t)).collect(),
        descriptions: article.description.iter().map(|d| text("summary", d)).collect(),
        bodies: vec![Text {
            char_count: Some(article.size.characters),
            word_count: Some(article.size.words),
            ..text("main", &article.text)
        }],
        by: (!by.is_empty()).then(|| by.join(", ")),
        located: article.dateline.as_ref().and_then(|d| d.place.clone()),
        info_sources: sources(article),
        subjects: subjects(article),
        places: article
            .places
            .iter()
            .map(|p| Place {
                name: p.name.clone(),
                rel: if p.role == PlaceRole::Dateline { "located" } else { "mentions" },
                uri: p.geonames_id.map(geonames),
                literal: p.country.clone(),
                geo: p.lon.zip(p.lat).map(|(lon, lat)| Point { kind: "Point", coordinates: [lon, lat] }),
            })
            .collect(),
        people: people(article),
        organisations: article
            .organisations
            .iter()
            .map(|o| Named { uri: o.same_as.as_deref().and_then(uri), ..named(&o.name, "mentions") })
            .collect(),
        genres: article.genre.iter().map(|g| Genre { name: g.clone() }).collect(),
        associations: article
            .images
            .iter()
            .filter_map(|i| {
                let address = uri(&i.url)?;
                Some(Association {
                    name: "picture".into(),
                    uri: address.clone(),
                    kind: "picture",
                    descriptions: i.caption.iter().map(|c| text("caption", c)).collect(),
                    credit: i.credit.clone(),
                    renditions: vec![Rendition { name: "main", href: address }],
                })
            })
            .collect(),
        alt_ids,
        copyright_notice: article.rights.copyright.clone(),
        usage_terms: usage(article),
        rights_info: article.rights.license.as_deref().and_then(uri).map(|linked_rights| Rights { linked_rights }),
        ed_note: day_only.then(|| "Only the day of publication is known.".into()),
    }
}

fn sources(article: &ArticleBody) -> Vec<Named> {
    let site = article.site.name.as_deref().or(article.site.domain.as_deref()).unwrap_or(&article.site.host);
    let mut out = Vec::new();
    if !site.is_empty() {
        out.push(Named { name: site.to_owned(), rel: None, role: Some("publisher"), uri: None, literal: article.site.domain.clone() });
    }
    if let Some(a) = &article.agency {
        out.push(Named { name: a.name.clone(), rel: None, role: Some("agency"), uri: None, literal: Some(a.code.clone()) });
    }
    out
}

fn subjects(article: &ArticleBody) -> Vec<Subject> {
    let topics = article.topics.iter().map(|t| Subject {
        name: t.name.clone(),
        rel: Some("about"),
        uri: t.code.strip_prefix("medtop:").map(|c| format!("http://cv.iptc.org/newscodes/mediatopic/{c}")),
        literal: Some(t.code.clone()),
        creator: Some(match t.origin {
            TopicOrigin::Declared => "declared",
            TopicOrigin::Rule => "rule",
            TopicOrigin::Model => "model",
            TopicOrigin::Taxonomy => "taxonomy",
        }),
        confidence: Some(t.score.min(100)),
    });
    let keywords = article.keywords.iter().map(|k| Subject {
        name: k.text.clone(),
        rel: Some("keyword"),
        uri: None,
        literal: None,
        creator: None,
        confidence: None,
    });
    topics.chain(keywords).collect()
}

fn people(article: &ArticleBody) -> Vec<Named> {
    let authors = article.authors.iter().map(|a| Named { uri: a.url.as_deref().and_then(uri), ..named(&a.name, "author") });
    let mentioned = article.people.iter().map(|p| Named { uri: p.same_as.as_deref().and_then(uri), ..named(&p.name, "mentions") });
    authors.chain(mentioned).collect()
}

/// What may be done with it, in words: ninjs has no members for it.
fn usage(article: &ArticleBody) -> Option<String> {
    let mut said = Vec::new();
    match article.access {
        Access::Free => said.push("access: free"),
        Access::Metered => said.push("access: metered"),
        Access::Locked => said.push("access: locked"),
        Access::Unknown => {}
    }
    if article.rights.tdm_reservation == Some(true) {
        said.push("text and data mining: reserved");
    }
    if article.rights.noai == Some(true) {
        said.push("noai");
    }
    if article.rights.noarchive == Some(true) {
        said.push("noarchive");
    }
    (!said.is_empty()).then(|| said.join("; "))
}
