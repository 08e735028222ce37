//! librdkafka properties: which the worker owns, which are secrets, which the client knows; [`judgement`] says whether they fit together.

pub mod judgement;

use super::keys::closest;
use super::settings::{Kafka, Property};
use super::watch::Watch;
use std::collections::BTreeMap;

/// Unless a property says otherwise. The open transaction of a process that died with a random instance blocks all readers of its outputs
/// for this time.
pub const TRANSACTION_TIMEOUT_MS: u64 = 10_000;
/// A member that is dead or cut off loses its partitions after this time. Not below the longest transaction, so that the successor does
/// not wait for one that is still open; not as long as librdkafka's 45 s, because nobody reads these partitions meanwhile.
pub const SESSION_TIMEOUT_MS: u64 = 10_000;

/// The message timeout that goes with a transaction timeout: below it, so that a record that cannot be delivered fails its batch, and the
/// batch is aborted, before the broker ends the transaction.
pub fn message_timeout_ms(transaction_ms: u64) -> u64 {
    transaction_ms * 4 / 5
}

/// Properties on which exactly-once, the names on the broker or another key of the configuration rest, with the reason.
const OWNED: &[(&str, &str)] = &[
    ("bootstrap.servers", "set kafka.bootstrap_servers instead"),
    ("metadata.broker.list", "set kafka.bootstrap_servers instead"),
    ("group.id", "it is <app.id>.<stage>: set app.id instead"),
    ("group.instance.id", "one value for all replicas makes them fence each other: set app.instance for each instead"),
    ("transactional.id", "it is <app.id>.<stage>.<instance>: set app.id and app.instance instead"),
    ("enable.idempotence", "transactions need it on"),
    ("enable.gapless.guarantee", "transactions decide what a failed delivery means"),
    ("acks", "transactions need all replicas to answer"),
    ("request.required.acks", "transactions need all replicas to answer"),
    ("enable.auto.commit", "offsets are committed inside of transactions only, or pages would be lost"),
    ("auto.commit.enable", "offsets are committed inside of transactions only, or pages would be lost"),
    ("auto.commit.interval.ms", "offsets are committed inside of transactions only"),
    ("enable.auto.offset.store", "offsets are committed inside of transactions only"),
    ("offset.store.method", "offsets are committed inside of transactions only"),
    ("isolation.level", "inputs are read committed: else a new owner would read what its predecessor is still committing"),
    ("auto.offset.reset", "an offset out of range must stop the worker, never be skipped silently: see input.start"),
    ("enable.partition.eof", "the restore of the index needs it"),
    ("partition.assignment.strategy", "each stage has the strategy that suits its state"),
    ("group.protocol", "the fencing of batches is built on the classic protocol"),
    ("group.protocol.type", "the fencing of batches is built on the classic protocol"),
    ("group.remote.assignor", "the fencing of batches is built on the classic protocol"),
    ("partitioner", "keys go to the partitions where Java clients look for them (murmur2_random)"),
    ("allow.auto.create.topics", "topics made by accident have wrong partitions and retention: feedmill topics create, or topics.create"),
    ("message.max.bytes", "set limits.record_bytes instead"),
    ("default_topic_conf", "it is no text"),
];

/// Properties whose values are secrets also when they stand in the file.
const SECRET: &[&str] = &[
    "sasl.password",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.password",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.client.credentials.client.secret",
    "sasl.oauthbearer.config",
    "sasl.oauthbearer.assertion.private.key.passphrase",
    "sasl.oauthbearer.assertion.private.key.pem",
];

/// Properties that name files (of the first, also a folder) which the client reads when it is made.
const FILES: &[&str] = &["ssl.ca.location", "ssl.certificate.location", "ssl.key.location", "ssl.keystore.location", "ssl.crl.location"];

/// Properties whose values are taken up again when the files of their references change: those that a living client takes, and those that
/// clients are made anew for.
const CREDENTIALS: &[&str] = &["sasl.username", "sasl.password"];
const TLS_SECRETS: &[&str] = &["ssl.ca.pem", "ssl.certificate.pem", "ssl.key.pem", "ssl.key.password", "ssl.keystore.password"];

