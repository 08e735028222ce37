//! Bytes of things that come at one end and go at the other, in chunks of one size class. A thing never lies in two chunks.

use super::memory::allocated;
use std::collections::VecDeque;

const CHUNK: usize = 64 << 10;

#[derive(Debug, Default)]
pub(super) struct Arena {
    chunks: VecDeque<Box<[u8]>>,
    /// Number of the first chunk.
    first: u64,
    /// Where the next thing begins.
    end: u64,
}

impl Arena {
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Appends a thing, no larger than a chunk, and gives its place.
    pub fn push(&mut self, bytes: &[u8]) -> u64 {
        let used = self.end as usize % CHUNK;
        if used + bytes.len() > CHUNK {
            self.end += (CHUNK - used) as u64;
        }
        let at = self.end;
        self.end += bytes.len() as u64;
        if !bytes.is_empty() {
            while self.first + self.chunks.len() as u64 <= number(at) {
                self.chunks.push_back(vec![0; CHUNK].into());
            }
            self.write(at, bytes);
        }
        at
    }

    pub fn get(&self, at: u64, bytes: usize) -> &[u8] {
        let from = at as usize % CHUNK;
        let chunk = number(at).checked_sub(self.first).and_then(|n| self.chunks.get(n as usize));
        chunk.and_then(|c| c.get(from..from + bytes)).unwrap_or_default()
    }

    /// Takes back what was appended since the end was there.
    pub fn truncate(&mut self, end: u64) {
        self.end = end;
        while !self.chunks.is_empty() && self.first + self.chunks.len() as u64 > number(end) + 1 {
            self.chunks.pop_back();
        }
    }

    /// Lets go of the chunks before a place.
    pub fn let_go_before(&mut self, at: u64) {
        while self.first < number(at) {
            self.chunks.pop_front();
            self.first += 1;
        }
    }

    /// Puts back a thing that was let go.
    pub fn put_back(&mut self, at: u64, bytes: &[u8]) {
        while self.first > number(at) {
            self.chunks.push_front(vec![0; CHUNK].into());
            self.first -= 1;
        }
        if self.chunks.is_empty() {
            self.chunks.push_back(vec![0; CHUNK].into());
        }
        self.write(at, bytes);
    }

    fn write(&mut self, at: u64, bytes: &[u8]) {
        let from = at as usize % CHUNK;
        let chunk = number(at).checked_sub(self.first).and_then(|n| self.chunks.get_mut(n as usize));
        if let Some(place) = chunk.and_then(|c| c.get_mut(from..from + bytes.len())) {
            place.copy_from_slice(bytes);
        }
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.chunks.len() * allocated(CHUNK) + allocated(self.chunks.capacity() * size_of::<Box<[u8]>>())
    }
}

fn number(at: u64) -> u64 {
    at / CHUNK as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_come_and_go_at_both_ends() {
        let mut rng = fastrand::Rng::with_seed(5);
        let mut arena = Arena::default();
        // (place, bytes, end before)
        let mut live: VecDeque<(u64, Vec<u8>, u64)> = VecDeque::new();
        let mut gone: Vec<(u64, Vec<u8>, u64)> = Vec::new();
        for n in 0..60_000u32 {
            match rng.u32(0..10) {
                0..5 => {
                    let bytes = vec![n as u8; rng.usize(0..900)];
                    let before = arena.end();
                    live.push_back((arena.push(&bytes), bytes, before));
                    gone.clear();
                }
                5 => {
                    if let Some((_, _, before)) = live.pop_back() {
                        arena.truncate(before);
                    }
                }
                6 | 7 => {
                    gone.extend(live.pop_front());
                    arena.let_go_before(live.front().map_or(arena.end(), |t| t.0));
                }
                _ => {
                    if let Some(thing) = gone.pop() {
                        arena.put_back(thing.0, &thing.1);
                        live.push_front(thing);
                    }
                }
            }
            let some = rng.usize(0..live.len().max(1));
            for (at, bytes, _) in live.front().into_iter().chain(live.back()).chain(live.get(some)) {
                assert_eq!(arena.get(*at, bytes.len()), &bytes[..]);
            }
        }
        assert!(arena.bytes() < live.iter().map(|t| t.1.len()).sum::<usize>() * 11 / 10 + 3 * CHUNK);
    }
}
