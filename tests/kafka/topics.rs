//! Topics, plain producing and reading, as anybody else on the cluster would do it.

use super::until;
use feedmill::record::{Header, Record};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{Headers, Message};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(30);

pub fn client(bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap);
    config
}

pub fn admin(bootstrap: &str) -> AdminClient<DefaultClientContext> {
    client(bootstrap).create().expect("admin client")
}

/// Runs an admin request to its end.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime").block_on(future)
}

pub fn create(bootstrap: &str, topic: &str, partitions: i32, config: &[(&str, &str)]) {
    let mut new = NewTopic::new(topic, partitions, TopicReplication::Fixed(-1));
    for (key, value) in config {
        new = new.set(key, value);
    }
    let admin = admin(bootstrap);
    for result in block_on(admin.create_topics([&new], &AdminOptions::new().operation_timeout(Some(WAIT)))).expect("create topics") {
        result.unwrap_or_else(|(topic, e)| panic!("topic {topic}: {e}"));
    }
    // The controller has it; wait until the broker that is asked has it, too.
    let consumer: BaseConsumer = client(bootstrap).create().expect("client");
    until(topic, WAIT, || {
        let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(5)).ok()?;
        let found = metadata.topics().first()?;
        (found.error().is_none() && found.partitions().len() == partitions as usize && found.partitions().iter().all(|p| p.leader() >= 0))
            .then_some(())
    });
}

/// A plain, idempotent producer that takes large records.
pub struct Feeder(BaseProducer);

impl Feeder {
    pub fn new(bootstrap: &str) -> Self {
        let mut config = client(bootstrap);
        config.set("enable.idempotence", "true").set("message.max.bytes", "60000000").set("linger.ms", "2").set("compression.type", "lz4");
        Feeder(config.create().expect("producer"))
    }

    pub fn send(&self, topic: &str, partition: Option<i32>, key: Option<&[u8]>, value: Option<&[u8]>, headers: &[(&str, &[u8])]) {
        let mut record = BaseRecord::<[u8], [u8]>::to(topic);
        record.partition = partition;
        record.key = key;
        record.payload = value;
        if !headers.is_empty() {
            let list = rdkafka::message::OwnedHeaders::new();
            record.headers =
                Some(headers.iter().fold(list, |l, (key, value)| l.insert(rdkafka::message::Header { key, value: Some(*value) })));
        }
        let mut record = Some(record);
        until("room in the producer's queue", WAIT, || match self.0.send(record.take()?) {
            Ok(()) => Some(()),
            Err((KafkaError::MessageProduction(rdkafka::types::RDKafkaErrorCode::QueueFull), back)) => {
                record = Some(back);
                self.0.poll(Duration::from_millis(10));
                None
            }
            Err((e, _)) => panic!("send: {e}"),
        });
        self.0.poll(Duration::ZERO);
    }

    pub fn flush(&self) {
        self.0.flush(Duration::from_secs(60)).expect("flush");
    }
}

/// Whether to see what is not committed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    Committed,
    Uncommitted,
}

/// Reads a topic from its beginning, outside of any group. [`Reader::read_to_end`] goes on where it stopped.
pub struct Reader {
    consumer: BaseConsumer,
    topic: String,
    partitions: i32,
}

