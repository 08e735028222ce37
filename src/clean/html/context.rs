//! What a block's surroundings say: the phrases around it, the list it is an item of, the heading above it, the other articles of the
//! page. A sum over a container is a difference of two prefix sums, so that a number costs the same for any size of page.

use super::block::{Block, Blocks, Container, ContainerId, Kind};
use super::class;
use super::feature::{NEGATIVE, mass};
use super::phrase;
use super::tag::Tag;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Phrases that are summed up over containers.
const GROUPS: [u8; 5] = [phrase::PROMPT, phrase::RIGHTS, phrase::READERS, phrase::ABOUT, phrase::CONSENT];
/// Like siblings from which they are items of one list.
const ITEMS: u32 = 3;
/// Words of a text whose copies count: shorter ones repeat by chance ("Share", "Read more").
const COPY: u32 = 8;
/// Bits of a word's slot in the table of the page's words.
const SLOTS: usize = 1 << 12;
/// Shorter words occur in every text.
const LONG_WORD: usize = 6;

/// Numbers a block.
pub const COUNT: usize = 2 * GROUPS.len() + LIST + HEADING + ARTICLE + COPIES + AROUND + TEMPLATE + PAGE + WORDS;
const LIST: usize = 7;
const HEADING: usize = 6;
const ARTICLE: usize = 4;
const COPIES: usize = 2;
const AROUND: usize = 4;
const TEMPLATE: usize = 3;
const PAGE: usize = 5;
const WORDS: usize = 2;

pub struct Context {
    /// Phrases before each block, by group.
    phrases: Vec<[u32; GROUPS.len()]>,
    words: Vec<u32>,
    links: Vec<u32>,
    bytes: Vec<u32>,
    good: Vec<u32>,
    headings: Vec<u32>,
    /// Blocks in containers of a negative class before each block.
    negative: Vec<u32>,
    /// Blocks that are one link, before each block.
    linked: Vec<u32>,
    /// The nearest container at or above each that is one of several like siblings, and how many they are.
    item: Vec<(ContainerId, u32)>,
    /// The outermost `article` or body container of each container, and its place among those with text.
    article: Vec<(ContainerId, u16)>,
    articles: u16,
    last_heading: Vec<u32>,
    copies: Vec<(u8, u8)>,
    template: Vec<u32>,
    templates: Vec<[f32; TEMPLATE]>,
    alike: Vec<[f32; WORDS]>,
    page: [f32; PAGE],
}

/// No heading stands before the block.
const NONE: u32 = u32::MAX;

impl Context {
    /// `core`: the container with most of the page's running text. `flags`: whether the page declares itself an article, and has a date.
    pub fn new(page: &Blocks, phrases: &[[u8; phrase::GROUPS]], core: ContainerId, flags: [bool; 2]) -> Self {
        let n = page.blocks.len();
        let negative_above = negative_above(page);
        let mut out = Context {
            phrases: vec![[0; GROUPS.len()]; n + 1],
            words: vec![0; n + 1],
            links: vec![0; n + 1],
            bytes: vec![0; n + 1],
            good: vec![0; n + 1],
            headings: vec![0; n + 1],
            negative: vec![0; n + 1],
            linked: vec![0; n + 1],
            item: items(page),
            article: Vec::new(),
            articles: 0,
            last_heading: Vec::with_capacity(n),
            copies: copies(page),
            template: Vec::new(),
            templates: Vec::new(),
            alike: alike(page, core),
            page: [0.0; PAGE],
        };
        let mut heading = NONE;
        for (i, b) in page.blocks.iter().enumerate() {
            for (k, group) in GROUPS.iter().enumerate() {
                out.phrases[i + 1][k] = out.phrases[i][k] + u32::from(phrases[i][*group as usize]);
            }
            out.words[i + 1] = out.words[i] + b.words;
            out.links[i + 1] = out.links[i] + b.link_bytes;
            out.bytes[i + 1] = out.bytes[i] + b.bytes();
            out.good[i + 1] = out.good[i] + u32::from(mass(b) > 0);
            out.headings[i + 1] = out.headings[i] + u32::from(matches!(b.kind, Kind::Heading(_)));
            out.negative[i + 1] = out.negative[i] + u32::from(negative_above[b.owner as usize]);
            out.linked[i + 1] = out.linked[i] + u32::from(b.link_density() > 0.8);
            out.last_heading.push(heading);
            if matches!(b.kind, Kind::Heading(_)) {
                heading = i as u32;
            }
        }
        out.find_articles(page);
        out.sum_templates(page, phrases);
        let total = |v: &[u32]| v.last().copied().unwrap_or(0) as f32;
        let blocks = n.max(1) as f32;
        out.page = [
            total(&out.links) / total(&out.bytes).max(1.0),
            total(&out.good) / blocks,
            total(&out.linked) / blocks,
            f32::from(flags[0]) + 2.0 * f32::from(flags[1]),
            f32::from(out.articles),
        ];
        out
    }

