//! `feedmill explain` from outside: on the pages of tests/cases.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn case(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(path)
}

fn explain(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_feedmill")).arg("explain").args(arguments).output().unwrap()
}

fn explained(arguments: &[&str]) -> Value {
    let output = explain(&[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text_of(part: &Value) -> &str {
    part["text"].as_str().unwrap().trim_end_matches('…')
}

#[test]
fn what_is_kept_is_what_the_record_says() {
    for page in ["html/news_json_ld/page.html", "html/split_body/page.html", "text/wire_glued_rails/page.txt"] {
        let told = explained(&[case(page).to_str().unwrap(), "--url", "https://paper.example/2026/story"]);
        assert_eq!(told["outcome"]["outcome"], "new", "{page}");
        let text = told["record"]["text"].as_str().unwrap();
        let parts = told["parts"].as_array().unwrap();
        assert!(parts.iter().any(|p| p["kept"] == false), "{page}: nothing was dropped");
        for part in parts.iter().filter(|p| p["kept"] == true && !["caption", "cell"].contains(&p["kind"].as_str().unwrap())) {
            // Headings that were glued to a sentence stand apart in the record.
            let words: Vec<&str> = text_of(part).split_whitespace().collect();
            let end = words[words.len().saturating_sub(4)..words.len() - 1].join(" ");
            assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(&end), "{page}: {end:?} is not in the text");
            assert!(part["chance"].as_f64().unwrap() >= 0.5 || part["rule"] != "model", "{page}: {part}");
        }
    }
}

#[test]
fn a_refusal_and_a_dead_letter_are_told_with_their_reason() {
    let told = explained(&[case("html/front_page/page.html").to_str().unwrap(), "--url", "https://courier.example/"]);
    assert_eq!((&told["outcome"]["outcome"], &told["outcome"]["reason"]), (&json!("skipped"), &json!("front_page")));
    assert_eq!(told["record"], Value::Null);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.jsonl");
    std::fs::write(&file, "{\"url\": \"https://a.test/1\", \"html\": 7}\n").unwrap();
    let told = explained(&[file.to_str().unwrap()]);
    assert_eq!((&told["outcome"]["outcome"], &told["outcome"]["reason"]), (&json!("dead"), &json!("wrong_type")));
    assert!(told["message"].as_str().unwrap().contains("html"), "{told}");
}

#[test]
fn an_event_is_found_by_address_line_and_id() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.jsonl");
    let page = std::fs::read_to_string(case("html/blog/page.html")).unwrap();
    let event = |n: u32| json!({"id": format!("e{n}"), "url": format!("https://a.test/{n}"), "html": page}).to_string();
    std::fs::write(&file, format!("{}\nno json\n{}\n", event(1), event(2))).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(explained(&[file])["outcome"]["event_id"], "e1");
    for chosen in [vec![file, "https://a.test/2"], vec![file, "e2"], vec![file, "--line", "3"]] {
        assert_eq!(explained(&chosen)["outcome"]["event_id"], "e2", "{chosen:?}");
    }
    for (wrong, says) in
        [(vec![file, "https://a.test/9"], "https://a.test/9"), (vec![file, "--line", "2", "--url", "https://a.test/9"], "--url")]
    {
        let output = explain(&wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(says), "{wrong:?}");
    }
}

#[test]
fn people_see_the_fields_and_every_part() {
    let page = case("html/news_json_ld/page.html");
    let output = explain(&[page.to_str().unwrap(), "--url", "https://paper.example/2026/story"]);
    let shown = String::from_utf8(output.stdout).unwrap();
    for word in ["outcome", "new", "title", "published_at", "json_ld", "  + ", "  - ", "paragraph"] {
        assert!(shown.contains(word), "{word:?} is missing in\n{shown}");
    }
}

#[test]
fn phrases_of_own_taxonomies_are_told_with_their_tag_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let list = file("desk.csv", "code,label,phrase\ndesk:ports,Ports,fish quay\ndesk:none,None,fish finger\n");
    let rules = file("rules.toml", "[[rule]]\ncode = \"desk:piers\"\nwhen = 'title:pier AND NOT lighthouse'\n");
    let event = json!({"url": "https://a.test/1", "title": "The old pier", "text": "Boats leave from the Fish Quay. The pier is shut."});
    let page = file("page.jsonl", &event.to_string());
    let files = format!("tag.taxonomies={}", json!([list, rules]));
    let arguments = [page.as_str(), "--preset", "article", "--set", &files];
    let told = explained(&arguments);
    let codes: Vec<&str> = told["record"]["topics"].as_array().unwrap().iter().filter_map(|t| t["code"].as_str()).collect();
    assert!(codes.contains(&"desk:ports") && codes.contains(&"desk:piers"), "{codes:?}");
    let want = json!([
        {"code": "desk:piers", "phrase": "pier", "in": "title", "span": [8, 12], "from": format!("{rules}:3")},
        {"code": "desk:ports", "phrase": "fish quay", "in": "text", "span": [21, 30], "from": format!("{list}:2")},
    ]);
    assert_eq!(told["taxonomies"], want);
    let shown = String::from_utf8(explain(&arguments).stdout).unwrap();
    assert!(shown.contains(&format!("desk:ports by \"fish quay\" of {list}:2, in the text at 21-30")), "{shown}");
    // Without tags there is nothing that a phrase could have made.
    assert_eq!(explained(&[&arguments[..], &["--set", "tag.enabled=false"]].concat())["taxonomies"], json!([]));
}
