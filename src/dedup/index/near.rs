//! Which live article a text is a copy of.
//!
//! Containment decides, not resemblance: copies are cut, dated, credited and wrapped in their site's furniture. Four rules keep apart what
//! only looks alike (figures in the research notes behind issue 6):
//! shingles that a site or the stream repeats are not the story's own and do not count; a match that covers only a part of the longer text
//! must begin near its head, as a follow-up's background does not; it must be dense, as a filled-in template is not; and few holders of
//! each hash are looked at, the newest first.

use super::rows::Incarnation;
use super::texts::{Doc, Standing, Texts};
use crate::article::envelope::{AddressKey, Fingerprint};

/// Texts of fewer words are nobody's copy: flashes and leftovers of pages agree by chance.
const LEAST_WORDS: u32 = 12;
/// Holders of one hash that are looked at.
const HOLDERS: usize = 16;
/// Candidates that are verified.
const CANDIDATES: usize = 12;
/// Shared hashes that make a candidate.
const SHARED: u32 = 2;
/// Other stories in the stream with a hash: it is a template's or an agency's.
const COMMON_STORIES: usize = 8;
/// Other stories on the same site with a hash: it is the site's. One in `SITE_SHARE` of the site's texts, within these bounds: on a small
/// site two tell enough, on an agency's own site stories share their background.
const SITE_STORIES: (u32, u32) = (2, 4);
const SITE_SHARE: u32 = 8;
/// A text with less than this of its own is compared as a whole, and must agree nearly as a whole.
const OWN_SHINGLES: u32 = 12;
const OWN_SHARE: f64 = 0.35;
const WEAK_CONTAINMENT: f64 = 0.95;
/// Least containment of the shorter in the longer.
const CONTAINMENT: f64 = 0.45;
/// A copy of a copy must hold at least this of the root, or the root of it, too.
const ROOT_CONTAINMENT: f64 = 0.2;
/// From this resemblance on it does not matter where the match begins.
const JACCARD: f64 = 0.5;
/// Where in the longer text the match must begin, for the least containment and for a whole one.
const HEAD: (f64, f64) = (0.3, 0.6);
/// How much of what lies between the match's ends must match: templates agree in scattered runs, copies in long ones. Most templates
/// are short.
const DENSITY: f64 = 0.62;
const SHORT_DENSITY: f64 = 0.71;
const SHORT_SHINGLES: u32 = 150;
/// Less is enough for a match that begins near the head of both texts and hardly ever breaks off: a wire story under a new lead, cut and
/// wrapped in furniture that is not known as such yet.
const UNBROKEN: (f64, f64, f64) = (0.3, 0.3, 0.75);
/// Shared hashes without which a sampled match is chance.
const LEAST_BOTH: u32 = 6;
const LEAST_UNBROKEN: u32 = 12;
/// Hashes in the sketch of an address.
pub(super) const SKETCH: usize = 16;
/// Least containment of two texts of one address that are the same story.
const SAME_STORY: f64 = 0.3;

/// What was found about a text.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub copy: Option<Match>,
    /// Bits of the sampled hashes that are not the story's own.
    pub common: u128,
}

/// A text and the live article it is a copy of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Match {
    pub root: Incarnation,
    pub exact: bool,
    /// Against the root's text.
    pub overlap: Overlap,
    /// Whether the text says much that the matched one does not.
    pub adds: bool,
}

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
    /// What both were sampled at.
    pub rate: u8,
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

    fn heads(&self) -> f64 {
        self.head.max(self.shorter_head)
    }

    fn of_shorter(&self) -> f64 {
        ratio(self.both, self.this.min(self.other))
    }
}

fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// Looks for the article that a text of `own` address on `site` is a copy of.
pub(super) fn find(texts: &Texts, print: &Fingerprint, site: u64, own: AddressKey) -> Found {
    let scan = Scan::of(texts, print, site, own);
    let common = scan.common;
    let copy = if print.words < LEAST_WORDS { None } else { exact(texts, print, own).or_else(|| near(texts, print, own, scan)) };
    Found { copy, common }
}

