//! What has the same key, put together: blocks with the same text or built the same way, containers with the same parent and class, lines with the
//! same words.

use super::ids::Ids;

/// Keys in groups, numbered as they first appear. `Number` has room for as many numbers as there are keys.
pub struct Groups<Number = u32> {
    /// The group of each key.
    pub of: Vec<Number>,
    /// How many keys each group has.
    pub sizes: Vec<u32>,
}

impl<Number: Copy + TryFrom<u32> + Into<u32> + Default> Groups<Number> {
    /// Of so many keys; they are hashes already.
    pub fn new(count: usize, keys: impl Iterator<Item = u64>) -> Self {
        let mut ids = Ids::with_capacity(count);
        let mut out = Groups { of: Vec::with_capacity(count), sizes: Vec::new() };
        for key in keys {
            let (group, new) = ids.number(key);
            if new {
                out.sizes.push(0);
            }
            out.sizes[group as usize] += 1;
            out.of.push(Number::try_from(group).unwrap_or_default());
        }
        out
    }

    /// How many keys are as the one at `at`, itself among them.
    #[inline]
    pub fn size_of(&self, at: usize) -> u32 {
        self.sizes[self.of[at].into() as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_are_one_group() {
        let groups: Groups<u16> = Groups::new(6, [7, 0, 7, u64::MAX, 7, 0].into_iter());
        assert_eq!((groups.of, groups.sizes), (vec![0, 1, 0, 2, 0, 1], vec![3, 2, 1]));
        let all: Groups = Groups::new(10_000, (0..10_000u32).map(|k| u64::from(k % 5000) << 32));
        assert!(all.sizes.len() == 5000 && (0..10_000).all(|k| all.size_of(k) == 2));
        assert!(Groups::<u32>::new(0, [0u64; 0].into_iter()).of.is_empty());
    }
}
