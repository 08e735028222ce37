//! The properties of the clients: ours, then the user's, except those on which exactly-once rests.

use super::BusRole;
use crate::bus::{BusError, ErrorClass};
use crate::config::Settings;
use crate::config::properties::{SESSION_TIMEOUT_MS, TRANSACTION_TIMEOUT_MS, message_timeout_ms, owned};
use crate::config::settings::{Property, Secret};
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use std::collections::BTreeMap;

/// A loop that has not polled for this time has hung. Longer than the sum of the time limits of the blocking calls in [`super`].
const MAX_POLL_INTERVAL_MS: u64 = 120_000;
/// What the consumer fetches ahead, over all partitions.
const PREFETCH_KIB: u64 = 64 << 10;
/// Room above `limits.record_bytes`, which the stages measure by: the client's own measure must never be the first to refuse. With the
/// default limit the sum stays below a topic's default of 1,048,588.
const RECORD_RESERVE: usize = 16 << 10;
/// One page may be larger than a fetch (KIP-74); this bounds only what is taken for a reply at all. Below 0x15030000, which is what the first
/// bytes of a TLS alert look like as a length.
const RECEIVE_BYTES: u64 = 300_000_000;

/// What all clients share.
fn common(settings: &Settings, client_id: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &settings.kafka.bootstrap_servers)
        .set("client.id", client_id)
        // Brokers that went away are tried again soon: a restart of one takes seconds.
        .set("reconnect.backoff.max.ms", "2000")
        .set("receive.message.max.bytes", RECEIVE_BYTES.to_string())
        // Connections that idle are closed by brokers: no news.
        .set("log.connection.close", "false")
        .set_log_level(RDKafkaLogLevel::Info);
    config
}

/// Fetching, for the member of a group and for the reader of changelogs.
fn consumer(settings: &Settings, client_id: &str, group: &str) -> ClientConfig {
    let mut config = common(settings, client_id);
    config
        .set("group.id", group)
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        // At librdkafka's default of 1 MB a partition the buffers stay small enough to be used again: larger ones cost twice the CPU.
        .set("fetch.message.max.bytes", "1048576")
        .set("fetch.max.bytes", (16 << 20).to_string())
        .set("queued.max.messages.kbytes", PREFETCH_KIB.to_string());
    config
}

pub(super) fn member(settings: &Settings, role: &BusRole) -> Result<ClientConfig, BusError> {
    let mut config = consumer(settings, &role.client_id(), &role.group);
    config
        .set("auto.offset.reset", "error")
        // Adding a member moves only the partitions that it gets: the one owner of `internal.clean` keeps its index.
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("session.timeout.ms", SESSION_TIMEOUT_MS.to_string())
        .set("heartbeat.interval.ms", (SESSION_TIMEOUT_MS / 3).to_string())
        .set("max.poll.interval.ms", MAX_POLL_INTERVAL_MS.to_string())
        // New partitions of the inputs are seen after this time.
        .set("topic.metadata.refresh.interval.ms", "60000");
    if let Some(instance) = &role.instance {
        // A restart within the session moves no partitions.
        config.set("group.instance.id", instance);
    }
    override_with(&mut config, settings, &[("properties", &settings.kafka.properties), ("consumer", &settings.kafka.consumer)])?;
    Ok(config)
}

