//! Preset `native` (and `article`): one JSON object a record, as the contract's page event.
//!
//! This is on the hot path: the bytes are read once by serde, no tree of values is built, and only the fields that count are kept. A value
//! of the wrong type is not an error of serde (its messages name types of Rust, not fields): it is read over, remembered, and told by name.

use super::field::{Drained, Found, HeaderValue, Headers};
use super::{Body, InLimits, Op, PageEvent, Refusal};
use crate::article::{DeadReason, SkipReason};
use crate::record::Record;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use std::borrow::Cow;

/// Senders differ in whether they pad.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

const DEFAULT_STATUS: u16 = 200;

/// The fields of an [event](super::event); a test holds the two together.
#[derive(Deserialize, Clone, Copy)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Url,
    FinalUrl,
    Id,
    Op,
    Reason,
    FetchedAt,
    Status,
    Headers,
    ContentType,
    BodyBase64,
    Html,
    Text,
    Title,
    Language,
    Attributes,
    #[serde(other)]
    Other,
}

/// An event as it stands in the record. `null` is the same as a missing field; of a field that comes twice the last counts.
#[derive(Default)]
struct Raw<'a> {
    url: Option<Cow<'a, str>>,
    final_url: Option<Cow<'a, str>>,
    id: Option<Cow<'a, str>>,
    op: Option<Cow<'a, str>>,
    reason: Option<Cow<'a, str>>,
    fetched_at: Option<Cow<'a, str>>,
    status: Option<u16>,
    headers: Vec<(String, String)>,
    content_type: Option<Cow<'a, str>>,
    body_base64: Option<Cow<'a, str>>,
    html: Option<Cow<'a, str>>,
    text: Option<Cow<'a, str>>,
    title: Option<Cow<'a, str>>,
    language: Option<Cow<'a, str>>,
    attributes: Option<serde_json::Value>,
    /// The first value of a wrong type, as a message.
    wrong: Option<String>,
}

/// Reads one event. Unknown fields are ignored; a wrong type is named.
pub fn decode(record: &Record, limits: &InLimits) -> Result<PageEvent, Refusal> {
    let json = record.value.as_deref().ok_or(Refusal::Skipped(SkipReason::Tombstone))?;
    if json.len() > limits.event_bytes() {
        return Err(too_large("the record", limits));
    }
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    if let Some(raw) = apart(json) {
        return event(raw, record, limits);
    }
    match serde_json::from_slice::<Raw<'_>>(json) {
        Ok(raw) => event(raw, record, limits),
        // Crawlers cut texts in UTF-16 units; half a pair is no reason to lose the page.
        Err(e) => match super::surrogates::without_lone(json) {
            Some(mended) => event(serde_json::from_slice(&mended).map_err(invalid_json)?, record, limits),
            None => Err(invalid_json(e)),
        },
    }
}

/// The event with its page read apart from the rest; `None` when that does not work out, for whatever reason.
fn apart(json: &[u8]) -> Option<Raw<'_>> {
    let split = super::large::split(json)?;
    // Fields other than the page are small: they are copied, so that the rest need not live on.
    let rest: Raw<'_> = serde_json::from_slice(&split.rest).ok()?;
    let mut raw = rest.into_owned();
    let page = match split.field {
        "html" => &mut raw.html,
        "text" => &mut raw.text,
        _ => &mut raw.body_base64,
    };
    *page = Some(split.page);
    Some(raw)
}

pub(super) fn invalid_json(e: serde_json::Error) -> Refusal {
    Refusal::dead(DeadReason::InvalidJson, e.to_string())
}

pub(super) fn too_large(what: &str, limits: &InLimits) -> Refusal {
    Refusal::dead(DeadReason::TooLarge, format!("{what} is larger than limits.page_bytes = {} allows", limits.page_bytes))
}

/// Checks what was read, in the order in which people would look for a mistake: types, presence, values, size.
fn event(raw: Raw<'_>, record: &Record, limits: &InLimits) -> Result<PageEvent, Refusal> {
    if let Some(message) = raw.wrong {
        return Err(Refusal::dead(DeadReason::WrongType, message));
    }
    let url = raw.url.ok_or_else(|| Refusal::dead(DeadReason::MissingField, "url is missing"))?;
    let fetched_at = raw.fetched_at.as_deref().map(date_time).transpose()?;
    let op = op(raw.op.as_deref(), raw.reason)?;
    address("url", &url)?;
    raw.final_url.as_deref().map_or(Ok(()), |u| address("final_url", u))?;
    let body = body(raw.body_base64, raw.html, raw.text, limits)?;
    let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    let content_type = owned(raw.content_type).or_else(|| raw.headers.iter().find(|(n, _)| n == "content-type").map(|(_, v)| v.clone()));
    Ok(PageEvent {
        url: url.into_owned(),
        final_url: owned(raw.final_url),
        id: owned(raw.id),
        op,
        fetched_at: fetched_at.or(record.timestamp),
        status: raw.status.unwrap_or(DEFAULT_STATUS),
        headers: raw.headers,
        content_type,
        body,
        title: owned(raw.title),
        language: owned(raw.language),
        attributes: raw.attributes,
    })
}

