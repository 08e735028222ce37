//! What the choice of blocks looks at: numbers about each block, its text, its place in the tree, its neighbours and the page's own
//! description of itself. All of them come from prefix sums over the blocks and one pass from parents to children over the containers.

use super::about::{self, AboutPage};
use super::above::{LEVEL, NEAR, Path, TARGETS};
use super::block::{Block, Blocks, Container, ContainerId, Kind, Short};
use super::class::{self, Mask};
use super::context::{self, Context, Items, Known, LongWords, negative_above};
use super::phrase;
use super::sums::{Sums, mass};
use super::tag::Tag;
use crate::clean::groups::Groups;
use crate::clean::metadata::Metadata;
use crate::clean::metadata::json_ld::is_article;
use xxhash_rust::xxh3::xxh3_64;

/// What a container gets of its children's score, level by level.
const DECAY: f32 = 0.55;

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

const LEVELS: usize = 4;
const TEXT: usize = 25;
const PLACE: usize = TARGETS + 8;
const POSITION: usize = 12;
const NEIGHBOUR: usize = 4;
const NEIGHBOURS: usize = 6;

/// Numbers a block.
pub const COUNT: usize = TEXT + NEAR + LEVELS * LEVEL + PLACE + POSITION + about::COUNT + NEIGHBOUR * NEIGHBOURS + context::COUNT;

pub type Row = [f32; COUNT];

/// Shows the row of every block, in order, to `visit`; a page's rows are never held all at once, as they are ten times its text.
pub fn rows(page: &Blocks, metadata: &Metadata, title_block: Option<usize>, mut visit: impl FnMut(usize, &Row)) {
    // Before all that stays: a page of many blocks needs its room most while they are put into groups.
    let (siblings, texts, owners, templates) = (siblings(page), texts(page), owners(page), Templates::new(page));
    let phrases: Vec<[u8; phrase::GROUPS]> = page.blocks.iter().map(|b| phrase::count(page.text_of(b))).collect();
    let sums = Sums::new(page, &phrases, &negative_above(page));
    let total_mass = sums.all().mass;
    let best = best(page, &sums);
    let targets = [best, dominant(page, &sums, 0.5), dominant(page, &sums, 0.75), dominant(page, &sums, 0.9)];
    let steps = Near::new(&page.blocks);
    let mut long = LongWords::with_capacity(page);
    let about = AboutPage::new(page, metadata, title_block, &mut long);
    let first_heading = title_block.map(|t| t as i64);
    let declared = metadata.types.iter().any(|t| is_article(t) || t == "og:article");
    let known = Known { phrases: &phrases, sums: &sums, texts: &texts, owners: &owners };
    let context = Context::new(page, known, long, targets[1], [declared, metadata.has_machine_date()]);
    let items = Items::new(page, &siblings);
    let mut path = Path::new(page, &sums, &siblings, &items, targets);
    let mut around = Around::new(page, &phrases);
    let mut row = Writer::<COUNT>::new();
    for (i, b) in page.blocks.iter().enumerate() {
        row.at = 0;
        path.go(b.owner);
        let above = path.owner();
        row.fill(text(page, b, &phrases[i]));
        row.fill(above.near.map(f32::from));
        path.up().take(LEVELS).for_each(|step| row.fill(step.level));
        row.fill(above.targets.map(f32::from));
        row.push(f32::from(above.negatives));
        let branch = &page.containers[above.branch as usize];
        let on_path = above.targets[0] == 0;
        row.push(if on_path { 1.0 } else { sums.of(branch, |s| s.mass) as f32 / total_mass.max(1) as f32 });
        row.push(if on_path { 0.0 } else { sums.link_density(branch) });
        row.push(if on_path { 0.0 } else { sums.of(branch, |s| s.words) as f32 });
        let t = templates.of(i);
        row.push(t.0 as f32 / total_mass.max(1) as f32);
        row.push(t.1 as f32);
        row.push(f32::from(page.containers[b.owner as usize].depth));
        row.push(f32::from(above.is_hidden()));
        row.fill(position(page, i, &sums, &steps, first_heading));
        row.fill(about.numbers(i, texts.size_of(i)));
        around.go(i);
        for distance in [-3, -2, -1, 1, 2, 3] {
            row.fill(around.at(distance, b.owner));
        }
        row.fill(context.numbers(page, known, i, above));
        debug_assert!(row.is_full());
        visit(i, &row.row);
    }
}

