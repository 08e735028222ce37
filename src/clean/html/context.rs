//! What a block's surroundings say: the phrases around it, the list it is an item of, the heading above it, the other articles of the
//! page.

use super::above::Step;
use super::block::{Block, Blocks, Container, ContainerId, Kind, Short};
use super::class;
use super::feature::{NEGATIVE, Writer};
use super::hashes::words_and_runs;
use super::phrase;
use super::sums::{PHRASES, Sums};
use super::tag::Tag;
use crate::clean::groups::Groups;

/// Like siblings from which they are items of one list.
const ITEMS: u32 = 3;
/// Words of a text whose copies count: shorter ones repeat by chance ("Share", "Read more").
const COPY: u32 = 8;
/// Bits of a word's slot in the table of the page's words.
const SLOTS: usize = 1 << 12;
/// Shorter words occur in every text.
const LONG_WORD: usize = 6;

/// Numbers a block.
pub const COUNT: usize = 2 * PHRASES.len() + LIST + HEADING + ARTICLE + COPIES + AROUND + TEMPLATE + PAGE + WORDS;
const LIST: usize = 7;
const HEADING: usize = 6;
const ARTICLE: usize = 4;
const COPIES: usize = 2;
const AROUND: usize = 4;
const TEMPLATE: usize = 3;
const PAGE: usize = 5;
const WORDS: usize = 2;

pub struct Context {
    last_heading: Vec<Short>,
    copies: Vec<(u8, u8)>,
    /// By how the owner of a block and its parent are built.
    templates: Vec<[f32; TEMPLATE]>,
    alike: Vec<[f32; WORDS]>,
    page: [f32; PAGE],
}

/// No heading stands before the block.
const NONE: Short = Short::MAX;

/// What is known of a page before its blocks are looked at one by one.
#[derive(Clone, Copy)]
pub struct Known<'k> {
    pub phrases: &'k [[u8; phrase::GROUPS]],
    pub sums: &'k Sums,
    /// Blocks by their text.
    pub texts: &'k Groups<Short>,
    /// Blocks by how their owner and its parent are built.
    pub owners: &'k Groups<Short>,
}

impl Context {
    /// `core`: the container with most of the page's running text. `flags`: whether the page declares itself an article, and has a date.
    pub fn new(page: &Blocks, known: Known<'_>, long: LongWords, core: ContainerId, flags: [bool; 2]) -> Self {
        let all = known.sums.all();
        let blocks = page.blocks.len().max(1) as f32;
        let mut out = Context {
            alike: alike(page, core, long),
            last_heading: Vec::with_capacity(page.blocks.len()),
            copies: copies(page, known.texts),
            templates: templates(page, known),
            page: [
                all.link_bytes as f32 / (all.bytes as f32).max(1.0),
                f32::from(all.good) / blocks,
                f32::from(all.linked) / blocks,
                f32::from(flags[0]) + 2.0 * f32::from(flags[1]),
                f32::from(articles(page, known.sums)),
            ],
        };
        let mut heading = NONE;
        for (i, b) in page.blocks.iter().enumerate() {
            out.last_heading.push(heading);
            if matches!(b.kind, Kind::Heading(_)) {
                heading = i as Short;
            }
        }
        out
    }

