//! DEDUP: looks up, decides, stamps. All state is in the index, one per shard (partition of `internal.clean`).

use super::notice::{Notices, OwnHeaders};
use super::{Effects, Fate, Stage, StageError, StageName, Work};
use crate::article::dead::{Death, dead_letter};
use crate::article::duplicate::{DUPLICATE_SCHEMA, Duplicate};
use crate::article::envelope::{Envelope, EnvelopeError, EnvelopeOp};
use crate::article::outcome::Coordinates;
use crate::article::thousandths;
use crate::article::view::stamp;
use crate::article::{DeadReason, Outcome, View};
use crate::config::Settings;
use crate::dedup::{Decision, Index, IndexSettings, Position, Row, Table};
use crate::record::{OutRecord, Record, TopicPartition};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;
/// `version` = generation x 2^40 + offset.
const GENERATION_SHIFT: u32 = 40;

/// Head and body of an envelope.
type Decoded<'a> = Result<(Envelope, &'a [u8]), EnvelopeError>;

/// The second stage.
pub struct DedupStage {
    shards: FxHashMap<i32, Index>,
    settings: IndexSettings,
    notices: Notices,
    articles: Arc<str>,
    duplicates: Arc<str>,
    dead: Arc<str>,
    addresses: Arc<str>,
    texts: Arc<str>,
    record_bytes: usize,
    /// Of tombstones; records say it themselves.
    view: View,
    /// Batches that were begun and neither merged nor discarded. A shard that comes up meanwhile must count them too.
    open: usize,
}

impl DedupStage {
    pub fn new(settings: &Settings) -> Self {
        Self {
            shards: FxHashMap::default(),
            settings: IndexSettings {
                enabled: settings.dedup.enabled,
                text_window: Some(i64::from(settings.dedup.text_window_days) * DAY_MS),
                address_window: Some(i64::from(settings.dedup.address_window_days) * DAY_MS),
                max_documents: settings.dedup.max_documents,
                generation: settings.app.generation,
                shard: 0,
                shards: settings.dedup.shards,
            },
            notices: Notices::new(settings),
            articles: settings.topics.articles.clone(),
            duplicates: settings.topics.duplicates.clone(),
            dead: settings.topics.dead.clone(),
            addresses: settings.topics.internal_addresses.clone(),
            texts: settings.topics.internal_texts.clone(),
            record_bytes: settings.limits.record_bytes,
            view: settings.output.view,
            open: 0,
        }
    }

    /// No expiry by age, as in `process`.
    pub fn without_expiry(mut self) -> Self {
        self.settings.text_window = None;
        self.settings.address_window = None;
        self
    }

    /// An empty index of a shard. Merging takes one overlay off every shard, so it gets one for each open batch.
    fn index(settings: &IndexSettings, partition: i32, open: usize) -> Index {
        let mut index = Index::new(IndexSettings { shard: partition as u32, ..settings.clone() });
        (0..open).for_each(|_| index.begin());
        index
    }

    fn version(&self, offset: i64) -> u64 {
        (u64::from(self.settings.generation) << GENERATION_SHIFT) + offset as u64
    }

    fn refuse(&self, work: &Work, reason: DeadReason, message: &str, attempt: u32, source: usize, effects: &mut Effects) {
        let record = &work.record;
        // People look for the page where the crawler put it, not in a topic of ours.
        let origin = record.value.as_deref().and_then(|v| Envelope::decode(v).ok()).map(|(head, _)| head);
        let at = origin.as_ref().map_or_else(
            || Coordinates { topic: record.topic.to_string(), partition: record.partition, offset: record.offset, item: 0 },
            |head| head.source.clone(),
        );
        let described = Record { topic: at.topic.as_str().into(), partition: at.partition, offset: at.offset, ..record.clone() };
        let death = Death { reason, message, stage: StageName::Dedup.name(), item: at.item, attempt };
        let fate = Fate { outcome: Outcome::Dead, reason: Some(reason.name()) };
        effects.fates.push(fate);
        effects.records.push(dead_letter(&described, &death, &self.dead, self.record_bytes, source));
        effects.records.extend(self.notices.outcome(origin.and_then(|o| o.event_id), at, fate, None, None, None, source));
    }

