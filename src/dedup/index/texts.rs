//! The live texts, by sequence, and who holds which sampled hash.
//!
//! Holders of a hash form a chain from the newest to the oldest: a table knows the newest, every text knows who was before it. Look-ups
//! walk a bounded part of it. So the structure is a function of the live texts in their order: a text is added at one end and expires at
//! the other, nothing is ever evicted, and both steps have an exact inverse.
//!
//! Texts are packed: a head of fixed size, and in an arena its hashes (5 bytes each), who held them before (only where somebody did), and
//! for a copy the key of its root.

use super::arena::Arena;
use super::memory::{Blocks, allocated, table_bytes};
use super::rows::{Incarnation, Text};
use super::table::{HASH_BITS, Table};
use crate::article::envelope::AddressKey;
use rustc_hash::FxHashMap;

/// Bytes of a hash in the arena and in rows.
pub(super) const HASH_BYTES: usize = HASH_BITS as usize / 8;
const TICKET_BYTES: usize = size_of::<Ticket>();
const KEY_BYTES: usize = 16;
/// Hashes that a head has bits for.
const BITS: usize = u128::BITS as usize;

/// The low half of a sequence. Live texts are far fewer than 2^32, so the other half follows from the oldest one.
type Ticket = u32;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Standing {
    #[default]
    Live,
    /// A later text of the same address took its place.
    Superseded,
    Removed,
}

/// What of a text has a fixed size.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    time: i64,
    owner: [u64; 2],
    site: u64,
    body_hash: u64,
    figures: u64,
    /// Bits of the sampled hashes that are not the story's own.
    common: [u64; 2],
    /// Bits of the sampled hashes that a live text held before.
    held: [u64; 2],
    /// Where the rest is in the arena.
    at: u64,
    /// The next older holder of the body hash; itself: none.
    older_body: Ticket,
    /// Number of the root's incarnation.
    number: u32,
    hashes: u8,
    rate: u8,
    standing: Standing,
    /// Its root is another address's article.
    is_copy: bool,
}

impl Head {
    fn tickets_at(&self) -> usize {
        usize::from(self.hashes) * HASH_BYTES
    }

    fn root_at(&self) -> usize {
        self.tickets_at() + whole(self.held).count_ones() as usize * TICKET_BYTES
    }

    fn bytes(&self) -> usize {
        self.root_at() + if self.is_copy { KEY_BYTES } else { 0 }
    }
}

/// A live text.
#[derive(Clone, Copy)]
pub(super) struct Doc<'a> {
    head: &'a Head,
    bytes: &'a [u8],
}

impl<'a> Doc<'a> {
    pub fn time(&self) -> i64 {
        self.head.time
    }

    pub fn owner(&self) -> AddressKey {
        key(self.head.owner)
    }

    /// The article that this is the text of, or a copy of.
    pub fn root(&self) -> Incarnation {
        let own = self.owner();
        let key = if self.head.is_copy { self.root_key().unwrap_or(own) } else { own };
        Incarnation { key, number: self.head.number }
    }

    fn root_key(&self) -> Option<AddressKey> {
        let bytes = self.bytes.get(self.head.root_at()..)?.first_chunk()?;
        Some(AddressKey(u128::from_le_bytes(*bytes)))
    }

    pub fn site(&self) -> u64 {
        self.head.site
    }

    pub fn body_hash(&self) -> u64 {
        self.head.body_hash
    }

    pub fn figures(&self) -> u64 {
        self.head.figures
    }

    pub fn common(&self) -> u128 {
        whole(self.head.common)
    }

    pub fn rate(&self) -> u8 {
        self.head.rate
    }

    pub fn standing(&self) -> Standing {
        self.head.standing
    }

    pub fn hashes(&self) -> impl DoubleEndedIterator<Item = u64> + ExactSizeIterator + use<'a> {
        let bytes = self.bytes.get(..self.head.tickets_at()).unwrap_or_default();
        bytes.chunks_exact(HASH_BYTES).map(unpack)
    }

    /// Who held a hash before, as far as that is known.
    fn older(&self, hash: u64) -> Option<Ticket> {
        self.older_at(self.hashes().position(|h| h == hash)?)
    }

    fn older_at(&self, at: usize) -> Option<Ticket> {
        let bit = 1u128.checked_shl(at as u32)?;
        let held = whole(self.head.held);
        if held & bit == 0 {
            return None;
        }
        let rank = (held & (bit - 1)).count_ones() as usize;
        let bytes = self.bytes.get(self.head.tickets_at() + rank * TICKET_BYTES..)?;
        bytes.first_chunk().map(|b| Ticket::from_le_bytes(*b))
    }
}

/// The texts themselves.
#[derive(Debug, Default)]
struct Store {
    heads: Blocks<Head>,
    arena: Arena,
    /// Sequence of the oldest live text; of the next one when there is none.
    low: u64,
}

