//! Normalized words: what two spellings of the same text have in common.
//!
//! Copies differ in case, quotes, dashes, ligatures, composed and decomposed letters, soft hyphens and line breaks. None of that may
//! change a hash, so a word is the sequence of its lower-case, compatibility-decomposed letters, digits and marks; apostrophes inside it
//! vanish (`don't`, `don’t`), everything else separates. In scripts that are written without spaces every letter is a word of its own.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// One normalized word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    pub hash: u64,
    /// A single letter of a script without spaces.
    pub letter: bool,
    /// With a digit in it.
    pub figure: bool,
}

/// Calls `each` with every normalized word of `text`, in order. One pass, no allocation.
pub fn words(text: &str, each: impl FnMut(Word)) {
    let mut walk = Walk { each, hash: SEED, empty: true, figure: false };
    for c in text.chars() {
        if c.is_ascii() {
            walk.ascii(c);
        } else if !VANISHING.contains(&c) {
            // Not only for speed: most letters beyond ASCII have no decomposition, and the closure is called once for those.
            decompose_compatible(c, |part| walk.folded(part));
        }
    }
    walk.end(false);
}

/// Apostrophes and invisible characters: part of no word, and no boundary either.
const VANISHING: &[char] = &[
    '\u{2018}', '\u{2019}', '\u{201b}', '\u{02bc}', '\u{02bb}', '\u{00b4}', '\u{ff07}', // apostrophes
    '\u{00ad}', // soft hyphen
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', // zero width
    '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{2066}', '\u{2067}', '\u{2069}', // directions
];

/// Blocks of scripts that are written without spaces between words: first and last code point.
const UNSPACED: &[(u32, u32)] = &[
    (0x0e00, 0x0fff),   // Thai, Lao, Tibetan
    (0x1000, 0x109f),   // Myanmar
    (0x1780, 0x17ff),   // Khmer
    (0x2e80, 0x2fdf),   // Han radicals
    (0x3005, 0x3007),   // Han iteration marks and zero
    (0x3040, 0x30ff),   // Hiragana, Katakana
    (0x3100, 0x312f),   // Bopomofo
    (0x31f0, 0x31ff),   // Katakana extensions
    (0x3400, 0x9fff),   // Han
    (0xf900, 0xfaff),   // Han compatibility
    (0x20000, 0x3ffff), // Han extensions
];

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const PRIME: u64 = 0xff51_afd7_ed55_8ccd;

struct Walk<F> {
    each: F,
    hash: u64,
    empty: bool,
    figure: bool,
}

impl<F: FnMut(Word)> Walk<F> {
    #[inline]
    fn ascii(&mut self, c: char) {
        if c.is_ascii_alphanumeric() {
            self.push(c.to_ascii_lowercase());
        } else if c != '\'' && c != '`' {
            self.end(false);
        }
    }

    fn folded(&mut self, c: char) {
        if c.is_ascii() {
            return self.ascii(c);
        }
        let code = c as u32;
        if is_combining_mark(c) {
            // A mark on a letter of a script without spaces came after the letter was handed out: both spellings lose it.
            if !self.empty {
                self.push(c);
            }
        } else if !c.is_alphanumeric() {
            self.end(false);
        } else if code >= UNSPACED[0].0 && UNSPACED.iter().any(|&(first, last)| (first..=last).contains(&code)) {
            self.end(false);
            self.push(c);
            self.end(true);
        } else {
            c.to_lowercase().for_each(|l| self.push(l));
        }
    }

    #[inline]
    fn push(&mut self, c: char) {
        self.hash = (self.hash ^ u64::from(c as u32)).wrapping_mul(PRIME);
        self.hash ^= self.hash >> 29;
        self.figure |= c.is_numeric();
        self.empty = false;
    }

    #[inline]
    fn end(&mut self, letter: bool) {
        if !self.empty {
            (self.each)(Word { hash: self.hash, letter, figure: self.figure });
            self.figure = false;
            self.hash = SEED;
            self.empty = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<Word> {
        let mut all = Vec::new();
        words(text, |w| all.push(w));
        all
    }

    #[test]
    fn spellings_of_one_text_have_the_same_words() {
        for (a, b) in [
            ("The Cat sat.", "the CAT sat"),
            ("don't", "don\u{2019}t"),
            ("\u{201c}Yes,\u{201d} he said \u{2014} twice\u{2026}", "\"Yes,\" he said -- twice..."),
            ("caf\u{e9}", "cafe\u{301}"),
            ("\u{fb01}nance", "finance"),
            ("co\u{ad}operate", "cooperate"),
            ("\u{ff21}\u{ff22}\u{ff11}", "ab1"),
            ("a\u{a0}b\n\nc", "a b c"),
            ("\u{304c}", "\u{304b}\u{3099}"),
            ("\u{130}stanbul", "i\u{307}stanbul"),
        ] {
            assert_eq!(list(a), list(b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn different_words_differ() {
        assert_ne!(list("caf\u{e9}"), list("cafe"));
        assert_ne!(list("a b"), list("ab"));
        assert_ne!(list("12"), list("21"));
        assert_eq!(list(" .,;!? ' "), []);
    }

    #[test]
    fn letters_of_unspaced_scripts_stand_alone() {
        let han = list("\u{4e2d}\u{56fd} abc");
        assert_eq!(han.iter().map(|w| w.letter).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!(list("\u{d55c}\u{ad6d} \u{c0ac}\u{b78c}").len(), 2, "Hangul has spaces");
    }
}
