//! Trains and judges the weights of bare text.
//!
//! `cargo run --profile quick --example text_weights -- train SET ... > src/clean/text/weights.rs` trains on all pages of the sets;
//! `... -- judge [--worst N] SET ...` trains five times on four fifths of the sites and scores the rest (body F1 of the whole cleaning).
//! A SET is `NAME=EVENTS,TRUTH`: JSON Lines joined on `id`, gzip or plain. A name with `+` in front trains only and is not scored;
//! `NAME*2` counts double in the training.
//!
//! A unit is true when most of its words lie in runs of four words that the true body holds too. Weight of a unit = its words over those
//! of the body (at least 40), the false ones of a page together at most 2. Logistic regression on binned features with AdaGrad and a
//! small L2 penalty; plain numbers, no library, the same on every run.

#[path = "text_pages.rs"]
mod text_pages;

use feedmill::clean::text::decode::{Model, Table, bin};
use feedmill::clean::text::features::{COUNT, FEATURES, Page};
use feedmill::clean::text::{clean_by, flow, unit};
use feedmill::clean::{Content, Options};
use std::collections::{BTreeMap, HashMap, HashSet};
use text_pages::{field, rows};

struct Example {
    bins: [u8; COUNT],
    truth: bool,
    weight: f32,
}

/// A page with its truth.
struct Case {
    set: usize,
    url: String,
    fetched_at: Option<i64>,
    text: String,
    body: String,
    fold: u64,
    examples: std::ops::Range<usize>,
}

const FOLDS: u64 = 5;

fn main() -> anyhow::Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let worst = match args.iter().position(|a| a == "--worst") {
        Some(at) => {
            let n = args.get(at + 1).map(|n| n.parse()).transpose()?.unwrap_or(0);
            args.drain(at..(at + 2).min(args.len()));
            n
        }
        None => 0usize,
    };
    anyhow::ensure!(args.len() >= 2, "usage: text_weights train|judge [--worst N] NAME=EVENTS,TRUTH ...");
    let mut examples = Vec::new();
    let mut cases = Vec::new();
    let mut names = Vec::new();
    for set in &args[1..] {
        let (name, files) = set.split_once('=').ok_or_else(|| anyhow::anyhow!("{set}: no NAME="))?;
        let (events, truth) = files.split_once(',').ok_or_else(|| anyhow::anyhow!("{set}: no comma"))?;
        let truth: HashMap<String, String> = rows(truth)?.iter().map(|r| (field(r, "id"), field(r, "body"))).collect();
        for event in rows(events)? {
            let Some(body) = truth.get(&field(&event, "id")) else { continue };
            let (url, text) = (field(&event, "url"), field(&event, "text"));
            let first = examples.len();
            read(&text, &url, body, &mut examples);
            let fold = hash(site(&url)) % FOLDS;
            let fetched_at = event["fetched_at"].as_str().and_then(|t| t.parse::<jiff::Timestamp>().ok()).map(|t| t.as_millisecond());
            if let Some(weight) = name.split('*').nth(1).and_then(|w| w.parse::<f32>().ok()) {
                examples[first..].iter_mut().for_each(|e| e.weight *= weight);
            }
            let examples = first..examples.len();
            cases.push(Case { set: names.len(), url, fetched_at, text, body: body.clone(), fold, examples });
        }
        names.push(name.to_owned());
    }
    match args[0].as_str() {
        "train" => {
            let (bias, weights) = train(&examples, &(0..examples.len()).collect::<Vec<_>>());
            print(bias, &weights);
        }
        "judge" => judge(&names, &cases, &examples, worst),
        other => anyhow::bail!("{other}: train or judge"),
    }
    Ok(())
}

/// The last two labels of the host: pages of one house must not lie on both sides of a fold.
fn site(url: &str) -> &str {
    let host = url.split_once("://").map_or(url, |(_, r)| r).split('/').next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let two = labels.len().saturating_sub(if labels.len() > 2 && labels[labels.len() - 2].len() <= 3 { 3 } else { 2 });
    labels.get(two).map_or(host, |label| &host[label.as_ptr() as usize - host.as_ptr() as usize..])
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)) >> 7
}

