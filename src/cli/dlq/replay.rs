//! Another try for dead letters, through `topics.retry`: each once, whatever is killed in between.
//!
//! A batch of letters is one transaction. Which letters stand in the retry topic already is read from that topic, from a header that names
//! the letter; a second run of the command ends the first one's transaction before it looks. So nothing is lost and nothing comes twice, and
//! there is no state of its own to keep.

use super::filter::Filter;
use super::letter::{Letter, Origin};
use super::{each, open, start_error};
use crate::article::dead::{DEAD_PREFIX, hex, replay};
use crate::bus::BusError;
use crate::bus::cluster::Cluster;
use crate::bus::kafka::scan::{Scan, Span};
use crate::bus::kafka::writer::Writer;
use crate::cli::StartError;
use crate::config::Settings;
use crate::record::{Header, OutRecord, Record};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

const BATCH_RECORDS: usize = 500;
const BATCH_BYTES: usize = 8 << 20;

#[derive(clap::Args, Debug, Clone)]
pub struct How {
    /// Do it; without this only what would happen is told
    #[arg(long)]
    execute: bool,
    /// Letters a second at most
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// Letters that died so often are left alone
    #[arg(long, default_value_t = 5)]
    max_attempts: u32,
    /// At most so many letters
    #[arg(long)]
    limit: Option<usize>,
}

/// What became of the letters that were meant.
#[derive(Default)]
struct Tally {
    replayed: usize,
    already: usize,
    refused: BTreeMap<&'static str, usize>,
}

/// The letters to be put back, with what is to be written for each.
struct Replay<'a> {
    retry: Arc<str>,
    how: &'a How,
    /// Reads again what was cut.
    again: Scan,
    /// A record of the retry topic at most.
    limit: usize,
    known: HashSet<String>,
    writer: Option<Writer>,
    batch: Vec<OutRecord>,
    bytes: usize,
    tally: Tally,
    begun: Instant,
}

pub(super) fn run(settings: &Settings, filter: &Filter, how: &How) -> anyhow::Result<()> {
    let retry = settings.topics.retry.clone().ok_or_else(|| {
        StartError(format!(
            "topics.retry is not set: set it to \"{}.retry\", create it (feedmill topics create) and restart the workers",
            settings.app.id
        ))
    })?;
    filter.checked()?;
    let mut scan = open(settings)?;
    if !scan.exists(&retry).map_err(start_error)? {
        return Err(StartError(format!("the topic {retry} is missing: `feedmill topics create` makes it")).into());
    }
    // First of all: it ends what a killed run left open, so that what is read next is all that there will be of it.
    let writer = how.execute.then(|| Writer::open(settings, "replay")).transpose().map_err(start_error)?;
    let known = known(&mut scan, &retry)?;
    let again = Scan::new(settings, "dlq-again").map_err(start_error)?;
    let limit = limit(settings, &retry)?;
    let mut replay =
        Replay { retry, how, again, limit, known, writer, batch: Vec::new(), bytes: 0, tally: Tally::default(), begun: Instant::now() };
    each(&mut scan, settings, filter, |letter| replay.letter(letter))?;
    replay.write()?;
    replay.tell();
    Ok(())
}

/// What the topic takes, as far as the broker tells: one record too large would fail its whole batch.
fn limit(settings: &Settings, retry: &str) -> anyhow::Result<usize> {
    /// Head of a batch, and what compression adds to a record that it cannot make smaller.
    const RESERVE: usize = 1024;
    let configs = Cluster::new(&settings.kafka).map_err(start_error)?.described(retry).configs;
    let topic = configs.ok().and_then(|c| c.get("max.message.bytes")?.parse::<usize>().ok());
    Ok(topic.map_or(usize::MAX, |t| t.saturating_sub(RESERVE)).min(settings.limits.replay_bytes()))
}