fn exact(texts: &Texts, print: &Fingerprint, own: AddressKey) -> Option<Match> {
    texts.with_body(print.body_hash).take(HOLDERS).filter(|(_, d)| d.standing == Standing::Live && d.owner != own).find_map(|(_, doc)| {
        let (_, root) = texts.live_root(doc.root).filter(|_| doc.root.key != own)?;
        let overlap = Page::new(print, 0).overlap(root, true);
        Some(Match { root: doc.root, exact: root.body_hash == print.body_hash, overlap, adds: false })
    })
}

fn near(texts: &Texts, print: &Fingerprint, own: AddressKey, scan: Scan) -> Option<Match> {
    let size = print.sample.len() as u32;
    let counted = size - scan.common.count_ones();
    let weak = counted << print.rate < OWN_SHINGLES || ratio(counted, size) < OWN_SHARE;
    let page = Page::new(print, if weak { 0 } else { scan.common });
    let mut best: Option<(f64, &Doc, Overlap)> = None;
    for sequence in scan.candidates(weak, size.min(SHARED)) {
        let Some(doc) = texts.get(sequence).filter(|d| d.root.key != own) else { continue };
        let Some((_, root)) = texts.live_root(doc.root) else { continue };
        let matched = page.overlap(doc, weak);
        let jaccard = matched.jaccard();
        if !is_copy(&matched, weak) || best.as_ref().is_some_and(|(j, ..)| jaccard <= *j) {
            continue;
        }
        let overlap = if root.owner == doc.owner { matched } else { page.overlap(root, weak) };
        // A page of two stories is a copy of one of them. The other one is no copy of that.
        if overlap.of_shorter() >= ROOT_CONTAINMENT {
            best = Some((jaccard, doc, overlap));
        }
    }
    let (_, doc, overlap) = best?;
    let (_, root) = texts.live_root(doc.root)?;
    let adds = page.overlap(doc, true).containment() < ADDS;
    Some(Match { root: doc.root, exact: root.body_hash == print.body_hash, overlap, adds })
}

/// A copy of which the matched text holds less than this is a text that others are compared with, too.
const ADDS: f64 = 0.87;

fn is_copy(overlap: &Overlap, weak: bool) -> bool {
    let containment = overlap.of_shorter();
    if weak {
        return containment >= WEAK_CONTAINMENT;
    }
    let (least, head, density) = UNBROKEN;
    let unbroken = containment >= least && overlap.heads() <= head && overlap.density >= density && overlap.both >= LEAST_UNBROKEN;
    let begins = HEAD.0 + (containment - CONTAINMENT).max(0.0) * (HEAD.1 - HEAD.0) / (1.0 - CONTAINMENT);
    let short = overlap.this.min(overlap.other) << overlap.rate < SHORT_SHINGLES;
    let cut = containment >= CONTAINMENT
        && (overlap.jaccard() >= JACCARD || overlap.head <= begins)
        && overlap.density >= if short { SHORT_DENSITY } else { DENSITY }
        && (overlap.both >= LEAST_BOTH || overlap.rate == 0);
    unbroken || cut
}

/// Who holds what of a text.
struct Scan {
    common: u128,
    /// Sequences of live holders of each hash that is the story's own, and of each that is not.
    own_hits: Vec<u64>,
    common_hits: Vec<u64>,
}

impl Scan {
    fn of(texts: &Texts, print: &Fingerprint, site: u64, own: AddressKey) -> Scan {
        let on_site = (texts.on_site(site) / SITE_SHARE).clamp(SITE_STORIES.0, SITE_STORIES.1) as usize;
        let mut scan = Scan { common: 0, own_hits: Vec::with_capacity(64), common_hits: Vec::new() };
        let mut hits: Vec<u64> = Vec::with_capacity(HOLDERS);
        for (i, hash) in print.sample.iter().enumerate() {
            let mut stories: [Option<Incarnation>; HOLDERS] = [None; HOLDERS];
            let mut all = 0;
            let mut here = [None; HOLDERS];
            let mut same_site = 0;
            hits.clear();
            for (sequence, doc) in texts.holders(*hash).take(HOLDERS) {
                if doc.owner == own {
                    continue;
                }
                // Copies that were linked, and revisions, are one story.
                if !stories[..all].contains(&Some(doc.root)) {
                    stories[all] = Some(doc.root);
                    all += 1;
                }
                if doc.site == site && !here[..same_site].contains(&Some(doc.root)) {
                    here[same_site] = Some(doc.root);
                    same_site += 1;
                }
                if doc.standing == Standing::Live {
                    hits.push(sequence);
                }
            }
            if all >= COMMON_STORIES || same_site >= on_site {
                scan.common |= 1 << i.min(127);
                scan.common_hits.extend(&hits);
            } else {
                scan.own_hits.extend(&hits);
            }
        }
        scan
    }

