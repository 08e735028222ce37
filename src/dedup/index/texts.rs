//! The live texts, by sequence, and who holds which sampled hash.
//!
//! Holders of a hash form a chain from the newest to the oldest: the map knows the newest, every text knows who was before it. Look-ups
//! walk a bounded part of it. So the structure is a function of the live texts in their order: a text is added at one end and expires at
//! the other, nothing is ever evicted, and both steps have an exact inverse.

use super::rows::{Incarnation, Text};
use crate::article::envelope::AddressKey;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// A live text.
#[derive(Debug, PartialEq)]
pub(super) struct Doc {
    pub time: i64,
    pub owner: AddressKey,
    pub root: Incarnation,
    pub site: u64,
    pub body_hash: u64,
    /// Bits of the sampled hashes that are not the story's own.
    pub common: u128,
    pub rate: u8,
    pub standing: Standing,
    pub sample: Box<[u32]>,
    /// Low 32 bits of the sequence of the next older holder of each hash. Older than the oldest live text: none.
    older: Box<[Ticket]>,
    older_body: Ticket,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Live,
    /// A later text of the same address took its place.
    Superseded,
    Removed,
}

/// The low half of a sequence. Live texts are far fewer than 2^32, so the other half follows from the oldest one.
type Ticket = u32;

#[derive(Debug, Default)]
pub(super) struct Texts {
    docs: VecDeque<Doc>,
    /// Sequence of the oldest live text; of the next one when there is none.
    low: u64,
    newest: FxHashMap<u32, Ticket>,
    newest_body: FxHashMap<u64, Ticket>,
    /// The text of each article.
    roots: FxHashMap<Incarnation, Ticket>,
    /// Live texts per site.
    sites: FxHashMap<u64, u32>,
    sample_bytes: usize,
}

/// What [`Texts::push`] changed beyond adding: needed to take it back.
#[derive(Debug)]
pub(super) struct Pushed {
    root_before: Option<Ticket>,
    replaced: Option<(u64, Standing)>,
}

/// What [`Texts::pop`] took away.
#[derive(Debug)]
pub(super) struct Popped {
    doc: Doc,
    was_root: bool,
}

impl Texts {
    pub fn len(&self) -> usize {
        self.docs.len()
    }

    pub fn low(&self) -> u64 {
        self.low
    }

    pub fn next(&self) -> u64 {
        self.low + self.docs.len() as u64
    }

    /// Where an empty table begins.
    pub fn begin_at(&mut self, sequence: u64) {
        debug_assert!(self.docs.is_empty());
        self.low = sequence;
    }

    pub fn get(&self, sequence: u64) -> Option<&Doc> {
        self.docs.get(usize::try_from(sequence.checked_sub(self.low)?).ok()?)
    }

    pub fn oldest(&self) -> Option<&Doc> {
        self.docs.front()
    }

    pub fn on_site(&self, site: u64) -> u32 {
        self.sites.get(&site).copied().unwrap_or(0)
    }

    /// The text of an article that was not removed and has not expired.
    pub fn live_root(&self, root: Incarnation) -> Option<(u64, &Doc)> {
        self.root(root).filter(|(_, doc)| doc.standing != Standing::Removed)
    }

    /// The text of an article, removed or not.
    pub fn root(&self, root: Incarnation) -> Option<(u64, &Doc)> {
        let sequence = self.sequence(*self.roots.get(&root)?)?;
        self.get(sequence).map(|doc| (sequence, doc))
    }

