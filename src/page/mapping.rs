//! JSON to pages by a table: which pointer of a message (RFC 6901) leads to which field of a page.
//!
//! The presets of crawlers are such tables, and so are the mappings of the configuration. A pointer is taken in the page; one that begins
//! with `^` in the whole message.

use super::http::headers_of;
use super::native::{address, bytes, invalid_json, shortened, too_large};
use super::{Body, InLimits, Op, PageEvent, Refusal, moment, surrogates};
use crate::article::{DeadReason, SkipReason};
use serde_json::{Map, Value};

/// Pointers in order of choice: the first that leads to something counts.
pub type Paths = &'static [&'static str];

/// A table. All of it lives as long as the process: presets are compiled in, mappings are read once with the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mapping {
    pub name: &'static str,
    /// In a few words, for a list.
    pub about: &'static str,
    /// Where the list of pages stands; without it, or when it is not there, the message is the page.
    pub pages: Paths,
    pub fields: &'static [(Target, Paths)],
    /// Copied to `source.attributes`, under the last name of the pointer.
    pub attributes: Paths,
    /// Messages that hold no page by design, or the crawler's word that it has none.
    pub skip: &'static [Skip],
    /// Fields that are left out on purpose: of no use to an article.
    pub known: Paths,
}

/// A field of the page event, and the form in which it stands in the message. Several rows may lead to the body: the first that holds
/// something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    Url,
    FinalUrl,
    Id,
    FetchedAt,
    Status,
    Headers,
    ContentType,
    /// Charset of the bytes, when the content type does not name it.
    Charset,
    /// The body as base64 of its bytes.
    Base64,
    /// The body as markup, or as base64 of its bytes, and nothing says which.
    MarkupOrBase64,
    Html,
    Markdown,
    Text,
    Title,
    Language,
}

/// A row of messages that are skipped: the value of a field, as text, is one of these (or none of these).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Skip {
    pub at: &'static str,
    pub when: When,
    pub reason: SkipReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    Is(&'static [&'static str]),
    /// The field is there and is none of these.
    IsNot(&'static [&'static str]),
}

impl Target {
    /// Names in the configuration.
    pub const NAMES: &'static [(&'static str, Target)] = &[
        ("url", Target::Url),
        ("final_url", Target::FinalUrl),
        ("id", Target::Id),
        ("fetched_at", Target::FetchedAt),
        ("status", Target::Status),
        ("headers", Target::Headers),
        ("content_type", Target::ContentType),
        ("charset", Target::Charset),
        ("body_base64", Target::Base64),
        ("body", Target::MarkupOrBase64),
        ("html", Target::Html),
        ("markdown", Target::Markdown),
        ("text", Target::Text),
        ("title", Target::Title),
        ("language", Target::Language),
    ];

    fn is_body(self) -> bool {
        matches!(self, Target::Base64 | Target::MarkupOrBase64 | Target::Html | Target::Markdown | Target::Text)
    }
}

/// The JSON of a record's value: a byte order mark is read over, halves of surrogate pairs are mended.
pub(super) fn json(bytes: &[u8], limits: &InLimits) -> Result<Value, Refusal> {
    if bytes.len() > limits.event_bytes() {
        return Err(too_large("the record", limits));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).or_else(|e| match surrogates::without_lone(bytes) {
        Some(mended) => serde_json::from_slice(&mended).map_err(invalid_json),
        None => Err(invalid_json(e)),
    })
}

