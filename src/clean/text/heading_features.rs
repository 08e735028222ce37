//! The evidence for and against a heading between a glue and each place where it could end: one small number a column, for the trees in
//! [`super::heading_weights`].
//!
//! Evidence of the words (their classes on both sides of the end, capitals inside), of the page (does it write the word behind the end in
//! lower case elsewhere, do the two words stand together, how much of it is glued), of the text behind (a sentence of what length, with how
//! many of the heading's words), of the glue itself, and of the other ends.

use super::chars::bare;
use super::glue::{Glue, Start, numbering};
use super::heading_words::{
    NEXTS, Word, begins, bin, camel, capitals, case, ends_sentence, is_capitals, is_name, is_strong, is_unclosed, last_class, marks,
    next_class, shared, small_share, to_end,
};
use super::openers::{self, Openers};

/// What is known of the text around.
pub struct Context<'a> {
    pub openers: &'a Openers,
    /// Share of the ends of sentences that are glued to what follows.
    pub density: f32,
    /// Glues of the stretch.
    pub glues: usize,
}

/// A place where the heading could end.
#[derive(Debug, Clone)]
pub struct End {
    /// Behind the heading, and the first byte of the text behind it.
    pub at: usize,
    pub next: usize,
    pub row: Row,
}

/// A value of each column, below [`VALUES`].
pub type Row = [u8; COUNT];

/// A heading has no more words than this.
pub const MOST_WORDS: usize = 17;
/// So many words behind the last possible end are looked at.
const BEHIND: usize = 30;
/// Nor more bytes behind the glue.
pub const MOST_BYTES: usize = 900;

/// A word of more characters is cut.
const LONGEST_WORD: usize = 40;

/// How many columns there are.
pub const COUNT: usize = 45;
/// A column has so many values at most: a set of them is a number of sixteen bits.
pub const VALUES: usize = 16;
/// What a column says that says nothing here.
pub(super) const NONE: usize = VALUES - 1;

/// Whether a column's values stand in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Classes,
    Order,
}
use Scale::{Classes, Order};

/// The columns in the order of their values.
pub static COLUMNS: [(&str, Scale); COUNT] = [
    ("words", Order),
    ("glue", Classes),
    ("share of glued sentences", Order),
    ("last word", Classes),
    ("next word", Classes),
    ("the word behind the next", Classes),
    ("the second behind it", Classes),
    ("glued to the next word", Order),
    ("capitalised words", Order),
    ("next word is in the heading", Order),
    ("heading's words in the text behind", Order),
    ("both words together elsewhere", Order),
    ("next word with a capital inside of sentences", Order),
    ("next word elsewhere", Order),
    ("next word at the beginning of sentences", Order),
    ("next word is written small elsewhere", Order),
    ("next word and the one behind together elsewhere", Order),
    ("the word behind the next elsewhere", Order),
    ("first word", Classes),
    ("words of the sentence behind", Order),
    ("words to the first end of a sentence", Order),
    ("unclosed brackets or quotes", Order),
    ("marks inside", Classes),
    ("earlier ends before an opener", Order),
    ("later ends before an opener", Order),
    ("earlier ends", Order),
    ("later ends", Order),
    ("characters", Order),
    ("numbered", Order),
    ("glued token elsewhere", Classes),
    ("parts of the glued token elsewhere", Classes),
    ("letters before the glue", Classes),
    ("a glue inside the heading", Order),
    ("capitals only", Order),
    ("next word in capitals only", Order),
    ("share of capitals on the page", Order),
    ("names only", Order),
    ("first two words together elsewhere", Order),
    ("words up to a small one behind", Order),
    ("small words inside", Order),
    ("share of small ones among the longer words", Order),
    ("words to a comma behind", Order),
    ("glues", Order),
    ("letters of the next word", Order),
    ("bytes to the next block", Order),
];

/// All ends that a heading behind the glue could have.
pub fn ends(text: &str, glue: Glue, limit: usize, context: &Context<'_>) -> Vec<End> {
    let number = numbering(&text[glue.at..limit]);
    let from = glue.at + number;
    let words = words(text, from, limit);
    let mut ends = Vec::new();
    let Some(first) = words.first() else { return ends };
    let head = Head {
        glue: kind(glue.start),
        density: bin(context.density, &[0.02, 0.05, 0.08, 0.12, 0.17, 0.25, 0.35, 0.45, 0.6, 0.75, 0.9]),
        glues: bin(context.glues as f32, &[1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 15.0, 20.0, 30.0, 45.0, 70.0, 120.0, 200.0]),
        first: if openers::asks(bare(first.text)) { NEXTS } else { next_class(first.text, context.openers) },
        total: to_end(&words),
        numbered: number > 0,
        before: before(text, glue, context.openers),
    };
    let mut strong = 0;
    let mut inside = false;
    for k in 1..=words.len().min(MOST_WORDS) {
        let word = words[k - 1];
        // What the page writes more than once is a name: "MacBook".
        if let Some(split) = camel(word.text).filter(|_| context.openers.tokens(word.bare) < 2) {
            let at = word.start + split;
            let next = Word::new(&word.text[split..], at);
            let own: Vec<Word> = words[..k - 1].iter().copied().chain([Word::new(&word.text[..split], word.start)]).collect();
            let class = next_class(next.text, context.openers);
            let end = Candidate { own: &own, next, class, behind: &words[k - 1..], glued: true, strong, inside, limit };
            ends.push(End { at, next: at, row: row(text, from, at, &head, &end, context) });
            strong += usize::from(is_strong(class));
            inside = true;
        }
        let Some(&next) = words.get(k) else { break };
        if begins(next.text) {
            let at = word.start + word.text.len();
            let class = next_class(next.text, context.openers);
            let end = Candidate { own: &words[..k], next, class, behind: &words[k..], glued: false, strong, inside, limit };
            ends.push(End { at, next: next.start, row: row(text, from, at, &head, &end, context) });
            strong += usize::from(is_strong(class));
        }
        if ends_sentence(&word) {
            break;
        }
    }
    let count = ends.len();
    for (i, end) in ends.iter_mut().enumerate() {
        end.row[EARLIER] = i.min(VALUES - 1) as u8;
        end.row[LATER] = (count - 1 - i).min(VALUES - 1) as u8;
        let before = usize::from(end.row[STRONG]) + usize::from(is_strong(end.row[NEXT].into()));
        end.row[LATER_STRONG] = strong.saturating_sub(before).min(VALUES - 1) as u8;
    }
    ends
}

