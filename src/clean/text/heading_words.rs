//! What the words at a heading's end tell: their classes, capitals, marks, and the stems that heading and text share.

use super::chars::{Kinds, bare};
use super::hash::grown;
use super::heading_features::NONE;
use super::openers::{self, Opener, Openers};
use super::sentence::{is_closer, is_terminator};

/// A word with its place in the text, and what several ends ask of it.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    /// Without the marks around it.
    pub(super) bare: &'a str,
    /// Hash of its first letters; zero when it has none.
    pub(super) stem: u64,
    /// Its last mark ends a sentence.
    pub(super) ends: bool,
}

impl<'a> Word<'a> {
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        let bare = bare(text);
        let ends = text.trim_end_matches(is_closer).ends_with(is_terminator) && bare.chars().nth(1).is_some();
        Self { text, start, bare, stem: stem(bare), ends }
    }
}

/// Where a word with a capital is glued to the end of another: `truceThe`, `now?The`.
pub(super) fn camel(word: &str) -> Option<usize> {
    let (mut first, mut second) = (' ', ' ');
    for (i, c) in word.char_indices() {
        let small = c.is_uppercase() && second.is_lowercase() && first.is_alphabetic();
        let marked =
            i > 2 && matches!(second, '?' | '!' | ')' | '"' | '”' | '»') && (c.is_uppercase() || matches!(c, '"' | '“' | '„' | '«'));
        if small || marked {
            return Some(i);
        }
        (first, second) = (second, c);
    }
    None
}

/// A sentence can begin with this word.
pub(super) fn begins(word: &str) -> bool {
    let mut chars = word.chars();
    match chars.next() {
        Some(c) if c.is_uppercase() || c.is_numeric() => true,
        Some('"' | '“' | '„' | '«' | '‘' | '\'' | '(' | '[') => chars.next().is_some_and(char::is_uppercase),
        _ => false,
    }
}

pub(super) fn ends_sentence(word: &Word<'_>) -> bool {
    word.ends && !word.text.trim_end_matches(is_closer).ends_with(['?', '!', '？', '！']) && word.bare.chars().nth(2).is_some()
}

