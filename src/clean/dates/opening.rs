//! How a story opens: its dateline, and the day that it was written on.

use super::dateline::{self, Found};
use super::{weekdays, year};
use jiff::civil::Date;

/// A dateline may stand behind a standfirst: in one of the first blocks.
const BLOCKS: usize = 3;
/// Code points of the story in which its weekday is looked for.
const WEEKDAY_WITHIN: usize = 600;

/// The dateline of a story.
#[derive(Debug, Clone)]
pub struct Opening<'a> {
    pub found: Found,
    /// What stands behind it in its block, as far as the weekday is looked for.
    pub story: &'a str,
}

/// The dateline that a story's text opens with; blocks are joined by blank lines.
pub fn opening(text: &str) -> Option<Opening<'_>> {
    let (found, block) = text.split("\n\n").take(BLOCKS).find_map(|block| Some((dateline::find(block)?, block)))?;
    let story = &block[found.end..];
    let end = story.char_indices().nth(WEEKDAY_WITHIN).map_or(story.len(), |(i, _)| i);
    Some(Opening { found, story: &story[..end] })
}

impl Opening<'_> {
    /// The day of the dateline and how sure it is. A year that it does not name is found by the weekday that it or the story names, by a day
    /// that is known (of the page or its address), or by the fetch.
    pub fn day(&self, known: Option<Date>, fetched: Option<Date>) -> Option<(Date, f64)> {
        let written = self.found.date?;
        if let Some(date) = written.date() {
            return Some((date, 0.99));
        }
        let weekday = written.weekday.or_else(|| weekdays::first_in(self.story));
        year::resolve(written.month, written.day, &year::Clues { weekday, address: known, fetched }).map(|r| (r.date, r.confidence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dateline_may_stand_behind_a_standfirst() {
        let text = "The harbour stays closed.\n\nKIEV, July 6 (Reuters) - The council on Sunday met again.\n\nIt was cold.";
        let opening = opening(text).unwrap();
        assert_eq!(opening.story, "The council on Sunday met again.");
        let fetched = jiff::civil::date(2025, 3, 10);
        assert_eq!(opening.day(None, Some(fetched)).map(|(d, _)| d.to_string()).as_deref(), Some("2014-07-06"));
        assert!(super::opening("One.\n\nTwo.\n\nThree.\n\nKIEV, July 6 (Reuters) - Too late.").is_none());
    }
}
