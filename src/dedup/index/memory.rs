//! What memory costs: the size classes of the allocator, and a queue that grows by whole blocks.

use std::collections::VecDeque;

/// Bytes of memory that a request to the allocator (mimalloc) takes: sixteens up to 128, then four steps to each doubling. Of a large block
/// the rest is never touched, so the system never gives it: whole pages.
pub(super) fn allocated(bytes: usize) -> usize {
    match bytes {
        0 => 0,
        1..=128 => bytes.next_multiple_of(16),
        129..=LARGE => bytes.next_multiple_of(bytes.next_power_of_two() / 8),
        _ => bytes.next_multiple_of(PAGE),
    }
}

const PAGE: usize = 4096;
const LARGE: usize = 64 << 10;

/// Bytes of a hash table of the standard library: a power of two of slots for 8/7 of its capacity, one control byte each, 16 more.
pub(super) fn table_bytes<K, V>(capacity: usize) -> usize {
    if capacity == 0 {
        return 0;
    }
    let slots = if capacity < 4 { 4 } else { (capacity * 8 / 7).next_power_of_two() };
    allocated((slots * size_of::<(K, V)>()).next_multiple_of(16) + slots + 16)
}

/// A queue in blocks of one size class: it never moves what it holds, and is never more than two blocks larger than that.
#[derive(Debug)]
pub(super) struct Blocks<T> {
    blocks: VecDeque<Box<[T]>>,
    /// Places before the first item in the first block.
    skipped: usize,
    len: usize,
}

impl<T> Default for Blocks<T> {
    fn default() -> Self {
        Self { blocks: VecDeque::new(), skipped: 0, len: 0 }
    }
}

impl<T: Copy + Default> Blocks<T> {
    /// Items in a block.
    const ITEMS: usize = (64 << 10) / size_of::<T>();

    pub fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub fn get(&self, at: usize) -> Option<&T> {
        let place = self.skipped + at;
        if at < self.len { self.blocks.get(place / Self::ITEMS)?.get(place % Self::ITEMS) } else { None }
    }

    #[inline]
    pub fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        let place = self.skipped + at;
        if at < self.len { self.blocks.get_mut(place / Self::ITEMS)?.get_mut(place % Self::ITEMS) } else { None }
    }

    pub fn push_back(&mut self, item: T) {
        let place = self.skipped + self.len;
        if place / Self::ITEMS == self.blocks.len() {
            self.blocks.push_back(block::<T>(Self::ITEMS));
        }
        self.len += 1;
        if let Some(last) = self.get_mut(self.len - 1) {
            *last = item;
        }
    }

    pub fn pop_back(&mut self) -> Option<T> {
        let item = *self.get(self.len.checked_sub(1)?)?;
        self.len -= 1;
        // One empty block is kept: the next item may need it again.
        while self.blocks.len() > (self.skipped + self.len) / Self::ITEMS + 1 {
            self.blocks.pop_back();
        }
        Some(item)
    }

    pub fn push_front(&mut self, item: T) {
        if self.skipped == 0 {
            self.blocks.push_front(block::<T>(Self::ITEMS));
            self.skipped = Self::ITEMS;
        }
        self.skipped -= 1;
        self.len += 1;
        if let Some(first) = self.get_mut(0) {
            *first = item;
        }
    }

    pub fn pop_front(&mut self) -> Option<T> {
        let item = *self.get(0)?;
        self.skipped += 1;
        self.len -= 1;
        if self.skipped == Self::ITEMS {
            self.blocks.pop_front();
            self.skipped = 0;
        }
        Some(item)
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.blocks.len() * allocated(Self::ITEMS * size_of::<T>()) + allocated(self.blocks.capacity() * size_of::<Box<[T]>>())
    }
}

fn block<T: Copy + Default>(items: usize) -> Box<[T]> {
    vec![T::default(); items].into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_classes() {
        for (asked, given) in
            [(0, 0), (1, 16), (100, 112), (129, 160), (160, 160), (161, 192), (4096, 4096), (65_536, 65_536), (65_537, 69_632)]
        {
            assert_eq!(allocated(asked), given, "{asked}");
        }
    }

    #[test]
    fn blocks_are_a_queue_with_two_ends() {
        let mut rng = fastrand::Rng::with_seed(3);
        let (mut blocks, mut queue) = (Blocks::<[u64; 32]>::default(), VecDeque::new());
        for n in 0..40_000u64 {
            let item = [n; 32];
            match rng.u32(0..9) {
                0..3 => {
                    blocks.push_back(item);
                    queue.push_back(item);
                }
                3 | 4 => {
                    blocks.push_front(item);
                    queue.push_front(item);
                }
                5 | 6 => assert_eq!(blocks.pop_back(), queue.pop_back()),
                _ => assert_eq!(blocks.pop_front(), queue.pop_front()),
            }
            assert_eq!(blocks.len(), queue.len());
            assert_eq!(blocks.get(n as usize % 20).map(|i| i[0]), queue.get(n as usize % 20).map(|i| i[0]));
        }
    }
}
