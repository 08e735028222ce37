//! Every page has one fate, and the records of an id come in their order: what is read back, and the checks on it.

use super::feed::Fed;
use super::topics::{Feeder, Isolation, Reader, read_settled};
use super::worker::{App, Worker};
use feedmill::record::Record;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

/// A fate as the outcomes topic tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub outcome: String,
    pub reason: Option<String>,
    pub article_id: Option<String>,
    pub revision: Option<u64>,
}

/// The fates read so far, by partition and offset of the page.
pub struct Ledger {
    outcomes: Reader,
    pub fates: BTreeMap<(i64, i64), Vec<Told>>,
}

impl Ledger {
    /// Of an application whose topics exist.
    pub fn open(app: &App) -> Self {
        Self::reading(app, Isolation::Committed)
    }

    fn reading(app: &App, isolation: Isolation) -> Self {
        Ledger { outcomes: Reader::new(&app.bootstrap, &app.topic("outcomes"), isolation), fates: BTreeMap::new() }
    }

    /// All that is committed at rest, read afresh: the running reader's own faults are none of the worker's.
    pub fn settled(app: &App) -> Self {
        let mut ledger = Ledger::open(app);
        let records = ledger.outcomes.settled(&app.bootstrap);
        ledger.take(&records);
        ledger
    }

    /// All that was ever written, committed or not.
    pub fn written(app: &App) -> Self {
        let mut ledger = Self::reading(app, Isolation::Uncommitted);
        let records = ledger.outcomes.read_to_end();
        ledger.take(&records);
        ledger
    }

    pub fn count(&self) -> usize {
        self.fates.len()
    }

    /// Takes what has come meanwhile.
    pub fn turn(&mut self) {
        let records = self.outcomes.available();
        self.take(&records);
    }

    fn take(&mut self, records: &[Record]) {
        for v in records.iter().map(json) {
            let at = (v["source"]["partition"].as_i64().unwrap(), v["source"]["offset"].as_i64().unwrap());
            let text = |name: &str| v[name].as_str().map(str::to_owned);
            let told = Told {
                outcome: text("outcome").unwrap(),
                reason: text("reason"),
                article_id: text("article_id"),
                revision: v["revision"].as_u64(),
            };
            self.fates.entry(at).or_default().push(told);
        }
    }

    /// Waits until so many pages have their fate. `meanwhile` may act on the workers.
    pub fn wait(&mut self, pages: usize, limit: Duration, mut meanwhile: impl FnMut(usize)) {
        let mut progress = (self.count(), Instant::now());
        while self.count() < pages {
            self.turn();
            meanwhile(self.count());
            if self.count() > progress.0 {
                progress = (self.count(), Instant::now());
            }
            assert!(progress.1.elapsed() < limit, "no progress for {limit:?} at {} of {pages} pages", self.count());
        }
    }
}

fn json(record: &Record) -> Value {
    serde_json::from_slice(record.value.as_deref().unwrap()).unwrap()
}

/// Sends the pages, in order; gives each its offset within its partition.
pub fn feed(app: &App, pages: &[Fed]) {
    let feeder = Feeder::new(&app.bootstrap);
    for page in pages {
        feeder.send(&app.input, Some(page.partition), None, Some(&page.value), &[]);
    }
    feeder.flush();
}

/// All checks, once everything is at rest: every page has the fate that it must have, once; the outputs fit the fates; order within an id.
pub fn check(app: &App, pages: &[Fed]) {
    let ledger = Ledger::settled(app);
    let mut next: HashMap<i32, i64> = HashMap::new();
    let mut expected: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for page in pages {
        let offset = next.entry(page.partition).or_default();
        let at = (i64::from(page.partition), *offset);
        *offset += 1;
        *expected.entry(page.outcome).or_default() += 1;
        match ledger.fates.get(&at).map(Vec::as_slice) {
            Some([one]) if one.outcome == page.outcome && one.reason.as_deref() == page.reason => {}
            other => wrong.push(format!("{at:?}: expected {} {:?}, got {other:?}", page.outcome, page.reason)),
        }
    }
    assert!(wrong.is_empty(), "{} of {} pages have a wrong fate:\n{}", wrong.len(), pages.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert_eq!(ledger.count(), pages.len(), "fates of pages that were never fed");
    let count = |outcome: &str| expected.get(outcome).copied().unwrap_or_default();
    let articles = check_articles(app);
    assert_eq!(articles, count("new") + count("revision") + count("replaced"), "article records");
    assert_eq!(read_settled(&app.bootstrap, &app.topic("duplicates")).len(), count("duplicate"), "duplicate notices");
    assert_eq!(read_settled(&app.bootstrap, &app.topic("dead")).len(), count("dead"), "dead letters");
}

/// Within an id versions rise and revisions rise by one. Gives the number of records that are no tombstones.
pub fn check_articles(app: &App) -> usize {
    let records = read_settled(&app.bootstrap, &app.topic("articles"));
    let mut last: HashMap<Vec<u8>, (u64, u64)> = HashMap::new();
    let mut articles = 0;
    for record in records {
        let key = record.key.clone().unwrap();
        if record.value.is_none() {
            assert!(last.contains_key(&key), "a tombstone for an id that was never published");
            continue;
        }
        articles += 1;
        let v = json(&record);
        assert_eq!(v["id"].as_str().unwrap().as_bytes(), key);
        let (revision, version) = (v["revision"].as_u64().unwrap(), v["version"].as_u64().unwrap());
        let (before, older) = last.insert(key, (revision, version)).unwrap_or((0, 0));
        assert_eq!(revision, before + 1, "revisions of {}: {before} then {revision}", v["id"]);
        assert!(version > older, "versions of {}: {older} then {version}", v["id"]);
    }
    articles
}

/// The dead letters, by the offset of their page.
pub fn dead(app: &App) -> BTreeMap<(i32, i64), Record> {
    read_settled(&app.bootstrap, &app.topic("dead"))
        .into_iter()
        .map(|r| {
            let number = |name: &str| r.header(name).unwrap().parse::<i64>().unwrap();
            ((number("feedmill.dead.partition") as i32, number("feedmill.dead.offset")), r)
        })
        .collect()
}

/// Waits until every one of `workers` is ready.
pub fn all_ready(workers: &mut [Worker]) {
    workers.iter_mut().for_each(Worker::wait_ready);
}
