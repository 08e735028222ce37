//! How two samples overlap: how much of which text the other holds, where the match begins, and how dense it is.

use super::table::HASH_BITS;
use super::texts::Doc;
use crate::article::envelope::Fingerprint;

/// How much of the other text a fuller version covers, and how much longer than that it is.
const FULLER_COVERS: f64 = 0.8;
const FULLER_LENGTH: f64 = 1.25;

/// How two samples overlap.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Overlap {
    /// Hashes of this text, of the other, of both.
    pub this: u32,
    pub other: u32,
    pub both: u32,
    /// Where in the longer text the match begins, and where in the shorter one, 0 to 1.
    pub head: f64,
    pub shorter_head: f64,
    /// Where it ends in the longer text, and where in the shorter one.
    pub tail: f64,
    pub shorter_tail: f64,
    /// What both were sampled at.
    pub rate: u8,
    /// Figures of the text that has fewer, and how many of them the other one has, too.
    pub figures: u32,
    pub same_figures: u32,
    /// How dense the match is between its first and its last hash, in the text where it is denser.
    pub density: f64,
}

impl Overlap {
    pub fn containment(&self) -> f64 {
        ratio(self.both, self.this)
    }

    pub fn covered(&self) -> f64 {
        ratio(self.both, self.other)
    }

    pub fn jaccard(&self) -> f64 {
        ratio(self.both, self.this + self.other - self.both)
    }

    /// Whether this text holds nearly all of the other and says at least a quarter more.
    pub fn is_fuller(&self) -> bool {
        self.covered() >= FULLER_COVERS && f64::from(self.this) >= FULLER_LENGTH * f64::from(self.other)
    }

    /// Shingles of the shorter text, by the rate.
    pub fn shorter_shingles(&self) -> u32 {
        self.this.min(self.other).checked_shl(u32::from(self.rate)).unwrap_or(u32::MAX)
    }

    /// Where the match begins in the longer text; in both, when they are of about one length.
    pub fn begins(&self) -> f64 {
        let (short, long) = (self.this.min(self.other), self.this.max(self.other));
        if long * 2 < short * 3 { self.heads() } else { self.head }
    }

    /// Where the match begins, in the text where it begins later.
    pub fn heads(&self) -> f64 {
        self.head.max(self.shorter_head)
    }

    /// Where the match ends, in the text where it ends earlier.
    pub fn tails(&self) -> f64 {
        self.tail.min(self.shorter_tail)
    }

    /// How much of the longer text the match is.
    pub fn of_longer(&self) -> f64 {
        ratio(self.both, self.this.max(self.other))
    }

    /// Containment of the shorter text in the longer.
    pub fn of_shorter(&self) -> f64 {
        ratio(self.both, self.this.min(self.other))
    }
}

pub(super) fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// A page's sample, ready to be compared with many.
pub(super) struct Page<'a> {
    print: &'a Fingerprint,
    common: u128,
    /// Open addressing: place in the sample + 1, 0 = free.
    slots: [u8; SLOTS],
}

const SLOTS: usize = 1 << 9;
/// Places that the bit sets of a sample have. `SAMPLE` fits; what a damaged record has beyond is left out.
const BITS: usize = u128::BITS as usize;

impl<'a> Page<'a> {
    pub fn new(print: &'a Fingerprint, common: u128) -> Self {
        let mut page = Page { print, common, slots: [0; SLOTS] };
        for (i, hash) in print.sample.iter().enumerate().take(BITS) {
            let mut slot = slot(*hash);
            while page.slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            page.slots[slot] = i as u8 + 1;
        }
        page
    }

