//! How long a text is.

use crate::article::{Block, BlockKind, Size};

/// Brysbaert 2019, "How many words do we read per minute?": 238 for silent reading of non-fiction in English; other languages written with
/// spaces lie near it.
const WORDS_A_MINUTE: u64 = 238;
/// For scripts without spaces.
const CHARACTERS_A_MINUTE: u64 = 500;
/// Bytes that are looked at together.
const ASCII_AT_ONCE: usize = 16;

/// Size of an article's text. Paragraphs are counted from its blocks, and from blank lines when it has none.
pub fn size(text: &str, blocks: &[Block]) -> Size {
    let mut scan = Words::default();
    let mut rest = text;
    while !rest.is_empty() {
        let ascii = ascii_run(rest.as_bytes());
        let (plain, others) = rest.split_at(ascii);
        scan.ascii(plain.as_bytes());
        let end = others.bytes().position(|b| b.is_ascii()).unwrap_or(others.len());
        others[..end].chars().for_each(|c| scan.next(c));
        rest = &others[end..];
    }
    scan.end();
    let seconds = |n: u64, a_minute: u64| n as f64 * 60.0 / a_minute as f64;
    let read = seconds(scan.spaced_words, WORDS_A_MINUTE) + seconds(scan.unspaced, CHARACTERS_A_MINUTE);
    Size {
        words: narrow(scan.words),
        characters: narrow(scan.characters),
        sentences: narrow(sentences(text)),
        paragraphs: narrow(paragraphs(text, blocks)),
        reading_seconds: narrow(read.ceil() as u64),
    }
}

/// Bytes of the ASCII characters that a text begins with.
fn ascii_run(text: &[u8]) -> usize {
    let whole = text.chunks_exact(ASCII_AT_ONCE).take_while(|chunk| chunk.is_ascii()).count() * ASCII_AT_ONCE;
    whole + text[whole..].iter().take_while(|b| b.is_ascii()).count()
}

fn narrow(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn paragraphs(text: &str, blocks: &[Block]) -> u64 {
    if blocks.is_empty() {
        text.split("\n\n").filter(|part| !part.trim().is_empty()).count() as u64
    } else {
        blocks.iter().filter(|b| matches!(b.kind, BlockKind::Paragraph | BlockKind::Quote)).count() as u64
    }
}

/// Words as UAX 29 has them, near enough and much faster: runs of letters and digits, joined by an apostrophe, period or comma between them;
/// every Chinese character is one. Thai and its like, which need a dictionary, count a word for four letters.
#[derive(Default)]
struct Words {
    characters: u64,
    words: u64,
    /// Of scripts with spaces.
    spaced_words: u64,
    /// Characters of scripts without.
    unspaced: u64,
    /// Letters of the run of Thai, Lao, Khmer or Myanmar that goes on.
    run: u64,
    in_word: bool,
    /// Within a word, after a character that may join its parts.
    joined: bool,
}

const LETTERS_OF_DICTIONARY_WORDS: u64 = 4;

impl Words {
    /// The same for many as `next` for one after the other. A word begins at a letter without a letter before it, also not on the other side of
    /// a joint: said of bytes side by side, it is counted without a branch.
    fn ascii(&mut self, bytes: &[u8]) {
        let is_letter = |b: u8| u8::from(b.is_ascii_alphanumeric());
        let is_joint = |b: u8| u8::from(matches!(b, b'\'' | b'.' | b',' | b'_'));
        if bytes.is_empty() {
            return;
        }
        if !self.in_word {
            self.end();
        }
        // Of the byte before: a letter; a joint behind a letter.
        let (mut letter, mut joined) = (u8::from(self.in_word && !self.joined), u8::from(self.joined));
        let mut begun = 0u64;
        for b in bytes.iter().take(2) {
            begun += u64::from(is_letter(*b) & !(letter | joined));
            (letter, joined) = (is_letter(*b), letter & is_joint(*b));
        }
        if let [.., before, last] = bytes {
            (letter, joined) = (is_letter(*last), is_letter(*before) & is_joint(*last));
            // Their number in so many fits into a byte, and sixteen bytes are added at once.
            for from in (0..bytes.len() - 2).step_by(128) {
                let to = (from + 128).min(bytes.len() - 2);
                let three = bytes[from..to].iter().zip(&bytes[from + 1..=to]).zip(&bytes[from + 2..to + 2]);
                let begins = three.map(|((a, b), c)| is_letter(*c) & !(is_letter(*b) | is_letter(*a) & is_joint(*b)));
                begun += u64::from(begins.sum::<u8>());
            }
        }
        self.characters += bytes.len() as u64;
        self.words += begun;
        self.spaced_words += begun;
        (self.in_word, self.joined) = (letter | joined != 0, joined != 0);
    }

    fn next(&mut self, c: char) {
        self.characters += 1;
        match c {
            '’' if self.in_word && !self.joined => self.joined = true,
            _ if is_ideograph(c) => {
                self.end();
                self.words += 1;
                self.unspaced += 1;
            }
            _ if is_dictionary_script(c) => {
                self.in_word = false;
                self.run += 1;
                self.unspaced += 1;
            }
            _ if is_letter(c) || (self.in_word && is_mark(c)) => self.letter(),
            _ => self.end(),
        }
    }

    fn letter(&mut self) {
        if !self.in_word {
            self.end();
            self.words += 1;
            self.spaced_words += 1;
            self.in_word = true;
        }
        self.joined = false;
    }

    fn end(&mut self) {
        self.in_word = false;
        self.joined = false;
        self.words += self.run.div_ceil(LETTERS_OF_DICTIONARY_WORDS);
        self.run = 0;
    }
}

/// Chinese characters and kana: a word each, since nothing between them tells.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// Scripts without spaces whose words are longer than a character.
fn is_dictionary_script(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e4e}' | '\u{e80}'..='\u{edf}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}')
}

