//! Sums over all blocks before each block. A sum over a container is a difference of two of them, so that a number costs the same for any
//! size of page.

use super::block::{Block, Blocks, Container, Kind};
use super::phrase;

/// A block of running text has this many words and less than this share of them in links.
const GOOD_WORDS: u32 = 12;
const GOOD_LINK_DENSITY: f32 = 0.35;
/// Longer blocks weigh no more: one long comment must not outweigh an article.
const MASS_CAP: u32 = 150;
/// A block with more of its text in a link is that link.
const LINKED: f32 = 0.8;

/// Phrases that are summed up.
pub const PHRASES: [u8; 5] = [phrase::PROMPT, phrase::RIGHTS, phrase::READERS, phrase::ABOUT, phrase::CONSENT];

/// Of one block, or of all before it. A page has fewer than 65,536 blocks: numbers of blocks take two bytes.
#[derive(Clone, Copy, Default)]
pub struct Sum {
    pub words: u32,
    pub bytes: u32,
    pub link_bytes: u32,
    pub mass: u32,
    /// Blocks of running text.
    pub good: u16,
    pub headings: u16,
    /// Blocks that are one link.
    pub linked: u16,
    /// Blocks in containers of a negative class.
    pub negative: u16,
    /// These may go round; their differences are right as long as a container has fewer than 65,536 phrases of a group.
    pub phrases: [u16; PHRASES.len()],
}

/// A number that is summed up.
pub trait Number: Copy {
    /// What is added on the way from `before`.
    fn since(self, before: Self) -> u32;
}

impl Number for u32 {
    #[inline]
    fn since(self, before: Self) -> u32 {
        self - before
    }
}

impl Number for u16 {
    #[inline]
    fn since(self, before: Self) -> u32 {
        u32::from(self.wrapping_sub(before))
    }
}

pub struct Sums {
    /// One more than blocks: the last holds the sum of all.
    before: Vec<Sum>,
}

impl Sums {
    /// `negative` tells of each container whether it is, or lies in one, of a negative class.
    pub fn new(page: &Blocks, phrases: &[[u8; phrase::GROUPS]], negative: &[bool]) -> Self {
        let mut before = Vec::with_capacity(page.blocks.len() + 1);
        let mut sum = Sum::default();
        for (b, said) in page.blocks.iter().zip(phrases) {
            before.push(sum);
            let mass = mass(b);
            sum.words += b.words;
            sum.bytes += b.bytes();
            sum.link_bytes += b.link_bytes;
            sum.mass += mass;
            sum.good += u16::from(mass > 0);
            sum.headings += u16::from(matches!(b.kind, Kind::Heading(_)));
            sum.linked += u16::from(b.link_density() > LINKED);
            sum.negative += u16::from(negative[b.owner as usize]);
            sum.phrases.iter_mut().zip(PHRASES).for_each(|(sum, group)| *sum = sum.wrapping_add(u16::from(said[group as usize])));
        }
        before.push(sum);
        Self { before }
    }

    /// Of all blocks before the one at `at`; of all there are behind the last one.
    #[inline]
    pub fn before(&self, at: usize) -> &Sum {
        &self.before[at.min(self.before.len() - 1)]
    }

    #[inline]
    pub fn all(&self) -> &Sum {
        self.before(usize::MAX)
    }

    /// One number of a container's blocks.
    #[inline]
    pub fn of<N: Number>(&self, c: &Container, number: impl Fn(&Sum) -> N) -> u32 {
        self.between(c.first_block as usize, c.end_block as usize, number)
    }

    /// One number of the blocks from `from` to before `to`.
    #[inline]
    pub fn between<N: Number>(&self, from: usize, to: usize, number: impl Fn(&Sum) -> N) -> u32 {
        number(self.before(to)).since(number(self.before(from)))
    }

    #[inline]
    pub fn link_density(&self, c: &Container) -> f32 {
        self.of(c, |s| s.link_bytes) as f32 / self.of(c, |s| s.bytes).max(1) as f32
    }
}

/// Words of running text, capped; zero for anything else.
#[inline]
pub fn mass(b: &Block) -> u32 {
    if b.words >= GOOD_WORDS && b.link_density() < GOOD_LINK_DENSITY { b.words.min(MASS_CAP) } else { 0 }
}
