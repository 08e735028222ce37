//! Language, size, declared topics and keywords of a draft. Pure: text in, values out.

pub mod language;

use crate::article::{Country, Draft, Entity, Keyword, Language, Place, Size, Topic};
use std::collections::BTreeMap;

/// All tags of an article.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tags {
    pub language: Language,
    pub topics: Vec<Topic>,
    pub places: Vec<Place>,
    pub countries: Vec<Country>,
    pub people: Vec<Entity>,
    pub organisations: Vec<Entity>,
    pub keywords: Vec<Keyword>,
    pub size: Size,
}

/// Names and versions of the taggers, for `producer.taggers`.
pub fn versions() -> BTreeMap<String, String> {
    BTreeMap::new()
}

/// Tags a draft. With `enabled` false only what costs nothing: declared values and size.
pub fn tag(draft: &Draft, _enabled: bool) -> Tags {
    Tags { language: language::language(&draft.text, draft.language.as_deref()), keywords: draft.keywords.clone(), ..Tags::default() }
}