/// Words up to the end of the first sentence; 99 when none ends here.
pub(super) fn to_end(words: &[Word<'_>]) -> usize {
    words.iter().position(|w| w.ends).map_or(99, |i| i + 1)
}

const SURE: usize = 0;
const OPEN: usize = 1;

/// Classes of words that may begin a sentence.
pub(super) const NEXTS: usize = 11;

/// The class of a word that may begin a sentence.
pub(super) fn next_class(word: &str, openers: &Openers) -> usize {
    let inner = bare(word);
    let Some(first) = inner.chars().next() else { return 2 };
    if word.starts_with(['"', '“', '„', '«', '‘']) {
        return 3;
    }
    let opener = openers::opener(inner);
    if first.is_numeric() {
        4
    } else if first.is_uppercase() {
        let capitals = inner.chars().nth(1).is_some() && !inner.contains(char::is_lowercase);
        match opener {
            Some(_) if capitals => 5,
            None if capitals => 6,
            Some(Opener::Sure) => SURE,
            Some(Opener::Other) => OPEN,
            None if openers.is_common(inner) => 7,
            None => 8,
        }
    } else if first.is_lowercase() {
        9
    } else {
        10
    }
}

pub(super) fn is_strong(class: usize) -> bool {
    matches!(class, SURE | OPEN)
}

/// The class of the heading's last word; `inner` is it without marks around it.
pub(super) fn last_class(word: &str, inner: &str) -> usize {
    match word.chars().next_back() {
        Some('?' | '？') => return 0,
        Some('!' | '！') => return 1,
        Some(':') => return 2,
        Some(',' | ';') => return 3,
        Some('.' | '…') => return 4,
        Some('-' | '–' | '—' | '|' | '/' | '&' | '+') => return 5,
        _ => {}
    }
    let Some(first) = inner.chars().next() else { return 6 };
    if word.ends_with(is_closer) {
        7
    } else if first.is_numeric() {
        8
    } else if openers::opener(inner).is_some() && inner.chars().count() <= 5 {
        if first.is_uppercase() { 9 } else { 10 }
    } else if first.is_uppercase() {
        11
    } else if first.is_lowercase() {
        12
    } else {
        13
    }
}

/// Share of the longer words behind the first that are capitalised.
pub(super) fn capitals(own: &[Word<'_>]) -> usize {
    let (mut all, mut upper) = (0u32, 0u32);
    for word in own.iter().skip(1).map(|w| w.bare).filter(|w| w.chars().nth(3).is_some() && !w.starts_with(char::is_numeric)) {
        all += 1;
        upper += u32::from(word.starts_with(char::is_uppercase));
    }
    if all == 0 { 5 } else { bin(upper as f32 / all as f32, &[0.0, 0.34, 0.67, 0.99]) }
}

/// So many words of the text behind are searched for the heading's.
const SHARED_BEHIND: usize = 35;

/// Share of the heading's longer words that the text behind it holds, by their first letters.
pub(super) fn shared(own: &[Word<'_>], behind: &[Word<'_>]) -> usize {
    let (mut all, mut held) = (0u32, 0u32);
    let behind = &behind[..behind.len().min(SHARED_BEHIND)];
    for word in own.iter().filter(|w| w.bare.chars().nth(3).is_some() && openers::opener(w.bare).is_none()) {
        all += 1;
        held += u32::from(word.stem != 0 && behind.iter().any(|b| b.stem == word.stem));
    }
    if all == 0 { 0 } else { 1 + bin(held as f32 / all as f32, &[0.0, 0.25, 0.5, 0.75]) }
}

/// Two or three capitalised words that the page never writes in lower case: an author rather than a heading.
pub(super) fn is_name(own: &[Word<'_>], openers: &Openers) -> bool {
    let named = |word: &str| word.starts_with(char::is_uppercase) && !openers.is_common(word) && openers::opener(word).is_none();
    (2..=3).contains(&own.len()) && own.iter().all(|w| named(w.bare))
}

/// Two letters at least, and none of them small.
pub(super) fn is_capitals(text: &str) -> bool {
    text.chars().filter(|c| c.is_uppercase()).nth(1).is_some() && !text.contains(char::is_lowercase)
}

/// A stem has so many letters.
const STEM: usize = 6;

/// The hash of a word's first letters, whatever their case; what stands behind an apostrophe is no part of the word.
pub(super) fn stem(word: &str) -> u64 {
    let kinds = Kinds::get();
    let letters = word.chars().take_while(|c| !matches!(c, '\'' | '’')).take(STEM);
    // Turkish: I and ı, İ and i are one letter each, whatever Unicode's case says.
    letters.map(|c| if c == 'ı' || c == 'İ' { 'i'.into() } else { kinds.lower(c) }).filter(|c| *c != 0x307).fold(0, grown)
}

/// "(Group" and "\u{201e}Teile haben": a heading does not end inside of brackets or quotes.
pub(super) fn is_unclosed(text: &str) -> bool {
    let count = |mark: char| text.matches(mark).count();
    let low = count('„') > 0;
    count('(') != count(')') || count('"') % 2 == 1 || !low && count('“') != count('”') || low && count('“') + count('”') + count('"') == 0
}

pub(super) fn marks(own: &[Word<'_>]) -> usize {
    let before_last = &own[..own.len().saturating_sub(1)];
    if before_last.iter().any(|w| w.text.ends_with(',')) {
        0
    } else if before_last.iter().any(|w| w.text.ends_with(':')) {
        1
    } else if own.iter().any(|w| matches!(w.text, "-" | "–" | "—" | "|")) {
        2
    } else {
        3
    }
}

pub(super) fn bin(value: f32, edges: &[f32]) -> usize {
    edges.iter().take_while(|edge| value > **edge).count()
}

/// Small letter, capital, neither.
pub(super) fn case(word: &str) -> usize {
    if word.starts_with(char::is_lowercase) { 0 } else { 1 + usize::from(!word.starts_with(char::is_uppercase)) }
}

/// Share of words with a small letter among the longer ones behind the first.
pub(super) fn small_share(own: &[Word<'_>]) -> usize {
    let (mut all, mut small) = (0u32, 0u32);
    for word in own.iter().skip(1).map(|w| w.bare).filter(|w| w.chars().nth(3).is_some() && w.starts_with(char::is_alphabetic)) {
        all += 1;
        small += u32::from(word.starts_with(char::is_lowercase));
    }
    if all == 0 { NONE } else { bin(small as f32 / all as f32, &[0.0, 0.2, 0.4, 0.6, 0.8, 0.99]) }
}
