//! What has the same key, put together: blocks with the same text or built the same way, containers with the same parent and class.

/// Keys in groups, numbered as they first appear.
pub struct Groups {
    /// The group of each key.
    pub of: Vec<u32>,
    /// How many keys each group has.
    pub sizes: Vec<u32>,
}

const FREE: u32 = u32::MAX;

impl Groups {
    /// `keys` are hashes already. A page asks for thousands: a table of numbers beside the keys takes a fraction of a hash map's memory,
    /// and its slots are found without another hash.
    pub fn new(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        let count = keys.len();
        let mut slots = vec![FREE; (2 * count).next_power_of_two().max(2)];
        let last = slots.len() - 1;
        let mut known: Vec<u64> = Vec::new();
        let mut out = Groups { of: Vec::with_capacity(count), sizes: Vec::new() };
        for key in keys {
            // The high bits of a product depend on all bits of the key.
            let mut at = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & last;
            let group = loop {
                match slots[at] {
                    FREE => {
                        slots[at] = known.len() as u32;
                        known.push(key);
                        out.sizes.push(0);
                        break slots[at];
                    }
                    group if known[group as usize] == key => break group,
                    _ => at = (at + 1) & last,
                }
            };
            out.sizes[group as usize] += 1;
            out.of.push(group);
        }
        out
    }

    /// How many keys are as the one at `at`, itself among them.
    #[inline]
    pub fn size_of(&self, at: usize) -> u32 {
        self.sizes[self.of[at] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_are_one_group() {
        let groups = Groups::new([7, 0, 7, u64::MAX, 7, 0].into_iter());
        assert_eq!((groups.of, groups.sizes), (vec![0, 1, 0, 2, 0, 1], vec![3, 2, 1]));
        let all = Groups::new((0..10_000u32).map(|k| u64::from(k % 5000) << 32));
        assert!(all.sizes.len() == 5000 && (0..10_000).all(|k| all.size_of(k) == 2));
        assert!(Groups::new([0u64; 0].into_iter()).of.is_empty());
    }
}
