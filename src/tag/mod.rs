//! Language, size, topics, people, organisations and keywords of a draft. Pure: text in, values out.

pub mod keywords;
pub mod language;
pub mod names;
pub mod size;
pub mod topics;

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

/// Names and versions of the taggers. A version rises whenever the same text can get another tag.
const TAGGERS: [(&str, &str); 7] = [
    ("keywords", "1"),
    // Function words of ours, then trigrams.
    ("language", "1+whatlang-0.18"),
    // The model of names and the joining of its mentions.
    ("names", "1"),
    ("size", "1"),
    // Of the table of sections; the names are those of the Media Topics' release.
    ("topics.declared", "1+medtop-2023-10"),
    ("topics.model", "1+medtop-2023-10"),
    ("topics.rule", "1+medtop-2023-10"),
];

/// Names and versions of the taggers, for `producer.taggers`.
pub fn versions() -> BTreeMap<String, String> {
    TAGGERS.map(|(name, version)| (name.to_owned(), version.to_owned())).into()
}

/// Tags a draft. With `enabled` false only what costs nothing: declared values and size.
pub fn tag(draft: &Draft, enabled: bool) -> Tags {
    let declared = draft.language.as_deref();
    let language = if enabled {
        language::language(&draft.text, declared)
    } else {
        Language { code: None, confidence: 0.0, declared: declared.map(str::to_owned) }
    };
    let topics = if enabled { topics::topics(draft, language.code.as_deref()) } else { Vec::new() };
    let names = if enabled {
        let mentions = names::mentions(&draft.text, language.code.as_deref());
        let declared = names::Declared { people: &draft.people, organisations: &draft.organisations, keywords: &draft.keywords };
        names::names(&draft.text, &mentions, declared)
    } else {
        names::Names { people: draft.people.clone(), organisations: draft.organisations.clone(), keywords: Vec::new() }
    };
    Tags {
        language,
        people: names.people,
        organisations: names.organisations,
        topics,
        keywords: keywords::keywords(&draft.keywords, names.keywords),
        size: size::size(&draft.text, &draft.blocks),
        ..Tags::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disabled_keeps_what_is_declared() {
        let draft = Draft {
            text: "Der Hafen ist nach dem Sturm wieder offen.".into(),
            language: Some("de-AT".into()),
            sections: vec!["Wirtschaft".into()],
            ..Draft::default()
        };
        let tags = tag(&draft, true);
        assert_eq!(tags.language.code.as_deref(), Some("de"));
        assert_eq!(tags.topics[0].code, "medtop:04000000");
        assert_eq!(tags.size.words, 8);
        let tags = tag(&draft, false);
        assert_eq!((tags.language.code.as_deref(), tags.language.declared.as_deref()), (None, Some("de-AT")));
        assert_eq!((tags.topics.len(), tags.size.words), (0, 8));
    }
}
