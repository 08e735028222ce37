//! WARC records (ISO 28500), one a record or several: `warc` (pages as they were fetched), `wet` (text) and `wat` (metadata) of Common Crawl.
//!
//! The three names are read by one reader, which goes by the type of each record: `response` and `resource` hold pages, `conversion` holds
//! text, `metadata` of WAT holds address, status and headers of a page without its body. The rest hold no page by design.

use crate::article::{DeadReason, SkipReason};
use crate::page::http::{block_end, block_headers, headers_of, response};
use crate::page::native::{address, shortened, too_large};
use crate::page::unpack::Unpacked;
use crate::page::{Body, InLimits, Op, PageEvent, Refusal, moment};
use serde_json::{Map, Value};

/// A record's own head, taken from its front.
pub struct Head {
    headers: Vec<(String, String)>,
    /// Bytes of the head, blank line included.
    pub bytes: usize,
    /// Bytes of the block behind it.
    pub length: u64,
}

/// Whether bytes begin as a WARC record does.
pub fn is_record(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"WARC/")
}

/// The head of a record that begins at the first byte. `None` when it is none, or not whole.
pub fn head(bytes: &[u8]) -> Option<Head> {
    if !bytes.starts_with(b"WARC/") {
        return None;
    }
    let end = block_end(bytes)?;
    let headers = block_headers(&bytes[..end]);
    let length = headers.iter().find(|(n, _)| n == "content-length")?.1.trim().parse().ok()?;
    Some(Head { headers, bytes: end, length })
}

/// The pages of all records in these bytes. What stands behind a broken head is one more refusal: nobody knows how many pages it holds.
pub(in crate::page) fn pages(bytes: &[u8], timestamp: Option<i64>, limits: &InLimits) -> Vec<Result<PageEvent, Refusal>> {
    let mut pages = Vec::new();
    let mut rest = bytes.trim_ascii_start();
    while !rest.is_empty() {
        let Some(head) = head(rest) else {
            let start = String::from_utf8_lossy(&rest[..rest.len().min(40)]).into_owned();
            pages.push(Err(Refusal::dead(DeadReason::InvalidWarc, format!("no WARC head at {:?}", shortened(&start)))));
            break;
        };
        let length = usize::try_from(head.length).unwrap_or(usize::MAX);
        let end = head.bytes.saturating_add(length);
        pages.push(match rest.get(head.bytes..end.min(rest.len())) {
            Some(block) if end <= rest.len() => page(&head, block, timestamp, limits),
            _ if length > limits.event_bytes() => Err(too_large("the page", limits)),
            _ => Err(Refusal::dead(DeadReason::InvalidWarc, format!("the record ends before its Content-Length of {length}"))),
        });
        rest = rest.get(end..).unwrap_or_default().trim_ascii_start();
    }
    if pages.is_empty() { vec![Err(Refusal::Skipped(SkipReason::NoPage))] } else { pages }
}

