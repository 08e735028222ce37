//! Which live article a text is a copy of.
//!
//! Containment decides, not resemblance: copies are cut, dated, credited and wrapped in their site's furniture. Five rules keep apart what
//! only looks alike (figures in the research notes behind issue 6): shingles that a site or the stream repeats are not the story's own and
//! do not count; a match that covers only a part of the longer text must begin near its head, as a follow-up's background does not; it
//! must be dense, as a filled-in template is not; a text that shares its parts with several stories is a round-up, a copy of none; and few
//! holders of each hash are looked at, the newest first.

use super::overlap::{Overlap, Page, ratio};
use super::rows::Incarnation;
use super::scan::{HOLDERS, Scan};
use super::texts::{Doc, Standing, Texts};
use crate::article::envelope::{AddressKey, Fingerprint};

/// Texts of fewer words are nobody's copy: flashes and leftovers of pages agree by chance.
pub(super) const LEAST_WORDS: u32 = 12;

/// A text with less than this of its own, in shingles or as a share, is compared as a whole, and must agree nearly as a whole. On its own
/// site, where all such texts agree, it is a copy only word for word.
const OWN_SHINGLES: u32 = 12;
const OWN_SHARE: f64 = 0.35;
const WEAK_CONTAINMENT: f64 = 0.95;

/// Least containment of the shorter text in the longer.
const CONTAINMENT: f64 = 0.45;
/// From this resemblance on it does not matter where the match begins.
const JACCARD: f64 = 0.5;
/// Where in the longer text the match must begin: by this at the least containment, by that at a whole one, in proportion between.
const HEAD: (f64, f64) = (0.3, 0.7);
/// Below this containment the match must begin early in the shorter text as well: a follow-up's background comes late.
const MOST: f64 = 0.6;
const SHORTER_HEAD: f64 = 0.42;
/// How much of what lies between the match's ends must match: templates agree in scattered runs, copies in long ones. Most templates
/// are short.
const DENSITY: f64 = 0.58;
const SHORT_DENSITY: f64 = 0.75;
const SHORT_SHINGLES: u32 = 150;
/// Shared hashes without which a sampled match is chance.
const LEAST_BOTH: u32 = 6;

/// Less is enough for a match that hardly ever breaks off and begins in the first half of both texts, behind what is new at the head of
/// each: a wire story under a new lead, cut and wrapped in furniture that is not known as such yet. It does not run to the end of both, as
/// a follow-up's background does. A match that begins with one of the texts has no new lead, and must be larger and earlier.
const UNBROKEN_CONTAINMENT: f64 = 0.25;
const UNBROKEN_OF_LONGER: f64 = 0.15;
const UNBROKEN_HEADS: f64 = 0.48;
const UNBROKEN_TAILS: f64 = 0.85;
const UNBROKEN_DENSITY: f64 = 0.75;
const UNBROKEN_BOTH: u32 = 11;
const NEW_LEAD: f64 = 0.03;
const OLD_LEAD_CONTAINMENT: f64 = 0.35;
const OLD_LEAD_HEADS: f64 = 0.4;

/// A text of which other stories hold parts is a copy of one only if that one holds at least this of it: of one other part, when the match is
/// merely unbroken, and of two in any case.
const BESIDE_ONE: f64 = 0.3;
const BESIDE_TWO: f64 = 0.45;

/// A match that is a smaller part of the longer text than this is an item of a round-up, unless the whole shorter text is in it, and begins
/// with the longer one: then it is a teaser.
const ISLAND: f64 = 0.22;
const ISLAND_CONTAINMENT: f64 = 0.8;
const TEASER: f64 = 0.18;
const TEASER_HEAD: f64 = 0.15;
/// Nor is it more when it is less than this of the longer text, and the first part of the shorter one and no more.
const OPENING: f64 = 0.28;
const OPENING_BEGINS: f64 = 0.1;
const OPENING_ENDS: f64 = 0.6;

/// With as many figures as this a text shares many of them with a copy of its length; two fillings of one template do not, however much
/// of their words is the template's.
const FIGURES: u32 = 3;
const SAME_FIGURES: f64 = 0.4;
const SAME_LENGTH: f64 = 0.75;

