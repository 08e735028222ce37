//! Words as hashes, to ask of every block of a page which of its words are in a set.

use super::runs::{letters_and_digits, runs};
use crate::clean::eight::{HIGH, between, eight};
use std::sync::LazyLock;

/// Sets of hashes in one table, so that one look tells all sets that have a hash.
pub struct Sets {
    hashes: Vec<u64>,
    /// The sets that have the hash beside, as bits; zero where none is. At least a third of the places are free.
    sets: Vec<u8>,
    sizes: [usize; Sets::MOST],
}

/// As many hashes are few.
const SMALL_SETS: usize = 256;

impl Sets {
    /// Sets of one table.
    pub const MOST: usize = 3;

    pub fn new(sets: [&[u64]; Self::MOST]) -> Self {
        let all: usize = sets.iter().map(|set| set.len()).sum();
        // Whether the next place is free cannot be foreseen where half of them are: small sets have plenty.
        let places = if all <= SMALL_SETS { 8 * all } else { all + all / 2 }.next_power_of_two().max(2);
        let mut out = Sets { hashes: vec![0; places], sets: vec![0; places], sizes: [0; Self::MOST] };
        for (n, set) in sets.into_iter().enumerate() {
            for hash in set {
                let at = out.place(*hash);
                out.sizes[n] += usize::from(out.sets[at] & 1 << n == 0);
                out.hashes[at] = *hash;
                out.sets[at] |= 1 << n;
            }
        }
        out
    }

    /// Where the hash is, or would be.
    #[inline(always)]
    fn place(&self, hash: u64) -> usize {
        let last = self.hashes.len() - 1;
        let mut at = (hash >> 32) as usize & last;
        while self.hashes[at] != hash && self.sets[at] != 0 {
            at = (at + 1) & last;
        }
        at
    }

    /// The sets that have the hash, as bits.
    #[inline(always)]
    pub fn of(&self, hash: u64) -> u8 {
        self.sets[self.place(hash)]
    }

    /// How many different hashes are in each set.
    pub fn sizes(&self) -> [usize; Self::MOST] {
        self.sizes
    }
}

/// Shows the hash of each word of a text, in any case the same.
#[inline(always)]
pub fn word_hashes(text: &str, mut each: impl FnMut(u64)) {
    let bytes = text.as_bytes();
    runs(bytes, letters_and_digits, |from, to| match of_ascii(bytes, from, to) {
        Some(hash) => each(hash),
        // Letters of other alphabets, and marks between words that are no ASCII.
        None => foreign(text.get(from..to).unwrap_or_default(), &mut each),
    });
}

/// As [`word_hashes`], and shows every run of letters of at least `least` bytes to `long`, by where it begins and ends. Bytes above ASCII
/// are letters; digits end a run, but not a word.
#[inline(always)]
pub fn words_and_runs(text: &str, least: usize, mut each: impl FnMut(u64), mut long: impl FnMut(usize, usize)) {
    let bytes = text.as_bytes();
    runs(bytes, letters_and_digits, |from, to| {
        if to - from >= least {
            let mut start = from;
            if has_digit(bytes, from, to) {
                for at in (from..to).filter(|at| bytes[*at].is_ascii_digit()) {
                    if at - start >= least {
                        long(start, at);
                    }
                    start = at + 1;
                }
            }
            if to - start >= least {
                long(start, to);
            }
        }
        match of_ascii(bytes, from, to) {
            Some(hash) => each(hash),
            None => foreign(text.get(from..to).unwrap_or_default(), &mut each),
        }
    });
}

/// Whether a word has a digit.
#[inline(always)]
fn has_digit(bytes: &[u8], from: usize, to: usize) -> bool {
    let digits = |at: usize| {
        let part = eight(bytes, at) & u64::MAX >> (64 - 8 * (to - at).min(8));
        between(part & !HIGH, b'0', b'9') & !part
    };
    (from..to).step_by(8).any(|at| digits(at) != 0)
}

/// Hashes of a text's words.
pub fn words_of(text: &str) -> Vec<u64> {
    let mut out = Vec::new();
    word_hashes(text, |hash| out.push(hash));
    out
}

/// Hashes of three words in a row.
pub fn triples(hashes: &[u64]) -> impl Iterator<Item = u64> + '_ {
    hashes.windows(3).map(|w| spread(w[0].wrapping_mul(31).wrapping_add(w[1]).wrapping_mul(31).wrapping_add(w[2])))
}

/// The hash of a word of letters and digits; none when it is not ASCII.
#[inline(always)]
fn of_ascii(bytes: &[u8], from: usize, to: usize) -> Option<u64> {
    let (mut hash, mut at) = (0, from);
    loop {
        let keep = u64::MAX >> (64 - 8 * (to - at).min(8));
        let part = eight(bytes, at) & keep;
        if part & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        // The bit of small letters; digits have it too.
        hash = mixed(hash, part | 0x2020_2020_2020_2020 & keep);
        at += 8;
        if at >= to {
            return Some(spread(hash));
        }
    }
}

