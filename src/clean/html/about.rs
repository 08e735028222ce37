//! The page's own declarations, found again in its blocks.

use super::block::Blocks;
use super::hashes::{Sets, triples, word_hashes, words_of};
use crate::clean::metadata::Metadata;

/// Numbers a block.
pub const COUNT: usize = 6;

/// Longer blocks show no headline, and no names alone.
const TITLE_WORDS: u32 = 60;
const AUTHOR_WORDS: u32 = 40;
/// A declared body with fewer different runs of three words says nothing.
const BODY: usize = 20;

/// What the page's declarations say about its blocks.
pub struct AboutPage {
    /// The words of title, description and authors.
    words: Sets,
    /// Hashes of three words in a row of the declared body.
    body: Sets,
    title_block: Option<usize>,
    /// Hashes of the words of the block that is looked at.
    hashes: Vec<u64>,
}

impl AboutPage {
    pub fn new(metadata: &Metadata, title_block: Option<usize>) -> Self {
        let body: Vec<u64> = triples(&metadata.body.as_deref().map(words_of).unwrap_or_default()).collect();
        let title: Vec<u64> = metadata.titles.iter().flat_map(|t| words_of(t)).collect();
        let description = metadata.description.as_deref().map(words_of).unwrap_or_default();
        let authors: Vec<u64> = metadata.authors.iter().flat_map(|a| words_of(&a.name)).collect();
        Self {
            words: Sets::new([&title, &description, &authors]),
            body: Sets::new([&body, &[], &[]]),
            title_block,
            hashes: Vec::with_capacity(256),
        }
    }

    /// Shows the numbers of a block to `push`, always as many. `repeats`: how many blocks have its text.
    pub fn push(&mut self, page: &Blocks, i: usize, repeats: u32, mut push: impl FnMut(f32)) {
        let b = &page.blocks[i];
        self.hashes.clear();
        let mut hits = [0u32; Sets::MOST];
        word_hashes(page.text_of(b), |hash| {
            let sets = self.words.of(hash);
            hits.iter_mut().enumerate().for_each(|(n, hits)| *hits += u32::from(sets >> n & 1));
            self.hashes.push(hash);
        });
        let share = |hits: u32| if self.hashes.is_empty() { 0.0 } else { hits as f32 / self.hashes.len() as f32 };
        let [title, description, authors] = hits.map(share);
        push(if b.words <= TITLE_WORDS { title } else { 0.0 });
        push(description);
        push(if self.body.sizes()[0] < BODY {
            -1.0
        } else {
            let all = self.hashes.len().saturating_sub(2);
            let hit = triples(&self.hashes).filter(|t| self.body.of(*t) != 0).count();
            if all == 0 { -0.5 } else { hit as f32 / all as f32 }
        });
        push(if b.words <= AUTHOR_WORDS { authors } else { 0.0 });
        push(repeats as f32);
        push(f32::from(self.title_block == Some(i)));
    }
}
