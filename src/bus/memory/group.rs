//! The group coordinator: members, generations, cooperative rebalances, committed offsets.

use super::log::Transaction;
use crate::bus::{BusError, Committed, ErrorClass, Membership};
use crate::record::TopicPartition;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

type Places = BTreeSet<TopicPartition>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Stable,
    /// Members are asked to join again; who has not by then is out.
    Preparing {
        until: Duration,
    },
    /// The new generation counts, the assignments are on their way.
    Completing,
}

#[derive(Debug)]
pub(super) struct Member {
    topics: Vec<Arc<str>>,
    heartbeat: Duration,
    joined: bool,
    /// The assignment of this generation was handed out.
    synced: bool,
    /// What the member said it owned when it joined.
    claims: Places,
    target: Places,
}

#[derive(Debug)]
pub(super) struct Group {
    generation: i32,
    phase: Phase,
    members: BTreeMap<String, Member>,
    joins: u64,
    committed: BTreeMap<TopicPartition, (u64, Committed)>,
    pending: Vec<(Transaction, u64, TopicPartition, Committed)>,
    writes: u64,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            generation: 0,
            phase: Phase::Stable,
            members: BTreeMap::new(),
            joins: 0,
            committed: BTreeMap::new(),
            pending: Vec::new(),
            writes: 0,
        }
    }
}

/// What a member hears from the coordinator.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Unknown,
    Nothing,
    /// It is asked to join again.
    JoinAgain,
    /// Its assignment in this generation.
    Assignment(Places),
}

impl Group {
    pub(super) fn generation(&self) -> i32 {
        self.generation
    }

    /// A new member; the others are asked to join again. `rebalance` is how long they have.
    pub(super) fn join(&mut self, client: usize, topics: &[Arc<str>], now: Duration, rebalance: Duration) -> String {
        self.joins += 1;
        let id = format!("member-{client}-{}", self.joins);
        let member =
            Member { topics: topics.to_vec(), heartbeat: now, joined: true, synced: true, claims: Places::new(), target: Places::new() };
        self.prepare(now, rebalance);
        self.members.insert(id.clone(), member);
        id
    }

    /// Known members join again with what they own.
    pub(super) fn join_again(&mut self, id: &str, claims: &Places, now: Duration, rebalance: Duration) {
        if !matches!(self.phase, Phase::Preparing { .. }) {
            self.prepare(now, rebalance);
        }
        if let Some(member) = self.members.get_mut(id) {
            member.joined = true;
            member.claims = claims.clone();
        }
    }

    fn prepare(&mut self, now: Duration, rebalance: Duration) {
        if !matches!(self.phase, Phase::Preparing { .. }) {
            self.members.values_mut().for_each(|m| m.joined = false);
            self.phase = Phase::Preparing { until: now + rebalance };
        }
    }

    pub(super) fn leave(&mut self, id: &str, now: Duration, rebalance: Duration) {
        if self.members.remove(id).is_some() {
            self.prepare(now, rebalance);
        }
    }

    /// A heartbeat and its answer.
    pub(super) fn heartbeat(&mut self, id: &str, now: Duration) -> Heard {
        let phase = self.phase;
        let Some(member) = self.members.get_mut(id) else { return Heard::Unknown };
        member.heartbeat = now;
        match phase {
            Phase::Preparing { .. } if !member.joined => Heard::JoinAgain,
            Phase::Stable if !member.synced => {
                member.synced = true;
                Heard::Assignment(member.target.clone())
            }
            _ => Heard::Nothing,
        }
    }

    /// Whether the member has taken part in the generation that counts, so that its client knows the number.
    pub(super) fn knows_generation(&self, id: &str) -> bool {
        !matches!(self.phase, Phase::Preparing { .. }) && self.members.contains_key(id)
    }

    /// Members whose heartbeats stopped are out; a rebalance that everybody has joined, or whose time is over, is completed.
    pub(super) fn tick(&mut self, now: Duration, session: Duration, rebalance: Duration, rng: &mut fastrand::Rng, partitions: &Partitions) {
        let before = self.members.len();
        self.members.retain(|_, m| now.saturating_sub(m.heartbeat) <= session);
        if self.members.len() < before {
            self.prepare(now, rebalance);
        }
        match self.phase {
            Phase::Preparing { until } => {
                if now > until {
                    self.members.retain(|_, m| m.joined);
                }
                if self.members.values().all(|m| m.joined) {
                    self.complete(partitions);
                }
            }
            // The leader takes its time to share out the partitions.
            Phase::Completing if rng.bool() => self.phase = Phase::Stable,
            _ => {}
        }
    }

