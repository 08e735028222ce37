//! One client as its library sees the world: a member of a group, and a transactional producer.

use super::group::Heard;
use super::log::Produced;
use super::state::State;
use crate::bus::{BusError, ErrorClass, Failed, Pending};
use crate::record::{OutRecord, TopicPartition};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

type Places = BTreeSet<TopicPartition>;

/// What a client is started with.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    pub group: String,
    pub topics: Vec<Arc<str>>,
    pub transactional_id: String,
    pub transaction_timeout: Duration,
    /// Without heartbeats for so long a member is out.
    pub session_timeout: Duration,
    /// Without a poll for so long a member leaves; also how long a rebalance waits for members.
    pub max_poll_interval: Duration,
    /// Records that wait or are on their way; more are [`crate::bus::SendError::Full`].
    pub queue_records: usize,
    /// What the client itself refuses (`message.max.bytes`).
    pub max_message_bytes: usize,
}

impl ClientSettings {
    pub fn new(group: &str, topics: &[&str], transactional_id: &str) -> Self {
        Self {
            group: group.into(),
            topics: topics.iter().map(|t| Arc::from(*t)).collect(),
            transactional_id: transactional_id.into(),
            transaction_timeout: Duration::from_secs(10),
            session_timeout: Duration::from_secs(45),
            max_poll_interval: Duration::from_secs(300),
            queue_records: 100_000,
            max_message_bytes: 64 << 20,
        }
    }
}

/// Whether the process of a client does anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Alive,
    /// Stands still, heartbeats included: a zombie in the making.
    Frozen,
    Dead,
}

/// A rebalance event that the application has not answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    Assigned(Places),
    /// With what is to be assigned afterwards.
    Revoked(Places, Places),
    Lost(Places),
}

/// The state of the transaction in the client.
#[derive(Debug, Clone)]
pub(super) enum Phase {
    Ready,
    Open,
    MustAbort(String),
    Fatal(String),
    /// A commit or an abort timed out.
    Unknown,
}

#[derive(Debug)]
pub(super) struct Producer {
    pub(super) epoch: i32,
    pub(super) phase: Phase,
    waiting: BTreeMap<TopicPartition, VecDeque<OutRecord>>,
    /// In the log, not acknowledged yet.
    unacknowledged: usize,
    failed: Option<Failed>,
}

impl Producer {
    fn new(epoch: i32) -> Self {
        Self { epoch, phase: Phase::Ready, waiting: BTreeMap::new(), unacknowledged: 0, failed: None }
    }

    pub(super) fn in_flight(&self) -> usize {
        self.unacknowledged + self.waiting.values().map(VecDeque::len).sum::<usize>()
    }

    pub(super) fn pending(&self) -> Pending {
        Pending { in_flight: self.in_flight(), failed: self.failed.clone() }
    }

    pub(super) fn enqueue(&mut self, place: TopicPartition, record: OutRecord) {
        self.waiting.entry(place).or_default().push_back(record);
    }

    /// Forgets the records of a transaction that ended.
    pub(super) fn ended(&mut self, phase: Phase) {
        *self = Producer { phase, ..Producer::new(self.epoch) };
    }

    /// The first failure is kept; with it the transaction cannot be committed any more.
    fn fail(&mut self, source: usize, too_large: bool, error: BusError) {
        if let Phase::Open = self.phase {
            self.phase = match error.class {
                ErrorClass::Fatal => Phase::Fatal(error.message.clone()),
                _ => Phase::MustAbort(error.message.clone()),
            };
        }
        self.failed.get_or_insert(Failed { source, too_large, error });
    }
}

#[derive(Debug)]
pub(super) struct Client {
    pub(super) settings: ClientSettings,
    pub(super) life: Life,
    /// Empty: not a member.
    pub(super) member_id: String,
    pub(super) generation: i32,
    pub(super) lost: bool,
    last_poll: Option<Duration>,
    /// What the group gave to this member and it has not given back.
    owned: Places,
    /// Where the next record of each partition is fetched from.
    pub(super) fetching: BTreeMap<TopicPartition, i64>,
    /// As with a real client, a pause outlives the assignment: a partition that comes back is still paused.
    pub(super) paused: BTreeSet<TopicPartition>,
    /// Not answered yet, and whether `poll` has told it.
    event: Option<Event>,
    told: bool,
    join_again: bool,
    pub(super) troubles: VecDeque<String>,
    pub(super) producer: Producer,
}

