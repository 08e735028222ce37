//! Units: what is kept or dropped as a whole. A line, or a sentence of a long line.

use super::flow::Flow;
use super::furniture::{self, Class};
use super::sentence::{self, Cut, is_opener};
use crate::clean::dates::dateline;

/// A range of bytes of the flow's text, without blanks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    pub start: usize,
    pub end: usize,
    /// Index of its line.
    pub line: u32,
    /// It follows the unit before it without a blank: a heading or a sentence was glued on.
    pub glued: bool,
}

impl Unit {
    /// Whether it is all of its line.
    pub fn is_line(self, flow: &Flow) -> bool {
        let line = flow.lines[self.line as usize];
        (line.start, line.end) == (self.start, self.end)
    }
}

/// Lines up to this many bytes are one unit. Longer ones hold several paragraphs or a paragraph and what was glued to it.
pub const LONG_LINE: usize = 400;

/// More units than any article's page has; what comes behind them is not read (a million one-word lines is no page).
const MOST: usize = 400_000;

/// Cuts the flow into units.
pub fn units(flow: &Flow) -> Vec<Unit> {
    let mut units = Vec::with_capacity(flow.lines.len().min(MOST));
    for (index, &line) in flow.lines.iter().enumerate() {
        if units.len() >= MOST {
            break;
        }
        let index = index as u32;
        let text = flow.line(line);
        let mut start = 0;
        let mut glued = false;
        if text.len() > LONG_LINE {
            // "МОСКВА, 6 июля. /ТАСС/. ": the full stops of a dateline end no sentence.
            let story = dateline::find(text).map_or(0, |found| found.end);
            for cut in with_credits(text, sentence::cuts(text)).into_iter().filter(|cut| cut.at >= story) {
                push(&mut units, text, line.start, start, cut.at, index, glued);
                start = cut.at;
                glued = cut.glued;
            }
        }
        push(&mut units, text, line.start, start, text.len(), index, glued);
    }
    units
}

/// Most bytes of a credit in brackets.
const CREDIT: usize = 100;

/// The cuts, and one behind every credit in brackets: "(Image: Jane Doe)The council ...". The caption before it is no part of what follows.
fn with_credits(text: &str, cuts: Vec<Cut>) -> Vec<Cut> {
    let mut credits = Vec::new();
    for (open, _) in text.match_indices('(') {
        let end = text.len().min(open + CREDIT);
        let Some(close) = text.as_bytes()[open..end].iter().position(|b| *b == b')') else { continue };
        let inner = &text[open..open + close];
        let at = open + close + 1;
        let next = text[at..].trim_start();
        if next.starts_with(|c: char| !c.is_lowercase() && c.is_alphanumeric() || is_opener(c))
            && furniture::count(&inner.to_lowercase())[Class::Credit as usize] > 0
        {
            credits.push(Cut { at, glued: !text[at..].starts_with(' ') });
        }
    }
    if credits.is_empty() {
        return cuts;
    }
    let mut all = cuts;
    all.extend(credits);
    all.sort_by_key(|cut| cut.at);
    all.dedup_by_key(|cut| cut.at);
    all
}

fn push(units: &mut Vec<Unit>, text: &str, base: usize, start: usize, end: usize, line: u32, glued: bool) {
    let part = &text[start..end];
    let lead = part.len() - part.trim_start().len();
    let trimmed = part.trim();
    if !trimmed.is_empty() {
        let start = base + start + lead;
        units.push(Unit { start, end: start + trimmed.len(), line, glued });
    }
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::*;

    #[test]
    fn long_lines_are_cut_into_sentences() {
        let long = format!("{}He said \"no\".Winter comes The end is near.", "The river rose again in the night. ".repeat(12));
        let page = flow(&format!("Title of it. And more.\n{long}\n"));
        let units = units(&page);
        let texts: Vec<&str> = units.iter().map(|u| &page.text[u.start..u.end]).collect();
        assert_eq!(texts[0], "Title of it. And more.");
        assert_eq!(texts.len(), 1 + 12 + 2);
        assert_eq!(texts[texts.len() - 2], "He said \"no\".");
        assert!(units[units.len() - 1].glued && units[1].line == 1);
    }
}
