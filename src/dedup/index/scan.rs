//! Who else holds the shingles of a text: which of them are the story's own, and which texts share enough to be compared.

use super::rows::Incarnation;
use super::texts::{Standing, Texts};
use crate::article::envelope::{AddressKey, Fingerprint};

/// Holders of one hash that are looked at.
pub(super) const HOLDERS: usize = 16;
/// Candidates that are verified.
const CANDIDATES: usize = 12;
/// Shared hashes that make a candidate.
const SHARED: usize = 2;
/// Other stories in the stream with a hash: it is a template's or an agency's.
const COMMON_STORIES: usize = 8;
/// Other stories on the same site with a hash: it is the site's. One in `SITE_SHARE` of the site's texts, within these bounds: on a small
/// site two tell enough, on an agency's own site stories share their background.
const SITE_STORIES: (u32, u32) = (2, 4);
const SITE_SHARE: u32 = 8;

/// Hashes, and share of the sample, that make a part of a round-up: a teaser has fewer.
const LEAST_PART: u32 = 4;
const PART: f64 = 0.07;
/// So many other parts tell that a text is a round-up; more are not counted.
const MOST_PARTS: usize = 2;

/// Who holds what of a text.
pub(super) struct Scan {
    /// Bits of the sampled hashes that are not the story's own.
    pub common: u128,
    /// Live holders of each hash that is the story's own, and of each that is not: sequence, and the hash's place in the sample.
    own_hits: Vec<(u64, u8)>,
    common_hits: Vec<(u64, u8)>,
    shared: usize,
}

impl Scan {
    /// Looks up a text of the address `own` on `site`.
    pub fn of(texts: &Texts, print: &Fingerprint, site: u64, own: AddressKey) -> Scan {
        let on_site = (texts.on_site(site) / SITE_SHARE).clamp(SITE_STORIES.0, SITE_STORIES.1) as usize;
        let shared = print.sample.len().min(SHARED);
        let mut scan = Scan { common: 0, own_hits: Vec::with_capacity(64), common_hits: Vec::new(), shared };
        texts.warm(&print.sample);
        let mut hits: Vec<(u64, u8)> = Vec::with_capacity(HOLDERS);
        // Copies that were linked, and revisions, are one story.
        let mut stories: Vec<Incarnation> = Vec::with_capacity(HOLDERS);
        let mut here: Vec<Incarnation> = Vec::with_capacity(HOLDERS);
        for (i, hash) in print.sample.iter().enumerate() {
            hits.clear();
            stories.clear();
            here.clear();
            for (sequence, doc) in texts.holders(*hash).take(HOLDERS).filter(|(_, doc)| doc.owner() != own) {
                let root = doc.root();
                if !stories.contains(&root) {
                    stories.push(root);
                }
                if doc.site() == site && !here.contains(&root) {
                    here.push(root);
                }
                if doc.standing() == Standing::Live {
                    hits.push((sequence, i as u8));
                }
            }
            if stories.len() >= COMMON_STORIES || here.len() >= on_site {
                scan.common |= 1u128.checked_shl(i as u32).unwrap_or(0);
                scan.common_hits.extend(&hits);
            } else {
                scan.own_hits.extend(&hits);
            }
        }
        scan
    }

    /// The texts that share the most hashes, of equal ones the newest first. `whole`: also hashes that are not the story's own.
    pub fn candidates(&mut self, whole: bool) -> Vec<u64> {
        if whole {
            self.own_hits.append(&mut self.common_hits);
        }
        self.own_hits.sort_unstable();
        let runs = self.holders().filter(|run| run.len() >= self.shared);
        let mut counted: Vec<(usize, u64)> = runs.map(|run| (run.len(), run[0].0)).collect();
        counted.sort_unstable_by(|a, b| b.cmp(a));
        counted.truncate(CANDIDATES);
        counted.into_iter().map(|(_, sequence)| sequence).collect()
    }

    /// How many other stories hold a part of the text that neither `story` nor another of them holds, two at most: an article shares its
    /// words with one story, a round-up with several. Asked after [`Self::candidates`].
    pub fn parts_beside(&self, texts: &Texts, story: Incarnation, sampled: usize) -> usize {
        let least = LEAST_PART.max((sampled as f64 * PART).ceil() as u32);
        let mut held: Vec<u128> = Vec::new();
        let mut known = 0u128;
        for run in self.holders() {
            let Some(root) = texts.get(run[0].0).map(|doc| doc.root()) else { continue };
            let bits = run.iter().fold(0, |bits, (_, place)| bits | 1u128.checked_shl((*place).into()).unwrap_or(0));
            if root == story {
                known |= bits;
            } else if bits.count_ones() >= least {
                held.push(bits);
            }
        }
        let mut parts = 0;
        while parts < MOST_PARTS {
            let largest = held.iter().map(|bits| bits & !known).max_by_key(|bits| bits.count_ones()).unwrap_or(0);
            if largest.count_ones() < least {
                break;
            }
            known |= largest;
            parts += 1;
        }
        parts
    }

    /// The own hits, one run for each holder.
    fn holders(&self) -> impl Iterator<Item = &[(u64, u8)]> {
        self.own_hits.chunk_by(|a, b| a.0 == b.0)
    }
}
