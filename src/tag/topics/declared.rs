//! Topics that the page declares: its sections and keywords, as IPTC Media Topics of the top level.
//!
//! What the desk that published a story says of it is the cheapest good evidence there is. A section is a decision of that desk; a keyword
//! only names what the story touches, so it counts for less.

use super::sections::{SECTIONS, TOPICS};
use crate::article::Draft;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The whole section, or the last part of a path such as `News > Sport`.
const SECTION: u8 = 90;
/// Another part of the path or list.
const SECTION_PART: u8 = 80;
const KEYWORD: u8 = 50;
/// For each keyword more that says the same.
const KEYWORD_MORE: u8 = 5;
const KEYWORD_MOST: u8 = 70;
/// A keyword beside a section that says the same.
const AGREE: u8 = 5;

/// The score of each topic of `TOPICS`; 0 where the page says nothing.
pub fn scores(draft: &Draft) -> [u8; TOPICS.len()] {
    let mut scores = [0u8; TOPICS.len()];
    for section in &draft.sections {
        let parts: Vec<&str> = section.split(['/', '>', '|', ',', ';', '»', '›', ':']).collect();
        let last = parts.len().saturating_sub(1);
        for (at, part) in parts.iter().enumerate() {
            let score = if at == last { SECTION } else { SECTION_PART };
            look_up(part).into_iter().for_each(|t| scores[t] = scores[t].max(score));
        }
        // "Arts & Entertainment: Books" as one name, when its parts say nothing.
        look_up(section).into_iter().for_each(|t| scores[t] = scores[t].max(SECTION));
    }
    for keyword in &draft.keywords {
        for topic in look_up(&keyword.text) {
            scores[topic] = match scores[topic] {
                0 => KEYWORD,
                s if s < KEYWORD_MOST => s + KEYWORD_MORE,
                s if s >= SECTION_PART => (s + AGREE).min(SECTION + AGREE),
                s => s,
            };
        }
    }
    scores
}

/// Names of sections as they are looked up, with their topic.
pub fn section_names() -> impl Iterator<Item = (String, usize)> {
    let topic = |code: &str| TOPICS.iter().position(|(c, _)| *c == code);
    SECTIONS
        .iter()
        .filter_map(move |(code, names)| Some((names, topic(code)?)))
        .flat_map(|(names, at)| names.split('|').map(move |n| (n.to_owned(), at)))
}

static TABLE: LazyLock<FxHashMap<String, usize>> = LazyLock::new(|| {
    let mut table = FxHashMap::default();
    for (code, names) in SECTIONS {
        if let Some(topic) = TOPICS.iter().position(|(c, _)| c == code) {
            names.split('|').for_each(|name| {
                table.insert(folded(name), topic);
            });
        }
    }
    table
});

/// The topic of a section's name; of "Kultur und Medien" that of each half.
fn look_up(name: &str) -> Vec<usize> {
    // No section has a name this long, and folding is not free.
    if name.len() > 100 {
        return Vec::new();
    }
    let name = folded(name);
    if let Some(topic) = TABLE.get(&name) {
        return vec![*topic];
    }
    let mut found: Vec<usize> = [" und ", " and ", " et ", " y ", " e ", " og ", " och ", " en ", "&", "+", "・"]
        .iter()
        .filter_map(|joint| name.split_once(joint))
        .flat_map(|(a, b)| [a, b].map(|half| TABLE.get(half.trim()).copied()))
        .flatten()
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Lower case, no accents, single blanks, no hyphens: `Économie` and `economie` are one name.
fn folded(name: &str) -> String {
    let bare = if name.is_ascii() { name.to_ascii_lowercase() } else { plain(name) };
    let words: Vec<&str> = bare.split(|c: char| c.is_whitespace() || c == '-' || c == '_').filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

fn plain(name: &str) -> String {
    name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Keyword, Origin};

    fn topics(sections: &[&str], keywords: &[&str]) -> Vec<(String, u8)> {
        let draft = Draft {
            sections: sections.iter().map(|s| (*s).to_owned()).collect(),
            keywords: keywords.iter().map(|k| Keyword { text: (*k).into(), origin: Origin::Declared }).collect(),
            ..Draft::default()
        };
        let mut all: Vec<(String, u8)> =
            TOPICS.iter().zip(scores(&draft)).filter(|(_, s)| *s > 0).map(|((code, _), s)| (format!("medtop:{code}"), s)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all
    }

    fn one(section: &str) -> Option<String> {
        topics(&[section], &[]).first().map(|t| t.0.clone())
    }

    #[test]
    fn sections_of_many_languages() {
        for (code, names) in [
            ("medtop:11000000", ["Politics", "POLITIK", "Politique", "Política", "Политика", "سياسة", "政治", "정치"]),
            ("medtop:15000000", ["Sports", "Fußball", "Football", "Deportes", "Спорт", "رياضة", "スポーツ", "스포츠"]),
            ("medtop:04000000", ["Business", "Wirtschaft", "Économie", "Economía", "Экономика", "اقتصاد", "経済", "경제"]),
            ("medtop:13000000", ["Technology", "Wissenschaft", "Sciences", "Tecnología", "Наука", "تكنولوجيا", "科学", "과학"]),
            ("medtop:07000000", ["Health", "Gesundheit", "Santé", "Salud", "Здоровье", "صحة", "健康", "건강"]),
        ] {
            for name in names {
                assert_eq!(one(name).as_deref(), Some(code), "{name}");
            }
        }
        for none in ["World", "Opinion", "News", "Startseite", "", "   ", "A very long section name that nobody has"] {
            assert_eq!(one(none), None, "{none}");
        }
    }

    #[test]
    fn paths_lists_and_joined_names() {
        assert_eq!(topics(&["News/Sport/Tennis"], &[]), [("medtop:15000000".into(), 90)]);
        assert_eq!(topics(&["Politik > Umwelt"], &[]), [("medtop:06000000".into(), 90), ("medtop:11000000".into(), 80)]);
        assert_eq!(topics(&["Science & Environment"], &[]), [("medtop:06000000".into(), 90), ("medtop:13000000".into(), 90)]);
        assert_eq!(topics(&["Politik und Wirtschaft"], &[]), [("medtop:04000000".into(), 90), ("medtop:11000000".into(), 90)]);
    }

    #[test]
    fn keywords_count_for_less_and_agreement_for_more() {
        assert_eq!(topics(&[], &["election", "Ferries"]), [("medtop:11000000".into(), 50)]);
        assert_eq!(topics(&[], &["elections", "parliament"]), [("medtop:11000000".into(), 55)]);
        assert_eq!(
            topics(&["Politics"], &["elections", "parliament", "football"]),
            [("medtop:11000000".into(), 95), ("medtop:15000000".into(), 50),]
        );
        assert_eq!(topics(&[], &["football"; 50]), [("medtop:15000000".into(), 70)]);
    }

    #[test]
    fn the_table_is_sound() {
        for (code, names) in SECTIONS {
            assert!(TOPICS.iter().any(|(c, _)| c == code), "{code}");
            for name in names.split('|') {
                let known = TABLE.get(&folded(name)).map(|t| TOPICS[*t].0);
                assert_eq!(known, Some(*code), "{name} stands for two topics");
            }
        }
    }
}
