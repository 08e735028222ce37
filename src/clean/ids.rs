//! A number for each hash of a page: open addressing without removal, which does half the work of a general map. It is asked several times
//! for every word of a page.

/// Numbers from zero for hashes, in the order in which they come.
#[derive(Debug, Default)]
pub struct Ids {
    /// The number of a hash, plus one; free slots have zero. A power of two of them, at most half of them taken.
    slots: Vec<u32>,
    /// All hashes, by their numbers.
    hashes: Vec<u64>,
}

impl Ids {
    pub fn with_capacity(hashes: usize) -> Self {
        Self { slots: vec![0; (2 * hashes).next_power_of_two().max(16)], hashes: Vec::with_capacity(hashes) }
    }

    /// The number of a hash, and whether it is a new one.
    #[inline(always)]
    pub fn number(&mut self, hash: u64) -> (u32, bool) {
        // Most hashes are old ones and lie in their first slot.
        if let Some(mask) = self.slots.len().checked_sub(1)
            && let number = self.slots[slot(hash, mask)].wrapping_sub(1)
            && self.hashes.get(number as usize) == Some(&hash)
        {
            return (number, false);
        }
        self.sought(hash)
    }

    /// The number of a hash that does not lie in its first slot, and whether it is a new one.
    #[inline(never)]
    fn sought(&mut self, hash: u64) -> (u32, bool) {
        if 2 * self.hashes.len() >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = slot(hash, mask);
        loop {
            match self.slots[at] {
                0 => {
                    self.hashes.push(hash);
                    self.slots[at] = self.hashes.len() as u32;
                    return (self.hashes.len() as u32 - 1, true);
                }
                number if self.hashes[number as usize - 1] == hash => return (number - 1, false),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// The number of a hash that has one.
    pub fn get(&self, hash: u64) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = slot(hash, mask);
        while self.slots[at] > 0 {
            let number = self.slots[at] - 1;
            if self.hashes[number as usize] == hash {
                return Some(number);
            }
            at = (at + 1) & mask;
        }
        None
    }

    fn grow(&mut self) {
        self.slots = vec![0; (4 * self.hashes.len()).next_power_of_two().max(16)];
        let mask = self.slots.len() - 1;
        for (hash, number) in self.hashes.iter().zip(1..) {
            let mut at = slot(*hash, mask);
            while self.slots[at] > 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = number;
        }
    }
}

/// The first slot to look at: the high bits of a product depend on all bits of the hash.
fn slot(hash: u64, mask: usize) -> usize {
    (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_numbered_once() {
        let mut ids = Ids::default();
        assert_eq!(ids.get(0), None);
        for new in [true, false] {
            // Neighbours in the table and equal first slots, and a hash that is zero.
            assert!((0..5_000u64).all(|n| ids.number(((n / 2) << 32) | (n % 2)) == (n as u32, new)));
        }
        assert_eq!((ids.get((1 << 32) | 1), ids.get((1 << 32) | 2)), (Some(3), None));
    }
}
