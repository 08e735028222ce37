//! Precision and recall of the headings that are found in glued pages:
//! `cargo run --profile quick --example text_headings -- [--show] EVENTS_GLUED EVENTS_HTML TRUTH ...`, JSON Lines, gzip or
//! plain. `... -- train MARKED > src/clean/text/heading_weights.rs` trains the weights from pages with marked headings
//! (`tests/bench/text_headings.py` makes them; the pages that are measured are not among them).
//!
//! A true heading is an h2 to h6 of the markup whose words stand in the true body as one run; a found one is right when its words are
//! those of a true heading of the page. Each counts as often as it stands there.

#[path = "text_pages.rs"]
mod text_pages;

use feedmill::article::BlockKind;
use feedmill::clean::text::glue::{self, Start};
use feedmill::clean::text::heading;
use feedmill::clean::text::heading_features::{COUNT, Context, FAMILIES, ends};
use feedmill::clean::text::openers::Openers;
use feedmill::clean::text::sentence;
use feedmill::clean::{Content, Options, Page, clean};
use std::collections::{BTreeMap, HashMap};
use text_pages::{field, rows};

fn main() -> anyhow::Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, marked] = &args[..]
        && mode == "train"
    {
        return train(marked);
    }
    let show = args.first().is_some_and(|a| a == "--show");
    args.drain(..usize::from(show));
    anyhow::ensure!(!args.is_empty() && args.len().is_multiple_of(3), "usage: text_headings [--show] EVENTS_GLUED EVENTS_HTML TRUTH ...");
    let (mut found, mut right, mut all) = (0usize, 0usize, 0usize);
    for set in args.chunks(3) {
        let truth: HashMap<String, String> = rows(&set[2])?.iter().map(|r| (field(r, "id"), field(r, "body"))).collect();
        let html: HashMap<String, String> = rows(&set[1])?.iter().map(|r| (field(r, "id"), field(r, "html"))).collect();
        for event in rows(&set[0])? {
            let id = field(&event, "id");
            let (Some(body), Some(html)) = (truth.get(&id), html.get(&id)) else { continue };
            let mut wanted = true_headings(html, body);
            all += wanted.len();
            let (url, text) = (field(&event, "url"), field(&event, "text"));
            let page = Page {
                url: &url,
                final_url: &url,
                content: Content::Text(&text),
                title: None,
                language: None,
                fetched_at: None,
                headers: &[],
            };
            let Ok(draft) = clean(&page, Options { gate: true }) else { continue };
            let chars: Vec<char> = draft.text.chars().collect();
            for block in draft.blocks.iter().filter(|b| b.kind == BlockKind::Heading) {
                let (Some(start), Some(end)) = (block.start, block.end) else { continue };
                let heading: String = chars[start as usize..end as usize].iter().collect();
                found += 1;
                let at = wanted.iter().position(|w| *w == words(&heading));
                right += usize::from(at.is_some());
                match at {
                    Some(at) => drop(wanted.remove(at)),
                    None if show => {
                        let behind: String = chars[end as usize..].iter().take(70).collect();
                        println!("false   {id}  [{heading}]  {}", behind.trim());
                    }
                    None => {}
                }
            }
            if show {
                let flat = words(&draft.text).join(" ");
                for heading in wanted {
                    let kept = if flat.contains(&heading.join(" ")) { "missed" } else { "not in text" };
                    println!("{kept}  {id}  [{}]", heading.join(" "));
                }
            }
        }
    }
    let precision = right as f64 / found.max(1) as f64;
    println!("headings {all}  found {found}  right {right}  precision {precision:.3}  recall {:.3}", right as f64 / all.max(1) as f64);
    Ok(())
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

