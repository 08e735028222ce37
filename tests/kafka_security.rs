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
use std::collections::BTreeMap;
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

/// What is wrong, rights that are taken away, properties that are set, the words by which the error must name it.
struct Case {
    what: &'static str,
    taken: Vec<Grant>,
    set: Vec<(&'static str, String)>,
    words: Vec<String>,
}

/// How a worker ended that was refused: its exit code, how long it took, what it said at the end, and all it said.
struct Refused {
    code: i32,
    took: Duration,
    told: String,
    log: String,
}

fn refused(what: &str, begun: Instant, mut worker: Worker) -> Refused {
    let code = until(what, STUCK, || worker.poll_end().map(|s| s.code().unwrap_or(-1)));
    let (took, log) = (begun.elapsed(), worker.log());
    eprintln!("{what}: exit code {code} after {:.1} s", took.as_secs_f64());
    // The error of a command is its last lines, whatever the log has said before.
    let told = log.rfind("feedmill: ").map_or_else(String::new, |at| log[at..].to_owned());
    Refused { code, took, told, log }
}

impl Refused {
    /// What is not as it must be.
    fn faults(&self, what: &str, words: &[String]) -> Option<String> {
        let Refused { code, took, told, log } = self;
        let named = words.iter().all(|w| told.contains(w.as_str()));
        let secret = ["wrong-secret", "\"mill\"", "PRIVATE KEY"].iter().any(|s| log.contains(s));
        let good = *code == 2 && *took < TOLD && named && !secret;
        (!good).then(|| format!("{what}: exit {code} after {took:?}, a secret in it: {secret}, wanted {words:?} in\n{told}\nof\n{log}"))
    }
}

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

