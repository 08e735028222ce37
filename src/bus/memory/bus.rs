//! The calls of one client.

use super::Broker;
use super::changelog::Reader;
use super::client::{Event, Life, Phase, fenced};
use super::faults::Fault;
use super::partitioner::partition_of;
use super::state::State;
use crate::bus::{Bus, BusError, Changelog, Committed, ErrorClass, Membership, Pending, Polled, SendError};
use crate::record::{OutRecord, TopicPartition};
use std::time::Duration;

/// How long a call waits for an answer before it times out.
const CALL_TIMEOUT: Duration = Duration::from_secs(1);
/// The longest that a process stands still by [`Fault::Stall`].
const LONGEST_STALL: u64 = 60;

/// One process's client. Dropping it without [`Bus::close`] is the death of the process.
#[derive(Debug)]
pub struct MemoryBus {
    broker: Broker,
    client: usize,
}

impl MemoryBus {
    pub(super) fn new(broker: Broker, client: usize) -> Self {
        Self { broker, client }
    }

    /// The number by which the broker knows this client.
    pub fn client(&self) -> usize {
        self.client
    }

    /// A call to the broker: time goes on in the background, the process may stall or die around it.
    fn call<T>(&mut self, body: impl FnOnce(&mut State, usize) -> Result<T, BusError>) -> Result<T, BusError> {
        let at = self.client;
        let mut state = self.broker.lock();
        let dead = || BusError::new(ErrorClass::Stop, "the process is dead");
        if state.clients[at].life == Life::Dead {
            return Err(dead());
        }
        let around = state.strike(&[Fault::KilledBefore, Fault::KilledAfter, Fault::Stall]);
        match around {
            Some(Fault::KilledBefore) => {
                state.end_client(at, false);
                return Err(dead());
            }
            Some(Fault::Stall) => {
                state.clients[at].life = Life::Frozen;
                let stall = state.rng.u64(1..=LONGEST_STALL);
                state.advance(Duration::from_secs(stall));
                state.clients[at].life = Life::Alive;
            }
            // A call is no sign that the client's own thread has run.
            _ if state.rng.bool() => state.tick(),
            _ => {}
        }
        let answer = body(&mut state, at);
        if around == Some(Fault::KilledAfter) {
            state.end_client(at, false);
            return Err(dead());
        }
        answer
    }
}

fn timed_out(state: &mut State, class: ErrorClass, what: &str) -> BusError {
    state.advance(CALL_TIMEOUT);
    BusError::new(class, format!("{what} timed out"))
}

/// Calls to a coordinator that moves time out.
fn coordinator(state: &mut State, what: &str) -> Result<(), BusError> {
    match state.strike(&[Fault::CoordinatorMoved]) {
        Some(_) => Err(timed_out(state, ErrorClass::Retriable, what)),
        None => Ok(()),
    }
}

fn no_partition(place: &TopicPartition) -> BusError {
    BusError::new(ErrorClass::Stop, format!("{place} does not exist"))
}

/// Why the transaction cannot go on.
fn usable(phase: &Phase) -> Result<(), BusError> {
    match phase {
        Phase::Open => Ok(()),
        Phase::Ready => Err(BusError::new(ErrorClass::Stop, "no transaction was begun")),
        Phase::MustAbort(why) => Err(BusError::new(ErrorClass::Abort, why.clone())),
        Phase::Fatal(why) => Err(BusError::new(ErrorClass::Fatal, why.clone())),
        Phase::Unknown => Err(BusError::new(ErrorClass::Fatal, "the end of a transaction timed out before: replace the producer")),
    }
}

fn fatal(state: &mut State, at: usize) -> BusError {
    let error = fenced(&state.clients[at].settings.transactional_id);
    state.clients[at].producer.ended(Phase::Fatal(error.message.clone()));
    error
}

