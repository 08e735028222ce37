//! What the way through Kafka costs beside the work itself: `run` against `process` on the same pages, in CPU seconds.

use crate::arguments::Arguments;
use crate::kafka::bootstrap;
use crate::kafka::topics::Feeder;
use crate::process::{Application, process_cpu};
use crate::report::{Bar, Report, median, rounded};
use crate::site::{Random, Story};
use serde_json::json;
use std::io::Write;
use std::time::{Duration, Instant};

/// Pages by code: so many, of 100 to 180 KB of markup.
const PAGES: u64 = 1_000;
const PARTITIONS: i32 = 6;
/// Of the idle run: long enough that its start is over.
const IDLE: Duration = Duration::from_secs(3);

pub fn run(arguments: &Arguments, report: &mut Report) {
    let file = arguments.text("pages").map(str::to_owned).or_else(|| std::env::var("FEEDMILL_BENCH_PAGES").ok());
    let lines: Vec<Vec<u8>> = match &file {
        Some(path) => {
            let text = std::fs::read(path).unwrap_or_else(|e| panic!("{path}: {e}"));
            text.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(<[u8]>::to_vec).collect()
        }
        None => made(),
    };
    let bytes: usize = lines.iter().map(Vec::len).sum();
    report.line("pages_from", file.as_deref().unwrap_or("code"));
    report.line("pages", lines.len());
    report.line("kilobytes_a_page", bytes / 1000 / lines.len().max(1));
    let dir = tempfile::tempdir().unwrap();
    let (all, first) = (dir.path().join("pages.jsonl"), dir.path().join("first.jsonl"));
    let mut out = std::io::BufWriter::new(std::fs::File::create(&all).unwrap());
    lines.iter().for_each(|line| out.write_all(line).and_then(|()| out.write_all(b"\n")).unwrap());
    out.into_inner().unwrap();
    // A worker unpacks its tables at its start, `process` for its first page.
    std::fs::write(&first, &lines[0]).unwrap();
    let mut ratios = Vec::new();
    for _ in 0..arguments.get("repeat", 3) {
        let app = Application::new(bootstrap(), "cost", PARTITIONS, &[]);
        let idle = idle_cpu(&app);
        feed(&app, &lines);
        let (ran, wall) = run_cpu(&app, lines.len());
        let process = process_cpu(&app.config(), &all);
        let one = process_cpu(&app.config(), &first);
        report.line("run_cpu_seconds", format!("{ran:.2} of which start {idle:.2}, wall {wall:.2}"));
        report.line("process_cpu_seconds", format!("{process:.2} of which start and first page {one:.2}"));
        let run_page = (ran - idle) / lines.len() as f64;
        let process_page = (process - one) / (lines.len() - 1).max(1) as f64;
        report.line("run_ms_a_page", rounded(run_page * 1000.0));
        report.line("process_ms_a_page", rounded(process_page * 1000.0));
        ratios.push(run_page / process_page);
    }
    report.bar("run_to_process", median(&ratios), Bar::AtMost(1.25), Some(1.10));
}

fn made() -> Vec<Vec<u8>> {
    let mut random = Random::new(7);
    (0..PAGES)
        .map(|n| {
            let url = format!("https://paper{}.test/2026/story-{n}", n % 40);
            let html = Story::new(n, 0, 8 + random.below(12) as usize).html(&url, 100_000 + random.below(80_000) as usize);
            json!({"url": url, "fetched_at": "2026-03-01T12:00:00Z", "html": html}).to_string().into_bytes()
        })
        .collect()
}

fn feed(app: &Application, lines: &[Vec<u8>]) {
    let feeder = Feeder::new(&app.bootstrap);
    for (n, line) in lines.iter().enumerate() {
        feeder.send(&app.input, Some(n as i32 % PARTITIONS), None, Some(line), &[]);
    }
    feeder.flush();
}

/// CPU of a start, and of waiting a little: of a worker that has nothing to do. It also makes the group known.
fn idle_cpu(app: &Application) -> f64 {
    let mut worker = app.start(None);
    worker.wait_ready();
    worker.pause(IDLE);
    let cpu = worker.cpu();
    worker.drain();
    cpu
}

/// CPU and wall seconds until all pages have their fate.
fn run_cpu(app: &Application, pages: usize) -> (f64, f64) {
    let begun = Instant::now();
    let mut worker = app.start(None);
    while worker.pages() < pages as u64 {
        worker.pause(Duration::from_millis(50));
        assert!(begun.elapsed() < Duration::from_secs(600), "{} of {pages} pages after ten minutes", worker.pages());
    }
    let (cpu, wall) = (worker.cpu(), begun.elapsed().as_secs_f64());
    worker.drain();
    (cpu, wall)
}