impl Client {
    pub(super) fn new(settings: ClientSettings) -> Self {
        Self {
            settings,
            life: Life::Alive,
            member_id: String::new(),
            generation: -1,
            lost: false,
            last_poll: None,
            owned: Places::new(),
            fetching: BTreeMap::new(),
            paused: BTreeSet::new(),
            event: None,
            told: false,
            join_again: false,
            troubles: VecDeque::new(),
            producer: Producer::new(-1),
        }
    }

    pub(super) fn polled(&mut self, now: Duration) {
        self.last_poll = Some(now);
    }

    /// The next event to tell, once.
    pub(super) fn next_event(&mut self) -> Option<Event> {
        if self.told {
            return None;
        }
        self.told = self.event.is_some();
        self.event.clone()
    }

    fn raise(&mut self, event: Event) {
        if let Event::Assigned(places) = &event {
            self.owned.extend(places.iter().cloned());
        }
        self.lost = matches!(event, Event::Lost(_));
        self.event = Some(event);
        self.told = false;
    }

    pub(super) fn owns(&self, place: &TopicPartition) -> bool {
        self.owned.contains(place)
    }

    /// The application has taken these partitions up.
    pub(super) fn answer_assigned(&mut self, places: &[(TopicPartition, i64)]) {
        if let Some(Event::Assigned(open)) = &mut self.event {
            places.iter().for_each(|(p, _)| _ = open.remove(p));
            if open.is_empty() {
                self.event = None;
            }
        }
    }

    /// The application has given these partitions up.
    pub(super) fn answer_revoked(&mut self, places: &[TopicPartition]) {
        for place in places {
            self.owned.remove(place);
            self.fetching.remove(place);
        }
        let given = |open: &Places| open.iter().all(|p| places.contains(p));
        match &mut self.event {
            Some(Event::Revoked(open, _) | Event::Lost(open)) if !given(open) => open.retain(|p| !places.contains(p)),
            Some(Event::Lost(_)) => {
                self.lost = false;
                self.event = None;
            }
            Some(Event::Revoked(_, next)) => {
                let next = std::mem::take(next);
                self.event = None;
                // Not when the group has thrown the member out meanwhile.
                if !next.is_empty() && !self.member_id.is_empty() {
                    self.raise(Event::Assigned(next));
                }
            }
            // Given back although nobody has asked for it: the assignment is still to be told or was never taken up.
            Some(Event::Assigned(open)) => {
                open.retain(|p| !places.contains(p));
                if open.is_empty() {
                    self.event = None;
                }
            }
            None => {}
        }
    }

    fn out_of_group(&mut self) {
        self.member_id.clear();
        self.generation = -1;
        self.join_again = false;
    }
}

impl State {
    /// What the client's own thread does between calls of the application.
    pub(super) fn background(&mut self, at: usize) {
        let now = self.now;
        let client = &mut self.clients[at];
        let (session_group, rebalance) = (client.settings.group.clone(), client.settings.max_poll_interval);
        if client.last_poll.is_none() {
            return;
        }
        let group = self.groups.entry(session_group).or_default();
        if client.member_id.is_empty() {
            if client.event.is_some() {
                return;
            }
            if !client.owned.is_empty() {
                let owned = client.owned.clone();
                client.raise(Event::Lost(owned));
            } else if client.last_poll.is_some_and(|p| now.saturating_sub(p) <= rebalance) {
                client.member_id = group.join(at, &client.settings.topics, now, rebalance);
            }
            return;
        }
        if client.last_poll.is_some_and(|p| now.saturating_sub(p) > rebalance) {
            client.troubles.push_back("the application has not polled for longer than max.poll.interval.ms: leaving the group".into());
            group.leave(&client.member_id, now, rebalance);
            client.out_of_group();
            return;
        }
        match group.heartbeat(&client.member_id, now) {
            Heard::Unknown => client.out_of_group(),
            // An event that is not answered holds the member back.
            Heard::JoinAgain if client.event.is_none() => {
                client.join_again = false;
                group.join_again(&client.member_id, &client.owned, now, rebalance);
            }
            Heard::Assignment(target) => {
                client.generation = group.generation();
                let gone: Places = client.owned.difference(&target).cloned().collect();
                let new: Places = target.difference(&client.owned).cloned().collect();
                if !gone.is_empty() {
                    client.join_again = true;
                    client.raise(Event::Revoked(gone, new));
                } else {
                    // Told also when nothing changes: the client library waits for an answer to every assignment.
                    client.raise(Event::Assigned(new));
                }
            }
            _ if group.knows_generation(&client.member_id) => {
                client.generation = group.generation();
                if client.join_again && client.event.is_none() {
                    client.join_again = false;
                    group.join_again(&client.member_id, &client.owned, now, rebalance);
                }
            }
            _ => {}
        }
    }

