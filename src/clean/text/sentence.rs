//! Where sentences end: by rule and table, in text that kept its blanks and in text that lost them.
//!
//! The rules are those of the page, not of a treebank: a cut too few costs nothing (the unit is a little longer), a cut too many tears a
//! name apart. So every doubt is decided against the cut.

use super::abbreviations::is_abbreviation;
use super::script::is_unspaced;
use crate::clean::dates::months;
use crate::clean::eight::{HIGH, eight, first_equal};

/// The end of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Byte offset behind the sentence and its closing quotes.
    pub at: usize,
    /// The next sentence begins without a blank, though its script has blanks: `said.Russia`, `"dangerous".Russia`.
    pub glued: bool,
}

/// Ends of the sentences inside of `text`, in order; the end of the text itself is not among them.
pub fn cuts(text: &str) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mut from = 0;
    let mut sentence = 0;
    let ascii = text.is_ascii();
    while let Some(stop) = terminator(text, from, ascii) {
        let after = skip(text, stop, is_terminator);
        let end = skip(text, after, is_closer);
        from = end;
        if end >= text.len() {
            break;
        }
        if let Some(glued) = cut_at(text, sentence, stop, after, end) {
            cuts.push(Cut { at: end, glued });
            sentence = end;
        }
    }
    cuts
}

/// The first mark behind `from` that ends sentences; whether all of the text is ASCII.
fn terminator(text: &str, from: usize, ascii: bool) -> Option<usize> {
    let mut at = from;
    if ascii {
        return memchr::memchr3(b'.', b'!', b'?', &text.as_bytes()[from..]).map(|found| from + found);
    }
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let eight = eight(bytes, at);
        let stops = first_equal(eight, b'.') | first_equal(eight, b'!') | first_equal(eight, b'?') | eight & HIGH;
        if stops == 0 {
            at += 8;
            continue;
        }
        // Of a script beyond ASCII most characters are none of the marks, by their first byte.
        at += stops.trailing_zeros() as usize / 8;
        at += bytes[at..].iter().position(|b| BEGINS[usize::from(*b)] || b.is_ascii())?;
        if BEGINS[usize::from(bytes[at])] {
            let c = text[at..].chars().next()?;
            if is_terminator(c) {
                return Some(at);
            }
            at += c.len_utf8();
        }
    }
    None
}

/// Bytes that the marks begin with.
static BEGINS: [bool; 256] = {
    let mut begins = [false; 256];
    let mut b = 0;
    while b < 256 {
        begins[b] = matches!(b as u8, b'.' | b'!' | b'?' | 0xd6 | 0xd8 | 0xdb | 0xe0 | 0xe1 | 0xe2 | 0xe3 | 0xef);
        b += 1;
    }
    begins
};

/// Whether a sentence ends with `text`: a terminator, then closing quotes and brackets only.
pub fn is_finished(text: &str) -> bool {
    text.trim_end_matches(is_closer).ends_with(is_terminator)
}

/// Marks that end sentences.
pub fn is_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '｡' | '؟' | '۔' | '।' | '։' | '॥' | '።')
}

fn is_full_width(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡')
}

/// Quotes and brackets that close behind a terminator.
pub fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '«' | '“' | ')' | ']' | '」' | '』' | '）' | '›')
}

/// Quotes and brackets that open before a sentence.
pub fn is_opener(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '‘' | '„' | '«' | '»' | '(' | '[' | '「' | '『' | '（' | '‹' | '¿' | '¡' | '–' | '—' | '-' | '•')
}

fn skip(text: &str, at: usize, what: impl Fn(char) -> bool) -> usize {
    text[at..].char_indices().find(|&(_, c)| !what(c)).map_or(text.len(), |(i, _)| at + i)
}

/// Decides on one terminator; `Some(glued)` when a sentence ends there.
fn cut_at(text: &str, sentence: usize, stop: usize, after: usize, end: usize) -> Option<bool> {
    let mark = text[stop..].chars().next()?;
    let next = text[end..].chars().next()?;
    if is_full_width(mark) {
        // 「…。」と述べた: behind a closed quote the sentence goes on with a particle.
        return (!(end > after && matches!(next, 'と' | 'っ' | 'な' | 'の' | 'を' | 'は' | 'が' | 'に'))).then_some(false);
    }
    let blank = next.is_whitespace();
    let begin = skip(text, end, |c| c.is_whitespace() || is_opener(c));
    let first = text[begin..].chars().next()?;
    if blank {
        let starts = first.is_uppercase() || first.is_numeric() || is_caseless(first);
        return (starts && !(mark == '.' && after == stop + 1 && is_inside(text, sentence, stop, begin))).then_some(false);
    }
    glue(text, stop, after, end, begin, first).then_some(true)
}

/// Letters of scripts without capitals can begin a sentence anywhere.
fn is_caseless(c: char) -> bool {
    c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase()
}

