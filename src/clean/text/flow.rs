//! The page as a flow of lines: blanks squashed, invisible characters dropped, lines that a mail program or a terminal wrapped put
//! together again.

use crate::clean::eight::{HIGH, between, eight, equal};

/// One line of the flow, a range of bytes of [`Flow::text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub start: usize,
    pub end: usize,
    /// An empty line stood before it.
    pub gap: bool,
}

/// The text of a page with its lines. Lines are never empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    pub text: String,
    pub lines: Vec<Line>,
}

impl Flow {
    /// The text of a line.
    pub fn line(&self, line: Line) -> &str {
        &self.text[line.start..line.end]
    }
}

/// Reads a page. Linear in its length.
pub fn flow(raw: &str) -> Flow {
    let mut flow = Flow { text: String::with_capacity(raw.len()), lines: Vec::new() };
    let mut start = 0;
    let mut blanks = 0u32;
    let mut pending = false;
    let mut rest = raw;
    loop {
        // Most of a page is words with one blank between them.
        let run = plain(rest.as_bytes());
        if run > 0 {
            if pending {
                flow.text.push(' ');
                pending = false;
            }
            flow.text.push_str(&rest[..run]);
            rest = &rest[run..];
        }
        let mut chars = rest.chars();
        let end = rest.is_empty();
        let c = chars.next().unwrap_or('\n');
        rest = chars.as_str();
        if is_break(c) {
            if flow.text.len() > start {
                let gap = blanks > 1 && !flow.lines.is_empty();
                flow.lines.push(Line { start, end: flow.text.len(), gap });
                flow.text.push('\n');
                start = flow.text.len();
                blanks = 0;
            }
            // A carriage return before a line feed is no empty line.
            blanks += u32::from(c != '\r');
            pending = false;
        } else if is_invisible(c) {
        } else if c.is_whitespace() || c.is_control() {
            pending = flow.text.len() > start;
        } else {
            if pending {
                flow.text.push(' ');
                pending = false;
            }
            flow.text.push(c);
        }
        if end {
            break;
        }
    }
    match wrap_width(&flow) {
        Some(width) => unwrapped(&flow, width),
        None => flow,
    }
}

/// Bytes of the words that a text begins with, as long as one blank stands between them: nothing in them is squashed or dropped.
fn plain(bytes: &[u8]) -> usize {
    let (mut at, mut word) = plain_eights(bytes);
    for b in &bytes[at..] {
        let next = WORDY[usize::from(*b)];
        if !(next | (*b == b' ') & word) {
            break;
        }
        word = next;
        at += 1;
    }
    // A blank at the end may be one of several.
    if at > 0 && !word { at - 1 } else { at }
}

/// As many of the first bytes as are plain ASCII, by the eight; and whether the last of them is a word's.
fn plain_eights(bytes: &[u8]) -> (usize, bool) {
    let (mut at, mut word) = (0, false);
    for chunk in bytes.chunks_exact(8) {
        let eight = eight(chunk, 0);
        if eight & HIGH != 0 {
            break;
        }
        // In each byte's highest bit; sums do not reach the next byte as no byte has it already.
        let printed = between(eight, b' ', b'~') == HIGH;
        let blanks = equal(eight, b' ');
        let before = if word { 0 } else { 0x80 };
        if !printed || blanks & (blanks << 8 | before) != 0 {
            break;
        }
        at += 8;
        word = blanks >> 63 == 0;
    }
    (at, word)
}

