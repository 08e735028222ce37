//! Pages in the shape of real ones, each with what its draft must say: `tests/cases/html/NAME/page.html` and `expected.json`.
//!
//! A page that went wrong becomes a case. Only the fields that `expected.json` names are compared.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use feedmill::article::Draft;
use feedmill::clean::html::{self, Judges, block, builder, model};
use feedmill::clean::{Content, Options, Page, Refused, clean};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn page<'a>(url: &'a str, html: &'a str) -> Page<'a> {
    Page { url, final_url: url, content: Content::Html(html), title: None, language: None, fetched_at: None, headers: &[] }
}

/// The draft's value for a field of `expected.json`.
fn field(draft: &Draft, name: &str) -> Value {
    match name {
        "title" => json!(draft.title),
        "description" => json!(draft.description),
        "text" => json!(draft.text),
        "site_name" => json!(draft.site_name),
        "canonical_url" => json!(draft.canonical_url),
        "authors" => json!(draft.authors.iter().map(|a| &a.name).collect::<Vec<_>>()),
        "published_at" => json!(draft.published_at),
        "modified_at" => json!(draft.modified_at),
        "language" => json!(draft.language),
        "keywords" => json!(draft.keywords.iter().map(|k| &k.text).collect::<Vec<_>>()),
        "sections" => json!(draft.sections),
        "genre" => json!(draft.genre),
        "access" => json!(draft.access),
        "noarchive" => json!(draft.rights.noarchive),
        "noai" => json!(draft.rights.noai),
        "tdm_reservation" => json!(draft.rights.tdm_reservation),
        "license" => json!(draft.rights.license),
        "copyright" => json!(draft.rights.copyright),
        "agency" => json!(draft.agency.as_ref().map(|a| (&a.code, a.role))),
        "dateline" => json!(draft.dateline.as_ref().map(|d| (&d.raw, &d.place, &d.date))),
        "date_source" => json!(draft.date_evidence.get("published_at").map(|e| e.source)),
        "credits" => json!(draft.images.iter().map(|i| (&i.caption, &i.credit)).collect::<Vec<_>>()),
        "kinds" => json!(draft.blocks.iter().map(|b| b.kind).collect::<Vec<_>>()),
        "people" => json!(draft.people.iter().map(|e| (&e.name, &e.same_as)).collect::<Vec<_>>()),
        "organisations" => json!(draft.organisations.iter().map(|e| (&e.name, &e.same_as)).collect::<Vec<_>>()),
        "places" => json!(draft.places),
        "related" => json!(draft.related.iter().map(|r| &r.url).collect::<Vec<_>>()),
        "images" => json!(draft.images.iter().map(|i| &i.url).collect::<Vec<_>>()),
        other => panic!("expected.json names the unknown field {other}"),
    }
}

fn texts(expected: &Value) -> impl Iterator<Item = &str> {
    expected.as_array().unwrap().iter().map(|v| v.as_str().unwrap())
}

fn check(case: &str, expected: &Value, result: Result<Draft, Refused>) {
    if let Some(reason) = expected.get("refused") {
        match result {
            Err(Refused::Skipped(r)) => assert_eq!(json!(r.name()), *reason, "{case}"),
            other => panic!("{case}: should be refused as {reason}, but is {other:?}"),
        }
        return;
    }
    let draft = result.unwrap_or_else(|r| panic!("{case} was refused: {r:?}"));
    for (name, want) in expected.as_object().unwrap() {
        match name.as_str() {
            // Of the page, not of the draft.
            "url" | "fetched_at" | "headers" => {}
            "contains" => texts(want).for_each(|t| assert!(draft.text.contains(t), "{case} lacks {t:?}: {}", draft.text)),
            "lacks" => texts(want).for_each(|t| assert!(!draft.text.contains(t), "{case} holds {t:?}: {}", draft.text)),
            "starts_with" => assert!(draft.text.starts_with(want.as_str().unwrap()), "{case} begins with {:?}", draft.text),
            name => assert_eq!(field(&draft, name), *want, "{case}: {name} of {}", draft.text),
        }
    }
    blocks_are_the_text(case, &draft);
}

/// Ranges in order, joined by blank lines, are the whole text.
fn blocks_are_the_text(case: &str, draft: &Draft) {
    let chars: Vec<char> = draft.text.chars().collect();
    let parts: Vec<String> = draft.blocks.iter().filter_map(|b| Some(chars[b.start? as usize..b.end? as usize].iter().collect())).collect();
    assert_eq!(parts.join("\n\n"), draft.text, "{case}");
}

#[test]
fn pages_give_the_expected_drafts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/html");
    let mut cases: Vec<_> = fs::read_dir(&root).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 8);
    let mut failed = 0;
    for case in cases {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let html = fs::read_to_string(case.join("page.html")).unwrap();
        let expected: Value = serde_json::from_str(&fs::read_to_string(case.join("expected.json")).unwrap()).unwrap();
        let url = expected["url"].as_str().unwrap();
        let fetched_at = expected["fetched_at"].as_str().map(|t| t.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let headers = expected["headers"].as_object().into_iter().flatten();
        let headers: Vec<(String, String)> = headers.map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned())).collect();
        let page = Page { fetched_at, headers: &headers, ..page(url, &html) };
        let result = clean(&page, Options { gate: true });
        // All cases are told, not only the first that fails.
        failed += usize::from(std::panic::catch_unwind(|| check(&name, &expected, result)).is_err());
    }
    assert_eq!(failed, 0, "cases failed");
}

