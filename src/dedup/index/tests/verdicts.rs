use super::*;
use Outcome::{Duplicate, Late, New, Removed, Replaced, Revision, Skipped, Unchanged};

/// An index that is given one page after the other, every one a batch of its own.
struct Desk {
    index: Index,
    offset: i64,
    time: i64,
    rows: Vec<Row>,
}

impl Desk {
    fn new(settings: IndexSettings) -> Self {
        Desk { index: Index::new(settings), offset: 0, time: 0, rows: Vec::new() }
    }

    fn put(&mut self, envelope: &Envelope) -> Decision {
        self.index.begin();
        let decision = self.index.decide(envelope, Position { offset: self.offset, time: self.time }, &mut self.rows);
        self.offset += 1;
        self.index.finish(self.offset, &mut self.rows);
        self.index.merge();
        decision
    }

    fn page(&mut self, addresses: &[&str], title: &str, text: &str, fetched_at: i64) -> Decision {
        self.put(&envelope(EnvelopeOp::Page, addresses, title, text, fetched_at))
    }

    fn op(&mut self, op: EnvelopeOp, address: &str, fetched_at: i64) -> Decision {
        self.put(&envelope(op, &[address], "", "", fetched_at))
    }
}

fn id(address: &str, number: u32) -> ArticleId {
    Incarnation { key: key(address), number }.id(None)
}

#[test]
fn the_life_of_an_address() {
    let mut desk = Desk::new(settings());
    let a = "a.test/1";
    let first = desk.page(&[a], "t", &story(1, 0, 100), 10);
    assert_eq!((first.outcome, first.id, first.revision), (New, Some(id(a, 0)), Some(1)));
    let again = desk.page(&[a], "t", &story(1, 0, 100), 20);
    assert_eq!((again.outcome, again.id, again.revision), (Unchanged, Some(id(a, 0)), Some(1)));
    let late = desk.page(&[a], "t", &story(1, 0, 80), 19);
    assert_eq!((late.outcome, late.id), (Late, Some(id(a, 0))), "older than the unchanged fetch");
    let title = desk.page(&[a], "other", &story(1, 0, 100), 20);
    assert_eq!((title.outcome, title.revision), (Revision, Some(2)), "not older is not late");
    let text = desk.page(&[a], "other", &story(1, 0, 120), 21);
    assert_eq!((text.outcome, text.id, text.revision), (Revision, Some(id(a, 0)), Some(3)));
    let other = desk.page(&[a], "new", &story(2, 0, 100), 22);
    assert_eq!((other.outcome, other.id, other.revision), (Replaced, Some(id(a, 1)), Some(1)));
    let removed = desk.op(EnvelopeOp::Remove, a, 23);
    assert_eq!((removed.outcome, removed.id, removed.tombstones), (Removed, Some(id(a, 1)), vec![id(a, 0), id(a, 1)]));
    let blocked = desk.page(&[a], "new", &story(2, 0, 100), 99);
    assert_eq!((blocked.outcome, blocked.reason), (Skipped, Some(SkipReason::Removed)));
    let restored = desk.op(EnvelopeOp::Restore, a, 24);
    assert_eq!((restored.outcome, restored.reason), (Skipped, Some(SkipReason::Restored)));
    let back = desk.page(&[a], "new", &story(2, 0, 100), 25);
    assert_eq!((back.outcome, back.id, back.revision), (New, Some(id(a, 2)), Some(1)));
}

