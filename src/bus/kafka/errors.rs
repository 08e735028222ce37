//! From librdkafka's errors to [`ErrorClass`]. The code and the flags decide, never the text.

use crate::bus::{BusError, ErrorClass};
use rdkafka::error::{KafkaError, RDKafkaError, RDKafkaErrorCode as Code};

/// What librdkafka said, with its flags.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub code: Code,
    pub text: String,
    /// The client object is of no more use.
    pub fatal: bool,
    /// The transaction must be aborted.
    pub abort: bool,
    pub retriable: bool,
}

impl From<&RDKafkaError> for Refusal {
    fn from(e: &RDKafkaError) -> Self {
        Refusal { code: e.code(), text: e.string(), fatal: e.is_fatal(), abort: e.txn_requires_abort(), retriable: e.is_retriable() }
    }
}

impl From<&KafkaError> for Refusal {
    fn from(e: &KafkaError) -> Self {
        match e {
            KafkaError::Transaction(e) => e.into(),
            // A flush that fails carries no flags: what was not delivered must not be committed.
            KafkaError::Flush(code) => Refusal { code: *code, text: e.to_string(), fatal: false, abort: true, retriable: false },
            _ => Refusal {
                code: e.rdkafka_error_code().unwrap_or(Code::Fail),
                text: e.to_string(),
                fatal: matches!(e, KafkaError::MessageConsumptionFatal(_)),
                abort: false,
                retriable: false,
            },
        }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Refusal { code, text: code.to_string(), fatal: false, abort: false, retriable: false }
    }
}

/// The call that failed: the same code asks for different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// Questions and local orders: metadata, offsets, watermarks, assign, pause.
    Ask,
    PlainCommit,
    Init,
    Begin,
    /// Delivery of a record.
    Deliver,
    SendOffsets,
    Commit,
    Abort,
}

/// Rights and set-ups that no retry mends, whatever the flags say: code, what to do.
const STOP: &[(Code, &str)] = &[
    (Code::TopicAuthorizationFailed, "grant the worker Read and Describe on what it reads, Write and Describe on what it writes"),
    (Code::GroupAuthorizationFailed, "grant the worker Read on its consumer groups (prefix: app.id)"),
    (Code::TransactionalIdAuthorizationFailed, "grant the worker Write and Describe on its transactional ids (prefix: app.id)"),
    (Code::ClusterAuthorizationFailed, "the cluster refuses this user; ask its administrator"),
    (Code::UnknownTopicOrPartition, "create the missing topic: `feedmill topics create`, or the commands of `feedmill topics print`"),
    (Code::UnknownTopic, "create the missing topic: `feedmill topics create`, or the commands of `feedmill topics print`"),
    (Code::InvalidTopic, "the topic's name is not valid; correct it in [topics]"),
    (
        Code::InvalidTransactionTimeout,
        "kafka.producer.\"transaction.timeout.ms\" is above the broker's transaction.max.timeout.ms; lower it",
    ),
    (Code::OffsetMetadataTooLarge, "raise the broker's offset.metadata.max.bytes to its default (4096)"),
    (Code::UnsupportedVersion, "the broker is too old: transactions with group fencing need Kafka 2.5 or newer"),
    (Code::UnsupportedFeature, "this build of the client, or the broker, lacks a feature that is configured"),
    (Code::FencedInstanceId, "another process runs under the same app.instance; give every process its own"),
];

/// Another producer has taken the transactional id, or the broker has ended the transaction by its time limit.
const FENCED: &[Code] = &[
    Code::Fenced,
    Code::ProducerFenced,
    Code::InvalidProducerEpoch,
    Code::InvalidProducerIdMapping,
    Code::InvalidTransactionalState,
    Code::TransactionCoordinatorFenced,
    Code::UnknownProducerId,
];

/// The group has moved on: the work is dropped, the next rebalance event says what comes. No trouble for the operator.
const GROUP_MOVED_ON: &[Code] = &[
    Code::IllegalGeneration,
    Code::UnknownMemberId,
    Code::RebalanceInProgress,
    Code::StaleMemberEpoch,
    Code::FencedMemberEpoch,
    Code::AssignmentLost,
];

const TIMED_OUT: &[Code] = &[Code::OperationTimedOut, Code::MessageTimedOut, Code::TimedOutQueue, Code::RequestTimedOut];

/// Brokers come and go, coordinators move: the same question gets an answer later.
const PASSING: &[Code] = &[
    Code::BrokerTransportFailure,
    Code::AllBrokersDown,
    Code::Resolve,
    Code::WaitingForCoordinator,
    Code::InProgress,
    Code::PreviousInProgress,
    Code::Retry,
    Code::LeaderNotAvailable,
    Code::NotLeaderForPartition,
    Code::BrokerNotAvailable,
    Code::ReplicaNotAvailable,
    Code::NetworkException,
    Code::CoordinatorLoadInProgress,
    Code::CoordinatorNotAvailable,
    Code::NotCoordinator,
    Code::NotEnoughReplicas,
    Code::NotEnoughReplicasAfterAppend,
    Code::ConcurrentTransactions,
    Code::UnstableOffsetCommit,
    Code::UnknownPartition,
    Code::FencedLeaderEpoch,
    Code::UnknownLeaderEpoch,
    // A leader that has just been elected does not know yet how far the log is committed.
    Code::OffsetNotAvailable,
    Code::KafkaStorageError,
    Code::ThrottlingQuotaExceeded,
    Code::NoOffset,
    Code::WaitCache,
];

