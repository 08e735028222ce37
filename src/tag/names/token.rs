//! A text as the tokens that the model of names reads: words, numbers and marks, with their places in bytes.
//!
//! The cuts follow the corpora that trained the model (Universal Dependencies for hyphens and possessives), because a name that is cut
//! otherwise can be neither learned nor found.

use super::feature::{lower_hash, lower_mark};
use crate::tag::fold::{Case, Word};
use crate::tag::letters::{BLANK, Kind, Letters, NUMBER, UPPER, WORDY};

/// How a token is written. The order is part of the model: a change needs new weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Shape {
    /// Small letters, or a script without capitals.
    Small = 0,
    /// `Kiev`
    Capital = 1,
    /// `EU`
    ShortCapitals = 2,
    /// `REUTERS`
    LongCapitals = 3,
    /// `J.`, `U.S.`, `X`
    Initial = 4,
    /// `McDonald`, `iPhone`
    Mixed = 5,
    Number = 6,
    /// `F-16`, `3M`
    NumberAndLetters = 7,
    Mark = 8,
}

#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// Bytes of the text, end exclusive.
    pub start: u32,
    pub end: u32,
    /// Code points of the text before it.
    pub point: u32,
    /// Of its small letters, as [`lower_hash`] has it.
    pub lower: u64,
    pub shape: Shape,
    /// The first word of a sentence or line, where a capital says nothing.
    pub opens: bool,
    /// Nothing lies between it and the token before: `Moscow` `-` `backed`.
    pub glued: bool,
}

impl Token {
    pub fn of<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Could begin a name by its writing.
    pub fn is_capital(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::ShortCapitals | Shape::LongCapitals | Shape::Initial | Shape::Mixed)
    }
}

/// Abbreviations that keep their full stop. It belongs to the name: `Apple Inc.`
const ABBREVIATIONS: [&str; 34] = [
    "Inc", "Corp", "Co", "Ltd", "Bros", "Cie", "Jr", "Sr", "Dr", "Mr", "Mrs", "Ms", "St", "Mt", "Ft", "Prof", "Gen", "Col", "Sgt", "Lt",
    "Capt", "Adm", "Sen", "Rep", "Gov", "Rev", "Hon", "Pres", "Vs", "No", "Nr", "Dept", "Univ", "Assn",
];
/// Letters of the longest of them.
const ABBREVIATION_LETTERS: usize = 4;
/// Arabic articles are written small and are part of the name: `al-Qaeda`.
const ARTICLES: [&str; 10] = ["al", "el", "ul", "as", "ad", "an", "ar", "at", "az", "ash"];

fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '’' | '-' | '‐' | '‑' | '.' | '&')
}

/// Letters that stand alone as words or have no spaces between words; a run of them says nothing.
fn is_ideograph(c: char) -> bool {
    matches!(c as u32, 0x2E80..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

fn is_combining(c: char) -> bool {
    // Vowel signs and accents of the common scripts; alphabetic ones are letters already.
    matches!(c as u32, 0x300..=0x36F | 0x483..=0x487 | 0x591..=0x5BD | 0x610..=0x61A | 0x64B..=0x65F | 0x93C | 0x94D | 0x9BC | 0x9CD)
}

/// Counts of what a word is made of.
#[derive(Default)]
struct Made {
    upper: u32,
    lower: u32,
    digits: u32,
    first_upper: bool,
    points: u32,
    after_first_upper: u32,
}

impl Made {
    fn add(&mut self, c: char, kind: Kind, first: bool) {
        if kind & NUMBER != 0 {
            self.digits += 1;
        } else if kind & UPPER != 0 {
            self.upper += 1;
            if first {
                self.first_upper = true;
            } else {
                self.after_first_upper += 1;
            }
        } else if c == '.' {
            self.points += 1;
        } else if !is_joint(c) {
            self.lower += 1;
        }
    }

    fn shape(&self) -> Shape {
        let letters = self.upper + self.lower;
        match () {
            () if letters == 0 => Shape::Number,
            () if self.digits > 0 => Shape::NumberAndLetters,
            () if self.upper == 0 => Shape::Small,
            () if self.lower == 0 && (self.upper == 1 || self.points >= self.upper - 1 && self.points > 0) => Shape::Initial,
            () if self.lower == 0 && self.upper <= 4 => Shape::ShortCapitals,
            () if self.lower == 0 => Shape::LongCapitals,
            () if self.first_upper && self.after_first_upper == 0 => Shape::Capital,
            () => Shape::Mixed,
        }
    }
}

/// All tokens of a text, in order. `words` are its folded words: most are tokens as they are, with the same hash.
pub fn tokens(text: &str, words: &[Word]) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 8);
    // The first of the words that the tokens have not passed yet.
    let mut next = 0;
    let mut opens = true;
    let mut at = 0;
    let mut last_end = usize::MAX;
    // How many more bytes than code points were read.
    let mut wider = 0;
    let bytes = text.as_bytes();
    let letters = Letters::get();
    while let Some(b) = bytes.get(at) {
        if *b == b' ' {
            at += 1;
            continue;
        }
        let point = (at - wider) as u32;
        let glued = last_end == at;
        if b.is_ascii_alphabetic() {
            next += words[next..].iter().take_while(|w| (w.start as usize) < at).count();
            if let Some(word) = words.get(next).filter(|w| w.start as usize == at)
                && let Some((end, shape)) = plain_word(bytes, word)
            {
                tokens.push(Token { start: at as u32, end: end as u32, point, lower: word.hash, shape, opens, glued });
                opens = false;
                last_end = end;
                // A blank follows on most.
                at = end + usize::from(bytes.get(end) == Some(&b' '));
                continue;
            }
        }
        if b.is_ascii_punctuation() {
            let lower = lower_mark(*b);
            tokens.push(Token { start: at as u32, end: at as u32 + 1, point, lower, shape: Shape::Mark, opens, glued });
            opens = opens_behind(char::from(*b), opens);
            at += 1;
            last_end = at;
            continue;
        }
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let (width, kind) = (c.len_utf8(), letters.kind(c));
        if c == '\n' {
            opens = true;
            at += width;
            continue;
        }
        if kind & BLANK != 0 {
            wider += width - 1;
            at += width;
            continue;
        }
        let (end, shape) = if is_ideograph(c) {
            (at + width, Shape::Small)
        } else if kind & WORDY != 0 {
            word(text, at, letters)
        } else {
            (at + width, Shape::Mark)
        };
        wider += bytes[at..end].iter().filter(|b| is_continuation(**b)).count();
        let lower = text.get(at..end).map_or(0, lower_hash);
        tokens.push(Token { start: at as u32, end: end as u32, point, lower, shape, opens, glued });
        opens = opens_behind(c, opens);
        (last_end, at) = (end, end);
    }
    tokens
}

