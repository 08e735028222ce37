//! The tokenizer: the page's bytes to start tags, end tags and runs of text, as spans of the page.
//!
//! It follows the HTML standard, section 13.2.5, as far as article pages need it: quote-aware ends of tags, comments, doctypes and
//! bogus comments, raw text with the script's double escape. Names and values stay as written; entities are decoded only where text is
//! collected. Every byte is looked at a bounded number of times, so a page costs linear time whatever it holds.

use super::attribute::{self, Name};
use super::runs::{name, near};
use super::tag::{self, Tag};
use memchr::{memchr, memmem};

/// An indexed attribute; the value is as written, without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    pub name: Name,
    pub start: u32,
    pub end: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// Text from `start` to `end`.
    Text {
        start: u32,
        end: u32,
    },
    /// A start tag; its attributes are those pushed to the list since the call. `start`, `end` span the name.
    Start {
        tag: Tag,
        start: u32,
        end: u32,
        self_closing: bool,
    },
    End {
        tag: Tag,
        start: u32,
        end: u32,
    },
}

/// What a byte ends inside of a tag.
const BYTES: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' => BLANK | ENDS_TAG_NAME | ENDS_NAME | ENDS_VALUE,
            b'/' => ENDS_TAG_NAME | ENDS_NAME,
            b'>' => ENDS_TAG_NAME | ENDS_NAME | ENDS_VALUE,
            b'=' => ENDS_NAME,
            _ => 0,
        };
        b += 1;
    }
    table
};
const BLANK: u8 = 1;
const ENDS_TAG_NAME: u8 = 2;
/// Of an attribute's name.
const ENDS_NAME: u8 = 4;
/// Of an unquoted value.
const ENDS_VALUE: u8 = 8;

pub struct Tokenizer<'a> {
    page: &'a [u8],
    at: usize,
    attributes_cut: bool,
    /// The last tag was read to its `>`.
    ended: bool,
    /// Unterminated comments are searched for once: after a miss there is no other to find.
    no_comment_end: bool,
}

impl<'a> Tokenizer<'a> {
    pub fn new(page: &'a [u8]) -> Self {
        Self { page, at: 0, attributes_cut: false, ended: false, no_comment_end: false }
    }

    /// Whether attributes were left out for the limit.
    pub fn attributes_cut(&self) -> bool {
        self.attributes_cut
    }

    /// The next token; attributes of a start tag are pushed to `attributes`, none beyond `limit` of them in all.
    pub fn next(&mut self, attributes: &mut Vec<Attribute>, limit: usize) -> Option<Token> {
        let page = self.page;
        let mut start = self.at;
        loop {
            if self.at >= page.len() {
                return self.text(start, page.len());
            }
            let Some(found) = near(b'<', &page[self.at..]) else {
                self.at = page.len();
                return self.text(start, page.len());
            };
            let open = self.at + found;
            match page.get(open + 1) {
                Some(c) if c.is_ascii_alphabetic() => {
                    if open > start {
                        self.at = open;
                        return self.text(start, open);
                    }
                    return self.start_tag(open + 1, attributes, limit);
                }
                Some(b'/') => {
                    if open > start {
                        self.at = open;
                        return self.text(start, open);
                    }
                    match page.get(open + 2) {
                        Some(c) if c.is_ascii_alphabetic() => return self.end_tag(open + 2),
                        Some(_) => self.at = self.after_bogus(open + 2),
                        None => self.at = page.len(),
                    }
                    start = self.at;
                }
                Some(b'!' | b'?') => {
                    if open > start {
                        self.at = open;
                        return self.text(start, open);
                    }
                    self.at = if page[open..].starts_with(b"<!--") { self.after_comment(open + 4) } else { self.after_bogus(open + 1) };
                    start = self.at;
                }
                // A `<` that begins no tag is text.
                _ => self.at = open + 1,
            }
        }
    }

    /// The raw content of `tag`, whose start tag was just read: up to its end tag, which is consumed, or the end of the page.
    pub fn raw(&mut self, tag: Tag, name: (u32, u32)) -> (u32, u32) {
        let page = self.page;
        let name = &page[name.0 as usize..name.1 as usize];
        let start = self.at;
        let mut at = start;
        // "Script data double escaped": inside `<!-- <script>` the next `</script>` belongs to the comment.
        let mut escaped = false;
        let mut double = false;
        // Up to here no `-->` ends the comment: what was searched once is not searched again.
        let mut searched = start;
        while let Some(found) = memchr(b'<', &page[at..]) {
            let open = at + found;
            let rest = &page[open..];
            at = open + 1;
            if tag == Tag::Script {
                if escaped {
                    if memmem::find(&page[searched..open], b"-->").is_some() {
                        escaped = false;
                        double = false;
                    }
                    searched = open.saturating_sub(2).max(searched);
                }
                if rest.starts_with(b"<!--") {
                    if !escaped {
                        escaped = true;
                        searched = open + 2;
                    }
                } else if escaped && is_name(&rest[1..], b"script") {
                    double = true;
                    continue;
                }
            }
            if rest.len() > 2 && rest[1] == b'/' && is_name(&rest[2..], name) {
                if double {
                    double = false;
                    continue;
                }
                self.at = open + 2 + name.len();
                self.skip_attributes();
                return (start as u32, open as u32);
            }
        }
        self.at = page.len();
        (start as u32, page.len() as u32)
    }

    fn text(&self, start: usize, end: usize) -> Option<Token> {
        (end > start).then_some(Token::Text { start: start as u32, end: end as u32 })
    }

    /// The name of the tag that begins at `start`: its end and its first bytes.
    #[inline(always)]
    fn name(&self, start: usize) -> (usize, u64) {
        name(self.page, start, |b| BYTES[b as usize] & ENDS_TAG_NAME != 0)
    }

