//! CLEAN: raw pages to finished articles without identity. Stateless, every page by itself, on all threads of the pool.

use super::notice::{Notices, OwnHeaders};
use super::{Condemned, Effects, Fate, Stage, StageError, StageName, Work};
use crate::article::dead::{Death, dead_letter, replay};
use crate::article::envelope::{Envelope, EnvelopeOp};
use crate::article::outcome::Coordinates;
use crate::article::{ArticleBody, DeadReason, Draft, Outcome, Producer, Site, SkipReason, Source, View};
use crate::clean::{Content, Options, Page, Refused};
use crate::config::Settings;
use crate::dedup::{address, fingerprint};
use crate::page::content::{Kind, content};
use crate::page::{self, InLimits, NoSchemas, Op, PageEvent, Preset, Refusal, decode};
use crate::record::{Header, OutRecord, Record};
use crate::{clean, tag};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use xxhash_rust::xxh3::xxh3_64;

/// What DEDUP adds to a record after CLEAN has measured it: the stamp and the output headers.
const RESERVE_BYTES: usize = 4096;
/// Source headers travel to DEDUP, for its dead letters, as long as they are not the bulk of the record.
const SOURCE_HEADER_BYTES: usize = 16 << 10;
const RELATED_WHEN_CUT: usize = 50;

/// The first stage.
pub struct CleanStage {
    presets: FxHashMap<Arc<str>, Preset>,
    fallback: Preset,
    in_limits: InLimits,
    record_bytes: usize,
    options: Options,
    tag: bool,
    taxonomies: Arc<tag::Taxonomies>,
    notices: Notices,
    dead: Arc<str>,
    internal_clean: Arc<str>,
    shards: u32,
    view: View,
    languages: BTreeMap<String, u32>,
    taggers: BTreeMap<String, String>,
    page_time: Duration,
    retry: Option<Arc<str>>,
    schemas: Arc<dyn SchemaSource>,
    test_hooks: bool,
}

/// Where the schemas of records come from. A stage does no I/O: it says what it needs before it works, and whoever runs it asks the registry.
pub trait SchemaSource: page::Schemas {
    /// Has these at hand from now on, as far as the registry knows them. An error is one of the registry, which may pass.
    fn ensure(&self, ids: &mut dyn Iterator<Item = page::SchemaId>) -> Result<(), String>;
}

impl SchemaSource for NoSchemas {
    fn ensure(&self, _: &mut dyn Iterator<Item = page::SchemaId>) -> Result<(), String> {
        Ok(())
    }
}

/// How a record is read.
struct Reading {
    preset: Preset,
    /// Only this page of it.
    item: Option<u32>,
    /// How often it has been tried, this time included.
    attempt: u32,
}

/// What one page leads to.
enum Made {
    /// To DEDUP.
    Envelope(Box<OutRecord>),
    Refused(Refusal),
}

impl CleanStage {
    pub fn new(settings: &Settings) -> Self {
        let mut presets: FxHashMap<Arc<str>, Preset> = settings.topics.input.iter().map(|t| (t.topic.clone(), t.preset)).collect();
        if let Some(retry) = &settings.topics.retry {
            presets.insert(retry.clone(), settings.input.preset);
        }
        if settings.tag.enabled {
            // Unpacked meanwhile. The first batch waits for the rest, so that no page is taken for a slow one.
            tag::TABLES.iter().for_each(|unpack| drop(std::thread::spawn(unpack)));
        }
        Self {
            presets,
            fallback: settings.input.preset,
            in_limits: InLimits { page_bytes: settings.limits.page_bytes },
            record_bytes: settings.limits.record_bytes,
            options: Options { gate: settings.clean.gate },
            tag: settings.tag.enabled,
            taxonomies: settings.tag.taxonomies.clone(),
            notices: Notices::new(settings),
            dead: settings.topics.dead.clone(),
            internal_clean: settings.topics.internal_clean.clone(),
            shards: settings.dedup.shards,
            view: settings.output.view,
            languages: settings.dedup.languages.clone(),
            taggers: if settings.tag.enabled { tag::versions() } else { Default::default() },
            page_time: settings.limits.page_time,
            retry: settings.topics.retry.clone(),
            schemas: Arc::new(NoSchemas),
            test_hooks: false,
        }
    }

