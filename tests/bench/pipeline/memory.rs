//! Resident memory of `run` under a steady load of distinct texts and of pages of markup.

use crate::arguments::Arguments;
use crate::kafka::bootstrap;
use crate::kafka::topics::Feeder;
use crate::process::Application;
use crate::report::{Bar, Report, rounded};
use crate::site::{Random, Story};
use serde_json::json;
use std::time::{Duration, Instant};

const PARTITIONS: u32 = 6;
const SAMPLE: Duration = Duration::from_secs(5);
const TICK: Duration = Duration::from_millis(100);
const MB: f64 = 1e6;
/// The first quarter is warm-up: buffers take their size, the allocator its pages.
const WARM_UP: f64 = 0.25;
/// What resident memory beyond the index may rise by after warm-up and still be called flat.
const FLAT_MB: f64 = 15.0;

struct Sample {
    minute: f64,
    resident: f64,
    index: f64,
}

pub fn run(arguments: &Arguments, report: &mut Report) {
    let time = Duration::from_secs_f64(arguments.get("minutes", 20.0) * 60.0);
    let (texts, html): (f64, f64) = (arguments.get("texts", 40.0), arguments.get("html", 5.0));
    let app = Application::new(bootstrap(), "memory", PARTITIONS as i32, &[]);
    let mut worker = app.start(None);
    worker.wait_ready();
    let feeder = Feeder::new(&app.bootstrap);
    let begun = Instant::now();
    let (mut samples, mut sent): (Vec<Sample>, [u64; 2]) = (Vec::new(), [0; 2]);
    while begun.elapsed() < time {
        let elapsed = begun.elapsed().as_secs_f64();
        for (kind, rate) in [texts, html].into_iter().enumerate() {
            while (sent[kind] as f64) < elapsed * rate {
                let event = event(kind, sent[kind]);
                feeder.send(&app.input, Some((sent[kind] % u64::from(PARTITIONS)) as i32), None, Some(&event), &[]);
                sent[kind] += 1;
            }
        }
        worker.pause(TICK);
        if elapsed >= SAMPLE.as_secs_f64() * samples.len() as f64 {
            let sample =
                Sample { minute: elapsed / 60.0, resident: worker.resident() / MB, index: worker.metric("feedmill_index_bytes") / MB };
            if samples.len() % 12 == 0 {
                report
                    .line("sample", format!("minute {:.0} resident_mb {:.1} index_mb {:.1}", sample.minute, sample.resident, sample.index));
            }
            samples.push(sample);
        }
    }
    let pages = worker.pages();
    worker.drain();
    told(&samples, sent.iter().sum(), pages, report);
}

fn told(samples: &[Sample], sent: u64, pages: u64, report: &mut Report) {
    let warm: Vec<&Sample> = samples.iter().skip((samples.len() as f64 * WARM_UP) as usize).collect();
    let most = samples.iter().map(|s| s.resident).fold(0.0, f64::max);
    let minutes = warm.last().map_or(0.0, |s| s.minute) - warm.first().map_or(0.0, |s| s.minute);
    let beyond = slope(&warm, |s| s.resident - s.index);
    report.line("pages_sent", sent);
    report.line("pages_done", pages);
    report.line("index_mb_at_end", rounded(samples.last().map_or(0.0, |s| s.index)));
    report.line("resident_mb_a_minute", rounded(slope(&warm, |s| s.resident)));
    report.line("index_mb_a_minute", rounded(slope(&warm, |s| s.index)));
    report.line("beyond_index_mb_a_minute", rounded(beyond));
    report.bar("resident_mb_max", most, Bar::AtMost(300.0), Some(150.0));
    report.bar("beyond_index_mb_risen_after_warm_up", beyond * minutes, Bar::AtMost(FLAT_MB), None);
}

/// Least squares, a minute.
fn slope(samples: &[&Sample], value: impl Fn(&Sample) -> f64) -> f64 {
    let n = samples.len() as f64;
    let (x, y) = (samples.iter().map(|s| s.minute).sum::<f64>() / n, samples.iter().map(|s| value(s)).sum::<f64>() / n);
    let (over, under) = samples.iter().fold((0.0, 0.0), |(o, u), s| {
        let d = s.minute - x;
        (o + d * (value(s) - y), u + d * d)
    });
    if under > 0.0 { over / under } else { 0.0 }
}

fn event(kind: usize, n: u64) -> Vec<u8> {
    let fetched_at = "2026-03-01T12:00:00Z";
    if kind == 0 {
        let (title, text) = Story::short(n, 1_000);
        return json!({"url": format!("https://wire.test/{n}"), "fetched_at": fetched_at, "title": title, "text": text})
            .to_string()
            .into_bytes();
    }
    // From small pages to some of several megabytes.
    let mut random = Random::new(n);
    let filler = match n % 50 {
        0 => 4_000_000,
        1..10 => 500_000,
        _ => 20_000 + random.below(160_000) as usize,
    };
    let url = format!("https://paper.test/{n}");
    json!({"url": url, "fetched_at": fetched_at, "html": Story::new(1 << 40 | n, 0, 10).html(&url, filler)}).to_string().into_bytes()
}
