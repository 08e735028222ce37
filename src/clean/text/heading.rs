//! Headings glued to the text around them: `...can be dangerous".Russia pushes truce The surge of optimism ...`.
//!
//! A false heading is worse than a missed one, so there must be evidence on both sides: a sentence that ends without a blank behind it,
//! and a word that begins a sentence though it stands in the middle of one.

use super::furniture;
use super::openers::Openers;
use super::sentence::{is_closer, is_opener, is_terminator};

/// A heading has no more words than this.
const MOST_WORDS: usize = 13;
/// The sentence behind it has at least this many.
const LEAST_BEHIND: usize = 4;

/// A word with its bytes.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Word<'a> {
    /// Without quotes and marks around it.
    fn bare(&self) -> &'a str {
        self.text.trim_matches(|c: char| !c.is_alphanumeric())
    }

    fn is_capitalised(&self) -> bool {
        self.bare().starts_with(char::is_uppercase)
    }

    fn is_lower(&self) -> bool {
        self.bare().starts_with(char::is_lowercase)
    }
}

/// The end of the heading that a glued sentence begins with, and where the text behind it starts; bytes of `text`.
pub fn leading(text: &str, openers: &Openers<'_>) -> Option<(usize, usize)> {
    sought(text, openers).filter(|(end, _)| is_heading(&text[..*end], openers))
}

/// A heading has two words at least, four when it begins as sentences do ("How can | I ..."), and none of the page's furniture
/// ("Related articles", "Click to tweet").
fn is_heading(text: &str, openers: &Openers<'_>) -> bool {
    let words: Vec<&str> = text.split(' ').filter(|w| w.contains(char::is_alphabetic)).collect();
    let opens = words.first().is_some_and(|w| openers.is_opener(w.trim_matches(|c: char| !c.is_alphanumeric())));
    let least = if opens && !text.ends_with(['?', '!']) { 4 } else { 2 };
    words.len() >= least && !text.contains(['@', '#', '|', '©']) && opened_is_closed(text) && !is_furniture(text)
}

/// "(Group" and "\u{201e}Teile haben": a heading does not end inside of brackets or quotes.
fn opened_is_closed(text: &str) -> bool {
    let count = |marks: &[char]| text.chars().filter(|c| marks.contains(c)).count();
    count(&['(', '[']) == count(&[')', ']']) && (count(&['„']) == 0 || count(&['“', '”', '"']) > 0)
}

/// Words of the page around the story.
pub fn is_furniture(text: &str) -> bool {
    furniture::count(&text.to_lowercase()).iter().any(|n| *n > 0)
}

fn sought(text: &str, openers: &Openers<'_>) -> Option<(usize, usize)> {
    let words: Vec<Word> = text
        .split(' ')
        .scan(0, |at, w| {
            let start = *at;
            *at += w.len() + 1;
            Some(Word { text: w, start })
        })
        .take(MOST_WORDS + LEAST_BEHIND + 1)
        .collect();
    if !words.first()?.text.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || is_opener(c)) {
        return None;
    }
    let mut fallback = None;
    for k in 1..words.len().min(MOST_WORDS + 1) {
        let before = words[k - 1];
        if let Some(split) = camel(words[k - 1].text, openers) {
            let at = words[k - 1].start + split;
            if fallback.is_some() {
                return fallback;
            }
            return (words.len() >= k + LEAST_BEHIND - 1).then_some((at, at));
        }
        // A finished part before the sentence is a question or a sentence of its own.
        if before.text.len() > 1 && before.text.ends_with(['?', '!']) && words[k].is_capitalised() && words.len() >= k + LEAST_BEHIND {
            return Some((before.start + before.text.len(), words[k].start));
        }
        if before.text.trim_end_matches(is_closer).ends_with(|c: char| is_terminator(c) || matches!(c, ',' | ';')) {
            return fallback;
        }
        if words.len() < k + LEAST_BEHIND || !words[k].is_capitalised() || !can_end(before, k, openers) {
            continue;
        }
        let end = before.start + before.text.len();
        let bare = words[k].bare();
        let next_lower = words.get(k + 1).is_some_and(Word::is_lower);
        let quoted = words[k].text.starts_with(['"', '“', '„', '«', '‘']) && quote_is_long(&words[k..]);
        let strong = openers.is_opener(bare) || quoted;
        let weak = openers.is_common(bare) && next_lower && k >= 2 && before.is_lower();
        // German nouns are capitals too: behind its articles the next word tells nothing.
        let article = ["Der", "Die", "Das", "Ein", "Eine", "Im", "Am", "Den", "Dem"].contains(&bare);
        if strong && (next_lower || quoted || article || before.is_lower()) || weak {
            return Some((end, words[k].start));
        }
        if strong && fallback.is_none() {
            fallback = Some((end, words[k].start));
        }
    }
    fallback
}

/// Whether a heading can end with this word: no article or preposition does, and no lone word that opens sentences.
fn can_end(word: Word<'_>, length: usize, openers: &Openers<'_>) -> bool {
    let bare = word.bare();
    let opens = openers.is_opener(bare) && (length == 1 || bare.chars().count() <= 5);
    !bare.is_empty() && !opens && !word.text.ends_with(['-', '–', '—', ':', ',', '|', '/'])
}

/// `truceThe`: where a word that begins sentences is glued to the end of another.
fn camel(word: &str, openers: &Openers<'_>) -> Option<usize> {
    let mut before = ' ';
    for (i, c) in word.char_indices() {
        if before.is_lowercase() && c.is_uppercase() && i >= 3 {
            let tail = word[i..].trim_end_matches(|c: char| !c.is_alphanumeric());
            return openers.is_opener(tail).then_some(i);
        }
        before = c;
    }
    None
}

/// A quote of four words and more is speech and begins a sentence; a shorter one is a word in quotes.
fn quote_is_long(words: &[Word<'_>]) -> bool {
    words.iter().take(LEAST_BEHIND).all(|w| !w.text.trim_end_matches([',', '.']).ends_with(['"', '”', '“', '»', '’']))
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::*;

    fn split(text: &str) -> Option<(&str, &str)> {
        let page = flow("the surge of optimism rose again while rund 80 von ihnen new bridges were built");
        leading(text, &Openers::new(&page)).map(|(end, start)| (&text[..end], &text[start..]))
    }

    #[test]
    fn headings_end_where_a_sentence_begins() {
        for (text, heading) in [
            ("Council pushes truce The surge of optimism in town", "Council pushes truce"),
            ("Fishers regroup While the harbour sleeps they mend nets", "Fishers regroup"),
            ("Rund 80 Boote im Hafen Von den elf Booten sank keines", "Rund 80 Boote im Hafen"),
            ("What now? The mayor has no answer yet", "What now?"),
            ("Council pushes truceThe surge of optimism in town", "Council pushes truce"),
            ("New bridges planned \"We will build them all by next year\" he said", "New bridges planned"),
            ("Mayor Smith Returns To Town The crowd was silent for long", "Mayor Smith Returns To Town"),
        ] {
            assert_eq!(split(text).map(|(h, _)| h), Some(heading), "{text}");
        }
    }

    #[test]
    fn sentences_hold_none() {
        for text in [
            "The mayor of the town said that The Herald was wrong about it.",
            "He left.",
            "Mr Smith and the others stayed at home for the night",
            "In The Hague the court met again on the case",
            "lower case begins no heading The end of it is near",
            "",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
