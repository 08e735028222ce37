//! Secrets and certificates that change in their files, looked at again while the process runs.
//!
//! User name and password are handed to the living clients, which use them for connections to come. What TLS is made of a client reads once,
//! when it is made: so clients are made anew. Not before others, made from the new files, have spoken with a broker: a mistake in them must not
//! end a worker that works.

use crate::bus::cluster::Cluster;
use crate::config::Settings;
use crate::config::properties::tls_watch;
use crate::config::settings::Secret;
use crate::config::topology::judgement::Presence;
use crate::config::watch::Watch;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

/// Between two looks.
const EVERY: Duration = Duration::from_secs(5);

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rotated {
    /// User name and password are others.
    Credentials(String, String),
    /// The files of TLS hold something else, and the brokers take it: make the clients anew.
    Clients,
    /// They hold something else that does not work: go on as it was.
    Unusable(String),
}

pub(super) struct Rotation {
    /// User name and password, when one of them may change.
    watched: Option<[Secret; 2]>,
    last: (String, String),
    looked: Instant,
    tls: Option<Watch>,
    /// The answer to come about the new files.
    trial: Option<Receiver<Result<(), String>>>,
}

impl Rotation {
    /// To be made before the clients: what changes after this is seen.
    pub(super) fn new(settings: &Settings) -> Self {
        let kafka = &settings.kafka;
        let of = |name: &str| {
            let fixed = || kafka.properties.get(name).map(|p| Secret::new(p.value.as_str()));
            kafka.rotating.get(name).cloned().or_else(fixed)
        };
        let watched = of("sasl.username").zip(of("sasl.password")).filter(|_| !kafka.rotating.is_empty()).map(|(u, p)| [u, p]);
        let last = watched.as_ref().map(|[user, password]| (user.current(), password.current())).unwrap_or_default();
        Self { watched, last, looked: Instant::now(), tls: tls_watch(kafka), trial: None }
    }

    /// What has changed, once. `topics`: what the clients must be allowed to see. Never blocks.
    pub(super) fn turn(&mut self, settings: &Settings, topics: &[Arc<str>]) -> Option<Rotated> {
        if let Some((user, password)) = self.credentials() {
            return Some(Rotated::Credentials(user, password));
        }
        if let Some(trial) = &self.trial {
            let answer = match trial.try_recv() {
                Ok(answer) => answer,
                Err(TryRecvError::Empty) => return None,
                Err(TryRecvError::Disconnected) => Err("the trial ended without an answer".into()),
            };
            self.trial = None;
            return Some(match answer {
                Ok(()) => {
                    if let Some(watch) = &mut self.tls {
                        watch.taken();
                    }
                    Rotated::Clients
                }
                Err(why) => Rotated::Unusable(why),
            });
        }
        if self.tls.as_mut().is_some_and(Watch::changed) {
            let (settings, topics) = (settings.clone(), topics.to_vec());
            let (answer, trial) = channel();
            let begun = std::thread::Builder::new().name("tls-trial".into()).spawn(move || answer.send(tried(&settings, &topics)));
            match begun {
                Ok(_) => self.trial = Some(trial),
                Err(e) => return Some(Rotated::Unusable(format!("no thread to try them: {e}"))),
            }
        }
        None
    }

    fn credentials(&mut self) -> Option<(String, String)> {
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

/// Whether clients that are made now reach a broker and may see the topics.
fn tried(settings: &Settings, topics: &[Arc<str>]) -> Result<(), String> {
    let cluster = Cluster::new(&settings.kafka).map_err(|e| e.to_string())?;
    cluster.brokers().map_err(|e| e.to_string())?;
    match topics.iter().find(|t| cluster.topic(t).presence == Presence::Denied) {
        None => Ok(()),
        Some(topic) => Err(format!("with them the right Describe on topic {topic} is missing")),
    }
}
