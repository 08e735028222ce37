//! What the choice of blocks looks at: numbers about each block, its text, its place in the tree, its neighbours and the page's own
//! description of itself. All of them come from prefix sums over the blocks and one pass from parents to children over the containers.

use super::block::{Block, Blocks, Container, ContainerId, Kind};
use super::class::{self, Mask};
use super::context::{self, Context};
use super::phrase;
use super::tag::Tag;
use crate::clean::metadata::Metadata;
use crate::clean::metadata::json_ld::is_article;
use crate::clean::metadata::title::folded;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

/// A block of running text has this many words and less than this share of them in links.
const GOOD_WORDS: u32 = 12;
const GOOD_LINK_DENSITY: f32 = 0.35;
/// Longer blocks weigh no more: one long comment must not outweigh an article.
const MASS_CAP: u32 = 150;
/// What a container gets of its children's score, level by level.
const DECAY: f32 = 0.55;

/// Ancestors farther away than this count as none.
const FAR: u8 = 15;

/// Classes whose containers hold no part of an article as a rule.
pub const NEGATIVE: Mask = class::COMMENT
    | class::RELATED
    | class::SHARE
    | class::NEWSLETTER
    | class::CONSENT
    | class::NAV
    | class::FOOTER
    | class::SIDEBAR
    | class::BIO
    | class::AD
    | class::PROMO
    | class::LOGIN
    | class::POPUP
    | class::TOC
    | class::TEASER
    | class::TAGS
    | class::WIDGET;

/// Tags whose distance above a block is a feature.
const TAGS: [Tag; 14] = [
    Tag::Article,
    Tag::Main,
    Tag::Section,
    Tag::Aside,
    Tag::Header,
    Tag::Footer,
    Tag::Nav,
    Tag::Form,
    Tag::Figure,
    Tag::Table,
    Tag::Ul,
    Tag::Ol,
    Tag::P,
    Tag::Unknown,
];
const NEAR: usize = class::GROUPS + TAGS.len() + 1;
const LEVELS: usize = 4;
const LEVEL: usize = 6;
const TARGETS: usize = 4;
const TEXT: usize = 25;
const PLACE: usize = TARGETS + 8;
const POSITION: usize = 12;
const ABOUT: usize = 6;
const NEIGHBOUR: usize = 4;
const NEIGHBOURS: usize = 6;

/// Numbers a block.
pub const COUNT: usize = TEXT + NEAR + LEVELS * LEVEL + PLACE + POSITION + ABOUT + NEIGHBOUR * NEIGHBOURS + context::COUNT;

pub type Row = [f32; COUNT];

/// Sums over all blocks before each block.
struct Sums {
    words: Vec<u32>,
    bytes: Vec<u32>,
    links: Vec<u32>,
    mass: Vec<u32>,
    good: Vec<u32>,
}

impl Sums {
    fn new(blocks: &[Block]) -> Self {
        let n = blocks.len() + 1;
        let mut s = Sums { words: vec![0; n], bytes: vec![0; n], links: vec![0; n], mass: vec![0; n], good: vec![0; n] };
        for (i, b) in blocks.iter().enumerate() {
            let m = mass(b);
            s.words[i + 1] = s.words[i] + b.words;
            s.bytes[i + 1] = s.bytes[i] + b.bytes();
            s.links[i + 1] = s.links[i] + b.link_bytes;
            s.mass[i + 1] = s.mass[i] + m;
            s.good[i + 1] = s.good[i] + u32::from(m > 0);
        }
        s
    }

    fn of(list: &[u32], c: &Container) -> u32 {
        list[c.end_block as usize] - list[c.first_block as usize]
    }

    fn link_density(&self, c: &Container) -> f32 {
        Self::of(&self.links, c) as f32 / Self::of(&self.bytes, c).max(1) as f32
    }
}

/// Words of running text, capped; zero for anything else.
pub fn mass(b: &Block) -> u32 {
    if b.words >= GOOD_WORDS && b.link_density() < GOOD_LINK_DENSITY { b.words.min(MASS_CAP) } else { 0 }
}

/// What is known of a container from itself and its ancestors.
#[derive(Clone)]
struct Above {
    near: [u8; NEAR],
    /// Levels up to the nearest ancestor of each target.
    levels: [u8; TARGETS],
    /// Negative classes between the container and that ancestor of the best node.
    negatives: u8,
    /// The child of that ancestor on the way to the container.
    branch: ContainerId,
}

