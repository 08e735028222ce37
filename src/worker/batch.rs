//! The batch that is being collected.

use crate::record::{Record, TopicPartition};
use crate::stage::Work;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub struct BatchLimits {
    pub max_records: usize,
    /// Of memory, for the records and what is made of them.
    pub max_bytes: usize,
    /// From the beginning of one batch to the beginning of the next, unless it is full: after a pause the first record goes at once.
    pub max_wait: Duration,
}

/// Failures in a row that say nothing about the size of batches: rebalances, a broker that is replaced.
const FAILURES_AT_FULL_SIZE: u32 = 3;
/// A 1,024th of the limits.
const MOST_SHRINK: u32 = 10;
/// What a batch holds in memory while it is worked on, as a multiple of its records' bytes: the record, the page decoded from it, the
/// page's tree, the outputs. `max_bytes` bounds this. Larger batches were measured to cost a fifth more CPU a page: what was read first has
/// left the caches when its turn comes.
const WORKING_SET: usize = 4;

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
    /// Batches are smaller by this power of two than the limits say.
    shrink: u32,
    /// When the last batch was taken.
    taken: Option<Duration>,
}

impl Filling {
    pub fn new(limits: BatchLimits) -> Self {
        Self { limits, work: Vec::new(), portion: Portion::default(), shrink: 0, taken: None }
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

    /// Makes batches smaller after failures in a row: a broker that cannot take a batch within the time of a transaction may take half.
    pub fn shrink_after(&mut self, failures: u32) {
        self.shrink = failures.saturating_sub(FAILURES_AT_FULL_SIZE).min(MOST_SHRINK);
    }

    /// No room for more.
    pub fn is_full(&self) -> bool {
        self.work.len() >= (self.limits.max_records >> self.shrink).max(1)
            || self.portion.bytes * WORKING_SET >= self.limits.max_bytes >> self.shrink
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

#[cfg(test)]
mod tests {
    use super::*;

    fn work(offset: i64) -> Work {
        let record =
            Record { topic: "in".into(), partition: 0, offset, timestamp: None, key: None, value: Some(vec![0; 10]), headers: Vec::new() };
        Work::from(record)
    }

    #[test]
    fn a_batch_closes_by_count_and_smaller_after_failures() {
        let limits = BatchLimits { max_records: 8, max_bytes: 1 << 20, max_wait: Duration::from_secs(3600) };
        let mut filling = Filling::new(limits);
        let fill = |filling: &mut Filling| {
            let mut n = 0;
            while !filling.is_full() {
                filling.push(work(n));
                n += 1;
            }
            filling.take(0, Duration::ZERO);
            n
        };
        assert_eq!(fill(&mut filling), 8);
        filling.shrink_after(FAILURES_AT_FULL_SIZE);
        assert_eq!(fill(&mut filling), 8);
        filling.shrink_after(FAILURES_AT_FULL_SIZE + 1);
        assert_eq!(fill(&mut filling), 4);
        filling.shrink_after(1000);
        assert_eq!(fill(&mut filling), 1);
        filling.shrink_after(0);
        assert_eq!(fill(&mut filling), 8);
    }

    #[test]
    fn the_portion_names_the_next_offsets() {
        let mut filling = Filling::new(BatchLimits { max_records: 8, max_bytes: 1 << 20, max_wait: Duration::ZERO });
        filling.push(work(41));
        filling.push(work(42));
        let (portion, batch) = filling.take(7, Duration::ZERO);
        assert_eq!(portion.next[&TopicPartition::new("in", 0)], 43);
        assert_eq!((portion.epoch, portion.places.len(), batch.len()), (7, 2, 2));
        assert!(filling.is_empty());
    }
}
