//! One turn of the loop: move what is in hand forward, then poll.

use super::crash::Note;
use super::desk::{Desk, Finished};
use super::observer::LoopState;
use super::{Clock, Loop, Stop};
use crate::bus::{Bus, ErrorClass, Polled};
use crate::record::{Record, TopicPartition};
use crate::stage::{Condemned, Work};
use std::time::Duration;

/// Records taken in one turn: enough that a turn's other checks cost nothing, few enough that acknowledgements do not wait.
const RECORDS_A_TURN: usize = 128;
/// Waiting for something of our own: the desk, or acknowledgements.
const SHORT: Duration = Duration::from_millis(2);
/// Waiting for records.
const LONG: Duration = Duration::from_millis(100);
/// How long a partition that is worked on alone may have nothing to read before the others go on.
const SOLO_PATIENCE: Duration = Duration::from_secs(5);
/// How long polling may rest for want of room. Pausing throws away what the client has prefetched, so it comes only after this; group
/// events may wait that long.
const STALL: Duration = Duration::from_secs(1);

impl<B: Bus, D: Desk, C: Clock> Loop<B, D, C> {
    /// One turn. An error ends the loop.
    pub fn turn(&mut self) -> Result<(), Stop> {
        self.heartbeat("turn");
        self.collect()?;
        self.transact()?;
        self.change_solo()?;
        self.submit()?;
        self.join()?;
        self.anchor()?;
        self.report();
        self.poll()
    }

