//! Is the process alive, is it ready: what `/livez` and `/readyz` answer, from what the loops say of themselves.
//!
//! Alive: each loop goes round. Ready: each loop does its work, or has none to do. A member without partitions is ready: it stands by.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A rebalance is everyday work and no reason to take a member out; one that lasts longer than this has no end in sight.
const REBALANCE_GRACE: Duration = Duration::from_secs(60);

/// How far a loop is.
#[derive(Debug, Clone, PartialEq)]
pub enum Readiness {
    /// Not yet a member of its group.
    Starting,
    /// The index is being read from its changelogs; 0 to 1.
    Restoring { progress: f64 },
    /// The group is handing out its partitions anew.
    Rebalancing { since: Instant },
    /// At work, or standing by without partitions.
    Ready,
    /// No broker can be reached, with the client's own words.
    CutOff { reason: String },
}

#[derive(Debug)]
struct Loop {
    readiness: Readiness,
    last_alive: Instant,
    /// Longest time between two turns.
    limit: Duration,
}

/// What the loops of one process say of themselves.
#[derive(Debug, Default)]
pub struct Health {
    loops: Mutex<BTreeMap<&'static str, Loop>>,
}

impl Health {
    pub fn new() -> Self {
        Self::default()
    }

    /// A loop begins. It has to call [`Health::alive`] at least every `limit`.
    pub fn register(&self, stage: &'static str, limit: Duration) {
        self.loops().insert(stage, Loop { readiness: Readiness::Starting, last_alive: Instant::now(), limit });
    }

    /// A loop ended in good order: it is expected no longer.
    pub fn leave(&self, stage: &'static str) {
        self.loops().remove(stage);
    }

    /// The loop went round.
    pub fn alive(&self, stage: &'static str) {
        if let Some(l) = self.loops().get_mut(stage) {
            l.last_alive = Instant::now();
        }
    }

    pub fn set(&self, stage: &'static str, readiness: Readiness) {
        if let Some(l) = self.loops().get_mut(stage) {
            l.readiness = readiness;
        }
    }

    /// `Ok`, or a line for each loop that stands still.
    pub fn live(&self) -> Result<(), String> {
        self.live_at(Instant::now())
    }

    /// `Ok`, or a line for each loop that is not ready.
    pub fn ready(&self) -> Result<(), String> {
        self.ready_at(Instant::now())
    }

    fn live_at(&self, now: Instant) -> Result<(), String> {
        lines(self.loops().iter().filter_map(|(stage, l)| {
            let silent = now.saturating_duration_since(l.last_alive);
            (silent > l.limit).then(|| format!("{stage}: no turn for {} s (limit {} s)", silent.as_secs(), l.limit.as_secs()))
        }))
    }

    fn ready_at(&self, now: Instant) -> Result<(), String> {
        let loops = self.loops();
        if loops.is_empty() {
            return Err("starting: no loop runs yet\n".into());
        }
        lines(loops.iter().filter_map(|(stage, l)| Some(format!("{stage}: {}", obstacle(&l.readiness, now)?))))
    }

    fn loops(&self) -> MutexGuard<'_, BTreeMap<&'static str, Loop>> {
        self.loops.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a loop in this state is not ready.
fn obstacle(readiness: &Readiness, now: Instant) -> Option<String> {
    match readiness {
        Readiness::Ready => None,
        Readiness::Starting => Some("starting: waits for the group to hand out partitions".into()),
        Readiness::Restoring { progress } => Some(format!("restoring the index: {:.0} %", progress.clamp(0.0, 1.0) * 100.0)),
        Readiness::Rebalancing { since } => {
            let lasts = now.saturating_duration_since(*since);
            (lasts > REBALANCE_GRACE).then(|| format!("rebalancing for {} s", lasts.as_secs()))
        }
        Readiness::CutOff { reason } => Some(format!("cut off from the brokers: {reason}")),
    }
}

fn lines(found: impl Iterator<Item = String>) -> Result<(), String> {
    let text: String = found.map(|l| l + "\n").collect();
    if text.is_empty() { Ok(()) } else { Err(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    fn two_loops() -> Health {
        let health = Health::new();
        health.register("clean", LIMIT);
        health.register("dedup", LIMIT);
        health
    }

    #[test]
    fn nothing_is_ready_before_a_loop_runs() {
        assert!(Health::new().ready().unwrap_err().contains("no loop runs yet"));
        assert_eq!(Health::new().live(), Ok(()));
    }

    #[test]
    fn ready_when_every_loop_is() {
        let health = two_loops();
        assert!(health.ready().unwrap_err().starts_with("clean: starting"));
        health.set("clean", Readiness::Ready);
        health.set("dedup", Readiness::Restoring { progress: 0.417 });
        assert_eq!(health.ready().unwrap_err(), "dedup: restoring the index: 42 %\n");
        health.set("dedup", Readiness::Ready);
        assert_eq!(health.ready(), Ok(()));
        health.set("clean", Readiness::CutOff { reason: "connection refused".into() });
        assert_eq!(health.ready().unwrap_err(), "clean: cut off from the brokers: connection refused\n");
    }

    #[test]
    fn a_rebalance_is_no_obstacle_until_it_has_no_end() {
        let health = two_loops();
        let since = Instant::now();
        health.set("clean", Readiness::Rebalancing { since });
        health.set("dedup", Readiness::Ready);
        assert_eq!(health.ready_at(since + REBALANCE_GRACE), Ok(()));
        assert_eq!(health.ready_at(since + Duration::from_secs(61)).unwrap_err(), "clean: rebalancing for 61 s\n");
    }

    #[test]
    fn a_loop_that_stands_still_is_not_alive() {
        let health = two_loops();
        let now = Instant::now();
        assert_eq!(health.live_at(now), Ok(()));
        let later = now + LIMIT * 2;
        assert_eq!(health.live_at(later).unwrap_err().lines().count(), 2);
        health.leave("clean");
        assert!(health.live_at(later).unwrap_err().starts_with("dedup: no turn for 6"));
    }
}
