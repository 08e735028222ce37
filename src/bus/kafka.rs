//! The broker: rdkafka.
