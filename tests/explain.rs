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

/// Saved pages of one story and of another.
fn stories(folder: &Path) -> [String; 3] {
    let page = |name: &str, words: std::ops::Range<usize>| {
        let paragraphs: Vec<usize> = words.clone().step_by(40).collect();
        let paragraph = |from: &usize| (*from..from + 40).map(|i| format!("word{i}")).collect::<Vec<_>>().join(" ");
        let body: String = paragraphs.iter().map(|p| format!("<p>{}.</p>", paragraph(p))).collect();
        let file = folder.join(name);
        std::fs::write(
            &file,
            format!(
                "<html><head><title>{name} of the day</title></head><body><article><h1>{name} of the day</h1>{body}</article></body></html>"
            ),
        )
        .unwrap();
        file.to_str().unwrap().to_owned()
    };
    [page("Whole story", 0..400), page("Cut story", 0..200), page("Other story", 9_000..9_400)]
}

#[test]
fn two_pages_are_told_to_be_copies_or_not_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, cut, other] = stories(folder.path());
    let copy = explained(&[&whole, "--with", &cut, "--url", "https://a.test/1", "--with-url", "https://b.test/1"]);
    assert_eq!((&copy["is_copy"], &copy["same_site"], &copy["covered"]), (&json!(true), &json!(false), &json!(1.0)), "{copy}");
    let held = copy["containment"].as_f64().unwrap();
    assert!((held - 0.5).abs() < 0.15 && (held * 1000.0).fract() == 0.0, "{copy}");
    assert!(copy["reasons"][0].as_str().unwrap().contains("100 % of the shorter"), "{copy}");
    assert_eq!((&copy["pages"][0]["url"], &copy["pages"][1]["words"]), (&json!("https://a.test/1"), &json!(200)));
    let none = explained(&[&whole, "--with", &other, "--url", "https://a.test/1", "--with-url", "https://www.a.test/2"]);
    assert_eq!((&none["is_copy"], &none["same_site"]), (&json!(false), &json!(true)), "{none}");
    assert!(!none["reasons"].as_array().unwrap().is_empty(), "{none}");
    assert_eq!(explained(&[&whole, "--with", &cut])["same_site"], false, "without addresses");

    let output = explain(&[&whole, "--with", &cut]);
    let shown = String::from_utf8(output.stdout).unwrap();
    for word in ["a copy: ", "Cut story of the day", "200 words", "100 %"] {
        assert!(shown.contains(word), "{word:?} is missing in\n{shown}");
    }
}

#[test]
fn the_second_page_may_be_another_event_of_the_file_or_no_article() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, cut, _] = stories(folder.path());
    let file = folder.path().join("events.jsonl");
    let event = |n: u32, page: &str| json!({"id": format!("e{n}"), "url": format!("https://s{n}.test/{n}"), "html": std::fs::read_to_string(page).unwrap()});
    std::fs::write(&file, format!("{}\n{}\n", event(1, &whole), event(2, &cut))).unwrap();
    let file = file.to_str().unwrap();
    for with in ["e2", "https://s2.test/2"] {
        let told = explained(&[file, "--with", with]);
        assert_eq!((&told["is_copy"], &told["pages"][1]["url"]), (&json!(true), &json!("https://s2.test/2")), "{with}");
    }
    assert_eq!(explain(&[file, "--with", "e3"]).status.code(), Some(2));
    let front = case("html/front_page/page.html");
    let told = explained(&[&whole, "--with", front.to_str().unwrap(), "--with-url", "https://courier.example/"]);
    assert_eq!((&told["pages"][1]["refused"], &told["is_copy"]), (&json!("front_page"), &Value::Null), "{told}");
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