impl Store {
    #[inline]
    fn doc(&self, at: usize) -> Option<Doc<'_>> {
        let head = self.heads.get(at)?;
        Some(Doc { head, bytes: self.arena.get(head.at, head.bytes()) })
    }

    fn sequence(&self, ticket: Ticket) -> Option<u64> {
        let distance = ticket.wrapping_sub(self.low as Ticket);
        ((distance as usize) < self.heads.len()).then(|| self.low + u64::from(distance))
    }

    fn by_ticket(&self, ticket: Ticket) -> Option<Doc<'_>> {
        self.doc(ticket.wrapping_sub(self.low as Ticket) as usize)
    }

    fn has_body(&self, ticket: Ticket, body_hash: u64) -> bool {
        self.heads.get(ticket.wrapping_sub(self.low as Ticket) as usize).is_some_and(|h| h.body_hash == body_hash)
    }

    fn is_root(&self, ticket: Ticket, root: Incarnation) -> bool {
        self.by_ticket(ticket).is_some_and(|d| d.root() == root)
    }
}

#[derive(Debug, Default)]
pub(super) struct Texts {
    store: Store,
    newest: Table,
    newest_body: Table,
    /// The text of each article.
    roots: Table,
    /// Live texts per site.
    sites: FxHashMap<u64, u32>,
}

/// What [`Texts::push`] changed beyond adding: needed to take it back.
#[derive(Debug)]
pub(super) struct Pushed {
    root_before: Option<Ticket>,
    replaced: Option<(u64, Standing)>,
    arena_end: u64,
}

/// What [`Texts::pop`] took away.
#[derive(Debug)]
pub(super) struct Popped {
    head: Head,
    bytes: Box<[u8]>,
    was_root: bool,
}

impl Popped {
    /// Bytes of memory beyond itself.
    pub fn bytes(&self) -> usize {
        allocated(self.bytes.len())
    }
}

/// The hash is the whole key.
const KNOWN_BY_HASH: fn(Ticket) -> bool = |_| true;

impl Texts {
    pub fn len(&self) -> usize {
        self.store.heads.len()
    }

    pub fn low(&self) -> u64 {
        self.store.low
    }

    pub fn next(&self) -> u64 {
        self.store.low + self.len() as u64
    }

    /// Where an empty table begins.
    pub fn begin_at(&mut self, sequence: u64) {
        debug_assert!(self.len() == 0);
        self.store.low = sequence;
    }