/// A copy of a copy must hold at least this of the root, or the root of it, too.
const ROOT_CONTAINMENT: f64 = 0.2;
/// A copy of which the matched text holds less than this is a text that others are compared with, too.
const ADDS: f64 = 0.87;

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

/// Looks for the article that a text of the address `own` on `site` is a copy of.
pub(super) fn find(texts: &Texts, print: &Fingerprint, site: u64, own: AddressKey) -> Found {
    let compared = print.words >= LEAST_WORDS;
    if compared && let Some(copy) = exact(texts, print, own) {
        // It adds nothing, so nobody asks what of it is its own.
        return Found { copy: Some(copy), common: 0 };
    }
    let scan = Scan::of(texts, print, site, own);
    let common = scan.common;
    let copy = if compared { near(texts, print, site, own, scan) } else { None };
    Found { copy, common }
}

fn exact(texts: &Texts, print: &Fingerprint, own: AddressKey) -> Option<Match> {
    let mut same = texts.with_body(print.body_hash).take(HOLDERS).filter(|(_, d)| d.standing() == Standing::Live && d.owner() != own);
    same.find_map(|(_, doc)| {
        let (_, root) = texts.live_root(doc.root()).filter(|_| doc.root().key != own)?;
        let overlap = Page::new(print, 0).overlap(&root, true);
        Some(Match { root: doc.root(), exact: root.body_hash() == print.body_hash, overlap, adds: false })
    })
}

