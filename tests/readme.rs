//! README.md is true: every block of it is run, loaded or parsed. A new command that nobody here knows how to prove is an error.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "cases/preset.rs"]
mod preset;

use feedmill::config;
use feedmill::page::Preset;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Blocks of one kind, in order: what stands between ```kind and ```.
fn blocks(kind: &str) -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut found = Vec::new();
    let mut inside: Option<(String, Vec<&str>)> = None;
    for line in readme.lines() {
        match (&mut inside, line.strip_prefix("```")) {
            (None, Some(kind)) => inside = Some((kind.to_owned(), Vec::new())),
            (None, None) => {}
            (Some((of, lines)), Some("")) => {
                if of == kind {
                    found.push(lines.join("\n"));
                }
                inside = None;
            }
            (Some((_, lines)), _) => lines.push(line),
        }
    }
    assert!(inside.is_none(), "a block without an end");
    found
}

fn load(toml: &str) -> config::Settings {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feedmill.toml");
    fs::write(&file, toml).unwrap();
    let environment = [("FEEDMILL_PASSWORD".to_owned(), "not-a-secret".to_owned())];
    match config::load(Some(&file), environment.into_iter(), &[]) {
        Ok(loaded) => loaded.settings,
        Err(errors) => panic!("{errors}\nin\n{toml}"),
    }
}

/// A record in a crawler's own format, from the cases of the presets.
struct Sample {
    value: Vec<u8>,
    /// As `check` is told of them.
    words: Vec<String>,
}

/// One sample that holds a page, of a preset by name.
fn sample(preset: &str) -> Option<Sample> {
    let mut cases: Vec<PathBuf> = fs::read_dir(root().join("tests/cases/presets")).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    cases.iter().find_map(|file| {
        let case: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        if case["preset"] != preset || !case["expected"].as_array()?.iter().any(|page| page.get("url").is_some()) {
            return None;
        }
        let header = |(name, value): (&String, &serde_json::Value)| ["--header".to_owned(), format!("{name}={}", value.as_str().unwrap())];
        let mut words: Vec<String> = case["headers"].as_object().into_iter().flatten().flat_map(header).collect();
        words.extend(case["key"].as_str().into_iter().flat_map(|key| ["--key".to_owned(), key.to_owned()]));
        Some(Sample { value: preset::value(&case), words })
    })
}

/// The last cell of each row of the table of crawlers.
fn crawlers() -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let rows = readme.lines().skip_while(|l| !l.starts_with("| crawler or carrier |")).skip(2).take_while(|l| l.starts_with('|'));
    rows.map(|row| row.rsplit('`').nth(1).unwrap_or_else(|| panic!("{row}")).to_owned()).collect()
}

/// Each line of the table configures a preset, and reads a record as that crawler writes it.
#[test]
fn every_crawler_has_a_quick_start() {
    let mut named = Vec::new();
    for input in crawlers() {
        let settings = load(&format!("[topics]\ninput = [{input}]\n[input]\nschema_registry = \"http://127.0.0.1:8081\"\n"));
        let preset = settings.topics.input[0].preset.name();
        named.push(preset);
        // Its schema is asked of a registry: tests/presets_cli.rs has one.
        if preset == "confluent-avro" {
            continue;
        }
        let sample = sample(preset).unwrap_or_else(|| panic!("no sample of {preset}"));
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("sample"), &sample.value).unwrap();
        let words: Vec<&str> =
            ["check", "--sample", "sample", "--preset", preset].into_iter().chain(sample.words.iter().map(String::as_str)).collect();
        let told = String::from_utf8(feedmill(folder.path(), &words).stdout).unwrap();
        assert!(told.contains("news.norhaven.test"), "{preset}: {told}");
    }
    let missing: Vec<&str> = Preset::ALL.into_iter().map(Preset::name).filter(|n| *n != "native" && !named.contains(n)).collect();
    assert_eq!(missing, [] as [&str; 0]);
}

/// A folder with the files that the commands of the README name.
fn workplace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pages.jsonl"), blocks("json").join("\n") + "\n").unwrap();
    let event: serde_json::Value = serde_json::from_str(&blocks("json")[0]).unwrap();
    for file in ["bridge.html", "other.html"] {
        fs::write(folder.path().join(file), event["html"].as_str().unwrap()).unwrap();
    }
    for (file, preset) in [("one.json", "ache"), ("ache.jsonl", "ache"), ("crawl.warc.gz", "warc")] {
        fs::write(folder.path().join(file), sample(preset).unwrap().value).unwrap();
    }
    fs::write(folder.path().join("feedmill.toml"), &blocks("toml")[0]).unwrap();
    folder
}

fn feedmill(folder: &Path, arguments: &[&str]) -> Output {
    let done = Command::new(env!("CARGO_BIN_EXE_feedmill")).args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    assert!(done.status.success(), "feedmill {arguments:?}: {}\n{}", done.status, String::from_utf8_lossy(&done.stderr));
    done
}

