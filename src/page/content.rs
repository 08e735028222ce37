//! From the body of an event to text, and which kind of text it is.
//!
//! The content type is a prior and the bytes have the last word: feeds are sent as `text/html`, pages as `text/plain` or
//! `application/octet-stream`.

use super::{Body, PageEvent, Preset, Refusal, charset, mojibake};
use crate::article::{DeadReason, SkipReason};
use std::borrow::Cow;

/// What the text of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Html,
    Text,
    /// Clean already (preset `article`).
    Clean,
}

/// Text and kind of an event's body.
pub fn content(event: &PageEvent, preset: Preset) -> Result<(Cow<'_, str>, Kind), Refusal> {
    let (text, kind) = match &event.body {
        Body::None => return Err(Refusal::Skipped(SkipReason::EmptyBody)),
        Body::Text(t) => (Cow::Borrowed(t.as_str()), Kind::Text),
        // The sender says that it is markup: only what is surely something else is refused.
        Body::Html(t) => match look(t) {
            Look::Other => return Err(Refusal::Skipped(SkipReason::UnsupportedType)),
            Look::Markup | Look::Plain => (Cow::Borrowed(t.as_str()), Kind::Html),
        },
        Body::Bytes(b) => bytes(b, event)?,
    };
    if text.trim_start().is_empty() {
        return Err(Refusal::Skipped(SkipReason::EmptyBody));
    }
    if preset.innermost() == Preset::Article && kind == Kind::Text {
        return Ok((text, Kind::Clean));
    }
    Ok((mojibake::mended(text), kind))
}

fn bytes<'a>(bytes: &'a [u8], event: &PageEvent) -> Result<(Cow<'a, str>, Kind), Refusal> {
    let unsupported = Refusal::Skipped(SkipReason::UnsupportedType);
    if MAGIC.iter().any(|(at, magic)| bytes.get(*at..).is_some_and(|b| b.starts_with(magic))) {
        return Err(unsupported);
    }
    let content_type = event.content_type.as_deref().unwrap_or_default();
    let named = named(content_type);
    let address = url::Url::parse(event.final_url.as_deref().unwrap_or(&event.url)).ok();
    let tld = address.as_ref().and_then(|u| u.domain()).and_then(|d| d.rsplit('.').next());
    // The event's own content type may leave out what the server said.
    let header = || event.headers.iter().find(|(name, _)| name == "content-type").and_then(|(_, value)| charset::charset_of(value));
    let text = charset::decode(bytes, charset::charset_of(content_type).or_else(header), tld).map_err(|_| match named {
        // Bytes that claim to be a picture and are no text are what they claim to be.
        Named::Other => unsupported.clone(),
        _ => Refusal::dead(DeadReason::Undecodable, "the bytes are no text in any charset"),
    })?;
    let kind = match (named, look(&text)) {
        (_, Look::Other) => return Err(unsupported),
        (Named::Html, _) => Kind::Html,
        (Named::Text, Look::Markup) if is_document(&text) => Kind::Html,
        (Named::Text, _) => Kind::Text,
        (Named::Unknown, Look::Markup) => Kind::Html,
        (Named::Unknown, Look::Plain) => Kind::Text,
        (Named::Other, _) if is_document(&text) => Kind::Html,
        (Named::Other, _) => return Err(unsupported),
    };
    Ok((text, kind))
}

