//! From the bytes of a page to text: BOM, header, meta, detector, in this order.
//!
//! As the WHATWG encoding and HTML standards do it, with two departures that real feeds force. Bytes that are valid UTF-8 with anything
//! beyond ASCII are UTF-8 whatever the page claims: servers send `charset=iso-8859-1` for everything, and no legacy text is valid UTF-8 by
//! chance. And a page that claims UTF-8 while most of its sequences are broken is given to the detector instead of being filled with U+FFFD.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// The standard looks at 1,024 bytes; pages with a long comment or scripts before the meta element are common.
const PRESCAN_BYTES: usize = 4096;
/// Enough for the detector to be sure; it costs a hundred times as much a byte as the decoding itself.
const DETECT_BYTES: usize = 16 << 10;
/// How far into the bytes the detector's sample is looked for.
const DETECT_SPAN: usize = 1 << 20;
/// ASCII around other bytes that the detector is given: it judges letters by their neighbours.
const CONTEXT_BYTES: usize = 12;
/// How far into the bytes they are judged to be text or not.
const SAMPLE_BYTES: usize = 4096;

/// The bytes are no text in any charset.
#[derive(Debug, PartialEq, Eq)]
pub struct Binary;

/// Decodes a page. `declared` is the charset of the HTTP header, `tld` the last label of the page's host: it tips the balance between
/// charsets that look alike. Borrowed when the bytes are UTF-8 already.
pub fn decode<'a>(bytes: &'a [u8], declared: Option<&str>, tld: Option<&str>) -> Result<Cow<'a, str>, Binary> {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[bom..]).0);
    }
    if let Some(utf16) = utf16_without_bom(bytes) {
        return Ok(utf16.decode_without_bom_handling(bytes).0);
    }
    if is_binary(bytes) {
        return Err(Binary);
    }
    let named = declared.and_then(encoding).or_else(|| prescan(bytes)).filter(|e| *e != UTF_16LE && *e != UTF_16BE);
    match std::str::from_utf8(bytes) {
        // ASCII can still be ISO-2022-JP, whose escapes are ASCII.
        Ok(text) if bytes.is_ascii() => Ok(match named {
            Some(e) if !e.is_ascii_compatible() => e.decode_without_bom_handling(bytes).0,
            None if bytes.contains(&0x1b) => detect(bytes, tld).decode_without_bom_handling(bytes).0,
            _ => Cow::Borrowed(text),
        }),
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => {
            let encoding = match named {
                Some(e) if e == UTF_8 && !mostly_utf8(bytes) => detect(bytes, tld),
                Some(e) => e,
                None if mostly_utf8(bytes) => UTF_8,
                None => detect(bytes, tld),
            };
            Ok(encoding.decode_without_bom_handling(bytes).0)
        }
    }
}

/// The charset parameter of a content type, as written.
pub fn charset_of(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).trim())
    })
}

/// Encoding of a label. `replacement` stands for charsets that are unsafe to decode: as good as no label.
fn encoding(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).filter(|e| *e != REPLACEMENT)
}

/// What the page itself says: the XML declaration, `<meta charset>` or `<meta http-equiv=content-type content=...>`.
fn prescan(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(PRESCAN_BYTES)];
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'<', &head[at..]) {
        at += open;
        let rest = &head[at..];
        if rest.starts_with(b"<!--") {
            // `<!-->` is a whole comment, hence the search from the second dash on.
            at += 2 + memchr::memmem::find(&rest[2..], b"-->")? + 3;
            continue;
        }
        let end = memchr::memchr(b'>', rest)?;
        let tag = &rest[..end];
        let label = if starts_with(tag, b"<meta") {
            meta_charset(&tag[5..])
        } else if starts_with(tag, b"<?xml") {
            attribute(&tag[5..], b"encoding").map(<[u8]>::to_vec)
        } else {
            None
        };
        if let Some(found) = label.and_then(|l| encoding(&String::from_utf8_lossy(&l))) {
            // The page could not have been read so far if this were true (HTML standard, "prescan a byte stream").
            return Some(if found == UTF_16LE || found == UTF_16BE { UTF_8 } else { found });
        }
        at += 1;
    }
    None
}

fn starts_with(bytes: &[u8], prefix: &[u8]) -> bool {
    bytes.get(..prefix.len()).is_some_and(|b| b.eq_ignore_ascii_case(prefix))
}

fn meta_charset(attributes: &[u8]) -> Option<Vec<u8>> {
    if let Some(label) = attribute(attributes, b"charset") {
        return Some(label.to_vec());
    }
    if !attribute(attributes, b"http-equiv")?.eq_ignore_ascii_case(b"content-type") {
        return None;
    }
    let content = String::from_utf8_lossy(attribute(attributes, b"content")?);
    charset_of(&content).map(|label| label.as_bytes().to_vec())
}

