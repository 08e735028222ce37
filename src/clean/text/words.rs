//! The words of a page, each of them once, with what is counted of it; and each unit as its words.

use super::furniture;
use super::hash;
use crate::clean::ids::Ids;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// What is known of a word.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// At least four letters, or a pair of characters of a script without blanks.
    long: bool,
    /// One of the page's commonest.
    stop: bool,
    /// A phrase of the page's furniture can begin with it.
    begins: bool,
    /// Which word of the address it is, plus one.
    address: u32,
    in_core: u32,
    in_prose: u32,
}

/// All words of a page.
#[derive(Debug, Default)]
pub struct Words {
    ids: Ids,
    known: Vec<Known>,
    /// The words of all units, one unit behind the other.
    spoken: Vec<u32>,
    /// Where each unit's words end.
    ends: Vec<usize>,
    /// The words of the address.
    address: Address,
}

/// How much of a unit's words are the page's commonest, of the core, of the address (0-1).
#[derive(Debug, Clone, Copy, Default)]
pub struct Shares {
    pub stop: f32,
    pub core: f32,
    pub address: f32,
}

impl Words {
    /// `bytes` of text are to come.
    pub fn new(url: &str, bytes: usize) -> Self {
        // A word in six bytes, half of them new.
        let words = bytes / 6;
        Self {
            ids: Ids::with_capacity((words / 2).min(1 << 16)),
            known: Vec::with_capacity(words / 2),
            spoken: Vec::with_capacity(words),
            ends: Vec::new(),
            address: Address::new(url),
        }
    }

    /// Adds a word to the unit that is read: its letters' hash, how many letters it has, its text if it is asked for. Whether a phrase of
    /// furniture can begin with it.
    #[inline]
    pub fn push<'a>(&mut self, hash: u64, letters: u32, text: impl FnOnce() -> &'a str) -> bool {
        self.speak(hash, |words| Known {
            long: letters >= LONG,
            begins: furniture::begins(hash),
            address: words.address.number(hash, text(), letters),
            ..Known::default()
        })
    }

    /// Adds a pair of characters of a script without blanks.
    pub fn push_pair(&mut self, one: char, other: char) {
        self.speak(hash::pair(one, other), |_| Known { long: true, ..Known::default() });
    }

    /// Adds a word by its hash; `new` tells what is known of one that was not met before. Whether a phrase can begin with it.
    #[inline]
    fn speak(&mut self, hash: u64, new: impl FnOnce(&Self) -> Known) -> bool {
        let (id, new_one) = self.ids.number(hash);
        if new_one {
            let known = new(self);
            self.known.push(known);
        }
        self.spoken.push(id);
        self.known[id as usize].begins
    }

    /// The unit has ended.
    pub fn end_unit(&mut self) {
        self.ends.push(self.spoken.len());
    }

    fn of(&self, unit: usize) -> Range<usize> {
        unit.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[unit]
    }

    /// Counts the words of the core and those of running text.
    pub fn count(&mut self, core: Range<usize>, is_prose: impl Fn(usize) -> bool) {
        for unit in (0..self.ends.len()).filter(|unit| is_prose(*unit)) {
            for at in self.of(unit) {
                self.known[self.spoken[at] as usize].in_prose += 1;
            }
        }
        for unit in core {
            for at in self.of(unit) {
                self.known[self.spoken[at] as usize].in_core += 1;
            }
        }
        let mut ranked: Vec<(u32, u32)> =
            self.known.iter().zip(0..).map(|(known, id)| (known.in_prose, id)).filter(|(n, _)| *n > 0).collect();
        if ranked.len() > STOP_WORDS {
            // Of those that stand in it as often the first ones.
            ranked.select_nth_unstable_by(STOP_WORDS, |a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            ranked.truncate(STOP_WORDS);
        }
        for (_, id) in ranked {
            self.known[id as usize].stop = true;
        }
    }

    /// The shares of all units.
    pub fn shares(&self, core: &Range<usize>) -> Vec<Shares> {
        // In which unit a word of the address was met last, plus one.
        let mut met = vec![0usize; self.address.words.len() + 1];
        (0..self.ends.len())
            .map(|unit| {
                // A unit of the core shares a word only when another unit has it too.
                let least = if core.contains(&unit) { 2 } else { 1 };
                let own = &self.spoken[self.of(unit)];
                let (mut stop, mut long, mut held, mut of_address) = (0, 0, 0, 0);
                for known in own.iter().map(|id| &self.known[*id as usize]) {
                    stop += usize::from(known.stop);
                    long += usize::from(known.long);
                    held += usize::from(known.long && known.in_core >= least);
                    if known.address > 0 && std::mem::replace(&mut met[known.address as usize], unit + 1) != unit + 1 {
                        of_address += 1;
                    }
                }
                Shares { stop: share(stop, own.len()), core: share(held, long), address: share(of_address, self.address.words.len()) }
            })
            .collect()
    }
}

fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

/// A word has at least this many letters to tell what a text is about.
const LONG: u32 = 4;
/// How many of the commonest words of the running text count.
const STOP_WORDS: usize = 25;

/// `Zürich` to the hash of `zurich`: accents dropped as most addresses do.
fn plain(word: &str) -> u64 {
    let lower = word.to_lowercase();
    let letters = lower.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).map(|c| if c == 'ß' { 's' } else { c });
    hash::word(&letters.collect::<String>())
}

/// The words of an address's path that can be those of a title.
#[derive(Debug, Default)]
struct Address {
    /// Each with its number from one, by its hash.
    words: FxHashMap<u64, u32>,
    /// A bit for each length that one of them has, in letters.
    lengths: u64,
    /// A bit for each first letter from a to z that one of them has.
    first: u32,
}

/// Nothing for what is no Latin letter without an accent.
fn first_bit(first: u8) -> u32 {
    match first.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => 1 << (letter - b'a'),
        _ => 0,
    }
}

fn length_bit(letters: u32) -> u64 {
    1 << letters.min(u64::BITS - 1)
}

impl Address {
    /// None where there is a single one.
    fn new(url: &str) -> Self {
        let rest = url.split_once("://").map_or(url, |(_, r)| r);
        let path = rest.find('/').map_or("", |i| &rest[i..]);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        // The part with the most words is the story's; the others are sections.
        let words = |part: &str| -> Vec<String> {
            part.split(|c: char| !c.is_alphanumeric())
                .filter(|w| w.chars().count() >= 3 && !w.chars().any(char::is_numeric))
                .map(str::to_lowercase)
                .take(60)
                .collect()
        };
        let mut best = path.split('/').map(words).max_by_key(Vec::len).unwrap_or_default();
        best.retain(|word| word != "html");
        let hashes: FxHashSet<u64> = best.iter().map(|w| hash::word(w)).collect();
        if hashes.len() < 2 {
            return Self::default();
        }
        let lengths = best.iter().fold(0, |bits, word| bits | length_bit(word.chars().count() as u32));
        let first = best.iter().filter_map(|word| word.bytes().next()).fold(0, |bits, byte| bits | first_bit(byte));
        Self { words: hashes.into_iter().zip(1..).collect(), lengths, first }
    }

    /// Which of them a word is; 0 when it is none.
    fn number(&self, hash: u64, text: &str, letters: u32) -> u32 {
        // Its accents are not dropped for nothing: that takes longer than all else that is done with a word.
        let bit = text.bytes().next().map_or(0, first_bit);
        if self.lengths & length_bit(letters) == 0 || bit != 0 && self.first & bit == 0 {
            return 0;
        }
        let plain = if text.is_ascii() { hash } else { plain(text) };
        self.words.get(&plain).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(words: &mut Words, text: &str) {
        for word in text.split(' ') {
            words.push(hash::word(&word.to_lowercase()), word.chars().count() as u32, || word);
        }
        words.end_unit();
    }

    #[test]
    fn shares_of_units() {
        let mut words = Words::new("https://a.example/news/the-harbour-of-zurich.html", 100);
        push(&mut words, "Zürich harbour harbour");
        push(&mut words, "the ice of the harbour");
        push(&mut words, "the ferry");
        words.count(1..2, |unit| unit == 1);
        let shares = words.shares(&(1..2));
        let address: Vec<f32> = shares.iter().map(|s| s.address).collect();
        assert_eq!(address, [2.0 / 3.0, 2.0 / 3.0, 1.0 / 3.0]);
        // The core's own word counts for others only.
        assert_eq!((shares[0].core, shares[1].core), (2.0 / 3.0, 0.0));
        assert_eq!((shares[1].stop, shares[2].stop), (1.0, 0.5));
    }

    #[test]
    fn one_word_of_an_address_tells_nothing() {
        assert!(Address::new("https://a.example/news/12345-harbour.html").words.is_empty());
        assert_eq!(Address::new("https://a.example/harbour-closed?x=the-ice").words.len(), 2);
    }
}
