//! What must hold when a world has settled.

use crate::stages::{AnyStage, POISON};
use crate::world::{INPUT, MakeStage, World, reader};
use feedmill::bus::Bus;
use feedmill::record::{OutRecord, Record, TopicPartition};
use feedmill::stage::{Condemned, Stage, StageName, Work};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Value and headers.
type Content = (Option<Vec<u8>>, Vec<(String, Option<Vec<u8>>)>);
/// The records of each key, in their order.
type ByKey = BTreeMap<Vec<u8>, Vec<Content>>;

fn content(value: Option<Vec<u8>>, headers: Vec<feedmill::record::Header>) -> Content {
    (value, headers.into_iter().map(|h| (h.name.into_owned(), h.value)).collect())
}

fn by_key(records: Vec<Record>) -> ByKey {
    let mut map = ByKey::new();
    for r in records {
        map.entry(r.key.unwrap_or_default()).or_default().push(content(r.value, r.headers));
    }
    map
}

fn json(record: &Record) -> Value {
    serde_json::from_slice(record.value.as_deref().unwrap_or_default()).unwrap_or_default()
}

pub fn check(world: &mut World, make: MakeStage) -> Result<(), String> {
    let fates = one_fate_each(world)?;
    for fate in fates.values() {
        world.count(&format!("fate {}", fate["outcome"].as_str().unwrap_or("without a name")));
    }
    let dead = |v: &Value| v["reason"].as_str().filter(|r| matches!(*r, "crash" | "record_too_large")).map(str::to_owned);
    let condemned = fates.into_iter().filter_map(|(page, fate)| dead(&fate).map(|reason| (page, reason))).collect();
    let world = &*world;
    revisions_rise(world)?;
    equals_one_pass(world, make, &condemned)
}

/// Every page has exactly one committed outcome.
fn one_fate_each(world: &World) -> Result<BTreeMap<String, Value>, String> {
    let pages: BTreeSet<String> =
        world.broker.committed_records(INPUT).iter().map(|r| format!("{}/{}/{}/0", r.topic, r.partition, r.offset)).collect();
    let mut fates: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for record in world.broker.committed_records(world.settings.topics.outcomes.as_deref().unwrap()) {
        let key = String::from_utf8_lossy(record.key.as_deref().unwrap_or_default()).into_owned();
        fates.entry(key).or_default().push(json(&record));
    }
    for page in &pages {
        match fates.get(page).map_or(0, Vec::len) {
            1 => {}
            0 => return Err(format!("{page} has no fate")),
            n => return Err(format!("{page} has {n} fates: {:?}", fates[page])),
        }
    }
    if let Some(stranger) = fates.keys().find(|k| !pages.contains(*k)) {
        return Err(format!("{stranger} has a fate and is no page"));
    }
    Ok(fates.into_iter().filter_map(|(page, fate)| fate.into_iter().next().map(|f| (page, f))).collect())
}

/// Pages are condemned for crashes exactly when they kill. Gives how many.
pub fn only_poison_crashed(world: &World) -> Result<usize, String> {
    let fates = one_fate_each(world)?;
    let mut killers = 0;
    for record in world.broker.committed_records(INPUT) {
        let page = format!("{}/{}/{}/0", record.topic, record.partition, record.offset);
        let kills = memchr::memmem::find(record.value.as_deref().unwrap_or_default(), POISON.as_bytes()).is_some();
        if kills != (fates[&page]["reason"] == "crash") {
            return Err(format!("{page} kills: {kills}, and its fate is {}", fates[&page]));
        }
        killers += usize::from(kills);
    }
    Ok(killers)
}

/// Of each id: versions rise, revisions are 1, 2, 3...
fn revisions_rise(world: &World) -> Result<(), String> {
    let mut last: BTreeMap<Vec<u8>, (u64, u64)> = BTreeMap::new();
    for record in world.broker.committed_records(&world.settings.topics.articles) {
        let article = json(&record);
        let key = record.key.clone().unwrap_or_default();
        let (Some(revision), Some(version)) = (article["revision"].as_u64(), article["version"].as_u64()) else { continue };
        let before = last.insert(key, (revision, version));
        let follows = before.map_or(revision == 1, |(r, v)| revision == r + 1 && version > v);
        if !follows {
            return Err(format!("{} comes with revision {revision}, version {version} after {before:?}", article["id"]));
        }
    }
    Ok(())
}

