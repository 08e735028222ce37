//! Whom and what a page says its story is about: JSON-LD `about`, `mentions`, typed `keywords`, `contentLocation`.
//!
//! Content systems fill `mentions` by lists of the whole site, so such a name must stand in the title or the text; `about` is the desk's own word.

use super::json_ld::{kinds, referred, text};
use crate::article::{Entity, Origin};
use serde_json::{Map, Value};

/// More of one kind is a list of the site, not of the story.
const MOST: usize = 50;
/// Longer ones are sentences.
const NAME_CHARS: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Person,
    Organisation,
    Place,
}

/// One thing that the story is said to be about.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    pub what: What,
    pub name: String,
    pub same_as: Option<String>,
    /// By `about` or `contentLocation`: it need not stand in the text.
    pub about: bool,
}

/// Where subjects are declared, and whether as what the story is about.
const KEYS: [(&str, bool); 5] =
    [("about", true), ("contentLocation", true), ("spatialCoverage", true), ("mentions", false), ("keywords", false)];

/// Ends of schema.org's types, and what they stand for. <https://schema.org/docs/full.html>
const TYPES: &[(&str, What)] = &[
    ("Person", What::Person),
    ("Organization", What::Organisation),
    ("Corporation", What::Organisation),
    ("SportsTeam", What::Organisation),
    ("PoliticalParty", What::Organisation),
    ("Airline", What::Organisation),
    ("MusicGroup", What::Organisation),
    ("NGO", What::Organisation),
    ("CollegeOrUniversity", What::Organisation),
    ("School", What::Organisation),
    ("Place", What::Place),
    ("Country", What::Place),
    ("City", What::Place),
    ("State", What::Place),
    ("AdministrativeArea", What::Place),
    ("Continent", What::Place),
    ("LakeBodyOfWater", What::Place),
    ("RiverBodyOfWater", What::Place),
    ("Mountain", What::Place),
];

/// All subjects of an article's object. `contentLocation` is a place also where it is only a name.
pub(super) fn read(object: &Map<String, Value>, all: &[(&Map<String, Value>, bool)]) -> Vec<Subject> {
    let mut out: Vec<Subject> = Vec::new();
    for (key, about) in KEYS {
        let Some(value) = object.get(key) else { continue };
        let items: &[Value] = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let place = key == "contentLocation" || key == "spatialCoverage";
        for item in items.iter().take(2 * MOST) {
            let (what, name, same_as) = match item {
                Value::Object(map) => {
                    let map = referred(map, all);
                    let what = kinds(map).iter().find_map(|k| TYPES.iter().find(|(end, _)| k.ends_with(end))).map(|(_, what)| *what);
                    (what.or(place.then_some(What::Place)), text(map.get("name")), text(map.get("sameAs")))
                }
                Value::String(_) if place => (Some(What::Place), text(Some(item)), None),
                _ => continue,
            };
            let (Some(what), Some(name)) = (what, name) else { continue };
            let known = out.iter().any(|s| s.what == what && s.name.eq_ignore_ascii_case(&name));
            if !known && name.chars().count() <= NAME_CHARS && out.iter().filter(|s| s.what == what).count() < MOST {
                let same_as = same_as.filter(|s| s.starts_with("http"));
                out.push(Subject { what, name, same_as, about });
            }
        }
    }
    out
}

/// Takes out what is the site itself, who wrote the story, and what is neither its subject nor in it.
pub fn sift(subjects: &mut Vec<Subject>, own: &[&str], title: &str, body: &str) {
    if subjects.is_empty() {
        return;
    }
    let (title, body) = (title.to_lowercase(), body.to_lowercase());
    let stands = |name: &str| holds(&title, name) || holds(&body, name);
    subjects.retain(|s| {
        let name = s.name.to_lowercase();
        // The publisher as subject is a template's: every page of the site says so.
        !own.iter().any(|o| o.to_lowercase() == name && !stands(&name)) && (s.about || stands(&name))
    });
}

/// Whether a name stands in a text as words of its own; both in small letters.
fn holds(text: &str, name: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    // Scripts without spaces have no borders of words.
    let open = name.chars().any(|c| c as u32 >= 0x2E80);
    text.match_indices(name)
        .any(|(at, found)| open || !letter(text[..at].chars().next_back()) && !letter(text[at + found.len()..].chars().next()))
}

/// Those of one kind as entries of a record, without spans.
pub fn entities(subjects: &[Subject], what: What) -> Vec<Entity> {
    let own = subjects.iter().filter(|s| s.what == what);
    own.map(|s| Entity { name: s.name.clone(), spans: Vec::new(), origin: Origin::Declared, same_as: s.same_as.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Vec<Subject> {
        let value: Value = serde_json::from_str(json).unwrap();
        let object = value.as_object().unwrap();
        read(object, &[(object, false)])
    }

    fn names(subjects: &[Subject]) -> Vec<(What, &str)> {
        subjects.iter().map(|s| (s.what, s.name.as_str())).collect()
    }

    const STORY: &str = r#"{"about":[{"@type":"Person","name":"Ada Quist","sameAs":["https://www.wikidata.org/wiki/Q1"]},{"@type":"Thing","name":"harbours"}],
        "mentions":[{"@type":"SportsTeam","name":"Havn"},{"@type":"https://schema.org/NewsMediaOrganization","name":"The Courier"},
        {"@type":"Country","name":"Norway"},{"@type":"City","name":"Bergen"}],
        "keywords":["ferries",{"@type":"Organization","name":"Fjord Line"}],"contentLocation":"Stavanger"}"#;

    #[test]
    fn people_organisations_and_places_by_their_types() {
        let got = of(STORY);
        assert_eq!(
            names(&got),
            [
                (What::Person, "Ada Quist"),
                (What::Place, "Stavanger"),
                (What::Organisation, "Havn"),
                (What::Organisation, "The Courier"),
                (What::Place, "Norway"),
                (What::Place, "Bergen"),
                (What::Organisation, "Fjord Line"),
            ]
        );
        assert_eq!(got[0].same_as.as_deref(), Some("https://www.wikidata.org/wiki/Q1"));
    }

    #[test]
    fn what_is_only_mentioned_must_stand_in_the_story() {
        let mut got = of(STORY);
        // "havne" and "Norwegian" hold the letters, not the names.
        sift(&mut got, &["The Courier"], "Ferry stops", "The ferry of Fjord Line left BERGEN for the havne of a Norwegian town.");
        assert_eq!(
            names(&got),
            [(What::Person, "Ada Quist"), (What::Place, "Stavanger"), (What::Place, "Bergen"), (What::Organisation, "Fjord Line")]
        );
        assert!(holds("首相は東京で語った", "東京"));
        let mut template = vec![Subject { what: What::Organisation, name: "Courier".into(), same_as: None, about: true }];
        sift(&mut template, &["courier"], "Ferry stops", "It stopped.");
        assert!(template.is_empty());
    }
}
