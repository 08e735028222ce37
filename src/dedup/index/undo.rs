//! Overlays, kept as the way back.
//!
//! A batch is decided on the index with all batches before it, committed or not. So changes are applied at once, look-ups know of no
//! layers, and each open batch keeps the inverse of what it did: dropping all open batches plays the inverses backwards, which leads
//! through the same states to the committed one. Committing the oldest batch only forgets its inverses.

use super::addresses::{Addresses, Before};
use super::memory::allocated;
use super::texts::{Popped, Pushed, Standing, Texts};
use crate::article::envelope::AddressKey;
use std::collections::VecDeque;

/// The inverse of one change.
#[derive(Debug)]
pub(super) enum Undo {
    Address(AddressKey, Option<Before>),
    Pushed(Pushed),
    Popped(Box<Popped>),
    Standing(u64, Standing),
    Time(i64),
}

/// What is known: the committed state and all that open batches changed.
#[derive(Debug)]
pub(super) struct Live {
    pub addresses: Addresses,
    pub texts: Texts,
    /// Stream time: running maximum of log-append times.
    pub time: i64,
}

impl Live {
    pub fn new() -> Self {
        Self { addresses: Addresses::default(), texts: Texts::default(), time: i64::MIN }
    }

    fn undo(&mut self, undo: Undo) {
        match undo {
            Undo::Address(key, before) => self.addresses.unset(key, before),
            Undo::Pushed(pushed) => self.texts.unpush(pushed),
            Undo::Popped(popped) => self.texts.unpop(*popped),
            Undo::Standing(sequence, before) => {
                self.texts.put_standing(sequence, before);
            }
            Undo::Time(before) => self.time = before,
        }
    }
}

/// The inverses of each open batch, the oldest batch first.
#[derive(Debug, Default)]
pub(super) struct Journal {
    batches: VecDeque<Vec<Undo>>,
}

impl Journal {
    pub fn begin(&mut self) {
        self.batches.push_back(Vec::new());
    }

    /// Notes an inverse. Without an open batch (a restore) there is no way back, and none is needed.
    pub fn note(&mut self, undo: Undo) {
        if let Some(batch) = self.batches.back_mut() {
            batch.push(undo);
        }
    }

    pub fn merge(&mut self) {
        self.batches.pop_front();
    }

    pub fn discard(&mut self, live: &mut Live) {
        while let Some(batch) = self.batches.pop_back() {
            batch.into_iter().rev().for_each(|undo| live.undo(undo));
        }
    }

    /// Bytes of memory, as the allocator hands them out.
    pub fn bytes(&self) -> usize {
        let boxed = |undo: &Undo| if let Undo::Popped(popped) = undo { allocated(size_of::<Popped>()) + popped.bytes() } else { 0 };
        let batch = |b: &Vec<Undo>| allocated(b.capacity() * size_of::<Undo>()) + b.iter().map(boxed).sum::<usize>();
        allocated(self.batches.capacity() * size_of::<Vec<Undo>>()) + self.batches.iter().map(batch).sum::<usize>()
    }
}
