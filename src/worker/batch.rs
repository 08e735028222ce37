//! The batch that is being collected.

use crate::record::{Record, TopicPartition};
use crate::stage::Work;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub struct BatchLimits {
    pub max_records: usize,
    pub max_bytes: usize,
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
    since: Duration,
}

impl Filling {
    pub fn new(limits: BatchLimits) -> Self {
        Self { limits, work: Vec::new(), portion: Portion::default(), since: Duration::ZERO }
    }

    pub fn is_empty(&self) -> bool {
        self.work.is_empty()
    }

    pub fn clear(&mut self) {
        self.work.clear();
        self.portion = Portion::default();
    }

    pub fn push(&mut self, work: Work, now: Duration) {
        if self.work.is_empty() {
            self.since = now;
        }
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

    /// Full, or waiting long enough.
    pub fn is_due(&self, now: Duration) -> bool {
        !self.work.is_empty() && (self.is_full() || now.saturating_sub(self.since) >= self.limits.max_wait)
    }

    /// How long until it is due by time.
    pub fn due_in(&self, now: Duration) -> Option<Duration> {
        (!self.work.is_empty()).then(|| (self.since + self.limits.max_wait).saturating_sub(now))
    }

    pub fn portion(&self) -> &Portion {
        &self.portion
    }

    /// The batch, leaving this empty.
    pub fn take(&mut self, epoch: u64) -> (Portion, Vec<Work>) {
        let mut portion = std::mem::take(&mut self.portion);
        portion.epoch = epoch;
        (portion, std::mem::take(&mut self.work))
    }
}
