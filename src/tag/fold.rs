//! A text as words to look names up by: folded, hashed, with what stands between them.
//!
//! Case and accents are folded away (`Zürich`, `ZURICH`), words are runs of letters and digits, and every character of a script that is
//! written without spaces is a word of its own. A name's hash is made of its words' hashes, so that names of several words are looked up
//! without a string being built.

use super::letters::{LOWER, Letters, TABLE, UPPER, WORDY};
use std::sync::LazyLock;
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
    /// Letters of ASCII alone, none but perhaps the first a capital.
    pub plain: bool,
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

/// The hash of a word before its first letter.
pub const SEED: u64 = 0xcbf2_9ce4_8422_2325;
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
    let mut first = None;
    hashes(word, |hash| first = first.or(Some(hash)));
    first.unwrap_or(0)
}

/// The hash of a word that goes on with a byte or a letter (FNV-1a).
#[inline(always)]
pub fn step(hash: u64, part: impl Into<u64>) -> u64 {
    (hash ^ part.into()).wrapping_mul(0x0100_0000_01b3)
}

/// What a byte of ASCII is in a word; zero between words.
const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const DIGIT: u8 = 4;

static ASCII: [u8; 256] = {
    let mut classes = [0; 256];
    let mut b = 0u8;
    while b < 0x80 {
        classes[b as usize] = match b {
            b'a'..=b'z' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            b'0'..=b'9' => DIGIT,
            _ => 0,
        };
        b += 1;
    }
    classes
};

/// The hash of a word that goes on with the ASCII letters and digits at the front of the bytes, how many they are, and of each class whether
/// there is one and of capitals how many.
#[inline(always)]
fn ascii(bytes: &[u8], mut hash: u64) -> (u64, usize, u8, u32) {
    let (mut length, mut seen, mut capitals) = (0, 0, 0);
    while let Some(b) = bytes.get(length) {
        let class = ASCII[usize::from(*b)];
        // Nearly all letters but the first are small.
        if class == SMALL {
            while let Some(b) = bytes.get(length).filter(|b| b.is_ascii_lowercase()) {
                hash = step(hash, *b);
                length += 1;
            }
            seen |= SMALL;
            continue;
        }
        if class == 0 {
            break;
        }
        // This bit makes a small letter of a capital, and every small letter and digit has it.
        hash = step(hash, b | 0x20);
        seen |= class;
        capitals += u32::from(class & CAPITAL);
        length += 1;
    }
    (hash, length, seen, capitals / u32::from(CAPITAL))
}

/// The words of a text.
pub fn words(text: &str) -> Vec<Word> {
    let bytes = text.as_bytes();
    let table = &*FOLDED;
    let mut out: Vec<Word> = Vec::with_capacity(text.len() / 5 + 1);
    let mut between = Between { gap: Gap::Break, sentence: true };
    let mut open: Option<Open> = None;
    let mut from = 0;
    // How many more bytes than characters were read.
    let mut wider = 0u32;
    while let Some(b) = bytes.get(from) {
        if ASCII[usize::from(*b)] != 0 {
            let start = from as u32;
            let (hash, length, seen, capitals) = ascii(&bytes[from..], open.as_ref().map_or(SEED, |word| word.hash));
            from += length;
            let goes_on = bytes.get(from).is_some_and(|b| !b.is_ascii());
            // Most words are this and nothing else.
            if !goes_on && open.is_none() {
                let word = Open { start, wider, hash, seen, capitals };
                let mut word = word.end(from as u32, wider, &mut between, out.is_empty());
                word.plain = seen & DIGIT == 0 && (capitals == 0 || capitals == 1 && b.is_ascii_uppercase());
                out.push(word);
                if bytes.get(from) == Some(&b' ') {
                    between.gap = Gap::Space;
                    from += 1;
                }
                continue;
            }
            let mut word = open.take().unwrap_or(Open::at(start, wider));
            word.hash = hash;
            word.seen |= seen;
            word.capitals += capitals;
            if goes_on {
                open = Some(word);
            } else {
                out.push(word.end(from as u32, wider, &mut between, out.is_empty()));
            }
            continue;
        }
        if *b == b' ' && between.gap == Gap::None && open.is_none() {
            between.gap = Gap::Space;
            from += 1;
            continue;
        }
        let here = from as u32;
        let (c, kind) = if b.is_ascii() {
            from += 1;
            (char::from(*b), Folded::OTHER)
        } else {
            let Some(c) = text.get(from..).and_then(|rest| rest.chars().next()) else { break };
            from += c.len_utf8();
            (c, table.get(c as usize).copied().unwrap_or_else(|| Folded::of(c)))
        };
        if kind.is(Folded::LETTER) {
            let word = open.get_or_insert(Open::at(here, wider));
            kind.fold(c, |b| word.hash = step(word.hash, b));
            word.seen |= kind.case();
            word.capitals += u32::from(kind.is(Folded::CAPITAL));
            wider += from as u32 - here - 1;
            continue;
        }
        if let Some(word) = open.take() {
            out.push(word.end(here, wider, &mut between, out.is_empty()));
        }
        if kind.is(Folded::UNSPACED) {
            let mut word = Open::at(here, wider);
            wider += from as u32 - here - 1;
            kind.fold(c, |b| word.hash = step(word.hash, b));
            let mut word = word.end(from as u32, wider, &mut between, out.is_empty());
            word.unspaced = true;
            out.push(word);
        } else {
            wider += from as u32 - here - 1;
            between.add(c);
        }
    }
    if let Some(word) = open {
        out.push(word.end(from as u32, wider, &mut between, out.is_empty()));
    }
    out
}

