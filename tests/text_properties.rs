//! What holds for every page of bare text, whatever it says.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use feedmill::article::Draft;
use feedmill::clean::{Content, Options, Page, Refused, clean};
use std::collections::HashMap;
use std::time::{Duration, Instant};

fn cleaned(text: &str, gate: bool) -> Result<Draft, Refused> {
    let url = "https://news.example/2025/the-story";
    let page = Page {
        url,
        final_url: url,
        content: Content::Text(text),
        title: None,
        language: None,
        fetched_at: Some(1_741_944_600_000),
        headers: &[],
    };
    clean(&page, Options { gate })
}

/// The pages of the cases.
fn pages() -> Vec<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/text");
    let mut folders: Vec<_> = std::fs::read_dir(root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    folders
        .iter()
        .map(|f| (f.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(f.join("page.txt")).unwrap()))
        .collect()
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect()
}

/// F1 over runs of four words.
fn f1(truth: &str, text: &str) -> f64 {
    let count = |text| {
        let all = words(text);
        let mut counts: HashMap<Vec<String>, usize> = HashMap::new();
        for run in all.windows(4.min(all.len().max(1))) {
            *counts.entry(run.iter().map(|w| (*w).to_owned()).collect()).or_default() += 1;
        }
        counts
    };
    let (truth, text) = (count(truth), count(text));
    let both: usize = text.iter().map(|(run, n)| (*n).min(truth.get(run).copied().unwrap_or(0))).sum();
    2.0 * both as f64 / (truth.values().sum::<usize>() + text.values().sum::<usize>()).max(1) as f64
}

#[test]
fn every_letter_of_the_text_is_on_the_page_in_order() {
    for (name, text) in pages() {
        let draft = cleaned(&text, false).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let mut page = text.chars().filter(|c| c.is_alphanumeric());
        assert!(draft.text.chars().filter(|c| c.is_alphanumeric()).all(|c| page.any(|p| p == c)), "{name}");
        let chars: Vec<char> = draft.text.chars().collect();
        let parts: Vec<String> =
            draft.blocks.iter().map(|b| chars[b.start.unwrap() as usize..b.end.unwrap() as usize].iter().collect()).collect();
        assert_eq!(parts.join("\n\n"), draft.text, "{name}");
    }
}

#[test]
fn the_same_page_gives_the_same_draft() {
    for (name, text) in pages() {
        assert_eq!(format!("{:?}", cleaned(&text, true)), format!("{:?}", cleaned(&text, true)), "{name}");
    }
}

#[test]
fn a_cleaned_text_stays_as_it_is() {
    let articles: Vec<(String, Draft)> = pages().into_iter().filter_map(|(name, text)| Some((name, cleaned(&text, true).ok()?))).collect();
    assert!(articles.len() >= 40, "{} articles", articles.len());
    for (name, draft) in articles {
        // What is cleaned already is asked for its body only: the gate has spoken.
        let again = cleaned(&draft.text, false).unwrap();
        assert_eq!(again.text, draft.text, "{name}");
    }
}

const SUBJECTS: &[&str] = &[
    "The council",
    "A fisherman",
    "The old harbour master",
    "Nobody on the quay",
    "The engineer of the ferry",
    "She",
    "They",
    "His brother",
];
const VERBS: &[&str] =
    &["said that", "had known that", "told reporters that", "wrote in a letter that", "could not believe that", "was sure that"];
const ENDS: &[&str] = &[
    "the bridge would be closed for the winter",
    "the ice had grown too thick for the boats",
    "nobody would pay for the repairs before spring",
    "the river had fallen by more than a metre since May",
    "the light on the north shore was out again",
    "ten families had lost their homes in one night",
];
/// Words that stand in rails only.
const RAIL: &[&str] = &["Zebra", "quilts", "xylophone", "marmalade", "gondola", "juggler", "violet", "pretzel", "walrus", "teapot"];