/// The h2 to h6 of the markup that are part of the body.
fn true_headings(html: &str, body: &str) -> Vec<Vec<String>> {
    let body = format!(" {} ", words(body).join(" "));
    let mut headings = Vec::new();
    let mut rest = html;
    while let Some(open) = rest.find("<h") {
        rest = &rest[open + 2..];
        let level = rest.chars().next().unwrap_or_default();
        if !('2'..='6').contains(&level) || rest[1..].starts_with(|c: char| c.is_alphanumeric()) {
            continue;
        }
        let Some(end) = rest.find(&format!("</h{level}")) else { continue };
        let heading = words(&bare(&rest[..end]));
        rest = &rest[end..];
        if (1..=25).contains(&heading.len()) && body.contains(&format!(" {} ", heading.join(" "))) {
            headings.push(heading);
        }
    }
    headings
}

/// The text between tags, with the commonest entities.
fn bare(markup: &str) -> String {
    // The tag of the heading itself was opened before.
    let mut text = String::new();
    let mut inside = true;
    for c in markup.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    for (entity, plain) in
        [("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&rsquo;", "’"), ("&#8217;", "’"), ("&#x27;", "'")]
    {
        text = text.replace(entity, plain);
    }
    text
}

/// A glue with its possible ends.
struct Example {
    ends: Vec<[u16; COUNT]>,
    /// The end of the heading; none where no heading begins.
    truth: Option<usize>,
    set: String,
    fold: u64,
}

/// Sites are cut into so many parts for cross-validation.
const FOLDS: u64 = 4;

/// Marks of a heading's begin and end in the pages to train from.
const BEGIN: char = '\u{e000}';
const END: char = '\u{e001}';

/// Trains on all pages and prints the weights; what weights of the other sites make of the glues of each set goes to the standard error.
fn train(marked: &str) -> anyhow::Result<()> {
    let mut examples = Vec::new();
    // True headings that no end matches count as missed.
    let mut lost: BTreeMap<String, usize> = BTreeMap::new();
    for page in rows(marked)? {
        *lost.entry(field(&page, "set")).or_default() += read(&page, &mut examples);
    }
    let mut found: BTreeMap<(&str, u32), (usize, usize)> = BTreeMap::new();
    for fold in 0..FOLDS {
        let weights = fit(&examples, |e| e.fold != fold);
        for example in examples.iter().filter(|e| e.fold == fold) {
            let Some((best, likely)) = likeliest(&weights, example) else { continue };
            for percent in [50, 60, 65, 70, 75, 80, 90].into_iter().filter(|p| likely * 100.0 >= *p as f32) {
                let (all, right) = found.entry((&example.set, percent)).or_default();
                *all += 1;
                *right += usize::from(example.truth == Some(best));
            }
        }
    }
    for ((set, percent), (all, right)) in found {
        let truths = lost.get(set).copied().unwrap_or_default() + examples.iter().filter(|e| e.set == set && e.truth.is_some()).count();
        let (precision, recall) = (right as f64 / all.max(1) as f64, right as f64 / truths.max(1) as f64);
        eprintln!("{set:20} at .{percent}  headings {truths}  precision {precision:.3}  recall {recall:.3}");
    }
    print(&fit(&examples, |_| true));
    Ok(())
}

/// The likeliest end of a glue and its probability.
fn likeliest(weights: &[Vec<f32>], example: &Example) -> Option<(usize, f32)> {
    let score = |end: &[u16; COUNT]| (0..COUNT).filter_map(|k| weights[k].get(usize::from(end[k]))).sum::<f32>();
    let scores: Vec<f32> = example.ends.iter().map(score).collect();
    let (best, top) = scores.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((best, 1.0 / (scores.iter().map(|s| (s - top).exp()).sum::<f32>() + (-top).exp())))
}

