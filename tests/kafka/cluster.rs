//! Brokers as child processes.

use super::proxy::Proxy;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Any id will do; a cluster lives for one test process.
const CLUSTER_ID: &str = "MkU3OEVBNTcwNTJENDM2Qg";
const START: Duration = Duration::from_secs(90);

const SECURED: &str = "sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_feed=\"mill\";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
";

const GUARDED: &str = "sasl.enabled.mechanisms=SCRAM-SHA-256,PLAIN,OAUTHBEARER
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_feed=\"mill\";
listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
connections.max.reauth.ms=3000
ssl.keystore.type=PEM
ssl.truststore.type=PEM
ssl.client.auth=requested
listener.name.ssl.ssl.client.auth=required
";

pub struct Cluster {
    nodes: Vec<Node>,
    dir: tempfile::TempDir,
}

struct Node {
    port: u16,
    /// Where clients are told to go instead of `port`, when something stands between.
    advertised: Option<u16>,
    controller: u16,
    /// A listener that wants a password and gives its users only the rights that they were granted.
    secured: Option<u16>,
    guarded: Option<Guarded>,
    running: Option<Running>,
}

/// Listeners with TLS, and rights as the secured one has them.
#[derive(Clone, Copy)]
struct Guarded {
    /// SCRAM, PLAIN and OAUTHBEARER.
    sasl: u16,
    /// Users are the subjects of their certificates.
    mutual: u16,
    /// Of the broker's certificate.
    store: &'static str,
}

/// A shell that kills the broker when its standard input ends: also when the test process is killed, so that no broker is left behind.
struct Running {
    shell: Child,
    leash: Option<ChildStdin>,
    pid: u32,
}

impl Cluster {
    /// Starts a cluster of one or three nodes and waits until it answers.
    pub fn start(nodes: usize) -> Self {
        Self::with(
            (0..nodes)
                .map(|_| Node { port: free_port(), advertised: None, controller: free_port(), secured: None, guarded: None, running: None })
                .collect(),
        )
    }

