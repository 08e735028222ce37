//! A text as words to look names up by: folded, hashed, with what stands between them.
//!
//! Case and accents are folded away (`Zürich`, `ZURICH`), words are runs of letters and digits, and every character of a script that is
//! written without spaces is a word of its own. A name's hash is made of its words' hashes, so that names of several words are looked up
//! without a string being built.

use unicode_normalization::char::decompose_canonical;

/// What stands before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing, as between Chinese characters.
    None,
    Space,
    Hyphen,
    Apostrophe,
    /// A period without a blank, as in `U.S`.
    Dot,
    DotSpace,
    Comma,
    Slash,
    /// The start of the text, a line's end, quotes, brackets, the end of a sentence.
    Break,
}

/// A word. Places in bytes and code points.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    pub start: u32,
    pub end: u32,
    /// First code point and the one behind the last.
    pub at: u32,
    pub to: u32,
    pub hash: u64,
    pub gap: Gap,
    pub case: Case,
    /// A character of a script without spaces.
    pub unspaced: bool,
    pub sentence_start: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    Lower,
    /// A capital, then anything else.
    Title,
    /// Two or more capitals and no small letter.
    Capitals,
    /// A script without case.
    Uncased,
    Number,
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of nothing, to which words are joined.
pub const EMPTY: u64 = SEED;

/// The hash of a name that goes on with a word.
pub fn join(name: u64, word: u64) -> u64 {
    let mixed = (name.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    mixed ^ (mixed >> 29)
}

/// Hash of one folded word, as tables of words hold it.
pub fn word_hash(word: &str) -> u64 {
    words(word).first().map_or(0, |w| w.hash)
}

fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

/// The words of a text.
pub fn words(text: &str) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(text.len() / 6 + 1);
    let mut scan = Scan { gap: Gap::Break, blank: false, hash: SEED, word: None, upper: 0, lower: 0, digits: 0, sentence: true };
    let (mut at, mut offset) = (0u32, 0u32);
    let mut rest = text;
    loop {
        // Most characters are small letters in the middle of a word.
        let run = scan.small_letters(rest, (offset, at));
        rest = &rest[run..];
        offset += run as u32;
        at += run as u32;
        let mut chars = rest.chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        let length = c.len_utf8() as u32;
        let here = (offset, at);
        offset += length;
        at += 1;
        if c.is_ascii() {
            let b = c as u8;
            if b.is_ascii_alphanumeric() {
                scan.begin(here);
                scan.hash = step(scan.hash, b.to_ascii_lowercase());
                match b {
                    b'A'..=b'Z' => scan.upper += 1,
                    b'a'..=b'z' => scan.lower += 1,
                    _ => scan.digits += 1,
                }
            } else {
                scan.end(here, &mut out);
                scan.between(c);
            }
            continue;
        }
        if is_unspaced(c) {
            scan.end(here, &mut out);
            scan.begin(here);
            scan.letter(c);
            scan.end((offset, at), &mut out);
            if let Some(last) = out.last_mut() {
                last.unspaced = true;
            }
        } else if !is_typographic(c) && (c.is_alphanumeric() && !is_quote_letter(c) || is_mark(c)) {
            scan.begin(here);
            scan.letter(c);
            if c.is_uppercase() {
                scan.upper += 1;
            } else if c.is_lowercase() {
                scan.lower += 1;
            }
        } else {
            scan.end(here, &mut out);
            scan.between(c);
        }
    }
    scan.end((offset, at), &mut out);
    out
}

struct Scan {
    gap: Gap,
    /// Whether a blank was seen since the last word.
    blank: bool,
    hash: u64,
    /// Byte and code point where the word began.
    word: Option<(u32, u32)>,
    upper: u32,
    lower: u32,
    digits: u32,
    sentence: bool,
}

impl Scan {
    fn begin(&mut self, here: (u32, u32)) {
        if self.word.is_none() {
            self.word = Some(here);
            self.hash = SEED;
            (self.upper, self.lower, self.digits) = (0, 0, 0);
        }
    }

    /// Takes the small ASCII letters that a text begins with.
    fn small_letters(&mut self, text: &str, here: (u32, u32)) -> usize {
        if !text.as_bytes().first().is_some_and(u8::is_ascii_lowercase) {
            return 0;
        }
        self.begin(here);
        let mut hash = self.hash;
        let run = text.bytes().take_while(u8::is_ascii_lowercase).inspect(|b| hash = step(hash, *b)).count();
        self.hash = hash;
        self.lower += run as u32;
        run
    }

    fn letter(&mut self, c: char) {
        fold_char(c, |d| {
            let mut bytes = [0; 4];
            for b in d.encode_utf8(&mut bytes).bytes() {
                self.hash = step(self.hash, b);
            }
        });
    }

    fn end(&mut self, here: (u32, u32), out: &mut Vec<Word>) {
        let Some((start, at)) = self.word.take() else { return };
        let case = match (self.upper, self.lower) {
            (0, 0) if self.digits > 0 => Case::Number,
            (0, 0) => Case::Uncased,
            (0, _) => Case::Lower,
            (1, _) => Case::Title,
            (_, 0) => Case::Capitals,
            _ => Case::Title,
        };
        let gap = if out.is_empty() { Gap::Break } else { self.gap };
        out.push(Word {
            start,
            end: here.0,
            at,
            to: here.1,
            hash: self.hash,
            gap,
            case,
            unspaced: false,
            sentence_start: self.sentence || out.is_empty(),
        });
        self.gap = Gap::None;
        self.blank = false;
        self.sentence = false;
    }

