//! What the standard library says of a character, by a table: every character of a text is asked by several taggers, and the library searches.

use std::sync::LazyLock;

/// Kinds of a character, as bits: `is_alphabetic`, `is_numeric`, `is_uppercase`, `is_lowercase`, `is_whitespace`.
pub type Kind = u8;

pub const LETTER: Kind = 1;
pub const NUMBER: Kind = 2;
pub const UPPER: Kind = 4;
pub const LOWER: Kind = 8;
pub const BLANK: Kind = 16;
/// `is_alphanumeric`
pub const WORDY: Kind = LETTER | NUMBER;

/// All alphabets in use and general punctuation lie below.
pub const TABLE: usize = 0x2100;

#[derive(Clone, Copy)]
struct Row {
    kind: Kind,
    /// Zero where it is more than one character, or far away.
    lower: u16,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let row = |c: char| {
        let mut lower = c.to_lowercase();
        let lower = lower.next().filter(|_| lower.next().is_none()).map_or(0, u32::from);
        Row { kind: told(c), lower: u16::try_from(lower).unwrap_or(0) }
    };
    ('\0'..).take(TABLE).map(row).collect()
});

/// A look at the table.
#[derive(Clone, Copy)]
pub struct Letters(&'static [Row]);

impl Letters {
    pub fn get() -> Self {
        Self(&ROWS)
    }

    #[inline]
    pub fn kind(self, c: char) -> Kind {
        match self.0.get(c as usize) {
            Some(row) => row.kind,
            None => told(c),
        }
    }

    /// Whether it is one of these kinds.
    #[inline]
    pub fn is(self, c: char, kinds: Kind) -> bool {
        self.kind(c) & kinds != 0
    }

    /// Calls `each` with the characters of its lower case.
    #[inline]
    pub fn lower(self, c: char, mut each: impl FnMut(char)) {
        match self.0.get(c as usize).and_then(|row| char::from_u32(row.lower.into())) {
            Some(lower) if lower != '\0' => each(lower),
            _ if is_caseless(c) => each(c),
            _ => c.to_lowercase().for_each(each),
        }
    }

    /// The first character of its lower case.
    #[inline]
    pub fn first_lower(self, c: char) -> char {
        let mut first = None;
        self.lower(c, |lower| first = first.or(Some(lower)));
        first.unwrap_or(c)
    }
}

/// Kana, ideographs and Hangul: letters without case, in blocks so large that they need no table.
fn is_caseless(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

fn told(c: char) -> Kind {
    if is_caseless(c) {
        return LETTER;
    }
    let yes = |is: bool, kind: Kind| if is { kind } else { 0 };
    yes(c.is_alphabetic(), LETTER)
        | yes(c.is_numeric(), NUMBER)
        | yes(c.is_uppercase(), UPPER)
        | yes(c.is_lowercase(), LOWER)
        | yes(c.is_whitespace(), BLANK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_the_standard_library_says() {
        let letters = Letters::get();
        for c in (0..0x3_2000).filter_map(char::from_u32) {
            let is = |kind| letters.is(c, kind);
            let told = (is(LETTER), is(NUMBER), is(UPPER), is(LOWER), is(BLANK));
            assert_eq!(told, (c.is_alphabetic(), c.is_numeric(), c.is_uppercase(), c.is_lowercase(), c.is_whitespace()), "{c:?}");
            let mut lower = String::new();
            letters.lower(c, |l| lower.push(l));
            assert_eq!(lower, c.to_lowercase().to_string(), "{c:?}");
            assert_eq!(Some(letters.first_lower(c)), c.to_lowercase().next());
        }
    }
}
