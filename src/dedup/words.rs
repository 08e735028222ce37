//! Normalized words: what two spellings of the same text have in common.
//!
//! Copies differ in case, quotes, dashes, ligatures, composed and decomposed letters, soft hyphens and line breaks. None of that may
//! change a hash, so a word is the sequence of its lower-case, compatibility-decomposed letters, digits and marks; apostrophes inside it
//! vanish (`don't`, `don’t`), everything else separates. In scripts that are written without spaces every letter is a word of its own.

use std::sync::LazyLock;
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
    let rows = &*ROWS;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(b) = bytes.get(at) {
        match ASCII[usize::from(*b)] {
            ENDS => walk.end(false),
            VANISHES => {}
            BEYOND => {
                let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
                at += c.len_utf8();
                walk.beyond_ascii(c, rows);
                continue;
            }
            _ => {
                at += walk.ascii(&bytes[at..]);
                if bytes.get(at).is_some_and(|b| ASCII[usize::from(*b)] == ENDS) {
                    walk.end(false);
                    at += 1;
                }
                continue;
            }
        }
        at += 1;
    }
    walk.end(false);
}

/// What a byte of ASCII adds to a word: its lower case, or one of these.
const ENDS: u8 = 0;
const VANISHES: u8 = 1;
/// The byte is none of ASCII.
const BEYOND: u8 = 2;
/// A bit that letters of ASCII have and digits have not.
const LETTER: u8 = 0x40;

static ASCII: [u8; 256] = {
    let mut folded = [BEYOND; 256];
    let mut b = 0u8;
    while b < 0x80 {
        folded[b as usize] = match b {
            b'\'' | b'`' => VANISHES,
            _ if b.is_ascii_alphanumeric() => b.to_ascii_lowercase(),
            _ => ENDS,
        };
        b += 1;
    }
    folded
};

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

/// What a character beyond ASCII does to the words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    /// Something else: it is decomposed each time.
    Other,
    /// Ends a word.
    End,
    Vanish,
    /// Is part of a word, in one to three characters without a figure.
    Push,
    /// Is part of a word that has begun.
    Mark,
    /// Is a word.
    Letter,
}

#[derive(Clone, Copy)]
struct Row {
    does: Does,
    /// What it is folded to, zeros behind.
    parts: [u16; 3],
}

/// The characters below, and those of the block of punctuation and kana, have rows.
const TABLE: usize = 0x2100;
const KANA: u32 = 0x3000;
const KANA_ROWS: u32 = 0x100;

fn row_of(c: char) -> Option<usize> {
    let kana = (c as u32).wrapping_sub(KANA);
    match c as usize {
        code if code < TABLE => Some(code),
        _ => (kana < KANA_ROWS).then_some(TABLE + kana as usize),
    }
}

/// Decompositions and kinds are searched for in tables of tables; what most texts are written with is looked up here.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let kana = (KANA..KANA + KANA_ROWS).filter_map(char::from_u32);
    ('\0'..).take(TABLE).chain(kana).map(Row::of).collect()
});

impl Row {
    fn of(c: char) -> Self {
        let mut row = Row { does: Does::Vanish, parts: [0; 3] };
        if VANISHING.contains(&c) {
            return row;
        }
        let mut pushed = 0;
        let mut put = |row: &mut Row, c: char, does: Does| {
            // Only several letters, or a letter with its marks, are more than the last of them.
            row.does = match row.does {
                Does::Vanish => does,
                Does::Push if matches!(does, Does::Push | Does::Mark) => Does::Push,
                Does::End if does == Does::End => Does::End,
                _ => Does::Other,
            };
            if does == Does::End {
                return;
            }
            match (row.parts.get_mut(pushed), u16::try_from(u32::from(c))) {
                (Some(part), Ok(code)) if !c.is_numeric() => *part = code,
                _ => row.does = Does::Other,
            }
            pushed += 1;
        };
        decompose_compatible(c, |c| match kind(c) {
            Does::Vanish => {}
            Does::Push => c.to_lowercase().for_each(|l| put(&mut row, l, Does::Push)),
            does => put(&mut row, c, does),
        });
        row
    }
}

