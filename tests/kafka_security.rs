//! A secured cluster: the least rights are enough, whatever is missing or wrong is named in time, secrets stay secret and may change.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kafka;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kafka::cluster::Cluster;
use kafka::feed::{html, url};
use kafka::rights::{Grant, change, grant, printed};
use kafka::topics::{Feeder, read_settled};
use kafka::until;
use kafka::worker::{App, Worker};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const STUCK: Duration = Duration::from_secs(90);
/// Every refusal must be told within this time. A machine that runs other tests at the same time gets some more.
const TOLD: Duration = Duration::from_secs(20);

/// Properties of the guarded listener, as lines of TOML.
fn properties(cluster: &Cluster, more: &[(&str, &str)]) -> Vec<String> {
    let mut all: Vec<(&str, String)> = vec![
        ("security.protocol", "sasl_ssl".into()),
        ("ssl.ca.location", cluster.file("ca.pem")),
        ("sasl.mechanism", "SCRAM-SHA-256".into()),
        ("sasl.username", "feed".into()),
        ("sasl.password", "mill".into()),
    ];
    for (name, value) in more {
        all.retain(|(n, _)| n != name);
        if !value.is_empty() {
            all.push((*name, (*value).to_owned()));
        }
    }
    all.into_iter().map(|(name, value)| format!("kafka.properties.{name:?} = {value:?}")).collect()
}

