//! `feedmill forget`: takedowns. The order to remove goes through `topics.retry`, so that the worker carries it out in its own transactions.

use super::StartError;
use super::options::ConfigOptions;
use crate::article::dead::replay;
use crate::bus::BusError;
use crate::bus::cluster::Cluster;
use crate::bus::kafka::scan::{Scan, Span};
use crate::bus::kafka::writer::Writer;
use crate::config::Settings;
use crate::page::Preset;
use crate::record::{Header, OutRecord};
use memchr::memmem;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Takes articles down: their ids get null values, their addresses are blocked, and no topic holds their text any more in the end.
///
/// The order goes to topics.retry, which the worker reads; without --execute it is only told what would happen. Texts leave the compacted
/// articles with compaction, the other topics when their retention ends: the command tells when. `--traces` looks what is left.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  feedmill forget --config feedmill.toml https://news.example/2026/story 0123456789abcdef0123456789abcdef
  feedmill forget --config feedmill.toml https://news.example/2026/story --reason \"court order 12/26\" --execute
  feedmill forget --config feedmill.toml https://news.example/2026/story --traces")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOptions,
    /// Address of a page, or id of an article
    #[arg(required = true, value_name = "URL|ID")]
    what: Vec<String>,
    /// Why, for the record
    #[arg(long)]
    reason: Option<String>,
    /// Do it; without this only what would happen is told
    #[arg(long)]
    execute: bool,
    /// Count what the topics still hold of it, and end; 0 when nothing is left, else 2
    #[arg(long, conflicts_with = "execute")]
    traces: bool,
}

pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let settings = arguments.config.load_and_warn()?.settings;
    let mut scan = Scan::new(&settings, "forget").map_err(start_error)?;
    let found = addresses(&mut scan, &settings, &arguments.what)?;
    let mut out = std::io::stdout().lock();
    if arguments.traces {
        return traces(&mut out, &mut scan, &settings, &found);
    }
    let retry = settings.topics.retry.clone().ok_or_else(|| {
        StartError(format!(
            "topics.retry is not set: set it to \"{}.retry\", create it (feedmill topics create) and restart the workers",
            settings.app.id
        ))
    })?;
    if !scan.exists(&retry).map_err(start_error)? {
        return Err(StartError(format!("the topic {retry} is missing: `feedmill topics create` makes it")).into());
    }
    if arguments.execute {
        let orders = found.keys().map(|url| order(&retry, url, arguments.reason.as_deref())).collect();
        Writer::open(&settings, "forget").map_err(start_error)?.write(orders)?;
    }
    for (url, ids) in &found {
        let ids = if ids.is_empty() { "no article of it is published".into() } else { ids.iter().cloned().collect::<Vec<_>>().join(", ") };
        writeln!(out, "{url}: {ids}")?;
    }
    let what =
        if arguments.execute { "ordered; the worker removes and blocks" } else { "would be removed and blocked (--execute does it):" };
    writeln!(out, "{what} {} addresses", found.len())?;
    until(&mut out, &settings)
}

fn start_error(error: BusError) -> anyhow::Error {
    StartError(error.to_string()).into()
}

/// Addresses with the ids that are published under them. Ids are looked up in the articles.
fn addresses(scan: &mut Scan, settings: &Settings, what: &[String]) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for one in what {
        if one.len() == 32 && one.bytes().all(|b| b.is_ascii_hexdigit()) {
            wanted.insert(one);
        } else if url::Url::parse(one).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host()) {
            found.entry(one.clone()).or_default();
        } else {
            return Err(StartError(format!("{one}: neither an http address nor an article's id (32 hexadecimal digits)")).into());
        }
    }
    let articles = settings.topics.articles.clone();
    if !scan.exists(&articles).map_err(start_error)? {
        return Err(StartError(format!("the topic {articles} is missing")).into());
    }
    let mut left = wanted.clone();
    scan.read::<anyhow::Error>(&articles, Span::default(), |record| {
        let id = record.key.as_deref().and_then(|k| std::str::from_utf8(k).ok()).unwrap_or_default();
        let Some(url) = record.value.as_deref().and_then(address) else { return Ok(ControlFlow::Continue(())) };
        if let Some(of) = wanted.get(id) {
            left.remove(of);
            found.entry(url).or_default().insert(id.to_owned());
        } else if let Some(ids) = found.get_mut(&url) {
            ids.insert(id.to_owned());
        }
        Ok(ControlFlow::Continue(()))
    })?;
    match left.first() {
        Some(id) => Err(StartError(format!("{id}: no article of that id is in {articles}; name its address")).into()),
        None => Ok(found),
    }
}

