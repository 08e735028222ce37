//! The house is as its picture says: the folders, the arrows between the rooms, and that the core knows neither clock nor network.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms a room may know. What is not here must not be.
const ARROWS: [(&str, &[&str]); 12] = [
    ("cli", &["worker", "ops", "bus", "stage", "config", "clean", "tag", "dedup", "page", "article", "record"]),
    ("worker", &["stage", "bus", "ops", "config", "record"]),
    ("ops", &["config", "article"]),
    ("bus", &["config", "record"]),
    ("stage", &["clean", "tag", "dedup", "page", "article", "record", "config"]),
    ("config", &["page", "article", "tag"]),
    ("clean", &["article"]),
    ("tag", &["article"]),
    ("dedup", &["article"]),
    ("page", &["article", "record"]),
    ("article", &["record"]),
    ("record", &[]),
];

/// The dead letter is the record that died, so it is made of it; nothing else that goes out knows what travels on the bus.
const ONLY_FROM: [(&str, &str, &str); 1] = [("article", "record", "article/dead.rs")];

/// Values in, values out: the same page gives the same record everywhere and always.
const PURE: [&str; 5] = ["clean", "tag", "dedup", "page", "article"];
const IMPURE: [&str; 17] = [
    "SystemTime",
    "Instant::now",
    "time::Instant",
    "Timestamp::now",
    "Zoned::now",
    // Addresses are values; sockets are not.
    "TcpStream",
    "UdpSocket",
    "ToSocketAddrs",
    "std::fs",
    "std::env",
    "std::io",
    "std::process",
    "std::thread",
    "fastrand",
    "tokio",
    "rdkafka",
    "static mut",
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn walk(folder: &Path, folders: &mut Vec<PathBuf>, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            folders.push(path.clone());
            walk(&path, folders, files);
        } else if path.extension().is_some_and(|x| x == "rs") {
            files.push(path);
        }
    }
}

/// The code of a file: without comments, and without its tests, which may know other rooms.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().map(|l| l.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// Files and folders of tests beside the code may know other rooms, too.
fn is_test(inside: &str) -> bool {
    inside.split('/').any(|part| part == "tests" || part == "tests.rs")
}

/// Files of the rooms with their path under `src`, as `room/file.rs`.
fn rooms() -> Vec<(String, String, String)> {
    let mut files = Vec::new();
    walk(&source(), &mut Vec::new(), &mut files);
    let mut all = Vec::new();
    for file in files {
        let inside = file.strip_prefix(source()).unwrap().to_str().unwrap().to_owned();
        let room = inside.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        if !["lib", "main"].contains(&room.as_str()) && !is_test(&inside) {
            all.push((room, inside, code(&file)));
        }
    }
    all
}

/// Rooms named right after `crate::`, singly or in braces.
fn known(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let word = |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut item = String::new();
        for c in list.chars() {
            match c {
                '}' if depth == 0 => break,
                ',' if depth == 0 => {
                    found.insert(word(&item));
                    item.clear();
                    continue;
                }
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            item.push(c);
        }
        found.insert(word(&item));
    }
    found.remove("");
    found
}

#[test]
fn arrows_run_the_way_the_picture_says() {
    let mut wrong = Vec::new();
    for (room, file, code) in rooms() {
        let (_, allowed) = ARROWS.iter().find(|(r, _)| *r == room).unwrap_or_else(|| panic!("{file}: a room without a row in ARROWS"));
        for other in known(&code).into_iter().filter(|o| *o != room) {
            let only = ONLY_FROM.iter().any(|(from, to, only)| *from == room && *to == other && *only != file);
            if !allowed.contains(&other.as_str()) || only {
                wrong.push(format!("{file} knows {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that must not be:\n{}", wrong.join("\n"));
}

#[test]
fn nobody_reaches_another_room_by_the_back_door() {
    for (_, file, code) in rooms() {
        // How many `super::` lead to the crate: `room/mod.rs` 1, `room/file.rs` 2, `room/part/file.rs` 3.
        let depth = file.split('/').count() - usize::from(file.ends_with("/mod.rs"));
        assert!(!code.contains(&"super::".repeat(depth)), "{file}: say crate::, so that the arrow can be seen");
    }
}

#[test]
fn the_core_is_pure() {
    let mut wrong = Vec::new();
    for (room, file, code) in rooms() {
        if PURE.contains(&room.as_str()) {
            wrong.extend(IMPURE.iter().filter(|word| code.contains(*word)).map(|word| format!("{file} uses {word}")));
        }
    }
    assert!(wrong.is_empty(), "not pure:\n{}", wrong.join("\n"));
}

#[test]
fn the_picture_of_the_folders_is_true() {
    let text = fs::read_to_string(source().join("../ARCHITECTURE.md")).unwrap();
    let picture =
        text.split("```text\nsrc/\n").nth(1).expect("ARCHITECTURE.md has a block that begins with src/").split("```").next().unwrap();
    let mut drawn = BTreeSet::new();
    let mut path: Vec<&str> = Vec::new();
    for line in picture.lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        if let Some(folder) = name.strip_suffix('/') {
            let depth = (line.len() - line.trim_start().len()) / 2;
            path.truncate(depth - 1);
            path.push(folder);
            drawn.insert(path.join("/"));
        } else if line.starts_with("  ") && !line.starts_with("   ") && name.ends_with(".rs") {
            assert!(source().join(name).is_file(), "{name} is drawn and not there");
        }
    }
    let mut folders = Vec::new();
    walk(&source(), &mut folders, &mut Vec::new());
    let there: BTreeSet<String> =
        folders.iter().map(|f| f.strip_prefix(source()).unwrap().to_str().unwrap().to_owned()).filter(|f| !is_test(f)).collect();
    let only_drawn: Vec<_> = drawn.difference(&there).collect();
    let only_there: Vec<_> = there.difference(&drawn).collect();
    assert!(only_drawn.is_empty() && only_there.is_empty(), "only in the picture: {only_drawn:?}; only under src: {only_there:?}");
}

#[test]
fn the_map_names_every_room() {
    let text = fs::read_to_string(source().join("lib.rs")).unwrap();
    for room in text.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')) {
        assert!(text.contains(&format!("//! | [`{room}`] |")), "src/lib.rs has no row for {room}");
        assert!(ARROWS.iter().any(|(r, _)| *r == room), "no arrows for {room}");
    }
}

#[test]
fn names_in_braces_are_found() {
    let code = "use crate::{clean, tag::{self, x}, a_b};\nlet y = crate::page::decode(); use crate::{record};";
    assert_eq!(known(code).into_iter().collect::<Vec<_>>(), ["a_b", "clean", "page", "record", "tag"]);
}
