//! What is known of addresses: entries and aliases by key, in the order they were last written.
//!
//! Both kinds are packed in slots that form one list, from the row written longest ago to the newest. The list is a function of the rows
//! in their order, as stream time never goes back; taking back a change puts a slot where it stood.

use super::memory::{Blocks, allocated};
use super::rows::{Block, Entry, Incarnation, Known, State};
use super::sketch::Sketch;
use super::table::{HASH_BITS, Table};
use super::texts::{halves, key};
use crate::article::envelope::AddressKey;
use std::collections::BTreeSet;

/// Number of a slot; aliases have the upper bit set.
type Id = u32;
const ALIAS: Id = 1 << 31;
/// No slot.
const NONE: Id = u32::MAX;

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: [u64; 2],
    links: Links,
    born: i64,
    body_hash: u64,
    content_hash: u64,
    fetched_at: i64,
    seen_at: i64,
    /// `u64::MAX`: none.
    text: u64,
    root: [u64; 2],
    root_number: u32,
    incarnations: u32,
    withdrawn: u32,
    revision: u32,
    sketch: Sketch,
    state: Kind,
}

#[derive(Debug, Clone, Copy, Default)]
struct Alias {
    key: [u64; 2],
    links: Links,
    to: [u64; 2],
    seen_at: i64,
}

/// Neighbours by the time of writing.
#[derive(Debug, Clone, Copy, Default)]
struct Links {
    older: Id,
    newer: Id,
}

#[derive(Debug, Clone, Copy, Default)]
enum Kind {
    Root,
    Duplicate,
    Asked,
    Gone,
    #[default]
    Vacant,
}

#[derive(Debug)]
pub(super) struct Addresses {
    ids: Table,
    slots: Blocks<Slot>,
    aliases: Blocks<Alias>,
    free_slots: Vec<Id>,
    free_aliases: Vec<Id>,
    oldest: Id,
    newest: Id,
    len: usize,
    /// Blocks by the time of writing: they are rewritten earlier than others expire, and are few.
    blocks: BTreeSet<Written>,
}

/// A row that was written: stream time and address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Written {
    at: i64,
    key: AddressKey,
}

/// What was known of an address, and after which slot it stood.
#[derive(Debug)]
pub(super) struct Before {
    known: Known,
    after: Id,
}

impl Default for Addresses {
    fn default() -> Self {
        Self {
            ids: Table::default(),
            slots: Blocks::default(),
            aliases: Blocks::default(),
            free_slots: Vec::new(),
            free_aliases: Vec::new(),
            oldest: NONE,
            newest: NONE,
            len: 0,
            blocks: BTreeSet::new(),
        }
    }
}

impl Addresses {
    pub fn get(&self, key: AddressKey) -> Option<Known> {
        self.find(key).and_then(|id| self.read(id))
    }

    pub fn seen_at(&self, key: AddressKey) -> Option<i64> {
        let id = self.find(key)?;
        if id & ALIAS == 0 { self.slot(id).map(|s| s.seen_at) } else { self.alias(id).map(|a| a.seen_at) }
    }

    /// The entry that an address leads to, with its key.
    pub fn entry(&self, key: AddressKey) -> Option<(AddressKey, Entry)> {
        let mut id = self.find(key)?;
        let mut key = key;
        if id & ALIAS != 0 {
            key = super::texts::key(self.alias(id)?.to);
            // The entry may have expired and its address become known again through another one: the chain is not followed.
            id = self.find(key).filter(|id| id & ALIAS == 0)?;
        }
        self.slot(id).map(|slot| (key, slot.entry()))
    }

    /// Sets or removes a row and gives the one before.
    pub fn set(&mut self, key: AddressKey, known: Option<Known>) -> Option<Before> {
        let newest = self.newest;
        let at = self.find(key);
        let before = at.and_then(|id| Some(Before { known: self.read(id)?, after: self.links(id)?.older }));
        // Behind all others; when it stood there already, behind the one before it.
        let after = if at == Some(newest) { before.as_ref().map_or(NONE, |b| b.after) } else { newest };
        self.replace(key, known, after);
        before
    }

