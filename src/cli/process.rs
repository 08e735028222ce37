//! `feedmill process`: the same stages without a broker.
//!
//! `input` reads and splits lines, `pipeline` cleans batches on all cores while the one before is decided and written, `output` writes.

pub(super) mod input;
pub(super) mod output;
mod pipeline;
pub(super) mod progress;
pub(super) mod warc;

use super::options::ConfigOptions;
use crate::config::Settings;
use crate::config::settings::InputTopic;
use crate::page::{InLimits, Preset};
use crate::record::{OutRecord, Record};
use crate::stage::clean::CleanStage;
use crate::stage::dedup::DedupStage;
use crate::stage::{Effects, Stage, Work};
use input::Input;
use output::{Outputs, Sink};
use pipeline::{Cleaned, Oversize};
use progress::Progress;
use std::path::PathBuf;
use std::sync::Arc;

/// Clean, tag and deduplicate saved pages, without a broker.
///
/// Reads page events as JSON Lines, or web archives (WARC, WET, WAT), plain, gzip or zstd, and
/// writes article records as JSON Lines to standard output, in input order. What becomes of each
/// page is what `feedmill run` would make of it with the same configuration, except that nothing
/// expires by age.
#[derive(clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  feedmill process pages.jsonl.gz > articles.jsonl
  feedmill process CC-NEWS-20260301.warc.gz --outcomes outcomes.jsonl > articles.jsonl
  curl -s https://feed.example/pages | feedmill process --preset firecrawl --dead dead.jsonl -"
)]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOptions,
    /// How the records are read: `native`, a crawler's name (`feedmill check --presets` lists them), or one of `input.mappings`;
    /// files named .warc, .wet or .wat, .gz or not, are read as what they are
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// Where duplicate notices go, as JSON Lines
    #[arg(long, value_name = "FILE")]
    duplicates: Option<PathBuf>,
    /// Where the outcome of every page goes, as JSON Lines
    #[arg(long, value_name = "FILE")]
    outcomes: Option<PathBuf>,
    /// Where dead letters go, as JSON Lines of key, headers and value (`value_base64` when it is not UTF-8)
    #[arg(long, value_name = "FILE")]
    dead: Option<PathBuf>,
    /// Page events as JSON Lines, or WARC, WET and WAT files; plain, gzip or zstd; `-` or nothing is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Runs the command. Fails with [`crate::cli::StartError`] before any page was worked on.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut settings = without_broker(settings(&arguments)?);
    let inputs = input::check(&arguments.files)?;
    if arguments.preset.is_none() {
        settings.topics.input = inputs.iter().filter_map(Input::by_name).collect();
    }
    let settings = settings;
    let outputs = Outputs::open(
        &settings,
        [(Sink::Duplicates, &arguments.duplicates), (Sink::Outcomes, &arguments.outcomes), (Sink::Dead, &arguments.dead)],
        &arguments.files,
    )?;
    process(settings, inputs, outputs)
}

fn settings(arguments: &Arguments) -> anyhow::Result<Settings> {
    let mut settings = arguments.config.load_and_warn()?.settings;
    if let Some(name) = &arguments.preset {
        settings.input.preset = super::options::preset(name, &settings)?;
    }
    Ok(settings)
}

/// Topics are files here: all of them have the one preset, unless their names tell another, and outcomes are always told, because the pages
/// are counted by them.
pub(super) fn without_broker(mut settings: Settings) -> Settings {
    settings.topics.input.clear();
    settings.topics.retry = None;
    settings.topics.outcomes.get_or_insert_with(|| "outcomes".into());
    settings.dedup.shards = 1;
    settings.dedup.languages.clear();
    settings
}

/// What both stages make of one record.
pub(super) fn one(settings: &Settings, record: Record) -> anyhow::Result<Effects> {
    let effects = CleanStage::new(settings).process(vec![Work::from(record)])?;
    Ok(Decide::new(settings)?.batch(Cleaned { effects, oversize: Vec::new(), bytes: 0 })?.1)
}

/// How each file is read.
#[derive(Clone)]
struct Presets {
    named: Vec<InputTopic>,
    standard: Preset,
}

