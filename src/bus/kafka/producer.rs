//! The transactional producer.
//!
//! Its events are served by the loop's own thread: the crate's producers with a thread of their own make every commit wait 100 ms for an event
//! which that thread has taken away. The calls that block run on a short-lived thread instead, because
//!
//! - an abort waits until the reports of what it purged are served, which only the loop's thread does, and
//! - begin and send_offsets wait for librdkafka's own thread without a time limit, whatever limit they are given, and sometimes wait for ever:
//!   begin in librdkafka#4420, send_offsets in one of three runs of ours in which a broker was killed under load. A call that overruns is left
//!   alone together with its producer, which a new one with the same id then fences.

use super::context::ProducerState;
use super::errors::{Call, Refusal, bus_error, class, configuration_error};
use super::native::{self, GroupMetadata};
use crate::bus::{BusError, ErrorClass, Pending, SendError};
use crate::record::{Header, OutRecord};
use rdkafka::config::ClientConfig;
use rdkafka::error::RDKafkaErrorCode as Code;
use rdkafka::message::{Header as NativeHeader, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::topic_partition_list::TopicPartitionList;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Ends the old transaction of the id and waits for the coordinator; after the death of a broker that took 11 s.
const INIT: Duration = Duration::from_secs(40);
/// The same when the client says that its settings are wrong: a few tries, in case a broker is only just coming up.
const INIT_REFUSED: Duration = Duration::from_secs(6);
const SEND_OFFSETS: Duration = Duration::from_secs(8);
/// Longer than the transaction's own limit, so that a broker that is there has answered.
const COMMIT: Duration = Duration::from_secs(15);
const ABORT: Duration = Duration::from_secs(15);
/// One try of the start; between two the client's errors are looked at.
const INIT_TRY: Duration = Duration::from_secs(3);
/// Before offsets are sent again.
const REST: Duration = Duration::from_millis(20);
/// Begin is a matter of the client alone.
const BEGIN: Duration = Duration::from_secs(5);
/// What a call may take beyond the limit that it was given itself.
const OVERRUN: Duration = Duration::from_secs(5);
/// Between two looks at the events while a call blocks.
const SERVE: Duration = Duration::from_millis(4);
/// Events that one turn serves at most.
const EVENTS: usize = 256;

pub(super) struct Producer {
    producer: Arc<BaseProducer<ProducerState>>,
    id: String,
}

impl Producer {
    /// A producer that has ended whatever its transactional id left open.
    pub(super) fn open(config: &ClientConfig, id: &str) -> Result<Self, BusError> {
        let producer: BaseProducer<ProducerState> =
            config.create_with_context(ProducerState::default()).map_err(|e| configuration_error("producer", &e))?;
        let producer = Producer { producer: Arc::new(producer), id: id.to_owned() };
        // A new client asks for its token at once, and waits until somebody serves its events.
        producer.serve();
        producer.init()?;
        Ok(producer)
    }

    pub(super) fn trouble(&self) -> Option<String> {
        self.state().troubles.next()
    }

    pub(super) fn in_flight(&self) -> usize {
        usize::try_from(self.producer.in_flight_count()).unwrap_or_default()
    }

    /// Serves delivery reports, errors and requests for a token that are there, without waiting.
    pub(super) fn serve(&self) {
        let mut left = self.in_flight();
        for _ in 0..EVENTS {
            // One event a call; a delivery event holds the reports of many records.
            self.producer.poll(Duration::ZERO);
            let now = self.in_flight();
            if now == 0 || now == left {
                return;
            }
            left = now;
        }
    }

    /// Lets the client work for a while, then serves what has come. The crate's poll spins through the last part of a millisecond of every
    /// wait: a twentieth of the worker's CPU when waits are short.
    pub(super) fn wait(&self, time: Duration) {
        std::thread::sleep(time);
        self.serve();
    }

    /// Must not begin another transaction. Records that an abort throws away leave their sequence numbers to the next ones (librdkafka 2.12,
    /// `rd_kafka_toppar_purge_queues`), although they may have been sent before a connection broke: then the broker takes the next ones
    /// for repetitions, acknowledges them and drops them, and a commit lacks records.
    pub(super) fn is_worn(&self) -> bool {
        self.state().has_purged()
    }

    pub(super) fn begin(&self) -> Result<(), BusError> {
        self.state().forget_failed();
        self.call(BEGIN, |p| p.begin_transaction().map_err(|e| Refusal::from(&e)))
            .map_err(|refusal| bus_error(Call::Begin, "beginning a transaction", refusal))
    }

    pub(super) fn send(&self, record: OutRecord) -> Result<(), SendError> {
        let mut out = BaseRecord::<[u8], [u8], usize>::with_opaque_to(&record.topic, record.source);
        out.partition = record.partition;
        out.key = record.key.as_deref();
        out.payload = record.value.as_deref();
        out.headers = headers(&record.headers);
        let code = match self.producer.send(out) {
            Ok(()) => return Ok(()),
            Err((e, _)) => e.rdkafka_error_code().unwrap_or(Code::InvalidTopic),
        };
        match code {
            Code::QueueFull => Err(SendError::Full(record)),
            Code::MessageSizeTooLarge => Err(SendError::TooLarge(format!("{} bytes for {}", record.bytes(), record.topic))),
            code => Err(SendError::Failed(bus_error(Call::Deliver, format!("sending to {}", record.topic), code))),
        }
    }

    pub(super) fn pending(&self) -> Pending {
        self.serve();
        Pending { in_flight: self.in_flight(), failed: self.state().failed() }
    }

    pub(super) fn send_offsets(&self, offsets: &TopicPartitionList, metadata: &Arc<GroupMetadata>) -> Result<(), BusError> {
        // Same offsets, same metadata: the call begins anew each time and may be repeated.
        let deadline = Instant::now() + SEND_OFFSETS;
        loop {
            let left = deadline.saturating_duration_since(Instant::now()).max(REST);
            let (offsets, metadata) = (offsets.clone(), metadata.clone());
            match self.call(left, move |p| native::send_offsets(p.client(), &offsets, &metadata, left)) {
                Ok(()) => return Ok(()),
                Err(refusal) if refusal.retriable && Instant::now() < deadline => self.wait(REST),
                Err(refusal) => return Err(bus_error(Call::SendOffsets, "sending offsets to the transaction", refusal)),
            }
        }
    }

    /// One call, not several short ones: a call that is resumed may take the answer that an earlier try left behind.
    pub(super) fn commit(&self) -> Result<(), BusError> {
        self.call(COMMIT, |p| p.commit_transaction(COMMIT).map_err(|e| Refusal::from(&e)))
            .map_err(|refusal| self.unanswered(Call::Commit, "committing the transaction", refusal))
    }

    pub(super) fn abort(&self) -> Result<(), BusError> {
        self.call(ABORT, |p| p.abort_transaction(ABORT).map_err(|e| Refusal::from(&e)))
            .map_err(|refusal| self.unanswered(Call::Abort, "aborting the transaction", refusal))
    }

    /// Runs a call that blocks on a thread of its own and serves events meanwhile. `limit`: what the call was given itself.
    fn call(
        &self,
        limit: Duration,
        ask: impl FnOnce(&BaseProducer<ProducerState>) -> Result<(), Refusal> + Send + 'static,
    ) -> Result<(), Refusal> {
        let (answer, answered) = channel();
        let producer = Arc::clone(&self.producer);
        let begun = Instant::now();
        let thread = std::thread::Builder::new().name("producer-call".into()).spawn(move || {
            let result = ask(&producer);
            // Before the answer: the loop's thread shall be the one that ends the client.
            drop(producer);
            let _ = answer.send(result);
        });
        if let Err(e) = thread {
            return Err(Refusal { text: format!("no thread: {e}"), ..Refusal::from(Code::CriticalSystemResource) });
        }
        loop {
            match answered.recv_timeout(SERVE) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) if begun.elapsed() <= limit + OVERRUN => self.serve(),
                Err(_) => {
                    let text = format!("the client has not answered for {} s", begun.elapsed().as_secs());
                    return Err(Refusal { text, ..Refusal::from(Code::OperationTimedOut) });
                }
            }
        }
    }

    /// An init that timed out can be called again, and goes on with the same request.
    fn init(&self) -> Result<(), BusError> {
        let begun = Instant::now();
        loop {
            let Err(e) = self.producer.init_transactions(INIT_TRY) else { return Ok(()) };
            let refusal = Refusal::from(&e);
            self.serve();
            let limit = if self.state().troubles.is_lasting() { INIT_REFUSED } else { INIT };
            let again = refusal.retriable || class(Call::Ask, &refusal) == ErrorClass::Retriable;
            if !again || begun.elapsed() >= limit {
                let what = format!("starting the transactional producer \"{}\"", self.id);
                return Err(self.unanswered(Call::Init, &what, Refusal { retriable: again, ..refusal }));
            }
        }
    }

    /// "Timed out" says nothing. The client may have told why (a wrong password, no broker) by its error callback.
    fn unanswered(&self, call: Call, what: &str, refusal: impl Into<Refusal>) -> BusError {
        let mut refusal = refusal.into();
        self.serve();
        if let Some(reason) = self.state().troubles.last().filter(|_| refusal.retriable) {
            refusal.text = format!("{} ({reason})", refusal.text);
        }
        bus_error(call, what, refusal)
    }

    fn state(&self) -> &ProducerState {
        self.producer.context()
    }

    /// User name and password from now on, for connections to come.
    pub(super) fn credentials(&self, user: &str, password: &str) -> Result<(), String> {
        native::set_credentials(self.producer.client(), user, password)
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

fn headers(headers: &[Header]) -> Option<OwnedHeaders> {
    if headers.is_empty() {
        return None;
    }
    let native = OwnedHeaders::new_with_capacity(headers.len());
    Some(headers.iter().fold(native, |list, h| list.insert(NativeHeader { key: &h.name, value: h.value.as_ref() })))
}