    /// The outermost article containers with running text, in order.
    fn find_articles(&mut self, page: &Blocks) {
        self.article = vec![(0, 0); page.containers.len()];
        for (id, c) in page.containers.iter().enumerate().skip(1) {
            let above = self.article[c.parent as usize];
            let is = above.0 == 0 && (c.tag == Tag::Article || c.mask & class::BODY != 0) && of(&self.good, c) > 0;
            self.article[id] = if is {
                self.articles = self.articles.saturating_add(1);
                (id as ContainerId, self.articles)
            } else {
                above
            };
        }
    }

    /// Of blocks with the same tag and class of owner and parent: mean words, mean link density, share with readers' phrases.
    fn sum_templates(&mut self, page: &Blocks, phrases: &[[u8; phrase::GROUPS]]) {
        let mut known: FxHashMap<u64, u32> = FxHashMap::default();
        let mut sums: Vec<[f32; TEMPLATE + 1]> = Vec::new();
        for (b, p) in page.blocks.iter().zip(phrases) {
            let owner = &page.containers[b.owner as usize];
            let key = owner.template.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ page.containers[owner.parent as usize].template;
            let at = *known.entry(key).or_insert_with(|| {
                sums.push([0.0; TEMPLATE + 1]);
                sums.len() as u32 - 1
            });
            self.template.push(at);
            let s = &mut sums[at as usize];
            s[0] += b.words as f32;
            s[1] += b.link_density();
            s[2] += f32::from(p[phrase::READERS as usize] + p[phrase::WHEN as usize]);
            s[3] += 1.0;
        }
        self.templates = sums.iter().map(|s| [s[0] / s[3], s[1] / s[3], s[2] / s[3]]).collect();
    }

    /// Shows the numbers of a block to `push`, always as many.
    pub fn push(&self, page: &Blocks, phrases: &[[u8; phrase::GROUPS]], i: usize, mut push: impl FnMut(f32)) {
        let b = &page.blocks[i];
        // Phrases a block, two and four levels up.
        for level in [2, 4] {
            let c = &page.containers[page.chain(b.owner).nth(level).unwrap_or(0) as usize];
            let blocks = (c.end_block - c.first_block).max(1) as f32;
            for k in 0..GROUPS.len() {
                let sum = self.phrases[c.end_block as usize][k] - self.phrases[c.first_block as usize][k];
                push(sum as f32 / blocks);
            }
        }
        self.list(page, b, &mut push);
        self.heading(page, phrases, i, &mut push);
        let (article, place) = self.article[b.owner as usize];
        let a = &page.containers[article as usize];
        push(f32::from(place));
        push(of(&self.good, a) as f32);
        push(of(&self.good, a) as f32 / self.good.last().copied().unwrap_or(0).max(1) as f32);
        push((i as u32 - a.first_block.min(i as u32)) as f32 / (a.end_block - a.first_block).max(1) as f32);
        let (before, all) = self.copies[i];
        push(f32::from(before));
        push(f32::from(all));
        // The ten blocks before and after.
        let (from, to) = (i.saturating_sub(10), (i + 11).min(page.blocks.len()));
        push((self.negative[i] - self.negative[from]) as f32);
        push((self.negative[to] - self.negative[i + 1]) as f32);
        push((self.linked[i] - self.linked[from]) as f32);
        push((self.linked[to] - self.linked[i + 1]) as f32);
        self.templates[self.template[i] as usize].iter().for_each(|t| push(*t));
        self.page.iter().for_each(|p| push(*p));
        self.alike[i].iter().for_each(|a| push(*a));
    }

