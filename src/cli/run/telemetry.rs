//! What the loops tell, to metrics, health and logs.

use crate::ops::watchdog::{Guard, Watchdog};
use crate::ops::{Health, Metrics, Readiness};
use crate::record::TopicPartition;
use crate::stage::StageName;
use crate::worker::observer::{BatchResult, Done, LoopState, Observer};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Every call to the broker has a limit of its own, ten seconds at most; a turn that takes longer than this hangs in the C client.
const TURN_LIMIT: Duration = Duration::from_secs(120);
/// The same trouble is told again only after this time: a broker that is away is reported by the client many times a second.
const REPEAT: Duration = Duration::from_secs(30);

/// One per process, shared by its loops.
pub struct Telemetry {
    metrics: Arc<Metrics>,
    health: Arc<Health>,
    watchdog: Watchdog,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    turns: BTreeMap<&'static str, Guard>,
    loops: BTreeMap<&'static str, LoopState>,
    joining: BTreeMap<&'static str, Instant>,
    told: BTreeMap<String, Instant>,
    positions: BTreeMap<TopicPartition, i64>,
    /// Since when no broker answers, and the client's words.
    cut_off: Option<String>,
}

impl Telemetry {
    pub fn new(metrics: Arc<Metrics>, health: Arc<Health>, stages: &[StageName]) -> Self {
        for stage in stages {
            health.register(stage.name(), TURN_LIMIT);
        }
        Self { metrics, health, watchdog: Watchdog::start(), state: Mutex::default() }
    }

    /// The next offsets of the partitions of this process.
    pub fn positions(&self) -> BTreeMap<TopicPartition, i64> {
        self.state().positions.clone()
    }

    /// The brokers answer again, or do not.
    pub fn reachable(&self, answer: Result<(), String>) {
        let mut state = self.state();
        state.cut_off = answer.err();
        self.publish(&state);
    }

    /// A loop ended in good order.
    pub fn leave(&self, stage: StageName) {
        self.state().turns.remove(stage.name());
        self.health.leave(stage.name());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, state: &State) {
        for (stage, of) in &state.loops {
            let readiness = match (of, &state.cut_off) {
                (LoopState::Restoring { read, total }, _) => Readiness::Restoring { progress: part(*read, *total) },
                (_, Some(reason)) => Readiness::CutOff { reason: reason.clone() },
                (LoopState::Ready, _) => Readiness::Ready,
                (LoopState::Joining | LoopState::Settling, _) => {
                    Readiness::Rebalancing { since: state.joining.get(stage).copied().unwrap_or_else(Instant::now) }
                }
                (LoopState::Draining, _) => Readiness::Starting,
            };
            self.health.set(stage, readiness);
        }
        self.metrics.ready(self.health.ready().is_ok());
    }
}

fn part(read: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { (read as f64 / total as f64).min(1.0) }
}

impl Observer for Telemetry {
    fn heartbeat(&self, stage: StageName, doing: &'static str) {
        let guard = self.watchdog.guard(doing, TURN_LIMIT);
        let earlier = self.state().turns.insert(stage.name(), guard);
        drop(earlier);
        self.health.alive(stage.name());
    }

    fn batch(&self, stage: StageName, result: BatchResult) {
        self.metrics.batch(stage.name(), result.name());
        let transaction = match result {
            BatchResult::Committed | BatchResult::FoundCommitted => "committed",
            BatchResult::Aborted => "aborted",
            BatchResult::FoundAborted => "unknown",
        };
        self.metrics.transaction(stage.name(), transaction);
    }

    fn done(&self, stage: StageName, done: &Done<'_>) {
        let mut counts: BTreeMap<(crate::article::Outcome, Option<&'static str>), u64> = BTreeMap::new();
        for fate in done.fates {
            *counts.entry((fate.outcome, fate.reason)).or_default() += 1;
        }
        for ((outcome, reason), n) in counts {
            self.metrics.pages(outcome, reason, n);
        }
        self.metrics.records_in(stage.name(), done.records as u64, done.bytes as u64);
        self.metrics.records_out(stage.name(), done.out_records as u64, done.out_bytes as u64);
        tracing::debug!(
            stage = stage.name(),
            records = done.records,
            bytes = done.bytes,
            fates = done.fates.len(),
            transaction_ms = done.time.as_millis() as u64,
            "batch committed"
        );
    }

    fn worked(&self, stage: StageName, records: usize, time: Duration) {
        self.metrics.stage_seconds(stage.name(), time.as_secs_f64());
        tracing::debug!(stage = stage.name(), records, work_ms = time.as_millis() as u64, "batch worked");
    }

    fn state(&self, stage: StageName, of: LoopState) {
        let mut state = self.state();
        if state.loops.get(stage.name()) == Some(&of) {
            return;
        }
        let earlier = state.loops.insert(stage.name(), of);
        match of {
            LoopState::Joining | LoopState::Settling => {
                state.joining.entry(stage.name()).or_insert_with(Instant::now);
            }
            LoopState::Restoring { read, total } => self.metrics.restore_progress(part(read, total)),
            LoopState::Ready | LoopState::Draining => {
                state.joining.remove(stage.name());
                if matches!(earlier, Some(LoopState::Restoring { .. })) {
                    self.metrics.restore_progress(1.0);
                }
            }
        }
        self.publish(&state);
    }

    fn trouble(&self, stage: StageName, message: &str) {
        self.metrics.broker_trouble(stage.name());
        let now = Instant::now();
        let mut state = self.state();
        let quiet = state.told.get(message).is_some_and(|at| now.duration_since(*at) < REPEAT);
        if quiet {
            return;
        }
        state.told.retain(|_, at| now.duration_since(*at) < REPEAT);
        state.told.insert(message.to_owned(), now);
        drop(state);
        tracing::warn!(stage = stage.name(), "{message}");
    }

    fn note(&self, stage: StageName, message: &str) {
        tracing::info!(stage = stage.name(), "{message}");
    }

    fn position(&self, partition: &TopicPartition, next: Option<i64>) {
        let mut state = self.state();
        match next {
            Some(next) => {
                if let Some(at) = state.positions.get_mut(partition) {
                    *at = next;
                } else {
                    state.positions.insert(partition.clone(), next);
                }
            }
            None => {
                state.positions.remove(partition);
                self.metrics.forget_lag(&partition.topic, partition.partition);
            }
        }
    }

    fn queued(&self, stage: StageName, bytes: usize) {
        self.metrics.queue_bytes(stage.name(), bytes);
    }

    fn held(&self, documents: usize, bytes: usize) {
        self.metrics.index(documents, bytes);
    }

    fn slow(&self, stage: StageName, partition: &TopicPartition, offset: i64, time: Duration) {
        self.metrics.slow_page();
        tracing::warn!(stage = stage.name(), %partition, offset, page_ms = time.as_millis() as u64, "slow page");
    }

    fn rebalanced(&self, stage: StageName) {
        self.metrics.rebalance(stage.name());
    }
}
