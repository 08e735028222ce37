//! Mentions -> people and organisations: several mentions of one name are one entry.
//!
//! Names that the model is not sure of become keywords: a wrong name is worse than none.

use super::lists::{flag, is_calendar};
use super::mention::{Mention, Mentions, known, literal, span};
use super::model::Kind;
use super::token::{Shape, Token};
use crate::article::{Entity, Keyword, Origin};
use rustc_hash::{FxHashMap, FxHashSet};

/// Least confidence to be published. Chosen on held-out sentences for a precision of about 0.8; see CARD.md of the model.
const PERSON: f32 = 0.40;
const ORGANISATION: f32 = 0.40;
/// A name that the page declares as a keyword needs less.
const DECLARED: f32 = 0.2;
/// A name of another kind that is surer than this stays what it is, even when a person has the same surname.
const FIRM: f32 = 0.6;
/// Names that are not sure enough, as keywords: at most this many.
const KEYWORDS_MOST: usize = 15;
/// Shorter names say nothing alone.
const KEYWORD_CHARS: usize = 3;

/// What an article names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    /// Declared ones in the page's order, then by number of mentions, then by place in the text.
    pub people: Vec<Entity>,
    pub organisations: Vec<Entity>,
    /// Names below the threshold, by place in the text.
    pub keywords: Vec<Keyword>,
}

/// What the page says itself: names with `same_as`, and keywords that may be names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Declared<'a> {
    pub people: &'a [Entity],
    pub organisations: &'a [Entity],
    pub keywords: &'a [Keyword],
}

struct Group {
    kind: Kind,
    /// Its words in small letters, with blanks between.
    key: String,
    /// As it is written first and longest.
    name: String,
    /// Tokens of the mentions.
    mentions: Vec<(usize, usize)>,
    confidence: f32,
}

impl Group {
    fn new(text: &str, tokens: &[Token], mention: &Mention, key: &str) -> Self {
        Group {
            kind: mention.kind,
            key: key.to_owned(),
            name: written(text, tokens, mention.from, mention.to),
            mentions: vec![(mention.from, mention.to)],
            confidence: mention.confidence,
        }
    }

    fn words(&self) -> usize {
        self.key.split(' ').count()
    }

    fn add(&mut self, mention: &Mention) {
        self.mentions.push((mention.from, mention.to));
        // Repetition makes it surer, but the first look counts most.
        let (high, low) = (self.confidence.max(mention.confidence), self.confidence.min(mention.confidence));
        self.confidence = high + (1.0 - high) * low * 0.25;
    }
}