    /// Lets the tests' poison pages (`https://poison.test/panic`, `/abort`) act. Off in every configuration.
    pub fn with_test_hooks(mut self, on: bool) -> Self {
        self.test_hooks = on;
        self
    }

    /// Reads records whose schemas stand in a registry.
    pub fn with_schemas(mut self, schemas: Arc<dyn SchemaSource>) -> Self {
        self.schemas = schemas;
        self
    }

    /// How a record is read. One of `topics.retry` is read as what it was before it died: by the preset of its first topic, and of several
    /// pages only the one that died.
    fn reading(&self, record: &Record) -> Reading {
        let preset = |topic: &str| self.presets.get(topic).copied().unwrap_or(self.fallback);
        if self.retry.as_ref() != Some(&record.topic) {
            return Reading { preset: preset(&record.topic), item: None, attempt: 1 };
        }
        let number = |name: &str| record.header(name).and_then(|n| n.parse().ok());
        let named = record.header(replay::PRESET).and_then(Preset::from_name);
        Reading {
            preset: named.unwrap_or_else(|| preset(record.header(replay::TOPIC).unwrap_or(&record.topic))),
            // A record that died as a whole died as item 0, however many pages it holds.
            item: number(replay::ITEM).filter(|item| *item > 0),
            attempt: number(replay::ATTEMPT).unwrap_or(1),
        }
    }

