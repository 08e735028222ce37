//! Where the strings of a table stand in a text, in any case of ASCII letters. A table has hundreds of them and most texts hold none: each
//! position of the text is asked of a bit map by its four bytes, which do not wait for each other as the steps of an automaton do.

use super::runs::small;
use crate::clean::eight::eight;

/// Bits of a position's slot in the map.
const SLOT: u32 = 15;
/// Of these so many are a bucket of needles.
const BUCKET: u32 = 12;

/// A table of strings, prepared.
pub struct Needles {
    needles: Vec<&'static [u8]>,
    /// Those of one or two bytes, of which the map would tell nothing: they are compared.
    short: Vec<Begin>,
    bits: Box<[u32; 1 << (SLOT - 5)]>,
    /// Of each bucket the first of its needles in `order`; the next bucket's is the end.
    first: Vec<u16>,
    order: Vec<Begin>,
}

/// How a needle begins.
struct Begin {
    needle: u16,
    /// Which of the four bytes of a position are the needle's, and how they are with the bit of small letters.
    bytes: u32,
    small: u32,
}

impl Begin {
    fn new(needle: u16, text: &[u8]) -> Self {
        let bytes = u32::MAX >> (8 * (4 - text.len().min(4)));
        Self { needle, bytes, small: (eight(text, 0) as u32 | SMALL) & bytes }
    }
}

/// The bit of small letters in each of four bytes.
const SMALL: u32 = 0x2020_2020;
const FACTOR: u32 = 0x9e37_79b1;

/// A needle, by its place in the table, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub needle: usize,
    pub start: usize,
    pub end: usize,
}

/// The slot of four bytes; the case of a letter is one bit.
#[inline(always)]
fn slot(bytes: u32) -> u32 {
    (bytes | SMALL).wrapping_mul(FACTOR) >> (u32::BITS - SLOT)
}

/// Whether the needle stands in `text` at a place that has room for it.
#[inline(always)]
fn stands(needle: &[u8], text: &[u8], at: usize) -> bool {
    let mut from = 0;
    while from < needle.len() {
        let keep = u64::MAX >> (64 - 8 * (needle.len() - from).min(8));
        if (small(eight(text, at + from)) ^ small(eight(needle, from))) & keep != 0 {
            return false;
        }
        from += 8;
    }
    true
}

