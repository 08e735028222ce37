//! Lists of words as features: forenames, surnames, places, companies, titles. One set of hashes with what each stands for.

use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// What a list says of a word. Bits of `Lists`.
pub mod flag {
    /// A forename of any country.
    pub const FORENAME: u16 = 1;
    /// One of a country's most frequent surnames.
    pub const SURNAME: u16 = 2;
    /// In the long list of surnames.
    pub const SURNAME_RARE: u16 = 4;
    /// A town or country of one word.
    pub const PLACE: u16 = 8;
    /// Part of a company's legal form.
    pub const COMPANY: u16 = 16;
    /// An occupation, rank or title.
    pub const TITLE: u16 = 32;
    /// A nationality.
    pub const NATION: u16 = 64;
    /// A word that is written small more often than not.
    pub const COMMON: u16 = 128;
    /// Part of the name of a town of several words.
    pub const PLACE_PHRASE: u16 = 256;
    /// Part of the name of a known company, newspaper, charity, party or agency.
    pub const ORGANISATION_PHRASE: u16 = 512;
}

/// Hashes with their flags, in order, with gaps: each lies where its upper bits say, or right behind.
#[derive(Debug, Default)]
pub struct Lists {
    /// A gap is the highest hash, so a search ends at it.
    hashes: Vec<u32>,
    /// 0: a gap.
    flags: Vec<u16>,
    count: usize,
}

/// Words that are looked up together.
const TOGETHER: usize = 64;
/// Bits of a hash that say where it lies. Two thirds of the places are gaps: were it a quarter, the words of most texts would lie within long
/// runs, and each would be searched for through fifty others.
const PLACE_BITS: u32 = 19;

fn key(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

fn place(key: u32) -> usize {
    (key >> (u32::BITS - PLACE_BITS)) as usize
}

impl Lists {
    /// Of pairs of word hash and flags; flags of the same hash are joined.
    pub fn new(pairs: impl IntoIterator<Item = (u64, u16)>) -> Self {
        let mut all: Vec<(u32, u16)> = pairs.into_iter().filter(|p| p.1 != 0).map(|(h, f)| (key(h), f)).collect();
        all.sort_unstable();
        all.dedup_by(|next, known| {
            let same = next.0 == known.0;
            known.1 |= if same { next.1 } else { 0 };
            same
        });
        Self::spread(&all)
    }

    /// Of pairs in order.
    fn spread(pairs: &[(u32, u16)]) -> Self {
        let mut lists = Lists { count: pairs.len(), ..Lists::default() };
        for (hash, flags) in pairs {
            let at = place(*hash).max(lists.hashes.len());
            lists.hashes.resize(at, u32::MAX);
            lists.flags.resize(at, 0);
            lists.hashes.push(*hash);
            lists.flags.push(*flags);
        }
        // Every search ends.
        let length = lists.hashes.len().max(1 << PLACE_BITS) + 1;
        lists.hashes.resize(length, u32::MAX);
        lists.flags.resize(length, 0);
        lists
    }

    fn find(&self, hash: u64) -> u16 {
        let key = key(hash);
        let hashes = self.hashes.get(place(key)..).unwrap_or_default();
        let behind = hashes.iter().position(|h| *h >= key).filter(|behind| hashes[*behind] == key);
        behind.and_then(|behind| self.flags.get(place(key) + behind)).copied().unwrap_or(0)
    }

    /// What the lists know of words. Nearly each lies in another line of memory: looked at together, they are fetched together.
    pub fn words(&self, hashes: &[u64], mut know: impl FnMut(usize, u16)) {
        let Some(last) = self.hashes.len().checked_sub(1) else { return };
        for (chunk, hashes) in hashes.chunks(TOGETHER).enumerate() {
            let mut first = [0; TOGETHER];
            for (first, hash) in first.iter_mut().zip(hashes) {
                *first = self.hashes[place(key(*hash)).min(last)];
            }
            let mut at = [last; TOGETHER];
            for ((at, first), hash) in at.iter_mut().zip(&first).zip(hashes) {
                let (key, mut found) = (key(*hash), *first);
                let mut behind = place(key);
                while found < key {
                    behind += 1;
                    found = self.hashes[behind];
                }
                if found == key {
                    *at = behind;
                }
            }
            for (i, at) in at.iter().take(hashes.len()).enumerate() {
                know(chunk * TOGETHER + i, self.flags[*at]);
            }
        }
    }

    /// What the lists know of a word, by the hash of its small letters.
    pub fn word(&self, hash: u64) -> u16 {
        self.find(hash)
    }

    /// What they know of several words, by the hash of `Words::phrase_hash`.
    pub fn phrase(&self, hash: u64) -> u16 {
        self.find(hash ^ 0x7000_0000_0000_0007)
    }

    /// The key under which `new` must be given a name of several words.
    pub fn phrase_key(hash: u64) -> u64 {
        hash ^ 0x7000_0000_0000_0007
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn full(&self) -> impl Iterator<Item = (u32, u16)> {
        self.hashes.iter().copied().zip(self.flags.iter().copied()).filter(|(_, flags)| *flags != 0)
    }

    /// Differences of the hashes by 7 bits, then the flags: small when packed.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend((self.count as u32).to_le_bytes());
        let mut last = 0u32;
        for (hash, _) in self.full() {
            let mut rest = hash - last;
            last = hash;
            while rest >= 0x80 {
                out.push(rest as u8 | 0x80);
                rest >>= 7;
            }
            out.push(rest as u8);
        }
        self.full().for_each(|(_, flags)| out.extend(flags.to_le_bytes()));
    }

    /// Reads what `write` wrote; gives the rest of the bytes.
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (head, mut bytes) = bytes.split_first_chunk::<4>()?;
        let n = u32::from_le_bytes(*head) as usize;
        let mut pairs = Vec::with_capacity(n.min(bytes.len()));
        let mut last = 0u32;
        for _ in 0..n {
            let (mut rest, mut shift) = (0u32, 0);
            loop {
                let (byte, more) = bytes.split_first()?;
                bytes = more;
                rest |= u32::from(byte & 0x7F).checked_shl(shift)?;
                shift += 7;
                if byte & 0x80 == 0 {
                    break;
                }
            }
            last = last.checked_add(rest)?;
            pairs.push((last, 0));
        }
        let (flags, bytes) = bytes.split_at_checked(n * 2)?;
        for (pair, flags) in pairs.iter_mut().zip(flags.as_chunks().0) {
            pair.1 = u16::from_le_bytes(*flags);
        }
        Some((Self::spread(&pairs), bytes))
    }
}

