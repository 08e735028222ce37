//! Which of the places of one name is meant: population, what qualifies it, what else the article speaks of.

use super::gazetteer::{Flags, GAZETTEER, Kind, Row};
use super::mention::{Mention, possible};
use super::states;
use crate::tag::fold::{Gap, Word};
use rustc_hash::FxHashMap;

/// What an article's other mentions say of where it plays.
#[derive(Debug)]
pub struct Setting {
    countries: [f32; 1 << u8::BITS],
    regions: FxHashMap<u16, f32>,
}

impl Default for Setting {
    fn default() -> Self {
        Setting { countries: [0.0; 1 << u8::BITS], regions: FxHashMap::default() }
    }
}

impl Setting {
    pub fn add(&mut self, row: &Row, weight: f32) {
        if row.country != 0 {
            self.add_country(row.country, weight);
        }
        if row.region != 0 {
            *self.regions.entry(row.region).or_default() += weight;
        }
    }

    /// Takes over all of another.
    pub fn extend(&mut self, other: &Setting) {
        self.countries.iter_mut().zip(&other.countries).for_each(|(own, v)| *own += v);
        other.regions.iter().for_each(|(k, v)| *self.regions.entry(*k).or_default() += v);
    }

    pub fn add_country(&mut self, country: u8, weight: f32) {
        self.countries[usize::from(country)] += weight;
    }

    pub fn country(&self, country: u8) -> f32 {
        self.countries[usize::from(country)]
    }

    pub fn region(&self, region: u16) -> f32 {
        if region == 0 { 0.0 } else { self.regions.get(&region).copied().unwrap_or(0.0) }
    }
}

/// Weights in doublings of population.
const COUNTRY: f32 = 5.0;
const REGION1: f32 = -2.0;
const REGION2: f32 = -2.0;
const SMALL: f32 = -3.0;
/// Seas, mountains, continents.
const FEATURE: f32 = 24.0;
/// Under another name than the one that is shown.
const OTHER_NAME: f32 = -4.0;
/// A region behind a comma settles it. A country may be the next of a list.
const QUALIFIED_BY_REGION: f32 = 20.0;
const QUALIFIED_BY_COUNTRY: f32 = 9.0;
/// How much less likely than the likeliest a region may be that a comma names: Georgia is a country first.
const NEARLY: f32 = 6.0;
/// For each mention of the same country or region, up to a limit.
const SAME_COUNTRY: f32 = 2.0;
const SAME_REGION: f32 = 1.6;
const MOST_VOTES: f32 = 4.0;

/// How likely a meaning is without any context.
pub fn prior(row: &Row, flags: Flags) -> f32 {
    let size = f32::from(row.size) / 8.0;
    let kind = match row.kind {
        Kind::Country => size.max(10.0) + COUNTRY,
        Kind::Region1 => size.max(12.0) + REGION1,
        Kind::Region2 => size.max(12.0) + REGION2,
        Kind::City => size,
        Kind::Small => size + SMALL,
        _ => FEATURE,
    };
    kind + if flags.has(Flags::OTHER) && row.kind != Kind::Country { OTHER_NAME } else { 0.0 }
}

/// Best meaning of a mention, as a row of the gazetteer. `inside` is what stands behind a comma and holds it.
///
/// `own` is what this name has put into the setting itself: nobody is a witness for himself.
pub fn best(mention: &Mention, words: &[Word], inside: Option<Holder>, setting: &Setting, own: Option<(&Row, f32)>) -> Option<usize> {
    let (own_country, own_region, weight) = own.map_or((0, 0, 0.0), |(r, w)| (r.country, r.region, w));
    let mut best: Option<(f32, usize)> = None;
    for meaning in mention.meanings.iter().filter(|m| possible(mention, words, **m)) {
        let row = &GAZETTEER.rows[meaning.row()];
        let mut score = prior(row, meaning.flags());
        if let Some(holder) = inside.filter(|h| h.holds(row)) {
            score += if matches!(holder, Holder::Region(_)) { QUALIFIED_BY_REGION } else { QUALIFIED_BY_COUNTRY };
        }
        let country = setting.country(row.country) - if row.country == own_country { weight } else { 0.0 };
        let region = setting.region(row.region) - if row.region == own_region { weight } else { 0.0 };
        score += SAME_COUNTRY * country.clamp(0.0, MOST_VOTES) + SAME_REGION * region.clamp(0.0, MOST_VOTES);
        if best.is_none_or(|(s, r)| score > s || score == s && meaning.row() < r) {
            best = Some((score, meaning.row()));
        }
    }
    best.map(|(_, row)| row)
}

/// A region or country that a name behind a comma names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Country(u8),
    Region(u16),
}

impl Holder {
    pub fn holds(self, row: &Row) -> bool {
        match self {
            Holder::Country(country) => row.country == country && row.kind != Kind::Country,
            Holder::Region(region) => row.region == region && row.kind != Kind::Region1,
        }
    }
}

/// The region or country right behind a mention: "Paris, Texas", "Paris, Tex.", "Springfield, Mo.".
/// `next` is the mention that follows, if it begins with the word behind this one.
pub fn holder(mention: &Mention, next: Option<&Mention>, words: &[Word]) -> Option<Holder> {
    let behind = words.get(mention.behind).filter(|w| w.gap == Gap::Comma)?;
    if let Some(next) = next.filter(|n| n.first == mention.behind && !n.demonym) {
        let candidates = next.meanings.iter().filter(|m| possible(next, words, **m));
        let likeliest = candidates.clone().map(|m| prior(&GAZETTEER.rows[m.row()], m.flags())).fold(f32::MIN, f32::max);
        // Not the county in another land of the state's name.
        let candidates =
            candidates.map(|m| (&GAZETTEER.rows[m.row()], m.flags())).filter(|(row, flags)| prior(row, *flags) >= likeliest - NEARLY);
        // Of "Georgia" the one that holds a place of the name before.
        let mut holders = candidates.filter_map(|(row, _)| match row.kind {
            Kind::Country => Some(Holder::Country(row.country)),
            Kind::Region1 | Kind::Region2 => Some(Holder::Region(row.region)),
            _ => None,
        });
        return holders.find(|h| mention.meanings.iter().any(|m| h.holds(&GAZETTEER.rows[m.row()])));
    }
    states::region(behind.hash).map(Holder::Region)
}
