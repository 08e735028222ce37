//! Encryption, authentication and time limits of the client: whether they can work together, and with this build.

use super::{SESSION_TIMEOUT_MS, TRANSACTION_TIMEOUT_MS, message_timeout_ms};
use crate::config::settings::Property;
use std::collections::BTreeMap;

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

/// Judges encryption and authentication. `features` is the client's `builtin.features`, `tokens`: the configuration says where they come from.
///
/// librdkafka takes a mechanism that is not compiled in when it is set and fails later, and its default is GSSAPI even in builds without.
pub fn judge_security(properties: &BTreeMap<&str, &Property>, features: &str, tokens: bool) -> Vec<Finding> {
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
        found.extend(judge_mechanism(mechanism_name, mechanism.as_deref(), &protocol, properties, features, tokens));
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
    tokens: bool,
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
    } else if needed == "sasl_oauthbearer" && !tokens && !properties.contains_key("enable.sasl.oauthbearer.unsecure.jwt") {
        found.push(Finding::error(name, "OAUTHBEARER needs tokens: set oauth.token_endpoint with oauth.client_id, or oauth.token_file"));
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

/// Judges time limits: a message's must end before the transaction's, and that one before the group gives the partitions to another member.
pub fn judge_timeouts(consumer: &BTreeMap<&str, &Property>, producer: &BTreeMap<&str, &Property>) -> Vec<Finding> {
    let of = |side: &BTreeMap<&str, &Property>, name: &str| side.get(name).and_then(|p| p.value.trim().parse::<u64>().ok());
    let number = |name: &str| of(producer, name);
    // Two names of one property; the client takes the one that was set last, which nobody can tell.
    let message_name = if producer.contains_key("delivery.timeout.ms") { "delivery.timeout.ms" } else { "message.timeout.ms" };
    let (message, transaction) = (number(message_name), number("transaction.timeout.ms"));
    let session = of(consumer, "session.timeout.ms");
    let mut found = Vec::new();
    let (t, s) = (transaction.unwrap_or(TRANSACTION_TIMEOUT_MS), session.unwrap_or(SESSION_TIMEOUT_MS));
    if t > s {
        let name = if transaction.is_some() { "transaction.timeout.ms" } else { "session.timeout.ms" };
        let message = format!("the transaction timeout, {t} ms, is longer than the session timeout, {s} ms");
        found.push(Finding::warning(name, format!("{message}: after a crash the next owner of the partitions waits for the rest of it")));
    }
    // Left alone it follows the transaction's.
    let m = message.unwrap_or(message_timeout_ms(t));
    // 0 means for ever.
    if m > 0 && m < t {
        return found;
    }
    let m = if m == 0 { "0 (for ever)".into() } else { m.to_string() };
    let message = format!("the message timeout, {m} ms, must be shorter than the transaction timeout, {t} ms");
    found.push(Finding::error(message_name, format!("{message}: a batch has to fail before the broker ends its transaction")));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::properties::of_producer;
    use crate::config::settings::Kafka;

    const FEATURES: &str = "gzip,snappy,ssl,sasl,regex,lz4,sasl_plain,sasl_scram,plugins,zstd,sasl_oauthbearer,http,oidc";

    fn findings(properties: &[(&str, &str)], features: &str) -> Vec<String> {
        let owned: BTreeMap<String, Property> =
            properties.iter().map(|(k, v)| (k.to_string(), Property { value: v.to_string(), secret: false })).collect();
        let kafka = Kafka {
            bootstrap_servers: String::new(),
            properties: owned,
            consumer: BTreeMap::new(),
            producer: BTreeMap::new(),
            rotating: BTreeMap::new(),
        };
        let all = of_producer(&kafka);
        let found = judge_security(&all, features, false).into_iter().chain(judge_timeouts(&all, &all));
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
        assert!(findings(&[], FEATURES).is_empty());
        assert!(findings(&[("transaction.timeout.ms", "5000")], FEATURES).is_empty());
        assert_eq!(
            findings(&[("transaction.timeout.ms", "60000")], FEATURES),
            ["warning transaction.timeout.ms: the transaction timeout, 60000 ms, is longer than the session timeout, 10000 ms: after a \
              crash the next owner of the partitions waits for the rest of it"]
        );
        assert_eq!(
            findings(&[("transaction.timeout.ms", "5000"), ("message.timeout.ms", "8000")], FEATURES),
            ["error message.timeout.ms: the message timeout, 8000 ms, must be shorter than the transaction timeout, 5000 ms: a batch \
              has to fail before the broker ends its transaction"]
        );
        assert_eq!(findings(&[("message.timeout.ms", "0")], FEATURES).len(), 1);
    }
}
