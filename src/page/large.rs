//! The page inside of the event: the one string that is nearly all of the record, read by itself.
//!
//! serde_json looks at every byte of a string one by one, and twice when it holds escapes, which markup in JSON always does. Here the
//! page's string is found by a scan over the top level of the event and decoded in one pass that copies runs; all the rest, a few hundred
//! bytes, goes to serde_json with `null` in its place. Whatever is unusual gives `None`, and the event is read as a whole: the messages of
//! dead letters are those of serde_json, and what is accepted is the same.

use std::borrow::Cow;

/// Fields that can hold the page.
const FIELDS: [&str; 3] = ["html", "text", "body_base64"];
/// Shorter strings are not worth the detour.
const LARGE: usize = 2048;

/// An event without its page.
pub(super) struct Split<'a> {
    /// One of [`FIELDS`].
    pub field: &'static str,
    pub page: Cow<'a, str>,
    /// The event as JSON with `null` for the page.
    pub rest: Vec<u8>,
}

/// Takes the first large page out of an event.
pub(super) fn split(json: &[u8]) -> Option<Split<'_>> {
    let mut scan = Scan { json, at: 0 };
    scan.expect(b'{')?;
    let mut found: Option<(&'static str, usize, usize, Cow<'_, str>)> = None;
    loop {
        scan.expect(b'"')?;
        let key = scan.string()?;
        // An escaped name could be that of the page.
        if key.contains(&b'\\') {
            return None;
        }
        let field = FIELDS.into_iter().find(|f| f.as_bytes() == key);
        // Of a field that comes twice the last counts: serde's business.
        if field.is_some() && found.as_ref().is_some_and(|(f, ..)| Some(*f) == field) {
            return None;
        }
        scan.expect(b':')?;
        scan.blank();
        let start = scan.at;
        match (field, &found) {
            (Some(field), None) if scan.peek() == Some(b'"') => {
                let (page, end) = string(json, start + 1)?;
                scan.at = end;
                if end - start >= LARGE {
                    found = Some((field, start, end, page));
                }
            }
            _ => scan.value()?,
        }
        scan.blank();
        match scan.peek()? {
            b',' => scan.at += 1,
            b'}' => break,
            _ => return None,
        }
    }
    let (field, start, end, page) = found?;
    Some(Split { field, page, rest: [&json[..start], b"null", &json[end..]].concat() })
}

struct Scan<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.blank();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// The bytes of a string whose quotation mark was just passed; not checked, serde_json does that.
    fn string(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        loop {
            self.at = special(self.json, self.at);
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(&self.json[start..self.at - 1]);
                }
                b'\\' => self.at += 2,
                _ => return None,
            }
        }
    }

    /// Steps over a value. No recursion: brackets are counted, and serde_json sees whether they match.
    fn value(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b'}' | b']' if depth == 0 => return Some(()),
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.peek(), Some(b',' | b'}')) {
                return Some(());
            }
        }
    }
}

/// Position of the next byte that is not simply part of a string: quotation mark, backslash, control character, or the end.
#[inline]
fn special(json: &[u8], from: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // Bytes of a word that are zero, by their high bit; exact for the lowest one, which is the one that counts.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let mut at = from.min(json.len());
    while let Some(Ok(bytes)) = json.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let word = u64::from_le_bytes(bytes);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (control | zeros(word ^ (ONES * b'"' as u64)) | zeros(word ^ (ONES * b'\\' as u64))) & HIGH;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + json[at..].iter().take_while(|b| **b >= b' ' && **b != b'"' && **b != b'\\').count()
}

/// The string that begins at `start`, behind its quotation mark, and the position behind its end. Borrowed when nothing is escaped.
fn string(json: &[u8], start: usize) -> Option<(Cow<'_, str>, usize)> {
    let mut run = start;
    let mut at = special(json, start);
    if json.get(at) == Some(&b'"') {
        return Some((Cow::Borrowed(std::str::from_utf8(&json[start..at]).ok()?), at + 1));
    }
    // No escape is shorter than what it stands for, and what comes behind the page in an event is little.
    let mut out = Vec::with_capacity(json.len() - start);
    loop {
        out.extend_from_slice(&json[run..at]);
        match json.get(at)? {
            b'"' => break,
            b'\\' => at = escape(json, at + 1, &mut out)?,
            _ => return None,
        }
        run = at;
        // Escapes often follow one another: `\n\t\t\t<div class=\"`.
        if json.get(at) != Some(&b'\\') {
            at = special(json, at);
        }
    }
    Some((Cow::Owned(String::from_utf8(out).ok()?), at + 1))
}