    /// The pages of a record with their items. A panic is the one page's that nobody got to see.
    fn pages(&self, record: &Record, reading: &Reading) -> Vec<(u32, Result<PageEvent, Refusal>)> {
        let read = || decode(reading.preset, record, &self.in_limits, &*self.schemas);
        let pages =
            catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| vec![Err(Refusal::dead(DeadReason::Panic, panic_message(&panic)))]);
        let mut pages: Vec<_> = (0..).zip(pages).collect();
        if let Some(item) = reading.item {
            // When the record is read otherwise now and has no such item, all of it is tried.
            if pages.iter().any(|(i, _)| *i == item) {
                pages.retain(|(i, _)| *i == item);
            }
        }
        pages
    }

    /// What one record leads to, outside of any batch.
    pub fn one(&self, work: &Work) -> Effects {
        self.record(work, 0)
    }

    fn record(&self, work: &Work, source: usize) -> Effects {
        let record = &work.record;
        let begun = Instant::now();
        let mut effects = Effects::default();
        if let Some(verdict) = &work.verdict {
            let (reason, message, attempt) = verdict.tell();
            self.die(record, 0, None, reason, &message, attempt, source, &mut effects);
            return effects;
        }
        let reading = self.reading(record);
        let preset = reading.preset;
        for (item, event) in self.pages(record, &reading) {
            let id = event.as_ref().ok().and_then(|e| e.id.clone());
            let made = match event {
                Ok(event) => catch_unwind(AssertUnwindSafe(|| self.page(record, item, preset, event, source, &mut effects)))
                    .unwrap_or_else(|panic| Some(Made::Refused(Refusal::dead(DeadReason::Panic, panic_message(&panic))))),
                Err(refusal) => Some(Made::Refused(refusal)),
            };
            match made {
                Some(Made::Envelope(out)) => effects.records.push(*out),
                Some(Made::Refused(Refusal::Skipped(reason))) => {
                    let fate = Fate { outcome: Outcome::Skipped, reason: Some(reason.name()) };
                    effects.fates.push(fate);
                    effects.records.extend(self.notices.outcome(id, coordinates(record, item), fate, None, None, None, source));
                }
                Some(Made::Refused(Refusal::Dead { reason, message })) => {
                    self.die(record, item, id, reason, &message, reading.attempt, source, &mut effects);
                }
                None => {}
            }
        }
        let time = begun.elapsed();
        if time > self.page_time {
            effects.slow.push((source, time));
        }
        effects
    }

    #[allow(clippy::too_many_arguments)]
    fn die(
        &self,
        record: &Record,
        item: u32,
        event_id: Option<String>,
        reason: DeadReason,
        message: &str,
        attempt: u32,
        source: usize,
        effects: &mut Effects,
    ) {
        let death = Death { reason, message, stage: StageName::Clean.name(), item, attempt };
        let fate = Fate { outcome: Outcome::Dead, reason: Some(reason.name()) };
        effects.fates.push(fate);
        effects.records.push(dead_letter(record, &death, &self.dead, self.record_bytes, source));
        effects.records.extend(self.notices.outcome(event_id, coordinates(record, item), fate, None, None, None, source));
    }

    /// One page. Ops for every shard but the last are pushed to `effects`; the rest is given back.
    fn page(&self, record: &Record, item: u32, preset: Preset, event: PageEvent, source: usize, effects: &mut Effects) -> Option<Made> {
        let refuse = |r: Refusal| Some(Made::Refused(r));
        let (head, described) = match self.head(record, item, &event, preset) {
            Ok(head) => head,
            Err(refusal) => return refuse(refusal),
        };
        let op = match event.op {
            Op::Remove => EnvelopeOp::Remove,
            Op::Restore { .. } => EnvelopeOp::Restore,
            Op::Page if event.status == 410 => EnvelopeOp::Gone,
            Op::Page => EnvelopeOp::Page,
        };
        if op != EnvelopeOp::Page {
            for shard in 0..self.shards {
                match self.out(record, &Envelope { op, ..head.clone() }, &[], shard, source) {
                    Ok(out) => effects.records.push(out),
                    Err(refusal) => return refuse(refusal),
                }
            }
            return None;
        }
        if !(200..300).contains(&event.status) {
            return refuse(Refusal::Skipped(SkipReason::HttpStatus));
        }
        if self.test_hooks {
            test_hook(&event.url);
        }
        Some(match self.article(record, &event, preset, head, described, source) {
            Ok(out) => Made::Envelope(Box::new(out)),
            Err(refusal) => Made::Refused(refusal),
        })
    }

    /// The envelope's head as far as it is known before cleaning, and the `source` object of the records.
    fn head(&self, record: &Record, item: u32, event: &PageEvent, preset: Preset) -> Result<(Envelope, Source), Refusal> {
        let invalid = |url: &str| Refusal::dead(DeadReason::InvalidUrl, format!("{url:?} is no http or https address with a host"));
        let mut keys = vec![address::key(&event.url).ok_or_else(|| invalid(&event.url))?];
        let landed = event.final_url.as_deref().unwrap_or(&event.url);
        if landed != event.url {
            let last = address::key(landed).ok_or_else(|| invalid(landed))?;
            if !keys.contains(&last) {
                keys.push(last);
            }
        }
        let described = Source {
            event_id: event.id.clone(),
            topic: record.topic.to_string(),
            partition: record.partition,
            offset: record.offset,
            item,
            timestamp: record.timestamp.and_then(rfc3339),
            fetched_at: event.fetched_at.and_then(rfc3339),
            preset: preset.name().into(),
            attributes: event.attributes.clone(),
        };
        let source_json = serde_json::to_string(&described).map_err(|e| Refusal::dead(DeadReason::Panic, e.to_string()))?;
        let head = Envelope {
            op: EnvelopeOp::Page,
            keys,
            url: event.url.clone(),
            title: None,
            fetched_at: event.fetched_at.unwrap_or(0),
            site: xxh3_64(address::site(&host(landed)).as_bytes()),
            language: String::new(),
            fingerprint: None,
            event_id: event.id.clone(),
            source: coordinates(record, item),
            source_json,
        };
        Ok((head, described))
    }

    fn article(
        &self,
        record: &Record,
        event: &PageEvent,
        preset: Preset,
        mut head: Envelope,
        described: Source,
        source: usize,
    ) -> Result<OutRecord, Refusal> {
        let (text, kind) = content(event, preset)?;
        let landed = event.final_url.as_deref().unwrap_or(&event.url);
        let page = page_of(event, &text, kind);
        let draft = clean::clean(&page, self.options).map_err(|refused| match refused {
            Refused::Skipped(reason) => Refusal::Skipped(reason),
            Refused::Dead(reason, message) => Refusal::Dead { reason, message },
        })?;
        let tags = tag::tag(&draft, tag::Options { enabled: self.tag, url: landed, taxonomies: &self.taxonomies });
        let print = fingerprint::fingerprint(draft.title.as_deref(), &draft.text);
        let canonical = draft.canonical_url.clone().filter(|c| address::credible_canonical(landed, c));
        if let Some(key) = canonical.as_deref().and_then(address::key)
            && !head.keys.contains(&key)
        {
            head.keys.push(key);
        }
        let mut body = self.body(event, draft, tags, canonical, landed);
        body.source = described;
        body.body_hash = format!("{:016x}", print.body_hash);
        body.content_hash = format!("{:016x}", print.content_hash);
        head.title = body.title.clone();
        head.language = primary_language(&body);
        head.fingerprint = Some(print);
        let shard = self.languages.get(&head.language).copied().unwrap_or(0);
        self.fit(record, &head, body, shard, source)
    }

    /// What cleaning makes of each part of the record's first page that can be read, for `feedmill explain`.
    pub fn parts(&self, record: &Record) -> Vec<clean::account::Part> {
        let reading = self.reading(record);
        let parts = |(_, event): (u32, Result<PageEvent, Refusal>)| {
            let event = event.ok()?;
            let (text, kind) = content(&event, reading.preset).ok()?;
            Some(clean::account::parts(&page_of(&event, &text, kind), self.options))
        };
        self.pages(record, &reading).into_iter().find_map(parts).unwrap_or_default()
    }

    fn body(&self, event: &PageEvent, draft: Draft, tags: tag::Tags, canonical: Option<String>, landed: &str) -> ArticleBody {
        let host = host(landed);
        ArticleBody {
            url: event.url.clone(),
            canonical_url: canonical,
            site: Site { domain: Some(address::site(&host).to_owned()), host, name: draft.site_name },
            title: draft.title,
            description: draft.description,
            text: draft.text,
            blocks: draft.blocks,
            authors: draft.authors,
            agency: draft.agency,
            dateline: draft.dateline,
            published_at: draft.published_at,
            modified_at: draft.modified_at,
            date_evidence: draft.date_evidence,
            language: tags.language,
            images: draft.images,
            related: draft.related,
            topics: tags.topics,
            places: tags.places,
            countries: tags.countries,
            people: tags.people,
            organisations: tags.organisations,
            keywords: tags.keywords,
            genre: draft.genre,
            access: draft.access,
            rights: draft.rights,
            size: tags.size,
            body_hash: String::new(),
            content_hash: String::new(),
            truncated: draft.truncated,
            source: Source::default(),
            producer: Producer { version: env!("CARGO_PKG_VERSION").into(), taggers: self.taggers.clone() },
        }
    }

    /// Cuts what may be cut until the record fits, and says so in `truncated`.
    fn fit(&self, record: &Record, head: &Envelope, mut body: ArticleBody, shard: u32, source: usize) -> Result<OutRecord, Refusal> {
        let too_large = |what: &dyn std::fmt::Display| Refusal::dead(DeadReason::RecordTooLarge, what.to_string());
        for attempt in 0..3 {
            match attempt {
                1 if body.related.len() > RELATED_WHEN_CUT => {
                    body.related.truncate(RELATED_WHEN_CUT);
                    body.truncated.push("related".into());
                }
                2 => {
                    body.blocks.clear();
                    body.truncated.push("blocks".into());
                }
                _ if attempt > 0 => continue,
                _ => {}
            }
            let json = self.view.body_json(&body).map_err(|e| too_large(&e))?;
            let out = self.out(record, head, &json, shard, source)?;
            if out.bytes() + RESERVE_BYTES <= self.record_bytes {
                return Ok(out);
            }
        }
        Err(too_large(&format_args!(
            "the article is larger than limits.record_bytes = {} even without its blocks (text of {} bytes)",
            self.record_bytes,
            body.text.len()
        )))
    }

    fn out(&self, record: &Record, head: &Envelope, body: &[u8], shard: u32, source: usize) -> Result<OutRecord, Refusal> {
        let value = head.encode(body).map_err(|e| Refusal::dead(DeadReason::RecordTooLarge, e.to_string()))?;
        let mut headers: Vec<Header> = vec![self.notices.app_header()];
        if record.headers.iter().map(Header::bytes).sum::<usize>() <= SOURCE_HEADER_BYTES {
            headers.extend(record.headers.iter().filter(|h| !OwnHeaders::is_own(&h.name)).cloned());
        } else {
            headers.extend(record.headers.iter().filter(|h| OwnHeaders::is_trace(&h.name)).cloned());
        }
        Ok(OutRecord {
            topic: self.internal_clean.clone(),
            partition: Some(shard as i32),
            key: Some(head.keys[0].0.to_be_bytes().to_vec()),
            value: Some(value),
            headers,
            source,
        })
    }
}

