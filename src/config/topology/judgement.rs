//! Whether the topics that are there are as they must be: values in, findings out.

use super::{DAY_MS, RESERVE_DAYS, Right, Role, TopicSpec};
use crate::config::Settings;
use std::collections::BTreeMap;

/// A topic as it is, as far as the broker tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicState {
    pub name: String,
    pub presence: Presence,
    pub partitions: i32,
    /// Of the partition with the fewest.
    pub replication: i32,
    /// Partitions that have no leader at this moment.
    pub leaderless: Vec<i32>,
    /// `None`: not told, for want of DescribeConfigs or for another reason.
    pub configs: Result<BTreeMap<String, String>, String>,
    /// `None`: the broker does not tell.
    pub rights: Option<Vec<Right>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    Present,
    Missing,
    /// Not even Describe is allowed.
    Denied,
    Unknown(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Ok,
    Unverified,
    Warning,
    Error,
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Level::Ok => "ok",
            Level::Unverified => "unverified",
            Level::Warning => "warning",
            Level::Error => "error",
        })
    }
}

/// One line of a check: how it stands, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub level: Level,
    pub message: String,
}

impl Finding {
    pub fn new(level: Level, message: impl Into<String>) -> Self {
        Self { level, message: message.into() }
    }
}

/// Judges one topic. A topic without fault gives one line `ok`.
pub fn judge(wanted: &TopicSpec, found: &TopicState, settings: &Settings) -> Vec<Finding> {
    let name = &wanted.name;
    let error = |message: String| vec![Finding::new(Level::Error, message)];
    match &found.presence {
        Presence::Present => {}
        Presence::Missing if matches!(wanted.role, Role::Input) => {
            return error(format!(
                "topic {name} ({}) does not exist: who writes the pages creates it, or correct topics.input",
                wanted.purpose
            ));
        }
        Presence::Missing if settings.topics.create => {
            return vec![Finding::new(
                Level::Ok,
                format!("topic {name} does not exist yet: the worker creates it at its start (topics.create)"),
            )];
        }
        Presence::Missing => return error(format!("topic {name} ({}) does not exist: run `feedmill topics create`", wanted.purpose)),
        Presence::Denied => {
            let rights = wanted.role.rights().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            return error(format!(
                "the right Describe on topic {name} is missing, or the topic is (needed: {rights}): `feedmill topics print` shows the commands"
            ));
        }
        Presence::Unknown(why) => return vec![Finding::new(Level::Unverified, format!("topic {name}: {why}"))],
    }
    let mut findings = Vec::new();
    if let Some(rights) = &found.rights {
        for right in wanted.role.rights().iter().filter(|r| !rights.contains(r)) {
            findings.push(Finding::new(
                Level::Error,
                format!("the right {right} on topic {name} is missing: `feedmill topics print` shows the commands"),
            ));
        }
    }
    findings.extend(judge_partitions(wanted, found));
    match &found.configs {
        Ok(configs) => findings.extend(judge_configs(wanted, configs, settings)),
        Err(why) if wanted.role != Role::Input => {
            findings.push(Finding::new(Level::Unverified, format!("settings of topic {name}: {why}")));
        }
        Err(_) => {}
    }
    if findings.is_empty() {
        let count = |n: i32, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
        let (partitions, replicas) = (count(found.partitions, "partition"), count(found.replication, "replica"));
        findings.push(Finding::new(Level::Ok, format!("topic {name}: {partitions}, {replicas}")));
    }
    findings
}

fn judge_partitions(wanted: &TopicSpec, found: &TopicState) -> Vec<Finding> {
    let name = &wanted.name;
    let mut findings = Vec::new();
    if wanted.role == Role::Internal && found.partitions != wanted.partitions {
        findings.push(Finding::new(
            Level::Error,
            format!(
                "topic {name} has {} partitions, dedup.shards is {}: the order of the verdicts rests on it. A new app.id gets new topics",
                found.partitions, wanted.partitions
            ),
        ));
    }
    if let Some(first) = found.leaderless.first() {
        let message = format!(
            "topic {name}: {} of {} partitions have no leader (the first is {first}): see the brokers",
            found.leaderless.len(),
            found.partitions
        );
        findings.push(Finding::new(Level::Warning, message));
    }
    if let Some(replication) = wanted.replication.filter(|r| *r > found.replication && wanted.role != Role::Input) {
        let message = format!("topic {name} has {} replicas, topics.replication is {replication}", found.replication);
        findings.push(Finding::new(Level::Warning, message));
    }
    findings
}

