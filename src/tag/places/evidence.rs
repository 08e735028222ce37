//! What speaks for a name being a place here: values between about -1 and 1, weighed by a logistic model (`weights.rs`).

use super::cues::{self, Cue};
use super::gazetteer::{Flags, GAZETTEER, Kind, Row};
use super::mention::Mention;
use super::resolve::Setting;
use crate::tag::fold::{self, Case, Gap, Word};

/// Names of the values, in their order.
pub const NAMES: &[&str] = &[
    "bias",
    "country",
    "region1",
    "region2",
    "city",
    "small",
    "region",
    "feature",
    "size",
    "other name",
    "word",
    "forename",
    "surname",
    "several words",
    "where before",
    "maybe before",
    "title before",
    "forename before",
    "capital before",
    "small before",
    "part before",
    "capital behind",
    "body behind",
    "thing behind",
    "office behind",
    "speaks behind",
    "possessive",
    "qualified",
    "qualifies",
    "hyphen behind",
    "hyphen before",
    "list before",
    "list behind",
    "sentence start",
    "acronym",
    "country is set",
    "region is set",
    "small in region",
    "small in country",
    "small qualified",
    "is a person elsewhere",
    "body of",
    "the before",
    "unit behind",
    "large",
    "region2 in region",
    "place before",
    "word at start",
    "abbreviation",
    "uncased",
    "foreign",
    "word where",
    "city where",
    "small where",
    "person where",
    "again",
    "comma behind",
    "title case among capitals",
    "other name of small",
    "word without cue",
    "person without cue",
    "title part before",
    "capital before person",
    "region2 where",
];
pub const COUNT: usize = 64;

pub type Values = [f32; COUNT];

/// What is around a mention, found before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around {
    /// Behind a comma stands what holds it.
    pub qualified: bool,
    /// It holds the place before its comma.
    pub qualifies: bool,
    pub person_elsewhere: bool,
    /// Number of mentions of this name.
    pub times: u32,
    pub place_before: bool,
    pub place_behind: bool,
}

fn yes(b: bool) -> f32 {
    f32::from(u8::from(b))
}

/// The word before the mention, if no end of a sentence lies between.
fn before(words: &[Word], first: usize) -> Option<&Word> {
    (first > 0 && matches!(words[first].gap, Gap::Space | Gap::None | Gap::DotSpace | Gap::Hyphen)).then(|| &words[first - 1])
}

fn is_forename(word: &Word) -> bool {
    let hash = fold::join(fold::EMPTY, word.hash);
    GAZETTEER.look_up(hash).is_some_and(|e| e.meanings.iter().any(|m| GAZETTEER.rows[m.row()].kind == Kind::Forename))
}

fn is_capital(word: &Word) -> bool {
    matches!(word.case, Case::Title | Case::Capitals)
}

/// Whether the words before make it the name of a person: a title or a forename.
pub fn reads_as_person(words: &[Word], mention: &Mention) -> bool {
    let Some(w) = before(words, mention.first) else { return false };
    if !matches!(words[mention.first].gap, Gap::Space | Gap::DotSpace) || !is_capital(w) {
        return false;
    }
    let cue = cues::of(w.hash);
    cue & cues::TITLE != 0 && cue & cues::PART == 0
        || cue & (cues::THE | cues::WHERE | cues::MAYBE | cues::PART | cues::UNIT) == 0 && is_forename(w)
}