/// Letters that stand in the retry topic.
fn known(scan: &mut Scan, retry: &str) -> Result<HashSet<String>, BusError> {
    let mut known = HashSet::new();
    scan.read::<BusError>(retry, Span::default(), |record| {
        known.extend(record.header(replay::LETTER).map(str::to_owned));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(known)
}

impl Replay<'_> {
    fn letter(&mut self, letter: Letter) -> anyhow::Result<ControlFlow<()>> {
        if self.how.limit.is_some_and(|limit| self.tally.replayed + self.batch.len() >= limit) {
            return Ok(ControlFlow::Break(()));
        }
        if self.known.contains(&letter.place()) {
            self.tally.already += 1;
            return Ok(ControlFlow::Continue(()));
        }
        match self.record(&letter)? {
            Ok(record) => {
                let bytes = record.bytes();
                if !self.batch.is_empty() && self.bytes + bytes > BATCH_BYTES {
                    self.write()?;
                }
                self.bytes += bytes;
                self.batch.push(record);
                if self.batch.len() >= BATCH_RECORDS.min(self.how.rate as usize) {
                    self.write()?;
                }
            }
            Err(why) => *self.tally.refused.entry(why).or_default() += 1,
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The record to be written, or why there is none.
    fn record(&mut self, letter: &Letter) -> anyhow::Result<Result<OutRecord, &'static str>> {
        if letter.attempt() >= self.how.max_attempts {
            return Ok(Err("tried too often (--max-attempts)"));
        }
        let Some(source) = letter.source() else { return Ok(Err("without headers of its death")) };
        let (key, value) = if letter.is_cut() || letter.is_cleaned() {
            match self.original(letter, &source)? {
                Ok(record) => (record.key, record.value),
                Err(why) => return Ok(Err(why)),
            }
        } else {
            (letter.record.key.clone(), letter.record.value.clone())
        };
        let mut headers: Vec<Header> = letter
            .record
            .headers
            .iter()
            .filter(|h| !h.name.starts_with(DEAD_PREFIX) && !h.name.starts_with(replay::PREFIX))
            .cloned()
            .collect();
        // Where it first came from stays through all its deaths.
        let first = |name: &str, now: String| letter.record.header(name).map_or(now, str::to_owned);
        let attempt = letter.attempt().saturating_add(1).to_string();
        for (name, value) in [
            (replay::TOPIC, first(replay::TOPIC, source.at.topic.to_string())),
            (replay::PARTITION, first(replay::PARTITION, source.at.partition.to_string())),
            (replay::OFFSET, first(replay::OFFSET, source.offset.to_string())),
            (replay::ITEM, letter.of("item").to_owned()),
            (replay::ATTEMPT, attempt),
            (replay::LETTER, letter.place()),
        ] {
            headers.push(Header::new(name, value));
        }
        if let Some(preset) = letter.record.header(replay::PRESET) {
            headers.push(Header::new(replay::PRESET, preset));
        }
        let record = OutRecord { topic: self.retry.clone(), partition: None, key, value, headers, source: 0 };
        if record.bytes() > self.limit {
            return Ok(Err("larger than limits.page_bytes or the retry topic's max.message.bytes allow"));
        }
        Ok(Ok(record))
    }

    /// The record as it stands where it came from, when that is the one that died.
    fn original(&mut self, letter: &Letter, source: &Origin) -> anyhow::Result<Result<Record, &'static str>> {
        let Some(record) = self.again.fetch(&source.at, source.offset)? else {
            return Ok(Err("cut, and no longer where it came from"));
        };
        let bytes = record.value.as_deref().unwrap_or_default();
        if letter.is_cut() && !letter.is_cleaned() && hex(&Sha256::digest(bytes)) != letter.of("sha256") {
            return Ok(Err("cut, and another record is where it came from"));
        }
        Ok(Ok(record))
    }

    /// The batch as one transaction, no faster than the rate.
    fn write(&mut self) -> anyhow::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        self.bytes = 0;
        if batch.is_empty() {
            return Ok(());
        }
        let count = batch.len();
        if let Some(writer) = &mut self.writer {
            let due = Duration::from_secs_f64(self.tally.replayed as f64 / f64::from(self.how.rate));
            if let Some(early) = due.checked_sub(self.begun.elapsed()) {
                std::thread::sleep(early);
            }
            writer.write(batch)?;
        }
        self.tally.replayed += count;
        if self.writer.is_some() {
            eprintln!("{} put back", self.tally.replayed);
        }
        Ok(())
    }

    fn tell(&self) {
        let what = if self.how.execute { "put back to" } else { "would be put back to" };
        println!("{} {what} {}", self.tally.replayed, self.retry);
        println!("{} are there already", self.tally.already);
        for (why, n) in &self.tally.refused {
            println!("{n} refused: {why}");
        }
        if !self.how.execute && self.tally.replayed > 0 {
            println!("nothing was written; --execute does it, at {} letters a second", self.how.rate);
        }
    }
}
