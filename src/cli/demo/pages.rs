//! The sample pages: one of each kind that a crawler brings home, in an order in which every fate comes up.
//!
//! Sites, people and stories are made up; `.example` is reserved for that (RFC 2606).

use crate::article::{DeadReason, Outcome, SkipReason};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// One record on the input topic.
pub struct Sample {
    /// What it is, for people.
    pub what: &'static str,
    /// `None`: a record without a value.
    pub value: Option<Vec<u8>>,
    /// What becomes of it; a test holds the worker to it.
    pub expected: (Outcome, Option<&'static str>),
}

const BRIDGE_URL: &str = "https://www.courier.example/2026/05/11/harbour-bridge-reopens";
const BRIDGE: &str = include_str!("pages/bridge.html");
const WIRE: &str = include_str!("pages/wire.txt");
const OTHER_RAILS: &str = include_str!("pages/wire-copy-rails.txt");
const GERMAN_URL: &str = "https://www.bergstaedter.example/lokales/muellabfuhr-elektrisch";
const GERMAN: &str = include_str!("pages/german.html");
const JAPANESE_URL: &str = "https://minato.example/local/20260510-ekisha";
const DAY_URL: &str = "https://post.example/story-of-the-day";

/// All samples, in the order in which they are fed.
pub fn samples() -> Vec<Sample> {
    let mut all = fresh_pages();
    all.extend(known_stories());
    all.extend(no_articles());
    all.extend(removals());
    all.extend(broken_records());
    all
}

/// Stories not seen before, as markup, bare text and bytes in old charsets.
fn fresh_pages() -> Vec<Sample> {
    let new = (Outcome::New, None);
    vec![
        event("a news page with JSON-LD", new, json!({"url": BRIDGE_URL, "fetched_at": "2026-05-11T08:30:00Z", "html": BRIDGE})),
        event(
            "a wire story as bare text, with rails",
            new,
            json!({"url": "https://news.example/world/20260512/trawling", "fetched_at": "2026-05-13T06:00:00Z", "text": WIRE}),
        ),
        event("German, bytes in ISO-8859-1", new, bytes(GERMAN_URL, "2026-05-11T19:00:00Z", encoding_rs::WINDOWS_1252, GERMAN)),
        event(
            "Japanese, bytes in Shift_JIS",
            new,
            bytes(JAPANESE_URL, "2026-05-10T03:00:00Z", encoding_rs::SHIFT_JIS, include_str!("pages/japanese.html")),
        ),
        event(
            "French, no structured data",
            new,
            json!({"url": "https://echo.example/economie/apiculteurs", "fetched_at": "2026-05-09T18:00:00Z",
                   "html": include_str!("pages/french.html"), "attributes": {"feed": "regions"}}),
        ),
        event(
            "an address that changes its story",
            new,
            json!({"url": DAY_URL, "fetched_at": "2026-05-11T06:00:00Z", "html": include_str!("pages/morning.html")}),
        ),
    ]
}

/// Pages whose address or text is known already.
fn known_stories() -> Vec<Sample> {
    let recrawl = BRIDGE.replace("Most read", "Most read today").replace("otters", "otters-again");
    let revised = BRIDGE.replace("after fourteen months of repairs", "after fourteen months; tram breaks down on first day").replace(
        "<p>A second round",
        "<p>One of the first trams broke down in the middle of the crossing at nine o'clock and had to be towed to the depot, which held \
         up the line for half an hour. Nobody was hurt.</p>\n<p>A second round",
    );
    let body = WIRE.split("\nMore\n").next().unwrap_or(WIRE);
    vec![
        event(
            "a shorter copy on another site",
            (Outcome::Duplicate, None),
            json!({"url": "https://digest.example/local/bridge-open", "fetched_at": "2026-05-11T10:00:00Z", "html": include_str!("pages/copy.html")}),
        ),
        event(
            "the wire story, with other rails",
            (Outcome::Duplicate, None),
            json!({"url": "https://herald.example/sea/trawling-deal", "fetched_at": "2026-05-13T07:00:00Z", "text": format!("{body}\n{OTHER_RAILS}")}),
        ),
        event(
            "page 1 fetched again, only its rail differs",
            (Outcome::Unchanged, None),
            json!({"url": format!("{BRIDGE_URL}?utm_source=mail"), "fetched_at": "2026-05-11T12:00:00Z", "html": recrawl}),
        ),
        event(
            "page 1 with a new headline and paragraph",
            (Outcome::Revision, None),
            json!({"url": BRIDGE_URL, "fetched_at": "2026-05-11T15:00:00Z", "html": revised}),
        ),
        event(
            "page 1, an old fetch that comes late",
            (Outcome::Late, None),
            json!({"url": BRIDGE_URL, "fetched_at": "2026-05-11T07:00:00Z", "html": BRIDGE}),
        ),
        event(
            "the address of page 6, another story now",
            (Outcome::Replaced, None),
            json!({"url": DAY_URL, "fetched_at": "2026-05-12T18:00:00Z", "html": include_str!("pages/evening.html")}),
        ),
    ]
}

/// Pages that are no articles.
fn no_articles() -> Vec<Sample> {
    let at = "2026-05-12T09:00:00Z";
    let page = |what, reason, url: &str, html: &str| skipped(what, reason, json!({"url": url, "fetched_at": at, "html": html}));
    vec![
        page("a home page", SkipReason::FrontPage, "https://www.courier.example/", include_str!("pages/front.html")),
        page("a consent wall", SkipReason::ConsentWall, "https://herald.example/2026/budget", include_str!("pages/consent.html")),
        page("\"not found\" under status 200", SkipReason::ErrorPage, "https://post.example/gone", include_str!("pages/notfound.html")),
        page("a log-in form", SkipReason::LoginPage, "https://digest.example/login", include_str!("pages/login.html")),
        skipped(
            "status 404",
            SkipReason::HttpStatus,
            json!({"url": "https://post.example/old", "status": 404, "fetched_at": at, "html": include_str!("pages/notfound.html")}),
        ),
        skipped(
            "a page without content",
            SkipReason::EmptyBody,
            json!({"url": "https://post.example/empty", "fetched_at": at, "html": ""}),
        ),
        Sample { what: "a record without a value", value: None, expected: (Outcome::Skipped, Some(SkipReason::Tombstone.name())) },
    ]
}

/// What is taken down, stays down, and may come back.
fn removals() -> Vec<Sample> {
    vec![
        event(
            "take page 3 down",
            (Outcome::Removed, None),
            json!({"url": GERMAN_URL, "op": "remove", "fetched_at": "2026-05-12T10:00:00Z"}),
        ),
        skipped(
            "page 3 fetched again while blocked",
            SkipReason::Removed,
            bytes(GERMAN_URL, "2026-05-12T11:00:00Z", encoding_rs::WINDOWS_1252, GERMAN),
        ),
        skipped(
            "lift the block",
            SkipReason::Restored,
            json!({"url": GERMAN_URL, "op": "restore", "reason": "right of reply was printed", "fetched_at": "2026-05-12T12:00:00Z"}),
        ),
        event(
            "page 3 once more: an article again",
            (Outcome::New, None),
            bytes(GERMAN_URL, "2026-05-12T13:00:00Z", encoding_rs::WINDOWS_1252, GERMAN),
        ),
        event(
            "page 4 answers 410 Gone",
            (Outcome::Removed, None),
            json!({"url": JAPANESE_URL, "status": 410, "fetched_at": "2026-05-12T14:00:00Z"}),
        ),
    ]
}

/// Records that cannot be processed: the original bytes go to the dead letters.
fn broken_records() -> Vec<Sample> {
    let dead = |what, reason: DeadReason, value: &str| Sample {
        what,
        value: Some(value.as_bytes().to_vec()),
        expected: (Outcome::Dead, Some(reason.name())),
    };
    vec![
        dead("JSON that breaks off", DeadReason::InvalidJson, r#"{"url": "https://post.example/cut", "html": "<p>The lamp of the"#),
        dead("no address", DeadReason::MissingField, r#"{"html": "<p>Whose page is this?</p>"}"#),
        dead("a number for a text", DeadReason::WrongType, r#"{"url": "https://post.example/7", "html": 7}"#),
        dead("an address that is none", DeadReason::InvalidUrl, r#"{"url": "post dot example", "text": "Where is this?"}"#),
        dead("broken base64", DeadReason::InvalidBase64, r#"{"url": "https://post.example/b", "body_base64": "%%%"}"#),
    ]
}

fn event(what: &'static str, expected: (Outcome, Option<&'static str>), event: Value) -> Sample {
    Sample { what, value: Some(event.to_string().into_bytes()), expected }
}

fn skipped(what: &'static str, reason: SkipReason, value: Value) -> Sample {
    event(what, (Outcome::Skipped, Some(reason.name())), value)
}

/// A page as fetched: bytes in the charset that the page names.
fn bytes(url: &str, fetched_at: &str, charset: &'static encoding_rs::Encoding, html: &str) -> Value {
    let (body, _, _) = charset.encode(html);
    json!({"url": url, "fetched_at": fetched_at, "body_base64": STANDARD.encode(body)})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fate_comes_up() {
        let all = samples();
        for outcome in Outcome::ALL {
            assert!(all.iter().any(|s| s.expected.0 == outcome), "no sample ends as {}", outcome.name());
        }
    }

    #[test]
    fn the_charsets_hold_the_pages() {
        for (charset, html) in [(encoding_rs::WINDOWS_1252, GERMAN), (encoding_rs::SHIFT_JIS, include_str!("pages/japanese.html"))] {
            let (bytes, _, replaced) = charset.encode(html);
            assert!(!replaced, "a letter that {} lacks", charset.name());
            assert_eq!(charset.decode(&bytes).0, html);
        }
    }

    #[test]
    fn the_page_numbers_in_the_texts_are_right() {
        let all = samples();
        assert_eq!(all[0].what, "a news page with JSON-LD");
        assert!(all[2].what.starts_with("German") && all[3].what.starts_with("Japanese"));
        assert_eq!(all[5].what, "an address that changes its story");
    }
}