    /// The list of like siblings that the block is in, if it is in one: comments, teasers and products are items, and so is a long
    /// article's every paragraph.
    fn list(&self, page: &Blocks, b: &Block, push: &mut impl FnMut(f32)) {
        let (id, count) = self.item[b.owner as usize];
        let c = &page.containers[id as usize];
        let p = &page.containers[c.parent as usize];
        let levels = page.containers[b.owner as usize].depth - c.depth.min(page.containers[b.owner as usize].depth);
        push(count as f32);
        push(if count == 0 { 20.0 } else { f32::from(levels.min(20)) });
        push(if count == 0 { 0.0 } else { of(&self.words, p) as f32 / count as f32 });
        push((c.end_block - c.first_block) as f32);
        push(of(&self.linked, c) as f32 / (c.end_block - c.first_block).max(1) as f32);
        push(of(&self.links, p) as f32 / of(&self.bytes, p).max(1) as f32);
        push(of(&self.headings, c) as f32);
    }

    /// What the last heading is like, and what was said of readers, prompts and authors since.
    fn heading(&self, page: &Blocks, phrases: &[[u8; phrase::GROUPS]], i: usize, push: &mut impl FnMut(f32)) {
        match page.blocks.get(self.last_heading[i] as usize) {
            Some(h) => {
                let at = self.last_heading[i] as usize;
                let said = |group: u8| f32::from(phrases[at][group as usize]);
                push(said(phrase::PROMPT) + said(phrase::READERS) + said(phrase::ABOUT) + said(phrase::CONSENT));
                push(h.words as f32);
                push(h.link_density());
                push(match h.kind {
                    Kind::Heading(level) => f32::from(level),
                    _ => 0.0,
                });
                push((self.good[i] - self.good[at]) as f32);
                push(f32::from(self.negative[at + 1] - self.negative[at] > 0));
            }
            None => (0..HEADING).for_each(|_| push(-1.0)),
        }
    }
}

fn of(sums: &[u32], c: &Container) -> u32 {
    sums[c.end_block as usize] - sums[c.first_block as usize]
}

fn negative_above(page: &Blocks) -> Vec<bool> {
    let mut out: Vec<bool> = Vec::with_capacity(page.containers.len());
    for (id, c) in page.containers.iter().enumerate() {
        let own = c.mask & NEGATIVE != 0 && c.mask & class::BODY == 0 && !matches!(c.tag, Tag::Html | Tag::Body | Tag::Main);
        out.push(own || matches!(c.tag, Tag::Nav | Tag::Footer | Tag::Aside) || id > 0 && out[c.parent as usize]);
    }
    out
}

fn items(page: &Blocks) -> Vec<(ContainerId, u32)> {
    let mut like: FxHashMap<(ContainerId, u64), u32> = FxHashMap::with_capacity_and_hasher(page.containers.len(), Default::default());
    let item = |c: &Container| {
        c.end_block > c.first_block && matches!(c.tag, Tag::Li | Tag::Article | Tag::Div | Tag::Section | Tag::Tr | Tag::Dd)
    };
    for c in page.containers.iter().filter(|c| item(c)) {
        *like.entry((c.parent, c.template)).or_insert(0) += 1;
    }
    let mut out: Vec<(ContainerId, u32)> = Vec::with_capacity(page.containers.len());
    for (id, c) in page.containers.iter().enumerate() {
        let count = if item(c) { like.get(&(c.parent, c.template)).copied().unwrap_or(0) } else { 0 };
        out.push(match count {
            ITEMS.. => (id as ContainerId, count),
            _ if id == 0 => (0, 0),
            _ => out[c.parent as usize],
        });
    }
    out
}

/// Of each block, how many copies stand before it, and how many there are.
fn copies(page: &Blocks) -> Vec<(u8, u8)> {
    let mut known: FxHashMap<u64, u8> = FxHashMap::default();
    let mut hashes = Vec::with_capacity(page.blocks.len());
    let mut out: Vec<(u8, u8)> = Vec::with_capacity(page.blocks.len());
    for b in &page.blocks {
        let hash = if b.words >= COPY { xxh3_64(page.text_of(b).as_bytes()) } else { 0 };
        let seen = known.entry(hash).or_insert(0);
        out.push((if hash == 0 { 0 } else { *seen }, 0));
        *seen = seen.saturating_add(1).min(20);
        hashes.push(hash);
    }
    for (o, hash) in out.iter_mut().zip(hashes) {
        o.1 = if hash == 0 { 1 } else { known.get(&hash).copied().unwrap_or(1) };
    }
    out
}

