//! Which blocks are the article: a probability for each block of the page, then rules over the page as a whole.
//!
//! All blocks are judged, never only those of the best container: choosing inside one subtree first loses bodies that are split over
//! several.

use super::block::{Blocks, Kind};
use super::class;
use super::feature::{self, Features, mass, title_block};
use super::model;
use crate::clean::metadata::Metadata;
use crate::clean::metadata::title::folded;

/// A block is kept from here on.
const KEEP: f32 = 0.5;

/// The choice.
pub struct Choice {
    /// Positions of the kept blocks, ascending.
    pub kept: Vec<usize>,
    /// Probability of each block of the page.
    pub chances: Vec<f32>,
    /// Words of the kept blocks.
    pub words: u32,
    pub total_mass: u32,
}

/// Chooses the article's blocks.
pub fn choose(page: &Blocks, metadata: &Metadata) -> Choice {
    let features = feature::features(page, metadata);
    let chances: Vec<f32> = features.rows.iter().map(|r| model::chance(r)).collect();
    let mut keep: Vec<bool> = chances.iter().map(|c| *c >= KEEP).collect();
    fill_when_short(page, &chances, &mut keep);
    drop_vetoed(page, &mut keep);
    drop_headline(page, metadata, &mut keep);
    drop_loose_headings(page, &mut keep);
    finish(page, features, chances, &keep)
}

fn finish(page: &Blocks, features: Features, chances: Vec<f32>, keep: &[bool]) -> Choice {
    let kept: Vec<usize> = (0..page.blocks.len()).filter(|i| keep[*i]).collect();
    let words = kept.iter().map(|i| page.blocks[*i].words).sum();
    Choice { kept, chances, words, total_mass: features.total_mass }
}

/// When less is kept than the chances promise, takes the most likely blocks as long as the expected F1 rises (block-model: pages
/// unlike those the weights come from have low chances all over, in the right order).
fn fill_when_short(page: &Blocks, chances: &[f32], keep: &mut [bool]) {
    let expected: f32 = page.blocks.iter().zip(chances).map(|(b, p)| b.words as f32 * p).sum();
    let kept: f32 = page.blocks.iter().zip(keep.iter()).filter(|(_, k)| **k).map(|(b, _)| b.words as f32).sum();
    if kept * 2.0 >= expected {
        return;
    }
    let mut order: Vec<usize> = (0..page.blocks.len()).collect();
    order.sort_by(|a, b| chances[*b].total_cmp(&chances[*a]).then(a.cmp(b)));
    let (mut words, mut hit, mut best, mut take) = (0.0f32, 0.0f32, 0.0f32, 0);
    for (n, i) in order.iter().enumerate() {
        words += page.blocks[*i].words as f32;
        hit += page.blocks[*i].words as f32 * chances[*i];
        let f1 = 2.0 * hit / (words + expected);
        if f1 > best {
            (best, take) = (f1, n + 1);
        }
    }
    order.iter().take(take).for_each(|i| keep[*i] = true);
}

/// Containers that never hold the article while something else does: readers' comments and consent dialogs.
fn drop_vetoed(page: &Blocks, keep: &mut [bool]) {
    let vetoed: Vec<bool> = page
        .blocks
        .iter()
        .map(|b| {
            page.chain(b.owner)
                .map(|c| &page.containers[c as usize])
                .take_while(|c| c.mask & class::BODY == 0)
                .any(|c| c.mask & (class::COMMENT | class::CONSENT) != 0)
        })
        .collect();
    let elsewhere: u32 = (0..keep.len()).filter(|i| keep[*i] && !vetoed[*i]).map(|i| page.blocks[i].words).sum();
    if elsewhere >= 40 {
        keep.iter_mut().zip(vetoed).for_each(|(k, v)| *k &= !v);
    }
}

/// The headline is a field of its own: the text does not repeat it. Far inside the text the same words are a heading of it.
fn drop_headline(page: &Blocks, metadata: &Metadata, keep: &mut [bool]) {
    let headlines = headline_blocks(page, metadata);
    let mut seen_words = 0;
    for i in 0..keep.len() {
        if keep[i] && seen_words < 60 && headlines.contains(&i) {
            keep[i] = false;
        }
        if keep[i] {
            seen_words += page.blocks[i].words;
        }
    }
}

/// Blocks that show the headline, in one of its wordings.
pub fn headline_blocks(page: &Blocks, metadata: &Metadata) -> Vec<usize> {
    let titles: Vec<String> = metadata.titles.iter().map(|t| folded(t)).filter(|t| !t.is_empty()).collect();
    let shown = title_block(page, metadata);
    let is = |i: usize| {
        let b = &page.blocks[i];
        b.words <= 60 && (Some(i) == shown && matches!(b.kind, Kind::Heading(_)) || titles.contains(&folded(page.text_of(b))))
    };
    (0..page.blocks.len()).filter(|i| is(*i)).collect()
}

/// A heading at the end belongs to what was not kept.
fn drop_loose_headings(page: &Blocks, keep: &mut [bool]) {
    for i in (0..keep.len()).rev() {
        if !keep[i] {
            continue;
        }
        if !matches!(page.blocks[i].kind, Kind::Heading(_)) {
            break;
        }
        keep[i] = false;
    }
}

/// Blocks of running text that were not chosen, for the gate.
pub fn running_text(page: &Blocks) -> u32 {
    page.blocks.iter().map(mass).sum()
}