    /// The numbers of a block. `above`: its owner.
    pub fn numbers(&self, page: &Blocks, known: Known<'_>, i: usize, above: &Step) -> [f32; COUNT] {
        let mut out = Writer::<COUNT>::new();
        let (b, sums) = (&page.blocks[i], known.sums);
        // Phrases a block, two and four levels up.
        let mut at = b.owner;
        for _ in 0..2 {
            at = page.containers[page.containers[at as usize].parent as usize].parent;
            let c = &page.containers[at as usize];
            let blocks = (c.end_block - c.first_block).max(1) as f32;
            for k in 0..PHRASES.len() {
                out.push(sums.of(c, |s| s.phrases[k]) as f32 / blocks);
            }
        }
        out.fill(list(page, sums, b, above.item));
        out.fill(self.heading(page, known, i));
        let (article, place) = above.article;
        let a = &page.containers[article as usize];
        let good = sums.of(a, |s| s.good);
        out.push(f32::from(place));
        out.push(good as f32);
        out.push(good as f32 / f32::from(sums.all().good.max(1)));
        out.push((i as u32 - a.first_block.min(i as u32)) as f32 / (a.end_block - a.first_block).max(1) as f32);
        let (before, all) = self.copies[i];
        out.push(f32::from(before));
        out.push(f32::from(all));
        // The ten blocks before and after.
        let (from, to) = (i.saturating_sub(10), i + 11);
        out.push(sums.between(from, i, |s| s.negative) as f32);
        out.push(sums.between(i + 1, to, |s| s.negative) as f32);
        out.push(sums.between(from, i, |s| s.linked) as f32);
        out.push(sums.between(i + 1, to, |s| s.linked) as f32);
        out.fill(self.templates[known.owners.of[i] as usize]);
        out.fill(self.page);
        out.fill(self.alike[i]);
        debug_assert!(out.is_full());
        out.row
    }

    /// What the last heading is like, and what was said of readers, prompts and authors since.
    fn heading(&self, page: &Blocks, known: Known<'_>, i: usize) -> [f32; HEADING] {
        let Some(h) = page.blocks.get(self.last_heading[i] as usize) else { return [-1.0; HEADING] };
        let at = self.last_heading[i] as usize;
        let said = |group: u8| f32::from(known.phrases[at][group as usize]);
        [
            said(phrase::PROMPT) + said(phrase::READERS) + said(phrase::ABOUT) + said(phrase::CONSENT),
            h.words as f32,
            h.link_density(),
            match h.kind {
                Kind::Heading(level) => f32::from(level),
                _ => 0.0,
            },
            known.sums.between(at, i, |s| s.good) as f32,
            f32::from(known.sums.between(at, at + 1, |s| s.negative) > 0),
        ]
    }
}

/// Whether a container may be one of the page's articles: such an element with running text.
pub fn is_article(c: &Container, sums: &Sums) -> bool {
    (c.tag == Tag::Article || c.mask & class::BODY != 0) && sums.of(c, |s| s.good) > 0
}

/// How many articles there are that lie in no other.
fn articles(page: &Blocks, sums: &Sums) -> u16 {
    let (mut count, mut depth) = (0u16, u16::MAX);
    for c in page.containers.iter().skip(1) {
        if c.depth > depth {
            continue;
        }
        depth = u16::MAX;
        if is_article(c, sums) {
            (count, depth) = (count.saturating_add(1), c.depth);
        }
    }
    count
}

/// Of blocks with the same tag and class of owner and parent: mean words, mean link density, share with readers' phrases.
fn templates(page: &Blocks, known: Known<'_>) -> Vec<[f32; TEMPLATE]> {
    let mut sums = vec![[0.0; TEMPLATE]; known.owners.sizes.len()];
    for ((b, p), group) in page.blocks.iter().zip(known.phrases).zip(&known.owners.of) {
        let s = &mut sums[*group as usize];
        s[0] += b.words as f32;
        s[1] += b.link_density();
        s[2] += f32::from(p[phrase::READERS as usize] + p[phrase::WHEN as usize]);
    }
    sums.iter_mut().zip(&known.owners.sizes).for_each(|(s, size)| *s = s.map(|s| s / *size as f32));
    sums
}