    /// Takes back a change.
    pub fn unset(&mut self, key: AddressKey, before: Option<Before>) {
        match before {
            Some(Before { known, after }) => self.replace(key, Some(known), after),
            None => self.replace(key, None, NONE),
        }
    }

    fn replace(&mut self, key: AddressKey, known: Option<Known>, after: Id) {
        if let Some(id) = self.find(key) {
            if let Some(Known::Article(entry)) = self.read(id)
                && matches!(entry.state, State::Removed(_))
            {
                self.blocks.remove(&Written { at: entry.seen_at, key });
            }
            self.unlink(id);
            self.free(id);
            self.ids.remove(hash(key), |other| other == id);
            self.len -= 1;
        }
        let Some(known) = known else { return };
        if let Known::Article(entry) = &known
            && matches!(entry.state, State::Removed(_))
        {
            self.blocks.insert(Written { at: entry.seen_at, key });
        }
        let id = self.write(key, &known);
        self.link(id, after);
        self.ids.insert(hash(key), id, |_| false);
        self.len += 1;
    }

    /// The address that was written longest ago, when that was before `time`.
    pub fn older(&self, time: i64) -> Option<AddressKey> {
        let (at, first) = match self.oldest {
            NONE => return None,
            id if id & ALIAS == 0 => self.slot(id).map(|s| (s.seen_at, s.key))?,
            id => self.alias(id).map(|a| (a.seen_at, a.key))?,
        };
        (at < time).then(|| key(first))
    }

