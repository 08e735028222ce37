//! The small part of a text that is kept with its address, to tell a revision from another story long after the text has expired.

use super::overlap::ratio;
use crate::article::envelope::Fingerprint;

/// Hashes in a sketch.
pub(super) const SKETCH: usize = 16;
/// Least containment of two texts of one address that are the same story.
const SAME_STORY: f64 = 0.3;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::fingerprint::fingerprint;

    fn words(from: usize, to: usize) -> Fingerprint {
        fingerprint(None, &(from..to).map(|i| format!("w{i}")).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn revisions_are_told_from_other_stories() {
        for length in [20, 100, 600, 4_000] {
            let before = sketch(&words(0, length));
            assert!(before.len() <= SKETCH);
            assert!(same_story(&before, &words(0, length)), "{length}");
            assert!(same_story(&before, &words(0, length * 7 / 10)), "cut: {length}");
            assert!(same_story(&before, &words(0, length * 3)), "grown: {length}");
            assert!(!same_story(&before, &words(10_000, 10_000 + length)), "another: {length}");
        }
        assert!(same_story(&[], &words(0, 0)));
        assert!(!same_story(&[], &words(0, 100)));
    }
}
