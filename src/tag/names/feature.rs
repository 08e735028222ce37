//! What the model of names sees of a word: the word, its neighbours, how they are written, and the lists that know them.
//!
//! Only words that could be part of a name are judged (`candidates`): what begins with a capital, and small words and numbers between such.
//! That leaves a fifth of an English text. Training and tagging share this file, so they cannot differ.

use super::lists::Lists;
use super::token::{Shape, Token};
use crate::tag::fold::{SEED, step};
use crate::tag::letters::Letters;
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// Small words inside names: `Bank of America`, `Ursula von der Leyen`, `Médecins sans frontières`.
const JOINING: [&str; 44] = [
    "of", "the", "for", "and", "&", "-", "on", "de", "la", "le", "du", "des", "del", "della", "di", "da", "do", "dos", "das", "van", "von",
    "der", "den", "zu", "zur", "für", "und", "et", "e", "y", "i", "och", "og", "för", "av", "za", "d'", "d’", "l'", "l’", "bin", "ibn",
    "af", "al",
];
/// At most this many of them in a row.
const JOINING_MOST: usize = 2;
/// So many words in capitals in a row are a shouted line, of which the model knows nothing.
const SHOUTED: usize = 5;

/// Words that open sentences with a capital and name nobody unless another capital follows.
const OPENING: [&str; 100] = [
    "The",
    "It",
    "He",
    "She",
    "In",
    "A",
    "But",
    "And",
    "This",
    "That",
    "They",
    "We",
    "I",
    "There",
    "At",
    "On",
    "For",
    "If",
    "When",
    "As",
    "An",
    "After",
    "His",
    "Her",
    "Their",
    "However",
    "While",
    "With",
    "By",
    "From",
    "To",
    "What",
    "You",
    "These",
    "Those",
    "Some",
    "Many",
    "Most",
    "One",
    "Its",
    "Our",
    "My",
    "So",
    "Then",
    "Here",
    "Also",
    "Not",
    "No",
    "Yet",
    "Now",
    "Since",
    "Although",
    "Because",
    "During",
    "Before",
    "Both",
    "Each",
    "Even",
    "How",
    "Why",
    "Who",
    "Where",
    "Which",
    "Such",
    "Under",
    "Despite",
    "Meanwhile",
    "Or",
    "Of",
    "Der",
    "Die",
    "Das",
    "Ein",
    "Eine",
    "Er",
    "Sie",
    "Es",
    "Im",
    "Und",
    "Aber",
    "Auch",
    "Doch",
    "Le",
    "La",
    "Les",
    "Un",
    "Une",
    "Il",
    "Elle",
    "Mais",
    "El",
    "Los",
    "Las",
    "En",
    "Det",
    "Den",
    "Han",
    "Hun",
    "В",
    "На",
];

static JOININGS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| JOINING.into_iter().collect());
/// Bytes of the longest of them.
const JOINING_BYTES: u32 = 5;
static OPENINGS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| OPENING.into_iter().collect());

/// Templates of a candidate. The number is a part of the hash.
pub const TEMPLATES: usize = 34;

/// The words of a text as numbers, computed once.
pub struct Words {
    /// What the lists know of it.
    pub flags: Vec<u16>,
    pub candidate: Vec<bool>,
    /// Of a candidate: its number among them.
    number: Vec<u32>,
    /// Of the candidates: ends of the word by letters, of 2, 3 and 4; its beginning, of 3.
    ends: Vec<[u64; 4]>,
}

const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

#[inline]
fn mix(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(FACTOR)
}

/// What the hash of a template begins with: `mix` of its number and the value, as far as the value does not matter.
static SALTS: [u64; TEMPLATES] = {
    let mut salts = [0; TEMPLATES];
    let mut t = 0;
    while t < TEMPLATES {
        salts[t] = (0x1F + t as u64).rotate_left(23);
        t += 1;
    }
    salts
};

/// Small letters, one figure for all and one apostrophe for both.
static LOWERED: [u8; 128] = {
    let mut lowered = [0; 128];
    let mut b = 0u8;
    while b < 128 {
        lowered[b as usize] = match b {
            b'0'..=b'9' => b'0',
            b'`' => b'\'',
            _ => b.to_ascii_lowercase(),
        };
        b += 1;
    }
    lowered
};

/// The hash of a mark of ASCII, as [`lower_hash`] has it.
pub fn lower_mark(mark: u8) -> u64 {
    step(SEED, LOWERED.get(usize::from(mark)).copied().unwrap_or(mark))
}

