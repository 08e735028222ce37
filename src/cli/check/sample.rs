//! `feedmill check --sample FILE`: what a sample record becomes, and which of its fields found no home.

use crate::cli::process::input::{Lines, is_warc, unpacked};
use crate::cli::process::warc::Records;
use crate::cli::{StartError, options, registry};
use crate::config::Settings;
use crate::page::{InLimits, Preset, Refusal, sample};
use crate::record::{Header, Record};
use anyhow::Context;
use std::io::{Read, Write};
use std::path::Path;

/// Of a file with many records so many are shown.
const SHOWN: usize = 5;
/// Of a value so much is shown.
const WIDTH: usize = 100;

/// How the sample is to be read.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct How {
    /// Show what the records of this file become and which of their fields nothing reads, and end
    ///
    /// One record or several as JSON Lines, WARC records, or with preset html a page; plain, gzip or zstd. Without --preset the format is
    /// guessed.
    #[arg(long, value_name = "FILE")]
    pub sample: Option<std::path::PathBuf>,
    /// Preset that the sample is read with, built in or one of input.mappings
    #[arg(long, value_name = "NAME", requires = "sample")]
    preset: Option<String>,
    /// A header of the sample's record, as in url=https://example.com/; may be repeated
    #[arg(long, value_name = "NAME=VALUE", requires = "sample")]
    header: Vec<String>,
    /// The key of the sample's record
    #[arg(long, value_name = "KEY", requires = "sample")]
    key: Option<String>,
    /// List the presets, and end
    #[arg(long)]
    pub presets: bool,
}

/// The presets by name, those of the configuration, too.
pub(super) fn list(out: &mut dyn Write, settings: &Settings) -> std::io::Result<()> {
    for preset in Preset::ALL {
        writeln!(out, "{:<16}{}", preset.name(), preset.about())?;
    }
    for mapping in &settings.input.mappings {
        writeln!(out, "{:<16}input.mappings of the configuration", mapping.name)?;
    }
    Ok(())
}

/// Shows the sample. Whether every record of it became a page or was left out by design.
pub(super) fn run(out: &mut dyn Write, settings: &Settings, path: &Path, how: &How) -> anyhow::Result<bool> {
    let limits = InLimits { page_bytes: settings.limits.page_bytes };
    let records = records(path, how, &limits)?;
    let first = records.first().ok_or_else(|| StartError(format!("{}: holds no record", path.display())))?;
    let preset = match &how.preset {
        Some(name) => options::preset(name, settings)?,
        None => sample::guess(first, &limits).unwrap_or(settings.input.preset),
    };
    let guessed = if how.preset.is_none() { " (guessed; --preset names another)" } else { "" };
    writeln!(out, "{} read by preset {}{guessed}", path.display(), preset.name())?;
    let schemas = registry::of(settings)?;
    let mut good = true;
    let mut homeless: Vec<String> = Vec::new();
    for (number, record) in records.iter().enumerate() {
        if preset.needs_schemas() {
            let mut id = crate::page::framing(record).ok().map(|(id, _)| id).into_iter();
            schemas.ensure(&mut id).map_err(StartError)?;
        }
        let report = sample::report(preset, record, &limits, &*schemas);
        homeless.extend(report.homeless);
        good &= report.pages.iter().all(|p| !matches!(p.page, Err(Refusal::Dead { .. })));
        if number < SHOWN {
            writeln!(out, "\nrecord {number}")?;
            for (item, page) in report.pages.iter().enumerate() {
                write_page(out, item, page)?;
            }
        }
    }
    if records.len() > SHOWN {
        writeln!(out, "\nand {} more records", records.len() - SHOWN)?;
    }
    homeless.sort();
    homeless.dedup();
    if homeless.is_empty() {
        writeln!(out, "\nevery field found a home")?;
    } else {
        writeln!(out, "\nfields that nothing reads (attributes of a mapping would carry them):")?;
        for field in homeless {
            writeln!(out, "  {field}")?;
        }
    }
    Ok(good)
}

/// One page, or why there is none.
pub(in crate::cli) fn write_page(out: &mut dyn Write, item: usize, page: &sample::Sampled) -> std::io::Result<()> {
    match &page.page {
        Ok(fields) => {
            writeln!(out, "  page {item}")?;
            for (name, value) in fields {
                let cut = if value.chars().count() > WIDTH { "..." } else { "" };
                let value: String = value.chars().take(WIDTH).map(|c| if c.is_control() { ' ' } else { c }).collect();
                writeln!(out, "    {name:<13}{value}{cut}")?;
            }
            Ok(())
        }
        Err(Refusal::Skipped(reason)) => writeln!(out, "  page {item}: skipped ({})", reason.name()),
        Err(Refusal::Dead { reason, message }) => {
            writeln!(out, "  page {item}: dead ({}): {message}\n    what to do   {}", reason.name(), reason.advice())
        }
    }
}

/// The records of a file: WARC records, the whole of it when it is one JSON document or a page, else its lines.
fn records(path: &Path, how: &How, limits: &InLimits) -> anyhow::Result<Vec<Record>> {
    let named = || path.display().to_string();
    let file = std::fs::File::open(path).map_err(|e| StartError(format!("{}: {e}", path.display())))?;
    let mut reader = unpacked(file).with_context(named)?;
    let limit = limits.event_bytes();
    let headers = how.header.iter().map(|h| {
        let (name, value) = h.split_once('=').ok_or_else(|| StartError(format!("--header {h}: expected NAME=VALUE")))?;
        Ok(Header::new(name.to_owned(), value))
    });
    let headers = headers.collect::<Result<Vec<Header>, StartError>>()?;
    let record = |number: i64, value: Vec<u8>| Record {
        topic: named().into(),
        partition: 0,
        offset: number,
        timestamp: None,
        key: how.key.as_ref().map(|k| k.as_bytes().to_vec()),
        value: Some(value),
        headers: headers.clone(),
    };
    let mut all = Vec::new();
    if is_warc(&mut reader).with_context(named)? {
        let mut records = Records::new(reader, limit);
        while let Some(line) = records.next().with_context(named)? {
            all.push(record(line.number, line.bytes));
        }
        return Ok(all);
    }
    let mut whole = Vec::new();
    reader.by_ref().take(limit as u64 + 1).read_to_end(&mut whole).with_context(named)?;
    let one = matches!(how.preset.as_deref(), Some("html")) || serde_json::from_slice::<serde_json::Value>(&whole).is_ok();
    // A pretty-printed document, or bytes with a schema id in front, which are no lines.
    if one || whole.first().is_some_and(|b| *b < 2) {
        return Ok(vec![record(0, whole)]);
    }
    let mut lines = Lines::new(std::io::BufReader::new(&whole[..]), limit);
    while let Some(line) = lines.next().with_context(named)? {
        all.push(record(line.number, line.bytes));
    }
    Ok(all)
}
