//! The page's own declarations, found again in its blocks.

use super::block::{Block, Blocks, Short};
use super::context::LongWords;
use super::hashes::{Sets, triples, words_of};
use crate::clean::metadata::Metadata;

/// Numbers a block.
pub const COUNT: usize = 6;

/// Longer blocks show no headline, and no names alone.
const TITLE_WORDS: u32 = 60;
const AUTHOR_WORDS: u32 = 40;
/// A declared body with fewer different runs of three words says nothing.
const BODY: usize = 20;

/// What the page declares.
struct Declared {
    /// The words of title, description and authors.
    words: Sets,
    /// Hashes of three words in a row of the body.
    body: Sets,
}

/// What the page's declarations say about its blocks.
pub struct AboutPage {
    title_block: Option<usize>,
    /// Of each block the place of its shares.
    of: Vec<Short>,
    /// Shares of a block's words that title, description, body and authors have. First those that most blocks have.
    shares: Vec<[f32; 4]>,
}

/// Shares of a block that has nothing of what is declared; `body` differs by what there is to compare.
const NOTHING: [[f32; 4]; 3] = [[0.0, 0.0, NO_BODY, 0.0], [0.0, 0.0, SHORT, 0.0], [0.0; 4]];
/// No body is declared, or the block has no three words.
const NO_BODY: f32 = -1.0;
const SHORT: f32 = -0.5;

/// Which counts a word of each combination of sets is added to.
const HITS: [[u32; 4]; 1 << Sets::MOST] = {
    let mut table = [[0; 4]; 1 << Sets::MOST];
    let mut sets = 0;
    while sets < table.len() {
        let mut n = 0;
        while n < Sets::MOST {
            table[sets][n] = (sets >> n & 1) as u32;
            n += 1;
        }
        sets += 1;
    }
    table
};

impl AboutPage {
    /// Looks for the declarations in all blocks, and notes their long words: a page's words are read once.
    pub fn new(page: &Blocks, metadata: &Metadata, title_block: Option<usize>, long: &mut LongWords) -> Self {
        let body: Vec<u64> = triples(&metadata.body.as_deref().map(words_of).unwrap_or_default()).collect();
        let title: Vec<u64> = metadata.titles.iter().flat_map(|t| words_of(t)).collect();
        let description = metadata.description.as_deref().map(words_of).unwrap_or_default();
        let authors: Vec<u64> = metadata.authors.iter().flat_map(|a| words_of(&a.name)).collect();
        let declared = Declared { words: Sets::new([&title, &description, &authors]), body: Sets::new([&body, &[], &[]]) };
        let mut hashes = Vec::with_capacity(256);
        let mut out = Self { title_block, of: Vec::with_capacity(page.blocks.len()), shares: NOTHING.to_vec() };
        for b in &page.blocks {
            let shares = declared.read(b, page.text_of(b), &mut hashes, long);
            let known = NOTHING.iter().position(|nothing| *nothing == shares);
            out.of.push(known.unwrap_or(out.shares.len()) as Short);
            if known.is_none() {
                out.shares.push(shares);
            }
        }
        out
    }

    /// The numbers of a block. `repeats`: how many blocks have its text.
    pub fn numbers(&self, i: usize, repeats: u32) -> [f32; COUNT] {
        let [title, description, body, authors] = self.shares[self.of[i] as usize];
        [title, description, body, authors, repeats as f32, f32::from(self.title_block == Some(i))]
    }
}

impl Declared {
    fn read(&self, b: &Block, text: &str, hashes: &mut Vec<u64>, long: &mut LongWords) -> [f32; 4] {
        let has_body = self.body.sizes()[0] >= BODY;
        hashes.clear();
        let (mut hits, mut words) = ([0u32; 4], 0u32);
        long.read(text, |hash| {
            let added = &HITS[self.words.of(hash) as usize % HITS.len()];
            hits.iter_mut().zip(added).for_each(|(hits, added)| *hits += added);
            words += 1;
            if has_body {
                hashes.push(hash);
            }
        });
        let [title, description, authors, _] = hits.map(|hits| if words == 0 { 0.0 } else { hits as f32 / words as f32 });
        let body = if !has_body {
            NO_BODY
        } else {
            let all = hashes.len().saturating_sub(2);
            let hit = triples(hashes).filter(|t| self.body.of(*t) != 0).count();
            if all == 0 { SHORT } else { hit as f32 / all as f32 }
        };
        [if b.words <= TITLE_WORDS { title } else { 0.0 }, description, body, if b.words <= AUTHOR_WORDS { authors } else { 0.0 }]
    }
}
