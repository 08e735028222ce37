//! The cases of html5lib-tests, which the parsers of browsers run, as far as our rules promise (tests/cases/html5lib/README.md).
//!
//! A case that is not named in `not_promised.tsv` must hold; one that is named there must fail, so that the list tells the truth. With
//! `HTML5LIB_ACCEPT=1` the list is written anew: look at what came into it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use feedmill::clean::html::builder::parse;
use feedmill::clean::html::entity::{Place, decode};
use feedmill::clean::html::runs::part_of_name;
use feedmill::clean::html::tag::{BLOCK, RAW, RCDATA, Tag, UNSEEN};
use feedmill::clean::html::tokenizer::{Token, Tokenizer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};

fn tag_of(name: &[u8]) -> Tag {
    feedmill::clean::html::tag::find(name, 0, name.len(), part_of_name(name, 0, name.len()))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/html5lib")
}

fn unpacked(name: &str) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(folder().join(name)).unwrap()).read_to_string(&mut text).unwrap();
    text
}

/// What came of the cases of one kind.
#[derive(Default)]
struct Verdict {
    held: usize,
    /// Case to why it is not promised.
    failed: BTreeMap<String, &'static str>,
}

/// Holds the verdict against the list.
fn judge(kind: &str, verdict: &Verdict, least: usize) {
    let path = folder().join("not_promised.tsv");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let list = |mine: bool| text.lines().filter(move |l| !l.starts_with('#') && l.starts_with(&format!("{kind}\t")) == mine);
    if std::env::var_os("HTML5LIB_ACCEPT").is_some() {
        let mut lines: Vec<String> = list(false).map(str::to_owned).collect();
        lines.extend(verdict.failed.iter().map(|(case, why)| format!("{kind}\t{case}\t{why}")));
        lines.sort();
        std::fs::write(path, format!("# kind, case (file and number), what it needs\n{}\n", lines.join("\n"))).unwrap();
        return;
    }
    let listed: Vec<&str> = list(true).filter_map(|l| l.split('\t').nth(1)).collect();
    let broken: Vec<&String> = verdict.failed.keys().filter(|c| !listed.contains(&c.as_str())).collect();
    assert!(broken.is_empty(), "{kind}: promised and broken: {broken:#?}");
    let stale: Vec<&&str> = listed.iter().filter(|c| !verdict.failed.contains_key(**c)).collect();
    assert!(stale.is_empty(), "{kind}: these hold now, take them off the list: {stale:#?}");
    assert!(verdict.held >= least, "{kind}: {} cases held, there were {least}", verdict.held);
}

/// A token as both sides can tell it: attributes that nobody reads, comments and document types are left out.
#[derive(Debug, PartialEq)]
enum Seen {
    Start(String, BTreeMap<String, String>, bool),
    End(String),
    Text(String),
}

fn text(out: &mut Vec<Seen>, more: &str) {
    match out.last_mut() {
        _ if more.is_empty() => {}
        Some(Seen::Text(t)) => t.push_str(more),
        _ => out.push(Seen::Text(more.to_owned())),
    }
}

/// Line ends as one character, as the standard's input stream has them; ours are white space all the same.
fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn ours(page: &str, skip: usize) -> Vec<Seen> {
    let mut tokenizer = Tokenizer::new(page.as_bytes());
    let mut attributes = Vec::new();
    let mut out = Vec::new();
    let name = |a: u32, b: u32| page[a as usize..b as usize].to_ascii_lowercase();
    while let Some(token) = tokenizer.next(&mut attributes, usize::MAX) {
        match token {
            Token::Text { start, end } => text(&mut out, &line_ends(&decode(&page[start as usize..end as usize], Place::Text))),
            Token::End { start, end, .. } => out.push(Seen::End(name(start, end))),
            Token::Start { tag, start, end, self_closing } => {
                let known = attributes.drain(..).map(|a| {
                    let value = line_ends(&decode(&page[a.start as usize..a.end as usize], Place::Attribute));
                    (format!("{:?}", a.name), value)
                });
                out.push(Seen::Start(name(start, end), known.collect(), self_closing));
                if tag.is(RAW | RCDATA) && skip == 0 || out.len() <= skip {
                    let (from, to) = tokenizer.raw(tag, (start, end));
                    let raw = &page[from as usize..to as usize];
                    let shown = if tag.is(RCDATA) { decode(raw, Place::Text) } else { raw.into() };
                    text(&mut out, &line_ends(&shown));
                    if (to as usize) < page.len() {
                        out.push(Seen::End(name(start, end)));
                    }
                }
            }
        }
    }
    out.drain(..skip.min(out.len()));
    out
}