/// Letters and digits beyond ASCII. The alphabets of most pages are told without the tables of the standard library.
fn is_letter(c: char) -> bool {
    match c {
        '\u{c0}'..='\u{24f}' => c != '×' && c != '÷',
        '\u{388}'..='\u{481}' | '\u{48a}'..='\u{52f}' | '\u{5d0}'..='\u{5ea}' | '\u{621}'..='\u{64a}' => true,
        '\u{904}'..='\u{939}' | '\u{ac00}'..='\u{d7a3}' => true,
        '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3002}' => false,
        _ => c.is_alphanumeric(),
    }
}

/// Vowel signs and accents within a word, and the joiners of Indic and Persian spelling.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{5b0}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{dff}' | '\u{200c}' | '\u{200d}')
}

/// Where in a sentence the scan stands.
#[derive(Clone, Copy, PartialEq)]
enum At {
    /// No word since the last end.
    Start,
    Within,
    /// After a terminator: an end if a space and no lower-case letter follow.
    Ended {
        spaced: bool,
    },
}

/// Ends no sentence and begins no character that does.
fn is_plain(b: u8) -> bool {
    // Without a branch: sixteen are looked at together.
    b.is_ascii() & (b != b'.') & (b != b'!') & (b != b'?') & (b != b'\n')
}

/// How many plain bytes stand at the front.
fn plain_run(bytes: &[u8]) -> usize {
    let all = |chunk: &&[u8]| chunk.iter().fold(true, |all, b| all & is_plain(*b));
    let whole = bytes.chunks_exact(ASCII_AT_ONCE).take_while(all).count() * ASCII_AT_ONCE;
    whole + bytes[whole..].iter().take_while(|b| is_plain(**b)).count()
}

