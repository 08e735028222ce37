//! Places where one block of a page may have been glued to the next: `said.Russia`, `"dangerous".Russia`, `truceThe`, `(Reuters)Rebels`,
//! `enacted.2. Workers`.

use super::script::is_unspaced;
use super::sentence::{is_closer, is_opener, is_terminator};
use crate::clean::eight::{HIGH, between, eight, equal};

/// What the block before ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// A sentence.
    Sentence,
    /// A sentence and its closing quote or bracket.
    Closed,
    /// A quote or bracket without the end of a sentence.
    Bracket,
    Digit,
    /// A small letter.
    Letter,
    /// A sentence, and the block begins with a number: `2. `.
    Numbered,
    /// A sentence in a script without blanks.
    Unspaced,
}

/// A place where a block may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glue {
    pub at: usize,
    pub start: Start,
}

impl Glue {
    /// The block before it is finished.
    pub fn ends_sentence(self) -> bool {
        matches!(self.start, Start::Sentence | Start::Closed | Start::Numbered | Start::Unspaced)
    }
}

/// No stretch of an article has more of them.
const MOST: usize = 2_000;

/// The places, in order. Linear in the length of the text.
pub fn glues(text: &str) -> Vec<Glue> {
    let mut glues = Vec::new();
    let bytes = text.as_bytes();
    let mut quotes = Quotes::default();
    let mut at = 0;
    // Within words nothing begins, and nothing is read of them.
    while let Some(next) = not_plain(bytes, at) {
        at = next;
        let Some(c) = text[at..].chars().next() else { break };
        let mut before = text[..at].chars().rev();
        let (second, first) = (before.next().unwrap_or(' '), before.next().unwrap_or(' '));
        let opens = quotes.read(text, at, c, second);
        let candidate = c.is_uppercase() || c.is_ascii_digit() || is_unspaced(c) || opens;
        if candidate
            && !second.is_whitespace()
            && !(quotes.opened && second == '"')
            && let Some(start) = start(text, at, c, first, second)
        {
            glues.push(Glue { at, start });
            if glues.len() == MOST {
                break;
            }
        }
        at += c.len_utf8();
    }
    glues
}

/// Where the first byte behind `from` is that is no small letter and no blank.
fn not_plain(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while at < bytes.len() {
        let eight = eight(bytes, at);
        let plain = (between(eight & !HIGH, b'a', b'z') | equal(eight, b' ')) & !eight;
        if plain != HIGH {
            // Behind the end are none.
            return Some(at + (plain ^ HIGH).trailing_zeros() as usize / 8).filter(|at| *at < bytes.len());
        }
        at += 8;
    }
    None
}

/// Which quotes are open: the same mark opens and closes in many languages.
#[derive(Debug, Default)]
struct Quotes {
    opened: bool,
    low: bool,
}

impl Quotes {
    /// Whether the character is a quote that opens.
    fn read(&mut self, text: &str, at: usize, c: char, before: char) -> bool {
        match c {
            '"' => {
                let next = text[at + 1..].chars().next();
                self.opened = before.is_whitespace() || next.is_some_and(char::is_alphanumeric) && !self.opened;
                self.opened
            }
            '„' => {
                self.low = true;
                true
            }
            // „German“ and “English”.
            '“' => !std::mem::take(&mut self.low),
            '¿' | '¡' => true,
            '‘' | '«' | '–' | '—' => is_terminator(before),
            _ => false,
        }
    }
}

/// Marks between a word and the block that may begin behind it, and letters of the word: no more are looked at.
const MARKS: usize = 8;
const LETTERS: usize = 40;

/// The word that ends before a place is one that sentences end with: no initial, no abbreviation in capitals, no part of a number. The second
/// says whether it is a number.
fn word_before(text: &str) -> (bool, bool) {
    let mut chars = text.chars().rev();
    let Some(last) = chars.by_ref().take(MARKS).find(|c| c.is_alphanumeric()) else { return (false, false) };
    let (mut length, mut lower, mut digits) = (0, false, true);
    for c in std::iter::once(last).chain(chars).take(LETTERS).take_while(|c| c.is_alphanumeric()) {
        length += 1;
        lower |= c.is_lowercase();
        digits &= c.is_ascii_digit();
    }
    (if digits { length >= 3 } else { length >= 2 && lower }, digits)
}