/// Joins the mentions of a text to entries and puts the declared ones first.
pub fn names(text: &str, mentions: &Mentions, declared: Declared<'_>) -> Names {
    let tokens = &mentions.tokens;
    let mut groups = people(text, mentions);
    groups.extend(organisations(text, mentions));
    let places = locations(text, mentions);
    groups.retain(|g| g.words() != 1 || places.get(&g.key).is_none_or(|place| *place < g.confidence) && !is_calendar(&g.key));
    let keywords: FxHashSet<String> = declared.keywords.iter().map(|k| plain(&k.text)).collect();
    let wanted = |entities: &[Entity], key: &str| entities.iter().any(|e| plain(&e.name) == key);
    let sure = |g: &Group| {
        let (least, entities) = match g.kind {
            Kind::Person => (PERSON, declared.people),
            _ => (ORGANISATION, declared.organisations),
        };
        let declared = || keywords.contains(&g.key) || wanted(entities, &g.key);
        g.confidence >= least || g.confidence >= DECLARED && declared()
    };
    let (mut published, doubtful): (Vec<Group>, Vec<Group>) = groups.into_iter().partition(sure);
    recall(text, mentions, &mut published);

    let mut names = Names::default();
    for (kind, list, declared) in
        [(Kind::Person, &mut names.people, declared.people), (Kind::Organisation, &mut names.organisations, declared.organisations)]
    {
        let mut own: Vec<&mut Group> = published.iter_mut().filter(|g| g.kind == kind).collect();
        own.iter_mut().for_each(|g| {
            g.mentions.sort_unstable();
            g.mentions.dedup();
        });
        own.sort_by_key(|g| (usize::MAX - g.mentions.len(), g.mentions.first().copied()));
        let mut found: Vec<Entity> = own
            .into_iter()
            .map(|g| Entity {
                name: std::mem::take(&mut g.name),
                spans: spans(text, tokens, &g.mentions),
                origin: Origin::Found,
                same_as: None,
            })
            .collect();
        for entity in declared {
            let at = found.iter().position(|f| plain(&f.name) == plain(&entity.name));
            let spans = at.map_or_else(|| literal(text, &entity.name), |at| found.remove(at).spans);
            if !list.iter().any(|e: &Entity| plain(&e.name) == plain(&entity.name)) {
                list.push(Entity { spans, origin: Origin::Declared, ..entity.clone() });
            }
        }
        list.append(&mut found);
    }
    if doubtful.is_empty() {
        return names;
    }
    let taken: FxHashSet<String> = names.people.iter().chain(&names.organisations).map(|e| plain(&e.name)).collect();
    let mut doubtful: Vec<Group> =
        doubtful.into_iter().filter(|g| g.name.chars().count() >= KEYWORD_CHARS && !taken.contains(&g.key)).collect();
    doubtful.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.mentions.cmp(&b.mentions)));
    doubtful.truncate(KEYWORDS_MOST);
    doubtful.sort_by(|a, b| a.mentions.cmp(&b.mentions));
    names.keywords = doubtful.into_iter().map(|g| Keyword { text: g.name, origin: Origin::Found }).collect();
    names
}

/// Locations of one word and how sure they are at their surest: `Kiev` in the text says what `KIEV` in the dateline is.
fn locations(text: &str, mentions: &Mentions) -> FxHashMap<String, f32> {
    let mut places: FxHashMap<String, f32> = FxHashMap::default();
    let mut word = String::new();
    for mention in mentions.list.iter().filter(|m| m.kind == Kind::Location && m.to - m.from == 1) {
        small(text, &mentions.tokens, mention, &mut word);
        match places.get_mut(&word) {
            Some(sure) => *sure = sure.max(mention.confidence),
            None => {
                places.insert(word.clone(), mention.confidence.max(0.0));
            }
        }
    }
    places
}

/// Small letters, single blanks: `Petro  POROSHENKO` and `Petro Poroshenko` are one.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    name.split_whitespace().for_each(|word| push_small(word, &mut plain));
    plain
}

/// The words of a mention in small letters, with blanks between; what stood in `key` goes.
fn small(text: &str, tokens: &[Token], mention: &Mention, key: &mut String) {
    key.clear();
    tokens.get(mention.from..mention.to).unwrap_or_default().iter().for_each(|t| push_small(t.of(text), key));
}

/// Adds a word, behind a blank if it is not the first. Gives where it begins.
fn push(word: &str, words: &mut String) -> usize {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(word);
    words.len() - word.len()
}

/// The same in small letters.
fn push_small(word: &str, words: &mut String) {
    if word.is_ascii() {
        let from = push(word, words);
        words[from..].make_ascii_lowercase();
    } else {
        // What a letter becomes depends on its neighbours.
        push(&word.to_lowercase(), words);
    }
}

/// As it is written, with single blanks.
fn written(text: &str, tokens: &[Token], from: usize, to: usize) -> String {
    let (Some(first), Some(last)) = (tokens.get(from), to.checked_sub(1).and_then(|l| tokens.get(l))) else { return String::new() };
    let raw = text.get(first.start as usize..last.end as usize).unwrap_or_default();
    let mut written = String::with_capacity(raw.len());
    for word in raw.split_whitespace() {
        push(word, &mut written);
    }
    written
}

/// The first and the last of words with blanks between.
fn ends(key: &str) -> (&str, &str) {
    let first = key.split_once(' ').map_or(key, |(first, _)| first);
    let last = key.rsplit_once(' ').map_or(key, |(_, last)| last);
    (first, last)
}

