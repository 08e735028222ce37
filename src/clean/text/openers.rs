//! Words that begin sentences, for finding where a glued heading ends and the sentence behind it begins.

use super::chars::bare;
use super::hash;
use crate::clean::dates::words::in_lower;
use crate::clean::eight::{eight, first_equal};
use crate::clean::ids::Ids;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Articles, pronouns, conjunctions, prepositions and titles that open sentences; capitalised inside a line they begin a new one.
#[rustfmt::skip]
static OPENERS: &[&str] = &[
    // English
    "the", "a", "an", "in", "on", "at", "but", "and", "it", "its", "he", "she", "they", "we", "i", "you", "this", "that", "these", "those", "there", "here", "mr", "mrs", "ms", "dr", "when", "while", "after", "before", "as", "if", "for", "from",
    "with", "by", "last", "since", "according", "although", "though", "some", "many", "most", "more", "another", "one", "both", "however", "his", "her", "their", "our", "my", "what", "who", "how", "why", "once", "during", "despite", "earlier", "so", "no", "not", "to",
    // German
    "der", "die", "das", "ein", "eine", "im", "am", "es", "er", "sie", "wir", "ich", "auch", "nach", "bei", "mit", "für", "von", "vor", "aber", "doch", "und", "als", "wenn", "während", "zudem", "laut", "seit", "dabei", "damit", "dass", "dieser", "diese", "dieses", "zum", "zur",
    "wer", "wie", "was", "warum", "nun", "so", "noch", "insgesamt", "bereits", "dort", "unter", "aus", "auf", "bis", "einen", "den", "dem", "seine", "ihre", "in", "an", "rund", "beim",
    // French
    "le", "la", "les", "l", "un", "une", "des", "il", "elle", "ils", "on", "nous", "ce", "cette", "ces", "mais", "dans", "pour", "selon", "après", "avant", "depuis", "si", "en", "au", "aux", "à", "de", "du", "avec", "sur", "ainsi",
    // Spanish, Portuguese, Italian
    "el", "los", "las", "una", "según", "por", "con", "sin", "tras", "desde", "pero", "además", "este", "esta", "cuando", "como", "o", "os", "as", "um", "uma", "no", "na", "mas", "segundo", "também", "após", "ele", "ela", "lo", "gli", "nel", "nella", "dopo", "secondo", "ma", "per", "si", "i",
    // Dutch, Scandinavian, Finnish
    "het", "een", "de", "maar", "volgens", "ook", "hij", "zij", "ze", "dat", "dit", "door", "det", "den", "en", "et", "men", "han", "hun", "hon", "vi", "jeg", "jag", "på", "efter", "etter", "ifølge", "enligt", "også", "också", "som", "da", "när", "når", "för", "ett", "se", "hän", "mutta", "myös", "kun",
    // Polish, Czech, Hungarian, Romanian, Croatian
    "w", "na", "po", "jak", "to", "ale", "według", "nie", "z", "ze", "podle", "také", "se", "je", "ve", "az", "egy", "és", "de", "în", "pe", "un", "o", "u", "iz", "nakon", "prema", "no", "ali",
    // Russian, Ukrainian, Bulgarian
    "в", "на", "по", "он", "она", "они", "мы", "это", "как", "но", "и", "при", "после", "также", "однако", "если", "за", "с", "из", "к", "у", "він", "вона", "вони", "ми", "це", "як", "але", "під", "після", "також", "за", "від",
    // Turkish, Indonesian, Vietnamese, Greek
    "bu", "bir", "ve", "ancak", "o", "di", "dan", "ini", "itu", "pada", "theo", "trong", "ông", "bà", "ngày", "ο", "η", "το", "οι", "τα", "στην", "στο", "και", "από",
];

/// Determiners, pronouns and titles among them: nothing but a sentence begins with one of these.
#[rustfmt::skip]
static SURE: &[&str] = &[
    "the", "a", "an", "this", "that", "these", "those", "he", "she", "it", "we", "they", "i", "you", "there", "mr", "mrs", "ms", "dr", "der", "die", "das", "ein", "eine", "es", "er", "sie", "wir", "ich", "le", "la", "les", "l", "un", "une", "il", "elle", "ils",
    "nous", "ce", "cette", "ces", "el", "los", "las", "una", "este", "esta", "o", "os", "as", "um", "uma", "ele", "ela", "lo", "gli", "het", "een", "hij", "zij", "ze", "dat", "dit", "den", "det", "en", "et", "han", "hun", "hon", "vi", "jeg", "jag",
];

/// Words that begin questions, and headings that are half of one ("How to ...").
#[rustfmt::skip]
static QUESTIONS: &[&str] = &[
    "what", "who", "how", "why", "when", "where", "which", "is", "are", "can", "do", "does", "will", "should", "wer", "wie", "was", "warum", "wo", "welche", "comment", "pourquoi", "qui", "quoi", "qué", "cómo", "por", "quem", "como", "porque", "chi", "come",
    "perché", "wat", "hvordan", "hvorfor", "hva", "vad", "hur", "varför", "miksi", "jak", "dlaczego", "co", "как", "почему", "что", "ne", "neden", "nasıl", "apa", "mengapa",
];