/// First bytes of formats that hold no page, and where they stand.
const MAGIC: &[(usize, &[u8])] = &[
    (0, b"%PDF-"),
    (0, b"\x89PNG\r\n"),
    (0, b"\xff\xd8\xff"), // JPEG
    (0, b"GIF87a"),
    (0, b"GIF89a"),
    (0, b"RIFF"),             // WebP, WAV, AVI
    (4, b"ftyp"),             // MP4, AVIF, HEIC
    (0, b"\0\0\x01\0"),       // ICO
    (0, b"\x1f\x8b"),         // gzip: a body that the crawler did not unpack
    (0, b"\x28\xb5\x2f\xfd"), // zstd
    (4, b"1AY&SY"),           // bzip2: its first letters could begin a text
    (0, b"\xfd7zXZ\0"),
    (0, b"7z\xbc\xaf\x27\x1c"),
    (0, b"Rar!\x1a\x07"),
    (0, b"PK\x03\x04"), // zip, docx, epub
    (0, b"PK\x05\x06"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), // doc, xls
    (0, b"{\\rtf"),
    (0, b"%!PS"),
    (0, b"OggS"),
    (0, b"ID3\x02"),
    (0, b"ID3\x03"),
    (0, b"ID3\x04"),
    (0, b"fLaC"),
    (0, b"\x1a\x45\xdf\xa3"), // Matroska, WebM
    (0, b"wOFF"),
    (0, b"wOF2"),
    (0, b"\0asm"),
];

/// What a content type promises.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Html,
    Text,
    /// A format that holds no page.
    Other,
    /// Says nothing.
    Unknown,
}

/// Media types by prefix; the first that fits counts.
const TYPES: &[(&str, Named)] = &[
    ("text/html", Named::Html),
    ("application/xhtml", Named::Html),
    ("application/vnd.wap.xhtml", Named::Html),
    ("text/plain", Named::Text),
    ("text/markdown", Named::Text),
    // Could be XHTML, could be a feed: the root element tells.
    ("text/xml", Named::Other),
    ("application/xml", Named::Other),
    ("application/rss", Named::Other),
    ("application/atom", Named::Other),
    ("application/rdf", Named::Other),
    ("application/json", Named::Other),
    ("application/ld+json", Named::Other),
    ("application/feed+json", Named::Other),
    ("application/javascript", Named::Other),
    ("application/pdf", Named::Other),
    ("application/zip", Named::Other),
    ("application/gzip", Named::Other),
    ("application/msword", Named::Other),
    ("application/vnd.", Named::Other),
    ("text/css", Named::Other),
    ("text/javascript", Named::Other),
    ("text/calendar", Named::Other),
    ("text/csv", Named::Other),
    ("image/", Named::Other),
    ("audio/", Named::Other),
    ("video/", Named::Other),
    ("font/", Named::Other),
];

fn named(content_type: &str) -> Named {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let fits = |prefix: &str| essence.as_bytes().get(..prefix.len()).is_some_and(|e| e.eq_ignore_ascii_case(prefix.as_bytes()));
    TYPES.iter().find(|(prefix, _)| fits(prefix)).map_or(Named::Unknown, |(_, named)| *named)
}

/// What a text looks like.
#[derive(PartialEq, Eq)]
enum Look {
    Markup,
    Plain,
    /// A feed, a site map, JSON or a PDF read as text.
    Other,
}

/// Root elements of XML that is no page.
const FEED_ROOTS: &[&str] = &["rss", "feed", "rdf:rdf", "urlset", "sitemapindex", "opml"];
/// How far tags are searched for: a page has some at once, a text has none anywhere.
const TAG_BYTES: usize = 16 << 10;

fn look(text: &str) -> Look {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.starts_with("%PDF-") || is_json(start) {
        return Look::Other;
    }
    match root(start) {
        Some(name) if FEED_ROOTS.iter().any(|r| name.eq_ignore_ascii_case(r)) => Look::Other,
        Some(_) => Look::Markup,
        None if has_tag(start) => Look::Markup,
        None => Look::Plain,
    }
}

/// Begins as an HTML document does, not as a text that talks about tags.
fn is_document(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let is = |prefix: &str| start.as_bytes().get(..prefix.len()).is_some_and(|b| b.eq_ignore_ascii_case(prefix.as_bytes()));
    is("<!doctype html") || root(start).is_some_and(|name| ["html", "head", "body"].iter().any(|r| name.eq_ignore_ascii_case(r)))
}