/// Two full names of one person: the same surname, and forenames of which one begins like the other (`V. Putin`, `Vladimir V. Putin`).
fn same_person(a: &str, b: &str) -> bool {
    let ((first_a, last_a), (first_b, last_b)) = (ends(a), ends(b));
    let begins = |short: &str, long: &str| short.strip_suffix('.').is_some_and(|s| long.starts_with(s));
    last_a == last_b && (first_a == first_b || begins(first_a, first_b) || begins(first_b, first_a))
}

fn people(text: &str, mentions: &Mentions) -> Vec<Group> {
    let tokens = &mentions.tokens;
    let mut groups: Vec<Group> = Vec::new();
    // By surname, so that a page of thousands of names stays cheap.
    let mut surnames: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    let of_people = || mentions.list.iter().filter(|m| m.kind == Kind::Person);
    let mut key = String::new();
    for mention in of_people().filter(|m| m.to - m.from > 1) {
        small(text, tokens, mention, &mut key);
        let surname = ends(&key).1;
        let known = surnames.get_mut(surname);
        match known.as_ref().and_then(|known| known.iter().find(|g| same_person(&groups[**g].key, &key))) {
            Some(g) => {
                let group = &mut groups[*g];
                group.add(mention);
                if mention.to - mention.from > group.words() {
                    group.name = written(text, tokens, mention.from, mention.to);
                    group.key.clone_from(&key);
                }
            }
            None => {
                match known {
                    Some(known) => known.push(groups.len()),
                    None => {
                        surnames.insert(surname.to_owned(), vec![groups.len()]);
                    }
                }
                groups.push(Group::new(text, tokens, mention, &key));
            }
        }
    }
    // Of a forename the one who has it, or nobody when there are several.
    let mut forenames: FxHashMap<String, Option<usize>> = FxHashMap::default();
    for (at, group) in groups.iter().enumerate() {
        let forename = ends(&group.key).0;
        match forenames.get_mut(forename) {
            Some(one) => *one = None,
            None => {
                forenames.insert(forename.to_owned(), Some(at));
            }
        }
    }
    let mut single: FxHashMap<String, usize> = FxHashMap::default();
    for mention in of_people().filter(|m| m.to - m.from == 1) {
        small(text, tokens, mention, &mut key);
        // Of several with the surname, the one that was named last; before all of them, the first.
        let begins = |g: &usize| groups[*g].mentions[0].0;
        let namesake = surnames
            .get(&key)
            .and_then(|all| all.iter().filter(|g| begins(g) < mention.from).max_by_key(|g| begins(g)).or(all.first()).copied())
            .or_else(|| forenames.get(&key).copied().flatten());
        match namesake.or_else(|| single.get(&key).copied()) {
            Some(g) => groups[g].add(mention),
            None => {
                single.insert(key.clone(), groups.len());
                groups.push(Group::new(text, tokens, mention, &key));
            }
        }
    }
    groups
}

fn organisations(text: &str, mentions: &Mentions) -> Vec<Group> {
    let tokens = &mentions.tokens;
    let mut groups: Vec<Group> = Vec::new();
    let mut keys: FxHashMap<String, usize> = FxHashMap::default();
    let mut acronyms: FxHashMap<String, usize> = FxHashMap::default();
    let own = || mentions.list.iter().filter(|m| m.kind == Kind::Organisation);
    let mut words = String::new();
    // Full names first: an acronym may stand before what it is short for.
    for long in [true, false] {
        for mention in own().filter(|m| (m.to - m.from > 1) == long) {
            small(text, tokens, mention, &mut words);
            let key = words.strip_prefix("the ").unwrap_or(&words);
            let known = keys.get(key).or_else(|| acronyms.get(key).filter(|_| !long)).copied();
            match known {
                Some(g) => groups[g].add(mention),
                None => {
                    if long && let Some(acronym) = acronym(text, tokens, mention) {
                        acronyms.entry(acronym).or_insert(groups.len());
                    }
                    keys.insert(key.to_owned(), groups.len());
                    groups.push(Group::new(text, tokens, mention, key));
                }
            }
        }
    }
    groups
}

