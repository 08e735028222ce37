//! The kept units as the article's text: paragraphs and headings, joined by blank lines.

use super::features::Page;
use super::flow::Flow;
use super::heading;
use super::openers::Openers;
use super::sentence;
use super::unit::Unit;
use crate::article::{Block, BlockKind};

/// The text of the article with its blocks.
#[derive(Debug, Default, PartialEq)]
pub struct Body {
    pub text: String,
    pub blocks: Vec<Block>,
}

/// Level of headings whose markup is lost: below the title.
const LEVEL: u8 = 2;

/// Puts the body together.
pub fn body(flow: &Flow, units: &[Unit], kept: &[bool], page: &Page) -> Body {
    let openers = Openers::new(flow);
    let mut body = Body::default();
    let mut at = 0u32;
    let mut i = 0;
    while i < units.len() {
        if !kept[i] {
            i += 1;
            continue;
        }
        // Kept units of one line belong together, as they stand on the page.
        let mut last = i;
        while last + 1 < units.len() && kept[last + 1] && units[last + 1].line == units[i].line {
            last += 1;
        }
        let stretch = &flow.text[units[i].start..units[last].end];
        if i == last && is_heading_line(flow, units, kept, page, i) {
            body.push(stretch, BlockKind::Heading, &mut at);
        } else {
            for (part, kind) in parts(stretch, &openers) {
                body.push(part, kind, &mut at);
            }
        }
        i = last + 1;
    }
    body
}

impl Body {
    fn push(&mut self, part: &str, kind: BlockKind, at: &mut u32) {
        if part.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
            *at += 2;
        }
        let start = *at;
        self.text.push_str(part);
        *at += part.chars().count() as u32;
        let level = (kind == BlockKind::Heading).then_some(LEVEL);
        self.blocks.push(Block { kind, start: Some(start), end: Some(*at), level, text: None, at: None });
    }
}

/// A short line without an end, with running text right behind it.
fn is_heading_line(flow: &Flow, units: &[Unit], kept: &[bool], page: &Page, i: usize) -> bool {
    let form = &page.forms[i];
    let text = &flow.text[units[i].start..units[i].end];
    let own_line = flow.lines[units[i].line as usize];
    let alone = own_line.start == units[i].start && own_line.end == units[i].end;
    let followed = kept.get(i + 1).copied().unwrap_or(false) && page.forms[i + 1].words > form.words && page.forms[i + 1].is_prose();
    alone
        && followed
        && (2..=14).contains(&form.words)
        && form.hits.iter().all(|n| *n == 0)
        && form.chars <= 110
        && form.times == 0
        && (!form.finished || text.ends_with(['?', '!']))
        && !text.ends_with([',', ';', ':', '-'])
        && text.starts_with(|c: char| !c.is_lowercase() && c.is_alphanumeric())
}

/// Cuts a stretch of one line into paragraphs and glued headings. A sentence that follows without a blank began a block of its own once.
fn parts<'a>(stretch: &'a str, openers: &Openers<'_>) -> Vec<(&'a str, BlockKind)> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut cuts = sentence::cuts(stretch).into_iter().filter(|cut| cut.glued).peekable();
    while let Some(cut) = cuts.next() {
        parts.push((stretch[start..cut.at].trim(), BlockKind::Paragraph));
        start = cut.at;
        // The heading is sought before the next glue, so that no part begins behind it.
        let limit = cuts.peek().map_or(stretch.len(), |next| next.at);
        if let Some((end, next)) = heading::leading(&stretch[start..limit], openers) {
            parts.push((stretch[start..start + end].trim(), BlockKind::Heading));
            start += next;
        }
    }
    parts.push((stretch[start..].trim(), BlockKind::Paragraph));
    parts
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::super::unit::units;
    use super::*;

    #[test]
    fn offsets_are_code_points_and_headings_are_found() {
        let prose = "Die Brücke über den Fluß wurde am Montag für den Verkehr in beide Richtungen gesperrt.";
        let text = format!(
            "{prose}\nLange Umwege\n{prose} Er sagte: \"Das dürfte dauern\".Neue Brücke geplant Der Rat hat lange darüber beraten."
        );
        let page = flow(&text);
        let units = units(&page);
        let body = body(&page, &units, &vec![true; units.len()], &Page::new(&page, &units, ""));
        let chars: Vec<char> = body.text.chars().collect();
        let shown: Vec<(BlockKind, String)> =
            body.blocks.iter().map(|b| (b.kind, chars[b.start.unwrap() as usize..b.end.unwrap() as usize].iter().collect())).collect();
        assert_eq!(shown[1], (BlockKind::Heading, "Lange Umwege".into()));
        assert_eq!(shown[3], (BlockKind::Heading, "Neue Brücke geplant".into()));
        assert_eq!(shown[4], (BlockKind::Paragraph, "Der Rat hat lange darüber beraten.".into()));
        assert_eq!(shown.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>().join("\n\n"), body.text);
    }
}
