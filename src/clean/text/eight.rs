//! Eight bytes of a text at a time, in one number: the first byte is the lowest.

/// The highest bit of each byte: those of characters beyond ASCII have it.
pub const HIGH: u64 = repeat(0x80);

/// The same byte eight times.
pub const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The first eight bytes of a text; behind its end there are zeros.
#[inline]
pub fn load(text: &[u8]) -> u64 {
    if let Some(eight) = text.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    // Parts that overlap: the bits of a byte that is read twice are the same.
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (text.len() - 4));
    }
    match *text {
        [] => 0,
        [first, .., last] => {
            u64::from(first) | u64::from(text[text.len() / 2]) << (8 * (text.len() / 2)) | u64::from(last) << (8 * (text.len() - 1))
        }
        [only] => u64::from(only),
    }
}

/// How many bytes have their highest bit.
#[inline]
pub fn count(bytes: u64) -> u32 {
    (((bytes & HIGH) >> 7).wrapping_mul(repeat(1)) >> 56) as u32
}

/// Bytes of the ASCII characters that a text begins with.
#[inline]
pub fn ascii_run(text: &[u8]) -> usize {
    let whole = text.chunks_exact(8).take_while(|chunk| load(chunk) & HIGH == 0).count() * 8;
    whole + text[whole..].iter().take_while(|b| b.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_text_is_filled_up_with_zeros() {
        for length in 0..10 {
            let text: Vec<u8> = (1..=length).collect();
            let mut filled = text.clone();
            filled.resize(8, 0);
            assert_eq!(load(&text).to_le_bytes(), filled[..8]);
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
        assert_eq!(count(load("a\u{e9}\u{e9}".as_bytes())), 4);
    }
}