fn start(text: &str, at: usize, c: char, first: char, second: char) -> Option<Start> {
    let mut rest = text[at + c.len_utf8()..].chars();
    let next = rest.next()?;
    // French quotes and dashes of speech have a blank behind them.
    let spoken = matches!(c, '«' | '–' | '—') && next == ' ';
    let next = if spoken { rest.next()? } else { next };
    let ended = is_terminator(second);
    let closed = is_closer(second) && is_terminator(first);
    if is_unspaced(c) {
        return matches!(second, '。' | '！' | '？').then_some(Start::Unspaced);
    }
    let (ends, digits) = if ended { word_before(&text[..at]) } else { (false, false) };
    if c.is_ascii_digit() {
        let begins = ended && ends && !digits || closed;
        return match is_numbered(&text[at..]) {
            true => begins.then_some(Start::Numbered),
            false => (begins && is_counted(&text[at..])).then_some(Start::Sentence),
        };
    }
    if !c.is_uppercase() {
        return (ended && next.is_uppercase() && ends && (spoken || c != '–' && c != '—')).then_some(Start::Sentence);
    }
    let letters = text[at..].chars().take_while(|c| c.is_alphabetic()).take(24).count();
    let mut behind = text[at..].chars().skip(letters);
    // "Booking.Com/Offers", "Example.Org": addresses.
    let address = match behind.next() {
        Some('/' | '@' | '_') => true,
        Some('.') => letters <= 4 || behind.next().is_some_and(char::is_alphanumeric),
        _ => false,
    };
    if ended || closed {
        let start = if ended { Start::Sentence } else { Start::Closed };
        return (!address && (closed || ends)).then_some(start);
    }
    let begins = next.is_lowercase() || next == ' ';
    // A quote that closes has no blank before it.
    if matches!(second, ')' | ']' | '”' | '"' | '»' | '’' | '%') {
        return (!first.is_whitespace()).then_some(Start::Bracket);
    }
    if second.is_ascii_digit() {
        return next.is_lowercase().then_some(Start::Digit);
    }
    (second.is_lowercase() && first.is_lowercase() && begins && !address).then_some(Start::Letter)
}

/// `11.13 Uhr`, `7h29 -`, `3 Hospitalized`, `5G networks`, in front of another word: no part of a number, of an address or of a file's name.
fn is_counted(text: &str) -> bool {
    let token = text.split(' ').next().unwrap_or_default();
    let number = token.trim_end_matches([':', ',', '%']);
    token.len() < text.len() && number.len() <= 12 && number.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | ':' | ',' | '-'))
}

/// `2. Workers`, `3) What`, in front of a word.
pub fn is_numbered(text: &str) -> bool {
    numbering(text) > 0
}

/// Bytes of the number that a block begins with, its mark and the blank behind it.
pub fn numbering(text: &str) -> usize {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=2).contains(&digits) || !text[digits..].starts_with(['.', ')']) {
        return 0;
    }
    let behind = text[digits + 1..].trim_start_matches(' ');
    let number = text.len() - behind.len();
    let begins = behind.trim_start_matches(is_opener).starts_with(char::is_uppercase);
    if number > digits + 1 && begins { number } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Start)> {
        glues(text).into_iter().map(|g| (text[g.at..].split(' ').next().unwrap_or_default(), g.start)).collect()
    }

    #[test]
    fn places_of_every_kind() {
        assert_eq!(found("he said.Russia went on"), [("Russia", Start::Sentence)]);
        assert_eq!(found("is \"dangerous\".Russia went on"), [("Russia", Start::Sentence)]);
        assert_eq!(found("\"He is dangerous.\"Russia went on"), [("Russia", Start::Closed)]);
        assert_eq!(found("a new truceThe rest"), [("The", Start::Letter)]);
        assert_eq!(found("told us (Reuters)Rebels went"), [("Rebels", Start::Bracket)]);
        assert_eq!(found("in 2019Rebels went"), [("Rebels", Start::Digit)]);
        assert_eq!(found("were enacted.2. Workers and more"), [("2.", Start::Numbered)]);
        assert_eq!(found("said so.‘Nobody was home’ The rest"), [("‘Nobody", Start::Sentence)]);
        assert_eq!(found("ajouté le maire.« Rien à dire » Le reste"), [("«", Start::Sentence)]);
        assert_eq!(found("sa han.– Jeg reiste meg Han gikk"), [("–", Start::Sentence)]);
        assert_eq!(found("am Abend gestorben.11.13 Uhr: Verletzte Die"), [("11.13", Start::Sentence)]);
        assert_eq!(found("is \"dangerous.\"2. Workers and more"), [("2.", Start::Numbered)]);
        assert_eq!(found("と述べた。再開 は").first(), Some(&("再開", Start::Unspaced)));
    }

    #[test]
    fn none_in_addresses_initials_and_opened_quotes() {
        for text in [
            "See www.Example.Org/news now",
            "J.K. Rowling of the U.S.A. came",
            "the »Invictus Games« of it",
            "see example.2000/a for it",
            "he said.– and left",
            "It cost 1.66. Hopes rose",
            "He said. She left.",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