impl Presets {
    fn new(settings: &Settings) -> Self {
        Self { named: settings.topics.input.clone(), standard: settings.input.preset }
    }

    fn of(&self, name: &str) -> Preset {
        self.named.iter().find(|t| &*t.topic == name).map_or(self.standard, |t| t.preset)
    }
}

fn process(settings: Settings, inputs: Vec<Input>, mut outputs: Outputs) -> anyhow::Result<()> {
    let limits = InLimits { page_bytes: settings.limits.page_bytes };
    let mut progress = Progress::new(input::total_bytes(&inputs));
    let mut decide = Decide::new(&settings)?;
    let schemas = super::registry::of(&settings)?;
    let cleaner = || CleanStage::new(&settings).with_schemas(schemas.clone());
    let presets = Presets::new(&settings);
    let batches = pipeline::start(inputs, presets, [cleaner(), cleaner()], settings.run.threads, limits, progress.bytes())?;
    while let Some(cleaned) = batches.next()? {
        let (bytes, effects) = decide.batch(cleaned)?;
        outputs.write(&effects.records)?;
        progress.add(&effects.fates);
        batches.written(bytes);
    }
    outputs.flush()?;
    progress.finish();
    Ok(())
}

/// DEDUP over the cleaned batches, in input order.
struct Decide {
    stage: DedupStage,
    /// Its own thread: on the pool of the cleaning it would wait for the batch that is being cleaned.
    pool: rayon::ThreadPool,
    internal_clean: Arc<str>,
    outcomes: Option<Arc<str>>,
    dead: Arc<str>,
    /// Running number of the page, which takes the place of the offset in `internal.clean`.
    page: i64,
}

impl Decide {
    fn new(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self {
            stage: DedupStage::new(settings).without_expiry(),
            pool: rayon::ThreadPoolBuilder::new().num_threads(1).build()?,
            internal_clean: settings.topics.internal_clean.clone(),
            outcomes: settings.topics.outcomes.clone(),
            dead: settings.topics.dead.clone(),
            page: 0,
        })
    }

    /// All effects of a batch, ordered as its lines were, and the bytes that it held.
    fn batch(&mut self, cleaned: Cleaned) -> anyhow::Result<(usize, Effects)> {
        let mut records = Vec::with_capacity(cleaned.effects.records.len());
        let mut works = Vec::new();
        let mut origins = Vec::new();
        for mut out in cleaned.effects.records {
            if out.topic == self.internal_clean {
                origins.push(out.source);
                works.push(self.numbered(out));
                self.page += 1;
                continue;
            }
            if Some(&out.topic) == self.outcomes.as_ref() {
                self.page += 1;
            }
            if out.topic == self.dead
                && let Some(line) = cleaned.oversize.iter().find(|o| o.source == out.source)
            {
                tell_original(&mut out, line);
            }
            records.push(out);
        }
        let (stage, pool) = (&mut self.stage, &self.pool);
        let mut decided = pool.install(|| stage.process(works))?;
        stage.merge();
        for out in &mut decided.records {
            out.source = origins.get(out.source).copied().unwrap_or_default();
        }
        records.append(&mut decided.records);
        records.sort_by_key(|out| out.source);
        let fates = [cleaned.effects.fates, decided.fates].concat();
        Ok((cleaned.bytes, Effects { records, fates, slow: cleaned.effects.slow }))
    }

    fn numbered(&self, out: OutRecord) -> Work {
        Work::from(Record {
            topic: out.topic,
            partition: 0,
            offset: self.page,
            timestamp: None,
            key: out.key,
            value: out.value,
            headers: out.headers,
        })
    }
}

/// The dead letter of a line that was too long to be held tells of the whole line.
fn tell_original(out: &mut OutRecord, line: &Oversize) {
    use crate::article::dead::{DEAD_PREFIX, hex};
    use crate::record::Header;
    let names = ["original_size", "sha256"].map(|name| format!("{DEAD_PREFIX}{name}"));
    out.headers.retain(|h| !names.iter().any(|n| h.name == *n));
    let [size, sha256] = names;
    out.headers.push(Header::new(size, line.bytes.to_string()));
    out.headers.push(Header::new(sha256, hex(&line.sha256)));
}
