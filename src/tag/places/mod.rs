//! Places of an article, each with where it is, and the countries it is about.
//!
//! Names are matched against a gazetteer in one pass over the words (`fold`, `mention`). A first look settles which place each name would be
//! (`resolve`), a logistic model over what stands around it says whether it is a place at all (`evidence`, `weights`), and a second look
//! settles the meanings again by the places that were kept. One name has one meaning in an article, unless something behind a comma says
//! otherwise.

mod countries;
mod cues;
mod evidence;
mod gazetteer;
mod mention;
mod resolve;
mod states;
mod weights;

use crate::article::{Country, Entity, Place, PlaceRole};
use crate::tag::fold::{self, Case, Gap, Word};
use gazetteer::{Flags, GAZETTEER, Kind, Row};
use mention::Mention;
use resolve::{Holder, Setting};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

/// What is looked at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<'a> {
    pub text: &'a str,
    pub title: Option<&'a str>,
    /// Primary subtag.
    pub language: Option<&'a str>,
    /// Place of the dateline, as written.
    pub dateline: Option<&'a str>,
    /// Names of places that the page says it is about.
    pub declared: &'a [String],
    /// People of the text: a place within the name of one is none.
    pub people: &'a [Entity],
    /// ISO code of the site's country.
    pub site: Option<&'a str>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The dateline's place, declared ones, then in order of first mention; one entry a place.
    pub places: Vec<Place>,
    /// By weight, then code.
    pub countries: Vec<Country>,
}

/// Names looked at in one article; real ones have a few hundred.
const MOST_MENTIONS: usize = 5_000;

/// A mention with what became of it.
struct Judged {
    mention: Mention,
    holder: Option<Holder>,
    qualifies: bool,
    row: Option<usize>,
    /// What the name has put into the last setting.
    vote: f32,
    score: f32,
}

/// Unpacks the gazetteer.
pub fn load() {
    LazyLock::force(&GAZETTEER);
    cues::load();
}

/// Finds places and countries. `words` are those of the text.
pub fn find(input: &Input<'_>, words: &[Word]) -> Found {
    let small = input.language.is_some_and(|l| l != "en");
    let mut mentions = mention::find(input.text, words, small);
    mentions.truncate(MOST_MENTIONS);
    let given = Given { dateline: input.dateline.and_then(named), declared: input.declared.iter().filter_map(|d| declared(d)).collect() };
    let mut judged = judge(words, mentions, &given, input);
    let kept: Vec<&Judged> = judged.iter().filter(|j| j.row.is_some() && !j.mention.demonym && j.score >= weights::THRESHOLD).collect();
    let mut places: Vec<Place> = Vec::new();
    let mut at_row: FxHashMap<usize, usize> = FxHashMap::default();
    // The dateline's place comes first, also where the dateline was taken out of the text.
    let declared = given.declared.iter().map(|(_, row)| (*row, PlaceRole::Mentioned));
    for (row, role) in given.dateline.map(|row| (row, PlaceRole::Dateline)).into_iter().chain(declared) {
        at_row.entry(row).or_insert_with(|| {
            places.push(place(row, role));
            places.len() - 1
        });
    }
    for j in &kept {
        // A continent has no country, and its middle is nowhere.
        let Some(row) = j.row.filter(|r| GAZETTEER.rows[*r].kind != Kind::Continent) else { continue };
        let at = *at_row.entry(row).or_insert_with(|| {
            places.push(place(row, PlaceRole::Mentioned));
            places.len() - 1
        });
        places[at].spans.push([j.mention.at, j.mention.to]);
    }
    let countries = countries::weigh(input, &mut judged, &given);
    Found { places, countries }
}

