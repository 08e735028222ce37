//! How fast text is read on one core: `cargo run --profile quick --example speed -- html|text|tags [EVENTS ...]`.
//!
//! `html` cleans pages of markup and says how many of 100 KB that makes a second; `text` cleans pages of bare text and says how many of 8 KB
//! that makes a second; both say what each step takes of it. `tags` tags articles and says how many of 2.5 KB, and what each tagger takes.
//! EVENTS are JSON Lines, gzip or plain: with `text` for the one, with markup or text for the others. Without any,
//! the pages of `tests/cases` are put behind each other until they are as long as that.
//!
//! Processor time of the one thread, so that other work on the machine hardly shows; the first round, which unpacks the tables, is apart.

#[path = "text_pages.rs"]
mod text_pages;

use feedmill::article::Draft;
use feedmill::clean::html::title::Headline;
use feedmill::clean::html::{assemble, block, builder, choose as choice, model, related};
use feedmill::clean::metadata;
use feedmill::clean::text::{body, choose, decode, features, flow, unit};
use feedmill::clean::{Content, Options, Page, clean};
use feedmill::tag::{self, Taxonomies, fold, language, names, places, size, topics};
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use text_pages::{field, rows};
use xxhash_rust::xxh3::xxh3_64;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HTML_BYTES: usize = 100_000;
const TEXT_BYTES: usize = 8192;
const ARTICLE_BYTES: usize = 2560;
/// A measurement takes at least so long.
const SECONDS: f64 = 2.0;

struct Sample {
    url: String,
    html: String,
    text: String,
}

impl Sample {
    fn page(&self) -> Page<'_> {
        let content = if self.html.is_empty() { Content::Text(&self.text) } else { Content::Html(&self.html) };
        Page {
            url: &self.url,
            final_url: &self.url,
            content,
            title: None,
            language: None,
            fetched_at: Some(1_772_366_400_000),
            headers: &[],
        }
    }

    fn draft(&self) -> Option<Draft> {
        clean(&self.page(), Options { gate: false }).ok()
    }
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut samples = Vec::new();
    for path in args.iter().skip(1) {
        for row in rows(path)? {
            samples.push(Sample { url: field(&row, "url"), html: field(&row, "html"), text: field(&row, "text") });
        }
    }
    match args.first().map(String::as_str) {
        Some("html") => {
            samples.retain(|s| !s.html.is_empty());
            if samples.is_empty() {
                let made = |html: String| Sample { url: "https://news.example/a".into(), html, text: String::new() };
                samples = cases("html", "page.html")?.into_iter().map(made).collect();
            }
            html(&samples);
        }
        Some("text") => {
            samples.retain(|s| !s.text.is_empty());
            if samples.is_empty() {
                samples = joined(&cases("text", "page.txt")?, TEXT_BYTES);
            }
            text(&samples);
        }
        Some("tags") => {
            if samples.is_empty() {
                let bodies: Vec<String> = cases("html", "page.html")?
                    .into_iter()
                    .map(|html| Sample { url: "https://news.example/a".into(), html, text: String::new() })
                    .filter_map(|s| s.draft())
                    .map(|d| d.text)
                    .collect();
                samples = joined(&bodies, ARTICLE_BYTES);
            }
            let drafts: Vec<(String, Draft)> =
                samples.iter().filter_map(|s| Some((s.url.clone(), s.draft()?))).filter(|(_, d)| !d.text.is_empty()).collect();
            tags(&drafts);
        }
        _ => anyhow::bail!("usage: speed html|text|tags [EVENTS ...]"),
    }
    Ok(())
}

/// The files of that name of all cases of a kind.
fn cases(kind: &str, file: &str) -> anyhow::Result<Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(kind);
    let mut folders: Vec<_> = std::fs::read_dir(root)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    folders.sort();
    Ok(folders.iter().filter_map(|f| std::fs::read_to_string(f.join(file)).ok()).collect())
}

/// As many texts as there are parts, each of them that part and those behind it up to a length.
fn joined(parts: &[String], bytes: usize) -> Vec<Sample> {
    let begin = |at: usize| {
        let mut text = String::new();
        for part in parts.iter().cycle().skip(at).take(parts.len()) {
            if text.len() + part.len() > bytes && !text.is_empty() {
                break;
            }
            text.push_str(part.trim());
            text.push_str("\n\n");
        }
        text
    };
    (0..parts.len()).map(|at| Sample { url: "https://news.example/a".into(), html: String::new(), text: begin(at) }).collect()
}

