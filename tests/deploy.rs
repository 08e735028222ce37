//! What cannot be run here is at least read by a parser: the compose file, the Dockerfile, the systemd unit, the scripts.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use yaml_rust2::{Yaml, YamlLoader};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn yaml(path: &str) -> Yaml {
    YamlLoader::load_from_str(&read(path)).unwrap_or_else(|e| panic!("{path}: {e}")).remove(0)
}

fn strings(list: &Yaml) -> Vec<&str> {
    list.as_vec().map(|v| v.iter().filter_map(Yaml::as_str).collect()).unwrap_or_default()
}

fn names(map: &Yaml) -> Vec<&str> {
    map.as_hash().map(|h| h.keys().filter_map(Yaml::as_str).collect()).unwrap_or_default()
}

/// An image without a version is another one tomorrow.
fn assert_pinned(image: &str, place: &str) {
    let tag = image.rsplit_once(':').map(|(_, tag)| tag);
    assert!(tag.is_some_and(|t| t != "latest" && t.contains(|c: char| c.is_ascii_digit() || c == '-')), "{place}: {image} is not pinned");
}

// --- compose ---------------------------------------------------------------------------------------------------------------------------

#[test]
fn compose_has_all_that_is_promised_and_refers_to_what_is_there() {
    let compose = yaml("deploy/compose.yaml");
    let services = &compose["services"];
    assert_eq!(names(services), ["kafka", "topics", "worker", "producer", "prometheus"]);
    for name in names(services) {
        let service = &services[name];
        let image = service["image"].as_str().unwrap();
        if image == "feedmill" {
            let file = service["build"]["dockerfile"].as_str().unwrap();
            assert_eq!(service["build"]["context"].as_str(), Some(".."));
            assert!(root().join(file).is_file(), "{name}: {file}");
        } else {
            assert_pinned(image, name);
        }
        for other in [strings(&service["depends_on"]), names(&service["depends_on"])].concat() {
            assert!(names(services).contains(&other), "{name} depends on {other}");
        }
        for volume in strings(&service["volumes"]) {
            let source = volume.split(':').next().unwrap();
            let there = if source.starts_with('.') {
                root().join("deploy").join(source).is_file()
            } else {
                names(&compose["volumes"]).contains(&source)
            };
            assert!(there, "{name}: {source} is not there");
        }
        for port in strings(&service["ports"]) {
            assert!(port.starts_with("127.0.0.1:"), "{name}: {port} is open to the network");
        }
    }
}

#[test]
fn compose_kafka_is_4_1_and_its_listeners_fit_together() {
    let compose = yaml("deploy/compose.yaml");
    let kafka = &compose["services"]["kafka"];
    assert!(kafka["image"].as_str().unwrap().starts_with("apache/kafka:4.1"));
    let environment = &kafka["environment"];
    let pairs = |key: &str, split: &str| -> BTreeMap<String, String> {
        let text = environment[key].as_str().unwrap();
        text.split(',').map(|p| p.split_once(split).unwrap()).map(|(a, b)| (a.into(), b.into())).collect()
    };
    let (listeners, advertised) = (pairs("KAFKA_LISTENERS", "://"), pairs("KAFKA_ADVERTISED_LISTENERS", "://"));
    let protocols = pairs("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", ":");
    assert!(listeners.keys().eq(protocols.keys()));
    for (name, address) in &advertised {
        assert!(address.ends_with(listeners[name].as_str()), "{name}: {address} against {}", listeners[name]);
    }
    assert!(advertised.contains_key(environment["KAFKA_INTER_BROKER_LISTENER_NAME"].as_str().unwrap()));
    let inside = &advertised["INSIDE"];
    for service in ["topics", "worker"] {
        let servers = compose["services"][service]["environment"]["FEEDMILL__KAFKA__BOOTSTRAP_SERVERS"].as_str();
        assert_eq!(servers, Some(inside.as_str()), "{service}");
    }
    // A number where compose wants a string is an error of old versions, and `on` would become `true`.
    for (key, value) in environment.as_hash().unwrap() {
        assert!(value.as_str().is_some(), "{key:?} is no string");
    }
}