    /// The same of blocks.
    pub fn older_block(&self, time: i64) -> Option<AddressKey> {
        self.blocks.first().filter(|w| w.at < time).map(|w| w.key)
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// Bytes of memory, as the allocator hands them out. Of a B-tree's nodes of eleven keys seven are used on average.
    pub fn bytes(&self) -> usize {
        self.ids.bytes()
            + self.slots.bytes()
            + self.aliases.bytes()
            + allocated((self.free_slots.capacity()) * size_of::<Id>())
            + allocated(self.free_aliases.capacity() * size_of::<Id>())
            + self.blocks.len().div_ceil(7) * allocated(11 * size_of::<Written>() + 16)
    }

    fn find(&self, key: AddressKey) -> Option<Id> {
        let halves = halves(key);
        self.ids.get(hash(key), |id| {
            if id & ALIAS == 0 { self.slot(id).is_some_and(|s| s.key == halves) } else { self.alias(id).is_some_and(|a| a.key == halves) }
        })
    }

    fn slot(&self, id: Id) -> Option<&Slot> {
        self.slots.get(id as usize)
    }

    fn alias(&self, id: Id) -> Option<&Alias> {
        self.aliases.get((id & !ALIAS) as usize)
    }

    fn read(&self, id: Id) -> Option<Known> {
        if id & ALIAS == 0 {
            self.slot(id).map(|s| Known::Article(s.entry()))
        } else {
            self.alias(id).map(|a| Known::Alias { to: key(a.to), seen_at: a.seen_at })
        }
    }

    /// Takes a free slot, or a new one. Given-back slots are taken in the opposite order, so that taking back changes finds each slot
    /// where it was.
    fn write(&mut self, key: AddressKey, known: &Known) -> Id {
        match known {
            Known::Article(entry) => {
                let slot = Slot::of(key, entry);
                match self.free_slots.pop() {
                    Some(id) => {
                        self.slots.get_mut(id as usize).into_iter().for_each(|s| *s = slot);
                        id
                    }
                    None => {
                        self.slots.push_back(slot);
                        (self.slots.len() - 1) as Id
                    }
                }
            }
            Known::Alias { to, seen_at } => {
                let alias = Alias { key: halves(key), to: halves(*to), seen_at: *seen_at, links: Links::default() };
                match self.free_aliases.pop() {
                    Some(id) => {
                        self.aliases.get_mut((id & !ALIAS) as usize).into_iter().for_each(|a| *a = alias);
                        id
                    }
                    None => {
                        self.aliases.push_back(alias);
                        (self.aliases.len() - 1) as Id | ALIAS
                    }
                }
            }
        }
    }

    fn free(&mut self, id: Id) {
        if id & ALIAS == 0 { self.free_slots.push(id) } else { self.free_aliases.push(id) }
    }

    fn links(&self, id: Id) -> Option<Links> {
        if id & ALIAS == 0 { self.slot(id).map(|s| s.links) } else { self.alias(id).map(|a| a.links) }
    }

    fn links_mut(&mut self, id: Id) -> Option<&mut Links> {
        match id {
            NONE => None,
            id if id & ALIAS == 0 => self.slots.get_mut(id as usize).map(|s| &mut s.links),
            id => self.aliases.get_mut((id & !ALIAS) as usize).map(|a| &mut a.links),
        }
    }

    fn unlink(&mut self, id: Id) {
        let Some(Links { older, newer }) = self.links(id) else { return };
        match self.links_mut(older) {
            Some(links) => links.newer = newer,
            None => self.oldest = newer,
        }
        match self.links_mut(newer) {
            Some(links) => links.older = older,
            None => self.newest = older,
        }
    }

    /// Puts a slot after another one; after none: first of all.
    fn link(&mut self, id: Id, after: Id) {
        let newer = match self.links_mut(after) {
            Some(links) => std::mem::replace(&mut links.newer, id),
            None => std::mem::replace(&mut self.oldest, id),
        };
        match self.links_mut(newer) {
            Some(links) => links.older = id,
            None => self.newest = id,
        }
        if let Some(links) = self.links_mut(id) {
            *links = Links { older: after, newer };
        }
    }

    /// The state, spelt so that two equal ones are equal.
    #[cfg(test)]
    pub fn dump(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut id = self.oldest;
        let mut before = NONE;
        while let Some(links) = self.links(id).filter(|_| id != NONE) {
            let known = self.read(id).unwrap();
            let key = if id & ALIAS == 0 { self.slot(id).unwrap().key } else { self.alias(id).unwrap().key };
            assert_eq!((links.older, self.find(super::texts::key(key))), (before, Some(id)));
            all.push(format!("{key:?} {known:?}"));
            before = id;
            id = links.newer;
        }
        assert_eq!((before, all.len(), self.ids.len()), (self.newest, self.len, self.len));
        assert_eq!(self.len + self.free_slots.len() + self.free_aliases.len(), self.slots.len() + self.aliases.len());
        all.extend(self.blocks.iter().map(|w| format!("block {w:?}")));
        all
    }
}

impl Slot {
    fn of(key: AddressKey, entry: &Entry) -> Self {
        let (state, root) = match entry.state {
            State::Root => (Kind::Root, None),
            State::Duplicate(root) => (Kind::Duplicate, Some(root)),
            State::Removed(Block::Asked) => (Kind::Asked, None),
            State::Removed(Block::Gone) => (Kind::Gone, None),
            State::Vacant => (Kind::Vacant, None),
        };
        Self {
            key: halves(key),
            links: Links::default(),
            born: entry.born,
            body_hash: entry.body_hash,
            content_hash: entry.content_hash,
            fetched_at: entry.fetched_at,
            seen_at: entry.seen_at,
            text: entry.text.unwrap_or(u64::MAX),
            root: root.map(|r| halves(r.key)).unwrap_or_default(),
            root_number: root.map_or(0, |r| r.number),
            incarnations: entry.incarnations,
            withdrawn: entry.withdrawn,
            revision: entry.revision,
            sketch: entry.sketch,
            state,
        }
    }

    fn entry(&self) -> Entry {
        Entry {
            born: self.born,
            incarnations: self.incarnations,
            withdrawn: self.withdrawn,
            revision: self.revision,
            state: match self.state {
                Kind::Root => State::Root,
                Kind::Duplicate => State::Duplicate(Incarnation { key: key(self.root), number: self.root_number }),
                Kind::Asked => State::Removed(Block::Asked),
                Kind::Gone => State::Removed(Block::Gone),
                Kind::Vacant => State::Vacant,
            },
            body_hash: self.body_hash,
            content_hash: self.content_hash,
            fetched_at: self.fetched_at,
            seen_at: self.seen_at,
            text: Some(self.text).filter(|t| *t != u64::MAX),
            sketch: self.sketch,
        }
    }
}

/// A key is a hash already.
fn hash(key: AddressKey) -> u64 {
    (key.0 >> (u128::BITS - HASH_BITS)) as u64
}
