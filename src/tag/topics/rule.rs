//! Topics by phrases: the second level in English, the first in languages for which there is no model.

use super::declared::section_names;
use super::level2::{LEVEL2, parent};
use super::model::CLASSES;
use super::stems::STEMS;
use super::words::{features, stem};
use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Different phrases that a topic of the second level needs, and mentions in all.
const DIFFERENT: u32 = 2;
const MENTIONS: u32 = 3;
/// Different words that a topic needs where there is no model.
const WORDS: u32 = 2;

/// Features of the phrases of each row of `LEVEL2`.
struct Phrases {
    table: FxHashMap<u64, Vec<u16>>,
    /// A bit for each, by its upper bits: nearly every feature of a text is none of them, and this says so at once.
    bits: [u64; 1 << (PHRASE_BITS - 6)],
}

const PHRASE_BITS: u32 = 16;

impl Phrases {
    fn place(feature: u64) -> (usize, u64) {
        let place = feature >> (u64::BITS - PHRASE_BITS);
        ((place >> 6) as usize, 1 << (place & 63))
    }

    #[inline]
    fn rows(&self, feature: u64) -> &[u16] {
        let (word, bit) = Self::place(feature);
        if self.bits[word] & bit == 0 {
            return &[];
        }
        self.table.get(&feature).map_or(&[], Vec::as_slice)
    }
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut table: FxHashMap<u64, Vec<u16>> = FxHashMap::default();
    for (row, (_, _, phrases)) in LEVEL2.iter().enumerate() {
        for phrase in phrases.split('|') {
            let rows = table.entry(whole(phrase)).or_default();
            if !rows.contains(&(row as u16)) {
                rows.push(row as u16);
            }
        }
    }
    let mut bits = [0; 1 << (PHRASE_BITS - 6)];
    for feature in table.keys() {
        let (word, bit) = Phrases::place(*feature);
        bits[word] |= bit;
    }
    Phrases { table, bits }
});

static WORDS_OF: LazyLock<FxHashMap<u64, Vec<u16>>> = LazyLock::new(|| {
    let mut table: FxHashMap<u64, Vec<u16>> = FxHashMap::default();
    for (class, words) in STEMS {
        for word in words.split('|') {
            let classes = table.entry(stem(word).unwrap_or_else(|| whole(word))).or_default();
            if !classes.contains(&(*class as u16 - 1)) {
                classes.push(*class as u16 - 1);
            }
        }
    }
    table
});

/// Makes the tables.
pub fn load() {
    LazyLock::force(&PHRASES);
    LazyLock::force(&WORDS_OF);
}

/// The feature that stands for a phrase of one or two words: what its words alone do not have.
fn whole(phrase: &str) -> u64 {
    let parts: Vec<u64> = phrase.split([' ', '-', '\'']).flat_map(|w| features("", w, 1)).map(|f| f.0).collect();
    let mut own: Vec<u64> = features("", phrase, 1).into_iter().map(|f| f.0).collect();
    // Of several pairs the lowest.
    own.sort_unstable();
    let mut own = own.into_iter();
    if phrase.contains([' ', '-', '\'']) {
        return own.find(|f| !parts.contains(f)).unwrap_or(0);
    }
    // Of a long word both the word and its beginning are features; the word is meant.
    let beginning = stem(phrase);
    own.find(|f| Some(*f) != beginning).unwrap_or(0)
}

/// Topics of the second level that the features of an English text name: row of `LEVEL2`, its parent, score.
pub fn second_level(features: &[(u64, u32)]) -> Vec<(usize, usize, u8)> {
    let phrases = &*PHRASES;
    let mut hits = [(0u32, 0u32); LEVEL2.len()];
    for (hash, count) in features {
        for row in phrases.rows(*hash) {
            let hit = &mut hits[usize::from(*row)];
            hit.0 += 1;
            hit.1 += count;
        }
    }
    let mut found = Vec::new();
    for (row, (different, mentions)) in hits.into_iter().enumerate() {
        if different >= DIFFERENT
            && mentions >= MENTIONS
            && let Some(parent) = parent(LEVEL2[row].0)
        {
            found.push((row, parent, (45 + 6 * different.min(4) + 2 * mentions.min(8)).min(85) as u8));
        }
    }
    found
}

