//! Two small stages with the manners of the real ones: stateless and skipping, dead-lettering, passing on; stateful with overlays, rows
//! and a checkpoint. They know nothing of texts, so a thousand runs take seconds.

use feedmill::config::Settings;
use feedmill::dedup::index::RestoreError;
use feedmill::record::{OutRecord, Record, TopicPartition};
use feedmill::stage::{Condemned, Effects, Stage, StageError, StageName, Work};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Any stage behind one type. A page with [`POISON`] and the stage's name in it ends the process, unless it is condemned.
pub struct AnyStage(pub Box<dyn Stage>);

/// What kills, and what is said of it.
pub const POISON: &str = "poison";

impl Stage for AnyStage {
    fn name(&self) -> StageName {
        self.0.name()
    }
    fn process(&mut self, batch: Vec<Work>) -> Result<Effects, StageError> {
        let poison = format!("{POISON} {}", self.name().name());
        let kills = |w: &Work| {
            w.verdict.is_none() && w.record.value.as_deref().is_some_and(|v| memchr::memmem::find(v, poison.as_bytes()).is_some())
        };
        if batch.iter().any(kills) {
            return Err(StageError::Stop(POISON.into()));
        }
        self.0.process(batch)
    }
    fn merge(&mut self) {
        self.0.merge();
    }
    fn discard(&mut self) {
        self.0.discard();
    }
    fn changelogs(&self, source: &TopicPartition) -> Vec<TopicPartition> {
        self.0.changelogs(source)
    }
    fn restore_begin(&mut self, source: &TopicPartition) {
        self.0.restore_begin(source);
    }
    fn restore_row(&mut self, source: &TopicPartition, row: &Record) -> Result<(), StageError> {
        self.0.restore_row(source, row)
    }
    fn restore_end(&mut self, source: &TopicPartition, committed: Option<i64>) -> Result<Option<i64>, StageError> {
        self.0.restore_end(source, committed)
    }
    fn release(&mut self, source: &TopicPartition) {
        self.0.release(source);
    }
    fn held(&self) -> (usize, usize) {
        self.0.held()
    }
}

fn out(topic: &Arc<str>, key: &str, value: &Value, source: usize) -> OutRecord {
    OutRecord {
        topic: topic.clone(),
        partition: None,
        key: Some(key.into()),
        value: Some(value.to_string().into_bytes()),
        headers: Vec::new(),
        source,
    }
}

fn outcome(settings: &Settings, coordinates: &str, outcome: &str, reason: Option<&str>, source: usize) -> OutRecord {
    let topic = settings.topics.outcomes.clone().unwrap();
    out(&topic, coordinates, &json!({"outcome": outcome, "reason": reason}), source)
}

fn reason(verdict: &Condemned) -> &'static str {
    match verdict {
        Condemned::Crash { .. } => "crash",
        Condemned::Refused { .. } => "record_too_large",
    }
}

/// Pages to what a second stage needs of them.
pub struct SmallClean(pub Settings);

impl SmallClean {
    fn page(&self, work: &Work, source: usize) -> Vec<OutRecord> {
        let record = &work.record;
        let coordinates = format!("{}/{}/{}/0", record.topic, record.partition, record.offset);
        let dead = |reason: &str| {
            vec![
                out(&self.0.topics.dead, &coordinates, &json!(reason), source),
                outcome(&self.0, &coordinates, "dead", Some(reason), source),
            ]
        };
        if let Some(verdict) = &work.verdict {
            return dead(reason(verdict));
        }
        let Ok(page) = serde_json::from_slice::<Value>(record.value.as_deref().unwrap_or_default()) else {
            return dead("invalid_json");
        };
        if page["status"] == 404 {
            return vec![outcome(&self.0, &coordinates, "skipped", Some("http_status"), source)];
        }
        let value = json!({"at": coordinates, "url": page["url"], "text": page["text"]});
        vec![OutRecord { partition: Some(0), ..out(&self.0.topics.internal_clean, page["url"].as_str().unwrap(), &value, source) }]
    }
}

impl Stage for SmallClean {
    fn name(&self) -> StageName {
        StageName::Clean
    }

    fn process(&mut self, batch: Vec<Work>) -> Result<Effects, StageError> {
        let records = batch.iter().enumerate().flat_map(|(source, work)| self.page(work, source)).collect();
        Ok(Effects { records, ..Effects::default() })
    }
}

#[derive(Clone, Default)]
struct Known {
    /// By address: revision and text.
    addresses: BTreeMap<String, (u32, String)>,
    /// By text: the address that had it first, and its place in the order.
    texts: BTreeMap<String, (u64, String)>,
    applied: Option<i64>,
}

/// What is known of addresses and texts, and a verdict on each page.
pub struct SmallDedup {
    settings: Settings,
    known: Known,
    overlays: VecDeque<Known>,
    owns: bool,
}

impl SmallDedup {
    pub fn new(settings: Settings) -> Self {
        Self { settings, known: Known::default(), overlays: VecDeque::new(), owns: false }
    }

