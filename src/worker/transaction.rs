//! A batch's transaction: begin, produce, send offsets, commit, merge. And what happens when one of these does not work.

use super::desk::Desk;
use super::observer::{BatchResult, Done, LoopState};
use super::rebalance::Beginning;
use super::{Clock, Loop, Open, Stop, Unresolved};
use crate::bus::{Bus, BusError, Committed, ErrorClass, Failed, SendError};
use crate::record::{OutRecord, TopicPartition};
use crate::stage::{Condemned, StageName};
use std::time::Duration;

/// How the end of a transaction went.
enum Ended {
    Committed,
    /// Refused: the broker did not and will not commit it; the producer lives when the abort went through.
    Refused(BusError),
    /// Nobody knows, or the producer is gone.
    Unknown(BusError),
}

/// Repetitions of a call that the broker says may be repeated. Each call has its own time limit in the bus.
const RETRIES: u32 = 3;
/// Rest after batches that came to nothing, doubled with each in a row up to the second.
const FIRST_REST: Duration = Duration::from_millis(20);
const LONGEST_REST: Duration = Duration::from_secs(1);

impl<B: Bus, D: Desk, C: Clock> Loop<B, D, C> {
    /// Moves the batch that is ready, or on its way, as far as it goes without waiting.
    pub(super) fn transact(&mut self) -> Result<(), Stop> {
        if self.unresolved.is_some() {
            return self.settle();
        }
        if self.open.is_none() {
            let Some((portion, effects)) = self.ready.take() else { return Ok(()) };
            self.heartbeat("begin transaction");
            let since = self.clock.now();
            let begun = self.bus.begin();
            let out = (effects.records.len(), effects.records.iter().map(OutRecord::bytes).sum());
            self.open = Some(Open { portion, unsent: effects.records.into(), out, fates: effects.fates, since });
            if let Err(e) = begun {
                return self.give_up(e);
            }
        }
        if !self.produce()? || !self.acknowledged()? {
            return Ok(());
        }
        match self.end() {
            Ended::Committed => self.merged(BatchResult::Committed),
            Ended::Refused(e) => self.give_up(e),
            Ended::Unknown(e) => self.doubt(e),
        }
    }

    /// Send offsets, commit. The group's fencing decides: membership is taken just before, and a batch of an older epoch never gets here.
    fn end(&mut self) -> Ended {
        let Some(open) = &self.open else { return Ended::Committed };
        debug_assert_eq!(open.portion.epoch, self.epoch);
        let offsets: Vec<_> = open.portion.next.iter().map(|(tp, next)| (tp.clone(), self.committed_of(tp, *next))).collect();
        self.end_with(&offsets)
    }

    fn end_with(&mut self, offsets: &[(TopicPartition, Committed)]) -> Ended {
        self.heartbeat("send offsets");
        let membership = self.bus.membership();
        if !membership.is_valid() {
            return Ended::Refused(BusError::new(ErrorClass::Abort, "the group moved on without this member"));
        }
        if let Err(e) = repeat(|| self.bus.send_offsets(offsets, &membership)) {
            return if matches!(e.class, ErrorClass::Abort | ErrorClass::Retriable) { Ended::Refused(e) } else { Ended::Unknown(e) };
        }
        self.heartbeat("commit transaction");
        match repeat(|| self.bus.commit()) {
            Ok(()) => Ended::Committed,
            Err(e) if e.class == ErrorClass::Abort => Ended::Refused(e),
            Err(e) => Ended::Unknown(e),
        }
    }

    /// Commits offsets in a transaction of their own, when no other is open. Whether that took place; if not, a rebalance event follows or
    /// a later turn tries again.
    ///
    /// Not a plain commit: while a group is empty the broker takes one from anybody, also from a member that was thrown out, and the
    /// offsets would go back behind what others have committed since.
    pub(super) fn commit_offsets(&mut self, what: &'static str, offsets: &[(TopicPartition, Committed)]) -> Result<bool, Stop> {
        self.heartbeat(what);
        let ended = match self.bus.begin() {
            Ok(()) => self.end_with(offsets),
            Err(e) => Ended::Unknown(e),
        };
        let refused = match ended {
            Ended::Committed => return Ok(true),
            Ended::Unknown(e) => return self.doubt(e).map(|()| false),
            Ended::Refused(e) => e,
        };
        self.observer.trouble(self.settings.stage, &format!("{what}: {refused}"));
        match repeat(|| self.bus.abort()) {
            Ok(()) => {
                self.clock.rest(FIRST_REST);
                Ok(false)
            }
            Err(e) => self.doubt(e).map(|()| false),
        }
    }

