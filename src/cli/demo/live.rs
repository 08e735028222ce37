//! The demo's worker: both loops on the embedded broker, fed page by page, until every page has its fate.

use super::broker::Broker;
use super::fates::{Fate, Fates};
use super::pages::Sample;
use crate::config::Settings;
use crate::page::NoSchemas;
use crate::stage::StageName;
use crate::worker::observer::Observer;
use crate::worker::start::{Running, start};
use anyhow::{Context, bail};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The whole demo takes a few seconds; on a machine so busy that it takes this long it ends with an error.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long one look at the outputs waits.
const LOOK: Duration = Duration::from_millis(20);

/// Called with the number (from 1), the sample and its fate, in the order of the input.
pub type Told<'a> = &'a mut dyn FnMut(usize, &Sample, &Fate) -> anyhow::Result<()>;

/// Feeds the samples, one every `pace`, and tells the fates as they come.
pub fn work(settings: &Settings, input: &str, samples: &[Sample], pace: Duration, told: Told<'_>) -> anyhow::Result<()> {
    let broker = Broker::start()?;
    let mut settings = settings.clone();
    settings.kafka.bootstrap_servers = broker.address().to_owned();
    let topics = &settings.topics;
    let outcomes = topics.outcomes.as_deref().context("the demo needs the outcomes")?;
    let outputs = [&*topics.articles, &*topics.duplicates, &*topics.dead, outcomes];
    let internal = [&*topics.internal_clean, &*topics.internal_addresses, &*topics.internal_texts];
    for topic in [input].iter().chain(&internal).chain(&outputs) {
        broker.create_topic(topic, 1)?;
    }
    let reader = broker.reader(&outputs)?;
    let worker = Worker::start(&settings)?;
    let mut fates = Fates::new(topics, input);
    let mut fed = 0;
    let began = Instant::now();
    while fates.done() < samples.len() {
        if fed < samples.len() && began.elapsed() >= pace * u32::try_from(fed).unwrap_or(u32::MAX) {
            broker.feed(input, samples[fed].value.as_deref())?;
            fed += 1;
        }
        if let Some(record) = reader.next(LOOK.min(pace.max(Duration::from_millis(1))))? {
            fates.take(&record)?;
        }
        while let Some(fate) = fates.next() {
            let number = fates.done();
            told(number, samples.get(number - 1).context("a fate of no page")?, &fate)?;
        }
        if worker.running.is_finished() || began.elapsed() > PATIENCE {
            return worker.ended_early(fates.done());
        }
    }
    worker.end()
}

struct Worker {
    running: Running,
    stop: Arc<AtomicBool>,
    troubles: Arc<Troubles>,
}

impl Worker {
    fn start(settings: &Settings) -> anyhow::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let troubles = Arc::new(Troubles::default());
        let running = start(settings, &[StageName::Clean, StageName::Dedup], troubles.clone(), stop.clone(), Arc::new(NoSchemas), false)?;
        Ok(Self { running, stop, troubles })
    }

    fn end(self) -> anyhow::Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(self.running.join()?)
    }

    fn ended_early(self, done: usize) -> anyhow::Result<()> {
        let troubles = self.troubles.0.lock().unwrap_or_else(PoisonError::into_inner).join("; ");
        self.end()?;
        bail!("the worker gave only {done} fates; it said: {troubles}")
    }
}

/// Keeps what the loops complain of, for the case that the demo fails.
#[derive(Default)]
struct Troubles(Mutex<Vec<String>>);

impl Observer for Troubles {
    fn trouble(&self, stage: StageName, message: &str) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < 10 {
            told.push(format!("{}: {message}", stage.name()));
        }
    }
}