    pub fn get(&self, sequence: u64) -> Option<Doc<'_>> {
        self.store.doc(usize::try_from(sequence.checked_sub(self.low())?).ok()?)
    }

    pub fn oldest(&self) -> Option<Doc<'_>> {
        self.store.doc(0)
    }

    pub fn on_site(&self, site: u64) -> u32 {
        self.sites.get(&site).copied().unwrap_or(0)
    }

    /// The text of an article that was not removed and has not expired.
    pub fn live_root(&self, root: Incarnation) -> Option<(u64, Doc<'_>)> {
        self.root(root).filter(|(_, doc)| doc.standing() != Standing::Removed)
    }

    /// The text of an article, removed or not.
    pub fn root(&self, root: Incarnation) -> Option<(u64, Doc<'_>)> {
        let ticket = self.roots.get(root_hash(root), |t| self.store.is_root(t, root))?;
        let sequence = self.store.sequence(ticket)?;
        self.get(sequence).map(|doc| (sequence, doc))
    }

    /// Reads where the holders of hashes are found, see [`Table::warm`].
    pub fn warm(&self, hashes: &[u64]) {
        self.newest.warm(hashes.iter().copied());
    }

    /// Holders of a hash, the newest first.
    pub fn holders(&self, hash: u64) -> Holders<'_> {
        Holders { texts: self, hash, next: self.newest.get(hash, KNOWN_BY_HASH).and_then(|t| self.store.sequence(t)) }
    }

    /// Texts with these normalized words, the newest first.
    pub fn with_body(&self, body_hash: u64) -> impl Iterator<Item = (u64, Doc<'_>)> {
        let store = &self.store;
        let first = self.newest_body.get(body_key(body_hash), |t| store.has_body(t, body_hash)).and_then(|t| store.sequence(t));
        let older = move |s: &u64| self.get(*s).and_then(|d| store.sequence(d.head.older_body)).filter(|o| o < s);
        std::iter::successors(first, older).filter_map(|s| self.get(s).map(|d| (s, d)))
    }

    /// Adds the text of the next sequence.
    pub fn push(&mut self, text: &Text) -> Pushed {
        let ticket = self.next() as Ticket;
        let Self { store, newest, newest_body, roots, sites } = self;
        let arena_end = store.arena.end();
        // What a damaged row has beyond the bits of a head is left out.
        let hashes = text.sample.len().min(BITS * HASH_BYTES) / HASH_BYTES;
        let mut bytes = [0; BITS * (HASH_BYTES + TICKET_BYTES) + KEY_BYTES];
        let mut end = hashes * HASH_BYTES;
        bytes[..end].copy_from_slice(&text.sample[..end]);
        newest.warm(text.sample[..end].chunks_exact(HASH_BYTES).map(unpack));
        let mut held = 0u128;
        for (i, hash) in text.sample[..end].chunks_exact(HASH_BYTES).map(unpack).enumerate() {
            if let Some(older) = newest.insert(hash, ticket, KNOWN_BY_HASH) {
                held |= 1 << i;
                bytes[end..end + TICKET_BYTES].copy_from_slice(&older.to_le_bytes());
                end += TICKET_BYTES;
            }
        }
        let is_copy = text.owner != text.root.key;
        if is_copy {
            bytes[end..end + KEY_BYTES].copy_from_slice(&text.root.key.0.to_le_bytes());
            end += KEY_BYTES;
        }
        let older_body = newest_body.insert(body_key(text.body_hash), ticket, |t| store.has_body(t, text.body_hash)).unwrap_or(ticket);
        let root_before = if is_copy { None } else { roots.insert(root_hash(text.root), ticket, |t| store.is_root(t, text.root)) };
        *sites.entry(text.site).or_default() += 1;
        let at = store.arena.push(&bytes[..end]);
        store.heads.push_back(Head {
            time: text.time,
            owner: halves(text.owner),
            site: text.site,
            body_hash: text.body_hash,
            figures: text.figures,
            common: split(text.common),
            held: split(held),
            at,
            older_body,
            number: text.root.number,
            hashes: hashes as u8,
            rate: text.rate,
            standing: Standing::Live,
            is_copy,
        });
        let replaced = text.replaces.and_then(|s| self.set_standing(s, Standing::Superseded).map(|before| (s, before)));
        Pushed { root_before, replaced, arena_end }
    }

    /// Takes back the last push.
    pub fn unpush(&mut self, pushed: Pushed) {
        if let Some((sequence, before)) = pushed.replaced {
            self.put_standing(sequence, before);
        }
        let ticket = self.next().wrapping_sub(1) as Ticket;
        let Self { store, newest, newest_body, roots, .. } = self;
        let Some(doc) = store.heads.len().checked_sub(1).and_then(|last| store.doc(last)) else { return };
        let (head, root) = (*doc.head, doc.root());
        // Backwards, as a damaged sample may hold a hash twice.
        for (i, hash) in doc.hashes().enumerate().rev() {
            restore(newest, hash, doc.older_at(i), KNOWN_BY_HASH);
        }
        let before = (head.older_body != ticket).then_some(head.older_body);
        restore(newest_body, body_key(head.body_hash), before, |t| store.has_body(t, head.body_hash));
        if !head.is_copy {
            restore(roots, root_hash(root), pushed.root_before, |t| store.is_root(t, root));
        }
        store.heads.pop_back();
        store.arena.truncate(pushed.arena_end);
        self.left(head.site);
    }

    /// Takes the oldest text away.
    pub fn pop(&mut self) -> Option<Popped> {
        let Self { store, newest, newest_body, roots, .. } = self;
        let ticket = store.low as Ticket;
        let doc = store.doc(0)?;
        let (head, bytes, root) = (*doc.head, Box::from(doc.bytes), doc.root());
        for hash in doc.hashes() {
            if newest.get(hash, KNOWN_BY_HASH) == Some(ticket) {
                newest.remove(hash, KNOWN_BY_HASH);
            }
        }
        newest_body.remove(body_key(head.body_hash), |t| t == ticket);
        let was_root = !head.is_copy && roots.remove(root_hash(root), |t| t == ticket).is_some();
        store.heads.pop_front();
        store.low += 1;
        let first = store.heads.get(0).map_or(store.arena.end(), |h| h.at);
        store.arena.let_go_before(first);
        self.left(head.site);
        Some(Popped { head, bytes, was_root })
    }

    /// Takes back the last pop.
    pub fn unpop(&mut self, popped: Popped) {
        let Popped { head, bytes, was_root } = popped;
        let Self { store, newest, newest_body, roots, sites } = self;
        store.low -= 1;
        store.heads.push_front(head);
        store.arena.put_back(head.at, &bytes);
        let ticket = store.low as Ticket;
        let Some(doc) = store.doc(0) else { return };
        // A hash that nobody holds now was this text's alone: had a later one held it, the table would still say so.
        for hash in doc.hashes() {
            if newest.get(hash, KNOWN_BY_HASH).is_none() {
                newest.insert(hash, ticket, KNOWN_BY_HASH);
            }
        }
        if newest_body.get(body_key(head.body_hash), |t| store.has_body(t, head.body_hash)).is_none() {
            newest_body.insert(body_key(head.body_hash), ticket, |_| false);
        }
        if was_root {
            roots.insert(root_hash(doc.root()), ticket, |_| false);
        }
        *sites.entry(head.site).or_default() += 1;
    }

    /// Sets the standing of a text and gives the one before; `None` when the text has expired.
    pub fn set_standing(&mut self, sequence: u64, standing: Standing) -> Option<Standing> {
        let before = self.get(sequence)?.standing();
        // What was removed stays so: a later text of the address does not bring it back.
        self.put_standing(sequence, if before == Standing::Removed { before } else { standing });
        Some(before)
    }

    /// Sets the standing of a text, whatever it was.
    pub fn put_standing(&mut self, sequence: u64, standing: Standing) {
        let at = sequence.checked_sub(self.low()).and_then(|d| usize::try_from(d).ok());
        if let Some(head) = at.and_then(|at| self.store.heads.get_mut(at)) {
            head.standing = standing;
        }
    }

    fn left(&mut self, site: u64) {
        if let Some(n) = self.sites.get_mut(&site) {
            *n -= 1;
            if *n == 0 {
                self.sites.remove(&site);
            }
        }
    }

    /// Bytes of memory, as the allocator hands them out.
    pub fn bytes(&self) -> usize {
        self.store.heads.bytes()
            + self.store.arena.bytes()
            + self.newest.bytes()
            + self.newest_body.bytes()
            + self.roots.bytes()
            + table_bytes::<u64, u32>(self.sites.capacity())
    }

    /// The state, spelt so that two equal ones are equal; long lists as their hash.
    #[cfg(test)]
    pub fn dump(&self) -> Vec<String> {
        let hash = |numbers: &mut dyn Iterator<Item = u64>| numbers.fold(7u64, |h, n| (h ^ n).wrapping_mul(0x0100_0000_01b3));
        let live = |t: Ticket| self.store.sequence(t).unwrap_or(u64::MAX);
        let mut all = vec![format!("low {} next {}", self.low(), self.next())];
        for sequence in self.low()..self.next() {
            let doc = self.get(sequence).unwrap();
            let Head { time, site, body_hash, figures, rate, standing, older_body, .. } = doc.head;
            let common = doc.common();
            let older = |t: Ticket| if live(t) < sequence { live(t) } else { u64::MAX };
            let sample = hash(&mut doc.hashes());
            let chain = hash(&mut (0..doc.hashes().len()).map(|i| doc.older_at(i).map_or(u64::MAX, older)).chain([older(*older_body)]));
            let (owner, root) = (doc.owner(), doc.root());
            all.push(format!(
                "{sequence} {time} {owner:?} {root:?} {site} {body_hash} {figures} {common} {rate} {standing:?} {sample} {chain}"
            ));
        }
        for table in [&self.newest, &self.newest_body, &self.roots] {
            all.push(format!("table {} {}", table.len(), hash(&mut table.iter().flat_map(|(h, t)| [h, live(t)]))));
        }
        let mut sites: Vec<_> = self.sites.iter().collect();
        sites.sort();
        all.push(format!("sites {sites:?}"));
        all
    }
}

