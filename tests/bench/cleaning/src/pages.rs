//! What is measured: page events with markup, made by code or read from JSON Lines.

use crate::site::{Random, Story};
use anyhow::Context;
use feedmill::record::Record;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// One page, as event and as bytes.
pub struct Sample {
    /// The event as it comes from a topic.
    pub record: Record,
    pub url: String,
    /// The page itself.
    pub page: String,
}

/// Pages made by code: so many, of 100 to 180 KB.
const MADE: u64 = 300;

pub fn made() -> Vec<Sample> {
    let mut random = Random::new(7);
    (0..MADE)
        .map(|n| {
            let url = format!("https://paper{}.test/2026/story-{n}", n % 40);
            let html = Story::new(n, 0, 8 + random.below(12) as usize).html(&url, 100_000 + random.below(80_000) as usize);
            sample(json!({"url": url, "fetched_at": "2026-03-01T12:00:00Z", "html": html}))
        })
        .collect::<Option<Vec<_>>>()
        .unwrap_or_default()
}

/// The events with markup of all files; of a folder, those whose names tell of JSON Lines.
pub fn read(paths: &[PathBuf]) -> anyhow::Result<Vec<Sample>> {
    let mut out = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut files: Vec<PathBuf> = std::fs::read_dir(path)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
            files.sort();
            let named = |p: &PathBuf| [".jsonl", ".jsonl.gz"].iter().any(|end| p.to_string_lossy().ends_with(end));
            files.iter().filter(|p| named(p)).try_for_each(|p| file(p, &mut out))?;
        } else {
            file(path, &mut out)?;
        }
    }
    Ok(out)
}

fn file(path: &Path, out: &mut Vec<Sample>) -> anyhow::Result<()> {
    let open = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let reader: Box<dyn BufRead> = if path.extension().is_some_and(|x| x == "gz") {
        Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(open)))
    } else {
        Box::new(BufReader::new(open))
    };
    for line in reader.lines() {
        let event: Value = serde_json::from_str(&line?).with_context(|| path.display().to_string())?;
        out.extend(sample(event));
    }
    Ok(())
}

fn sample(event: Value) -> Option<Sample> {
    let url = event["url"].as_str()?.to_owned();
    let page = event["html"].as_str()?.to_owned();
    let record = Record {
        topic: "pages".into(),
        partition: 0,
        offset: 0,
        timestamp: None,
        key: None,
        value: Some(event.to_string().into_bytes()),
        headers: Vec::new(),
    };
    Some(Sample { record, url, page })
}