    fn complete(&mut self, partitions: &Partitions) {
        self.generation += 1;
        self.phase = if self.members.is_empty() { Phase::Stable } else { Phase::Completing };
        let targets = share_out(&self.members, partitions);
        for (member, target) in self.members.values_mut().zip(targets) {
            member.synced = false;
            member.target = target;
        }
    }

    /// What the coordinator says to offsets of a transaction.
    pub(super) fn check_transactional(&self, by: &Membership) -> Result<(), BusError> {
        // Kafka 4.1, ClassicGroup.validateOffsetCommit: transactional offsets of nobody are taken unchecked.
        if by.generation < 0 && by.member_id.is_empty() {
            return Ok(());
        }
        self.check_member(by)
    }

    /// What the coordinator says to a plain commit.
    pub(super) fn check_plain(&self, by: &Membership) -> Result<(), BusError> {
        if by.generation < 0 && by.member_id.is_empty() && self.members.is_empty() {
            return Ok(());
        }
        self.check_member(by)?;
        match self.phase {
            Phase::Completing => Err(BusError::new(ErrorClass::Abort, "the group is rebalancing")),
            _ => Ok(()),
        }
    }

    fn check_member(&self, by: &Membership) -> Result<(), BusError> {
        if !self.members.contains_key(&by.member_id) {
            return Err(BusError::new(ErrorClass::Abort, format!("unknown member {:?}", by.member_id)));
        }
        if by.generation != self.generation {
            let message = format!("generation id is not valid: {} is not {}", by.generation, self.generation);
            return Err(BusError::new(ErrorClass::Abort, message));
        }
        Ok(())
    }

    pub(super) fn commit_plain(&mut self, offsets: &[(TopicPartition, Committed)]) {
        for (place, offset) in offsets {
            self.writes += 1;
            self.committed.insert(place.clone(), (self.writes, offset.clone()));
        }
    }

    pub(super) fn add_pending(&mut self, transaction: Transaction, offsets: &[(TopicPartition, Committed)]) {
        for (place, offset) in offsets {
            self.writes += 1;
            self.pending.push((transaction, self.writes, place.clone(), offset.clone()));
        }
    }

    pub(super) fn end_pending(&mut self, transaction: Transaction, commit: bool) {
        let (ended, pending): (Vec<_>, Vec<_>) = self.pending.drain(..).partition(|(t, ..)| *t == transaction);
        self.pending = pending;
        for (_, write, place, offset) in ended.into_iter().filter(|_| commit) {
            // The order of the offsets log counts, not the order in which transactions end.
            if self.committed.get(&place).is_none_or(|(w, _)| *w < write) {
                self.committed.insert(place, (write, offset));
            }
        }
    }

    /// Committed offset; an error while a transaction holds another one for this partition.
    pub(super) fn stable_offset(&self, place: &TopicPartition) -> Result<Option<Committed>, BusError> {
        if self.pending.iter().any(|(_, _, p, _)| p == place) {
            return Err(BusError::new(ErrorClass::Retriable, format!("the offset of {place} is not stable: a transaction is open")));
        }
        Ok(self.offset(place))
    }

    pub(super) fn offset(&self, place: &TopicPartition) -> Option<Committed> {
        self.committed.get(place).map(|(_, c)| c.clone())
    }
}

/// Partitions of each topic.
pub(super) type Partitions = BTreeMap<Arc<str>, i32>;