#[test]
fn copies_name_a_live_root() {
    let mut desk = Desk::new(settings());
    desk.page(&["a.test/1"], "t", &story(1, 0, 200), 1);
    let exact = desk.page(&["b.test/1"], "u", &story(1, 0, 200), 1);
    let copy = exact.copy.clone().unwrap();
    assert_eq!((exact.outcome, copy.of, copy.kind, copy.containment), (Duplicate, id("a.test/1", 0), DuplicateKind::Exact, 1.0));
    // Cut to the head, with another site's words after it: a copy of the copy names the root.
    let cut = desk.page(&["c.test/1"], "t", &format!("{} {}", story(1, 0, 110), story(9, 0, 40)), 1);
    let copy = cut.copy.clone().unwrap();
    assert_eq!((cut.outcome, copy.of, copy.kind), (Duplicate, id("a.test/1", 0), DuplicateKind::Near));
    assert!((copy.containment - 0.7).abs() < 0.15 && (copy.covered - 0.55).abs() < 0.15 && copy.jaccard < 0.6, "{copy:?}");
    let again = desk.page(&["c.test/1"], "t", &format!("{} {}", story(1, 0, 110), story(9, 0, 40)), 2);
    assert_eq!((again.outcome, again.id, again.revision), (Unchanged, Some(id("a.test/1", 0)), None));
    // The root goes: the copy that is seen next becomes a root, and the others follow it.
    assert_eq!(desk.op(EnvelopeOp::Remove, "a.test/1", 3).tombstones, [id("a.test/1", 0)]);
    let next = desk.page(&["c.test/1"], "t", &format!("{} {}", story(1, 0, 110), story(9, 0, 40)), 4);
    assert_eq!((next.outcome, next.id), (New, Some(id("c.test/1", 0))));
    let other = desk.page(&["b.test/1"], "u", &story(1, 0, 200), 4);
    assert_eq!((other.outcome, other.copy.map(|c| c.of)), (Duplicate, Some(id("c.test/1", 0))));
}

#[test]
fn a_story_at_its_own_address_is_a_revision_and_a_copy_that_changes_is_judged_afresh() {
    let mut desk = Desk::new(settings());
    desk.page(&["a.test/1"], "t", &story(1, 0, 100), 1);
    desk.page(&["b.test/1"], "t", &story(2, 0, 100), 1);
    // b turns into a copy of a: its own story is gone, and stays published under the old id.
    let turned = desk.page(&["b.test/1"], "t", &story(1, 0, 100), 2);
    assert_eq!((turned.outcome, turned.copy.map(|c| c.of)), (Duplicate, Some(id("a.test/1", 0))));
    let copy = desk.page(&["c.test/1"], "t", &story(2, 0, 100), 2);
    assert_eq!(copy.copy.map(|c| c.of), Some(id("b.test/1", 0)), "the old text is live");
    let changed = desk.page(&["b.test/1"], "t", &story(1, 0, 90), 3);
    assert_eq!(
        (changed.outcome, changed.id, changed.revision),
        (Revision, Some(id("a.test/1", 0)), None),
        "of the copy: a's article stays"
    );
    assert_eq!(changed.copy.map(|c| c.of), Some(id("a.test/1", 0)), "told as a copy again");
    let own = desk.page(&["b.test/1"], "t", &story(3, 0, 90), 4);
    assert_eq!((own.outcome, own.id, own.revision), (New, Some(id("b.test/1", 1)), Some(1)));
    // a takes over c's story beside its own: still its own story.
    let both = desk.page(&["a.test/1"], "t", &format!("{} {}", story(1, 0, 60), story(2, 0, 100)), 5);
    assert_eq!((both.outcome, both.revision), (Revision, Some(2)));
    let removed = desk.op(EnvelopeOp::Remove, "b.test/1", 6);
    assert_eq!(removed.tombstones, [id("b.test/1", 0), id("b.test/1", 1)]);
    assert_eq!(desk.page(&["d.test/1"], "t", &story(2, 0, 100), 6).outcome, Duplicate, "half of a's text");
    assert_eq!(desk.page(&["e.test/1"], "t", &story(3, 0, 90), 6).outcome, New, "its holder was removed");
}

