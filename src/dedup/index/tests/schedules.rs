//! Batches, aborts, crashes and restores in any order lead to the decisions and rows of a run without any.

use super::*;
use fastrand::Rng;
use std::collections::BTreeMap;

/// Pages of a few sites, with every kind of verdict in them.
fn stream(seed: u64, pages: usize) -> Vec<(Envelope, i64)> {
    let mut rng = Rng::with_seed(seed);
    let mut time = 1_000;
    let mut all: Vec<(Envelope, i64)> = Vec::new();
    for n in 0..pages {
        // Mostly in order; sometimes back, sometimes a jump over a window.
        time += match rng.u32(0..200) {
            0 => 1_500,
            1 => 5_000,
            2..20 => -(rng.i64(0..40)),
            _ => rng.i64(0..12),
        };
        let site = rng.usize(0..5);
        let address = |rng: &mut Rng| format!("s{site}.test/{}", rng.usize(0..40));
        let mut addresses = vec![address(&mut rng)];
        for _ in 0..2 {
            let other = address(&mut rng);
            if rng.u32(0..6) == 0 && !addresses.contains(&other) {
                addresses.push(other);
            }
        }
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let op = match rng.u32(0..60) {
            0 => EnvelopeOp::Remove,
            1 => EnvelopeOp::Gone,
            2 | 3 => EnvelopeOp::Restore,
            _ => EnvelopeOp::Page,
        };
        let which = if rng.bool() { rng.usize(0..30) } else { n };
        let (from, to) = (if rng.u32(0..4) == 0 { rng.usize(0..40) } else { 0 }, rng.usize(40..160));
        let text = format!("{} {}", story(which, from, to), story(5_000 + site, 0, rng.usize(0..60)));
        let title = format!("title {}", rng.u32(0..3));
        let mut page = envelope(op, &addresses, &title, &text, time - rng.i64(0..100));
        if rng.u32(0..5) == 0 && n > 0 {
            // A page that is fetched again as it was.
            page = Envelope { fetched_at: page.fetched_at, ..all[n - 1 - rng.usize(0..n.min(80))].0.clone() };
        }
        all.push((page, time));
    }
    all
}

fn small() -> IndexSettings {
    IndexSettings { text_window: Some(700), address_window: Some(2_000), max_documents: 60, ..settings() }
}

fn is_checkpoint(row: &Row) -> bool {
    row.key == rows::CHECKPOINT
}

/// What every record leads to when nothing goes wrong.
struct Reference {
    decisions: Vec<Decision>,
    rows: Vec<Vec<Row>>,
    /// Before each record, and at the end.
    states: Vec<Vec<String>>,
}

fn reference(pages: &[(Envelope, i64)]) -> Reference {
    let mut index = Index::new(small());
    let mut all = Reference { decisions: Vec::new(), rows: Vec::new(), states: vec![index.dump()] };
    for (offset, (envelope, time)) in pages.iter().enumerate() {
        let mut rows = Vec::new();
        index.begin();
        all.decisions.push(index.decide(envelope, Position { offset: offset as i64, time: *time }, &mut rows));
        index.merge();
        all.rows.push(rows);
        all.states.push(index.dump());
    }
    all
}

/// The changelogs as a broker keeps them.
#[derive(Default)]
struct Log {
    addresses: Vec<Row>,
    texts: Vec<Row>,
    applied: usize,
}

impl Log {
    fn commit(&mut self, rows: Vec<Row>, applied: usize) {
        for row in rows {
            match row.table {
                Table::Addresses => self.addresses.push(row),
                Table::Texts => self.texts.push(row),
            }
        }
        self.applied = applied;
    }

    /// Compaction keeps the last row of a key, here or further on, in the log's order.
    fn compact(&mut self, rng: &mut Rng) {
        let until = rng.usize(0..=self.addresses.len());
        let mut last = BTreeMap::new();
        for (i, row) in self.addresses.iter().enumerate() {
            last.insert(row.key.clone(), i);
        }
        let mut i = 0;
        self.addresses.retain(|row| {
            i += 1;
            i > until || last[&row.key] == i - 1
        });
    }

