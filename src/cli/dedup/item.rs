//! A line, made comparable.

use crate::article::envelope::{AddressKey, Envelope, EnvelopeOp};
use crate::article::outcome::Coordinates;
use crate::dedup::{address, fingerprint};
use crate::record::Record;
use crate::stage::Work;
use crate::stage::clean::CleanStage;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    pub file: usize,
    pub line: i64,
}

/// A line that can be compared, or why it cannot.
pub(super) struct Item {
    pub origin: Origin,
    pub bytes: Vec<u8>,
    pub id: Option<Value>,
    pub url: Option<String>,
    pub page: Result<Envelope, &'static str>,
}

/// What is read of a line. Everything else is ignored.
#[derive(Deserialize)]
struct Fields<'a> {
    id: Option<Value>,
    url: Option<String>,
    #[serde(borrow)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    html: Option<serde::de::IgnoredAny>,
    body_base64: Option<serde::de::IgnoredAny>,
}

impl Item {
    pub fn of(bytes: Vec<u8>, origin: Origin, cleaner: &CleanStage, texts_only: bool) -> Item {
        let fields = match serde_json::from_slice::<Fields<'_>>(&bytes) {
            Ok(fields) => fields,
            Err(e) => {
                let reason = if e.is_data() { "wrong_type" } else { "invalid_json" };
                return Item { origin, bytes, id: None, url: None, page: Err(reason) };
            }
        };
        let page = match (&fields.text, fields.html.is_some() || fields.body_base64.is_some()) {
            (_, true) => cleaned(&bytes, origin, cleaner),
            (Some(text), false) => Ok(Envelope {
                title: fields.title.as_deref().map(str::to_owned),
                fingerprint: Some(fingerprint::fingerprint(fields.title.as_deref(), text)),
                ..empty()
            }),
            (None, false) => Err("missing_field"),
        };
        let (id, url) = (fields.id, fields.url);
        let page = page.map(|page| placed(page, origin, url.as_deref(), texts_only));
        Item { origin, bytes, id, url, page }
    }
}

/// Gives a page its site, and the addresses that count. Without one its place takes the place of the address.
fn placed(mut page: Envelope, origin: Origin, url: Option<&str>, texts_only: bool) -> Envelope {
    let parsed = url.and_then(|u| url::Url::parse(u).ok());
    let host = parsed.as_ref().and_then(|u| u.host_str());
    if let Some(host) = host {
        page.site = xxh3_64(address::site(host).as_bytes());
    }
    if texts_only {
        page.keys.clear();
    } else if page.keys.is_empty() {
        page.keys.extend(url.and_then(address::key));
    }
    if page.keys.is_empty() {
        page.keys.push(AddressKey(xxh3_128(format!("{} {}", origin.file, origin.line).as_bytes())));
    }
    if host.is_none() {
        // A site of its own: nobody knows what its site repeats.
        page.site = page.keys[0].0 as u64;
    }
    page
}

/// What CLEAN makes of a page event.
fn cleaned(bytes: &[u8], origin: Origin, cleaner: &CleanStage) -> Result<Envelope, &'static str> {
    let work = Work::from(Record {
        topic: "-".into(),
        partition: 0,
        offset: origin.line,
        timestamp: None,
        key: None,
        value: Some(bytes.to_vec()),
        headers: Vec::new(),
    });
    let made = cleaner.one(&work);
    if let Some(reason) = made.fates.iter().find_map(|f| f.reason) {
        return Err(reason);
    }
    let envelope = made.records.first().and_then(|r| r.value.as_deref()).and_then(|v| Envelope::decode(v).ok());
    let page = envelope.map(|(head, _)| head).filter(|head| head.op == EnvelopeOp::Page);
    // All times are one: the order of the lines is the order of the pages.
    page.map(|head| Envelope { fetched_at: 0, ..head }).ok_or("no_page")
}

fn empty() -> Envelope {
    Envelope {
        op: EnvelopeOp::Page,
        keys: Vec::new(),
        url: String::new(),
        title: None,
        fetched_at: 0,
        site: 0,
        language: String::new(),
        fingerprint: None,
        event_id: None,
        source: Coordinates { topic: String::new(), partition: 0, offset: 0, item: 0 },
        source_json: String::new(),
    }
}
