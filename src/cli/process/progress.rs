//! A bar while it runs and a line at the end, for people: both only when standard error is a terminal.

use crate::stage::Fate;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{IsTerminal, stderr, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

pub(in crate::cli) struct Progress {
    bar: ProgressBar,
    /// Bytes read of the inputs, compressed as they are.
    read: Arc<AtomicU64>,
    begun: Instant,
    pages: u64,
    fates: BTreeMap<(crate::article::Outcome, Option<&'static str>), u64>,
    shown: bool,
}

impl Progress {
    /// `total`: bytes of all inputs, when they are known.
    pub(in crate::cli) fn new(total: Option<u64>) -> Self {
        let shown = stderr().is_terminal();
        // Articles that scroll through the same terminal would tear the bar apart.
        let target = if shown && !stdout().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => "{bar:30} {bytes} of {total_bytes}  {msg}  {eta} left",
            None => "{spinner} {bytes}  {msg}",
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, read: Arc::default(), begun: Instant::now(), pages: 0, fates: BTreeMap::new(), shown }
    }

    /// The counter that the reader adds to.
    pub(in crate::cli) fn bytes(&self) -> Arc<AtomicU64> {
        self.read.clone()
    }

    pub(in crate::cli) fn add(&mut self, fates: &[Fate]) {
        self.pages += fates.len() as u64;
        for fate in fates {
            *self.fates.entry((fate.outcome, fate.reason)).or_default() += 1;
        }
        self.bar.set_position(self.read.load(Ordering::Relaxed));
        self.bar.set_message(self.rate());
    }

    pub(in crate::cli) fn finish(self) {
        self.bar.finish_and_clear();
        if self.shown {
            eprintln!("{}", self.summary());
        }
    }

    fn rate(&self) -> String {
        let seconds = self.begun.elapsed().as_secs_f64().max(0.001);
        format!("{} pages  {}/s", HumanCount(self.pages), HumanCount((self.pages as f64 / seconds) as u64))
    }

    fn summary(&self) -> String {
        format!("{} pages in {:.1} s: {}", HumanCount(self.pages), self.begun.elapsed().as_secs_f64(), counts(&self.fates))
    }
}

/// `12 new, 3 skipped (2 front_page, 1 empty_body)`
fn counts(fates: &BTreeMap<(crate::article::Outcome, Option<&'static str>), u64>) -> String {
    let mut parts: Vec<(crate::article::Outcome, u64, Vec<String>)> = Vec::new();
    for ((outcome, reason), n) in fates {
        match parts.last_mut() {
            Some(part) if part.0 == *outcome => part.1 += n,
            _ => parts.push((*outcome, *n, Vec::new())),
        }
        if let (Some(part), Some(reason)) = (parts.last_mut(), reason) {
            part.2.push(format!("{} {reason}", HumanCount(*n)));
        }
    }
    let told = |(outcome, n, reasons): &(crate::article::Outcome, u64, Vec<String>)| {
        let why = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
        format!("{} {}{why}", HumanCount(*n), outcome.name())
    };
    if parts.is_empty() { "nothing".into() } else { parts.iter().map(told).collect::<Vec<_>>().join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Outcome;

    #[test]
    fn the_summary_counts_every_fate() {
        let mut progress = Progress::new(None);
        let fate = |outcome, reason| Fate { outcome, reason };
        progress.add(&[fate(Outcome::New, None), fate(Outcome::Skipped, Some("front_page")), fate(Outcome::New, None)]);
        progress.add(&[fate(Outcome::Skipped, Some("empty_body")), fate(Outcome::Skipped, Some("front_page"))]);
        assert_eq!(progress.pages, 5);
        assert_eq!(counts(&progress.fates), "2 new, 3 skipped (1 empty_body, 2 front_page)");
        assert_eq!(counts(&BTreeMap::new()), "nothing");
    }
}