impl Reader {
    pub fn new(bootstrap: &str, topic: &str, isolation: Isolation) -> Self {
        let mut config = client(bootstrap);
        config
            .set("group.id", "reader-of-tests")
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "true")
            .set("auto.offset.reset", "earliest")
            .set("fetch.message.max.bytes", "4000000")
            .set("fetch.wait.max.ms", "50")
            .set("isolation.level", if isolation == Isolation::Committed { "read_committed" } else { "read_uncommitted" });
        let consumer: BaseConsumer = config.create().expect("consumer");
        let metadata = consumer.fetch_metadata(Some(topic), WAIT).expect("metadata");
        let partitions = metadata.topics()[0].partitions().len() as i32;
        assert!(partitions > 0, "topic {topic} does not exist");
        let mut list = TopicPartitionList::new();
        for p in 0..partitions {
            list.add_partition_offset(topic, p, Offset::Beginning).expect("offset");
        }
        consumer.assign(&list).expect("assign");
        Reader { consumer, topic: topic.into(), partitions }
    }

    /// Records from where the last call stopped until every partition has been at its end once in this call.
    pub fn read_to_end(&mut self) -> Vec<Record> {
        let mut records = Vec::new();
        // The end is told once for every end that is reached: jump back to where we are, so that it is told again.
        let position = self.consumer.position().expect("position");
        let mut list = TopicPartitionList::new();
        for e in position.elements() {
            let offset = if e.offset() == Offset::Invalid { Offset::Beginning } else { e.offset() };
            list.add_partition_offset(&self.topic, e.partition(), offset).expect("offset");
        }
        self.consumer.assign(&list).expect("assign");
        let mut open: std::collections::BTreeSet<i32> = (0..self.partitions).collect();
        until(&format!("the end of {}", self.topic), WAIT, || {
            match self.consumer.poll(Duration::from_millis(200)) {
                Some(Ok(message)) => records.push(owned(&message)),
                Some(Err(KafkaError::PartitionEOF(p))) => {
                    open.remove(&p);
                }
                Some(Err(e)) => told(&e),
                None => {}
            }
            open.is_empty().then_some(())
        });
        records
    }

    /// What has come since the last call; waits a little when nothing has.
    pub fn available(&mut self) -> Vec<Record> {
        let mut records = Vec::new();
        let mut wait = Duration::from_millis(20);
        while let Some(polled) = self.consumer.poll(wait) {
            match polled {
                Ok(message) => records.push(owned(&message)),
                Err(KafkaError::PartitionEOF(_)) => {}
                Err(e) => told(&e),
            }
            wait = Duration::ZERO;
        }
        records
    }

    /// Reads on until `enough` of what was read so far.
    pub fn until(&mut self, what: &str, limit: Duration, mut enough: impl FnMut(&[Record]) -> bool) -> Vec<Record> {
        let mut records = Vec::new();
        let deadline = std::time::Instant::now() + limit;
        while !enough(&records) {
            assert!(std::time::Instant::now() < deadline, "not within {limit:?}: {what}; {} records of {}", records.len(), self.topic);
            match self.consumer.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => records.push(owned(&message)),
                Some(Err(KafkaError::PartitionEOF(_))) | None => {}
                Some(Err(e)) => told(&e),
            }
        }
        records
    }
}

impl Reader {
    /// Reads to the end once nothing is open any more: the markers of a transaction reach the partitions after its commit has returned, and a
    /// broker that has just come back may take its time.
    pub fn settled(&mut self, bootstrap: &str) -> Vec<Record> {
        until(&format!("the end of all transactions in {}", self.topic), WAIT, || self.is_at_end(bootstrap).then_some(()));
        self.read_to_end()
    }

    /// Whether everything up to the end of the log as anybody sees it has been read, control records included.
    pub fn is_at_end(&self, bootstrap: &str) -> bool {
        let raw: BaseConsumer = client(bootstrap).set("isolation.level", "read_uncommitted").create().expect("consumer");
        // A leader that has just been elected does not answer at once.
        let high = |c: &BaseConsumer, p| c.fetch_watermarks(&self.topic, p, WAIT).ok().map(|(_, high)| high);
        (0..self.partitions).all(|p| match (high(&self.consumer, p), high(&raw, p)) {
            (Some(stable), Some(end)) => stable == end,
            _ => false,
        })
    }
}

/// Deletes the records of a partition before an offset.
pub fn delete_before(bootstrap: &str, topic: &str, partition: i32, offset: i64) {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, partition, Offset::Offset(offset)).expect("offset");
    block_on(admin(bootstrap).delete_records(&list, &AdminOptions::new().operation_timeout(Some(WAIT)))).expect("delete records");
}

/// What a reader says of errors: nothing of brokers that the test itself has taken away.
fn told(e: &KafkaError) {
    use rdkafka::types::RDKafkaErrorCode::{AllBrokersDown, BrokerTransportFailure, Resolve};
    if !matches!(e.rdkafka_error_code(), Some(AllBrokersDown | BrokerTransportFailure | Resolve)) {
        eprintln!("reader: {e}");
    }
}

fn owned(message: &rdkafka::message::BorrowedMessage<'_>) -> Record {
    let headers = message.headers().map_or_else(Vec::new, |h| {
        h.iter().map(|h| Header { name: h.key.to_owned().into(), value: h.value.map(<[u8]>::to_vec) }).collect()
    });
    Record {
        topic: message.topic().into(),
        partition: message.partition(),
        offset: message.offset(),
        timestamp: message.timestamp().to_millis(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers,
    }
}

pub fn read(bootstrap: &str, topic: &str, isolation: Isolation) -> Vec<Record> {
    Reader::new(bootstrap, topic, isolation).read_to_end()
}

/// All that is committed, see [`Reader::settled`].
pub fn read_settled(bootstrap: &str, topic: &str) -> Vec<Record> {
    Reader::new(bootstrap, topic, Isolation::Committed).settled(bootstrap)
}