/// Value of an attribute, quoted or not. A name inside another's value is not mistaken for it.
fn attribute<'a>(tag: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    let blank = |b: &u8| b.is_ascii_whitespace() || *b == b'/';
    let mut rest = tag;
    loop {
        rest = &rest[rest.iter().position(|b| !blank(b))?..];
        let name_end = rest.iter().position(|b| blank(b) || *b == b'=').unwrap_or(rest.len());
        // A stray `=` is a name of its own, or this would not move on.
        let (name, after) = rest.split_at(name_end.max(1).min(rest.len()));
        rest = after;
        let value_at = rest.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(rest.len());
        let Some(assigned) = rest[value_at..].strip_prefix(b"=") else { continue };
        let assigned = assigned.trim_ascii_start();
        let (value, after) = match assigned.first() {
            Some(quote @ (b'"' | b'\'')) => {
                let end = memchr::memchr(*quote, &assigned[1..]).map_or(assigned.len(), |e| e + 1);
                (&assigned[1..end], assigned.get(end + 1..).unwrap_or_default())
            }
            _ => assigned.split_at(assigned.iter().position(u8::is_ascii_whitespace).unwrap_or(assigned.len())),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value.trim_ascii());
        }
        rest = after;
    }
}

fn detect(bytes: &[u8], tld: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // Never told that it ends: a character that the sample cuts must not count against its charset.
    detector.feed(&telling(bytes), false);
    // The crate panics on anything but lower-case ASCII without a dot.
    let tld = tld.filter(|t| t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
    detector.guess(tld.map(str::as_bytes), Utf8Detection::Deny)
}

/// The bytes that say something of the charset: those beyond ASCII with their neighbours. Scripts and styles are most of many pages.
fn telling(bytes: &[u8]) -> Cow<'_, [u8]> {
    let span = &bytes[..bytes.len().min(DETECT_SPAN)];
    // All of ISO-2022-JP is ASCII, between escapes.
    if let Some(escape) = memchr::memchr(0x1b, span) {
        return Cow::Borrowed(&span[escape..span.len().min(escape + DETECT_BYTES)]);
    }
    let mut sample = Vec::with_capacity(DETECT_BYTES);
    let mut taken = 0;
    while sample.len() < DETECT_BYTES
        && let Some(next) = span[taken..].iter().position(|b| !b.is_ascii())
    {
        let at = taken + next;
        let from = at.saturating_sub(CONTEXT_BYTES).max(taken);
        if from > taken {
            // A gap ends the word before it.
            sample.push(b' ');
        }
        let mut until = span.len().min(at + 1 + CONTEXT_BYTES);
        // The second byte of a Chinese or Japanese character can be ASCII.
        while until < span.len() && !span[until - 1].is_ascii() {
            until += 1;
        }
        sample.extend_from_slice(&span[from..until]);
        taken = until;
    }
    Cow::Owned(sample)
}

/// Whether invalid UTF-8 is UTF-8 with damage (cut characters, a mixed-in advertisement) and not a legacy charset.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad
}

/// UTF-16 of a text in which most characters are below U+0100: every second byte is zero.
fn utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES) & !1];
    if sample.len() < 4 || memchr::memchr(0, sample).is_none() {
        return None;
    }
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    // Markup is ASCII even in pages of other scripts, so a quarter is plenty; the other half has next to none.
    match (even, odd) {
        (e, o) if o > half / 4 && e <= half / 50 => Some(UTF_16LE),
        (e, o) if e > half / 4 && o <= half / 50 => Some(UTF_16BE),
        _ => None,
    }
}