/// ISO code of the country whose top-level domain an address has. Those that the whole world uses say nothing.
pub fn site_country(url: &str) -> Option<&'static str> {
    const WORLDWIDE: [&str; 13] = ["IO", "CO", "TV", "ME", "AI", "FM", "AM", "CC", "WS", "LY", "GG", "TO", "LA"];
    let host = url.split_once("://")?.1.split(['/', '?', '#']).next()?.split(':').next()?;
    let last = host.rsplit('.').next()?;
    let code = if last.eq_ignore_ascii_case("uk") { "GB".to_owned() } else { last.to_ascii_uppercase() };
    let at = GAZETTEER.country_of_code(&code).filter(|_| code.len() == 2 && !WORLDWIDE.contains(&code.as_str()))?;
    GAZETTEER.country(at)
}

fn place(row: usize, role: PlaceRole) -> Place {
    let r = &GAZETTEER.rows[row];
    let degrees = |thousandths: i32| Some(f64::from(thousandths) / 1000.0);
    Place {
        name: GAZETTEER.name(r).to_owned(),
        geonames_id: (r.geonames_id != 0).then_some(r.geonames_id),
        country: GAZETTEER.country(r.country).map(str::to_owned),
        admin1: GAZETTEER.region(r.region).map(str::to_owned),
        lat: degrees(r.lat),
        lon: degrees(r.lon),
        spans: Vec::new(),
        role,
    }
}

/// What is known of an article's places beside its text.
#[derive(Default)]
struct Given {
    dateline: Option<usize>,
    /// Name and row.
    declared: Vec<(u64, usize)>,
}

/// What a declared place's name has for it, in log-odds: it is one, here, unless all around says otherwise.
const DECLARED: f32 = 3.0;

/// The place of a dateline: "KIEV", "PARIS, Texas", of "MOSCOW/KIEV" the first.
fn named(written: &str) -> Option<usize> {
    let first = written.split(['/', ';']).next()?;
    let words = fold::words(first);
    let mentions = mention::find(first, &words, false);
    let found = mentions.iter().find(|m| !m.demonym)?;
    if found.first != 0 {
        return None;
    }
    let next = mentions.get(1);
    resolve::best(found, &words, resolve::holder(found, next, &words), &Setting::default(), None)
}

/// A declared place, when all of its name is one: "Bergen", "Bergen, Norway", not "Bergen Street".
fn declared(name: &str) -> Option<(u64, usize)> {
    let words = fold::words(name);
    let mentions = mention::find(name, &words, false);
    let found = mentions.first().filter(|m| m.first == 0 && !m.demonym)?;
    let whole = found.behind == words.len() || words[found.behind].gap == Gap::Comma;
    let row = whole.then(|| named(name))??;
    (!matches!(GAZETTEER.rows[row].kind, Kind::Continent | Kind::Small)).then_some((found.name, row))
}

fn flags_of(mention: &Mention, row: usize) -> Flags {
    Flags(mention.meanings.iter().find(|m| m.row() == row).map_or(0, |m| m.flags().0))
}

