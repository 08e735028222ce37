//! Rows of a model by the hash of a feature. A row is found by its check, 16 bits of the hash; a feature without a row is unknown.

/// Rows that may hold a feature; they are searched together.
const WAYS: usize = 4;

/// Features that are looked up together.
const TOGETHER: usize = 64;

/// A table of rows. The number of groups is a power of two.
#[derive(Debug)]
pub struct Hashed<R> {
    /// Of a group: four checks of 16 bits. Zero: the row is empty.
    checks: Vec<u64>,
    /// Four for each group; the last row of all is that of what is unknown, and stays empty.
    rows: Vec<R>,
}

/// Where the row of a feature is.
#[derive(Debug, Clone, Copy, Default)]
pub struct At(u32);

impl<R: Copy + Default> Default for Hashed<R> {
    fn default() -> Self {
        Self::empty(0)
    }
}

fn lanes(checks: u64) -> [u16; WAYS] {
    std::array::from_fn(|way| (checks >> (16 * way)) as u16)
}

/// The lowest bit of the lane that holds a check, or none. Several features go through it side by side, so it is made of what vectors have.
#[inline(always)]
fn holds(checks: u64, check: u16) -> u64 {
    const LOW: u64 = 0x7FFF_7FFF_7FFF_7FFF;
    let twice = u64::from(check) | u64::from(check) << 16;
    let differs = checks ^ (twice | twice << 32);
    !(((differs & LOW) + LOW) | differs | LOW) >> 15
}

impl<R: Copy + Default> Hashed<R> {
    fn empty(groups: usize) -> Self {
        Self { checks: vec![0; groups], rows: vec![R::default(); groups * WAYS + 1] }
    }

    /// Of features with their rows, the most important first; gives how many found no room.
    pub fn new(groups: usize, rows: impl IntoIterator<Item = (u64, R)>) -> (Self, usize) {
        let mut table = Self::empty(groups);
        let mut lost = 0;
        for (hash, row) in rows {
            let (group, check) = table.place(hash);
            match lanes(table.checks[group]).iter().position(|c| *c == 0 || *c == check) {
                Some(way) if lanes(table.checks[group])[way] == 0 => {
                    table.checks[group] |= u64::from(check) << (16 * way);
                    table.rows[group * WAYS + way] = row;
                }
                _ => lost += 1,
            }
        }
        (table, lost)
    }

    #[inline(always)]
    fn place(&self, hash: u64) -> (usize, u16) {
        (((hash >> 32) as usize) & self.checks.len().wrapping_sub(1), (hash >> 8) as u16 | 1)
    }

    /// Where the rows of these features are. Nearly each lies in another line of memory: looked up without anything between and without a
    /// branch, they are fetched together.
    #[inline(always)]
    pub fn places(&self, hashes: &[u64], places: &mut Vec<At>) {
        // What stood there is written over.
        places.resize(hashes.len(), At::default());
        let unknown = self.rows.len() as u64 - 1;
        for (hashes, places) in hashes.chunks(TOGETHER).zip(places.chunks_mut(TOGETHER)) {
            let mut checks = [0; TOGETHER];
            for (checks, hash) in checks.iter_mut().zip(hashes) {
                *checks = self.checks.get(self.place(*hash).0).copied().unwrap_or(0);
            }
            for ((place, hash), checks) in places.iter_mut().zip(hashes).zip(&checks) {
                let (group, check) = self.place(*hash);
                let holds = holds(*checks, check);
                // All bits of the lane leave of the lanes' numbers its own.
                let way = (holds << 16).wrapping_sub(holds) & 0x0003_0002_0001_0000;
                let way = way | way >> 32;
                let row = (group * WAYS) as u64 | (way | way >> 16) & 3;
                *place = At(if holds == 0 { unknown } else { row } as u32);
            }
        }
    }

    pub fn is_known(&self, at: At) -> bool {
        at.0 as usize + 1 < self.rows.len()
    }

    /// The row there; an empty one for a feature that is unknown.
    #[inline]
    pub fn row(&self, At(at): At) -> &R {
        &self.rows[at as usize]
    }

    pub fn groups(&self) -> usize {
        self.checks.len()
    }

    fn all_checks(&self) -> impl Iterator<Item = u16> {
        self.checks.iter().flat_map(|c| lanes(*c))
    }

    /// The rows that hold a feature, in their order.
    pub fn full(&self) -> impl Iterator<Item = &R> {
        self.all_checks().zip(&self.rows).filter(|(c, _)| *c != 0).map(|(_, row)| row)
    }

    pub fn full_mut(&mut self) -> impl Iterator<Item = &mut R> {
        let checks = self.checks.iter().flat_map(|c| lanes(*c));
        checks.zip(&mut self.rows).filter(|(c, _)| *c != 0).map(|(_, row)| row)
    }

    pub fn write_checks(&self, out: &mut Vec<u8>) {
        self.checks.iter().for_each(|c| out.extend(c.to_le_bytes()));
    }

    /// A table of empty rows with the checks that `bytes` begin with, and the rest of the bytes.
    pub fn read_checks(groups: usize, bytes: &[u8]) -> Option<(Self, &[u8])> {
        if !groups.is_power_of_two() {
            return None;
        }
        let (checks, rest) = bytes.split_at_checked(groups.checked_mul(2 * WAYS)?)?;
        let mut table = Self::empty(groups);
        for (group, bytes) in table.checks.iter_mut().zip(checks.as_chunks().0) {
            *group = u64::from_le_bytes(*bytes);
        }
        Some((table, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The features among these that have a row: their number, and the row.
    fn known(table: &Hashed<u64>, features: &[u64]) -> Vec<(u32, u64)> {
        let hashes: Vec<u64> = features.iter().map(|k| hash(*k)).collect();
        let mut places = Vec::new();
        table.places(&hashes, &mut places);
        (0..).zip(places).filter(|(_, at)| table.is_known(*at)).map(|(feature, at)| (feature, *table.row(at))).collect()
    }

    fn hash(k: u64) -> u64 {
        k.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    #[test]
    fn rows_are_found_by_their_hash_and_the_important_ones_stay() {
        let (table, lost) = Hashed::new(4, (1..=40u64).map(|k| (hash(k), k)));
        assert_eq!((table.full().count(), lost), (16, 24));
        assert_eq!(known(&table, &[1, 100, 41]), [(0, 1)]);
        let held: Vec<u64> = table.full().copied().collect();
        assert_eq!(known(&table, &held).into_iter().map(|(_, k)| k).collect::<Vec<_>>(), held);
        assert!(known(&Hashed::default(), &held).is_empty());
        let many: Vec<u64> = held.iter().copied().cycle().take(3 * TOGETHER + 1).collect();
        assert_eq!(known(&table, &many).len(), many.len());
    }
}