/// The list of like siblings that the block is in, if it is in one: comments, teasers and products are items, and so is a long article's
/// every paragraph.
fn list(page: &Blocks, sums: &Sums, b: &Block, (id, count): (ContainerId, u32)) -> [f32; LIST] {
    let c = &page.containers[id as usize];
    let p = &page.containers[c.parent as usize];
    let depth = page.containers[b.owner as usize].depth;
    let levels = depth - c.depth.min(depth);
    [
        count as f32,
        if count == 0 { 20.0 } else { f32::from(levels.min(20)) },
        if count == 0 { 0.0 } else { sums.of(p, |s| s.words) as f32 / count as f32 },
        (c.end_block - c.first_block) as f32,
        sums.of(c, |s| s.linked) as f32 / (c.end_block - c.first_block).max(1) as f32,
        sums.link_density(p),
        sums.of(c, |s| s.headings) as f32,
    ]
}

/// Of each container whether it is, or lies in one, of a negative class.
pub fn negative_above(page: &Blocks) -> Vec<bool> {
    let mut out: Vec<bool> = Vec::with_capacity(page.containers.len());
    for (id, c) in page.containers.iter().enumerate() {
        let own = c.mask & NEGATIVE != 0 && c.mask & class::BODY == 0 && !matches!(c.tag, Tag::Html | Tag::Body | Tag::Main);
        out.push(own || matches!(c.tag, Tag::Nav | Tag::Footer | Tag::Aside) || id > 0 && out[c.parent as usize]);
    }
    out
}

/// Containers that may be items of a list.
pub struct Items {
    /// How many there are in each group of siblings.
    like: Vec<u32>,
}

impl Items {
    pub fn new(page: &Blocks, siblings: &Groups) -> Self {
        let mut like = vec![0u32; siblings.sizes.len()];
        for (c, group) in page.containers.iter().zip(&siblings.of) {
            like[*group as usize] += u32::from(is_item(c));
        }
        Self { like }
    }

    /// How many items of a list a container of a group is among, when it is one.
    pub fn count(&self, c: &Container, group: u32) -> Option<u32> {
        Some(self.like[group as usize]).filter(|count| *count >= ITEMS && is_item(c))
    }
}

fn is_item(c: &Container) -> bool {
    c.end_block > c.first_block && matches!(c.tag, Tag::Li | Tag::Article | Tag::Div | Tag::Section | Tag::Tr | Tag::Dd)
}

/// Of each block, how many copies stand before it, and how many there are.
fn copies(page: &Blocks, texts: &Groups<Short>) -> Vec<(u8, u8)> {
    const MOST: u32 = 20;
    let mut seen = vec![0u8; texts.sizes.len()];
    let copies = |(b, group): (&Block, &Short)| {
        if b.words < COPY {
            return (0, 1);
        }
        let seen = &mut seen[*group as usize];
        let before = *seen;
        *seen = (before + 1).min(MOST as u8);
        (before, texts.sizes[*group as usize].min(MOST) as u8)
    };
    page.blocks.iter().zip(&texts.of).map(copies).collect()
}

/// Which share of a block's long words other blocks have too: those of the core, and all. Another story on the page has words of its own.
fn alike(page: &Blocks, core: ContainerId, long: LongWords) -> Vec<[f32; WORDS]> {
    let core = &page.containers[core as usize];
    let inside = |i: usize| u16::from((core.first_block..core.end_block).contains(&(i as u32)));
    // Blocks with the word: in the core, and in all; the last one that counted.
    let mut table = vec![(0u16, 0u16, NONE); SLOTS];
    for (i, words) in long.of_blocks().enumerate() {
        for slot in words {
            let cell = &mut table[*slot as usize % SLOTS];
            if cell.2 != i as Short {
                cell.0 = cell.0.saturating_add(inside(i));
                cell.1 = cell.1.saturating_add(1);
                cell.2 = i as Short;
            }
        }
    }
    let shares = |(i, words): (usize, &[u16])| {
        if words.is_empty() {
            return [-1.0; WORDS];
        }
        let own = inside(i);
        let (mut shared, mut anywhere) = (0u32, 0u32);
        for slot in words {
            let cell = &table[*slot as usize % SLOTS];
            shared += u32::from(cell.0 > own);
            anywhere += u32::from(cell.1 > 1);
        }
        [shared, anywhere].map(|n| n as f32 / words.len() as f32)
    };
    let mut out = Vec::with_capacity(page.blocks.len());
    out.extend(long.of_blocks().enumerate().map(shares));
    out
}