#[test]
fn prometheus_scrapes_the_worker_where_it_listens() {
    let compose = yaml("deploy/compose.yaml");
    let listen = compose["services"]["worker"]["environment"]["FEEDMILL__ADMIN__LISTEN"].as_str().unwrap();
    let port = listen.rsplit_once(':').unwrap().1;
    let prometheus = yaml("deploy/prometheus.yml");
    let targets = strings(&prometheus["scrape_configs"][0]["static_configs"][0]["targets"]);
    assert_eq!(targets, [format!("worker:{port}")]);
    assert_eq!(compose["services"]["worker"]["environment"]["FEEDMILL_ADMIN_INSECURE"].as_str(), Some("1"));
}

// --- image -----------------------------------------------------------------------------------------------------------------------------

struct Stage {
    image: String,
    name: Option<String>,
    instructions: Vec<(String, String)>,
}

/// The stages of a Dockerfile, each instruction on one line.
fn stages(text: &str) -> Vec<Stage> {
    let joined = text.lines().filter(|l| !l.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    let mut stages: Vec<Stage> = Vec::new();
    for line in joined.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or_else(|| panic!("no instruction: {line}"));
        assert_eq!(word, word.to_uppercase(), "{line}");
        if word == "FROM" {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let name = (words.get(1) == Some(&"AS")).then(|| words[2].to_owned());
            stages.push(Stage { image: words[0].to_owned(), name, instructions: Vec::new() });
        } else {
            let known = ["RUN", "COPY", "USER", "WORKDIR", "EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD", "ENV", "LABEL", "ARG"];
            assert!(known.contains(&word), "unknown instruction: {line}");
            stages.last_mut().expect("an instruction before FROM").instructions.push((word.to_owned(), rest.to_owned()));
        }
    }
    stages
}

#[test]
fn the_image_is_small_and_without_root_or_build_tools() {
    let stages = stages(&read("deploy/Dockerfile"));
    let last = stages.last().unwrap();
    for stage in &stages {
        assert_pinned(&stage.image, "Dockerfile");
    }
    assert_eq!(last.image, "debian:bookworm-slim");
    for tool in ["gcc", "make", "cargo", "rust", "-dev", "pkg-config", "build-essential", "curl"] {
        for (word, rest) in last.instructions.iter().filter(|(w, _)| w == "RUN") {
            assert!(!rest.contains(tool), "{word} {rest}: {tool} in the end image");
        }
    }
    let user = last.instructions.iter().rposition(|(w, _)| w == "USER").expect("no USER");
    let uid = last.instructions[user].1.split(':').next().unwrap();
    assert!(uid.parse::<u32>().is_ok_and(|n| n > 0), "USER {uid}: a number other than 0, so that Kubernetes can check runAsNonRoot");
    assert!(last.instructions[user..].iter().all(|(w, _)| w != "RUN"), "RUN after USER");
    for word in ["ENTRYPOINT", "CMD"] {
        let (_, rest) = last.instructions.iter().find(|(w, _)| w == word).unwrap();
        serde_json::from_str::<Vec<String>>(rest).expect("the form without a shell, so that SIGTERM reaches the worker");
    }
}

#[test]
fn the_image_copies_what_is_there_and_not_ignored() {
    let ignore = read("deploy/Dockerfile.dockerignore");
    let allowed: Vec<&str> = ignore.lines().filter_map(|l| l.strip_prefix('!')).collect();
    assert!(ignore.lines().any(|l| l == "*"));
    let stages = stages(&read("deploy/Dockerfile"));
    for (at, stage) in stages.iter().enumerate() {
        for (_, rest) in stage.instructions.iter().filter(|(w, _)| w == "COPY") {
            let mut words: Vec<&str> = rest.split_whitespace().collect();
            if let Some(from) = words[0].strip_prefix("--from=") {
                assert!(stages[..at].iter().any(|s| s.name.as_deref() == Some(from)), "no stage {from}");
                continue;
            }
            words.pop();
            for source in words {
                assert!(root().join(source).exists(), "COPY {source}: not in the repository");
                assert!(allowed.contains(&source.split('/').next().unwrap()), "COPY {source}: ignored by Dockerfile.dockerignore");
            }
        }
    }
}