    /// What is committed for a partition: the offset, with the note as it is after a commit.
    fn committed_of(&self, tp: &TopicPartition, next: i64) -> Committed {
        let note = self.partitions.get(tp).map(|p| p.note.commit()).unwrap_or_default();
        Committed { offset: next, metadata: note.to_string() }
    }

    /// Hands records to the client as far as its queue takes them. Whether all are handed over.
    fn produce(&mut self) -> Result<bool, Stop> {
        let Some(open) = &mut self.open else { return Ok(false) };
        while let Some(record) = open.unsent.pop_front() {
            let source = record.source;
            match self.bus.send(record) {
                Ok(()) => {}
                Err(SendError::Full(record)) => {
                    open.unsent.push_front(record);
                    // The client's queue drains only while it is served.
                    let pending = self.bus.pending();
                    return match pending.failed {
                        Some(failed) => self.failed(failed).map(|()| false),
                        None => Ok(false),
                    };
                }
                Err(SendError::TooLarge(message)) => {
                    let error = BusError::new(ErrorClass::Abort, message);
                    return self.failed(Failed { source, too_large: true, error }).map(|()| false);
                }
                Err(SendError::Failed(e)) => return self.give_up(e).map(|()| false),
            }
        }
        Ok(true)
    }

    /// Whether every record of the open transaction is acknowledged.
    fn acknowledged(&mut self) -> Result<bool, Stop> {
        let pending = self.bus.pending();
        match pending.failed {
            Some(failed) => self.failed(failed).map(|()| false),
            None => Ok(pending.in_flight == 0),
        }
    }

    /// A delivery failed. A record that is too large is blamed on its page, which becomes a dead letter when it comes again.
    fn failed(&mut self, failed: Failed) -> Result<(), Stop> {
        if failed.too_large
            && let Some(open) = &self.open
            && let Some(place) = open.portion.places.get(failed.source)
        {
            self.condemned.insert(place.clone(), Condemned::Refused { message: failed.error.message.clone() });
        }
        self.give_up(failed.error)
    }

    /// The open transaction is not committed: abort it and read its records again; replace the producer when it cannot abort.
    pub(super) fn give_up(&mut self, error: BusError) -> Result<(), Stop> {
        match error.class {
            ErrorClass::Stop => return Err(error.into()),
            ErrorClass::Fatal | ErrorClass::Unknown => return self.doubt(error),
            ErrorClass::Abort | ErrorClass::Retriable => {}
        }
        self.observer.trouble(self.settings.stage, &format!("transaction given up: {error}"));
        self.heartbeat("abort transaction");
        match repeat(|| self.bus.abort()) {
            Ok(()) => {
                self.open = None;
                self.observer.batch(self.settings.stage, BatchResult::Aborted);
                self.rest_after_failure();
                self.rewind()
            }
            Err(e) if e.class == ErrorClass::Stop => Err(e.into()),
            Err(e) => self.doubt(e),
        }
    }

    /// The producer cannot be used any more, and what it had open may be committed or not.
    fn doubt(&mut self, error: BusError) -> Result<(), Stop> {
        if error.class == ErrorClass::Stop {
            return Err(error.into());
        }
        self.observer.trouble(self.settings.stage, &format!("the transaction's end is not known, the producer is replaced: {error}"));
        self.unresolved = Some(Unresolved { batch: self.open.take(), attempts: 0 });
        self.settle()
    }