fn judge_configs(wanted: &TopicSpec, configs: &BTreeMap<String, String>, settings: &Settings) -> Vec<Finding> {
    let record_bytes = settings.limits.record_bytes;
    let servers = &settings.kafka.bootstrap_servers;
    let name = &wanted.name;
    let value = |key: &str| configs.get(key).map(String::as_str);
    let mut findings = Vec::new();
    let mut fault = |level, message: String, key: &str, setting: &str| {
        let remedy = format!("kafka-configs.sh --bootstrap-server {servers} --alter --topic {name} --add-config {key}={setting}");
        findings.push(Finding::new(level, format!("topic {name}: {message}: {remedy}")));
    };
    if matches!(wanted.role, Role::Output | Role::Internal)
        && let Some(limit) = value("max.message.bytes").and_then(|v| v.parse::<usize>().ok())
        && limit < record_bytes
    {
        let message =
            format!("max.message.bytes is {limit}, limits.record_bytes is {record_bytes}, so that large records would be refused");
        fault(Level::Error, message, "max.message.bytes", wanted.configs.get("max.message.bytes").map_or("", String::as_str));
    }
    let Some(window) = wanted.window_days else { return findings };
    if let Some(kind) = value("message.timestamp.type").filter(|v| *v != "LogAppendTime") {
        let message = format!("message.timestamp.type is {kind}, so that the windows would follow the clocks of clients");
        fault(Level::Error, message, "message.timestamp.type", "LogAppendTime");
    }
    let needed = (u64::from(window) + RESERVE_DAYS) * DAY_MS;
    // -1 is for ever.
    if let Some(kept) = value("retention.ms").and_then(|v| v.parse::<u64>().ok()).filter(|kept| *kept <= needed) {
        let message =
            format!("retention.ms is {kept}, records are needed for more than {needed} ({window} days and {RESERVE_DAYS} in reserve)");
        fault(Level::Error, message, "retention.ms", wanted.configs.get("retention.ms").map_or("", String::as_str));
    }
    if let Some(limit) = value("retention.bytes").filter(|v| *v != "-1") {
        fault(Level::Warning, format!("retention.bytes is {limit}, which may delete records that are needed"), "retention.bytes", "-1");
    }
    let parts = |policy: &str| {
        let mut parts: Vec<String> = policy.split(',').map(|p| p.trim().to_string()).collect();
        parts.sort();
        parts
    };
    let policy = wanted.configs.get("cleanup.policy").map_or("", String::as_str);
    if let Some(found) = value("cleanup.policy").filter(|v| parts(v) != parts(policy)) {
        // Commas separate settings in that tool, brackets hold a list.
        let setting = if policy.contains(',') { format!("[{policy}]") } else { policy.to_string() };
        // Compaction of a log of records loses some of them; without it, or without an end, the log only grows.
        let level = if parts(found).len() > parts(policy).len() || !policy.contains("compact") { Level::Error } else { Level::Warning };
        fault(level, format!("cleanup.policy is {found}, not {policy}"), "cleanup.policy", &setting);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::topology::topics;

    fn wanted(name: &str) -> TopicSpec {
        topics(&Settings::default()).into_iter().find(|t| t.name == name).unwrap()
    }

    fn state(spec: &TopicSpec) -> TopicState {
        TopicState {
            name: spec.name.clone(),
            presence: Presence::Present,
            partitions: spec.partitions,
            replication: 3,
            leaderless: vec![],
            configs: Ok(spec.configs.iter().map(|(k, v)| (k.to_string(), v.clone())).collect()),
            rights: None,
        }
    }

    fn lines(spec: &TopicSpec, found: &TopicState) -> Vec<String> {
        judge(spec, found, &Settings::default()).into_iter().map(|f| format!("{}: {}", f.level, f.message)).collect()
    }

    #[test]
    fn what_is_created_is_found_right() {
        for spec in topics(&Settings::default()) {
            let found = lines(&spec, &state(&spec));
            assert_eq!(found.len(), 1);
            assert!(found[0].starts_with("ok: topic "), "{found:?}");
        }
        let clean = wanted("feedmill.internal.clean");
        assert_eq!(lines(&clean, &state(&clean)), ["ok: topic feedmill.internal.clean: 1 partition, 3 replicas"]);
    }

    #[test]
    fn missing_topics_and_rights_say_what_to_do() {
        let input = wanted("pages.raw");
        let missing = TopicState { presence: Presence::Missing, ..state(&input) };
        assert_eq!(
            lines(&input, &missing),
            ["error: topic pages.raw (topics.input) does not exist: who writes the pages creates it, or correct topics.input"]
        );
        let dead = wanted("feedmill.dead");
        let missing = TopicState { presence: Presence::Missing, ..state(&dead) };
        assert_eq!(lines(&dead, &missing), ["error: topic feedmill.dead (topics.dead) does not exist: run `feedmill topics create`"]);
        let denied = TopicState { presence: Presence::Denied, ..state(&dead) };
        assert_eq!(
            lines(&dead, &denied),
            ["error: the right Describe on topic feedmill.dead is missing, or the topic is (needed: Write, Describe): `feedmill topics \
              print` shows the commands"]
        );
        let partly = TopicState { rights: Some(vec![Right::Describe]), ..state(&dead) };
        assert_eq!(
            lines(&dead, &partly),
            ["error: the right Write on topic feedmill.dead is missing: `feedmill topics print` shows the commands"]
        );
    }

    #[test]
    fn wrong_internal_topics_are_errors_with_the_remedy() {
        let clean = wanted("feedmill.internal.clean");
        let mut found = state(&clean);
        found.partitions = 6;
        found.leaderless = vec![2];
        found.configs = Ok([
            ("message.timestamp.type", "CreateTime"),
            ("retention.ms", "604800000"),
            ("retention.bytes", "1000"),
            ("cleanup.policy", "compact"),
            ("max.message.bytes", "900000"),
        ]
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .into());
        assert_eq!(
            lines(&clean, &found),
            [
                "error: topic feedmill.internal.clean has 6 partitions, dedup.shards is 1: the order of the verdicts rests on it. A new app.id gets new topics",
                "warning: topic feedmill.internal.clean: 1 of 6 partitions have no leader (the first is 2): see the brokers",
                "error: topic feedmill.internal.clean: max.message.bytes is 900000, limits.record_bytes is 1000000, so that large records would be refused: kafka-configs.sh --bootstrap-server 127.0.0.1:9092 --alter --topic feedmill.internal.clean --add-config max.message.bytes=1048588",
                "error: topic feedmill.internal.clean: message.timestamp.type is CreateTime, so that the windows would follow the clocks of clients: kafka-configs.sh --bootstrap-server 127.0.0.1:9092 --alter --topic feedmill.internal.clean --add-config message.timestamp.type=LogAppendTime",
                "error: topic feedmill.internal.clean: retention.ms is 604800000, records are needed for more than 777600000 (7 days and 2 in reserve): kafka-configs.sh --bootstrap-server 127.0.0.1:9092 --alter --topic feedmill.internal.clean --add-config retention.ms=864000000",
                "warning: topic feedmill.internal.clean: retention.bytes is 1000, which may delete records that are needed: kafka-configs.sh --bootstrap-server 127.0.0.1:9092 --alter --topic feedmill.internal.clean --add-config retention.bytes=-1",
                "error: topic feedmill.internal.clean: cleanup.policy is compact, not delete: kafka-configs.sh --bootstrap-server 127.0.0.1:9092 --alter --topic feedmill.internal.clean --add-config cleanup.policy=delete",
            ]
        );
    }

    #[test]
    fn an_endless_retention_is_long_enough() {
        let texts = wanted("feedmill.internal.texts");
        let mut found = state(&texts);
        if let Ok(configs) = &mut found.configs {
            configs.insert("retention.ms".into(), "-1".into());
        }
        assert_eq!(lines(&texts, &found).len(), 1);
        assert!(lines(&texts, &found)[0].starts_with("ok"));
    }

    #[test]
    fn refused_descriptions_are_unverified() {
        let texts = wanted("feedmill.internal.texts");
        let found = TopicState { configs: Err("the right DescribeConfigs is missing".into()), ..state(&texts) };
        assert_eq!(lines(&texts, &found), ["unverified: settings of topic feedmill.internal.texts: the right DescribeConfigs is missing"]);
        let input = wanted("pages.raw");
        let found = TopicState { configs: Err("the right DescribeConfigs is missing".into()), ..state(&input) };
        assert_eq!(lines(&input, &found), ["ok: topic pages.raw: 6 partitions, 3 replicas"]);
    }
}
