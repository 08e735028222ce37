//! The page's own declarations, found again in its blocks.

use super::block::Blocks;
use super::hashes::{Words, triples, word_hashes, words_of};
use crate::clean::metadata::Metadata;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Numbers a block.
pub const COUNT: usize = 6;

/// What the page's declarations say about its blocks.
pub struct AboutPage {
    title: Words,
    description: Words,
    /// Hashes of three words in a row of the declared body.
    body: Words,
    authors: Words,
    /// Hash of each block's text, and how often it occurs.
    texts: Vec<u64>,
    repeats: FxHashMap<u64, u32>,
    title_block: Option<usize>,
    /// Hashes of the words of the block that is looked at.
    hashes: Vec<u64>,
}

impl AboutPage {
    pub fn new(page: &Blocks, metadata: &Metadata, title_block: Option<usize>) -> Self {
        let texts: Vec<u64> = page.blocks.iter().map(|b| xxh3_64(page.text_of(b).as_bytes())).collect();
        let mut repeats = FxHashMap::with_capacity_and_hasher(texts.len(), Default::default());
        texts.iter().for_each(|t| *repeats.entry(*t).or_insert(0) += 1);
        let body = metadata.body.as_deref().map(words_of).unwrap_or_default();
        Self {
            title: Words::new(metadata.titles.iter().flat_map(|t| words_of(t))),
            description: Words::new(metadata.description.as_deref().map(words_of).unwrap_or_default()),
            body: Words::new(triples(&body)),
            authors: Words::new(metadata.authors.iter().flat_map(|a| words_of(&a.name))),
            texts,
            repeats,
            title_block,
            hashes: Vec::with_capacity(256),
        }
    }

    /// Shows the numbers of a block to `push`, always as many.
    pub fn push(&mut self, page: &Blocks, i: usize, mut push: impl FnMut(f32)) {
        let b = &page.blocks[i];
        self.hashes.clear();
        word_hashes(page.text_of(b), &mut self.hashes);
        let hashes = &self.hashes;
        push(if b.words <= 60 { self.title.share(hashes) } else { 0.0 });
        push(self.description.share(hashes));
        push(if self.body.size() < 20 {
            -1.0
        } else {
            let (mut all, mut hit) = (0u32, 0u32);
            for t in triples(hashes) {
                all += 1;
                hit += u32::from(self.body.contains(t));
            }
            if all == 0 { -0.5 } else { hit as f32 / all as f32 }
        });
        push(if b.words <= 40 { self.authors.share(hashes) } else { 0.0 });
        push(self.repeats.get(&self.texts[i]).copied().unwrap_or(1) as f32);
        push(f32::from(self.title_block == Some(i)));
    }
}
