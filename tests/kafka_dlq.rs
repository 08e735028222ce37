//! Dead letters and takedowns on a real cluster: listing, replays that are killed, letters that were cut, articles that are forgotten.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kafka;

use feedmill::record::Record;
use kafka::bootstrap;
use kafka::feed::{html, url};
use kafka::topics::{self, Feeder, read_settled};
use kafka::until;
use kafka::worker::App;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const STUCK: Duration = Duration::from_secs(90);

/// An application with `topics.retry`, and its commands.
struct Desk {
    app: App,
    settings: Vec<String>,
}

impl Desk {
    fn new(name: &str, settings: &[&str]) -> Self {
        let mut app = App::new(bootstrap(), name, 1, &[]);
        let retry = app.topic("retry");
        let mut all: Vec<String> = vec![format!("topics.retry={retry}"), "topics.partitions=3".into()];
        all.extend(settings.iter().map(|s| (*s).to_owned()));
        app.more(&all.iter().map(|s| toml(s)).collect::<Vec<_>>());
        Desk { app, settings: all }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
        command.args(words);
        let own = [
            format!("app.id={}", self.app.id),
            format!("kafka.bootstrap_servers={}", self.app.bootstrap),
            format!("topics.input=[{:?}]", self.app.input),
        ];
        for set in own.iter().chain(&self.settings) {
            command.arg("--set").arg(set);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Standard output of a command that must succeed.
    fn told(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(
            output.status.success(),
            "{words:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn letters(&self) -> Vec<Record> {
        read_settled(bootstrap(), &self.app.topic("dead"))
    }

    /// Outcomes by event id, each in its order.
    fn outcomes(&self) -> BTreeMap<String, Vec<(String, String)>> {
        let mut all: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for record in read_settled(bootstrap(), &self.app.topic("outcomes")) {
            let row: Value = serde_json::from_slice(record.value.as_deref().unwrap()).unwrap();
            let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
            all.entry(text(&row["event_id"])).or_default().push((text(&row["outcome"]), text(&row["reason"])));
        }
        all
    }
}

/// `a.b=c` as a line of TOML.
fn toml(set: &str) -> String {
    let (key, value) = set.split_once('=').unwrap();
    let bare = value.starts_with(['[', '{', '"']) || value.parse::<f64>().is_ok() || matches!(value, "true" | "false");
    if bare { format!("{key} = {value}") } else { format!("{key} = {value:?}") }
}

/// Letters as the worker would have written them, in a hurry.
fn write_letters(desk: &Desk, count: usize) {
    topics::create(bootstrap(), &desk.app.topic("dead"), 3, &[]);
    topics::create(bootstrap(), &desk.app.topic("retry"), 3, &[]);
    let feeder = Feeder::new(bootstrap());
    for n in 0..count {
        let reason = if n % 2 == 0 { "unknown_schema" } else { "invalid_json" };
        let value = json!({"url": format!("https://paper{}.test/{n}", n % 7), "id": n.to_string(), "html": html(1, 0)}).to_string();
        let offset = n.to_string();
        let headers = [
            ("feedmill.dead.reason", reason),
            ("feedmill.dead.message", "made by a test"),
            ("feedmill.dead.stage", "clean"),
            ("feedmill.dead.topic", desk.app.input.as_str()),
            ("feedmill.dead.partition", "0"),
            ("feedmill.dead.offset", offset.as_str()),
            ("feedmill.dead.item", "0"),
            ("feedmill.dead.attempt", "1"),
            ("feedmill.dead.version", "0.1.0"),
        ];
        let headers: Vec<(&str, &[u8])> = headers.iter().map(|(k, v)| (*k, v.as_bytes())).collect();
        feeder.send(&desk.app.topic("dead"), Some((n % 3) as i32), Some(offset.as_bytes()), Some(value.as_bytes()), &headers);
    }
    feeder.flush();
}

#[test]
fn ten_thousand_letters_are_listed_and_half_of_them_put_back_once_in_spite_of_kills() {
    const LETTERS: usize = 10_000;
    let desk = Desk::new("dlq-many", &[]);
    write_letters(&desk, LETTERS);
    let begun = Instant::now();
    let listed = desk.told(&["dlq", "ls", "--json", "--limit", "20000"]);
    let took = begun.elapsed();
    assert_eq!(listed.lines().count(), LETTERS);
    eprintln!("dlq ls of {LETTERS} letters: {took:?}");
    let row: Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    assert_eq!((row["stage"].as_str(), row["message"].as_str()), (Some("clean"), Some("made by a test")));
    assert!(row["url"].as_str().unwrap().starts_with("https://paper"));
    assert_eq!(desk.told(&["dlq", "ls", "--json", "--host", "paper3.test", "--reason", "invalid_json"]).lines().count(), 100);
    let stats = desk.told(&["dlq", "stats"]);
    assert!(stats.contains("5000  unknown_schema") && stats.contains("paper6.test"), "{stats}");

    let dry = desk.told(&["dlq", "replay", "--reason", "unknown_schema"]);
    assert!(dry.contains("5000 would be put back") && dry.contains("nothing was written"), "{dry}");
    assert_eq!(read_settled(bootstrap(), &desk.app.topic("retry")).len(), 0);

    let words = ["dlq", "replay", "--reason", "unknown_schema", "--execute", "--rate", "3000"];
    for milliseconds in [700, 1200] {
        let mut killed = desk.command(&words).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        killed.kill().unwrap();
        killed.wait().unwrap();
    }
    let last = desk.told(&words);
    let again = desk.told(&words);
    assert!(again.contains("0 put back") && again.contains("5000 are there already"), "{again} after {last}");
    let back = read_settled(bootstrap(), &desk.app.topic("retry"));
    let once: BTreeSet<&str> = back.iter().map(|r| r.header("feedmill.replay.letter").unwrap()).collect();
    assert_eq!((back.len(), once.len()), (LETTERS / 2, LETTERS / 2), "nothing lost, nothing doubled");
    for record in &back {
        let id: Value = serde_json::from_slice(record.value.as_deref().unwrap()).unwrap();
        assert_eq!(id["id"].as_str().unwrap().parse::<usize>().unwrap() % 2, 0);
        assert_eq!(record.header("feedmill.replay.attempt"), Some("2"));
        assert_eq!(record.header("feedmill.replay.topic"), Some(desk.app.input.as_str()));
        assert!(record.header("feedmill.dead.reason").is_none());
    }
    assert!(took < Duration::from_secs(30), "a loaded machine is no excuse for {took:?}");
}

#[test]
fn replayed_letters_are_read_as_what_they_were_and_die_again_with_a_count() {
    // The crawler's records are read by the wrong preset at first.
    let desk = Desk::new("dlq-again", &["limits.record_bytes=20000", "limits.page_bytes=2000000"]);
    let mut worker = desk.app.start(None, &[]);
    worker.wait_ready();
    let page = json!({"metadata": {"sourceURL": url(1), "statusCode": 200, "scrapeId": "s1"}, "rawHtml": html(1, 0)});
    let two = json!({"success": true, "type": "crawl.page", "data": [page, {"metadata": {"scrapeId": "s2"}, "html": "x"}]});
    let padding = "x".repeat(60_000);
    let cut = json!({"success": true, "type": "crawl.page", "data": [{"metadata": {"sourceURL": url(2), "scrapeId": "s3"}, "rawHtml": html(2, 0)}], "pad": padding});
    let feeder = Feeder::new(bootstrap());
    for value in [two.to_string(), cut.to_string(), "{broken".into()] {
        feeder.send(&desk.app.input, Some(0), None, Some(value.as_bytes()), &[("crawler", b"one")]);
    }
    feeder.flush();
    let letters = until("three letters", STUCK, || Some(desk.letters()).filter(|l| l.len() == 3));
    let sizes: Vec<usize> = letters.iter().map(|l| l.value.as_ref().unwrap().len()).collect();
    assert!(sizes.iter().any(|s| *s < 20_000) && letters.iter().any(|l| l.header("feedmill.dead.original_size").is_some()), "{sizes:?}");
    assert_eq!(worker.drain(), 0);

    let place = |reason: &str, letters: &[Record]| {
        let found = letters.iter().find(|l| l.header("feedmill.dead.reason") == Some(reason)).unwrap();
        format!("{}/{}", found.partition, found.offset)
    };
    let shown = desk.told(&["dlq", "show", &place("invalid_json", &letters)]);
    for part in ["invalid_json", "what to do", "crawler: one", "{broken", "read by preset native now"] {
        assert!(shown.contains(part), "{part} not in {shown}");
    }

    // Corrected: the first page and the cut one become articles, the second page of the first record dies with the item it has.
    let mut corrected = desk.app.start(None, &[&format!("topics.input = [{{ topic = {:?}, preset = \"firecrawl\" }}]", desk.app.input)]);
    corrected.wait_ready();
    let told = desk.told(&["dlq", "replay", "--execute", "--since", "1h"]);
    assert!(told.starts_with("3 put back"), "{told}");
    let outcomes = until("the outcomes of all", STUCK, || Some(desk.outcomes()).filter(|o| o.contains_key("s1") && o.contains_key("s3")));
    assert_eq!(outcomes["s1"], [("new".to_owned(), String::new())]);
    assert_eq!(outcomes["s3"], [("new".to_owned(), String::new())]);
    let second = until("the second death", STUCK, || {
        let again: Vec<Record> = desk.letters().into_iter().filter(|l| l.header("feedmill.dead.attempt") == Some("2")).collect();
        Some(again).filter(|a| !a.is_empty())
    });
    for letter in &second {
        assert_eq!(letter.header("feedmill.dead.topic"), Some(desk.app.topic("retry").as_str()));
        assert_eq!(letter.header("feedmill.replay.topic"), Some(desk.app.input.as_str()));
    }
    assert_eq!(corrected.drain(), 0);
    let exported = desk.told(&["dlq", "export", "--reason", "invalid_json"]);
    let line: Value = serde_json::from_str(exported.lines().next().unwrap()).unwrap();
    assert_eq!((line["value"].as_str(), line["headers"]["crawler"].as_str()), (Some("{broken"), Some("one")));
}

#[test]
fn a_forgotten_article_leaves_no_text_and_stays_away() {
    let desk = Desk::new("forget", &[]);
    // Segments close and compaction runs within seconds, as it would within days.
    let quick =
        [("segment.ms", "100"), ("min.cleanable.dirty.ratio", "0.0"), ("delete.retention.ms", "100"), ("max.compaction.lag.ms", "1000")];
    let compacted: Vec<(&str, &str)> =
        quick.iter().copied().chain([("cleanup.policy", "compact"), ("compression.type", "producer")]).collect();
    topics::create(bootstrap(), &desk.app.topic("articles"), 3, &compacted);
    let mut worker = desk.app.start(None, &[]);
    worker.wait_ready();
    let feeder = Feeder::new(bootstrap());
    let event = |id: &str, at: &str| json!({"url": url(4), "id": id, "fetched_at": at, "html": html(4, 0)}).to_string();
    feeder.send(&desk.app.input, Some(0), None, Some(event("first", "2026-03-01T08:00:00Z").as_bytes()), &[]);
    feeder.flush();
    let articles = || read_settled(bootstrap(), &desk.app.topic("articles"));
    let published = until("the article", STUCK, || articles().into_iter().find(|r| r.value.is_some()));
    let id = String::from_utf8(published.key.clone().unwrap()).unwrap();

    let dry = desk.told(&["forget", &id]);
    assert!(dry.contains(&url(4)) && dry.contains(&id) && dry.contains("--execute does it") && dry.contains("with compaction"), "{dry}");
    assert_eq!(desk.run(&["forget", &url(4), "--traces"]).status.code(), Some(2));
    let told = desk.told(&["forget", &id, "--reason", "a court said so", "--execute"]);
    assert!(told.contains("ordered"), "{told}");
    until("the null value", STUCK, || articles().into_iter().find(|r| r.key == published.key && r.value.is_none()));
    // The address is blocked for the crawler, which does not know.
    feeder.send(&desk.app.input, Some(0), None, Some(event("again", "2026-03-02T08:00:00Z").as_bytes()), &[]);
    feeder.flush();
    let outcomes = until("the next fetch", STUCK, || Some(desk.outcomes()).filter(|o| o.contains_key("again")));
    assert_eq!(outcomes["again"], [("skipped".to_owned(), "removed".to_owned())]);
    // Retention of the topics that are not compacted is played by hand.
    let clean = desk.app.topic("internal.clean");
    let end = read_settled(bootstrap(), &clean).iter().map(|r| r.offset + 1).max().unwrap();
    topics::delete_before(bootstrap(), &clean, 0, end);
    // A record behind the last one closes the segments, so that the cleaner may have them.
    let gone = until("compaction", Duration::from_secs(120), || {
        let other = json!({"url": url(5), "id": "other", "html": html(5, 0)}).to_string();
        feeder.send(&desk.app.input, Some(0), None, Some(other.as_bytes()), &[]);
        feeder.flush();
        std::thread::sleep(Duration::from_millis(500));
        let left = desk.run(&["forget", &url(4), "--traces"]);
        let partition = articles().into_iter().any(|r| r.key == published.key && r.value.is_some());
        if partition {
            // Every partition needs a newer record than the segment that is to be cleaned.
            for p in 0..3 {
                feeder.send(&desk.app.topic("articles"), Some(p), Some(b"filler"), Some(b"{}"), &[]);
            }
            feeder.flush();
        }
        let end = read_settled(bootstrap(), &clean).iter().map(|r| r.offset + 1).max();
        if let Some(end) = end {
            topics::delete_before(bootstrap(), &clean, 0, end);
        }
        (left.status.code() == Some(0)).then_some(left)
    });
    assert!(String::from_utf8_lossy(&gone.stdout).lines().all(|l| l.trim_start().starts_with('0')));
    assert_eq!(worker.drain(), 0);
}

#[test]
fn articles_of_a_time_range_are_published_again_once() {
    let desk = Desk::new("republish", &[]);
    let mut worker = desk.app.start(None, &[]);
    worker.wait_ready();
    let feeder = Feeder::new(bootstrap());
    for n in 10..30 {
        let event = json!({"url": url(n), "id": n.to_string(), "html": html(n, 0)}).to_string();
        feeder.send(&desk.app.input, Some(0), None, Some(event.as_bytes()), &[]);
    }
    feeder.flush();
    let articles = || read_settled(bootstrap(), &desk.app.topic("articles"));
    until("twenty articles", STUCK, || (articles().len() == 20).then_some(()));
    let to = desk.app.topic("refill");
    topics::create(bootstrap(), &to, 2, &[]);
    for expected in ["20 copied", "0 copied"] {
        let told = desk.told(&["republish", "--since", "1h", "--to", &to]);
        assert!(told.starts_with(expected), "{told}");
    }
    let values = |records: Vec<Record>| records.into_iter().map(|r| (r.key, r.value)).collect::<BTreeSet<_>>();
    assert_eq!(values(read_settled(bootstrap(), &to)), values(articles()));
    let own = desk.run(&["republish", "--since", "1h", "--to", &desk.app.topic("dead")]);
    assert_eq!(own.status.code(), Some(2));

    // Backfill: another app, one generation on, its own outputs, from the same input.
    let other = App::new(bootstrap(), "republish-next", 1, &["app.generation = 2", &format!("topics.input = [{:?}]", desk.app.input)]);
    let mut next = other.start(None, &[]);
    next.wait_ready();
    let rebuilt =
        until("the rebuilt articles", STUCK, || Some(read_settled(bootstrap(), &other.topic("articles"))).filter(|a| a.len() == 20));
    let versions = |records: Vec<Record>| -> BTreeMap<String, (i64, Value)> {
        let one = |r: Record| {
            let mut article: Value = serde_json::from_slice(&r.value.unwrap()).unwrap();
            let version = article["version"].as_i64().unwrap();
            article["version"] = Value::Null;
            (String::from_utf8(r.key.unwrap()).unwrap(), (version, article))
        };
        records.into_iter().map(one).collect()
    };
    let (before, after) = (versions(articles()), versions(rebuilt));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "ids are those of the addresses");
    for (id, (version, article)) in &before {
        assert!(after[id].0 > *version, "a search store takes the new one");
        assert_eq!(after[id].1, *article);
    }
    assert_eq!(worker.drain(), 0);
    assert_eq!(next.drain(), 0);
}

#[test]
fn what_is_missing_is_told() {
    let desk = Desk::new("dlq-none", &[]);
    let output = desk.run(&["dlq", "ls"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains(&format!("the topic {} is missing", desk.app.topic("dead"))), "{told}");
    let wrong = desk.run(&["dlq", "ls", "--reason", "too_big"]);
    assert_eq!(wrong.status.code(), Some(2));
}