/// Rows of `LEVEL2` by their names and phrases; of a phrase in several rows the first counts.
static NAMED: LazyLock<FxHashMap<&'static str, usize>> = LazyLock::new(|| {
    let mut table = FxHashMap::default();
    for (row, (_, own, phrases)) in LEVEL2.iter().enumerate() {
        for name in phrases.split('|').chain([*own]) {
            table.entry(name).or_insert(row);
        }
    }
    table
});

/// Rows of `LEVEL2` that a declared section or keyword names.
pub fn named(name: &str) -> Option<usize> {
    NAMED.get(name.trim().to_lowercase().as_str()).copied()
}

/// Scores of the first level by words, for languages without a model.
pub fn first_level(features: &[(u64, u32)], text: &str) -> [u8; CLASSES] {
    let mut hits = [(0u32, 0u32); CLASSES];
    for (hash, count) in features {
        for class in WORDS_OF.get(hash).into_iter().flatten() {
            let hit = &mut hits[usize::from(*class)];
            hit.0 += 1;
            hit.1 += count;
        }
    }
    if hits.iter().all(|h| h.0 == 0) {
        unspaced(text, &mut hits);
    }
    let total: u32 = hits.iter().map(|h| h.1).sum();
    hits.map(|(different, mentions)| {
        // A lone word in a long text is chance; in a sentence it is all there is.
        let needed = if text.len() > 600 { WORDS } else { 1 };
        if different < needed {
            return 0;
        }
        let share = 100 * mentions / total.max(1);
        (20 + share / 2 + 5 * different.min(5)).min(80) as u8
    })
}

/// Names of sections, and words, in scripts without spaces between words.
static UNSPACED: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let words = STEMS.iter().flat_map(|(class, words)| words.split('|').map(|w| (w.to_owned(), *class - 1)));
    let mut names: Vec<(String, usize)> =
        section_names().chain(words).filter(|(name, _)| name.chars().count() >= 2 && !name.chars().any(|c| (c as u32) < 0x0E00)).collect();
    names.sort();
    names.dedup_by(|a, b| a.0 == b.0);
    let machine = AhoCorasick::new(names.iter().map(|n| n.0.as_str())).ok()?;
    Some((machine, names.into_iter().map(|n| n.1).collect()))
});

fn unspaced(text: &str, hits: &mut [(u32, u32); CLASSES]) {
    // Only where there are such scripts at all.
    if !text.chars().take(200).any(|c| (c as u32) >= 0x0E00 && c.is_alphabetic()) {
        return;
    }
    let Some((machine, classes)) = UNSPACED.as_ref() else { return };
    let mut seen = vec![false; classes.len()];
    for found in machine.find_iter(text) {
        let at = found.pattern().as_usize();
        let hit = &mut hits[classes[at]];
        hit.0 += u32::from(!seen[at]);
        hit.1 += 1;
        seen[at] = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::topics::sections::TOPICS;

    fn second(text: &str) -> Vec<&'static str> {
        second_level(&features("", text, 1)).iter().map(|r| LEVEL2[r.0].1).collect()
    }

    #[test]
    fn second_level_needs_more_than_one_word() {
        assert_eq!(second("The elections: polling stations opened, voters queued and ballots were counted."), ["election"]);
        assert_eq!(second("An election was held."), [] as [&str; 0]);
        assert_eq!(second("The ceasefire broke; rebels and troops fought, shelling went on. Rebels fled."), ["armed conflict"]);
    }

    #[test]
    fn the_table_of_phrases_is_sound() {
        for (code, name, phrases) in LEVEL2 {
            assert!(parent(code).is_some(), "{name}");
            phrases.split('|').for_each(|p| assert_ne!(whole(p), 0, "{p}"));
        }
        assert!(STEMS.iter().all(|(class, _)| (1..=TOPICS.len()).contains(class)));
    }

    #[test]
    fn languages_without_a_model() {
        for (text, want) in [
            ("Die Regierung hat im Bundestag die Wahlen verschoben, sagte der Minister.", 10),
            ("Le match de football a été gagné par l'équipe de l'entraîneur.", 14),
            ("Землетрясение разрушило дома, спасатели ищут людей после пожара.", 2),
            ("El gobierno y el congreso: los diputados votaron.", 10),
            ("足球 体育 新闻", 14),
        ] {
            let scores = first_level(&features("", text, 1), text);
            let best = (0..CLASSES).max_by_key(|c| scores[*c]).unwrap();
            assert_eq!(best, want, "{text}: {scores:?}");
        }
        assert_eq!(first_level(&features("", "Nichts davon.", 1), "Nichts davon."), [0; CLASSES]);
    }
}
