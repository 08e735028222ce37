//! `op: remove`, `op: restore` and status 410.

use super::rows::{Block, Entry, Incarnation, Known, State};
use super::sketch::Sketch;
use super::{Decision, Index, Position, Row};
use crate::article::envelope::{AddressKey, Envelope};
use crate::article::{Outcome, SkipReason};

impl Index {
    /// Removes what the addresses show and blocks them, known or not: the sender may know of a page that is still on its way.
    pub(super) fn remove(&mut self, page: &Envelope, at: Position, rows: &mut Vec<Row>) -> Decision {
        let mut entries = self.entries(page);
        if entries.is_empty() {
            let Some(asked) = page.keys.first() else { return Decision::skipped(SkipReason::EmptyBody) };
            // It may have been published before the window: the first id follows from the address alone.
            entries.push((*asked, Entry { incarnations: 1, ..Entry::unknown(at.offset) }));
        }
        self.block(page, entries, Block::Asked, rows)
    }

    /// Status 410. Says nothing about an address that is not known, or that was fetched later.
    pub(super) fn gone(&mut self, page: &Envelope, rows: &mut Vec<Row>) -> Decision {
        let mut entries = self.entries(page);
        let Some((key, entry)) = entries.first() else { return Decision::skipped(SkipReason::HttpStatus) };
        if self.fetched_at(page) < entry.fetched_at {
            let id = self.shown(*key, entry);
            return Decision::of(Outcome::Late, id, None);
        }
        entries.truncate(1);
        self.block(page, entries, Block::Gone, rows)
    }

    /// `op: restore`: ends the blocks of the addresses.
    pub(super) fn lift(&mut self, page: &Envelope, rows: &mut Vec<Row>) -> Decision {
        for (key, entry) in self.entries(page) {
            if matches!(entry.state, State::Removed(_)) {
                let next = Entry { state: State::Vacant, fetched_at: i64::MIN, seen_at: self.live.time, ..entry };
                self.set_address(key, Known::Article(next), rows);
            }
        }
        Decision::skipped(SkipReason::Restored)
    }

    fn block(&mut self, page: &Envelope, entries: Vec<(AddressKey, Entry)>, by: Block, rows: &mut Vec<Row>) -> Decision {
        let mut decision = Decision::of(Outcome::Removed, None, None);
        let first = entries.first().map(|(key, _)| *key);
        for (key, entry) in entries {
            let id = self.shown(key, &entry);
            decision.id = decision.id.or(id);
            for number in 0..entry.incarnations {
                let article = Incarnation { key, number };
                decision.tombstones.push(self.id(article));
                self.void_article(article, rows);
            }
            if let Some(sequence) = entry.text {
                self.void_text(sequence, rows);
            }
            // An order to remove is not weakened by the site's own 410.
            let by = if entry.state == State::Removed(Block::Asked) { Block::Asked } else { by };
            let next = Entry {
                state: State::Removed(by),
                withdrawn: entry.incarnations,
                fetched_at: entry.fetched_at.max(self.fetched_at(page)),
                seen_at: self.live.time,
                text: None,
                sketch: Sketch::default(),
                body_hash: 0,
                content_hash: 0,
                ..entry
            };
            self.set_address(key, Known::Article(next), rows);
        }
        for key in page.keys.iter().copied() {
            if let (None, Some(to)) = (self.live.addresses.entry(key), first) {
                self.set_address(key, Known::Alias { to, seen_at: self.live.time }, rows);
            }
        }
        decision
    }

    fn void_article(&mut self, article: Incarnation, rows: &mut Vec<Row>) {
        if let Some((sequence, _)) = self.live.texts.live_root(article) {
            self.void_text(sequence, rows);
        }
    }

    /// The entries that the addresses lead to, each once, in the order of the addresses.
    fn entries(&self, page: &Envelope) -> Vec<(AddressKey, Entry)> {
        let mut all: Vec<(AddressKey, Entry)> = Vec::with_capacity(1);
        for key in &page.keys {
            if let Some((key, entry)) = self.live.addresses.entry(*key)
                && all.iter().all(|(k, _)| *k != key)
            {
                all.push((key, entry));
            }
        }
        all
    }

    fn shown(&self, key: AddressKey, entry: &Entry) -> Option<crate::article::ArticleId> {
        match entry.state {
            State::Duplicate(root) => Some(self.id(root)),
            _ if entry.incarnations > 0 => Some(self.id(entry.current(key))),
            _ => None,
        }
    }
}
