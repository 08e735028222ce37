//! The ends of partitions, asked outside of any group: for lag, and to see whether the brokers answer at all.

use super::BusRole;
use super::client;
use super::consumer::{serve, watermarks};
use super::context::MemberContext;
use super::errors::{Call, bus_error, configuration_error};
use super::native;
use super::rotation::Rotation;
use crate::bus::BusError;
use crate::config::Settings;
use crate::record::TopicPartition;
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::cell::RefCell;
use std::time::Duration;

/// Short: who asks looks again soon, and a broker that takes longer counts as away.
const ASK: Duration = Duration::from_secs(5);

/// A client that only asks.
pub struct Watermarks {
    consumer: BaseConsumer<MemberContext>,
    rotation: RefCell<Rotation>,
}

impl Watermarks {
    pub fn new(settings: &Settings) -> Result<Self, BusError> {
        let config = client::changelog(settings, &BusRole::new(settings, "lag", "watermarks", Vec::new()))?;
        let consumer: BaseConsumer<MemberContext> =
            config.create_with_context(MemberContext::default()).map_err(|e| configuration_error("watermarks", &e))?;
        serve(&consumer);
        Ok(Self { consumer, rotation: RefCell::new(Rotation::new(settings)) })
    }

    /// The last stable offset of a partition.
    pub fn end(&self, partition: &TopicPartition) -> Result<i64, BusError> {
        // Log lines and errors of the client wait in its queue until somebody serves them: without this they would pile up.
        serve(&self.consumer);
        if let Some((user, password)) = self.rotation.borrow_mut().changed()
            && let Err(e) = native::set_credentials(self.consumer.client(), &user, &password)
        {
            tracing::warn!("the lag's client cannot take the new credentials: {e}");
        }
        let (_, end) = watermarks(&self.consumer, partition, ASK)?;
        Ok(end)
    }

    /// Whether a broker answers about `topic`, for members without partitions.
    pub fn answers(&self, topic: &str) -> Result<(), BusError> {
        self.consumer.fetch_metadata(Some(topic), ASK).map(drop).map_err(|e| bus_error(Call::Ask, "asking for the brokers", &e))
    }
}
