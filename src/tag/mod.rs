//! Language, size, topics, people, organisations, places, countries and keywords of a draft. Pure: text in, values out.

pub mod fold;
mod hashed;
pub mod keywords;
pub mod language;
mod letters;
pub mod names;
pub mod places;
pub mod size;
pub mod taxonomy;
pub mod topics;

use crate::article::{Country, Draft, Entity, Keyword, Language, Place, PlaceRole, Size, Topic};
use std::collections::BTreeMap;
pub use taxonomy::Taxonomies;

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
const TAGGERS: [(&str, &str); 8] = [
    ("keywords", "1"),
    // Function words of ours, then trigrams.
    ("language", "2+whatlang-0.18"),
    // The model of names and the joining of its mentions.
    ("names", "2"),
    // Of the rules and weights; the gazetteer is named by its source.
    ("places", "2+geonames-2026-07"),
    ("size", "1"),
    // Of the table of sections; the names are those of the Media Topics' release.
    ("topics.declared", "1+medtop-2023-10"),
    ("topics.model", "2+medtop-2023-10"),
    ("topics.rule", "2+medtop-2023-10"),
];

/// Names and versions of the taggers, for `producer.taggers`.
pub fn versions() -> BTreeMap<String, String> {
    TAGGERS.map(|(name, version)| (name.to_owned(), version.to_owned())).into()
}

/// What tagging goes by, beside the draft.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// False: only what costs nothing, declared values and size.
    pub enabled: bool,
    /// Where the page was found.
    pub url: &'a str,
    pub taxonomies: &'a Taxonomies,
}

/// What unpacks the tables of the taggers, once: together a tenth of a second's work. The first page needs them; who starts early saves it
/// the wait.
pub const TABLES: [fn(); 4] = [language::load, topics::load, names::load, places::load];

/// Tags a draft.
pub fn tag(draft: &Draft, options: Options<'_>) -> Tags {
    let enabled = options.enabled;
    let declared = draft.language.as_deref();
    let language = if enabled {
        language::language(&draft.text, declared)
    } else {
        Language { code: None, confidence: 0.0, declared: declared.map(str::to_owned) }
    };
    let topics = if enabled { topics::topics(draft, language.code.as_deref()) } else { Vec::new() };
    let words = if enabled { fold::words(&draft.text) } else { Vec::new() };
    let names = if enabled {
        let mentions = names::mentions(&draft.text, &words, language.code.as_deref());
        let declared = names::Declared { people: &draft.people, organisations: &draft.organisations, keywords: &draft.keywords };
        names::names(&draft.text, &mentions, declared)
    } else {
        names::Names { people: draft.people.clone(), organisations: draft.organisations.clone(), keywords: Vec::new() }
    };
    let places =
        if enabled { places::find(&place_input(draft, options.url, &language, &names.people), &words) } else { places::Found::default() };
    let own = if enabled { options.taxonomies.tag(draft.title.as_deref(), &draft.text, &words) } else { Default::default() };
    Tags {
        language,
        places: with_own(places.places, own.places),
        countries: places.countries,
        people: names.people,
        organisations: names.organisations,
        topics: by_score(topics, own.topics),
        keywords: keywords::keywords(&draft.keywords, names.keywords),
        size: size::size(&draft.text, &draft.blocks),
    }
}

/// Topics of taxonomies among the others, by score, then code.
fn by_score(mut topics: Vec<Topic>, own: Vec<Topic>) -> Vec<Topic> {
    if own.is_empty() {
        return topics;
    }
    topics.extend(own);
    topics.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.code.cmp(&b.code)));
    topics
}

/// Places of the user's gazetteer win over ours where both claim a span.
fn with_own(mut places: Vec<Place>, own: Vec<Place>) -> Vec<Place> {
    if own.is_empty() {
        return places;
    }
    let claimed: Vec<[u32; 2]> = own.iter().flat_map(|p| p.spans.iter().copied()).collect();
    for place in &mut places {
        place.spans.retain(|s| !claimed.iter().any(|c| s[0] < c[1] && c[0] < s[1]));
    }
    places.retain(|p| !p.spans.is_empty() || p.role == PlaceRole::Dateline);
    places.extend(own);
    places
}