fn theirs(output: &Value, unescape: impl Fn(&str) -> Option<String>) -> Option<Vec<Seen>> {
    let mut out = Vec::new();
    for token in output.as_array()? {
        let part = |i: usize| unescape(token[i].as_str().unwrap_or(""));
        match token[0].as_str()? {
            "StartTag" => {
                let mut known = BTreeMap::new();
                for (name, value) in token[2].as_object()? {
                    let name = unescape(name)?;
                    let (bytes, length) = (name.as_bytes(), name.len());
                    if let Some(name) = feedmill::clean::html::attribute::find(bytes, 0, length, part_of_name(bytes, 0, length)) {
                        known.insert(format!("{name:?}"), unescape(value.as_str()?)?);
                    }
                }
                out.push(Seen::Start(part(1)?, known, token[3].as_bool().unwrap_or(false)));
            }
            "EndTag" => out.push(Seen::End(part(1)?)),
            "Character" => text(&mut out, &part(1)?),
            _ => {}
        }
    }
    Some(out)
}

/// `\uXXXX` of the doubly escaped cases; half a surrogate pair is no text.
fn unescaped(text: &str) -> Option<String> {
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        units.extend(rest[..at].encode_utf16());
        units.push(u16::from_str_radix(&rest[at + 2..at + 6], 16).ok()?);
        rest = &rest[at + 6..];
    }
    units.extend(rest.encode_utf16());
    String::from_utf16(&units).ok()
}

#[test]
fn tokens() {
    let files: BTreeMap<String, Vec<Value>> = serde_json::from_str(&unpacked("tokenizer.json.gz")).unwrap();
    let mut verdict = Verdict::default();
    for (file, cases) in &files {
        for (number, case) in cases.iter().enumerate() {
            let double = case["doubleEscaped"].as_bool().unwrap_or(false);
            let unescape = |t: &str| if double { unescaped(t) } else { Some(t.to_owned()) };
            let states: Vec<&str> =
                case["initialStates"].as_array().map_or(vec!["Data state"], |s| s.iter().filter_map(Value::as_str).collect());
            for state in states {
                let name = format!("{file}:{number}:{state}");
                let (Some(input), Some(expected)) = (unescape(case["input"].as_str().unwrap()), theirs(&case["output"], unescape)) else {
                    verdict.failed.insert(name, "half of a surrogate pair: no Rust text holds one");
                    continue;
                };
                // A state is reached by the start tag that leads to it.
                let opener = match (state, case["lastStartTag"].as_str()) {
                    ("Data state", _) => None,
                    ("RCDATA state", Some(tag)) if tag_of(tag.as_bytes()).is(RCDATA) => Some(tag),
                    ("RCDATA state", None) => Some("title"),
                    ("RAWTEXT state", Some(tag)) if tag_of(tag.as_bytes()).is(RAW) => Some(tag),
                    ("RAWTEXT state", None) => Some("xmp"),
                    ("Script data state", None | Some("script")) => Some("script"),
                    ("RCDATA state" | "RAWTEXT state" | "Script data state", Some(_)) => {
                        verdict.failed.insert(name, "a state that this tag does not lead to");
                        continue;
                    }
                    _ => {
                        verdict.failed.insert(name, "plaintext and CDATA sections are read as text and bogus comments");
                        continue;
                    }
                };
                let page = opener.map_or(String::new(), |tag| format!("<{tag}>")) + &input;
                if ours(&page, usize::from(opener.is_some())) == expected {
                    verdict.held += 1;
                } else {
                    verdict.failed.insert(name, why_tokens(&input));
                }
            }
        }
    }
    println!("tokens: {} held, {} not promised", verdict.held, verdict.failed.len());
    judge("tokens", &verdict, TOKENS);
}

fn why_tokens(input: &str) -> &'static str {
    if input.contains('\0') {
        "NUL becomes U+FFFD: ours is dropped where text is collected"
    } else if !input.contains('>') || !input.ends_with('>') {
        "the page ends inside of a tag or of markup"
    } else if input.contains("<!--") {
        "ends of comments"
    } else {
        "other"
    }
}

/// Elements that the standard inserts or that no text depends on.
fn left_out(tag: Tag) -> bool {
    matches!(tag, Tag::Html | Tag::Head | Tag::Body | Tag::Tbody | Tag::Form)
}

fn squash(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '\u{fffd}' || c == '\0').collect()
}