/// Nanoseconds that this thread has run (Linux), else that have passed.
fn now(begun: Instant) -> u64 {
    let of_thread = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ran = of_thread.as_ref().and_then(|s| s.split(' ').next()?.parse().ok());
    ran.unwrap_or_else(|| begun.elapsed().as_nanos() as u64)
}

/// Seconds of a round over all samples: the first, and the mean of the others.
fn timed(mut round: impl FnMut()) -> (f64, f64) {
    let begun = Instant::now();
    let seconds = |from: u64| (now(begun) - from) as f64 / 1e9;
    let start = now(begun);
    round();
    let first = seconds(start);
    let (start, mut rounds) = (now(begun), 0);
    while seconds(start) < SECONDS {
        round();
        rounds += 1;
    }
    (first, seconds(start) / f64::from(rounds))
}

fn report(name: &str, seconds: f64, count: usize, bytes: usize, of: usize) {
    let each = seconds / bytes as f64 * of as f64;
    println!(
        "{name:24} {:8.1} us a page  {:8.1} us for {of} bytes  {:8.0} of them a second",
        seconds / count as f64 * 1e6,
        each * 1e6,
        1.0 / each
    );
}

fn html(samples: &[Sample]) {
    let bytes = samples.iter().map(|s| s.html.len()).sum::<usize>();
    println!("pages {}  bytes a page {}", samples.len(), bytes / samples.len());
    let (_, rest) = timed(|| samples.iter().for_each(|s| drop(black_box(s.draft()))));
    report("html", rest, samples.len(), bytes, HTML_BYTES);
    println!("sum of the drafts        {:x}", sum(samples));
    html_steps(samples, bytes);
}

/// Two builds that give the same drafts have the same sum.
fn sum(samples: &[Sample]) -> u64 {
    samples.iter().map(|s| xxh3_64(format!("{:?}", s.draft()).as_bytes())).fold(0u64, u64::wrapping_add)
}

/// What each step of the cleaning of markup takes: of each page the quickest round, as a step is too short for the clock of a thread. All
/// steps of a page come after each other, so that they find it in the processor's caches as in the real cleaning.
fn html_steps(samples: &[Sample], bytes: usize) {
    const ROUNDS: usize = 5;
    const STEPS: [&str; 7] = ["tree", "metadata", "blocks", "headline", "complete", "choose", "assemble, related"];
    let mut sums = [Duration::ZERO; STEPS.len()];
    for sample in samples {
        let mut least = [Duration::MAX; STEPS.len()];
        for _ in 0..ROUNDS {
            let (page, mut from, mut step) = (sample.page(), Instant::now(), 0);
            let mut end = || {
                let to = Instant::now();
                least[step] = least[step].min(to - from);
                (from, step) = (to, step + 1);
            };
            let Ok(tree) = builder::parse(&sample.html) else { continue };
            end();
            let mut about = metadata::read(&tree, &page);
            end();
            let blocks = block::blocks(&tree);
            end();
            let headline = Headline::new(&blocks, &about);
            end();
            metadata::complete(&mut about, &tree, &blocks, headline.block, &page);
            end();
            let kept = choice::choose(&blocks, &about, &headline, &mut model::Model::default()).kept;
            end();
            let body = assemble::assemble(&blocks, &kept);
            metadata::hear(&mut about, &body.text, &page);
            metadata::sift(&mut about, &body.text);
            black_box(related::related(&tree, &blocks, &kept, &sample.url));
            black_box(related::pictures(&tree, &blocks, &kept, &sample.url));
            end();
        }
        sums.iter_mut().zip(least).for_each(|(sum, least)| *sum += least);
    }
    for (name, sum) in STEPS.iter().zip(sums) {
        report(name, sum.as_secs_f64(), samples.len(), bytes, HTML_BYTES);
    }
}