/// The class of an error, by call, code and flags.
pub(super) fn class(call: Call, refusal: &Refusal) -> ErrorClass {
    let code = refusal.code;
    if STOP.iter().any(|(c, _)| *c == code) {
        return ErrorClass::Stop;
    }
    if refusal.fatal || FENCED.contains(&code) {
        return ErrorClass::Fatal;
    }
    if refusal.abort || GROUP_MOVED_ON.contains(&code) {
        return ErrorClass::Abort;
    }
    // A commit or abort that ran out of time may have reached the broker. With the call's own repetition used up, nobody knows.
    if matches!(call, Call::Commit | Call::Abort) && (refusal.retriable || TIMED_OUT.contains(&code)) {
        return ErrorClass::Unknown;
    }
    if refusal.retriable {
        return ErrorClass::Retriable;
    }
    let passing = TIMED_OUT.contains(&code) || PASSING.contains(&code);
    match call {
        // Delivery has its own retries: what failed in spite of them ends the transaction, and the next one may go well.
        Call::Deliver => ErrorClass::Abort,
        Call::Ask | Call::PlainCommit if passing => ErrorClass::Retriable,
        Call::Ask => ErrorClass::Stop,
        Call::PlainCommit => ErrorClass::Abort,
        // librdkafka's guide: treat every other error of a transactional call as fatal.
        Call::Init | Call::Begin | Call::SendOffsets | Call::Commit | Call::Abort => ErrorClass::Fatal,
    }
}

/// An error for the loop: what was tried, what the client says, what to do.
pub(super) fn bus_error(call: Call, what: impl std::fmt::Display, refusal: impl Into<Refusal>) -> BusError {
    let refusal = refusal.into();
    let hint = match STOP.iter().find(|(c, _)| *c == refusal.code) {
        Some((_, hint)) => format!("; {hint}"),
        None => String::new(),
    };
    BusError::new(class(call, &refusal), format!("{what}: {}{hint}", refusal.text))
}

/// An error that comes with a client's configuration. A value may be a secret, so only the property's name is shown.
pub(super) fn configuration_error(client: &str, e: &KafkaError) -> BusError {
    let text = match e {
        KafkaError::ClientConfig(_, _, key, _) => format!("the Kafka property \"{key}\" or its value is not accepted"),
        KafkaError::ClientCreation(reason) => reason.clone(),
        other => other.to_string(),
    };
    BusError::new(ErrorClass::Stop, format!("{client}: {text}; see kafka.properties, kafka.consumer and kafka.producer"))
}

/// A record, or the batch it travelled in, is larger than the client or the broker takes.
pub(super) fn too_large(code: Code) -> bool {
    matches!(code, Code::MessageSizeTooLarge | Code::MessageBatchTooLarge | Code::InvalidMessageSize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: Code, fatal: bool, abort: bool, retriable: bool) -> Refusal {
        Refusal { code, text: "why".into(), fatal, abort, retriable }
    }

    #[test]
    fn the_table_of_classes() {
        use ErrorClass::*;
        let plain = |code| refusal(code, false, false, false);
        for (call, refusal, expected) in [
            (Call::Commit, refusal(Code::OperationTimedOut, false, false, true), Unknown),
            (Call::Abort, plain(Code::OperationTimedOut), Unknown),
            (Call::SendOffsets, refusal(Code::OperationTimedOut, false, false, true), Retriable),
            (Call::SendOffsets, refusal(Code::IllegalGeneration, false, true, false), Abort),
            (Call::Commit, refusal(Code::MessageTimedOut, false, true, false), Abort),
            (Call::Commit, refusal(Code::Fenced, true, false, false), Fatal),
            (Call::Begin, plain(Code::InvalidProducerEpoch), Fatal),
            (Call::Commit, plain(Code::Fail), Fatal),
            (Call::Init, refusal(Code::TransactionalIdAuthorizationFailed, true, false, false), Stop),
            (Call::Deliver, plain(Code::MessageTimedOut), Abort),
            (Call::Deliver, plain(Code::TopicAuthorizationFailed), Stop),
            (Call::Ask, plain(Code::BrokerTransportFailure), Retriable),
            (Call::Ask, plain(Code::OffsetNotAvailable), Retriable),
            (Call::Ask, plain(Code::UnknownTopicOrPartition), Stop),
            (Call::PlainCommit, plain(Code::UnknownMemberId), Abort),
            (Call::PlainCommit, plain(Code::OperationTimedOut), Retriable),
        ] {
            assert_eq!(class(call, &refusal), expected, "{call:?} {refusal:?}");
        }
    }

    #[test]
    fn a_flush_that_failed_asks_for_an_abort() {
        assert_eq!(class(Call::Commit, &Refusal::from(&KafkaError::Flush(Code::Fail))), ErrorClass::Abort);
    }

    #[test]
    fn a_missing_right_is_named_with_the_way_out() {
        let e = bus_error(Call::Ask, "topic pages.raw", Code::TopicAuthorizationFailed);
        assert_eq!(e.class, ErrorClass::Stop);
        assert!(e.message.starts_with("topic pages.raw: ") && e.message.contains("grant the worker Read"), "{}", e.message);
    }

    #[test]
    fn values_of_properties_stay_secret() {
        use rdkafka::types::RDKafkaConfRes;
        let e = KafkaError::ClientConfig(
            RDKafkaConfRes::RD_KAFKA_CONF_INVALID,
            "Invalid value \"hunter2\"".into(),
            "sasl.password".into(),
            "hunter2".into(),
        );
        let e = configuration_error("consumer", &e);
        assert!(e.message.contains("sasl.password") && !e.message.contains("hunter2"), "{}", e.message);
    }
}
