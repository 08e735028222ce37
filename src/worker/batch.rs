//! The batch that is being collected.

use crate::record::{Record, TopicPartition};
use crate::stage::Work;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub struct BatchLimits {
    pub max_records: usize,
    pub max_bytes: usize,
    /// From the beginning of one batch to the beginning of the next, unless it is full: after a pause the first record goes at once.
    pub max_wait: Duration,
}

/// What a batch is to the log: the offsets that its transaction commits.
#[derive(Debug, Clone, Default)]
pub struct Portion {
    pub epoch: u64,
    /// The next offset to read of each partition, once this batch is committed.
    pub next: BTreeMap<TopicPartition, i64>,
    /// Where each record stood, by its place in the batch.
    pub places: Vec<(TopicPartition, i64)>,
    pub bytes: usize,
}

/// Records that wait for the desk.
#[derive(Debug)]
pub struct Filling {
    limits: BatchLimits,
    work: Vec<Work>,
    portion: Portion,
    /// When the last batch was taken.
    taken: Option<Duration>,
}

impl Filling {
    pub fn new(limits: BatchLimits) -> Self {
        Self { limits, work: Vec::new(), portion: Portion::default(), taken: None }
    }

    pub fn is_empty(&self) -> bool {
        self.work.is_empty()
    }

    pub fn clear(&mut self) {
        self.work.clear();
        self.portion = Portion::default();
    }

    pub fn push(&mut self, work: Work) {
        let Record { offset, .. } = work.record;
        let place = work.record.topic_partition();
        self.portion.next.insert(place.clone(), offset + 1);
        self.portion.places.push((place, offset));
        self.portion.bytes += work.record.bytes();
        self.work.push(work);
    }

    /// No room for more.
    pub fn is_full(&self) -> bool {
        self.work.len() >= self.limits.max_records || self.portion.bytes >= self.limits.max_bytes
    }

    /// Full, or the last one is long enough ago.
    pub fn is_due(&self, now: Duration) -> bool {
        self.due_in(now).is_some_and(|wait| self.is_full() || wait.is_zero())
    }

    /// How long until it is due by time. Bounds the transactions a second as a wait from the first record would, but lets nobody wait who
    /// comes after a pause: a page goes through two loops and would wait twice.
    pub fn due_in(&self, now: Duration) -> Option<Duration> {
        let due = self.taken.map_or(Duration::ZERO, |taken| taken + self.limits.max_wait);
        (!self.work.is_empty()).then(|| due.saturating_sub(now))
    }

    pub fn portion(&self) -> &Portion {
        &self.portion
    }

    /// The batch, leaving this empty.
    pub fn take(&mut self, epoch: u64, now: Duration) -> (Portion, Vec<Work>) {
        self.taken = Some(now);
        let mut portion = std::mem::take(&mut self.portion);
        portion.epoch = epoch;
        (portion, std::mem::take(&mut self.work))
    }
}
