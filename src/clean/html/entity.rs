//! Character references: numeric ones, and the named ones of the HTML standard.

use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Where a reference stands. In attributes a name without a semicolon before `=`, a letter or a digit is none: `?a=1&copy=2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Text,
    Attribute,
}

/// What a reference stands for and how many bytes of `text`, which begins with `&`, it takes. `None` when it is no reference: the
/// ampersand is then text.
pub fn decode_one(text: &[u8], place: Place) -> Option<(Decoded, usize)> {
    if text.get(1) == Some(&b'#') {
        return numeric(text);
    }
    let length = text[1..].iter().take(LONGEST + 1).take_while(|b| b.is_ascii_alphanumeric()).count();
    let name = &text[1..1 + length];
    if text.get(1 + length) == Some(&b';')
        && let Some(value) = lookup(name, false)
    {
        return Some((Decoded::Text(value), length + 2));
    }
    // The longest prefix counts: `&nbspThe`, `&notit;`.
    let (n, value) = (2..=length.min(LONGEST_BARE)).rev().find_map(|n| Some((n, lookup(&name[..n], true)?)))?;
    let glued = text.get(1 + n).is_some_and(|b| *b == b'=' || b.is_ascii_alphanumeric());
    (place == Place::Text || !glued).then_some((Decoded::Text(value), n + 1))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoded {
    Text(&'static str),
    Char(char),
}

fn numeric(text: &[u8]) -> Option<(Decoded, usize)> {
    let hex = matches!(text.get(2), Some(b'x' | b'X'));
    let start = if hex { 3 } else { 2 };
    let digits = text[start.min(text.len())..].iter().take_while(|b| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() }).count();
    if digits == 0 {
        return None;
    }
    let radix = if hex { 16 } else { 10 };
    let value = text[start..start + digits]
        .iter()
        .filter_map(|b| (*b as char).to_digit(radix))
        .fold(0u32, |v, d| v.saturating_mul(radix).saturating_add(d));
    let end = start + digits + usize::from(text.get(start + digits) == Some(&b';'));
    let value = match value {
        // The standard maps the C1 controls as windows-1252.
        0x80..=0x9f => WINDOWS.chars().nth(value as usize - 0x80).unwrap_or('\u{fffd}'),
        0 => '\u{fffd}',
        v => char::from_u32(v).unwrap_or('\u{fffd}'),
    };
    Some((Decoded::Char(value), end))
}

/// The names of the HTML standard, section 13.5, one a line: name and code points in hexadecimal digits. Names marked with a star are
/// those of HTML 2 to 4 that count without a semicolon as well.
const NAMES: &str = include_str!("entities.txt");

/// Longest name, and longest of those that count without a semicolon.
const LONGEST: usize = 31;
const LONGEST_BARE: usize = 6;

struct Named {
    /// The values one after another.
    text: String,
    /// Span of the value, and whether the name counts without a semicolon.
    spans: FxHashMap<&'static [u8], (u32, u32, bool)>,
}

static NAMED: LazyLock<Named> = LazyLock::new(|| {
    let mut named = Named { text: String::new(), spans: FxHashMap::default() };
    for line in NAMES.lines() {
        let mut parts = line.split(' ');
        let name = parts.next().unwrap_or_default();
        let start = named.text.len() as u32;
        named.text.extend(parts.filter_map(|hex| u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)));
        let bare = name.strip_prefix('*');
        named.spans.insert(bare.unwrap_or(name).as_bytes(), (start, named.text.len() as u32, bare.is_some()));
    }
    named
});

/// The value of a name; `bare`: only of names that count without a semicolon.
fn lookup(name: &[u8], bare: bool) -> Option<&'static str> {
    let named = &*NAMED;
    let (start, end, legacy) = named.spans.get(name)?;
    (*legacy || !bare).then(|| named.text.get(*start as usize..*end as usize)).flatten()
}

/// All references of a text decoded; borrowed when there is none.
pub fn decode(text: &str, place: Place) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let Some(mut amp) = memchr::memchr(b'&', bytes) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    loop {
        out.push_str(text.get(at..amp).unwrap_or(""));
        match decode_one(&bytes[amp..], place) {
            Some((decoded, length)) => {
                push(&mut out, decoded);
                at = amp + length;
            }
            None => {
                out.push('&');
                at = amp + 1;
            }
        }
        match memchr::memchr(b'&', &bytes[at..]) {
            Some(n) => amp = at + n,
            None => break,
        }
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Cow::Owned(out)
}

pub fn push(out: &mut String, decoded: Decoded) {
    match decoded {
        Decoded::Text(t) => out.push_str(t),
        Decoded::Char(c) => out.push(c),
    }
}

const WINDOWS: &str = "\u{20ac}\u{81}\u{201a}\u{192}\u{201e}\u{2026}\u{2020}\u{2021}\u{2c6}\u{2030}\u{160}\u{2039}\u{152}\u{8d}\u{17d}\u{8f}\u{90}\u{2018}\u{2019}\u{201c}\u{201d}\u{2022}\u{2013}\u{2014}\u{2dc}\u{2122}\u{161}\u{203a}\u{153}\u{9d}\u{17e}\u{178}";

#[cfg(test)]
mod tests {
    use super::*;

    fn decode_text(text: &str) -> Cow<'_, str> {
        decode(text, Place::Text)
    }

    #[test]
    fn named_and_numeric() {
        assert_eq!(
            decode_text("Caf&eacute; &amp; bar&#8217;s &#x201C;new&#x201d; &euro;5"),
            "Caf\u{e9} & bar\u{2019}s \u{201c}new\u{201d} \u{20ac}5"
        );
        assert_eq!(decode_text("&#150;&#0;&#x110000;"), "\u{2013}\u{fffd}\u{fffd}");
    }

    #[test]
    fn legacy_names_need_no_semicolon() {
        assert_eq!(decode_text("A&ampB &nbspThe &copy2024"), "A&B \u{a0}The \u{a9}2024");
    }

    #[test]
    fn others_stay_text() {
        assert_eq!(decode_text("AT&T R&D &unknown; &;&#;&"), "AT&T R&D &unknown; &;&#;&");
    }

    #[test]
    fn attributes_keep_their_queries() {
        let decode = |t| decode(t, Place::Attribute).into_owned();
        assert_eq!(decode("/?a=1&copy=2&reg2=3&amp;x=4&not-5&copy"), "/?a=1&copy=2&reg2=3&x=4\u{ac}-5\u{a9}");
        assert_eq!(decode_text("&copy=2"), "\u{a9}=2");
    }

    #[test]
    fn the_longest_name_counts() {
        assert_eq!(decode_text("&notin; &notit; &CounterClockwiseContourIntegral; &fj; &fjlig;"), "\u{2209} \u{ac}it; \u{2233} &fj; fj");
    }

    #[test]
    fn names_are_those_of_the_standard() {
        assert_eq!(NAMED.spans.len(), 2125);
        assert_eq!(NAMED.spans.values().filter(|(_, _, bare)| *bare).count(), 106);
        assert!(NAMED.spans.iter().all(|(n, (start, end, bare))| n.len() <= if *bare { LONGEST_BARE } else { LONGEST } && start < end));
    }
}