    /// The texts that share the most hashes, of equal ones the newest first.
    fn candidates(mut self, weak: bool, shared: u32) -> Vec<u64> {
        if weak {
            self.own_hits.append(&mut self.common_hits);
        }
        self.own_hits.sort_unstable();
        let mut counted: Vec<(u32, u64)> =
            self.own_hits.chunk_by(|a, b| a == b).map(|run| (run.len() as u32, run[0])).filter(|(n, _)| *n >= shared).collect();
        counted.sort_unstable_by(|a, b| b.cmp(a));
        counted.truncate(CANDIDATES);
        counted.into_iter().map(|(_, sequence)| sequence).collect()
    }
}

/// A page's sample, ready to be compared with many.
struct Page<'a> {
    print: &'a Fingerprint,
    common: u128,
    /// Open addressing: place in the sample + 1, 0 = free.
    slots: [u8; SLOTS],
}

const SLOTS: usize = 512;

impl<'a> Page<'a> {
    fn new(print: &'a Fingerprint, common: u128) -> Self {
        let mut page = Page { print, common, slots: [0; SLOTS] };
        for (i, hash) in print.sample.iter().enumerate().take(128) {
            let mut slot = slot(*hash);
            while page.slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            page.slots[slot] = i as u8 + 1;
        }
        page
    }

    fn place(&self, hash: u32) -> Option<usize> {
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
    fn overlap(&self, doc: &Doc, whole: bool) -> Overlap {
        let rate = u32::from(self.print.rate.max(doc.rate));
        let common = if whole { 0 } else { self.common };
        let theirs = if whole { 0 } else { doc.common };
        let mut matched: u128 = 0;
        let mut ignored = common;
        let mut other = Side::default();
        for (i, hash) in doc.sample.iter().enumerate().filter(|(_, h)| h.trailing_zeros() >= rate) {
            let place = self.place(*hash);
            let their_own = theirs >> i.min(127) & 1 == 0;
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
            if ignored >> i.min(127) & 1 == 0 {
                this.see(matched >> i.min(127) & 1 == 1);
            }
        }
        let (longer, shorter) = if this.seen >= other.seen { (&this, &other) } else { (&other, &this) };
        Overlap {
            this: this.seen,
            other: other.seen,
            both: this.matched,
            head: longer.head(),
            shorter_head: shorter.head(),
            rate: rate as u8,
            density: this.density().max(other.density()),
        }
    }
}

fn slot(hash: u32) -> usize {
    (hash >> 23) as usize % SLOTS
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

    fn density(&self) -> f64 {
        if self.matched == 0 { 0.0 } else { ratio(self.matched, self.last - self.first + 1) }
    }
}

/// The part of a sample that an address keeps of its last text: the hashes with the most zero bits at the end, so that two sketches of
/// texts of any length can be compared.
pub(super) fn sketch(print: &Fingerprint) -> Vec<u32> {
    let mut all: Vec<u32> = print.sample.iter().map(|h| h.reverse_bits()).collect();
    all.sort_unstable();
    all.truncate(SKETCH);
    all
}

/// Whether a text is still the story that an address had when `sketch` was taken.
pub(super) fn same_story(before: &[u32], print: &Fingerprint) -> bool {
    let mut now: Vec<u32> = print.sample.iter().map(|h| h.reverse_bits()).collect();
    now.sort_unstable();
    // Both are whole below the smaller of what each was cut at.
    let cut = if before.len() < SKETCH { u32::MAX } else { before.last().copied().unwrap_or(u32::MAX) };
    let rate_cut = u32::MAX.checked_shr(u32::from(print.rate)).unwrap_or(0);
    let cut = cut.min(rate_cut);
    let a = before.iter().filter(|h| **h <= cut).count() as u32;
    let b = now.iter().filter(|h| **h <= cut).count() as u32;
    let both = before.iter().filter(|h| **h <= cut && now.binary_search(h).is_ok()).count() as u32;
    if a == 0 && b == 0 {
        return true;
    }
    ratio(both, a.min(b)) >= SAME_STORY
}