/// Other properties that people set, for hints at misspelled ones.
const WELL_KNOWN: &[&str] = &[
    "batch.num.messages",
    "batch.size",
    "broker.address.family",
    "broker.address.ttl",
    "check.crcs",
    "client.dns.lookup",
    "client.id",
    "client.rack",
    "compression.codec",
    "compression.level",
    "compression.type",
    "connections.max.idle.ms",
    "debug",
    "delivery.timeout.ms",
    "enable.metrics.push",
    "enable.sasl.oauthbearer.unsecure.jwt",
    "enable.ssl.certificate.verification",
    "fetch.error.backoff.ms",
    "fetch.max.bytes",
    "fetch.message.max.bytes",
    "fetch.min.bytes",
    "fetch.queue.backoff.ms",
    "fetch.wait.max.ms",
    "heartbeat.interval.ms",
    "linger.ms",
    "log.connection.close",
    "log_level",
    "max.in.flight.requests.per.connection",
    "max.partition.fetch.bytes",
    "max.poll.interval.ms",
    "message.send.max.retries",
    "message.timeout.ms",
    "metadata.max.age.ms",
    "metadata.recovery.strategy",
    "queue.buffering.max.kbytes",
    "queue.buffering.max.messages",
    "queue.buffering.max.ms",
    "queued.max.messages.kbytes",
    "queued.min.messages",
    "receive.message.max.bytes",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "request.timeout.ms",
    "retries",
    "retry.backoff.max.ms",
    "retry.backoff.ms",
    "sasl.kerberos.keytab",
    "sasl.kerberos.kinit.cmd",
    "sasl.kerberos.principal",
    "sasl.kerberos.service.name",
    "sasl.mechanism",
    "sasl.mechanisms",
    "sasl.oauthbearer.client.id",
    "sasl.oauthbearer.extensions",
    "sasl.oauthbearer.method",
    "sasl.oauthbearer.scope",
    "sasl.oauthbearer.token.endpoint.url",
    "sasl.username",
    "security.protocol",
    "session.timeout.ms",
    "socket.connection.setup.timeout.ms",
    "socket.keepalive.enable",
    "socket.nagle.disable",
    "socket.timeout.ms",
    "ssl.ca.certificate.stores",
    "ssl.ca.location",
    "ssl.ca.pem",
    "ssl.certificate.location",
    "ssl.certificate.pem",
    "ssl.cipher.suites",
    "ssl.crl.location",
    "ssl.curves.list",
    "ssl.endpoint.identification.algorithm",
    "ssl.key.location",
    "ssl.keystore.location",
    "ssl.sigalgs.list",
    "statistics.interval.ms",
    "topic.metadata.refresh.interval.ms",
    "transaction.timeout.ms",
];

/// Why the worker owns a property, when it does.
pub fn owned(name: &str) -> Option<&'static str> {
    OWNED.iter().find(|(n, _)| *n == name).map(|(_, why)| *why)
}

pub fn is_secret(name: &str) -> bool {
    SECRET.contains(&name)
}

/// Whether a value that stands in a file is taken up again when the file changes.
pub fn may_rotate(name: &str) -> bool {
    CREDENTIALS.contains(&name) || TLS_SECRETS.contains(&name)
}

/// Watches all that the TLS of the clients is made of; `None` when there is none.
pub fn tls_watch(kafka: &Kafka) -> Option<Watch> {
    let tables = [&kafka.properties, &kafka.consumer, &kafka.producer];
    let paths =
        tables.into_iter().flat_map(|t| FILES.iter().filter_map(move |name| t.get(*name))).map(|p| p.value.as_str().into()).collect();
    let secrets = kafka.rotating.iter().filter(|(name, _)| TLS_SECRETS.contains(&name.as_str())).map(|(_, s)| s.clone()).collect();
    Watch::new(paths, secrets)
}

pub fn is_well_known(name: &str) -> bool {
    names().any(|n| n == name)
}

fn names() -> impl Iterator<Item = &'static str> {
    WELL_KNOWN.iter().chain(SECRET).copied().chain(OWNED.iter().map(|(n, _)| *n))
}