/// Slots of the words of at least six bytes, block by block; any byte above ASCII counts as a letter.
pub struct LongWords {
    slots: Vec<u16>,
    /// Behind the last word of each block.
    ends: Vec<u32>,
}

impl LongWords {
    pub fn with_capacity(page: &Blocks) -> Self {
        Self { slots: Vec::with_capacity(page.text.len() / 8), ends: Vec::with_capacity(page.blocks.len()) }
    }

    /// Reads the next block, and shows the hashes of its words to `each`.
    #[inline(always)]
    pub fn read(&mut self, text: &str, each: impl FnMut(u64)) {
        let bytes = text.as_bytes();
        words_and_runs(text, LONG_WORD, each, |from, to| {
            // A word at the begin begins at nothing, for no reason but that the weights were made so.
            let begin = if from == 0 { 0 } else { 0x811c_9dc5 };
            let hash = bytes[from..to].iter().fold(begin, |h: u32, b| (h ^ u32::from(b | 0x20)).wrapping_mul(0x0100_0193));
            self.slots.push(((hash ^ hash >> 15) as usize & (SLOTS - 1)) as u16);
        });
        self.ends.push(self.slots.len() as u32);
    }

    fn of_blocks(&self) -> impl Iterator<Item = &[u16]> {
        self.ends.iter().scan(0, |from, end| {
            let words = self.slots.get(*from as usize..*end as usize);
            *from = *end;
            words
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::above::{Path, TARGETS};
    use super::super::{block, builder, feature};
    use super::*;

    fn numbers(html: &str) -> Vec<Vec<f32>> {
        let tree = builder::parse(html).unwrap();
        let page = block::blocks(&tree);
        let phrases: Vec<[u8; phrase::GROUPS]> = page.blocks.iter().map(|b| phrase::count(page.text_of(b))).collect();
        let sums = Sums::new(&page, &phrases, &negative_above(&page));
        let (texts, siblings, owners) = (feature::texts(&page), feature::siblings(&page), feature::owners(&page));
        let mut long = LongWords::with_capacity(&page);
        page.blocks.iter().for_each(|b| long.read(page.text_of(b), |_| {}));
        let known = Known { phrases: &phrases, sums: &sums, texts: &texts, owners: &owners };
        let items = Items::new(&page, &siblings);
        let mut path = Path::new(&page, &sums, &siblings, &items, [0; TARGETS]);
        let context = Context::new(&page, known, long, 0, [false, false]);
        (0..page.blocks.len())
            .map(|i| {
                path.go(page.blocks[i].owner);
                context.numbers(&page, known, i, path.owner()).to_vec()
            })
            .collect()
    }

    #[test]
    fn every_block_has_as_many_numbers() {
        let rows = numbers("<h1>Rain</h1><ul><li>One<li>Two<li>Three</ul><p>Last</p>");
        assert!(rows.len() == 5 && rows.iter().all(|r| r.len() == COUNT));
    }

    #[test]
    fn a_second_copy_knows_of_the_first() {
        let p = "<p>The same eight words stand here a second time.</p>";
        let rows = numbers(&format!("{p}<p>Short</p>{p}"));
        let at = 2 * PHRASES.len() + LIST + HEADING + ARTICLE;
        assert_eq!((rows[0][at], rows[0][at + 1], rows[2][at], rows[1][at + 1]), (0.0, 2.0, 1.0, 1.0));
    }

    #[test]
    fn items_of_a_list_are_counted() {
        let rows = numbers("<div><div class=c>One</div><div class=c>Two</div><div class=c>Three</div></div><p>Out</p>");
        let at = 2 * PHRASES.len();
        assert_eq!((rows[1][at], rows[1][at + 1], rows[3][at]), (3.0, 0.0, 0.0));
    }
}