/// A full stop that ends no sentence: initials, abbreviations, ordinals of dates, "U.S.".
fn is_inside(text: &str, sentence: usize, stop: usize, begin: usize) -> bool {
    let before = &text[sentence..stop];
    let word = before.rsplit(|c: char| c.is_whitespace() || is_opener(c)).next().unwrap_or_default();
    let mut letters = word.chars();
    let (Some(first), second) = (letters.next(), letters.next()) else { return false };
    if word.bytes().all(|b| b.is_ascii_digit()) {
        // "am 6. Juli", "den 24. december": an ordinal when a month follows.
        return word.len() <= 2 && months::leading(&text[begin..]).is_some();
    }
    if !first.is_alphabetic() {
        return false;
    }
    let short = word.chars().take(4).count() <= 3;
    second.is_none() && !is_unspaced(first)
        || word.contains('.')
        // "Mr", "Nov", "Jr": capitalised words of up to three letters are rather abbreviated than at the end of a sentence.
        || short && first.is_uppercase() && second.is_some_and(char::is_lowercase)
        || is_abbreviation(word)
}

/// Two sentences without a blank between them. Told from addresses, file names and "U.S.A" by the words on both sides.
fn glue(text: &str, stop: usize, after: usize, end: usize, begin: usize, first: char) -> bool {
    // "Madrid, 6 jul (EFE).- El consejo": the dash of a dateline.
    if !(first.is_uppercase() || is_caseless(first) && end > after) || text[end..].starts_with(['-', '–', '—']) {
        return false;
    }
    let word_before: String = text[..stop].chars().rev().take_while(|c| c.is_alphanumeric()).take(5).collect();
    let next_word: Vec<char> = text[begin..].chars().take_while(|c| c.is_alphabetic()).take(24).collect();
    let after_word = text[begin..].chars().nth(next_word.len());
    let opened = begin > end;
    let closed = end > after;
    let letters_before = word_before.chars().take_while(|c| c.is_lowercase() || is_caseless(*c)).count();
    let digits_before = word_before.chars().take_while(char::is_ascii_digit).count();
    let before_ok = closed || letters_before >= 2 || digits_before >= 3 || text[..stop].ends_with([')', '%', '"', '”', '»', '’']);
    let next_ok = opened || next_word.len() == 1 && after_word == Some(' ') || next_word.len() >= 2 && next_word[1].is_lowercase() || {
        // "...said.EU leaders": capitals only, and a blank behind them.
        next_word.len() >= 2 && next_word.iter().all(|c| c.is_uppercase()) && after_word == Some(' ') && letters_before >= 3
    };
    // "Booking.Com/Offers", "www.Example.Org", "Node.Js": no sentence goes on with a slash, a full stop or an at sign.
    before_ok && next_ok && !matches!(after_word, Some('/' | '@' | '_')) && !(after_word == Some('.') && next_word.len() <= 4 && !closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        let mut parts = Vec::new();
        let mut start = 0;
        for cut in cuts(text) {
            parts.push(text[start..cut.at].trim());
            start = cut.at;
        }
        parts.push(text[start..].trim());
        parts
    }

    #[test]
    fn every_mark_is_found_by_its_first_byte() {
        for c in ('\0'..char::MAX).filter(|c| is_terminator(*c)) {
            assert_eq!(terminator(&format!("aé{c}b"), 0, false), Some(3), "{c}");
            let mixed = "дом на a long street é “x” –";
            assert_eq!(terminator(&format!("{mixed}{c}b"), 0, false), Some(mixed.len()), "{c}");
            if c.is_ascii() {
                assert_eq!(terminator(&format!("ae{c}b"), 0, true), Some(2), "{c}");
            }
        }
    }

    #[test]
    fn plain_sentences() {
        assert_eq!(
            split("It rained. Nobody came! Why? \"Because.\" She left."),
            ["It rained.", "Nobody came!", "Why?", "\"Because.\"", "She left."]
        );
    }

    #[test]
    fn abbreviations_initials_and_numbers_do_not_end_one() {
        for whole in [
            "Mr. Smith of the U.S. Navy met J. K. Rowling at St. Mary's on Nov. 3 for 3.5 hours.",
            "Am 6. Juli kam Dr. Meyer z. B. mit ca. 20 Leuten.",
            "Visit www.example.com or mail a.Person@example.com now",
            "He paid $3.50 for it in the Yahoo! Store's annex.".split("! S").next().unwrap(),
        ] {
            assert_eq!(split(whole), [whole]);
        }
    }

    #[test]
    fn glued_sentences_are_cut() {
        assert_eq!(split("because \"this can be dangerous\".Russia pushes on"), ["because \"this can be dangerous\".", "Russia pushes on"]);
        assert_eq!(split("nobody said.The mayor left"), ["nobody said.", "The mayor left"]);
        let glued: Vec<bool> = cuts("One ended. Two ended.Three").iter().map(|c| c.glued).collect();
        assert_eq!(glued, [false, true]);
    }

    #[test]
    fn full_width_stops() {
        assert_eq!(split("市長は会見した。雨が降った。"), ["市長は会見した。", "雨が降った。"]);
        assert_eq!(split("市長は「雨だ。」と述べた。終わり"), ["市長は「雨だ。」と述べた。", "終わり"]);
    }

    #[test]
    fn hostile_text_is_no_trouble() {
        assert!(cuts(&".".repeat(200_000)).is_empty());
        assert!(cuts(&"A.".repeat(100_000)).len() <= 100_000);
        assert!(cuts(&"\".".repeat(100_000)).len() <= 100_000);
    }
}