/// Days, months and feasts that English and German write with a capital. Alone they are dates: `June` is somebody only by her surname.
const CALENDAR: &str = "|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september\
|october|november|december|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|januar|februar|märz|mai|juni|juli|oktober\
|dezember|christmas|easter|ostern|weihnachten|";

static DAYS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| CALENDAR.split('|').filter(|day| !day.is_empty()).collect());

/// Whether a word in small letters is a day, a month or a feast.
pub fn is_calendar(word: &str) -> bool {
    DAYS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let lists = Lists::new([(7, flag::FORENAME), (7 << 40, flag::PLACE), (7, flag::COMMON), (u64::from(u32::MAX), flag::TITLE)]);
        let mut bytes = Vec::new();
        lists.write(&mut bytes);
        bytes.push(9);
        let (again, rest) = Lists::read(&bytes).unwrap();
        assert_eq!(rest, [9]);
        for lists in [lists, again] {
            assert_eq!(lists.len(), 3);
            assert_eq!(lists.word(7), flag::FORENAME | flag::COMMON);
            assert_eq!(lists.word(7 << 40), flag::PLACE);
            assert_eq!(lists.word(u64::from(u32::MAX)), flag::TITLE);
            assert_eq!(lists.word(8), 0);
            let hashes: Vec<u64> = [7, 8, 7 << 40, u64::from(u32::MAX)].into_iter().cycle().take(TOGETHER + 9).collect();
            let mut known = vec![0; hashes.len()];
            lists.words(&hashes, |i, flags| known[i] = flags);
            assert_eq!(known, hashes.iter().map(|h| lists.word(*h)).collect::<Vec<_>>());
        }
        for cut in 0..bytes.len() - 1 {
            assert!(Lists::read(&bytes[..cut]).is_none(), "{cut}");
        }
    }
}