/// The hash of the letters in small, apostrophes unified. Of ASCII letters it is what folded words have, too.
pub fn lower_hash(word: &str) -> u64 {
    let mut hash = SEED;
    for b in word.bytes() {
        let Some(lowered) = LOWERED.get(usize::from(b)) else {
            let letters = Letters::get();
            let mut hash = SEED;
            for c in word.chars() {
                match c {
                    '’' | '‘' => hash = step(hash, b'\''),
                    '“' | '”' | '„' | '«' | '»' => hash = step(hash, b'"'),
                    _ => match LOWERED.get(c as usize) {
                        Some(lowered) => hash = step(hash, *lowered),
                        None => letters.lower(c, |l| hash = step(hash, l)),
                    },
                }
            }
            return hash;
        };
        hash = step(hash, *lowered);
    }
    hash
}

/// Outside of the text, or beyond a line's end.
const NOTHING: u64 = 0x51_7CC1_B727_2203;

impl Words {
    pub fn new(text: &str, tokens: &[Token], lists: &Lists) -> Self {
        let n = tokens.len();
        let candidate = candidates(text, tokens);
        let list: Vec<usize> = candidate.iter().enumerate().filter(|(_, is)| **is).map(|(i, _)| i).collect();
        let mut words = Words { flags: vec![0; n], candidate, number: vec![0; n], ends: Vec::with_capacity(list.len()) };
        // Two words each side of a candidate are looked at, no others.
        let mut seen = 0;
        let mut listed: Vec<usize> = Vec::with_capacity(n);
        for i in list.iter().copied() {
            words.number[i] = words.ends.len() as u32;
            words.ends.push(ends(tokens[i].of(text)));
            let (from, to) = (i.saturating_sub(2).max(seen), (i + 3).min(n));
            seen = to;
            listed.extend((from..to).filter(|near| tokens[*near].shape != Shape::Mark));
        }
        let hashes: Vec<u64> = listed.iter().map(|near| tokens[*near].lower).collect();
        lists.words(&hashes, |k, flags| words.flags[listed[k]] = flags);
        // Names of several words, longest first.
        let mut behind = 0;
        for i in list {
            if i < behind || !tokens[i].is_capital() {
                continue;
            }
            let mut hash = tokens[i].lower;
            let mut found = (1, 0);
            for k in 1..4.min(n - i) {
                if !words.candidate[i + k] || tokens[i + k].shape == Shape::Mark {
                    break;
                }
                hash = mix(hash, tokens[i + k].lower);
                let flags = lists.phrase(hash);
                if flags != 0 {
                    found = (k + 1, flags);
                }
            }
            if found.1 != 0 {
                (i..i + found.0).for_each(|j| words.flags[j] |= found.1);
            }
            behind = i + found.0;
        }
        words
    }

    /// Hash of a name of several words, as the lists keep it.
    pub fn phrase_hash(words: &[&str]) -> u64 {
        let mut hashes = words.iter().map(|w| lower_hash(w));
        let first = hashes.next().unwrap_or(0);
        hashes.fold(first, mix)
    }
}

fn ends(word: &str) -> [u64; 4] {
    let bytes = word.as_bytes();
    if word.is_ascii() {
        let lower = |b: &u8| u32::from(b.to_ascii_lowercase());
        return ends_of(bytes.iter().rev().map(lower), bytes.iter().map(lower));
    }
    let letters = Letters::get();
    let lower = |c: char| letters.first_lower(c).into();
    ends_of(word.chars().rev().map(lower), word.chars().map(lower))
}

fn ends_of(last: impl Iterator<Item = u32>, first: impl Iterator<Item = u32>) -> [u64; 4] {
    let mut all = [0u64; 4];
    let mut hash = 0xA5u64;
    for (k, c) in last.take(4).enumerate() {
        hash = mix(hash, c.into());
        if k > 0 {
            all[k - 1] = hash;
        }
    }
    all[3] = first.take(3).fold(0x5A, |hash, c| mix(hash, c.into()));
    all
}

