//! Pages of bare text and what must come of them: `tests/cases/text/NAME/{page.txt, page.json, expected.json}`.
//!
//! `page.json` is the page event without its text. `expected.json` holds `refused` (the reason), or what the record must say; keys that are
//! absent are not looked at. `related` rows are [title, seen, rail, published_at].
#![allow(clippy::unwrap_used, clippy::expect_used)]

use feedmill::article::{BlockKind, Draft};
use feedmill::clean::{Content, Options, Page, Refused, clean};
use serde_json::Value;
use std::path::Path;

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/text");
    let mut folders: Vec<_> = std::fs::read_dir(&root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    assert!(folders.len() >= 6, "{} cases", folders.len());
    let faults: Vec<String> = folders.iter().flat_map(|folder| case(folder)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn case(folder: &Path) -> Vec<String> {
    let name = folder.file_name().unwrap().to_string_lossy();
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap_or_else(|e| panic!("{name}/{file}: {e}"));
    let event: Value = serde_json::from_str(&read("page.json")).unwrap();
    let expected: Value = serde_json::from_str(&read("expected.json")).unwrap();
    let text = read("page.txt");
    let url = event["url"].as_str().unwrap();
    let page = Page {
        url,
        final_url: url,
        content: Content::Text(&text),
        title: event["title"].as_str(),
        language: event["language"].as_str(),
        fetched_at: event["fetched_at"].as_str().map(|t| t.parse::<jiff::Timestamp>().unwrap().as_millisecond()),
        headers: &[],
    };
    let got = match clean(&page, Options { gate: true }) {
        Ok(draft) => seen(&draft, &expected),
        Err(Refused::Skipped(reason)) => serde_json::json!({ "refused": reason.name() }),
        Err(Refused::Dead(reason, message)) => serde_json::json!({ "dead": reason.name(), "message": message }),
    };
    let mut faults = Vec::new();
    for (key, want) in expected.as_object().unwrap() {
        if got.get(key) != Some(want) {
            faults.push(format!("{name}: {key}\n  want {want}\n  got  {}", got.get(key).unwrap_or(&got)));
        }
    }
    faults
}

/// The draft in the shape of `expected.json`.
fn seen(draft: &Draft, expected: &Value) -> Value {
    let chars: Vec<char> = draft.text.chars().collect();
    let of_kind = |kind: BlockKind| -> Vec<String> {
        let range = |b: &feedmill::article::Block| chars[b.start.unwrap() as usize..b.end.unwrap() as usize].iter().collect();
        draft.blocks.iter().filter(|b| b.kind == kind).map(range).collect()
    };
    // Beginnings, ends and snippets are shown as wanted when they are right, and as they are when not.
    let edge = |key: &str, right: fn(&str, &str) -> bool| match expected[key].as_str() {
        Some(want) if right(&draft.text, want) => want.to_owned(),
        _ => draft.text.clone(),
    };
    let held = |key: &str, wanted: bool| -> Vec<&Value> {
        expected[key].as_array().into_iter().flatten().filter(|v| draft.text.contains(v.as_str().unwrap()) == wanted).collect()
    };
    serde_json::json!({
        "title": draft.title,
        "starts": edge("starts", |text, want| text.starts_with(want)),
        "ends": edge("ends", |text, want| text.ends_with(want)),
        "with": held("with", true),
        "without": held("without", false),
        "headings": of_kind(BlockKind::Heading),
        "items": of_kind(BlockKind::ListItem),
        "quotes": of_kind(BlockKind::Quote),
        "paragraphs": of_kind(BlockKind::Paragraph).len(),
        "authors": draft.authors.iter().map(|a| &a.name).collect::<Vec<_>>(),
        "agency": draft.agency.as_ref().map(|a| &a.code),
        "dateline": draft.dateline,
        "published_at": draft.published_at,
        "source": draft.date_evidence.get("published_at").map(|e| e.source),
        "related": draft.related.iter().map(|r| serde_json::json!([r.title, r.seen, r.rail, r.published_at])).collect::<Vec<_>>(),
    })
}