fn place_input<'a>(draft: &'a Draft, url: &'a str, language: &'a Language, people: &'a [Entity]) -> places::Input<'a> {
    places::Input {
        text: &draft.text,
        title: draft.title.as_deref(),
        language: language.code.as_deref().and_then(|l| l.split('-').next()),
        dateline: draft.dateline.as_ref().and_then(|d| d.place.as_deref()),
        declared: &draft.places,
        people,
        site: places::site_country(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(enabled: bool) -> Options<'static> {
        static NONE: std::sync::LazyLock<Taxonomies> = std::sync::LazyLock::new(Taxonomies::default);
        Options { enabled, url: "https://news.example/a", taxonomies: &NONE }
    }

    #[test]
    fn disabled_keeps_what_is_declared() {
        let draft = Draft {
            text: "Der Hafen ist nach dem Sturm wieder offen.".into(),
            language: Some("de-AT".into()),
            sections: vec!["Wirtschaft".into()],
            ..Draft::default()
        };
        let tags = tag(&draft, options(true));
        assert_eq!(tags.language.code.as_deref(), Some("de"));
        assert_eq!(tags.topics[0].code, "medtop:04000000");
        assert_eq!(tags.size.words, 8);
        let tags = tag(&draft, options(false));
        assert_eq!((tags.language.code.as_deref(), tags.language.declared.as_deref()), (None, Some("de-AT")));
        assert_eq!((tags.topics.len(), tags.size.words), (0, 8));
    }

    fn english(text: &str) -> Tags {
        tag(&Draft { text: text.into(), ..Draft::default() }, options(true))
    }

    type Names = &'static [&'static str];

    /// Texts with (places, people, organisations) that must not be among the tags. A wrong name is worse than none.
    const NEGATIVES: &[(&str, Names, Names, Names)] = &[
        // People called like places.
        (
            "Jordan Henderson scored twice for the visitors. Jordan said after the match that he was tired. Michael Jordan watched.",
            &["Jordan"],
            &[],
            &[],
        ),
        (
            "Denzel Washington and Paris Hilton were at the gala. Washington wore black; Hilton, who was late, smiled. Paris laughed.",
            &["Washington", "Paris"],
            &[],
            &[],
        ),
        ("Florence Pugh met Sydney Sweeney; Pugh smiled and Sweeney waved. Florence and Sydney danced.", &["Florence", "Sydney"], &[], &[]),
        ("Chelsea Clinton and Dakota Johnson spoke. Chelsea was first. Dakota thanked everybody.", &["Chelsea", "Dakota"], &[], &[]),
        // Companies and teams called for places.
        (
            "The Washington Post reported that Boston Dynamics and Berlin Packaging would merge. Shares of Boston Scientific fell.",
            &["Washington", "Boston", "Berlin"],
            &["Washington", "Boston", "Boston Dynamics"],
            &[],
        ),
        (
            "Seattle Seahawks beat the New England Patriots; Manchester United drew with Real Madrid. Bayern Munich signed a striker.",
            &["Seattle", "Manchester", "Madrid", "Munich"],
            &["Manchester United", "Real Madrid", "Bayern Munich"],
            &[],
        ),
        ("Apple launched a phone. Target and Gap followed, Orange did not.", &["Orange", "Gap"], &["Target", "Gap", "Orange"], &[]),
        // Months and days.
        (
            "In March and May the choir meets on Monday. August was warm, June was not. Sunday was quiet.",
            &["March", "May", "Sunday"],
            &["March", "May", "August", "June"],
            &["March", "May", "August", "Sunday"],
        ),
        // Headlines in title case, and all capitals.
        (
            "Ten Ways To Paint Your House This Summer And Why You Should Buy Better Brushes\n\nPaint is cheap. Brushes are not.",
            &["House", "Paint", "Summer"],
            &["Paint Your House", "Better Brushes"],
            &["Better Brushes"],
        ),
        (
            "Man Of The Match: Reading Is Good For You, Says Nice Lady Of Bath Road. Nice people, too.",
            &["Reading", "Nice", "Bath", "Man"],
            &[],
            &[],
        ),
        (
            "CITY COUNCIL VOTES TO KEEP THE OLD LIBRARY OPEN AFTER LONG DEBATE ON MONDAY NIGHT. THE MAYOR SAID HE WAS GLAD.",
            &["CITY", "OPEN", "GLAD"],
            &["CITY COUNCIL", "MONDAY NIGHT"],
            &["MONDAY NIGHT"],
        ),
    ];

    #[test]
    fn names_of_one_kind_are_not_of_another() {
        let holds = |names: &[&str], name: &str| names.contains(&name);
        for (text, places, people, organisations) in NEGATIVES {
            let tags = english(text);
            assert!(!tags.places.iter().any(|p| holds(places, &p.name)), "{text}: {:?}", tags.places);
            assert!(!tags.people.iter().any(|p| holds(people, &p.name)), "{text}: {:?}", tags.people);
            assert!(!tags.organisations.iter().any(|o| holds(organisations, &o.name)), "{text}: {:?}", tags.organisations);
        }
        // And the same words where they are places.
        let tags = english("Denzel Washington flew from Washington to Amman in Jordan. Nobody in Amman knew that he was in Jordan.");
        let names: Vec<&str> = tags.places.iter().map(|p| p.name.as_str()).collect();
        assert!(names.contains(&"Amman") && names.contains(&"Jordan"), "{names:?}");
    }

    #[test]
    fn no_place_lies_within_the_name_of_a_person() {
        for (text, ..) in NEGATIVES {
            let tags = english(text);
            let full = tags.people.iter().filter(|p| p.name.contains(' ')).flat_map(|p| &p.spans);
            for person in full {
                let inside = |s: &[u32; 2]| s[0] < person[1] && person[0] < s[1];
                assert!(!tags.places.iter().any(|p| p.spans.iter().any(inside)), "{text}: {tags:?}");
            }
        }
    }
}
