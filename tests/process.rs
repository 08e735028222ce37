//! `feedmill process` from outside: the binary on small inputs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own for each test, and what `process` makes of the files in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        lines(&std::fs::read(self.path(name)).unwrap())
    }

    /// Runs with all outputs in the folder.
    fn process(&self, arguments: &[&str], stdin: &[u8]) -> Output {
        let mut all = vec!["--outcomes", "outcomes", "--duplicates", "duplicates", "--dead", "dead"];
        all.extend(arguments);
        run(self.0.path(), &all, stdin)
    }
}

fn run(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_feedmill"))
        .arg("process")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap()
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(|l| serde_json::from_slice(l).unwrap()).collect()
}

fn articles(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    lines(&output.stdout)
}

/// A clean text of its own words, for preset `article`.
fn page(n: usize) -> Value {
    // No two pages share a run of words: a copy would be a duplicate.
    let word = |w: usize| ((n as u64) << 32 | w as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let words: Vec<String> = (0..60).map(|w| format!("w{:x}", word(w))).collect();
    json!({"id": n.to_string(), "url": format!("https://news{n}.test/story-{n}"), "title": format!("Story {n}"), "text": words.join(" ")})
}

fn jsonl(events: impl IntoIterator<Item = Value>) -> Vec<u8> {
    events.into_iter().flat_map(|e| format!("{e}\n").into_bytes()).collect()
}

fn event_ids(records: &[Value]) -> Vec<&str> {
    records.iter().map(|r| r["source"]["event_id"].as_str().unwrap()).collect()
}

#[test]
fn articles_come_out_in_input_order_with_every_fate_told() {
    let place = Place::new();
    place.file("pages.jsonl", jsonl((0..1500).map(page)));
    let output = place.process(&["--preset", "article", "pages.jsonl"], b"");
    let records = articles(&output);
    let expected: Vec<String> = (0..1500).map(|n| n.to_string()).collect();
    assert_eq!(event_ids(&records), expected);
    assert_eq!(records[7]["title"], "Story 7");
    assert_eq!(records[7]["text"], page(7)["text"]);
    assert_eq!(records[7]["schema"], "feedmill.article/1");
    assert_eq!(records[7]["source"]["topic"], "pages.jsonl");
    assert_eq!((&records[7]["source"]["offset"], &records[7]["source"]["timestamp"]), (&json!(7), &Value::Null));
    // Generation 1, then the running number of the page.
    assert_eq!(records[7]["version"], json!((1u64 << 40) + 7));
    let outcomes = place.lines("outcomes");
    assert_eq!(outcomes.len(), 1500);
    assert!(outcomes.iter().enumerate().all(|(n, o)| o["outcome"] == "new" && o["source"]["offset"] == n));
    assert!(place.lines("dead").is_empty());
    assert!(output.stderr.is_empty(), "nothing but errors goes to a standard error that is no terminal");
}

#[test]
fn thread_counts_give_the_same_bytes() {
    let place = Place::new();
    let mut events: Vec<Value> = (0..700).map(page).collect();
    for n in (0..700).step_by(13) {
        events[n] = json!({"id": n.to_string(), "url": "nowhere", "text": "x"});
    }
    place.file("pages.jsonl", jsonl(events));
    let outputs = ["1", "2"].map(|threads| {
        let set = format!("run.threads={threads}");
        let output = place.process(&["--preset", "article", "--set", &set, "pages.jsonl"], b"");
        assert!(output.status.success());
        let files = ["outcomes", "duplicates", "dead"].map(|name| std::fs::read(place.path(name)).unwrap());
        (output.stdout, files)
    });
    assert!(!outputs[0].0.is_empty() && !outputs[0].1[2].is_empty());
    assert_eq!(outputs[0], outputs[1]);
}

#[test]
fn compressed_files_and_standard_input() {
    let place = Place::new();
    let text = jsonl((0..3).map(page));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&text).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(&text[..], 1).unwrap();
    place.file("a", &gzip);
    place.file("b", &zstd);
    let plain = &["--preset", "article", "--set", "dedup.enabled=false"][..];
    for (files, stdin, topics) in [
        (&["a", "b"][..], &b""[..], &["a", "a", "a", "b", "b", "b"][..]),
        (&["-"], &text, &["-", "-", "-"]),
        (&[], &text, &["-", "-", "-"]),
        (&[], &gzip, &["-", "-", "-"]),
        (&["a", "-"], &zstd, &["a", "a", "a", "-", "-", "-"]),
        (&[], b"", &[]),
    ] {
        let records = articles(&place.process(&[plain, files].concat(), stdin));
        let got: Vec<&str> = records.iter().map(|r| r["source"]["topic"].as_str().unwrap()).collect();
        assert_eq!(got, topics);
        let offsets: Vec<usize> = records.iter().map(|r| r["source"]["offset"].as_u64().unwrap() as usize).collect();
        assert_eq!(offsets, (0..records.len()).map(|n| n % 3).collect::<Vec<_>>());
    }
}

#[test]
fn a_markup_page_in_bytes_goes_through() {
    let place = Place::new();
    let event = json!({"id": "1", "url": "https://a.test/", "content_type": "image/png", "body_base64": "iVBORw0KGgo="});
    articles(&place.process(&[], event.to_string().as_bytes()));
    let outcomes = place.lines("outcomes");
    assert_eq!((&outcomes[0]["outcome"], &outcomes[0]["reason"]), (&json!("skipped"), &json!("unsupported_type")));
    assert_eq!(outcomes[0]["event_id"], "1");
}

