//! Puts together what the worker said of each page: its outcome, and the record that it wrote for it.

use crate::article::outcome::OutcomeRecord;
use crate::article::{Outcome, dead::DEAD_PREFIX};
use crate::config::settings::Topics;
use crate::record::Record;
use serde_json::Value;
use std::collections::BTreeMap;

/// What became of one page.
#[derive(Debug, Clone)]
pub struct Fate {
    pub outcome: OutcomeRecord,
    /// The article, the duplicate notice, or reason and message of the dead letter; null for the rest.
    pub record: Value,
}

#[derive(Default)]
struct Found {
    outcome: Option<OutcomeRecord>,
    record: Option<Value>,
}

/// Collects the records of the output topics and gives the fates in the order of the input.
pub struct Fates {
    topics: Topics,
    input: String,
    found: BTreeMap<i64, Found>,
    next: i64,
}

impl Fates {
    /// `input`: the one input topic, with one partition; the offset of a page is its number.
    pub fn new(topics: &Topics, input: &str) -> Self {
        Self { topics: topics.clone(), input: input.to_owned(), found: BTreeMap::new(), next: 0 }
    }

    /// Takes one record of an output topic.
    pub fn take(&mut self, record: &Record) -> anyhow::Result<()> {
        // Null values of `articles` take articles down; the outcome of the page that asked for it tells so.
        let Some(value) = record.value.as_deref() else { return Ok(()) };
        if self.topics.outcomes.as_ref() == Some(&record.topic) {
            let outcome: OutcomeRecord = serde_json::from_slice(value)?;
            if outcome.source.topic == self.input {
                let offset = outcome.source.offset;
                self.found.entry(offset).or_default().outcome = Some(outcome);
            }
        } else if record.topic == self.topics.dead {
            let header = |name: &str| record.header(&format!("{DEAD_PREFIX}{name}"));
            let offset = header("offset").and_then(|v| v.parse().ok()).unwrap_or(-1);
            let letter =
                serde_json::json!({"reason": header("reason"), "message": header("message"), "value": String::from_utf8_lossy(value)});
            self.found.entry(offset).or_default().record = Some(letter);
        } else {
            let json: Value = serde_json::from_slice(value)?;
            let offset = json["source"]["offset"].as_i64().unwrap_or(-1);
            self.found.entry(offset).or_default().record = Some(json);
        }
        Ok(())
    }

    /// The next page in the order of the input, once all is known of it.
    pub fn next(&mut self) -> Option<Fate> {
        let found = self.found.get(&self.next)?;
        let outcome = found.outcome.clone()?;
        let complete = found.record.is_some() || !has_record(outcome.outcome);
        complete.then(|| {
            let record = self.found.remove(&self.next).and_then(|f| f.record).unwrap_or(Value::Null);
            self.next += 1;
            Fate { outcome, record }
        })
    }

    /// How many pages were given out.
    pub fn done(&self) -> usize {
        usize::try_from(self.next).unwrap_or(0)
    }
}

/// Whether a page of this fate leads to a record of its own.
fn has_record(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::New | Outcome::Revision | Outcome::Replaced | Outcome::Duplicate | Outcome::Dead)
}