    fn publish(&self, head: &Envelope, body: &[u8], record: &Record, decision: &Decision, source: usize, effects: &mut Effects) {
        let fate = Fate { outcome: decision.outcome, reason: decision.reason.map(|r| r.name()) };
        effects.fates.push(fate);
        let version = self.version(record.offset);
        let out = |topic: &Arc<str>, key: String, value: Option<Vec<u8>>, schema: &str| OutRecord {
            topic: topic.clone(),
            partition: None,
            headers: [
                self.notices.headers(schema, decision.outcome, Some(version), &record.headers),
                self.notices.cloudevent(schema, &format!("{key}/{version}"), Some(&head.url)),
            ]
            .concat(),
            key: Some(key.into_bytes()),
            value,
            source,
        };
        match (decision.outcome, decision.id, &decision.copy) {
            (Outcome::New | Outcome::Revision | Outcome::Replaced, Some(id), None) => {
                let value = stamp(id, decision.revision.unwrap_or(1), version, body);
                effects.records.push(out(&self.articles, id.to_string(), Some(value), View::of_body(body).schema()));
            }
            (Outcome::Duplicate | Outcome::Revision, _, Some(copy)) => {
                let notice = Duplicate {
                    schema: DUPLICATE_SCHEMA.into(),
                    url: head.url.clone(),
                    title: head.title.clone(),
                    duplicate_of: copy.of.to_string(),
                    kind: copy.kind,
                    containment: thousandths(copy.containment),
                    covered: thousandths(copy.covered),
                    jaccard: thousandths(copy.jaccard),
                    fuller: copy.fuller,
                    source: serde_json::from_str(&head.source_json).unwrap_or_default(),
                };
                let value = serde_json::to_vec(&notice).unwrap_or_default();
                effects.records.push(out(&self.duplicates, copy.of.to_string(), Some(value), DUPLICATE_SCHEMA));
            }
            _ => {}
        }
        for id in &decision.tombstones {
            effects.records.push(out(&self.articles, id.to_string(), None, self.view.schema()));
        }
        let id = if decision.outcome == Outcome::Skipped { None } else { decision.id };
        let id = if decision.outcome == Outcome::Duplicate { None } else { id };
        let revision = id.and(decision.revision);
        let of = decision.copy.as_ref().filter(|_| decision.outcome == Outcome::Duplicate).map(|c| c.of);
        effects.records.extend(self.notices.outcome(head.event_id.clone(), head.source.clone(), fate, id, revision, of, source));
    }

    fn row(&self, partition: i32, row: Row, source: usize) -> OutRecord {
        OutRecord {
            topic: match row.table {
                Table::Addresses => self.addresses.clone(),
                Table::Texts => self.texts.clone(),
            },
            partition: Some(partition),
            key: Some(row.key),
            value: row.value,
            headers: Vec::new(),
            source,
        }
    }
}

impl Stage for DedupStage {
    fn name(&self) -> StageName {
        StageName::Dedup
    }