#[test]
fn bad_lines_are_dead_and_the_rest_goes_on() {
    let place = Place::new();
    let mut input = b"{\"url\": broken\n\n".to_vec();
    input.extend(jsonl([
        page(1),
        json!({"url": "https://a.test/", "text": 5}),
        json!({"text": "no address"}),
        json!({"url": "https://a.test/", "op": "erase"}),
        json!({"url": "https://a.test/", "body_base64": "***"}),
        json!({"url": "https://a.test/", "text": ""}),
    ]));
    input.extend(b"\xff\xfe not UTF-8\r\n");
    let records = articles(&place.process(&["--preset", "article"], &input));
    assert_eq!(event_ids(&records), ["1"]);
    // The running number counts refused pages too.
    assert_eq!(records[0]["version"], json!((1u64 << 40) + 1));
    let fates: Vec<(u64, String)> = place
        .lines("outcomes")
        .iter()
        .map(|o| (o["source"]["offset"].as_u64().unwrap(), o["reason"].as_str().unwrap_or("-").to_owned()))
        .collect();
    let expected = [
        (0, "invalid_json"),
        (2, "-"),
        (3, "wrong_type"),
        (4, "missing_field"),
        (5, "unknown_op"),
        (6, "invalid_base64"),
        (7, "empty_body"),
        (8, "invalid_json"),
    ];
    assert_eq!(fates, expected.map(|(n, r)| (n, r.to_owned())));
    let dead = place.lines("dead");
    assert_eq!(dead.len(), 6);
    assert_eq!((&dead[0]["key"], &dead[0]["value"]), (&Value::Null, &json!("{\"url\": broken")));
    let headers = &dead[1]["headers"];
    assert_eq!(headers["feedmill.dead.reason"], "wrong_type");
    assert_eq!(headers["feedmill.dead.message"], "text: expected a string, found number");
    assert_eq!((&headers["feedmill.dead.topic"], &headers["feedmill.dead.offset"]), (&json!("-"), &json!("3")));
    assert_eq!(headers.get("feedmill.dead.sha256"), None);
    assert_eq!(dead[5]["value_base64"], "//4gbm90IFVURi04");
}

#[test]
fn a_line_over_the_limit_is_dead_with_its_size_and_hash() {
    use sha2::{Digest, Sha256};
    let place = Place::new();
    // Room for the other fields is a mebibyte, hence a line beyond that.
    let long = format!(r#"{{"url":"https://a.test/","text":"{}"}}"#, "x".repeat(3 << 20));
    let input = format!("{long}\n{}\n", page(1));
    let records = articles(&place.process(&["--preset", "article", "--set", "limits.page_bytes=2000"], input.as_bytes()));
    assert_eq!(event_ids(&records), ["1"]);
    let dead = &place.lines("dead")[0];
    let headers = &dead["headers"];
    assert_eq!(headers["feedmill.dead.reason"], "too_large");
    assert_eq!(headers["feedmill.dead.original_size"], long.len().to_string());
    let hash: String = Sha256::digest(&long).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(headers["feedmill.dead.sha256"], hash);
    let value = dead["value"].as_str().unwrap();
    assert!(long.starts_with(value) && value.len() > 900_000 && value.len() < 1_000_000);
}

#[test]
fn limits_are_those_of_run() {
    let place = Place::new();
    let event = json!({"url": "https://a.test/", "id": "1", "text": "word ".repeat(4000)});
    let output = place.process(&["--preset", "article", "--set", "limits.record_bytes=20000"], event.to_string().as_bytes());
    assert_eq!(articles(&output), [] as [Value; 0]);
    assert_eq!(place.lines("outcomes")[0]["reason"], "record_too_large");
}

#[test]
fn what_is_wrong_at_the_start_is_one_message_and_code_2() {
    let place = Place::new();
    place.file("pages.jsonl", jsonl([page(1)]));
    for (arguments, message) in [
        (&["missing.jsonl"][..], "feedmill: missing.jsonl: No such file or directory"),
        (&["pages.jsonl", "missing.jsonl"], "feedmill: missing.jsonl: No such file or directory"),
        (&["."], "feedmill: .: is a folder"),
        (&["--preset", "no-such", "pages.jsonl"], "feedmill: --preset no-such: "),
        (&["--set", "no.such=1", "pages.jsonl"], "feedmill: --set no.such: unknown key"),
        (&["--dead", "no/such/folder", "pages.jsonl"], "feedmill: no/such/folder: No such file or directory"),
        (&["--dead", "pages.jsonl", "pages.jsonl"], "feedmill: pages.jsonl: is an input"),
        (&["--dead", "x", "--outcomes", "x", "pages.jsonl"], "feedmill: x: is named for two outputs"),
    ] {
        let output = run(place.0.path(), arguments, b"");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.starts_with(message), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(place.lines("pages.jsonl").len(), 1, "an input was emptied");
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let place = Place::new();
    place.file("pages.jsonl", jsonl((0..3000).map(page)));
    let mut child = Command::new(env!("CARGO_BIN_EXE_feedmill"))
        .args(["process", "--preset", "article", "pages.jsonl"])
        .current_dir(place.0.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_damaged_archive_fails_after_what_could_be_read() {
    let place = Place::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&jsonl((0..200).map(page))).unwrap();
    let whole = gzip.finish().unwrap();
    place.file("cut.gz", &whole[..whole.len() / 2]);
    let output = place.process(&["--preset", "article", "cut.gz"], b"");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.starts_with("feedmill: cut.gz: after line "), "{stderr}");
    assert!(!lines(&output.stdout).is_empty());
}
