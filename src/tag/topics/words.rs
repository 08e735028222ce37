//! A text as the features that the model of topics weighs: words without plural, beginnings of words, and pairs of words.
//!
//! Training and tagging share this file, so they cannot differ.

use crate::tag::fold::is_typographic;

/// More words than this say nothing new about what an article is about.
const WORDS_MOST: usize = 600;
/// Words of a beginning: `politi` stands for politics, political, politician.
const STEM: usize = 6;

fn mix(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Features of a text with how often they stand in it, sorted by feature. The title counts as often as `title_weight` says.
pub fn features(title: &str, text: &str, title_weight: usize) -> Vec<(u64, u32)> {
    let mut all = Vec::with_capacity(text.len().min(8000) / 2);
    for _ in 0..title_weight {
        put(title, &mut all);
    }
    put(text, &mut all);
    all.sort_unstable();
    let mut counted: Vec<(u64, u32)> = Vec::with_capacity(all.len());
    for hash in all {
        match counted.last_mut() {
            Some((last, count)) if *last == hash => *count += 1,
            _ => counted.push((hash, 1)),
        }
    }
    counted
}

/// The feature of a word's beginning; none when the word is too short to have one.
pub fn stem(word: &str) -> Option<u64> {
    let mut own = Word::default();
    if word.chars().any(|c| !c.is_alphabetic()) {
        return None;
    }
    word.chars().for_each(|c| own.add(c));
    (own.letters > STEM).then(|| own.hashes().1)
}

fn put(text: &str, all: &mut Vec<u64>) {
    let mut before = 0u64;
    let mut words = 0;
    let mut word = Word::default();
    for c in text.chars().chain([' ']) {
        if !is_typographic(c) && c.is_alphabetic() {
            word.add(c);
            continue;
        }
        if c.is_ascii_digit() {
            // Numbers are no topics, but they part words.
            before = 0;
            word = Word::default();
            continue;
        }
        if word.letters > 0 {
            let (own, stem) = word.hashes();
            all.push(own);
            if word.letters > STEM {
                all.push(stem);
            }
            if before != 0 {
                all.push(mix(before ^ 0x00B1_6400, own));
            }
            before = own;
            word = Word::default();
            words += 1;
            if words >= WORDS_MOST {
                break;
            }
        }
        if matches!(c, '.' | '!' | '?' | ';' | ':' | '\n') {
            before = 0;
        }
    }
}

/// A word while it is read: hashes after each of the last letters, so that a plural's end can be taken back.
#[derive(Default)]
struct Word {
    letters: usize,
    hash: u64,
    /// Without the last letter, and without the last two.
    shorter: [u64; 2],
    last: [char; 2],
    stem: u64,
}

impl Word {
    fn add(&mut self, c: char) {
        let mut one = |c: char| {
            self.shorter = [self.hash, self.shorter[0]];
            self.last = [c, self.last[0]];
            self.hash = (self.hash ^ u64::from(c as u32)).wrapping_mul(0x0100_0000_01B3).rotate_left(5);
            self.letters += 1;
            if self.letters == STEM {
                self.stem = self.hash;
            }
        };
        if c.is_ascii() { one(c.to_ascii_lowercase()) } else { c.to_lowercase().for_each(one) }
    }

    fn hashes(&self) -> (u64, u64) {
        // English plurals: `reports`, not `class`; other languages do not mind.
        let own =
            if self.letters > 3 && self.last[0] == 's' && !matches!(self.last[1], 's' | 'u' | 'i') { self.shorter[0] } else { self.hash };
        (mix(0xA0, own), mix(0xB0, self.stem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plural_case_and_pairs() {
        assert_eq!(features("", "Elections", 1), features("", "election", 1));
        assert_ne!(features("", "class", 1), features("", "clas", 1));
        // Two words and their pair; a sentence's end parts a pair, a number, too.
        assert_eq!(features("", "red car", 1).len(), 3);
        assert_eq!(features("", "red. car", 1).len(), 2);
        assert_eq!(features("", "red 4 car", 1).len(), 2);
        // A long word has its beginning, too; repetition is counted.
        assert_eq!(features("", "politics politics", 1).iter().map(|f| f.1).max(), Some(2));
        assert_eq!(features("red", "red", 2), [(features("", "red", 1)[0].0, 3)]);
    }
}
