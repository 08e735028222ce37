//! What both stages write beside their main output: outcome records and the headers that outputs share.

use super::Fate;
use crate::article::Outcome;
use crate::article::envelope::ArticleId;
use crate::article::outcome::{Coordinates, OUTCOME_SCHEMA, OutcomeRecord};
use crate::config::Settings;
use crate::record::{Header, OutRecord};
use std::sync::Arc;

/// Names of headers of ours and of those that are carried through.
pub struct OwnHeaders;

impl OwnHeaders {
    pub const APP: &'static str = "feedmill.app";
    pub const SCHEMA: &'static str = "feedmill.schema";
    pub const OUTCOME: &'static str = "feedmill.outcome";
    pub const VERSION: &'static str = "feedmill.version";
    pub const CONTENT_TYPE: &'static str = "content-type";

    /// W3C Trace Context, carried through unchanged.
    pub fn is_trace(name: &str) -> bool {
        matches!(name, "traceparent" | "tracestate")
    }

    pub fn is_own(name: &str) -> bool {
        name.starts_with("feedmill.")
    }
}

/// Makes outcome records, when there is a topic for them, and shared headers.
pub struct Notices {
    app: String,
    outcomes: Option<Arc<str>>,
    cloudevents: bool,
}

impl Notices {
    pub fn new(settings: &Settings) -> Self {
        Self { app: settings.app.id.clone(), outcomes: settings.topics.outcomes.clone(), cloudevents: settings.topics.cloudevents }
    }

    pub fn app(&self) -> &str {
        &self.app
    }

    pub fn app_header(&self) -> Header {
        Header::new(OwnHeaders::APP, self.app.as_bytes())
    }

    /// Headers of an output record; `trace` are the incoming ones.
    pub fn headers(&self, schema: &str, outcome: Outcome, version: Option<u64>, trace: &[Header]) -> Vec<Header> {
        let mut headers = vec![
            Header::new(OwnHeaders::CONTENT_TYPE, "application/json"),
            Header::new(OwnHeaders::SCHEMA, schema),
            Header::new(OwnHeaders::OUTCOME, outcome.name()),
            self.app_header(),
        ];
        if let Some(version) = version {
            headers.push(Header::new(OwnHeaders::VERSION, version.to_string()));
        }
        headers.extend(trace.iter().filter(|h| OwnHeaders::is_trace(&h.name)).cloned());
        headers
    }

    /// Attributes of a CloudEvent in the Kafka binding's binary mode, when they are wanted: the value stays as it is. `id` is unique for the
    /// type and the app, and the same whenever the record is made again.
    pub fn cloudevent(&self, schema: &str, id: &str, subject: Option<&str>) -> Vec<Header> {
        if !self.cloudevents {
            return Vec::new();
        }
        let mut headers = vec![
            Header::new("ce_specversion", "1.0"),
            Header::new("ce_type", schema),
            Header::new("ce_source", format!("/feedmill/{}", self.app)),
            Header::new("ce_id", id),
        ];
        headers.extend(subject.map(|s| Header::new("ce_subject", s)));
        headers
    }

    /// The outcome record of one page, or `None` when nobody asked for them.
    #[allow(clippy::too_many_arguments)]
    pub fn outcome(
        &self,
        event_id: Option<String>,
        at: Coordinates,
        fate: Fate,
        id: Option<ArticleId>,
        revision: Option<u32>,
        duplicate_of: Option<ArticleId>,
        source: usize,
    ) -> Option<OutRecord> {
        let topic = self.outcomes.clone()?;
        let key = format!("{}/{}/{}/{}", at.topic, at.partition, at.offset, at.item);
        let record = OutcomeRecord {
            schema: OUTCOME_SCHEMA.into(),
            event_id,
            source: at,
            outcome: fate.outcome,
            reason: fate.reason.map(str::to_owned),
            article_id: id.map(|i| i.to_string()),
            revision,
            duplicate_of: duplicate_of.map(|i| i.to_string()),
        };
        // Plain strings and numbers: this cannot fail, and an outcome that could not be told must not stop the page.
        let value = serde_json::to_vec(&record).ok()?;
        Some(OutRecord {
            topic,
            partition: None,
            headers: [self.headers(OUTCOME_SCHEMA, fate.outcome, None, &[]), self.cloudevent(OUTCOME_SCHEMA, &key, None)].concat(),
            key: Some(key.into_bytes()),
            value: Some(value),
            source,
        })
    }
}
