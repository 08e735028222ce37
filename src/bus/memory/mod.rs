//! A broker in memory that keeps Kafka's promises: transactions, fencing, generations, stable offsets, timeouts. Time is simulated and
//! chance comes from a seed, so a run repeats exactly.
//!
//! It behaves as Apache Kafka 4.1 with librdkafka 2.12 was seen to behave, traps included: transactional offsets of nobody (-1, "") are
//! taken unchecked, `committed()` times out while a transaction with offsets is open, markers take offsets, a zombie hears late.
//!
//! | file | job |
//! | --- | --- |
//! | `log` | a partition: records, markers, last stable offset |
//! | `transaction` | transactional ids, epochs, the end of transactions |
//! | `group` | members, generations, rebalances, committed offsets |
//! | `client` | what the client library does between the calls |
//! | `bus` | the calls: [`MemoryBus`] |
//! | `changelog` | reading changelogs to their end |
//! | `faults` | what goes wrong |
//! | `state` | all of it under one lock, and the time |

mod bus;
mod changelog;
mod client;
mod faults;
mod group;
mod log;
mod partitioner;
mod state;
#[cfg(test)]
mod tests;
mod transaction;

pub use bus::MemoryBus;
pub use client::ClientSettings;
pub use faults::{Fault, Faults};
pub use log::Produced;

use super::Committed;
use crate::record::{Record, TopicPartition};
use client::{Client, Life};
use state::{State, Topic};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The broker and its clock. Clones are the same broker.
#[derive(Debug, Clone)]
pub struct Broker {
    state: Arc<Mutex<State>>,
}

impl Broker {
    pub fn new(seed: u64) -> Self {
        Self { state: Arc::new(Mutex::new(State::new(seed))) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic of a test in another thread leaves nothing half done that matters to it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn create_topic(&self, name: &str, partitions: i32) {
        self.create_topic_with_limit(name, partitions, 1 << 20);
    }

    /// `max_message_bytes` is the topic's limit of one record.
    pub fn create_topic_with_limit(&self, name: &str, partitions: i32, max_message_bytes: usize) {
        let name: Arc<str> = name.into();
        let logs = (0..partitions).map(|p| log::Log::new(TopicPartition::new(name.clone(), p))).collect();
        self.lock().topics.insert(name, Topic { max_message_bytes, partitions: logs });
    }

    /// Appends a record outside any transaction. Gives its offset, `None` when there is no such partition.
    pub fn produce(&self, place: &TopicPartition, record: Produced) -> Option<i64> {
        let mut state = self.lock();
        let time = state.append_time();
        Some(state.log(place)?.append(record, time, None))
    }

    /// What a read_committed reader of the whole topic gets, partition by partition.
    pub fn committed_records(&self, topic: &str) -> Vec<Record> {
        let state = self.lock();
        let mut records = Vec::new();
        for log in state.topics.get(topic).into_iter().flat_map(|t| &t.partitions) {
            let mut position = log.start();
            while let Some(record) = log.next_committed(position, i64::MAX) {
                position = record.offset + 1;
                records.push(record.clone());
            }
        }
        records
    }

    /// First offset, last stable offset and end of a partition.
    pub fn offsets(&self, place: &TopicPartition) -> Option<(i64, i64, i64)> {
        self.lock().log(place).map(|l| (l.start(), l.stable(), l.end()))
    }

    pub fn group_offset(&self, group: &str, place: &TopicPartition) -> Option<Committed> {
        self.lock().group(group).offset(place)
    }

    /// Transactions that are open.
    pub fn open_transactions(&self) -> usize {
        self.lock().transactions.open_count()
    }

    /// The log cleaner runs over a topic.
    pub fn compact(&self, topic: &str) {
        self.lock().topics.get_mut(topic).into_iter().flat_map(|t| &mut t.partitions).for_each(log::Log::compact);
    }

    /// Retention takes all before `offset`.
    pub fn delete_before(&self, place: &TopicPartition, offset: i64) {
        if let Some(log) = self.lock().log(place) {
            log.delete_before(offset);
        }
    }

    /// Simulated time since the beginning.
    pub fn now(&self) -> Duration {
        self.lock().now
    }

    /// Simulated time as log-append time, milliseconds since 1970-01-01 UTC.
    pub fn time(&self) -> i64 {
        self.lock().time()
    }

    pub fn advance(&self, time: Duration) {
        self.lock().advance(time);
    }

    /// Clocks of the leaders differ by up to this from the true time, both ways: log-append times may go back.
    pub fn set_clock_skew(&self, most: Duration) {
        self.lock().skew = most;
    }

    pub fn set_faults(&self, faults: Faults) {
        self.lock().faults = faults;
    }

    /// The next call to which it applies meets this fault.
    pub fn order(&self, fault: Fault) {
        self.lock().faults.order(fault);
    }

    /// A new process: a member of its group once it polls, and a producer that fences its predecessor.
    pub fn connect(&self, settings: ClientSettings) -> MemoryBus {
        let mut state = self.lock();
        let client = state.clients.len();
        state.clients.push(Client::new(settings));
        state.start_producer(client);
        drop(state);
        MemoryBus::new(self.clone(), client)
    }

    /// The process stands still, heartbeats included.
    pub fn freeze(&self, client: usize) {
        self.live(client, Life::Alive, Life::Frozen);
    }

    pub fn thaw(&self, client: usize) {
        self.live(client, Life::Frozen, Life::Alive);
    }

    fn live(&self, client: usize, from: Life, to: Life) {
        if let Some(client) = self.lock().clients.get_mut(client).filter(|c| c.life == from) {
            client.life = to;
        }
    }

    /// Whether the process was killed by a fault, or has ended.
    pub fn is_dead(&self, client: usize) -> bool {
        self.lock().clients.get(client).is_none_or(|c| c.life == Life::Dead)
    }
}