fn candidates(text: &str, tokens: &[Token]) -> Vec<bool> {
    // Words with capitals, and numbers: a fifth of a text, and all that the rules begin at.
    let marked = |t: &Token| !matches!(t.shape, Shape::Small | Shape::Mark);
    let marked: Vec<usize> = tokens.iter().enumerate().filter(|(_, t)| marked(t)).map(|(i, _)| i).collect();
    let mut candidate = vec![false; tokens.len()];
    let openings = &*OPENINGS;
    for i in marked.iter().copied().filter(|i| tokens[*i].is_capital()) {
        let alone = !tokens.get(i + 1).is_some_and(Token::is_capital);
        let may_open = alone && (tokens[i].opens || tokens[i].end - tokens[i].start == 1);
        candidate[i] = !(may_open && openings.contains(tokens[i].of(text)));
    }
    let is_shouted = |i: &usize| matches!(tokens[*i].shape, Shape::LongCapitals | Shape::ShortCapitals | Shape::Initial);
    for run in marked.chunk_by(|a, b| a + 1 == *b && is_shouted(a) && is_shouted(b)).filter(|run| run.len() >= SHOUTED) {
        candidate[run[0]..run[0] + run.len()].fill(false);
    }
    let joinings = &*JOININGS;
    let joins = |t: &Token| t.end - t.start <= JOINING_BYTES && joinings.contains(t.of(text));
    let mut last = None;
    for i in marked {
        if candidate[i] {
            if let Some(from) = last {
                let between: &[Token] = tokens.get(from + 1..i).unwrap_or_default();
                if (1..=JOINING_MOST).contains(&between.len()) && between.iter().all(joins) {
                    (from + 1..i).for_each(|j| candidate[j] = true);
                }
            }
            last = Some(i);
        } else if matches!(tokens[i].shape, Shape::Number | Shape::NumberAndLetters) {
            // `Channel 4`, `3M`, `20th Century Fox`
            let beside = |j: Option<&Token>| j.is_some_and(Token::is_capital);
            if tokens[i].shape == Shape::NumberAndLetters || i > 0 && beside(tokens.get(i - 1)) || beside(tokens.get(i + 1)) {
                candidate[i] = true;
                last = Some(i);
            }
        }
    }
    candidate
}

/// The features of candidate `i`, in the order of the templates; `from..to` is its run of candidates.
#[inline(always)]
pub fn features(tokens: &[Token], words: &Words, i: usize, (from, to): (usize, usize), language: u64) -> [u64; TEMPLATES] {
    let n = tokens.len();
    let at = |k: isize| -> Option<usize> {
        let j = i as isize + k;
        (0..n as isize).contains(&j).then_some(j as usize)
    };
    // A line's end is an end: nothing beyond it is seen. `opens` of a word after a mark is not a line's, so sentences may look back.
    let lower = |k: isize| at(k).map_or(NOTHING, |j| tokens[j].lower);
    let shape = |k: isize| at(k).map_or(15, |j| tokens[j].shape as u64);
    let flags = |k: isize| at(k).map_or(0, |j| u64::from(words.flags[j]));
    let opens = u64::from(tokens[i].opens);
    let (w, p1, n1, p2, n2) = (lower(0), lower(-1), lower(1), lower(-2), lower(2));
    let [e2, e3, e4, b3] = words.ends[words.number[i] as usize];
    let shapes = shape(-1) << 8 | shape(0) << 4 | shape(1);
    // The run: `University` at its beginning and `Bank` at its end say what all of it is.
    let (first, last) = (tokens[from].lower, tokens[to - 1].lower);
    let place = ((i - from).min(3) << 4 | (to - 1 - i).min(3)) as u64;
    let before = from.checked_sub(1).map_or(NOTHING, |j| tokens[j].lower);
    let after = tokens.get(to).map_or(NOTHING, |t| t.lower);
    let values: [u64; TEMPLATES] = [
        w,
        mix(w, opens + 1),
        p1,
        n1,
        p2,
        n2,
        mix(p1, w),
        mix(w, n1),
        mix(p1, n1),
        e2,
        e3,
        e4,
        b3,
        shapes << 1 | opens,
        flags(0) << 8 | shape(0) << 1 | opens,
        flags(-1) << 32 | flags(0) << 16 | 1,
        flags(0) << 32 | flags(1) << 16 | 2,
        (flags(-1) << 20 | flags(1)) << 9 | shapes & 0xFFF,
        mix(first, (i - from).min(2) as u64),
        mix(last, (to - 1 - i).min(2) as u64),
        mix(before, place),
        mix(after, place),
        mix(before, after),
        place << 8 | opens << 4 | shape(0),
        u64::from(words.flags[from]) << 16 | place << 4 | 5,
        u64::from(words.flags[to - 1]) << 16 | place << 4 | 6,
        mix(e3, shape(0)) ^ opens,
        mix(p2, p1),
        mix(n1, n2),
        mix(p1, shape(0)),
        mix(n1, shape(0)),
        mix(language, w),
        mix(language, p1),
        mix(language, shapes << 1 | opens),
    ];
    let mut hashes = [0; TEMPLATES];
    for t in 0..TEMPLATES {
        hashes[t] = mix((SALTS[t] ^ values[t]).wrapping_mul(FACTOR), values[t] >> 31);
    }
    hashes
}