/// The card of the weights tells what they make of the blocks of these pages that must and must not be in the text, before any rule: so
/// weights and card belong together, and a change of the features without new weights shows.
#[test]
fn weights_give_the_figures_of_their_card() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases: Vec<_> = fs::read_dir(root.join("tests/cases/html")).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    let (mut all, mut right, mut loss) = (0, 0, 0.0);
    for case in cases {
        let html = fs::read_to_string(case.join("page.html")).unwrap();
        let expected: Value = serde_json::from_str(&fs::read_to_string(case.join("expected.json")).unwrap()).unwrap();
        let mut chances = Vec::new();
        let mut block = |row: &html::feature::Row| {
            chances.push(model::chance(row));
            model::chance(row)
        };
        let mut judges = Judges { block: &mut block, page: &mut |_| 1.0 };
        let _ = html::clean_by(&page(expected["url"].as_str().unwrap(), &html), &html, Options { gate: false }, &mut judges);
        let Ok(tree) = builder::parse(&html) else { continue };
        let blocks = block::blocks(&tree);
        for (name, within) in [("contains", true), ("lacks", false)] {
            for text in expected.get(name).into_iter().flat_map(texts) {
                for (_, chance) in blocks.blocks.iter().zip(&chances).filter(|(b, _)| blocks.text_of(b).contains(text)) {
                    all += 1;
                    right += usize::from((*chance >= 0.5) == within);
                    loss -= f64::from(if within { *chance } else { 1.0 - *chance }).ln();
                }
            }
        }
    }
    let said = format!("{right} of {all} blocks right, log loss {:.3}", loss / all as f64);
    let card = fs::read_to_string(root.join("tests/bench/blocks/CARD.md")).unwrap();
    assert!(card.contains(&said), "the card should say: {said}");
}

#[test]
fn without_the_gate_any_text_gives_a_draft() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/html");
    for case in ["front_page", "cookie_wall", "not_found"] {
        let html = fs::read_to_string(root.join(case).join("page.html")).unwrap();
        let draft = clean(&page("https://courier.example/", &html), Options { gate: false }).unwrap();
        assert!(!draft.text.is_empty(), "{case}");
        blocks_are_the_text(case, &draft);
    }
}

/// Pages made to hurt: each must end without a panic, and those with text must give it.
#[test]
fn hostile_pages_end() {
    let story = "<p>A sentence of the story that is long enough to count as running text, even on a page like this one.</p>".repeat(5);
    let hostile = [
        format!("{}{story}", "<div>".repeat(60_000)),
        format!("{story}{}", "<p class=a>x".repeat(200_000)),
        format!("{story}{}", "<b><i><a href=x>".repeat(50_000)),
        format!("<p {}>{story}", "class=a id=b onclick='x' ".repeat(200_000)),
        format!("{story}{}", "<".repeat(1_000_000)),
        format!("{story}<p>{}", "&amp;&#x;&nosuch".repeat(200_000)),
        format!("{story}<!-- {}", "- ".repeat(500_000)),
        format!("{story}<script>{}", "<!--<script>".repeat(100_000)),
        format!("{}{story}", "<table><tr><td>".repeat(20_000)),
        format!("{story}<p>{}", "word ".repeat(1_000_000)),
        format!("{}{story}", "\0".repeat(100_000)),
        format!("<script type=application/ld+json>{}</script>{story}", "[".repeat(200_000)),
        format!("<script type=application/ld+json>{}</script>{story}", "{\"author\":".repeat(200_000)),
        format!("{}{story}", "<div>".repeat(500) + &"<span></b></i></x-y>".repeat(100_000)),
    ];
    for (i, html) in hostile.iter().enumerate() {
        match clean(&page("https://hostile.example/story", html), Options { gate: false }) {
            Ok(draft) => blocks_are_the_text(&format!("hostile {i}"), &draft),
            Err(refused) => assert!(matches!(refused, Refused::Skipped(_) | Refused::Dead(..)), "{i}"),
        }
    }
}

#[test]
fn more_nodes_than_the_limit_are_dead() {
    let html = "<br>".repeat(1_200_000);
    let result = clean(&page("https://hostile.example/", &html), Options { gate: true });
    assert!(matches!(result, Err(Refused::Dead(feedmill::article::DeadReason::TooComplex, _))));
}

#[test]
fn a_page_without_content_is_an_empty_body() {
    let result = clean(&page("https://courier.example/a", " \n "), Options { gate: false });
    assert_eq!(result, Err(Refused::Skipped(feedmill::article::SkipReason::EmptyBody)));
}