/// Conditional logit over the ends of a glue and "no heading", by AdaGrad with a small L2 penalty; the same on every run.
fn fit(examples: &[Example], chosen: impl Fn(&Example) -> bool) -> Vec<Vec<f32>> {
    let mut weights: Vec<Vec<f32>> = FAMILIES.iter().map(|(_, values)| vec![0.0; *values]).collect();
    let mut squares = weights.clone();
    let mut order: Vec<usize> = (0..examples.len()).filter(|i| chosen(&examples[*i])).collect();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20 {
        random.shuffle(&mut order);
        for &i in &order {
            let example = &examples[i];
            let score = |end: &[u16; COUNT]| (0..COUNT).filter_map(|k| weights[k].get(usize::from(end[k]))).sum::<f32>();
            let scores: Vec<f32> = example.ends.iter().map(score).collect();
            let top = scores.iter().copied().fold(0.0, f32::max);
            let all = scores.iter().map(|s| (s - top).exp()).sum::<f32>() + (-top).exp();
            for (j, end) in example.ends.iter().enumerate() {
                let slope = (scores[j] - top).exp() / all - f32::from(u8::from(example.truth == Some(j)));
                for k in 0..COUNT {
                    let Some(weight) = weights[k].get_mut(usize::from(end[k])) else { continue };
                    let s = slope + 1e-4 * *weight;
                    let square = &mut squares[k][usize::from(end[k])];
                    *square += s * s;
                    *weight -= 0.05 * s / (square.sqrt() + 1e-3);
                }
            }
        }
    }
    weights
}

fn print(weights: &[Vec<f32>]) {
    println!(
        "//! Weights of [`super::heading`], in hundredths: one row a family of [`super::heading_features::FAMILIES`], one number a value."
    );
    println!(
        "//! Generated by `tests/bench/text_headings.rs` from the pages of the open benchmarks wcxb-article, fundus-evaluation, fundus and"
    );
    println!(
        "//! scrapinghub (development halves) turned into text with their headings and paragraphs glued in four ways. Do not edit: train again.\n"
    );
    println!("#[rustfmt::skip]\npub static WEIGHTS: [&[i16]; {COUNT}] = [");
    for (row, (name, _)) in weights.iter().zip(&FAMILIES) {
        let row: Vec<String> = row.iter().map(|w| format!("{}", (w * 100.0).round() as i16)).collect();
        println!("    &[{}], // {name}", row.join(", "));
    }
    println!("];");
}

/// The glues of a page with marked headings; tells how many headings are at none of them, or end where none can.
fn read(page: &serde_json::Value, examples: &mut Vec<Example>) -> usize {
    let (marked, set) = (field(page, "text"), field(page, "set"));
    let fold = field(page, "site").bytes().fold(7u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3) >> 3) % FOLDS;
    let mut lost = 0;
    let text: String = marked.chars().filter(|c| !matches!(*c, BEGIN | END)).collect();
    let openers = Openers::new(&text);
    for line in marked.lines() {
        let mut bare = String::with_capacity(line.len());
        let mut headings: HashMap<usize, usize> = HashMap::new();
        let mut begin = 0;
        for c in line.chars() {
            match c {
                BEGIN => begin = bare.len(),
                END => drop(headings.insert(begin, bare.len())),
                c => bare.push(c),
            }
        }
        let cuts = sentence::cuts(&bare);
        let density = cuts.iter().filter(|cut| cut.glued).count() as f32 / cuts.len().max(1) as f32;
        let context = Context { openers: &openers, density };
        let glues = glue::glues(&bare);
        for (i, glue) in glues.iter().enumerate().filter(|(_, glue)| glue.start != Start::Unspaced) {
            let ends = ends(&bare, *glue, heading::limit(&bare, &glues, i), &context);
            let truth = headings.get(&glue.at).map(|end| ends.iter().position(|e| e.at == *end));
            // A heading whose end is not among the ends teaches nothing.
            lost += usize::from(truth == Some(None));
            if let None | Some(Some(_)) = truth {
                examples.push(Example {
                    ends: ends.into_iter().map(|e| e.values).collect(),
                    truth: truth.flatten(),
                    set: set.clone(),
                    fold,
                });
            }
        }
        let reached = glues.iter().filter(|glue| headings.contains_key(&glue.at) && glue.start != Start::Unspaced).count();
        lost += headings.len() - reached;
    }
    lost
}