/// Whether a word behind a token that begins with `c` opens a sentence; `opens`: whether the token did.
fn opens_behind(c: char, opens: bool) -> bool {
    match c {
        '.' | '!' | '?' | '…' | '。' | '！' | '？' => true,
        // What may stand between the end of a sentence and the next word.
        '"' | '”' | '“' | '„' | '«' | '»' | '\'' | '’' | '‘' | '(' | ')' | '[' | ']' | '-' | '–' | '—' | '•' | '*' => {
            opens
        }
        _ => false,
    }
}

/// Of the bytes of a code point all but the first.
fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// The end and the shape of a word as most are: small ASCII letters or a capital and such, with a blank or a mark behind that is no part of words.
#[inline]
fn plain_word(bytes: &[u8], word: &Word) -> Option<(usize, Shape)> {
    let (start, end) = (word.start as usize, word.end as usize);
    // A capital alone may be an initial.
    if !word.plain || end == start + 1 && word.case != Case::Lower {
        return None;
    }
    let shape = if word.case == Case::Lower { Shape::Small } else { Shape::Capital };
    let ends = bytes.get(end).is_none_or(|b| !is_joint(char::from(*b)) || ends_at_joint(bytes, start, end, shape));
    ends.then_some((end, shape))
}

/// Whether a word of plain letters ends before the joint at `end` for sure, as before the full stop of a sentence.
fn ends_at_joint(bytes: &[u8], start: usize, end: usize, shape: Shape) -> bool {
    let parts = |at: usize| bytes.get(at).is_none_or(|b| b.is_ascii() && !b.is_ascii_alphanumeric());
    match bytes[end] {
        b'.' if shape == Shape::Capital && end - start <= ABBREVIATION_LETTERS => false,
        // `Obama's`
        b'\'' if matches!(bytes.get(end + 1), Some(b's' | b'S')) => parts(end + 2),
        _ => parts(end + 1),
    }
}