#[test]
fn other_addresses_count_while_they_show_the_story() {
    let mut desk = Desk::new(settings());
    let front = "a.test/latest";
    assert_eq!(desk.page(&["a.test/1", front], "t", &story(1, 0, 100), 1).outcome, New);
    assert_eq!(desk.page(&["a.test/one", "a.test/1"], "t", &story(1, 0, 100), 2).outcome, Unchanged);
    let strong = desk.page(&["a.test/one"], "t", &story(1, 0, 110), 3);
    assert_eq!((strong.outcome, strong.id), (Revision, Some(id("a.test/1", 0))), "the alias was noted");
    // Every story of this site names the same canonical address.
    let second = desk.page(&["a.test/2", front], "t", &story(2, 0, 100), 4);
    assert_eq!((second.outcome, second.id), (New, Some(id("a.test/2", 0))));
    assert_eq!(desk.page(&["a.test/1", front], "t", &story(1, 0, 120), 5).outcome, Revision);
    assert_eq!(desk.page(&["a.test/2", front], "t", &story(2, 0, 120), 5).outcome, Revision);
    // Blocks hold for all of them.
    desk.op(EnvelopeOp::Remove, "a.test/one", 6);
    for address in ["a.test/1", "a.test/one", front] {
        assert_eq!(desk.page(&[address], "t", &story(1, 0, 100), 9).reason, Some(SkipReason::Removed), "{address}");
    }
    assert_eq!(desk.page(&["a.test/3", front], "t", &story(3, 0, 100), 9).reason, Some(SkipReason::Removed), "nothing else is known");
    assert_eq!(desk.page(&["a.test/2", front], "t", &story(2, 0, 130), 9).outcome, Revision, "an article of its own");
}

#[test]
fn status_410() {
    let mut desk = Desk::new(settings());
    let unknown = desk.op(EnvelopeOp::Gone, "a.test/1", 1);
    assert_eq!((unknown.outcome, unknown.reason), (Skipped, Some(SkipReason::HttpStatus)));
    desk.page(&["a.test/1"], "t", &story(1, 0, 100), 10);
    assert_eq!(desk.op(EnvelopeOp::Gone, "a.test/1", 9).outcome, Late);
    let gone = desk.op(EnvelopeOp::Gone, "a.test/1", 11);
    assert_eq!((gone.outcome, gone.tombstones), (Removed, vec![id("a.test/1", 0)]));
    assert_eq!(desk.page(&["a.test/1"], "t", &story(1, 0, 100), 10).reason, Some(SkipReason::Removed));
    let back = desk.page(&["a.test/1"], "t", &story(1, 0, 100), 12);
    assert_eq!((back.outcome, back.id), (New, Some(id("a.test/1", 1))));
    // An order to remove is not ended by a later fetch.
    desk.op(EnvelopeOp::Remove, "a.test/1", 13);
    desk.op(EnvelopeOp::Gone, "a.test/1", 14);
    assert_eq!(desk.page(&["a.test/1"], "t", &story(1, 0, 100), 99).reason, Some(SkipReason::Removed));
}

#[test]
fn an_unknown_address_can_be_removed() {
    let mut desk = Desk::new(settings());
    let removed = desk.op(EnvelopeOp::Remove, "a.test/1", 1);
    assert_eq!((removed.outcome, removed.tombstones), (Removed, vec![id("a.test/1", 0)]));
    assert_eq!(desk.page(&["a.test/1"], "t", &story(1, 0, 100), 2).reason, Some(SkipReason::Removed));
}

#[test]
fn texts_and_addresses_expire_and_blocks_do_not() {
    let mut desk = Desk::new(settings());
    desk.page(&["a.test/1"], "t", &story(1, 0, 100), 1);
    desk.op(EnvelopeOp::Remove, "x.test/1", 1);
    desk.time = 1_000;
    assert_eq!(desk.page(&["b.test/1"], "t", &story(1, 0, 100), 2).outcome, Duplicate, "as old as the window");
    desk.time = 1_001;
    assert_eq!(desk.page(&["c.test/1"], "t", &story(1, 0, 100), 2).outcome, New, "older");
    desk.time = 500;
    assert_eq!(desk.page(&["d.test/1"], "t", &story(1, 0, 100), 2).outcome, Duplicate, "time does not go back");
    for time in (1_500..9_000).step_by(500) {
        desk.time = time;
        assert_eq!(desk.page(&["a.test/1"], "t", &story(1, 0, 100), 1).outcome, Unchanged, "seen often enough");
    }
    assert_eq!(desk.page(&["c.test/1"], "t", &story(1, 0, 100), 2).outcome, New, "not seen for a window");
    assert_eq!(desk.page(&["x.test/1"], "t", &story(4, 0, 100), 2).reason, Some(SkipReason::Removed));
}