/// Name of the first element when the text begins with markup: declarations, comments and the document type are passed over.
fn root(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let after = rest.strip_prefix('<')?;
        rest = if after.starts_with("!--") {
            &after[after.find("-->")? + 3..]
        } else if after.starts_with(['!', '?']) {
            &after[after.find('>')? + 1..]
        } else {
            let end = after.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')).unwrap_or(after.len());
            return Some(&after[..end]).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
        };
    }
}

/// JSON: an object or list of objects from the first to the last character. Square brackets and braces alone also open texts.
fn is_json(start: &str) -> bool {
    let mut chars = start.chars().filter(|c| !c.is_whitespace());
    match (chars.next(), chars.next()) {
        (Some('{'), Some('"' | '}')) => start.trim_end().ends_with('}'),
        (Some('['), Some('{' | '[' | '"')) => start.trim_end().ends_with(']'),
        _ => false,
    }
}

/// A closing tag, or an opening one of a well-known name, near the start.
fn has_tag(text: &str) -> bool {
    let bytes = &text.as_bytes()[..text.len().min(TAG_BYTES)];
    memchr::memchr_iter(b'<', bytes).any(|at| match bytes.get(at + 1..) {
        Some([b'/', letter, ..]) => letter.is_ascii_alphabetic(),
        Some(rest) => KNOWN_TAGS.iter().any(|name| {
            rest.get(..name.len()).is_some_and(|r| r.eq_ignore_ascii_case(name.as_bytes()))
                && rest.get(name.len()).is_some_and(|b| matches!(b, b' ' | b'>' | b'/' | b'\n' | b'\t'))
        }),
        None => false,
    })
}

