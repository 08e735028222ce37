//! The form of a unit: what its characters tell by themselves.

use super::chars::{self, Kinds};
use super::furniture::{self, CLASSES};
use super::script::unspaced_words;
use super::sentence::is_finished;
use crate::clean::dates::{absolute, relative};
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
    pub times: u8,
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

/// Reads a unit by itself.
pub fn form(text: &str) -> Form {
    let lower = furniture::lower(text);
    let mut form = Form {
        finished: is_finished(text) || is_finished(without_sign_off(text)),
        bracket: text.ends_with([')', ']', '）']),
        ..Form::default()
    };
    let (hits, lead) = furniture::read(&lower);
    form.hits = hits;
    form.lead = lead.map_or(0, |class| class as u8 + 1);
    let mut thai = 0u32;
    let (mut letters, mut upper, mut digits, mut cased, mut capitalised) = (0u32, 0u32, 0u32, 0u32, 0u32);
    let (mut words, mut unspaced, mut inside) = (0usize, 0usize, false);
    let (mut commas, mut quotes, mut signs) = (0u32, 0u32, 0u32);
    let (mut shape, mut shape_end) = (0u64, ' ');
    let kinds = Kinds::get();
    let mut before = 0;
    for c in text.chars() {
        form.chars += 1;
        let kind = kinds.of(c);
        let has = |kinds: chars::Kind| u32::from(kind & kinds != 0);
        let wordy = kind & (chars::LETTER | chars::NUMBER) != 0;
        if kind & chars::LETTER != 0 {
            letters += 1;
            thai += has(chars::THAI);
            upper += has(chars::UPPER);
            if before & (chars::LETTER | chars::NUMBER | chars::APOSTROPHE) == 0 {
                cased += has(chars::UPPER | chars::LOWER);
                capitalised += has(chars::UPPER);
            }
        } else {
            digits += has(chars::NUMBER);
        }
        // As `script::count_words` counts.
        if kind & chars::UNSPACED != 0 {
            form.unspaced |= kind & chars::LETTER != 0;
            unspaced += 1;
            inside = false;
        } else if wordy {
            words += usize::from(!inside);
            inside = true;
        } else if kind & chars::APOSTROPHE == 0 {
            inside = false;
        }
        commas += has(chars::COMMA);
        quotes += has(chars::QUOTE);
        signs += has(chars::SIGN);
        if form.chars <= SHAPE {
            let mapped = match kind {
                _ if kind & chars::LETTER != 0 => 'a',
                _ if wordy => '0',
                _ => c,
            };
            if !(wordy && mapped == shape_end) {
                shape = (shape.rotate_left(23) ^ u64::from(mapped)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                shape_end = mapped;
            }
        }
        before = kind;
    }
    let narrow = |n: u32| n.min(u8::MAX.into()) as u8;
    (form.commas, form.quotes, form.signs) = (narrow(commas), narrow(quotes), narrow(signs));
    form.words = (words + unspaced_words(unspaced)).min(u16::MAX.into()) as u16;
    // Thai and Lao mark no end of a sentence: there the length tells running text.
    form.finished |= thai * 2 > letters && form.words >= 15;
    form.capitalised = share(capitalised, cased);
    form.digits = share(digits, form.chars);
    form.capitals = share(upper, letters);
    form.colon = text.ends_with([':', '：']);
    form.first = first_kind(text);
    form.times = times(text, &lower);
    form.year = names_year(text);
    form.label = text.char_indices().take(25).any(|(i, c)| c == ':' && text[i + 1..].starts_with(' '));
    // The three keys live in one map: each kind has its own seed so that they do not meet.
    form.same = xxh3_64(lower.as_bytes());
    form.shape = xxh3_64_with_seed(&shape.to_le_bytes(), 1);
    if form.words >= 40 {
        form.shape = xxh3_64_with_seed(lower.as_bytes(), 1);
    }
    let two_words = lower.match_indices(' ').nth(1).map_or(lower.len(), |(i, _)| i);
    form.opening = xxh3_64_with_seed(&lower.as_bytes()[..two_words], 2);
    form
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

/// Times, dates and ages in a short unit: each kind counts one.
fn times(text: &str, lower: &str) -> u8 {
    if text.len() > 200 {
        return 0;
    }
    let clock = text
        .as_bytes()
        .windows(4)
        .any(|w| w[0].is_ascii_digit() && matches!(w[1], b':' | b'.') && w[2].is_ascii_digit() && w[3].is_ascii_digit());
    let has_digit = text.chars().any(char::is_numeric);
    let date = has_digit && absolute::first(text, absolute::Order::DayFirst).is_some();
    // Ages begin with a number, or are a word or two: "yesterday", "vor einer Stunde".
    let age = (has_digit || text.len() <= 24) && relative::leading(text).is_some()
        || lower.contains(" ago")
        || lower.contains("назад")
        || has_digit && text.len() < 40 && lower.contains("vor ");
    u8::from(clock) + u8::from(date) + u8::from(age)
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

    #[test]
    fn forms() {
        let f = form("By Jane Doe | July 6, 2014, 10:30");
        assert_eq!((f.words, f.times, f.signs, f.finished), (8, 2, 1, false));
        assert!(form("Er kam am Montag in die Stadt, sagte sie dem Rat der alten Stadt.").is_prose());
        assert_eq!(form("12 hours ago").times, 1);
    }
}