/// Blocks by their text.
pub(super) fn texts(page: &Blocks) -> Groups<Short> {
    Groups::new(page.blocks.len(), page.blocks.iter().map(|b| xxh3_64(page.text_of(b).as_bytes())))
}

/// Blocks by how their owner and its parent are built.
pub(super) fn owners(page: &Blocks) -> Groups<Short> {
    let key = |b: &Block| {
        let owner = &page.containers[b.owner as usize];
        owner.template.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ page.containers[owner.parent as usize].template
    };
    Groups::new(page.blocks.len(), page.blocks.iter().map(key))
}

/// Containers that are built as others of the same parent are.
pub(super) fn siblings(page: &Blocks) -> Groups {
    let key = |c: &Container| c.template ^ u64::from(c.parent).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Groups::new(page.containers.len(), page.containers.iter().map(key))
}

/// Numbers one behind the other.
pub(super) struct Writer<const N: usize> {
    pub row: [f32; N],
    at: usize,
}

impl<const N: usize> Writer<N> {
    #[inline(always)]
    pub fn new() -> Self {
        Self { row: [0.0; N], at: 0 }
    }

    pub fn is_full(&self) -> bool {
        self.at == N
    }

    #[inline(always)]
    pub fn push(&mut self, value: f32) {
        if let Some(cell) = self.row.get_mut(self.at) {
            *cell = value;
        }
        self.at += 1;
    }

    #[inline(always)]
    pub fn fill<const M: usize>(&mut self, values: [f32; M]) {
        if let Some(cells) = self.row.get_mut(self.at..self.at + M) {
            cells.copy_from_slice(&values);
        }
        self.at += M;
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

fn text(page: &Blocks, b: &Block, phrases: &[u8; phrase::GROUPS]) -> [f32; TEXT] {
    // On its own: numbers that are pushed through a reference are counted in memory.
    let mut row = Writer::<TEXT>::new();
    let text = page.text_of(b);
    let bytes = text.as_bytes();
    let length = bytes.len().max(1) as f32;
    let counts = Counts::of(bytes);
    let words = b.words.max(1) as f32;
    row.push(b.words as f32);
    row.push(length / words);
    row.push(b.link_density());
    row.push(b.bold_bytes as f32 / length);
    row.push(f32::from(b.links));
    row.push(counts.commas as f32 / words);
    row.push(counts.ends as f32);
    row.push(counts.digits as f32 / length);
    row.push(counts.capitals as f32 / length);
    row.push(counts.capitalised as f32 / words);
    row.push(counts.symbols as f32);
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
    row.push(quotes(text) as f32);
    row.push(f32::from(mass(b) > 0));
    debug_assert!(row.is_full());
    row.row
}

/// How many quotation marks stand among the first characters: ", “, ”, „, ’, « and ».
fn quotes(text: &str) -> usize {
    const FIRST: usize = 400;
    let end = if text.len() <= FIRST { text.len() } else { text.char_indices().nth(FIRST).map_or(text.len(), |(at, _)| at) };
    let bytes = &text.as_bytes()[..end];
    let is_mark = |at: &usize| matches!(bytes[*at..], [b'"', ..] | [0xc2, 0xab | 0xbb, ..] | [0xe2, 0x80, 0x99 | 0x9c..=0x9e, ..]);
    memchr::memchr3_iter(b'"', 0xc2, 0xe2, bytes).filter(is_mark).count()
}

/// Bytes of a block by kind.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    commas: u32,
    /// Full stops, exclamation and question marks before a space, a quotation mark or the end.
    ends: u32,
    digits: u32,
    capitals: u32,
    /// Capitals after a space, or at the begin.
    capitalised: u32,
    symbols: u32,
}

/// Bytes that are looked at at once: every processor has registers of so many.
const LANES: usize = 16;

impl Counts {
    /// One pass without branches: this is asked of every block of a page.
    fn of(bytes: &[u8]) -> Self {
        let mut out = Counts::default();
        // A lane holds the count of 255 bytes.
        for (n, part) in bytes.chunks(LANES * 255).enumerate() {
            let before = (n * LANES * 255).checked_sub(1).map_or(b' ', |at| bytes[at]);
            out.add(part, before);
        }
        out.ends += u32::from(matches!(bytes, [.., b'.' | b'!' | b'?']));
        out
    }