/// `who` of `World Health Organization`, when it stands in brackets behind the name: `(WHO)`.
fn acronym(text: &str, tokens: &[Token], mention: &Mention) -> Option<String> {
    let [open, short] = [tokens.get(mention.to)?, tokens.get(mention.to + 1)?];
    let is_short = matches!(short.shape, Shape::ShortCapitals | Shape::LongCapitals | Shape::Mixed);
    (open.of(text) == "(" && is_short).then(|| short.of(text).to_lowercase())
}

/// Mentions of published people that the model missed or took for something else: the surname alone, written as in the full name.
fn recall(text: &str, mentions: &Mentions, groups: &mut [Group]) {
    let tokens = &mentions.tokens;
    let mut surnames: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, group) in groups.iter().enumerate().filter(|(_, g)| g.kind == Kind::Person && g.words() > 1) {
        let last = group.mentions.iter().find(|(from, to)| to - from > 1).and_then(|(_, to)| tokens.get(to - 1));
        let Some(word) = last.map(|t| t.of(text)) else { continue };
        // A surname that is a common word, too, is left to the model: `Young`, `May`.
        if word.chars().count() >= 3 && known(word) & (flag::COMMON | flag::NATION) == 0 {
            surnames.entry(word).and_modify(|g| *g = usize::MAX).or_insert(at);
        }
    }
    if surnames.is_empty() {
        return;
    }
    let mut taken = vec![false; tokens.len()];
    for (from, to) in groups.iter().flat_map(|g| &g.mentions) {
        (*from..*to).for_each(|i| taken[i] = true);
    }
    for mention in mentions.list.iter().filter(|m| m.confidence >= FIRM || m.to - m.from > 1) {
        (mention.from..mention.to).for_each(|i| taken[i] = true);
    }
    let capital = |i: Option<usize>| i.and_then(|i| tokens.get(i)).is_some_and(|t| t.is_capital() && !t.opens);
    for (i, token) in tokens.iter().enumerate() {
        if !token.is_capital() || taken[i] {
            continue;
        }
        if let Some(at) = surnames.get(token.of(text)).filter(|at| **at != usize::MAX)
            && !capital(i.checked_sub(1))
            && !capital(Some(i + 1))
        {
            groups[*at].mentions.push((i, i + 1));
        }
    }
}

