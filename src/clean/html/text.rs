//! Collected text: entities decoded, white space collapsed, invisible characters gone.

use super::entity;
use crate::clean::eight::{EACH, HIGH, equal, first_equal};

/// Grows the text of a page, block after block, in one buffer.
#[derive(Debug, Default)]
pub struct Collector {
    pub out: String,
    /// White space was seen since the last visible character of the block.
    gap: bool,
    /// Where the current block begins in `out`.
    start: usize,
    /// Characters of scripts without spaces in the current block: words are estimated from them.
    dense: u32,
    /// Whether what is collected is the value of an attribute.
    attribute: bool,
}

impl Collector {
    pub fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), ..Self::default() }
    }

    /// Begins a block.
    pub fn begin(&mut self) {
        self.start = self.out.len();
        self.gap = false;
        self.dense = 0;
    }

    /// A line break inside a block.
    pub fn space(&mut self) {
        self.gap = true;
    }

    pub fn is_empty(&self) -> bool {
        self.out.len() == self.start
    }

    pub fn dense(&self) -> u32 {
        self.dense
    }

    fn before_visible(&mut self) {
        if self.gap {
            if self.out.len() > self.start {
                self.out.push(' ');
            }
            self.gap = false;
        }
    }

    fn char(&mut self, c: char) {
        match class(c) {
            Class::Space => self.gap = true,
            Class::Nothing => {}
            Class::Visible => {
                self.before_visible();
                self.dense += u32::from(is_dense(c));
                self.out.push(c);
            }
        }
    }

    /// Adds a run of the page's text as written.
    pub fn add(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let place = if self.attribute { entity::Place::Attribute } else { entity::Place::Text };
        let mut at = 0;
        while at < bytes.len() {
            let b = bytes[at];
            if PLAIN[b as usize] {
                let end = plain_end(bytes, at);
                self.before_visible();
                self.out.push_str(text.get(at..end).unwrap_or(""));
                at = end;
            } else if b == b'&' {
                match entity::decode_one(&bytes[at..], place) {
                    Some((entity::Decoded::Char(c), length)) => {
                        self.char(c);
                        at += length;
                    }
                    Some((entity::Decoded::Text(t), length)) => {
                        t.chars().for_each(|c| self.char(c));
                        at += length;
                    }
                    None => {
                        self.char('&');
                        at += 1;
                    }
                }
            } else if b < 0x80 {
                // White space and controls.
                self.char(b as char);
                at += 1;
            } else {
                let Some(c) = text.get(at..).and_then(|t| t.chars().next()) else { return };
                self.char(c);
                at += c.len_utf8();
            }
        }
    }
}

/// Bytes that are copied as they are: visible ASCII but `&`, and the letters of U+00C0 to U+07FF (Latin, Greek, Cyrillic, Hebrew,
/// Arabic), whose second bytes come only behind their first ones.
const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = matches!(b as u8, b'!'..=b'%' | b'\''..=b'~' | 0x80..=0xbf | 0xc3..=0xdf);
        b += 1;
    }
    table
};

/// End of the run of plain bytes at `from`, single spaces between them included. Eight bytes at a time: to leave a loop at each blank
/// costs more than to copy the word.
fn plain_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    // The highest bit of the first byte: the byte before it was a space.
    let mut before = 0;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let eight = u64::from_le_bytes(*eight);
        let spaces = equal(eight, b' ');
        let stop = not_plain(eight) | spaces & (spaces << 8 | before);
        if stop != 0 {
            return without_space(bytes, at + stop.trailing_zeros() as usize / 8);
        }
        before = spaces >> 56;
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        let space = *byte == b' ';
        if !PLAIN[*byte as usize] && (!space || before != 0) {
            break;
        }
        before = u64::from(space);
        at += 1;
    }
    without_space(bytes, at)
}

/// The highest bit of the first byte that is neither plain nor a space, and perhaps of bytes behind it.
#[inline(always)]
fn not_plain(eight: u64) -> u64 {
    let controls = !((eight & !HIGH) + EACH * (0x80 - 0x20)) & !eight;
    // First bytes from 0xe0 on; of those below 0xc3 text has but one.
    let long = eight & eight << 1 & eight << 2;
    (controls | long) & HIGH | first_equal(eight, b'&') | first_equal(eight, 0x7f) | first_equal(eight, 0xc2)
}

/// The end of a run, before the space that it ends in.
#[inline(always)]
fn without_space(bytes: &[u8], end: usize) -> usize {
    end - usize::from(end > 0 && bytes[end - 1] == b' ')
}

enum Class {
    Visible,
    Space,
    Nothing,
}

fn class(c: char) -> Class {
    match c {
        ' '
        | '\t'
        | '\n'
        | '\r'
        | '\x0c'
        | '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}' => Class::Space,
        // Controls, soft hyphen, zero-width marks, direction marks, byte order mark. The joiners U+200C and U+200D shape Persian, Indic
        // and emoji text and stay.
        '\0'..='\x1f'
        | '\x7f'..='\u{9f}'
        | '\u{ad}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}'
        | '\u{fffc}' => Class::Nothing,
        _ => Class::Visible,
    }
}

/// Scripts written without spaces between words: Kana, Han, Thai, Lao, Burmese, Khmer.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// A value of an attribute, meta tag or JSON string as text: entities decoded, white space collapsed.
pub fn plain(value: &str) -> String {
    let mut collector = Collector { attribute: true, ..Collector::with_capacity(value.len()) };
    collector.add(value);
    collector.out
}

/// Words of a text. Characters of scripts without spaces count half a word each.
pub fn words(text: &str) -> u32 {
    let dense = text.chars().filter(|c| is_dense(*c)).count() as u32;
    count(text, dense)
}

/// As [`words`] when the dense characters are counted already.
pub fn count(text: &str, dense: u32) -> u32 {
    if text.is_empty() {
        return 0;
    }
    let spaces = memchr::memchr_iter(b' ', text.as_bytes()).count() as u32;
    spaces + dense / 2 + u32::from(dense < 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_runs_end_where_a_byte_says_so() {
        let slow = |bytes: &[u8]| {
            let plain = |at: usize| bytes.get(at).is_some_and(|b| PLAIN[*b as usize]);
            (1..).find(|at| !(plain(*at) || bytes.get(*at) == Some(&b' ') && plain(at + 1))).unwrap()
        };
        for piece in ["&", "\u{7f}", "\t", "  ", " &", "\u{a0}", "中", "😀", " ", "é", "ш", "~", "\u{1f}", " é "] {
            for before in 1..20 {
                for after in 0..10 {
                    let text = format!("{}{piece}{}", "a b".repeat(7).get(..before).unwrap(), "x".repeat(after));
                    let text = text.replace("b ", "b");
                    assert_eq!(plain_end(text.as_bytes(), 0), slow(text.as_bytes()), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn white_space_collapses_and_invisible_marks_go() {
        assert_eq!(plain("  Hello,\n\t wor\u{ad}ld\u{200b}!&nbsp;&shy;x \u{feff}"), "Hello, world! x");
    }

    #[test]
    fn inline_neighbours_stay_as_shown() {
        let mut c = Collector::default();
        c.begin();
        for part in ["un", "believ", "able ", " story"] {
            c.add(part);
        }
        assert_eq!(c.out, "unbelievable story");
    }

    #[test]
    fn words_are_estimated_without_spaces() {
        assert_eq!(words("one two three"), 3);
        assert_eq!(words("東京都庁で会見した"), 4);
        assert_eq!(words(""), 0);
    }
}
