//! Where the stage works: on a thread of its own, so that the loop's thread keeps polling; or inline, for the simulation.
//!
//! Orders are carried out in the order they were given, so `merge` and `discard` mean the same on both.

use crate::bus::{Changelog, ErrorClass};
use crate::record::TopicPartition;
use crate::stage::{Effects, Stage, StageError, Work};
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

/// What comes back from the desk.
#[derive(Debug)]
pub enum Finished {
    Batch {
        epoch: u64,
        effects: Result<Effects, StageError>,
        time: Duration,
    },
    /// The changelogs of a partition are read; go on from this offset.
    Restored {
        source: TopicPartition,
        ticket: u64,
        next: Result<Option<i64>, StageError>,
    },
}

pub trait Desk {
    fn submit(&mut self, epoch: u64, batch: Vec<Work>);
    /// Changelogs that the stage wants to read before it works on `source`.
    fn changelogs(&self, source: &TopicPartition) -> Vec<TopicPartition>;
    /// Reads changelogs. The answer carries `ticket`; a later release of the partition makes it void.
    fn restore(&mut self, source: &TopicPartition, ticket: u64, rows: Box<dyn Changelog>, committed: Option<i64>);
    fn take(&mut self) -> Option<Finished>;
    /// Waits until there is something to take, at most so long. Whether it can: a desk that works inline has nothing to wait for.
    fn wait(&mut self, _limit: Duration) -> bool {
        false
    }
    fn merge(&mut self);
    fn discard(&mut self);
    fn release(&mut self, source: &TopicPartition);
    /// Documents and bytes that the stage holds.
    fn held(&self) -> (usize, usize);
    /// Rows read and to be read of the restore that is under way.
    fn restore_progress(&self) -> (u64, u64);
}

enum Order {
    Batch(u64, Vec<Work>),
    Restore { source: TopicPartition, ticket: u64, rows: Box<dyn Changelog>, committed: Option<i64>, void: Arc<AtomicBool> },
    Merge,
    Discard,
    Release(TopicPartition),
}

#[derive(Default)]
struct Gauges {
    documents: AtomicUsize,
    bytes: AtomicUsize,
    read: AtomicU64,
    total: AtomicU64,
}

/// Which changelogs a stage wants for a partition of its input.
type ChangelogsOf = Box<dyn Fn(&TopicPartition) -> Vec<TopicPartition> + Send>;

/// A stage on its own thread.
pub struct ThreadDesk {
    orders: Sender<Order>,
    finished: Receiver<Finished>,
    /// What `wait` has found and `take` has not taken yet.
    found: Option<Finished>,
    gauges: Arc<Gauges>,
    changelogs: ChangelogsOf,
    /// Restores that were ordered and not released: setting the flag ends one early.
    restores: HashMap<TopicPartition, Arc<AtomicBool>>,
}

impl ThreadDesk {
    /// `changelogs` answers for the stage, which moves to the other thread.
    pub fn start(
        mut stage: Box<dyn Stage>,
        changelogs: impl Fn(&TopicPartition) -> Vec<TopicPartition> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (orders, inbox) = channel::<Order>();
        let (outbox, finished) = channel();
        let gauges = Arc::new(Gauges::default());
        let shared = gauges.clone();
        std::thread::Builder::new().name(format!("{}-stage", stage.name().name())).spawn(move || {
            // Ends when the loop is gone and drops its end of the channel.
            while let Ok(order) = inbox.recv() {
                if let Some(answer) = carry_out(stage.as_mut(), order, &shared)
                    && outbox.send(answer).is_err()
                {
                    break;
                }
            }
        })?;
        Ok(Self { orders, finished, found: None, gauges, changelogs: Box::new(changelogs), restores: HashMap::new() })
    }

    fn order(&self, order: Order) {
        // A dead thread is noticed by `take`.
        let _ = self.orders.send(order);
    }
}

fn carry_out(stage: &mut dyn Stage, order: Order, gauges: &Gauges) -> Option<Finished> {
    let answer = match order {
        Order::Batch(epoch, batch) => {
            let begun = Instant::now();
            // A panic that comes through here left the stage's state in the middle of a change: the loop must stop, and the note in the
            // committed offset finds the record.
            let effects = catch_unwind(AssertUnwindSafe(|| stage.process(batch)))
                .unwrap_or_else(|_| Err(StageError::Stop(format!("the {} stage panicked; its state is not trusted", stage.name().name()))));
            Some(Finished::Batch { epoch, effects, time: begun.elapsed() })
        }
        Order::Restore { source, ticket, mut rows, committed, void } => {
            let next = restore(stage, &source, rows.as_mut(), committed, gauges, &void);
            (!void.load(Relaxed)).then_some(Finished::Restored { source, ticket, next })
        }
        Order::Merge => {
            stage.merge();
            None
        }
        Order::Discard => {
            stage.discard();
            None
        }
        Order::Release(source) => {
            stage.release(&source);
            None
        }
    };
    let (documents, bytes) = stage.held();
    gauges.documents.store(documents, Relaxed);
    gauges.bytes.store(bytes, Relaxed);
    answer
}

