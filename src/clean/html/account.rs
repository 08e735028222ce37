//! What became of each block of a page of markup: see [`crate::clean::account`].

use super::attribute::Name;
use super::block::{Block, Blocks, Kind};
use super::tree::{NodeId, ROOT, Tree};
use super::{Read, choose, model, read, related};
use crate::clean::Page;
use crate::clean::account::{Part, beginning};

/// Elements that are named above a block, from the nearest on.
const PLACE: usize = 4;
/// Of a long class value as much is shown.
const CLASS: usize = 40;

/// The page's blocks in order; none when the page cannot be read.
pub fn parts(page: &Page<'_>, html: &str) -> Vec<Part> {
    let Ok(Read { tree, metadata, blocks, headline }) = read(page, html) else { return Vec::new() };
    let choice = choose::choose(&blocks, &metadata, &headline, &mut model::Model::default());
    let mut kept = choice.kept.clone();
    related::add_beside(&blocks, &mut kept);
    let part = |(i, b): (usize, &Block)| {
        let chosen = choice.kept.binary_search(&i).is_ok();
        let stays = chosen || kept.binary_search(&i).is_ok();
        Part {
            kind: kind(b.kind),
            place: place(&tree, &blocks, b),
            text: beginning(blocks.text_of(b)),
            words: b.words,
            link_density: Some(b.link_density()),
            chance: choice.chances.get(i).copied().unwrap_or_default(),
            kept: stays,
            rule: if stays == chosen { choice.rules.get(i).copied().unwrap_or("model") } else { "beside the text" },
            features: Vec::new(),
        }
    };
    blocks.blocks.iter().enumerate().map(part).collect()
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