#[test]
fn no_block_is_of_an_unknown_kind() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for kind in readme.lines().filter_map(|l| l.strip_prefix("```")).filter(|k| !k.is_empty()) {
        assert!(["sh", "toml", "json", "python", "text"].contains(&kind), "```{kind}: say here how it is proven");
    }
}

#[test]
fn configurations_load() {
    let all: Vec<config::Settings> = blocks("toml").iter().map(|t| load(t)).collect();
    assert_eq!(all.len(), 4);
    assert_eq!(&*all[0].topics.input[0].topic, "pages.raw");
    assert_eq!(all[0].topics.outcomes.as_deref(), Some("feedmill.outcomes"));
    assert_eq!(all[2].kafka.properties["ssl.certificate.location"].value, "/etc/feedmill/worker.pem");
    assert_eq!((&*all[3].topics.articles, all[3].app.generation), ("feedmill-green.articles", 2));
    let password = &all[1].kafka.properties["sasl.password"];
    assert!(password.secret && password.value == "not-a-secret");
    assert!(!format!("{:?}", all[1]).contains("not-a-secret"));
}

#[test]
fn commands_work() {
    let folder = workplace();
    let mut proven = 0;
    for line in blocks("sh").iter().flat_map(|b| b.lines()) {
        let (command, into) = line.split_once(" > ").map_or((line, None), |(c, f)| (c, Some(f)));
        let words: Vec<&str> = command.split_whitespace().collect();
        match words.as_slice() {
            ["cargo", "run", "--release", "--", "demo"] => {
                let done = feedmill(folder.path(), &["demo"]);
                let lines: Vec<serde_json::Value> =
                    done.stdout.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(|l| serde_json::from_slice(l).unwrap()).collect();
                assert!(lines.len() >= 20, "{} pages", lines.len());
            }
            ["cargo", "install", "--path", "."] => {}
            ["tests/run"] | ["deploy/local-kafka.sh"] => assert!(root().join(words[0]).is_file(), "{line}"),
            ["docker", "compose", "-f", file, "up", "--build"] => assert!(root().join(file).is_file(), "{line}"),
            ["curl", "-s", address] => {
                let listen = config::Settings::default().admin.listen.unwrap();
                let path = address.strip_prefix(&format!("http://{listen}")).unwrap_or_else(|| panic!("{line}: admin.listen is {listen}"));
                assert!(["/livez", "/readyz", "/metrics"].contains(&path), "{line}");
            }
            ["kcat", "-b", _, "-C", "-t", "ache", "-c", "1", "-e"] => assert_eq!(into, Some("one.json")),
            ["kcat", "-b", _, "-X", "isolation.level=read_committed", "-C", "-t", topic, ..] => {
                let topics = config::Settings::default().topics;
                assert!([&*topics.articles, &*topics.dead].contains(topic), "{line}");
            }
            // These need a broker: their words are proven, and the help that they lead to.
            ["feedmill", "check", "--sample", ..] => {
                feedmill(folder.path(), &words[1..]);
            }
            ["feedmill", arguments @ ("run" | "check" | "dlq" | "republish"), ..] | ["feedmill", arguments @ "topics", "create", ..] => {
                let help = feedmill(folder.path(), &[&words[1..], &["--help"]].concat());
                assert!(!help.stdout.is_empty(), "{arguments}");
            }
            ["feedmill", arguments @ ..] => {
                let done = feedmill(folder.path(), arguments);
                assert!(!done.stdout.is_empty(), "{line}: printed nothing");
                if into == Some("articles.jsonl") {
                    let article: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
                    let title = if line.contains("pages.jsonl") { "Bridge reopens" } else { "Ferries run again" };
                    assert_eq!(article["title"], title, "{line}");
                }
            }
            _ => panic!("{line}: say here how it is proven"),
        }
        proven += 1;
    }
    assert!(proven > 15, "{proven} commands: were the blocks found?");
}

#[test]
fn python_is_python() {
    for code in blocks("python") {
        let done = Command::new("python3").args(["-c", "import ast, sys; ast.parse(sys.argv[1])", &code]).output();
        let Ok(done) = done else { panic!("python3 is missing: it is needed to read README's Python") };
        assert!(done.status.success(), "{}\n{code}", String::from_utf8_lossy(&done.stderr));
        assert!(code.contains("read_committed") && code.contains(&*config::Settings::default().topics.articles));
    }
}

#[test]
fn links_lead_somewhere() {
    for file in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap();
            let heading = |title: &str| title.trim_start_matches('#').trim().to_lowercase().replace([',', ':'], "").replace(' ', "-");
            if let Some(anchor) = target.strip_prefix('#') {
                assert!(text.lines().any(|l| l.starts_with('#') && heading(l) == anchor), "{file}: #{anchor}");
                continue;
            }
            assert!(target.starts_with("https://") || root().join(target).exists(), "{file}: {target}");
        }
    }
}