impl Stage for CleanStage {
    fn name(&self) -> StageName {
        StageName::Clean
    }

    fn process(&mut self, batch: Vec<Work>) -> Result<Effects, StageError> {
        if self.tag {
            tag::TABLES.iter().for_each(|unpack| unpack());
        }
        let this = &*self;
        let framed = |work: &Work| this.reading(&work.record).preset.needs_schemas().then(|| page::framing(&work.record).ok()).flatten();
        this.schemas.ensure(&mut batch.iter().filter_map(framed).map(|(id, _)| id)).map_err(StageError::Stop)?;
        let made: Vec<Effects> = batch.par_iter().enumerate().map(|(source, work)| this.record(work, source)).collect();
        let mut all = Effects::default();
        for one in made {
            all.records.extend(one.records);
            all.fates.extend(one.fates);
            all.slow.extend(one.slow);
        }
        Ok(all)
    }
}

impl Condemned {
    /// Reason, message and attempt of the dead letter.
    pub(super) fn tell(&self) -> (DeadReason, String, u32) {
        match self {
            Condemned::Crash { attempts } => {
                (DeadReason::Crash, format!("it ended the process {attempts} times while worked on alone"), *attempts)
            }
            Condemned::Refused { message } => (DeadReason::RecordTooLarge, message.clone(), 1),
        }
    }
}

