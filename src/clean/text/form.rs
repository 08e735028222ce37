//! The form of a unit: what its characters tell by themselves.

use super::chars::{self, Kinds};
use super::furniture::{self, CLASSES, Phrases};
use super::hash::{Ascii, grown};
use super::script::unspaced_words;
use super::sentence::is_finished;
use super::words::Words;
use crate::clean::dates::{absolute, relative};
use memchr::memmem::Finder;
use std::sync::LazyLock;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// What is known of a unit by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form {
    pub words: u16,
    pub chars: u32,
    pub finished: bool,
    pub colon: bool,
    pub capitalised: f32,
    pub digits: f32,
    pub capitals: f32,
    pub commas: u8,
    pub quotes: u8,
    pub first: u8,
    pub hits: [u8; CLASSES],
    /// Kinds of times told: a time of day, a date, an age.
    pub times: u8,
    /// A date may be told: one is, or the text was not looked at.
    pub dated: bool,
    /// An age may stand at its begin: one does, or the text was not looked at.
    pub aged: bool,
    pub signs: u8,
    pub label: bool,
    pub unspaced: bool,
    /// Class of the furniture phrase that the unit begins with, plus one.
    pub lead: u8,
    /// A year is named.
    pub year: bool,
    /// The unit ends with a bracket.
    pub bracket: bool,
    pub(super) same: u64,
    pub(super) shape: u64,
    pub(super) opening: u64,
}

impl Form {
    /// Long enough and finished: running text.
    pub fn is_prose(&self) -> bool {
        self.finished && self.words >= 12 || self.words >= 25
    }

    /// Furniture words of all classes but credits and meta lines, which stand inside stories too.
    pub fn furniture(&self) -> u32 {
        self.hits[..5].iter().chain(&self.hits[6..8]).map(|&h| u32::from(h)).sum()
    }

    /// Words, negative when no sentence ends with the unit.
    pub fn signed(&self) -> f32 {
        if self.finished { f32::from(self.words) } else { -f32::from(self.words) }
    }
}

/// Characters that make the shape of a unit.
const SHAPE: u32 = 160;

/// What the walk over a unit's characters counts.
#[derive(Default)]
struct Counts {
    chars: u32,
    letters: u32,
    upper: u32,
    thai: u32,
    digits: u32,
    /// Words that begin with a letter that has a case, and with a capital.
    cased: u32,
    capitalised: u32,
    words: usize,
    /// Characters of scripts without blanks, and whether one of them is a letter.
    unspaced: usize,
    unspaced_letter: bool,
    numbers: bool,
    commas: u32,
    quotes: u32,
    signs: u32,
    shape: Shape,
}

/// The hash of a unit's shape: runs of letters and of digits as one, all else as it is.
struct Shape {
    hash: u64,
    last: char,
}

impl Default for Shape {
    fn default() -> Self {
        Self { hash: 0, last: ' ' }
    }
}

impl Shape {
    fn add(&mut self, mapped: char) {
        self.hash = (self.hash.rotate_left(23) ^ u64::from(mapped)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.last = mapped;
    }

    fn add_run(&mut self, mapped: char) {
        if mapped != self.last {
            self.add(mapped);
        }
    }
}

/// Whether a character is of one of these kinds, as a number.
fn has(kind: chars::Kind, kinds: chars::Kind) -> u32 {
    u32::from(kind & kinds != 0)
}

impl Counts {
    /// Counts how a word begins, where a letter stands behind none and behind no apostrophe.
    #[inline(always)]
    fn begin(&mut self, kind: chars::Kind, before: chars::Kind) {
        if kind & chars::LETTER != 0 && before & (chars::WORDY | chars::APOSTROPHE) == 0 {
            self.cased += has(kind, chars::UPPER | chars::LOWER);
            self.capitalised += has(kind, chars::UPPER);
        }
    }