/// The end and the shape of the word that begins at `start`.
fn word(text: &str, start: usize, letters: Letters) -> (usize, Shape) {
    let rest = text.get(start..).unwrap_or_default();
    let mut made = Made::default();
    let mut chars = rest.char_indices().peekable();
    let mut end = 0;
    // Since the last joint.
    let mut part = 0;
    while let Some((i, c)) = chars.next() {
        let kind = letters.kind(c);
        if (kind & WORDY != 0 && !is_ideograph(c)) || is_combining(c) {
            made.add(c, kind, i == 0);
            end = i + c.len_utf8();
            continue;
        }
        let in_number = c == ',' && made.upper + made.lower == 0;
        if !is_joint(c) && !in_number {
            break;
        }
        let next = chars.peek().map(|(_, n)| *n).filter(|n| letters.is(*n, WORDY));
        let own = rest.get(part..i).unwrap_or_default();
        let after = i + c.len_utf8();
        match c {
            '.' if made.digits > 0 && made.upper + made.lower == 0 => match next {
                Some(n) if n.is_ascii_digit() => {}
                _ => break,
            },
            ',' => match next {
                Some(n) if n.is_ascii_digit() => {}
                _ => break,
            },
            '.' => {
                // A letter of its own, and not the end of `AT&T`.
                let single =
                    own.chars().count() == 1 && own.chars().all(char::is_uppercase) && !rest.get(..part).unwrap_or_default().ends_with('&');
                if single {
                    made.add(c, kind, false);
                    end = after;
                    // `U.S.` goes on, `J.Smith` ends here.
                    let mut ahead = rest.get(after..).unwrap_or_default().chars();
                    if !(ahead.next().is_some_and(char::is_uppercase) && ahead.next() == Some('.')) {
                        break;
                    }
                } else if part == 0 && ABBREVIATIONS.contains(&own) {
                    end = after;
                    break;
                } else if !next.is_some_and(char::is_lowercase) || own.is_empty() {
                    break;
                }
            }
            '&' if made.lower == 0 && next.is_some_and(char::is_uppercase) => {}
            '&' => break,
            '\'' | '’' => {
                let Some(next) = next else { break };
                let mut ahead = rest.get(after..).unwrap_or_default().chars();
                ahead.next();
                // `Obama's`
                if matches!(next, 's' | 'S') && !ahead.next().is_some_and(char::is_alphanumeric) {
                    break;
                }
                // `l'Élysée`
                if next.is_uppercase() && made.upper == 0 {
                    end = after;
                    break;
                }
            }
            _ => {
                let Some(next) = next else { break };
                let small = made.upper == 0 && made.digits == 0;
                // `pro-Russian`, but `al-Qaeda`; `Moscow-backed`.
                if (small && next.is_uppercase() && !ARTICLES.contains(&own))
                    || (made.upper > 0 && next.is_lowercase() && part == 0 && made.digits == 0)
                {
                    break;
                }
            }
        }
        part = after;
    }
    (start + end.max(1), made.shape())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::fold::words;

    fn tokens(text: &str) -> Vec<Token> {
        super::tokens(text, &words(text))
    }

    fn cut(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|t| t.of(text)).collect()
    }

    #[test]
    fn hashes_are_those_of_small_letters() {
        let text = "Kiev`s mayor, O’Neill: “EU 20-th” Łódź (al-Qaeda) l'Élysée Dr. May. It's iPhone 4 e.g. naïve cafe\u{301} 北京 Peking!";
        for t in tokens(text) {
            assert_eq!(t.lower, lower_hash(t.of(text)), "{}", t.of(text));
        }
    }

    #[test]
    fn words_are_cut_as_in_the_corpora() {
        for (text, want) in [
            ("Obama's aide, Kori", &["Obama", "'", "s", "aide", ",", "Kori"][..]),
            ("pro-Russian, Moscow-backed", &["pro", "-", "Russian", ",", "Moscow", "-", "backed"]),
            ("Jean-Claude of al-Qaeda", &["Jean-Claude", "of", "al-Qaeda"]),
            ("J. K. Rowling in the U.S. today", &["J.", "K.", "Rowling", "in", "the", "U.S.", "today"]),
            ("Apple Inc. and AT&T.", &["Apple", "Inc.", "and", "AT&T", "."]),
            ("chez l'Élysée, O'Neill", &["chez", "l'", "Élysée", ",", "O'Neill"]),
            ("It was dangerous.Russia pushes", &["It", "was", "dangerous", ".", "Russia", "pushes"]),
            ("Amazon.com had 1,000.5 F-16s", &["Amazon.com", "had", "1,000.5", "F-16s"]),
            ("北京 Peking", &["北", "京", "Peking"]),
            ("", &[]),
        ] {
            assert_eq!(cut(text), want, "{text}");
        }
    }

    #[test]
    fn code_points_are_counted() {
        let text = "😀 Łódź – “Kiev” fell.\u{a0}al-Qaeda, 北京 d’Été\n\u{3000}Ёж";
        for t in tokens(text) {
            assert_eq!(t.point as usize, text[..t.start as usize].chars().count(), "{}", t.of(text));
        }
    }

    #[test]
    fn shapes_and_openings() {
        let text = "“Kiev fell.” EU and NATO said. iPhone 4 U.S. x\nREUTERS";
        let got: Vec<(&str, Shape, bool)> =
            tokens(text).iter().map(|t| (t.of(text), t.shape, t.opens)).filter(|t| t.1 != Shape::Mark).collect();
        assert_eq!(
            got,
            [
                ("Kiev", Shape::Capital, true),
                ("fell", Shape::Small, false),
                ("EU", Shape::ShortCapitals, true),
                ("and", Shape::Small, false),
                ("NATO", Shape::ShortCapitals, false),
                ("said", Shape::Small, false),
                ("iPhone", Shape::Mixed, true),
                ("4", Shape::Number, false),
                ("U.S.", Shape::Initial, false),
                ("x", Shape::Small, false),
                ("REUTERS", Shape::LongCapitals, true),
            ]
        );
    }
}