/// The page that cleaning is given.
fn page_of<'a>(event: &'a PageEvent, text: &'a str, kind: Kind) -> Page<'a> {
    Page {
        url: &event.url,
        final_url: event.final_url.as_deref().unwrap_or(&event.url),
        content: match kind {
            Kind::Html => Content::Html(text),
            Kind::Text => Content::Text(text),
            Kind::Clean => Content::Clean(text),
        },
        title: event.title.as_deref(),
        language: event.language.as_deref(),
        fetched_at: event.fetched_at,
        headers: &event.headers,
    }
}

fn primary_language(body: &ArticleBody) -> String {
    let code = body.language.code.as_deref().or(body.language.declared.as_deref()).unwrap_or_default();
    code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

fn host(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_default()
}

fn coordinates(record: &Record, item: u32) -> Coordinates {
    Coordinates { topic: record.topic.to_string(), partition: record.partition, offset: record.offset, item }
}

/// RFC 3339 in UTC with milliseconds only where there are some.
fn rfc3339(milliseconds: i64) -> Option<String> {
    jiff::Timestamp::from_millisecond(milliseconds).ok().map(|t| t.to_string())
}

fn panic_message(panic: &Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "panic without a message".into())
}

fn test_hook(url: &str) {
    match url {
        "https://poison.test/panic" => panic!("test hook: this page panics"),
        "https://poison.test/abort" => std::process::abort(),
        _ => {}
    }
}