/// Shows the row of every block, in order, to `visit`; a page's rows are never held all at once, as they are ten times its text.
pub fn rows(page: &Blocks, metadata: &Metadata, mut visit: impl FnMut(&Row)) {
    let sums = Sums::new(&page.blocks);
    let total_mass = *sums.mass.last().unwrap_or(&0);
    let best = best(page, &sums);
    let targets = [best, dominant(page, &sums, 0.5), dominant(page, &sums, 0.75), dominant(page, &sums, 0.9)];
    let above = above(page, targets);
    let templates = templates(page);
    let siblings = siblings(page);
    let about = AboutPage::new(page, metadata);
    let first_heading = about.title_block.map(|t| t as i64);
    let phrases: Vec<[u8; phrase::GROUPS]> = page.blocks.iter().map(|b| phrase::count(page.text_of(b))).collect();
    let declared = metadata.types.iter().any(|t| is_article(t) || t == "og:article");
    let context = Context::new(page, &phrases, targets[1], [declared, metadata.published.is_some()]);
    let total_words = *sums.words.last().unwrap_or(&0);
    for (i, b) in page.blocks.iter().enumerate() {
        let mut row = Writer { row: [0.0; COUNT], at: 0 };
        text(page, b, &phrases[i], &mut row);
        let a = &above[b.owner as usize];
        a.near.iter().for_each(|n| row.push(f32::from(*n)));
        levels(page, b, &sums, total_mass, &siblings, &mut row);
        a.levels.iter().for_each(|n| row.push(f32::from(*n)));
        row.push(f32::from(a.negatives));
        let branch = &page.containers[a.branch as usize];
        let on_path = a.levels[0] == 0;
        row.push(if on_path { 1.0 } else { Sums::of(&sums.mass, branch) as f32 / total_mass.max(1) as f32 });
        row.push(if on_path { 0.0 } else { sums.link_density(branch) });
        row.push(if on_path { 0.0 } else { Sums::of(&sums.words, branch) as f32 });
        let t = templates.of(page, b);
        row.push(t.0 as f32 / total_mass.max(1) as f32);
        row.push(t.1 as f32);
        row.push(f32::from(page.containers[b.owner as usize].depth));
        row.push(f32::from(page.chain(b.owner).take(20).any(|c| page.containers[c as usize].hidden)));
        position(page, i, &sums, total_mass, total_words, first_heading, &mut row);
        about.push(page, i, &mut row);
        for offset in [-3i64, -2, -1, 1, 2, 3] {
            neighbour(page, i, offset, &phrases, &mut row);
        }
        context.push(page, &phrases, i, |number| row.push(number));
        debug_assert_eq!(row.at, COUNT);
        visit(&row.row);
    }
}

struct Writer {
    row: Row,
    at: usize,
}

impl Writer {
    fn push(&mut self, value: f32) {
        if let Some(cell) = self.row.get_mut(self.at) {
            *cell = value;
        }
        self.at += 1;
    }
}

fn kind_number(kind: Kind) -> f32 {
    match kind {
        Kind::Paragraph => 0.0,
        Kind::Quote => 1.0,
        Kind::Preformatted => 2.0,
        Kind::ListItem(_) => 3.0,
        Kind::Cell => 4.0,
        Kind::Caption => 5.0,
        Kind::Heading(level) => 5.0 + f32::from(level),
    }
}

