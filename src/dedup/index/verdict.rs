//! The verdict on one page, judged in the order of the contract: blocked, late, unchanged, revision, duplicate, replaced or new.

use super::near::{self, Match};
use super::rows::{Block, Entry, Incarnation, Known, State, Text};
use super::{Copy, Decision, Index, Position, Row};
use crate::article::envelope::{AddressKey, Envelope, Fingerprint};
use crate::article::{DuplicateKind, Outcome, SkipReason};

/// What the addresses of a page lead to.
enum Resolved {
    Unknown,
    Known(AddressKey, Box<Entry>),
    Blocked,
}

impl Index {
    pub(super) fn page(&mut self, page: &Envelope, at: Position, rows: &mut Vec<Row>) -> Decision {
        let (Some(print), Some(asked)) = (&page.fingerprint, page.keys.first().copied()) else {
            // CLEAN makes no such page; one without an address or a text is no article.
            return Decision::skipped(SkipReason::NoText);
        };
        let (key, entry) = match self.resolve(page, print) {
            Resolved::Blocked => return Decision::skipped(SkipReason::Removed),
            Resolved::Known(key, entry) => (key, Some(entry)),
            Resolved::Unknown => (asked, None),
        };
        let decision = self.judge(page, print, key, entry, at, rows);
        self.note_aliases(page, key, rows);
        decision
    }

    /// Finds the entry of a page. The asked address settles it. Others (the final one, the canonical one) are shared by mistake on some
    /// sites, so they count only for a page that still shows the story; of several the oldest wins.
    fn resolve(&self, page: &Envelope, print: &Fingerprint) -> Resolved {
        let mut found: Vec<(bool, AddressKey, &Entry)> = Vec::with_capacity(page.keys.len());
        for (i, key) in page.keys.iter().enumerate() {
            match self.live.addresses.entry(*key) {
                Some((key, entry)) if found.iter().all(|(_, k, _)| *k != key) => found.push((i == 0, key, entry)),
                _ => {}
            }
        }
        let blocks = |e: &Entry| match e.state {
            State::Removed(Block::Asked) => true,
            State::Removed(Block::Gone) => page.fetched_at <= e.fetched_at,
            _ => false,
        };
        if found.iter().any(|(_, _, e)| blocks(e)) {
            return Resolved::Blocked;
        }
        found.sort_by_key(|(_, key, entry)| (entry.born, *key));
        let empty = |e: &Entry| matches!(e.state, State::Removed(_) | State::Vacant);
        let shows = |e: &Entry| empty(e) || e.body_hash == print.body_hash || near::same_story(&e.sketch, print);
        let chosen = found.into_iter().find(|(asked, _, entry)| *asked || shows(entry));
        chosen.map_or(Resolved::Unknown, |(_, key, entry)| Resolved::Known(key, Box::new(entry.clone())))
    }

    fn judge(
        &mut self,
        page: &Envelope,
        print: &Fingerprint,
        key: AddressKey,
        entry: Option<Box<Entry>>,
        at: Position,
        rows: &mut Vec<Row>,
    ) -> Decision {
        let Some(entry) = entry else {
            let born = Entry::unknown(at.offset);
            return self.afresh(page, print, key, born, Outcome::New, at, rows);
        };
        let shown = match entry.state {
            State::Root => Some(entry.current(key)),
            State::Duplicate(root) => Some(root),
            State::Removed(_) | State::Vacant => None,
        };
        let revision = (entry.state == State::Root).then_some(entry.revision);
        if let Some(article) = shown {
            if page.fetched_at < entry.fetched_at {
                self.refresh(key, rows);
                return Decision::of(Outcome::Late, Some(self.id(article)), revision);
            }
            if print.content_hash == entry.content_hash && !self.is_withdrawn(article) {
                self.saw_again(page, key, &entry, rows);
                return Decision::of(Outcome::Unchanged, Some(self.id(article)), revision);
            }
        }
        let same = entry.body_hash == print.body_hash || near::same_story(&entry.sketch, print);
        match entry.state {
            State::Root if same => self.revise(page, print, key, *entry, at, rows),
            State::Root => self.afresh(page, print, key, *entry, Outcome::Replaced, at, rows),
            _ => self.afresh(page, print, key, *entry, Outcome::New, at, rows),
        }
    }

    /// Whether an article was removed. One whose address is not known any more was not.
    fn is_withdrawn(&self, article: Incarnation) -> bool {
        match self.live.addresses.get(article.key) {
            Some(Known::Article(entry)) => article.number < entry.withdrawn,
            _ => false,
        }
    }

    fn saw_again(&mut self, page: &Envelope, key: AddressKey, entry: &Entry, rows: &mut Vec<Row>) {
        if page.fetched_at > entry.fetched_at {
            // What is older than this fetch is late from now on, after a restore as well.
            let seen = Entry { fetched_at: page.fetched_at, seen_at: self.live.time, ..entry.clone() };
            self.set_address(key, Known::Article(Box::new(seen)), rows);
        } else {
            self.refresh(key, rows);
        }
    }

