//! User name and password that stand in files, looked at again while the process runs.

use crate::config::Settings;
use crate::config::settings::Secret;
use std::time::{Duration, Instant};

/// Between two looks.
const EVERY: Duration = Duration::from_secs(5);

pub(super) struct Rotation {
    /// User name and password, when one of them may change.
    watched: Option<[Secret; 2]>,
    last: (String, String),
    looked: Instant,
}

impl Rotation {
    pub(super) fn new(settings: &Settings) -> Self {
        let kafka = &settings.kafka;
        let of = |name: &str| {
            let fixed = || kafka.properties.get(name).map(|p| Secret::new(p.value.as_str()));
            kafka.rotating.get(name).cloned().or_else(fixed)
        };
        let watched = of("sasl.username").zip(of("sasl.password")).filter(|_| !kafka.rotating.is_empty()).map(|(u, p)| [u, p]);
        let last = watched.as_ref().map(|[user, password]| (user.current(), password.current())).unwrap_or_default();
        Self { watched, last, looked: Instant::now() }
    }

    /// The new ones, once.
    pub(super) fn changed(&mut self) -> Option<(String, String)> {
        let [user, password] = self.watched.as_ref()?;
        if self.looked.elapsed() < EVERY {
            return None;
        }
        self.looked = Instant::now();
        let now = (user.current(), password.current());
        if now == self.last {
            return None;
        }
        self.last = now.clone();
        Some(now)
    }
}
