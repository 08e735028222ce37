//! The exactly-once loop, one for both stages.
//!
//! ```text
//!  poll ──▶ filling ──submit──▶ desk (stage, other threads) ──take──▶ ready ──▶ begin, produce ──▶ acknowledged?
//!   ▲                                                                                                  │
//!   │            rewind: seek to the committed offsets                                                 ▼
//!   └──────────────────────────────◀── abort ◀── refused ──────────────── send offsets, commit, merge
//! ```
//!
//! One thread owns the bus and calls [`Loop::turn`] again and again. A batch is one transaction: outputs, dead letters, changelog rows
//! and source offsets become visible together or not at all. The transaction is open only while producing; the next batch is worked on
//! while the last one is acknowledged. Work that was not produced may be dropped at any time: its records are read again.
//!
//! | file | job |
//! | --- | --- |
//! | `turn` | one turn: move the batch in hand forward, then poll |
//! | `transaction` | begin, produce, send offsets, commit, merge; abort, replace, reconcile |
//! | `rebalance` | partitions come and go; where a partition begins |
//! | `batch` | what is being collected, and when it is full |
//! | `desk` | where the stage works: its own thread, or inline for the simulation |
//! | `crash` | the note in the committed offset that finds the page that ends the process |
//! | `observer` | what the loop tells to logs, metrics and health |
//! | `run` | both loops of the process, from start to drain |

pub mod batch;
pub mod crash;
pub mod desk;
pub mod observer;
mod rebalance;
pub mod run;
pub mod start;
mod transaction;
mod turn;

use crate::bus::{Bus, BusError, ErrorClass};
use crate::config::settings::Start;
use crate::record::TopicPartition;
use crate::stage::{Condemned, Effects, StageError, StageName};
use batch::{BatchLimits, Filling, Portion};
use crash::Note;
use desk::Desk;
use observer::Observer;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// Monotonic time and rest, so that the simulation can own both.
pub trait Clock {
    /// Since an arbitrary beginning.
    fn now(&self) -> Duration;
    /// Waits a little for something that another thread or the broker does.
    fn rest(&self, time: Duration);
}

#[derive(Debug, Clone)]
pub struct LoopSettings {
    pub stage: StageName,
    pub batch: BatchLimits,
    /// Where a new group begins.
    pub start: Start,
    /// What finishing the batch in hand may take when partitions are revoked, and at shutdown.
    pub revoke_budget: Duration,
    pub drain: Duration,
}

