//! Partitions come and go; where a partition begins.
//!
//! What was produced is finished or aborted within one time budget; what was not produced is dropped, since its records are read again
//! by whoever owns the partition next.

use super::crash::Note;
use super::desk::Desk;
use super::observer::LoopState;
use super::{Clock, Loop, Partition, Stop};
use crate::bus::{Bus, BusError, Committed, ErrorClass};
use crate::config::settings::Start;
use crate::record::TopicPartition;
use crate::stage::StageError;
use std::collections::BTreeMap;
use std::time::Duration;

const REST: Duration = Duration::from_millis(1);

/// Where a partition begins, and whether the group has it so.
pub(super) struct Beginning {
    pub(super) committed: Committed,
    pub(super) known: bool,
}

impl<B: Bus, D: Desk, C: Clock> Loop<B, D, C> {
    /// Partitions were given to this member. They are fetched once their committed offsets are known.
    pub(super) fn assigned(&mut self, partitions: Vec<TopicPartition>) -> Result<(), Stop> {
        self.observer.rebalanced(self.settings.stage);
        self.member = true;
        if partitions.is_empty() {
            // The client waits for an answer to every event.
            return Ok(self.bus.assign(&[])?);
        }
        self.joining = partitions;
        self.join()
    }

    /// Finds where the joining partitions begin and answers the assignment. While another member's transaction with their offsets is
    /// still open the broker does not tell; then this is tried again in a later turn.
    pub(super) fn join(&mut self) -> Result<(), Stop> {
        if self.joining.is_empty() || self.unresolved.is_some() {
            return Ok(());
        }
        self.observer.state(self.settings.stage, LoopState::Joining);
        self.heartbeat("committed offsets");
        match self.beginnings() {
            Ok(places) => {
                self.joining.clear();
                let offsets: Vec<_> = places.iter().map(|(tp, b)| (tp.clone(), b.committed.offset)).collect();
                self.bus.assign(&offsets)?;
                let all: Vec<_> = offsets.into_iter().map(|(tp, _)| tp).collect();
                if self.paused {
                    self.bus.pause(&all)?;
                } else {
                    // The client remembers a pause beyond the assignment: one that was paused when it was lost would never be read again.
                    self.bus.resume(&all)?;
                }
                for (tp, beginning) in places {
                    self.begin_partition(&tp, beginning, true)?;
                }
                Ok(())
            }
            Err(e) if e.class == ErrorClass::Retriable => {
                self.observer.trouble(self.settings.stage, &format!("waiting for committed offsets: {e}"));
                Ok(())
            }
            Err(e) => Err(e.into()),
        }
    }

    /// The committed offset of each joining partition; of a new group the start of the configuration, which [`Loop::anchor`] commits.
    fn beginnings(&mut self) -> Result<BTreeMap<TopicPartition, Beginning>, BusError> {
        let joining = self.joining.clone();
        let committed = self.bus.committed(&joining)?;
        let mut places = BTreeMap::new();
        let mut unknown = Vec::new();
        for (tp, c) in joining.into_iter().zip(committed) {
            match c {
                Some(committed) => {
                    places.insert(tp, Beginning { committed, known: true });
                }
                None => unknown.push(tp),
            }
        }
        for tp in unknown {
            let offset = self.start_of(&tp)?;
            places.insert(tp, Beginning { committed: Committed { offset, metadata: String::new() }, known: false });
        }
        Ok(places)
    }

    /// Commits where partitions begin of which the group knows nothing yet. Only the own ones: the broker does not check who owns a
    /// partition. Not part of [`Loop::join`]: a member that was thrown out cannot commit, and hears of it only after it has answered the
    /// assignment.
    pub(super) fn anchor(&mut self) -> Result<(), Stop> {
        let starts: Vec<_> = self
            .partitions
            .iter()
            .filter(|(_, p)| !p.anchored && p.restoring.is_none())
            .map(|(tp, p)| (tp.clone(), Committed { offset: p.next, metadata: Note::of_start().to_string() }))
            .collect();
        if starts.is_empty() || self.open.is_some() || self.unresolved.is_some() || !self.commit_offsets("commit the start", &starts)? {
            return Ok(());
        }
        for (tp, _) in starts {
            if let Some(p) = self.partitions.get_mut(&tp) {
                p.anchored = true;
                p.note = Note::of_start();
            }
        }
        Ok(())
    }

    /// A known group has worked on some partition of the topic; another one without an offset is new and read from its beginning. A new
    /// group begins where the configuration says, also when several of its members begin at once: a start is no work.
    fn start_of(&mut self, tp: &TopicPartition) -> Result<i64, BusError> {
        let all = self.bus.partitions(&tp.topic)?;
        let known = self.bus.committed(&all)?.iter().flatten().any(|c| !Note::parse(&c.metadata).start);
        let (low, end) = self.bus.bounds(tp)?;
        match self.settings.start {
            _ if known => Ok(low),
            Start::Earliest => Ok(low),
            Start::Latest => Ok(end),
            Start::At(time) => self.bus.offset_at(tp, time),
        }
    }

