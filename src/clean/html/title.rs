//! Which block shows the headline.

use super::block::{Block, Blocks, Kind};
use crate::clean::metadata::Metadata;
use crate::clean::metadata::title::folded;

/// The block that shows the headline: the first heading equal to it, else the first `h1`, else the first block equal to it.
pub fn title_block(page: &Blocks, metadata: &Metadata) -> Option<usize> {
    let titles = Titles::new(metadata);
    let equal = |b: &Block| titles.hold(page, b);
    let heading = page.blocks.iter().position(|b| matches!(b.kind, Kind::Heading(_)) && equal(b));
    heading.or_else(|| page.blocks.iter().position(|b| matches!(b.kind, Kind::Heading(1)))).or_else(|| page.blocks.iter().position(equal))
}

/// Whether `folded(text) == folded`: most texts differ in their first letter already.
fn folds_to(text: &str, folded: &str) -> bool {
    let mut expected = folded.chars();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    for (i, word) in words.enumerate() {
        if i > 0 && expected.next() != Some(' ') {
            return false;
        }
        if word.chars().flat_map(char::to_lowercase).any(|c| expected.next() != Some(c)) {
            return false;
        }
    }
    expected.next().is_none()
}

/// The wordings of the headline, to know it again among the blocks.
pub struct Titles {
    folded: Vec<String>,
    longest: usize,
}

impl Titles {
    pub fn new(metadata: &Metadata) -> Self {
        let folded: Vec<String> = metadata.titles.iter().map(|t| folded(t)).filter(|t| !t.is_empty()).collect();
        let longest = folded.iter().map(String::len).max().unwrap_or(0);
        Self { folded, longest }
    }

    /// Whether a block is the headline, up to case and punctuation. Most blocks are told by their length alone.
    pub fn hold(&self, page: &Blocks, b: &Block) -> bool {
        b.words <= 60 && (b.bytes() as usize) <= 2 * self.longest + 20 && self.folded.iter().any(|f| folds_to(page.text_of(b), f))
    }
}
