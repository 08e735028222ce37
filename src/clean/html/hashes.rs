//! Words as hashes, to ask of every block of a page which of its words are in a set.

use rustc_hash::FxHashSet;

/// A set of hashes, with a small bit map before it that answers most questions: few of a page's words are those of its title.
pub struct Words {
    bits: [u64; 64],
    set: FxHashSet<u64>,
}

impl Words {
    pub fn new(hashes: impl IntoIterator<Item = u64>) -> Self {
        let mut out = Words { bits: [0; 64], set: FxHashSet::default() };
        for hash in hashes {
            out.bits[(hash >> 6 & 63) as usize] |= 1 << (hash & 63);
            out.set.insert(hash);
        }
        out
    }

    pub fn contains(&self, hash: u64) -> bool {
        self.bits[(hash >> 6 & 63) as usize] & 1 << (hash & 63) != 0 && self.set.contains(&hash)
    }

    /// How many hashes are in the set.
    pub fn size(&self) -> usize {
        self.set.len()
    }

    /// Which share of the words is in the set.
    pub fn share(&self, of: &[u64]) -> f32 {
        if of.is_empty() || self.set.is_empty() { 0.0 } else { of.iter().filter(|h| self.contains(**h)).count() as f32 / of.len() as f32 }
    }
}

/// Pushes the hash of each word of a text, in any case the same.
pub fn word_hashes(text: &str, out: &mut Vec<u64>) {
    if !text.is_ascii() {
        out.extend(text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(hash_folded));
        return;
    }
    let mut hash = SEED;
    for byte in text.bytes() {
        let folded = FOLDED[byte as usize];
        if folded != 0 {
            hash = hashed(hash, folded);
        } else if hash != SEED {
            out.push(spread(hash));
            hash = SEED;
        }
    }
    if hash != SEED {
        out.push(spread(hash));
    }
}

/// Letters and digits of ASCII in lower case; zero for what stands between words.
const FOLDED: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 128 {
        if (b as u8).is_ascii_alphanumeric() {
            table[b] = (b as u8).to_ascii_lowercase();
        }
        b += 1;
    }
    table
};

/// Hashes of a text's words.
pub fn words_of(text: &str) -> Vec<u64> {
    let mut out = Vec::new();
    word_hashes(text, &mut out);
    out
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: words are short, and all of them come through here.
fn hashed(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
}

/// FNV's low bits depend on few of the last bytes' bits.
fn spread(hash: u64) -> u64 {
    (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn hash_folded(word: &str) -> u64 {
    let hash = if word.is_ascii() {
        word.bytes().fold(SEED, |h, b| hashed(h, b.to_ascii_lowercase()))
    } else {
        word.to_lowercase().bytes().fold(SEED, hashed)
    };
    spread(hash)
}

/// Hashes of three words in a row.
pub fn triples(hashes: &[u64]) -> impl Iterator<Item = u64> + '_ {
    hashes.windows(3).map(|w| w[0].wrapping_mul(31).wrapping_add(w[1]).wrapping_mul(31).wrapping_add(w[2]))
}
