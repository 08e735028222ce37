//! `feedmill demo`: an embedded broker, sample pages of many kinds, the real worker; shows what became of each page and ends by itself.

#[allow(dead_code)]
mod broker;
mod fates;
mod pages;
mod show;

use crate::article::Outcome;
use crate::config::Settings;
use crate::config::settings::InputTopic;
use crate::page::Preset;
use anyhow::Context;
use fates::Fates;
use pages::Sample;
use show::{Form, Show};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Shows in seconds what feedmill does: sample pages through the real worker on an embedded broker.
///
/// Needs no Kafka, no network and no configuration. On a terminal it shows one row a page: what it was, its fate, and what the worker
/// found in it. Elsewhere it prints JSON Lines: {"sample", "what", "outcome", "record"}.
#[derive(clap::Args)]
#[command(after_long_help = "Examples:\n  feedmill demo\n  feedmill demo | head -1     # one whole article record")]
pub struct Arguments {}

const INPUT: &str = "demo.pages";
/// The whole demo takes a few seconds; a machine so busy that it takes this long shows nothing pleasant.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn run(_: Arguments) -> anyhow::Result<()> {
    let term = console::Term::stdout();
    let form = if term.is_term() { Form::Table { width: usize::from(term.size().1).min(160) } } else { Form::JsonLines };
    let samples = pages::samples();
    let settings = settings();
    let mut show = Show::new(std::io::stdout().lock(), form);
    let began = Instant::now();
    show.head(samples.len())?;
    let mut odd = Vec::new();
    work(&settings, &samples, &mut |number, sample, fate| {
        odd.extend(unexpected(number, sample, fate));
        Ok(show.fate(number, sample, fate)?)
    })?;
    show.close(began.elapsed().as_secs_f64())?;
    anyhow::ensure!(odd.is_empty(), "this build of feedmill is not in order:\n  {}", odd.join("\n  "));
    Ok(())
}

/// A page that did not end as it should: the demo is a first test of a build, too.
fn unexpected(number: usize, sample: &Sample, fate: &fates::Fate) -> Option<String> {
    let (outcome, reason) = (fate.outcome.outcome, fate.outcome.reason.as_deref());
    let told = |outcome: Outcome, reason: Option<&str>| match reason {
        Some(reason) => format!("{} ({reason})", outcome.name()),
        None => outcome.name().to_owned(),
    };
    let (wanted, why) = sample.expected;
    let good = outcome == wanted && reason == why;
    (!good).then(|| format!("page {number}, {}: {} instead of {}", sample.what, told(outcome, reason), told(wanted, why)))
}

/// The defaults, with topics of its own and short waits.
fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.topics.input = vec![InputTopic { topic: Arc::from(INPUT), preset: Preset::Native }];
    settings.topics.outcomes = Some(Arc::from("feedmill.outcomes"));
    settings.batch.max_wait = Duration::from_millis(50);
    settings.admin.listen = None;
    settings
}

/// Called with the number (from 1), the sample and its fate, in the order of the input.
type Told<'a> = &'a mut dyn FnMut(usize, &Sample, &fates::Fate) -> anyhow::Result<()>;

/// Runs the samples through both stages, one after the other.
fn work(settings: &Settings, samples: &[Sample], told: Told<'_>) -> anyhow::Result<()> {
    use crate::record::Record;
    use crate::stage::{Stage, Work, clean::CleanStage, dedup::DedupStage};
    let mut clean = CleanStage::new(settings);
    let mut dedup = DedupStage::new(settings);
    let mut fates = Fates::new(&settings.topics, INPUT);
    let began = Instant::now();
    let mut cleaned = 0;
    for (offset, sample) in samples.iter().enumerate() {
        anyhow::ensure!(began.elapsed() < PATIENCE, "the demo takes too long");
        let record = Record {
            topic: Arc::from(INPUT),
            partition: 0,
            offset: offset as i64,
            timestamp: None,
            key: None,
            value: sample.value.clone(),
            headers: Vec::new(),
        };
        let mut outputs = Vec::new();
        for out in clean.process(vec![Work::from(record)])?.records {
            if out.topic == settings.topics.internal_clean {
                let record = Record {
                    topic: out.topic,
                    partition: 0,
                    offset: cleaned,
                    timestamp: None,
                    key: out.key,
                    value: out.value,
                    headers: out.headers,
                };
                cleaned += 1;
                outputs.extend(dedup.process(vec![Work::from(record)])?.records);
                dedup.merge();
            } else {
                outputs.push(out);
            }
        }
        for out in outputs {
            if [&settings.topics.internal_addresses, &settings.topics.internal_texts].contains(&&out.topic) {
                continue;
            }
            fates.take(&Record {
                topic: out.topic,
                partition: 0,
                offset: 0,
                timestamp: None,
                key: out.key,
                value: out.value,
                headers: out.headers,
            })?;
        }
        while let Some(fate) = fates.next() {
            let number = fates.done();
            told(number, samples.get(number - 1).context("a fate of no page")?, &fate)?;
        }
    }
    Ok(())
}
