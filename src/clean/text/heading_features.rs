//! The evidence for and against a heading between a glue and each place where it could end: one value a family, for the weights in
//! [`super::heading_weights`].
//!
//! Evidence of the words (their classes on both sides of the end, capitals inside), of the page (does it write the word behind the end in
//! lower case elsewhere, do the two words stand together, how much of it is glued), of the text behind (a sentence of what length, with how
//! many of the heading's words), and of the glue itself.

use super::chars::{Kinds, bare};
use super::glue::{Glue, Start, numbering};
use super::hash::grown;
use super::openers::{self, Opener, Openers};
use super::sentence::{is_closer, is_terminator};

/// What is known of the text around.
pub struct Context<'a> {
    pub openers: &'a Openers,
    /// Share of the ends of sentences that are glued to what follows.
    pub density: f32,
}

/// A place where the heading could end.
#[derive(Debug, Clone)]
pub struct End {
    /// Behind the heading, and the first byte of the text behind it.
    pub at: usize,
    pub next: usize,
    pub values: [u16; COUNT],
}

/// A heading has no more words than this.
pub const MOST_WORDS: usize = 17;
/// So many words behind the last possible end are looked at.
const BEHIND: usize = 30;
/// Nor more bytes behind the glue.
pub const MOST_BYTES: usize = 900;

/// A word of more characters is cut.
const LONGEST_WORD: usize = 40;

/// How many families there are.
pub const COUNT: usize = 32;
/// A family that says nothing here.
const NONE: u16 = u16::MAX;

/// The families in the order of their values: what they look at and how many values they have.
pub static FAMILIES: [(&str, usize); COUNT] = [
    ("words", 18),
    ("glue", GLUES),
    ("glue x share of glued sentences", GLUES * 6),
    ("last word", LASTS),
    ("next word x the one behind x glued", NEXTS * 6),
    ("last word x next word", LASTS * NEXTS),
    ("capitalised words x next word", 6 * NEXTS),
    ("next word is in the heading", 2),
    ("heading's words in the text behind", 6),
    ("both words together elsewhere", 2),
    ("next word x a capital elsewhere", NEXTS * 3),
    ("first word x glue", (NEXTS + 1) * GLUES),
    ("first word", NEXTS + 1),
    ("question's first word x last word", LASTS),
    ("words of the sentence behind", 8),
    ("words to the first end of a sentence", 9),
    ("unclosed brackets or quotes", 2),
    ("marks inside", 4),
    ("openers before x next word opens", 6),
    ("characters", 9),
    ("numbered", 2),
    ("words x glue", 6 * GLUES),
    ("one word: next x last", NEXTS * LASTS),
    ("two words: next x last", NEXTS * LASTS),
    ("glued token elsewhere x glue", 4 * GLUES),
    ("parts of the glued token elsewhere x glue", 4 * GLUES),
    ("letters before the glue; a glue inside the heading", 10),
    ("heading x next word in capitals only", 4),
    ("next word x share of capitals on the page", NEXTS * 5),
    ("last x next word where nouns are capitalised", LASTS * NEXTS),
    ("names only: next word", NEXTS),
    ("first two words together elsewhere", 2),
];

/// From this bin of the share of capitals on, the language capitalises its nouns.
const NOUNS: usize = 3;
const GLUES: usize = 6;
const LASTS: usize = 14;
const NEXTS: usize = 11;

/// A word with its place in the text, and what several ends ask of it.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
    /// Without the marks around it.
    bare: &'a str,
    /// Hash of its first letters; zero when it has none.
    stem: u64,
    /// Its last mark ends a sentence.
    ends: bool,
}

impl<'a> Word<'a> {
    fn new(text: &'a str, start: usize) -> Self {
        let bare = bare(text);
        let ends = text.trim_end_matches(is_closer).ends_with(is_terminator) && bare.chars().nth(1).is_some();
        Self { text, start, bare, stem: stem(bare), ends }
    }
}

/// All ends that a heading behind the glue could have.
pub fn ends(text: &str, glue: Glue, limit: usize, context: &Context<'_>) -> Vec<End> {
    let number = numbering(&text[glue.at..limit]);
    let from = glue.at + number;
    let words = words(text, from, limit);
    let mut ends = Vec::new();
    let Some(first) = words.first() else { return ends };
    let head = Head {
        glue: kind(glue.start),
        density: bin(context.density, &[0.05, 0.12, 0.25, 0.45, 0.7]),
        first: if openers::asks(bare(first.text)) { NEXTS } else { next_class(first.text, context.openers) },
        total: to_end(&words),
        numbered: number > 0,
        before: before(text, glue, context.openers),
    };
    let mut strong = 0;
    let mut inside = false;
    for k in 1..=words.len().min(MOST_WORDS) {
        let word = words[k - 1];
        if let Some(split) = camel(word.text) {
            let at = word.start + split;
            let next = Word::new(&word.text[split..], at);
            let own: Vec<Word> = words[..k - 1].iter().copied().chain([Word::new(&word.text[..split], word.start)]).collect();
            let class = next_class(next.text, context.openers);
            let after = words.get(k).map_or("", |w| w.bare);
            let end = Candidate { own: &own, next, class, after, behind: &words[k - 1..], glued: true, strong, inside };
            ends.push(End { at, next: at, values: values(text, from, at, &head, &end, context) });
            strong += usize::from(is_strong(class));
            inside = true;
        }
        let Some(&next) = words.get(k) else { break };
        if begins(next.text) {
            let at = word.start + word.text.len();
            let class = next_class(next.text, context.openers);
            let after = words.get(k + 1).map_or("", |w| w.bare);
            let end = Candidate { own: &words[..k], next, class, after, behind: &words[k..], glued: false, strong, inside };
            ends.push(End { at, next: next.start, values: values(text, from, at, &head, &end, context) });
            strong += usize::from(is_strong(class));
        }
        if ends_sentence(&word) {
            break;
        }
    }
    ends
}