    fn process(&mut self, batch: Vec<Work>) -> Result<Effects, StageError> {
        let mut effects = Effects::default();
        let heads: Vec<Option<Decoded<'_>>> = batch
            .par_iter()
            .map(|w| w.verdict.is_none().then(|| Envelope::decode(w.record.value.as_deref().unwrap_or_default())))
            .collect();
        self.open += 1;
        let open = self.open;
        self.shards.values_mut().for_each(Index::begin);
        let mut applied: FxHashMap<i32, (i64, usize)> = FxHashMap::default();
        let mut rows = Vec::new();
        for (source, (work, head)) in batch.iter().zip(heads).enumerate() {
            let record = &work.record;
            let partition = record.partition;
            applied.insert(partition, (record.offset + 1, source));
            let (head, body) = match head {
                Some(Ok(parts)) if record.header(OwnHeaders::APP) == Some(self.notices.app()) => parts,
                Some(Ok(_)) | Some(Err(EnvelopeError::Foreign)) => {
                    self.refuse(work, DeadReason::ForeignRecord, "not written by this app", 1, source, &mut effects);
                    continue;
                }
                Some(Err(e @ (EnvelopeError::TooNew(_) | EnvelopeError::TooOld(_)))) => return Err(StageError::Stop(e.to_string())),
                Some(Err(e)) => {
                    self.refuse(work, DeadReason::ForeignRecord, &e.to_string(), 1, source, &mut effects);
                    continue;
                }
                None => {
                    if let Some(verdict) = &work.verdict {
                        let (reason, message, attempt) = verdict.tell();
                        self.refuse(work, reason, &message, attempt, source, &mut effects);
                    }
                    continue;
                }
            };
            let settings = &self.settings;
            let index = self.shards.entry(partition).or_insert_with(|| Self::index(settings, partition, open));
            let at = Position { offset: record.offset, time: record.timestamp.unwrap_or(0) };
            let decision = index.decide(&head, at, &mut rows);
            effects.records.extend(rows.drain(..).map(|row| self.row(partition, row, source)));
            // Ops go to all shards, and shard 0 counts them.
            if head.op == EnvelopeOp::Page || partition == 0 {
                self.publish(&head, body, record, &decision, source, &mut effects);
            } else {
                for id in &decision.tombstones {
                    let silent = Decision { tombstones: vec![*id], ..decision.clone() };
                    let mut only = Effects::default();
                    self.publish(&head, body, record, &silent, source, &mut only);
                    effects.records.extend(only.records.into_iter().filter(|r| r.topic == self.articles));
                }
            }
        }
        for (partition, (next, source)) in applied {
            if let Some(index) = self.shards.get_mut(&partition) {
                index.finish(next, &mut rows);
            }
            effects.records.extend(rows.drain(..).map(|row| self.row(partition, row, source)));
        }
        Ok(effects)
    }

    fn merge(&mut self) {
        self.open = self.open.saturating_sub(1);
        self.shards.values_mut().for_each(Index::merge);
    }

    fn discard(&mut self) {
        self.open = 0;
        self.shards.values_mut().for_each(Index::discard);
    }

    fn changelogs(&self, source: &TopicPartition) -> Vec<TopicPartition> {
        [&self.addresses, &self.texts].map(|t| TopicPartition::new(t.clone(), source.partition)).to_vec()
    }

    fn restore_begin(&mut self, source: &TopicPartition) {
        self.shards.insert(source.partition, Self::index(&self.settings, source.partition, self.open));
    }

    fn restore_row(&mut self, source: &TopicPartition, row: &Record) -> Result<(), StageError> {
        let table = if row.topic == self.addresses { Table::Addresses } else { Table::Texts };
        if let Some(index) = self.shards.get_mut(&source.partition) {
            index.restore_row(table, row.key.as_deref().unwrap_or_default(), row.value.as_deref())?;
        }
        Ok(())
    }

    fn restore_end(&mut self, source: &TopicPartition, committed: Option<i64>) -> Result<Option<i64>, StageError> {
        let applied = match self.shards.get_mut(&source.partition) {
            Some(index) => index.restored()?,
            None => None,
        };
        match (applied, committed) {
            (Some(a), Some(c)) if a != c => Err(StageError::Stop(format!(
                "{source}: the index has applied records up to offset {a}, but the group's committed offset is {c}. Somebody reset the \
                 offsets or deleted a changelog. Set the group's offset of this partition to {a}, or start a new generation \
                 (app.generation) with its own topics"
            ))),
            (Some(a), _) => Ok(Some(a)),
            (None, c) => Ok(c),
        }
    }