impl Mapping {
    /// The pages of a message. `timestamp` is the record's, for pages that do not say when they were fetched.
    pub(super) fn pages(&self, mut message: Value, timestamp: Option<i64>, limits: &InLimits) -> Vec<Result<PageEvent, Refusal>> {
        if !message.is_object() {
            let found = kind(&message);
            return vec![Err(Refusal::dead(DeadReason::WrongType, format!("the message: expected an object, found {found}")))];
        }
        if let Some(skip) = self.skip.iter().find(|s| s.at.starts_with('^') && s.meets(&message, &message)) {
            return vec![Err(Refusal::Skipped(skip.reason))];
        }
        let list = self.pages.iter().find(|at| message.pointer(at).is_some_and(|v| !v.is_null()));
        let list = list.and_then(|at| message.pointer_mut(at)).map(Value::take);
        match list {
            Some(Value::Array(pages)) if pages.is_empty() => vec![Err(Refusal::Skipped(SkipReason::NoPage))],
            Some(Value::Array(pages)) => pages.into_iter().map(|page| self.page(page, &message, timestamp, limits)).collect(),
            Some(one) => vec![self.page(one, &message, timestamp, limits)],
            None => {
                let whole = asked_of_whole(self, &message);
                vec![self.page(message, &whole, timestamp, limits)]
            }
        }
    }

    fn page(&self, mut page: Value, message: &Value, timestamp: Option<i64>, limits: &InLimits) -> Result<PageEvent, Refusal> {
        if !page.is_object() {
            return Err(Refusal::dead(DeadReason::WrongType, format!("the page: expected an object, found {}", kind(&page))));
        }
        if let Some(skip) = self.skip.iter().find(|s| s.meets(&page, message)) {
            return Err(Refusal::Skipped(skip.reason));
        }
        let mut read = Fields { mapping: self, page: &page, message };
        let url = read.text(Target::Url)?;
        let url = url.ok_or_else(|| Refusal::dead(DeadReason::MissingField, format!("url is missing: {}", read.looked(Target::Url))))?;
        let final_url = read.text(Target::FinalUrl)?.filter(|u| *u != url);
        let (id, title, language) = (read.text(Target::Id)?, read.text(Target::Title)?, read.text(Target::Language)?);
        let fetched_at = read.time()?.or(timestamp);
        let status = read.status()?;
        let headers = read.headers()?;
        let charset = read.text(Target::Charset)?;
        let content_type =
            read.text(Target::ContentType)?.or_else(|| headers.iter().find(|(n, _)| n == "content-type").map(|(_, v)| v.clone()));
        let content_type = with_charset(content_type, charset);
        let attributes = read.attributes();
        address("url", &url)?;
        final_url.as_deref().map_or(Ok(()), |u| address("final_url", u))?;
        let body = self.body(&mut page, title.as_deref(), limits)?;
        Ok(PageEvent { url, final_url, id, op: Op::Page, fetched_at, status, headers, content_type, body, title, language, attributes })
    }

    /// The first body that holds something; of empty ones the first.
    fn body(&self, page: &mut Value, title: Option<&str>, limits: &InLimits) -> Result<Body, Refusal> {
        let mut empty = None;
        for (target, paths) in self.fields.iter().filter(|(t, _)| t.is_body()) {
            for at in *paths {
                let Some(found) = page.pointer_mut(at).map(Value::take).map(single) else { continue };
                match found {
                    Value::Null => {}
                    Value::String(text) if text.is_empty() => empty = empty.or(Some(Body::Text(text))),
                    Value::String(text) if text.len() / 2 > limits.page_bytes => return Err(too_large("the page", limits)),
                    Value::String(text) => return of_text(*target, text, title, limits),
                    // Of a list of paragraphs, say, nobody knows the order or the joint.
                    other => return Err(wrong(at, "a string", &other)),
                }
            }
        }
        Ok(empty.unwrap_or(Body::None))
    }

