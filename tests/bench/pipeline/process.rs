//! The worker as a process that is measured, with the settings that a user has unless a bench says otherwise.

use crate::kafka::cluster::{free_port, signal};
use crate::kafka::{topics, unique, until};
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub const BINARY: &str = env!("CARGO_BIN_EXE_feedmill");
/// Kernel ticks of `/proc/PID/stat`; 100 on every Linux of today.
const TICKS: f64 = 100.0;

/// An application with its own topics, all made before a worker starts.
pub struct Application {
    pub id: String,
    pub input: String,
    pub bootstrap: String,
    dir: tempfile::TempDir,
    port: u16,
}

impl Application {
    /// `settings`: lines of `section.key = value`.
    pub fn new(bootstrap: &str, name: &str, partitions: i32, settings: &[&str]) -> Self {
        let id = unique(name);
        let input = format!("{id}.pages");
        topics::create(bootstrap, &input, partitions, &[("max.message.bytes", "33554432")]);
        let app = Application { port: free_port(), dir: tempfile::tempdir().unwrap(), id, input, bootstrap: bootstrap.into() };
        let mut lines = vec![
            format!("app.id = {:?}", app.id),
            format!("kafka.bootstrap_servers = {bootstrap:?}"),
            format!("topics.input = [{:?}]", app.input),
            format!("admin.listen = \"127.0.0.1:{}\"", app.port),
            "log.format = \"text\"".to_owned(),
        ];
        lines.extend(settings.iter().map(|s| (*s).to_owned()));
        std::fs::write(app.config(), lines.join("\n") + "\n").unwrap();
        let made = Command::new(BINARY).args(["topics", "create", "--config"]).arg(app.config()).output().expect("feedmill");
        assert!(made.status.success(), "topics create: {}", String::from_utf8_lossy(&made.stderr));
        app
    }

    pub fn topic(&self, name: &str) -> String {
        format!("{}.{name}", self.id)
    }

    pub fn config(&self) -> PathBuf {
        self.dir.path().join("feedmill.toml")
    }

    /// Starts a worker, on one core when `core` says so.
    pub fn start(&self, core: Option<u32>) -> Process {
        let log = self.dir.path().join("log");
        let out = File::options().create(true).append(true).open(&log).unwrap();
        let mut command = match core {
            // taskset becomes the worker: the process id stays.
            Some(core) => {
                let mut c = Command::new("taskset");
                c.args(["-c", &core.to_string(), BINARY]);
                c
            }
            None => Command::new(BINARY),
        };
        command.args(["run", "--config"]).arg(self.config()).stdin(Stdio::null()).stdout(out.try_clone().unwrap()).stderr(out);
        Process { child: command.spawn().expect("the worker, and taskset (util-linux)"), port: self.port, log }
    }
}

pub struct Process {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Process {
    /// User and system seconds since its start, all threads.
    pub fn cpu(&self) -> f64 {
        cpu_of(self.child.id()).unwrap_or(f64::NAN)
    }

    /// Resident bytes.
    pub fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let kib = status.lines().find_map(|l| l.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        kib.unwrap_or(f64::NAN) * 1024.0
    }

    fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let code = text.split(' ').nth(1)?.parse().ok()?;
        Some((code, text.split_once("\r\n\r\n")?.1.to_owned()))
    }

    /// The sum of a metric over its labels.
    pub fn metric(&self, name: &str) -> f64 {
        let (_, text) = self.get("/metrics").unwrap_or_default();
        text.lines()
            .filter(|l| l.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{'])))
            .filter_map(|l| l.rsplit(' ').next()?.parse::<f64>().ok())
            .sum()
    }

    pub fn pages(&self) -> u64 {
        self.metric("feedmill_pages_total") as u64
    }

    /// Waits until it is ready.
    pub fn wait_ready(&mut self) {
        until("a ready worker", Duration::from_secs(60), || {
            self.pause(Duration::from_millis(10));
            self.get("/readyz").filter(|(code, _)| *code == 200).map(drop)
        });
    }

    /// Waits, and ends with the worker's log when the worker has ended.
    pub fn pause(&mut self, time: Duration) {
        std::thread::sleep(time);
        if let Some(end) = self.child.try_wait().unwrap() {
            panic!("the worker ended ({end}):\n{}", std::fs::read_to_string(&self.log).unwrap_or_default());
        }
    }

    /// SIGTERM, then its end.
    pub fn drain(mut self) {
        signal(self.child.id(), "TERM");
        let end = self.child.wait().unwrap();
        assert!(end.success(), "the drain ended with {end}:\n{}", std::fs::read_to_string(&self.log).unwrap_or_default());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// CPU seconds of `feedmill process` over a file from its start to its end, with the application's settings.
pub fn process_cpu(config: &Path, pages: &Path) -> f64 {
    let mut child = Command::new(BINARY)
        .args(["process", "--config"])
        .arg(config)
        .arg(pages)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("feedmill process");
    // An ended child keeps its times until it is waited for.
    while stat(child.id()).is_some_and(|fields| fields[0] != "Z") {
        std::thread::sleep(Duration::from_millis(5));
    }
    let cpu = cpu_of(child.id()).unwrap_or(f64::NAN);
    assert!(child.wait().unwrap().success(), "feedmill process failed");
    cpu
}

fn cpu_of(pid: u32) -> Option<f64> {
    let fields = stat(pid)?;
    // utime and stime are the fields 14 and 15, counted from one, the state is the third.
    Some((fields[11].parse::<f64>().ok()? + fields[12].parse::<f64>().ok()?) / TICKS)
}

/// The fields after the name, which may hold blanks and parentheses itself.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(text.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect())
}