/// Control characters that no text holds, more than a tenth of the first bytes. Single NULs do occur in pages.
fn is_binary(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let control = sample.iter().filter(|b| matches!(b, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)).count();
    control * 10 > sample.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, EUC_KR, GBK, ISO_2022_JP, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

    fn text(bytes: &[u8], declared: Option<&str>) -> String {
        decode(bytes, declared, None).unwrap().into_owned()
    }

    fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost);
        bytes.into_owned()
    }

    #[test]
    fn utf8_is_borrowed() {
        let page = "<p>Zürich, Київ, 東京";
        assert!(matches!(decode(page.as_bytes(), None, None), Ok(Cow::Borrowed(t)) if t == page));
        assert!(matches!(decode(b"<p>plain", Some("windows-1251"), None), Ok(Cow::Borrowed("<p>plain"))));
        assert_eq!(text(b"", None), "");
    }

    #[test]
    fn the_order_is_bom_header_meta_detector() {
        let meta = "<meta charset=windows-1251><p>Привет, мир";
        let page = encoded(WINDOWS_1251, meta);
        assert_eq!(text(&page, None), meta);
        let by_header = encoding_rs::KOI8_R.decode_without_bom_handling(&page).0;
        assert_eq!(text(&page, Some("koi8-r")), by_header);
        let mut with_bom = b"\xef\xbb\xbf".to_vec();
        with_bom.extend("é".as_bytes());
        assert_eq!(text(&with_bom, Some("koi8-r")), "é");
        for (bom, encode) in [(&b"\xff\xfe"[..], u16::to_le_bytes as fn(u16) -> [u8; 2]), (b"\xfe\xff", u16::to_be_bytes)] {
            let units: Vec<u8> = "Київ".encode_utf16().flat_map(encode).collect();
            assert_eq!(text(&[bom, &units].concat(), Some("utf-8")), "Київ");
        }
    }

    #[test]
    fn metas_of_all_shapes() {
        for meta in [
            "<meta charset='windows-1251'>",
            "<META CharSet = \"cp1251\" />",
            "<meta name=x content='charset=utf-8'><meta charset=windows-1251>",
            "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">",
            "<meta content='text/html; charset=\"windows-1251\"' http-equiv=content-type>",
            "<?xml version=\"1.0\" encoding=\"windows-1251\"?>",
            "<!-- <meta charset=utf-8> --><!--><meta charset=windows-1251>",
            "<meta charset=unknown><meta charset=windows-1251>",
            "<meta = =x charset=windows-1251>",
        ] {
            assert_eq!(prescan(meta.as_bytes()), Some(WINDOWS_1251), "{meta}");
        }
        assert_eq!(prescan(b"<meta charset=utf-16le>"), Some(UTF_8));
        for none in
            [&b"<meta name=charset content=windows-1251>"[..], b"<meta charset", b"<!-- <meta charset=utf-8>", b"<", b"<meta charset=>"]
        {
            assert_eq!(prescan(none), None);
        }
        assert_eq!(prescan(format!("{}<meta charset=utf-8>", "<p>".repeat(2000)).as_bytes()), None);
    }

    #[test]
    fn a_claim_does_not_beat_the_bytes() {
        assert_eq!(text("<p>Zürich".as_bytes(), Some("iso-8859-1")), "<p>Zürich");
        assert_eq!(text("<meta charset=gbk><p>東京".as_bytes(), None), "<meta charset=gbk><p>東京");
        let german = "Die Bürgermeisterin sprach über die Größe der Städte und möchte für Köln mehr Geld.";
        assert_eq!(text(&encoded(WINDOWS_1252, german), Some("utf-8")), german);
        assert_eq!(text(&encoded(WINDOWS_1252, german), Some("hz-gb-2312")), german);
        // UTF-8 with one broken character stays UTF-8.
        let mut damaged = german.as_bytes().to_vec();
        damaged.push(0xc3);
        assert_eq!(text(&damaged, None), format!("{german}\u{fffd}"));
        assert_eq!(text(&damaged, Some("utf-8")), format!("{german}\u{fffd}"));
    }

    #[test]
    fn undeclared_legacy_pages() {
        for (encoding, sample) in [
            (WINDOWS_1251, "Президент сообщил, что переговоры о газе продолжатся в четверг в Москве."),
            (SHIFT_JIS, "政府は木曜日、来年度の予算案を国会に提出したと発表した。"),
            (GBK, "中国政府星期四宣布，明年的预算草案已经提交给全国人民代表大会审议。"),
            (BIG5, "政府星期四宣布，明年的預算草案已經提交立法院審議，預計下個月表決。"),
            (EUC_KR, "정부는 목요일 내년도 예산안을 국회에 제출했다고 발표했다."),
            (ISO_2022_JP, "政府は木曜日、来年度の予算案を提出した。"),
        ] {
            assert_eq!(text(&encoded(encoding, sample), None), sample, "{}", encoding.name());
        }
        // The sample is cut between words, never within a character.
        let scripts = "<script>var a = 1; function b() { return a; }</script>".repeat(50);
        let (start, end) = ("政府星期四宣布，明年的預算草案", "已經提交立法院審議，預計下個月表決。");
        let page = format!("{start}{scripts}{end}{scripts}");
        assert_eq!(text(&encoded(BIG5, &page), None), page);
        // `.ua` or `UA` or worse as a host's end must not matter to safety.
        for tld in ["ua", "UA", "рф", "a.b", ""] {
            assert!(decode(&encoded(WINDOWS_1251, "Київ"), None, Some(tld)).is_ok());
        }
    }

    #[test]
    fn utf16_without_a_bom() {
        let page = "<html><p>Привет";
        let le: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = page.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&le, Some("utf-16")), page);
        assert_eq!(text(&be, None), page);
        // A header that says UTF-16 of a page that is not.
        assert_eq!(text(b"<p>plain", Some("utf-16")), "<p>plain");
    }

    #[test]
    fn binary_is_refused_and_single_nuls_are_not() {
        assert_eq!(decode(&[0; 5000], None, None), Err(Binary));
        let noise: Vec<u8> = (0..5000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(decode(&noise, Some("utf-8"), None), Err(Binary));
        assert_eq!(text(b"<p>one\0two and some more text</p>", None), "<p>one\0two and some more text</p>");
    }

    #[test]
    fn charsets_of_content_types() {
        for (header, charset) in [
            ("text/html; charset=utf-8", Some("utf-8")),
            ("text/html;Charset=\"UTF-8\"; boundary=x", Some("UTF-8")),
            ("text/html; boundary=charset", None),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(charset_of(header), charset, "{header}");
        }
    }

    #[test]
    fn hostile_heads_are_linear() {
        for page in ["<".repeat(1 << 20), "<meta ".repeat(1 << 18), "<!--".repeat(1 << 18), format!("<meta {}>", "a=".repeat(1 << 20))] {
            assert_eq!(text(page.as_bytes(), None).len(), page.len());
        }
    }
}
