//! librdkafka properties: which the worker owns, which are secrets, and whether this build of the client can do what they ask for.

use super::keys::closest;
use super::settings::{Kafka, Property};
use std::collections::BTreeMap;

/// The worker's own values, unless a producer property says otherwise. The message timeout lies below the transaction timeout, so that a
/// record that cannot be delivered fails its batch before the broker ends the transaction.
pub const TRANSACTION_TIMEOUT_MS: u64 = 10_000;
pub const MESSAGE_TIMEOUT_MS: u64 = 8_000;

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

/// A finding about one property, told under the place where it was set.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub property: &'static str,
    pub is_error: bool,
    pub message: String,
}

impl Finding {
    fn error(property: &'static str, message: impl Into<String>) -> Self {
        Self { property, is_error: true, message: message.into() }
    }

    fn warning(property: &'static str, message: impl Into<String>) -> Self {
        Self { property, is_error: false, message: message.into() }
    }
}

/// Judges encryption and authentication. `features` is the client's `builtin.features`.
///
/// librdkafka takes a mechanism that is not compiled in when it is set and fails later, and its default is GSSAPI even in builds without.
pub fn judge_security(properties: &BTreeMap<&str, &Property>, features: &str) -> Vec<Finding> {
    let value = |name: &str| properties.get(name).map(|p| p.value.trim().to_ascii_lowercase());
    let has = |feature: &str| features.split(',').any(|f| f.trim() == feature);
    let protocol = value("security.protocol").unwrap_or_else(|| "plaintext".into());
    let mechanism_name = if properties.contains_key("sasl.mechanism") { "sasl.mechanism" } else { "sasl.mechanisms" };
    let mechanism = value(mechanism_name);
    let mut found = Vec::new();
    if protocol.ends_with("ssl") {
        if !has("ssl") {
            found.push(Finding::error("security.protocol", "this build has no TLS: build with the feature ssl"));
        }
        if value("enable.ssl.certificate.verification").is_some_and(|v| matches!(v.as_str(), "false" | "0" | "f")) {
            let message =
                "the broker's certificate is not verified, anyone on the way can read and change the records: set ssl.ca.location instead";
            found.push(Finding::warning("enable.ssl.certificate.verification", message));
        }
        if value("ssl.endpoint.identification.algorithm").is_some_and(|v| v == "none") {
            let message = "the broker's name is not verified: any certificate of the same authority is taken";
            found.push(Finding::warning("ssl.endpoint.identification.algorithm", message));
        }
    }
    if protocol.starts_with("sasl") {
        found.extend(judge_mechanism(mechanism_name, mechanism.as_deref(), &protocol, properties, features));
    } else if mechanism.is_some() || properties.contains_key("sasl.username") {
        let name = if mechanism.is_some() { mechanism_name } else { "sasl.username" };
        let message = format!("has no effect: security.protocol is {protocol}, authentication needs sasl_ssl (or sasl_plaintext)");
        found.push(Finding::warning(name, message));
    }
    found
}

fn judge_mechanism(
    name: &'static str,
    mechanism: Option<&str>,
    protocol: &str,
    properties: &BTreeMap<&str, &Property>,
    features: &str,
) -> Vec<Finding> {
    let has = |feature: &str| features.split(',').any(|f| f.trim() == feature);
    let able: Vec<&str> = [
        ("sasl_plain", "PLAIN"),
        ("sasl_scram", "SCRAM-SHA-256, SCRAM-SHA-512"),
        ("sasl_oauthbearer", "OAUTHBEARER"),
        ("sasl_gssapi", "GSSAPI"),
    ]
    .into_iter()
    .filter_map(|(feature, mechanism)| has(feature).then_some(mechanism))
    .collect();
    let able = able.join(", ");
    let needed = match mechanism {
        None | Some("gssapi") => "sasl_gssapi",
        Some("plain") => "sasl_plain",
        Some("scram-sha-256" | "scram-sha-512") => "sasl_scram",
        Some("oauthbearer") => "sasl_oauthbearer",
        Some(_) => return vec![Finding::error(name, format!("unknown SASL mechanism, this build has {able}"))],
    };
    let mut found = Vec::new();
    if !has(needed) {
        let message = match mechanism {
            None => format!("{protocol} without sasl.mechanism means GSSAPI, which this build lacks: set sasl.mechanism to one of {able}"),
            Some("gssapi") => format!("this build has no GSSAPI (Kerberos): build with the feature gssapi, or use one of {able}"),
            Some(_) => format!("this build lacks the SASL mechanism, it has {able}"),
        };
        found.push(Finding::error(if mechanism.is_none() { "security.protocol" } else { name }, message));
    } else if needed == "sasl_oauthbearer" && !properties.contains_key("enable.sasl.oauthbearer.unsecure.jwt") {
        found.push(Finding::error(name, "tokens for OAUTHBEARER cannot be fetched yet: use SCRAM, PLAIN over TLS or client certificates"));
    }
    if matches!(needed, "sasl_plain" | "sasl_scram") {
        for wanted in ["sasl.username", "sasl.password"].into_iter().filter(|n| !properties.contains_key(n)) {
            found.push(Finding::error(name, format!("the mechanism needs {wanted}")));
        }
        if needed == "sasl_plain" && protocol == "sasl_plaintext" {
            found.push(Finding::warning("security.protocol", "the password crosses the network in plain text: use sasl_ssl"));
        }
    }
    found
}