    fn row(&self, texts: bool, key: &str, value: &Value, source: usize) -> OutRecord {
        let topic = if texts { &self.settings.topics.internal_texts } else { &self.settings.topics.internal_addresses };
        OutRecord { partition: Some(0), ..out(topic, key, value, source) }
    }

    fn page(&self, known: &mut Known, work: &Work, source: usize, records: &mut Vec<OutRecord>) {
        let topics = &self.settings.topics;
        let page: Value = serde_json::from_slice(work.record.value.as_deref().unwrap()).unwrap();
        let at = page["at"].as_str().unwrap();
        if let Some(verdict) = &work.verdict {
            records.push(out(&topics.dead, at, &json!(reason(verdict)), source));
            records.push(outcome(&self.settings, at, "dead", Some(reason(verdict)), source));
            return;
        }
        let (url, text) = (page["url"].as_str().unwrap(), page["text"].as_str().unwrap());
        let held = known.addresses.get(url).cloned();
        let fate = match (&held, known.texts.get(text)) {
            (Some((_, same)), _) if same == text => "unchanged",
            (Some(_), _) => "revision",
            (None, Some((_, root))) => {
                records.push(out(&topics.duplicates, root, &json!({"of": root, "url": url, "at": at}), source));
                "duplicate"
            }
            (None, None) => "new",
        };
        if matches!(fate, "new" | "revision") {
            let revision = held.map_or(1, |(r, _)| r + 1);
            let article = json!({"id": url, "revision": revision, "version": work.record.offset, "text": text});
            records.push(out(&topics.articles, url, &article, source));
            known.addresses.insert(url.into(), (revision, text.into()));
            records.push(self.row(false, url, &json!([revision, text]), source));
            if !known.texts.contains_key(text) {
                let order = known.texts.len() as u64;
                known.texts.insert(text.into(), (order, url.into()));
                records.push(self.row(true, text, &json!([order, url]), source));
            }
        }
        records.push(outcome(&self.settings, at, fate, None, source));
    }
}

const CHECKPOINT: &str = "";

impl Stage for SmallDedup {
    fn name(&self) -> StageName {
        StageName::Dedup
    }

    fn process(&mut self, batch: Vec<Work>) -> Result<Effects, StageError> {
        let mut known = self.overlays.back().unwrap_or(&self.known).clone();
        let mut records = Vec::new();
        for (source, work) in batch.iter().enumerate() {
            if known.applied.is_some_and(|a| work.record.offset < a) {
                return Err(StageError::Stop(format!("offset {} comes again after {:?} was applied", work.record.offset, known.applied)));
            }
            self.page(&mut known, work, source, &mut records);
            known.applied = Some(work.record.offset + 1);
        }
        records.push(self.row(false, CHECKPOINT, &json!(known.applied), batch.len().saturating_sub(1)));
        self.overlays.push_back(known);
        Ok(Effects { records, ..Effects::default() })
    }

    fn merge(&mut self) {
        if let Some(known) = self.overlays.pop_front() {
            self.known = known;
        }
    }

    fn discard(&mut self) {
        self.overlays.clear();
    }

    fn changelogs(&self, _source: &TopicPartition) -> Vec<TopicPartition> {
        let topics = &self.settings.topics;
        [&topics.internal_addresses, &topics.internal_texts].map(|t| TopicPartition::new(t.clone(), 0)).to_vec()
    }

    fn restore_begin(&mut self, _source: &TopicPartition) {
        self.known = Known::default();
        self.overlays.clear();
        self.owns = true;
    }

    fn restore_row(&mut self, _source: &TopicPartition, row: &Record) -> Result<(), StageError> {
        let damaged = || RestoreError::Damaged(format!("{row:?}"));
        let key = String::from_utf8(row.key.clone().unwrap_or_default()).map_err(|_| damaged())?;
        let value: Value = serde_json::from_slice(row.value.as_deref().unwrap_or_default()).map_err(|_| damaged())?;
        if row.topic == self.settings.topics.internal_texts {
            self.known.texts.insert(key, (value[0].as_u64().unwrap(), value[1].as_str().unwrap().into()));
        } else if key == CHECKPOINT {
            self.known.applied = value.as_i64();
        } else {
            self.known.addresses.insert(key, (value[0].as_u64().unwrap() as u32, value[1].as_str().unwrap().into()));
        }
        Ok(())
    }

    fn restore_end(&mut self, source: &TopicPartition, committed: Option<i64>) -> Result<Option<i64>, StageError> {
        match (self.known.applied, committed) {
            (Some(a), Some(c)) if a != c => Err(StageError::Stop(format!("{source}: applied {a}, committed {c}"))),
            (Some(a), _) => Ok(Some(a)),
            (None, c) => Ok(c),
        }
    }

    fn release(&mut self, _source: &TopicPartition) {
        self.known = Known::default();
        self.overlays.clear();
    }

    fn held(&self) -> (usize, usize) {
        (self.known.texts.len(), 0)
    }
}
