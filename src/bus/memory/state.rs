//! All that the broker knows, under one lock; and the simulated time that drives it.

use super::client::{Client, Life};
use super::faults::{Fault, Faults};
use super::group::{Group, Partitions};
use super::log::Log;
use super::transaction::Transactions;
use crate::record::TopicPartition;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// 2026-01-01 UTC in milliseconds: where the simulated time begins.
const EPOCH_MS: i64 = 1_767_225_600_000;
/// Background work goes on in steps of this much time, so that live members survive a long wait.
const SLICE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Topic {
    pub(super) max_message_bytes: usize,
    pub(super) partitions: Vec<Log>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) now: Duration,
    /// How far the clocks of the leaders are off, at most.
    pub(super) skew: Duration,
    pub(super) rng: fastrand::Rng,
    pub(super) faults: Faults,
    pub(super) topics: BTreeMap<Arc<str>, Topic>,
    pub(super) transactions: Transactions,
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) clients: Vec<Client>,
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            now: Duration::ZERO,
            skew: Duration::ZERO,
            rng: fastrand::Rng::with_seed(seed),
            faults: Faults::none(),
            topics: BTreeMap::new(),
            transactions: Transactions::default(),
            groups: BTreeMap::new(),
            clients: Vec::new(),
        }
    }

    /// Log-append time, milliseconds since 1970-01-01 UTC.
    pub(super) fn time(&self) -> i64 {
        EPOCH_MS + i64::try_from(self.now.as_millis()).unwrap_or(0)
    }

    /// The log-append time of the next record, by the clock of whoever leads the partition just now.
    pub(super) fn append_time(&mut self) -> i64 {
        let most = i64::try_from(self.skew.as_millis()).unwrap_or(i64::MAX / 4);
        let off = if most == 0 { 0 } else { self.rng.i64(-most..=most) };
        self.time() + off
    }

    pub(super) fn log(&mut self, place: &TopicPartition) -> Option<&mut Log> {
        self.topics.get_mut(&place.topic)?.partitions.get_mut(usize::try_from(place.partition).ok()?)
    }

    pub(super) fn topic_limit(&self, place: &TopicPartition) -> Option<usize> {
        let topic = self.topics.get(&place.topic)?;
        topic.partitions.get(usize::try_from(place.partition).ok()?)?;
        Some(topic.max_message_bytes)
    }

    pub(super) fn group(&mut self, name: &str) -> &mut Group {
        self.groups.entry(name.to_owned()).or_default()
    }

    pub(super) fn strike(&mut self, applicable: &[Fault]) -> Option<Fault> {
        self.faults.strike(applicable, &mut self.rng)
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now = (self.now + SLICE).min(end);
            self.tick();
        }
    }

    /// Background threads and coordinators get a chance to act. Which of them do is chance, too.
    pub(super) fn tick(&mut self) {
        self.tick_transactions();
        for at in 0..self.clients.len() {
            if self.clients[at].life == Life::Alive && self.rng.u8(0..4) != 0 {
                self.background(at);
            }
        }
        if self.groups.is_empty() {
            return;
        }
        let partitions: Partitions = self.topics.iter().map(|(t, topic)| (t.clone(), topic.partitions.len() as i32)).collect();
        for (name, group) in &mut self.groups {
            let Some(settings) = self.clients.iter().find(|c| c.settings.group == *name).map(|c| &c.settings) else { continue };
            group.tick(self.now, settings.session_timeout, settings.max_poll_interval, &mut self.rng, &partitions);
        }
    }
}
