//! A text as the features that the model of topics weighs: words without plural, beginnings of words, and pairs of words.
//!
//! Training and tagging share this file, so they cannot differ.

use crate::tag::letters::{LETTER, Letters};

/// More words than this say nothing new about what an article is about.
const WORDS_MOST: usize = 600;
/// Words of a beginning: `politi` stands for politics, political, politician.
const STEM: usize = 6;

fn mix(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Features of a text with how often they stand in it, in the order of the text. The title counts as often as `title_weight` says.
pub fn features(title: &str, text: &str, title_weight: usize) -> Vec<(u64, u32)> {
    let mut all = Vec::with_capacity(text.len().min(8000) / 2);
    for _ in 0..title_weight {
        put(title, &mut all);
    }
    put(text, &mut all);
    counted(&all)
}

/// Each once with how often it is there, by open addressing: half the work of sorting them.
fn counted(all: &[u64]) -> Vec<(u64, u32)> {
    let mut counted: Vec<(u64, u32)> = Vec::with_capacity(all.len());
    // Places in `counted`, plus one.
    let mut slots = vec![0u32; (2 * all.len()).next_power_of_two()];
    let mask = slots.len() - 1;
    for hash in all {
        let mut at = (hash >> 32) as usize & mask;
        loop {
            let slot = slots[at] as usize;
            if slot == 0 {
                counted.push((*hash, 1));
                slots[at] = counted.len() as u32;
                break;
            }
            let known = &mut counted[slot - 1];
            if known.0 == *hash {
                known.1 += 1;
                break;
            }
            at = (at + 1) & mask;
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
    word.chars().flat_map(char::to_lowercase).for_each(|l| own.put(l.into()));
    (own.letters > STEM).then(|| own.hashes().1)
}

fn put(text: &str, all: &mut Vec<u64>) {
    let letters = Letters::get();
    let bytes = text.as_bytes();
    let mut before = 0u64;
    let mut words = 0;
    let mut word = Word::default();
    let mut from = 0;
    while words < WORDS_MOST {
        // The blank at the end ends the last word.
        let b = bytes.get(from).copied().unwrap_or(b' ');
        if b.is_ascii_alphabetic() {
            word.put((b | 0x20).into());
            from += 1;
            continue;
        }
        let c = if b.is_ascii() { char::from(b) } else { text.get(from..).and_then(|rest| rest.chars().next()).unwrap_or(' ') };
        if !b.is_ascii() && letters.is(c, LETTER) {
            letters.lower(c, |l| word.put(l.into()));
            from += c.len_utf8();
            continue;
        }
        if b.is_ascii_digit() {
            // Numbers are no topics, but they part words.
            before = 0;
            word = Word::default();
        } else {
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
            }
            if matches!(c, '.' | '!' | '?' | ';' | ':' | '\n') {
                before = 0;
            }
        }
        if from >= bytes.len() {
            return;
        }
        from += c.len_utf8();
    }
}

/// A word while it is read: hashes after each of the last letters, so that a plural's end can be taken back.
#[derive(Default)]
struct Word {
    letters: usize,
    hash: u64,
    /// Without the last letter.
    shorter: u64,
    last: [u32; 2],
    stem: u64,
}

impl Word {
    #[inline]
    fn put(&mut self, lower: u32) {
        self.shorter = self.hash;
        self.last = [lower, self.last[0]];
        self.hash = (self.hash ^ u64::from(lower)).wrapping_mul(0x0100_0000_01B3).rotate_left(5);
        self.letters += 1;
        if self.letters == STEM {
            self.stem = self.hash;
        }
    }

    fn hashes(&self) -> (u64, u64) {
        // English plurals: `reports`, not `class`; other languages do not mind.
        const PLURAL: u32 = 's' as u32;
        let plural = self.letters > 3 && self.last[0] == PLURAL && ![PLURAL, 'u' as u32, 'i' as u32].contains(&self.last[1]);
        let own = if plural { self.shorter } else { self.hash };
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
