//! Where words stand in a text: runs of bytes of a kind, found eight bytes at a time. A branch at the end of each word of a page costs
//! more than all that is done with its bytes.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * EACH;

/// Eight bytes from `at` on, the first one lowest; zeros behind the end.
#[inline(always)]
pub fn eight(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => rest.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)),
    }
}

/// The highest bit of each byte that is a letter of ASCII or no ASCII at all.
#[inline(always)]
pub fn letters(eight: u64) -> u64 {
    between((eight | 0x20 * EACH) & !HIGH, b'a', b'z') & !eight | eight & HIGH
}

/// As [`letters`], and digits.
#[inline(always)]
pub fn letters_and_digits(eight: u64) -> u64 {
    letters(eight) | between(eight & !HIGH, b'0', b'9') & !eight
}

/// The highest bit of each byte from `first` to `last`; all bytes are ASCII. Other bits are zero.
#[inline(always)]
fn between(ascii: u64, first: u8, last: u8) -> u64 {
    (ascii + EACH * u64::from(0x80 - first)) & !(ascii + EACH * u64::from(0x7f - last)) & HIGH
}

/// Shows the begin and the end of each run of bytes that `kind` marks.
#[inline(always)]
pub fn runs(bytes: &[u8], kind: impl Fn(u64) -> u64, mut each: impl FnMut(usize, usize)) {
    let (mut start, mut inside) = (0, false);
    for (n, part) in bytes.chunks(64).enumerate() {
        let mut marks = 0u64;
        for k in 0..part.len().div_ceil(8) {
            // The marks of eight bytes as neighbouring bits.
            let eight = kind(eight(part, 8 * k)) >> 7 & EACH;
            marks |= eight.wrapping_mul(0x0102_0408_1020_4080) >> 56 << (8 * k);
        }
        let mut edges = marks ^ (marks << 1 | u64::from(inside));
        while edges != 0 {
            let at = 64 * n + edges.trailing_zeros() as usize;
            edges &= edges - 1;
            if inside {
                each(start, at);
            } else {
                start = at;
            }
            inside = !inside;
        }
    }
    if inside {
        each(start, bytes.len());
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
