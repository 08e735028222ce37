//! `feedmill explain`: what became of one page, part by part, and why; and whether two pages are copies.

mod pair;
mod show;
mod target;

use super::options::ConfigOptions;
use super::process;
use crate::clean::account::Part;
use crate::config::settings::Topics;
use crate::record::OutRecord;
use crate::stage::clean::CleanStage;
use crate::tag::taxonomy::{Match, Taxonomies};
use pair::Pair;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use target::Target;

/// Show what became of one page, and why.
///
/// Takes a saved page (markup or bare text), or the page event of an address in a file of JSON
/// Lines (plain, gzip or zstd). Shows the outcome, each field of the record and where it came
/// from, and every block of the page with its place, its chance to be the article and the rule
/// that decided, and which phrase of an own taxonomy made which tag. It is the same code that
/// `run` and `process` use.
///
/// With a second page (--with) it tells whether one is a copy of the other, and why.
#[derive(clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  feedmill explain saved.html --url https://paper.example/2026/story
  feedmill explain pages.jsonl.gz https://paper.example/2026/story
  feedmill explain pages.jsonl --line 17 --json | jq '.parts[] | select(.kept)'
  feedmill explain saved.html --with other.html
  feedmill explain pages.jsonl https://paper.example/2026/story --with https://other.example/copy"
)]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOptions,
    /// How the event is read, as for `process`
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// Address of a saved page; without it a made-up one, so that nothing is read from the address
    #[arg(long, value_name = "URL", conflicts_with_all = ["address", "line"])]
    url: Option<String>,
    /// The event on this line of a file of JSON Lines, from 1
    #[arg(long, value_name = "N", conflicts_with = "address")]
    line: Option<u64>,
    /// A second page: a file as FILE (its first event), or the url, final_url or id of another event of FILE
    #[arg(long, value_name = "FILE|URL", conflicts_with = "kept")]
    with: Option<String>,
    /// Address of a second page that is a saved one; without it another site than the first
    #[arg(long, value_name = "URL", requires = "with")]
    with_url: Option<String>,
    /// One JSON object instead of text for people
    #[arg(long)]
    json: bool,
    /// Only the parts that were kept
    #[arg(long)]
    kept: bool,
    /// A saved page, or page events as JSON Lines
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which event of the file: its url, final_url or id; without it the first
    #[arg(value_name = "URL")]
    address: Option<String>,
}

/// Runs the command.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut settings = arguments.config.load_and_warn()?.settings;
    if let Some(name) = &arguments.preset {
        settings.input.preset = super::options::preset(name, &settings)?;
    }
    let settings = process::without_broker(settings);
    let target =
        Target { file: &arguments.file, address: arguments.address.as_deref(), line: arguments.line, url: arguments.url.as_deref() };
    let record = target::find(target, settings.limits.page_bytes)?;
    if let Some(with) = &arguments.with {
        let other = target::find(pair::other(target, with, arguments.with_url.as_deref()), settings.limits.page_bytes)?;
        let pair = Pair::new(&CleanStage::new(&settings), &settings.topics, [record, other]);
        let mut out = std::io::stdout().lock();
        if arguments.json {
            writeln!(out, "{}", serde_json::to_string(&pair)?)?;
        } else {
            pair.show(&mut out)?;
        }
        return Ok(());
    }
    let mut parts = CleanStage::new(&settings).parts(&record);
    parts.retain(|p| p.kept || !arguments.kept);
    let mut explained = Explained::new(&process::one(&settings, record)?.records, &settings.topics, parts);
    if settings.tag.enabled {
        explained.find_phrases(&settings.tag.taxonomies);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if arguments.json {
        writeln!(out, "{}", explained.json())?;
    } else {
        let width = if std::io::stdout().is_terminal() { console::Term::stdout().size().1.into() } else { 200 };
        show::show(&mut out, &explained, width)?;
    }
    out.flush()?;
    Ok(())
}

/// One page and what became of it.
struct Explained {
    outcome: Value,
    /// The article record, or null.
    record: Value,
    /// What a dead letter says.
    message: Option<String>,
    parts: Vec<Part>,
    /// Phrases of own taxonomies that made tags.
    phrases: Vec<Match>,
}

impl Explained {
    /// From what both stages gave. A record that holds several pages is told by its first.
    fn new(records: &[OutRecord], topics: &Topics, parts: Vec<Part>) -> Self {
        let of = |topic: &str| records.iter().find(|r| *r.topic == *topic);
        let value = |topic: &str| of(topic).and_then(|r| serde_json::from_slice(r.value.as_deref()?).ok()).unwrap_or(Value::Null);
        let outcome = topics.outcomes.as_deref().map(value).unwrap_or(Value::Null);
        let record = value(&topics.articles);
        let message = of(&topics.dead).and_then(|r| {
            let header = r.headers.iter().find(|h| h.name == "feedmill.dead.message")?;
            Some(String::from_utf8_lossy(header.value.as_deref()?).into_owned())
        });
        Explained { outcome, record, message, parts, phrases: Vec::new() }
    }

    fn find_phrases(&mut self, taxonomies: &Taxonomies) {
        if let Some(text) = self.record["text"].as_str() {
            self.phrases = taxonomies.matches(self.record["title"].as_str(), text);
        }
    }

    fn json(&self) -> Value {
        let phrase = |m: &Match| {
            let at = if m.in_title { "title" } else { "text" };
            json!({"code": m.code, "phrase": m.phrase, "in": at, "span": m.span, "from": m.from})
        };
        let phrases: Vec<Value> = self.phrases.iter().map(phrase).collect();
        json!({"outcome": self.outcome, "message": self.message, "record": self.record, "taxonomies": phrases, "parts": self.parts})
    }
}
