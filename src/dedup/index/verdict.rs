//! The verdict on one page, judged in the order of the contract: blocked, late, unchanged, revision, duplicate, replaced or new.

use super::near::{self, Match};
use super::rows::{Block, Entry, Incarnation, Known, State, Text, pack};
use super::sketch::Sketch;
use super::{Copy, Decision, Index, Position, Row};
use crate::article::envelope::{AddressKey, Envelope, Fingerprint};
use crate::article::{DuplicateKind, Outcome, SkipReason};

/// How far a sender's clock may be ahead of the log's, in milliseconds.
const CLOCK_SKEW: i64 = 86_400_000;

/// A page as it is judged.
#[derive(Clone, Copy)]
struct Sight<'a> {
    page: &'a Envelope,
    print: &'a Fingerprint,
    /// As [`Index::fetched_at`] gives it.
    fetched_at: i64,
}

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
        let sight = Sight { page, print, fetched_at: self.fetched_at(page) };
        let (key, entry) = match self.resolve(sight) {
            Resolved::Blocked => return Decision::skipped(SkipReason::Removed),
            Resolved::Known(key, entry) => (key, Some(entry)),
            Resolved::Unknown => (asked, None),
        };
        let decision = match entry {
            Some(entry) => self.judge(sight, key, *entry, rows),
            None => self.afresh(sight, key, Entry::unknown(at.offset), Outcome::New, rows),
        };
        self.note_aliases(page, key, rows);
        decision
    }

    /// When a page was fetched. A sender whose clock is years ahead would make every later fetch of the address late, so the log's clock
    /// bounds it.
    pub(super) fn fetched_at(&self, page: &Envelope) -> i64 {
        if self.live.time > 0 { page.fetched_at.min(self.live.time.saturating_add(CLOCK_SKEW)) } else { page.fetched_at }
    }

    /// Finds the entry of a page. The asked address settles it. Others (the final one, the canonical one) are shared by mistake on some
    /// sites, so they count only for a page that still shows the story; of several the oldest wins.
    fn resolve(&self, sight: Sight<'_>) -> Resolved {
        let keys = &sight.page.keys;
        let mut found: Vec<(bool, AddressKey, Entry)> = Vec::with_capacity(keys.len());
        for (i, key) in keys.iter().enumerate() {
            match self.live.addresses.entry(*key) {
                Some((key, entry)) if found.iter().all(|(_, k, _)| *k != key) => found.push((i == 0, key, entry)),
                _ => {}
            }
        }
        let blocks = |e: &Entry| match e.state {
            State::Removed(Block::Asked) => true,
            State::Removed(Block::Gone) => sight.fetched_at <= e.fetched_at,
            _ => false,
        };
        // A page whose asked address has an article of its own is not blocked for a canonical address that a whole site shares.
        let settles = found.iter().any(|(asked, ..)| *asked);
        if found.iter().any(|(asked, _, e)| (*asked || !settles) && blocks(e)) {
            return Resolved::Blocked;
        }
        found.sort_by_key(|(_, key, entry)| (entry.born, *key));
        let empty = |e: &Entry| !settles && matches!(e.state, State::Removed(_) | State::Vacant);
        let chosen = found.into_iter().find(|(asked, _, entry)| *asked || empty(entry) || sight.shows_story_of(entry));
        chosen.map_or(Resolved::Unknown, |(_, key, entry)| Resolved::Known(key, Box::new(entry)))
    }

    /// The verdict on a page of a known address.
    fn judge(&mut self, sight: Sight<'_>, key: AddressKey, entry: Entry, rows: &mut Vec<Row>) -> Decision {
        let shown = match entry.state {
            State::Root => Some(entry.current(key)),
            State::Duplicate(root) => Some(root),
            State::Removed(_) | State::Vacant => None,
        };
        let revision = (entry.state == State::Root).then_some(entry.revision);
        if let Some(article) = shown {
            if sight.fetched_at < entry.fetched_at {
                self.refresh(key, rows);
                return Decision::of(Outcome::Late, Some(self.id(article)), revision);
            }
            if sight.print.content_hash == entry.content_hash && !self.is_withdrawn(article) {
                self.saw_again(sight, key, &entry, rows);
                return Decision::of(Outcome::Unchanged, Some(self.id(article)), revision);
            }
        }
        match entry.state {
            State::Root if sight.shows_story_of(&entry) => self.revise(sight, key, entry, rows),
            State::Root => self.afresh(sight, key, entry, Outcome::Replaced, rows),
            _ => self.afresh(sight, key, entry, Outcome::New, rows),
        }
    }

    /// Whether an article was removed. One whose address is not known any more was not.
    fn is_withdrawn(&self, article: Incarnation) -> bool {
        match self.live.addresses.get(article.key) {
            Some(Known::Article(entry)) => article.number < entry.withdrawn,
            _ => false,
        }
    }

    fn saw_again(&mut self, sight: Sight<'_>, key: AddressKey, entry: &Entry, rows: &mut Vec<Row>) {
        if sight.fetched_at > entry.fetched_at {
            // What is older than this fetch is late from now on, after a restore as well.
            let seen = Entry { fetched_at: sight.fetched_at, seen_at: self.live.time, ..*entry };
            self.set_address(key, Known::Article(seen), rows);
        } else {
            self.refresh(key, rows);
        }
    }

    fn revise(&mut self, sight: Sight<'_>, key: AddressKey, entry: Entry, rows: &mut Vec<Row>) -> Decision {
        let article = entry.current(key);
        let text = if entry.body_hash == sight.print.body_hash && entry.text.is_some_and(|s| self.live.texts.get(s).is_some()) {
            // Only the title changed, and the text is still there.
            entry.text
        } else {
            let common = near::find(&self.live.texts, sight.print, sight.page.site, key).common;
            let text = self.text(sight, key, article, common, entry.text);
            Some(self.store_text(text, rows))
        };
        let revision = entry.revision.saturating_add(1);
        self.set_entry(sight, key, Entry { revision, text, ..entry }, rows);
        Decision::of(Outcome::Revision, Some(self.id(article)), Some(revision))
    }

    /// A text that is not the last one of its address: a copy of another address's article, or a story of its own (`outcome`).
    fn afresh(&mut self, sight: Sight<'_>, key: AddressKey, entry: Entry, outcome: Outcome, rows: &mut Vec<Row>) -> Decision {
        let found = near::find(&self.live.texts, sight.print, sight.page.site, key);
        if let Some(copy) = found.copy {
            return self.copied(sight, key, entry, (copy, found.common), rows);
        }
        let article = Incarnation { key, number: entry.incarnations };
        let text = self.text(sight, key, article, found.common, None);
        let text = Some(self.store_text(text, rows));
        let incarnations = entry.incarnations.saturating_add(1);
        let next = Entry { incarnations, revision: 1, state: State::Root, text, ..entry };
        self.set_entry(sight, key, next, rows);
        Decision::of(outcome, Some(self.id(article)), Some(1))
    }

    fn copied(&mut self, sight: Sight<'_>, key: AddressKey, entry: Entry, found: (Match, u128), rows: &mut Vec<Row>) -> Decision {
        let (copy, common) = found;
        let was_copy = matches!(entry.state, State::Duplicate(_));
        // The same story at its own address, changed: a revision of what was told before. The article is another address's and stays.
        let revised = entry.state == State::Duplicate(copy.root) && sight.shows_story_of(&entry);
        let outcome = if revised { Outcome::Revision } else { Outcome::Duplicate };
        let mut text = entry.text.filter(|_| was_copy);
        if copy.adds {
            let stored = self.text(sight, key, copy.root, common, text);
            text = Some(self.store_text(stored, rows));
        }
        self.set_entry(sight, key, Entry { state: State::Duplicate(copy.root), text, ..entry }, rows);
        let of = self.id(copy.root);
        let copy = Copy {
            of,
            kind: if copy.exact { DuplicateKind::Exact } else { DuplicateKind::Near },
            containment: copy.overlap.containment(),
            covered: copy.overlap.covered(),
            jaccard: copy.overlap.jaccard(),
            fuller: copy.overlap.is_fuller(),
        };
        Decision { copy: Some(copy), ..Decision::of(outcome, Some(of), None) }
    }

    /// Sets an entry with the page's text and times.
    fn set_entry(&mut self, sight: Sight<'_>, key: AddressKey, entry: Entry, rows: &mut Vec<Row>) {
        let next = Entry {
            body_hash: sight.print.body_hash,
            content_hash: sight.print.content_hash,
            fetched_at: sight.fetched_at,
            seen_at: self.live.time,
            sketch: Sketch::of(sight.print),
            ..entry
        };
        self.set_address(key, Known::Article(next), rows);
    }

    fn text(&self, sight: Sight<'_>, owner: AddressKey, root: Incarnation, common: u128, replaces: Option<u64>) -> Text {
        let Sight { page, print, .. } = sight;
        Text {
            time: self.live.time,
            owner,
            root,
            site: page.site,
            language: page.language.clone(),
            replaces,
            body_hash: print.body_hash,
            figures: print.figures,
            rate: print.rate,
            common,
            sample: pack(&print.sample),
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

impl Sight<'_> {
    /// Whether the page still shows the story that the entry had last.
    fn shows_story_of(&self, entry: &Entry) -> bool {
        entry.body_hash == self.print.body_hash || entry.sketch.is_of_story(self.print)
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
            state: State::Vacant,
            body_hash: 0,
            content_hash: 0,
            fetched_at: i64::MIN,
            seen_at: i64::MIN,
            text: None,
            sketch: Sketch::default(),
        }
    }

    /// The article that the address was given last.
    pub(super) fn current(&self, key: AddressKey) -> Incarnation {
        Incarnation { key, number: self.incarnations.saturating_sub(1) }
    }
}
