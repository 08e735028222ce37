//! Words of a table that a text can begin with: by their first letter, so that a text is compared with few of them, or by their first bytes,
//! so that most texts are compared with none.

use rustc_hash::FxHashMap;

/// Rows of a word and what it stands for.
pub struct ByFirst<T>(FxHashMap<char, Vec<(&'static str, T)>>);

impl<T: Copy> ByFirst<T> {
    pub fn new(rows: impl Iterator<Item = (&'static str, T)>) -> Self {
        let mut map: FxHashMap<char, Vec<(&'static str, T)>> = FxHashMap::default();
        for (word, value) in rows {
            map.entry(word.chars().next().unwrap_or_default()).or_default().push((word, value));
        }
        Self(map)
    }

    /// The rows whose word begins with a letter, in their order.
    pub fn rows(&self, first: char) -> &[(&'static str, T)] {
        self.0.get(&first).map_or(&[], Vec::as_slice)
    }

    /// The rows that a text begins with, in their order.
    pub fn leading<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (&'static str, T)> + 'a {
        let rows = text.chars().next().map_or(&[][..], |first| self.rows(first));
        rows.iter().copied().filter(|(word, _)| text.starts_with(word))
    }
}

/// The first bytes of the words of a table, a bit for the hash of each.
pub struct FirstBytes(Box<[u64; 1 << 10]>);

impl FirstBytes {
    /// Of words in lower case.
    pub fn new(words: impl Iterator<Item = &'static str>) -> Self {
        let mut first = Self(Box::new([0; 1 << 10]));
        for word in words {
            let mut bytes = word.bytes();
            let bit = Self::bit(std::array::from_fn(|_| bytes.next().unwrap_or_default()));
            first.0[bit / 64] |= 1 << (bit % 64);
        }
        first
    }

    fn bit(bytes: [u8; 3]) -> usize {
        let [a, b, c] = bytes;
        (u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9e37_79b1) >> 16) as usize
    }

    /// Whether a word of the table can stand where a text has these bytes, the first of them an ASCII letter. No small letter stands behind a
    /// shorter word, but a capital may be glued on.
    pub fn holds(&self, bytes: [u8; 3]) -> bool {
        let [first, second, third] = bytes.map(|b| b.to_ascii_lowercase());
        let holds = |bytes: [u8; 3]| {
            let bit = Self::bit(bytes);
            self.0[bit / 64] & 1 << (bit % 64) != 0
        };
        if !bytes[1].is_ascii_lowercase() && holds([first, 0, 0]) {
            return true;
        }
        holds([first, second, third]) || !bytes[2].is_ascii_lowercase() && holds([first, second, 0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes() {
        let bytes = FirstBytes::new(["h", "an", "day", "gün"].into_iter());
        for (text, held) in [
            ("h a", true),
            ("hAg", true),
            ("hou", false),
            ("An ", true),
            ("anX", true),
            ("and", false),
            ("Day", true),
            ("gün", true),
            ("g\u{f6}", false),
        ] {
            let at = |i: usize| text.as_bytes().get(i).copied().unwrap_or(b' ');
            assert_eq!(bytes.holds([at(0), at(1), at(2)]), held, "{text}");
        }
    }

    #[test]
    fn all_rows_that_a_text_begins_with() {
        let rows = ByFirst::new([("in", 1), ("i", 2), ("on", 3), ("é", 4)].into_iter());
        let found = |text: &'static str| rows.leading(text).map(|row| row.1).collect::<Vec<_>>();
        assert_eq!((found("inside"), found("été"), found("x"), found("")), (vec![1, 2], vec![4], vec![], vec![]));
    }
}