/// An application whose topics the administrator has made.
fn app(cluster: &Cluster, name: &str) -> App {
    let app = App::new(&cluster.bootstrap(), name, 1, &[]);
    let made = feedmill(&app, &["topics", "create"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    app
}

fn feedmill(app: &App, words: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_feedmill"))
        .args(words)
        .args(["--set", &format!("app.id={}", app.id), "--set", &format!("kafka.bootstrap_servers={}", app.bootstrap)])
        .args(["--set", &format!("topics.input=[{:?}]", app.input), "--set", &format!("topics.outcomes={}", app.topic("outcomes"))])
        .output()
        .unwrap()
}

/// The least rights, as the documentation has them: what `topics print` grants.
fn least(app: &App) -> Vec<Grant> {
    printed(&String::from_utf8(feedmill(app, &["topics", "print"]).stdout).unwrap())
}

fn start(app: &App, cluster: &Cluster, more: &[(&str, &str)], settings: &[&str]) -> Worker {
    let mut lines = properties(cluster, more);
    lines.push("topics.create = false".into());
    lines.extend(settings.iter().map(|s| (*s).to_owned()));
    if !lines.iter().any(|l| l.starts_with("kafka.bootstrap_servers")) {
        lines.push(format!("kafka.bootstrap_servers = {:?}", cluster.guarded_address()));
    }
    app.start(None, &lines.iter().map(String::as_str).collect::<Vec<_>>())
}

fn feed(app: &App, n: u32) {
    let feeder = Feeder::new(&app.bootstrap);
    let event = json!({"url": url(n), "id": n.to_string(), "html": html(n, 0)}).to_string();
    feeder.send(&app.input, Some(0), None, Some(event.as_bytes()), &[]);
    feeder.flush();
}

fn published(app: &App, count: usize) {
    until("articles", STUCK, || (read_settled(&app.bootstrap, &app.topic("articles")).len() >= count).then_some(()));
}

/// What is wrong, rights that are taken away, properties that are set, words that the error must have.
type Case = (&'static str, Vec<Grant>, Vec<(&'static str, String)>, Vec<String>);

#[test]
fn the_least_rights_are_enough_and_each_that_is_missing_is_named() {
    let cluster = Cluster::guarded();
    let admin = cluster.bootstrap();
    let app = app(&cluster, "least");
    let all = least(&app);
    change(&admin, "feed", &all, true);
    let client = (cluster.file("client.pem"), cluster.file("client.key"));
    let with_certificate = [("ssl.certificate.location", client.0.as_str()), ("ssl.key.location", client.1.as_str())];
    let mut worker = start(&app, &cluster, &with_certificate, &[]);
    worker.wait_ready();
    feed(&app, 1);
    published(&app, 1);
    let log = worker.log();
    assert_eq!(worker.drain(), 0);
    assert!(!log.contains("\"mill\"") && !log.contains("password=mill"), "{log}");

    let id = &app.id;
    let internal = format!("{id}.internal.*");
    // What is taken or set, and the words that must name it.
    let cases: Vec<Case> = vec![
        ("Read on the input", vec![grant("topic", &*app.input, "Read")], vec![], vec!["Read".into(), app.input.clone()]),
        (
            "Write on the articles",
            vec![grant("topic", app.topic("articles"), "Write")],
            vec![],
            vec!["Write".into(), app.topic("articles")],
        ),
        (
            "Write on the internal topics",
            vec![grant("topic", &*internal, "Write")],
            vec![],
            vec!["Write".into(), app.topic("internal.clean")],
        ),
        ("Read on the groups", vec![grant("group", format!("{id}.*"), "Read")], vec![], vec!["Read".into(), "group".into()]),
        (
            "the transactional ids",
            vec![grant("transactional", format!("{id}.*"), "Write"), grant("transactional", format!("{id}.*"), "Describe")],
            vec![],
            vec!["Write".into(), "transactional id".into()],
        ),
        ("the password", vec![], vec![("sasl.password", "wrong-secret".into())], vec!["uthentication".into(), "sasl.password".into()]),
        ("the authority", vec![], vec![("ssl.ca.location", cluster.file("other-ca.pem"))], vec!["certificate".into()]),
        (
            "the host's name",
            vec![],
            vec![("bootstrap", cluster.guarded_address().replace("127.0.0.1", "localhost"))],
            vec!["certificate".into()],
        ),
    ];
    let mut faults = Vec::new();
    for (what, taken, set, words) in cases {
        change(&admin, "feed", &taken, false);
        let (bootstrap, properties): (Vec<_>, Vec<_>) = set.iter().partition(|(n, _)| *n == "bootstrap");
        let properties: Vec<(&str, &str)> = properties.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let servers: Vec<String> = bootstrap.iter().map(|(_, a)| format!("kafka.bootstrap_servers = {a:?}")).collect();
        let servers: Vec<&str> = servers.iter().map(String::as_str).collect();
        let begun = Instant::now();
        let mut worker = start(&app, &cluster, &properties, &servers);
        let code = until(what, STUCK, || worker.poll_end().map(|s| s.code().unwrap_or(-1)));
        let (took, log) = (begun.elapsed(), worker.log());
        eprintln!("{what}: exit {code} after {took:.1?}");
        if code < 1 || took > TOLD || words.iter().any(|w| !log.contains(w.as_str())) || log.contains("wrong-secret") {
            faults.push(format!("{what}: exit {code} after {took:?}, wanted {words:?} in\n{log}"));
        }
        change(&admin, "feed", &taken, true);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn an_expired_certificate_is_named() {
    let cluster = Cluster::guarded_by("expired-store.pem");
    let app = app(&cluster, "expired");
    let begun = Instant::now();
    let mut worker = start(&app, &cluster, &[], &[]);
    let code = until("the refusal", STUCK, || worker.poll_end().map(|s| s.code().unwrap_or(-1)));
    let (took, log) = (begun.elapsed(), worker.log());
    assert!(code == 2 && took < TOLD && log.contains("certificate") && log.contains("expired"), "exit {code} after {took:?}\n{log}");
}

#[test]
fn user_and_password_may_change_in_their_files() {
    let cluster = Cluster::guarded();
    let admin = cluster.bootstrap();
    let app = app(&cluster, "rotation");
    let all = least(&app);
    change(&admin, "feed", &all, true);
    change(&admin, "feed2", &all, true);
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        format!("${{file:{}}}", folder.path().join(name).display())
    };
    let (user, password) = (file("user", "feed"), file("password", "mill\n"));
    let mut worker = start(&app, &cluster, &[("sasl.username", &user), ("sasl.password", &password)], &[]);
    worker.wait_ready();
    feed(&app, 1);
    published(&app, 1);
    file("user", "feed2");
    file("password", "mill2");
    until("word of the change", STUCK, || {
        assert!(worker.poll_end().is_none());
        worker.log().contains("have changed: new connections use them").then_some(())
    });
    // The old user may no longer do anything: what goes on goes on as the new one.
    std::thread::sleep(Duration::from_secs(6));
    change(&admin, "feed", &all, false);
    feed(&app, 2);
    published(&app, 2);
    assert!(!worker.log().contains("mill2"));
    assert_eq!(worker.drain(), 0);
}

/// A token endpoint: what it was asked, and how often.
fn endpoint(life: u64) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/token", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !String::from_utf8_lossy(&request).contains("client_credentials") {
                match stream.read(&mut buffer) {
                    Ok(n @ 1..) => request.extend_from_slice(&buffer[..n]),
                    _ => break,
                }
            }
            counter.fetch_add(1, Ordering::Relaxed);
            let now = jiff::Timestamp::now().as_second() as u64;
            let part = |json: Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
            // feedmill:s3cret
            let right = String::from_utf8_lossy(&request).contains("Basic ZmVlZG1pbGw6czNjcmV0");
            let (status, body) = if right {
                let claims = json!({"sub": "feed", "iat": now, "exp": now + life});
                let token = format!("{}.{}.", part(json!({"alg": "none"})), part(claims));
                ("200 OK", json!({"access_token": token, "token_type": "Bearer", "expires_in": life}))
            } else {
                ("401 Unauthorized", json!({"error": "invalid_client"}))
            };
            let body = body.to_string();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (address, asked)
}