// --- systemd ---------------------------------------------------------------------------------------------------------------------------

#[test]
fn the_unit_is_well_formed_and_hardened() {
    let mut sections: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut section = String::new();
    for line in read("deploy/feedmill.service").lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            Some(name) => section = name.to_owned(),
            None => {
                let (key, value) = line.split_once('=').unwrap_or_else(|| panic!("no key=value: {line}"));
                assert!(key.chars().all(|c| c.is_ascii_alphanumeric()), "{line}");
                sections.entry(section.clone()).or_default().push((key.to_owned(), value.to_owned()));
            }
        }
    }
    assert!(sections.keys().eq(["Install", "Service", "Unit"]));
    let service = &sections["Service"];
    let value = |key: &str| service.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
    assert!(value("ExecStart").unwrap().starts_with("/usr/local/bin/feedmill run --config /etc/feedmill/feedmill.toml"));
    // A start that failed is tried again, too: brokers may come up later, and rights be granted. But not so often that it fills the log.
    assert_eq!((value("Restart"), value("RestartPreventExitStatus")), (Some("on-failure"), None));
    assert!(value("RestartSec").unwrap().parse::<u64>().unwrap() >= 10);
    let drain = feedmill::config::Settings::default().run.drain.as_secs();
    assert!(value("TimeoutStopSec").unwrap().parse::<u64>().unwrap() > drain);
    for (key, wanted) in [
        ("DynamicUser", "yes"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectControlGroups", "yes"),
        ("RestrictNamespaces", "yes"),
        ("RestrictSUIDSGID", "yes"),
        ("LockPersonality", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("SystemCallArchitectures", "native"),
    ] {
        assert_eq!(value(key), Some(wanted), "{key}");
    }
}

// --- scripts ---------------------------------------------------------------------------------------------------------------------------

fn scripts() -> Vec<PathBuf> {
    let mut all = vec![root().join("tests/run"), root().join(".ci/run")];
    all.extend(
        fs::read_dir(root().join("deploy")).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|x| x == "sh")),
    );
    all
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o111 != 0
}

#[test]
fn scripts_parse_and_can_be_run() {
    for script in scripts() {
        let first = fs::read_to_string(&script).unwrap().lines().next().unwrap().to_owned();
        let shell = if first.ends_with("bash") { "bash" } else { "sh" };
        assert!(first.starts_with("#!"), "{}: {first}", script.display());
        let done = Command::new(shell).arg("-n").arg(&script).output().unwrap();
        assert!(done.status.success(), "{}: {}", script.display(), String::from_utf8_lossy(&done.stderr));
        assert!(is_executable(&script), "{} is not executable", script.display());
    }
}

#[test]
fn the_sample_producer_makes_page_events() {
    let done = Command::new("sh").arg(root().join("deploy/sample-producer.sh")).args(["5", "0"]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8(done.stdout).unwrap();
    let (events, broken): (Vec<_>, Vec<_>) = text.lines().map(serde_json::from_str::<serde_json::Value>).partition(Result::is_ok);
    // Each round: a story, a copy, the same again, a 404; every fifth round one that is cut off.
    assert_eq!((events.len(), broken.len()), (20, 1));
    let urls: Vec<String> = events.into_iter().map(|e| e.unwrap()["url"].as_str().unwrap().to_owned()).collect();
    assert!(urls.iter().all(|u| u.starts_with("https://")));
    assert_eq!(urls[0], urls[2]);

    // Each round has a story of its own, or the compose file would show one article and nothing but copies of it.
    let folder = tempfile::tempdir().unwrap();
    let (pages, outcomes) = (folder.path().join("pages.jsonl"), folder.path().join("outcomes.jsonl"));
    fs::write(&pages, text).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_feedmill")).arg("process").arg("--outcomes").arg(&outcomes).arg(&pages).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let outcomes = fs::read_to_string(outcomes).unwrap();
    let count = |outcome: &str| outcomes.matches(&format!("\"outcome\":\"{outcome}\"")).count();
    let counts = ["new", "duplicate", "unchanged", "skipped", "dead"].map(count);
    assert_eq!(counts, [5, 5, 5, 5, 1], "{outcomes}");
}
