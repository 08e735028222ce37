//! The small tokens that dates are made of: numbers, words, marks.

/// The letters that `text` begins with, combining marks included (Hindi month names hold some); empty when it begins otherwise.
pub fn leading_word(text: &str) -> &str {
    // Bounded: no word that matters is longer than 40 characters.
    let end = text.char_indices().take(41).find(|&(_, c)| !(c.is_alphabetic() || is_joined(c))).map(|(i, _)| i);
    end.map_or(if text.chars().nth(41).is_some() { "" } else { text }, |i| &text[..i])
}

/// Marks inside words that are no letters: accents, Indic and Thai signs, the joiners of Persian.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{93c}' | '\u{94d}' | '\u{902}' | '\u{9bc}' | '\u{9cd}' | '\u{bcd}' | '\u{e47}'..='\u{e4e}' | '\u{200c}' | '\u{200d}')
}

/// Looks something up by a word in lower case, without a copy on the heap where the word is ASCII.
pub fn in_lower<T>(word: &str, look: impl FnOnce(&str) -> T) -> T {
    let mut bytes = [0; 64];
    match bytes.get_mut(..word.len()).filter(|_| word.is_ascii()) {
        Some(bytes) => {
            bytes.copy_from_slice(word.as_bytes());
            bytes.make_ascii_lowercase();
            look(std::str::from_utf8(bytes).unwrap_or_default())
        }
        None => look(&word.to_lowercase()),
    }
}

/// A part of a text that can belong to a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// Digits of any script, up to eight of them.
    Number {
        value: u32,
        digits: usize,
    },
    Word(&'a str),
    Mark(char),
    Blank,
}

/// A token and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    pub token: Token<'a>,
    pub start: usize,
    pub end: usize,
}

/// Cuts a text into tokens. Han, kana and Hangul counters (`年`, `월`) are marks of their own.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    // A token in three bytes, if the text is not one that nobody should ask for.
    let mut pieces = Vec::with_capacity((text.len() / 3 + 1).min(256));
    pieces.extend(each_piece(text));
    pieces
}

/// The tokens one by one, for who needs only the first.
pub fn each_piece(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let rest = &text[start..];
        let c = rest.chars().next()?;
        let may_be_number = !c.is_ascii() || c.is_ascii_digit();
        let (token, bytes) = if let Some(found) = may_be_number.then(|| number(rest)).flatten() {
            found
        } else if is_counter(c) {
            (Token::Mark(c), c.len_utf8())
        } else if c.is_alphabetic() {
            let bytes = word(rest);
            (Token::Word(&rest[..bytes]), bytes)
        } else if c.is_whitespace() {
            (Token::Blank, c.len_utf8())
        } else {
            (Token::Mark(c), c.len_utf8())
        };
        at += bytes;
        Some(Piece { token, start, end: at })
    })
}

/// The number that a text begins with, and its bytes.
fn number(text: &str) -> Option<(Token<'static>, usize)> {
    let (mut value, mut digits, mut bytes) = (0u32, 0, 0);
    for c in text.chars() {
        let Some(v) = digit(c) else { break };
        value = value.saturating_mul(10).saturating_add(v);
        digits += 1;
        bytes += c.len_utf8();
    }
    if digits > 0 {
        return Some((Token::Number { value, digits }, bytes));
    }
    if text.as_bytes()[0].is_ascii() {
        return None;
    }
    let (value, digits, bytes) = han_number(text)?;
    Some((Token::Number { value, digits }, bytes))
}

/// Bytes of the word that a text begins with.
fn word(text: &str) -> usize {
    let ascii = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if text.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
        return ascii;
    }
    let inside = |c: char| (c.is_alphabetic() || is_joined(c)) && !is_counter(c);
    ascii + text[ascii..].char_indices().find(|(_, c)| !inside(*c)).map_or(text.len() - ascii, |(i, _)| i)
}

fn is_counter(c: char) -> bool {
    !c.is_ascii() && matches!(c, '年' | '月' | '日' | '년' | '월' | '일' | '時' | '时' | '分' | '시' | '분')
}

/// Han numerals before a counter: 二〇一四年, 七月, 二十六日. (value, digits, bytes)
fn han_number(text: &str) -> Option<(u32, usize, usize)> {
    let value_of = |c: char| HAN.chars().position(|d| d == c).map(|v| v as u32);
    let (mut value, mut digits, mut bytes) = (0u32, 0, 0);
    let mut rest = text.chars();
    for c in rest.by_ref() {
        match value_of(c) {
            // Behind a ten the unit is added: 十五.
            Some(v) if digits > 0 && text[..bytes].ends_with('十') => value += v,
            Some(v) => value = value * 10 + v,
            None if c == '十' => value = value.max(1) * 10,
            None if digits > 0 && matches!(c, '年' | '月' | '日') => {
                return Some((value, if value > 999 { 4 } else { 1 + usize::from(value > 9) }, bytes));
            }
            None => return None,
        }
        digits += 1;
        bytes += c.len_utf8();
        if digits > 4 {
            return None;
        }
    }
    None
}

/// Where the first of what is read as a number stands in a text, or the first year of an era. Without one no date is in it.
pub fn number_at(text: &str) -> Option<usize> {
    if text.is_ascii() {
        return text.bytes().position(|b| b.is_ascii_digit());
    }
    // All other digits lie behind the Latin, Greek and Cyrillic letters.
    let number = |c: char| c.is_ascii_digit() || c >= '\u{660}' && (digit(c).is_some() || HAN.contains(c) || matches!(c, '十' | '元'));
    text.char_indices().find(|(_, c)| number(*c)).map(|(at, _)| at)
}

/// The Han numerals from zero to nine.
const HAN: &str = "〇一二三四五六七八九";

/// The value of a decimal digit: Latin, Arabic, Persian, the scripts of India, Thai, Lao, Burmese, Khmer, full width.
pub fn digit(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    const ZEROS: [u32; 16] =
        [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040, 0x17e0, 0xff10];
    ZEROS.iter().find_map(|zero| (c as u32).checked_sub(*zero).filter(|v| *v < 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        let got: Vec<Token> = pieces("6. Juli 2014年").into_iter().map(|p| p.token).collect();
        assert_eq!(
            got,
            [
                Token::Number { value: 6, digits: 1 },
                Token::Mark('.'),
                Token::Blank,
                Token::Word("Juli"),
                Token::Blank,
                Token::Number { value: 2014, digits: 4 },
                Token::Mark('年')
            ]
        );
        assert_eq!(digit('٣'), Some(3));
        assert_eq!(leading_word("Mai2014"), "Mai");
    }
}
