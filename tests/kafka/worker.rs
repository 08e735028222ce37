//! The real binary as a child process.

use super::cluster::{self, free_port};
use super::until;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// An application: its topics, its configuration file, the logs of its processes.
pub struct App {
    pub id: String,
    pub bootstrap: String,
    pub input: String,
    dir: tempfile::TempDir,
    settings: Vec<String>,
    started: std::cell::Cell<u32>,
}

impl App {
    /// An application with an input topic of its own and all topics made. `settings`: `section.key = value` lines of TOML.
    pub fn new(bootstrap: &str, name: &str, partitions: i32, settings: &[&str]) -> Self {
        let id = super::unique(name);
        let input = format!("{id}.pages");
        super::topics::create(bootstrap, &input, partitions, &[("max.message.bytes", "33554432")]);
        App {
            id,
            bootstrap: bootstrap.into(),
            input,
            dir: tempfile::tempdir().expect("temporary directory"),
            settings: settings.iter().map(|s| (*s).to_owned()).collect(),
            started: std::cell::Cell::new(0),
        }
    }

    /// More lines of its configuration.
    pub fn more(&mut self, settings: &[String]) {
        self.settings.extend(settings.iter().cloned());
    }

    /// Copies what its processes have written to a place that stays, and names it.
    pub fn keep_logs(&self) -> PathBuf {
        let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("logs").join(&self.id);
        std::fs::create_dir_all(&to).expect("directory for logs");
        for entry in std::fs::read_dir(self.dir.path()).expect("logs").flatten() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("log");
        }
        to
    }

    pub fn topic(&self, name: &str) -> String {
        format!("{}.{name}", self.id)
    }

    /// Starts a replica. `instance`: its `app.instance`, if it has one.
    pub fn start(&self, instance: Option<&str>, more: &[&str]) -> Worker {
        let number = self.started.get();
        self.started.set(number + 1);
        let port = free_port();
        let mut lines = vec![
            format!("app.id = {:?}", self.id),
            format!("kafka.bootstrap_servers = {:?}", self.bootstrap),
            "topics.create = true".to_owned(),
            format!("topics.outcomes = {:?}", self.topic("outcomes")),
            format!("admin.listen = \"127.0.0.1:{port}\""),
            "run.threads = 2".to_owned(),
            "log.format = \"text\"".to_owned(),
        ];
        if let Some(instance) = instance {
            lines.push(format!("app.instance = {instance:?}"));
        }
        lines.extend(self.settings.iter().cloned());
        if !lines.iter().any(|l| l.starts_with("topics.partitions")) {
            lines.push("topics.partitions = 3".to_owned());
        }
        lines.extend(more.iter().map(|s| (*s).to_owned()));
        if !lines.iter().any(|l| l.starts_with("topics.input")) {
            lines.push(format!("topics.input = [{:?}]", self.input));
        }
        // Of a key that is there twice the later one counts.
        let key = |l: &String| l.split(" = ").next().unwrap_or_default().to_owned();
        let later: Vec<String> = lines.iter().map(key).collect();
        let mut at = 0;
        lines.retain(|l| {
            at += 1;
            !later[at..].contains(&key(l))
        });
        let config = self.dir.path().join(format!("{number}.toml"));
        std::fs::write(&config, lines.join("\n") + "\n").expect("configuration");
        Worker::start(&config, &self.dir.path().join(format!("{number}.log")), port)
    }
}

pub struct Worker {
    child: Child,
    log: PathBuf,
    port: u16,
}

impl Worker {
    fn start(config: &Path, log: &Path, port: u16) -> Self {
        let out = File::create(log).expect("log file");
        let child = Command::new(env!("CARGO_BIN_EXE_feedmill"))
            .args(["run", "--config"])
            .arg(config)
            .env("FEEDMILL_TEST_HOOKS", "1")
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(out.try_clone().expect("log file"))
            .stderr(out)
            .spawn()
            .expect("feedmill");
        Worker { child, log: log.to_owned(), port }
    }

    /// kill -9.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn signal(&self, signal: &str) {
        cluster::signal(self.child.id(), signal);
    }

    /// SIGTERM, and the exit code after the drain.
    pub fn drain(self) -> i32 {
        self.signal("TERM");
        self.ended(Duration::from_secs(40))
    }

    /// Waits for the end and gives the exit code; -1 after a signal.
    pub fn ended(mut self, limit: Duration) -> i32 {
        let code = until("the end of the worker", limit, || self.poll_end()).code().unwrap_or(-1);
        if code != 0 {
            // Shown when the test fails.
            eprintln!("--- exit code {code} of {}", self.last_lines());
        }
        code
    }

    /// Whether it has ended by itself.
    pub fn poll_end(&mut self) -> Option<ExitStatus> {
        let end = self.child.try_wait().expect("worker");
        if end.is_none() {
            std::thread::sleep(Duration::from_millis(10));
        }
        end
    }

    /// What it has written so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn last_lines(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        format!("{} (last lines)\n{}", self.log.display(), lines[lines.len().saturating_sub(40)..].join("\n"))
    }

    pub fn log_path(&self) -> &Path {
        &self.log
    }

    /// Asks the admin listener: status code and body.
    pub fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let code = text.split(' ').nth(1)?.parse().ok()?;
        Some((code, text.split_once("\r\n\r\n")?.1.to_owned()))
    }

    pub fn wait_ready(&mut self) {
        until("a ready worker", Duration::from_secs(60), || {
            assert!(self.poll_end().is_none(), "the worker ended:\n{}", self.log());
            self.get("/readyz").filter(|(code, _)| *code == 200).map(drop)
        });
    }

    /// The sum of a counter over its labels.
    pub fn metric(&self, name: &str) -> f64 {
        let (_, text) = self.get("/metrics").unwrap_or_default();
        text.lines()
            .filter(|l| l.starts_with(name) && matches!(l.as_bytes().get(name.len()), Some(b' ' | b'{')))
            .filter_map(|l| l.rsplit(' ').next()?.parse::<f64>().ok())
            .sum()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        if std::thread::panicking() {
            eprintln!("--- {}", self.last_lines());
        }
    }
}
