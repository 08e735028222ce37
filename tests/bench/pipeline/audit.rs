//! Once everything is at rest: has every page one fate, the right one, and do the outputs fit the fates?

use crate::kafka::feed::Fed;
use crate::kafka::ledger::Ledger;
use crate::kafka::topics::read_settled;
use crate::kafka::worker::App;
use crate::report::{Bar, Report};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Pages are lost for good when nothing has come for this time: longer than session, transaction and the start of a producer together.
pub const QUIET_SECONDS: u64 = 60;

#[derive(Default)]
struct Found {
    lost: usize,
    doubled: usize,
    wrong: usize,
    foreign: usize,
    /// Article records whose revision or version does not follow the one before it of their id.
    disorder: usize,
    /// Output records more or fewer than the fates say.
    output_difference: usize,
    fates: BTreeMap<String, usize>,
    examples: Vec<String>,
}

/// Reads everything back as a read_committed consumer and compares; every line and bar of a chaos bench but its duration.
pub fn audit(app: &App, pages: &[Fed], mut running: Ledger, report: &mut Report) {
    running.turn();
    let ledger = Ledger::settled(app);
    // A reader of the same library that read on through all of it: what it did not get, any other consumer may miss, too.
    report.line("unseen_by_running_reader", ledger.count() - running.count());
    let mut found = Found::default();
    fates(pages, &ledger, &mut found);
    outputs(app, &mut found);
    for (fate, count) in &found.fates {
        report.line(&format!("fate_{fate}"), count);
    }
    report.line("pages_in", pages.len());
    report.line("fates_total", found.fates.values().sum::<usize>());
    for example in found.examples.iter().take(10) {
        eprintln!("  {example}");
    }
    for (name, value) in [
        ("lost", found.lost),
        ("doubled", found.doubled),
        ("wrong_fate", found.wrong),
        ("unknown_pages", found.foreign),
        ("out_of_order", found.disorder),
        ("outputs_beside_fates", found.output_difference),
    ] {
        report.bar(name, value as f64, Bar::AtMost(0.0), None);
    }
    if found.lost > 0 {
        // Written but not committed, or never written?
        report.line("lost_but_in_the_log", Ledger::written(app).count() - ledger.count());
    }
    if report.missed() {
        report.line("logs", app.keep_logs().display());
    }
}

fn fates(pages: &[Fed], ledger: &Ledger, found: &mut Found) {
    let mut next: HashMap<i32, i64> = HashMap::new();
    let mut known = 0;
    for page in pages {
        let offset = next.entry(page.partition).or_default();
        let at = (i64::from(page.partition), *offset);
        *offset += 1;
        let told = ledger.fates.get(&at).map_or(&[][..], Vec::as_slice);
        known += usize::from(!told.is_empty());
        found.lost += usize::from(told.is_empty());
        found.doubled += usize::from(told.len() > 1);
        for one in told {
            *found.fates.entry(one.outcome.clone()).or_default() += 1;
        }
        if let Some(one) = told.first()
            && (one.outcome != page.outcome || one.reason.as_deref() != page.reason)
        {
            found.wrong += 1;
        }
        if told.len() != 1 || told[0].outcome != page.outcome {
            found.examples.push(format!("{at:?}: expected {} {:?}, got {told:?}", page.outcome, page.reason));
        }
    }
    found.foreign = ledger.count() - known;
}

fn outputs(app: &App, found: &mut Found) {
    let count = |names: &[&str], found: &Found| names.iter().filter_map(|n| found.fates.get(*n)).sum::<usize>();
    let mut last: HashMap<Vec<u8>, (u64, u64)> = HashMap::new();
    let (mut articles, mut tombstones) = (0, 0);
    for record in read_settled(&app.bootstrap, &app.topic("articles")) {
        let key = record.key.unwrap_or_default();
        let Some(value) = record.value else {
            tombstones += 1;
            found.disorder += usize::from(!last.contains_key(&key));
            continue;
        };
        articles += 1;
        let v: Value = serde_json::from_slice(&value).expect("an article is JSON");
        let (revision, version) = (v["revision"].as_u64().unwrap_or(0), v["version"].as_u64().unwrap_or(0));
        let (before, older) = last.insert(key, (revision, version)).unwrap_or((0, 0));
        if revision != before + 1 || version <= older {
            found.disorder += 1;
            found.examples.push(format!("{}: revision {before} then {revision}, version {older} then {version}", v["id"]));
        }
    }
    let duplicates = read_settled(&app.bootstrap, &app.topic("duplicates")).len();
    let dead = read_settled(&app.bootstrap, &app.topic("dead")).len();
    let pairs = [
        (articles, count(&["new", "revision", "replaced"], found)),
        (tombstones, count(&["removed"], found)),
        (duplicates, count(&["duplicate"], found)),
        (dead, count(&["dead"], found)),
    ];
    found.output_difference = pairs.iter().map(|(records, fates)| records.abs_diff(*fates)).sum();
}