/// Iterates the holders of one hash.
pub(super) struct Holders<'a> {
    texts: &'a Texts,
    hash: u64,
    next: Option<u64>,
}

impl<'a> Iterator for Holders<'a> {
    type Item = (u64, Doc<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let sequence = self.next?;
        let doc = self.texts.get(sequence)?;
        self.next = doc.older(self.hash).and_then(|t| self.texts.store.sequence(t)).filter(|s| *s < sequence);
        Some((sequence, doc))
    }
}

fn restore(table: &mut Table, hash: u64, before: Option<Ticket>, is: impl Fn(Ticket) -> bool) {
    match before {
        Some(ticket) => table.insert(hash, ticket, is),
        None => table.remove(hash, is),
    };
}

/// A hash of a sample from its bytes.
#[inline]
fn unpack(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

fn body_key(body_hash: u64) -> u64 {
    body_hash >> (u64::BITS - HASH_BITS)
}

fn root_hash(root: Incarnation) -> u64 {
    let mixed = (root.key.0 as u64 ^ u64::from(root.number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed >> (u64::BITS - HASH_BITS)
}

/// A key without the alignment of a `u128`.
pub(super) fn halves(key: AddressKey) -> [u64; 2] {
    split(key.0)
}

pub(super) fn key(halves: [u64; 2]) -> AddressKey {
    AddressKey(whole(halves))
}

fn split(bits: u128) -> [u64; 2] {
    [(bits >> 64) as u64, bits as u64]
}

fn whole([high, low]: [u64; 2]) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}