#[test]
fn no_more_texts_than_allowed() {
    let mut desk = Desk::new(IndexSettings { max_documents: 10, ..settings() });
    for n in 0..50 {
        assert_eq!(desk.page(&[&format!("a.test/{n}")], "t", &story(n, 0, 60), 1).outcome, New);
        assert!(desk.index.documents() <= 10);
    }
    assert_eq!(desk.page(&["b.test/1"], "t", &story(45, 0, 60), 1).outcome, Duplicate);
    assert_eq!(desk.page(&["b.test/2"], "t", &story(30, 0, 60), 1).outcome, New);
}

#[test]
fn what_a_site_repeats_is_not_the_story() {
    let mut desk = Desk::new(settings());
    let furniture = story(1_000, 0, 80);
    for n in 0..20 {
        let text = format!("{} {furniture}", story(n, 0, 50));
        assert_eq!(desk.page(&[&format!("a.test/{n}")], "t", &text, 1).outcome, New, "{n}");
    }
}

#[test]
fn a_round_up_is_no_copy_of_what_it_sums_up() {
    let mut desk = Desk::new(settings());
    for n in 0..3 {
        desk.page(&[&format!("a.test/{n}")], "t", &story(n, 0, 120), 1);
    }
    let items: Vec<String> = (0..3).map(|n| story(n, 0, 60)).collect();
    assert_eq!(desk.page(&["b.test/1"], "t", &items.join(" "), 1).outcome, New, "a third of it is each story's");
    let two = format!("{} {}", story(0, 0, 120), story(1, 0, 60));
    assert_eq!(desk.page(&["c.test/1"], "t", &two, 1).copy.map(|c| c.of), Some(id("a.test/0", 0)), "most of it is one story's");
}

#[test]
fn a_longer_version_after_its_short_copy_is_marked() {
    let mut desk = Desk::new(settings());
    desk.page(&["a.test/1"], "t", &story(1, 0, 120), 1);
    let mut told = |address: &str, text: &str| desk.page(&[address], "t", text, 1).copy.map(|c| (c.of, c.fuller));
    let root = id("a.test/1", 0);
    assert_eq!(told("b.test/1", &story(1, 0, 200)), Some((root, true)));
    assert_eq!(told("c.test/1", &story(1, 0, 200)), Some((root, true)), "measured against the article, not against the other copy");
    assert_eq!(told("d.test/1", &story(1, 0, 130)), Some((root, false)), "a sentence more");
    assert_eq!(told("e.test/1", &story(1, 0, 70)), Some((root, false)), "shorter");
    let other_end = format!("{} {}", story(1, 0, 70), story(2, 0, 100));
    assert!(told("f.test/1", &other_end).is_none_or(|(_, fuller)| !fuller), "longer, but without half of the article");
}

#[test]
fn a_follow_up_that_ends_with_background_is_new() {
    let mut desk = Desk::new(settings());
    desk.page(&["a.test/1"], "t", &story(1, 0, 200), 1);
    let text = format!("{} {}", story(2, 0, 150), story(1, 100, 200));
    assert_eq!(desk.page(&["b.test/1"], "t", &text, 1).outcome, New);
}

#[test]
fn tiny_and_empty_texts_are_nobodys_copy() {
    let mut desk = Desk::new(settings());
    for (n, text) in ["", "", "word", "word", "more to come", "more to come"].into_iter().enumerate() {
        assert_eq!(desk.page(&[&format!("a.test/{n}")], "t", text, 1).outcome, New, "{n}");
    }
    assert_eq!(desk.page(&["a.test/0"], "t", "", 2).outcome, Unchanged);
}