fn text(page: &Blocks, b: &Block, phrases: &[u8; phrase::GROUPS], row: &mut Writer) {
    let text = page.text_of(b);
    let bytes = text.as_bytes();
    let length = bytes.len().max(1) as f32;
    let mut counts = [0u32; 6];
    let mut previous = b' ';
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b',' => counts[0] += 1,
            b'.' | b'!' | b'?' if bytes.get(i + 1).is_none_or(|n| *n == b' ' || *n == b'"') => counts[1] += 1,
            b'0'..=b'9' => counts[2] += 1,
            b'A'..=b'Z' => {
                counts[3] += 1;
                counts[4] += u32::from(previous == b' ');
            }
            b'|' | b'/' | b'>' | b'+' | b'#' => counts[5] += 1,
            _ => {}
        }
        previous = *byte;
    }
    let words = b.words.max(1) as f32;
    row.push(b.words as f32);
    row.push(length / words);
    row.push(b.link_density());
    row.push(b.bold_bytes as f32 / length);
    row.push(f32::from(b.links));
    row.push(counts[0] as f32 / words);
    row.push(counts[1] as f32);
    row.push(counts[2] as f32 / length);
    row.push(counts[3] as f32 / length);
    row.push(counts[4] as f32 / words);
    row.push(counts[5] as f32);
    row.push(kind_number(b.kind));
    row.push(match b.kind {
        Kind::ListItem(depth) => f32::from(depth),
        _ => 0.0,
    });
    row.push(last_class(text));
    row.push(first_class(text));
    row.push(match page.containers[b.owner as usize].tag {
        Tag::P => 2.0,
        Tag::Div | Tag::Section | Tag::Article => 1.0,
        _ => 0.0,
    });
    phrases.iter().for_each(|p| row.push(f32::from(*p)));
    let quotes = text.chars().take(400).filter(|c| matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '’')).count();
    row.push(quotes as f32);
    row.push(f32::from(mass(b) > 0));
}

fn last_class(text: &str) -> f32 {
    let mut tail = text.chars().rev();
    let mut last = tail.next().unwrap_or(' ');
    // Closing quotes and brackets hide the end of the sentence.
    while matches!(last, '"' | '”' | '’' | '“' | '»' | ')' | '\'' | ']') {
        match tail.next() {
            Some(c) => last = c,
            None => break,
        }
    }
    match last {
        '.' | '。' | '۔' | '।' => 5.0,
        '!' | '?' | '！' | '？' => 4.0,
        ':' | ';' | '：' => 3.0,
        '…' => 2.0,
        c if c.is_alphabetic() => 1.0,
        _ => 0.0,
    }
}

fn first_class(text: &str) -> f32 {
    match text.chars().next().unwrap_or(' ') {
        c if c.is_uppercase() => 4.0,
        c if c.is_lowercase() => 3.0,
        c if c.is_alphabetic() => 5.0,
        '"' | '“' | '„' | '«' | '‘' | '\'' => 2.0,
        c if c.is_numeric() => 1.0,
        _ => 0.0,
    }
}

fn best(page: &Blocks, sums: &Sums) -> ContainerId {
    let mut scores = vec![0.0f32; page.containers.len()];
    for b in &page.blocks {
        let hidden = page.containers[b.owner as usize].hidden;
        scores[b.owner as usize] += if hidden { 0.0 } else { mass(b) as f32 };
    }
    let mut best = (0.0f32, 0);
    for id in (0..page.containers.len()).rev() {
        let c = &page.containers[id];
        let mut score = scores[id] * (1.0 - sums.link_density(c));
        if c.mask & NEGATIVE != 0 && c.mask & class::BODY == 0 {
            score *= 0.4;
        }
        if c.mask & (class::COMMENT | class::CONSENT) != 0 && c.mask & class::BODY == 0 || c.hidden {
            score *= 0.3;
        }
        if c.mask & class::BODY != 0 {
            score *= 1.2;
        }
        // Of equal ones the outer, which comes later in this order: a wrapper around the only child.
        if score > best.0 {
            best = (score, id as ContainerId);
        }
        if id != 0 {
            scores[c.parent as usize] += score * DECAY;
        }
    }
    best.1
}

/// The deepest container that holds `share` of the page's mass.
fn dominant(page: &Blocks, sums: &Sums, share: f32) -> ContainerId {
    let need = (*sums.mass.last().unwrap_or(&0) as f32 * share).max(1.0);
    let mut here = 0;
    for (id, c) in page.containers.iter().enumerate().skip(1) {
        if c.parent == here && Sums::of(&sums.mass, c) as f32 >= need {
            here = id as ContainerId;
        }
    }
    here
}

