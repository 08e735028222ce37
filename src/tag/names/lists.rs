//! Lists of words as features: forenames, surnames, places, companies, titles. One set of hashes with what each stands for.

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

/// Sorted hashes with their flags.
#[derive(Debug, Default)]
pub struct Lists {
    hashes: Vec<u32>,
    flags: Vec<u16>,
    /// Where the hashes with the same upper 16 bits begin.
    begins: Vec<u32>,
}

fn key(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

impl Lists {
    /// Of pairs of word hash and flags; flags of the same hash are joined.
    pub fn new(pairs: impl IntoIterator<Item = (u64, u16)>) -> Self {
        let mut all: Vec<(u32, u16)> = pairs.into_iter().map(|(h, f)| (key(h), f)).collect();
        all.sort_unstable();
        let mut lists = Lists::default();
        for (hash, flags) in all {
            match (lists.hashes.last(), lists.flags.last_mut()) {
                (Some(last), Some(known)) if *last == hash => *known |= flags,
                _ => {
                    lists.hashes.push(hash);
                    lists.flags.push(flags);
                }
            }
        }
        lists.index();
        lists
    }

    fn index(&mut self) {
        self.begins = vec![0; (1 << 16) + 2];
        for hash in &self.hashes {
            self.begins[(hash >> 16) as usize + 1] += 1;
        }
        for i in 1..self.begins.len() {
            self.begins[i] += self.begins[i - 1];
        }
    }

    fn find(&self, hash: u64) -> u16 {
        let hash = key(hash);
        let bucket = (hash >> 16) as usize;
        let (Some(from), Some(to)) = (self.begins.get(bucket), self.begins.get(bucket + 1)) else { return 0 };
        let range = *from as usize..*to as usize;
        let Some(hashes) = self.hashes.get(range.clone()) else { return 0 };
        hashes.iter().position(|h| *h == hash).and_then(|at| self.flags.get(range.start + at)).copied().unwrap_or(0)
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
        self.hashes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Differences of the hashes by 7 bits, then the flags: small when packed.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend((self.hashes.len() as u32).to_le_bytes());
        let mut last = 0u32;
        for hash in &self.hashes {
            let mut rest = hash - last;
            last = *hash;
            while rest >= 0x80 {
                out.push(rest as u8 | 0x80);
                rest >>= 7;
            }
            out.push(rest as u8);
        }
        self.flags.iter().for_each(|f| out.extend(f.to_le_bytes()));
    }

    /// Reads what `write` wrote; gives the rest of the bytes.
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (head, mut bytes) = bytes.split_first_chunk::<4>()?;
        let n = u32::from_le_bytes(*head) as usize;
        let mut lists = Lists { hashes: Vec::with_capacity(n), flags: Vec::with_capacity(n), begins: Vec::new() };
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
            lists.hashes.push(last);
        }
        let (flags, bytes) = bytes.split_at_checked(n * 2)?;
        lists.flags.extend(flags.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])));
        lists.index();
        Some((lists, bytes))
    }
}

/// Days, months and feasts that English and German write with a capital. Alone they are dates: `June` is somebody only by her surname.
pub const CALENDAR: &str = "|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september\
|october|november|december|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|januar|februar|märz|mai|juni|juli|oktober\
|dezember|christmas|easter|ostern|weihnachten|";

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
        }
        for cut in 0..bytes.len() - 1 {
            assert!(Lists::read(&bytes[..cut]).is_none(), "{cut}");
        }
    }
}