const KNOWN_TAGS: &[&str] = &[
    "p", "br", "div", "a", "img", "h1", "h2", "h3", "ul", "ol", "li", "table", "span", "article", "section", "b", "i", "em", "strong",
    "meta",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Op;

    fn event(body: Body, content_type: Option<&str>) -> PageEvent {
        PageEvent {
            url: "https://a.test/x".into(),
            final_url: None,
            id: None,
            op: Op::Page,
            fetched_at: None,
            status: 200,
            headers: Vec::new(),
            content_type: content_type.map(str::to_owned),
            body,
            title: None,
            language: None,
            attributes: None,
        }
    }

    fn kind(body: Body, content_type: Option<&str>) -> Result<Kind, Refusal> {
        content(&event(body, content_type), Preset::Native).map(|(_, kind)| kind)
    }

    fn of_bytes(bytes: impl AsRef<[u8]>, content_type: Option<&str>) -> Result<Kind, Refusal> {
        kind(Body::Bytes(bytes.as_ref().to_vec()), content_type)
    }

    const UNSUPPORTED: Result<Kind, Refusal> = Err(Refusal::Skipped(SkipReason::UnsupportedType));
    const EMPTY: Result<Kind, Refusal> = Err(Refusal::Skipped(SkipReason::EmptyBody));

    #[test]
    fn empty_bodies() {
        for body in [
            Body::None,
            Body::Text(String::new()),
            Body::Html(" \n\t\u{a0}".into()),
            Body::Bytes(Vec::new()),
            Body::Bytes(b" \r\n ".to_vec()),
            Body::Bytes(b"\xef\xbb\xbf".to_vec()),
        ] {
            assert_eq!(kind(body.clone(), None), EMPTY, "{body:?}");
        }
    }

    #[test]
    fn what_the_sender_decoded() {
        assert_eq!(kind(Body::Html("no tag at all".into()), None), Ok(Kind::Html));
        assert_eq!(kind(Body::Html("<p>x".into()), Some("application/json")), Ok(Kind::Html));
        assert_eq!(kind(Body::Html("<?xml version='1.0'?><rss version='2.0'></rss>".into()), Some("text/html")), UNSUPPORTED);
        assert_eq!(kind(Body::Html("{\"a\": [1]}\n".into()), None), UNSUPPORTED);
        assert_eq!(kind(Body::Text("<p>talks about tags".into()), None), Ok(Kind::Text));
        let clean = event(Body::Text("x".into()), None);
        assert_eq!(content(&clean, Preset::Article).unwrap(), ("x".into(), Kind::Clean));
        assert_eq!(content(&event(Body::Html("<p>x".into()), None), Preset::Article).unwrap().1, Kind::Html);
    }

    #[test]
    fn bytes_by_content_type() {
        for html in ["text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml", " text/html "] {
            assert_eq!(of_bytes("no tag", Some(html)), Ok(Kind::Html), "{html}");
        }
        assert_eq!(of_bytes("a <b>bold</b> claim", Some("text/plain; charset=utf-8")), Ok(Kind::Text));
        assert_eq!(of_bytes("<!DOCTYPE html><p>x", Some("text/plain")), Ok(Kind::Html));
        for other in ["image/png", "application/json", "application/rss+xml", "video/mp4", "text/css", "application/pdf"] {
            assert_eq!(of_bytes("some bytes", Some(other)), UNSUPPORTED, "{other}");
            assert_eq!(of_bytes("<html><p>x", Some(other)), Ok(Kind::Html), "{other}");
        }
        assert_eq!(of_bytes("<?xml version='1.0'?><!DOCTYPE html><html xmlns='x'>", Some("application/xml")), Ok(Kind::Html));
        assert_eq!(of_bytes("<feed xmlns='http://www.w3.org/2005/Atom'>", Some("text/html")), UNSUPPORTED);
    }

    #[test]
    fn bytes_without_a_useful_type() {
        for unknown in [None, Some("application/octet-stream"), Some(""), Some("*/*")] {
            for (bytes, kind) in [
                ("<!doctype html><title>x", Kind::Html),
                ("\n <!-- saved --> <div>x", Kind::Html),
                ("Loose text with <br> in it", Kind::Html),
                ("Ends with </p>", Kind::Html),
                ("Just a text. 3 < 4 and a <- b.", Kind::Text),
                ("ID3 tags explained: use the WEBP format.", Kind::Text),
                ("[Reuters] A text in brackets.", Kind::Text),
            ] {
                assert_eq!(of_bytes(bytes, unknown), Ok(kind), "{bytes}");
            }
            for bytes in ["{\"@context\":\"x\"}", "[{\"a\":1}]", "<?xml version=\"1.0\"?>\n<!-- x -->\n<urlset>", "<rdf:RDF>", "%PDF-1.4 x"]
            {
                assert_eq!(of_bytes(bytes, unknown), UNSUPPORTED, "{bytes}");
            }
        }
    }

    #[test]
    fn magic_numbers_beat_the_content_type() {
        for bytes in [&b"%PDF-1.7\n"[..], b"\x89PNG\r\n\x1a\n", b"\x1f\x8b\x08\0", b"PK\x03\x04rest", b"RIFF1234WEBP", b"\xff\xd8\xff\xe0"]
        {
            assert_eq!(of_bytes(bytes, Some("text/html")), UNSUPPORTED);
        }
    }

    #[test]
    fn binary_is_undecodable_unless_it_says_what_it_is() {
        let noise = [1u8, 2, 3, 200].repeat(100);
        assert!(matches!(of_bytes(&noise, Some("text/html")), Err(Refusal::Dead { reason: DeadReason::Undecodable, .. })));
        assert_eq!(of_bytes(&noise, Some("image/x-own")), UNSUPPORTED);
    }

    #[test]
    fn the_charset_of_the_header_reaches_the_decoder() {
        let koi8 = encoding_rs::KOI8_R.encode("Москва").0.into_owned();
        let event = event(Body::Bytes(koi8), Some("text/plain; charset=KOI8-R"));
        assert_eq!(content(&event, Preset::Native).unwrap(), ("Москва".into(), Kind::Text));
        assert_eq!(content(&event, Preset::Article).unwrap().1, Kind::Clean);
        let overridden = PageEvent {
            content_type: Some("text/plain".into()),
            headers: vec![("content-type".into(), "text/html; charset=koi8-r".into())],
            ..event
        };
        assert_eq!(content(&overridden, Preset::Native).unwrap(), ("Москва".into(), Kind::Text));
    }
}
