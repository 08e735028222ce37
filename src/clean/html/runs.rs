//! Bytes looked at eight at a time: where words stand in a text, where a name ends. A branch for each byte of a page, or at the end of each
//! word, costs more than all that is done with them.

use crate::clean::eight::{EACH, HIGH, between, eight, first_equal};
use memchr::memchr;

/// The highest bit of each byte that is a letter of ASCII or no ASCII at all.
#[inline(always)]
pub fn letters(eight: u64) -> u64 {
    between((eight | (0x20 * EACH)) & !HIGH, b'a', b'z') & !eight | eight & HIGH
}

/// As [`letters`], and digits.
#[inline(always)]
pub fn letters_and_digits(eight: u64) -> u64 {
    letters(eight) | between(eight & !HIGH, b'0', b'9') & !eight
}

/// The name that begins at `at`: where it ends, and its first eight bytes in small letters. `ends` tells which byte ends it.
#[inline(always)]
pub fn name(bytes: &[u8], at: usize, ends: impl Fn(u8) -> bool) -> (usize, u64) {
    let first = eight(bytes, at);
    let length = ended(first).trailing_zeros() / 8;
    // Most names are short.
    if (1..8).contains(&length) && bytes.get(at + length as usize).is_some_and(|byte| ends(*byte)) {
        return (at + length as usize, small(first) & ((1 << (8 * length)) - 1));
    }
    let end = name_end(bytes, at + 1, ends);
    (end, part_of_name(bytes, at, end))
}

/// Up to eight bytes of a name in small letters.
#[inline(always)]
pub fn part_of_name(bytes: &[u8], from: usize, to: usize) -> u64 {
    if to > from { small(eight(bytes, from)) & u64::MAX >> (64 - 8 * (to - from).min(8)) } else { 0 }
}

/// Capital letters of ASCII as small ones.
#[inline(always)]
pub fn small(eight: u64) -> u64 {
    eight | (between(eight & !HIGH, b'A', b'Z') & !eight) >> 2
}

/// A name of at most sixteen small letters as two numbers.
pub const fn short_name_of(name: &[u8]) -> [u64; 2] {
    let (mut out, mut at) = ([0; 2], 0);
    while at < name.len() && at < 16 {
        out[at / 8] |= (name[at] as u64) << (8 * (at % 8));
        at += 1;
    }
    out
}

/// The highest bit of the first byte that may end a name, and perhaps of bytes behind it.
#[inline(always)]
fn ended(eight: u64) -> u64 {
    let low = !((eight & !HIGH) + EACH * (0x80 - 0x21)) & !eight & HIGH;
    low | first_equal(eight, b'/') | first_equal(eight, b'>') | first_equal(eight, b'=')
}

/// The first byte from `at` on that `ends` tells of, or the end. Only controls, blanks, `/`, `=` and `>` can be such.
#[inline(never)]
fn name_end(bytes: &[u8], mut at: usize, ends: impl Fn(u8) -> bool) -> usize {
    loop {
        let found = ended(eight(bytes, at));
        if found == 0 {
            at += 8;
            continue;
        }
        at += found.trailing_zeros() as usize / 8;
        match bytes.get(at) {
            Some(byte) if !ends(*byte) => at += 1,
            Some(_) => return at,
            None => return bytes.len(),
        }
    }
}

/// As `memchr`, for what is mostly near: the call alone costs more than the values of attributes are long.
#[inline(always)]
pub fn near(byte: u8, bytes: &[u8]) -> Option<usize> {
    const NEAR: usize = 3;
    let mut at = 0;
    for _ in 0..NEAR {
        let Some(sixteen) = bytes.get(at..).and_then(<[u8]>::first_chunk) else { break };
        if let Some(n) = first(byte, sixteen) {
            return Some(at + n);
        }
        at += 16;
    }
    memchr(byte, bytes.get(at..)?).map(|n| at + n)
}

/// The first of sixteen bytes that is `byte`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn first(byte: u8, sixteen: &[u8; 16]) -> Option<usize> {
    use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
    // SAFETY: sixteen bytes are there to be read; they may lie anywhere, and every x86-64 has SSE2.
    let found = unsafe {
        let sixteen = _mm_loadu_si128(sixteen.as_ptr().cast());
        _mm_movemask_epi8(_mm_cmpeq_epi8(sixteen, _mm_set1_epi8(byte as i8)))
    };
    (found != 0).then(|| found.trailing_zeros() as usize)
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn first(byte: u8, sixteen: &[u8; 16]) -> Option<usize> {
    let found = [0, 8].map(|at| first_equal(eight(sixteen, at), byte).trailing_zeros() as usize / 8);
    match found {
        [8, 8] => None,
        [8, second] => Some(8 + second),
        [first, _] => Some(first),
    }
}