fn restore(
    stage: &mut dyn Stage,
    source: &TopicPartition,
    rows: &mut dyn Changelog,
    committed: Option<i64>,
    gauges: &Gauges,
    void: &AtomicBool,
) -> Result<Option<i64>, StageError> {
    stage.restore_begin(source);
    while !void.load(Relaxed) {
        match rows.next() {
            Ok(Some(row)) => stage.restore_row(source, &row)?,
            Ok(None) => return stage.restore_end(source, committed),
            // An open transaction before the end, or a broker that is away for a moment: the reader blocks a little in each call.
            Err(e) if e.class == ErrorClass::Retriable => {}
            Err(e) => return Err(StageError::Stop(format!("reading the changelogs of {source}: {e}"))),
        }
        let (read, total) = rows.progress();
        gauges.read.store(read, Relaxed);
        gauges.total.store(total, Relaxed);
        gauges.documents.store(stage.held().0, Relaxed);
    }
    Ok(None)
}

impl Desk for ThreadDesk {
    fn submit(&mut self, epoch: u64, batch: Vec<Work>) {
        self.order(Order::Batch(epoch, batch));
    }

    fn changelogs(&self, source: &TopicPartition) -> Vec<TopicPartition> {
        (self.changelogs)(source)
    }

    fn restore(&mut self, source: &TopicPartition, ticket: u64, rows: Box<dyn Changelog>, committed: Option<i64>) {
        let void = Arc::new(AtomicBool::new(false));
        if let Some(earlier) = self.restores.insert(source.clone(), void.clone()) {
            earlier.store(true, Relaxed);
        }
        self.order(Order::Restore { source: source.clone(), ticket, rows, committed, void });
    }

    fn wait(&mut self, limit: Duration) -> bool {
        if self.found.is_none() {
            // A thread that has ended answers at once, and `take` tells.
            self.found = self.finished.recv_timeout(limit).ok();
        }
        true
    }

    fn take(&mut self) -> Option<Finished> {
        if let Some(found) = self.found.take() {
            return Some(found);
        }
        match self.finished.try_recv() {
            Ok(finished) => Some(finished),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Finished::Batch {
                epoch: u64::MAX,
                effects: Err(StageError::Stop("the stage's thread has ended".into())),
                time: Duration::ZERO,
            }),
        }
    }

    fn merge(&mut self) {
        self.order(Order::Merge);
    }

    fn discard(&mut self) {
        self.order(Order::Discard);
    }

    fn release(&mut self, source: &TopicPartition) {
        if let Some(void) = self.restores.remove(source) {
            void.store(true, Relaxed);
        }
        self.order(Order::Release(source.clone()));
    }

    fn held(&self) -> (usize, usize) {
        (self.gauges.documents.load(Relaxed), self.gauges.bytes.load(Relaxed))
    }

    fn restore_progress(&self) -> (u64, u64) {
        (self.gauges.read.load(Relaxed), self.gauges.total.load(Relaxed))
    }
}

/// A stage that works when it is asked, on the caller's thread.
pub struct InlineDesk<S: Stage> {
    stage: S,
    finished: VecDeque<Finished>,
    restoring: VecDeque<Restoring>,
}

struct Restoring {
    source: TopicPartition,
    ticket: u64,
    rows: Box<dyn Changelog>,
    committed: Option<i64>,
}

/// Rows a call to `take` reads: few, so that a schedule can put other steps between.
const ROWS_A_STEP: usize = 16;

impl<S: Stage> InlineDesk<S> {
    pub fn new(stage: S) -> Self {
        Self { stage, finished: VecDeque::new(), restoring: VecDeque::new() }
    }

    pub fn stage(&mut self) -> &mut S {
        &mut self.stage
    }

    fn read_rows(&mut self) -> Option<Finished> {
        let job = self.restoring.front_mut()?;
        for _ in 0..ROWS_A_STEP {
            let next = match job.rows.next() {
                Ok(Some(row)) => match self.stage.restore_row(&job.source, &row) {
                    Ok(()) => continue,
                    Err(e) => Err(e),
                },
                Ok(None) => self.stage.restore_end(&job.source, job.committed),
                Err(e) if e.class == ErrorClass::Retriable => return None,
                Err(e) => Err(StageError::Stop(e.to_string())),
            };
            let job = self.restoring.pop_front()?;
            return Some(Finished::Restored { source: job.source, ticket: job.ticket, next });
        }
        None
    }
}

impl<S: Stage> Desk for InlineDesk<S> {
    fn submit(&mut self, epoch: u64, batch: Vec<Work>) {
        let effects = self.stage.process(batch);
        self.finished.push_back(Finished::Batch { epoch, effects, time: Duration::ZERO });
    }

    fn changelogs(&self, source: &TopicPartition) -> Vec<TopicPartition> {
        self.stage.changelogs(source)
    }

    fn restore(&mut self, source: &TopicPartition, ticket: u64, rows: Box<dyn Changelog>, committed: Option<i64>) {
        self.stage.restore_begin(source);
        self.restoring.push_back(Restoring { source: source.clone(), ticket, rows, committed });
    }

    fn take(&mut self) -> Option<Finished> {
        self.finished.pop_front().or_else(|| self.read_rows())
    }

    fn merge(&mut self) {
        self.stage.merge();
    }

    fn discard(&mut self) {
        self.stage.discard();
    }

    fn release(&mut self, source: &TopicPartition) {
        self.restoring.retain(|r| r.source != *source);
        self.stage.release(source);
    }

    fn held(&self) -> (usize, usize) {
        self.stage.held()
    }

    fn restore_progress(&self) -> (u64, u64) {
        self.restoring.front().map_or((0, 0), |r| r.rows.progress())
    }
}