fn spans(text: &str, tokens: &[Token], mentions: &[(usize, usize)]) -> Vec<[u32; 2]> {
    mentions.iter().map(|(from, to)| span(text, tokens, *from, *to)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::fold::words;
    use crate::tag::names::mentions;

    fn found(text: &str, language: &str, declared: Declared<'_>) -> Names {
        names(text, &mentions(text, &words(text), Some(language)), declared)
    }

    fn entries(list: &[Entity]) -> Vec<(&str, usize)> {
        list.iter().map(|e| (e.name.as_str(), e.spans.len())).collect()
    }

    fn cut(text: &str, [start, end]: [u32; 2]) -> String {
        text.chars().skip(start as usize).take((end - start) as usize).collect()
    }

    const STORY: &str = "Western-backed President Petro Poroshenko met Sergey Lavrov in Moscow on Sunday. “Poroshenko’s army advanced,” Lavrov said.\n\n\
                         The World Health Organization (WHO) sent doctors. Poroshenko thanked the World Health Organization.";

    #[test]
    fn mentions_of_one_name_are_one_entry() {
        let got = found(STORY, "en", Declared::default());
        assert_eq!(entries(&got.people), [("Petro Poroshenko", 3), ("Sergey Lavrov", 2)]);
        assert_eq!(got.organisations[0].name, "World Health Organization");
        assert!(got.organisations[0].spans.len() >= 2, "{:?}", got.organisations);
        assert!(got.people.iter().all(|p| p.origin == Origin::Found && p.same_as.is_none()));
    }

    #[test]
    fn spans_point_at_the_name_in_code_points() {
        // Letters of two, three and four bytes before and between the names.
        let stories = [
            STORY.to_owned(),
            format!("😀 Łódź – {STORY}"),
            "Bundeskanzlerin Angela Merkel sprach in Köln. Später sagte Merkel, die Grünen müssten „zustimmen“. Frau Merkel ging.".into(),
            "Президент Владимир Путин прилетел в Киев. Путин встретился с Сергеем Лавровым.".into(),
            "北京 — Tim Cook, chief executive of Apple Inc., met Cook’s friend\u{301} Satya Nadella in 東京.".into(),
        ];
        for story in &stories {
            for language in ["en", "de", "ru", "zh"] {
                let got = found(story, language, Declared::default());
                assert!(!got.people.is_empty() || language == "zh", "{story}");
                for entity in got.people.iter().chain(&got.organisations) {
                    assert!(!entity.spans.is_empty());
                    assert!(entity.spans.windows(2).all(|w| w[0][1] <= w[1][0]), "in order, apart: {entity:?}");
                    for span in &entity.spans {
                        let written = cut(story, *span);
                        let own: Vec<&str> = entity.name.split(' ').collect();
                        let short = written.chars().all(|c| c.is_uppercase() || c == '.');
                        assert!(short || written.split(' ').all(|w| own.contains(&w)), "{entity:?}: {written}");
                    }
                }
            }
        }
    }

    #[test]
    fn declared_ones_come_first_and_keep_what_they_say() {
        let entity = |name: &str, same_as: Option<&str>| Entity {
            name: name.into(),
            spans: Vec::new(),
            origin: Origin::Declared,
            same_as: same_as.map(str::to_owned),
        };
        let people = [
            entity("Ada Nobody", None),
            entity("sergey lavrov", Some("https://www.wikidata.org/wiki/Q58217")),
            // Not found by the model, but it stands there.
            entity("Western-backed", None),
        ];
        let got = found(STORY, "en", Declared { people: &people, ..Declared::default() });
        assert_eq!(entries(&got.people), [("Ada Nobody", 0), ("sergey lavrov", 2), ("Western-backed", 1), ("Petro Poroshenko", 3)]);
        assert_eq!(got.people[1].same_as, people[1].same_as);
        assert_eq!(got.people[1].origin, Origin::Declared);
    }

    #[test]
    fn one_surname_two_people() {
        let text = "Hillary Clinton spoke in Ohio. Her husband Bill Clinton listened. Bill Clinton smiled.";
        let got = found(text, "en", Declared::default());
        assert_eq!(entries(&got.people), [("Bill Clinton", 2), ("Hillary Clinton", 1)]);
        assert!(same_person("v. putin", "vladimir putin"));
        assert!(!same_person("bill clinton", "hillary clinton"));
    }

    #[test]
    fn a_place_is_no_organisation() {
        let text = "KIEV, July 6 - Petro Poroshenko returned to Kiev on Sunday. Fighting went on far from Kiev.";
        let got = found(text, "en", Declared::default());
        assert!(got.organisations.iter().all(|o| o.name != "KIEV"), "{got:?}");
    }

    #[test]
    fn nothing_in_nothing() {
        for text in ["", "\n\n", "no names here at all, only words.", "BREAKING NEWS FROM THE WHOLE WORLD TODAY", "。。。", "...---..."]
        {
            let got = found(text, "en", Declared::default());
            assert_eq!((got.people.len(), got.organisations.len()), (0, 0), "{text}: {got:?}");
        }
    }

    #[test]
    fn many_names_stay_cheap() {
        let letter = |n: u8| char::from(b'a' + n % 26);
        let surname = |n: u16| format!("{}{}lberg", letter((n / 26) as u8).to_uppercase(), letter(n as u8));
        let text: String = (0..5000u16).map(|n| format!("Anna {} met Karl Holm. ", surname(n % 676))).collect();
        let people = found(&text, "en", Declared::default()).people;
        assert!(people.len() > 100, "{}", people.len());
        assert!(people[0].spans.len() > 1000);
    }
}