fn story(random: &mut fastrand::Rng) -> Vec<String> {
    let mut pick = |list: &[&str]| list[random.usize(..list.len())].to_owned();
    (0..12)
        .map(|_| {
            format!(
                "{} {} {}, and {}. {} {} {}.",
                pick(SUBJECTS),
                pick(VERBS),
                pick(ENDS),
                pick(ENDS),
                pick(SUBJECTS),
                pick(VERBS),
                pick(ENDS)
            )
        })
        .collect()
}

#[test]
fn no_word_of_a_rail_is_in_the_body() {
    let mut random = fastrand::Rng::with_seed(5);
    for round in 0..60 {
        let story = story(&mut random);
        let mut page = story.join("\n");
        for rail in ["More", "Most read", "Latest news"] {
            page.push_str(&format!("\n{rail}\n"));
            for _ in 0..4 {
                let title: Vec<&str> = (0..7).map(|_| RAIL[random.usize(..RAIL.len())]).collect();
                page.push_str(&format!("\n{}\n{} hours ago\n", title.join(" "), random.u8(1..23)));
            }
        }
        let draft = cleaned(&page, true).unwrap();
        let found = words(&draft.text).into_iter().find(|w| RAIL.contains(w));
        assert_eq!(found, None, "round {round}");
        assert!(f1(&story.join("\n"), &draft.text) > 0.99, "round {round}");
    }
}

#[test]
fn gluing_and_parting_keeps_the_story() {
    let mut random = fastrand::Rng::with_seed(9);
    for round in 0..60 {
        let story = story(&mut random);
        let mut page = String::from("Home\nNews\nSport\nLog in\n");
        for paragraph in &story {
            page.push_str(paragraph);
            // A line, a blank, nothing, or an empty line between paragraphs.
            page.push_str(["\n", " ", "", "\n\n"][random.usize(..4)]);
        }
        page.push_str(
            "\nRelated stories\nFerry runs aground in the delta\n3 hours ago\nMuseum finds a lost map of the delta\n2 days ago\n",
        );
        let draft = cleaned(&page, true).unwrap();
        let score = f1(&story.join("\n"), &draft.text);
        assert!(score > 0.9, "round {round}: {score}\n{page}\n---\n{}", draft.text);
    }
}

/// Time for hostile pages, generous for a machine under load; what is quadratic takes hours.
const LIMIT: Duration = Duration::from_secs(90);

#[test]
fn hostile_pages_take_linear_time() {
    let prose = "The harbour was closed on Monday because the ice had grown too thick for the boats to leave it. ";
    let pages: Vec<(&str, String)> = vec![
        ("one line", prose.repeat(20_000_000 / prose.len())),
        ("words as lines", "word\n".repeat(1_000_000)),
        ("marks", ".,;:!?\"'()[]-–—…".repeat(200_000)),
        ("full stops", ".".repeat(5_000_000)),
        ("glued capitals", "Aa.Bb.Cc\"Dd.".repeat(300_000)),
        ("mixed scripts", "harbour Hafen гавань 港 ميناء λιμάνι 항구 ท่าเรือ ".repeat(60_000)),
        ("bidi controls", "\u{202e}\u{2066}abc\u{2069}\u{202c} ".repeat(300_000)),
        ("ages", "3 hours ago\nA title of five words here\n".repeat(60_000)),
        ("datelines", "KIEV, July 6 (Reuters) - ".repeat(100_000)),
        ("brackets", "(".repeat(2_000_000)),
        ("no blank", "a".repeat(10_000_000)),
        ("empty lines", "\n".repeat(10_000_000)),
    ];
    for (name, page) in pages {
        let begin = Instant::now();
        let length = match cleaned(&page, true) {
            Ok(draft) => draft.text.len(),
            Err(_) => 0,
        };
        let took = begin.elapsed();
        println!("{name}: {} bytes, {took:?}", page.len());
        assert!(length <= page.len(), "{name}");
        assert!(took < LIMIT, "{name} took {took:?}");
    }
}