/// The hash of a word in small letters.
fn of_small(word: &str) -> u64 {
    let bytes = word.as_bytes();
    spread((0..bytes.len()).step_by(8).fold(0, |hash, at| mixed(hash, eight(bytes, at))))
}

#[inline(always)]
fn mixed(hash: u64, part: u64) -> u64 {
    (hash.rotate_left(23) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The low bits of a product depend on low bits alone.
#[inline(always)]
fn spread(hash: u64) -> u64 {
    (hash ^ hash >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// The words of a run with letters beyond ASCII.
#[inline(never)]
fn foreign(run: &str, each: &mut impl FnMut(u64)) {
    let mut small = String::with_capacity(run.len() + 8);
    let (mut start, mut sigma) = (0, false);
    let mut end = |word: &str, small: &mut String, sigma: bool| {
        if sigma {
            // Its small letter depends on its place in the word.
            each(of_small(&word.to_lowercase()));
        } else if !small.is_empty() {
            each(of_small(small));
        }
        small.clear();
    };
    for (at, c) in run.char_indices() {
        match folded(c) {
            Folded::No => {
                end(run.get(start..at).unwrap_or_default(), &mut small, sigma);
                (start, sigma) = (at + c.len_utf8(), false);
            }
            Folded::One(c) => small.push(c),
            Folded::Many => small.extend(c.to_lowercase()),
        }
        sigma |= c == 'Σ';
    }
    end(run.get(start..).unwrap_or_default(), &mut small, sigma);
}

enum Folded {
    /// Neither letter nor digit.
    No,
    One(char),
    Many,
}

/// Letters and digits as small ones.
fn folded(c: char) -> Folded {
    match c {
        '\0'..='\u{7ff}' => match SMALL[c as usize] {
            0 => Folded::No,
            u16::MAX => Folded::Many,
            small => char::from_u32(u32::from(small)).map_or(Folded::Many, Folded::One),
        },
        // Dashes and quotation marks.
        '\u{2000}'..='\u{206f}' => Folded::No,
        // Han and Hangul.
        '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => Folded::One(c),
        _ if !c.is_alphanumeric() => Folded::No,
        _ => Folded::Many,
    }
}

/// Of the letters and digits up to U+07FF the small one; zero for other characters. Asked of every letter of a page, the tables of the
/// standard library, which are made to be small, cost more than the rest of the word.
static SMALL: LazyLock<Box<[u16; 0x800]>> = LazyLock::new(|| {
    let mut table = Box::new([0; 0x800]);
    for (cell, c) in table.iter_mut().zip('\0'..) {
        let mut small = c.to_lowercase();
        if c.is_alphanumeric() {
            *cell = small.next().filter(|_| small.next().is_none()).and_then(|s| u16::try_from(s as u32).ok()).unwrap_or(u16::MAX);
        }
    }
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_between_marks_in_small_letters() {
        let text = "RAIN, rain’s 2nd Größe ΟΔΟΣ οδος ІСТОРІЯ—ändern \u{212a}elvin İzmir 東京都庁 averyveryverylongword A";
        let want: Vec<u64> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|w| of_small(&w.to_lowercase())).collect();
        assert_eq!(words_of(text), want);
        assert_eq!(words_of("Größe averyveryverylongword"), words_of("GRÖSSE-größe AVERYVERYVERYLONGWORD")[1..]);
        assert_eq!(words_of("ab"), words_of("AB  "));
        assert_ne!(words_of("ab"), words_of("ba"));
    }

    #[test]
    fn runs_of_letters_end_at_digits() {
        let text = "harbour, rain3snowstorm2024ice Größe-a1 averyveryverylongword99averyveryverylongword x";
        let (mut hashes, mut found) = (Vec::new(), Vec::new());
        words_and_runs(text, 6, |hash| hashes.push(hash), |from, to| found.push(&text[from..to]));
        assert_eq!(hashes, words_of(text));
        let want: Vec<&str> =
            text.split(|c: char| c.is_ascii_digit() || c.is_ascii() && !c.is_alphabetic()).filter(|run| run.len() >= 6).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn every_character_folds_as_the_standard_library_says() {
        for c in ('\0'..='\u{ffff}').chain(['\u{10400}', '\u{1d7ce}', '😀']) {
            match folded(c) {
                Folded::No => assert!(!c.is_alphanumeric(), "{c:?}"),
                Folded::One(small) => assert!(c.is_alphanumeric() && c.to_lowercase().eq([small]), "{c:?}"),
                Folded::Many => assert!(c.is_alphanumeric(), "{c:?}"),
            }
        }
    }

    #[test]
    fn sets_are_told_apart() {
        let words = |text: &str| words_of(text);
        let sets = Sets::new([&words("rain in the north rain"), &words("the harbour"), &[]]);
        assert_eq!(sets.sizes(), [4, 2, 0]);
        let of = |word: &str| sets.of(words_of(word)[0]);
        assert_eq!((of("Rain"), of("The"), of("harbour"), of("snow")), (1, 3, 2, 0));
        assert_eq!(Sets::new([&[], &[], &[]]).of(7), 0);
    }
}