    /// Counts a word of ASCII.
    #[inline(always)]
    fn ascii_word(&mut self, word: &Ascii, text: &[u8]) {
        let chars = word.length as u32;
        if self.chars < SHAPE {
            if word.digits == 0 || word.digits == chars {
                self.shape.add_run(if word.digits == 0 { 'a' } else { '0' });
            } else {
                for b in text.iter().take(word.length.min((SHAPE - self.chars) as usize)) {
                    self.shape.add_run(if b.is_ascii_digit() { '0' } else { 'a' });
                }
            }
        }
        self.digits += word.digits;
        self.letters += chars - word.digits;
        self.upper += word.upper;
        self.numbers |= word.digits > 0;
        self.chars += chars;
    }
}

/// Walks over a unit's characters once: word by word, and what stands between them one by one. `lower` is its text in lower case.
fn walk(text: &str, lower: &str, spoken: &mut Words) -> (Counts, Phrases) {
    let kinds = Kinds::get();
    let mut n = Counts::default();
    let mut phrases = Phrases::default();
    // A letter that is shorter or longer in lower case: the two texts do not lie side by side.
    let aside = lower.len() == text.len();
    let mut before = 0;
    // Within a word: apostrophes are.
    let mut inside = false;
    let mut unspaced: Option<char> = None;
    let mut start = 0;
    let bytes = text.as_bytes();
    while let Some(first) = bytes.get(start) {
        // What stands between most words.
        if *first == b' ' {
            if n.chars < SHAPE {
                n.shape.add(' ');
            }
            n.chars += 1;
            (before, inside, unspaced) = (0, false, None);
            start += 1;
            continue;
        }
        if first.is_ascii() {
            let word = Ascii::read(&bytes[start..]);
            let end = start + word.length;
            let goes_on = |b: &u8| !b.is_ascii() && text[end..].chars().next().is_some_and(|c| chars::is_spaced_word(kinds.of(c)));
            if word.length > 0 && !bytes.get(end).is_some_and(goes_on) {
                n.begin(kinds.of(char::from(*first)), before);
                n.words += usize::from(!inside);
                (inside, unspaced) = (true, None);
                before = if bytes[end - 1].is_ascii_digit() { chars::NUMBER } else { chars::LETTER };
                n.ascii_word(&word, &bytes[start..]);
                if spoken.push(word.hash, word.length as u32, || &text[start..end]) && aside {
                    phrases.word(lower, start, word.hash);
                }
                start = end;
                continue;
            }
        }
        let c = text[start..].chars().next().unwrap_or_default();
        let kind = kinds.of(c);
        if chars::is_spaced_word(kind) {
            n.begin(kind, before);
            n.words += usize::from(!inside);
            inside = true;
            unspaced = None;
            let (mut hash, mut end) = (0, start);
            let from = n.chars;
            let mut open = false;
            for c in text[start..].chars() {
                let kind = kinds.of(c);
                if !chars::is_spaced_word(kind) {
                    break;
                }
                end += c.len_utf8();
                let letter = kind & chars::LETTER != 0;
                n.letters += u32::from(letter);
                n.digits += u32::from(!letter);
                n.upper += has(kind, chars::UPPER);
                n.numbers |= kind & chars::NUMBER != 0;
                if n.chars < SHAPE {
                    n.shape.add_run(if letter { 'a' } else { '0' });
                }
                n.chars += 1;
                open |= furniture::is_open(c);
                hash = grown(hash, kinds.lower(c));
                before = kind;
            }
            if spoken.push(hash, n.chars - from, || &text[start..end]) && aside {
                phrases.word(lower, start, hash);
            }
            if open && aside {
                for (at, c) in text[start..end].char_indices().filter(|(_, c)| furniture::is_open(*c)) {
                    phrases.letter(lower, start + at, c);
                }
            }
            start = end;
            continue;
        }
        if kind & chars::LETTER != 0 {
            n.letters += 1;
            n.thai += has(kind, chars::THAI);
            n.upper += has(kind, chars::UPPER);
            n.begin(kind, before);
        } else {
            n.digits += has(kind, chars::NUMBER);
        }
        n.numbers |= kind & chars::NUMBER != 0;
        let apart = kind & chars::UNSPACED != 0;
        if apart {
            n.unspaced_letter |= kind & chars::LETTER != 0;
            n.unspaced += 1;
            if aside {
                phrases.letter(lower, start, c);
            }
            if let Some(one) = unspaced {
                spoken.push_pair(one, c);
            }
        }
        unspaced = apart.then_some(c);
        inside &= !apart && kind & chars::APOSTROPHE != 0;
        n.commas += has(kind, chars::COMMA);
        n.quotes += has(kind, chars::QUOTE);
        n.signs += has(kind, chars::SIGN);
        if n.chars < SHAPE {
            match kind {
                _ if kind & chars::LETTER != 0 => n.shape.add_run('a'),
                _ if kind & chars::NUMBER != 0 => n.shape.add_run('0'),
                _ => n.shape.add(c),
            }
        }
        n.chars += 1;
        before = kind;
        start += c.len_utf8();
    }
    spoken.end_unit();
    (n, if aside { phrases } else { furniture::read(lower) })
}

/// Reads a unit by itself; `lower` is its text in lower case. Its words are added to `spoken`.
pub fn form(text: &str, lower: &str, spoken: &mut Words) -> Form {
    let (n, phrases) = walk(text, lower, spoken);
    let mut form = Form {
        chars: n.chars,
        finished: is_finished(text) || is_finished(without_sign_off(text)),
        bracket: text.ends_with([')', ']', '）']),
        hits: phrases.counts,
        lead: phrases.lead.map_or(0, |class| class as u8 + 1),
        unspaced: n.unspaced_letter,
        ..Form::default()
    };
    let narrow = |n: u32| n.min(u8::MAX.into()) as u8;
    (form.commas, form.quotes, form.signs) = (narrow(n.commas), narrow(n.quotes), narrow(n.signs));
    form.words = (n.words + unspaced_words(n.unspaced)).min(u16::MAX.into()) as u16;
    // Thai and Lao mark no end of a sentence: there the length tells running text.
    form.finished |= n.thai * 2 > n.letters && form.words >= 15;
    form.capitalised = share(n.capitalised, n.cased);
    form.digits = share(n.digits, form.chars);
    form.capitals = share(n.upper, n.letters);
    form.colon = text.ends_with([':', '：']);
    form.first = first_kind(text);
    let times = times(text, lower, n.numbers, n.unspaced > 0);
    (form.times, form.dated, form.aged) = (times.kinds, times.dated, times.aged);
    form.year = n.numbers && names_year(text);
    form.label = is_label(text);
    // The three keys live in one map: each kind has its own seed so that they do not meet.
    form.same = xxh3_64(lower.as_bytes());
    form.shape = xxh3_64_with_seed(&n.shape.hash.to_le_bytes(), 1);
    if form.words >= 40 {
        form.shape = xxh3_64_with_seed(lower.as_bytes(), 1);
    }
    let two_words = memchr::memchr_iter(b' ', lower.as_bytes()).nth(1).unwrap_or(lower.len());
    form.opening = xxh3_64_with_seed(&lower.as_bytes()[..two_words], 2);
    form
}

/// "Photo: Jane Doe": a colon and a blank behind it among the first characters.
fn is_label(text: &str) -> bool {
    const FIRST: usize = 25;
    let head = &text.as_bytes()[..text.len().min(4 * FIRST)];
    memchr::memchr_iter(b':', head).any(|at| text.as_bytes().get(at + 1) == Some(&b' ') && text[..at].chars().nth(FIRST - 1).is_none())
}

/// "... at all. (Reuters)": a sign in brackets behind the last sentence leaves it finished.
fn without_sign_off(text: &str) -> &str {
    let open = text.strip_suffix([')', '/', ']']).and_then(|t| t.rfind(['(', '/', '[']));
    open.filter(|open| text.len() - open <= 30).map_or("", |open| text[..open].trim_end())
}

fn first_kind(text: &str) -> u8 {
    match text.chars().next() {
        Some(c) if c.is_lowercase() => 0,
        Some(c) if c.is_uppercase() => 1,
        Some(c) if c.is_numeric() => 2,
        Some(c) if super::sentence::is_opener(c) => 3,
        Some(c) if c.is_alphabetic() => 4,
        _ => 5,
    }
}

/// What [`times`] found; see [`Form`].
struct Times {
    kinds: u8,
    dated: bool,
    aged: bool,
}

/// Times, dates and ages in a short unit: each kind counts one.
fn times(text: &str, lower: &str, has_digit: bool, unspaced: bool) -> Times {
    static AGO: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(" ago"));
    static NAZAD: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("назад"));
    if text.len() > 200 {
        return Times { kinds: 0, dated: true, aged: true };
    }
    let digit = |b: u8| b.is_ascii_digit();
    let clock = has_digit && text.as_bytes().windows(4).any(|w| digit(w[0]) && matches!(w[1], b':' | b'.') && digit(w[2]) && digit(w[3]));
    let dated = has_digit && absolute::first(text, absolute::Order::DayFirst).is_some();
    // Ages begin with a number, or are a word or two: "yesterday", "vor einer Stunde".
    let looked = has_digit || text.len() <= 24;
    let leads = looked && relative::leading(text).is_some();
    let age = leads
        || AGO.find(lower.as_bytes()).is_some()
        || !text.is_ascii() && NAZAD.find(lower.as_bytes()).is_some()
        || has_digit && text.len() < 40 && lower.contains("vor ");
    // Han numerals are no numbers to this look.
    Times { kinds: u8::from(clock) + u8::from(dated) + u8::from(age), dated: dated || !has_digit && unspaced, aged: leads || !looked }
}