/// The values of a mention that means `row`.
pub fn values(words: &[Word], mention: &Mention, row: &Row, flags: Flags, around: Around, setting: &Setting) -> Values {
    let mut v = [0f32; COUNT];
    let (first, last) = (&words[mention.first], &words[mention.behind - 1]);
    let prev = before(words, mention.first);
    let adjacent = matches!(first.gap, Gap::Space | Gap::DotSpace) && prev.is_some();
    let prev_cue: Cue = prev.map_or(0, |w| cues::of(w.hash));
    let next = words.get(mention.behind);
    let next_adjacent = next.filter(|w| w.gap == Gap::Space);
    let next_cue: Cue = next_adjacent.map_or(0, |w| cues::of(w.hash));
    let next_capital = next_adjacent.is_some_and(is_capital);
    let prev_capital = adjacent && prev.is_some_and(is_capital);
    let starts_sentence = prev.is_some_and(|w| w.sentence_start);
    let forename_before = prev_capital && prev.is_some_and(is_forename);
    let where_before = prev_cue & cues::WHERE != 0;
    let maybe_before = prev_cue & (cues::MAYBE | cues::AND) != 0;
    let person = flags.has(Flags::FORENAME) || flags.has(Flags::SURNAME);
    let city = row.kind == Kind::City;
    let small = row.kind == Kind::Small;
    let country_set = setting.country(row.country) > 1.0;
    let region_set = setting.region(row.region) > 1.0;
    let size = f32::from(row.size) / 8.0;
    let possessive = words.get(mention.behind).is_some_and(|w| w.gap == Gap::Apostrophe && w.to - w.at == 1);
    let second = (mention.first > 1).then(|| &words[mention.first - 2]);
    let second_cue = second.filter(|w| is_capital(w)).map_or(0, |w| cues::of(w.hash));
    let all = [
        1.0,
        yes(row.kind == Kind::Country),
        yes(row.kind == Kind::Region1),
        yes(row.kind == Kind::Region2),
        yes(city),
        yes(small),
        yes(matches!(row.kind, Kind::Region | Kind::Continent)),
        yes(matches!(row.kind, Kind::Water | Kind::River | Kind::Mountain | Kind::Island)),
        if city || small { (size - 17.0) / 5.0 } else { 0.0 },
        yes(flags.has(Flags::OTHER) && row.kind != Kind::Country),
        yes(flags.has(Flags::WORD)),
        yes(flags.has(Flags::FORENAME)),
        yes(flags.has(Flags::SURNAME)),
        yes(mention.behind - mention.first > 1),
        yes(where_before),
        yes(maybe_before),
        yes(prev_capital && prev_cue & cues::TITLE != 0),
        yes(forename_before),
        yes(prev_capital && !starts_sentence && prev_cue == 0 && !around.place_before),
        yes(adjacent && !prev_capital && prev_cue == 0),
        yes(prev_cue & cues::PART != 0),
        yes(next_capital && next_cue == 0 && !around.place_behind),
        yes(next_capital && next_cue & cues::BODY != 0),
        yes(next_capital && next_cue & cues::THING != 0),
        yes(next_cue & cues::OFFICE != 0),
        yes(next_cue & cues::SPEAKS != 0),
        yes(possessive),
        yes(around.qualified),
        yes(around.qualifies),
        yes(next.is_some_and(|w| w.gap == Gap::Hyphen)),
        yes(first.gap == Gap::Hyphen),
        yes(around.place_before),
        yes(around.place_behind),
        yes(first.sentence_start),
        yes(mention.behind - mention.first == 1 && last.case == Case::Capitals && last.to - last.at <= 4 && !flags.has(Flags::CAPITALS)),
        yes(country_set),
        yes(region_set),
        yes(small && region_set),
        yes(small && country_set),
        yes(small && around.qualified),
        yes(around.person_elsewhere),
        yes(prev_cue & cues::MAYBE != 0 && second_cue & (cues::BODY | cues::THING) != 0),
        yes(prev_cue & cues::THE != 0),
        yes(next_cue & cues::UNIT != 0),
        yes(city && size >= 20.0),
        yes(row.kind == Kind::Region2 && (region_set || around.qualified)),
        yes(around.place_before && prev_capital),
        yes(flags.has(Flags::WORD) && first.sentence_start),
        yes(flags.has(Flags::CAPITALS)),
        yes(first.case == Case::Uncased),
        yes(flags.has(Flags::FOREIGN)),
        yes(flags.has(Flags::WORD) && where_before),
        yes(city && where_before),
        yes(small && where_before),
        yes(person && where_before),
        (around.times.min(5) as f32 - 1.0) / 4.0,
        yes(next.is_some_and(|w| w.gap == Gap::Comma)),
        yes(first.case == Case::Capitals && !flags.has(Flags::CAPITALS) && last.to - last.at > 4),
        yes(small && flags.has(Flags::OTHER)),
        yes(flags.has(Flags::WORD) && !where_before && !around.qualified),
        yes(person && !where_before && !around.qualified && !possessive),
        yes(prev_capital && prev_cue & cues::TITLE != 0 && person),
        yes(prev_capital && !starts_sentence && person && !around.place_before),
        yes(row.kind == Kind::Region2 && where_before),
    ];
    v.copy_from_slice(&all);
    v
}