static WORDS: LazyLock<FxHashMap<&'static str, Opener>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    words.extend(OPENERS.iter().map(|w| (*w, Opener::Other)));
    words.extend(SURE.iter().map(|w| (*w, Opener::Sure)));
    words
});

/// How surely a word of the table begins a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opener {
    Sure,
    Other,
}

/// The word's row in the table.
pub fn opener(word: &str) -> Option<Opener> {
    if word.len() > 20 {
        return None;
    }
    in_lower(word, |lower| WORDS.get(lower).copied())
}

/// Whether the word begins questions.
pub fn asks(word: &str) -> bool {
    word.len() <= 20 && in_lower(word, |lower| QUESTIONS.contains(&lower))
}

/// What the page tells of its words: which are no names, which are capitals inside of sentences, which stand together.
#[derive(Debug, Default)]
pub struct Openers {
    /// All tokens without the marks around them, by their hash: comparing the texts of all of them costs more than hashes ever mistake.
    words: Ids,
    seen: Vec<Seen>,
    /// Pairs of neighbours of which the second begins with a capital, with their number.
    pairs: Ids,
    times: Vec<u8>,
    /// Words behind a word without an end mark, and those of them with a capital.
    inner: u32,
    inner_capitals: u32,
}

/// How a page writes a token.
#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    times: u8,
    /// With a capital behind a word without an end mark.
    named: u8,
    /// It begins with a small letter: no name.
    lower: bool,
}

/// No more words of a page than this are remembered.
const MOST: usize = 50_000;
/// Longer ones are none.
const LONGEST: usize = 40;

impl Openers {
    pub fn new(text: &str) -> Self {
        // A word in six bytes, half of them new; one in six begins with a capital.
        let likely = (text.len() / 12).min(MOST);
        let (words, pairs) = (Ids::with_capacity(likely), Ids::with_capacity(likely / 3));
        let mut openers = Self { words, pairs, seen: Vec::with_capacity(likely), ..Self::default() };
        let mut before = hash::token("");
        let mut inner = false;
        for token in tokens(text).filter(|t| t.len() <= LONGEST).take(MOST) {
            let word = bare(token);
            let word_key = hash::token(word);
            let token_key = if word.len() == token.len() { word_key } else { hash::token(token) };
            let (number, new) = openers.words.number(word_key);
            if new {
                openers.seen.push(Seen::default());
            }
            let seen = &mut openers.seen[number as usize];
            seen.times = seen.times.saturating_add(1);
            match word.chars().next() {
                Some(c) if c.is_lowercase() => {
                    openers.inner += u32::from(inner && c.is_alphabetic());
                    seen.lower = true;
                }
                Some(c) if c.is_uppercase() => {
                    if inner {
                        openers.inner += u32::from(c.is_alphabetic());
                        openers.inner_capitals += 1;
                        seen.named = seen.named.saturating_add(1);
                    }
                    let (number, new) = openers.pairs.number(hash::beside(before, token_key));
                    if new {
                        openers.times.push(0);
                    }
                    let times = &mut openers.times[number as usize];
                    *times = times.saturating_add(1);
                }
                Some(c) => openers.inner += u32::from(inner && c.is_alphabetic()),
                None => {}
            }
            before = token_key;
            inner = token.ends_with(char::is_lowercase);
        }
        openers
    }

    fn seen(&self, word: &str) -> Seen {
        self.words.get(hash::token(word)).map_or_else(Seen::default, |number| self.seen[number as usize])
    }

    /// A word that is no name, as far as this page tells.
    pub fn is_common(&self, word: &str) -> bool {
        word.len() <= LONGEST && in_lower(word, |lower| self.seen(lower).lower)
    }

    /// How often the page writes the word with a capital inside of a sentence.
    pub fn named(&self, word: &str) -> u8 {
        self.seen(word).named
    }

    /// Whether the two tokens stand side by side more than once.
    pub fn is_pair(&self, first: &str, second: &str) -> bool {
        let pair = self.pairs.get(hash::beside(hash::token(first), hash::token(second)));
        pair.is_some_and(|number| self.times[number as usize] > 1)
    }

    /// Share of capitalised words inside of sentences.
    pub fn capitals(&self) -> f32 {
        self.inner_capitals as f32 / self.inner.max(1) as f32
    }

    /// How often the page writes the token.
    pub fn tokens(&self, word: &str) -> u8 {
        self.seen(word).times
    }
}

/// What stands between blanks and line ends.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = token_end(text.as_bytes());
        rest = text.get(end + 1..);
        Some(&text[..end])
    })
}

/// Where the first blank or line end stands, or the end of the text.
fn token_end(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() {
        let eight = eight(text, at);
        let ends = first_equal(eight, b' ') | first_equal(eight, b'\n');
        if ends != 0 {
            return at + ends.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    text.len()
}
