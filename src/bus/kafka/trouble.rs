//! The client's own troubles: it goes on trying, but somebody should know. A wrong password, say, gives the producer nothing but a time-out; the
//! reason comes by the error callback alone.

use super::context::lock;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::RDKafkaErrorCode as Code;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The same trouble is told again after this time: a client without a broker says so several times a second.
const AGAIN: Duration = Duration::from_secs(30);
/// More than a loop can tell in one go; the oldest leave.
const KEPT: usize = 32;

/// What to do, by code.
const ADVICE: &[(Code, &str)] = &[
    (Code::Authentication, "check sasl.mechanisms, sasl.username and sasl.password in kafka.properties"),
    (Code::SaslAuthenticationFailed, "check sasl.mechanisms, sasl.username and sasl.password in kafka.properties"),
    (Code::UnsupportedSASLMechanism, "the broker does not offer this sasl.mechanisms"),
    (Code::SSL, "check ssl.ca.location, that the broker's certificate bears its name and has not expired, and that the port speaks TLS"),
    (Code::Resolve, "check kafka.bootstrap_servers and the names that the brokers advertise"),
    (Code::AllBrokersDown, "check kafka.bootstrap_servers and security.protocol, and that the brokers are up"),
    (Code::BrokerTransportFailure, "check kafka.bootstrap_servers and security.protocol, and that the brokers are up"),
    (Code::PollExceeded, "the loop did not poll in time and has left the group; it joins again"),
    (Code::UnknownTopicOrPartition, "a topic is missing, or the broker does not know it yet"),
    (Code::GroupMaxSizeReached, "the group is full (group.max.size of the broker)"),
];

/// What to do about an error of the client, when there is something.
pub(in crate::bus) fn advice(code: Code) -> Option<&'static str> {
    ADVICE.iter().find(|(c, _)| *c == code).map(|(_, advice)| *advice)
}

#[derive(Default)]
pub(super) struct Troubles(Mutex<State>);

#[derive(Default)]
struct State {
    waiting: VecDeque<String>,
    told: Vec<(Code, Instant)>,
    /// The last one that names a reason, for an error that follows without one.
    last: Option<(Code, String)>,
}

/// Reasons that time does not mend: settings are wrong.
const LASTING: &[Code] = &[Code::Authentication, Code::SaslAuthenticationFailed, Code::UnsupportedSASLMechanism, Code::SSL, Code::Resolve];

impl Troubles {
    pub(super) fn next(&self) -> Option<String> {
        lock(&self.0).waiting.pop_front()
    }

    /// Why the client cannot work, as far as it has said: for time-outs that carry no reason.
    pub(super) fn last(&self) -> Option<String> {
        lock(&self.0).last.as_ref().map(|(_, text)| text.clone())
    }

    /// The last reason is one that time does not mend.
    pub(super) fn is_lasting(&self) -> bool {
        lock(&self.0).last.as_ref().is_some_and(|(code, _)| LASTING.contains(code))
    }

    pub(super) fn error(&self, client: &str, code: Code, reason: &str) {
        let text = match advice(code) {
            Some(advice) => format!("Kafka {client}: {reason}: {advice}"),
            None => format!("Kafka {client}: {reason}"),
        };
        let mut state = lock(&self.0);
        // "All brokers down" and "transport failure" follow every other reason and say less.
        if !matches!(code, Code::AllBrokersDown | Code::BrokerTransportFailure) || state.last.is_none() {
            state.last = Some((code, text.clone()));
        }
        let now = Instant::now();
        state.told.retain(|(_, at)| now.duration_since(*at) < AGAIN);
        if state.told.iter().any(|(c, _)| *c == code) {
            return;
        }
        state.told.push((code, now));
        if state.waiting.len() == KEPT {
            state.waiting.pop_front();
        }
        state.waiting.push_back(text);
    }

    /// librdkafka's log lines.
    pub(super) fn log(&self, client: &str, level: RDKafkaLogLevel, facility: &str, message: &str) {
        use RDKafkaLogLevel::{Alert, Critical, Debug, Emerg, Error, Info, Notice, Warning};
        match level {
            // These come as errors, too, are told as troubles, and would come many times a second from every connection.
            _ if matches!(facility, "FAIL" | "ERROR") => tracing::debug!(target: "librdkafka", client, facility, "{message}"),
            Emerg | Alert | Critical | Error | Warning => tracing::warn!(target: "librdkafka", client, facility, "{message}"),
            Notice | Info => tracing::info!(target: "librdkafka", client, facility, "{message}"),
            Debug => tracing::debug!(target: "librdkafka", client, facility, "{message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_is_told_once_with_what_to_do() {
        let troubles = Troubles::default();
        for _ in 0..3 {
            troubles.error("producer", Code::Authentication, "SASL authentication error: Authentication failed");
            troubles.error("producer", Code::AllBrokersDown, "1/1 brokers are down");
        }
        let first = troubles.next().unwrap();
        assert!(first.contains("Authentication failed") && first.contains("sasl.password"), "{first}");
        assert!(troubles.next().unwrap().contains("bootstrap_servers"));
        assert_eq!(troubles.next(), None);
        assert!(troubles.last().unwrap().contains("Authentication failed"));
        assert!(troubles.is_lasting());
    }
}