fn push(out: &mut Vec<(String, String)>, chain: &[String], text: &str) {
    let (chain, text) = (chain.join(" "), squash(text));
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some((c, t)) if *c == chain => t.push_str(&text),
        _ => out.push((chain, text)),
    }
}

/// Block-level ancestors and text of each run of visible text.
fn our_tree(page: &str) -> Vec<(String, String)> {
    let tree = parse(page).unwrap();
    let mut out = Vec::new();
    for id in 1..tree.count() {
        if tree.tag(id) != Tag::Text || tree.ancestors(id).any(|a| tree.tag(a).is(UNSEEN)) {
            continue;
        }
        let blocks = tree.ancestors(id).map(|a| tree.tag(a)).filter(|t| t.is(BLOCK) && !left_out(*t));
        let mut chain: Vec<String> = blocks.map(|t| format!("{t:?}")).collect();
        chain.reverse();
        push(&mut out, &chain, &decode(tree.raw_text(id), Place::Text));
    }
    out
}

/// The same of an expected tree: lines of `| `, two blanks a level, `<name>` or `"text"`.
fn their_tree(document: &str) -> Vec<(String, String)> {
    // Name of each open level.
    let mut open: Vec<Tag> = Vec::new();
    let mut out = Vec::new();
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(line) = line.strip_prefix("| ") else { continue };
        let inner = line.trim_start_matches(' ');
        open.truncate((line.len() - inner.len()) / 2);
        let mut tag = Tag::Unknown;
        if let Some(start) = inner.strip_prefix('"') {
            let mut text = start.to_owned();
            while !text.ends_with('"') || lines.peek().is_some_and(|l| !l.starts_with("| ")) {
                let Some(more) = lines.next() else { break };
                let _ = write!(text, "\n{more}");
            }
            if !open.iter().any(|t| t.is(UNSEEN)) {
                let chain: Vec<String> = open.iter().filter(|t| t.is(BLOCK) && !left_out(**t)).map(|t| format!("{t:?}")).collect();
                push(&mut out, &chain, text.trim_end_matches('"'));
            }
        } else if let Some(name) = inner.strip_prefix('<').and_then(|n| n.strip_suffix('>')) {
            tag = match name {
                "svg svg" => Tag::Svg,
                "math math" => Tag::Math,
                _ if name.contains(' ') => Tag::Foreign,
                _ => tag_of(name.as_bytes()),
            };
        }
        open.push(tag);
    }
    out
}

#[test]
fn trees() {
    let all = unpacked("tree.dat.gz");
    let mut verdict = Verdict::default();
    for file in all.split("#file ").skip(1) {
        let (file, cases) = file.split_once('\n').unwrap();
        for (number, case) in format!("\n{cases}").split("\n#data\n").skip(1).enumerate() {
            let (data, rest) = case.split_once("\n#errors\n").or_else(|| case.split_once("#errors\n")).unwrap_or((case, ""));
            let document = rest.split_once("#document\n").map_or("", |(_, d)| d);
            let name = format!("{file}:{number}");
            if rest.contains("#document-fragment\n") {
                verdict.failed.insert(name, "the content of an element by itself: pages come whole");
            } else if rest.contains("#script-off\n") {
                verdict.failed.insert(name, "scripting off: noscript is raw text, as in a browser with scripts");
            } else if our_tree(data) == their_tree(document) {
                verdict.held += 1;
            } else {
                verdict.failed.insert(name, why_tree(data));
            }
        }
    }
    println!("trees: {} held, {} not promised", verdict.held, verdict.failed.len());
    judge("trees", &verdict, TREES);
}

/// What a case needs, by what stands in it: the first that fits.
fn why_tree(data: &str) -> &'static str {
    let has = |names: &[&str]| names.iter().any(|n| data.to_ascii_lowercase().contains(&format!("<{n}")));
    if has(&["template"]) {
        "templates with insertion modes of their own"
    } else if has(&["frameset", "frame"]) {
        "framesets"
    } else if has(&["svg", "math"]) {
        "foreign content beyond its bounds"
    } else if has(&["plaintext"]) {
        "plaintext"
    } else if has(&["select"]) {
        "what a select holds"
    } else if has(&["table", "td", "tr", "tbody", "caption", "col"]) {
        "foster parenting, parts of tables outside of tables"
    } else if data.contains('\0') {
        "NUL"
    } else {
        "formatting elements that are opened again, and other insertion modes"
    }
}

/// So many cases held when the list was written.
const TOKENS: usize = 6882;
const TREES: usize = 1472;
