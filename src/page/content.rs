//! From the body of an event to text, and which kind of text it is.

use super::{Body, PageEvent, Preset, Refusal};
use crate::article::SkipReason;
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
    match &event.body {
        Body::Text(t) if preset == Preset::Article => Ok((Cow::Borrowed(t), Kind::Clean)),
        Body::Text(t) => Ok((Cow::Borrowed(t), Kind::Text)),
        Body::Html(t) => Ok((Cow::Borrowed(t), Kind::Html)),
        Body::Bytes(b) => Ok((String::from_utf8_lossy(b), Kind::Html)),
        Body::None => Err(Refusal::Skipped(SkipReason::EmptyBody)),
    }
}