#[test]
fn without_memory_everything_is_new() {
    let mut desk = Desk::new(IndexSettings { enabled: false, ..settings() });
    for _ in 0..2 {
        let d = desk.page(&["a.test/1"], "t", &story(1, 0, 100), 1);
        assert_eq!((d.outcome, d.id, d.revision), (New, Some(id("a.test/1", 0)), Some(1)));
    }
    assert!(desk.rows.is_empty());
    assert_eq!(desk.index.documents(), 0);
}

#[test]
fn a_clock_that_is_years_ahead_makes_nothing_late_for_long() {
    const DAY: i64 = 86_400_000;
    let mut desk = Desk::new(IndexSettings { text_window: None, address_window: None, ..settings() });
    desk.time = 1_000 * DAY;
    desk.page(&["a.test/1"], "t", &story(1, 0, 100), 9_000 * DAY);
    assert_eq!(desk.page(&["a.test/1"], "t", &story(1, 0, 90), 1_000 * DAY).outcome, Late);
    desk.time = 1_002 * DAY;
    assert_eq!(desk.page(&["a.test/1"], "t", &story(1, 0, 80), 1_002 * DAY).outcome, Revision);
}

#[test]
fn shards_have_ids_of_their_own() {
    let mut ids = Vec::new();
    for shard in 0..2 {
        let mut desk = Desk::new(IndexSettings { shard, shards: 2, ..settings() });
        ids.push(desk.page(&["a.test/1"], "t", &story(1, 0, 100), 1).id.unwrap());
    }
    assert_ne!(ids[0], ids[1]);
    assert!(!ids.contains(&id("a.test/1", 0)));
}

#[test]
fn readers_refuse_what_they_do_not_know() {
    let mut index = Index::new(settings());
    let newer = [rows::FORMAT + 1, 0];
    let refused = |index: &mut Index, table, key: &[u8], value: &[u8]| index.restore_row(table, key, Some(value)).unwrap_err();
    assert!(matches!(refused(&mut index, Table::Addresses, &[0; 16], &newer), RestoreError::TooNew(_)));
    assert!(matches!(refused(&mut index, Table::Texts, &[0; 8], &newer), RestoreError::TooNew(_)));
    assert!(matches!(refused(&mut index, Table::Addresses, rows::CHECKPOINT, &newer), RestoreError::TooNew(_)));
    assert!(matches!(refused(&mut index, Table::Addresses, b"other", &[1, 0]), RestoreError::Foreign(_)));
    assert!(matches!(refused(&mut index, Table::Texts, b"other", &[1, 0]), RestoreError::Foreign(_)));
    assert!(matches!(refused(&mut index, Table::Texts, &[0; 8], &[]), RestoreError::Damaged(_)));
    assert!(matches!(refused(&mut index, Table::Texts, &[0; 8], &[rows::FORMAT, 0, 1]), RestoreError::Damaged(_)));
    assert_eq!(index.restored().unwrap(), None);
}

#[test]
fn a_generation_does_not_go_back() {
    let mut desk = Desk::new(IndexSettings { generation: 3, ..settings() });
    desk.page(&["a.test/1"], "t", &story(1, 0, 100), 1);
    for (generation, fine) in [(2, false), (3, true), (4, true)] {
        let mut index = Index::new(IndexSettings { generation, ..settings() });
        desk.rows.iter().for_each(|r| index.restore_row(r.table, &r.key, r.value.as_deref()).unwrap());
        assert_eq!(index.restored().is_ok(), fine, "{generation}");
    }
}

#[test]
fn rows_are_small() {
    let mut desk = Desk::new(settings());
    desk.page(&["a.test/1", "a.test/one"], "t", &story(1, 0, 900), 1);
    let size = |table| desk.rows.iter().filter(|r| r.table == table).map(|r| r.value.as_ref().unwrap().len()).max().unwrap();
    assert!(size(Table::Texts) <= 600, "{}", size(Table::Texts));
    assert!(size(Table::Addresses) <= 220, "{}", size(Table::Addresses));
}
