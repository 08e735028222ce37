//! What kind of character one is and its lower case, by a table: every character of a page is asked several times.

use super::script::is_unspaced;
use crate::clean::eight::ascii_run;
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
/// What words are made of.
pub const WORDY: Kind = LETTER | NUMBER;

/// Part of a word between blanks.
pub fn is_spaced_word(kind: Kind) -> bool {
    kind & WORDY != 0 && kind & UNSPACED == 0
}

/// Latin, Greek, Cyrillic, Hebrew and Arabic lie below: two bytes in UTF-8.
const TABLE: usize = 0x800;

/// A character's row.
#[derive(Clone, Copy)]
struct Row {
    kind: Kind,
    /// Its lower case as furniture is written: İ is an i. Zero where that hangs on what stands around it.
    lower: u16,
}

static ROWS: LazyLock<[Row; TABLE]> = LazyLock::new(|| {
    let mut rows = [Row { kind: 0, lower: 0 }; TABLE];
    for (row, c) in rows.iter_mut().zip('\0'..) {
        let lower = match c {
            'İ' => 'i',
            // ς at the end of a word; the dot above is dropped behind an i only.
            'Σ' | '\u{307}' => '\0',
            _ => c.to_lowercase().next().unwrap_or(c),
        };
        *row = Row { kind: told(c), lower: u16::try_from(u32::from(lower)).unwrap_or_default() };
    }
    rows
});

/// A look at the table.
#[derive(Clone, Copy)]
pub struct Kinds(&'static [Row; TABLE]);

impl Kinds {
    pub fn get() -> Self {
        Self(&ROWS)
    }

    #[inline]
    pub fn of(self, c: char) -> Kind {
        match self.0.get(c as usize) {
            Some(row) => row.kind,
            None => told(c),
        }
    }

    /// The character in lower case, for hashes of words: the first letter of it where there are several.
    #[inline]
    pub fn lower(self, c: char) -> u32 {
        match self.0.get(c as usize) {
            Some(Row { lower: 0, .. }) | None => c.to_lowercase().next().unwrap_or(c).into(),
            Some(row) => row.lower.into(),
        }
    }
}

/// Appends a text in lower case, as the tables of phrases are written: the Turkish capital İ becomes an i without the dot that Unicode puts
/// behind it.
pub fn push_lower(text: &str, out: &mut String) {
    let start = out.len();
    let kinds = Kinds::get();
    let mut rest = text;
    loop {
        // Runs of ASCII are lowered as a whole.
        let run = ascii_run(rest.as_bytes());
        let from = out.len();
        out.push_str(&rest[..run]);
        out[from..].make_ascii_lowercase();
        let mut chars = rest[run..].chars();
        let Some(c) = chars.next() else { return };
        rest = chars.as_str();
        match kinds.0.get(c as usize) {
            Some(Row { lower: 0, .. }) => {
                out.truncate(start);
                out.push_str(&text.to_lowercase().replace("i\u{307}", "i"));
                return;
            }
            Some(row) => out.push(char::from_u32(row.lower.into()).unwrap_or(c)),
            None if has_no_case(c) => out.push(c),
            None => out.extend(c.to_lowercase()),
        }
    }
}

/// A text in lower case as [`push_lower`] has it, where each character is as long as its lower case, so that both lie side by side; None
/// where one is not, or hangs on what stands around it. A page is lowered at once: to begin anew with each line costs more than the letters.
pub fn lower_aside(text: &str) -> Option<String> {
    let kinds = Kinds::get();
    let mut bytes = text.as_bytes().to_vec();
    bytes.make_ascii_lowercase();
    let mut at = 0;
    loop {
        at += ascii_run(&text.as_bytes()[at..]);
        let Some(c) = text[at..].chars().next() else { break };
        let next = at + c.len_utf8();
        let lower = match kinds.0.get(c as usize) {
            Some(Row { lower: 0, .. }) => return None,
            Some(row) => char::from_u32(row.lower.into()).unwrap_or(c),
            None if has_no_case(c) => c,
            None => {
                let mut lower = c.to_lowercase();
                lower.next().filter(|_| lower.next().is_none())?
            }
        };
        if lower != c {
            (lower.len_utf8() == next - at).then(|| lower.encode_utf8(&mut bytes[at..next]))?;
        }
        at = next;
    }
    String::from_utf8(bytes).ok()
}

/// General punctuation, ideographs, kana and Hangul.
fn has_no_case(c: char) -> bool {
    matches!(c, '\u{2000}'..='\u{206f}' | '\u{2e80}'..='\u{a63f}' | '\u{ac00}'..='\u{d7ff}')
}

/// A text without the marks around it.
pub fn bare(text: &str) -> &str {
    let bytes = text.as_bytes();
    if bytes.first().is_some_and(u8::is_ascii_alphanumeric) && bytes.last().is_some_and(u8::is_ascii_alphanumeric) {
        return text;
    }
    let kinds = Kinds::get();
    text.trim_matches(|c: char| kinds.of(c) & WORDY == 0)
}

fn told(c: char) -> Kind {
    let mark = match c {
        '\'' | '’' => APOSTROPHE,
        ',' | '、' | '，' | ';' | '،' => COMMA,
        '"' | '“' | '”' | '„' | '«' | '「' | '」' => QUOTE,
        '»' => QUOTE | SIGN,
        '|' | '©' | '@' | '•' | '·' | '›' | '→' | '▶' | '#' | '_' | '\\' | '{' | '}' | '■' | '►' => SIGN,
        // Ideographs and syllables are letters without case.
        '\u{4e00}'..='\u{9fff}' => return LETTER | UNSPACED,
        '\u{ac00}'..='\u{d7a3}' => return LETTER,
        _ => 0,
    };
    // General punctuation holds no letters and no numbers: the tables of the standard library need not be asked.
    if matches!(c, '\u{2000}'..='\u{206f}') {
        return mark;
    }
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
    fn lower_case_is_that_of_the_standard_library_but_for_the_dotted_i() {
        for text in ["The ICE", "ÜBER Straße ẞ", "ΟΔΟΣ ΣΑΣ", "İstanbul I", "МОСКВА", "i\u{307}x", "K\0", "東京"] {
            let mut lower = String::from("~");
            push_lower(text, &mut lower);
            assert_eq!(lower[1..], text.to_lowercase().replace("i\u{307}", "i"), "{text}");
            let aside = lower_aside(text);
            assert!(aside.as_deref().is_none_or(|aside| aside == &lower[1..]), "{text}");
            assert_eq!(aside.is_some(), !text.contains(['ẞ', 'Σ', 'İ', '\u{307}']), "{text}");
        }
        for c in (0..0x3_2000).filter_map(char::from_u32).filter(|c| *c != 'İ') {
            assert_eq!(Kinds::get().lower(c), c.to_lowercase().next().unwrap() as u32, "{c:?}");
            assert!(!has_no_case(c) || c.to_lowercase().eq([c]), "{c:?}");
        }
    }

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