fn words(text: &str, from: usize, limit: usize) -> Vec<Word<'_>> {
    let mut start = from;
    let mut words = Vec::new();
    for word in text[from..limit].split(' ').take(MOST_WORDS + BEHIND) {
        if !word.is_empty() {
            words.push(Word::new(word, start));
        }
        start += word.len() + 1;
    }
    words
}

/// What all ends behind a glue have in common.
struct Head {
    glue: usize,
    density: usize,
    first: usize,
    total: usize,
    numbered: bool,
    before: [u16; 3],
}

/// One end.
struct Candidate<'a> {
    /// The heading's words.
    own: &'a [Word<'a>],
    next: Word<'a>,
    /// [`next_class`] of it.
    class: usize,
    after: &'a str,
    behind: &'a [Word<'a>],
    glued: bool,
    /// Earlier ends behind which a word of the table stands.
    strong: usize,
    /// Two words are glued together inside the heading.
    inside: bool,
}

fn values(text: &str, from: usize, at: usize, head: &Head, end: &Candidate<'_>, context: &Context<'_>) -> [u16; COUNT] {
    let heading = &text[from..at];
    let last = end.own.last().map_or_else(|| last_class("", ""), |w| last_class(w.text, w.bare));
    let next = end.class;
    let opens = is_strong(next);
    let after = end.after;
    let after = if after.starts_with(char::is_lowercase) { 0 } else { 1 + usize::from(!after.starts_with(char::is_uppercase)) };
    let count = end.own.len();
    let bare_next = end.next.bare;
    let repeated = !opens && end.next.stem != 0 && end.own.iter().any(|w| w.stem == end.next.stem);
    let capitals_rate = bin(context.openers.capitals(), &[0.08, 0.14, 0.2, 0.28]);
    let pair = !end.glued && context.openers.is_pair(end.own[count - 1].text, end.next.text);
    let behind = to_end(end.behind);
    let numbers = [
        count.min(17),
        head.glue,
        head.glue * 6 + head.density,
        last,
        (next * 3 + after) * 2 + usize::from(end.glued),
        last * NEXTS + next,
        capitals(end.own) * NEXTS + next,
        usize::from(repeated),
        shared(end.own, end.behind),
        usize::from(pair),
        next * 3 + usize::from(context.openers.named(bare_next).min(2)),
        head.first * GLUES + head.glue,
        head.first,
        if head.first == NEXTS { last } else { NONE.into() },
        bin(behind as f32, &[2.0, 4.0, 7.0, 12.0, 20.0, 30.0, 98.0]),
        bin(head.total as f32, &[3.0, 6.0, 10.0, 14.0, 20.0, 30.0, 45.0, 98.0]),
        usize::from(is_unclosed(heading)),
        marks(end.own),
        end.strong.min(2) * 2 + usize::from(opens),
        bin(heading.chars().count() as f32, &[8.0, 14.0, 20.0, 30.0, 40.0, 60.0, 80.0, 110.0]),
        usize::from(head.numbered),
        bin(count as f32, &[1.0, 2.0, 4.0, 8.0, 12.0]) * GLUES + head.glue,
        if count == 1 { next * LASTS + last } else { NONE.into() },
        if count == 2 { next * LASTS + last } else { NONE.into() },
        head.before[0].into(),
        head.before[1].into(),
        if head.before[2] == NONE && !end.inside { NONE.into() } else { usize::from(end.inside) * 5 + usize::from(head.before[2].min(4)) },
        usize::from(is_capitals(heading)) * 2 + usize::from(is_capitals(bare_next)),
        next * 5 + capitals_rate,
        if capitals_rate >= NOUNS { last * NEXTS + next } else { NONE.into() },
        if is_name(end.own, context.openers) { next } else { NONE.into() },
        usize::from(count >= 2 && context.openers.is_pair(end.own[0].text, end.own[1].text)),
    ];
    numbers.map(|n| n.min(NONE.into()) as u16)
}

fn kind(start: Start) -> usize {
    match start {
        Start::Sentence | Start::Unspaced => 0,
        Start::Closed => 1,
        Start::Bracket => 2,
        Start::Digit => 3,
        Start::Letter => 4,
        Start::Numbered => 5,
    }
}

