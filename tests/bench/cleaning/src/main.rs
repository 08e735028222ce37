//! Cleaning measured beside its peers, in one process on one core: variants interleaved page by page, thread CPU time, medians over rounds.
//!
//! ```text
//! cargo run --release --manifest-path tests/bench/cleaning/Cargo.toml                       pages made by code
//! cargo run --release --manifest-path tests/bench/cleaning/Cargo.toml -- FILE|FOLDER ...    pages of JSON Lines, plain or gzip
//!     --rounds 5     how often each page is worked on
//!     --parts        the budget of a page, by part
//! ```
//!
//! Prints lines of `name value`, then a line a bar: `bar NAME VALUE >= LIMIT met|MISSED`. The exit status is 1 when a bar is missed.
//! What is compared: `draft` is the page's bytes to the finished draft with metadata; `dom_smoothie` and `html5ever_rcdom` get the same
//! page decoded already. JSON is what turns the event into a page and the article into the record's bytes.

mod allocation;
mod arguments;
mod hostile;
mod pages;
mod report;
mod variants;

#[path = "../../pipeline/site.rs"]
#[allow(dead_code)]
mod site;

use arguments::Arguments;
use cpu_time::ThreadTime;
use pages::Sample;
use report::{Bar, Report, median, quantile};
use std::time::Duration;
use variants::{Part, VARIANTS, Variant};

#[global_allocator]
static ALLOCATOR: allocation::Counting = allocation::Counting;

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::read()?;
    let samples = if arguments.paths.is_empty() { pages::made() } else { pages::read(&arguments.paths)? };
    anyhow::ensure!(!samples.is_empty(), "no pages with markup in {:?}", arguments.paths);
    let mut report = Report::default();
    let bytes: usize = samples.iter().map(|s| s.page.len()).sum();
    report.line("pages", samples.len());
    report.line("kilobytes_a_page", bytes / 1000 / samples.len());
    speed(&samples, &arguments, &mut report);
    memory(&samples, &mut report);
    hostile::run(&mut report);
    std::process::exit(report.finish())
}

/// Time of one call, and what it gave is dropped inside: freeing a tree is part of having built it.
fn timed(work: impl FnOnce()) -> Duration {
    let begun = ThreadTime::now();
    work();
    begun.elapsed()
}

fn speed(samples: &[Sample], arguments: &Arguments, report: &mut Report) {
    // Tables are built on first use.
    samples.iter().take(20).for_each(|s| VARIANTS.iter().for_each(|v| v.run(s)));
    let mut rounds: Vec<Vec<Duration>> = Vec::new();
    let mut slowest = vec![Duration::MAX; samples.len()];
    let mut parts: Vec<Vec<Duration>> = Vec::new();
    for round in 0..arguments.rounds {
        let mut sums = vec![Duration::ZERO; VARIANTS.len()];
        let mut by_part = vec![Duration::ZERO; Part::ALL.len()];
        for (s, sample) in samples.iter().enumerate() {
            for turn in 0..VARIANTS.len() {
                // Each variant comes first as often as any other.
                let v = (turn + round + s) % VARIANTS.len();
                let took = timed(|| VARIANTS[v].run(sample));
                sums[v] += took;
                if VARIANTS[v] == Variant::Record {
                    slowest[s] = slowest[s].min(took);
                }
            }
            for part in Part::ALL {
                by_part[part as usize] += part.time(sample);
            }
        }
        rounds.push(sums);
        parts.push(by_part);
    }
    let middle = |of: &dyn Fn(usize) -> f64| median((0..arguments.rounds).map(of).collect());
    let pages = samples.len() as f64;
    for (v, variant) in VARIANTS.iter().enumerate() {
        report.line(&format!("{}.pages_per_second", variant.name()), format!("{:.0}", middle(&|r| pages / rounds[r][v].as_secs_f64())));
    }
    if arguments.parts {
        for part in Part::ALL {
            let us = middle(&|r| parts[r][part as usize].as_secs_f64() * 1e6 / pages);
            report.line(&format!("part.{}.us_a_page", part.name()), format!("{us:.1}"));
        }
    }
    let times = |of: Variant, over: Variant| {
        let at = |v: Variant| VARIANTS.iter().position(|w| *w == v).unwrap_or(0);
        let (of, over) = (at(of), at(over));
        middle(&|r| rounds[r][over].as_secs_f64() / rounds[r][of].as_secs_f64())
    };
    report.bar("times_dom_smoothie", times(Variant::Draft, Variant::DomSmoothie), Bar::AtLeast(3.0), Some(4.5));
    report.bar("times_html5ever_rcdom", times(Variant::Draft, Variant::Html5ever), Bar::AtLeast(2.5), Some(4.0));
    let share = middle(&|r| {
        let json = parts[r][Part::JsonIn as usize] + parts[r][Part::JsonOut as usize];
        json.as_secs_f64() / (json + parts[r][Part::Draft as usize]).as_secs_f64()
    });
    report.bar("json_share", share, Bar::AtMost(0.25), Some(0.12));
    let mut slowest: Vec<f64> = slowest.iter().map(|d| d.as_secs_f64() * 1000.0).collect();
    slowest.sort_by(f64::total_cmp);
    report.line("page_ms.p50", format!("{:.2}", quantile(&slowest, 0.5)));
    report.line("page_ms.p99", format!("{:.2}", quantile(&slowest, 0.99)));
    report.bar("slowest_page_ms", quantile(&slowest, 1.0), Bar::AtMost(100.0), Some(30.0));
}

/// Smaller pages are told by the tables and the fixed fields of a record.
const WEIGHED_FROM: usize = 50_000;

/// Peak of the heap over what was there before, while an event that is held already becomes a record, by the page's own bytes.
fn memory(samples: &[Sample], report: &mut Report) {
    let over: Vec<f64> = samples
        .iter()
        .filter(|s| s.page.len() >= WEIGHED_FROM)
        .map(|s| allocation::peak(|| Variant::Record.run(s)) as f64 / s.page.len() as f64)
        .collect();
    if over.is_empty() {
        return report.line("memory_over_input", "no page is large enough");
    }
    let mut sorted = over;
    sorted.sort_by(f64::total_cmp);
    report.line("memory_over_input.p50", format!("{:.2}", quantile(&sorted, 0.5)));
    report.bar("memory_over_input", quantile(&sorted, 1.0), Bar::AtMost(6.0), Some(3.0));
}
