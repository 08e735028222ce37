//! Reading and cleaning ahead of the deciding: bounded in bytes, in input order, with all cores busy.
//!
//! One thread reads. Two lanes clean alternate batches on one pool, so that the last slow page of a batch does not leave cores idle. The
//! caller takes the batches in turn.

use super::Presets;
use super::input::{Input, Line, Lines};
use super::warc::Records;
use crate::page::{InLimits, Preset};
use crate::record::Record;
use crate::stage::clean::CleanStage;
use crate::stage::{Effects, Stage, Work};
use anyhow::{Context, anyhow};
use std::cell::Cell;
use std::io::BufRead;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

const LANES: usize = 2;
const BATCH_RECORDS: usize = 512;
const BATCH_BYTES: usize = 8 << 20;
/// Of all batches that are read and not written yet.
const IN_FLIGHT_BYTES: usize = 64 << 20;

/// A line that was too long to be held as a whole.
pub(super) struct Oversize {
    /// Position in the batch.
    pub source: usize,
    pub bytes: u64,
    pub sha256: [u8; 32],
}

/// A batch after CLEAN.
pub(super) struct Cleaned {
    pub effects: Effects,
    pub oversize: Vec<Oversize>,
    pub bytes: usize,
}

#[derive(Default)]
struct Batch {
    works: Vec<Work>,
    oversize: Vec<Oversize>,
    bytes: usize,
}

/// What goes through a lane. An end that nobody announced is a thread that died.
enum Message<T> {
    Batch(T),
    Failed(anyhow::Error),
    End,
}

/// The cleaned batches, in input order.
pub(super) struct Batches {
    lanes: [Receiver<Message<Cleaned>>; LANES],
    turn: Cell<usize>,
    budget: Arc<Budget>,
}

/// Starts reading and cleaning. The threads end with the input, or when the process does.
pub(super) fn start(
    inputs: Vec<Input>,
    presets: Presets,
    cleaners: [CleanStage; LANES],
    threads: usize,
    limits: InLimits,
    read: Arc<AtomicU64>,
) -> anyhow::Result<Batches> {
    let budget = Arc::new(Budget { held: Mutex::new(0), freed: Condvar::new(), limit: IN_FLIGHT_BYTES });
    let pool = Arc::new(rayon::ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("clean-{i}")).build()?);
    let mut to_lanes = Vec::with_capacity(LANES);
    let mut lane = |mut cleaner: CleanStage| {
        let (to_lane, batches) = sync_channel(1);
        let (to_caller, cleaned) = sync_channel(1);
        to_lanes.push(to_lane);
        let pool = pool.clone();
        thread::spawn(move || clean(&batches, &to_caller, &mut cleaner, &pool));
        cleaned
    };
    let lanes = cleaners.map(&mut lane);
    let held = budget.clone();
    thread::spawn(move || {
        let mut feed = Feed { lanes: to_lanes, turn: 0, budget: held, batch: Batch::default() };
        let done = inputs.iter().try_for_each(|input| feed.read(input, presets.of(&input.name()), limits, &read));
        feed.finish(done);
    });
    Ok(Batches { lanes, turn: Cell::new(0), budget })
}

impl Batches {
    /// The next batch; `None` at the end of the input.
    pub(super) fn next(&self) -> anyhow::Result<Option<Cleaned>> {
        let turn = self.turn.get();
        self.turn.set((turn + 1) % LANES);
        match self.lanes[turn].recv() {
            Ok(Message::Batch(cleaned)) => Ok(Some(cleaned)),
            Ok(Message::Failed(e)) => Err(e),
            Ok(Message::End) => Ok(None),
            Err(_) => Err(anyhow!("a thread ended before its input did")),
        }
    }

    /// The bytes of a batch are no longer held.
    pub(super) fn written(&self, bytes: usize) {
        self.budget.free(bytes);
    }
}

fn clean(batches: &Receiver<Message<Batch>>, to_caller: &SyncSender<Message<Cleaned>>, cleaner: &mut CleanStage, pool: &rayon::ThreadPool) {
    // Ends when the reader or the caller has gone.
    while let Ok(message) = batches.recv() {
        let message = match message {
            Message::Batch(Batch { works, oversize, bytes }) => match pool.install(|| cleaner.process(works)) {
                Ok(effects) => Message::Batch(Cleaned { effects, oversize, bytes }),
                Err(e) => Message::Failed(e.into()),
            },
            Message::Failed(e) => Message::Failed(e),
            Message::End => Message::End,
        };
        if to_caller.send(message).is_err() {
            return;
        }
    }
}

/// What a file consists of.
enum Items<R> {
    Lines(Lines<R>),
    Records(Records<R>),
}

impl<R: BufRead> Items<R> {
    fn next(&mut self) -> std::io::Result<Option<Line>> {
        match self {
            Items::Lines(lines) => lines.next(),
            Items::Records(records) => records.next(),
        }
    }
}

/// The reading side: lines into batches, batches into the lanes by turns.
struct Feed {
    lanes: Vec<SyncSender<Message<Batch>>>,
    turn: usize,
    budget: Arc<Budget>,
    batch: Batch,
}

impl Feed {
    fn read(&mut self, input: &Input, preset: Preset, limits: InLimits, read: &Arc<AtomicU64>) -> anyhow::Result<()> {
        let topic = input.name();
        let (reader, limit) = (input.open(read.clone())?, limits.event_bytes());
        let (mut items, what) = if preset.is_warc() {
            (Items::Records(Records::new(reader, limit)), "record")
        } else {
            (Items::Lines(Lines::new(reader, limit)), "line")
        };
        let mut last = 0;
        while let Some(line) = items.next().with_context(|| format!("{topic}: after {what} {last}"))? {
            last = line.number + 1;
            if let Some((bytes, sha256)) = line.cut {
                self.batch.oversize.push(Oversize { source: self.batch.works.len(), bytes, sha256 });
            }
            self.batch.bytes += line.bytes.len();
            self.batch.works.push(Work::from(Record {
                topic: topic.clone(),
                partition: 0,
                offset: line.number,
                timestamp: None,
                key: None,
                value: Some(line.bytes),
                headers: Vec::new(),
            }));
            if self.batch.works.len() >= BATCH_RECORDS || self.batch.bytes >= BATCH_BYTES {
                self.hand_on();
            }
        }
        Ok(())
    }

    fn hand_on(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        if !batch.works.is_empty() {
            self.budget.take(batch.bytes);
            self.send(Message::Batch(batch));
        }
    }

    /// A lane that has gone belongs to a process that is ending.
    fn send(&mut self, message: Message<Batch>) {
        let _ = self.lanes[self.turn].send(message);
        self.turn = (self.turn + 1) % self.lanes.len();
    }

    fn finish(&mut self, done: anyhow::Result<()>) {
        // What was read before a failure is still worked on.
        self.hand_on();
        self.send(match done {
            Ok(()) => Message::End,
            Err(e) => Message::Failed(e),
        });
    }
}

/// Bytes in flight. A batch larger than the whole budget goes alone.
struct Budget {
    held: Mutex<usize>,
    freed: Condvar,
    limit: usize,
}

impl Budget {
    fn take(&self, bytes: usize) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while *held > 0 && *held + bytes > self.limit {
            held = self.freed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        *held += bytes;
    }

    fn free(&self, bytes: usize) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_sub(bytes);
        self.freed.notify_one();
    }
}