    let prefix = format!("{}.*", app.id);
    let right = |what, taken: &[Grant], words: &[&str]| Case {
        what,
        taken: taken.to_vec(),
        set: vec![],
        words: words.iter().map(|w| (*w).to_owned()).collect(),
    };
    let wrong = |what, name, value: String, words: &[&str]| Case {
        what,
        taken: vec![],
        set: vec![(name, value)],
        words: words.iter().map(|w| (*w).to_owned()).collect(),
    };
    let (articles, clean) = (app.topic("articles"), app.topic("internal.clean"));
    let on = |right: &str, topic: &str| format!("the right {right} on topic {topic} is missing");
    let cases = [
        right("no Read on the input", &[grant("topic", &*app.input, "Read")], &[&on("Read", &app.input)]),
        right("no Write on the articles", &[grant("topic", &*articles, "Write")], &[&on("Write", &articles)]),
        right("no Write on the internal topics", &[grant("topic", format!("{}.internal.*", app.id), "Write")], &[&on("Write", &clean)]),
        right(
            "no Read on the groups",
            &[grant("group", &*prefix, "Read")],
            &[&format!("group {}.", app.id), "grant the worker Read on its consumer groups"],
        ),
        right(
            "no transactional ids",
            &[grant("transactional", &*prefix, "Write"), grant("transactional", &*prefix, "Describe")],
            &[&format!("\"{}.", app.id), "grant the worker Write and Describe on its transactional ids"],
        ),
        wrong("a wrong password", "sasl.password", "wrong-secret".into(), &["uthentication", "sasl.password"]),
        wrong("an unknown user", "sasl.username", "nobody".into(), &["uthentication", "sasl.username"]),
        wrong("another authority", "ssl.ca.location", cluster.file("other-ca.pem"), &["certificate", "ssl.ca.location"]),
        wrong(
            "another host's name",
            "bootstrap",
            cluster.guarded_address().replace("127.0.0.1", "localhost"),
            &["certificate", "bears its name", "localhost"],
        ),
    ];
    let mut faults = Vec::new();
    for Case { what, taken, set, words } in cases {
        change(&admin, "feed", &taken, false);
        let (bootstrap, properties): (Vec<_>, Vec<_>) = set.iter().partition(|(n, _)| *n == "bootstrap");
        let properties: Vec<(&str, &str)> = properties.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let servers: Vec<String> = bootstrap.iter().map(|(_, a)| format!("kafka.bootstrap_servers = {a:?}")).collect();
        let servers: Vec<&str> = servers.iter().map(String::as_str).collect();
        let begun = Instant::now();
        faults.extend(refused(what, begun, start(&app, &cluster, &properties, &servers)).faults(what, &words));
        change(&admin, "feed", &taken, true);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn an_expired_certificate_is_named() {
    let cluster = Cluster::guarded_by("expired-store.pem");
    let app = app(&cluster, "expired");
    let what = "a certificate that has expired";
    let refused = refused(what, Instant::now(), start(&app, &cluster, &[], &[]));
    let words = ["certificate", "expired"].map(str::to_owned);
    assert_eq!(refused.faults(what, &words), None);
}

/// Outcomes by event id.
fn outcomes(app: &App) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in read_settled(&app.bootstrap, &app.topic("outcomes")) {
        let row: Value = serde_json::from_slice(record.value.as_deref().unwrap()).unwrap();
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        all.entry(text("event_id")).or_default().push(text("outcome"));
    }
    all
}

#[test]
fn certificates_may_change_in_their_files() {
    let cluster = Cluster::guarded();
    // A member by a random name leaves its group, one with a name of its own does not.
    for settings in [&[][..], &["app.instance = \"one\""]] {
        change_certificates(&cluster, settings);
    }
}

fn change_certificates(cluster: &Cluster, settings: &[&str]) {
    let admin = cluster.bootstrap();
    let app = app(cluster, "certificates");
    let all = least(&app);
    for subject in ["CN=client.test", "CN=next.test"] {
        change(&admin, subject, &all, true);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    // A copy is written under another name first: a reader sees the old file or the new one.
    let copy = |from: &str, to: &str| {
        std::fs::copy(cluster.file(from), file("coming")).unwrap();
        std::fs::rename(file("coming"), file(to)).unwrap();
    };
    copy("ca.pem", "ca.pem");
    copy("client.pem", "client.pem");
    copy("client.key", "client.key");
    let (ca, certificate, key) = (file("ca.pem"), file("client.pem"), file("client.key"));
    let mutual = [
        ("security.protocol", "ssl"),
        ("sasl.mechanism", ""),
        ("sasl.username", ""),
        ("sasl.password", ""),
        ("ssl.ca.location", ca.as_str()),
        ("ssl.certificate.location", certificate.as_str()),
        ("ssl.key.location", key.as_str()),
    ];
    let servers = format!("kafka.bootstrap_servers = {:?}", cluster.mutual_address());
    let settings = [settings, &[&*servers]].concat();
    let mut worker = start(&app, cluster, &mutual, &settings);
    worker.wait_ready();

    let mut fed = 0;
    // Pages come all the time, also while the clients are made anew.
    let mut feed_until = |worker: &mut Worker, words: &str, times: usize| {
        until(words, STUCK, || {
            assert!(worker.poll_end().is_none(), "{}", worker.log());
            fed += 1;
            feed(&app, fed);
            (worker.log().matches(words).count() >= times).then_some(())
        });
        fed
    };
    // Of another authority: the broker does not take it, so neither does the worker. Both loops say so.
    copy("stranger.key", "client.key");
    copy("stranger.pem", "client.pem");
    feed_until(&mut worker, "the old ones stay in use", 2);
    assert!(!worker.log().contains("new clients are in use"), "{}", worker.log());
    copy("next.key", "client.key");
    copy("next.pem", "client.pem");
    // Two loops and the client that asks for the lag.
    feed_until(&mut worker, "new clients are in use", 3);
    worker.wait_ready();
    // The old subject may no longer do anything: what goes on goes on as the new one.
    change(&admin, "CN=client.test", &all, false);
    let last = feed_until(&mut worker, "", 0);
    until("the outcomes of all pages", STUCK, || (outcomes(&app).len() >= last as usize).then_some(()));
    let (outcomes, articles) = (outcomes(&app), read_settled(&app.bootstrap, &app.topic("articles")));
    assert!(outcomes.values().all(|o| o == &["new"]), "{outcomes:?}");
    assert_eq!((outcomes.len(), articles.len()), (last as usize, last as usize), "nothing lost, nothing doubled");
    worker.wait_ready();
    let log = worker.log();
    assert!(!log.contains("PRIVATE KEY"), "{log}");
    assert_eq!(worker.drain(), 0);
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
    let what = "a wrong secret of the token endpoint";
    let begun = Instant::now();
    let refused = refused(what, begun, start(&app, &cluster, &bearer, &wrong.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(refused.faults(what, &["invalid_client", "oauth.client_secret"].map(str::to_owned)), None);
}