    fn place(&self, hash: u64) -> Option<usize> {
        let mut slot = slot(hash);
        while self.slots[slot] != 0 {
            let at = usize::from(self.slots[slot]) - 1;
            if self.print.sample[at] == hash {
                return Some(at);
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }

    /// The overlap with a text, at the rate that both have. `whole`: also what is not the stories' own.
    pub fn overlap(&self, doc: &Doc<'_>, whole: bool) -> Overlap {
        let rate = u32::from(self.print.rate.max(doc.rate()));
        let common = if whole { 0 } else { self.common };
        let theirs = if whole { 0 } else { doc.common() };
        let mut matched: u128 = 0;
        let mut ignored = common;
        let mut other = Side::default();
        for (i, hash) in doc.hashes().enumerate().filter(|(_, h)| h.trailing_zeros() >= rate) {
            let place = self.place(hash);
            let their_own = theirs >> i.min(BITS - 1) & 1 == 0;
            match place {
                Some(at) if common >> at & 1 == 1 => {}
                Some(at) if their_own => {
                    matched |= 1 << at;
                    other.see(true);
                }
                Some(at) => ignored |= 1 << at,
                None if their_own => other.see(false),
                None => {}
            }
        }
        let mut this = Side::default();
        for (i, _) in self.print.sample.iter().enumerate().filter(|(_, h)| h.trailing_zeros() >= rate) {
            if ignored >> i.min(BITS - 1) & 1 == 0 {
                this.see(matched >> i.min(BITS - 1) & 1 == 1);
            }
        }
        let (longer, shorter) = if this.seen >= other.seen { (&this, &other) } else { (&other, &this) };
        Overlap {
            this: this.seen,
            other: other.seen,
            both: this.matched,
            head: longer.head(),
            shorter_head: shorter.head(),
            tail: longer.tail(),
            shorter_tail: shorter.tail(),
            rate: rate as u8,
            figures: self.print.figures.count_ones().min(doc.figures().count_ones()),
            same_figures: (self.print.figures & doc.figures()).count_ones(),
            density: this.density().max(other.density()),
        }
    }
}

fn slot(hash: u64) -> usize {
    (hash >> (HASH_BITS - 9)) as usize % SLOTS
}

/// One text's side of an overlap.
#[derive(Default)]
struct Side {
    seen: u32,
    matched: u32,
    first: u32,
    last: u32,
}

impl Side {
    fn see(&mut self, matched: bool) {
        if matched {
            if self.matched == 0 {
                self.first = self.seen;
            }
            self.last = self.seen;
            self.matched += 1;
        }
        self.seen += 1;
    }

    fn head(&self) -> f64 {
        ratio(self.first, self.seen)
    }

    fn tail(&self) -> f64 {
        if self.matched == 0 { 0.0 } else { ratio(self.last + 1, self.seen) }
    }

    fn density(&self) -> f64 {
        if self.matched == 0 { 0.0 } else { ratio(self.matched, self.last - self.first + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::{Incarnation, Text, pack};
    use super::super::texts::Texts;
    use super::*;
    use crate::article::envelope::AddressKey;
    use crate::dedup::fingerprint::fingerprint;

    fn print(ranges: &[(usize, usize)]) -> Fingerprint {
        let words: Vec<String> = ranges.iter().flat_map(|&(a, b)| (a..b).map(|i| format!("w{i}"))).collect();
        fingerprint(None, &words.join(" "))
    }

    fn texts(print: &Fingerprint, common: u128) -> Texts {
        let owner = AddressKey(1);
        let sample = pack(&print.sample);
        let root = Incarnation { key: owner, number: 0 };
        let mut texts = Texts::default();
        texts.push(&Text {
            time: 0,
            owner,
            root,
            site: 0,
            language: String::new(),
            replaces: None,
            body_hash: 0,
            figures: 0,
            rate: print.rate,
            common,
            sample,
        });
        texts
    }

    #[test]
    fn containment_head_and_density() {
        let (head, whole) = (print(&[(0, 36)]), print(&[(0, 64)]));
        let texts = texts(&whole, 0);
        let o = Page::new(&head, 0).overlap(&texts.get(0).unwrap(), false);
        assert_eq!((o.this, o.other, o.both, o.rate), (32, 60, 32, 0));
        assert_eq!((o.containment(), o.covered(), o.jaccard(), o.of_shorter()), (1.0, 32.0 / 60.0, 32.0 / 60.0, 1.0));
        assert_eq!((o.head, o.shorter_head, o.density), (0.0, 0.0, 1.0));
        assert_eq!((o.tail, o.shorter_tail), (32.0 / 60.0, 1.0));
        let tail = Page::new(&print(&[(200, 220), (36, 64)]), 0).overlap(&texts.get(0).unwrap(), false);
        assert_eq!((tail.both, tail.head), (24, 36.0 / 60.0));
        let gaps = Page::new(&print(&[(0, 16), (300, 312), (16, 32)]), 0).overlap(&texts.get(0).unwrap(), false);
        assert!(gaps.density > 0.8, "the longer text has no gap: {}", gaps.density);
    }

    #[test]
    fn what_is_not_the_stories_own_does_not_count() {
        let whole = print(&[(0, 64)]);
        let theirs = (1 << 30) - 1;
        let texts = texts(&whole, theirs);
        let doc = texts.get(0).unwrap();
        let part = Page::new(&whole, 0).overlap(&doc, false);
        assert_eq!((part.this, part.other, part.both), (30, 30, 30));
        let none = Page::new(&whole, u128::MAX).overlap(&doc, false);
        assert_eq!((none.this, none.other, none.both), (0, 0, 0));
        assert_eq!(Page::new(&whole, u128::MAX).overlap(&doc, true).both, 60);
    }
}
