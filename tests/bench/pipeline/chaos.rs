//! Kills, pauses, joins, leaves and broken brokers under load; after each the same audit.

use crate::arguments::Arguments;
use crate::audit::{QUIET_SECONDS, audit};
use crate::kafka::bootstrap;
use crate::kafka::cluster::Cluster;
use crate::kafka::feed::Fed;
use crate::kafka::ledger::{Ledger, all_ready, feed};
use crate::kafka::topics::Feeder;
use crate::kafka::worker::{App, Worker};
use crate::pages::{PARTITIONS, crawl};
use crate::report::{Report, rounded};
use crate::site::Random;
use std::time::{Duration, Instant};

/// Small batches, so that there are many transactions to be hit, and a short session, so that a dead member is soon replaced.
const SETTINGS: &[&str] = &[
    "batch.max_records = 60",
    "batch.max_wait_ms = 100",
    "kafka.consumer.\"session.timeout.ms\" = \"6000\"",
    "kafka.consumer.\"heartbeat.interval.ms\" = \"500\"",
];
const SESSION: Duration = Duration::from_secs(6);
const REPLICAS: usize = 3;

/// The pages of a run on its way: what came of them so far, and whether it still goes on.
struct Progress {
    ledger: Ledger,
    pages: usize,
    last: (usize, Instant),
}

impl Progress {
    fn open(app: &App, pages: usize) -> Self {
        Progress { ledger: Ledger::open(app), pages, last: (0, Instant::now()) }
    }

    /// Reads on. Whether to go on: pages are still out, and something came not long ago.
    fn goes_on(&mut self) -> bool {
        self.ledger.turn();
        if self.ledger.count() > self.last.0 {
            self.last = (self.ledger.count(), Instant::now());
        }
        self.ledger.count() < self.pages && self.last.1.elapsed() < Duration::from_secs(QUIET_SECONDS)
    }

    fn until(&mut self, pages: usize) {
        while self.ledger.count() < pages && self.goes_on() {}
    }

    fn for_time(&mut self, time: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < time && self.goes_on() {}
    }
}

fn drain(workers: impl IntoIterator<Item = Worker>, report: &mut Report) {
    let codes: Vec<i32> = workers.into_iter().map(Worker::drain).collect();
    report.line("exit_codes", format!("{codes:?}").replace(' ', ""));
}

pub fn kills(arguments: &Arguments, report: &mut Report) {
    let style = arguments.text("style").unwrap_or("both");
    for named in [true, false] {
        if matches!((style, named), ("both", _) | ("named", true) | ("random", false)) {
            report.line("style", if named { "named" } else { "random" });
            kill_run(arguments, named, report);
        }
    }
}

fn kill_run(arguments: &Arguments, named: bool, report: &mut Report) {
    let kills: usize = arguments.get("kills", 30);
    let seed = arguments.get("seed", 1);
    let pages = crawl(seed, arguments.get("pages", 20_000));
    let mut random = Random::new(seed);
    let app = App::new(bootstrap(), "kills", PARTITIONS as i32, SETTINGS);
    let name = |i: usize| format!("pod-{i}");
    let start = |i: usize| app.start(named.then(|| name(i)).as_deref(), &[]);
    let mut workers: Vec<Worker> = (0..REPLICAS).map(start).collect();
    all_ready(&mut workers);
    let mut workers: Vec<Option<Worker>> = workers.into_iter().map(Some).collect();
    let mut progress = Progress::open(&app, pages.len());
    feed(&app, &pages);
    let begun = Instant::now();
    // So many pages must have come before a kill, and then a random time more: never at the same step of a batch.
    let mut marks: Vec<usize> = (0..kills).map(|_| random.below(pages.len() as u64 * 95 / 100) as usize).collect();
    marks.sort_unstable();
    let mut killed = 0;
    for mark in marks {
        progress.until(mark);
        progress.for_time(Duration::from_millis(random.below(400)));
        let victim = random.below(REPLICAS as u64) as usize;
        // Dead before its successor starts, as under every supervisor.
        if let Some(old) = workers[victim].take() {
            old.kill();
        }
        workers[victim] = Some(start(victim));
        killed += 1;
    }
    while progress.goes_on() {}
    report.line("kills", killed);
    report.line("seconds", rounded(begun.elapsed().as_secs_f64()));
    drain(workers.into_iter().flatten(), report);
    audit(&app, &pages, progress.ledger, report);
}