/// The next record of any fetched partition; which one is chance, as with a real client's queues.
fn fetch(state: &mut State, at: usize) -> Result<Polled, BusError> {
    let places: Vec<(TopicPartition, i64)> = {
        let client = &state.clients[at];
        client.fetching.iter().filter(|(p, _)| !client.paused.contains(*p)).map(|(p, at)| (p.clone(), *at)).collect()
    };
    let first = state.rng.usize(0..places.len().max(1));
    for (place, position) in places.iter().cycle().skip(first).take(places.len()) {
        let Some(log) = state.log(place) else { continue };
        if *position < log.start() || *position > log.end() {
            let (start, end) = (log.start(), log.end());
            let message = format!("offset {position} of {place} is out of range: the log holds {start} to {end}");
            return Err(BusError::new(ErrorClass::Stop, message));
        }
        if let Some(record) = log.next_committed(*position, i64::MAX).cloned() {
            if let Some(fetching) = state.clients[at].fetching.get_mut(place) {
                *fetching = record.offset + 1;
            }
            return Ok(Polled::Record(record));
        }
    }
    Ok(Polled::Nothing)
}

impl Bus for MemoryBus {
    fn poll(&mut self, wait: Duration) -> Result<Polled, BusError> {
        self.call(|state, at| {
            let now = state.now;
            state.clients[at].polled(now);
            state.serve_producer(at, false);
            if let Some(event) = state.clients[at].next_event() {
                let list = |places: std::collections::BTreeSet<TopicPartition>| places.into_iter().collect();
                return Ok(match event {
                    Event::Assigned(places) => Polled::Assigned(list(places)),
                    Event::Revoked(places, _) => Polled::Revoked(list(places)),
                    Event::Lost(places) => Polled::Lost(list(places)),
                });
            }
            if let Some(trouble) = state.clients[at].troubles.pop_front() {
                return Ok(Polled::Trouble(trouble));
            }
            if state.strike(&[Fault::Trouble]).is_some() {
                return Ok(Polled::Trouble("all brokers are down".into()));
            }
            let polled = fetch(state, at)?;
            if matches!(polled, Polled::Nothing) {
                state.advance(wait);
            }
            Ok(polled)
        })
    }

    fn assign(&mut self, partitions: &[(TopicPartition, i64)]) -> Result<(), BusError> {
        self.call(|state, at| {
            let client = &mut state.clients[at];
            for (place, offset) in partitions.iter().filter(|(p, _)| client.owns(p)).cloned().collect::<Vec<_>>() {
                client.fetching.insert(place, offset);
            }
            client.answer_assigned(partitions);
            Ok(())
        })
    }

    fn unassign(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.call(|state, at| {
            state.clients[at].answer_revoked(partitions);
            Ok(())
        })
    }

    fn seek(&mut self, partitions: &[(TopicPartition, i64)]) -> Result<(), BusError> {
        self.call(|state, at| {
            for (place, offset) in partitions {
                let fetching = state.clients[at].fetching.get_mut(place);
                *fetching.ok_or_else(|| BusError::new(ErrorClass::Stop, format!("{place} is not assigned")))? = *offset;
            }
            Ok(())
        })
    }

    fn pause(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.call(|state, at| {
            state.clients[at].paused.extend(partitions.iter().cloned());
            Ok(())
        })
    }

    fn resume(&mut self, partitions: &[TopicPartition]) -> Result<(), BusError> {
        self.call(|state, at| {
            state.clients[at].paused.retain(|p| !partitions.contains(p));
            Ok(())
        })
    }

    fn committed(&mut self, partitions: &[TopicPartition]) -> Result<Vec<Option<Committed>>, BusError> {
        self.call(|state, at| {
            coordinator(state, "reading the committed offsets")?;
            let group = state.clients[at].settings.group.clone();
            let offsets = partitions.iter().map(|p| state.group(&group).stable_offset(p)).collect();
            if let Err(error) = offsets {
                // The client asks again and again until its time is over.
                state.advance(CALL_TIMEOUT);
                return Err(error);
            }
            offsets
        })
    }