fn page(head: &Head, block: &[u8], timestamp: Option<i64>, limits: &InLimits) -> Result<PageEvent, Refusal> {
    const NO_PAGE: Refusal = Refusal::Skipped(SkipReason::NoPage);
    let kind = head.get("warc-type").unwrap_or_default().to_ascii_lowercase();
    if !matches!(kind.as_str(), "response" | "resource" | "conversion" | "metadata") {
        return Err(NO_PAGE);
    }
    let url = head.get("warc-target-uri").map(|u| u.trim_matches(['<', '>']).trim().replace(' ', "%20"));
    let url = url.ok_or_else(|| Refusal::dead(DeadReason::MissingField, "WARC-Target-URI is missing"))?;
    // `dns:`, `urn:pageinfo:`, `metadata:` and their like.
    if !url.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("http")) {
        return Err(NO_PAGE);
    }
    address("WARC-Target-URI", &url)?;
    let media = head.get("content-type").unwrap_or_default().to_ascii_lowercase();
    let mut event = PageEvent {
        url,
        final_url: None,
        id: head.get("warc-record-id").map(|id| id.trim_matches(['<', '>']).to_owned()),
        op: Op::Page,
        // A date that nobody can read is no reason to lose the page: the record's own time stands in.
        fetched_at: head.get("warc-date").and_then(moment::of_text).or(timestamp),
        status: 200,
        headers: Vec::new(),
        content_type: None,
        body: Body::None,
        title: None,
        language: None,
        attributes: head.attributes(),
    };
    match kind.as_str() {
        "conversion" => {
            event.body = Body::Text(text(block, limits)?);
            event.language = head.get("warc-identified-content-language").and_then(|l| l.split(',').next()).map(|l| l.trim().to_owned());
        }
        "metadata" if media.starts_with("application/json") => wat(&mut event, block, limits)?,
        "metadata" => return Err(NO_PAGE),
        "response" if media.starts_with("application/http") || block.starts_with(b"HTTP/") => {
            let response = response(block, limits.page_bytes)
                .ok_or_else(|| Refusal::dead(DeadReason::InvalidWarc, "the block of a response begins with no HTTP status line"))?;
            event.status = response.status;
            event.content_type = response.headers.iter().find(|(n, _)| n == "content-type").map(|(_, v)| v.clone());
            event.headers = response.headers;
            event.body = match response.body {
                Ok(body) if body.len() > limits.page_bytes => return Err(too_large("the page", limits)),
                Ok(body) => Body::Bytes(body),
                Err(Unpacked::TooLarge) => return Err(too_large("the page", limits)),
                Err(Unpacked::Broken(how)) => {
                    return Err(Refusal::dead(DeadReason::InvalidCompression, format!("the body is no whole {how} stream")));
                }
            };
        }
        _ => {
            event.content_type = head.get("warc-identified-payload-type").or(head.get("content-type")).map(str::to_owned);
            if block.len() > limits.page_bytes {
                return Err(too_large("the page", limits));
            }
            event.body = Body::Bytes(block.to_vec());
        }
    }
    Ok(event)
}

fn text(block: &[u8], limits: &InLimits) -> Result<String, Refusal> {
    if block.len() > limits.page_bytes {
        return Err(too_large("the page", limits));
    }
    // Nearly all are whole, which is told faster than what is broken.
    Ok(str::from_utf8(block).map_or_else(|_| String::from_utf8_lossy(block).into_owned(), str::to_owned))
}

/// A WAT record: what is known of a page without the page.
fn wat(event: &mut PageEvent, block: &[u8], limits: &InLimits) -> Result<(), Refusal> {
    let json = crate::page::mapping::json(block, limits)?;
    let Some(meta) = json.pointer("/Envelope/Payload-Metadata/HTTP-Response-Metadata") else {
        // Of requests and of the file's own description.
        return Err(Refusal::Skipped(SkipReason::NoPage));
    };
    if let Some(status) = meta.pointer("/Response-Message/Status") {
        let number = status.as_str().and_then(|s| s.parse().ok()).or_else(|| status.as_u64().and_then(|n| u16::try_from(n).ok()));
        event.status = number.filter(|n| *n < 1000).unwrap_or(0);
    }
    event.headers = meta.get("Headers").and_then(|h| headers_of(h).ok()).unwrap_or_default();
    event.content_type = event.headers.iter().find(|(n, _)| n == "content-type").map(|(_, v)| v.clone());
    event.title = meta.pointer("/HTML-Metadata/Head/Title").and_then(Value::as_str).map(str::to_owned);
    Ok(())
}

impl Head {
    fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).filter(|v| !v.is_empty())
    }

    fn attributes(&self) -> Option<Value> {
        let mut all = Map::new();
        for name in ["warc-truncated", "warc-filename", "warc-ip-address", "warc-page-id"] {
            if let Some(value) = self.get(name) {
                all.insert(name.replace('-', "_"), value.into());
            }
        }
        (!all.is_empty()).then_some(Value::Object(all))
    }
}