    /// One node that tells its clients to come by way of a proxy.
    pub fn behind_a_proxy() -> (Self, Proxy) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("free port");
        let port = free_port();
        let proxy = Proxy::start(listener, port);
        let node = Node { port, advertised: Some(proxy.port()), controller: free_port(), secured: None, guarded: None, running: None };
        (Self::with(vec![node]), proxy)
    }

    /// One node with a second listener: user `feed`, password `mill`, no rights. The plain listener stays the administrator's.
    pub fn secured() -> Self {
        Self::with(vec![Node {
            port: free_port(),
            advertised: None,
            controller: free_port(),
            secured: Some(free_port()),
            guarded: None,
            running: None,
        }])
    }

    /// One node with a second listener as companies have it: TLS by an authority of its own, users `feed` and `feed2` with password `mill` by
    /// SCRAM, PLAIN, or any user by an unsigned token; no rights. Connections must prove themselves again every three seconds. A third listener
    /// wants certificates of the authority.
    pub fn guarded() -> Self {
        Self::guarded_by("broker-store.pem")
    }

    /// The same with a certificate of one's own choice, see [`super::certificates`].
    pub fn guarded_by(store: &'static str) -> Self {
        let node = Node {
            port: free_port(),
            advertised: None,
            controller: free_port(),
            secured: None,
            guarded: Some(Guarded { sasl: free_port(), mutual: free_port(), store }),
            running: None,
        };
        Self::with(vec![node])
    }

    pub fn guarded_address(&self) -> String {
        format!("127.0.0.1:{}", self.nodes[0].guarded.expect("a guarded cluster").sasl)
    }

    /// Where a certificate is asked for, and its subject is the user.
    pub fn mutual_address(&self) -> String {
        format!("127.0.0.1:{}", self.nodes[0].guarded.expect("a guarded cluster").mutual)
    }

    /// A file of [`super::certificates`].
    pub fn file(&self, name: &str) -> String {
        self.dir.path().join(name).to_string_lossy().into_owned()
    }

    fn with(nodes: Vec<Node>) -> Self {
        let dir = tempfile::tempdir().expect("temporary directory");
        let mut cluster = Cluster { nodes, dir };
        if cluster.nodes.iter().any(|n| n.guarded.is_some()) {
            super::certificates::write(cluster.dir.path());
        }
        for i in 0..cluster.nodes.len() {
            cluster.format(i);
        }
        for i in 0..cluster.nodes.len() {
            cluster.launch(i);
        }
        cluster.wait_ready();
        cluster
    }

    pub fn bootstrap(&self) -> String {
        self.nodes.iter().map(|n| format!("127.0.0.1:{}", n.port)).collect::<Vec<_>>().join(",")
    }

    pub fn secured_address(&self) -> String {
        format!("127.0.0.1:{}", self.nodes[0].secured.expect("a secured cluster"))
    }

    /// Waits until all nodes that run are known to each other.
    pub fn wait_ready(&self) {
        let running = self.nodes.iter().filter(|n| n.running.is_some()).count();
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", self.bootstrap())
            .set("reconnect.backoff.ms", "50")
            .set("reconnect.backoff.max.ms", "200")
            .create()
            .expect("client");
        let deadline = Instant::now() + START;
        while consumer.fetch_metadata(None, Duration::from_millis(500)).map_or(0, |m| m.brokers().len()) < running {
            let _ = consumer.poll(Duration::from_millis(50));
            assert!(Instant::now() < deadline, "Kafka did not start within {START:?}:\n{}", self.logs());
        }
    }

    /// Copies the brokers' files to a place that stays.
    pub fn keep_files(&self, to: &Path) {
        let copied = Command::new("cp").arg("-a").arg(self.dir.path()).arg(to.join("cluster")).status();
        assert!(copied.is_ok_and(|s| s.success()), "copying the brokers' files");
    }

    /// kill -9.
    pub fn kill(&mut self, node: usize) {
        self.nodes[node].running = None;
    }

    /// A clean stop, then the same node again.
    pub fn restart(&mut self, node: usize) {
        self.signal(node, "TERM");
        if let Some(mut running) = self.nodes[node].running.take() {
            running.shell.wait().expect("broker");
            running.leash = None;
        }
        self.launch(node);
        self.wait_ready();
    }

    pub fn launch(&mut self, node: usize) {
        let mut log = File::options().create(true).append(true).open(self.dir.path().join(format!("{node}.log"))).expect("log file");
        let mut java = self.java();
        java.args(["kafka.Kafka", &self.properties(node).to_string_lossy()]);
        // The broker runs beside a `read` that ends with our side of the pipe.
        let script = "\"$@\" & p=$!; echo $p; (read -r _; kill -9 $p) <&3 & exec 3<&-; wait $p";
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("exec 3<&0; {script}")).arg("sh").arg(java.get_program()).args(java.get_args());
        let mut shell = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log.try_clone().expect("log file")).spawn().expect("sh");
        let leash = shell.stdin.take();
        let mut out = BufReader::new(shell.stdout.take().expect("output"));
        let mut line = String::new();
        out.read_line(&mut line).expect("process id");
        let pid = line.trim().parse().expect("process id");
        // What the broker says goes on into the same pipe.
        std::thread::spawn(move || std::io::copy(&mut out, &mut log));
        self.nodes[node].running = Some(Running { shell, leash, pid });
    }

    pub fn signal(&self, node: usize, signal: &str) {
        if let Some(running) = &self.nodes[node].running {
            self::signal(running.pid, signal);
        }
    }

    fn format(&self, node: usize) {
        let file = self.properties(node);
        std::fs::write(&file, self.server_properties(node)).expect("server.properties");
        let mut format = self.java();
        format.args(["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-g", "-c"]).arg(&file);
        if self.nodes[node].guarded.is_some() {
            format.args(["-S", "SCRAM-SHA-256=[name=feed,password=mill]", "-S", "SCRAM-SHA-256=[name=feed2,password=mill2]"]);
        }
        let done = format.output().expect("java");
        assert!(done.status.success(), "format: {}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    }

    fn java(&self) -> Command {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/local-kafka/log4j2.properties");
        let mut java = Command::new("java");
        java.args(["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"])
            // The compressors unpack native libraries there, and a killed broker leaves them behind.
            .arg(format!("-Djava.io.tmpdir={}", self.dir.path().display()))
            .arg(format!("-Dlog4j2.configurationFile={}", config.display()))
            .arg("-Dkafka.log.level=error")
            .arg("-cp")
            .arg(format!("{}/*", jars().display()));
        java
    }

    fn properties(&self, node: usize) -> PathBuf {
        self.dir.path().join(format!("{node}.properties"))
    }

    fn server_properties(&self, node: usize) -> String {
        let Node { port, advertised, controller, secured, guarded, .. } = self.nodes[node];
        let mut listeners = format!("PLAINTEXT://127.0.0.1:{port}");
        if let Some(port) = secured {
            let _ = write!(listeners, ",SASL_PLAINTEXT://127.0.0.1:{port}");
        }
        if let Some(Guarded { sasl, mutual, .. }) = guarded {
            let _ = write!(listeners, ",SASL_SSL://127.0.0.1:{sasl},SSL://127.0.0.1:{mutual}");
        }
        let voters =
            self.nodes.iter().enumerate().map(|(i, n)| format!("{}@127.0.0.1:{}", i + 1, n.controller)).collect::<Vec<_>>().join(",");
        let (replicas, in_sync) = if self.nodes.len() > 1 { (3, 2) } else { (1, 1) };
        let mut text = String::new();
        for (key, value) in [
            ("process.roles", "broker,controller".to_owned()),
            ("node.id", (node + 1).to_string()),
            ("controller.quorum.voters", voters),
            ("listeners", format!("{listeners},CONTROLLER://127.0.0.1:{controller}")),
            ("advertised.listeners", listeners.replacen(&port.to_string(), &advertised.unwrap_or(port).to_string(), 1)),
            ("controller.listener.names", "CONTROLLER".into()),
            ("inter.broker.listener.name", "PLAINTEXT".into()),
            (
                "listener.security.protocol.map",
                "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL".into(),
            ),
            ("log.dirs", self.dir.path().join(format!("{node}.data")).to_string_lossy().into_owned()),
            ("offsets.topic.replication.factor", replicas.to_string()),
            ("transaction.state.log.replication.factor", replicas.to_string()),
            ("transaction.state.log.min.isr", in_sync.to_string()),
            ("share.coordinator.state.topic.replication.factor", replicas.to_string()),
            ("share.coordinator.state.topic.min.isr", in_sync.to_string()),
            ("default.replication.factor", replicas.to_string()),
            ("min.insync.replicas", in_sync.to_string()),
            ("offsets.topic.num.partitions", "4".into()),
            ("transaction.state.log.num.partitions", "4".into()),
            ("group.initial.rebalance.delay.ms", "0".into()),
            ("group.min.session.timeout.ms", "1000".into()),
            ("auto.create.topics.enable", "false".into()),
            // Tests of the time limit of transactions should not wait long.
            ("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500".into()),
            ("message.max.bytes", (64 << 20).to_string()),
            ("replica.fetch.max.bytes", (64 << 20).to_string()),
            ("log.cleaner.dedupe.buffer.size", "16777216".into()),
            // A node that was killed is out of the cluster after this time.
            ("broker.session.timeout.ms", "4000".into()),
        ] {
            let _ = writeln!(text, "{key}={value}");
        }
        if secured.is_some() {
            text.push_str(SECURED);
        }
        if let Some(Guarded { store, .. }) = guarded {
            let (store, trust) = (self.file(store), self.file("ca.pem"));
            let _ = writeln!(text, "{GUARDED}ssl.keystore.location={store}\nssl.truststore.location={trust}");
        }
        text
    }

    fn logs(&self) -> String {
        let mut text = String::new();
        for i in 0..self.nodes.len() {
            let log = std::fs::read_to_string(self.dir.path().join(format!("{i}.log"))).unwrap_or_default();
            let _ = writeln!(
                text,
                "node {i}:\n{}",
                log.lines().rev().take(30).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
            );
        }
        text
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        signal(self.pid, "KILL");
        self.leash = None;
        let _ = self.shell.wait();
    }
}

/// Sends a signal by name to a process.
pub fn signal(pid: u32, signal: &str) {
    // The shell's own `kill`: not every image has the program.
    let _ = Command::new("sh").arg("-c").arg(format!("kill -{signal} {pid}")).stderr(Stdio::null()).status();
}

/// The jars, fetched once into the target directory.
fn jars() -> &'static Path {
    static JARS: OnceLock<PathBuf> = OnceLock::new();
    JARS.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let dir = target.join("kafka-jars");
        for (program, package) in [("java", "openjdk-17-jre-headless"), ("sh", "dash")] {
            let found = Command::new(program).arg(if program == "sh" { "-c" } else { "-version" }).arg(":").output();
            assert!(
                found.is_ok(),
                "tests with a real Kafka need `{program}` (Debian: apt-get install {package} maven), or FEEDMILL_TEST_KAFKA=host:port"
            );
        }
        let fetched = Command::new(root.join("deploy/local-kafka.sh"))
            .args(["--fetch-only", "--jars"])
            .arg(&dir)
            .output()
            .expect("deploy/local-kafka.sh");
        assert!(
            fetched.status.success(),
            "Kafka's jars could not be fetched (needs Maven; Debian: apt-get install maven): {}",
            String::from_utf8_lossy(&fetched.stderr)
        );
        dir
    })
}

/// A port for a server that is yet to start, or is to start again. It lies below those that systems hand out to clients: one of these could be
/// taken by any client in the meantime, even by one that looks for the server and so connects to itself.
pub fn free_port() -> u16 {
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(|| fastrand::u16(10_000..32_000)).take(1000).find(free).expect("free port")
}