/// Bytes of words: ASCII, and all bytes of the characters whose first byte tells that they are no blank, no control and not invisible
/// (Latin beyond ASCII, Greek, Cyrillic, Hebrew, Arabic, the scripts of India and Thailand, Han and Hangul).
static WORDY: [bool; 256] = {
    let mut wordy = [false; 256];
    let mut b = 0;
    while b < 256 {
        wordy[b] = matches!(b, 0x21..=0x7e | 0x80..=0xbf | 0xc3..=0xe0 | 0xe4..=0xed);
        b += 1;
    }
    wordy
};

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Soft hyphens, zero-width blanks, byte order marks and bidi controls carry no text; readers and hashes must not see them.
/// The zero-width joiners stay: Persian and the Indic scripts spell with them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Lines that a program wrapped are about this long.
const WRAPPED: std::ops::RangeInclusive<usize> = 40..=110;

/// The width that the page was wrapped at. Evidence: a good part of its wide lines goes on in lower case on the next line.
fn wrap_width(flow: &Flow) -> Option<usize> {
    let (mut wide, mut goes_on, mut width) = (0usize, 0usize, 0usize);
    for pair in flow.lines.windows(2) {
        let (line, next) = (flow.line(pair[0]), flow.line(pair[1]));
        // Bytes bound the code points, so that one line of megabytes is not counted twice.
        if line.len() > 4 * WRAPPED.end() {
            return None;
        }
        let length = line.chars().count();
        if !WRAPPED.contains(&length) || pair[1].gap {
            continue;
        }
        wide += 1;
        width = width.max(length);
        let lower = next.chars().next().is_some_and(char::is_lowercase);
        goes_on += usize::from(lower && !line.ends_with(['.', '!', '?', ':', ';']));
    }
    (wide >= 5 && goes_on * 3 >= wide).then_some(width)
}

fn unwrapped(flow: &Flow, width: usize) -> Flow {
    let mut out = Flow { text: String::with_capacity(flow.text.len()), lines: Vec::new() };
    let mut last_length = 0;
    for &line in &flow.lines {
        let text = flow.line(line);
        let joins = !line.gap && last_length * 10 >= width * 7;
        match out.lines.last_mut().filter(|_| joins) {
            Some(last) => {
                out.text.pop();
                let hyphen = out.text.ends_with('-') && text.chars().next().is_some_and(char::is_lowercase);
                let letter = out.text.trim_end_matches('-').chars().next_back().is_some_and(char::is_lowercase);
                if hyphen && letter {
                    out.text.pop();
                } else {
                    out.text.push(' ');
                }
                out.text.push_str(text);
                last.end = out.text.len();
            }
            None => {
                let start = out.text.len();
                out.text.push_str(text);
                out.lines.push(Line { start, end: out.text.len(), gap: line.gap });
            }
        }
        out.text.push('\n');
        last_length = text.chars().count();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(raw: &str) -> Vec<String> {
        let f = flow(raw);
        f.lines.iter().map(|&l| format!("{}{}", if l.gap { "+" } else { "" }, f.line(l))).collect()
    }

    #[test]
    fn blanks_are_squashed_and_gaps_kept() {
        assert_eq!(lines("  One \t two\r\nthree\r\n\r\nfour\0five\u{ad}six\n\n\n"), ["One two", "three", "+four fivesix"]);
        assert_eq!(lines(" \n\n\u{feff}\n"), Vec::<String>::new());
    }

    #[test]
    fn wrapped_lines_are_joined_and_hyphens_removed() {
        let raw = "The council of the harbour town met late in the evening and de-\ncided after a long debate that the old bridge would be closed for\n\
                   the winter, because the repairs had turned out to be dearer than\nthe engineers had said in spring, and nobody was willing to pay\n\
                   the difference.\nResidents asked for a ferry instead, which the harbour master called\na good idea that would come too late for this year and\n\
                   perhaps for the next.";
        let got = lines(raw);
        assert_eq!(got.len(), 2, "{got:?}");
        assert!(got[0].contains("and decided after") && got[0].ends_with("the difference."));
        assert!(got[1].starts_with("Residents asked"));
    }

    #[test]
    fn short_lines_are_not_taken_for_wrapped_ones() {
        assert_eq!(lines("News\nSport\nweather\nabout us").len(), 4);
    }
}