    /// Replaces the producer, which ends what the old one had open, then asks the committed offsets what became of it. Repeated each turn
    /// until the broker answers.
    pub(super) fn settle(&mut self) -> Result<(), Stop> {
        let Some(mut unresolved) = self.unresolved.take() else { return Ok(()) };
        self.observer.state(self.settings.stage, LoopState::Settling);
        self.heartbeat("replace producer");
        let owned: Vec<_> = self.partitions.iter().filter(|(_, p)| p.restoring.is_none()).map(|(tp, _)| tp.clone()).collect();
        let answer = match self.bus.renew_producer() {
            Ok(()) => self.bus.committed(&owned),
            Err(e) => Err(e),
        };
        let committed = match answer {
            Ok(committed) => committed,
            Err(e) if e.class == ErrorClass::Stop => return Err(e.into()),
            Err(e) => {
                unresolved.attempts += 1;
                self.observer.trouble(self.settings.stage, &format!("attempt {} to replace the producer: {e}", unresolved.attempts));
                self.unresolved = Some(unresolved);
                self.rest_after_failure();
                return Ok(());
            }
        };
        self.reconcile(unresolved.batch, owned.into_iter().zip(committed).collect())
    }

    /// Advanced: the batch is committed, merge it. Not advanced: drop it and read again. Neither: somebody else moved the offset, and
    /// what this member knows of the partition is void.
    fn reconcile(&mut self, batch: Option<Open>, committed: Vec<(TopicPartition, Option<Committed>)>) -> Result<(), Stop> {
        let advanced = batch.as_ref().is_some_and(|open| {
            let ours: Vec<_> = committed.iter().filter_map(|(tp, c)| open.portion.next.get(tp).map(|next| (*next, c))).collect();
            !ours.is_empty() && ours.iter().all(|(next, c)| c.as_ref().is_some_and(|c| c.offset == *next))
        });
        if advanced {
            self.open = batch;
            return self.merged(BatchResult::FoundCommitted);
        }
        if batch.is_some() {
            self.observer.batch(self.settings.stage, BatchResult::FoundAborted);
            self.rest_after_failure();
        }
        let moved: Vec<_> = committed
            .into_iter()
            .filter_map(|(tp, c)| c.map(|c| (tp, c)))
            .filter(|(tp, c)| self.partitions.get(tp).is_some_and(|p| p.next != c.offset))
            .collect();
        self.rewind()?;
        for (tp, c) in moved {
            self.observer
                .note(self.settings.stage, &format!("{tp}: the group's offset is {}, not what this member left: read anew", c.offset));
            self.begin_partition(&tp, Beginning { committed: c, known: true }, false)?;
        }
        Ok(())
    }

    /// The open batch is committed: only now is its state real.
    fn merged(&mut self, result: BatchResult) -> Result<(), Stop> {
        let Some(open) = self.open.take() else { return Ok(()) };
        self.desk.merge();
        for (tp, next) in &open.portion.next {
            if let Some(p) = self.partitions.get_mut(tp) {
                p.next = *next;
                p.note = p.note.commit();
                // The note of the next record alone is still to be written.
                p.noted = !p.note.is_alone();
                self.observer.position(tp, Some(*next));
            }
        }
        for place in &open.portion.places {
            self.condemned.remove(place);
        }
        self.failures = 0;
        self.filling.shrink_after(0);
        self.tell_held();
        self.observer.batch(self.settings.stage, result);
        let time = self.clock.now().saturating_sub(open.since);
        let (out_records, out_bytes) = open.out;
        let done = Done { records: open.portion.places.len(), bytes: open.portion.bytes, out_records, out_bytes, fates: &open.fates, time };
        self.observer.done(self.settings.stage, &done);
        Ok(())
    }

    /// Only one stage holds something; the other's nothing must not be taken for the index's.
    pub(super) fn tell_held(&self) {
        if self.settings.stage == StageName::Dedup {
            let (documents, bytes) = self.desk.held();
            self.observer.held(documents, bytes);
        }
    }

    fn rest_after_failure(&mut self) {
        self.failures = self.failures.saturating_add(1);
        self.filling.shrink_after(self.failures);
        let rest = FIRST_REST.saturating_mul(1 << self.failures.min(10)).min(LONGEST_REST);
        self.clock.rest(rest);
    }

    pub(super) fn heartbeat(&self, doing: &'static str) {
        self.observer.heartbeat(self.settings.stage, doing);
    }
}

/// Calls again, a few times, while the error says that the same call may be repeated.
fn repeat(mut call: impl FnMut() -> Result<(), BusError>) -> Result<(), BusError> {
    for _ in 1..RETRIES {
        match call() {
            Err(e) if e.class == ErrorClass::Retriable => {}
            other => return other,
        }
    }
    call()
}