/// Asks the client whether it knows the property and takes the value. The error text holds no value of a secret.
pub fn accepted(name: &str, property: &Property) -> Result<(), String> {
    let mut config = rdkafka::ClientConfig::new();
    config.set(name, property.value.as_str());
    let Err(error) = config.create_native_config() else { return Ok(()) };
    let description = match error {
        rdkafka::error::KafkaError::ClientConfig(_, description, _, _) => description,
        // A NUL in the text; the error would print the value.
        _ => "the client cannot take this text".into(),
    };
    if description.starts_with("No such configuration property") {
        let hint = closest(name, names()).map_or(String::new(), |n| format!(", did you mean `{n}`?"));
        Err(format!("librdkafka has no property `{name}`{hint}"))
    } else if property.secret {
        Err(format!("librdkafka refuses the value of `{name}`"))
    } else {
        Err(format!("librdkafka refuses the value: {description}"))
    }
}

/// What the client was built with, as in `gzip,snappy,ssl,sasl,sasl_plain`.
pub fn builtin_features() -> String {
    let config = rdkafka::ClientConfig::new().create_native_config();
    config.and_then(|c| c.get("builtin.features")).unwrap_or_default()
}

/// One side of the client: its own properties over those of all.
pub fn of_consumer(kafka: &Kafka) -> BTreeMap<&str, &Property> {
    merged(&kafka.properties, &kafka.consumer)
}

/// One side of the client: its own properties over those of all.
pub fn of_producer(kafka: &Kafka) -> BTreeMap<&str, &Property> {
    merged(&kafka.properties, &kafka.producer)
}

fn merged<'a>(all: &'a BTreeMap<String, Property>, side: &'a BTreeMap<String, Property>) -> BTreeMap<&'a str, &'a Property> {
    all.iter().chain(side).map(|(name, property)| (name.as_str(), property)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_asked_about_names_and_values() {
        let property = |value: &str, secret| Property { value: value.into(), secret };
        assert_eq!(accepted("linger.ms", &property("5", false)), Ok(()));
        assert_eq!(
            accepted("fetch.max.byte", &property("5", false)),
            Err("librdkafka has no property `fetch.max.byte`, did you mean `fetch.max.bytes`?".into())
        );
        let refused = accepted("fetch.max.bytes", &property("many", false)).unwrap_err();
        assert!(refused.starts_with("librdkafka refuses the value: ") && refused.contains("fetch.max.bytes"), "{refused}");
        let secret = accepted("fetch.max.bytes", &property("hunter2", true)).unwrap_err();
        assert_eq!(secret, "librdkafka refuses the value of `fetch.max.bytes`");
        assert!(!accepted("client.id", &property("a\0hunter2", false)).unwrap_err().contains("hunter2"));
    }

    #[test]
    fn every_name_of_the_tables_is_one_of_the_client() {
        for name in names() {
            // Values are wrong on purpose; only the name counts.
            let answer = accepted(name, &Property { value: "\u{1}".into(), secret: true });
            assert!(answer.as_ref().err().is_none_or(|e| !e.contains("has no property")), "{name}: {answer:?}");
        }
    }

    #[test]
    fn what_tls_is_made_of_is_watched() {
        let folder = tempfile::tempdir().unwrap();
        let written = |text: &str| {
            let file = folder.path().join("feedmill.toml");
            std::fs::write(&file, text).unwrap();
            crate::config::load(Some(&file), std::iter::empty(), &[]).unwrap().settings.kafka
        };
        std::fs::write(folder.path().join("secret"), "mill").unwrap();
        let reference = format!("${{file:{}}}", folder.path().join("secret").display());
        for (property, value, watched) in [
            ("linger.ms", "5", false),
            ("sasl.password", &*reference, false),
            ("ssl.ca.location", "/etc/feedmill/ca.pem", true),
            ("ssl.key.pem", &*reference, true),
            ("ssl.key.password", "mill", false),
        ] {
            let text = format!("kafka.properties.{property:?} = {value:?}");
            assert_eq!(tls_watch(&written(&text)).is_some(), watched, "{property}");
        }
        assert!(tls_watch(&written("kafka.producer.\"ssl.certificate.location\" = \"/etc/feedmill/worker.pem\"")).is_some());
    }

    #[test]
    fn this_build_has_what_the_documentation_says() {
        let features = builtin_features();
        for wanted in ["ssl", "sasl_plain", "sasl_scram", "sasl_oauthbearer", "zstd", "gzip", "snappy", "lz4"] {
            assert!(features.split(',').any(|f| f.trim() == wanted), "{wanted} is not in {features}");
        }
    }
}
