//! Gaps in the chosen text: blocks that are unlike running text and were left out by their chances, though they stand in the midst of what is
//! kept.

use super::block::{Blocks, Kind};
use super::tag::Tag;

/// A heading as likely as this stays when the text under it does.
const HEADING: f32 = 0.2;
/// So many headings of a level must be kept: then the text is one of sections.
const SECTIONS: usize = 3;

/// Headings between kept blocks, as those of the other sections are: names of products in a guide are like no text.
pub fn keep_headings(page: &Blocks, chances: &[f32], keep: &mut [bool]) {
    let mut kept = [0usize; 7];
    for (b, keep) in page.blocks.iter().zip(keep.iter()) {
        if let Kind::Heading(level) = b.kind {
            kept[usize::from(level.min(6))] += usize::from(*keep);
        }
    }
    for i in 1..keep.len().saturating_sub(1) {
        let b = &page.blocks[i];
        if let Kind::Heading(level) = b.kind
            && !keep[i]
            && chances[i] >= HEADING
            && kept[usize::from(level.min(6))] >= SECTIONS
            && keep[i + 1]
            && (keep[i - 1] || i > 1 && keep[i - 2])
        {
            keep[i] = true;
        }
    }
}

/// An item as likely as this stays when those around it do,
const ITEM: f32 = 0.25;
/// and is no more of a link.
const LINK: f32 = 0.5;
/// So far apart two kept items are at most.
const BETWEEN: usize = 4;

/// Items of a list, no links to others, with kept ones before and behind.
pub fn keep_items(page: &Blocks, chances: &[f32], keep: &mut [bool]) {
    let is_item = |i: usize| matches!(page.blocks[i].kind, Kind::ListItem(_));
    let mut before = None;
    for i in (0..keep.len()).filter(|i| is_item(*i)) {
        if !keep[i] {
            continue;
        }
        let may = |n: usize| is_item(n) && chances[n] >= ITEM && page.blocks[n].link_density() < LINK;
        if let Some(last) = before.replace(i)
            && i - last <= BETWEEN
            && (last + 1..i).all(may)
        {
            keep[last + 1..i].fill(true);
        }
    }
}

/// More words a cell are running text, laid out in a table.
const CELL: u32 = 15;

/// Where the kept text is more table than prose (a ranking with a few words above it), a table of which a third is kept is kept whole:
/// without some of its cells the others stand under wrong headings.
pub fn keep_whole_tables(page: &Blocks, keep: &mut [bool]) {
    let (mut cells, mut text) = (0, 0);
    for b in page.blocks.iter().zip(keep.iter()).filter(|(_, keep)| **keep).map(|(b, _)| b) {
        *(if b.kind == Kind::Cell { &mut cells } else { &mut text }) += b.words;
    }
    if cells <= text {
        return;
    }
    // Of each container the table that it is in, or is.
    let mut tables = vec![0u32; page.containers.len()];
    let mut holds_tables = vec![false; page.containers.len()];
    for (id, c) in page.containers.iter().enumerate().skip(1) {
        let above = tables[c.parent as usize];
        tables[id] = if c.tag == Tag::Table { id as u32 } else { above };
        holds_tables[above as usize] |= c.tag == Tag::Table;
    }
    for (_, c) in page.containers.iter().enumerate().skip(1).filter(|(id, c)| c.tag == Tag::Table && !holds_tables[*id]) {
        let range = c.first_block as usize..c.end_block as usize;
        let cells = |i: &usize| page.blocks[*i].kind == Kind::Cell;
        let count = range.clone().filter(cells).count();
        let words: u32 = range.clone().filter(cells).map(|i| page.blocks[i].words).sum();
        let kept = range.clone().filter(cells).filter(|i| keep[*i]).count();
        if count >= 4 && kept * 3 > count && words <= CELL * count as u32 {
            range.filter(cells).for_each(|i| keep[i] = true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{block, builder};
    use super::*;

    fn page(html: &str) -> Blocks {
        block::blocks(&builder::parse(html).unwrap())
    }

    #[test]
    fn the_heading_of_a_kept_section_is_kept() {
        let sections = "<h2>Mill pliers 09 02</h2><p>They hold well.</p>".repeat(4) + "<h2>More</h2><p>Out</p>";
        let page = page(&sections);
        let mut keep = vec![true; 10];
        [2, 6, 8, 9].into_iter().for_each(|i| keep[i] = false);
        let mut chances = vec![0.9; 10];
        // The third is unlikely; the last has no text under it.
        (chances[2], chances[6], chances[8]) = (0.3, 0.1, 0.3);
        keep_headings(&page, &chances, &mut keep);
        assert_eq!(keep, [true, true, false, true, true, true, false, true, false, false]);
        keep[6] = true;
        keep_headings(&page, &chances, &mut keep);
        assert_eq!(keep, [true, true, true, true, true, true, true, true, false, false]);
    }

    #[test]
    fn items_between_kept_ones_are_kept_unless_they_are_links() {
        let page = page("<ul><li>One<li>Two<li>Three<li><a href=/x>Another story</a><li>Five<li>Six</ul><p>Out</p>");
        let mut keep = vec![true, false, true, false, true, false, false];
        keep_items(&page, &[0.9, 0.4, 0.9, 0.4, 0.9, 0.4, 0.4], &mut keep);
        assert_eq!(keep, [true, true, true, false, true, false, false]);
        keep[1] = false;
        keep_items(&page, &[0.9, 0.1, 0.9, 0.4, 0.9, 0.4, 0.4], &mut keep);
        assert_eq!(keep, [true, false, true, false, true, false, false]);
    }

    #[test]
    fn a_table_that_is_the_text_is_kept_whole() {
        let table = "<table><tr><td>Holm</td><td>12</td></tr><tr><td>Kirk Bay</td><td>9</td></tr><tr><td>Weir</td><td>7</td></tr></table>";
        let kept = |prose: &str| {
            let page = page(&format!("<p>{prose}</p>{table}"));
            let mut keep = vec![true, true, true, true, false, false, false];
            keep_whole_tables(&page, &mut keep);
            keep.iter().filter(|k| **k).count()
        };
        assert_eq!(kept("Boats by harbour"), 7);
        assert_eq!(kept("Boats are counted by the office each night."), 4);
    }
}
