//! HTTP as crawlers keep it: header maps of five shapes, and a response as it came over the wire.

use super::native::shortened;
use super::unpack::{self, Unpacked};
use memchr::memmem;
use serde_json::Value;

/// Headers in any of the shapes that crawlers write: `{name: value}`, `{name: [values]}`, `[{name, value}]`, `[[name, value]]`, or the block
/// as it came. Names in lower case; what is none of these is told.
pub(super) fn headers_of(value: &Value) -> Result<Vec<(String, String)>, String> {
    let mut all = Vec::new();
    match value {
        Value::Null => {}
        Value::String(block) => all = block_headers(block.as_bytes()),
        Value::Object(map) => {
            for (name, value) in map {
                push(&mut all, name, value).map_err(|()| format!("headers.{}", shortened(name)))?;
            }
        }
        Value::Array(items) => {
            for item in items {
                let named = match item {
                    Value::Object(pair) => pair.get("name").or_else(|| pair.get("key")).zip(pair.get("value")),
                    Value::Array(pair) => pair.first().zip(pair.get(1)),
                    _ => None,
                };
                let (name, value) = named.and_then(|(n, v)| Some((n.as_str()?, v))).ok_or("headers: an entry without name and value")?;
                push(&mut all, name, value).map_err(|()| format!("headers.{}", shortened(name)))?;
            }
        }
        _ => return Err("headers".into()),
    }
    Ok(all)
}

fn push(all: &mut Vec<(String, String)>, name: &str, value: &Value) -> Result<(), ()> {
    let name = name.trim().to_ascii_lowercase();
    match value {
        Value::Null => {}
        Value::String(text) => all.push((name, text.clone())),
        Value::Number(n) => all.push((name, n.to_string())),
        Value::Bool(b) => all.push((name, b.to_string())),
        Value::Array(values) => {
            for value in values {
                match value {
                    Value::Array(_) | Value::Object(_) => return Err(()),
                    scalar => push(all, &name, scalar)?,
                }
            }
        }
        Value::Object(_) => return Err(()),
    }
    Ok(())
}

/// `Name: value` lines, with folded ones joined. Lines that are none are read over, a status line among them.
pub(super) fn block_headers(block: &[u8]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in block.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first().is_some_and(|b| matches!(b, b' ' | b'\t')) {
            if let Some((_, value)) = all.last_mut() {
                value.push(' ');
                value.push_str(&latin(line.trim_ascii()));
            }
        } else if let Some(colon) = memchr::memchr(b':', line)
            && !line[..colon].is_empty()
            && !line[..colon].contains(&b' ')
        {
            all.push((latin(&line[..colon]).to_ascii_lowercase(), latin(line[colon + 1..].trim_ascii())));
        }
    }
    all
}

/// Header bytes are UTF-8 these days, and were Latin-1 (RFC 9110, section 5.5).
fn latin(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| encoding_rs::mem::decode_latin1(bytes).into_owned(), str::to_owned)
}

/// The end of a header block: after its blank line. `None` when there is none.
pub(super) fn block_end(bytes: &[u8]) -> Option<usize> {
    let crlf = memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4);
    // Looked for only in front of the other kind: one of the two is near the start.
    let before = crlf.unwrap_or(bytes.len());
    memmem::find(&bytes[..before], b"\n\n").map(|at| at + 2).or(crlf)
}

/// A response taken apart; the body without transfer and content encodings.
pub(super) struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Result<Vec<u8>, Unpacked>,
}

