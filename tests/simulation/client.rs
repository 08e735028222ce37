//! What stands between the loop and the broker: the simulated clock, a desk that takes its time, and, to prove that the simulation can
//! fail, the mistakes that a loop could make.

use crate::stages::AnyStage;
use feedmill::bus::memory::{Broker, ClientSettings, MemoryBus};
use feedmill::bus::{Bus, BusError, Changelog, Committed, ErrorClass, Membership, Pending, Polled, SendError};
use feedmill::record::{OutRecord, TopicPartition};
use feedmill::stage::{Stage, Work};
use feedmill::worker::Clock;
use feedmill::worker::desk::{Desk, Finished};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// A mistake that the checks must catch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    None,
    /// Offsets are sent as nobody's: the broker fences no zombie.
    SendUnfenced,
    /// The state is merged when the batch is worked on, not when it is committed.
    MergeBeforeCommit,
    /// A commit that timed out is taken for done.
    UnknownIsCommitted,
    /// A commit that timed out is taken for refused, without asking the committed offsets.
    UnknownIsAborted,
    /// Offsets are committed after the transaction instead of inside it.
    OffsetsOutside,
    /// Nothing is discarded after an abort.
    NeverDiscard,
}

/// As the bus to a real broker does it when certificates change: the loop gives everything up, then a new client stands in the old one's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Handover {
    None,
    Wanted,
    Asked,
}

pub struct SimClock(pub Broker);

impl Clock for SimClock {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn rest(&self, time: Duration) {
        self.0.advance(time);
    }
}

pub struct SimBus {
    pub inner: MemoryBus,
    pub mistake: Mistake,
    broker: Broker,
    settings: ClientSettings,
    /// What the group has given, answered or not.
    given: BTreeSet<TopicPartition>,
    handover: Handover,
    valid: Option<Membership>,
    outside: Vec<(TopicPartition, Committed)>,
    refused: bool,
}

impl SimBus {
    pub fn new(broker: Broker, settings: ClientSettings, mistake: Mistake) -> Self {
        let inner = broker.connect(settings.clone());
        let (given, handover) = (BTreeSet::new(), Handover::None);
        Self { inner, mistake, broker, settings, given, handover, valid: None, outside: Vec::new(), refused: false }
    }

    /// From now on the client is to be made anew, as soon as no event of the group waits.
    pub fn hand_over(&mut self) {
        if self.handover == Handover::None {
            self.handover = Handover::Wanted;
        }
    }

    fn follow(&mut self, polled: &Polled) {
        match polled {
            Polled::Assigned(partitions) => self.given.extend(partitions.iter().cloned()),
            Polled::Revoked(partitions) | Polled::Lost(partitions) => self.given.retain(|p| !partitions.contains(p)),
            Polled::Nothing | Polled::Record(_) | Polled::Trouble(_) => {}
        }
    }
}

impl Bus for SimBus {
    fn poll(&mut self, wait: Duration) -> Result<Polled, BusError> {
        let polled = self.inner.poll(wait)?;
        self.follow(&polled);
        let is_of_the_group = matches!(polled, Polled::Assigned(_) | Polled::Revoked(_) | Polled::Lost(_));
        if self.handover == Handover::Wanted && !is_of_the_group {
            // A record that has come with this poll is read again.
            self.handover = Handover::Asked;
            return Ok(Polled::Revoked(self.given.iter().cloned().collect()));
        }
        Ok(polled)
    }
    fn assign(&mut self, partitions: &[(TopicPartition, i64)]) -> Result<(), BusError> {
        self.inner.assign(partitions)
    }
    fn unassign(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        if self.handover == Handover::Asked && !self.broker.is_dead(self.inner.client()) {
            self.handover = Handover::None;
            self.given.clear();
            self.inner.close();
            self.inner = self.broker.connect(self.settings.clone());
            return Ok(());
        }
        self.inner.unassign(partitions)
    }
    fn seek(&mut self, partitions: &[(TopicPartition, i64)]) -> Result<(), BusError> {
        self.inner.seek(partitions)
    }
    fn pause(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.inner.pause(partitions)
    }
    fn resume(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.inner.resume(partitions)
    }
    fn committed(&mut self, partitions: &[TopicPartition]) -> Result<Vec<Option<Committed>>, BusError> {
        self.inner.committed(partitions)
    }
    fn commit_plain(&mut self, offsets: &[(TopicPartition, Committed)]) -> Result<(), BusError> {
        self.inner.commit_plain(offsets)
    }
    fn bounds(&mut self, partition: &TopicPartition) -> Result<(i64, i64), BusError> {
        self.inner.bounds(partition)
    }
    fn offset_at(&mut self, partition: &TopicPartition, time: i64) -> Result<i64, BusError> {
        self.inner.offset_at(partition, time)
    }
    fn partitions(&mut self, topic: &str) -> Result<Vec<TopicPartition>, BusError> {
        self.inner.partitions(topic)
    }

    fn membership(&mut self) -> Membership {
        let now = self.inner.membership();
        if self.mistake != Mistake::SendUnfenced {
            return now;
        }
        if now.is_valid() {
            self.valid = Some(now.clone());
        }
        self.valid.clone().unwrap_or(now)
    }

    fn begin(&mut self) -> Result<(), BusError> {
        self.inner.begin()
    }
    fn send(&mut self, record: OutRecord) -> Result<(), SendError> {
        self.inner.send(record)
    }
    fn pending(&mut self) -> Pending {
        self.inner.pending()
    }