/// Sends the pages evenly over `time`, from a thread of its own.
fn feed_slowly<'s>(scope: &'s std::thread::Scope<'s, '_>, app: &App, pages: &'s [Fed], time: Duration) {
    const TICK: Duration = Duration::from_millis(20);
    let (bootstrap, input) = (app.bootstrap.clone(), app.input.clone());
    scope.spawn(move || {
        let feeder = Feeder::new(&bootstrap);
        let begun = Instant::now();
        let mut sent = 0;
        while sent < pages.len() {
            let due = (begun.elapsed().as_secs_f64() / time.as_secs_f64() * pages.len() as f64) as usize;
            for page in &pages[sent..due.clamp(sent, pages.len())] {
                feeder.send(&input, Some(page.partition), None, Some(&page.value), &[]);
            }
            sent = due.clamp(sent, pages.len());
            std::thread::sleep(TICK);
        }
        feeder.flush();
    });
}

pub fn rebalance(arguments: &Arguments, report: &mut Report) {
    const BETWEEN: Duration = Duration::from_secs(2);
    let joins: u32 = arguments.get("joins", 10);
    let seed = arguments.get("seed", 1);
    let pages = crawl(seed, arguments.get("pages", 20_000));
    let app = App::new(bootstrap(), "rebalance", PARTITIONS as i32, SETTINGS);
    let mut workers: Vec<Worker> = (0..2).map(|_| app.start(None, &[])).collect();
    all_ready(&mut workers);
    let mut progress = Progress::open(&app, pages.len());
    let begun = Instant::now();
    let mut leaves = Vec::new();
    std::thread::scope(|scope| {
        // As long as the pause and the joins take, about, so that all of them happen under load.
        feed_slowly(scope, &app, &pages, SESSION * 3 + BETWEEN * joins);
        progress.until(pages.len() / 50);
        workers[0].signal("STOP");
        progress.for_time(SESSION + SESSION / 2);
        workers[0].signal("CONT");
        progress.for_time(BETWEEN);
        for _ in 0..joins {
            // The new one first, then the eldest goes.
            workers.push(app.start(None, &[]));
            progress.for_time(BETWEEN / 2);
            leaves.push(workers.remove(0).drain());
            progress.for_time(BETWEEN / 2);
        }
        report.line("pages_before_last_leave", progress.ledger.count());
    });
    while progress.goes_on() {}
    report.line("joins", joins);
    report.line("leaves_exit_0", leaves.iter().filter(|code| **code == 0).count());
    report.line("seconds", rounded(begun.elapsed().as_secs_f64()));
    drain(workers, report);
    audit(&app, &pages, progress.ledger, report);
}

pub fn brokers(arguments: &Arguments, report: &mut Report) {
    const BETWEEN: Duration = Duration::from_secs(4);
    let pages = crawl(arguments.get("seed", 1), arguments.get("pages", 20_000));
    let mut cluster = Cluster::start(3);
    let app = App::new(&cluster.bootstrap(), "brokers", PARTITIONS as i32, SETTINGS);
    let mut workers: Vec<Worker> = (0..REPLICAS).map(|_| app.start(None, &[])).collect();
    all_ready(&mut workers);
    let mut progress = Progress::open(&app, pages.len());
    let begun = Instant::now();
    std::thread::scope(|scope| {
        feed_slowly(scope, &app, &pages, BETWEEN * 15);
        for node in 0..3 {
            progress.for_time(BETWEEN);
            cluster.kill(node);
            report.line(&format!("pages_when_broker_{node}_died"), progress.ledger.count());
            progress.for_time(BETWEEN);
            cluster.launch(node);
            cluster.wait_ready();
        }
    });
    while progress.goes_on() {}
    report.line("seconds", rounded(begun.elapsed().as_secs_f64()));
    drain(workers, report);
    audit(&app, &pages, progress.ledger, report);
    if report.missed() {
        cluster.keep_files(&app.keep_logs());
    }
}