fn near(texts: &Texts, print: &Fingerprint, site: u64, own: AddressKey, mut scan: Scan) -> Option<Match> {
    let size = print.sample.len() as u32;
    let counted = size.saturating_sub(scan.common.count_ones());
    let shingles = counted.checked_shl(u32::from(print.rate)).unwrap_or(u32::MAX);
    let weak = shingles < OWN_SHINGLES || ratio(counted, size) < OWN_SHARE;
    let page = Page::new(print, scan.common);
    let mut best: Option<(f64, Doc<'_>, Overlap)> = None;
    for sequence in scan.candidates(weak) {
        let Some(doc) = texts.get(sequence).filter(|d| d.root().key != own) else { continue };
        let Some((_, root)) = texts.live_root(doc.root()) else { continue };
        let matched = page.overlap(&doc, weak);
        let same_site = doc.site() == site;
        let copy = if weak {
            !same_site && matched.of_shorter() >= WEAK_CONTAINMENT && !is_another_filling(&matched)
        } else {
            // Most that could be copies are: the parts are counted for few others.
            is_copy(&matched, same_site, 0) && is_copy(&matched, same_site, scan.parts_beside(texts, doc.root(), print.sample.len()))
        };
        if !copy {
            continue;
        }
        let overlap = if root.owner() == doc.owner() { matched } else { page.overlap(&root, weak) };
        // A page of two stories is a copy of one of them. The other one is no copy of that, and goes to a root of its own.
        let score = matched.jaccard() + overlap.of_shorter();
        if overlap.of_shorter() >= ROOT_CONTAINMENT && best.as_ref().is_none_or(|(s, ..)| score > *s) {
            best = Some((score, doc, overlap));
        }
    }
    let (_, doc, overlap) = best?;
    let (_, root) = texts.live_root(doc.root())?;
    let adds = page.overlap(&doc, true).containment() < ADDS;
    Some(Match { root: doc.root(), exact: root.body_hash() == print.body_hash, overlap, adds })
}

/// Whether one text is a copy of the other. `beside`: how many other stories hold parts of this text.
pub(super) fn is_copy(overlap: &Overlap, same_site: bool, beside: usize) -> bool {
    let alike = if same_site {
        is_site_copy(overlap) && !is_island(overlap)
    } else {
        is_cut(overlap) && !is_island(overlap) || is_unbroken(overlap) && (beside == 0 || overlap.containment() >= BESIDE_ONE)
    };
    let is_roundup = beside > 1 && overlap.containment() < BESIDE_TWO;
    alike && !is_roundup && !is_opening(overlap) && !is_another_filling(overlap)
}

/// In words what speaks for or against a copy, the rule that settles it first.
pub(super) fn reasons(overlap: &Overlap, same_site: bool) -> Vec<String> {
    let percent = |x: f64| format!("{:.0} %", x * 100.0);
    let (shorter, begins) = (overlap.of_shorter(), overlap.begins());
    let mut all = Vec::new();
    if overlap.both > 0 && (is_island(overlap) || is_opening(overlap)) {
        all.push(format!("the match is {} of the longer text: one item of a round-up, not the story", percent(overlap.of_longer())));
    }
    if is_another_filling(overlap) {
        all.push(format!("{} of {} figures agree: two fillings of one template", overlap.same_figures, overlap.figures));
    }
    let least = if same_site { MOST } else { UNBROKEN_CONTAINMENT };
    if shorter < least {
        all.push(format!("the longer text holds {} of the shorter one, less than {}", percent(shorter), percent(least)));
    }
    if overlap.both > 0 && !is_solid(overlap) {
        let missing = format!("between its ends only {} of the text match, in scattered runs", percent(overlap.density));
        all.push(if overlap.density < SHORT_DENSITY { missing } else { format!("{} sampled shingles are too few to tell", overlap.both) });
    }
    if overlap.jaccard() < JACCARD && begins > HEAD.0 {
        all.push(format!("the match begins {} into the text, as a follow-up's background does", percent(begins)));
    }
    if is_copy(overlap, same_site, 0) {
        all.clear();
        all.push(format!("the longer text holds {} of the shorter one, from {} into it, with few gaps", percent(shorter), percent(begins)));
    } else if all.is_empty() {
        all.push("no single rule fails, but together they are too weak".into());
    }
    all
}

/// One item of a round-up of several stories.
fn is_island(overlap: &Overlap) -> bool {
    let part = overlap.of_longer();
    part < ISLAND && (overlap.of_shorter() < ISLAND_CONTAINMENT || part < TEASER && overlap.begins() > TEASER_HEAD)
}

/// The opening of the shorter text somewhere in the longer one: quoted, or a teaser.
fn is_opening(overlap: &Overlap) -> bool {
    overlap.of_longer() < OPENING && overlap.shorter_head < OPENING_BEGINS && overlap.shorter_tail < OPENING_ENDS
}

/// The same template with other figures in it.
fn is_another_filling(overlap: &Overlap) -> bool {
    let same_length = ratio(overlap.this.min(overlap.other), overlap.this.max(overlap.other)) >= SAME_LENGTH;
    same_length && overlap.figures >= FIGURES && ratio(overlap.same_figures, overlap.figures) < SAME_FIGURES
}

/// A copy under another site's roof, cut and dressed as they do.
fn is_cut(overlap: &Overlap) -> bool {
    let containment = overlap.of_shorter();
    let begins = HEAD.0 + (containment - CONTAINMENT).max(0.0) * (HEAD.1 - HEAD.0) / (1.0 - CONTAINMENT);
    let head = overlap.begins() <= begins && (containment >= MOST || overlap.shorter_head <= SHORTER_HEAD);
    containment >= CONTAINMENT && (overlap.jaccard() >= JACCARD || head) && is_solid(overlap)
}

/// A copy on the same site, whose furniture may not be known as such yet.
fn is_site_copy(overlap: &Overlap) -> bool {
    let begins = overlap.of_shorter() >= MOST && overlap.heads() <= HEAD.0;
    (overlap.jaccard() >= JACCARD || begins) && is_solid(overlap)
}

fn is_solid(overlap: &Overlap) -> bool {
    let density = if overlap.shorter_shingles() < SHORT_SHINGLES { SHORT_DENSITY } else { DENSITY };
    overlap.density >= density && (overlap.both >= LEAST_BOTH || overlap.rate == 0)
}

/// A copy under a new lead.
fn is_unbroken(overlap: &Overlap) -> bool {
    let containment = overlap.of_shorter();
    let new_lead = overlap.head.min(overlap.shorter_head) >= NEW_LEAD;
    containment >= UNBROKEN_CONTAINMENT
        && overlap.of_longer() >= UNBROKEN_OF_LONGER
        && overlap.heads() <= UNBROKEN_HEADS
        && overlap.tails() <= UNBROKEN_TAILS
        && overlap.density >= UNBROKEN_DENSITY
        && overlap.both >= UNBROKEN_BOTH
        && (new_lead || containment >= OLD_LEAD_CONTAINMENT && overlap.of_longer() >= ISLAND && overlap.heads() <= OLD_LEAD_HEADS)
}