    /// Fields of a message that no row of the table reads or leaves out on purpose, as pointers with `*` for positions in lists.
    pub(super) fn homeless(&self, message: &Value) -> Vec<String> {
        let mut claimed: Vec<String> = Vec::new();
        let inside = |at: &str| match (self.pages.iter().find(|p| message.pointer(p).is_some()), at.strip_prefix('^')) {
            (_, Some(whole)) => whole.to_owned(),
            (Some(pages), None) if message.pointer(pages).is_some_and(Value::is_array) => format!("{pages}/*{at}"),
            (Some(pages), None) => format!("{pages}{at}"),
            (None, None) => at.to_owned(),
        };
        let rows = self.fields.iter().flat_map(|(_, paths)| *paths).chain(self.attributes).chain(self.known);
        claimed.extend(rows.copied().chain(self.skip.iter().map(|s| s.at)).map(inside));
        let mut left = Vec::new();
        let mut waiting = vec![(String::new(), message)];
        while let Some((at, value)) = waiting.pop() {
            if claimed.contains(&at) {
                continue;
            }
            match value {
                Value::Object(map) if !map.is_empty() => {
                    let below: Vec<_> = map.iter().map(|(name, v)| (format!("{at}/{}", escaped(name)), v)).collect();
                    waiting.extend(below.into_iter().rev());
                }
                Value::Array(items) if items.iter().any(Value::is_object) => {
                    waiting.extend(items.iter().rev().map(|v| (format!("{at}/*"), v)));
                }
                _ if at.is_empty() || left.contains(&at) => {}
                _ => left.push(at),
            }
        }
        left
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// What `^` pointers ask for of a message that is its own page: the few fields that they name, so that the page can be moved.
fn asked_of_whole(mapping: &Mapping, message: &Value) -> Value {
    let asked = mapping.fields.iter().flat_map(|(_, p)| *p).chain(mapping.attributes).copied().chain(mapping.skip.iter().map(|s| s.at));
    let mut kept = Map::new();
    for at in asked.filter_map(|at| at.strip_prefix("^/")) {
        let top = at.split('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        if let Some(value) = message.get(&top) {
            kept.insert(top, value.clone());
        }
    }
    Value::Object(kept)
}

impl Skip {
    /// The message holds no page.
    pub const fn no_page(at: &'static str, when: When) -> Self {
        Self { at, when, reason: SkipReason::NoPage }
    }

    fn meets(&self, page: &Value, message: &Value) -> bool {
        let Some(found) = lookup(self.at, page, message).and_then(scalar) else { return false };
        match self.when {
            When::Is(values) => values.contains(&found.as_str()),
            When::IsNot(values) => !values.contains(&found.as_str()),
        }
    }
}

fn lookup<'a>(at: &str, page: &'a Value, message: &'a Value) -> Option<&'a Value> {
    at.strip_prefix('^').map_or_else(|| page.pointer(at), |whole| message.pointer(whole)).filter(|v| !v.is_null())
}

/// A list of one is its one: Nutch writes every value so.
fn only(value: &Value) -> &Value {
    match value {
        Value::Array(items) if items.len() == 1 => &items[0],
        other => other,
    }
}

fn single(value: Value) -> Value {
    match value {
        Value::Array(mut items) if items.len() == 1 => items.remove(0),
        other => other,
    }
}

fn scalar(value: &Value) -> Option<String> {
    match only(value) {
        Value::String(text) => Some(text.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn wrong(at: &str, expected: &str, found: &Value) -> Refusal {
    let found = match found {
        Value::String(text) => format!("{:?}", shortened(text)),
        other => kind(other).to_owned(),
    };
    Refusal::dead(DeadReason::WrongType, format!("{at}: expected {expected}, found {found}"))
}

/// The small fields of a page, through the table.
struct Fields<'a> {
    mapping: &'a Mapping,
    page: &'a Value,
    message: &'a Value,
}

impl<'a> Fields<'a> {
    fn paths(&self, target: Target) -> impl Iterator<Item = &'static str> + 'a {
        self.mapping.fields.iter().filter(move |(t, _)| *t == target).flat_map(|(_, paths)| paths.iter().copied())
    }

    /// What stands at the first pointer that leads somewhere.
    fn first(&self, target: Target) -> Option<(&'static str, &'a Value)> {
        self.paths(target).find_map(|at| Some((at, lookup(at, self.page, self.message)?)))
    }

    fn looked(&self, target: Target) -> String {
        let all: Vec<&str> = self.paths(target).collect();
        format!("nothing at {}", all.join(" or "))
    }

    /// Text, or a number as text. An empty string is as good as nothing.
    fn text(&mut self, target: Target) -> Result<Option<String>, Refusal> {
        for at in self.paths(target) {
            match lookup(at, self.page, self.message) {
                None => {}
                Some(value) => match scalar(value) {
                    Some(text) if text.is_empty() => {}
                    Some(text) => return Ok(Some(text)),
                    None if only(value).as_array().is_some_and(Vec::is_empty) => {}
                    // Of several titles or languages the first one.
                    None if only(value).as_array().and_then(|a| a.first()).is_some_and(Value::is_string) && target != Target::Url => {
                        return Ok(only(value).get(0).and_then(scalar));
                    }
                    None => return Err(wrong(at, "a string", value)),
                },
            }
        }
        Ok(None)
    }

    fn time(&self) -> Result<Option<i64>, Refusal> {
        let Some((at, value)) = self.first(Target::FetchedAt) else { return Ok(None) };
        match only(value) {
            Value::String(text) if text.is_empty() => Ok(None),
            value => moment::of_value(value).map(Some).ok_or_else(|| wrong(at, "a time", value)),
        }
    }

    fn status(&self) -> Result<u16, Refusal> {
        let Some((at, value)) = self.first(Target::Status) else { return Ok(200) };
        let number = scalar(value).and_then(|text| text.split_whitespace().next().and_then(|n| n.parse::<u16>().ok()));
        number.filter(|n| *n < 1000).ok_or_else(|| wrong(at, "an HTTP status", value))
    }

    fn headers(&self) -> Result<Vec<(String, String)>, Refusal> {
        let Some((at, value)) = self.first(Target::Headers) else { return Ok(Vec::new()) };
        headers_of(value).map_err(|what| Refusal::dead(DeadReason::WrongType, format!("{at}: {what}: expected HTTP headers")))
    }

    fn attributes(&self) -> Option<Value> {
        let mut all = Map::new();
        for at in self.mapping.attributes {
            if let Some(value) = lookup(at, self.page, self.message) {
                let name = at.rsplit('/').next().unwrap_or(at).replace("~1", "/").replace("~0", "~");
                all.insert(name, value.clone());
            }
        }
        (!all.is_empty()).then_some(Value::Object(all))
    }
}

fn with_charset(content_type: Option<String>, charset: Option<String>) -> Option<String> {
    match (content_type, charset) {
        (Some(t), Some(c)) if super::charset::charset_of(&t).is_none() => Some(format!("{t}; charset={c}")),
        (None, Some(c)) => Some(format!("text/html; charset={c}")),
        (t, _) => t,
    }
}

fn of_text(target: Target, text: String, title: Option<&str>, limits: &InLimits) -> Result<Body, Refusal> {
    let checked = |text: String| if text.len() > limits.page_bytes { Err(too_large("the page", limits)) } else { Ok(text) };
    match target {
        Target::Base64 => bytes(&text, limits).map(Body::Bytes),
        Target::MarkupOrBase64 if looks_base64(&text) => bytes(&text, limits).map(Body::Bytes),
        Target::Text => checked(text).map(Body::Text),
        Target::Markdown => checked(super::markdown::to_html(&checked(text)?, title)).map(Body::Html),
        _ => checked(text).map(Body::Html),
    }
}

/// Base64 has no angle bracket, no full stop and no space, and every page has.
fn looks_base64(text: &str) -> bool {
    const SHORTEST: usize = 24;
    let text = text.trim_ascii_end();
    let body = text.trim_end_matches('=');
    text.len() >= SHORTEST
        && text.len() - body.len() <= 2
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests;
