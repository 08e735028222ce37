//! How many pages a second go through both loops when there is next to nothing to clean.

use crate::arguments::Arguments;
use crate::kafka::bootstrap;
use crate::kafka::topics::Feeder;
use crate::process::Application;
use crate::report::{Bar, Report, median, rounded};
use crate::site::Story;
use serde_json::json;
use std::process::Command;
use std::time::{Duration, Instant};

const PARTITIONS: u32 = 6;
const TEXT_BYTES: usize = 1_000;

pub fn run(arguments: &Arguments, report: &mut Report) {
    let pages: u64 = arguments.get("pages", 200_000);
    // This process, and with it the brokers that it starts, stay on their core; the worker gets another.
    pin(arguments.get("broker-core", 0));
    // The tests' brokers run with the first compiler only, for a quick start; a broker that lives for long does not.
    // SAFETY: no other thread of this process runs yet.
    unsafe { std::env::set_var("_JAVA_OPTIONS", "-XX:TieredStopAtLevel=4") };
    let settings = ["input.preset = \"article\"", "tag.enabled = false", "run.threads = 1"];
    let mut rates = Vec::new();
    for with_outcomes in std::iter::repeat_n(false, arguments.get("repeat", 3)).chain([true]) {
        let mut settings = settings.to_vec();
        if with_outcomes {
            settings.push("topics.outcomes = \"passthrough.outcomes\"");
        }
        let app = Application::new(bootstrap(), "passthrough", PARTITIONS as i32, &settings);
        feed(&app, pages);
        let (rate, cpu) = measure(&app, pages, arguments.get("worker-core", 1));
        let name = if with_outcomes { "pages_a_second_with_outcomes_topic" } else { "pages_a_second" };
        report.line(name, format!("{} (worker's core {:.0} % busy)", rounded(rate), cpu * 100.0));
        if !with_outcomes {
            rates.push(rate);
        }
    }
    report.bar("pages_a_second", median(&rates), Bar::AtLeast(8_000.0), Some(20_000.0));
}

fn pin(core: u32) {
    let done = Command::new("taskset").args(["-a", "-p", "-c", &core.to_string(), &std::process::id().to_string()]).output();
    assert!(done.expect("taskset (util-linux)").status.success(), "cannot be pinned to core {core}");
}

fn feed(app: &Application, pages: u64) {
    let feeder = Feeder::new(&app.bootstrap);
    for n in 0..pages {
        let (title, text) = Story::short(n, TEXT_BYTES);
        let url = format!("https://wire{}.test/2026/{n}", n % 500);
        let event = json!({"url": url, "fetched_at": "2026-03-01T12:00:00Z", "title": title, "text": text, "language": "en"});
        feeder.send(&app.input, Some((n % u64::from(PARTITIONS)) as i32), None, Some(event.to_string().as_bytes()), &[]);
    }
    feeder.flush();
}

/// Pages a second from the first committed outcome to the last, as the worker counts them, and the share of its core that it used.
fn measure(app: &Application, pages: u64, core: u32) -> (f64, f64) {
    const LOOK: Duration = Duration::from_millis(20);
    let mut worker = app.start(Some(core));
    let limit = Instant::now() + Duration::from_secs(600);
    let mut first = None;
    loop {
        worker.pause(LOOK);
        let (now, count, cpu) = (Instant::now(), worker.pages(), worker.cpu());
        assert!(now < limit, "{count} of {pages} pages after ten minutes");
        let (begun, already, spent) = match first {
            None if count == 0 => continue,
            None => *first.insert((now, count, cpu)),
            Some(first) => first,
        };
        if count >= pages {
            let seconds = now.duration_since(begun).as_secs_f64();
            worker.drain();
            // Those that were there at the first look came before the time began to run.
            return ((pages - already) as f64 / seconds, (cpu - spent) / seconds);
        }
    }
}
