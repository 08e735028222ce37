//! The transaction coordinator: transactional ids, producer epochs, open transactions and their end.

use super::log::Transaction;
use super::state::State;
use crate::bus::Committed;
use crate::record::TopicPartition;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Another producer has the transactional id, or the broker gave the transaction up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fenced;

#[derive(Debug)]
struct Id {
    epoch: i32,
    timeout: Duration,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    number: Transaction,
    since: Duration,
    partitions: BTreeSet<TopicPartition>,
    groups: BTreeSet<String>,
}

/// A commit that is still on its way to the broker.
#[derive(Debug)]
struct LateCommit {
    due: Duration,
    id: String,
    epoch: i32,
    number: Transaction,
}

#[derive(Debug, Default)]
pub(super) struct Transactions {
    ids: BTreeMap<String, Id>,
    begun: Transaction,
    late: Vec<LateCommit>,
}

impl Transactions {
    fn current(&mut self, id: &str, epoch: i32) -> Result<&mut Id, Fenced> {
        self.ids.get_mut(id).filter(|i| i.epoch == epoch).ok_or(Fenced)
    }

    fn opened(&mut self, id: &str, epoch: i32, now: Duration) -> Result<&mut Open, Fenced> {
        let number = self.begun + 1;
        let current = self.ids.get_mut(id).filter(|i| i.epoch == epoch).ok_or(Fenced)?;
        // The broker's clock starts with the first partition or offsets that are added, not with the client's local begin.
        let open = current.open.get_or_insert_with(|| Open { number, since: now, partitions: BTreeSet::new(), groups: BTreeSet::new() });
        self.begun = self.begun.max(open.number);
        Ok(open)
    }

    pub(super) fn is_current(&mut self, id: &str, epoch: i32) -> bool {
        self.current(id, epoch).is_ok()
    }

    pub(super) fn add_partition(&mut self, id: &str, epoch: i32, place: &TopicPartition, now: Duration) -> Result<Transaction, Fenced> {
        let open = self.opened(id, epoch, now)?;
        open.partitions.insert(place.clone());
        Ok(open.number)
    }

    fn add_group(&mut self, id: &str, epoch: i32, group: &str, now: Duration) -> Result<Transaction, Fenced> {
        let open = self.opened(id, epoch, now)?;
        open.groups.insert(group.to_owned());
        Ok(open.number)
    }

    /// Open transactions, for the simulation's end.
    pub(super) fn open_count(&self) -> usize {
        self.ids.values().filter(|i| i.open.is_some()).count()
    }
}

impl State {
    /// InitProducerId: ends what the predecessor left open and fences it.
    pub(super) fn init_producer(&mut self, id: &str, timeout: Duration) -> i32 {
        let entry = self.transactions.ids.entry(id.to_owned()).or_insert(Id { epoch: -1, timeout, open: None });
        entry.epoch += 1;
        entry.timeout = timeout;
        let (epoch, open) = (entry.epoch, entry.open.take());
        if let Some(open) = open {
            self.end(open, false);
        }
        epoch
    }

    /// Offsets become part of the transaction; nobody sees them before it is committed.
    pub(super) fn add_offsets(&mut self, id: &str, epoch: i32, group: &str, offsets: &[(TopicPartition, Committed)]) -> Result<(), Fenced> {
        let now = self.now;
        let number = self.transactions.add_group(id, epoch, group, now)?;
        self.group(group).add_pending(number, offsets);
        Ok(())
    }

    /// EndTxn. A transaction to which nothing was added is not known to the broker and ends without it.
    pub(super) fn end_transaction(&mut self, id: &str, epoch: i32, commit: bool) -> Result<(), Fenced> {
        let open = self.transactions.current(id, epoch)?.open.take();
        if let Some(open) = open {
            self.end(open, commit);
        }
        Ok(())
    }

    /// A commit that arrives after `delay`, when nobody has fenced it until then.
    pub(super) fn commit_later(&mut self, id: &str, epoch: i32, delay: Duration) {
        let due = self.now + delay;
        if let Ok(Id { open: Some(open), .. }) = self.transactions.current(id, epoch) {
            let number = open.number;
            self.transactions.late.push(LateCommit { due, id: id.to_owned(), epoch, number });
        }
    }

    /// Late commits arrive, and transactions that are open for too long are aborted; their producers are fenced.
    pub(super) fn tick_transactions(&mut self) {
        let now = self.now;
        let (due, late): (Vec<_>, Vec<_>) = self.transactions.late.drain(..).partition(|l| l.due <= now);
        self.transactions.late = late;
        for LateCommit { id, epoch, number, .. } in due {
            let same = self.transactions.current(&id, epoch).is_ok_and(|i| i.open.as_ref().is_some_and(|o| o.number == number));
            if same {
                // Checked just before.
                let _ = self.end_transaction(&id, epoch, true);
            }
        }
        let mut expired = Vec::new();
        for entry in self.transactions.ids.values_mut() {
            let timeout = entry.timeout;
            if let Some(open) = entry.open.take_if(|o| now.saturating_sub(o.since) > timeout) {
                entry.epoch += 1;
                expired.push(open);
            }
        }
        for open in expired {
            self.end(open, false);
        }
    }

    fn end(&mut self, open: Open, commit: bool) {
        for place in &open.partitions {
            if let Some(log) = self.log(place) {
                log.end_transaction(open.number, commit);
            }
        }
        for group in &open.groups {
            self.group(group).end_pending(open.number, commit);
        }
    }
}