fn above(page: &Blocks, targets: [ContainerId; TARGETS]) -> Vec<Above> {
    let mut on_path = vec![[false; TARGETS]; page.containers.len()];
    for (t, target) in targets.iter().enumerate() {
        page.chain(*target).for_each(|c| on_path[c as usize][t] = true);
    }
    let none = Above { near: [FAR; NEAR], levels: [0; TARGETS], negatives: 0, branch: 0 };
    let mut out: Vec<Above> = Vec::with_capacity(page.containers.len());
    for (id, c) in page.containers.iter().enumerate() {
        let mut a = if id == 0 { none.clone() } else { out[c.parent as usize].clone() };
        for n in &mut a.near {
            *n = (*n + 1).min(FAR);
        }
        for g in 0..class::GROUPS {
            if c.mask & (1 << g) != 0 {
                a.near[g] = 0;
            }
        }
        if let Some(t) = TAGS.iter().position(|t| *t == c.tag) {
            a.near[class::GROUPS + t] = 0;
        }
        if c.mask & NEGATIVE != 0 {
            a.near[NEAR - 1] = 0;
        }
        for (level, on) in a.levels.iter_mut().zip(on_path[id]) {
            *level = if on { 0 } else { level.saturating_add(1).min(30) };
        }
        if on_path[id][0] {
            a.negatives = 0;
            a.branch = id as ContainerId;
        } else {
            if a.levels[0] == 1 {
                a.branch = id as ContainerId;
            }
            a.negatives = a.negatives.saturating_add(u8::from(c.mask & NEGATIVE != 0));
        }
        out.push(a);
    }
    out
}

fn levels(page: &Blocks, b: &Block, sums: &Sums, total: u32, siblings: &FxHashMap<(u32, u64), u32>, row: &mut Writer) {
    let mut id = b.owner;
    for _ in 0..LEVELS {
        let c = &page.containers[id as usize];
        let blocks = (c.end_block - c.first_block).max(1) as f32;
        let words = Sums::of(&sums.words, c) as f32;
        row.push(sums.link_density(c));
        row.push(words);
        row.push(words / blocks);
        row.push(Sums::of(&sums.mass, c) as f32 / total.max(1) as f32);
        row.push(Sums::of(&sums.good, c) as f32);
        row.push(siblings.get(&(c.parent, c.template)).copied().unwrap_or(1) as f32);
        id = c.parent;
    }
}

fn siblings(page: &Blocks) -> FxHashMap<(u32, u64), u32> {
    let mut out = FxHashMap::default();
    for c in &page.containers {
        *out.entry((c.parent, c.template)).or_insert(0) += 1;
    }
    out
}

/// Mass and number of the blocks of each template: owner, its parent and grandparent by tag and class.
struct Templates {
    known: FxHashMap<u64, (u32, u32)>,
}

fn template_key(page: &Blocks, b: &Block) -> u64 {
    page.chain(b.owner).take(3).fold(7u64, |k, c| k.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(page.containers[c as usize].template))
}

fn templates(page: &Blocks) -> Templates {
    let mut known = FxHashMap::default();
    for b in &page.blocks {
        let entry = known.entry(template_key(page, b)).or_insert((0, 0));
        entry.0 += mass(b);
        entry.1 += 1;
    }
    Templates { known }
}

impl Templates {
    fn of(&self, page: &Blocks, b: &Block) -> (u32, u32) {
        self.known.get(&template_key(page, b)).copied().unwrap_or((0, 0))
    }
}

fn position(page: &Blocks, i: usize, sums: &Sums, total: u32, words: u32, heading: Option<i64>, row: &mut Writer) {
    let n = page.blocks.len().max(1) as f32;
    row.push(sums.mass[i] as f32 / total.max(1) as f32);
    row.push(1.0 - sums.mass[i + 1] as f32 / total.max(1) as f32);
    row.push(i as f32 / n);
    row.push(n);
    row.push(total as f32);
    row.push(words as f32);
    row.push(heading.map_or(-999.0, |h| i as f32 - h as f32));
    let window = |from: usize, to: usize| sums.mass[to.min(sums.mass.len() - 1)] - sums.mass[from];
    row.push(window(i.saturating_sub(5), i) as f32);
    row.push(window(i + 1, i + 6) as f32);
    let distance =
        |mut it: Box<dyn Iterator<Item = usize> + '_>| it.position(|j| mass(&page.blocks[j]) > 0).map_or(20.0, |p| p as f32 + 1.0);
    row.push(distance(Box::new((0..i).rev().take(20))));
    row.push(distance(Box::new((i + 1..page.blocks.len()).take(20))));
    let since = page.blocks[..i].iter().rev().take(30).position(|b| matches!(b.kind, Kind::Heading(_)));
    row.push(since.map_or(30.0, |s| s as f32));
}

