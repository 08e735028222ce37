//! `feedmill republish`: articles of a time range once more, into another topic.

use super::StartError;
use super::options::{self, ConfigOptions};
use crate::bus::BusError;
use crate::bus::kafka::scan::{Scan, Span};
use crate::bus::kafka::writer::Writer;
use crate::config::Settings;
use crate::record::{Header, OutRecord};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Copies articles that were published since a time into another topic: for a reader that lost them, or a new one.
///
/// Key, value and headers stay, and with them `version`, by which a search store knows the newest; null values of removed articles go along.
/// A batch is one transaction, and a run that was killed goes on where it stopped: each record is copied once for one --to.
#[derive(clap::Args)]
#[command(after_help = "Example:
  feedmill republish --config feedmill.toml --since 7d --to search.refill")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOptions,
    /// Published at or after this time: 2026-03-01, 2026-03-01T08:00:00Z, or 30m, 12h, 7d ago
    #[arg(long, value_name = "TIME")]
    since: String,
    /// Published before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// The topic to write to; it must be there
    #[arg(long, value_name = "TOPIC")]
    to: String,
}

/// Where a copied record came from, `2/4711`.
const FROM: &str = "feedmill.republished.from";
const BATCH_RECORDS: usize = 500;
const BATCH_BYTES: usize = 8 << 20;

pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let settings = arguments.config.load_and_warn()?.settings;
    let since = options::time("--since", &arguments.since)?;
    let until = arguments.until.as_deref().map(|t| options::time("--until", t)).transpose()?;
    let to: Arc<str> = arguments.to.as_str().into();
    refuse_own(&settings, &to)?;
    let mut scan = Scan::new(&settings, "republish").map_err(start_error)?;
    for topic in [&settings.topics.articles, &to] {
        if !scan.exists(topic).map_err(start_error)? {
            return Err(StartError(format!("the topic {topic} is missing")).into());
        }
    }
    // First of all: it ends what a killed run left open.
    let mut writer = Writer::open(&settings, "republish").map_err(start_error)?;
    let done = done(&mut scan, &to).map_err(start_error)?;
    let (mut copied, mut already) = (0usize, 0usize);
    let mut batch: Vec<OutRecord> = Vec::new();
    let mut bytes = 0usize;
    scan.read::<anyhow::Error>(&settings.topics.articles, Span { since: Some(since) }, |record| {
        let time = record.timestamp.unwrap_or(since);
        if time < since || until.is_some_and(|u| time >= u) {
            return Ok(ControlFlow::Continue(()));
        }
        if done.get(&record.partition).is_some_and(|last| record.offset <= *last) {
            already += 1;
            return Ok(ControlFlow::Continue(()));
        }
        let mut headers = record.headers;
        headers.push(Header::new(FROM, format!("{}/{}", record.partition, record.offset)));
        let out = OutRecord { topic: to.clone(), partition: None, key: record.key, value: record.value, headers, source: 0 };
        bytes += out.bytes();
        batch.push(out);
        if batch.len() >= BATCH_RECORDS || bytes >= BATCH_BYTES {
            copied += batch.len();
            bytes = 0;
            writer.write(std::mem::take(&mut batch))?;
            eprintln!("{copied} copied");
        }
        Ok(ControlFlow::Continue(()))
    })?;
    copied += batch.len();
    if !batch.is_empty() {
        writer.write(batch)?;
    }
    println!("{copied} copied to {to}, {already} were there already");
    Ok(())
}

/// The last offset of each partition that was copied: copies of a partition keep its order, and a batch is all or nothing.
fn done(scan: &mut Scan, to: &str) -> Result<HashMap<i32, i64>, BusError> {
    let mut done: HashMap<i32, i64> = HashMap::new();
    scan.read::<BusError>(to, Span::default(), |record| {
        if let Some((partition, offset)) = record.header(FROM).and_then(|f| f.split_once('/'))
            && let (Ok(partition), Ok(offset)) = (partition.parse(), offset.parse())
        {
            let last = done.entry(partition).or_insert(offset);
            *last = (*last).max(offset);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(done)
}

/// A topic that the worker reads or writes is no place for copies.
fn refuse_own(settings: &Settings, to: &str) -> Result<(), StartError> {
    match crate::config::topology::topics(settings).iter().find(|t| t.name == to) {
        Some(own) => Err(StartError(format!("--to {to}: is {} of this feed", own.purpose))),
        None => Ok(()),
    }
}

fn start_error(error: BusError) -> anyhow::Error {
    StartError(error.to_string()).into()
}
