//! A hash table of numbers that knows its keys only by their hash: 8 bytes a slot, nearly full, and never rebuilt as a whole.
//!
//! A key is a hash of [`HASH_BITS`] bits. Its upper bits choose one of the parts, its lower 32 bits are kept in the slot and say where in
//! the part it stands: slots are in the order of these bits (linear probing that keeps order, Amble and Knuth 1974). So a look-up of what
//! is not there ends at the first larger one, usually in one cache line, a part grows by one pass over it, and what a slot means follows
//! from where it is. Parts are full to different degrees, so they do not all grow at the same time: with ten million texts the longest
//! pause is some ten milliseconds, where one table would stand still for half a minute.
//!
//! Where the hash is not the whole key, the caller compares what the number stands for (`is`); equal hashes then stand side by side.

use super::memory::allocated;

/// Bits of a hash that count.
pub(super) const HASH_BITS: u32 = 40;
const PARTS: usize = 1 << (HASH_BITS - 32);
const LEAST_SLOTS: usize = 16;

/// `low` = 0: free.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    low: u32,
    value: u32,
}

#[derive(Debug, Default)]
struct Part {
    slots: Box<[Slot]>,
    used: u32,
}

#[derive(Debug)]
pub(super) struct Table {
    parts: Box<[Part]>,
    len: usize,
    bytes: usize,
}

impl Default for Table {
    fn default() -> Self {
        let parts: Box<[Part]> = (0..PARTS).map(|_| Part::default()).collect();
        Self { bytes: allocated(size_of_val(&*parts)), parts, len: 0 }
    }
}

impl Table {
    /// The number under a hash.
    #[inline]
    pub fn get(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let (part, low) = split(hash);
        let part = &self.parts[part];
        part.find(low, is).ok().map(|at| part.slots[at].value)
    }

    /// Reads where hashes are looked for, all at once: later look-ups one by one would wait for memory each time.
    pub fn warm(&self, hashes: impl Iterator<Item = u64>) {
        let read = |hash| {
            let (part, low) = split(hash);
            let part = &self.parts[part];
            part.slots.get(part.home(low)).map_or(0, |s| s.low)
        };
        std::hint::black_box(hashes.map(read).fold(0, u32::wrapping_add));
    }

    /// Sets the number under a hash and gives the one before.
    pub fn insert(&mut self, hash: u64, value: u32, is: impl Fn(u32) -> bool) -> Option<u32> {
        let (number, low) = split(hash);
        let part = &mut self.parts[number];
        match part.find(low, is) {
            Ok(at) => Some(std::mem::replace(&mut part.slots[at].value, value)),
            Err(_) => {
                self.len += 1;
                if part.used as usize >= part.most(number) {
                    self.resize(number, part_slots(self.parts[number].slots.len() + 1));
                }
                while !self.parts[number].place(Slot { low, value }) {
                    self.resize(number, part_slots(self.parts[number].slots.len() + 1));
                }
                None
            }
        }
    }

    /// Takes a number away.
    pub fn remove(&mut self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let (number, low) = split(hash);
        let part = &mut self.parts[number];
        let at = part.find(low, is).ok()?;
        let value = part.take(at);
        self.len -= 1;
        // Well below what a part of the next smaller size would hold, so that it does not grow again at once.
        if (part.used as usize) * 2 < part.slots.len() && part.slots.len() > LEAST_SLOTS {
            let slots = part_slots(part.used as usize * 4 / 3);
            self.resize(number, slots);
        }
        Some(value)
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many numbers there are.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// All numbers with their hashes, in the order of the hashes.
    #[cfg(test)]
    pub fn iter(&self) -> impl Iterator<Item = (u64, u32)> {
        let part = |(n, p): (usize, &Part)| {
            p.slots.iter().filter(|s| s.low != 0).map(move |s| ((n as u64) << 32 | u64::from(s.low), s.value)).collect::<Vec<_>>()
        };
        self.parts.iter().enumerate().flat_map(part)
    }

    fn resize(&mut self, number: usize, mut slots: usize) {
        let old = std::mem::take(&mut self.parts[number]);
        self.bytes -= allocated(size_of_val(&*old.slots));
        loop {
            let mut part = Part { slots: vec![Slot::default(); slots].into(), used: 0 };
            if old.slots.iter().filter(|s| s.low != 0).all(|s| part.append(*s)) {
                self.bytes += allocated(size_of_val(&*part.slots));
                self.parts[number] = part;
                return;
            }
            // So many stand near the end that they do not fit behind it.
            slots = part_slots(slots + 1);
        }
    }
}

/// The part of a hash, and the bits that are kept. None is 0, which marks a free slot.
#[inline]
fn split(hash: u64) -> (usize, u32) {
    ((hash >> 32) as usize % PARTS, (hash as u32).max(1))
}

/// The least number of slots from `wanted` on that fills a size class of the allocator: 4, 5, 6 or 7 times a power of two.
fn part_slots(wanted: usize) -> usize {
    if wanted <= LEAST_SLOTS {
        return LEAST_SLOTS;
    }
    let step = (wanted.next_power_of_two() / 8).max(1);
    wanted.div_ceil(step) * step
}

impl Part {
    /// Slots that homes are spread over; those behind them take what is displaced there.
    #[inline]
    fn homes(&self) -> usize {
        self.slots.len().saturating_sub((self.slots.len() / 16).clamp(2, 64))
    }

