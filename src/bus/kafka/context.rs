//! What librdkafka tells through callbacks. They only write down what happened; the loop's thread acts on it. None may panic or block: C calls them.

use super::errors::{Call, bus_error, too_large};
use super::trouble::Troubles;
use crate::bus::Failed;
use crate::record::TopicPartition;
use rdkafka::client::{ClientContext, OAuthToken};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message};
use rdkafka::producer::ProducerContext;
use rdkafka::topic_partition_list::TopicPartitionList;
use rdkafka::types::RDKafkaRespErr;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the group wants of this member. It waits until the loop has answered.
#[derive(Debug, Clone)]
pub(super) enum Rebalance {
    Assigned(Vec<TopicPartition>),
    Revoked(Vec<TopicPartition>),
    Lost(Vec<TopicPartition>),
}

/// The consumer's callbacks.
#[derive(Default)]
pub(super) struct MemberContext {
    pub troubles: Troubles,
    rebalances: Mutex<VecDeque<Rebalance>>,
    /// The text to the error that [`BaseConsumer::poll`] returns next: the crate gives the code there and the text here.
    reason: Mutex<Option<(RDKafkaErrorCode, String)>>,
    /// From now on nobody answers rebalance events: the hook does.
    closing: AtomicBool,
}

impl MemberContext {
    pub(super) fn next_rebalance(&self) -> Option<Rebalance> {
        lock(&self.rebalances).pop_front()
    }

    pub(super) fn take_reason(&self, code: RDKafkaErrorCode) -> Option<String> {
        lock(&self.reason).take().filter(|(c, _)| *c == code).map(|(_, text)| text)
    }

    pub(super) fn set_closing(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }
}

impl ClientContext for MemberContext {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        crate::bus::oauth::generate()
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if let Some(code) = error.rdkafka_error_code() {
            *lock(&self.reason) = Some((code, reason.to_owned()));
        }
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.troubles.log("consumer", level, facility, message);
    }
}

impl ConsumerContext for MemberContext {
    /// Writes the event down and returns. The crate's own version would assign at once, from offsets that the loop has not looked at.
    fn rebalance(&self, consumer: &BaseConsumer<Self>, event: RDKafkaRespErr, list: &mut TopicPartitionList) {
        if self.closing.load(Ordering::Relaxed) {
            // The poll loop inside of the consumer's drop waits until the partitions are given up.
            let _ = answer_revoke(consumer, list);
            return;
        }
        let partitions = super::native::entries_of(list).into_iter().map(|e| e.partition).collect();
        let event = match event {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => Rebalance::Assigned(partitions),
            _ if consumer.assignment_lost() => Rebalance::Lost(partitions),
            _ => Rebalance::Revoked(partitions),
        };
        lock(&self.rebalances).push_back(event);
    }
}

/// Gives partitions up, the way the group's protocol wants it.
pub(super) fn answer_revoke(consumer: &BaseConsumer<MemberContext>, list: &TopicPartitionList) -> Result<(), KafkaError> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_unassign(list),
        RebalanceProtocol::Eager | RebalanceProtocol::None => consumer.unassign(),
    }
}

/// The producer's callbacks.
#[derive(Default)]
pub(super) struct ProducerState {
    pub troubles: Troubles,
    failed: Mutex<Option<Failed>>,
    purged: AtomicBool,
}

impl ProducerState {
    /// The first delivery that failed since [`ProducerState::forget_failed`].
    pub(super) fn failed(&self) -> Option<Failed> {
        lock(&self.failed).clone()
    }

    pub(super) fn forget_failed(&self) {
        *lock(&self.failed) = None;
    }

    /// Whether the client has thrown records away.
    pub(super) fn has_purged(&self) -> bool {
        self.purged.load(Ordering::Relaxed)
    }
}

impl ClientContext for ProducerState {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        crate::bus::oauth::generate()
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if let Some(code) = error.rdkafka_error_code() {
            self.troubles.error("producer", code, reason);
        }
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.troubles.log("producer", level, facility, message);
    }
}

impl ProducerContext for ProducerState {
    /// `OutRecord::source`.
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, source: usize) {
        let Err((error, message)) = result else { return };
        let Some(code) = error.rdkafka_error_code() else { return };
        // An abort purges what is queued: no failure of the record.
        if matches!(code, RDKafkaErrorCode::PurgeQueue | RDKafkaErrorCode::PurgeInflight) {
            self.purged.store(true, Ordering::Relaxed);
            return;
        }
        let mut failed = lock(&self.failed);
        if failed.is_none() {
            let what = format!("record of {} bytes for {}", message.payload_len() + message.key_len(), message.topic());
            *failed = Some(Failed { source, too_large: too_large(code), error: bus_error(Call::Deliver, what, code) });
        }
    }
}

/// A poisoned lock holds plain values that are whole at every moment.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
