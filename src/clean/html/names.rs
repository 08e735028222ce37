//! The names of a table, found by their first eight bytes: open addressing that is made when the program is compiled.

use super::runs::{part_of_name, short_name_of};

/// `ROWS` names of at most sixteen small letters in `SLOTS` slots: a power of two, and so many that most names have one of their own.
pub struct Names<const ROWS: usize, const SLOTS: usize> {
    names: [[u64; 2]; ROWS],
    /// The number of a row plus one, zero for a free slot; collisions go to the next slot.
    slots: [u8; SLOTS],
    shortest: usize,
    longest: usize,
}

impl<const ROWS: usize, const SLOTS: usize> Names<ROWS, SLOTS> {
    pub const fn new(names: [&str; ROWS]) -> Self {
        assert!(SLOTS.is_power_of_two() && ROWS < SLOTS && ROWS <= u8::MAX as usize, "more names than there is room for");
        let mut out = Self { names: [[0; 2]; ROWS], slots: [0; SLOTS], shortest: usize::MAX, longest: 0 };
        let mut row = 0;
        while row < ROWS {
            let name = names[row].as_bytes();
            assert!(!name.is_empty() && name.len() <= 16, "a name that is no two numbers");
            out.names[row] = short_name_of(name);
            out.shortest = if name.len() < out.shortest { name.len() } else { out.shortest };
            out.longest = if name.len() > out.longest { name.len() } else { out.longest };
            let mut at = Self::slot(out.names[row][0]);
            while out.slots[at] != 0 {
                at = (at + 1) % SLOTS;
            }
            row += 1;
            out.slots[at] = row as u8;
        }
        out
    }

    /// The first eight bytes tell the names of a table apart.
    #[inline(always)]
    const fn slot(low: u64) -> usize {
        (low.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - SLOTS.trailing_zeros())) as usize
    }

    /// The row of a name as written on the page, in any case. `low`: its first eight bytes in small letters.
    #[inline(always)]
    pub fn row(&self, page: &[u8], from: usize, to: usize, low: u64) -> Option<usize> {
        if to < from + self.shortest || to > from + self.longest {
            return None;
        }
        let mut at = Self::slot(low);
        loop {
            let row = usize::from(self.slots[at]).checked_sub(1)?;
            if self.names[row][0] == low && self.names[row][1] == part_of_name(page, from + 8, to) {
                return Some(row);
            }
            at = (at + 1) % SLOTS;
        }
    }
}
