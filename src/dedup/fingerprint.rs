//! What a text is compared by: hashes of its normalized words, and a sample of its word shingles.
//!
//! The sample holds every shingle whose hash ends in `rate` zero bits, so samples of different rates nest and containment can be measured
//! between any two texts (a sketch of the smallest hashes could only measure resemblance, and copies are cut). It is in the order of
//! the text: where in the text a shingle stands is its rank in the sample, close enough for the rule that a copy starts near the head.

use super::words::{Word, words};
use crate::article::envelope::Fingerprint;

/// Most hashes in a sample, at least half as many in one of a long text: the error of a containment of a half is .06. With 64 filled-in
/// templates, which are short, are taken for copies by chance.
pub const SAMPLE: usize = 96;
/// Words in a shingle: 5 separates copies from follow-ups (containment .67 against .46), 3 does not.
const WORDS: usize = 5;
/// Letters in a shingle of a script without spaces, about as telling as five words.
const LETTERS: usize = 8;
/// Slots of the table that keeps repeated blocks of a page from counting twice. A power of two, well above `SAMPLE`.
const SLOTS: usize = 512;

/// Fingerprint of an article.
pub fn fingerprint(title: Option<&str>, text: &str) -> Fingerprint {
    let mut body = Chain::new();
    let mut content = Chain::new();
    if let Some(title) = title {
        words(title, |w| content.push(w.hash));
    }
    content.push(TITLE_ENDS);
    let mut shingles = Shingles::new();
    let mut figures = 0u64;
    let mut before = 0;
    words(text, |word| {
        body.push(word.hash);
        content.push(word.hash);
        shingles.push(word);
        if word.figure {
            figures |= 1 << (mix(word.hash.rotate_left(17) ^ before) >> 58);
        }
        before = word.hash;
    });
    let words = shingles.words;
    let (rate, sample) = shingles.finish();
    Fingerprint { body_hash: body.0, content_hash: content.0, words, figures, rate, sample }
}

/// Keeps a word that moves from the title to the text from going unnoticed.
const TITLE_ENDS: u64 = 0x0123_4567_89ab_cdef;
const PRIME: u64 = 0x9fb2_1c65_1e98_df25;

/// Hash of a sequence of hashes.
struct Chain(u64);

impl Chain {
    fn new() -> Self {
        Chain(0x2545_f491_4f6c_dd1d)
    }

    #[inline]
    fn push(&mut self, hash: u64) {
        self.0 = mix(self.0.rotate_left(23) ^ hash);
    }
}

