//! `feedmill demo`: an embedded broker, sample pages of many kinds, the real worker; shows what became of each page and ends by itself.

mod broker;
mod fates;
mod live;
mod pages;
mod show;

use crate::article::Outcome;
use crate::config::Settings;
use crate::config::settings::InputTopic;
use crate::page::Preset;
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
/// Between two pages on a terminal, so that the rows can be followed.
const PACE: Duration = Duration::from_millis(80);

pub fn run(_: Arguments) -> anyhow::Result<()> {
    let term = console::Term::stdout();
    let form = if term.is_term() { Form::Table { width: usize::from(term.size().1).min(160) } } else { Form::JsonLines };
    let samples = pages::samples();
    let settings = settings();
    let mut show = Show::new(std::io::stdout().lock(), form);
    let began = Instant::now();
    show.head(samples.len())?;
    let mut odd = Vec::new();
    let pace = if term.is_term() { PACE } else { Duration::ZERO };
    live::work(&settings, INPUT, &samples, pace, &mut |number, sample, fate| {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{OutRecord, Record};
    use crate::stage::{Stage, Work, clean::CleanStage, dedup::DedupStage};

    fn record(topic: &str, offset: i64, out: OutRecord) -> Record {
        Record { topic: topic.into(), partition: 0, offset, timestamp: None, key: out.key, value: out.value, headers: out.headers }
    }

    /// The stages called directly, page by page.
    fn fates_of(settings: &Settings, samples: &[Sample]) -> Vec<fates::Fate> {
        let mut clean = CleanStage::new(settings);
        let mut dedup = DedupStage::new(settings);
        let mut fates = fates::Fates::new(&settings.topics, INPUT);
        let mut cleaned = 0;
        for (offset, sample) in samples.iter().enumerate() {
            let page =
                OutRecord { topic: INPUT.into(), partition: None, key: None, value: sample.value.clone(), headers: vec![], source: 0 };
            for out in clean.process(vec![Work::from(record(INPUT, offset as i64, page))]).unwrap().records {
                let outputs = if out.topic == settings.topics.internal_clean {
                    let envelope = record(&settings.topics.internal_clean, cleaned, out);
                    cleaned += 1;
                    let decided = dedup.process(vec![Work::from(envelope)]).unwrap();
                    dedup.merge();
                    decided.records
                } else {
                    vec![out]
                };
                for out in outputs.into_iter().filter(|o| !o.topic.contains(".internal.")) {
                    fates.take(&record(&out.topic.clone(), 0, out)).unwrap();
                }
            }
        }
        std::iter::from_fn(|| fates.next()).collect()
    }

    #[test]
    fn every_sample_ends_as_it_should() {
        let samples = pages::samples();
        let fates = fates_of(&settings(), &samples);
        assert_eq!(fates.len(), samples.len());
        let odd: Vec<String> =
            samples.iter().zip(&fates).enumerate().filter_map(|(at, (sample, fate))| unexpected(at + 1, sample, fate)).collect();
        assert!(odd.is_empty(), "{}", odd.join("\n"));
    }

    #[test]
    fn the_embedded_broker_gives_the_same_fates_as_the_stages() {
        let samples = pages::samples();
        let mut told = Vec::new();
        live::work(&settings(), INPUT, &samples, Duration::ZERO, &mut |_, _, fate| {
            told.push((fate.outcome.outcome, fate.outcome.reason.clone()));
            Ok(())
        })
        .unwrap();
        let direct: Vec<_> = fates_of(&settings(), &samples).into_iter().map(|f| (f.outcome.outcome, f.outcome.reason)).collect();
        assert_eq!(told, direct);
    }
}