fn tokens(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|t| !t.is_empty()).collect()
}

fn read(text: &str, url: &str, body: &str, examples: &mut Vec<Example>) {
    let flow = flow::flow(text);
    let units = unit::units(&flow);
    let page = Page::new(&flow, &units, url);
    let wanted = tokens(body);
    let runs: HashSet<&[&str]> = wanted.windows(4).collect();
    let mut all = Vec::new();
    let mut bounds = vec![0];
    for u in &units {
        all.extend(tokens(&flow.text[u.start..u.end]));
        bounds.push(all.len());
    }
    let mut held = vec![false; all.len()];
    for (i, run) in all.windows(4).enumerate() {
        if runs.contains(run) {
            held[i..i + 4].fill(true);
        }
    }
    let first = examples.len();
    let mut false_weight = 0.0;
    for i in 0..units.len() {
        let own = &held[bounds[i]..bounds[i + 1]];
        if own.is_empty() {
            continue;
        }
        let truth = own.iter().filter(|h| **h).count() * 2 > own.len();
        let weight = own.len() as f32 / wanted.len().max(40) as f32;
        false_weight += if truth { 0.0 } else { weight };
        let vector = page.vector(&units, &flow, i);
        let mut bins = [0u8; COUNT];
        for k in 0..COUNT {
            bins[k] = bin(vector[k], FEATURES[k].edges) as u8;
        }
        examples.push(Example { bins, truth, weight });
    }
    if false_weight > 2.0 {
        for e in &mut examples[first..] {
            if !e.truth {
                e.weight *= 2.0 / false_weight;
            }
        }
    }
}

fn train(examples: &[Example], chosen: &[usize]) -> (f32, Vec<Vec<f32>>) {
    let mut weights: Vec<Vec<f32>> = FEATURES.iter().map(|f| vec![0.0; f.edges.len() + 1]).collect();
    let mut squares = weights.clone();
    let (mut bias, mut bias_square) = (0.0f32, 1e-6f32);
    let mut order: Vec<usize> = chosen.to_vec();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..30 {
        random.shuffle(&mut order);
        for &i in &order {
            let e = &examples[i];
            let sum: f32 = bias + (0..COUNT).map(|k| weights[k][e.bins[k] as usize]).sum::<f32>();
            let p = 1.0 / (1.0 + (-sum).exp());
            let slope = (p - f32::from(u8::from(e.truth))) * e.weight;
            bias_square += slope * slope;
            bias -= 0.05 * slope / bias_square.sqrt();
            for k in 0..COUNT {
                let b = e.bins[k] as usize;
                let s = slope + 2e-6 * weights[k][b];
                squares[k][b] += s * s;
                weights[k][b] -= 0.05 * s / (squares[k][b].sqrt() + 1e-4);
            }
        }
    }
    (bias, weights)
}

/// Five models, each judged on the sites that it has not seen.
fn judge(names: &[String], cases: &[Case], examples: &[Example], worst: usize) {
    let mut scores: BTreeMap<usize, Vec<(f64, f64, usize, String)>> = BTreeMap::new();
    let folds: Vec<Vec<(usize, Option<String>)>> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..FOLDS).map(|fold| scope.spawn(move || judge_fold(fold, names, cases, examples))).collect();
        handles.into_iter().filter_map(|h| h.join().ok()).collect()
    });
    for (index, text) in folds.into_iter().flatten() {
        let case = &cases[index];
        let (precision, recall) = overlap(&case.body, text.as_deref().unwrap_or_default());
        scores.entry(case.set).or_default().push((precision, recall, index, text.unwrap_or_default()));
    }
    for (set, mut rows) in scores {
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
        // As the benchmark does: a page without a prediction has no precision.
        let p = mean(rows.iter().filter(|r| !r.0.is_nan()).map(|r| r.0).collect());
        let r = mean(rows.iter().map(|r| r.1).collect());
        println!("{:24} {:4} pages  precision {p:.4}  recall {r:.4}  f1 {:.4}", names[set], rows.len(), 2.0 * p * r / (p + r));
        let f1 = |row: &(f64, f64, usize, String)| {
            if row.0.is_nan() || row.0 + row.1 == 0.0 { 0.0 } else { 2.0 * row.0 * row.1 / (row.0 + row.1) }
        };
        rows.sort_by(|a, b| f1(a).total_cmp(&f1(b)));
        for row in rows.iter().take(worst) {
            println!("  {:.3} p {:.3} r {:.3} {}", f1(row), row.0, row.1, cases[row.2].url);
            if let Ok(dir) = std::env::var("TEXT_WORST") {
                let name = format!("{dir}/{}-{:.3}-{}", names[set], f1(row), row.2);
                let _ = std::fs::write(format!("{name}.page"), &cases[row.2].text);
                let _ = std::fs::write(format!("{name}.got"), &row.3);
                let _ = std::fs::write(format!("{name}.want"), &cases[row.2].body);
            }
        }
    }
}

