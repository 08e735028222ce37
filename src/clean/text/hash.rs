//! Hashes of words in lower case: what words are looked up by, so that none is copied.

use crate::clean::eight::{EACH, HIGH, between, count, eight};

/// What hashes grow from that are no word's letter by letter, so that none is another's.
const PAIR: u64 = 1;
const ASCII: u64 = 2;
const LETTER: u64 = 3;
const TOKEN: u64 = 4;

/// The hash of a word grows with each of its letters, in lower case.
#[inline]
pub fn grown(hash: u64, letter: u32) -> u64 {
    mixed(hash, letter.into())
}

#[inline]
fn mixed(hash: u64, part: u64) -> u64 {
    (hash.rotate_left(5) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The ASCII letters and digits that a text begins with.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ascii {
    pub length: usize,
    /// Whatever their case.
    pub hash: u64,
    pub digits: u32,
    pub upper: u32,
}

impl Ascii {
    /// Reads eight bytes at a time: most words take one look.
    #[inline]
    pub fn read(text: &[u8]) -> Self {
        let mut word = Self { hash: ASCII, ..Self::default() };
        loop {
            let eight = eight(text, word.length);
            let low = eight & !HIGH;
            let letters = between(low | (0x20 * EACH), b'a', b'z');
            let digits = between(low, b'0', b'9');
            let others = !((letters | digits) & !eight) & HIGH;
            let length = others.trailing_zeros() / 8;
            // All bits below the first byte that is neither.
            let own = if length == 8 { u64::MAX } else { (1 << (8 * length)) - 1 };
            word.digits += count(digits & own);
            // Capitals lack the bit of the small letters.
            word.upper += count(letters & !(eight << 2) & own);
            word.length += length as usize;
            if length < 8 {
                // This bit makes a small letter of a capital, and every small letter and digit has it.
                word.hash = mixed(word.hash, (eight | (0x20 * EACH)) & own);
                return word;
            }
            word.hash = mixed(word.hash, eight | (0x20 * EACH));
        }
    }
}

/// The hash of a word in lower case.
pub fn word(lower: &str) -> u64 {
    let ascii = Ascii::read(lower.as_bytes());
    if ascii.length == lower.len() { ascii.hash } else { lower.chars().fold(0, |hash, c| grown(hash, c.into())) }
}

/// The hash of a token as it is written.
pub fn token(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = TOKEN + bytes.len() as u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = mixed(hash, eight(bytes, at));
        at += 8;
    }
    hash
}

/// The hash of two that stand side by side.
pub fn beside(first: u64, second: u64) -> u64 {
    mixed(first, second)
}

/// The hash of a pair of characters of a script without blanks.
pub fn pair(one: char, other: char) -> u64 {
    grown(grown(PAIR, one.into()), other.into())
}

/// The hash of a single letter of a script in which phrases begin within words.
pub fn letter(c: char) -> u64 {
    grown(LETTER, c.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_words_are_read_in_any_case() {
        for text in [
            "",
            "a",
            "Harbour",
            "harbours",
            "HARBOUR2024s",
            "12345678",
            "a\u{e9}",
            "x'y",
            "Z@[`{/:",
            "longer than EIGHT",
            "\u{7f}",
            "abcdefgh\u{e9}",
        ] {
            let word: String = text.chars().take_while(char::is_ascii_alphanumeric).collect();
            let counted = |of: fn(&char) -> bool| word.chars().filter(of).count() as u32;
            let read = Ascii::read(text.as_bytes());
            assert_eq!(
                (read.length, read.digits, read.upper),
                (word.len(), counted(char::is_ascii_digit), counted(char::is_ascii_uppercase)),
                "{text}"
            );
            assert_eq!(read.hash, super::word(&word.to_lowercase()), "{text}");
        }
        assert_ne!(word("harbours"), word("harbour"));
        assert_ne!(word("harbours"), word("harbours2"));
    }
}
