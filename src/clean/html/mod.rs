//! Markup to a draft.

use super::{Options, Page, Refused};
use crate::article::{Draft, SkipReason};

/// Cleans a page of markup.
pub fn clean(_page: &Page<'_>, html: &str, _options: Options) -> Result<Draft, Refused> {
    if html.trim().is_empty() {
        return Err(Refused::Skipped(SkipReason::EmptyBody));
    }
    Err(Refused::Skipped(SkipReason::NoText))
}
