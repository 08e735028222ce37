//! `feedmill process`: the same stages without a broker.

use crate::config::Settings;
use crate::page::Preset;
use crate::record::{OutRecord, Record};
use crate::stage::clean::CleanStage;
use crate::stage::dedup::DedupStage;
use crate::stage::{Effects, Stage, Work};
use anyhow::Context;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// Cleans saved pages: page events as JSON Lines in, article records as JSON Lines out.
#[derive(clap::Args)]
pub struct Arguments {
    #[arg(long)]
    preset: Option<String>,
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    #[arg(long)]
    duplicates: Option<PathBuf>,
    #[arg(long)]
    outcomes: Option<PathBuf>,
    #[arg(long)]
    dead: Option<PathBuf>,
    files: Vec<PathBuf>,
}

pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut settings = Settings::default();
    for s in &arguments.set {
        match s.as_str() {
            "dedup.enabled=false" => settings.dedup.enabled = false,
            "tag.enabled=false" => settings.tag.enabled = false,
            "clean.gate=false" => settings.clean.gate = false,
            other => anyhow::bail!("unknown setting {other}"),
        }
    }
    if let Some(name) = &arguments.preset {
        settings.input.preset = Preset::from_name(name).with_context(|| format!("unknown preset {name}"))?;
    }
    settings.topics.outcomes = Some("feedmill.outcomes".into());
    settings.topics.input.clear();
    settings.limits.record_bytes = 256 << 20;
    let mut clean = CleanStage::new(&settings);
    let mut dedup = DedupStage::new(&settings).without_expiry();
    let mut sinks: HashMap<Arc<str>, Box<dyn Write>> = HashMap::new();
    sinks.insert(settings.topics.articles.clone(), Box::new(BufWriter::new(std::io::stdout().lock())));
    for (topic, path) in [
        (settings.topics.duplicates.clone(), &arguments.duplicates),
        (Arc::from("feedmill.outcomes"), &arguments.outcomes),
        (settings.topics.dead.clone(), &arguments.dead),
    ] {
        if let Some(path) = path {
            sinks.insert(topic, Box::new(BufWriter::new(File::create(path)?)));
        }
    }
    let mut running = 0i64;
    for path in &arguments.files {
        let topic: Arc<str> = path.to_string_lossy().into();
        let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?);
        let gzip = reader.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let mut lines: Box<dyn BufRead> =
            if gzip { Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(reader))) } else { Box::new(reader) };
        let mut offset = 0;
        loop {
            let mut batch = Vec::new();
            while batch.len() < 256 {
                let mut line = Vec::new();
                if lines.by_ref().take(64 << 20).read_until(b'\n', &mut line)? == 0 {
                    break;
                }
                if line.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                batch.push(Work::from(Record {
                    topic: topic.clone(),
                    partition: 0,
                    offset,
                    timestamp: None,
                    key: None,
                    value: Some(line),
                    headers: Vec::new(),
                }));
                offset += 1;
            }
            if batch.is_empty() {
                break;
            }
            let cleaned = clean.process(batch)?;
            step(cleaned, &mut dedup, &settings, &mut sinks, &mut running)?;
        }
    }
    for sink in sinks.values_mut() {
        sink.flush()?;
    }
    Ok(())
}

fn step(
    cleaned: Effects,
    dedup: &mut DedupStage,
    settings: &Settings,
    sinks: &mut HashMap<Arc<str>, Box<dyn Write>>,
    running: &mut i64,
) -> anyhow::Result<()> {
    let mut batch = Vec::new();
    let mut rest = Vec::new();
    for out in cleaned.records {
        if out.topic == settings.topics.internal_clean {
            batch.push(Work::from(Record {
                topic: out.topic,
                partition: 0,
                offset: *running,
                timestamp: None,
                key: out.key,
                value: out.value,
                headers: out.headers,
            }));
            *running += 1;
        } else {
            rest.push(out);
        }
    }
    let decided = dedup.process(batch)?;
    dedup.merge();
    for out in rest.into_iter().chain(decided.records) {
        write(out, sinks)?;
    }
    Ok(())
}

fn write(out: OutRecord, sinks: &mut HashMap<Arc<str>, Box<dyn Write>>) -> anyhow::Result<()> {
    if let (Some(sink), Some(value)) = (sinks.get_mut(&out.topic), out.value) {
        sink.write_all(&value)?;
        if !value.ends_with(b"\n") {
            sink.write_all(b"\n")?;
        }
    }
    Ok(())
}
