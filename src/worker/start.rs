//! Both loops of the process: their stages, buses and threads.

use super::batch::BatchLimits;
use super::desk::ThreadDesk;
use super::observer::Observer;
use super::run::{Broken, RealClock, drive};
use super::{Loop, LoopSettings, Stop};
use crate::bus::kafka::{BusRole, KafkaBus};
use crate::bus::{BusError, ErrorClass};
use crate::config::Settings;
use crate::record::TopicPartition;
use crate::stage::clean::{CleanStage, SchemaSource};
use crate::stage::dedup::DedupStage;
use crate::stage::{Stage, StageName};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// What finishing the batch in hand may take when partitions are revoked: half of the session timeout, so that the group does not
/// throw this member out meanwhile.
const REVOKE_BUDGET: Duration = Duration::from_secs(5);

/// Why a loop ended.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    /// It never began.
    #[error(transparent)]
    Start(BusError),
    #[error("{stage} loop: {stop}", stage = .0.name(), stop = .1)]
    Running(StageName, Stop),
}

/// The loops of a process.
pub struct Running {
    threads: Vec<JoinHandle<Result<(), Ended>>>,
}

/// Starts the loops. `stop` drains them; it is also set when one of them ends with an error, so that none goes on alone.
/// `schemas` are those of the records; `test_hooks` lets the tests' poison pages act.
pub fn start(
    settings: &Settings,
    stages: &[StageName],
    observer: Arc<dyn Observer>,
    stop: Arc<AtomicBool>,
    schemas: Arc<dyn SchemaSource>,
    test_hooks: bool,
) -> std::io::Result<Running> {
    let instance = settings.app.instance.clone().unwrap_or_else(|| format!("{:016x}", fastrand::u64(..)));
    let mut threads = Vec::new();
    for &stage in stages {
        let (settings, observer, stop, instance) = (settings.clone(), observer.clone(), stop.clone(), instance.clone());
        let schemas = schemas.clone();
        threads.push(std::thread::Builder::new().name(format!("{}-loop", stage.name())).spawn(move || {
            let ended = one(&settings, stage, &instance, observer, &stop, schemas, test_hooks);
            if ended.is_err() {
                stop.store(true, Ordering::Relaxed);
            }
            ended
        })?);
    }
    Ok(Running { threads })
}

impl Running {
    /// Waits for all loops; the first error counts.
    pub fn join(self) -> Result<(), Ended> {
        let mut first = Ok(());
        for thread in self.threads {
            let ended = thread
                .join()
                .unwrap_or_else(|_| Err(Ended::Start(BusError::new(ErrorClass::Stop, "a loop's thread panicked; the log has the place"))));
            if first.is_ok() {
                first = ended;
            }
        }
        first
    }

    /// Whether all loops have ended.
    pub fn is_finished(&self) -> bool {
        self.threads.iter().all(JoinHandle::is_finished)
    }
}

fn one(
    settings: &Settings,
    name: StageName,
    instance: &str,
    observer: Arc<dyn Observer>,
    stop: &AtomicBool,
    schemas: Arc<dyn SchemaSource>,
    test_hooks: bool,
) -> Result<(), Ended> {
    observer.heartbeat(name, "connect");
    let role = BusRole::new(settings, name.name(), instance, inputs(settings, name));
    let bus = KafkaBus::new(settings, role).map_err(Ended::Start)?;
    let stage: Box<dyn Stage> = match name {
        StageName::Clean => Box::new(CleanStage::new(settings).with_schemas(schemas).with_test_hooks(test_hooks)),
        StageName::Dedup => Box::new(DedupStage::new(settings)),
    };
    let changelogs = changelogs(settings, name);
    let desk = ThreadDesk::start(stage, move |source| {
        changelogs.iter().map(|topic| TopicPartition::new(topic.clone(), source.partition)).collect()
    })
    .map_err(|e| Ended::Running(name, Stop::Other(format!("no thread for the stage: {e}"))))?;
    let of = LoopSettings {
        stage: name,
        batch: BatchLimits {
            max_records: settings.batch.max_records,
            max_bytes: settings.batch.max_bytes,
            max_wait: settings.batch.max_wait,
        },
        start: match name {
            StageName::Clean => settings.input.start,
            // Where `internal.clean` begins is not the user's choice: all of it counts.
            StageName::Dedup => crate::config::settings::Start::Earliest,
        },
        revoke_budget: REVOKE_BUDGET,
        drain: settings.run.drain,
    };
    drive(Loop::new(bus, desk, RealClock::start(), of, observer), stop).map_err(|broken| match broken {
        // A right that is missing, say: the broker tells it only to who joins.
        Broken { stop: Stop::Bus(e), unjoined: true } if e.class == ErrorClass::Stop => Ended::Start(e),
        Broken { stop, .. } => Ended::Running(name, stop),
    })
}

/// The topics that a stage reads.
pub fn inputs(settings: &Settings, stage: StageName) -> Vec<Arc<str>> {
    match stage {
        StageName::Clean => settings.topics.input.iter().map(|t| t.topic.clone()).chain(settings.topics.retry.clone()).collect(),
        StageName::Dedup => vec![settings.topics.internal_clean.clone()],
    }
}

fn changelogs(settings: &Settings, stage: StageName) -> Vec<Arc<str>> {
    match stage {
        StageName::Clean => Vec::new(),
        StageName::Dedup => vec![settings.topics.internal_addresses.clone(), settings.topics.internal_texts.clone()],
    }
}