/// Folded 128-bit product: every bit of the input reaches every bit of the output.
#[inline]
fn mix(x: u64) -> u64 {
    let product = u128::from(x ^ 0xa076_1d64_78bd_642f) * u128::from(PRIME);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Shingles of a text, sampled while they pass.
struct Shingles {
    /// Twice one behind the other: so the last words lie side by side, wherever the newest is.
    last: [u64; 2 * LETTERS],
    words: u32,
    rate: u8,
    sample: Vec<u64>,
    /// Open addressing, 0 = free.
    seen: [u64; SLOTS],
}

impl Shingles {
    fn new() -> Self {
        Self { last: [0; 2 * LETTERS], words: 0, rate: 0, sample: Vec::with_capacity(SAMPLE + 1), seen: [0; SLOTS] }
    }

    #[inline]
    fn push(&mut self, word: Word) {
        let at = self.words as usize % LETTERS;
        (self.last[at], self.last[at + LETTERS]) = (word.hash, word.hash);
        self.words = self.words.saturating_add(1);
        let length = if word.letter { LETTERS } else { WORDS };
        if self.words as usize >= length {
            self.take(if word.letter { self.shingle::<LETTERS>(LETTERS) } else { self.shingle::<WORDS>(WORDS) });
        }
    }

    /// Hash of the last words, of which there are `length`, at most so many.
    #[inline]
    fn shingle<const MOST: usize>(&self, length: usize) -> u64 {
        let length = length.min(MOST);
        let end = (self.words as usize).wrapping_sub(1) % LETTERS + LETTERS + 1;
        self.last[end - length..end].iter().fold(length as u64, |h, word| mix(h.rotate_left(17) ^ word))
    }

    #[inline]
    fn take(&mut self, hash: u64) {
        // 40 bits: with ten million texts one look-up in a hundred meets a stranger, with 32 bits each would meet two. Zero in the lower 32
        // marks a free slot elsewhere; one hash in four milliards gives way.
        let hash = hash >> 24;
        let hash = if hash as u32 == 0 { hash | 1 } else { hash };
        if hash.trailing_zeros() >= u32::from(self.rate) && self.first_time(hash) {
            self.sample.push(hash);
            if self.sample.len() > SAMPLE {
                self.thin();
            }
        }
    }

    fn first_time(&mut self, hash: u64) -> bool {
        // The low bits are zeros of the sample: the slot comes from the high ones.
        let mut slot = (hash >> 31) as usize % SLOTS;
        while self.seen[slot] != 0 {
            if self.seen[slot] == hash {
                return false;
            }
            slot = (slot + 1) % SLOTS;
        }
        self.seen[slot] = hash;
        true
    }

    fn thin(&mut self) {
        while self.sample.len() > SAMPLE && self.rate < 31 {
            self.rate += 1;
            let rate = u32::from(self.rate);
            self.sample.retain(|h| h.trailing_zeros() >= rate);
        }
        self.seen = [0; SLOTS];
        for i in 0..self.sample.len() {
            self.first_time(self.sample[i]);
        }
    }

    fn finish(mut self) -> (u8, Vec<u64>) {
        // A text too short for one shingle is one shingle.
        if self.sample.is_empty() && self.rate == 0 && self.words > 0 {
            self.take(self.shingle::<LETTERS>(self.words as usize));
        }
        (self.rate, self.sample)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(from: usize, to: usize) -> String {
        (from..to).map(|i| format!("word{i}")).collect::<Vec<_>>().join(" ")
    }

    fn shared(a: &Fingerprint, b: &Fingerprint) -> f64 {
        let rate = u32::from(a.rate.max(b.rate));
        let at = |f: &Fingerprint| f.sample.iter().copied().filter(|h| h.trailing_zeros() >= rate).collect::<Vec<_>>();
        let (a, b) = (at(a), at(b));
        a.iter().filter(|h| b.contains(h)).count() as f64 / a.len().min(b.len()) as f64
    }

    #[test]
    fn typography_changes_nothing_and_a_word_changes_the_hashes() {
        let a = fingerprint(Some("A \u{201c}big\u{201d} day"), "It\u{2019}s a day \u{2014} at last.");
        let b = fingerprint(Some("a big day"), "it's a DAY -- at\n\nlast");
        assert_eq!(a, b);
        let c = fingerprint(Some("a small day"), "it's a day at last");
        assert_eq!(c.body_hash, a.body_hash);
        assert_ne!(c.content_hash, a.content_hash);
        let d = fingerprint(Some("a big"), "day it's a day at last");
        assert_ne!(d.content_hash, a.content_hash, "a word moved from the title to the text");
    }

    #[test]
    fn samples_stay_small_and_nest() {
        for words in [0, 1, 4, 5, 50, 132, 133, 600, 5_000, 200_000] {
            let f = fingerprint(None, &story(0, words));
            assert_eq!(f.words as usize, words);
            assert!(f.sample.len() <= SAMPLE);
            assert!(words < 200 || f.sample.len() > SAMPLE / 4, "{words}: {}", f.sample.len());
            assert_eq!(f.sample.is_empty(), words == 0);
        }
        let (whole, head) = (fingerprint(None, &story(0, 3_000)), fingerprint(None, &story(0, 900)));
        assert!(whole.rate > head.rate);
        assert_eq!(shared(&whole, &head), 1.0);
        let half = fingerprint(None, &format!("{} {}", story(0, 500), story(9_000, 9_500)));
        assert!((shared(&half, &fingerprint(None, &story(0, 1_000))) - 0.5).abs() < 0.15);
    }

    #[test]
    fn repeated_blocks_count_once() {
        let block = story(0, 60);
        let once = fingerprint(None, &format!("{block} {}", story(100, 140)));
        let often = fingerprint(None, &format!("{block} {block} {block} {}", story(100, 140)));
        // The seams between the blocks are all that is new.
        assert!(often.sample.len() <= once.sample.len() + WORDS);
    }

    #[test]
    fn scripts_without_spaces_have_letter_shingles() {
        let text: String = (0..300u32).filter_map(|i| char::from_u32(0x4e00 + i * 7)).collect();
        let whole = fingerprint(None, &text);
        let part = fingerprint(None, &text.chars().take(150).collect::<String>());
        assert_eq!(whole.words, 300);
        assert_eq!(shared(&whole, &part), 1.0);
    }
}
