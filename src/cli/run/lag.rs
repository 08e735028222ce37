//! Lag by partition, and whether the brokers answer at all: asked from a thread of its own, so that a broker that does not answer delays
//! nobody's work.
//!
//! Lag is the last stable offset less the committed one. It is never quite zero where transactions write: their markers take offsets.

use super::telemetry::Telemetry;
use crate::bus::kafka::Watermarks;
use crate::config::Settings;
use crate::ops::Metrics;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_secs(5);
/// How often the thread looks whether the process drains.
const TICK: Duration = Duration::from_millis(100);

pub fn start(
    settings: &Settings,
    telemetry: Arc<Telemetry>,
    metrics: Arc<Metrics>,
    stop: Arc<AtomicBool>,
) -> std::io::Result<JoinHandle<()>> {
    let settings = settings.clone();
    std::thread::Builder::new().name("lag".into()).spawn(move || {
        let mut watermarks = match Watermarks::new(&settings) {
            Ok(w) => w,
            Err(e) => return tracing::warn!(error = %e, "lag is not measured"),
        };
        let mut last: Option<Instant> = None;
        while !stop.load(Ordering::Relaxed) {
            if last.is_none_or(|at| at.elapsed() >= EVERY) {
                measure(&mut watermarks, &settings, &telemetry, &metrics);
                last = Some(Instant::now());
            }
            std::thread::sleep(TICK);
        }
    })
}

fn measure(watermarks: &mut Watermarks, settings: &Settings, telemetry: &Telemetry, metrics: &Metrics) {
    let positions = telemetry.positions();
    let mut answer =
        if positions.is_empty() { watermarks.answers(&settings.topics.internal_clean).map_err(|e| e.to_string()) } else { Ok(()) };
    for (partition, next) in positions {
        match watermarks.end(&partition) {
            Ok(end) => metrics.lag(&partition.topic, partition.partition, (end - next).max(0)),
            Err(e) => {
                answer = Err(e.to_string());
                break;
            }
        }
    }
    telemetry.reachable(answer);
}
