//! Rows of a model by the hash of a feature. A row is found by its check, 16 bits of the hash; a feature without a row is unknown.

/// Rows that may hold a feature; they are searched together.
const WAYS: usize = 4;

/// A table of rows. The number of groups is a power of two.
#[derive(Debug)]
pub struct Hashed<R> {
    /// Zero: the row is empty.
    checks: Vec<[u16; WAYS]>,
    rows: Vec<[R; WAYS]>,
}

/// A feature that has a row.
#[derive(Debug, Clone, Copy, Default)]
pub struct Found {
    /// Its number among those that were looked up.
    pub feature: u32,
    at: u32,
}

impl<R> Default for Hashed<R> {
    fn default() -> Self {
        Self { checks: Vec::new(), rows: Vec::new() }
    }
}

impl<R: Copy + Default> Hashed<R> {
    fn empty(groups: usize) -> Self {
        Self { checks: vec![[0; WAYS]; groups], rows: vec![[R::default(); WAYS]; groups] }
    }

    /// Of features with their rows, the most important first; gives how many found no room.
    pub fn new(groups: usize, rows: impl IntoIterator<Item = (u64, R)>) -> (Self, usize) {
        let mut table = Self::empty(groups);
        let mut lost = 0;
        for (hash, row) in rows {
            let (group, check) = table.place(hash);
            match table.checks[group].iter().position(|c| *c == 0 || *c == check) {
                Some(way) if table.checks[group][way] == 0 => {
                    table.checks[group][way] = check;
                    table.rows[group][way] = row;
                }
                _ => lost += 1,
            }
        }
        (table, lost)
    }

    fn place(&self, hash: u64) -> (usize, u16) {
        (((hash >> 32) as usize) & self.checks.len().wrapping_sub(1), (hash >> 8) as u16 | 1)
    }

    /// Where the rows of these features are, of those that have one, in their order. Nearly each lies in another line of memory: looked up
    /// together and without a branch, they are fetched together.
    pub fn places(&self, hashes: impl ExactSizeIterator<Item = u64>, found: &mut Vec<Found>) {
        found.clear();
        found.resize(hashes.len(), Found::default());
        let mut count = 0;
        for (feature, hash) in hashes.enumerate() {
            let (group, check) = self.place(hash);
            let Some(checks) = self.checks.get(group) else { break };
            let ways = (0..WAYS).fold(0u32, |ways, way| ways | u32::from(checks[way] == check) << way);
            found[count] = Found { feature: feature as u32, at: (group * WAYS) as u32 + ways.trailing_zeros() % WAYS as u32 };
            count += usize::from(ways != 0);
        }
        found.truncate(count);
    }

    #[inline]
    pub fn at(&self, found: Found) -> Option<&R> {
        self.rows.as_flattened().get(found.at as usize)
    }

    pub fn groups(&self) -> usize {
        self.checks.len()
    }

    /// The rows that hold a feature, in their order.
    pub fn full(&self) -> impl Iterator<Item = &R> {
        self.checks.iter().flatten().zip(self.rows.iter().flatten()).filter(|(c, _)| **c != 0).map(|(_, row)| row)
    }

    pub fn full_mut(&mut self) -> impl Iterator<Item = &mut R> {
        self.checks.iter().flatten().zip(self.rows.iter_mut().flatten()).filter(|(c, _)| **c != 0).map(|(_, row)| row)
    }

    pub fn write_checks(&self, out: &mut Vec<u8>) {
        self.checks.iter().flatten().for_each(|c| out.extend(c.to_le_bytes()));
    }

    /// A table of empty rows with the checks that `bytes` begin with, and the rest of the bytes.
    pub fn read_checks(groups: usize, bytes: &[u8]) -> Option<(Self, &[u8])> {
        if !groups.is_power_of_two() {
            return None;
        }
        let (checks, rest) = bytes.split_at_checked(groups.checked_mul(2 * WAYS)?)?;
        let mut table = Self::empty(groups);
        for (check, b) in table.checks.iter_mut().flatten().zip(checks.chunks_exact(2)) {
            *check = u16::from_le_bytes([b[0], b[1]]);
        }
        Some((table, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The features among these that have a row: their number, and the row.
    fn known(table: &Hashed<u64>, features: &[u64]) -> Vec<(u32, u64)> {
        let mut found = Vec::new();
        table.places(features.iter().map(|k| hash(*k)), &mut found);
        found.iter().filter_map(|f| Some((f.feature, *table.at(*f)?))).collect()
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
    }
}