    #[inline]
    fn home(&self, low: u32) -> usize {
        ((u64::from(low) * self.homes() as u64) >> 32) as usize
    }

    /// Numbers that a part takes before it grows: 84 to 94 % of its slots.
    fn most(&self, number: usize) -> usize {
        self.homes() * (84 * PARTS + 10 * number) / (100 * PARTS)
    }

    /// Where the number is, or where it would be put.
    #[inline]
    fn find(&self, low: u32, is: impl Fn(u32) -> bool) -> Result<usize, usize> {
        if self.slots.is_empty() {
            return Err(0);
        }
        let mut at = self.home(low);
        while let Some(slot) = self.slots.get(at) {
            if slot.low == 0 || slot.low > low {
                break;
            }
            if slot.low == low && is(slot.value) {
                return Ok(at);
            }
            at += 1;
        }
        Err(at)
    }

    /// Puts a slot where its order says, moving others on. `false`: there is no free slot behind it.
    fn place(&mut self, slot: Slot) -> bool {
        let at = match self.find(slot.low, |_| false) {
            Ok(at) | Err(at) => at,
        };
        let Some(free) = self.slots.iter().skip(at).position(|s| s.low == 0) else { return false };
        self.slots.copy_within(at..at + free, at + 1);
        self.slots[at] = slot;
        self.used += 1;
        true
    }

    /// Puts a slot behind all others.
    fn append(&mut self, slot: Slot) -> bool {
        let mut at = self.home(slot.low);
        while self.slots.get(at).is_some_and(|s| s.low != 0) {
            at += 1;
        }
        let Some(place) = self.slots.get_mut(at) else { return false };
        *place = slot;
        self.used += 1;
        true
    }

    /// Takes a slot away and moves those behind it back towards their homes.
    fn take(&mut self, at: usize) -> u32 {
        let value = self.slots[at].value;
        let mut hole = at;
        while let Some(next) = self.slots.get(hole + 1).copied() {
            if next.low == 0 || self.home(next.low) > hole {
                break;
            }
            self.slots[hole] = next;
            hole += 1;
        }
        self.slots[hole] = Slot::default();
        self.used -= 1;
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;
    use std::collections::BTreeMap;

    const ANY: fn(u32) -> bool = |_| true;

    /// Hashes as samples have them, a few of them neighbours.
    fn hash(rng: &mut Rng) -> u64 {
        let hash = if rng.u32(0..4) == 0 { rng.u64(0..1 << 12) << 28 } else { rng.u64(0..1 << HASH_BITS) << 3 } % (1 << HASH_BITS);
        if hash as u32 == 0 { hash | 1 } else { hash }
    }

    #[test]
    fn it_holds_what_a_map_holds() {
        for seed in 0..6 {
            let mut rng = Rng::with_seed(seed);
            let (mut table, mut map) = (Table::default(), BTreeMap::new());
            for step in 0..120_000u32 {
                // It grows, shrinks and grows again.
                let grows = (step / 30_000) % 2 == 0;
                if rng.u32(0..10) < if grows { 8 } else { 2 } {
                    let h = hash(&mut rng);
                    assert_eq!(table.insert(h, step, ANY), map.insert(h, step));
                } else {
                    let near = hash(&mut rng);
                    let h = map.range(near..).next().map_or(near, |(h, _)| *h);
                    assert_eq!(table.remove(h, ANY), map.remove(&h));
                }
                let h = hash(&mut rng);
                assert_eq!(table.get(h, ANY), map.get(&h).copied());
                assert_eq!(table.len(), map.len());
            }
            assert!(table.iter().eq(map.iter().map(|(h, v)| (*h, *v))));
            let slots: usize = table.parts.iter().map(|p| p.slots.len() * 8).sum();
            assert_eq!(table.bytes(), slots + allocated(size_of::<Part>() * PARTS));
        }
    }

    #[test]
    fn equal_hashes_are_told_apart_by_what_they_stand_for() {
        let mut table = Table::default();
        for value in 0..100 {
            assert_eq!(table.insert(77, value, |v| v == value), None);
        }
        for value in 0..100 {
            assert_eq!(table.get(77, |v| v == value), Some(value));
            assert_eq!(table.remove(77, |v| v == value), Some(value));
        }
        assert_eq!(table.len(), 0);
    }

    #[test]
    fn it_is_nearly_full_and_stays_so() {
        let mut rng = Rng::with_seed(1);
        let mut table = Table::default();
        for n in 1..=400_000usize {
            table.insert(hash(&mut rng), n as u32, ANY);
            if n > 100_000 && n % 10_000 == 0 {
                let each = table.bytes() as f64 / table.len() as f64;
                assert!(each < 12.0, "{n}: {each}");
            }
        }
    }
}
