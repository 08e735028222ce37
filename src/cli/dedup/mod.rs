//! `feedmill dedup`: which of many saved pages or records tell the same story, without a broker and without anything else.
//!
//! `item` makes a line comparable, on all cores; `clusters` puts one after the other into the same index as DEDUP's, and says where it
//! belongs.

mod clusters;
mod item;

use super::options::ConfigOptions;
use super::process::input::{self, Input, Lines};
use super::process::progress::Progress;
use crate::config::Settings;
use crate::page::InLimits;
use crate::stage::clean::CleanStage;
use anyhow::Context;
use clusters::Clusters;
use item::{Item, Origin};
use rayon::prelude::*;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

const BATCH_LINES: usize = 1_024;
const BATCH_BYTES: usize = 16 << 20;

/// Find copies among saved pages or records, without a broker.
///
/// Reads JSON Lines (plain, gzip or zstd): records as `feedmill process` writes them, page
/// events, or any objects with a `text` and perhaps `id`, `url` and `title`. `text` is compared
/// as it is; `html` and `body_base64` are cleaned first. Writes one line for each line read:
///
///   cluster      number of its story, from 0 in the order of their first lines
///   kind         first: nothing before it tells this story
///                exact: the same words as the first one; near: a copy that was cut or changed
///                address: another fetch of an address seen before
///                skipped: no article (reason says why); it has no cluster
///   of           line (and file, when there are several) of the story's first page
///   containment  how much of this text the first one holds, 0 to 1
///   covered      how much of the first one this text holds
///   jaccard      what both hold, of all that either holds
///
/// A round-up, a follow-up that quotes background, and two fillings of one template are no
/// copies. The first line of a story is the first in the input, so sort by time if it matters.
/// All texts stay in memory, about 1.4 kB each.
#[derive(clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  feedmill dedup articles.jsonl.gz > clusters.jsonl
  feedmill dedup --unique monday.jsonl tuesday.jsonl > stories.jsonl
  feedmill dedup pages.jsonl | jq -c 'select(.kind == \"near\")'"
)]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOptions,
    /// Writes the lines that tell a story first, as they came, and nothing of the others
    #[arg(long)]
    unique: bool,
    /// Compares texts alone: two fetches of one address are two pages
    #[arg(long)]
    texts_only: bool,
    /// JSON Lines, plain, gzip or zstd; `-` or nothing is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Runs the command. Fails with [`super::StartError`] before any line was read.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let settings = arguments.config.load_and_warn()?.settings;
    let inputs = input::check(&arguments.files)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(settings.run.threads.max(2)).build()?;
    let output = BufWriter::with_capacity(256 << 10, io::stdout());
    pool.install(|| find(&settings, &arguments, &inputs, output))
}

/// While one batch is put into clusters, the next one is made comparable.
fn find(settings: &Settings, arguments: &Arguments, inputs: &[Input], mut output: impl Write + Send) -> anyhow::Result<()> {
    let mut settings = settings.clone();
    settings.topics.input.clear();
    settings.tag.enabled = false;
    let cleaner = CleanStage::new(&settings);
    let mut progress = Progress::new(input::total_bytes(inputs));
    let mut clusters = Clusters::new(inputs, arguments.unique);
    let limits = InLimits { page_bytes: settings.limits.page_bytes };
    let mut ready: Vec<Item> = Vec::new();
    for (file, source) in inputs.iter().enumerate() {
        let mut lines = Lines::new(source.open(progress.bytes())?, limits.event_bytes());
        loop {
            let batch = read(&mut lines).with_context(|| source.name().to_string())?;
            let ended = batch.is_empty();
            let before = std::mem::take(&mut ready);
            let make = |(line, bytes): (i64, Vec<u8>)| Item::of(bytes, Origin { file, line }, &cleaner, arguments.texts_only);
            let (made, written) =
                rayon::join(|| batch.into_par_iter().map(make).collect(), || clusters.add(before, &mut output).context("standard output"));
            ready = made;
            progress.add(&written?);
            if ended {
                break;
            }
        }
    }
    progress.add(&clusters.add(ready, &mut output).context("standard output")?);
    output.flush().context("standard output")?;
    progress.finish();
    Ok(())
}

/// The next lines with their numbers; none at the end.
fn read(lines: &mut Lines<Box<dyn io::BufRead + Send>>) -> io::Result<Vec<(i64, Vec<u8>)>> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < BATCH_LINES && bytes < BATCH_BYTES {
        let Some(line) = lines.next()? else { break };
        bytes += line.bytes.len();
        batch.push((line.number, line.bytes));
    }
    Ok(batch)
}
