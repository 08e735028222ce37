//! Presets from outside: archives and crawlers' files through `process`, samples through `check`, Avro with a schema registry.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

fn feedmill(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_feedmill")).args(words).current_dir(folder).output().unwrap()
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(|l| serde_json::from_slice(l).unwrap()).collect()
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Paragraphs of words that no other story has.
fn story(n: u64) -> Vec<String> {
    let word = |w: u64| format!("w{:x}", (n << 32 | w).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40);
    (0..4).map(|p| format!("On Tuesday {} said so.", (0..60).map(|w| word(p * 60 + w)).collect::<Vec<_>>().join(" "))).collect()
}

fn page(n: u64) -> String {
    let body: String = story(n).iter().map(|p| format!("<p>{p}</p>")).collect();
    format!(
        "<!doctype html><html lang=en><head><title>Story {n}</title></head><body><article><h1>Story {n}</h1>{body}</article></body></html>"
    )
}

fn url(n: u64) -> String {
    format!("https://news{n}.test/2026/03/story-{n}")
}

fn record(kind: &str, media: &str, n: u64, block: &str) -> Vec<u8> {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{n}>\r\nWARC-Date: 2026-03-03T09:15:27Z\r\nWARC-Target-URI: {}\r\n\
         Content-Type: {media}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
        url(n),
        block.len()
    )
    .into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn archives_go_through_process_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let response = |n| {
        record(
            "response",
            "application/http; msgtype=response",
            n,
            &format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{}", page(n)),
        )
    };
    // One gzip member a record, as archives have it; between them one that is none.
    let mut warc: Vec<u8> = (1..=20)
        .flat_map(|n| [gzip(&record("request", "application/http", n, "GET / HTTP/1.1\r\n\r\n")), gzip(&response(n))].concat())
        .collect();
    warc.extend(gzip(b"this is no record\r\n"));
    warc.extend(gzip(&response(21)));
    std::fs::write(folder.path().join("crawl.warc.gz"), &warc).unwrap();
    let wet: Vec<u8> = (30..40).flat_map(|n| record("conversion", "text/plain", n, &story(n).join("\n"))).collect();
    std::fs::write(folder.path().join("crawl.warc.wet"), wet).unwrap();
    let output = feedmill(folder.path(), &["process", "crawl.warc.gz", "crawl.warc.wet", "--outcomes", "outcomes", "--dead", "dead"]);
    assert!(output.status.success(), "{}", told(&output));
    let outcomes = lines(&std::fs::read(folder.path().join("outcomes")).unwrap());
    assert_eq!(outcomes.len(), 2 * 20 + 1 + 1 + 10);
    let count = |what: &str| outcomes.iter().filter(|o| o["outcome"] == what || o["reason"] == what).count();
    assert_eq!((count("no_page"), count("invalid_warc")), (20, 1));
    let articles = lines(&output.stdout);
    assert!(articles.len() >= 21, "{} articles: {:?}", articles.len(), outcomes.iter().map(|o| &o["reason"]).collect::<Vec<_>>());
    let first = &articles[0];
    assert_eq!(
        (&first["url"], &first["source"]["preset"], &first["source"]["event_id"]),
        (&json!(url(1)), &json!("warc"), &json!("urn:uuid:1"))
    );
    assert!(first["text"].as_str().unwrap().contains(&story(1)[0]));
    assert_eq!(first["source"]["fetched_at"], "2026-03-03T09:15:27Z");
}

#[test]
fn mappings_of_the_configuration_and_samples() {
    let folder = tempfile::tempdir().unwrap();
    let config = "[input.mappings.ours]\npages = \"/items\"\nurl = \"/link\"\nhtml = \"/page\"\nid = \"/n\"\nattributes = [\"/crawl\", \"^/batch\"]\nonly = { \"/kind\" = \"page\" }\n";
    std::fs::write(folder.path().join("feedmill.toml"), config).unwrap();
    let items = json!([
        {"link": url(1), "page": page(1), "n": 1, "kind": "page", "crawl": 7, "depth": 2},
        {"link": url(2), "kind": "image"},
        {"page": "no address", "kind": "page"},
    ]);
    std::fs::write(folder.path().join("feed.jsonl"), format!("{}\n", json!({"batch": "b", "items": items}))).unwrap();
    let output =
        feedmill(folder.path(), &["process", "--config", "feedmill.toml", "--preset", "ours", "feed.jsonl", "--outcomes", "outcomes"]);
    assert!(output.status.success(), "{}", told(&output));
    let articles = lines(&output.stdout);
    assert_eq!(articles.len(), 1);
    assert_eq!(articles[0]["source"]["attributes"], json!({"crawl": 7, "batch": "b"}));
    let outcomes = lines(&std::fs::read(folder.path().join("outcomes")).unwrap());
    let mut reasons: Vec<(u64, Option<&str>)> =
        outcomes.iter().map(|o| (o["source"]["item"].as_u64().unwrap(), o["reason"].as_str())).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, [(0, None), (1, Some("no_page")), (2, Some("missing_field"))]);

    let sample = feedmill(folder.path(), &["check", "--config", "feedmill.toml", "--sample", "feed.jsonl", "--preset", "ours"]);
    let text = told(&sample);
    assert_eq!(sample.status.code(), Some(2), "{text}");
    for part in ["read by preset ours", &url(1), "skipped (no_page)", "dead (missing_field)", "what to do", "/items/*/depth"] {
        assert!(text.contains(part), "{part} not in {text}");
    }
    let listed = told(&feedmill(folder.path(), &["check", "--config", "feedmill.toml", "--presets"]));
    assert!(listed.contains("scrapy-cluster") && listed.contains("ours"), "{listed}");
    let unknown = told(&feedmill(folder.path(), &["process", "--preset", "scrapy", "feed.jsonl"]));
    assert!(unknown.contains("scrapy-cluster, ache"), "{unknown}");
}

