//! Boxes that the chosen text stands around: comments, prompts, other stories, legal notes.

use super::block::Blocks;
use super::class::{self, Mask};
use super::tag::Tag;

/// Words of other people: readers', consent vendors'.
const FOREIGN: Mask = class::COMMENT | class::CONSENT;

/// Whether a block is of other people.
pub fn is_foreign(page: &Blocks, block: usize) -> bool {
    page.chain(page.blocks[block].owner).any(|c| page.containers[c as usize].mask & FOREIGN != 0)
}

/// A box whose words say that it is no part of the article.
struct Aside {
    mask: Mask,
    /// Up to this share of the kept words it is believed: a class name may be on a container of everything (`<div class="has-newsletter">`),
    /// so that a box with much of the text is no such box.
    share: f32,
    /// So many kept words stand above it.
    above: u32,
    /// It lies outside of what is named or marked up as the article.
    outside: bool,
}

const fn aside(mask: Mask, share: f32) -> Aside {
    Aside { mask, share, above: 0, outside: false }
}

const BOXES: &[Aside] = &[
    // Readers' comments may be longer than the article.
    aside(FOREIGN, 0.9),
    // "Sign up for our newsletter", "Share this", inside of the text.
    aside(class::NEWSLETTER | class::SHARE, 0.25),
    // "Read also" boxes and lists of other stories.
    aside(class::RELATED, 0.25),
    // "Jane Doe writes about ...".
    aside(class::BIO, 0.3),
    // Cards of other stories below the article, which hide the whole of them.
    Aside { mask: class::RELATED, share: 0.9, above: 300, outside: true },
    // Legal notes at the page's foot, longer than a text in brief.
    Aside { mask: PAGE_FOOT, share: 0.9, above: REMAIN, outside: true },
];
/// Words that must remain when boxes go.
pub const REMAIN: u32 = 40;
/// Stands for the element `footer`, whatever its name: no group of class words has this bit.
const PAGE_FOOT: Mask = 1 << 31;
const _: () = assert!(class::GROUPS < 32);

/// Of any box.
const ANY: Mask = {
    let (mut any, mut at) = (0, 0);
    while at < BOXES.len() {
        any |= BOXES[at].mask;
        at += 1;
    }
    any
};

/// Drops the kept blocks that stand in boxes. Boxes of a kind are believed when all of them together hold no more than their share: a name
/// that is on each part of a long text (`<div class="author-pick">` around every product of a guide) names no box.
pub fn drop_boxes(page: &Blocks, keep: &mut [bool]) {
    let mut before = vec![0u32; page.blocks.len() + 1];
    for (i, b) in page.blocks.iter().enumerate() {
        before[i + 1] = before[i] + if keep[i] { b.words } else { 0 };
    }
    let total = before[page.blocks.len()];
    let fits = |words: u32, share: f32| words as f32 <= share * total as f32;
    // Of each container the row of the outermost box that it is in, and whether it is in an article; of each row the words of its boxes.
    let mut boxed: Vec<(Option<u8>, bool)> = vec![(None, false); page.containers.len()];
    let mut held = [0u32; BOXES.len()];
    for (id, c) in page.containers.iter().enumerate().skip(1) {
        let (above, inside) = boxed[c.parent as usize];
        let mask = c.mask | if c.tag == Tag::Footer { PAGE_FOOT } else { 0 };
        let row = above.or_else(|| {
            let (first, end) = (before[c.first_block as usize], before[c.end_block as usize]);
            let words = end - first;
            let may = mask & ANY != 0
                && c.mask & class::BODY == 0
                && !matches!(c.tag, Tag::Html | Tag::Body | Tag::Main | Tag::Article)
                && words > 0
                && words + REMAIN <= total;
            let is = |b: &Aside| mask & b.mask != 0 && fits(words, b.share) && first >= b.above && !(b.outside && inside);
            let row = if may { BOXES.iter().position(is) } else { None }?;
            held[row] += words;
            Some(row as u8)
        });
        boxed[id] = (row, inside || c.tag == Tag::Article || c.mask & (class::BODY | class::ARTICLE) != 0 && c.tag != Tag::Body);
    }
    for (i, b) in page.blocks.iter().enumerate() {
        keep[i] &= boxed[b.owner as usize].0.is_none_or(|row| !fits(held[row as usize], BOXES[row as usize].share));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{block, builder};
    use super::*;

    /// How many of the blocks, which are all kept at first, stay; each paragraph has fifty words.
    fn left(html: &str) -> usize {
        let html = html.replace('P', &format!("<p>{}</p>", "word ".repeat(50)));
        let page = block::blocks(&builder::parse(&html).unwrap());
        let mut keep = vec![true; page.blocks.len()];
        drop_boxes(&page, &mut keep);
        keep.iter().filter(|k| **k).count()
    }

    #[test]
    fn a_box_with_much_of_the_text_is_none() {
        assert_eq!(left("<div>PPPP</div><div class=related-posts>P</div>"), 4);
        assert_eq!(left("<div>PP</div><div class=related-posts>PP</div>"), 4);
        assert_eq!(left("<div>P</div><div class=comments>PPPP</div>"), 1);
    }

    #[test]
    fn whole_stories_go_when_they_stand_below_a_long_text_and_outside_of_it() {
        assert_eq!(left("<div>PPPPPP</div><div class=related-stories>PPPPPPPPPPPP</div>"), 6);
        assert_eq!(left("<article>PPPPPP<div class=related-stories>PPPPPPPPPPPP</div></article>"), 18);
        assert_eq!(left("<div class=related-stories>PPPPPPPPPPPP</div><div>PPPPPP</div>"), 18);
    }

    #[test]
    fn legal_notes_at_the_foot_of_the_page_go() {
        assert_eq!(left("<main>P</main><footer>PPP</footer>"), 1);
        assert_eq!(left("<article>P<footer>PPP</footer></article>"), 4);
        assert_eq!(left("<footer>PPP</footer>"), 3);
    }
}