    /// Takes what the desk has finished.
    fn collect(&mut self) -> Result<(), Stop> {
        while let Some(finished) = self.desk.take() {
            match finished {
                Finished::Batch { epoch, effects, time } => {
                    let effects = effects?;
                    // Work of an older epoch was dropped while it was at the desk.
                    if epoch == self.epoch
                        && let Some(portion) = self.at_desk.take()
                    {
                        self.observer.worked(self.settings.stage, portion.places.len(), time);
                        for (source, time) in &effects.slow {
                            if let Some((tp, offset)) = portion.places.get(*source) {
                                self.observer.slow(self.settings.stage, tp, *offset, *time);
                            }
                        }
                        self.ready = Some((portion, effects));
                    }
                }
                Finished::Restored { source, ticket, next } => {
                    if self.partitions.get(&source).is_some_and(|p| p.restoring == Some(ticket)) {
                        match next {
                            Ok(next) => self.restored(&source, next)?,
                            Err(error) => self.restore_failed(&source, error)?,
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Hands the collected batch to the desk when it is due and the desk is free.
    fn submit(&mut self) -> Result<(), Stop> {
        let now = self.clock.now();
        let due = self.filling.is_due(now) || (self.solo.is_some() && !self.filling.is_empty());
        // A partition that must be worked on alone is not, until everything else is out of the way.
        let waits_for_solo = self.alone() != self.solo;
        if !due || waits_for_solo || self.at_desk.is_some() || self.ready.is_some() || self.unresolved.is_some() || !self.begin_notes()? {
            return Ok(());
        }
        let (portion, work) = self.filling.take(self.epoch, now);
        self.at_desk = Some(portion);
        self.desk.submit(self.epoch, work);
        Ok(())
    }

    /// Writes the notes of partitions whose work begins, see `crash`. Whether the batch may go on.
    fn begin_notes(&mut self) -> Result<bool, Stop> {
        let new: Vec<_> = self
            .filling
            .portion()
            .next
            .keys()
            .filter_map(|tp| self.partitions.get(tp).map(|p| (tp, p)))
            .filter(|(_, p)| !p.noted && !p.note.condemns())
            .map(|(tp, p)| (tp.clone(), p.next, p.note.begin()))
            .collect();
        if self.filling.portion().next.keys().any(|tp| self.partitions.get(tp).is_some_and(|p| !p.anchored)) {
            return Ok(false);
        }
        if new.is_empty() {
            return Ok(true);
        }
        if self.open.is_some() {
            return Ok(false);
        }
        let offsets: Vec<_> =
            new.iter().map(|(tp, next, note)| (tp.clone(), crate::bus::Committed { offset: *next, metadata: note.to_string() })).collect();
        if !self.commit_offsets("note the beginning", &offsets)? {
            return Ok(false);
        }
        for (tp, _, note) in new {
            if let Some(p) = self.partitions.get_mut(&tp) {
                p.note = note;
                p.noted = true;
            }
        }
        Ok(true)
    }

    /// The partition whose records are to be worked on alone, if any.
    pub(super) fn alone(&self) -> Option<TopicPartition> {
        self.partitions.iter().find(|(_, p)| p.note.is_alone() && p.restoring.is_none()).map(|(tp, _)| tp.clone())
    }

    /// Enters or leaves the time in which one partition is worked on alone, record by record, while the others rest.
    fn change_solo(&mut self) -> Result<(), Stop> {
        if self.open.is_some() || self.unresolved.is_some() {
            return Ok(());
        }
        let solo = self.alone();
        if solo == self.solo {
            return Ok(());
        }
        self.solo = solo;
        self.paused = false;
        self.rewind()?;
        let (run, rest): (Vec<_>, Vec<_>) = self
            .partitions
            .iter()
            .filter(|(_, p)| p.restoring.is_none())
            .map(|(tp, _)| tp.clone())
            .partition(|tp| self.solo.as_ref().is_none_or(|s| s == tp));
        self.retry("pause", |bus| bus.pause(&rest))?;
        self.retry("resume", |bus| bus.resume(&run))
    }

    fn report(&self) {
        let state = if self.draining.is_some() {
            LoopState::Draining
        } else if self.unresolved.is_some() {
            LoopState::Settling
        } else if !self.member || !self.joining.is_empty() {
            LoopState::Joining
        } else if self.partitions.values().any(|p| p.restoring.is_some()) {
            let (read, total) = self.desk.restore_progress();
            LoopState::Restoring { read, total }
        } else {
            LoopState::Ready
        };
        self.observer.state(self.settings.stage, state);
        let in_hand = [self.at_desk.as_ref(), self.ready.as_ref().map(|(p, _)| p), self.open.as_ref().map(|o| &o.portion)];
        let bytes = self.filling.portion().bytes + in_hand.into_iter().flatten().map(|p| p.bytes).sum::<usize>();
        self.observer.queued(self.settings.stage, bytes);
    }

    fn has_room(&self) -> bool {
        self.draining.is_none() && !self.filling.is_full() && (self.solo.is_none() || (self.filling.is_empty() && self.is_pipe_empty()))
    }

    fn is_pipe_empty(&self) -> bool {
        self.at_desk.is_none() && self.ready.is_none() && self.open.is_none()
    }

    fn poll(&mut self) -> Result<(), Stop> {
        let now = self.clock.now();
        if !self.has_room() {
            let since = *self.full_since.get_or_insert(now);
            if now.saturating_sub(since) < STALL && self.draining.is_none() {
                // With nothing on its way only the desk can change anything, and it rings: a hundredth of the wake-ups.
                let only_the_desk = self.open.is_none() && self.at_desk.is_some() && self.unresolved.is_none();
                if !(only_the_desk && self.desk.wait(LONG)) {
                    self.clock.rest(SHORT);
                }
                return Ok(());
            }
            self.pause_all()?;
            return self.poll_once(SHORT).map(|_| ());
        }
        self.full_since = None;
        self.resume_all()?;
        let mut wait = self.patience(now);
        for _ in 0..RECORDS_A_TURN {
            if !self.poll_once(wait)? || !self.has_room() {
                break;
            }
            wait = Duration::ZERO;
        }
        self.end_idle_solo();
        Ok(())
    }

    /// The record that ended the process was there when it did. A partition that is worked on alone and has nothing to read is past it,
    /// however many records its note still counts: without this the others would wait for pages that nobody has sent yet.
    fn end_idle_solo(&mut self) {
        let idle = self.solo.is_some() && self.filling.is_empty() && self.is_pipe_empty() && self.unresolved.is_none();
        if !idle {
            self.solo_idle = None;
            return;
        }
        let now = self.clock.now();
        let since = *self.solo_idle.get_or_insert(now);
        if now.saturating_sub(since) >= SOLO_PATIENCE
            && let Some(p) = self.solo.as_ref().and_then(|tp| self.partitions.get_mut(tp))
        {
            p.note = Note::default();
            p.noted = false;
        }
    }

    fn patience(&self, now: Duration) -> Duration {
        if !self.is_pipe_empty() || self.unresolved.is_some() || self.partitions.values().any(|p| p.restoring.is_some()) {
            return SHORT;
        }
        self.filling.due_in(now).map_or(LONG, |due| due.min(LONG))
    }

    /// Polls once. Whether a record came.
    fn poll_once(&mut self, wait: Duration) -> Result<bool, Stop> {
        let polled = match self.bus.poll(wait) {
            Ok(polled) => polled,
            Err(e) if e.class == ErrorClass::Retriable => Polled::Trouble(e.to_string()),
            Err(e) => return Err(e.into()),
        };
        match polled {
            Polled::Nothing => return Ok(false),
            Polled::Record(record) => {
                self.accept(record);
                return Ok(true);
            }
            Polled::Assigned(partitions) => self.assigned(partitions)?,
            Polled::Revoked(partitions) => self.revoked(partitions, false)?,
            Polled::Lost(partitions) => self.revoked(partitions, true)?,
            Polled::Trouble(message) => self.observer.trouble(self.settings.stage, &message),
        }
        Ok(false)
    }

    /// Puts a record to the batch. What is refused here is read again: a seek to the committed offset follows every reason to refuse.
    fn accept(&mut self, record: Record) {
        if self.draining.is_some() {
            return;
        }
        let tp = record.topic_partition();
        let Some(p) = self.partitions.get_mut(&tp) else { return };
        let other = self.solo.as_ref().is_some_and(|s| *s != tp);
        if p.restoring.is_some() || other || record.offset < p.wanted {
            return;
        }
        p.wanted = record.offset + 1;
        let mut work = Work::from(record);
        if p.note.condemns() {
            work.verdict = Some(Condemned::Crash { attempts: p.note.alone });
        } else if !self.condemned.is_empty() {
            work.verdict = self.condemned.get(&(tp, work.record.offset)).cloned();
        }
        self.filling.push(work);
    }

    fn pause_all(&mut self) -> Result<(), Stop> {
        if self.paused {
            return Ok(());
        }
        let all: Vec<_> = self.partitions.keys().cloned().collect();
        self.retry("pause", |bus| bus.pause(&all))?;
        self.paused = true;
        Ok(())
    }

    fn resume_all(&mut self) -> Result<(), Stop> {
        if !self.paused {
            return Ok(());
        }
        let solo = self.solo.clone();
        let all: Vec<_> = self
            .partitions
            .iter()
            .filter(|(tp, p)| p.restoring.is_none() && solo.as_ref().is_none_or(|s| s == *tp))
            .map(|(tp, _)| tp.clone())
            .collect();
        self.retry("resume", |bus| bus.resume(&all))?;
        self.paused = false;
        Ok(())
    }
}