/// Why a loop ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    #[error(transparent)]
    Bus(#[from] BusError),
    #[error(transparent)]
    Stage(#[from] StageError),
    #[error("{0}")]
    Other(String),
}

/// A partition that this loop works on.
#[derive(Debug)]
struct Partition {
    /// The next offset to commit from: everything before it is committed.
    next: i64,
    /// The next offset to take from the client: records before it were taken already.
    wanted: i64,
    /// Its changelogs are being read, under this ticket; records are not taken.
    restoring: Option<u64>,
    note: Note,
    /// The note of this assignment stands in the committed offset.
    noted: bool,
    /// The group has a committed offset of it. Before that none of its records is worked on.
    anchored: bool,
}

/// A batch whose transaction is open.
#[derive(Debug)]
struct Open {
    portion: Portion,
    unsent: VecDeque<crate::record::OutRecord>,
    /// Records and bytes of all that is produced.
    out: (usize, usize),
    fates: Vec<crate::stage::Fate>,
    since: Duration,
}

/// The producer is gone and what it had open must be settled: `Some` names the batch that may or may not be committed.
#[derive(Debug)]
struct Unresolved {
    batch: Option<Open>,
    attempts: u32,
}

/// One loop: a member of its group with its transactional producer, and the stage at its desk.
pub struct Loop<B: Bus, D: Desk, C: Clock> {
    bus: B,
    desk: D,
    clock: C,
    settings: LoopSettings,
    observer: Arc<dyn Observer>,
    partitions: BTreeMap<TopicPartition, Partition>,
    /// Given to this member, not fetched yet: their committed offsets are still to be found.
    joining: Vec<TopicPartition>,
    /// Raised whenever unproduced work is dropped; results that carry an older one are ignored.
    epoch: u64,
    filling: Filling,
    at_desk: Option<Portion>,
    ready: Option<(Portion, Effects)>,
    open: Option<Open>,
    unresolved: Option<Unresolved>,
    /// Records that must not be worked on again.
    condemned: HashMap<(TopicPartition, i64), Condemned>,
    /// Tickets of restores.
    tickets: u64,
    /// The partition that is worked on alone, record by record; all others are paused.
    solo: Option<TopicPartition>,
    /// Since when the partition that is worked on alone has had nothing to read.
    solo_idle: Option<Duration>,
    /// The group has given an assignment, be it an empty one.
    member: bool,
    /// Partitions are paused at the client because there is no room.
    paused: bool,
    /// Since when there was no room.
    full_since: Option<Duration>,
    /// Batches in a row that came to nothing.
    failures: u32,
    draining: Option<Duration>,
}

impl<B: Bus, D: Desk, C: Clock> Loop<B, D, C> {
    pub fn new(bus: B, desk: D, clock: C, settings: LoopSettings, observer: Arc<dyn Observer>) -> Self {
        let filling = Filling::new(settings.batch);
        Self {
            bus,
            desk,
            clock,
            settings,
            observer,
            partitions: BTreeMap::new(),
            joining: Vec::new(),
            epoch: 0,
            filling,
            at_desk: None,
            ready: None,
            open: None,
            unresolved: None,
            condemned: HashMap::new(),
            tickets: 0,
            solo: None,
            solo_idle: None,
            member: false,
            paused: false,
            full_since: None,
            failures: 0,
            draining: None,
        }
    }

    /// Nothing more is taken; the batch in hand is finished. [`Loop::drained`] tells when.
    pub fn drain(&mut self) {
        if self.draining.is_none() {
            self.draining = Some(self.clock.now());
            self.filling.clear();
        }
    }

    /// Whether a draining loop has nothing left to do, or its time is over.
    pub fn drained(&self) -> bool {
        let Some(since) = self.draining else { return false };
        let idle = self.at_desk.is_none() && self.ready.is_none() && self.open.is_none() && self.unresolved.is_none();
        idle || self.clock.now().saturating_sub(since) > self.settings.drain
    }

    /// Ends the loop: what is open is aborted by closing, unproduced work is dropped, the member leaves its group.
    pub fn close(mut self) {
        if self.open.take().is_some() {
            // Best effort: the broker's transaction timeout does it otherwise.
            let _ = self.bus.abort();
        }
        self.clear_notes(&self.partitions.keys().cloned().collect::<Vec<_>>());
        self.bus.close();
    }

    /// Whether the group has ever given it an assignment.
    pub fn has_joined(&self) -> bool {
        self.member
    }

    /// For tests: the bus of this loop.
    pub fn bus(&mut self) -> &mut B {
        &mut self.bus
    }

    /// Whether nothing is in hand: no record waits, is worked on or is on its way.
    pub fn is_idle(&self) -> bool {
        self.filling.is_empty()
            && self.at_desk.is_none()
            && self.ready.is_none()
            && self.open.is_none()
            && self.unresolved.is_none()
            && self.joining.is_empty()
            && self.partitions.values().all(|p| p.restoring.is_none())
    }

    /// Drops all work that was not produced; its records are read again from the committed offsets.
    fn rewind(&mut self) -> Result<(), Stop> {
        self.drop_work();
        let places: Vec<_> = self.partitions.iter().filter(|(_, p)| p.restoring.is_none()).map(|(tp, p)| (tp.clone(), p.next)).collect();
        for (tp, next) in &places {
            if let Some(p) = self.partitions.get_mut(tp) {
                p.wanted = *next;
            }
        }
        self.retry("seek", |bus| bus.seek(&places))
    }

    /// Forgets what is collected, at the desk or ready.
    fn drop_work(&mut self) {
        debug_assert!(self.open.is_none(), "the overlay of an open batch must not be dropped");
        self.epoch += 1;
        self.filling.clear();
        self.at_desk = None;
        self.ready = None;
        self.desk.discard();
    }

    /// Repeats a call while the bus says that it may be repeated, a bounded number of times.
    fn retry<T>(&mut self, what: &'static str, mut call: impl FnMut(&mut B) -> Result<T, BusError>) -> Result<T, Stop> {
        const ATTEMPTS: u32 = 10;
        const REST: Duration = Duration::from_millis(100);
        let mut last = None;
        for _ in 0..ATTEMPTS {
            self.observer.heartbeat(self.settings.stage, what);
            match call(&mut self.bus) {
                Ok(value) => return Ok(value),
                Err(e) if e.class == ErrorClass::Retriable => last = Some(e),
                Err(e) => return Err(e.into()),
            }
            self.clock.rest(REST);
        }
        Err(last.map_or_else(|| Stop::Other(what.into()), Stop::Bus))
    }
}
