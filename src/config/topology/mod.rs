//! The topics that a configuration needs; [`judgement`] compares them with those that are there.

pub mod judgement;

use super::settings::Settings;
use std::collections::BTreeMap;

/// What a topic is for. The rights of the worker follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Read; belongs to whoever writes the raw pages.
    Input,
    /// Read; filled by replays of dead letters.
    Retry,
    /// Written.
    Output,
    /// Read and written, total order and state.
    Internal,
}

/// A topic as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSpec {
    pub name: String,
    /// The key that names it, or what it holds.
    pub purpose: &'static str,
    pub role: Role,
    pub partitions: i32,
    /// `None`: the broker's default.
    pub replication: Option<i32>,
    /// Only what must differ from the broker's defaults, or must not follow them.
    pub configs: BTreeMap<&'static str, String>,
    /// How long its records are needed, in days, for internal topics.
    pub window_days: Option<u32>,
}

/// Records must outlive the window by two days (clocks, late segments); created topics get one more.
const RESERVE_DAYS: u64 = 2;
const DAY_MS: u64 = 86_400_000;
/// The broker's limit is about a compressed batch with its head, ours about a record: one record that just fits must pass.
const BATCH_RESERVE: usize = 16 << 10;
/// Kafka's own default of `max.message.bytes`; nobody wants less.
const BROKER_DEFAULT_BYTES: usize = 1_048_588;

/// All topics that the worker reads or writes: inputs first, then outputs, then internal ones.
pub fn topics(s: &Settings) -> Vec<TopicSpec> {
    let t = &s.topics;
    let spec = |name: &str, purpose, role, partitions, window_days, configs: &[(&'static str, &str)]| TopicSpec {
        name: name.into(),
        purpose,
        role,
        partitions,
        replication: t.replication,
        configs: configs.iter().map(|(k, v)| (*k, v.to_string())).collect(),
        window_days,
    };
    let largest = (s.limits.record_bytes + BATCH_RESERVE).max(BROKER_DEFAULT_BYTES).to_string();
    // Records are compressed once, by the client: the broker must not do it again in another way.
    let output = [("compression.type", "producer"), ("max.message.bytes", largest.as_str())];
    // Letters that were cut are read again from the inputs and put back whole.
    let whole = s.limits.replay_bytes().max(BROKER_DEFAULT_BYTES).to_string();
    let retry = [("compression.type", "producer"), ("max.message.bytes", whole.as_str())];
    let retention = |days: u32| ((u64::from(days) + RESERVE_DAYS + 1) * DAY_MS).to_string();
    let (text, address) = (s.dedup.text_window_days, s.dedup.address_window_days);
    let shards = i32::try_from(s.dedup.shards).unwrap_or(i32::MAX);
    let mut all: Vec<TopicSpec> = t.input.iter().map(|i| spec(&i.topic, "topics.input", Role::Input, t.partitions, None, &[])).collect();
    let outputs = [
        ("topics.retry", Role::Retry, t.retry.as_ref()),
        // cleanup.policy of the articles is the user's choice: a log of all revisions, or compacted to the last one.
        ("topics.articles", Role::Output, Some(&t.articles)),
        ("topics.duplicates", Role::Output, Some(&t.duplicates)),
        ("topics.dead", Role::Output, Some(&t.dead)),
        ("topics.outcomes", Role::Output, t.outcomes.as_ref()),
    ];
    for (key, role, name) in outputs.into_iter().filter_map(|(k, r, n)| Some((k, r, n?))) {
        all.push(spec(name, key, role, t.partitions, None, if role == Role::Retry { &retry } else { &output }));
    }
    for (name, purpose, cleanup, days) in [
        (&t.internal_clean, "cleaned pages in one order", "delete", text),
        (&t.internal_addresses, "addresses of the index", "compact,delete", address),
        (&t.internal_texts, "texts of the index", "delete", text),
    ] {
        let retention = retention(days);
        // Windows end by the log's time; clients with wrong clocks must not move it.
        let own = [("message.timestamp.type", "LogAppendTime"), ("cleanup.policy", cleanup), ("retention.ms", retention.as_str())];
        all.push(spec(name, purpose, Role::Internal, shards, Some(days), &[&output[..], &own].concat()));
    }
    all
}

/// Rights that the worker needs. Kafka knows more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    Read,
    Write,
    Describe,
}

impl std::fmt::Display for Right {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

impl Role {
    /// The least rights that the worker needs on such a topic.
    pub fn rights(self) -> &'static [Right] {
        match self {
            Role::Input | Role::Retry => &[Right::Read, Right::Describe],
            Role::Output => &[Right::Write, Right::Describe],
            Role::Internal => &[Right::Read, Right::Write, Right::Describe],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(name: &str) -> TopicSpec {
        topics(&Settings::default()).into_iter().find(|t| t.name == name).unwrap()
    }

    #[test]
    fn the_topics_of_the_defaults() {
        let mut settings = Settings::default();
        let names: Vec<(String, i32)> = topics(&settings).into_iter().map(|t| (t.name, t.partitions)).collect();
        assert_eq!(
            names,
            [
                ("pages.raw".to_string(), 6),
                ("feedmill.articles".to_string(), 6),
                ("feedmill.duplicates".to_string(), 6),
                ("feedmill.dead".to_string(), 6),
                ("feedmill.internal.clean".to_string(), 1),
                ("feedmill.internal.addresses".to_string(), 1),
                ("feedmill.internal.texts".to_string(), 1),
            ]
        );
        let addresses = wanted("feedmill.internal.addresses");
        assert_eq!(addresses.configs["cleanup.policy"], "compact,delete");
        assert_eq!(addresses.configs["retention.ms"], (93u64 * 86_400_000).to_string());
        assert_eq!(addresses.configs["message.timestamp.type"], "LogAppendTime");
        let articles = wanted("feedmill.articles");
        assert_eq!(articles.configs["max.message.bytes"], "1048588");
        assert!(!articles.configs.contains_key("cleanup.policy"));
        settings.limits.record_bytes = 8_000_000;
        settings.topics.outcomes = Some("o".into());
        settings.topics.retry = Some("r".into());
        let larger = topics(&settings);
        assert_eq!(larger.len(), 9);
        assert!(
            larger.iter().filter(|t| !matches!(t.role, Role::Input | Role::Retry)).all(|t| t.configs["max.message.bytes"] == "8016384")
        );
    }
}