    /// Deletion by age takes a prefix of what has expired.
    fn delete(&mut self, low: u64, rng: &mut Rng) {
        let dead = |r: &Row| u64::from_be_bytes(r.key.clone().try_into().unwrap()) < low;
        let prefix = self.texts.iter().take_while(|r| dead(r)).count();
        self.texts.drain(..rng.usize(0..=prefix));
    }

    fn restore(&self) -> Index {
        let mut index = Index::new(small());
        for row in self.addresses.iter().chain(&self.texts) {
            index.restore_row(row.table, &row.key, row.value.as_deref()).unwrap();
        }
        let applied = index.restored().unwrap();
        assert_eq!(applied.unwrap_or(0), self.applied as i64);
        index
    }
}

fn run(seed: u64, pages: &[(Envelope, i64)], reference: &Reference) {
    let mut rng = Rng::with_seed(seed);
    let mut index = Index::new(small());
    let mut log = Log::default();
    let mut committed: Vec<Row> = Vec::new();
    let mut open: std::collections::VecDeque<(Vec<Row>, usize)> = Default::default();
    let mut next = 0;
    while log.applied < pages.len() {
        match rng.u32(0..20) {
            0..10 if open.len() < 3 && next < pages.len() => {
                let until = (next + rng.usize(1..60)).min(pages.len());
                let mut rows = Vec::new();
                index.begin();
                for (at, (page, time)) in pages.iter().enumerate().take(until).skip(next) {
                    let position = Position { offset: at as i64, time: *time };
                    let decision = index.decide(page, position, &mut rows);
                    assert_eq!(decision, reference.decisions[at], "record {at} of schedule {seed}");
                }
                index.finish(until as i64, &mut rows);
                open.push_back((rows, until));
                next = until;
            }
            10..17 => {
                if let Some((rows, until)) = open.pop_front() {
                    index.merge();
                    committed.extend(rows.iter().filter(|r| !is_checkpoint(r)).cloned());
                    log.commit(rows, until);
                }
            }
            17 => {
                open.clear();
                index.discard();
                next = log.applied;
                assert!(index.dump() == reference.states[next], "discarded to {next} in schedule {seed}");
            }
            18 => {
                if rng.bool() {
                    log.compact(&mut rng);
                    log.delete(log.restore().live.texts.low(), &mut rng);
                }
                open.clear();
                index = log.restore();
                next = log.applied;
                assert!(index.dump() == reference.states[next], "restored at {next} in schedule {seed}");
            }
            _ => {}
        }
    }
    let expected: Vec<&Row> = reference.rows.iter().flatten().collect();
    assert!(committed.iter().eq(expected), "rows of schedule {seed}");
}

#[test]
fn any_schedule_gives_the_decisions_and_rows_of_a_quiet_run() {
    for seed in 0..5 {
        let pages = stream(seed, 1_200);
        let reference = reference(&pages);
        let of = |outcome| reference.decisions.iter().filter(|d| d.outcome == outcome).count();
        for outcome in Outcome::ALL.into_iter().filter(|o| *o != Outcome::Dead) {
            assert!(of(outcome) >= 5, "{outcome:?} in stream {seed}: {}", of(outcome));
        }
        for schedule in 0..12 {
            run(seed * 100 + schedule, &pages, &reference);
        }
    }
}

#[test]
fn roots_are_live_and_never_copies() {
    for seed in 50..54 {
        let pages = stream(seed, 1_200);
        let mut published: BTreeMap<ArticleId, Outcome> = BTreeMap::new();
        for decision in reference(&pages).decisions {
            match decision.outcome {
                Outcome::New | Outcome::Replaced => {
                    published.insert(decision.id.unwrap(), decision.outcome);
                }
                Outcome::Revision => assert!(published.contains_key(&decision.id.unwrap())),
                Outcome::Duplicate => assert!(published.contains_key(&decision.copy.unwrap().of), "not published, or removed"),
                Outcome::Removed => decision.tombstones.iter().for_each(|id| {
                    published.remove(id);
                }),
                _ => {}
            }
        }
    }
}