    /// Takes up a partition at a committed offset: its changelogs first, when the stage has some. `fresh`: the client fetches from there
    /// already, since it was just assigned so.
    pub(super) fn begin_partition(&mut self, tp: &TopicPartition, beginning: Beginning, fresh: bool) -> Result<(), Stop> {
        let Beginning { committed, known } = beginning;
        let changelogs = self.desk.changelogs(tp);
        let note = Note::parse(&committed.metadata).take_over(self.settings.batch.max_records as u32);
        if note.is_alone() {
            self.observer.note(
                self.settings.stage,
                &format!(
                    "{tp}: earlier attempts from offset {} on ended the process; the next {} records are worked on alone",
                    committed.offset, note.left
                ),
            );
        }
        self.tickets += 1;
        let ticket = self.tickets;
        let restoring = (!changelogs.is_empty()).then_some(ticket);
        let partition = Partition { next: committed.offset, wanted: committed.offset, restoring, note, noted: false, anchored: known };
        self.partitions.insert(tp.clone(), partition);
        self.observer.position(tp, Some(committed.offset));
        if restoring.is_some() {
            let only = [tp.clone()];
            self.retry("pause", |bus| bus.pause(&only))?;
            self.desk.release(tp);
            let rows = self.retry("changelogs", |bus| bus.changelog(&changelogs))?;
            // Of what the group does not know, the checkpoint in the changelog decides.
            self.desk.restore(tp, ticket, rows, known.then_some(committed.offset));
        } else if !fresh {
            let place = [(tp.clone(), committed.offset)];
            self.retry("seek", |bus| bus.seek(&place))?;
        }
        Ok(())
    }

    /// The changelogs of a partition are read.
    pub(super) fn restored(&mut self, tp: &TopicPartition, next: Option<i64>) -> Result<(), Stop> {
        let Some(p) = self.partitions.get_mut(tp) else { return Ok(()) };
        p.restoring = None;
        if let Some(next) = next {
            p.next = next;
        }
        p.wanted = p.next;
        let place = [(tp.clone(), p.next)];
        self.observer.note(self.settings.stage, &format!("{tp}: restored, going on from offset {}", place[0].1));
        self.tell_held();
        self.retry("seek", |bus| bus.seek(&place))?;
        if !self.paused && self.solo.is_none() {
            let only = [tp.clone()];
            self.retry("resume", |bus| bus.resume(&only))?;
        }
        Ok(())
    }

    /// The changelogs do not fit the offset that was committed when they were opened, or cannot be read. A member that stood still and was
    /// thrown out meanwhile does not know it yet, and reads what its heir goes on writing: then the offset has moved, and the loss is
    /// heard of soon. Only what an unmoved offset does not explain ends the loop.
    pub(super) fn restore_failed(&mut self, tp: &TopicPartition, error: StageError) -> Result<(), Stop> {
        let Some(p) = self.partitions.get(tp) else { return Ok(()) };
        let same = Beginning { committed: Committed { offset: p.next, metadata: p.note.to_string() }, known: p.anchored };
        let again = match self.bus.committed(std::slice::from_ref(tp)) {
            Ok(now) => match now.into_iter().next().flatten() {
                Some(committed) if committed.offset != same.committed.offset => Beginning { committed, known: true },
                _ => return Err(error.into()),
            },
            Err(e) if e.class == ErrorClass::Stop => return Err(e.into()),
            Err(_) => same,
        };
        self.observer.note(self.settings.stage, &format!("{tp}: the group's offset moved while its changelogs were read: read anew"));
        self.begin_partition(tp, again, false)
    }

    /// Partitions go to other members. `lost`: they may be theirs already.
    pub(super) fn revoked(&mut self, partitions: Vec<TopicPartition>, lost: bool) -> Result<(), Stop> {
        self.observer.rebalanced(self.settings.stage);
        self.joining.retain(|tp| !partitions.contains(tp));
        if lost {
            // They are not ours to ask about any more.
            self.partitions.retain(|tp, _| !partitions.contains(tp));
            if self.open.is_some() {
                self.give_up(BusError::new(ErrorClass::Abort, "the partitions were lost to another member"))?;
            }
        } else {
            self.finish_produced()?;
        }
        if let Some(unresolved) = &mut self.unresolved {
            // Its overlay is dropped below with the rest. If it turns out committed, the offsets of the partitions that stay differ from
            // what this member left, and their state is read anew.
            unresolved.batch = None;
        }
        self.drop_work();
        if !lost {
            self.clear_notes(&partitions);
        }
        for tp in &partitions {
            self.partitions.remove(tp);
            self.desk.release(tp);
            self.observer.position(tp, None);
            self.condemned.retain(|(of, _), _| of != tp);
        }
        self.bus.unassign(&partitions)?;
        if self.unresolved.is_some() { Ok(()) } else { self.rewind() }
    }

    /// Waits until the open transaction has ended one way or the other, within the budget; else aborts it.
    fn finish_produced(&mut self) -> Result<(), Stop> {
        let since = self.clock.now();
        while self.open.is_some() {
            self.transact()?;
            if self.open.is_none() {
                break;
            }
            if self.clock.now().saturating_sub(since) > self.settings.revoke_budget {
                return self.give_up(BusError::new(ErrorClass::Abort, "not acknowledged within the time that a rebalance allows"));
            }
            self.clock.rest(REST);
        }
        Ok(())
    }

    /// A clean end is no crash: takes back the notes of attempts that were begun. Best effort, a note left behind costs a little care.
    pub(super) fn clear_notes(&mut self, partitions: &[TopicPartition]) {
        let noted: Vec<_> = partitions
            .iter()
            .filter_map(|tp| self.partitions.get(tp).map(|p| (tp, p)))
            .filter(|(_, p)| p.noted && !p.note.is_clear() && !p.note.is_alone())
            .map(|(tp, p)| (tp.clone(), Committed { offset: p.next, metadata: String::new() }))
            .collect();
        if !noted.is_empty() && self.unresolved.is_none() && self.open.is_none() {
            let _ = self.commit_offsets("clear the notes", &noted);
        }
    }
}