/// Columns that are known when all ends are, and those that they are made of.
const NEXT: usize = 4;
const STRONG: usize = 23;
const LATER_STRONG: usize = 24;
const EARLIER: usize = 25;
const LATER: usize = 26;

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
    glues: usize,
    first: usize,
    total: usize,
    numbered: bool,
    before: [usize; 3],
}

/// One end.
struct Candidate<'a> {
    /// The heading's words.
    own: &'a [Word<'a>],
    next: Word<'a>,
    /// [`next_class`] of it.
    class: usize,
    /// The words from the next one on.
    behind: &'a [Word<'a>],
    glued: bool,
    /// Earlier ends behind which a word of the table stands.
    strong: usize,
    /// Two words are glued together inside the heading.
    inside: bool,
    /// Where the next block begins.
    limit: usize,
}

fn row(text: &str, from: usize, at: usize, head: &Head, end: &Candidate<'_>, context: &Context<'_>) -> Row {
    let heading = &text[from..at];
    let openers = context.openers;
    let next = end.class;
    let count = end.own.len();
    let last = &end.own[count - 1];
    let bare_next = end.next.bare;
    // What stands behind the next word; a glued one is still a part of its token there.
    let after = |n: usize| end.behind.get(n).map_or("", |w| w.bare);
    let size = |n: usize, edges: &[f32]| bin(n as f32, edges);
    let (seen, named) = (openers.tokens(bare_next), openers.named(bare_next));
    let small = end.own.iter().skip(1).filter(|w| w.bare.starts_with(char::is_lowercase)).count();
    let numbers = [
        count,
        head.glue,
        head.density,
        last_class(last.text, last.bare),
        next,
        case(after(1)),
        case(after(2)),
        usize::from(end.glued),
        capitals(end.own),
        usize::from(!is_strong(next) && end.next.stem != 0 && end.own.iter().any(|w| w.stem == end.next.stem)),
        shared(end.own, end.behind),
        usize::from(!end.glued && openers.is_pair(last.text, end.next.text)),
        named.into(),
        seen.into(),
        seen.saturating_sub(named).into(),
        usize::from(openers.is_common(bare_next)),
        usize::from(openers.is_pair(end.next.text, end.behind.get(1).map_or("", |w| w.text))),
        openers.tokens(after(1)).into(),
        head.first,
        size(to_end(end.behind), &[2.0, 4.0, 7.0, 12.0, 20.0, 30.0, 98.0]),
        size(head.total, &[3.0, 6.0, 10.0, 14.0, 20.0, 30.0, 45.0, 98.0]),
        usize::from(is_unclosed(heading)),
        marks(end.own),
        end.strong,
        0,
        0,
        0,
        size(heading.chars().count(), &[4.0, 8.0, 12.0, 16.0, 20.0, 25.0, 30.0, 36.0, 42.0, 50.0, 60.0, 72.0, 85.0, 105.0]),
        usize::from(head.numbered),
        head.before[0],
        head.before[1],
        head.before[2],
        usize::from(end.inside),
        usize::from(is_capitals(heading)),
        usize::from(is_capitals(bare_next)),
        bin(openers.capitals(), &[0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.17, 0.2, 0.24, 0.28, 0.33]),
        usize::from(is_name(end.own, openers)),
        usize::from(count >= 2 && openers.is_pair(end.own[0].text, end.own[1].text)),
        end.behind.iter().skip(1).take(9).take_while(|w| !w.bare.starts_with(char::is_lowercase)).count(),
        small,
        small_share(end.own),
        end.behind.iter().take(13).take_while(|w| !w.text.ends_with(',')).count(),
        head.glues,
        bare_next.chars().take(VALUES).count(),
        size(end.limit.saturating_sub(at), &[20.0, 50.0, 90.0, 130.0, 180.0, 250.0, 330.0, 420.0, 520.0, 620.0, 720.0, 800.0, 850.0]),
    ];
    numbers.map(|n| n.min(VALUES - 1) as u8)
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
fn before(text: &str, glue: Glue, openers: &Openers) -> [usize; 3] {
    if glue.ends_sentence() {
        return [NONE; 3];
    }
    // No word that matters is longer: a text without blanks is not searched for one.
    let near = |c: &(usize, char)| !c.1.is_whitespace();
    let start = text[..glue.at].char_indices().rev().take(LONGEST_WORD).take_while(near).last().map_or(glue.at, |(i, _)| i);
    let end =
        text[glue.at..].char_indices().take(LONGEST_WORD).take_while(near).last().map_or(glue.at, |(i, c)| glue.at + i + c.len_utf8());
    let (front, back) = (bare(&text[start..glue.at]), bare(&text[glue.at..end]));
    let again = openers.tokens(bare(&text[start..end])).saturating_sub(1).min(3);
    let parts = usize::from(openers.is_common(front)) * 2 + usize::from(openers.tokens(back) > 0);
    [again.into(), parts, bin(front.chars().take(8).count() as f32, &[2.0, 3.0, 4.0, 6.0])]
}
