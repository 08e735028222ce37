//! The kept units as the article's text: paragraphs and headings, joined by blank lines.

use super::features::Page;
use super::flow::Flow;
use super::glue::{self, Glue};
use super::heading;
use super::heading_features::Context;
use super::marked;
use super::openers::Openers;
use super::sentence::{self, Cut};
use super::unit::{LONG_LINE, Unit};
use crate::article::{Block, BlockKind};

/// The text of the article with its blocks.
#[derive(Debug, Default, PartialEq)]
pub struct Body {
    pub text: String,
    pub blocks: Vec<Block>,
}

/// Level of headings whose markup is lost: below the title.
const LEVEL: u8 = 2;
/// Depth of list items whose markup is lost.
const DEPTH: u8 = 1;

/// Kept units of one line, as they stand on the page.
struct Stretch<'a> {
    text: &'a str,
    kind: BlockKind,
    cuts: Vec<Cut>,
    glues: Vec<Glue>,
}

/// Puts the body together.
pub fn body(flow: &Flow, units: &[Unit], kept: &[bool], page: &Page) -> Body {
    let stretches = stretches(flow, units, kept, page);
    let cuts = stretches.iter().flat_map(|s| &s.cuts);
    let density = cuts.clone().filter(|cut| cut.glued).count() as f32 / cuts.count().max(1) as f32;
    let openers = if stretches.iter().any(|s| !s.glues.is_empty()) { Openers::new(&flow.text) } else { Openers::default() };
    let mut context = Context { openers: &openers, density, glues: 0 };
    let mut body = Body::default();
    let mut at = 0u32;
    for stretch in &stretches {
        if stretch.kind != BlockKind::Paragraph {
            body.push(stretch.text, stretch.kind, &mut at);
            continue;
        }
        context.glues = stretch.glues.len();
        for (part, kind) in parts(stretch, &context) {
            body.push(part, kind, &mut at);
        }
    }
    body
}

fn stretches<'a>(flow: &'a Flow, units: &[Unit], kept: &[bool], page: &Page) -> Vec<Stretch<'a>> {
    let mut stretches = Vec::new();
    let mut i = 0;
    while i < units.len() {
        if !kept[i] {
            i += 1;
            continue;
        }
        let mut last = i;
        while last + 1 < units.len() && kept[last + 1] && units[last + 1].line == units[i].line {
            last += 1;
        }
        let text = &flow.text[units[i].start..units[last].end];
        let heading = i == last && is_heading_line(flow, units, kept, page, i);
        let kind = if heading { BlockKind::Heading } else { BlockKind::Paragraph };
        let (cuts, mut glues) = if heading { Default::default() } else { (sentence::cuts(text), glue::glues(text)) };
        // A short line is a block of its own: what is glued inside of it is a name ("YouTube") or the next sentence.
        if text.len() <= LONG_LINE {
            glues.retain(|glue| glue.ends_sentence());
        }
        stretches.push(Stretch { text, kind, cuts, glues });
        i = last + 1;
    }
    let lines: Vec<&str> = stretches.iter().map(|s| s.text).collect();
    for (stretch, (kind, bullet)) in stretches.iter_mut().zip(marked::kinds(&lines)).filter(|(_, (kind, _))| *kind != BlockKind::Paragraph)
    {
        stretch.kind = kind;
        stretch.text = &stretch.text[bullet..];
    }
    stretches
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
        let level = match kind {
            BlockKind::Heading => Some(LEVEL),
            BlockKind::ListItem => Some(DEPTH),
            _ => None,
        };
        self.blocks.push(Block { kind, start: Some(start), end: Some(*at), level, text: None, at: None });
    }
}

/// A short line without an end, with running text right behind it.
fn is_heading_line(flow: &Flow, units: &[Unit], kept: &[bool], page: &Page, i: usize) -> bool {
    let form = &page.forms[i];
    let text = &flow.text[units[i].start..units[i].end];
    let followed = kept.get(i + 1).copied().unwrap_or(false) && page.forms[i + 1].words > form.words && page.forms[i + 1].is_prose();
    units[i].is_line(flow)
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
fn parts<'a>(stretch: &Stretch<'a>, context: &Context<'_>) -> Vec<(&'a str, BlockKind)> {
    let text = stretch.text;
    let mut parts = Vec::new();
    let mut start = 0;
    let mut cuts = stretch.cuts.iter().filter(|cut| cut.glued).map(|cut| cut.at).peekable();
    for (begin, end, next) in heading::all(text, &stretch.glues, context) {
        while let Some(at) = cuts.next_if(|at| *at < begin) {
            parts.push((text[start..at].trim(), BlockKind::Paragraph));
            start = at;
        }
        // No paragraph begins inside of a heading.
        while cuts.next_if(|at| *at < next).is_some() {}
        parts.push((text[start..begin].trim(), BlockKind::Paragraph));
        parts.push((text[begin..end].trim(), BlockKind::Heading));
        start = next;
    }
    for at in cuts {
        parts.push((text[start..at].trim(), BlockKind::Paragraph));
        start = at;
    }
    parts.push((text[start..].trim(), BlockKind::Paragraph));
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
        let before = "The ferry to the northern islands stayed in port on Monday after its crew found a crack in the hull. Passengers slept in the \
                      school, and the baker brought bread at dawn. The owner of the line said that divers would look at the ship before the weekend.";
        let behind = "The mate had been on watch when the alarm went off shortly after midnight. He woke the captain and closed the doors between \
                      the holds, as the crew had practised in spring. Nobody was hurt, and the cars on deck stayed dry.";
        let text = format!("{prose}\nLange Umwege\n{prose} {before}‘We saw the water rise’ {behind}");
        let page = flow(&text);
        let units = units(&page);
        let body = body(&page, &units, &vec![true; units.len()], &Page::new(&page, &units, ""));
        let chars: Vec<char> = body.text.chars().collect();
        let shown: Vec<(BlockKind, String)> =
            body.blocks.iter().map(|b| (b.kind, chars[b.start.unwrap() as usize..b.end.unwrap() as usize].iter().collect())).collect();
        assert_eq!(shown[1], (BlockKind::Heading, "Lange Umwege".into()));
        assert_eq!(shown[3], (BlockKind::Heading, "‘We saw the water rise’".into()));
        assert_eq!(shown[4], (BlockKind::Paragraph, behind.into()));
        assert_eq!(shown.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>().join("\n\n"), body.text);
    }
}