/// Milliseconds since 1970-01-01 UTC. Without a zone it is UTC, without a time midnight.
fn date_time(text: &str) -> Result<i64, Refusal> {
    let wrong = || Refusal::dead(DeadReason::WrongType, format!("fetched_at: expected a date-time, found {:?}", shortened(text)));
    let text = text.trim();
    let time = text.parse::<jiff::Timestamp>().ok();
    // A civil time is tried second: its parser reads over an offset, which must not be lost.
    let civil = || text.parse::<jiff::civil::DateTime>().ok().and_then(|d| d.to_zoned(jiff::tz::TimeZone::UTC).ok());
    time.or_else(|| civil().map(|z| z.timestamp())).map(|t| t.as_millisecond()).ok_or_else(wrong)
}

fn op(name: Option<&str>, reason: Option<Cow<'_, str>>) -> Result<Op, Refusal> {
    match name {
        None | Some("page") => Ok(Op::Page),
        Some("remove") => Ok(Op::Remove),
        Some("restore") => Ok(Op::Restore { reason: reason.map(Cow::into_owned) }),
        Some(other) => {
            Err(Refusal::dead(DeadReason::UnknownOp, format!("op: expected page, remove or restore, found {:?}", shortened(other))))
        }
    }
}

/// An address must be an http or https URL with a host: all that is known of a page hangs on it.
pub(super) fn address(field: &str, text: &str) -> Result<(), Refusal> {
    let wrong = |why: &str| Err(Refusal::dead(DeadReason::InvalidUrl, format!("{field}: {:?} {why}", shortened(text))));
    match url::Url::parse(text) {
        Err(e) => wrong(&format!("is no URL: {e}")),
        Ok(u) if !matches!(u.scheme(), "http" | "https") => wrong("is neither http nor https"),
        Ok(u) if u.host_str().is_none_or(str::is_empty) => wrong("has no host"),
        Ok(_) => Ok(()),
    }
}

/// The first of the three that is present counts, also when it is empty.
fn body(base64: Option<Cow<'_, str>>, html: Option<Cow<'_, str>>, text: Option<Cow<'_, str>>, limits: &InLimits) -> Result<Body, Refusal> {
    let checked = |text: Cow<'_, str>| {
        if text.len() > limits.page_bytes { Err(too_large("the page", limits)) } else { Ok(text.into_owned()) }
    };
    match (base64, html, text) {
        (Some(b), _, _) => bytes(&b, limits).map(Body::Bytes),
        (None, Some(h), _) => checked(h).map(Body::Html),
        (None, None, Some(t)) => checked(t).map(Body::Text),
        (None, None, None) => Ok(Body::None),
    }
}

/// The bytes behind base64. Line breaks, which MIME encoders put in, are left out.
pub(super) fn bytes(base64: &str, limits: &InLimits) -> Result<Vec<u8>, Refusal> {
    let broken = |e: base64::DecodeError| Refusal::dead(DeadReason::InvalidBase64, format!("body_base64: {e}"));
    let joined: Cow<'_, [u8]> = if base64.bytes().any(|b| b.is_ascii_whitespace()) {
        base64.bytes().filter(|b| !b.is_ascii_whitespace()).collect::<Vec<u8>>().into()
    } else {
        base64.as_bytes().into()
    };
    // Measured before the memory for it is taken: four characters are three bytes, of which padding may take two.
    if (joined.len() / 4).saturating_mul(3).saturating_sub(2) > limits.page_bytes {
        return Err(too_large("the page", limits));
    }
    let bytes = BASE64.decode(joined).map_err(broken)?;
    if bytes.len() > limits.page_bytes { Err(too_large("the page", limits)) } else { Ok(bytes) }
}

/// Values in messages are for people: a page that stands in the wrong field must not fill the log.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &text[..end]).into(),
        None => text.into(),
    }
}

impl Raw<'_> {
    fn into_owned<'b>(self) -> Raw<'b> {
        let own = |text: Option<Cow<'_, str>>| text.map(|t| Cow::Owned(t.into_owned()));
        Raw {
            url: own(self.url),
            final_url: own(self.final_url),
            id: own(self.id),
            op: own(self.op),
            reason: own(self.reason),
            fetched_at: own(self.fetched_at),
            status: self.status,
            headers: self.headers,
            content_type: own(self.content_type),
            body_base64: own(self.body_base64),
            html: own(self.html),
            text: own(self.text),
            title: own(self.title),
            language: own(self.language),
            attributes: self.attributes,
            wrong: self.wrong,
        }
    }
}