#[test]
fn the_format_of_a_sample_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    for case in [
        "scrapy_cluster_text",
        "ache_json",
        "firecrawl_page",
        "crawl4ai_result",
        "nutch_dump",
        "zyte_browser",
        "cdr_31",
        "native_unknown_fields",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cases/presets/{case}.json"));
        let case: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let file = folder.path().join("sample.json");
        std::fs::write(&file, case["value"].to_string()).unwrap();
        let text = told(&feedmill(folder.path(), &["check", "--sample", "sample.json"]));
        let preset = case["preset"].as_str().unwrap();
        assert!(text.contains(&format!("read by preset {preset} (guessed")), "{preset}: {text}");
    }
}

/// A registry with one schema, 7, and a password. Gives its address and the paths that it was asked for.
fn registry(schema: String) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !request.ends_with(b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(n @ 1..) => request.extend_from_slice(&buffer[..n]),
                    _ => break,
                }
            }
            let request = String::from_utf8_lossy(&request).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let body = match path.as_str() {
                // user:s3cret
                _ if !request.contains("Basic dXNlcjpzM2NyZXQ=") => ("401 Unauthorized", json!({})),
                "/schemas/ids/7" | "/schemas/guids/41424344-4546-4748-494a-4b4c4d4e4f50" => ("200 OK", json!({"schema": schema})),
                "/schemas/ids/8" => ("200 OK", json!({"schema": "{}", "schemaType": "PROTOBUF"})),
                _ => ("404 Not Found", json!({"error_code": 40403, "message": "Schema not found"})),
            };
            log.lock().unwrap().push(path);
            let (status, body) = (body.0, body.1.to_string());
            let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        }
    });
    (address, asked)
}

#[test]
fn avro_is_read_by_the_schema_of_the_registry() {
    let schema = json!({
        "type": "record", "name": "Page", "namespace": "test",
        "fields": [
            {"name": "url", "type": "string"},
            {"name": "status", "type": ["null", "int"], "default": null},
            {"name": "fetched_at", "type": ["null", "string"], "default": null},
            {"name": "body_base64", "type": "bytes"},
            {"name": "headers", "type": {"type": "map", "values": "string"}},
            {"name": "crawler", "type": {"type": "enum", "name": "Crawler", "symbols": ["ONE", "TWO"]}},
        ],
    })
    .to_string();
    let parsed = apache_avro::Schema::parse_str(&schema).unwrap();
    let value = apache_avro::types::Value::Record(vec![
        ("url".into(), apache_avro::types::Value::String(url(1))),
        ("status".into(), apache_avro::types::Value::Union(1, Box::new(apache_avro::types::Value::Int(200)))),
        ("fetched_at".into(), apache_avro::types::Value::Union(0, Box::new(apache_avro::types::Value::Null))),
        ("body_base64".into(), apache_avro::types::Value::Bytes(page(1).into_bytes())),
        (
            "headers".into(),
            apache_avro::types::Value::Map([("Content-Type".to_owned(), apache_avro::types::Value::String("text/html".into()))].into()),
        ),
        ("crawler".into(), apache_avro::types::Value::Enum(1, "TWO".into())),
    ]);
    let writer = apache_avro::writer::datum::GenericDatumWriter::builder(&parsed).build().unwrap();
    let payload = writer.write_value_to_vec(value).unwrap();
    let (address, asked) = registry(schema);
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "user:s3cret\n").unwrap();
    let check = |framed: &[u8], auth: &str| {
        std::fs::write(folder.path().join("record.bin"), framed).unwrap();
        let words = ["check", "--sample", "record.bin", "--preset", "confluent-avro"];
        let sets = [format!("input.schema_registry={address}"), format!("input.schema_registry_auth={auth}")];
        feedmill(folder.path(), &[&words[..], &["--set", &sets[0], "--set", &sets[1]]].concat())
    };
    let auth = format!("${{file:{}}}", secret.display());
    for head in [&[0, 0, 0, 0, 7][..], b"\x01ABCDEFGHIJKLMNOP"] {
        let output = check(&[head, &payload].concat(), &auth);
        let text = told(&output);
        assert!(output.status.success(), "{text}");
        for part in [url(1), format!("{} bytes", page(1).len()), "content_type text/html".into(), "/crawler".into()] {
            assert!(text.contains(&part), "{part} not in {text}");
        }
    }
    for (id, why) in [(9, "the registry has no such schema"), (8, "it is no Avro schema")] {
        let text = told(&check(&[&[0, 0, 0, 0, id][..], &payload].concat(), &auth));
        assert!(text.contains("dead (unknown_schema)") && text.contains(why), "{text}");
    }
    let broken = told(&check(&[&[0, 0, 0, 0, 7][..], &payload[..10]].concat(), &auth));
    assert!(broken.contains("dead (invalid_avro)"), "{broken}");
    assert!(asked.lock().unwrap().iter().any(|p| p == "/schemas/ids/7"));
}
