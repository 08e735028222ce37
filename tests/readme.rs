//! README.md is true: every block of it is run, loaded or parsed. A new command that nobody here knows how to prove is an error.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use feedmill::config;
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

/// A folder with the files that the commands of the README name.
fn workplace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pages.jsonl"), blocks("json").join("\n") + "\n").unwrap();
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
    assert_eq!(all.len(), 2);
    assert_eq!(&*all[0].topics.input[0].topic, "pages.raw");
    assert_eq!(all[0].topics.outcomes.as_deref(), Some("feedmill.outcomes"));
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
            ["kcat", "-b", _, "-X", "isolation.level=read_committed", "-C", "-t", topic, ..] => {
                let topics = config::Settings::default().topics;
                assert!([&*topics.articles, &*topics.dead].contains(topic), "{line}");
            }
            // These need a broker: their words are proven, and the help that they lead to.
            ["feedmill", arguments @ ("run" | "check" | "dlq"), ..] | ["feedmill", arguments @ "topics", "create", ..] => {
                let help = feedmill(folder.path(), &[&words[1..], &["--help"]].concat());
                assert!(!help.stdout.is_empty(), "{arguments}");
            }
            ["feedmill", arguments @ ..] => {
                let done = feedmill(folder.path(), arguments);
                assert!(!done.stdout.is_empty(), "{line}: printed nothing");
                if into == Some("articles.jsonl") {
                    let article: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
                    assert_eq!(article["title"], "Bridge reopens", "{line}");
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
            assert!(target.starts_with("https://") || root().join(target).exists(), "{file}: {target}");
        }
    }
}
