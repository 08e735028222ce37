//! Good and bad events.

use super::*;

const LIMITS: InLimits = InLimits { page_bytes: 1000 };

fn read(json: impl Into<Vec<u8>>) -> Result<PageEvent, Refusal> {
    let record = Record {
        topic: "pages".into(),
        partition: 0,
        offset: 0,
        timestamp: Some(1_700_000_000_000),
        key: None,
        value: Some(json.into()),
        headers: Vec::new(),
    };
    decode(&record, &LIMITS)
}

fn with(fields: &str) -> Result<PageEvent, Refusal> {
    read(format!(r#"{{"url":"https://a.test/x",{fields}}}"#))
}

fn dead(got: Result<PageEvent, Refusal>) -> (DeadReason, String) {
    match got {
        Err(Refusal::Dead { reason, message }) => (reason, message),
        other => panic!("expected a dead letter, got {other:?}"),
    }
}

#[test]
fn reads_every_field() {
    let event = read(
        r#"{"url":"https://a.test/x","final_url":"http://b.test/","id":"7","op":"page","fetched_at":"2024-05-01T12:00:00+02:00",
        "status":404,"headers":{"Content-Type":"text/html; charset=utf-8","X-Robots-Tag":["noai","noarchive"],"Nothing":null},
        "html":"<p>h\u00e9","text":"no","title":"T","language":"de","attributes":{"b":1,"a":[true]},"later":{"deep":[1,{"x":null}]}}"#,
    )
    .unwrap();
    assert_eq!(event.url, "https://a.test/x");
    assert_eq!(event.final_url.as_deref(), Some("http://b.test/"));
    assert_eq!(event.id.as_deref(), Some("7"));
    assert_eq!(event.op, Op::Page);
    assert_eq!(event.fetched_at, Some(1_714_557_600_000));
    assert_eq!(event.status, 404);
    let pairs: Vec<(&str, &str)> = event.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(pairs, [("content-type", "text/html; charset=utf-8"), ("x-robots-tag", "noai"), ("x-robots-tag", "noarchive")]);
    assert_eq!(event.content_type.as_deref(), Some("text/html; charset=utf-8"));
    assert_eq!(event.body, Body::Html("<p>hé".into()));
    assert_eq!((event.title.as_deref(), event.language.as_deref()), (Some("T"), Some("de")));
    assert_eq!(event.attributes.unwrap().to_string(), r#"{"b":1,"a":[true]}"#);
}

#[test]
fn defaults_of_a_bare_event() {
    let event = read(r#"{"url":"https://a.test/x","id":null,"html":null,"status":null,"headers":null,"attributes":null}"#).unwrap();
    assert_eq!((event.status, event.op, event.body), (200, Op::Page, Body::None));
    assert_eq!(event.fetched_at, Some(1_700_000_000_000));
    assert_eq!((event.final_url, event.id, event.content_type, event.attributes), (None, None, None, None));
}

#[test]
fn wrong_types_are_named() {
    for (fields, message) in [
        (r#""fetched_at":1714557600"#, "fetched_at: expected a date-time, found number"),
        (r#""fetched_at":"yesterday""#, "fetched_at: expected a date-time, found \"yesterday\""),
        (r#""status":"200""#, "status: expected an HTTP status, found string"),
        (r#""status":70000"#, "status: expected an HTTP status, found number"),
        (r#""status":200.5"#, "status: expected an HTTP status, found number"),
        (r#""status":-1"#, "status: expected an HTTP status, found number"),
        (r#""html":{"a":["<p>"]}"#, "html: expected a string, found object"),
        (r#""text":["a"]"#, "text: expected a string, found array"),
        (r#""body_base64":5"#, "body_base64: expected a string, found number"),
        (r#""id":5"#, "id: expected a string, found number"),
        (r#""title":true"#, "title: expected a string, found boolean"),
        (r#""op":1"#, "op: expected a string, found number"),
        (r#""headers":"x""#, "headers: expected an object, found string"),
        (r#""headers":[["a","b"]]"#, "headers: expected an object, found array"),
        (r#""headers":{"Age":5}"#, "headers.age: expected a string or a list of strings, found number"),
        (r#""headers":{"Age":["5",6]}"#, "headers.age: expected a string or a list of strings, found number"),
        (r#""attributes":"x""#, "attributes: expected an object, found string"),
        (r#""attributes":[]"#, "attributes: expected an object, found array"),
        (r#""language":3,"title":4"#, "language: expected a string, found number"),
    ] {
        assert_eq!(dead(with(fields)), (DeadReason::WrongType, message.to_owned()), "{fields}");
    }
    assert_eq!(dead(read(r#"{"url":7}"#)), (DeadReason::WrongType, "url: expected a string, found number".into()));
    for (json, found) in [("[1,[2]]", "array"), ("\"x\"", "string"), ("5", "number"), ("null", "null"), ("true", "boolean")] {
        assert_eq!(dead(read(json)), (DeadReason::WrongType, format!("the event: expected an object, found {found}")));
    }
}

#[test]
fn a_missing_or_bad_address() {
    assert_eq!(dead(read(r#"{"html":"<p>"}"#)), (DeadReason::MissingField, "url is missing".into()));
    assert_eq!(dead(read(r#"{"url":null}"#)).0, DeadReason::MissingField);
    for url in ["", "nowhere", "/path", "ftp://a.test/", "mailto:a@b.test", "http://", "https:///", "data:text/html,x"] {
        assert_eq!(dead(read(format!(r#"{{"url":"{url}"}}"#))).0, DeadReason::InvalidUrl, "{url}");
    }
    let (reason, message) = dead(with(r#""final_url":"about:blank""#));
    assert_eq!((reason, message.as_str()), (DeadReason::InvalidUrl, "final_url: \"about:blank\" is neither http nor https"));
    assert!(dead(read(format!(r#"{{"url":"{}"}}"#, "x".repeat(900)))).1.len() < 200);
}

#[test]
fn times_with_and_without_a_zone() {
    for (text, millis) in [
        ("2024-05-01T12:00:00Z", 1_714_564_800_000),
        ("2024-05-01T12:00:00", 1_714_564_800_000),
        ("2024-05-01 12:00:00.250", 1_714_564_800_250),
        ("2024-05-01T12:00:00-05:00", 1_714_582_800_000),
        ("2024-05-01", 1_714_521_600_000),
    ] {
        assert_eq!(with(&format!(r#""fetched_at":"{text}""#)).unwrap().fetched_at, Some(millis), "{text}");
    }
}

#[test]
fn ops() {
    assert_eq!(with(r#""op":"remove""#).unwrap().op, Op::Remove);
    assert_eq!(with(r#""op":"restore","reason":"court""#).unwrap().op, Op::Restore { reason: Some("court".into()) });
    let (reason, message) = dead(with(r#""op":"Delete""#));
    assert_eq!((reason, message.as_str()), (DeadReason::UnknownOp, "op: expected page, remove or restore, found \"Delete\""));
}

#[test]
fn the_first_body_in_the_contracts_order_counts() {
    assert_eq!(with(r#""text":"t","html":"h","body_base64":"aGk=""#).unwrap().body, Body::Bytes(b"hi".to_vec()));
    assert_eq!(with(r#""text":"t","html":"h""#).unwrap().body, Body::Html("h".into()));
    assert_eq!(with(r#""text":"t","html":"""#).unwrap().body, Body::Html(String::new()));
    assert_eq!(with(r#""text":"t""#).unwrap().body, Body::Text("t".into()));
}

#[test]
fn base64_with_and_without_padding_and_lines() {
    for text in ["aGk=", "aGk", "aG\\r\\nk=", " aGk= "] {
        assert_eq!(with(&format!(r#""body_base64":"{text}""#)).unwrap().body, Body::Bytes(b"hi".to_vec()), "{text}");
    }
    for text in ["aG*=", "a", "<html>"] {
        let (reason, message) = dead(with(&format!(r#""body_base64":"{text}""#)));
        assert_eq!(reason, DeadReason::InvalidBase64);
        assert!(message.starts_with("body_base64: "), "{message}");
    }
}

#[test]
fn pages_over_the_limit() {
    let at = "x".repeat(1000);
    let over = "x".repeat(1001);
    assert!(with(&format!(r#""html":"{at}""#)).is_ok());
    assert_eq!(dead(with(&format!(r#""html":"{over}""#))).0, DeadReason::TooLarge);
    assert_eq!(dead(with(&format!(r#""text":"{over}""#))).0, DeadReason::TooLarge);
    let encoded = |n: usize| format!(r#""body_base64":"{}""#, BASE64.encode(vec![b'x'; n]));
    assert!(with(&encoded(1000)).is_ok());
    assert_eq!(dead(with(&encoded(1001))).0, DeadReason::TooLarge);
    // Far over: not even looked into, so that broken JSON does not matter.
    assert_eq!(dead(read(vec![b'{'; LIMITS.event_bytes() + 1])).0, DeadReason::TooLarge);
}

#[test]
fn invalid_json_tells_where() {
    let (reason, message) = dead(read("{\"url\":\"https://a.test/\",\n oops}"));
    assert_eq!(reason, DeadReason::InvalidJson);
    assert!(message.contains("line 2 column 2"), "{message}");
    for json in [&b""[..], b"{", b"{}x", b"{\"url\":\"\xff\"}", b"\xff\xfe{\0", b"{\"url\":\"a\nb\"}", b"{\"url\" 1}"] {
        assert_eq!(dead(read(json)).0, DeadReason::InvalidJson, "{}", String::from_utf8_lossy(json));
    }
}

#[test]
fn deep_nesting_is_invalid_and_harmless() {
    let limits = InLimits { page_bytes: 1 << 20 };
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(60_000), close.repeat(60_000));
        for json in [
            deep.clone(),
            format!(r#"{{"url":"https://a.test/","other":{deep}}}"#),
            format!(r#"{{"url":"https://a.test/","attributes":{{"x":{deep}}}}}"#),
            format!(r#"{{"url":"https://a.test/","headers":{{"x":{deep}}}}}"#),
            format!(r#"{{"url":"https://a.test/","html":{deep}}}"#),
        ] {
            let record = Record {
                topic: "t".into(),
                partition: 0,
                offset: 0,
                timestamp: None,
                key: None,
                value: Some(json.into_bytes()),
                headers: Vec::new(),
            };
            assert_eq!(dead(decode(&record, &limits)).0, DeadReason::InvalidJson);
        }
    }
}

#[test]
fn half_a_surrogate_pair_becomes_a_replacement_character() {
    assert_eq!(with(r#""text":"a\ud83d b \ud83d\ude00 c\udE00""#).unwrap().body, Body::Text("a\u{fffd} b 😀 c\u{fffd}".into()));
    assert_eq!(with(r#""text":"\\ud83d""#).unwrap().body, Body::Text("\\ud83d".into()));
}

#[test]
fn escaped_names_and_doubled_fields() {
    let event = read(r#"{"\u0075rl":"https://a.test/1","url":"https://a.test/2","text":"x"}"#).unwrap();
    assert_eq!(event.url, "https://a.test/2");
}

#[test]
fn a_null_value_is_a_tombstone() {
    let record = Record { topic: "t".into(), partition: 0, offset: 0, timestamp: None, key: None, value: None, headers: Vec::new() };
    assert_eq!(decode(&record, &LIMITS), Err(Refusal::Skipped(SkipReason::Tombstone)));
}