fn judge(words: &[Word], mentions: Vec<Mention>, known: &Given, input: &Input<'_>) -> Vec<Judged> {
    let mut judged: Vec<Judged> = Vec::with_capacity(mentions.len());
    for (at, mention) in mentions.iter().enumerate() {
        let holder = if mention.demonym { None } else { resolve::holder(mention, mentions.get(at + 1), words) };
        judged.push(Judged { mention: *mention, holder, qualifies: false, row: None, vote: 0.0, score: 0.0 });
    }
    for at in 1..judged.len() {
        judged[at].qualifies = judged[at - 1].holder.is_some() && judged[at].mention.first == judged[at - 1].mention.behind;
    }
    let mut given = Setting::default();
    if let Some(row) = known.dateline {
        given.add(&GAZETTEER.rows[row], 1.5);
    }
    known.declared.iter().for_each(|(_, row)| given.add(&GAZETTEER.rows[*row], 1.0));
    if let Some(country) = input.site.and_then(|code| GAZETTEER.country_of_code(code)) {
        given.add_country(country, 1.0);
    }
    resolve_all(words, &mut judged, &given);
    // One word alone may be a place that was taken for a person.
    let full_names = input.people.iter().filter(|p| p.name.contains(' '));
    let mut people: Vec<[u32; 2]> = full_names.flat_map(|p| p.spans.iter().copied()).collect();
    people.sort_unstable();
    let is_person = |j: &Judged| !j.mention.demonym && (evidence::reads_as_person(words, &j.mention) || within(&people, &j.mention));
    let persons: FxHashSet<u64> = judged.iter().filter(|j| is_person(j)).map(|j| j.mention.name).collect();
    let mut times: FxHashMap<u64, u32> = FxHashMap::default();
    judged.iter().for_each(|j| *times.entry(j.mention.name).or_default() += 1);
    let setting = setting(&mut judged, &given, |_| 1.0);
    for at in 0..judged.len() {
        if within(&people, &judged[at].mention) {
            judged[at].score = f32::MIN;
            continue;
        }
        let declared = known.declared.iter().any(|(name, _)| *name == judged[at].mention.name);
        judged[at].score = score(words, &judged, at, &persons, &times, &setting) + if declared { DECLARED } else { 0.0 };
    }
    // Once more with those that read as places only.
    let kept = self::setting(&mut judged, &given, |j| if j.score >= weights::THRESHOLD { 1.0 } else { 0.0 });
    resolve_all(words, &mut judged, &kept);
    judged
}

/// Whether a mention lies in one of the spans, which are in order and apart.
fn within(spans: &[[u32; 2]], mention: &Mention) -> bool {
    let behind = spans.partition_point(|s| s[0] <= mention.at);
    behind > 0 && spans[behind - 1][1] >= mention.to
}

/// One meaning a name, that of its best qualified mention.
fn resolve_all(words: &[Word], judged: &mut [Judged], setting: &Setting) {
    let mut qualified: FxHashMap<u64, Holder> = FxHashMap::default();
    for j in judged.iter() {
        if let Some(holder) = j.holder {
            qualified.entry(j.mention.name).or_insert(holder);
        }
    }
    for j in judged.iter_mut() {
        let holder = j.holder.or_else(|| qualified.get(&j.mention.name).copied());
        let own = j.row.map(|r| (&GAZETTEER.rows[r], j.vote));
        j.row = resolve::best(&j.mention, words, holder, setting, own);
    }
}

/// What the mentions say together. Each name counts once, or the most frequent would outvote the rest.
fn setting(judged: &mut [Judged], given: &Setting, weight: impl Fn(&Judged) -> f32) -> Setting {
    let mut out = Setting::default();
    out.extend(given);
    let mut votes: FxHashMap<(u64, Option<usize>), f32> = FxHashMap::default();
    for j in judged.iter() {
        let Some(row) = j.row else { continue };
        let weight = weight(j) * if j.mention.demonym { 0.5 } else { 1.0 };
        if weight > 0.0 && votes.insert((j.mention.name, j.row), weight).is_none() {
            out.add(&GAZETTEER.rows[row], weight);
        }
    }
    for j in judged.iter_mut() {
        j.vote = votes.get(&(j.mention.name, j.row)).copied().unwrap_or(0.0);
    }
    out
}

fn row_of(j: &Judged) -> Option<&'static Row> {
    j.row.map(|r| &GAZETTEER.rows[r])
}