/// Reads a response as it came over the wire. Crawlers that store decoded bodies rename the encodings (`X-Crawler-Content-Encoding`), and
/// some do not, so a claim counts only when the bytes bear it out.
pub(super) fn response(bytes: &[u8], limit: usize) -> Option<Response> {
    let line_end = memchr::memchr(b'\n', bytes)?;
    let mut words = bytes[..line_end].split(|b| b.is_ascii_whitespace()).filter(|w| !w.is_empty());
    if !words.next()?.starts_with(b"HTTP/") {
        return None;
    }
    let status = std::str::from_utf8(words.next()?).ok()?.parse::<u16>().ok().filter(|s| *s < 1000)?;
    let end = block_end(bytes).unwrap_or(bytes.len());
    let headers = block_headers(&bytes[line_end.min(end)..end]);
    let has = |name: &str, wanted: &str| headers.iter().any(|(n, v)| n == name && v.to_ascii_lowercase().contains(wanted));
    let mut body = std::borrow::Cow::Borrowed(&bytes[end..]);
    if has("transfer-encoding", "chunked")
        && let Some(joined) = unchunked(&body, limit)
    {
        body = joined.into();
    }
    let body = if has("content-encoding", "deflate") {
        unpack::deflate(&body, limit).map(|plain| plain.unwrap_or_else(|| body.to_vec()))
    } else {
        unpack::unpacked(body.into_owned(), limit)
    };
    Some(Response { status, headers, body })
}

/// The chunks joined; `None` when the bytes are no chunks (stored decoded, in spite of the header). What is cut ends where it ends.
fn unchunked(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    let mut rest = bytes;
    loop {
        let line_end = memchr::memchr(b'\n', &rest[..rest.len().min(256)]);
        let Some(line_end) = line_end else { return (!joined.is_empty()).then_some(joined) };
        let line = rest[..line_end].trim_ascii();
        let size = line.split(|b| *b == b';').next().map(<[u8]>::trim_ascii)?;
        let size = std::str::from_utf8(size).ok().filter(|s| !s.is_empty()).and_then(|s| usize::from_str_radix(s, 16).ok());
        let Some(size) = size else { return (!joined.is_empty()).then_some(joined) };
        rest = &rest[line_end + 1..];
        if size == 0 || rest.is_empty() {
            return Some(joined);
        }
        let taken = size.min(rest.len());
        joined.extend_from_slice(&rest[..taken]);
        rest = &rest[taken..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        // One byte over is enough for the refusal.
        if joined.len() > limit {
            return Some(joined);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn headers_in_five_shapes() {
        let expected = vec![("content-type".to_owned(), "text/html".to_owned()), ("x".to_owned(), "1".to_owned())];
        for value in [
            json!({"Content-Type": "text/html", "X": 1}),
            json!({"Content-Type": ["text/html"], "X": ["1"]}),
            json!([{"name": "content-type", "value": "text/html"}, {"key": "x", "value": "1"}]),
            json!([["Content-Type", "text/html"], ["x", "1"]]),
            json!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX: 1\r\n\r\n"),
        ] {
            assert_eq!(headers_of(&value).unwrap(), expected, "{value}");
        }
        assert_eq!(headers_of(&json!(null)).unwrap(), []);
        for wrong in [json!(3), json!([1]), json!({"a": {"b": 1}}), json!([{"name": 1, "value": 2}])] {
            assert!(headers_of(&wrong).is_err(), "{wrong}");
        }
    }

    fn body(bytes: &[u8]) -> Vec<u8> {
        response(bytes, 1000).unwrap().body.unwrap()
    }

    #[test]
    fn responses_are_taken_apart() {
        let r = response(b"HTTP/1.1 404 Not Found\r\nA: b\r\n c\r\n\r\nbody\n\nx", 1000).unwrap();
        assert_eq!((r.status, r.headers, r.body.unwrap()), (404, vec![("a".into(), "b c".into())], b"body\n\nx".to_vec()));
        assert_eq!(body(b"HTTP/2 200\nA: b\n\nx"), b"x");
        assert_eq!(body(b"HTTP/1.0 200 OK\r\nA: b\r\n"), b"");
        for none in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1", b""] {
            assert!(response(none, 1000).is_none());
        }
    }

    #[test]
    fn encodings_count_when_the_bytes_bear_them_out() {
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
        assert_eq!(body(chunked), b"hello world");
        assert_eq!(body(&chunked[..chunked.len() - 11]), b"hello w");
        assert_eq!(body(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>stored decoded</p>"), b"<p>stored decoded</p>");
        let packed = zstd::encode_all(&b"hello"[..], 1).unwrap();
        assert_eq!(body(&[&b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n"[..], &packed].concat()), b"hello");
        assert_eq!(body(b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\nplain"), b"plain");
    }
}
