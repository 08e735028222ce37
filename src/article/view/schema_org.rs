//! JSON-LD of schema.org: NewsArticle and its subtypes.

use super::{geonames, moment, uri};
use crate::article::record::{Access, ArticleBody, PlaceRole};
use schemars::JsonSchema;
use serde::Serialize;

/// A whole record.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "schema.org NewsArticle, as feedmill fills it")]
pub struct Item {
    /// Always `https://schema.org`.
    #[serde(rename = "@context")]
    pub context: String,
    /// `urn:feedmill:article:` and the id.
    #[serde(rename = "@id")]
    pub id: String,
    pub identifier: String,
    pub version: u64,
    #[serde(flatten)]
    pub body: Body,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    #[serde(rename = "@type")]
    #[schemars(extend("enum" = TYPES))]
    pub kind: &'static str,
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_entity_of_page: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub article_body: String,
    pub word_count: u32,
    /// ISO 8601 duration.
    pub time_required: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub author: Vec<Thing>,
    pub publisher: Thing,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_organization: Option<Thing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dateline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_created: Option<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<Term>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub content_location: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Thing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genre: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image: Vec<Image>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_accessible_for_free: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copyright_notice: Option<String>,
}

/// A person or an organisation.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    #[serde(rename = "@type")]
    pub kind: &'static str,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

/// A topic.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Term {
    #[serde(rename = "@type")]
    pub kind: &'static str,
    pub name: String,
    pub term_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_defined_term_set: Option<&'static str>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    #[serde(rename = "@type")]
    pub kind: &'static str,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geo: Option<Geo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Geo {
    #[serde(rename = "@type")]
    pub kind: &'static str,
    pub latitude: f64,
    pub longitude: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    #[serde(rename = "@type")]
    pub kind: &'static str,
    pub address_country: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_region: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    #[serde(rename = "@type")]
    pub kind: &'static str,
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_text: Option<String>,
}

/// Subtypes by genre; the vocabulary's release 30.
const GENRES: &[(&str, &str)] = &[
    ("opinion", "OpinionNewsArticle"),
    ("analysis", "AnalysisNewsArticle"),
    ("background", "BackgroundNewsArticle"),
    ("review", "ReviewNewsArticle"),
    ("satire", "SatiricalArticle"),
    ("advertisement", "AdvertiserContentArticle"),
    ("advertorial", "AdvertiserContentArticle"),
    // A live blog as this record has it is one text, not a list of updates, but the type says what the page is.
    ("live", "LiveBlogPosting"),
];
const TYPES: &[&str] = &[
    "NewsArticle",
    "OpinionNewsArticle",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
    "ReviewNewsArticle",
    "SatiricalArticle",
    "AdvertiserContentArticle",
    "LiveBlogPosting",
];

fn thing(kind: &'static str, name: &str, url: Option<&str>, same_as: Option<&str>) -> Thing {
    Thing { kind, name: name.to_owned(), url: url.and_then(uri), same_as: same_as.and_then(uri) }
}

fn place(p: &crate::article::record::Place) -> Place {
    Place {
        kind: "Place",
        name: p.name.clone(),
        same_as: p.geonames_id.map(geonames),
        geo: p.lat.zip(p.lon).map(|(latitude, longitude)| Geo { kind: "GeoCoordinates", latitude, longitude }),
        address: p.country.clone().map(|address_country| Address {
            kind: "PostalAddress",
            address_country,
            address_region: p.admin1.clone(),
        }),
    }
}

/// The record without `@context`, `@id`, `identifier` and `version`.
pub fn body(article: &ArticleBody) -> Body {
    let publisher = article.site.name.as_deref().or(article.site.domain.as_deref()).unwrap_or(&article.site.host);
    let people = article.people.iter().map(|p| thing("Person", &p.name, None, p.same_as.as_deref()));
    let organisations = article.organisations.iter().map(|o| thing("Organization", &o.name, None, o.same_as.as_deref()));
    let genre = article.genre.as_deref();
    Body {
        kind: GENRES.iter().find(|(g, _)| Some(*g) == genre).map_or("NewsArticle", |(_, t)| t),
        url: article.url.clone(),
        main_entity_of_page: article.canonical_url.clone(),
        headline: article.title.clone(),
        description: article.description.clone(),
        article_body: article.text.clone(),
        word_count: article.size.words,
        time_required: format!("PT{}S", article.size.reading_seconds),
        in_language: article.language.code.clone().or_else(|| article.language.declared.clone()),
        date_published: article.published_at.clone(),
        date_modified: article.modified_at.as_deref().map(moment),
        author: article.authors.iter().map(|a| thing("Person", &a.name, a.url.as_deref(), None)).collect(),
        publisher: thing("NewsMediaOrganization", publisher, None, None),
        source_organization: article.agency.as_ref().map(|a| thing("NewsMediaOrganization", &a.name, None, None)),
        dateline: article.dateline.as_ref().map(|d| d.raw.clone()),
        location_created: article.places.iter().find(|p| p.role == PlaceRole::Dateline).map(place),
        about: article
            .topics
            .iter()
            .map(|t| Term {
                kind: "DefinedTerm",
                name: t.name.clone(),
                term_code: t.code.clone(),
                in_defined_term_set: t.code.starts_with("medtop:").then_some("http://cv.iptc.org/newscodes/mediatopic/"),
            })
            .collect(),
        keywords: article.keywords.iter().map(|k| k.text.clone()).collect(),
        content_location: article.places.iter().map(place).collect(),
        mentions: people.chain(organisations).collect(),
        genre: article.genre.clone(),
        image: article
            .images
            .iter()
            .filter_map(|i| {
                Some(Image { kind: "ImageObject", url: uri(&i.url)?, caption: i.caption.clone(), credit_text: i.credit.clone() })
            })
            .collect(),
        is_accessible_for_free: match article.access {
            Access::Free => Some(true),
            Access::Metered | Access::Locked => Some(false),
            Access::Unknown => None,
        },
        license: article.rights.license.as_deref().and_then(uri),
        copyright_notice: article.rights.copyright.clone(),
    }
}
