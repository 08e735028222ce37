//! Chosen blocks to the draft's text and blocks.

use super::block::{Blocks, Kind};
use super::tag::Tag;
use crate::article::{Block, BlockKind};
use rustc_hash::FxHashMap;

/// The text with its blocks, offsets in code points.
#[derive(Debug, Default)]
pub struct Assembled {
    pub text: String,
    pub blocks: Vec<Block>,
    /// Code points of `text`.
    length: u32,
}

impl Assembled {
    /// Appends a part of the text.
    pub fn part(&mut self, kind: BlockKind, level: Option<u8>, text: &str) {
        let mut start = self.length;
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
            start += 2;
        }
        self.text.push_str(text);
        let end = start + text.chars().count() as u32;
        self.length = end;
        self.blocks.push(Block { kind, start: Some(start), end: Some(end), level, text: None, at: None });
    }

    /// Puts a table or caption beside the text.
    pub fn beside(&mut self, kind: BlockKind, text: String) {
        self.blocks.push(Block { kind, start: None, end: None, level: None, text: Some(text), at: Some(self.length) });
    }
}

/// Cells of a table, row by row: cells divided by a tab, rows by a line break.
#[derive(Default)]
struct Table {
    id: Option<u32>,
    row: Option<u32>,
    text: String,
    words: u32,
    cells: u32,
    /// Cells that are figures.
    figures: u32,
}

/// Words of a cell from which on a table is read rather than looked up.
const READ: u32 = 3;

/// Joins the kept blocks.
pub fn assemble(page: &Blocks, kept: &[usize]) -> Assembled {
    let mut out = Assembled::default();
    let mut table = Table::default();
    let mut known = FxHashMap::default();
    let is_table = is_table(page, kept, &mut known);
    for &i in kept {
        let b = &page.blocks[i];
        let text = page.text_of(b);
        if b.kind == Kind::Cell
            && let Some((id, row)) = data_table(page, i, &mut known)
        {
            if table.id != Some(id) {
                close(&mut table, is_table, &mut out);
                table.id = Some(id);
            } else {
                table.text.push(if table.row == Some(row) { '\t' } else { '\n' });
            }
            table.row = Some(row);
            table.text.push_str(text);
            table.words += b.words;
            table.cells += 1;
            table.figures += u32::from(is_figure(text));
            continue;
        }
        close(&mut table, is_table, &mut out);
        match b.kind {
            Kind::Heading(level) => out.part(BlockKind::Heading, Some(level), text),
            Kind::ListItem(depth) => out.part(BlockKind::ListItem, Some(depth), text),
            Kind::Quote => out.part(BlockKind::Quote, None, text),
            Kind::Caption => out.beside(BlockKind::Caption, text.to_owned()),
            Kind::Paragraph | Kind::Preformatted | Kind::Cell => out.part(BlockKind::Paragraph, None, text),
        }
    }
    close(&mut table, is_table, &mut out);
    out
}

/// Whether the article is its tables, as a ranking with a few words above it is: they hold more words than the text.
fn is_table(page: &Blocks, kept: &[usize], known: &mut FxHashMap<u32, bool>) -> bool {
    let (mut cells, mut text) = (0, 0);
    for &i in kept {
        let b = &page.blocks[i];
        match b.kind {
            Kind::Cell if data_table(page, i, known).is_some() => cells += b.words,
            Kind::Caption => {}
            _ => text += b.words,
        }
    }
    cells > text
}

/// A table of figures stands beside the text, unless it is all there is; one of words (a plan by weekdays, products and what they are good
/// for) is part of what is read, a paragraph a row.
fn close(table: &mut Table, read: bool, out: &mut Assembled) {
    let Table { text, words, cells, figures, .. } = std::mem::take(table);
    if text.is_empty() {
        return;
    }
    if read || words >= READ * cells && figures * 3 <= cells {
        for row in text.split('\n') {
            out.part(BlockKind::Paragraph, None, &row.replace('\t', " | "));
        }
    } else {
        out.beside(BlockKind::Table, text);
    }
}

fn is_figure(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && digits * 3 >= text.len() || text.len() <= 1
}

/// Table and row of a cell when the table holds data. A table for layout has one long cell a row, or rows of running text. `known`: of
/// each table whether its cells are many and short; a table of ten thousand cells must not be summed up for each of them.
fn data_table(page: &Blocks, i: usize, known: &mut FxHashMap<u32, bool>) -> Option<(u32, u32)> {
    let owner = page.blocks[i].owner;
    let row = page.chain(owner).find(|c| page.containers[*c as usize].tag == Tag::Tr)?;
    let table = page.chain(row).find(|c| page.containers[*c as usize].tag == Tag::Table)?;
    let data = *known.entry(table).or_insert_with(|| {
        let c = &page.containers[table as usize];
        let cells = &page.blocks[c.first_block as usize..(c.end_block as usize).min(page.blocks.len())];
        let words: u32 = cells.iter().map(|b| b.words).sum();
        cells.len() >= 4 && words / (cells.len() as u32).max(1) <= 15
    });
    let r = &page.containers[row as usize];
    (data && r.end_block - r.first_block >= 2).then_some((table, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_code_points() {
        let mut a = Assembled::default();
        a.part(BlockKind::Heading, Some(2), "Größe");
        a.beside(BlockKind::Caption, "A picture".into());
        a.part(BlockKind::Paragraph, None, "東京 text");
        assert_eq!(a.text, "Größe\n\n東京 text");
        assert_eq!((a.blocks[0].start, a.blocks[0].end), (Some(0), Some(5)));
        assert_eq!(a.blocks[1].at, Some(5));
        assert_eq!((a.blocks[2].start, a.blocks[2].end), (Some(7), Some(14)));
    }
}