fn judge_fold(fold: u64, names: &[String], cases: &[Case], examples: &[Example]) -> Vec<(usize, Option<String>)> {
    let chosen: Vec<usize> = cases.iter().filter(|c| c.fold != fold).flat_map(|c| c.examples.clone()).collect();
    let (bias, weights) = train(examples, &chosen);
    let rows: Vec<Vec<i16>> = weights.iter().map(|row| row.iter().map(|w| hundredths(*w)).collect()).collect();
    let Ok(slices) = <[&[i16]; COUNT]>::try_from(rows.iter().map(Vec::as_slice).collect::<Vec<_>>()) else { return Vec::new() };
    let table = Table::new(&Model { bias: hundredths(bias), weights: &slices });
    let scored = |c: &&(usize, &Case)| c.1.fold == fold && !names[c.1.set].starts_with('+');
    cases
        .iter()
        .enumerate()
        .filter(|c| scored(&c))
        .map(|(index, case)| {
            let page = feedmill::clean::Page {
                url: &case.url,
                final_url: &case.url,
                content: Content::Text(&case.text),
                title: None,
                language: None,
                fetched_at: case.fetched_at,
                headers: &[],
            };
            (index, clean_by(&page, &case.text, Options { gate: true }, &table).ok().map(|d| d.text))
        })
        .collect()
}

/// Precision and recall over runs of four words with multiplicity; a text of fewer words is one run.
fn overlap(truth: &str, text: &str) -> (f64, f64) {
    let count = |text| {
        let all = tokens(text);
        let mut counts: HashMap<Vec<&str>, usize> = HashMap::new();
        for run in all.windows(4.min(all.len().max(1))) {
            *counts.entry(run.to_vec()).or_default() += 1;
        }
        counts
    };
    let (truth, text) = (count(truth), count(text));
    let both: usize = text.iter().map(|(run, n)| (*n).min(truth.get(run).copied().unwrap_or(0))).sum();
    (both as f64 / text.values().sum::<usize>() as f64, both as f64 / truth.values().sum::<usize>().max(1) as f64)
}

fn hundredths(weight: f32) -> i16 {
    (weight * 100.0).round() as i16
}

fn print(bias: f32, weights: &[Vec<f32>]) {
    println!("//! Weights of [`super::decode`], in hundredths: one row a feature of [`super::features::FEATURES`], one number a bin.");
    println!(
        "//! Generated by `tests/bench/text_weights.rs` from the pages of the open benchmarks scrapinghub, fundus, fundus-evaluation and wcxb"
    );
    println!("//! (development halves) turned into text, with kept and with lost lines. Do not edit: train again.\n");
    println!("pub const BIAS: i16 = {};\n", hundredths(bias));
    println!("#[rustfmt::skip]\npub static WEIGHTS: [&[i16]; {}] = [", weights.len());
    for (row, feature) in weights.iter().zip(&FEATURES) {
        let row: Vec<String> = row.iter().map(|w| format!("{}", hundredths(*w))).collect();
        println!("    &[{}], // {}", row.join(", "), feature.name);
    }
    println!("];");
}