    /// Takes note of a character between words. The strongest counts.
    fn between(&mut self, c: char) {
        self.gap = match (self.gap, c) {
            (Gap::None, ' ' | '\u{a0}') => Gap::Space,
            (Gap::None, '-' | '‐' | '‑') => Gap::Hyphen,
            (Gap::None, '\'' | '’' | 'ʼ' | 'ʻ' | '‘' | '`') => Gap::Apostrophe,
            (Gap::None, '.' | '·') => Gap::Dot,
            (Gap::None, ',') => Gap::Comma,
            (Gap::None, '/' | '–') => Gap::Slash,
            (Gap::Dot, ' ' | '\u{a0}') => {
                self.sentence = true;
                Gap::DotSpace
            }
            (Gap::Dot, ',') => Gap::Comma,
            (Gap::Comma, ' ' | '\u{a0}') => Gap::Comma,
            (Gap::Space, ' ' | '\u{a0}') => Gap::Space,
            _ => Gap::Break,
        };
        if matches!(c, '!' | '?' | '\n' | ':' | '"' | '“' | '”' | '«' | '»' | '。' | '—') {
            self.sentence = true;
        }
    }
}

fn fold_char(c: char, mut push: impl FnMut(char)) {
    for c in c.to_lowercase() {
        match c {
            'ł' => push('l'),
            'ø' => push('o'),
            'đ' | 'ð' => push('d'),
            'ı' => push('i'),
            'ħ' => push('h'),
            'ß' => (0..2).for_each(|_| push('s')),
            'æ' => "ae".chars().for_each(&mut push),
            'œ' => "oe".chars().for_each(&mut push),
            'ё' => push('е'),
            // Persian and Arabic forms of one letter.
            'ي' | 'ى' => push('ی'),
            'ك' => push('ک'),
            'أ' | 'إ' | 'آ' => push('ا'),
            'ة' => push('ه'),
            '\u{c0}'..='\u{58f}' | '\u{1e00}'..='\u{1fff}' => decompose_canonical(c, |d| {
                if !is_accent(d) {
                    push(d);
                }
            }),
            c if is_accent(c) || c == '\u{200c}' => {}
            c => push(c),
        }
    }
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{5b0}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

fn is_mark(c: char) -> bool {
    is_accent(c) || matches!(c, '\u{900}'..='\u{dff}' | '\u{200c}')
}

fn is_quote_letter(c: char) -> bool {
    matches!(c, '\u{2b9}'..='\u{2bf}' | '\u{2c8}')
}

/// Dashes, quotes and points: no letters, which the standard library would have to search its tables for.
pub fn is_typographic(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}')
}

/// Chinese characters, kana, Thai and its neighbours; Hangul too, because its particles are joined to the name.
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e4e}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(name: &str) -> u64 {
        words(name).iter().fold(EMPTY, |h, w| join(h, w.hash))
    }

    #[test]
    fn spellings_that_are_one_name() {
        for (a, b) in [
            ("Zürich", "ZURICH"),
            ("Łódź", "lodz"),
            ("São Paulo", "Sao Paulo"),
            ("Slov'yans'k", "Slov’yans’k"),
            ("Saint-Denis", "Saint Denis"),
            ("Пётр", "Петр"),
            ("Zu\u{308}rich", "Zürich"),
            ("Ho Chi Minh", "HO CHI MINH"),
        ] {
            assert_eq!(hash(a), hash(b), "{a} {b}");
        }
        for (a, b) in [("Lodz", "Lod"), ("New York", "York New"), ("New York", "Newyork"), ("北京", "京北")] {
            assert_ne!(hash(a), hash(b), "{a} {b}");
        }
    }

    #[test]
    fn gaps_and_cases() {
        let text = "In Paris, Texas. The U.S. and Slov'yans'k – 東京 NATO 12";
        let found: Vec<(&str, Gap, Case)> = words(text).iter().map(|w| (&text[w.start as usize..w.end as usize], w.gap, w.case)).collect();
        assert_eq!(
            found,
            [
                ("In", Gap::Break, Case::Title),
                ("Paris", Gap::Space, Case::Title),
                ("Texas", Gap::Comma, Case::Title),
                ("The", Gap::DotSpace, Case::Title),
                ("U", Gap::Space, Case::Title),
                ("S", Gap::Dot, Case::Title),
                ("and", Gap::DotSpace, Case::Lower),
                ("Slov", Gap::Space, Case::Title),
                ("yans", Gap::Apostrophe, Case::Lower),
                ("k", Gap::Apostrophe, Case::Lower),
                ("東", Gap::Break, Case::Uncased),
                ("京", Gap::None, Case::Uncased),
                ("NATO", Gap::Space, Case::Capitals),
                ("12", Gap::Space, Case::Number),
            ]
        );
        for w in words(text) {
            assert_eq!(
                text.chars().skip(w.at as usize).take((w.to - w.at) as usize).collect::<String>(),
                text[w.start as usize..w.end as usize]
            );
        }
    }
}