/// Cooperative-sticky: everybody keeps what it has up to its share; what nobody holds goes to who has least; what has to move is first
/// only taken from its owner, which then joins again.
fn share_out(members: &BTreeMap<String, Member>, partitions: &Partitions) -> Vec<Places> {
    let members: Vec<&Member> = members.values().collect();
    let mut targets = vec![Places::new(); members.len()];
    if members.is_empty() {
        return targets;
    }
    let topics: BTreeSet<&Arc<str>> = members.iter().flat_map(|m| &m.topics).collect();
    let all: Vec<TopicPartition> =
        topics.iter().flat_map(|t| (0..partitions.get(*t).copied().unwrap_or(0)).map(|p| TopicPartition::new((*t).clone(), p))).collect();
    let owner: BTreeMap<&TopicPartition, usize> =
        members.iter().enumerate().flat_map(|(i, m)| m.claims.iter().map(move |place| (place, i))).collect();
    let (least, mut larger) = (all.len() / members.len(), all.len() % members.len());
    let mut free = Vec::new();
    for place in &all {
        match owner.get(place) {
            Some(&i) if targets[i].len() < least => {
                targets[i].insert(place.clone());
            }
            Some(&i) if targets[i].len() == least && larger > 0 => {
                larger -= 1;
                targets[i].insert(place.clone());
            }
            _ => free.push(place),
        }
    }
    for place in free {
        let Some(i) = (0..targets.len()).min_by_key(|&i| (targets[i].len(), i)) else { continue };
        // Not before its owner has given it up.
        if owner.get(place).is_none_or(|&o| o == i) {
            targets[i].insert(place.clone());
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: Duration = Duration::from_secs(10);
    const REBALANCE: Duration = Duration::from_secs(60);

    fn partitions() -> Partitions {
        BTreeMap::from([("t".into(), 3)])
    }

    fn by(member_id: &str, generation: i32) -> Membership {
        Membership { generation, member_id: member_id.into(), lost: false }
    }

    fn settle(group: &mut Group, now: Duration) {
        let mut rng = fastrand::Rng::with_seed(1);
        for _ in 0..50 {
            group.tick(now, SESSION, REBALANCE, &mut rng, &partitions());
        }
    }

    #[test]
    fn a_partition_moves_only_after_its_owner_gave_it_up() {
        let now = Duration::from_secs(1);
        let mut group = Group::default();
        let first = group.join(0, &["t".into()], now, REBALANCE);
        settle(&mut group, now);
        let Heard::Assignment(all) = group.heartbeat(&first, now) else { panic!("no assignment") };
        assert_eq!((all.len(), group.generation()), (3, 1));

        let second = group.join(1, &["t".into()], now, REBALANCE);
        settle(&mut group, now);
        assert_eq!(group.generation(), 1, "the first has not joined again");
        assert_eq!(group.heartbeat(&first, now), Heard::JoinAgain);
        group.join_again(&first, &all, now, REBALANCE);
        settle(&mut group, now);
        let Heard::Assignment(kept) = group.heartbeat(&first, now) else { panic!("no assignment") };
        assert_eq!(group.heartbeat(&second, now), Heard::Assignment(Places::new()), "not given up yet");
        assert_eq!(kept.len(), 2);

        group.join_again(&first, &kept, now, REBALANCE);
        assert_eq!(group.heartbeat(&second, now), Heard::JoinAgain);
        group.join_again(&second, &Places::new(), now, REBALANCE);
        settle(&mut group, now);
        let Heard::Assignment(given) = group.heartbeat(&second, now) else { panic!("no assignment") };
        assert_eq!((given.len(), group.generation()), (1, 3));
        assert!(given.is_disjoint(&kept));
    }

    #[test]
    fn only_members_of_this_generation_may_commit_but_nobody_in_a_transaction_may_too() {
        let now = Duration::from_secs(1);
        let mut group = Group::default();
        let id = group.join(0, &["t".into()], now, REBALANCE);
        settle(&mut group, now);
        assert!(group.check_transactional(&by(&id, 1)).is_ok());
        assert_eq!(group.check_transactional(&by(&id, 0)).unwrap_err().class, ErrorClass::Abort);
        assert_eq!(group.check_transactional(&by("other", 1)).unwrap_err().class, ErrorClass::Abort);
        assert!(group.check_transactional(&by("", -1)).is_ok(), "as the real broker does");
        assert!(group.check_plain(&by("", -1)).is_err());
        settle(&mut group, now + SESSION + SESSION);
        assert!(group.check_transactional(&by(&id, 1)).is_err(), "its session ended");
        assert!(group.check_plain(&by("", -1)).is_ok(), "the group is empty");
    }

    #[test]
    fn a_member_that_does_not_join_again_in_time_is_out() {
        let now = Duration::from_secs(1);
        let mut group = Group::default();
        let first = group.join(0, &["t".into()], now, REBALANCE);
        settle(&mut group, now);
        let second = group.join(1, &["t".into()], now, REBALANCE);
        let later = now + REBALANCE + Duration::from_secs(1);
        group.heartbeat(&first, later);
        group.heartbeat(&second, later);
        settle(&mut group, later);
        assert_eq!(group.heartbeat(&first, later), Heard::Unknown);
        assert!(matches!(group.heartbeat(&second, later), Heard::Assignment(all) if all.len() == 3));
    }

    #[test]
    fn offsets_of_an_open_transaction_are_not_stable_and_the_log_order_counts() {
        let place = TopicPartition::new("t", 0);
        let at = |offset| [(place.clone(), Committed { offset, metadata: String::new() })];
        let mut group = Group::default();
        group.add_pending(1, &at(5));
        assert_eq!(group.stable_offset(&place).unwrap_err().class, ErrorClass::Retriable);
        group.commit_plain(&at(9));
        group.end_pending(1, true);
        assert_eq!(group.stable_offset(&place).unwrap().unwrap().offset, 9);
        group.add_pending(2, &at(12));
        group.end_pending(2, false);
        assert_eq!(group.stable_offset(&place).unwrap().unwrap().offset, 9);
    }
}