pub(super) fn producer(settings: &Settings, role: &BusRole) -> Result<ClientConfig, BusError> {
    let mut config = common(settings, &role.client_id());
    let record = settings.limits.record_bytes + RECORD_RESERVE;
    config
        .set("transactional.id", &role.transactional_id)
        .set("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS.to_string())
        // The partitioner of Java clients, so that consumers can join our topics with theirs by key.
        .set("partitioner", "murmur2_random")
        .set("message.max.bytes", record.to_string())
        // A broker measures the whole batch against a topic's limit: without this bound small records would be refused for their company.
        .set("batch.size", record.min(1_000_000).to_string())
        .set("linger.ms", "5")
        // Half the bytes of lz4 on disks, networks and in retention; level 1 costs little more CPU.
        .set("compression.type", "zstd")
        .set("compression.level", "1")
        .set("queue.buffering.max.kbytes", (256 << 10).to_string())
        .set("queue.buffering.max.messages", "100000");
    override_with(&mut config, settings, &[("properties", &settings.kafka.properties), ("producer", &settings.kafka.producer)])?;
    // Below the transaction's limit, else the client is not even made; a record that is given up must leave time for the abort.
    if config.get("message.timeout.ms").is_none() && config.get("delivery.timeout.ms").is_none() {
        let transaction = config.get("transaction.timeout.ms").and_then(|t| t.parse().ok()).unwrap_or(TRANSACTION_TIMEOUT_MS);
        config.set("message.timeout.ms", message_timeout_ms(transaction).to_string());
    }
    Ok(config)
}

/// A consumer that assigns partitions to itself. It bears the group's name, without which librdkafka assigns nothing, but never joins nor commits.
pub(super) fn changelog(settings: &Settings, role: &BusRole) -> Result<ClientConfig, BusError> {
    let mut config = consumer(settings, &format!("{}.changelog", role.client_id()), &role.group);
    config
        .set("enable.partition.eof", "true")
        // Rows that retention takes away while they are read have expired: go on with the first that is left.
        .set("auto.offset.reset", "earliest")
        .set("fetch.message.max.bytes", (4 << 20).to_string());
    override_with(&mut config, settings, &[("properties", &settings.kafka.properties), ("consumer", &settings.kafka.consumer)])?;
    Ok(config)
}

/// Sees the end of the log, open transactions included.
pub(super) fn end_marks(settings: &Settings, role: &BusRole) -> Result<ClientConfig, BusError> {
    let mut config = common(settings, &format!("{}.marks", role.client_id()));
    config.set("isolation.level", "read_uncommitted");
    override_with(&mut config, settings, &[("properties", &settings.kafka.properties), ("consumer", &settings.kafka.consumer)])?;
    Ok(config)
}

fn override_with(config: &mut ClientConfig, settings: &Settings, layers: &[(&str, &BTreeMap<String, Property>)]) -> Result<(), BusError> {
    for (section, properties) in layers {
        for (name, property) in *properties {
            if let Some(reason) = owned(name) {
                return Err(BusError::new(ErrorClass::Stop, format!("kafka.{section}.\"{name}\" cannot be set: {reason}")));
            }
            // What stands in a file may be another one by now.
            config.set(name, settings.kafka.rotating.get(name).map_or_else(|| property.value.clone(), Secret::current));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role() -> BusRole {
        BusRole::new(&Settings::default(), "dedup", "one", vec!["feedmill.internal.clean".into()])
    }

    fn property(value: &str) -> Property {
        Property { value: value.into(), secret: false }
    }

    #[test]
    fn the_users_properties_win_and_the_later_side_more() {
        let mut settings = Settings::default();
        settings.kafka.properties.insert("linger.ms".into(), property("20"));
        settings.kafka.properties.insert("session.timeout.ms".into(), property("30000"));
        settings.kafka.producer.insert("linger.ms".into(), property("50"));
        settings.kafka.producer.insert("transaction.timeout.ms".into(), property("4000"));
        let config = producer(&settings, &role()).unwrap();
        assert_eq!(config.get("linger.ms"), Some("50"));
        assert_eq!(config.get("message.timeout.ms"), Some("3200"));
        assert_eq!(config.get("transactional.id"), Some("feedmill.dedup.one"));
        assert_eq!(member(&settings, &role()).unwrap().get("session.timeout.ms"), Some("30000"));
    }

    #[test]
    fn what_exactly_once_rests_on_cannot_be_changed() {
        for name in ["group.id", "isolation.level", "enable.auto.commit", "auto.offset.reset", "transactional.id", "enable.idempotence"] {
            let mut settings = Settings::default();
            settings.kafka.consumer.insert(name.into(), property("x"));
            let e = member(&settings, &role()).unwrap_err();
            assert_eq!(e.class, ErrorClass::Stop);
            assert!(e.message.contains(name), "{}", e.message);
        }
    }

    #[test]
    fn only_a_named_instance_is_a_static_member() {
        let mut settings = Settings::default();
        assert_eq!(member(&settings, &role()).unwrap().get("group.instance.id"), None);
        settings.app.instance = Some("pod-0".into());
        let role = BusRole::new(&settings, "clean", "pod-0", vec![]);
        let config = member(&settings, &role).unwrap();
        assert_eq!((config.get("group.id"), config.get("group.instance.id")), (Some("feedmill.clean"), Some("pod-0")));
    }

    #[test]
    fn librdkafka_takes_all_of_them() {
        let settings = Settings::default();
        for config in [
            member(&settings, &role()).unwrap(),
            producer(&settings, &role()).unwrap(),
            changelog(&settings, &role()).unwrap(),
            end_marks(&settings, &role()).unwrap(),
        ] {
            config.create_native_config().unwrap();
        }
    }
}