/// Sentences: ended by a terminator before a space, by a full-width terminator, or by a line's end (headings have no period).
fn sentences(text: &str) -> u64 {
    let (mut count, mut at) = (0, At::Start);
    let mut from = 0;
    while from < text.len() {
        if at == At::Within {
            // Nothing counts until a mark that may end the sentence.
            from += plain_run(&text.as_bytes()[from..]);
        }
        let Some(c) = text[from..].chars().next() else { break };
        let here = from;
        from += c.len_utf8();
        at = match (c, at) {
            ('。' | '！' | '？' | '\n', At::Start) => At::Start,
            ('。' | '！' | '？' | '\n', _) => {
                count += 1;
                At::Start
            }
            ('.', At::Within) if is_short_form(&text[..here]) => At::Within,
            ('.' | '!' | '?' | '…' | '؟' | '।' | '۔' | '።', At::Within) => At::Ended { spaced: false },
            (_, At::Ended { .. }) if c.is_whitespace() => At::Ended { spaced: true },
            (_, At::Ended { spaced }) if c.is_alphanumeric() => {
                count += u64::from(spaced && !c.is_lowercase());
                At::Within
            }
            (_, At::Start) if c.is_alphanumeric() => At::Within,
            (_, same) => same,
        };
    }
    count + u64::from(at != At::Start)
}

/// Whether the word at the end may be one that a period cuts short, as `U.S.`, `Dr.` or `z. B.`: one letter, or two with a capital. Longer
/// ones end as many sentences as not.
fn is_short_form(before: &str) -> bool {
    let mut letters = before.chars().rev().take_while(|c| c.is_alphabetic());
    match (letters.next(), letters.next(), letters.next()) {
        (Some(_), None, _) => true,
        (Some(_), Some(first), None) => first.is_uppercase(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Size {
        size(text, &[])
    }

    #[test]
    fn words_and_characters() {
        for (text, words) in [
            ("", 0),
            ("One two  three.", 3),
            ("Don't stop – it’s 3.5 or 1,000 e-mails!", 8),
            ("Zürich's U.S. dollar_rate", 3),
            ("... -- !", 0),
            ("a’b a'’b d..e 'f g.h.i x_’y ", 9),
            ("ก' b ก,c é'f g'é é''é", 8),
            ("«Привет, мир»", 2),
            ("हिन्दी में लिखा", 3),
            ("公司星期一", 5),
            ("ท่าเรือจะเปิด", 4),
            ("회사는 월요일", 2),
        ] {
            assert_eq!(of(text).words, words, "{text}");
            assert_eq!(of(text).characters as usize, text.chars().count());
        }
    }

    #[test]
    fn sentence_ends() {
        for (text, count) in [
            ("", 0),
            ("A heading", 1),
            ("A heading\n\nOne sentence. Another one! A third?", 4),
            ("Dr. Ada Doe of the U.S. Navy said 3.5 is \"enough.\" Then she left.", 2),
            ("It is e.g. this. it goes on … and on.", 1),
            ("公司星期一宣布。港口将开放！", 2),
            ("यह एक वाक्य है। यह दूसरा है।", 2),
            ("... !!! ...", 0),
        ] {
            assert_eq!(of(text).sentences, count, "{text}");
        }
    }

    #[test]
    fn paragraphs_of_blocks_or_blank_lines() {
        let text = "Heading\n\nOne.\n\n\n\nTwo.";
        assert_eq!(of(text).paragraphs, 3);
        let block = |kind| Block { kind, start: Some(0), end: Some(1), level: None, text: None, at: None };
        let blocks = [BlockKind::Heading, BlockKind::Paragraph, BlockKind::Quote, BlockKind::Caption, BlockKind::ListItem].map(block);
        assert_eq!(size(text, &blocks).paragraphs, 2);
    }

    #[test]
    fn reading_times() {
        assert_eq!(of("").reading_seconds, 0);
        assert_eq!(of(&"word ".repeat(238)).reading_seconds, 60);
        assert_eq!(of("word").reading_seconds, 1);
        assert_eq!(of(&"字".repeat(500)).reading_seconds, 60);
        assert_eq!(of(&"ก".repeat(250)).reading_seconds, 30);
    }
}
