//! What kind of character one is, by a table: every character of a page is asked several times.

use super::script::is_unspaced;
use std::sync::LazyLock;

/// Kinds of a character, as bits.
pub type Kind = u16;

/// As the standard library has it: `is_alphabetic`, `is_numeric`, `is_uppercase`, `is_lowercase`.
pub const LETTER: Kind = 1;
pub const NUMBER: Kind = 2;
pub const UPPER: Kind = 4;
pub const LOWER: Kind = 8;
/// Of a script without blanks.
pub const UNSPACED: Kind = 16;
/// Within words: `isn't`.
pub const APOSTROPHE: Kind = 32;
/// Between the parts of a sentence.
pub const COMMA: Kind = 64;
pub const QUOTE: Kind = 128;
/// Marks that stand in menus and footers.
pub const SIGN: Kind = 256;
pub const THAI: Kind = 512;

/// Latin, Greek, Cyrillic, Hebrew and Arabic lie below: two bytes in UTF-8.
const TABLE: usize = 0x800;

static KINDS: LazyLock<[Kind; TABLE]> = LazyLock::new(|| {
    let mut kinds = [0; TABLE];
    for (kind, code) in kinds.iter_mut().zip(0u32..) {
        *kind = char::from_u32(code).map_or(0, told);
    }
    kinds
});

/// A look at the table.
#[derive(Clone, Copy)]
pub struct Kinds(&'static [Kind; TABLE]);

impl Kinds {
    pub fn get() -> Self {
        Self(&KINDS)
    }

    #[inline]
    pub fn of(self, c: char) -> Kind {
        match self.0.get(c as usize) {
            Some(kind) => *kind,
            None => told(c),
        }
    }
}

fn told(c: char) -> Kind {
    let mark = match c {
        '\'' | '’' => APOSTROPHE,
        ',' | '、' | '，' | ';' | '،' => COMMA,
        '"' | '“' | '”' | '„' | '«' | '「' | '」' => QUOTE,
        '»' => QUOTE | SIGN,
        '|' | '©' | '@' | '•' | '·' | '›' | '→' | '▶' | '#' | '_' | '\\' | '{' | '}' | '■' | '►' => SIGN,
        // General punctuation holds no letters and no numbers: the tables of the standard library need not be asked.
        '\u{2000}'..='\u{206f}' => return 0,
        _ => 0,
    };
    let yes = |is: bool, kind: Kind| if is { kind } else { 0 };
    mark | yes(c.is_alphabetic(), LETTER)
        | yes(c.is_numeric(), NUMBER)
        | yes(c.is_uppercase(), UPPER)
        | yes(c.is_lowercase(), LOWER)
        | yes(is_unspaced(c), UNSPACED)
        | yes(matches!(c, '\u{e00}'..='\u{eff}'), THAI)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_the_standard_library_says() {
        let kinds = Kinds::get();
        for c in (0..0x3_2000).filter_map(char::from_u32) {
            let has = |kind| kinds.of(c) & kind != 0;
            let told = (has(LETTER), has(NUMBER), has(UPPER), has(LOWER), has(UNSPACED));
            assert_eq!(told, (c.is_alphabetic(), c.is_numeric(), c.is_uppercase(), c.is_lowercase(), is_unspaced(c)), "{c:?}");
        }
        assert_eq!(kinds.of('»'), QUOTE | SIGN);
        assert_eq!(kinds.of('’'), APOSTROPHE);
    }
}
