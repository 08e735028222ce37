//! Two texts side by side: how they overlap, and what the rules make of it. For `explain` and for people who tune.

use super::near;
use super::overlap::Page;
use super::rows::{Incarnation, Text, pack};
use super::texts::Texts;
use crate::article::envelope::{AddressKey, Fingerprint};
use crate::article::thousandths;
use serde::Serialize;

/// What two texts have in common. Shares have three decimals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The same normalized words.
    pub exact: bool,
    /// How much of the first text the second one holds, how much of the second one the first, and what both hold of all, 0 to 1.
    pub containment: f64,
    pub covered: f64,
    pub jaccard: f64,
    /// Where in the longer text the match begins, 0 to 1.
    pub begins: f64,
    /// How much matches between the first and the last place of the match, 0 to 1.
    pub density: f64,
    /// Sampled shingles of both, and of how many of each text.
    pub shared: u32,
    pub sampled: (u32, u32),
    /// Whether one would be a copy of the other.
    pub is_copy: bool,
    /// Why, in words.
    pub reasons: Vec<String>,
}

/// Compares two texts, as if nothing else were known: what their sites repeat counts like any other word. Symmetric but for `containment`
/// and `covered`, which change places.
pub fn compare(first: &Fingerprint, second: &Fingerprint, same_site: bool) -> Comparison {
    let owner = AddressKey(0);
    let mut texts = Texts::default();
    texts.push(&Text {
        time: 0,
        owner,
        root: Incarnation { key: owner, number: 0 },
        site: 0,
        language: String::new(),
        replaces: None,
        body_hash: second.body_hash,
        figures: second.figures,
        rate: second.rate,
        common: 0,
        sample: pack(&second.sample),
    });
    let page = Page::new(first, 0);
    let overlap = texts.get(0).map(|doc| page.overlap(&doc, false)).unwrap_or_default();
    let exact = first.body_hash == second.body_hash;
    let short = first.words.min(second.words) < near::LEAST_WORDS;
    let (is_copy, reasons) = match (exact, short) {
        (_, true) => (false, vec![format!("a text of fewer than {} words is nobody's copy", near::LEAST_WORDS)]),
        (true, false) => (true, vec!["the same words in the same order".into()]),
        (false, false) => (near::is_copy(&overlap, same_site, 0), near::reasons(&overlap, same_site)),
    };
    Comparison {
        exact,
        containment: thousandths(overlap.containment()),
        covered: thousandths(overlap.covered()),
        jaccard: thousandths(overlap.jaccard()),
        begins: thousandths(overlap.begins()),
        density: thousandths(overlap.density),
        shared: overlap.both,
        sampled: (overlap.this, overlap.other),
        is_copy,
        reasons,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::fingerprint::fingerprint;

    fn words(ranges: &[(usize, usize)]) -> Fingerprint {
        let words: Vec<String> = ranges
            .iter()
            .flat_map(|&(a, b)| (a..b).map(|i| format!("w{}", char::from(b'a' + (i % 26) as u8).to_string() + &"x".repeat(i / 26))))
            .collect();
        fingerprint(None, &words.join(" "))
    }

    fn told(first: &Fingerprint, second: &Fingerprint) -> (bool, String) {
        let comparison = compare(first, second, false);
        assert_eq!(comparison.is_copy, compare(second, first, false).is_copy);
        (comparison.is_copy, comparison.reasons.join("; "))
    }

    #[test]
    fn it_says_why() {
        let story = words(&[(0, 400)]);
        assert_eq!(told(&story, &story), (true, "the same words in the same order".into()));
        let (copy, why) = told(&story, &words(&[(0, 200)]));
        assert!(copy && why.contains("the longer text holds 100 % of the shorter one"), "{why}");
        let (copy, why) = told(&story, &words(&[(500, 700), (300, 400)]));
        assert!(!copy && why.contains("into the text, as a follow-up's background does"), "{why}");
        let (copy, why) = told(&story, &words(&[(500, 900)]));
        assert!(!copy && why.contains("holds 0 % of the shorter one"), "{why}");
        let (copy, why) = told(&words(&[(0, 80), (1_000, 1_200)]), &words(&[(2_000, 2_300), (0, 70), (2_300, 2_500)]));
        assert!(!copy && why.contains("one item of a round-up"), "{why}");
        let (copy, why) = told(&words(&[(0, 4)]), &words(&[(0, 4)]));
        assert!(!copy && why.contains("fewer than 12 words"), "{why}");
    }

    #[test]
    fn two_fillings_of_a_template_are_told_by_their_figures() {
        let filled = |a: u32, b: u32, c: u32| {
            let fixed: Vec<String> =
                (0..120).map(|i| format!("{}{}", char::from(b'a' + (i % 26) as u8), "y".repeat(1 + i as usize / 26))).collect();
            fingerprint(
                None,
                &format!("{} high {a} {} low {b} {} wind {c}", fixed[..40].join(" "), fixed[40..80].join(" "), fixed[80..].join(" ")),
            )
        };
        let (copy, why) = told(&filled(21, 9, 30), &filled(17, 4, 55));
        assert!(!copy && why.contains("two fillings of one template"), "{why}");
    }
}