    fn commit_plain(&mut self, offsets: &[(TopicPartition, Committed)]) -> Result<(), BusError> {
        self.call(|state, at| {
            coordinator(state, "the commit of offsets")?;
            let client = &state.clients[at];
            let by = Membership { generation: client.generation, member_id: client.member_id.clone(), lost: client.lost };
            let group = client.settings.group.clone();
            state.group(&group).check_plain(&by)?;
            state.group(&group).commit_plain(offsets);
            Ok(())
        })
    }

    fn bounds(&mut self, partition: &TopicPartition) -> Result<(i64, i64), BusError> {
        self.call(|state, _| state.log(partition).map(|l| (l.start(), l.stable())).ok_or_else(|| no_partition(partition)))
    }

    fn offset_at(&mut self, partition: &TopicPartition, time: i64) -> Result<i64, BusError> {
        self.call(|state, _| state.log(partition).map(|l| l.offset_at(time)).ok_or_else(|| no_partition(partition)))
    }

    fn partitions(&mut self, topic: &str) -> Result<Vec<TopicPartition>, BusError> {
        self.call(|state, _| match state.topics.get_key_value(topic) {
            Some((name, t)) => Ok((0..t.partitions.len() as i32).map(|p| TopicPartition::new(name.clone(), p)).collect()),
            None => Err(BusError::new(ErrorClass::Stop, format!("there is no topic {topic}"))),
        })
    }

    fn membership(&mut self) -> Membership {
        let state = self.broker.lock();
        let client = &state.clients[self.client];
        Membership { generation: client.generation, member_id: client.member_id.clone(), lost: client.lost }
    }

    fn begin(&mut self) -> Result<(), BusError> {
        self.call(|state, at| match &state.clients[at].producer.phase {
            Phase::Ready => {
                state.clients[at].producer.ended(Phase::Open);
                Ok(())
            }
            Phase::Open => Err(BusError::new(ErrorClass::Stop, "a transaction is open already")),
            other => usable(other),
        })
    }

    fn send(&mut self, record: OutRecord) -> Result<(), SendError> {
        let mut back = Some(record);
        let sent = self.call(|state, at| {
            let Some(record) = back.take() else { return Ok(None) };
            usable(&state.clients[at].producer.phase)?;
            let settings = &state.clients[at].settings;
            if record.bytes() > settings.max_message_bytes {
                return Ok(Some(SendError::TooLarge(format!("a record of {} bytes is larger than message.max.bytes", record.bytes()))));
            }
            if state.clients[at].producer.in_flight() >= settings.queue_records {
                return Ok(Some(SendError::Full(record)));
            }
            let count = state.topics.get(&record.topic).map_or(1, |t| t.partitions.len());
            let partition = match (record.partition, &record.key) {
                (Some(p), _) => p,
                (None, Some(key)) => partition_of(key, count),
                (None, None) => state.rng.i32(0..count.max(1) as i32),
            };
            let place = TopicPartition::new(record.topic.clone(), partition);
            state.clients[at].producer.enqueue(place, record);
            Ok(None)
        });
        match sent {
            Ok(None) => Ok(()),
            Ok(Some(refused)) => Err(refused),
            Err(error) => Err(SendError::Failed(error)),
        }
    }

    fn pending(&mut self) -> Pending {
        let mut state = self.broker.lock();
        if state.clients[self.client].life != Life::Dead {
            state.serve_producer(self.client, false);
        }
        state.clients[self.client].producer.pending()
    }

