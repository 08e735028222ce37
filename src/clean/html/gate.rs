//! Is the page an article? Refuses only what is plainly none: a refused article is lost, a passed list of teasers is an ugly record.

use super::block::Blocks;
use super::choose::Choice;
use crate::article::SkipReason;
use crate::clean::Page;
use crate::clean::metadata::Metadata;

/// The reason to refuse the page.
pub fn refuse(_page: &Page<'_>, _blocks: &Blocks, choice: &Choice, _metadata: &Metadata) -> Option<SkipReason> {
    if choice.words == 0 {
        return Some(SkipReason::NoText);
    }
    None
}