#[test]
fn tokens_are_fetched_and_renewed() {
    let cluster = Cluster::guarded();
    let app = app(&cluster, "oauth");
    change(&cluster.bootstrap(), "feed", &least(&app), true);
    let (address, asked) = endpoint(10);
    let bearer = [("sasl.mechanism", "OAUTHBEARER"), ("sasl.username", ""), ("sasl.password", "")];
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "s3cret\n").unwrap();
    let lines = |secret: &str| -> Vec<String> {
        vec![
            format!("oauth.token_endpoint = {address:?}"),
            "oauth.client_id = \"feedmill\"".into(),
            format!("oauth.client_secret = {secret:?}"),
        ]
    };
    let right = lines(&format!("${{file:{}}}", secret.display()));
    let mut worker = start(&app, &cluster, &bearer, &right.iter().map(String::as_str).collect::<Vec<_>>());
    worker.wait_ready();
    feed(&app, 1);
    published(&app, 1);
    let first = asked.load(Ordering::Relaxed);
    until("a renewal", STUCK, || {
        std::thread::sleep(Duration::from_millis(200));
        (asked.load(Ordering::Relaxed) >= first + 2).then_some(())
    });
    feed(&app, 2);
    published(&app, 2);
    assert!(!worker.log().contains("s3cret"));
    assert_eq!(worker.drain(), 0);

    let wrong = lines("wrong-secret");
    let begun = Instant::now();
    let mut worker = start(&app, &cluster, &bearer, &wrong.iter().map(String::as_str).collect::<Vec<_>>());
    let code = until("the refusal", STUCK, || worker.poll_end().map(|s| s.code().unwrap_or(-1)));
    let (took, log) = (begun.elapsed(), worker.log());
    assert!(code == 2 && took < TOLD && log.contains("invalid_client") && log.contains("oauth.client_secret"), "{code} {took:?} {log}");
    assert!(!log.contains("wrong-secret"), "{log}");
}
