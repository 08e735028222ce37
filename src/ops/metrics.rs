//! Counters and gauges of one process, in OpenMetrics text. Names and labels are a contract with dashboards and alerts: add, never rename.
//!
//! Labels come from closed lists and from topic names; never from a page, so that their number stays small.

use crate::article::Outcome;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::sync::atomic::{AtomicU64, Ordering};

/// What `/metrics` answers with.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Buckets of `feedmill_stage_seconds`: a batch of tiny texts takes a millisecond, one of 500 large pages some seconds.
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

type Gauge64 = Gauge<f64, AtomicU64>;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct PageLabels {
    outcome: &'static str,
    /// Empty unless skipped or dead: an empty label is no label.
    reason: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct StageLabels {
    stage: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ResultLabels {
    stage: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct PartitionLabels {
    topic: String,
    partition: i32,
}

/// All figures of one process. Share it by `Arc`; every method may be called from any thread and costs some nanoseconds.
pub struct Metrics {
    registry: Registry,
    pages: Family<PageLabels, Counter>,
    batches: Family<ResultLabels, Counter>,
    transactions: Family<ResultLabels, Counter>,
    stage_seconds: Family<StageLabels, Histogram>,
    records_in: Family<StageLabels, Counter>,
    records_out: Family<StageLabels, Counter>,
    bytes_in: Family<StageLabels, Counter>,
    bytes_out: Family<StageLabels, Counter>,
    queue_bytes: Family<StageLabels, Gauge>,
    rebalances: Family<StageLabels, Counter>,
    troubles: Family<StageLabels, Counter>,
    slow_pages: Counter,
    lag: Family<PartitionLabels, Gauge>,
    documents: Gauge,
    index_bytes: Gauge,
    restore_progress: Gauge64,
    ready: Gauge,
    totals: Totals,
}

/// Sums that the summary line needs; a `Family` gives only single series.
#[derive(Default)]
struct Totals {
    outcomes: [AtomicU64; Outcome::ALL.len()],
    troubles: AtomicU64,
    failed_transactions: AtomicU64,
    lag: std::sync::Mutex<std::collections::BTreeMap<(String, i32), i64>>,
}

/// What the summary line is made of: totals since the start, and gauges as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// In the order of [`Outcome::ALL`].
    pub outcomes: [u64; Outcome::ALL.len()],
    pub troubles: u64,
    /// Aborted and unknown.
    pub failed_transactions: u64,
    /// Of all partitions of this member; `None` while no partition's lag is known.
    pub lag: Option<i64>,
    pub documents: i64,
    pub index_bytes: i64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("feedmill");
        let histogram = || Histogram::new(SECONDS);
        let mut metrics = Self {
            pages: Family::default(),
            batches: Family::default(),
            transactions: Family::default(),
            stage_seconds: Family::new_with_constructor(histogram),
            records_in: Family::default(),
            records_out: Family::default(),
            bytes_in: Family::default(),
            bytes_out: Family::default(),
            queue_bytes: Family::default(),
            rebalances: Family::default(),
            troubles: Family::default(),
            slow_pages: Counter::default(),
            lag: Family::default(),
            documents: Gauge::default(),
            index_bytes: Gauge::default(),
            restore_progress: Gauge64::default(),
            ready: Gauge::default(),
            totals: Totals::default(),
            registry: Registry::default(),
        };
        metrics.register(&mut registry);
        metrics.registry = registry;
        metrics.restore_progress.set(1.0);
        // A counter that appears with its first event is invisible to `rate()` until the second: series known ahead begin at zero.
        for outcome in Outcome::ALL {
            if !matches!(outcome, Outcome::Skipped | Outcome::Dead) {
                metrics.pages.get_or_create(&PageLabels { outcome: outcome.name(), reason: "" }).inc_by(0);
            }
        }
        metrics
    }

    fn register(&self, to: &mut Registry) {
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        to.register("build", "The program", build);
        to.register("pages", "Pages by their fate", self.pages.clone());
        to.register(
            "batches",
            "Batches by stage and result: committed, aborted, found_committed and found_aborted after a commit that timed out",
            self.batches.clone(),
        );
        to.register("transactions", "Ended transactions by stage and result: committed, aborted, unknown", self.transactions.clone());
        to.register("stage_seconds", "Seconds of work on a batch, by stage", self.stage_seconds.clone());
        to.register("records_in", "Records read, by stage", self.records_in.clone());
        to.register("records_out", "Records produced in committed transactions, by stage", self.records_out.clone());
        to.register("bytes_in", "Bytes read, by stage", self.bytes_in.clone());
        to.register("bytes_out", "Bytes produced in committed transactions, by stage", self.bytes_out.clone());
        to.register("queue_bytes", "Bytes read and not yet committed, by stage", self.queue_bytes.clone());
        to.register("rebalances", "Changes of this member's partitions, by stage", self.rebalances.clone());
        to.register("broker_troubles", "Errors that the Kafka client reported, by stage", self.troubles.clone());
        to.register("slow_pages", "Pages that took longer than limits.page_ms", self.slow_pages.clone());
        to.register("lag_records", "Records of this member's partitions that are not committed yet", self.lag.clone());
        to.register("index_documents", "Live texts in the index", self.documents.clone());
        to.register("index_bytes", "Memory of the index", self.index_bytes.clone());
        to.register("restore_progress", "Part of the index that is restored, 0 to 1", self.restore_progress.clone());
        to.register("ready", "1 when /readyz says yes", self.ready.clone());
    }

    /// `n` pages met this fate, in a transaction that is committed.
    pub fn pages(&self, outcome: Outcome, reason: Option<&'static str>, n: u64) {
        self.pages.get_or_create(&PageLabels { outcome: outcome.name(), reason: reason.unwrap_or("") }).inc_by(n);
        if let Some(at) = Outcome::ALL.iter().position(|o| *o == outcome) {
            self.totals.outcomes[at].fetch_add(n, Ordering::Relaxed);
        }
    }

    /// A batch ended: `committed` or `aborted`; after a commit that timed out `found_committed` or `found_aborted`.
    pub fn batch(&self, stage: &'static str, result: &'static str) {
        self.batches.get_or_create(&ResultLabels { stage, result }).inc();
    }

    /// A transaction ended: `committed`, `aborted` or `unknown`.
    pub fn transaction(&self, stage: &'static str, result: &'static str) {
        self.transactions.get_or_create(&ResultLabels { stage, result }).inc();
        if result != "committed" {
            self.totals.failed_transactions.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Work on one batch took so many seconds.
    pub fn stage_seconds(&self, stage: &'static str, seconds: f64) {
        self.stage_seconds.get_or_create(&StageLabels { stage }).observe(seconds);
    }

    pub fn records_in(&self, stage: &'static str, records: u64, bytes: u64) {
        self.records_in.get_or_create(&StageLabels { stage }).inc_by(records);
        self.bytes_in.get_or_create(&StageLabels { stage }).inc_by(bytes);
    }

    pub fn records_out(&self, stage: &'static str, records: u64, bytes: u64) {
        self.records_out.get_or_create(&StageLabels { stage }).inc_by(records);
        self.bytes_out.get_or_create(&StageLabels { stage }).inc_by(bytes);
    }

    pub fn queue_bytes(&self, stage: &'static str, bytes: usize) {
        self.queue_bytes.get_or_create(&StageLabels { stage }).set(whole(bytes));
    }

    pub fn rebalance(&self, stage: &'static str) {
        self.rebalances.get_or_create(&StageLabels { stage }).inc();
    }

    /// The Kafka client reported an error of its own (authentication, TLS, all brokers down).
    pub fn broker_trouble(&self, stage: &'static str) {
        self.troubles.get_or_create(&StageLabels { stage }).inc();
        self.totals.troubles.fetch_add(1, Ordering::Relaxed);
    }

    /// A page took longer than `limits.page_ms`.
    pub fn slow_page(&self) {
        self.slow_pages.inc();
    }

    /// Records between the committed offset and the end of a partition. Unknown is absent, never -1: do not call it then.
    pub fn lag(&self, topic: &str, partition: i32, records: i64) {
        self.lag.get_or_create(&PartitionLabels { topic: topic.to_owned(), partition }).set(records.max(0));
        lock(&self.totals.lag).insert((topic.to_owned(), partition), records.max(0));
    }

    /// The partition went to another member: its series ends at once, or it would stand still and look like a stuck one.
    pub fn forget_lag(&self, topic: &str, partition: i32) {
        self.lag.remove(&PartitionLabels { topic: topic.to_owned(), partition });
        lock(&self.totals.lag).remove(&(topic.to_owned(), partition));
    }

    pub fn index(&self, documents: usize, bytes: usize) {
        self.documents.set(whole(documents));
        self.index_bytes.set(whole(bytes));
    }

    /// 0 to 1; 1 when nothing is being restored.
    pub fn restore_progress(&self, part: f64) {
        self.restore_progress.set(part.clamp(0.0, 1.0));
    }

    pub fn ready(&self, ready: bool) {
        self.ready.set(i64::from(ready));
    }

    /// The text of `/metrics`.
    pub fn encode(&self) -> String {
        let mut out = String::with_capacity(8 << 10);
        // Writing into a String cannot fail; half a text would be worse than none.
        match text::encode(&mut out, &self.registry) {
            Ok(()) => out,
            Err(std::fmt::Error) => String::from("# EOF\n"),
        }
    }

    pub fn snapshot(&self) -> Snapshot {
        let lag = lock(&self.totals.lag);
        Snapshot {
            outcomes: std::array::from_fn(|at| self.totals.outcomes[at].load(Ordering::Relaxed)),
            troubles: self.totals.troubles.load(Ordering::Relaxed),
            failed_transactions: self.totals.failed_transactions.load(Ordering::Relaxed),
            lag: (!lag.is_empty()).then(|| lag.values().sum()),
            documents: self.documents.get(),
            index_bytes: self.index_bytes.get(),
        }
    }
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A panic while the lock was held leaves plain numbers behind: they are as good as before.
fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(metrics: &Metrics, line: &str) {
        let text = metrics.encode();
        assert!(text.lines().any(|l| l == line), "no line {line:?} in\n{text}");
    }

    #[test]
    fn names_and_values_are_those_of_the_contract() {
        let m = Metrics::new();
        m.pages(Outcome::New, None, 3);
        m.pages(Outcome::Skipped, Some("front_page"), 2);
        m.pages(Outcome::Dead, Some("invalid_json"), 1);
        m.pages(Outcome::New, None, 4);
        m.batch("clean", "committed");
        m.transaction("dedup", "unknown");
        m.stage_seconds("clean", 0.004);
        m.lag("pages.raw", 3, 17);
        m.index(5, 6000);
        m.restore_progress(0.25);
        m.ready(true);
        m.records_in("clean", 7, 700);
        m.records_out("dedup", 6, 600);
        m.queue_bytes("clean", 1234);
        m.rebalance("dedup");
        m.broker_trouble("clean");
        m.slow_page();
        for line in [
            r#"feedmill_pages_total{outcome="new",reason=""} 7"#,
            r#"feedmill_pages_total{outcome="skipped",reason="front_page"} 2"#,
            r#"feedmill_pages_total{outcome="dead",reason="invalid_json"} 1"#,
            r#"feedmill_pages_total{outcome="late",reason=""} 0"#,
            r#"feedmill_batches_total{stage="clean",result="committed"} 1"#,
            r#"feedmill_transactions_total{stage="dedup",result="unknown"} 1"#,
            r#"feedmill_stage_seconds_bucket{le="0.0025",stage="clean"} 0"#,
            r#"feedmill_stage_seconds_bucket{le="0.005",stage="clean"} 1"#,
            r#"feedmill_stage_seconds_sum{stage="clean"} 0.004"#,
            r#"feedmill_stage_seconds_count{stage="clean"} 1"#,
            r#"feedmill_lag_records{topic="pages.raw",partition="3"} 17"#,
            "feedmill_index_documents 5",
            "feedmill_index_bytes 6000",
            "feedmill_restore_progress 0.25",
            "feedmill_ready 1",
            r#"feedmill_records_in_total{stage="clean"} 7"#,
            r#"feedmill_bytes_in_total{stage="clean"} 700"#,
            r#"feedmill_records_out_total{stage="dedup"} 6"#,
            r#"feedmill_bytes_out_total{stage="dedup"} 600"#,
            r#"feedmill_queue_bytes{stage="clean"} 1234"#,
            r#"feedmill_rebalances_total{stage="dedup"} 1"#,
            r#"feedmill_broker_troubles_total{stage="clean"} 1"#,
            "feedmill_slow_pages_total 1",
            concat!(r#"feedmill_build_info{version=""#, env!("CARGO_PKG_VERSION"), r#""} 1"#),
        ] {
            has(&m, line);
        }
    }

    #[test]
    fn every_metric_has_help_and_type() {
        let m = Metrics::new();
        // A family without a series is left out of the text.
        m.stage_seconds("clean", 0.1);
        let text = m.encode();
        for line in ["# TYPE feedmill_pages counter", "# TYPE feedmill_stage_seconds histogram", "# TYPE feedmill_ready gauge"] {
            assert!(text.contains(line), "{text}");
        }
        assert_eq!(text.matches("# TYPE ").count(), text.matches("# HELP ").count());
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn the_lag_of_a_partition_that_went_away_is_gone() {
        let m = Metrics::new();
        m.lag("pages.raw", 0, 10);
        m.lag("pages.raw", 1, 5);
        assert_eq!(m.snapshot().lag, Some(15));
        m.forget_lag("pages.raw", 0);
        assert!(!m.encode().contains(r#"partition="0""#));
        assert_eq!(m.snapshot().lag, Some(5));
        m.forget_lag("pages.raw", 1);
        assert_eq!(m.snapshot().lag, None);
    }

    #[test]
    fn a_snapshot_has_the_outcomes_in_their_order() {
        let m = Metrics::new();
        m.pages(Outcome::New, None, 2);
        m.pages(Outcome::Dead, Some("panic"), 1);
        m.pages(Outcome::Dead, Some("crash"), 1);
        m.transaction("clean", "committed");
        m.transaction("clean", "aborted");
        let s = m.snapshot();
        assert_eq!(s.outcomes, [2, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!((s.failed_transactions, s.troubles), (1, 0));
    }
}