fn text(samples: &[Sample]) {
    let bytes = samples.iter().map(|s| s.text.len()).sum::<usize>();
    println!("pages {}  bytes a page {}", samples.len(), bytes / samples.len());
    let (first, rest) = timed(|| samples.iter().for_each(|s| drop(black_box(s.draft()))));
    println!("first round more by      {:8.1} ms", (first - rest) * 1e3);
    report("text", rest, samples.len(), bytes, TEXT_BYTES);
    println!("sum of the drafts        {:x}", sum(samples));
    steps(samples, bytes);
}

/// What each step of the cleaning of bare text takes.
fn steps(samples: &[Sample], bytes: usize) {
    let part = |name: &str, one: &mut dyn FnMut(usize)| {
        let (_, seconds) = timed(|| (0..samples.len()).for_each(&mut *one));
        report(name, seconds, samples.len(), bytes, TEXT_BYTES);
    };
    part("flow", &mut |i| drop(black_box(flow::flow(&samples[i].text))));
    let flows: Vec<_> = samples.iter().map(|s| flow::flow(&s.text)).collect();
    part("units", &mut |i| drop(black_box(unit::units(&flows[i]))));
    let units: Vec<_> = flows.iter().map(unit::units).collect();
    part("features", &mut |i| drop(black_box(features::Page::new(&flows[i], &units[i], &samples[i].url))));
    let scans: Vec<_> = samples.iter().enumerate().map(|(i, s)| features::Page::new(&flows[i], &units[i], &s.url)).collect();
    let choose = |i: usize| choose::choose(&flows[i], &units[i], &scans[i], &decode::TABLE, false);
    part("choose", &mut |i| drop(black_box(choose(i))));
    let kept: Vec<_> = (0..samples.len()).map(|i| choose(i).lots.kept).collect();
    part("body", &mut |i| drop(black_box(body::body(&flows[i], &units[i], &kept[i], &scans[i]))));
}

fn tags(drafts: &[(String, Draft)]) {
    let bytes = drafts.iter().map(|(_, d)| d.text.len()).sum::<usize>();
    println!("articles {}  bytes a text {}", drafts.len(), bytes / drafts.len());
    let none = Taxonomies::default();
    let (first, rest) = timed(|| {
        for (url, draft) in drafts {
            black_box(tag::tag(draft, tag::Options { enabled: true, url, taxonomies: &none }));
        }
    });
    println!("first round more by      {:8.1} ms", (first - rest) * 1e3);
    let say = |name: &str, seconds: f64| report(name, seconds, drafts.len(), bytes, ARTICLE_BYTES);
    say("all", rest);
    let languages: Vec<_> = drafts.iter().map(|(_, d)| language::language(&d.text, d.language.as_deref())).collect();
    let code = |i: usize| languages[i].code.as_deref();
    let part = |name: &str, one: &mut dyn FnMut(usize, &Draft)| {
        let (_, seconds) = timed(|| drafts.iter().enumerate().for_each(|(i, (_, d))| one(i, d)));
        say(name, seconds);
    };
    part("language", &mut |_, d| drop(black_box(language::language(&d.text, d.language.as_deref()))));
    part("topics", &mut |i, d| drop(black_box(topics::topics(d, code(i)))));
    part("words", &mut |_, d| drop(black_box(fold::words(&d.text))));
    let words: Vec<_> = drafts.iter().map(|(_, d)| fold::words(&d.text)).collect();
    part("names: mentions", &mut |i, d| drop(black_box(names::mentions(&d.text, &words[i], code(i)))));
    let mentions: Vec<_> = drafts.iter().enumerate().map(|(i, (_, d))| names::mentions(&d.text, &words[i], code(i))).collect();
    let entries = |i: usize, d: &Draft| {
        let declared = names::Declared { people: &d.people, organisations: &d.organisations, keywords: &d.keywords };
        names::names(&d.text, &mentions[i], declared)
    };
    part("names: entries", &mut |i, d| drop(black_box(entries(i, d))));
    let people: Vec<_> = drafts.iter().enumerate().map(|(i, (_, d))| entries(i, d).people).collect();
    part("places", &mut |i, d| {
        let dateline = d.dateline.as_ref().and_then(|l| l.place.as_deref());
        let (title, language) = (d.title.as_deref(), code(i));
        let input = places::Input { text: &d.text, title, language, dateline, declared: &d.places, people: &people[i], site: None };
        drop(black_box(places::find(&input, &words[i])));
    });
    part("size", &mut |_, d| {
        black_box(size::size(&d.text, &d.blocks));
    });
}