    fn release(&mut self, source: &TopicPartition) {
        self.shards.remove(&source.partition);
    }

    fn held(&self) -> (usize, usize) {
        self.shards.values().fold((0, 0), |(d, b), i| (d + i.documents(), b + i.bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::envelope::AddressKey;
    use crate::dedup::fingerprint::fingerprint;

    fn work(partition: i32, offset: i64, address: u128, word: &str) -> Work {
        let text: Vec<String> = (0..80).map(|i| format!("{word}{i}")).collect();
        let source = Coordinates { topic: "pages".into(), partition: 0, offset, item: 0 };
        let head = Envelope {
            op: EnvelopeOp::Page,
            keys: vec![AddressKey(address)],
            url: "https://a.test/".into(),
            title: None,
            fetched_at: offset,
            site: 1,
            language: "en".into(),
            fingerprint: Some(fingerprint(None, &text.join(" "))),
            event_id: None,
            source,
            source_json: "{}".into(),
        };
        let app = crate::record::Header::new(OwnHeaders::APP, "feedmill");
        Work::from(Record {
            topic: "feedmill.internal.clean".into(),
            partition,
            offset,
            timestamp: Some(offset),
            key: None,
            value: Some(head.encode(b",\"url\":\"\"}").unwrap()),
            headers: vec![app],
        })
    }

    fn outcomes(stage: &mut DedupStage, batch: &[Work]) -> Vec<Outcome> {
        stage.process(batch.to_vec()).unwrap().fates.iter().map(|f| f.outcome).collect()
    }

    #[test]
    fn a_shard_that_comes_up_under_open_batches_is_discarded_as_far_as_the_others() {
        let mut stage = DedupStage::new(&Settings::default());
        let first = [work(0, 0, 1, "a")];
        let second = [work(0, 1, 1, "a"), work(1, 0, 7, "b")];
        let third = [work(1, 1, 7, "b")];
        assert_eq!(outcomes(&mut stage, &first), [Outcome::New]);
        assert_eq!(outcomes(&mut stage, &second), [Outcome::Unchanged, Outcome::New]);
        assert_eq!(outcomes(&mut stage, &third), [Outcome::Unchanged]);
        stage.merge();
        stage.discard();
        assert_eq!(outcomes(&mut stage, &second), [Outcome::Unchanged, Outcome::New], "the first batch stays, the others are gone");
        stage.merge();
        stage.discard();
        assert_eq!(outcomes(&mut stage, &third), [Outcome::Unchanged]);
        assert_eq!(stage.held().0, 2);
    }

    #[test]
    fn a_restored_shard_goes_on_where_the_committed_one_was() {
        let mut stage = DedupStage::new(&Settings::default());
        let effects = stage.process(vec![work(0, 0, 1, "a"), work(0, 1, 2, "b")]).unwrap();
        stage.merge();
        let mut other = DedupStage::new(&Settings::default());
        let source = TopicPartition::new("feedmill.internal.clean", 0);
        other.restore_begin(&source);
        let changelogs = other.changelogs(&source);
        for log in &changelogs {
            for out in effects.records.iter().filter(|r| r.topic == log.topic) {
                let row = Record {
                    topic: out.topic.clone(),
                    partition: 0,
                    offset: 0,
                    timestamp: None,
                    key: out.key.clone(),
                    value: out.value.clone(),
                    headers: Vec::new(),
                };
                other.restore_row(&source, &row).unwrap();
            }
        }
        assert_eq!(other.restore_end(&source, Some(2)).unwrap(), Some(2));
        assert_eq!(outcomes(&mut other, &[work(0, 2, 1, "a"), work(0, 3, 3, "b")]), [Outcome::Unchanged, Outcome::Duplicate]);
    }
}