fn values(
    words: &[Word],
    judged: &[Judged],
    at: usize,
    persons: &FxHashSet<u64>,
    times: &FxHashMap<u64, u32>,
    setting: &Setting,
) -> evidence::Values {
    let j = &judged[at];
    let Some(row) = row_of(j) else { return [0.0; evidence::COUNT] };
    // Names beside each other without a comma are one name more often than two: "Michael Jordan".
    let neighbour = |other: Option<&Judged>, apart: usize, beside: bool| {
        other
            .is_some_and(|o| !o.mention.demonym && (apart == 0 && beside || apart == 1) && row_of(o).is_some_and(|r| r.kind != Kind::Small))
    };
    let before = (at > 0).then(|| &judged[at - 1]);
    let after = judged.get(at + 1);
    let apart_before = before.map_or(9, |b| between(words, b.mention.behind, j.mention.first));
    let apart_after = after.map_or(9, |a| between(words, j.mention.behind, a.mention.first));
    let around = evidence::Around {
        qualified: j.holder.is_some_and(|h| h.holds(row)),
        qualifies: j.qualifies,
        person_elsewhere: persons.contains(&j.mention.name),
        times: times.get(&j.mention.name).copied().unwrap_or(1),
        place_before: neighbour(before, apart_before, matches!(words[j.mention.first].gap, Gap::Comma | Gap::Space | Gap::Slash)),
        place_behind: after.is_some_and(|a| neighbour(after, apart_after, matches!(words[a.mention.first].gap, Gap::Comma | Gap::Slash))),
    };
    evidence::values(words, &j.mention, row, flags_of(&j.mention, j.row.unwrap_or(0)), around, setting)
}

/// 0: nothing between two mentions, 1: only "and", 9: more.
fn between(words: &[Word], behind: usize, first: usize) -> usize {
    match first.saturating_sub(behind) {
        0 => 0,
        1 if cues::of(words[behind].hash) & cues::AND != 0 => 1,
        _ => 9,
    }
}

fn score(words: &[Word], judged: &[Judged], at: usize, persons: &FxHashSet<u64>, times: &FxHashMap<u64, u32>, setting: &Setting) -> f32 {
    let j = &judged[at];
    if j.mention.demonym {
        return 1.0;
    }
    let Some(row) = row_of(j) else { return f32::MIN };
    // The weights are those of scripts with capitals.
    if words[j.mention.first].case == Case::Uncased {
        return if is_large(row, &j.mention) { 1.0 } else { f32::MIN };
    }
    let values = values(words, judged, at, persons, times, setting);
    values.iter().zip(weights::WEIGHTS).map(|(v, w)| v * w).sum()
}

/// Where no capital tells a name: countries, regions and large cities, under names that are not too short.
fn is_large(row: &Row, mention: &Mention) -> bool {
    let unspaced = mention.behind - mention.first > 1;
    match row.kind {
        Kind::Country | Kind::Continent | Kind::Region | Kind::Region1 => mention.to - mention.at >= if unspaced { 2 } else { 3 },
        // 100,000 people.
        _ => row.size >= 133 && mention.to - mention.at >= if unspaced { 2 } else { 4 },
    }
}

/// For training: the spans of all names in a text with their values, `score` not applied.
#[doc(hidden)]
pub fn rows(text: &str) -> Vec<(u32, u32, Vec<f32>)> {
    let words = fold::words(text);
    let mentions = mention::find(text, &words, false);
    let input = Input { text, ..Input::default() };
    let mut judged = judge(&words, mentions, &Given::default(), &input);
    let persons: FxHashSet<u64> =
        judged.iter().filter(|j| !j.mention.demonym && evidence::reads_as_person(&words, &j.mention)).map(|j| j.mention.name).collect();
    let mut times: FxHashMap<u64, u32> = FxHashMap::default();
    judged.iter().for_each(|j| *times.entry(j.mention.name).or_default() += 1);
    let setting = setting(&mut judged, &Setting::default(), |_| 1.0);
    (0..judged.len())
        .filter(|at| !judged[*at].mention.demonym && judged[*at].row.is_some())
        .map(|at| (judged[at].mention.at, judged[at].mention.to, values(&words, &judged, at, &persons, &times, &setting).to_vec()))
        .collect()
}

/// Names of the values of [`rows`].
#[doc(hidden)]
pub fn value_names() -> &'static [&'static str] {
    evidence::NAMES
}

#[cfg(test)]
mod tests;
