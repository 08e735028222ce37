//! The ends of partitions, asked outside of any group: for lag, and to see whether the brokers answer at all.

use super::BusRole;
use super::client;
use super::consumer::{serve, watermarks};
use super::context::MemberContext;
use super::errors::{Call, bus_error, configuration_error};
use super::native;
use super::rotation::{Rotated, Rotation};
use crate::bus::BusError;
use crate::config::Settings;
use crate::record::TopicPartition;
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::time::Duration;

/// Short: who asks looks again soon, and a broker that takes longer counts as away.
const ASK: Duration = Duration::from_secs(5);

/// A client that only asks.
pub struct Watermarks {
    settings: Settings,
    consumer: BaseConsumer<MemberContext>,
    rotation: Rotation,
}

impl Watermarks {
    pub fn new(settings: &Settings) -> Result<Self, BusError> {
        let rotation = Rotation::new(settings);
        Ok(Self { settings: settings.clone(), consumer: asking(settings)?, rotation })
    }

    /// The last stable offset of a partition.
    pub fn end(&mut self, partition: &TopicPartition) -> Result<i64, BusError> {
        self.keep_up();
        let (_, end) = watermarks(&self.consumer, partition, ASK)?;
        Ok(end)
    }

    /// Whether a broker answers about `topic`, for members without partitions.
    pub fn answers(&mut self, topic: &str) -> Result<(), BusError> {
        self.keep_up();
        self.consumer.fetch_metadata(Some(topic), ASK).map(drop).map_err(|e| bus_error(Call::Ask, "asking for the brokers", &e))
    }

    fn keep_up(&mut self) {
        // Log lines and errors of the client wait in its queue until somebody serves them: without this they would pile up.
        serve(&self.consumer);
        match self.rotation.turn(&self.settings, &[]) {
            None => {}
            Some(Rotated::Credentials(user, password)) => {
                if let Err(e) = native::set_credentials(self.consumer.client(), &user, &password) {
                    tracing::warn!("the lag's client cannot take the new credentials: {e}");
                }
            }
            Some(Rotated::Clients) => match asking(&self.settings) {
                Ok(consumer) => {
                    self.consumer = consumer;
                    tracing::info!("new clients are in use for the lag");
                }
                Err(e) => tracing::warn!("the lag's client cannot be made anew: {e}"),
            },
            // The loops tell it.
            Some(Rotated::Unusable(_)) => {}
        }
    }
}

fn asking(settings: &Settings) -> Result<BaseConsumer<MemberContext>, BusError> {
    let config = client::changelog(settings, &BusRole::new(settings, "lag", "watermarks", Vec::new()))?;
    let consumer: BaseConsumer<MemberContext> =
        config.create_with_context(MemberContext::default()).map_err(|e| configuration_error("watermarks", &e))?;
    serve(&consumer);
    Ok(consumer)
}
