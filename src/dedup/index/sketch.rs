//! The small part of a text that is kept with its address, to tell a revision from another story long after the text has expired.

use super::overlap::ratio;
use crate::article::envelope::Fingerprint;
use serde::{Deserialize, Serialize};

/// Hashes in a sketch.
const SKETCH: usize = 16;
/// Least containment of two texts of one address that are the same story.
const SAME_STORY: f64 = 0.3;

/// The part of a sample that an address keeps of its last text: the hashes with the most zero bits at the end, so that two sketches of
/// texts of any length can be compared. Spelt backwards and in order, so that these are the smallest numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<u32>", into = "Vec<u32>")]
pub(super) struct Sketch {
    hashes: [u32; SKETCH],
    len: u8,
}

impl Sketch {
    pub fn of(print: &Fingerprint) -> Self {
        backwards(print).into()
    }

    fn hashes(&self) -> &[u32] {
        &self.hashes[..usize::from(self.len)]
    }

    /// Whether a text is still the story that the sketch was taken of.
    pub fn is_of_story(&self, print: &Fingerprint) -> bool {
        let (before, now) = (self.hashes(), backwards(print));
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
}

/// The lower half of each hash spelt backwards, in order.
fn backwards(print: &Fingerprint) -> Vec<u32> {
    let mut all: Vec<u32> = print.sample.iter().map(|h| (*h as u32).reverse_bits()).collect();
    all.sort_unstable();
    all
}

impl From<Vec<u32>> for Sketch {
    fn from(hashes: Vec<u32>) -> Self {
        let mut sketch = Self::default();
        for (place, hash) in sketch.hashes.iter_mut().zip(hashes) {
            *place = hash;
            sketch.len += 1;
        }
        sketch
    }
}

impl From<Sketch> for Vec<u32> {
    fn from(sketch: Sketch) -> Self {
        sketch.hashes().to_vec()
    }
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
            let before = Sketch::of(&words(0, length));
            assert!(before.hashes().len() <= SKETCH);
            assert!(before.is_of_story(&words(0, length)), "{length}");
            assert!(before.is_of_story(&words(0, length * 7 / 10)), "cut: {length}");
            assert!(before.is_of_story(&words(0, length * 3)), "grown: {length}");
            assert!(!before.is_of_story(&words(10_000, 10_000 + length)), "another: {length}");
        }
        assert!(Sketch::default().is_of_story(&words(0, 0)));
        assert!(!Sketch::default().is_of_story(&words(0, 100)));
    }
}
