//! What stands above a block: the containers from the root down to its owner, each with what it is and what the ones above it are.
//!
//! Most of them stand above the next block too. So they are looked at when the walk over the blocks first comes into them, and forgotten
//! when it leaves them: what is known of a page's containers never takes more room than its depth.

use super::block::{Blocks, Container, ContainerId};
use super::class;
use super::context::{Items, is_article};
use super::feature::NEGATIVE;
use super::sums::Sums;
use super::tag::Tag;
use crate::clean::groups::Groups;

/// Ancestors farther away than this count as none.
const FAR: u8 = 15;
/// Hidden ancestors are looked for so far up.
const HIDDEN: u8 = 20;
/// Targets are as far away at most.
const FARTHEST: u8 = 30;

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
pub const NEAR: usize = class::GROUPS + TAGS.len() + 1;
pub const TARGETS: usize = 4;
/// Numbers of one level.
pub const LEVEL: usize = 6;

/// A container with what is known of it and of its ancestors.
#[derive(Clone, Copy)]
pub struct Step {
    id: ContainerId,
    /// Levels up to the nearest container of each class group, of each of [`TAGS`], and of any negative class; [`FAR`] when there is none.
    pub near: [u8; NEAR],
    /// Levels up to the nearest container above each target.
    pub targets: [u8; TARGETS],
    /// Negative classes between the container and the one above the first target.
    pub negatives: u8,
    /// The child of that one on the way to the container.
    pub branch: ContainerId,
    /// Levels up to the nearest hidden one.
    hidden: u8,
    /// The nearest container that is one of several like siblings, and how many they are.
    pub item: (ContainerId, u32),
    /// The outermost article, and which one of the page it is, from 1; zeros outside of them.
    pub article: (ContainerId, u16),
    /// Link density, words, words a block, share of the page's mass, blocks of running text, like siblings.
    pub level: [f32; LEVEL],
}

impl Step {
    /// Above the root.
    const NONE: Step = Step {
        id: 0,
        near: [FAR; NEAR],
        targets: [0; TARGETS],
        negatives: 0,
        branch: 0,
        hidden: HIDDEN,
        item: (0, 0),
        article: (0, 0),
        level: [0.0; LEVEL],
    };

    pub fn is_hidden(&self) -> bool {
        self.hidden < HIDDEN
    }
}

pub struct Path<'p> {
    page: &'p Blocks,
    sums: &'p Sums,
    siblings: &'p Groups,
    items: &'p Items,
    /// The containers from the root down to each target.
    targets: [Vec<ContainerId>; TARGETS],
    steps: Vec<Step>,
    /// Articles that the walk came into.
    articles: u16,
    /// Those to come, the owner first.
    new: Vec<ContainerId>,
}

impl<'p> Path<'p> {
    pub fn new(page: &'p Blocks, sums: &'p Sums, siblings: &'p Groups, items: &'p Items, targets: [ContainerId; TARGETS]) -> Self {
        let down = |target: ContainerId| {
            let mut chain: Vec<ContainerId> = page.chain(target).collect();
            chain.reverse();
            chain
        };
        Self { page, sums, siblings, items, targets: targets.map(down), steps: Vec::with_capacity(64), articles: 0, new: Vec::new() }
    }

    /// Goes to the owner of the next block.
    pub fn go(&mut self, owner: ContainerId) {
        let page = self.page;
        let depth = |c: ContainerId| page.containers[c as usize].depth as usize;
        let stays = |steps: &[Step], c: ContainerId| steps.get(depth(c)).is_some_and(|s| s.id == c);
        let above = page.chain(owner).find(|c| stays(&self.steps, *c));
        self.steps.truncate(above.map_or(0, |c| depth(c) + 1));
        self.new.clear();
        self.new.extend(page.chain(owner).take_while(|c| Some(*c) != above));
        while let Some(id) = self.new.pop() {
            let step = self.step(id, self.owner());
            self.articles = self.articles.max(step.article.1);
            self.steps.push(step);
        }
    }

    /// The owner and the containers above it, the nearest first; behind the root comes the root again.
    pub fn up(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().rev().chain(std::iter::repeat(self.steps.first().unwrap_or(&Step::NONE)))
    }

    pub fn owner(&self) -> &Step {
        self.steps.last().unwrap_or(&Step::NONE)
    }

    fn step(&self, id: ContainerId, parent: &Step) -> Step {
        let c = &self.page.containers[id as usize];
        let negative = c.mask & NEGATIVE != 0;
        let mut out = Step { id, hidden: if c.hidden { 0 } else { parent.hidden.saturating_add(1) }, ..*parent };
        out.near.iter_mut().for_each(|n| *n = (*n + 1).min(FAR));
        mark(c, negative, &mut out.near);
        for (levels, path) in out.targets.iter_mut().zip(&self.targets) {
            *levels = if path.get(c.depth as usize) == Some(&id) { 0 } else { (*levels + 1).min(FARTHEST) };
        }
        if out.targets[0] == 0 {
            (out.negatives, out.branch) = (0, id);
        } else {
            if out.targets[0] == 1 {
                out.branch = id;
            }
            out.negatives = out.negatives.saturating_add(u8::from(negative));
        }
        if let Some(count) = self.items.count(c, self.siblings.of[id as usize]) {
            out.item = (id, count);
        }
        if id != 0 && out.article.0 == 0 && is_article(c, self.sums) {
            out.article = (id, self.articles.saturating_add(1));
        }
        out.level = self.level(id, c);
        out
    }

    fn level(&self, id: ContainerId, c: &Container) -> [f32; LEVEL] {
        let blocks = (c.end_block - c.first_block).max(1) as f32;
        let words = self.sums.of(c, |s| s.words) as f32;
        [
            self.sums.link_density(c),
            words,
            words / blocks,
            self.sums.of(c, |s| s.mass) as f32 / self.sums.all().mass.max(1) as f32,
            self.sums.of(c, |s| s.good) as f32,
            self.siblings.size_of(id as usize) as f32,
        ]
    }
}

/// What the container itself is, is no level away.
fn mark(c: &Container, negative: bool, near: &mut [u8; NEAR]) {
    let mut groups = c.mask;
    while groups != 0 {
        if let Some(near) = near.get_mut(groups.trailing_zeros() as usize) {
            *near = 0;
        }
        groups &= groups - 1;
    }
    let tag = PLACES[c.tag as usize] as usize;
    if tag < TAGS.len() {
        near[class::GROUPS + tag] = 0;
    }
    if negative {
        near[NEAR - 1] = 0;
    }
}

/// Of each tag its place in [`TAGS`].
const PLACES: [u8; Tag::COUNT] = {
    let mut places = [u8::MAX; Tag::COUNT];
    let mut at = 0;
    while at < TAGS.len() {
        places[TAGS[at] as usize] = at as u8;
        at += 1;
    }
    places
};
