//! How long a worker needs to read the index back from its changelogs in a real Kafka.
//!
//! The changelogs are filled by a plain producer with the rows of made-up fingerprints: to a restore they are the same as a worker's own.

use crate::arguments::Arguments;
use crate::articles::{self, Articles};
use crate::kafka::topics::Feeder;
use crate::kafka::{bootstrap, until};
use crate::process::Application;
use crate::report::{Bar, Report, rounded};
use feedmill::dedup::{Position, Row, Table};
use std::time::{Duration, Instant};

/// Rows are made by batches of this many pages.
const BATCH: usize = 10_000;
const LIMIT: Duration = Duration::from_secs(900);

pub fn run(arguments: &Arguments, report: &mut Report) {
    let documents: usize = arguments.get("documents", 1_000_000);
    let core: u32 = arguments.get("worker-core", 1);
    let app = Application::new(bootstrap(), "restore", 1, &[&format!("dedup.max_documents = {}", documents * 2)]);
    // What starting costs without an index.
    let (empty_seconds, empty_cpu) = restored(&app, core, 0, report);
    let bytes = fill(&app, documents);
    report.line("documents", documents);
    report.line("changelog_mb", bytes / 1_000_000);
    let (seconds, cpu) = restored(&app, core, documents, report);
    let million = |value: f64| value * 1e6 / documents as f64;
    report.line("cpu_seconds_per_million", rounded(million(cpu - empty_cpu)));
    report.bar("restore_seconds_per_million", million(seconds - empty_seconds), Bar::AtMost(30.0), Some(10.0));
}

/// Seconds from the start of a worker until it holds the documents and is ready, and its CPU seconds.
fn restored(app: &Application, core: u32, documents: usize, report: &mut Report) -> (f64, f64) {
    let begun = Instant::now();
    let mut worker = app.start(Some(core));
    // A member without partitions is ready, too: it counts once it holds them all.
    until("a restored index", LIMIT, || {
        worker.pause(Duration::from_millis(50));
        (worker.metric("feedmill_index_documents") >= documents as f64 && worker.metric("feedmill_ready") >= 1.0).then_some(())
    });
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), worker.cpu());
    let what = if documents == 0 { "empty" } else { "full" };
    report.line(&format!("{what}_seconds"), rounded(seconds));
    report.line(&format!("{what}_resident_mb"), (worker.resident() / 1e6).round());
    worker.drain();
    (seconds, cpu)
}

/// Writes the changelogs of an index and gives their bytes.
fn fill(app: &Application, documents: usize) -> usize {
    let (addresses, texts) = (app.topic("internal.addresses"), app.topic("internal.texts"));
    let feeder = Feeder::new(&app.bootstrap);
    let send = |row: &Row| {
        let topic = if row.table == Table::Addresses { &addresses } else { &texts };
        feeder.send(topic, Some(0), Some(&row.key), row.value.as_deref(), &[]);
        row.key.len() + row.value.as_ref().map_or(0, Vec::len)
    };
    let mut index = articles::index(documents);
    // As the log has them: now, or the rows would be too old to keep.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |t| t.as_millis() as i64);
    let (mut articles, mut rows, mut bytes, mut offset) = (Articles::new(documents as u64), Vec::new(), 0, 0);
    while index.documents() < documents {
        for _ in 0..BATCH.min(documents - index.documents()) {
            let page = articles.sketched();
            index.decide(&page, Position { offset, time: now }, &mut rows);
            offset += 1;
        }
        bytes += rows.drain(..).map(|row| send(&row)).sum::<usize>();
    }
    // Nothing of `internal.clean` is applied: there it stays empty.
    index.finish(0, &mut rows);
    bytes += rows.iter().map(send).sum::<usize>();
    feeder.flush();
    bytes
}
