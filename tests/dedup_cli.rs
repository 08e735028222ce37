//! `feedmill dedup` on small files.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};
use std::process::{Command, Output};

fn story(n: usize, from: usize, to: usize) -> String {
    (from..to).map(|i| format!("s{n}w{i}")).collect::<Vec<_>>().join(" ")
}

fn dedup(arguments: &[&str], lines: &[String]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("in.jsonl");
    std::fs::write(&file, lines.join("\n")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_feedmill")).arg("dedup").args(arguments).arg(&file).output().unwrap()
}

fn told(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(|l| serde_json::from_slice(l).unwrap()).collect()
}

fn lines() -> Vec<String> {
    let paragraphs: String = (0..6).map(|i| format!("<p>{}.</p>", story(1, i * 50, i * 50 + 50))).collect();
    let html = format!(
        "<html><head><title>A headline of some words</title></head><body><article><h1>A headline of some words</h1>{paragraphs}</article></body></html>"
    );
    [
        json!({"id": "a", "url": "https://a.test/1", "title": "A headline", "text": story(1, 0, 300)}),
        json!({"id": 7, "url": "https://b.test/x", "text": story(1, 0, 300)}),
        json!({"url": "https://c.test/y", "text": story(1, 0, 150), "language": {"code": "en"}}),
        json!({"url": "https://d.test/z", "text": story(2, 0, 300)}),
        json!({"url": "https://a.test/1?utm_source=x", "text": story(1, 0, 310)}),
        json!({"url": "https://e.test/page", "html": html}),
        json!({"text": story(2, 0, 300)}),
        json!({"url": "https://f.test/nothing"}),
    ]
    .iter()
    .map(Value::to_string)
    .chain(["{not json".into()])
    .collect()
}

#[test]
fn every_line_is_told_its_story() {
    let all = told(&dedup(&[], &lines()));
    let short: Vec<_> = all.iter().map(|t| (t["kind"].as_str().unwrap(), t["cluster"].as_u64(), t["of"]["line"].as_i64())).collect();
    let expected = [
        ("first", Some(0), None),
        ("exact", Some(0), Some(0)),
        ("near", Some(0), Some(0)),
        ("first", Some(1), None),
        ("address", Some(0), Some(0)),
        ("near", Some(0), Some(0)),
        ("exact", Some(1), Some(3)),
        ("skipped", None, None),
        ("skipped", None, None),
    ];
    // The page's text ends its paragraphs, which changes no word: exact or near is the cleaning's to say.
    assert!(matches!(short[5].0, "near" | "exact"), "{:?}", all[5]);
    let rest = |s: &[(&'static str, Option<u64>, Option<i64>)]| [&s[..5], &s[6..]].concat();
    assert_eq!([&short[..5], &short[6..]].concat(), rest(&expected));
    assert_eq!((short[5].1, short[5].2), (Some(0), Some(0)));
    assert_eq!((all[1]["id"].clone(), all[2]["containment"].clone()), (json!(7), json!(1.0)));
    assert_eq!((all[7]["reason"].as_str(), all[8]["reason"].as_str()), (Some("missing_field"), Some("invalid_json")));
}

#[test]
fn unique_gives_the_first_lines_as_they_came() {
    let lines = lines();
    let output = dedup(&["--unique"], &lines);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{}\n{}\n", lines[0], lines[3]));
}

#[test]
fn a_file_that_is_not_there_is_told_before_anything_is_read() {
    let output = Command::new(env!("CARGO_BIN_EXE_feedmill")).args(["dedup", "no-such-file.jsonl"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-file.jsonl"));
}

/// Bad input in bulk: equal pages, pages of one template, empty ones and single words.
#[test]
fn crowds_take_bounded_time_and_glue_nothing() {
    // Words without digits: figures are what fillings differ in.
    let plain = |from: usize, to: usize| {
        (from..to).map(|i| format!("w{}{}", "o".repeat(i / 20), char::from(b'a' + (i % 20) as u8))).collect::<Vec<_>>().join(" ")
    };
    let template =
        |n: usize| format!("{} degrees {} {} wind {} {} rain {}", plain(0, 60), n % 97, plain(60, 110), n % 89, plain(110, 130), n % 83);
    let mut all: Vec<String> = Vec::new();
    for n in 0..20_000 {
        all.push(json!({"url": format!("https://s{}.test/{n}", n % 300), "text": story(1, 0, 200)}).to_string());
        all.push(json!({"url": format!("https://t{}.test/{n}", n % 5), "text": template(n)}).to_string());
    }
    all.push(json!({"url": "https://u.test/1", "text": ""}).to_string());
    all.push(json!({"url": "https://u.test/2", "text": ""}).to_string());
    all.push(json!({"url": "https://u.test/3", "text": "word"}).to_string());
    all.push(json!({"url": "https://u.test/4", "text": "word"}).to_string());
    let begun = std::time::Instant::now();
    let told = told(&dedup(&[], &all));
    // A page takes some ten microseconds; quadratic work would take hours.
    assert!(begun.elapsed().as_secs() < 240);
    assert_eq!(told.iter().filter(|t| t["cluster"] == 0).count(), 20_000, "equal pages are one story");
    let glued = told[..40_000].iter().skip(1).step_by(2).filter(|t| t["kind"] != "first").count();
    assert!(glued < 20_000 / 10, "{glued} fillings of one template were taken for copies");
    assert!(told[40_000..].iter().all(|t| t["kind"] == "first"), "texts without words are nobody's copy: {:?}", &told[40_000..]);
}
