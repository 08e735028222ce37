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

/// Turns the loop until it is told to stop and has drained, or until it cannot go on. Leaves the group in both cases.
pub fn drive<B: Bus, D: Desk, C: Clock>(mut worker: Loop<B, D, C>, stop: &AtomicBool) -> Result<(), Stop> {
    let ended = loop {
        if stop.load(Ordering::Relaxed) {
            worker.drain();
        }
        if let Err(e) = worker.turn() {
            break Err(e);
        }
        if worker.drained() {
            break Ok(());
        }
    };
    worker.close();
    ended
}
