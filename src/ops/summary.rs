//! One line a minute at info: what was done since the last one. For people who read logs before they have a dashboard.

use super::Metrics;
use super::metrics::Snapshot;
use crate::article::Outcome;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub const EVERY: Duration = Duration::from_secs(60);

/// Writes the line on `runtime` until the handle is dropped or aborted.
pub fn start(runtime: &tokio::runtime::Handle, metrics: Arc<Metrics>, every: Duration) -> tokio::task::JoinHandle<()> {
    runtime.spawn(async move {
        let mut last = metrics.snapshot();
        let mut since = Instant::now();
        loop {
            tokio::time::sleep(every).await;
            let now = metrics.snapshot();
            tracing::info!("{}", line(&last, &now, since.elapsed()));
            last = now;
            since = Instant::now();
        }
    })
}

/// `412 pages in 60 s (6.9/s): 300 new, 12 duplicate, 100 skipped; lag 20; index 4512 documents, 5.9 MB`.
pub fn line(last: &Snapshot, now: &Snapshot, elapsed: Duration) -> String {
    let done: Vec<u64> = now.outcomes.iter().zip(last.outcomes).map(|(n, l)| n.saturating_sub(l)).collect();
    let pages: u64 = done.iter().sum();
    let seconds = elapsed.as_secs_f64().max(0.001);
    let mut text = format!("{pages} pages in {seconds:.0} s ({:.1}/s)", pages as f64 / seconds);
    let fates: Vec<String> =
        Outcome::ALL.iter().zip(&done).filter(|(_, n)| **n > 0).map(|(outcome, n)| format!("{n} {}", outcome.name())).collect();
    if !fates.is_empty() {
        let _ = write!(text, ": {}", fates.join(", "));
    }
    if let Some(lag) = now.lag {
        let _ = write!(text, "; lag {lag}");
    }
    if now.documents > 0 {
        let _ = write!(text, "; index {} documents, {:.1} MB", now.documents, now.index_bytes as f64 / 1e6);
    }
    for (n, what) in [
        (now.failed_transactions - last.failed_transactions.min(now.failed_transactions), "transactions not committed"),
        (now.troubles - last.troubles.min(now.troubles), "broker troubles"),
    ] {
        if n > 0 {
            let _ = write!(text, "; {n} {what}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_what_happened_since_the_last_one() {
        let m = Metrics::new();
        m.pages(Outcome::New, None, 10);
        let last = m.snapshot();
        m.pages(Outcome::New, None, 300);
        m.pages(Outcome::Duplicate, None, 12);
        m.pages(Outcome::Skipped, Some("front_page"), 60);
        m.pages(Outcome::Skipped, Some("no_text"), 40);
        m.lag("pages.raw", 0, 20);
        m.index(4512, 5_900_000);
        m.transaction("clean", "aborted");
        m.broker_trouble("clean");
        assert_eq!(
            line(&last, &m.snapshot(), Duration::from_secs(60)),
            "412 pages in 60 s (6.9/s): 300 new, 12 duplicate, 100 skipped; lag 20; index 4512 documents, 5.9 MB; \
             1 transactions not committed; 1 broker troubles"
        );
    }

    #[test]
    fn a_quiet_minute_is_a_short_line() {
        let m = Metrics::new();
        assert_eq!(line(&m.snapshot(), &m.snapshot(), Duration::from_secs(60)), "0 pages in 60 s (0.0/s)");
    }
}
