//! Which blocks show the headline.

use super::block::{Block, Blocks, Kind};
use crate::clean::metadata::Metadata;
use crate::clean::metadata::title::folded;

/// Where the page shows its headline.
#[derive(Debug, Default)]
pub struct Headline {
    /// The block that shows it: the first heading equal to it, else the first `h1`, else the first block equal to it.
    pub block: Option<usize>,
    /// All blocks that show it, in one of its wordings; ascending.
    pub blocks: Vec<usize>,
}

/// A longer heading is none.
const WORDS: u32 = 60;

impl Headline {
    pub fn new(page: &Blocks, metadata: &Metadata) -> Self {
        let titles = Titles::new(metadata);
        let mut blocks: Vec<usize> = (0..page.blocks.len()).filter(|i| titles.hold(page, &page.blocks[*i])).collect();
        let is_heading = |i: &usize| matches!(page.blocks[*i].kind, Kind::Heading(_));
        let equal = blocks.iter().copied().find(is_heading);
        let first = || page.blocks.iter().position(|b| matches!(b.kind, Kind::Heading(1)));
        let block = equal.or_else(first).or_else(|| blocks.first().copied());
        if let Some(shown) = block.filter(|i| is_heading(i) && page.blocks[*i].words <= WORDS)
            && let Err(at) = blocks.binary_search(&shown)
        {
            blocks.insert(at, shown);
        }
        Self { block, blocks }
    }
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
struct Titles {
    folded: Vec<String>,
    longest: usize,
}

impl Titles {
    fn new(metadata: &Metadata) -> Self {
        let folded: Vec<String> = metadata.titles.iter().map(|t| folded(t)).filter(|t| !t.is_empty()).collect();
        let longest = folded.iter().map(String::len).max().unwrap_or(0);
        Self { folded, longest }
    }

    /// Whether a block is the headline, up to case and punctuation. Most blocks are told by their length or their first letter alone.
    fn hold(&self, page: &Blocks, b: &Block) -> bool {
        if b.words > WORDS || b.bytes() as usize > 2 * self.longest + 20 {
            return false;
        }
        let text = page.text_of(b);
        let first = text.bytes().next().filter(u8::is_ascii_alphanumeric).map(|first| first.to_ascii_lowercase());
        self.folded.iter().any(|f| first.is_none_or(|first| f.as_bytes().first() == Some(&first)) && folds_to(text, f))
    }
}
