//! What is known of addresses: entries and aliases by key, in the order they were last written.

use super::rows::{Entry, Known, State};
use super::texts::table_bytes;
use crate::article::envelope::AddressKey;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

#[derive(Debug, Default)]
pub(super) struct Addresses {
    known: FxHashMap<AddressKey, Known>,
    /// One place for each address: when its row was written. A set and not a queue, so that it is a function of the rows.
    written: BTreeSet<Written>,
    /// The same for blocks alone, which are rewritten earlier than others expire.
    blocks: BTreeSet<Written>,
}

/// A row that was written: stream time and address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Written {
    pub at: i64,
    pub key: AddressKey,
}

impl Addresses {
    pub fn get(&self, key: AddressKey) -> Option<&Known> {
        self.known.get(&key)
    }

    /// The entry that an address leads to, with its key.
    pub fn entry(&self, key: AddressKey) -> Option<(AddressKey, &Entry)> {
        match self.known.get(&key)? {
            Known::Article(entry) => Some((key, entry)),
            Known::Alias { to, .. } => match self.known.get(to)? {
                Known::Article(entry) => Some((*to, entry)),
                // The entry expired and its address became known again through another one: the chain is not followed.
                Known::Alias { .. } => None,
            },
        }
    }

    /// Sets or removes a row and gives the one before.
    pub fn set(&mut self, key: AddressKey, known: Option<Known>) -> Option<Known> {
        if let Some(known) = &known {
            let place = Written { at: known.seen_at(), key };
            if is_block(known) {
                self.blocks.insert(place);
            }
            self.written.insert(place);
        }
        let place = |k: &Known| (Written { at: k.seen_at(), key }, is_block(k));
        let now = known.as_ref().map(place);
        let before = match known {
            Some(known) => self.known.insert(key, known),
            None => self.known.remove(&key),
        };
        if let Some((at, block)) = before.as_ref().map(place) {
            if now.is_none_or(|(n, _)| n != at) {
                self.written.remove(&at);
            }
            if block && now.is_none_or(|(n, b)| n != at || !b) {
                self.blocks.remove(&at);
            }
        }
        before
    }

    /// The address that was written longest ago, when that was before `time`.
    pub fn older(&self, time: i64) -> Option<AddressKey> {
        self.written.first().filter(|w| w.at < time).map(|w| w.key)
    }

    /// The same of blocks.
    pub fn older_block(&self, time: i64) -> Option<AddressKey> {
        self.blocks.first().filter(|w| w.at < time).map(|w| w.key)
    }

    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Bytes of memory; entries are counted with the sketch that nearly all have.
    pub fn bytes(&self) -> usize {
        table_bytes(&self.known)
            + (self.written.len() + self.blocks.len()) * size_of::<Written>() * 3 / 2
            + self.known.len() * (size_of::<Entry>() + super::sketch::SKETCH * 4)
    }

    /// The state, spelt so that two equal ones are equal.
    #[cfg(test)]
    pub fn dump(&self) -> Vec<String> {
        let mut all: Vec<String> = self.known.iter().map(|(k, v)| format!("{k:?} {v:?}")).collect();
        all.sort();
        all.extend(self.written.iter().map(|w| format!("written {w:?}")));
        all.extend(self.blocks.iter().map(|w| format!("block {w:?}")));
        all
    }
}

fn is_block(known: &Known) -> bool {
    matches!(known, Known::Article(e) if matches!(e.state, State::Removed(_)))
}
