//! Looking at letters: a list, counts, one with all it has, and all of them as JSON Lines.

use super::filter::Filter;
use super::letter::Letter;
use super::{each, open};
use crate::article::dead::DEAD_PREFIX;
use crate::cli::StartError;
use crate::cli::process::output::record_line;
use crate::config::Settings;
use crate::page::{InLimits, NoSchemas, Preset, sample};
use crate::record::{Record, TopicPartition};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;

/// Of a page's bytes so many are shown.
const SHOWN: usize = 2000;
/// Hosts in the counts.
const HOSTS: usize = 20;

fn time(record: &Record) -> String {
    let time = record.timestamp.and_then(|t| jiff::Timestamp::from_second(t / 1000).ok());
    time.map_or_else(|| "-".into(), |t| t.to_string())
}

fn source(letter: &Letter) -> String {
    format!("{}[{}]@{}", letter.of("topic"), letter.of("partition"), letter.of("offset"))
}

pub(super) fn list(settings: &Settings, filter: &Filter, limit: usize, as_json: bool) -> anyhow::Result<()> {
    let mut scan = open(settings)?;
    // What is shown of a letter is small; its bytes are let go at once.
    let mut rows: VecDeque<(i64, Value)> = VecDeque::new();
    let mut count = 0usize;
    each(&mut scan, settings, filter, |letter| {
        count += 1;
        let row = json!({
            "letter": letter.place(), "time": time(&letter.record), "reason": letter.of("reason"), "stage": letter.of("stage"),
            "attempt": letter.attempt(), "source": source(&letter), "item": letter.of("item"), "url": letter.url(),
            "bytes": letter.record.value.as_ref().map(Vec::len), "cut": letter.is_cut(), "message": letter.of("message"),
        });
        rows.push_back((letter.record.timestamp.unwrap_or_default(), row));
        if rows.len() > limit.saturating_mul(2).max(1000) {
            newest(&mut rows, limit);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    newest(&mut rows, limit);
    let mut out = BufWriter::new(std::io::stdout().lock());
    for (_, row) in &rows {
        let text = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
        if as_json {
            writeln!(out, "{row}")?;
        } else {
            let (place, when, reason, stage) = (text("letter"), text("time"), text("reason"), text("stage"));
            writeln!(out, "{place:<10} {when} {reason:<16} {stage:<5} {:>2}  {}  {}", row["attempt"], text("url"), text("message"))?;
        }
    }
    out.flush()?;
    if !as_json {
        let shown = if rows.len() < count { format!("the newest {} of ", rows.len()) } else { String::new() };
        eprintln!("{shown}{count} letters");
    }
    Ok(())
}

/// Keeps the newest, in the order of time.
fn newest(rows: &mut VecDeque<(i64, Value)>, limit: usize) {
    rows.make_contiguous().sort_by_key(|(time, _)| *time);
    while rows.len() > limit {
        rows.pop_front();
    }
}

pub(super) fn stats(settings: &Settings, filter: &Filter) -> anyhow::Result<()> {
    let mut scan = open(settings)?;
    let mut counts: [(&str, BTreeMap<String, usize>); 5] =
        ["reason", "stage", "topic", "attempt", "host"].map(|name| (name, BTreeMap::new()));
    let (mut count, mut bytes, mut first, mut last) = (0usize, 0usize, None, None);
    each(&mut scan, settings, filter, |letter| {
        count += 1;
        bytes += letter.record.bytes();
        let time = letter.record.timestamp;
        first = first.min(time).or(time);
        last = last.max(time);
        let host = letter.host().unwrap_or_else(|| "-".into());
        let values =
            [letter.of("reason").into(), letter.of("stage").into(), letter.first_topic().into(), letter.attempt().to_string(), host];
        for ((_, of), value) in counts.iter_mut().zip(values) {
            *of.entry(value).or_default() += 1;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let mut out = std::io::stdout().lock();
    let shown = |t: Option<i64>| t.and_then(|t| jiff::Timestamp::from_second(t / 1000).ok()).map_or_else(|| "-".into(), |t| t.to_string());
    writeln!(out, "{count} letters, {bytes} bytes, from {} to {}", shown(first), shown(last))?;
    for (name, of) in counts.into_iter().filter(|(_, of)| !of.is_empty()) {
        let mut rows: Vec<(String, usize)> = of.into_iter().collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let hidden = rows.len().saturating_sub(HOSTS);
        writeln!(out, "\nby {name}")?;
        for (value, n) in rows.iter().take(HOSTS) {
            writeln!(out, "{n:>8}  {value}")?;
        }
        if hidden > 0 {
            writeln!(out, "          and {hidden} more")?;
        }
    }
    Ok(())
}

pub(super) fn one(settings: &Settings, place: &str) -> anyhow::Result<()> {
    let wrong = || StartError(format!("{place}: expected PARTITION/OFFSET, as `feedmill dlq ls` gives it"));
    let (partition, offset) = place.split_once('/').ok_or_else(wrong)?;
    let at = TopicPartition::new(settings.topics.dead.clone(), partition.parse().map_err(|_| wrong())?);
    let offset: i64 = offset.parse().map_err(|_| wrong())?;
    let mut scan = open(settings)?;
    let record = scan.fetch(&at, offset)?.ok_or_else(|| StartError(format!("there is no letter {place} in {}", settings.topics.dead)))?;
    let letter = Letter::new(record);
    let mut out = std::io::stdout().lock();
    writeln!(out, "letter      {place}, {}", time(&letter.record))?;
    writeln!(out, "reason      {}: {}", letter.of("reason"), letter.of("message"))?;
    writeln!(
        out,
        "died        in {} of {}, attempt {}, feedmill {}",
        letter.of("stage"),
        source(&letter),
        letter.attempt(),
        letter.of("version")
    )?;
    if let Some(url) = letter.url() {
        writeln!(out, "address     {url}")?;
    }
    if let Some(advice) = crate::article::DeadReason::from_name(letter.of("reason")).map(crate::article::DeadReason::advice) {
        writeln!(out, "what to do  {advice}")?;
    }
    for header in letter.record.headers.iter().filter(|h| !h.name.starts_with(DEAD_PREFIX)) {
        writeln!(out, "header      {}: {}", header.name, String::from_utf8_lossy(header.value.as_deref().unwrap_or_default()))?;
    }
    if !letter.is_cleaned() && !letter.is_cut() {
        read_again(&mut out, settings, &letter)?;
    }
    let value = letter.record.value.as_deref().unwrap_or_default();
    let cut = if letter.is_cut() { format!(" of {}", letter.of("original_size")) } else { String::new() };
    writeln!(out, "\n{} bytes{cut}:\n", value.len())?;
    // Control characters of a page must not reach the terminal.
    let text = String::from_utf8_lossy(&value[..value.len().min(SHOWN)]);
    let safe: String = text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect();
    writeln!(out, "{safe}{}", if value.len() > SHOWN { "..." } else { "" })?;
    Ok(())
}

/// What the configuration as it is now would make of the record.
fn read_again(out: &mut dyn Write, settings: &Settings, letter: &Letter) -> anyhow::Result<()> {
    let preset = preset_of(settings, letter.first_topic());
    let limits = InLimits { page_bytes: settings.limits.page_bytes };
    writeln!(out, "\nread by preset {} now:", preset.name())?;
    for (item, page) in sample::report(preset, &letter.record, &limits, &NoSchemas).pages.iter().enumerate() {
        crate::cli::check::sample::write_page(out, item, page)?;
    }
    Ok(())
}

pub(super) fn preset_of(settings: &Settings, topic: &str) -> Preset {
    settings.topics.input.iter().find(|t| &*t.topic == topic).map_or(settings.input.preset, |t| t.preset)
}

pub(super) fn export(settings: &Settings, filter: &Filter) -> anyhow::Result<()> {
    let mut scan = open(settings)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    each(&mut scan, settings, filter, |letter| {
        let Record { partition, offset, timestamp, key, value, headers, .. } = &letter.record;
        let mut line = record_line(key.as_deref(), headers, value.as_deref());
        for (name, number) in [("partition", json!(partition)), ("offset", json!(offset)), ("timestamp", json!(timestamp))] {
            line.insert(name.into(), number);
        }
        serde_json::to_writer(&mut out, &line).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(out.flush()?)
}