impl<'a> Raw<'a> {
    /// Keeps the first complaint.
    fn wrong(&mut self, field: &str, expected: &str, found: impl std::fmt::Display) {
        self.wrong.get_or_insert_with(|| format!("{field}: expected {expected}, found {found}"));
    }

    fn text(&mut self, field: &str, expected: &str, found: Found<'a>) -> Option<Cow<'a, str>> {
        match found {
            Found::Text(t) => Some(t),
            Found::Null => None,
            other => {
                self.wrong(field, expected, other);
                None
            }
        }
    }

    fn status(&mut self, found: Found<'a>) -> Option<u16> {
        match found {
            Found::Null => None,
            // Crawlers write 0 for a fetch that got no answer.
            Found::Integer(n @ 0..=999) => Some(n as u16),
            other => {
                self.wrong("status", "an HTTP status", other);
                None
            }
        }
    }

    fn set_headers(&mut self, headers: Headers<'a>) {
        let entries = match headers {
            Headers::Entries(entries) => entries,
            Headers::Other(Found::Null) => return,
            Headers::Other(other) => return self.wrong("headers", "an object", other),
        };
        self.headers.clear();
        for (name, value) in entries {
            let name = name.to_ascii_lowercase();
            match value {
                HeaderValue::Texts(texts) => self.headers.extend(texts.into_iter().map(|t| (name.clone(), t.into_owned()))),
                HeaderValue::Other(other) => {
                    self.wrong(&format!("headers.{}", shortened(&name)), "a string or a list of strings", other);
                }
            }
        }
    }

    fn set_attributes(&mut self, value: serde_json::Value) {
        use serde_json::Value;
        let found = match value {
            Value::Null => return self.attributes = None,
            Value::Object(_) => return self.attributes = Some(value),
            Value::Bool(b) => Found::Bool(b),
            Value::Number(_) => Found::Number,
            Value::String(_) => Found::Text("".into()),
            Value::Array(_) => Found::Array,
        };
        self.wrong("attributes", "an object", found);
    }
}

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw<'de>, A::Error> {
        let mut raw = Raw::default();
        const TEXT: &str = "a string";
        while let Some(field) = map.next_key::<Field>()? {
            match field {
                Field::Url => raw.url = raw.text("url", TEXT, map.next_value()?),
                Field::FinalUrl => raw.final_url = raw.text("final_url", TEXT, map.next_value()?),
                Field::Id => raw.id = raw.text("id", TEXT, map.next_value()?),
                Field::Op => raw.op = raw.text("op", TEXT, map.next_value()?),
                Field::Reason => raw.reason = raw.text("reason", TEXT, map.next_value()?),
                Field::FetchedAt => raw.fetched_at = raw.text("fetched_at", "a date-time", map.next_value()?),
                Field::Status => raw.status = raw.status(map.next_value()?),
                Field::Headers => raw.set_headers(map.next_value()?),
                Field::ContentType => raw.content_type = raw.text("content_type", TEXT, map.next_value()?),
                Field::BodyBase64 => raw.body_base64 = raw.text("body_base64", TEXT, map.next_value()?),
                Field::Html => raw.html = raw.text("html", TEXT, map.next_value()?),
                Field::Text => raw.text = raw.text("text", TEXT, map.next_value()?),
                Field::Title => raw.title = raw.text("title", TEXT, map.next_value()?),
                Field::Language => raw.language = raw.text("language", TEXT, map.next_value()?),
                Field::Attributes => raw.set_attributes(map.next_value()?),
                Field::Other => {
                    map.next_value::<Drained>()?;
                }
            }
        }
        Ok(raw)
    }

    // What is no object at all is valid JSON of the wrong type.
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Raw<'de>, A::Error> {
        while seq.next_element::<Drained>()?.is_some() {}
        Ok(other(Found::Array))
    }
    fn visit_unit<E>(self) -> Result<Raw<'de>, E> {
        Ok(other(Found::Null))
    }
    fn visit_bool<E>(self, b: bool) -> Result<Raw<'de>, E> {
        Ok(other(Found::Bool(b)))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Raw<'de>, E> {
        Ok(other(Found::Number))
    }
    fn visit_u64<E>(self, _: u64) -> Result<Raw<'de>, E> {
        Ok(other(Found::Number))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Raw<'de>, E> {
        Ok(other(Found::Number))
    }
    fn visit_str<E>(self, _: &str) -> Result<Raw<'de>, E> {
        Ok(other(Found::Text("".into())))
    }
}

fn other(found: Found<'_>) -> Raw<'_> {
    Raw { wrong: Some(format!("the event: expected an object, found {found}")), ..Raw::default() }
}

#[cfg(test)]
mod tests;