    fn send_offsets(&mut self, offsets: &[(TopicPartition, Committed)], membership: &Membership) -> Result<(), BusError> {
        self.call(|state, at| {
            usable(&state.clients[at].producer.phase)?;
            if offsets.is_empty() {
                return Ok(());
            }
            let fault = state.strike(&[Fault::OffsetsLost, Fault::OffsetsUnheard, Fault::OffsetsRefused, Fault::CoordinatorMoved]);
            if let Some(Fault::OffsetsLost | Fault::CoordinatorMoved) = fault {
                return Err(timed_out(state, ErrorClass::Retriable, "sending the offsets"));
            }
            let (id, group) = (state.clients[at].settings.transactional_id.clone(), state.clients[at].settings.group.clone());
            let epoch = state.clients[at].producer.epoch;
            if !state.transactions.is_current(&id, epoch) {
                return Err(fatal(state, at));
            }
            let checked = match fault {
                Some(Fault::OffsetsRefused) => Err(BusError::new(ErrorClass::Abort, "the offsets were refused")),
                _ => state.group(&group).check_transactional(membership),
            };
            if let Err(error) = checked {
                state.clients[at].producer.phase = Phase::MustAbort(error.message.clone());
                return Err(error);
            }
            if state.add_offsets(&id, epoch, &group, offsets).is_err() {
                return Err(fatal(state, at));
            }
            match fault {
                Some(_) => Err(timed_out(state, ErrorClass::Retriable, "sending the offsets")),
                None => Ok(()),
            }
        })
    }

    fn commit(&mut self) -> Result<(), BusError> {
        self.call(|state, at| {
            state.serve_producer(at, true);
            usable(&state.clients[at].producer.phase)?;
            let (id, epoch) = (state.clients[at].settings.transactional_id.clone(), state.clients[at].producer.epoch);
            let fault = state.strike(&[Fault::CommitLost, Fault::CommitUnheard, Fault::CommitLate]);
            match fault {
                Some(Fault::CommitLost) => {}
                Some(Fault::CommitLate) => {
                    let delay = Duration::from_millis(state.rng.u64(1..5_000));
                    state.commit_later(&id, epoch, delay);
                }
                _ => {
                    if state.end_transaction(&id, epoch, true).is_err() {
                        return Err(fatal(state, at));
                    }
                }
            }
            if fault.is_some() {
                state.clients[at].producer.phase = Phase::Unknown;
                return Err(timed_out(state, ErrorClass::Unknown, "the commit"));
            }
            state.clients[at].producer.ended(Phase::Ready);
            Ok(())
        })
    }

    fn abort(&mut self) -> Result<(), BusError> {
        self.call(|state, at| {
            match &state.clients[at].producer.phase {
                Phase::Open | Phase::MustAbort(_) => {}
                other => usable(other)?,
            }
            let fault = state.strike(&[Fault::AbortLost, Fault::AbortUnheard, Fault::AbortFailed, Fault::CoordinatorMoved]);
            match fault {
                Some(Fault::AbortFailed) => return Err(fatal(state, at)),
                Some(Fault::CoordinatorMoved) => return Err(timed_out(state, ErrorClass::Retriable, "the abort")),
                _ => {}
            }
            let (id, epoch) = (state.clients[at].settings.transactional_id.clone(), state.clients[at].producer.epoch);
            if fault != Some(Fault::AbortLost) && state.end_transaction(&id, epoch, false).is_err() {
                return Err(fatal(state, at));
            }
            if fault.is_some() {
                state.clients[at].producer.phase = Phase::Unknown;
                return Err(timed_out(state, ErrorClass::Unknown, "the abort"));
            }
            state.clients[at].producer.ended(Phase::Ready);
            Ok(())
        })
    }

    fn renew_producer(&mut self) -> Result<(), BusError> {
        self.call(|state, at| {
            coordinator(state, "starting a producer")?;
            state.start_producer(at);
            Ok(())
        })
    }

    fn changelog(&mut self, partitions: &[TopicPartition]) -> Result<Box<dyn Changelog>, BusError> {
        // The reader is a client of its own, as it goes to another thread.
        let broker = self.broker.clone();
        self.call(|_, _| Ok(()))?;
        Ok(Box::new(Reader::new(broker, partitions)?))
    }

    fn close(&mut self) {
        let mut state = self.broker.lock();
        state.end_client(self.client, true);
    }
}

impl Drop for MemoryBus {
    fn drop(&mut self) {
        self.broker.lock().end_client(self.client, false);
    }
}
