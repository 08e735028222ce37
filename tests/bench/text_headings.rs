//! Precision and recall of the headings that are found in glued pages:
//! `cargo run --profile quick --example text_headings -- [--show] EVENTS_GLUED EVENTS_HTML TRUTH ...`, JSON Lines, gzip or
//! plain. `... -- rows MARKED` prints the rows of the glues of pages with marked headings: `tests/bench/text_headings.py` marks the pages,
//! `tests/bench/text_headings_train.py` trains the weights from the rows.
//!
//! A true heading is an h2 to h6 of the markup whose words stand in the true body as one run; a found one is right when its words are
//! those of a true heading of the page. Each counts as often as it stands there.

#[path = "text_pages.rs"]
mod text_pages;

use feedmill::article::BlockKind;
use feedmill::clean::text::glue::{self, Start};
use feedmill::clean::text::heading;
use feedmill::clean::text::heading_features::{COLUMNS, Context, End, Scale, ends};
use feedmill::clean::text::openers::Openers;
use feedmill::clean::text::sentence;
use feedmill::clean::{Content, Options, Page, clean};
use std::collections::HashMap;
use std::io::Write;
use text_pages::{field, rows};

fn main() -> anyhow::Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, marked] = &args[..]
        && mode == "rows"
    {
        return print_rows(marked);
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

/// Marks of a heading's begin and end in the pages to train from.
const BEGIN: char = '\u{e000}';
const END: char = '\u{e001}';

/// Prints the scales of the columns, then one row a glue or lost heading: set, site, number of the true end or -1 (-2 for a heading that no
/// end matches, or that begins at no glue), and the ends, a hexadecimal digit a column.
fn print_rows(marked: &str) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let scales: Vec<&str> = COLUMNS.iter().map(|(_, scale)| if *scale == Scale::Classes { "classes" } else { "order" }).collect();
    writeln!(out, "{}", scales.join(" "))?;
    for page in rows(marked)? {
        let (set, site) = (field(&page, "set").replace(' ', "_"), field(&page, "site"));
        let mut lost = 0;
        for (truth, ends) in read(&page, &mut lost) {
            let ends: Vec<String> = ends.iter().map(|end| end.row.iter().map(|v| format!("{v:x}")).collect()).collect();
            writeln!(out, "{set} {site} {} {}", truth.map_or(-1, |t| t as i64), ends.join(" "))?;
        }
        for _ in 0..lost {
            writeln!(out, "{set} {site} -2")?;
        }
    }
    Ok(())
}

/// The glues of a page with marked headings: the number of the true end, and all ends. Counts headings that are at none of them, or end where
/// none can; those teach nothing.
fn read(page: &serde_json::Value, lost: &mut usize) -> Vec<(Option<usize>, Vec<End>)> {
    let marked = field(page, "text");
    let text: String = marked.chars().filter(|c| !matches!(*c, BEGIN | END)).collect();
    let openers = Openers::new(&text);
    let mut examples = Vec::new();
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
        let glues = glue::glues(&bare);
        let context = Context { openers: &openers, density, glues: glues.len() };
        for (i, glue) in glues.iter().enumerate().filter(|(_, glue)| glue.start != Start::Unspaced) {
            let ends = ends(&bare, *glue, heading::limit(&bare, &glues, i), &context);
            let end = headings.remove(&glue.at);
            let truth = end.and_then(|end| ends.iter().position(|e| e.at == end));
            if truth.is_some() || end.is_none() && !ends.is_empty() {
                examples.push((truth, ends));
            } else {
                *lost += usize::from(end.is_some());
            }
        }
        *lost += headings.len();
    }
    examples
}
