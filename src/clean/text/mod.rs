//! Plain text to a draft.

use super::{Options, Page, Refused, paragraphs};
use crate::article::{Draft, SkipReason};

/// Cleans a page of bare text.
pub fn clean(page: &Page<'_>, text: &str, _options: Options) -> Result<Draft, Refused> {
    if text.trim().is_empty() {
        return Err(Refused::Skipped(SkipReason::EmptyBody));
    }
    Ok(Draft { title: page.title.map(str::to_owned), text: text.to_owned(), blocks: paragraphs(text), ..Draft::default() })
}