/// The token that a glue without the end of a sentence lies in: "YouTube" stands on the page again, "truceThe" does not.
fn before(text: &str, glue: Glue, openers: &Openers) -> [u16; 3] {
    if glue.ends_sentence() {
        return [NONE; 3];
    }
    let kind = kind(glue.start);
    // No word that matters is longer: a text without blanks is not searched for one.
    let near = |c: &(usize, char)| !c.1.is_whitespace();
    let start = text[..glue.at].char_indices().rev().take(LONGEST_WORD).take_while(near).last().map_or(glue.at, |(i, _)| i);
    let end =
        text[glue.at..].char_indices().take(LONGEST_WORD).take_while(near).last().map_or(glue.at, |(i, c)| glue.at + i + c.len_utf8());
    let (front, back) = (bare(&text[start..glue.at]), bare(&text[glue.at..end]));
    let again = openers.tokens(bare(&text[start..end])).saturating_sub(1).min(3);
    let parts = usize::from(openers.is_common(front)) * 2 + usize::from(openers.tokens(back) > 0);
    [
        (usize::from(again) * GLUES + kind) as u16,
        (parts * GLUES + kind) as u16,
        bin(front.chars().take(8).count() as f32, &[2.0, 3.0, 4.0, 6.0]) as u16,
    ]
}

/// Where a word with a capital is glued to the end of another: `truceThe`, `now?The`.
fn camel(word: &str) -> Option<usize> {
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
fn begins(word: &str) -> bool {
    let mut chars = word.chars();
    match chars.next() {
        Some(c) if c.is_uppercase() || c.is_numeric() => true,
        Some('"' | '“' | '„' | '«' | '‘' | '\'' | '(' | '[') => chars.next().is_some_and(char::is_uppercase),
        _ => false,
    }
}

fn ends_sentence(word: &Word<'_>) -> bool {
    word.ends && !word.text.trim_end_matches(is_closer).ends_with(['?', '!', '？', '！']) && word.bare.chars().nth(2).is_some()
}

/// Words up to the end of the first sentence; 99 when none ends here.
fn to_end(words: &[Word<'_>]) -> usize {
    words.iter().position(|w| w.ends).map_or(99, |i| i + 1)
}

const SURE: usize = 0;
const OPEN: usize = 1;

/// The class of a word that may begin a sentence.
fn next_class(word: &str, openers: &Openers) -> usize {
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

fn is_strong(class: usize) -> bool {
    matches!(class, SURE | OPEN)
}

/// The class of the heading's last word; `inner` is it without marks around it.
fn last_class(word: &str, inner: &str) -> usize {
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
fn capitals(own: &[Word<'_>]) -> usize {
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
fn shared(own: &[Word<'_>], behind: &[Word<'_>]) -> usize {
    let (mut all, mut held) = (0u32, 0u32);
    let behind = &behind[..behind.len().min(SHARED_BEHIND)];
    for word in own.iter().filter(|w| w.bare.chars().nth(3).is_some() && openers::opener(w.bare).is_none()) {
        all += 1;
        held += u32::from(word.stem != 0 && behind.iter().any(|b| b.stem == word.stem));
    }
    if all == 0 { 0 } else { 1 + bin(held as f32 / all as f32, &[0.0, 0.25, 0.5, 0.75]) }
}

/// Two or three capitalised words that the page never writes in lower case: an author rather than a heading.
fn is_name(own: &[Word<'_>], openers: &Openers) -> bool {
    let named = |word: &str| word.starts_with(char::is_uppercase) && !openers.is_common(word) && openers::opener(word).is_none();
    (2..=3).contains(&own.len()) && own.iter().all(|w| named(w.bare))
}

/// Two letters at least, and none of them small.
fn is_capitals(text: &str) -> bool {
    text.chars().filter(|c| c.is_uppercase()).nth(1).is_some() && !text.contains(char::is_lowercase)
}

/// A stem has so many letters.
const STEM: usize = 6;

/// The hash of a word's first letters, whatever their case; what stands behind an apostrophe is no part of the word.
fn stem(word: &str) -> u64 {
    let kinds = Kinds::get();
    let letters = word.chars().take_while(|c| !matches!(c, '\'' | '’')).take(STEM);
    // Turkish: I and ı, İ and i are one letter each, whatever Unicode's case says.
    letters.map(|c| if c == 'ı' || c == 'İ' { 'i'.into() } else { kinds.lower(c) }).filter(|c| *c != 0x307).fold(0, grown)
}

/// "(Group" and "\u{201e}Teile haben": a heading does not end inside of brackets or quotes.
fn is_unclosed(text: &str) -> bool {
    let count = |mark: char| text.matches(mark).count();
    let low = count('„') > 0;
    count('(') != count(')') || count('"') % 2 == 1 || !low && count('“') != count('”') || low && count('“') + count('”') + count('"') == 0
}

fn marks(own: &[Word<'_>]) -> usize {
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

fn bin(value: f32, edges: &[f32]) -> usize {
    edges.iter().take_while(|edge| value > **edge).count()
}