    fn add(&mut self, part: &[u8], mut before: u8) {
        let mut lanes = [[0u8; LANES]; 6];
        let (whole, rest) = part.as_chunks::<LANES>();
        for bytes in whole {
            let mut left = [before; LANES];
            left[1..].copy_from_slice(&bytes[..LANES - 1]);
            count(bytes, &left, &mut lanes);
            before = bytes[LANES - 1];
        }
        if !rest.is_empty() {
            // Zeros are of no kind.
            let (mut bytes, mut left) = ([0; LANES], [before; LANES]);
            bytes[..rest.len()].copy_from_slice(rest);
            left[1..].copy_from_slice(&bytes[..LANES - 1]);
            count(&bytes, &left, &mut lanes);
        }
        let sums = lanes.map(|lanes| lanes.iter().map(|n| u32::from(*n)).sum::<u32>());
        let kinds = [&mut self.commas, &mut self.digits, &mut self.capitals, &mut self.symbols, &mut self.ends, &mut self.capitalised];
        kinds.into_iter().zip(sums).for_each(|(kind, sum)| *kind += sum);
    }
}

/// Adds to each lane what its byte is; `left`: the bytes before them.
#[inline(always)]
fn count(bytes: &[u8; LANES], left: &[u8; LANES], [commas, digits, capitals, symbols, ends, capitalised]: &mut [[u8; LANES]; 6]) {
    for n in 0..LANES {
        let (byte, left) = (bytes[n], left[n]);
        let is = |byte: u8, of: u8| u8::from(byte == of);
        let capital = u8::from(byte.wrapping_sub(b'A') < 26);
        commas[n] += is(byte, b',');
        digits[n] += u8::from(byte.wrapping_sub(b'0') < 10);
        capitals[n] += capital;
        symbols[n] += is(byte, b'|') | is(byte, b'/') | is(byte, b'>') | is(byte, b'+') | is(byte, b'#');
        ends[n] += (is(left, b'.') | is(left, b'!') | is(left, b'?')) & (is(byte, b' ') | is(byte, b'"'));
        capitalised[n] += capital & is(left, b' ');
    }
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
        let mut score = scores[id];
        if score > 0.0 {
            score *= 1.0 - sums.link_density(c);
        }
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
    let need = (sums.all().mass as f32 * share).max(1.0);
    let mut here = 0;
    for (id, c) in page.containers.iter().enumerate().skip(1) {
        if c.parent == here && sums.of(c, |s| s.mass) as f32 >= need {
            here = id as ContainerId;
        }
    }
    here
}

/// Mass and number of the blocks of each template: owner, its parent and grandparent by tag and class.
struct Templates {
    blocks: Groups<Short>,
    masses: Vec<u32>,
}

impl Templates {
    fn new(page: &Blocks) -> Self {
        let key = |b: &Block| {
            let chain = page.chain(b.owner).take(3);
            chain.fold(7u64, |k, c| k.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(page.containers[c as usize].template))
        };
        let blocks = Groups::new(page.blocks.len(), page.blocks.iter().map(key));
        let mut masses = vec![0; blocks.sizes.len()];
        page.blocks.iter().zip(&blocks.of).for_each(|(b, group)| masses[*group as usize] += mass(b));
        Templates { blocks, masses }
    }

