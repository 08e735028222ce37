//! How long after the start of the process the first article is there for everybody.

use crate::arguments::Arguments;
use crate::kafka::bootstrap;
use crate::kafka::topics::{Feeder, Isolation, Reader};
use crate::process::Application;
use crate::report::{Bar, Report, median, rounded};
use crate::site::Story;
use serde_json::json;
use std::time::{Duration, Instant};

pub fn run(arguments: &Arguments, report: &mut Report) {
    let mut times = Vec::new();
    for round in 0..arguments.get("repeat", 7) {
        let app = Application::new(bootstrap(), "start", 6, &[]);
        let (title, text) = Story::short(round, 2_000);
        let event = json!({"url": "https://paper.test/first", "title": title, "text": text}).to_string();
        let feeder = Feeder::new(&app.bootstrap);
        feeder.send(&app.input, None, None, Some(event.as_bytes()), &[]);
        feeder.flush();
        let mut articles = Reader::new(&app.bootstrap, &app.topic("articles"), Isolation::Committed);
        // Connected and at the end of the topic before the time runs.
        assert!(articles.read_to_end().is_empty());
        let begun = Instant::now();
        let worker = app.start(None);
        articles.until("the first article", Duration::from_secs(60), |read| !read.is_empty());
        times.push(begun.elapsed().as_secs_f64());
        report.line("seconds", rounded(*times.last().unwrap()));
        worker.drain();
    }
    report.line("longest", rounded(times.iter().copied().fold(0.0, f64::max)));
    report.bar("exec_to_first_article_seconds", median(&times), Bar::AtMost(3.0), Some(1.0));
}
