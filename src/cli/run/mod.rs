//! `feedmill run`: both loops, or one of them, until a signal.

mod lag;
pub mod telemetry;

use super::options::ConfigOptions;
use super::{StartError, topics};
use crate::config::Settings;
use crate::ops::{Admin, Health, Metrics, logging, summary};
use crate::stage::StageName;
use crate::stage::clean::SchemaSource;
use crate::worker::start::{Ended, start};
use anyhow::Context;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use telemetry::Telemetry;

/// Reads page events from the input topics, publishes articles, until SIGTERM or SIGINT.
///
/// Runs both loops in one process. Exit code 0 after a drain, 1 when it failed while running, 2 when it could not start.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOptions,
    /// Run only one loop: `clean` scales with the input's partitions, `dedup` owns the index
    #[arg(long, value_parser = ["clean", "dedup"])]
    stage: Option<String>,
}

/// The tests' poison pages act only in a process that was started with this variable.
const TEST_HOOKS: &str = "FEEDMILL_TEST_HOOKS";

pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    // First of all: a signal that comes during the start must drain, too.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("no runtime for signals and the admin listener")?;
    let stop = Arc::new(AtomicBool::new(false));
    listen_to_signals(&runtime, stop.clone());
    let loaded = arguments.config.load()?;
    let settings = loaded.settings;
    logging::init(&settings.log).map_err(start_error)?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(settings.run.threads)
        .thread_name(|i| format!("worker-{i}"))
        .build_global()
        .map_err(start_error)?;
    let stages = match arguments.stage.as_deref() {
        Some("clean") => vec![StageName::Clean],
        Some("dedup") => vec![StageName::Dedup],
        _ => vec![StageName::Clean, StageName::Dedup],
    };
    let metrics = Arc::new(Metrics::new());
    let health = Arc::new(Health::new());
    let telemetry = Arc::new(Telemetry::new(metrics.clone(), health.clone(), &stages));
    let admin =
        settings.admin.listen.map(|listen| Admin::start(runtime.handle(), listen, &settings.admin, health.clone(), metrics.clone()));
    let admin = admin.transpose().map_err(start_error)?;
    let schemas = super::registry::of(&settings)?;
    topics::ensure(&settings)?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        app = settings.app.id,
        bootstrap_servers = settings.kafka.bootstrap_servers,
        admin = admin.as_ref().map(|a| a.address().to_string()),
        threads = settings.run.threads,
        "feedmill starts"
    );
    let minutes = summary::start(runtime.handle(), metrics.clone(), summary::EVERY);
    let ended = loops(&settings, &stages, &telemetry, &metrics, schemas, &stop);
    minutes.abort();
    runtime.shutdown_background();
    match ended {
        Ok(()) => {
            tracing::info!("drained; feedmill ends");
            Ok(())
        }
        Err(Ended::Start(e)) => Err(start_error(e).into()),
        Err(e) => {
            tracing::error!(error = %e, "feedmill ends");
            Err(e.into())
        }
    }
}

fn start_error(error: impl std::fmt::Display) -> StartError {
    StartError(error.to_string())
}

fn loops(
    settings: &Settings,
    stages: &[StageName],
    telemetry: &Arc<Telemetry>,
    metrics: &Arc<Metrics>,
    schemas: Arc<dyn SchemaSource>,
    stop: &Arc<AtomicBool>,
) -> Result<(), Ended> {
    let test_hooks = std::env::var(TEST_HOOKS).is_ok_and(|v| v == "1");
    let running = start(settings, stages, telemetry.clone(), stop.clone(), schemas, test_hooks)
        .map_err(|e| Ended::Running(stages[0], crate::worker::Stop::Other(e.to_string())))?;
    let lag = lag::start(settings, telemetry.clone(), metrics.clone(), stop.clone());
    let ended = running.join();
    if let Ok(thread) = lag {
        let _ = thread.join();
    }
    ended
}

/// The first signal drains; the second ends at once. The handlers stand when this returns.
fn listen_to_signals(runtime: &tokio::runtime::Runtime, stop: Arc<AtomicBool>) {
    use tokio::signal::unix::{SignalKind, signal};
    let _inside = runtime.enter();
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        tracing::error!("cannot listen to signals: SIGTERM will end the process without a drain");
        return;
    };
    runtime.spawn(async move {
        let mut name = "SIGTERM";
        for first in [true, false] {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => name = "SIGINT",
            }
            if first {
                tracing::info!(signal = name, "draining: the batch in hand is finished, then feedmill ends; again ends at once");
                stop.store(true, Ordering::Relaxed);
            }
        }
        tracing::warn!(signal = name, "second signal: ends at once");
        std::process::exit(1);
    });
}
