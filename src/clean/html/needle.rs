//! Where the strings of a table stand in a text, in any case of ASCII letters. A table has hundreds of them and most texts hold none: each
//! position of the text is asked of a bit map by its four bytes, which do not wait for each other as the steps of an automaton do.

/// Bits of a position's slot in the map.
const SLOT: u32 = 15;
/// Of these so many are a bucket of needles.
const BUCKET: u32 = 12;

/// A table of strings, prepared.
pub struct Needles {
    needles: Vec<&'static [u8]>,
    /// Those of one or two bytes, of which the map would tell nothing.
    short: Vec<u16>,
    bits: Box<[u64; 1 << (SLOT - 6)]>,
    /// Of each bucket the first of its needles in `order`; the next bucket's is the end.
    first: Vec<u16>,
    order: Vec<u16>,
}

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
    (bytes | 0x2020_2020).wrapping_mul(0x9e37_79b1) >> (u32::BITS - SLOT)
}

impl Needles {
    /// `needles` are not empty.
    pub fn new<'n>(needles: impl IntoIterator<Item = &'n &'static str>) -> Self {
        let needles: Vec<&'static [u8]> = needles.into_iter().map(|needle| needle.as_bytes()).collect();
        let short = (0..).zip(&needles).filter(|(_, n)| n.len() < 3).map(|(i, _)| i).collect();
        let mut placed: Vec<(u32, u16)> = Vec::new();
        for (i, needle) in (0..).zip(&needles) {
            match needle {
                [a, b, c, d, ..] => placed.push((slot(u32::from_le_bytes([*a, *b, *c, *d])), i)),
                // Whatever follows.
                [a, b, c] => (0..=u8::MAX).for_each(|d| placed.push((slot(u32::from_le_bytes([*a, *b, *c, d])), i))),
                _ => {}
            }
        }
        let mut bits = Box::new([0; 1 << (SLOT - 6)]);
        placed.iter().for_each(|(slot, _)| bits[(slot >> 6) as usize] |= 1 << (slot & 63));
        placed.iter_mut().for_each(|(slot, _)| *slot >>= SLOT - BUCKET);
        placed.sort_unstable();
        placed.dedup();
        let first = (0..=1 << BUCKET).map(|bucket| placed.partition_point(|(b, _)| *b < bucket) as u16).collect();
        Self { needles, short, bits, first, order: placed.into_iter().map(|(_, i)| i).collect() }
    }

    /// Shows every needle in `text` to `visit`, those that overlap too: first the short ones, then the others by where they begin.
    pub fn all(&self, text: &[u8], mut visit: impl FnMut(Found)) {
        for needle in &self.short {
            let needle = *needle as usize;
            let byte = self.needles[needle][0];
            memchr::memchr2_iter(byte.to_ascii_lowercase(), byte.to_ascii_uppercase(), text)
                .for_each(|at| self.verify(text, at, needle, &mut visit));
        }
        self.long(text, visit);
    }

    /// Those that are not short.
    #[inline(always)]
    fn long(&self, text: &[u8], mut visit: impl FnMut(Found)) {
        for (at, four) in text.windows(4).enumerate() {
            self.look(text, at, u32::from_le_bytes([four[0], four[1], four[2], four[3]]), &mut visit);
        }
        if let [.., a, b, c] = text {
            self.look(text, text.len() - 3, u32::from_le_bytes([*a, *b, *c, 0]), &mut visit);
        }
    }

    /// Asks the map of the four bytes at a position, then the needles of their bucket.
    #[inline(always)]
    fn look(&self, text: &[u8], at: usize, bytes: u32, visit: &mut impl FnMut(Found)) {
        let slot = slot(bytes);
        if self.bits[(slot >> 6) as usize] >> (slot & 63) & 1 != 0 {
            let bucket = (slot >> (SLOT - BUCKET)) as usize;
            for needle in &self.order[self.first[bucket] as usize..self.first[bucket + 1] as usize] {
                self.verify(text, at, *needle as usize, visit);
            }
        }
    }

    #[inline(always)]
    fn verify(&self, text: &[u8], at: usize, needle: usize, visit: &mut impl FnMut(Found)) {
        let end = at + self.needles[needle].len();
        if text.get(at..end).is_some_and(|here| here.eq_ignore_ascii_case(self.needles[needle])) {
            visit(Found { needle, start: at, end });
        }
    }

    /// Shows the needles in `text` that do not overlap to `visit`: from left to right the one that ends first, of those the longest.
    pub fn apart(&self, text: &[u8], mut visit: impl FnMut(Found)) {
        let first = |needle: &u16| self.needles[*needle as usize][0];
        let stands = match &self.short[..] {
            // Marks, as a rule.
            [a, b] if !first(a).is_ascii_alphabetic() && !first(b).is_ascii_alphabetic() => {
                memchr::memchr2(first(a), first(b), text).is_some()
            }
            short => short.iter().map(first).any(|b| memchr::memchr2(b.to_ascii_lowercase(), b.to_ascii_uppercase(), text).is_some()),
        };
        if stands {
            return self.apart_sorted(text, visit);
        }
        // The one that ends first of those that overlap. What begins later and ends sooner takes its place.
        let mut first: Option<Found> = None;
        self.long(text, |found| match first {
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

    /// As [`apart`](Self::apart), for texts in which short needles come out of turn.
    fn apart_sorted(&self, text: &[u8], mut visit: impl FnMut(Found)) {
        let mut all: Vec<Found> = Vec::new();
        self.all(text, |found| all.push(found));
        all.sort_unstable_by_key(|f| (f.end, f.start, f.needle));
        let mut from = 0;
        for found in all {
            if found.start >= from {
                from = found.end;
                visit(found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aho_corasick::{AhoCorasick, MatchKind};

    const WORDS: [&str; 15] =
        ["@", "©", "ad", "add", "read more", "more:", "by ", "byline", "à lire", "lire aussi", " pm", "e", "aad", "dar", "dare"];

    /// Without short ones, which go another way.
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