/// `url` of an article's JSON.
fn address(value: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Addressed {
        url: String,
    }
    serde_json::from_slice::<Addressed>(value).ok().map(|a| a.url)
}

/// A page event with `op: remove`, which the worker reads as such whatever the preset of its inputs is.
fn order(retry: &Arc<str>, url: &str, reason: Option<&str>) -> OutRecord {
    let event = json!({"op": "remove", "url": url, "reason": reason});
    OutRecord {
        topic: retry.clone(),
        partition: None,
        key: Some(url.as_bytes().to_vec()),
        value: Some(event.to_string().into_bytes()),
        headers: vec![Header::new(replay::PRESET, Preset::Native.name())],
        source: 0,
    }
}

/// Topics that hold titles or texts, apart from the inputs, which belong to others.
fn holders(settings: &Settings) -> Vec<(Arc<str>, &'static str)> {
    let t = &settings.topics;
    let mut all = vec![
        (t.articles.clone(), "the article"),
        (t.duplicates.clone(), "titles of copies"),
        (t.dead.clone(), "pages that died"),
        (t.internal_clean.clone(), "the cleaned page"),
    ];
    all.extend(t.retry.clone().map(|r| (r, "pages that were tried again")));
    all
}

/// When each topic will have let go of it, as far as the broker tells its settings.
fn until(out: &mut dyn Write, settings: &Settings) -> anyhow::Result<()> {
    const DAY_MS: i64 = 86_400_000;
    let cluster = Cluster::new(&settings.kafka).map_err(start_error)?;
    writeln!(out, "\ntexts leave")?;
    for (topic, what) in holders(settings) {
        let told = match cluster.described(&topic).configs {
            Err(why) => format!("unverified: {why}"),
            Ok(configs) => {
                let number = |name: &str| configs.get(name).and_then(|v| v.parse::<i64>().ok());
                let days = |ms: i64| format!("{:.1} days", ms as f64 / DAY_MS as f64);
                // A segment must be closed before compaction or retention looks at it.
                let segment = number("segment.ms").unwrap_or_default();
                match (configs.get("cleanup.policy").map(String::as_str).unwrap_or_default(), number("retention.ms")) {
                    (policy, _) if policy.contains("compact") && topic == settings.topics.articles => {
                        let delay = number("delete.retention.ms").unwrap_or_default();
                        format!("with compaction, after a segment is closed ({}); the null values stay {}", days(segment), days(delay))
                    }
                    (_, Some(-1) | None) => "NEVER: neither compaction nor retention is set".into(),
                    (_, Some(ms)) => format!("within {}", days(ms.saturating_add(segment))),
                }
            }
        };
        writeln!(out, "  {topic:<32} {what}: {told}")?;
    }
    writeln!(out, "  the input topics: they belong to who writes them; their retention counts")?;
    Ok(())
}

/// Counts records that still hold an address together with a text or title.
fn traces(out: &mut dyn Write, scan: &mut Scan, settings: &Settings, found: &BTreeMap<String, BTreeSet<String>>) -> anyhow::Result<()> {
    let mut all = 0usize;
    for (topic, what) in holders(settings) {
        if !scan.exists(&topic).map_err(start_error)? {
            continue;
        }
        let mut count = 0usize;
        scan.read::<BusError>(&topic, Span::default(), |record| {
            let value = record.value.as_deref().unwrap_or_default();
            let order = record.header(replay::PRESET).is_some();
            let names = |url: &String| memmem::find(value, url.as_bytes()).is_some();
            count += usize::from(!order && found.keys().any(names));
            Ok(ControlFlow::Continue(()))
        })
        .map_err(start_error)?;
        writeln!(out, "{count:>6}  {topic} ({what})")?;
        all += count;
    }
    if all == 0 { Ok(()) } else { Err(super::Told.into()) }
}