/// Which share of a block's long words other blocks have too: those of the core, and all. Another story on the page has words of its own.
fn alike(page: &Blocks, core: ContainerId) -> Vec<[f32; WORDS]> {
    let core = &page.containers[core as usize];
    // Blocks with the word: in the core, and in all; the last one that counted.
    let mut table = vec![(0u16, 0u16, u32::MAX); SLOTS];
    let mut slots: Vec<u16> = Vec::with_capacity(page.text.len() / 8);
    let mut ends: Vec<u32> = Vec::with_capacity(page.blocks.len());
    for (i, b) in page.blocks.iter().enumerate() {
        let inside = (core.first_block..core.end_block).contains(&(i as u32));
        long_words(page.text_of(b), |slot| {
            slots.push(slot as u16);
            let cell = &mut table[slot];
            if cell.2 != i as u32 {
                cell.0 = cell.0.saturating_add(u16::from(inside));
                cell.1 = cell.1.saturating_add(1);
                cell.2 = i as u32;
            }
        });
        ends.push(slots.len() as u32);
    }
    let mut from = 0usize;
    ends.iter()
        .enumerate()
        .map(|(i, end)| {
            let own = u16::from((core.first_block..core.end_block).contains(&(i as u32)));
            let words = &slots[from..*end as usize];
            from = *end as usize;
            if words.is_empty() {
                return [-1.0; WORDS];
            }
            let shared = words.iter().filter(|s| table[**s as usize].0 > own).count();
            let anywhere = words.iter().filter(|s| table[**s as usize].1 > 1).count();
            [shared as f32 / words.len() as f32, anywhere as f32 / words.len() as f32]
        })
        .collect()
}

/// Slots of the words of at least six bytes; any byte above ASCII counts as a letter.
fn long_words(text: &str, mut each: impl FnMut(usize)) {
    const BEGIN: u32 = 0x811c_9dc5;
    let mut end = |hash: u32, length: usize| {
        if length >= LONG_WORD {
            each((hash ^ hash >> 15) as usize & (SLOTS - 1));
        }
    };
    // The first word's hash begins at nothing, for no reason but that the weights were made so.
    let (mut hash, mut length) = (0u32, 0);
    for byte in text.bytes() {
        if LETTERS[byte as usize] {
            hash = (hash ^ u32::from(byte | 0x20)).wrapping_mul(0x0100_0193);
            length += 1;
        } else {
            end(hash, length);
            (hash, length) = (BEGIN, 0);
        }
    }
    end(hash, length);
}

/// Bytes of words.
const LETTERS: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = (b as u8).is_ascii_alphabetic() || b >= 0x80;
        b += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::super::{block, builder};
    use super::*;

    fn numbers(html: &str) -> Vec<Vec<f32>> {
        let tree = builder::parse(html).unwrap();
        let page = block::blocks(&tree);
        let phrases: Vec<[u8; phrase::GROUPS]> = page.blocks.iter().map(|b| phrase::count(page.text_of(b))).collect();
        let context = Context::new(&page, &phrases, 0, [false, false]);
        (0..page.blocks.len())
            .map(|i| {
                let mut row = Vec::new();
                context.push(&page, &phrases, i, |n| row.push(n));
                row
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
        let at = 2 * GROUPS.len() + LIST + HEADING + ARTICLE;
        assert_eq!((rows[0][at], rows[0][at + 1], rows[2][at], rows[1][at + 1]), (0.0, 2.0, 1.0, 1.0));
    }

    #[test]
    fn items_of_a_list_are_counted() {
        let rows = numbers("<div><div class=c>One</div><div class=c>Two</div><div class=c>Three</div></div><p>Out</p>");
        let at = 2 * GROUPS.len();
        assert_eq!((rows[1][at], rows[1][at + 1], rows[3][at]), (3.0, 0.0, 0.0));
    }
}