    fn start_tag(&mut self, start: usize, attributes: &mut Vec<Attribute>, limit: usize) -> Option<Token> {
        let (end, low) = self.name(start);
        self.at = end;
        let first = attributes.len();
        let mut self_closing = false;
        if self.page.get(end) == Some(&b'>') {
            self.at = end + 1;
        } else {
            while let Some(attribute) = self.attribute(&mut self_closing) {
                if let Some(a) = attribute
                    // The first of two attributes of one name counts.
                    && attributes[first..].iter().all(|b| b.name != a.name)
                {
                    if attributes.len() < limit {
                        attributes.push(a);
                    } else {
                        self.attributes_cut = true;
                    }
                }
                // Most attributes are the last one.
                if self.page.get(self.at) == Some(&b'>') {
                    self.at += 1;
                    self.ended = true;
                    break;
                }
            }
            if !self.closed() {
                attributes.truncate(first);
                return None;
            }
        }
        Some(Token::Start { tag: tag::find(self.page, start, end, low), start: start as u32, end: end as u32, self_closing })
    }

    /// Whether the tag that was just read has its `>`. One that the page's end cuts is none.
    fn closed(&self) -> bool {
        self.ended
    }

    fn end_tag(&mut self, start: usize) -> Option<Token> {
        let (end, low) = self.name(start);
        if self.page.get(end) == Some(&b'>') {
            self.at = end + 1;
        } else {
            self.at = end;
            self.skip_attributes();
            if !self.closed() {
                return None;
            }
        }
        Some(Token::End { tag: tag::find(self.page, start, end, low), start: start as u32, end: end as u32 })
    }

    #[inline(never)]
    fn skip_attributes(&mut self) {
        let mut ignored = false;
        while self.attribute(&mut ignored).is_some() {}
    }

    /// Reads one attribute. `None` at the end of the tag, which is consumed; `Some(None)` for one that nobody reads.
    #[inline(always)]
    fn attribute(&mut self, self_closing: &mut bool) -> Option<Option<Attribute>> {
        let page = self.page;
        let mut at = self.at;
        self.ended = false;
        loop {
            match page.get(at)? {
                b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' => at += 1,
                b'/' => {
                    *self_closing = page.get(at + 1) == Some(&b'>');
                    at += 1;
                }
                b'>' => {
                    self.at = at + 1;
                    self.ended = true;
                    return None;
                }
                _ => break,
            }
            self.at = at;
        }
        let start = at;
        let low;
        // A leading `=` is part of the name.
        (at, low) = name(page, start, |b| BYTES[b as usize] & ENDS_NAME != 0);
        let name = attribute::find(page, start, at, low);
        if !matches!(page.get(at..), Some([b'=', b'"' | b'\'', ..])) {
            return Some(self.bare(at, name));
        }
        let (quote, from) = (page[at + 1], at + 2);
        let to = near(quote, &page[from..]).map_or(page.len(), |n| from + n);
        self.at = (to + 1).min(page.len());
        Some(name.map(|name| Attribute { name, start: from as u32, end: to as u32 }))
    }

    /// Reads the rest of an attribute whose name ends at `at` and that is not written as most are: without quotes, with blanks beside the
    /// `=`, or without a value.
    #[inline(never)]
    fn bare(&mut self, mut at: usize, name: Option<Name>) -> Option<Attribute> {
        let page = self.page;
        let after_name = at;
        while page.get(at).is_some_and(|b| BYTES[*b as usize] & BLANK != 0) {
            at += 1;
        }
        if page.get(at) != Some(&b'=') {
            self.at = at.min(page.len());
            let here = after_name as u32;
            return name.map(|name| Attribute { name, start: here, end: here });
        }
        at += 1;
        while page.get(at).is_some_and(|b| BYTES[*b as usize] & BLANK != 0) {
            at += 1;
        }
        let (from, to) = match page.get(at) {
            Some(&quote @ (b'"' | b'\'')) => {
                let from = at + 1;
                let to = near(quote, &page[from..]).map_or(page.len(), |n| from + n);
                at = (to + 1).min(page.len());
                (from, to)
            }
            _ => {
                let from = at;
                while page.get(at).is_some_and(|b| BYTES[*b as usize] & ENDS_VALUE == 0) {
                    at += 1;
                }
                (from, at)
            }
        };
        self.at = at;
        name.map(|name| Attribute { name, start: from as u32, end: to as u32 })
    }

    fn after_comment(&mut self, start: usize) -> usize {
        let rest = &self.page[start..];
        // `<!-->` and `<!--->` are whole comments.
        if rest.first() == Some(&b'>') {
            return start + 1;
        }
        if rest.starts_with(b"->") {
            return start + 2;
        }
        if self.no_comment_end {
            return self.page.len();
        }
        let end = memmem::find(rest, b"-->").map(|n| n + 3);
        let other = memmem::find(&rest[..end.unwrap_or(rest.len())], b"--!>").map(|n| n + 4);
        match other.or(end) {
            Some(n) => start + n,
            None => {
                self.no_comment_end = true;
                self.page.len()
            }
        }
    }

    fn after_bogus(&self, start: usize) -> usize {
        memchr(b'>', &self.page[start.min(self.page.len())..]).map_or(self.page.len(), |n| start + n + 1)
    }
}

/// Whether `rest` begins with the tag name and ends there.
fn is_name(rest: &[u8], name: &[u8]) -> bool {
    rest.len() >= name.len()
        && rest[..name.len()].eq_ignore_ascii_case(name)
        && rest.get(name.len()).is_none_or(|b| matches!(b, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>'))
}