/// "1990" to "2039", as a number of its own.
fn names_year(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(4).enumerate().any(|(i, w)| {
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        (w[0] == b'2' && w[1] == b'0' && w[2] <= b'3' || w[0] == b'1' && w[1] == b'9' && w[2] == b'9')
            && w[2].is_ascii_digit()
            && w[3].is_ascii_digit()
            && !digit(i + 4)
            && !(i > 0 && digit(i - 1))
    })
}

fn share(part: u32, whole: u32) -> f32 {
    part as f32 / whole.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        super::form(text, &furniture::lower(text), &mut Words::default())
    }

    #[test]
    fn forms() {
        let f = form("By Jane Doe | July 6, 2014, 10:30");
        assert_eq!((f.words, f.times, f.signs, f.finished), (8, 2, 1, false));
        assert!(form("Er kam am Montag in die Stadt, sagte sie dem Rat der alten Stadt.").is_prose());
        assert_eq!(form("12 hours ago").times, 1);
    }

    #[test]
    fn a_unit_holds_the_phrases_of_its_lower_case() {
        let texts = [
            "Read more: “Lesen Sie auch” – zum Thema",
            "MEHR ZUM THEMA | İstanbul share this",
            "関連記事を読む Share 공유하기 관련기사를",
            "ПОДЕЛИТЬСЯ – Читайте также:",
            "s'inscrire, l'abonné; préabonné menu",
            "E-Mail-Adresse? e-paper Impressum²menu",
        ];
        for text in texts {
            let (lower, form) = (furniture::lower(text), form(text));
            let read = furniture::read(&lower);
            assert_eq!((form.hits, form.lead), (read.counts, read.lead.map_or(0, |class| class as u8 + 1)), "{text}");
            assert!(form.hits.iter().any(|n| *n > 0), "{text}");
        }
    }

    #[test]
    fn typographic_marks_are_no_part_of_words() {
        let mut spoken = Words::new("https://a.example/harbour-closed", 0);
        for text in ["harbour closed", "“Harbour” – closed…", "harbourñ closedñ"] {
            super::form(text, &furniture::lower(text), &mut spoken);
        }
        let address: Vec<f32> = spoken.shares(&(0..0)).iter().map(|s| s.address).collect();
        assert_eq!(address, [1.0, 1.0, 0.0]);
    }
}