/// The outputs of DEDUP are those of one straight pass over the committed `internal.clean`, and what a restore finds is what that pass
/// knows at its end.
fn equals_one_pass(world: &World, make: MakeStage, condemned: &BTreeMap<String, String>) -> Result<(), String> {
    let topics = &world.settings.topics;
    let log = world.broker.committed_records(&topics.internal_clean);
    let shards = 0..world.settings.dedup.shards as i32;
    let sources: Vec<_> = shards.map(|shard| TopicPartition::new(topics.internal_clean.clone(), shard)).collect();
    let mut straight = make(StageName::Dedup, &world.settings);
    for source in &sources {
        straight.restore_begin(source);
        straight.restore_end(source, None).map_err(|e| e.to_string())?;
    }
    let mut expected: Vec<OutRecord> = Vec::new();
    for record in &log {
        let verdict = coordinates(record).and_then(|at| condemned.get(&at)).map(|reason| match reason.as_str() {
            "crash" => Condemned::Crash { attempts: 3 },
            _ => Condemned::Refused { message: String::new() },
        });
        let effects = straight.process(vec![Work { record: record.clone(), verdict }]).map_err(|e| e.to_string())?;
        expected.extend(effects.records);
        straight.merge();
    }
    for topic in [&topics.articles, &topics.duplicates] {
        let mut want = ByKey::new();
        for out in expected.iter().filter(|r| r.topic == *topic).cloned() {
            want.entry(out.key.unwrap_or_default()).or_default().push(content(out.value, out.headers));
        }
        let have = by_key(world.broker.committed_records(topic));
        if have != want {
            let key = have.keys().chain(want.keys()).find(|k| have.get(*k) != want.get(*k)).cloned().unwrap_or_default();
            return Err(format!(
                "{topic} differs from one straight pass at {}: {:?} instead of {:?}",
                String::from_utf8_lossy(&key),
                have.get(&key).map(|v| v.iter().map(told).collect::<Vec<_>>()),
                want.get(&key).map(|v| v.iter().map(told).collect::<Vec<_>>()),
            ));
        }
    }
    let mut restored = make(StageName::Dedup, &world.settings);
    for source in &sources {
        restore(world, &mut restored, source)?;
    }
    if restored.held().0 != straight.held().0 {
        return Err(format!("a restore holds {} texts, one straight pass {}", restored.held().0, straight.held().0));
    }
    // Whatever is asked, both answer the same.
    let shift = log.iter().map(|r| r.offset + 1).max().unwrap_or(0);
    for record in log.into_iter().filter(|r| coordinates(r).is_none_or(|at| !condemned.contains_key(&at))) {
        let probe = Record { offset: record.offset + shift, ..record };
        let answer = |stage: &mut AnyStage| {
            let effects = stage.process(vec![Work::from(probe.clone())]).map_err(|e| e.to_string());
            stage.merge();
            effects.map(|e| e.records)
        };
        let (have, want) = (answer(&mut restored)?, answer(&mut straight)?);
        if have != want {
            return Err(format!("a restored state answers {probe:?} with {have:?} instead of {want:?}"));
        }
    }
    Ok(())
}

fn told(content: &Content) -> String {
    String::from_utf8_lossy(content.0.as_deref().unwrap_or(b"null")).chars().take(120).collect()
}

fn restore(world: &World, stage: &mut AnyStage, source: &TopicPartition) -> Result<(), String> {
    let committed = world.broker.group_offset("dedup", source).map(|c| c.offset);
    let mut bus = reader(&world.broker);
    let mut rows = bus.changelog(&stage.changelogs(source)).map_err(|e| e.to_string())?;
    stage.restore_begin(source);
    while let Some(row) = rows.next().map_err(|e| e.to_string())? {
        stage.restore_row(source, &row).map_err(|e| e.to_string())?;
    }
    stage.restore_end(source, committed).map_err(|e| format!("restoring at the end: {e}"))?;
    Ok(())
}

/// Where the page of an internal record came from.
fn coordinates(record: &Record) -> Option<String> {
    let value = record.value.as_deref()?;
    if let Ok((head, _)) = feedmill::article::envelope::Envelope::decode(value) {
        let at = head.source;
        return Some(format!("{}/{}/{}/{}", at.topic, at.partition, at.offset, at.item));
    }
    json(record)["at"].as_str().map(str::to_owned)
}
