//! A real Kafka for tests: Apache Kafka from Maven's jars, one node or three, on free ports, gone with the test process.
//!
//! `FEEDMILL_TEST_KAFKA=host:port` uses a broker that runs already for the tests that need just one and leave it alone.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

pub mod certificates;
pub mod cluster;
pub mod feed;
pub mod ledger;
pub mod proxy;
pub mod rights;
pub mod topics;
pub mod worker;

use cluster::Cluster;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The broker that tests share, each with topics and groups of its own.
pub fn bootstrap() -> &'static str {
    static SHARED: OnceLock<(String, Option<Cluster>)> = OnceLock::new();
    let (address, _) = SHARED.get_or_init(|| match std::env::var("FEEDMILL_TEST_KAFKA") {
        Ok(address) => (address, None),
        Err(_) => {
            let cluster = Cluster::start(1);
            (cluster.bootstrap(), Some(cluster))
        }
    });
    address
}

/// A name that no other test of this or another run has.
pub fn unique(name: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{name}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Asks until there is an answer. Panics with `what` when the time is over. The question itself must take some time (a poll).
pub fn until<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "not within {limit:?}: {what}");
    }
}
