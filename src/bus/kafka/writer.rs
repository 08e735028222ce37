//! Writes records in transactions, for commands. One transactional id a command and app: a second run of it ends the first one's, so that
//! two never write at once.

use super::BusRole;
use super::client;
use super::producer::Producer;
use crate::bus::{BusError, ErrorClass, SendError};
use crate::config::Settings;
use crate::record::OutRecord;
use std::time::{Duration, Instant};

/// Delivery of one batch; below the transaction's own limit.
const DELIVERY: Duration = Duration::from_secs(8);
const TURN: Duration = Duration::from_millis(1);

/// A transactional producer.
pub struct Writer {
    producer: Producer,
}

impl Writer {
    /// Ends what an earlier run of the command left open: what it had not committed has never been.
    pub fn open(settings: &Settings, command: &str) -> Result<Self, BusError> {
        let role =
            BusRole { transactional_id: format!("{}.{command}", settings.app.id), ..BusRole::new(settings, command, command, Vec::new()) };
        let mut config = client::producer(settings, &role)?;
        // Whole records of the inputs are larger than what the worker writes.
        config.set("message.max.bytes", settings.limits.replay_bytes().max(settings.limits.record_bytes + (16 << 10)).to_string());
        let producer = Producer::open(&config, &role.transactional_id)?;
        Ok(Self { producer })
    }

    /// All of the records, or none. After an error there is no next time: the producer may be worn (`Producer::is_worn`).
    pub fn write(&mut self, records: Vec<OutRecord>) -> Result<(), BusError> {
        self.producer.begin()?;
        match self.deliver(records) {
            Ok(()) => self.producer.commit(),
            Err(e) => {
                // The first error is the one to tell; an abort that fails, too, ends with the process.
                let _ = self.producer.abort();
                Err(e)
            }
        }
    }

    fn deliver(&self, records: Vec<OutRecord>) -> Result<(), BusError> {
        let deadline = Instant::now() + DELIVERY;
        let late = || BusError::new(ErrorClass::Retriable, "the brokers did not take the records in time");
        for record in records {
            let mut waiting = Some(record);
            while let Some(record) = waiting.take() {
                match self.producer.send(record) {
                    Ok(()) => {}
                    Err(SendError::Full(_)) if Instant::now() > deadline => return Err(late()),
                    Err(SendError::Full(back)) => {
                        self.producer.wait(TURN);
                        waiting = Some(back);
                    }
                    Err(SendError::TooLarge(what)) => {
                        return Err(BusError::new(ErrorClass::Stop, format!("a record is too large for limits.record_bytes: {what}")));
                    }
                    Err(SendError::Failed(e)) => return Err(e),
                }
            }
        }
        loop {
            let pending = self.producer.pending();
            if let Some(failed) = pending.failed {
                return Err(failed.error);
            }
            if pending.in_flight == 0 {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(late());
            }
            self.producer.wait(TURN);
        }
    }
}
