//! Ends the process when a blocking call overruns its limit.
//!
//! A thread that is stuck inside the C client cannot be interrupted, and its loop holds partitions that others could work on. Leaving is
//! safe at any moment: what is not committed is done again by whoever gets the partitions.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What happens on an overrun, with the name of the call.
type Action = Box<dyn Fn(&'static str, Duration) + Send>;

#[derive(Default)]
struct Calls {
    running: BTreeMap<u64, Call>,
    next: u64,
    closed: bool,
}

#[derive(Clone, Copy)]
struct Call {
    name: &'static str,
    limit: Duration,
    deadline: Instant,
}

#[derive(Default)]
struct Shared {
    calls: Mutex<Calls>,
    changed: Condvar,
}

impl Shared {
    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches marked calls from a thread of its own.
pub struct Watchdog {
    shared: Arc<Shared>,
}

/// The call is running; it has returned when this is dropped.
#[must_use = "the call counts as returned when the guard is dropped"]
pub struct Guard {
    shared: Arc<Shared>,
    id: u64,
}

impl Watchdog {
    /// A watchdog that ends the process with exit code 1 after a log line that names the call.
    pub fn start() -> Self {
        Self::with_action(Box::new(end_process))
    }

    fn with_action(action: Action) -> Self {
        let shared = Arc::new(Shared::default());
        let watched = shared.clone();
        let thread = std::thread::Builder::new().name("watchdog".into()).spawn(move || watch(&watched, &action));
        if let Err(error) = thread {
            tracing::warn!(%error, "no thread for the watchdog: calls that hang will not be noticed");
        }
        Self { shared }
    }

    /// Marks a blocking call that has to return within `limit`.
    pub fn guard(&self, name: &'static str, limit: Duration) -> Guard {
        let mut calls = self.shared.calls();
        let id = calls.next;
        calls.next += 1;
        let deadline = Instant::now() + limit;
        // The thread sleeps until the earliest deadline: it is woken only for an earlier one, since a loop marks thousands of calls a second.
        let earliest = calls.running.values().all(|c| c.deadline > deadline);
        calls.running.insert(id, Call { name, limit, deadline });
        drop(calls);
        if earliest {
            self.shared.changed.notify_one();
        }
        Guard { shared: self.shared.clone(), id }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.calls().closed = true;
        self.shared.changed.notify_one();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // The thread is not woken: it finds the call gone when its deadline comes. Most calls return in a millisecond.
        self.shared.calls().running.remove(&self.id);
    }
}

fn watch(shared: &Shared, action: &Action) {
    let mut calls = shared.calls();
    while !calls.closed {
        let now = Instant::now();
        let Some((id, first)) = calls.running.iter().min_by_key(|(_, c)| c.deadline).map(|(id, c)| (*id, *c)) else {
            calls = shared.changed.wait(calls).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        if first.deadline <= now {
            calls.running.remove(&id);
            drop(calls);
            action(first.name, first.limit);
            calls = shared.calls();
        } else {
            let left = first.deadline - now;
            calls = shared.changed.wait_timeout(calls, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn end_process(name: &'static str, limit: Duration) {
    tracing::error!(
        call = name,
        limit_s = limit.as_secs(),
        "a blocking call did not return in time: the process ends, and its work is done again"
    );
    // The exit handlers of the C libraries may hang on the very thread that is stuck.
    let harder = std::thread::Builder::new().spawn(|| {
        std::thread::sleep(Duration::from_secs(2));
        std::process::abort();
    });
    drop(harder);
    std::process::exit(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn told() -> (Watchdog, mpsc::Receiver<&'static str>) {
        let (tell, told) = mpsc::channel();
        (Watchdog::with_action(Box::new(move |name, _| tell.send(name).unwrap())), told)
    }

    #[test]
    fn an_overrun_is_told_by_name_once() {
        let (watchdog, told) = told();
        let _quick = watchdog.guard("poll", Duration::from_secs(3600));
        let _stuck = watchdog.guard("commit_transaction", Duration::ZERO);
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok("commit_transaction"));
        drop(watchdog);
        // The thread ends, and with it the sender: nothing more was told.
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Err(mpsc::RecvTimeoutError::Disconnected));
    }

    #[test]
    fn a_call_that_returned_is_forgotten() {
        let (watchdog, told) = told();
        let guard = watchdog.guard("begin", Duration::from_secs(3600));
        assert_eq!(watchdog.shared.calls().running.len(), 1);
        drop(guard);
        assert!(watchdog.shared.calls().running.is_empty());
        drop(watchdog);
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Err(mpsc::RecvTimeoutError::Disconnected));
    }
}