/// Calls `each` with the hash of every word of a text, as [`words`] has it.
pub fn hashes(text: &str, mut each: impl FnMut(u64)) {
    let bytes = text.as_bytes();
    let table = &*FOLDED;
    let (mut hash, mut open) = (SEED, false);
    let mut from = 0;
    while let Some(b) = bytes.get(from) {
        if ASCII[usize::from(*b)] != 0 {
            hash = step(hash, b | 0x20);
            open = true;
            from += 1;
            continue;
        }
        let mut kind = Folded::OTHER;
        let mut c = char::from(*b);
        if !b.is_ascii() {
            let Some(beyond) = text.get(from..).and_then(|rest| rest.chars().next()) else { break };
            c = beyond;
            kind = table.get(c as usize).copied().unwrap_or_else(|| Folded::of(c));
        }
        from += c.len_utf8();
        if kind.is(Folded::LETTER) {
            kind.fold(c, |b| hash = step(hash, b));
            open = true;
            continue;
        }
        if open {
            each(hash);
            (hash, open) = (SEED, false);
        }
        if kind.is(Folded::UNSPACED) {
            kind.fold(c, |b| hash = step(hash, b));
            each(hash);
            hash = SEED;
        }
    }
    if open {
        each(hash);
    }
}

/// A word while it is read.
#[derive(Clone, Copy)]
struct Open {
    start: u32,
    /// Bytes more than characters before it.
    wider: u32,
    hash: u64,
    seen: u8,
    capitals: u32,
}

impl Open {
    fn at(start: u32, wider: u32) -> Self {
        Self { start, wider, hash: SEED, seen: 0, capitals: 0 }
    }

    /// `wider`: bytes more than characters before its end.
    #[inline(always)]
    fn end(self, end: u32, wider: u32, between: &mut Between, first: bool) -> Word {
        let small = self.seen & SMALL != 0;
        let case = match self.capitals {
            0 if small => Case::Lower,
            0 if self.seen & DIGIT != 0 => Case::Number,
            0 => Case::Uncased,
            1 => Case::Title,
            _ if small => Case::Title,
            _ => Case::Capitals,
        };
        let before = std::mem::replace(between, Between { gap: Gap::None, sentence: false });
        Word {
            start: self.start,
            end,
            at: self.start - self.wider,
            to: end - wider,
            hash: self.hash,
            gap: if first { Gap::Break } else { before.gap },
            case,
            unspaced: false,
            plain: false,
            sentence_start: first || before.sentence,
        }
    }
}

/// What was read since the last word.
struct Between {
    gap: Gap,
    sentence: bool,
}

impl Between {
    /// Takes note of a character between words. The strongest counts.
    #[inline]
    fn add(&mut self, c: char) {
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

/// What a character beyond ASCII is in a word, and its folded bytes where there are a few.
#[derive(Clone, Copy)]
struct Folded {
    bytes: [u8; 6],
    length: u8,
    kind: u8,
}

/// Of the characters of all alphabets.
static FOLDED: LazyLock<Vec<Folded>> = LazyLock::new(|| ('\0'..).take(TABLE).map(Folded::of).collect());

impl Folded {
    const LETTER: u8 = 1;
    const UNSPACED: u8 = 2;
    const CAPITAL: u8 = 4;
    const SMALL: u8 = 8;
    /// More bytes than there is room for, or none looked up.
    const LONG: u8 = 16;
    const OTHER: Folded = Folded { bytes: [0; 6], length: 0, kind: 0 };

    fn of(c: char) -> Self {
        let mut folded = Self::OTHER;
        if is_unspaced(c) {
            // None has another form.
            folded.kind = Self::UNSPACED;
            folded.length = c.encode_utf8(&mut folded.bytes).len() as u8;
            return folded;
        }
        let letters = Letters::get();
        if is_typographic(c) || !(letters.is(c, WORDY) && !is_quote_letter(c) || is_mark(c)) {
            return folded;
        }
        folded.kind = Self::LETTER;
        if letters.is(c, UPPER) {
            folded.kind |= Self::CAPITAL;
        } else if letters.is(c, LOWER) {
            folded.kind |= Self::SMALL;
        }
        fold_char(c, |d| {
            let from = usize::from(folded.length);
            match folded.bytes.get_mut(from..from + d.len_utf8()) {
                Some(room) if folded.kind & Self::LONG == 0 => {
                    d.encode_utf8(room);
                    folded.length += d.len_utf8() as u8;
                }
                _ => folded.kind |= Self::LONG,
            }
        });
        folded
    }

    fn is(self, kinds: u8) -> bool {
        self.kind & kinds != 0
    }

    /// As a class of ASCII.
    fn case(self) -> u8 {
        if self.is(Self::SMALL) { SMALL } else { 0 }
    }

    /// Calls `each` with the bytes of what `c`, whose row it is, is folded to.
    #[inline]
    fn fold(self, c: char, mut each: impl FnMut(u8)) {
        if self.is(Self::LONG) {
            fold_char(c, |d| d.encode_utf8(&mut [0; 4]).bytes().for_each(&mut each));
            return;
        }
        let mut rest = u64::from_le_bytes([self.bytes[0], self.bytes[1], self.bytes[2], self.bytes[3], self.bytes[4], self.bytes[5], 0, 0]);
        for _ in 0..self.length {
            each(rest as u8);
            rest >>= 8;
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
