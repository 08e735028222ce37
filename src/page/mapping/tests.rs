//! The table's reader on its own: choice of candidates, skips, fields without a home.

use super::*;
use serde_json::json;

const TABLE: Mapping = Mapping {
    name: "test",
    about: "a table of the tests",
    pages: &["/pages"],
    fields: &[
        (Target::Url, &["/url", "/meta/url"]),
        (Target::Id, &["^/job"]),
        (Target::Status, &["/status"]),
        (Target::FetchedAt, &["/at"]),
        (Target::Headers, &["/headers"]),
        (Target::Charset, &["/enc"]),
        (Target::MarkupOrBase64, &["/body"]),
        (Target::Markdown, &["/md"]),
        (Target::Text, &["/text"]),
        (Target::Title, &["/title"]),
    ],
    attributes: &["/meta/crawl", "^/job"],
    skip: &[Skip::no_page("/type", When::IsNot(&["page"])), Skip::no_page("^/kind", When::Is(&["ping"]))],
    known: &["/links"],
};

const LIMITS: InLimits = InLimits { page_bytes: 1000 };

fn read(message: Value) -> Vec<Result<PageEvent, Refusal>> {
    TABLE.pages(message, Some(7), &LIMITS)
}

fn page(message: Value) -> PageEvent {
    read(message).remove(0).unwrap()
}

fn reason(message: Value) -> String {
    match read(message).remove(0).unwrap_err() {
        Refusal::Skipped(reason) => reason.name().to_owned(),
        Refusal::Dead { reason, message } => format!("{}: {message}", reason.name()),
    }
}

#[test]
fn the_first_candidate_that_holds_something_counts() {
    let p =
        page(json!({"url": "", "meta": {"url": "https://a.test/1", "crawl": {"x": 1}}, "body": "", "md": null, "text": "plain", "job": 9}));
    assert_eq!((p.url.as_str(), p.id.as_deref(), p.fetched_at), ("https://a.test/1", Some("9"), Some(7)));
    assert_eq!((p.body, p.attributes), (Body::Text("plain".into()), Some(json!({"crawl": {"x": 1}, "job": 9}))));
    assert_eq!(page(json!({"url": "https://a.test/", "body": "", "text": ""})).body, Body::Text(String::new()));
    assert_eq!(page(json!({"url": "https://a.test/"})).body, Body::None);
    let p = page(json!({"url": ["https://a.test/"], "title": ["A", "B"], "text": ["one"], "status": "404 Not Found", "at": 1_784_800_800}));
    assert_eq!((p.title.as_deref(), p.status, p.fetched_at), (Some("A"), 404, Some(1_784_800_800_000)));
    assert_eq!(p.body, Body::Text("one".into()));
}

#[test]
fn markup_and_base64_are_told_apart() {
    let of = |body: &str| page(json!({"url": "https://a.test/", "body": body, "enc": "iso-8859-7"}));
    assert_eq!(of("<p>x").body, Body::Html("<p>x".into()));
    assert_eq!(of("PHA+SGVsbG8gd29ybGQ8L3A+PHA+").body, Body::Bytes(b"<p>Hello world</p><p>".to_vec()));
    assert_eq!(of("PHA+SGVsbG8gd29ybGQ8L3A+PHA+\n").content_type.as_deref(), Some("text/html; charset=iso-8859-7"));
    // Words, not base64: too short, or with a space.
    for text in ["Hello", "Hello world this is a longer text without any tag"] {
        assert_eq!(of(text).body, Body::Html(text.into()));
    }
}

#[test]
fn several_pages_and_none() {
    let pages =
        read(json!({"job": "j", "pages": [{"url": "https://a.test/1"}, {"no": 1}, 3, {"url": "https://a.test/2", "type": "image"}]}));
    assert_eq!(pages.len(), 4);
    assert_eq!(pages[0].as_ref().unwrap().id.as_deref(), Some("j"));
    assert!(matches!(&pages[1], Err(Refusal::Dead { reason: DeadReason::MissingField, message }) if message.contains("/url or /meta/url")));
    assert!(matches!(&pages[2], Err(Refusal::Dead { reason: DeadReason::WrongType, .. })));
    assert_eq!(pages[3], Err(Refusal::Skipped(SkipReason::NoPage)));
    assert_eq!(reason(json!({"pages": []})), "no_page");
    assert_eq!(reason(json!({"kind": "ping"})), "no_page");
    assert_eq!(read(json!({"pages": {"url": "https://a.test/"}})).len(), 1);
}

#[test]
fn wrong_values_are_named_by_their_pointer() {
    let with = |name: &str, value: Value| {
        let mut message = json!({"url": "https://a.test/"});
        message[name] = value;
        reason(message)
    };
    assert_eq!(with("url", json!({})), "wrong_type: /url: expected a string, found object");
    assert_eq!(with("url", json!("ftp://a.test")), "invalid_url: url: \"ftp://a.test\" is neither http nor https");
    assert_eq!(with("status", json!("many")), "wrong_type: /status: expected an HTTP status, found \"many\"");
    assert_eq!(with("at", json!("yesterday")), "wrong_type: /at: expected a time, found \"yesterday\"");
    assert_eq!(with("headers", json!(3)), "wrong_type: /headers: headers: expected HTTP headers");
    assert_eq!(with("body", json!({"a": 1})), "wrong_type: /body: expected a string, found object");
    assert!(with("text", json!("x".repeat(1001))).starts_with("too_large"));
    assert_eq!(reason(json!(["x"])), "wrong_type: the message: expected an object, found array");
}

#[test]
fn fields_without_a_home_are_found() {
    let message =
        json!({"job": 1, "extra": {"deep": 1}, "pages": [{"url": "u", "links": [1], "odd": {"a~b/c": 1}}, {"odd": {"more": [1, 2]}}]});
    assert_eq!(TABLE.homeless(&message), ["/extra/deep", "/pages/*/odd/a~0b~1c", "/pages/*/odd/more"]);
    assert_eq!(TABLE.homeless(&json!({"url": "u", "meta": {"crawl": {"x": 1}, "other": 2}})), ["/meta/other"]);
}