    /// The client's sender: some records reach the broker, some acknowledgements come back.
    pub(super) fn serve_producer(&mut self, at: usize, all: bool) {
        let acknowledged = match self.clients[at].producer.unacknowledged {
            0 => 0,
            n if all => n,
            n => self.rng.usize(0..=n),
        };
        self.clients[at].producer.unacknowledged -= acknowledged;
        let mut deliver = match self.clients[at].producer.waiting.values().map(VecDeque::len).sum::<usize>() {
            0 => return,
            n if all => n,
            n => self.rng.usize(0..=n),
        };
        while deliver > 0 {
            let waiting = &mut self.clients[at].producer.waiting;
            let pick = self.rng.usize(0..waiting.len().max(1));
            let Some((place, queue)) = waiting.iter_mut().nth(pick) else { break };
            let place = place.clone();
            let run: Vec<OutRecord> = queue.drain(..self.rng.usize(1..=queue.len()).min(deliver)).collect();
            if queue.is_empty() {
                waiting.remove(&place);
            }
            deliver -= run.len();
            for record in run {
                self.deliver(at, &place, record);
            }
        }
        if all {
            self.clients[at].producer.unacknowledged = 0;
        }
    }

    fn deliver(&mut self, at: usize, place: &TopicPartition, record: OutRecord) {
        let source = record.source;
        match self.append_transactional(at, place, record) {
            Ok(()) => self.clients[at].producer.unacknowledged += 1,
            Err((too_large, error)) => self.clients[at].producer.fail(source, too_large, error),
        }
    }

    fn append_transactional(&mut self, at: usize, place: &TopicPartition, record: OutRecord) -> Result<(), (bool, BusError)> {
        let producer = &self.clients[at].producer;
        let (epoch, id) = (producer.epoch, self.clients[at].settings.transactional_id.clone());
        if !matches!(producer.phase, Phase::Open) {
            return Err((false, BusError::new(ErrorClass::Abort, "an earlier record of the transaction was not delivered")));
        }
        let limit = self.topic_limit(place).ok_or_else(|| (false, BusError::new(ErrorClass::Stop, format!("{place} does not exist"))))?;
        if record.bytes() > limit {
            let message = format!("a record of {} bytes is larger than max.message.bytes = {limit} of {place}", record.bytes());
            return Err((true, BusError::new(ErrorClass::Abort, message)));
        }
        if self.strike(&[super::faults::Fault::ProduceFailed]).is_some() {
            return Err((false, BusError::new(ErrorClass::Abort, format!("the delivery to {place} timed out"))));
        }
        let now = self.now;
        let number = self.transactions.add_partition(&id, epoch, place, now);
        let number = number.map_err(|_| (false, fenced(&id)))?;
        let time = self.append_time();
        if let Some(log) = self.log(place) {
            log.append(Produced::from(record), time, Some(number));
        }
        Ok(())
    }

    /// A new producer in the client, with the same transactional id.
    pub(super) fn start_producer(&mut self, at: usize) {
        let settings = &self.clients[at].settings;
        let (id, timeout) = (settings.transactional_id.clone(), settings.transaction_timeout);
        let epoch = self.init_producer(&id, timeout);
        self.clients[at].producer = Producer::new(epoch);
    }

    /// The process is gone, without a word to anybody; or with one (`leave`).
    pub(super) fn end_client(&mut self, at: usize, leave: bool) {
        let now = self.now;
        let client = &mut self.clients[at];
        if client.life == Life::Dead {
            return;
        }
        if leave {
            // What waits is flushed by nobody: an open transaction stays open until its timeout.
            let (group, rebalance) = (client.settings.group.clone(), client.settings.max_poll_interval);
            self.groups.entry(group).or_default().leave(&client.member_id, now, rebalance);
            client.out_of_group();
        }
        client.life = Life::Dead;
        client.owned.clear();
        client.fetching.clear();
        client.event = None;
        client.producer.ended(Phase::Ready);
    }
}

/// What a producer hears whose id another one has, or whose transaction was open for too long.
pub(super) fn fenced(id: &str) -> BusError {
    let message = format!("fenced: another producer has the transactional id {id}, or its transaction was open for too long");
    BusError::new(ErrorClass::Fatal, message)
}