/// Decodes the escape whose backslash stands before `at`; gives the position behind it. Half a surrogate pair is serde's business.
fn escape(json: &[u8], at: usize, out: &mut Vec<u8>) -> Option<usize> {
    let byte = match json.get(at)? {
        b'"' => b'"',
        b'\\' => b'\\',
        b'/' => b'/',
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        b'u' => {
            let first = unit(json, at + 1)?;
            let (code, end) = match first {
                0xd800..=0xdbff if json.get(at + 5..at + 7) == Some(b"\\u") => match unit(json, at + 7)? {
                    second @ 0xdc00..=0xdfff => (0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00), at + 11),
                    _ => return None,
                },
                code => (code, at + 5),
            };
            out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(end);
        }
        _ => return None,
    };
    out.push(byte);
    Some(at + 1)
}

/// Four hexadecimal digits.
fn unit(json: &[u8], at: usize) -> Option<u32> {
    json.get(at..at + 4)?.iter().try_fold(0, |v, b| Some(v << 4 | (*b as char).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> String {
        format!("{html}{}", "x".repeat(LARGE))
    }

    #[test]
    fn the_page_is_taken_out_and_decoded() {
        let html = page("<p class=\"a\">\n\t\\ / é 東 😀 \u{8}\u{c}\r \u{1} \u{7f}");
        let event = serde_json::json!({"url": "https://a.test/", "headers": {"a": ["b}", "]\""]}, "html": html, "status": 200, "n": null});
        for json in [event.to_string(), serde_json::to_string_pretty(&event).unwrap()] {
            let split = split(json.as_bytes()).unwrap();
            assert_eq!((split.field, &*split.page), ("html", html.as_str()));
            let rest: serde_json::Value = serde_json::from_slice(&split.rest).unwrap();
            let mut expected = event.clone();
            expected["html"] = serde_json::Value::Null;
            assert_eq!(rest, expected);
        }
        // Everything escaped, as Python writes it.
        let escaped: String = html.encode_utf16().map(|u| format!("\\u{u:04X}")).collect();
        let json = format!("{{\"html\":\"{escaped}\",\"url\":\"x\"}}");
        assert_eq!(split(json.as_bytes()).unwrap().page, html);
        let plain = page("");
        assert!(matches!(split(format!("{{\"text\":\"{plain}\"}}").as_bytes()).unwrap().page, Cow::Borrowed(t) if t == plain));
    }

    #[test]
    fn what_is_unusual_is_left_to_serde() {
        let long = page("");
        for json in [
            format!("{{\"html\":\"{long}\""),
            format!("{{\"html\":\"{long}\",\"html\":\"b\"}}"),
            format!("{{\"html\":\"{long}\",\"\\u0068tml\":null}}"),
            format!("{{\"html\":\"{long}\\ud83d\"}}"),
            format!("{{\"html\":\"{long}\\ud83d\\u0041\"}}"),
            format!("{{\"html\":\"{long}\\udc00\"}}"),
            format!("{{\"html\":\"{long}\\x\"}}"),
            format!("{{\"html\":\"{long}\\u12g4\"}}"),
            format!("{{\"html\":\"{long}\n\"}}"),
            format!("{{\"html\":\"{long}\\"),
            format!("[\"{long}\"]"),
            "{}".to_owned(),
            String::new(),
            r#"{"html":"short"}"#.to_owned(),
            format!("{{\"html\":{{\"a\":\"{long}\"}}}}"),
        ] {
            assert!(split(json.as_bytes()).is_none(), "{}", &json[..json.len().min(60)]);
        }
        assert!(split(&[b"{\"html\":\"".as_slice(), long.as_bytes(), b"\xff\"}"].concat()).is_none());
    }

    #[test]
    fn specials_are_found_at_every_place() {
        for length in 0..100 {
            for special_byte in [b'"', b'\\', 0x1f, b'\n'] {
                let mut json = vec![b'x'; length];
                json.extend([special_byte, b'y', b'z']);
                assert_eq!(special(&json, 0), length);
            }
            assert_eq!(special(&vec![0xe9; length], 0), length);
        }
    }
}