/// What a character that has no decomposition does.
fn kind(c: char) -> Does {
    let code = c as u32;
    if c == '\'' || c == '`' {
        Does::Vanish
    } else if is_combining_mark(c) {
        // A mark on a letter of a script without spaces came after the letter was handed out: both spellings lose it.
        Does::Mark
    } else if !c.is_alphanumeric() {
        Does::End
    } else if code >= UNSPACED[0].0 && UNSPACED.iter().any(|&(first, last)| (first..=last).contains(&code)) {
        Does::Letter
    } else {
        Does::Push
    }
}

#[inline(always)]
fn pushed(hash: u64, code: u32) -> u64 {
    let hash = (hash ^ u64::from(code)).wrapping_mul(PRIME);
    hash ^ (hash >> 29)
}

struct Walk<F> {
    each: F,
    hash: u64,
    empty: bool,
    figure: bool,
}

impl<F: FnMut(Word)> Walk<F> {
    #[inline(never)]
    fn beyond_ascii(&mut self, c: char, rows: &[Row]) {
        let code = c as u32;
        match row_of(c).and_then(|at| rows.get(at)).copied() {
            Some(Row { does: Does::Push, parts: [one, two, three] }) => {
                self.push_code(one.into());
                if two != 0 {
                    self.push_code(two.into());
                }
                if three != 0 {
                    self.push_code(three.into());
                }
            }
            Some(Row { does: Does::End, .. }) => self.end(false),
            Some(Row { does: Does::Vanish, .. }) => {}
            Some(Row { does: Does::Mark, parts: [mark, ..] }) => {
                if !self.empty {
                    self.push_code(mark.into());
                }
            }
            Some(Row { does: Does::Letter, parts: [letter, ..] }) => self.letter(letter.into()),
            // Ideographs are letters without case or decomposition.
            None if matches!(code, 0x4e00..=0x9fff) => self.letter(code),
            // Hangul is decomposed to two or three letters (Unicode, 3.12).
            None if matches!(code, 0xac00..=0xd7a3) => {
                let syllable = code - 0xac00;
                self.push_code(0x1100 + syllable / 588);
                self.push_code(0x1161 + syllable % 588 / 28);
                let last = syllable % 28;
                if last > 0 {
                    self.push_code(0x11a7 + last);
                }
            }
            _ => self.decomposed(c),
        }
    }

    fn decomposed(&mut self, c: char) {
        if !VANISHING.contains(&c) {
            decompose_compatible(c, |part| match kind(part) {
                Does::Vanish => {}
                Does::Mark if self.empty => {}
                Does::Mark => self.push(part),
                Does::Letter => {
                    self.end(false);
                    self.push(part);
                    self.end(true);
                }
                Does::Push => part.to_lowercase().for_each(|l| self.push(l)),
                _ => self.end(false),
            });
        }
    }

    fn letter(&mut self, code: u32) {
        self.end(false);
        self.push_code(code);
        self.end(true);
    }

    fn push(&mut self, c: char) {
        self.push_code(c as u32);
        self.figure |= c.is_numeric();
    }

    /// Takes the ASCII letters and digits at the front of the bytes, and gives their number.
    #[inline]
    fn ascii(&mut self, bytes: &[u8]) -> usize {
        let (mut hash, mut all, mut length) = (self.hash, LETTER, 0);
        while let Some(b) = bytes.get(length) {
            let lower = ASCII[usize::from(*b)];
            if lower <= BEYOND {
                break;
            }
            hash = pushed(hash, lower.into());
            all &= lower;
            length += 1;
        }
        self.hash = hash;
        self.empty &= length == 0;
        self.figure |= all == 0;
        length
    }

    #[inline]
    fn push_code(&mut self, code: u32) {
        self.hash = pushed(self.hash, code);
        self.empty = false;
    }

    #[inline(always)]
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
    fn rows_do_what_decomposition_does() {
        let by_decomposition = |text: &str| {
            let mut all = Vec::new();
            let mut walk = Walk { each: |w| all.push(w), hash: SEED, empty: true, figure: false };
            text.chars().for_each(|c| walk.decomposed(c));
            walk.end(false);
            all
        };
        for c in (0..0x1_2000).chain(0x2_f800..0x2_fa20).chain(0xe_0000..0xe_0200).filter_map(char::from_u32) {
            let text = format!("{c}{c}a{c}{c}B {c}1{c}");
            assert_eq!(list(&text), by_decomposition(&text), "{c:?}");
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
