//! librdkafka's mock cluster as a broker inside the process: nothing has to be installed, and nothing leaves the machine.
//!
//! It answers transactions without enforcing them: offsets sent in a transaction are not stored, aborted records stay visible, nothing
//! fences. Enough to show the worker, not to prove it.

use crate::record::{Header, Record};
use anyhow::Context;
use rdkafka::bindings;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{Headers, Message};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use std::time::Duration;

/// The embedded broker, and the producer that feeds it. The broker lives as long as this value.
pub struct Broker {
    producer: BaseProducer,
    address: String,
}

impl Broker {
    pub fn start() -> anyhow::Result<Self> {
        let producer: BaseProducer = ClientConfig::new()
            .set("test.mock.num.brokers", "1")
            .set("linger.ms", "0")
            .create()
            .context("the embedded broker does not start")?;
        let address = producer.client().mock_cluster().context("the embedded broker does not start")?.bootstrap_servers();
        // The first member of a group waits three seconds for others, as on a real broker; the safe interface cannot turn it off.
        // SAFETY: the handle is that of a live client that was created with `test.mock.num.brokers`, so it has a cluster (checked above),
        // which lives as long as the client.
        unsafe {
            let cluster = bindings::rd_kafka_handle_mock_cluster(producer.client().native_ptr());
            bindings::rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0);
        }
        Ok(Self { producer, address })
    }

    /// For `kafka.bootstrap_servers`.
    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn create_topic(&self, topic: &str, partitions: i32) -> anyhow::Result<()> {
        let cluster = self.producer.client().mock_cluster().context("the embedded broker is gone")?;
        cluster.create_topic(topic, partitions, 1).with_context(|| format!("topic {topic}"))
    }

    /// Appends a record to the only partition of `topic`. The same topic keeps the order of the calls.
    pub fn feed(&self, topic: &str, value: Option<&[u8]>) -> anyhow::Result<()> {
        let mut record = BaseRecord::<[u8], [u8]>::to(topic).partition(0);
        if let Some(value) = value {
            record = record.payload(value);
        }
        self.producer.send(record).map_err(|(error, _)| error).context("feeding a page")?;
        self.producer.poll(Duration::ZERO);
        Ok(())
    }

    /// A reader of all of these topics from their beginning, outside of any group.
    pub fn reader(&self, topics: &[&str]) -> anyhow::Result<Reader> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", &self.address)
            .set("group.id", "feedmill-demo-reader")
            .set("enable.auto.commit", "false")
            .set("isolation.level", "read_committed")
            .set("fetch.wait.max.ms", "20")
            .create()?;
        let mut all = TopicPartitionList::new();
        for topic in topics {
            let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(5)).with_context(|| format!("topic {topic}"))?;
            for partition in metadata.topics().iter().flat_map(|t| t.partitions()) {
                all.add_partition_offset(topic, partition.id(), Offset::Beginning)?;
            }
        }
        consumer.assign(&all)?;
        Ok(Reader { consumer })
    }
}

/// Reads the outputs.
pub struct Reader {
    consumer: BaseConsumer,
}

impl Reader {
    /// The next record, waiting for it at most `wait`.
    pub fn next(&self, wait: Duration) -> anyhow::Result<Option<Record>> {
        let Some(message) = self.consumer.poll(wait) else { return Ok(None) };
        let message = message.context("reading the outputs")?;
        let headers =
            message.headers().map(|h| h.iter().map(|h| Header { name: h.key.to_owned().into(), value: h.value.map(<[u8]>::to_vec) }));
        Ok(Some(Record {
            topic: message.topic().into(),
            partition: message.partition(),
            offset: message.offset(),
            timestamp: message.timestamp().to_millis(),
            key: message.key().map(<[u8]>::to_vec),
            value: message.payload().map(<[u8]>::to_vec),
            headers: headers.map(Iterator::collect).unwrap_or_default(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fed_is_read_in_order() {
        let broker = Broker::start().unwrap();
        broker.create_topic("in", 1).unwrap();
        for value in [Some(&b"one"[..]), None, Some(b"three")] {
            broker.feed("in", value).unwrap();
        }
        let reader = broker.reader(&["in"]).unwrap();
        let mut values = Vec::new();
        while values.len() < 3 {
            if let Some(record) = reader.next(Duration::from_secs(30)).unwrap() {
                assert_eq!(record.offset, values.len() as i64);
                values.push(record.value);
            }
        }
        assert_eq!(values, [Some(b"one".to_vec()), None, Some(b"three".to_vec())]);
    }
}