    fn of(&self, block: usize) -> (u32, u32) {
        (self.masses[self.blocks.of[block] as usize], self.blocks.size_of(block))
    }
}

/// Steps from each block to the nearest ones that matter, up to a bound.
struct Near {
    /// Back and on to running text, at most 20 blocks away.
    text_before: Vec<u8>,
    text_after: Vec<u8>,
    /// Blocks since the last heading, at most 30.
    heading: Vec<u8>,
}

impl Near {
    fn new(blocks: &[Block]) -> Self {
        const TEXT: u8 = 20;
        const HEADING: u8 = 30;
        let (mut text, mut heading) = (TEXT, HEADING);
        let mut out = Near {
            text_before: Vec::with_capacity(blocks.len()),
            text_after: vec![TEXT; blocks.len()],
            heading: Vec::with_capacity(blocks.len()),
        };
        for b in blocks {
            out.text_before.push(text);
            out.heading.push(heading);
            text = if mass(b) > 0 { 1 } else { (text + 1).min(TEXT) };
            heading = if matches!(b.kind, Kind::Heading(_)) { 0 } else { (heading + 1).min(HEADING) };
        }
        let mut text = TEXT;
        for (after, b) in out.text_after.iter_mut().zip(blocks).rev() {
            *after = text;
            text = if mass(b) > 0 { 1 } else { (text + 1).min(TEXT) };
        }
        out
    }
}

fn position(page: &Blocks, i: usize, sums: &Sums, near: &Near, heading: Option<i64>) -> [f32; POSITION] {
    let total = sums.all().mass;
    let n = page.blocks.len().max(1) as f32;
    [
        sums.before(i).mass as f32 / total.max(1) as f32,
        1.0 - sums.before(i + 1).mass as f32 / total.max(1) as f32,
        i as f32 / n,
        n,
        total as f32,
        sums.all().words as f32,
        heading.map_or(-999.0, |h| i as f32 - h as f32),
        sums.between(i.saturating_sub(5), i, |s| s.mass) as f32,
        sums.between(i + 1, i + 6, |s| s.mass) as f32,
        f32::from(near.text_before[i]),
        f32::from(near.text_after[i]),
        f32::from(near.heading[i]),
    ]
}

/// What a block is to those beside it: words, link density, kind, prompts and rights; and its owner.
type Beside = ([f32; NEIGHBOUR], ContainerId);

/// The blocks beside the one that is looked at, three on each side.
struct Around<'p> {
    page: &'p Blocks,
    phrases: &'p [[u8; phrase::GROUPS]],
    /// By the last bits of their place.
    window: [Option<Beside>; 8],
    at: usize,
}

impl<'p> Around<'p> {
    const SIDE: usize = NEIGHBOURS / 2;

    fn new(page: &'p Blocks, phrases: &'p [[u8; phrase::GROUPS]]) -> Self {
        let mut out = Self { page, phrases, window: [None; 8], at: 0 };
        (0..Self::SIDE).for_each(|at| out.see(at));
        out
    }

    fn see(&mut self, at: usize) {
        self.window[at % 8] = self.page.blocks.get(at).map(|b| {
            let said = f32::from(self.phrases[at].iter().take(2).sum::<u8>());
            ([b.words as f32, b.link_density(), kind_number(b.kind), said], b.owner)
        });
    }

    /// Goes on to the next block.
    fn go(&mut self, at: usize) {
        self.see(at + Self::SIDE);
        self.at = at;
    }

    /// The numbers of a block so far away.
    fn at(&self, distance: isize, owner: ContainerId) -> [f32; NEIGHBOUR] {
        match self.window[self.at.wrapping_add_signed(distance) % 8] {
            Some(([words, density, kind, said], own)) => [words, density, kind, if own == owner { said + 0.5 } else { said }],
            None => [-1.0; NEIGHBOUR],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_by_kind() {
        let text = "Rain, at 5. \"Snow!\" A|B Ice. ";
        let c = Counts::of(text.as_bytes());
        assert_eq!((c.commas, c.ends, c.digits, c.capitals, c.capitalised, c.symbols), (1, 3, 1, 5, 3, 1));
        // Longer than what one round holds.
        let c = Counts::of("Aa. ".repeat(1000).as_bytes());
        assert_eq!((c.ends, c.capitals, c.capitalised), (1000, 1000, 1000));
        assert_eq!(Counts::of(b"end.").ends, 1);
    }

    #[test]
    fn quotation_marks_are_counted_in_the_first_characters() {
        assert_eq!(quotes("\"a\" “b” „c‟ «d» e’s é – —"), 8);
        assert_eq!(quotes(&format!("{}”", "é".repeat(399))), 1);
        assert_eq!(quotes(&format!("{}”", "é".repeat(400))), 0);
    }
}