impl Needles {
    /// `needles` are not empty.
    pub fn new<'n>(needles: impl IntoIterator<Item = &'n &'static str>) -> Self {
        let needles: Vec<&'static [u8]> = needles.into_iter().map(|needle| needle.as_bytes()).collect();
        let begin = |needle: u16| Begin::new(needle, needles[needle as usize]);
        let short = (0..).zip(&needles).filter(|(_, n)| n.len() < 3).map(|(i, _)| begin(i)).collect();
        let mut placed: Vec<(u32, u16)> = Vec::new();
        for (i, needle) in (0..).zip(&needles) {
            match needle {
                [a, b, c, d, ..] => placed.push((slot(u32::from_le_bytes([*a, *b, *c, *d])), i)),
                // Whatever follows.
                [a, b, c] => (0..=u8::MAX).for_each(|d| placed.push((slot(u32::from_le_bytes([*a, *b, *c, d])), i))),
                _ => {}
            }
        }
        let mut bits = Box::new([0; 1 << (SLOT - 5)]);
        placed.iter().for_each(|(slot, _)| bits[(slot >> 5) as usize] |= 1 << (slot & 31));
        placed.iter_mut().for_each(|(slot, _)| *slot >>= SLOT - BUCKET);
        placed.sort_unstable();
        placed.dedup();
        let first = (0..=1 << BUCKET).map(|bucket| placed.partition_point(|(b, _)| *b < bucket) as u16).collect();
        let order = placed.into_iter().map(|(_, i)| begin(i)).collect();
        Self { needles, short, bits, first, order }
    }

    /// Shows every needle in `text` to `visit`, those that overlap too, by where they begin.
    #[inline(always)]
    pub fn all(&self, text: &[u8], mut visit: impl FnMut(Found)) {
        let candidate = |at: usize| self.verify(text, at, &mut visit);
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has what the function is compiled for.
            return unsafe { self.candidates_at_once(text, candidate) };
        }
        self.candidates(text, candidate);
    }

    /// Positions where a needle may stand, for any processor.
    #[inline(always)]
    fn candidates(&self, text: &[u8], candidate: impl FnMut(usize)) {
        let may = |at: &usize| {
            let four = eight(text, *at) as u32;
            let slot = slot(four);
            self.bits[(slot >> 5) as usize] >> (slot & 31) & 1 != 0 || self.short.iter().any(|s| (four | SMALL) & s.bytes == s.small)
        };
        (0..text.len()).filter(may).for_each(candidate);
    }

    /// As [`candidates`](Self::candidates), eight positions at a time.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn candidates_at_once(&self, text: &[u8], mut candidate: impl FnMut(usize)) {
        use std::arch::x86_64::*;
        // Four bytes from each position on.
        let fours = _mm256_setr_epi8(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6, 4, 5, 6, 7, 5, 6, 7, 8, 6, 7, 8, 9, 7, 8, 9, 10);
        let all = |number: u32| _mm256_set1_epi32(number as i32);
        let mut look = |at: usize, [low, high]: [u64; 2]| {
            let bytes = _mm_set_epi64x(high as i64, low as i64);
            let four = _mm256_or_si256(_mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), fours), all(SMALL));
            let slot = _mm256_srli_epi32::<{ (u32::BITS - SLOT) as i32 }>(_mm256_mullo_epi32(four, all(FACTOR)));
            // SAFETY: a slot has `SLOT` bits, so that the number of its word is below the number of words.
            let word = unsafe { _mm256_i32gather_epi32::<4>(self.bits.as_ptr().cast(), _mm256_srli_epi32::<5>(slot)) };
            // The slot's bit becomes the sign.
            let mut may = _mm256_sllv_epi32(word, _mm256_andnot_si256(slot, all(31)));
            for s in &self.short {
                may = _mm256_or_si256(may, _mm256_cmpeq_epi32(_mm256_and_si256(four, all(s.bytes)), all(s.small)));
            }
            let mut may = _mm256_movemask_ps(_mm256_castsi256_ps(may)) as u32;
            while may != 0 {
                candidate(at + may.trailing_zeros() as usize);
                may &= may - 1;
            }
        };
        let mut at = 0;
        while let Some(sixteen) = text.get(at..).and_then(<[u8]>::first_chunk::<16>) {
            look(at, [0, 8].map(|n| eight(sixteen, n)));
            at += 8;
        }
        let rest = [0, 8].map(|n| eight(text, at + n));
        look(at, rest);
        if text.len() > at + 8 {
            look(at + 8, [rest[1], 0]);
        }
    }

    /// Asks the needles of the position's bucket, and the short ones.
    #[inline(never)]
    fn verify(&self, text: &[u8], at: usize, visit: &mut impl FnMut(Found)) {
        let four = eight(text, at) as u32;
        let bucket = (slot(four) >> (SLOT - BUCKET)) as usize;
        let bucket = &self.order[self.first[bucket] as usize..self.first[bucket + 1] as usize];
        for row in self.short.iter().chain(bucket).filter(|row| (four | SMALL) & row.bytes == row.small) {
            let needle = row.needle as usize;
            let end = at + self.needles[needle].len();
            if end <= text.len() && stands(self.needles[needle], text, at) {
                visit(Found { needle, start: at, end });
            }
        }
    }

    /// Shows the needles in `text` that do not overlap to `visit`: from left to right the one that ends first, of those the longest.
    pub fn apart(&self, text: &[u8], mut visit: impl FnMut(Found)) {
        // The one that ends first of those that overlap. What begins later and ends sooner takes its place.
        let mut first: Option<Found> = None;
        self.all(text, |found| match first {
            Some(f) if found.start >= f.end => {
                visit(f);
                first = Some(found);
            }
            Some(f) if found.end >= f.end => {}
            _ => first = Some(found),
        });
        if let Some(found) = first {
            visit(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aho_corasick::{AhoCorasick, MatchKind};

    const WORDS: [&str; 15] =
        ["@", "©", "ad", "add", "read more", "more:", "by ", "byline", "à lire", "lire aussi", " pm", "e", "aad", "dar", "dare"];

    /// Without short ones.
    const LONG: [&str; 6] = ["add", "read more", "more:", "byline", "lire aussi", "mor"];

    fn automaton(words: &[&str]) -> AhoCorasick {
        AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(words).unwrap()
    }

    /// Texts of pieces of the words, so that they overlap and are cut in all ways.
    fn texts() -> impl Iterator<Item = Vec<u8>> {
        let mut state = 7u64;
        let mut below = move |n: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % n
        };
        (0..3000).map(move |_| {
            let mut text = Vec::new();
            for _ in 0..below(8) {
                let word = WORDS[below(WORDS.len())].as_bytes();
                let piece = &word[..=below(word.len())];
                text.extend(if below(2) == 0 { piece.to_ascii_uppercase() } else { piece.to_vec() });
            }
            text
        })
    }

    fn triple(m: aho_corasick::Match) -> (usize, usize, usize) {
        (m.pattern().as_usize(), m.start(), m.end())
    }

    fn compare(words: &'static [&'static str]) {
        let (automaton, needles) = (automaton(words), Needles::new(words));
        for text in texts() {
            let mut want: Vec<_> = automaton.find_overlapping_iter(&text).map(triple).collect();
            let mut found = Vec::new();
            needles.all(&text, |f| found.push((f.needle, f.start, f.end)));
            want.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, want, "{}", String::from_utf8_lossy(&text));
            // Of the positions that are verified none that holds a needle is missing, whatever the processor.
            let mut candidates = Vec::new();
            needles.candidates(&text, |at| candidates.push(at));
            assert!(want.iter().all(|(_, start, _)| candidates.contains(start)), "{}", String::from_utf8_lossy(&text));
            let want: Vec<_> = automaton.find_iter(&text).map(triple).collect();
            let mut found = Vec::new();
            needles.apart(&text, |f| found.push((f.needle, f.start, f.end)));
            assert_eq!(found, want, "{}", String::from_utf8_lossy(&text));
        }
    }

    #[test]
    fn as_an_automaton_finds_them() {
        compare(&WORDS);
        compare(&LONG);
    }
}