    fn send_offsets(&mut self, offsets: &[(TopicPartition, Committed)], membership: &Membership) -> Result<(), BusError> {
        match self.mistake {
            Mistake::SendUnfenced => {
                self.inner.send_offsets(offsets, &Membership { generation: -1, member_id: String::new(), lost: false })
            }
            Mistake::OffsetsOutside => {
                self.outside = offsets.to_vec();
                Ok(())
            }
            _ => self.inner.send_offsets(offsets, membership),
        }
    }

    fn commit(&mut self) -> Result<(), BusError> {
        match (self.mistake, self.inner.commit()) {
            (Mistake::UnknownIsCommitted, Err(e)) if e.class == ErrorClass::Unknown => self.inner.renew_producer(),
            (Mistake::UnknownIsAborted, Err(e)) if e.class == ErrorClass::Unknown => {
                self.refused = true;
                Err(BusError::new(ErrorClass::Abort, e.message))
            }
            (Mistake::OffsetsOutside, Ok(())) => {
                let _ = self.inner.commit_plain(&std::mem::take(&mut self.outside));
                Ok(())
            }
            (_, answer) => answer,
        }
    }

    fn abort(&mut self) -> Result<(), BusError> {
        if std::mem::take(&mut self.refused) { self.inner.renew_producer() } else { self.inner.abort() }
    }
    fn renew_producer(&mut self) -> Result<(), BusError> {
        self.inner.renew_producer()
    }
    fn changelog(&mut self, partitions: &[TopicPartition]) -> Result<Box<dyn Changelog>, BusError> {
        self.inner.changelog(partitions)
    }
    fn close(&mut self) {
        self.inner.close();
    }
}

enum Order {
    Batch(u64, Vec<Work>),
    Restore { source: TopicPartition, ticket: u64, rows: Box<dyn Changelog>, committed: Option<i64>, begun: bool },
    Merge,
    Discard,
    Release(TopicPartition),
}

/// A desk as the one on its own thread: orders are carried out one after the other, some time later.
pub struct SlowDesk {
    stage: AnyStage,
    orders: VecDeque<Order>,
    finished: VecDeque<Finished>,
    /// The restore of each partition that still counts.
    wanted: BTreeMap<TopicPartition, u64>,
    rng: fastrand::Rng,
    mistake: Mistake,
}

impl SlowDesk {
    pub fn new(stage: AnyStage, seed: u64, mistake: Mistake) -> Self {
        let (orders, finished) = (VecDeque::new(), VecDeque::new());
        Self { stage, orders, finished, wanted: BTreeMap::new(), rng: fastrand::Rng::with_seed(seed), mistake }
    }

    /// One piece of work.
    fn work(&mut self) {
        let Some(order) = self.orders.pop_front() else { return };
        match order {
            Order::Batch(epoch, batch) => {
                let effects = self.stage.process(batch);
                if self.mistake == Mistake::MergeBeforeCommit {
                    self.stage.merge();
                }
                self.finished.push_back(Finished::Batch { epoch, effects, time: Duration::ZERO });
            }
            Order::Merge if self.mistake == Mistake::MergeBeforeCommit => {}
            Order::Merge => self.stage.merge(),
            Order::Discard if self.mistake == Mistake::NeverDiscard => {}
            Order::Discard => self.stage.discard(),
            Order::Release(source) => self.stage.release(&source),
            Order::Restore { source, ticket, mut rows, committed, begun } => {
                if !begun {
                    self.stage.restore_begin(&source);
                }
                if self.wanted.get(&source) != Some(&ticket) {
                    return;
                }
                for _ in 0..self.rng.usize(1..64) {
                    let next = match rows.next() {
                        Ok(Some(row)) => match self.stage.restore_row(&source, &row) {
                            Ok(()) => continue,
                            Err(e) => Err(e),
                        },
                        Ok(None) => self.stage.restore_end(&source, committed),
                        Err(e) if e.class == ErrorClass::Retriable => break,
                        Err(e) => Err(feedmill::stage::StageError::Stop(e.to_string())),
                    };
                    self.finished.push_back(Finished::Restored { source, ticket, next });
                    return;
                }
                self.orders.push_front(Order::Restore { source, ticket, rows, committed, begun: true });
            }
        }
    }
}

impl Desk for SlowDesk {
    fn submit(&mut self, epoch: u64, batch: Vec<Work>) {
        self.orders.push_back(Order::Batch(epoch, batch));
    }

    fn changelogs(&self, source: &TopicPartition) -> Vec<TopicPartition> {
        self.stage.changelogs(source)
    }

    fn restore(&mut self, source: &TopicPartition, ticket: u64, rows: Box<dyn Changelog>, committed: Option<i64>) {
        self.wanted.insert(source.clone(), ticket);
        self.orders.push_back(Order::Restore { source: source.clone(), ticket, rows, committed, begun: false });
    }

    fn take(&mut self) -> Option<Finished> {
        for _ in 0..self.rng.usize(0..4) {
            self.work();
        }
        self.finished.pop_front()
    }

    fn merge(&mut self) {
        self.orders.push_back(Order::Merge);
    }

    fn discard(&mut self) {
        self.orders.push_back(Order::Discard);
    }

    fn release(&mut self, source: &TopicPartition) {
        self.wanted.remove(source);
        self.orders.push_back(Order::Release(source.clone()));
    }

    fn held(&self) -> (usize, usize) {
        self.stage.held()
    }

    fn restore_progress(&self) -> (u64, u64) {
        (0, 0)
    }
}