    fn revise(
        &mut self,
        page: &Envelope,
        print: &Fingerprint,
        key: AddressKey,
        entry: Entry,
        at: Position,
        rows: &mut Vec<Row>,
    ) -> Decision {
        let article = entry.current(key);
        let text = if entry.body_hash == print.body_hash && entry.text.is_some_and(|s| self.live.texts.get(s).is_some()) {
            // Only the title changed, and the text is still there.
            entry.text
        } else {
            let common = near::find(&self.live.texts, print, page.site, key).common;
            let text = self.text(page, print, key, article, common, entry.text);
            Some(self.store_text(text, rows))
        };
        let revision = entry.revision.saturating_add(1);
        let next = self.shows(Entry { revision, version: at.offset, text, ..entry }, page, print);
        self.set_address(key, Known::Article(Box::new(next)), rows);
        Decision::of(Outcome::Revision, Some(self.id(article)), Some(revision))
    }

    /// A text that is not the last one of its address: a copy of another address's article, or a story of its own (`outcome`).
    #[allow(clippy::too_many_arguments)]
    fn afresh(
        &mut self,
        page: &Envelope,
        print: &Fingerprint,
        key: AddressKey,
        entry: Entry,
        outcome: Outcome,
        at: Position,
        rows: &mut Vec<Row>,
    ) -> Decision {
        let found = near::find(&self.live.texts, print, page.site, key);
        if let Some(copy) = found.copy {
            return self.copied(page, print, key, entry, copy, found.common, rows);
        }
        let article = Incarnation { key, number: entry.incarnations };
        let text = self.text(page, print, key, article, found.common, None);
        let sequence = self.store_text(text, rows);
        let next = Entry {
            incarnations: entry.incarnations.saturating_add(1),
            revision: 1,
            version: at.offset,
            state: State::Root,
            text: Some(sequence),
            ..entry
        };
        let next = self.shows(next, page, print);
        self.set_address(key, Known::Article(Box::new(next)), rows);
        Decision::of(outcome, Some(self.id(article)), Some(1))
    }

    #[allow(clippy::too_many_arguments)]
    fn copied(
        &mut self,
        page: &Envelope,
        print: &Fingerprint,
        key: AddressKey,
        entry: Entry,
        copy: Match,
        common: u128,
        rows: &mut Vec<Row>,
    ) -> Decision {
        let was_copy = matches!(entry.state, State::Duplicate(_));
        let mut text = entry.text.filter(|_| was_copy);
        if copy.adds {
            let stored = self.text(page, print, key, copy.root, common, text);
            text = Some(self.store_text(stored, rows));
        }
        let next = self.shows(Entry { state: State::Duplicate(copy.root), text, ..entry }, page, print);
        self.set_address(key, Known::Article(Box::new(next)), rows);
        let of = self.id(copy.root);
        let copy = Copy {
            of,
            kind: if copy.exact { DuplicateKind::Exact } else { DuplicateKind::Near },
            containment: copy.overlap.containment(),
            covered: copy.overlap.covered(),
            jaccard: copy.overlap.jaccard(),
        };
        Decision { copy: Some(copy), ..Decision::of(Outcome::Duplicate, Some(of), None) }
    }

    /// The entry with the page's text and times.
    fn shows(&self, entry: Entry, page: &Envelope, print: &Fingerprint) -> Entry {
        Entry {
            body_hash: print.body_hash,
            content_hash: print.content_hash,
            fetched_at: page.fetched_at,
            seen_at: self.live.time,
            sketch: near::sketch(print),
            ..entry
        }
    }

    fn text(
        &self,
        page: &Envelope,
        print: &Fingerprint,
        owner: AddressKey,
        root: Incarnation,
        common: u128,
        replaces: Option<u64>,
    ) -> Text {
        Text {
            time: self.live.time,
            owner,
            root,
            site: page.site,
            language: page.language.clone(),
            replaces,
            body_hash: print.body_hash,
            rate: print.rate,
            common,
            sample: print.sample.iter().flat_map(|h| h.to_le_bytes()).collect(),
        }
    }

    /// Makes the other addresses of a page lead to its entry. Those that lead elsewhere stay: the oldest wins.
    fn note_aliases(&mut self, page: &Envelope, to: AddressKey, rows: &mut Vec<Row>) {
        for key in page.keys.iter().copied().filter(|k| *k != to) {
            match self.live.addresses.entry(key) {
                None => self.set_address(key, Known::Alias { to, seen_at: self.live.time }, rows),
                Some((leads_to, _)) if leads_to == to => self.refresh(key, rows),
                Some(_) => {}
            }
        }
    }
}

impl Entry {
    /// The entry of an address that becomes known with the record at `offset`.
    pub(super) fn unknown(offset: i64) -> Self {
        Self {
            born: offset,
            incarnations: 0,
            withdrawn: 0,
            revision: 0,
            version: offset,
            state: State::Vacant,
            body_hash: 0,
            content_hash: 0,
            fetched_at: i64::MIN,
            seen_at: i64::MIN,
            text: None,
            sketch: Vec::new(),
        }
    }

    /// The article that the address was given last.
    pub(super) fn current(&self, key: AddressKey) -> Incarnation {
        Incarnation { key, number: self.incarnations.saturating_sub(1) }
    }
}
