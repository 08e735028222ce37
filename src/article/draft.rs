//! What cleaning found, before tags and identity.

use super::record::{Access, Agency, Author, Block, DateEvidence, Dateline, Entity, Image, Keyword, Related, Rights};
use std::collections::BTreeMap;

/// What cleaning found: the article without tags and identity. Fields are those of the record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    pub canonical_url: Option<String>,
    pub site_name: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub text: String,
    pub blocks: Vec<Block>,
    pub authors: Vec<Author>,
    pub agency: Option<Agency>,
    pub dateline: Option<Dateline>,
    pub published_at: Option<String>,
    pub modified_at: Option<String>,
    pub date_evidence: BTreeMap<String, DateEvidence>,
    /// What the page or the sender declares, BCP 47 as written.
    pub language: Option<String>,
    pub images: Vec<Image>,
    pub related: Vec<Related>,
    /// Declared keywords, in the page's order.
    pub keywords: Vec<Keyword>,
    /// Declared sections ("Politics"), for topics.
    pub sections: Vec<String>,
    /// Whom and what the page says it is about (JSON-LD `about`, `mentions`), without spans, in the page's order.
    pub people: Vec<Entity>,
    pub organisations: Vec<Entity>,
    /// Names of places that the page says it is about, in its order.
    pub places: Vec<String>,
    pub genre: Option<String>,
    pub access: Access,
    pub rights: Rights,
    /// Limits of cleaning that the page ran into, `page.blocks`: the record's `truncated`.
    pub truncated: Vec<String>,
}
