//! What became of each block of a page of markup: see [`crate::clean::account`].

use super::block::{Block, Blocks, Kind};
use super::choose::{self, Choice};
use super::feature::NEGATIVE;
use super::{block, builder, related};
use crate::clean::account::{Part, beginning};
use crate::clean::html::attribute::Name;
use crate::clean::html::tree::{NodeId, ROOT, Tree};
use crate::clean::{Page, metadata};

/// Elements that are named above a block, from the nearest on.
const PLACE: usize = 4;
/// Of a long class value as much is shown.
const CLASS: usize = 40;

/// The page's blocks in order; none when the page has too many nodes.
pub fn parts(page: &Page<'_>, html: &str) -> Vec<Part> {
    let Ok(tree) = builder::parse(html) else { return Vec::new() };
    let metadata = metadata::read(&tree, page);
    let blocks = block::blocks(&tree);
    let choice = choose::choose(&blocks, &metadata);
    let headlines = choose::headline_blocks(&blocks, &metadata);
    let mut kept = choice.kept.clone();
    related::add_beside(&blocks, &mut kept);
    let part = |(i, b): (usize, &Block)| {
        let stays = kept.binary_search(&i).is_ok();
        Part {
            kind: kind(b.kind),
            place: place(&tree, &blocks, b),
            text: beginning(blocks.text_of(b)),
            words: b.words,
            link_density: Some(b.link_density()),
            chance: choice.chances.get(i).copied().unwrap_or_default(),
            kept: stays,
            rule: rule(&blocks, &choice, &headlines, i, stays),
            features: Vec::new(),
        }
    };
    blocks.blocks.iter().enumerate().map(part).collect()
}

/// Why a block is where it is. The model's word counts unless one of the rules over the whole page has spoken.
fn rule(blocks: &Blocks, choice: &Choice, headlines: &[usize], i: usize, stays: bool) -> &'static str {
    let likely = choice.chances.get(i).is_some_and(|c| *c >= choose::KEEP);
    let block = &blocks.blocks[i];
    match (stays, likely) {
        (true, true) | (false, false) => "model",
        (true, false) if choice.kept.binary_search(&i).is_err() => "beside the text",
        (true, false) => "the page promises more text",
        (false, true) if headlines.contains(&i) => "the headline is a field of its own",
        (false, true) if blocks.chain(block.owner).any(|c| blocks.containers[c as usize].mask & NEGATIVE != 0) => "in a box",
        (false, true) if matches!(block.kind, Kind::Heading(_)) => "heading without text",
        (false, true) => "another choice was better",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Paragraph => "paragraph",
        Kind::Heading(_) => "heading",
        Kind::ListItem(_) => "list_item",
        Kind::Quote => "quote",
        Kind::Cell => "cell",
        Kind::Caption => "caption",
        Kind::Preformatted => "preformatted",
    }
}

/// `article.story > div#text > p`, the nearest last.
fn place(tree: &Tree<'_>, blocks: &Blocks, block: &Block) -> String {
    let mut out: Vec<String> = blocks.chain(block.owner).take(PLACE).map(|c| element(tree, blocks.containers[c as usize].node)).collect();
    out.reverse();
    out.join(" > ")
}

/// The start tag of an element in short: name, id, classes.
fn element(tree: &Tree<'_>, node: NodeId) -> String {
    let span = tree.node(node);
    // The root has no start tag of its own; the span of a name ends where a formatting element's effect does.
    let name = if node == ROOT { "html" } else { tree.slice(span.start, span.stop) };
    let mut out: String = name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').map(|c| c.to_ascii_lowercase()).collect();
    if let Some(id) = tree.attribute(node, Name::Id).filter(|id| !id.is_empty()) {
        out.push('#');
        out.extend(id.chars().take(CLASS));
    }
    let class = tree.attribute(node, Name::Class).unwrap_or_default();
    for word in class.chars().take(CLASS).collect::<String>().split_ascii_whitespace() {
        out.push('.');
        out.push_str(word);
    }
    out
}
