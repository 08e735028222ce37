//! What crawlers really send: each record ends as `dead` or `skipped` with its reason, the worker goes on, and the original bytes can be
//! taken out of `dead`, unchanged, or cut with their size and hash.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kafka;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use feedmill::record::Record;
use kafka::bootstrap;
use kafka::feed::{article, html, url};
use kafka::ledger::{Ledger, Told, dead};
use kafka::topics::{Feeder, read_settled};
use kafka::until;
use kafka::worker::App;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::time::Duration;

const STUCK: Duration = Duration::from_secs(90);
const PAGE_BYTES: usize = 16 << 20;
const RECORD_BYTES: usize = 1_000_000;

struct Case {
    name: &'static str,
    key: Option<Vec<u8>>,
    value: Option<Vec<u8>>,
    headers: Vec<(&'static str, Vec<u8>)>,
    /// Outcomes and reasons that are right; of several any.
    fates: &'static [(&'static str, Option<&'static str>)],
}

fn case(name: &'static str, value: impl Into<Vec<u8>>, fates: &'static [(&'static str, Option<&'static str>)]) -> Case {
    Case { name, key: Some(name.into()), value: Some(value.into()), headers: Vec::new(), fates }
}

const NEW: &[(&str, Option<&str>)] = &[("new", None)];

fn dead_as(reason: &'static str) -> &'static [(&'static str, Option<&'static str>)] {
    match reason {
        "invalid_json" => &[("dead", Some("invalid_json"))],
        "wrong_type" => &[("dead", Some("wrong_type"))],
        "missing_field" => &[("dead", Some("missing_field"))],
        "invalid_url" => &[("dead", Some("invalid_url"))],
        "invalid_base64" => &[("dead", Some("invalid_base64"))],
        "unknown_op" => &[("dead", Some("unknown_op"))],
        "too_large" => &[("dead", Some("too_large"))],
        "record_too_large" => &[("dead", Some("record_too_large"))],
        "panic" => &[("dead", Some("panic"))],
        other => panic!("{other}"),
    }
}

fn page(address: u32, html: &str) -> String {
    json!({"url": url(address), "id": address.to_string(), "html": html}).to_string()
}

/// A page of markup that is exactly `bytes` long; all but the article is a comment.
fn padded(story: u32, bytes: usize) -> String {
    let page = html(story, 0);
    let filler = bytes - page.len() - "<!---->".len();
    page.replace("<body>", &format!("<body><!--{}-->", "x".repeat(filler)))
}

fn many_paragraphs(bytes: usize) -> String {
    let mut body = String::new();
    let mut story = 9000;
    while body.len() < bytes {
        body += &article(story, 0).1.split("\n\n").map(|p| format!("<p>{p}</p>")).collect::<String>();
        story += 1;
    }
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Very long</title></head><body><article><h1>Very long</h1>{body}</article></body></html>"
    )
}

fn cases() -> Vec<Case> {
    let words = |n: usize| "word ".repeat(n);
    let mut cases = vec![
        case("good page", page(1, &html(1, 0)), NEW),
        case("invalid JSON", "{\"url\": \"https://a.test/\", ", dead_as("invalid_json")),
        case("no JSON at all", "<html>not an event</html>", dead_as("invalid_json")),
        case("empty value", "", dead_as("invalid_json")),
        case("wrong type", json!({"url": 5, "html": "x"}).to_string(), dead_as("wrong_type")),
        case("wrong type of status", json!({"url": url(2), "status": "200", "html": "x"}).to_string(), dead_as("wrong_type")),
        case("an array", "[]", dead_as("wrong_type")),
        case("missing url", json!({"html": html(3, 0)}).to_string(), dead_as("missing_field")),
        case("url that is none", json!({"url": "not a url", "html": html(4, 0)}).to_string(), dead_as("invalid_url")),
        case("url of mail", json!({"url": "mailto:a@b.test", "html": html(4, 0)}).to_string(), dead_as("invalid_url")),
        case("invalid base64", json!({"url": url(5), "body_base64": "%%%"}).to_string(), dead_as("invalid_base64")),
        case("empty body", json!({"url": url(6), "html": ""}).to_string(), &[("skipped", Some("empty_body"))]),
        case("no body", json!({"url": url(7)}).to_string(), &[("skipped", Some("empty_body"))]),
        Case { value: None, ..case("null value", "", &[("skipped", Some("tombstone"))]) },
        case("unknown op", json!({"url": url(8), "op": "burn"}).to_string(), dead_as("unknown_op")),
        case("page of 20 MB", page(9, &padded(9, 20_000_000)), dead_as("too_large")),
        case("page at the limit", page(10, &padded(10, PAGE_BYTES)), NEW),
        case("page one byte over", page(11, &padded(11, PAGE_BYTES + 1)), dead_as("too_large")),
        case("record over the limit", page(12, &many_paragraphs(2 * RECORD_BYTES)), dead_as("record_too_large")),
        Case { headers: vec![("big", vec![b'h'; 100_000]), ("small", b"kept".to_vec())], ..case("headers of 100 KB", page(13, &html(13, 0)), NEW) },
        Case {
            headers: vec![("big", vec![b'h'; 100_000]), ("bytes", vec![0, 159, 255])],
            ..case("headers of 100 KB on a bad record", "{", dead_as("invalid_json"))
        },
        Case { key: Some(vec![0xff, 0xfe, 0]), ..case("key that is not UTF-8", page(14, &html(14, 0)), NEW) },
        Case { key: Some(vec![0xff, 0xfe, 0]), ..case("bad record with such a key", "{", dead_as("invalid_json")) },
        Case { key: None, ..case("no key", page(15, &html(15, 0)), NEW) },
        case(
            "60,000 nested elements",
            page(16, &format!("<html><body>{}text{}</body></html>", "<div>".repeat(60_000), "</div>".repeat(60_000))),
            &[
                ("dead", Some("too_complex")),
                ("skipped", Some("no_text")),
                ("skipped", Some("not_article")),
                ("skipped", Some("empty_body")),
                ("skipped", Some("error_page")),
            ],
        ),
        case(
            "5 MB of one line",
            page(17, &words(1_000_000)),
            &[("dead", Some("record_too_large")), ("dead", Some("too_complex")), ("skipped", Some("not_article")), ("skipped", Some("no_text"))],
        ),
        case("deep JSON", format!("{{\"url\": \"{}\", \"attributes\": {}1{}}}", url(18), "[".repeat(100_000), "]".repeat(100_000)), &[
            ("dead", Some("invalid_json")),
            ("dead", Some("wrong_type")),
            ("skipped", Some("empty_body")),
        ]),
        case("page that panics", json!({"url": "https://poison.test/panic", "html": html(19, 0)}).to_string(), dead_as("panic")),
        case(
            "bytes that are no UTF-8 in the page",
            json!({"url": url(20), "body_base64": BASE64.encode([html(20, 0).as_bytes(), &[0xff, 0xfe, 0xc3, 0x28]].concat())}).to_string(),
            NEW,
        ),
        case(
            "a page of random bytes",
            json!({"url": url(21), "body_base64": BASE64.encode((0..5000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect::<Vec<_>>())})
                .to_string(),
            &[
                ("dead", Some("undecodable")),
                ("skipped", Some("unsupported_type")),
                ("skipped", Some("no_text")),
                ("skipped", Some("empty_body")),
                ("skipped", Some("not_article")),
            ],
        ),
    ];
    let mut broken = page(22, &html(22, 0)).into_bytes();
    let middle = broken.len() / 2;
    broken[middle] = 0xff;
    cases.push(case("bytes that are no UTF-8 in the event", broken, &[("dead", Some("invalid_json")), ("dead", Some("undecodable"))]));
    cases.push(case("good page at the end", page(23, &html(23, 0)), NEW));
    cases
}

#[test]
fn every_bad_record_has_its_fate_and_the_worker_goes_on() {
    let app = App::new(bootstrap(), "bad", 1, &["batch.max_wait_ms = 100"]);
    let cases = cases();
    let mut worker = app.start(None, &[]);
    worker.wait_ready();
    let mut ledger = Ledger::open(&app);
    let feeder = Feeder::new(&app.bootstrap);
    for case in &cases {
        let headers: Vec<(&str, &[u8])> = case.headers.iter().map(|(name, value)| (*name, value.as_slice())).collect();
        feeder.send(&app.input, Some(0), case.key.as_deref(), case.value.as_deref(), &headers);
    }
    feeder.flush();
    ledger.wait(cases.len(), STUCK, |_| assert!(worker.poll_end().is_none(), "the worker ended:\n{}", worker.log()));
    assert_eq!(worker.drain(), 0);
    let letters = dead(&app);
    let mut wrong = Vec::new();
    for (offset, case) in cases.iter().enumerate() {
        let told = &ledger.fates[&(0, offset as i64)];
        match told.as_slice() {
            [Told { outcome, reason, .. }] if case.fates.iter().any(|(o, r)| o == outcome && *r == reason.as_deref()) => {
                assert_eq!(letters.contains_key(&(0, offset as i64)), outcome == "dead", "{}", case.name);
            }
            other => wrong.push(format!("{}: {other:?}", case.name)),
        }
        if let Some(letter) = letters.get(&(0, offset as i64)) {
            check_letter(case, letter, &app);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The letter has the reason and the place, and the original: whole, or cut with size and hash.
fn check_letter(case: &Case, letter: &Record, app: &App) {
    let header = |name: &str| letter.header(&format!("feedmill.dead.{name}"));
    assert!(case.fates.iter().any(|(_, reason)| *reason == header("reason")), "{}: {:?}", case.name, header("reason"));
    assert_eq!(header("topic"), Some(app.input.as_str()));
    assert_eq!(header("stage"), Some("clean"));
    assert!(header("message").is_some_and(|m| !m.is_empty()), "{}", case.name);
    assert!(letter.bytes() <= RECORD_BYTES, "{}: {} bytes", case.name, letter.bytes());
    let original = case.value.clone().unwrap();
    let value = letter.value.clone().unwrap();
    match header("original_size") {
        None => {
            assert_eq!(value, original, "{}", case.name);
            assert_eq!(letter.key, case.key, "{}", case.name);
            for (name, bytes) in &case.headers {
                assert!(letter.headers.iter().any(|h| h.name == *name && h.value.as_ref() == Some(bytes)), "{}: header {name}", case.name);
            }
        }
        Some(size) => {
            assert_eq!(size, original.len().to_string(), "{}", case.name);
            let hash: String = Sha256::digest(&original).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(header("sha256"), Some(hash.as_str()), "{}", case.name);
            assert!(original.starts_with(&value) && value.len() > RECORD_BYTES / 2, "{}: {} bytes left", case.name, value.len());
        }
    }
}

#[test]
fn a_page_that_ends_the_process_is_found_and_its_neighbours_live() {
    let app = App::new(bootstrap(), "abort", 1, &["batch.max_wait_ms = 50", "kafka.consumer.\"session.timeout.ms\" = \"6000\""]);
    let pages: Vec<String> = (0..9u32)
        .map(|i| match i {
            4 => json!({"url": "https://poison.test/abort", "html": html(4, 0)}).to_string(),
            i => page(i, &html(i, 0)),
        })
        .collect();
    // Topics first, so that there is something to read the fates from.
    let mut worker = app.start(Some("pod"), &[]);
    worker.wait_ready();
    let mut ledger = Ledger::open(&app);
    let feeder = Feeder::new(&app.bootstrap);
    for page in &pages {
        feeder.send(&app.input, Some(0), None, Some(page.as_bytes()), &[]);
    }
    feeder.flush();
    let mut deaths = 0;
    until("fates of all pages", Duration::from_secs(120), || {
        ledger.turn();
        if worker.poll_end().is_some() {
            deaths += 1;
            assert!(deaths < 12, "it dies again and again:\n{}", worker.log());
            worker = app.start(Some("pod"), &[]);
        }
        (ledger.count() == pages.len()).then_some(())
    });
    assert_eq!(worker.drain(), 0);
    assert!(deaths >= 3, "{deaths} deaths");
    for (offset, fates) in &ledger.fates {
        let expected = if offset.1 == 4 { ("dead", Some("crash")) } else { ("new", None) };
        assert_eq!(fates.len(), 1);
        assert_eq!((fates[0].outcome.as_str(), fates[0].reason.as_deref()), expected, "page {offset:?}");
    }
    let letters = dead(&app);
    assert_eq!(letters[&(0, 4)].value.as_deref(), Some(pages[4].as_bytes()));
    assert_eq!(read_settled(&app.bootstrap, &app.topic("articles")).len(), 8);
}
