//! Reading changelogs: read committed, to the end that a read_uncommitted reader saw when the reading began.

use super::Broker;
use crate::bus::{BusError, Changelog, ErrorClass};
use crate::record::{Record, TopicPartition};
use std::collections::VecDeque;
use std::time::Duration;

/// What a call waits for an open transaction to end.
const WAIT: Duration = Duration::from_millis(100);

#[derive(Debug)]
struct Part {
    place: TopicPartition,
    position: i64,
    end: i64,
}

pub(super) struct Reader {
    broker: Broker,
    parts: VecDeque<Part>,
    read: u64,
    total: u64,
}

impl Reader {
    pub(super) fn new(broker: Broker, places: &[TopicPartition]) -> Result<Self, BusError> {
        let mut parts = VecDeque::new();
        let mut total = 0;
        for place in places {
            let mut state = broker.lock();
            let log = state.log(place).ok_or_else(|| BusError::new(ErrorClass::Stop, format!("{place} does not exist")))?;
            total += (log.end() - log.start()).max(0) as u64;
            parts.push_back(Part { place: place.clone(), position: log.start(), end: log.end() });
        }
        Ok(Self { broker, parts, read: 0, total })
    }
}

impl Changelog for Reader {
    fn next(&mut self) -> Result<Option<Record>, BusError> {
        while let Some(part) = self.parts.front_mut() {
            let mut state = self.broker.lock();
            let Some(log) = state.log(&part.place) else {
                return Err(BusError::new(ErrorClass::Stop, format!("{} is gone", part.place)));
            };
            if let Some(record) = log.next_committed(part.position, part.end) {
                part.position = record.offset + 1;
                self.read += 1;
                return Ok(Some(record.clone()));
            }
            if log.stable() < part.end {
                state.advance(WAIT);
                let message = format!("waiting for a transaction that is open in {}", part.place);
                return Err(BusError::new(ErrorClass::Retriable, message));
            }
            drop(state);
            self.parts.pop_front();
        }
        self.read = self.total;
        Ok(None)
    }

    fn progress(&self) -> (u64, u64) {
        (self.read, self.total)
    }
}