    /// Holders of a hash, the newest first.
    pub fn holders(&self, hash: u32) -> Holders<'_> {
        Holders { texts: self, hash, next: self.newest.get(&hash).and_then(|t| self.sequence(*t)) }
    }

    /// Texts with these normalized words, the newest first.
    pub fn with_body(&self, body_hash: u64) -> impl Iterator<Item = (u64, &Doc)> {
        let first = self.newest_body.get(&body_hash).and_then(|t| self.sequence(*t));
        std::iter::successors(first, |s| self.get(*s).and_then(|d| self.sequence(d.older_body))).filter_map(|s| self.get(s).map(|d| (s, d)))
    }

    fn sequence(&self, ticket: Ticket) -> Option<u64> {
        let distance = ticket.wrapping_sub(self.low as Ticket);
        ((distance as usize) < self.docs.len()).then(|| self.low + u64::from(distance))
    }

    /// Adds the text of the next sequence.
    pub fn push(&mut self, text: &Text) -> Pushed {
        let ticket = self.next() as Ticket;
        // Points at no live text: it is the one that is added.
        let none = ticket;
        let sample = text.hashes();
        let older = sample.iter().map(|h| self.newest.insert(*h, ticket).unwrap_or(none)).collect();
        let older_body = self.newest_body.insert(text.body_hash, ticket).unwrap_or(none);
        let own = text.owner == text.root.key;
        let root_before = if own { self.roots.insert(text.root, ticket) } else { None };
        *self.sites.entry(text.site).or_default() += 1;
        let replaced = text.replaces.and_then(|s| self.set_standing(s, Standing::Superseded).map(|before| (s, before)));
        self.sample_bytes += sample.len() * 8;
        self.docs.push_back(Doc {
            time: text.time,
            owner: text.owner,
            root: text.root,
            site: text.site,
            body_hash: text.body_hash,
            common: text.common,
            rate: text.rate,
            standing: Standing::Live,
            sample,
            older,
            older_body,
        });
        Pushed { root_before, replaced }
    }

    /// Takes back the last push.
    pub fn unpush(&mut self, pushed: Pushed) {
        let ticket = self.next().wrapping_sub(1) as Ticket;
        let Some(doc) = self.docs.pop_back() else { return };
        for (hash, older) in doc.sample.iter().zip(&doc.older) {
            restore(&mut self.newest, *hash, (*older != ticket).then_some(*older));
        }
        restore(&mut self.newest_body, doc.body_hash, (doc.older_body != ticket).then_some(doc.older_body));
        if self.roots.get(&doc.root) == Some(&ticket) {
            restore(&mut self.roots, doc.root, pushed.root_before);
        }
        if let Some((sequence, before)) = pushed.replaced {
            self.put_standing(sequence, before);
        }
        self.left(&doc);
    }

    /// Takes the oldest text away.
    pub fn pop(&mut self) -> Option<Popped> {
        let doc = self.docs.pop_front()?;
        let ticket = self.low as Ticket;
        self.low += 1;
        for hash in &doc.sample {
            if self.newest.get(hash) == Some(&ticket) {
                self.newest.remove(hash);
            }
        }
        if self.newest_body.get(&doc.body_hash) == Some(&ticket) {
            self.newest_body.remove(&doc.body_hash);
        }
        let was_root = self.roots.get(&doc.root) == Some(&ticket);
        if was_root {
            self.roots.remove(&doc.root);
        }
        self.left(&doc);
        Some(Popped { doc, was_root })
    }

    /// Takes back the last pop.
    pub fn unpop(&mut self, popped: Popped) {
        self.low -= 1;
        let ticket = self.low as Ticket;
        let Popped { doc, was_root } = popped;
        // A hash that nobody holds now was this text's alone: had a later one held it, the map would still say so.
        for hash in &doc.sample {
            self.newest.entry(*hash).or_insert(ticket);
        }
        self.newest_body.entry(doc.body_hash).or_insert(ticket);
        if was_root {
            self.roots.insert(doc.root, ticket);
        }
        *self.sites.entry(doc.site).or_default() += 1;
        self.sample_bytes += doc.sample.len() * 8;
        self.docs.push_front(doc);
    }

    /// Sets the standing of a text and gives the one before; `None` when the text has expired.
    pub fn set_standing(&mut self, sequence: u64, standing: Standing) -> Option<Standing> {
        let before = self.get(sequence)?.standing;
        // What was removed stays so: a later text of the address does not bring it back.
        self.put_standing(sequence, if before == Standing::Removed { before } else { standing });
        Some(before)
    }

    /// Sets the standing of a text, whatever it was.
    pub fn put_standing(&mut self, sequence: u64, standing: Standing) {
        let at = sequence.checked_sub(self.low).and_then(|d| usize::try_from(d).ok());
        if let Some(doc) = at.and_then(|at| self.docs.get_mut(at)) {
            doc.standing = standing;
        }
    }

    fn left(&mut self, doc: &Doc) {
        self.sample_bytes -= doc.sample.len() * 8;
        if let Some(n) = self.sites.get_mut(&doc.site) {
            *n -= 1;
            if *n == 0 {
                self.sites.remove(&doc.site);
            }
        }
    }

    /// Bytes of memory, allocator overhead left out.
    pub fn bytes(&self) -> usize {
        self.docs.capacity() * size_of::<Doc>()
            + self.sample_bytes
            + table_bytes(&self.newest)
            + table_bytes(&self.newest_body)
            + table_bytes(&self.roots)
            + table_bytes(&self.sites)
    }

    /// The state, spelt so that two equal ones are equal; long lists as their hash.
    #[cfg(test)]
    pub fn dump(&self) -> Vec<String> {
        let hash = |numbers: &mut dyn Iterator<Item = u64>| numbers.fold(7u64, |h, n| (h ^ n).wrapping_mul(0x0100_0000_01b3));
        let live = |t: &Ticket| self.sequence(*t).map_or(u64::MAX, |s| s);
        let mut all = vec![format!("low {} bytes {}", self.low, self.sample_bytes)];
        for (doc, sequence) in self.docs.iter().zip(self.low..) {
            let Doc { time, owner, root, site, body_hash, common, rate, standing, sample, .. } = doc;
            let older = |t: &Ticket| if live(t) < sequence { live(t) } else { u64::MAX };
            let sample = hash(&mut sample.iter().map(|h| u64::from(*h)));
            let chain = hash(&mut doc.older.iter().chain([&doc.older_body]).map(older));
            all.push(format!("{sequence} {time} {owner:?} {root:?} {site} {body_hash} {common} {rate} {standing:?} {sample} {chain}"));
        }
        let mut maps: Vec<[u64; 2]> = self.newest.iter().map(|(k, t)| [u64::from(*k), live(t)]).collect();
        maps.extend(self.newest_body.iter().map(|(k, t)| [*k, live(t)]));
        maps.extend(self.sites.iter().map(|(k, n)| [*k, u64::from(*n)]));
        maps.sort_unstable();
        all.push(format!("maps {}", hash(&mut maps.into_iter().flatten())));
        let mut roots: Vec<String> = self.roots.iter().map(|(k, t)| format!("{k:?} {}", live(t))).collect();
        roots.sort();
        all.extend(roots);
        all
    }
}

/// Iterates the holders of one hash.
pub(super) struct Holders<'a> {
    texts: &'a Texts,
    hash: u32,
    next: Option<u64>,
}

impl<'a> Iterator for Holders<'a> {
    type Item = (u64, &'a Doc);

    fn next(&mut self) -> Option<Self::Item> {
        let sequence = self.next?;
        let doc = self.texts.get(sequence)?;
        let at = doc.sample.iter().position(|h| *h == self.hash);
        self.next = at.and_then(|i| doc.older.get(i)).and_then(|t| self.texts.sequence(*t)).filter(|s| *s < sequence);
        Some((sequence, doc))
    }
}

fn restore<K: std::hash::Hash + Eq, V>(map: &mut FxHashMap<K, V>, key: K, before: Option<V>) {
    match before {
        Some(v) => map.insert(key, v),
        None => map.remove(&key),
    };
}

/// Bytes of a hash table: slots for 8/7 of its capacity, one control byte each.
pub(super) fn table_bytes<K, V>(map: &FxHashMap<K, V>) -> usize {
    (map.capacity() * 8).div_ceil(7) * (size_of::<(K, V)>() + 1)
}
