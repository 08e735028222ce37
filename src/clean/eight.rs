//! Eight bytes of a text at a time, in one number, the first byte lowest: a branch for each byte of a page costs more than all that is done
//! with it. What is found is told by the highest bit of each byte.

/// One in each byte.
pub const EACH: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte: those of characters beyond ASCII have it.
pub const HIGH: u64 = 0x80 * EACH;

/// Eight bytes from `at` on; zeros behind the end.
#[inline(always)]
pub fn eight(bytes: &[u8], at: usize) -> u64 {
    if let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        return u64::from_le_bytes(*eight);
    }
    // The last eight, without those that stand before `at`.
    match bytes.last_chunk() {
        Some(last) => u64::from_le_bytes(*last).checked_shr(8 * (at + 8 - bytes.len()) as u32).unwrap_or(0),
        None => few(bytes.get(at..).unwrap_or_default()),
    }
}

/// Less than eight bytes: those of the begin and those of the end, which may be the same ones.
#[inline]
fn few(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (bytes.len() - 4));
    }
    bytes.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte))
}

/// The bytes from `first` to `last`; all are ASCII. Other bits are zero.
#[inline(always)]
pub fn between(ascii: u64, first: u8, last: u8) -> u64 {
    (ascii + EACH * u64::from(0x80 - first)) & !(ascii + EACH * u64::from(0x7f - last)) & HIGH
}

/// The bytes that are this one; other bits are zero.
#[inline(always)]
pub fn equal(eight: u64, byte: u8) -> u64 {
    let other = eight ^ (EACH * u64::from(byte));
    !(((other & !HIGH) + EACH * 0x7f) | other) & HIGH
}

/// The highest bit of the first byte that is `byte`, and perhaps of bytes behind it: half the work of [`equal`].
#[inline(always)]
pub fn first_equal(eight: u64, byte: u8) -> u64 {
    let other = eight ^ (EACH * u64::from(byte));
    other.wrapping_sub(EACH) & !other & HIGH
}

/// How many bytes have their highest bit.
#[inline(always)]
pub fn count(bytes: u64) -> u32 {
    (((bytes & HIGH) >> 7).wrapping_mul(EACH) >> 56) as u32
}

/// Bytes of the ASCII characters that a text begins with.
#[inline]
pub fn ascii_run(text: &[u8]) -> usize {
    let whole = text.chunks_exact(8).take_while(|chunk| eight(chunk, 0) & HIGH == 0).count() * 8;
    whole + text[whole..].iter().take_while(|b| b.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_text_is_filled_up_with_zeros() {
        for length in 0..20 {
            let text: Vec<u8> = (1..=length).collect();
            let mut filled = text.clone();
            filled.resize(40, 0);
            for at in 0..=text.len() {
                assert_eq!(eight(&text, at).to_le_bytes(), filled[at..at + 8]);
            }
        }
    }

    #[test]
    fn equal_bytes() {
        let bytes = [0, 1, 0x80, 0x81, 0x7f, 0xff, b' ', 0];
        for byte in bytes {
            let found = equal(u64::from_le_bytes(bytes), byte).to_le_bytes();
            assert_eq!(found, bytes.map(|b| if b == byte { 0x80 } else { 0 }), "{byte}");
        }
    }

    #[test]
    fn runs_of_ascii() {
        for (text, run) in [
            ("", 0),
            ("abc", 3),
            ("abc\u{e9}d", 3),
            ("12345678", 8),
            ("1234567\u{e9}", 7),
            ("12345678\u{e9}", 8),
            ("\u{e9}", 0),
            ("0123456789abcdefg\u{e9}0", 17),
        ] {
            assert_eq!(ascii_run(text.as_bytes()), run, "{text}");
        }
        assert_eq!(count(eight("a\u{e9}\u{e9}".as_bytes(), 0)), 4);
    }
}