/// Judges the time limits of the producer: the message timeout must end before the transaction does.
pub fn judge_timeouts(producer: &BTreeMap<&str, &Property>) -> Vec<Finding> {
    let number = |name: &str| producer.get(name).and_then(|p| p.value.trim().parse::<u64>().ok());
    // Two names of one property; the client takes the one that was set last, which nobody can tell.
    let message_name = if producer.contains_key("delivery.timeout.ms") { "delivery.timeout.ms" } else { "message.timeout.ms" };
    let (message, transaction) = (number(message_name), number("transaction.timeout.ms"));
    if message.is_none() && transaction.is_none() {
        return Vec::new();
    }
    let m = message.unwrap_or(MESSAGE_TIMEOUT_MS);
    let t = transaction.unwrap_or(TRANSACTION_TIMEOUT_MS);
    // 0 means for ever.
    if m > 0 && m < t {
        return Vec::new();
    }
    let name = if message.is_some() { message_name } else { "transaction.timeout.ms" };
    let m = if m == 0 { "0 (for ever)".into() } else { m.to_string() };
    let message = format!("the message timeout, {m} ms, must be shorter than the transaction timeout, {t} ms");
    vec![Finding::error(name, format!("{message}: a batch has to fail before the broker ends its transaction"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEATURES: &str = "gzip,snappy,ssl,sasl,regex,lz4,sasl_plain,sasl_scram,plugins,zstd,sasl_oauthbearer,http,oidc";

    fn findings(properties: &[(&str, &str)], features: &str) -> Vec<String> {
        let owned: BTreeMap<String, Property> =
            properties.iter().map(|(k, v)| (k.to_string(), Property { value: v.to_string(), secret: false })).collect();
        let kafka = Kafka { bootstrap_servers: String::new(), properties: owned, consumer: BTreeMap::new(), producer: BTreeMap::new() };
        let all = of_producer(&kafka);
        let found = judge_security(&all, features).into_iter().chain(judge_timeouts(&all));
        found.map(|f| format!("{} {}: {}", if f.is_error { "error" } else { "warning" }, f.property, f.message)).collect()
    }

    #[test]
    fn mechanisms_are_compared_with_what_the_client_was_built_with() {
        let scram =
            [("security.protocol", "SASL_SSL"), ("sasl.mechanism", "SCRAM-SHA-512"), ("sasl.username", "u"), ("sasl.password", "p")];
        assert!(findings(&scram, FEATURES).is_empty());
        assert_eq!(
            findings(&scram, "gzip,sasl_plain"),
            [
                "error security.protocol: this build has no TLS: build with the feature ssl",
                "error sasl.mechanism: this build lacks the SASL mechanism, it has PLAIN",
            ]
        );
        assert_eq!(
            findings(&[("security.protocol", "sasl_ssl")], FEATURES),
            [
                "error security.protocol: sasl_ssl without sasl.mechanism means GSSAPI, which this build lacks: set sasl.mechanism to one of \
              PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER"
            ]
        );
        assert_eq!(
            findings(&[("security.protocol", "sasl_ssl"), ("sasl.mechanisms", "SCRAM-SHA-1")], FEATURES),
            ["error sasl.mechanisms: unknown SASL mechanism, this build has PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER"]
        );
    }

    #[test]
    fn weak_or_idle_security_is_a_warning() {
        let plain = [("security.protocol", "sasl_plaintext"), ("sasl.mechanism", "PLAIN"), ("sasl.username", "u"), ("sasl.password", "p")];
        assert_eq!(findings(&plain, FEATURES), ["warning security.protocol: the password crosses the network in plain text: use sasl_ssl"]);
        assert_eq!(
            findings(&[("sasl.username", "u")], FEATURES),
            ["warning sasl.username: has no effect: security.protocol is plaintext, authentication needs sasl_ssl (or sasl_plaintext)"]
        );
        let found = findings(&[("security.protocol", "ssl"), ("enable.ssl.certificate.verification", "false")], FEATURES);
        assert!(found[0].starts_with("warning enable.ssl.certificate.verification: the broker's certificate is not verified"), "{found:?}");
    }

    #[test]
    fn the_message_timeout_ends_before_the_transaction() {
        assert!(findings(&[("transaction.timeout.ms", "60000")], FEATURES).is_empty());
        assert_eq!(
            findings(&[("transaction.timeout.ms", "5000")], FEATURES),
            ["error transaction.timeout.ms: the message timeout, 8000 ms, must be shorter than the transaction timeout, 5000 ms: a batch \
              has to fail before the broker ends its transaction"]
        );
        assert_eq!(findings(&[("message.timeout.ms", "0")], FEATURES).len(), 1);
    }

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
    fn this_build_has_what_the_documentation_says() {
        let features = builtin_features();
        for wanted in ["ssl", "sasl_plain", "sasl_scram", "sasl_oauthbearer", "zstd", "gzip", "snappy", "lz4"] {
            assert!(features.split(',').any(|f| f.trim() == wanted), "{wanted} is not in {features}");
        }
    }
}