fn neighbour(page: &Blocks, i: usize, offset: i64, phrases: &[[u8; phrase::GROUPS]], row: &mut Writer) {
    let at = i as i64 + offset;
    match usize::try_from(at).ok().and_then(|at| page.blocks.get(at).map(|b| (at, b))) {
        Some((at, b)) => {
            row.push(b.words as f32);
            row.push(b.link_density());
            row.push(kind_number(b.kind));
            row.push(f32::from(phrases[at].iter().take(2).sum::<u8>()) + if b.owner == page.blocks[i].owner { 0.5 } else { 0.0 });
        }
        None => (0..NEIGHBOUR).for_each(|_| row.push(-1.0)),
    }
}

/// What the page's declarations say about its blocks.
struct AboutPage {
    title: FxHashSet<u64>,
    description: FxHashSet<u64>,
    /// Hashes of three words in a row of the declared body.
    body: FxHashSet<u64>,
    authors: FxHashSet<u64>,
    repeats: FxHashMap<u64, u32>,
    title_block: Option<usize>,
}

fn word_hashes(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(hash_folded).collect()
}

fn hash_folded(word: &str) -> u64 {
    if word.is_ascii() && word.len() <= 32 {
        let mut lower = [0u8; 32];
        lower[..word.len()].copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        return xxh3_64(&lower[..word.len()]);
    }
    xxh3_64(word.to_lowercase().as_bytes())
}

fn triples(hashes: &[u64]) -> impl Iterator<Item = u64> + '_ {
    hashes.windows(3).map(|w| w[0].wrapping_mul(31).wrapping_add(w[1]).wrapping_mul(31).wrapping_add(w[2]))
}

fn share(of: &[u64], set: &FxHashSet<u64>) -> f32 {
    if of.is_empty() || set.is_empty() { 0.0 } else { of.iter().filter(|h| set.contains(h)).count() as f32 / of.len() as f32 }
}

impl AboutPage {
    fn new(page: &Blocks, metadata: &Metadata) -> Self {
        let mut repeats = FxHashMap::default();
        for b in &page.blocks {
            *repeats.entry(xxh3_64(page.text_of(b).as_bytes())).or_insert(0) += 1;
        }
        let body = metadata.body.as_deref().map(word_hashes).unwrap_or_default();
        Self {
            title: metadata.titles.iter().flat_map(|t| word_hashes(t)).collect(),
            description: metadata.description.as_deref().map(word_hashes).unwrap_or_default().into_iter().collect(),
            body: triples(&body).collect(),
            authors: metadata.authors.iter().flat_map(|a| word_hashes(&a.name)).collect(),
            repeats,
            title_block: title_block(page, metadata),
        }
    }

    fn push(&self, page: &Blocks, i: usize, row: &mut Writer) {
        let b = &page.blocks[i];
        let hashes = word_hashes(page.text_of(b));
        row.push(if b.words <= 60 { share(&hashes, &self.title) } else { 0.0 });
        row.push(share(&hashes, &self.description));
        row.push(if self.body.len() < 20 {
            -1.0
        } else {
            let (mut all, mut hit) = (0u32, 0u32);
            for t in triples(&hashes) {
                all += 1;
                hit += u32::from(self.body.contains(&t));
            }
            if all == 0 { -0.5 } else { hit as f32 / all as f32 }
        });
        row.push(if b.words <= 40 { share(&hashes, &self.authors) } else { 0.0 });
        row.push(self.repeats.get(&xxh3_64(page.text_of(b).as_bytes())).copied().unwrap_or(1) as f32);
        row.push(f32::from(self.title_block == Some(i)));
    }
}

/// The block that shows the headline: the first heading equal to it, else the first `h1`, else the first block equal to it.
pub fn title_block(page: &Blocks, metadata: &Metadata) -> Option<usize> {
    let titles = Titles::new(metadata);
    let equal = |b: &Block| titles.hold(page, b);
    let heading = page.blocks.iter().position(|b| matches!(b.kind, Kind::Heading(_)) && equal(b));
    heading.or_else(|| page.blocks.iter().position(|b| matches!(b.kind, Kind::Heading(1)))).or_else(|| page.blocks.iter().position(equal))
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
        b.words <= 60 && (b.bytes() as usize) <= 2 * self.longest + 20 && self.folded.contains(&folded(page.text_of(b)))
    }
}
