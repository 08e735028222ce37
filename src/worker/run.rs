//! A loop on its thread, from the first turn to the drain.

use super::desk::Desk;
use super::{Clock, Loop, Stop};
use crate::bus::Bus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The machine's monotonic clock.
pub struct RealClock {
    origin: Instant,
}

impl RealClock {
    pub fn start() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Clock for RealClock {
    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    fn rest(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// How a loop ended that could not go on.
#[derive(Debug)]
pub struct Broken {
    pub stop: Stop,
    /// Its group never gave it an assignment: it has done nothing, and what is wrong is wrong with the start.
    pub unjoined: bool,
}

/// Turns the loop until it is told to stop and has drained, or until it cannot go on. Leaves the group in both cases.
pub fn drive<B: Bus, D: Desk, C: Clock>(mut worker: Loop<B, D, C>, stop: &AtomicBool) -> Result<(), Broken> {
    let ended = loop {
        if stop.load(Ordering::Relaxed) {
            worker.drain();
        }
        if let Err(e) = worker.turn() {
            break Err(Broken { stop: e, unjoined: !worker.has_joined() });
        }
        if worker.drained() {
            break Ok(());
        }
    };
    worker.close();
    ended
}
