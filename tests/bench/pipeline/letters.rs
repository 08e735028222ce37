//! Dead letters by the thousand: how long a list of them takes, and a replay that is killed on its way.

use crate::arguments::Arguments;
use crate::kafka::bootstrap;
use crate::kafka::topics::{self, Feeder, read_settled};
use crate::process::{Application, BINARY};
use crate::report::{Bar, Report, median, rounded};
use crate::site::{Random, Story};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Every second letter has this reason; these are put back.
const CHOSEN: &str = "unknown_schema";

pub fn run(arguments: &Arguments, report: &mut Report) {
    let letters: usize = arguments.get("letters", 10_000);
    let app = Application::new(bootstrap(), "letters", 1, &[]);
    let retry = app.topic("retry");
    topics::create(&app.bootstrap, &retry, 6, &[]);
    let mut random = Random::new(arguments.get("seed", 1));
    write(&app, letters, arguments.get("bytes", 20_000));
    let mut times = Vec::new();
    for _ in 0..arguments.get("repeat", 3) {
        let begun = Instant::now();
        let listed = feedmill(&app, &["ls", "--json", "--limit", &letters.to_string()]).output().unwrap();
        times.push(begun.elapsed().as_secs_f64());
        report.line("ls_seconds", rounded(times[times.len() - 1]));
        assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
        assert_eq!(listed.stdout.iter().filter(|b| **b == b'\n').count(), letters, "letters listed");
    }
    let replay = ["replay", "--reason", CHOSEN, "--execute", "--rate", "100000"];
    for batches in 1..=arguments.get("kills", 3) {
        let pause = Duration::from_millis(random.below(100));
        report.line("told_before_the_kill", killed(&app, &replay, batches, pause));
    }
    let begun = Instant::now();
    let last = feedmill(&app, &replay).output().unwrap();
    report.line("last_replay_seconds", rounded(begun.elapsed().as_secs_f64()));
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stderr));
    for line in String::from_utf8_lossy(&last.stdout).lines() {
        report.line("last_replay", line);
    }
    let back = read_settled(&app.bootstrap, &retry);
    let once: BTreeSet<&str> = back.iter().filter_map(|r| r.header("feedmill.replay.letter")).collect();
    report.bar("lost", (letters.div_ceil(2) - once.len()) as f64, Bar::AtMost(0.0), None);
    report.bar("doubled", (back.len() - once.len()) as f64, Bar::AtMost(0.0), None);
    report.bar("ls_seconds", median(&times), Bar::AtMost(5.0), Some(2.0));
}

fn feedmill(app: &Application, words: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.arg("dlq").args(words).arg("--config").arg(app.config());
    command.args(["--set", &format!("topics.retry={}", app.topic("retry"))]).stdin(Stdio::null());
    command
}

/// Starts a replay and kills it by kill -9 in the batch after so many. What it had told last.
fn killed(app: &Application, words: &[&str], batches: usize, pause: Duration) -> String {
    let mut child = feedmill(app, words).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let told = lines.by_ref().take(batches).last().unwrap_or_else(|| "nothing".into());
    std::thread::sleep(pause);
    child.kill().unwrap();
    child.wait().unwrap();
    told
}

/// Letters as the worker writes them, each with a page of its own of about so many bytes.
fn write(app: &Application, letters: usize, bytes: usize) {
    let feeder = Feeder::new(&app.bootstrap);
    for n in 0..letters {
        let url = format!("https://paper{}.test/{n}", n % 40);
        let html = Story::new(n as u64, 0, 6).html(&url, bytes);
        let value = json!({"url": url, "id": n.to_string(), "html": html}).to_string();
        let offset = n.to_string();
        let headers = [
            ("feedmill.dead.reason", if n % 2 == 0 { CHOSEN } else { "invalid_json" }),
            ("feedmill.dead.message", "made by a bench"),
            ("feedmill.dead.stage", "clean"),
            ("feedmill.dead.topic", app.input.as_str()),
            ("feedmill.dead.partition", "0"),
            ("feedmill.dead.offset", offset.as_str()),
            ("feedmill.dead.item", "0"),
            ("feedmill.dead.attempt", "1"),
            ("feedmill.dead.version", env!("CARGO_PKG_VERSION")),
        ];
        let headers: Vec<(&str, &[u8])> = headers.iter().map(|(k, v)| (*k, v.as_bytes())).collect();
        feeder.send(&app.topic("dead"), None, Some(url.as_bytes()), Some(value.as_bytes()), &headers);
    }
    feeder.flush();
}