/// Shows the begin and the end of each run of bytes that `kind` marks.
#[inline(always)]
pub fn runs(bytes: &[u8], kind: impl Fn(u64) -> u64, mut each: impl FnMut(usize, usize)) {
    let (mut start, mut inside) = (0, false);
    let mut at = 0;
    // What is behind the end is of no kind: it ends the last run.
    while at < bytes.len() || inside {
        let mut marks = 0u64;
        for k in 0..bytes.len().saturating_sub(at).min(64).div_ceil(8) {
            // The marks of eight bytes as neighbouring bits.
            let eight = kind(eight(bytes, at + 8 * k)) >> 7 & EACH;
            marks |= eight.wrapping_mul(0x0102_0408_1020_4080) >> 56 << (8 * k);
        }
        let mut edges = marks ^ (marks << 1 | u64::from(inside));
        while edges != 0 {
            let edge = at + edges.trailing_zeros() as usize;
            edges &= edges - 1;
            if inside {
                each(start, edge);
            } else {
                start = edge;
            }
            inside = !inside;
        }
        at += 64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, kind: impl Fn(u64) -> u64) -> Vec<&str> {
        let mut out = Vec::new();
        runs(text.as_bytes(), kind, |from, to| out.push(&text[from..to]));
        out
    }

    #[test]
    fn every_byte_is_of_its_kind() {
        for byte in 0..=u8::MAX {
            let letter = byte.is_ascii_alphabetic() || byte >= 0x80;
            // Between neighbours of all kinds: no byte's mark carries over into the next.
            for other in [0, b' ', b'0', b'a', 0x7f, 0x80, 0xff] {
                let bytes = u64::from_le_bytes([other, byte, other, byte, other, byte, other, byte]);
                assert_eq!(letters(bytes) >> 15 & 1 == 1, letter, "{byte}");
                assert_eq!(letters_and_digits(bytes) >> 63 == 1, letter || byte.is_ascii_digit(), "{byte}");
            }
        }
    }

    #[test]
    fn names_are_told_by_their_bytes() {
        for text in ["a", "h1", "aria-label", "blockquote", "http-equiv", "exactly8", "sixteen-letters!", "p\u{1}", "größe"] {
            let page = format!("<{}>", text.to_ascii_uppercase());
            let (end, low) = name(page.as_bytes(), 1, |b| b == b'>');
            assert_eq!((end, [low, part_of_name(page.as_bytes(), 9, end)]), (1 + text.len(), short_name_of(text.as_bytes())), "{text}");
        }
        assert_ne!(part_of_name(b"h\x11", 0, 2), short_name_of(b"h1")[0]);
        assert_ne!(part_of_name(b"h1", 0, 1), short_name_of(b"h1")[0]);
    }

    #[test]
    fn names_end_where_they_are_said_to() {
        let ends = |b: u8| matches!(b, b' ' | b'>');
        for (text, want) in [
            ("d", 1),
            ("div", 3),
            ("div>", 3),
            ("a very", 1),
            ("a/b=c\u{1}d\u{80}e f", 10),
            ("exactly8 ", 8),
            (">", 1),
            ("> >", 1),
            ("=a>", 2),
        ] {
            assert_eq!(name(text.as_bytes(), 0, ends).0, want, "{text}");
        }
    }

    #[test]
    fn near_bytes_are_found_as_far_ones() {
        for length in 0..120 {
            let text = "x!".repeat(length)[..length].to_owned();
            assert_eq!(near(b'"', text.as_bytes()), None);
            assert_eq!(near(b'"', format!("{text}\"!\"").as_bytes()), Some(length));
        }
    }

    #[test]
    fn runs_are_found_across_parts() {
        assert_eq!(found("", letters), Vec::<&str>::new());
        assert_eq!(found("a b2c", letters), ["a", "b", "c"]);
        assert_eq!(found(" Größe, b2c!", letters_and_digits), ["Größe", "b2c"]);
        for blanks in 0..80 {
            for length in [1, 7, 8, 63, 64, 65, 130] {
                let word = "x".repeat(length);
                let text = format!("{}{word} {word}", " ".repeat(blanks));
                assert_eq!(found(&text, letters), [&word, &word], "{blanks} {length}");
            }
        }
    }
}
