//! Reads changelogs from the low mark to the end, read committed.
//!
//! The end cannot be found by offsets alone: a log ends in control records, which move no position, so "the position has reached the end" never
//! comes true. So: take the end that a read_uncommitted client sees, wait until the last stable offset has reached it (no transaction lies open before it),
//! then read up to librdkafka's end-of-partition event.

use super::consumer::{record, serve, watermarks, with_offsets};
use super::context::MemberContext;
use super::errors::{Call, bus_error, configuration_error};
use crate::bus::{BusError, Changelog, ErrorClass};
use crate::record::{Record, TopicPartition};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::Message;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

const ASK: Duration = Duration::from_secs(10);
/// Time for an open transaction to end. Ours last 10 s at most after the death of their process; the rest is reserve for slow brokers.
const STABLE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// The longest silence while records are still to come.
const SILENCE: Duration = Duration::from_secs(60);

/// What there is to read of one partition.
struct Span {
    partition: TopicPartition,
    low: i64,
    end: i64,
}

pub(super) struct ChangelogReader {
    config: ClientConfig,
    marks: ClientConfig,
    partitions: Vec<TopicPartition>,
    consumer: Option<BaseConsumer<MemberContext>>,
    /// `None` until the end marks are taken.
    left: Option<VecDeque<Span>>,
    /// The partition being read is the first of `left` and is assigned.
    reading: bool,
    /// Offsets behind us in the partitions that are finished, and in the present one.
    finished: u64,
    within: u64,
    total: u64,
}

impl ChangelogReader {
    pub(super) fn new(config: ClientConfig, marks: ClientConfig, partitions: &[TopicPartition]) -> Self {
        let partitions = partitions.to_vec();
        Self { config, marks, partitions, consumer: None, left: None, reading: false, finished: 0, within: 0, total: 0 }
    }

    fn consumer(&mut self) -> Result<&BaseConsumer<MemberContext>, BusError> {
        let consumer = match self.consumer.take() {
            Some(consumer) => consumer,
            None => self.config.create_with_context(MemberContext::default()).map_err(|e| configuration_error("changelog reader", &e))?,
        };
        Ok(self.consumer.insert(consumer))
    }

    /// Takes the end marks and waits until no open transaction lies before them.
    fn take_marks(&mut self) -> Result<(), BusError> {
        let uncommitted: BaseConsumer<MemberContext> =
            self.marks.create_with_context(MemberContext::default()).map_err(|e| configuration_error("changelog reader", &e))?;
        serve(&uncommitted);
        serve(self.consumer()?);
        let mut spans = VecDeque::new();
        for partition in self.partitions.clone() {
            let (low, end) = watermarks(&uncommitted, &partition, ASK)?;
            spans.push_back(Span { partition, low, end });
        }
        for span in &spans {
            self.wait_until_stable(span)?;
        }
        self.total = spans.iter().map(Span::len).sum();
        self.left = Some(spans);
        Ok(())
    }

    fn wait_until_stable(&mut self, span: &Span) -> Result<(), BusError> {
        let deadline = Instant::now() + STABLE;
        let consumer = self.consumer()?;
        loop {
            match watermarks(consumer, &span.partition, ASK) {
                Ok((_, stable)) if stable >= span.end => return Ok(()),
                Err(e) if e.class != ErrorClass::Retriable || Instant::now() > deadline => return Err(e),
                Ok(_) | Err(_) => {}
            }
            if Instant::now() > deadline {
                return Err(BusError::new(
                    ErrorClass::Retriable,
                    format!(
                        "{}: an open transaction hides the end of the log; look for a producer outside of this application",
                        span.partition
                    ),
                ));
            }
            // Nothing is assigned: this only waits, and serves the client's events meanwhile.
            let _ = consumer.poll(LOOK_AGAIN);
        }
    }

    /// Goes to the partition that is next. False: there is none.
    fn next_partition(&mut self) -> Result<bool, BusError> {
        loop {
            let Some(span) = self.left.as_ref().and_then(VecDeque::front) else { return Ok(false) };
            if span.low >= span.end {
                self.finish();
                continue;
            }
            let list = with_offsets(&[(span.partition.clone(), span.low)])?;
            let what = format!("reading {}", span.partition);
            self.consumer()?.assign(&list).map_err(|e| bus_error(Call::Ask, what, &e))?;
            self.reading = true;
            return Ok(true);
        }
    }

    fn finish(&mut self) {
        if let Some(span) = self.left.as_mut().and_then(VecDeque::pop_front) {
            self.finished += span.len();
        }
        self.within = 0;
        self.reading = false;
    }

    /// The next row of the partition that is assigned; `None` at its end.
    fn next_row(&mut self) -> Result<Option<Record>, BusError> {
        let Some(Span { partition, low, end }) = self.left.as_ref().and_then(|l| l.front()) else { return Ok(None) };
        let (topic, number, low, end) = (partition.topic.clone(), partition.partition, *low, *end);
        let deadline = Instant::now() + SILENCE;
        let consumer = self.consumer()?;
        loop {
            match consumer.poll(LOOK_AGAIN) {
                Some(Ok(message)) if message.offset() < end => {
                    let row = record(topic, &message);
                    self.within = (row.offset + 1 - low).unsigned_abs();
                    return Ok(Some(row));
                }
                Some(Ok(_)) => {
                    // Somebody else writes on. Our end is reached; an end-of-partition event may still come and would be taken for one of the next
                    // partition, which may have the same number: so go on with a new client.
                    self.consumer = None;
                    return Ok(None);
                }
                Some(Err(KafkaError::PartitionEOF(n))) if n == number => return Ok(None),
                Some(Err(e)) => {
                    let error = bus_error(Call::Ask, format!("reading {topic}[{number}]"), &e);
                    if error.class == ErrorClass::Stop && Instant::now() > deadline {
                        return Err(error);
                    }
                    tracing::warn!(error = %error, "changelog reader");
                }
                None => {}
            }
            if Instant::now() > deadline {
                let text = format!("{topic}[{number}]: nothing came for {} s before the end of the log", SILENCE.as_secs());
                return Err(BusError::new(ErrorClass::Retriable, text));
            }
        }
    }
}

impl Changelog for ChangelogReader {
    fn next(&mut self) -> Result<Option<Record>, BusError> {
        if self.left.is_none() {
            self.take_marks()?;
        }
        loop {
            if !self.reading && !self.next_partition()? {
                self.consumer = None;
                return Ok(None);
            }
            if let Some(row) = self.next_row()? {
                return Ok(Some(row));
            }
            self.finish();
        }
    }

    /// In offsets: compaction and control records leave gaps, so that there are fewer rows.
    fn progress(&self) -> (u64, u64) {
        (self.finished + self.within, self.total)
    }
}

impl Span {
    fn len(&self) -> u64 {
        u64::try_from(self.end - self.low).unwrap_or_default()
    }
}
