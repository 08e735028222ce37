//! A schedule: processes come, work, stall, die and leave, as a seed says; then everything is left to settle.

use crate::client::{Mistake, SimBus, SimClock, SlowDesk};
use crate::stages::{AnyStage, POISON};
use feedmill::bus::memory::{Broker, ClientSettings, Fault, Faults, MemoryBus, Produced};
use feedmill::bus::{Bus, ErrorClass};
use feedmill::config::Settings;
use feedmill::config::settings::Start;
use feedmill::record::{OutRecord, TopicPartition};
use feedmill::stage::StageName;
use feedmill::worker::batch::BatchLimits;
use feedmill::worker::observer::{BatchResult, Observer};
use feedmill::worker::{Loop, LoopSettings, Stop};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const INPUT: &str = "pages.raw";
pub const INPUTS: i32 = 2;
const STEPS: u32 = 350;
const PAGES: u32 = 70;
const ADDRESSES: u32 = 14;
const TEXTS: u32 = 12;
/// The broker's limit of one record in `internal.clean`, below what the stages think they may write.
const TOPIC_LIMIT: usize = 6_000;
/// How far the brokers' clocks are off: not at all, as clocks are, and by more than the window of texts.
const CLOCK_SKEWS: [Duration; 3] = [Duration::ZERO, Duration::from_secs(60), Duration::from_secs(40 * 3600)];
/// When a page says that it was fetched, where the crawler's clock is years off.
const WRONG_TIMES: [&str; 2] = ["2019-05-01T00:00:00Z", "2031-01-01T00:00:00Z"];
/// What tells the language of a text: each is a shard's where there are several.
pub const LANGUAGES: [(&str, &str); 3] = [
    (
        "en",
        "The minister said that the new rules would come into force next year and that it was too early to speak of all that was in story",
    ),
    (
        "de",
        "Der Minister sagte, dass die neuen Regeln im Jahr darauf in Kraft treten und dass es zu früh sei, um davon zu reden, in Geschichte",
    ),
    (
        "fr",
        "Le ministre a déclaré que les nouvelles règles seraient en vigueur dans un an et qu'il était trop tôt pour en parler dans l'histoire",
    ),
];
/// Turns that a world without faults may need to settle.
const SETTLE: u32 = 6_000;

/// Makes a stage, of the small ones or of the real ones.
pub type MakeStage = fn(StageName, &Settings) -> AnyStage;

type Worker = Loop<SimBus, SlowDesk, SimClock>;

struct Process {
    name: String,
    instance: String,
    stage: StageName,
    worker: Worker,
    client: usize,
    frozen_until: Option<Duration>,
}

/// How often things happened: proof that a simulation reaches what it is for.
pub type Counts = BTreeMap<String, u64>;

struct Witness {
    counts: Mutex<Counts>,
    trace: bool,
    name: String,
}

impl Witness {
    fn count(&self, what: &str) {
        *self.counts.lock().unwrap().entry(what.into()).or_default() += 1;
    }

    fn tell(&self, message: &str) {
        if self.trace {
            eprintln!("    {}: {message}", self.name);
        }
    }
}

impl Observer for Witness {
    fn batch(&self, _stage: StageName, result: BatchResult) {
        self.count(result.name());
        self.tell(result.name());
    }
    fn trouble(&self, _stage: StageName, message: &str) {
        self.tell(message);
    }
    fn note(&self, _stage: StageName, message: &str) {
        if message.contains("restored") {
            self.count("restored");
        }
        if message.contains("read anew") {
            self.count("read anew");
        }
        if message.contains("alone") {
            self.count("worked on alone");
        }
        self.tell(message);
    }
    fn rebalanced(&self, _stage: StageName) {
        self.count("rebalanced");
    }
}

pub struct World {
    pub broker: Broker,
    pub settings: Settings,
    pub counts: Counts,
    make: MakeStage,
    mistake: Mistake,
    rng: fastrand::Rng,
    /// Writes pages in transactions, of which some are aborted; `Some` while one is open.
    crawler: Option<MemoryBus>,
    processes: Vec<Process>,
    witnesses: Vec<Arc<Witness>>,
    started: u32,
    pages: u32,
    /// What was sent so far: some of it comes again.
    sent: Vec<String>,
    poison: bool,
    trace: bool,
}

fn faults(rng: &mut fastrand::Rng) -> Faults {
    // A world without any fault of some kind shows what others would hide.
    let rates = [
        (Fault::CommitLost, 300),
        (Fault::CommitUnheard, 300),
        (Fault::CommitLate, 300),
        (Fault::OffsetsLost, 300),
        (Fault::OffsetsUnheard, 300),
        (Fault::OffsetsRefused, 300),
        (Fault::ProduceFailed, 40),
        (Fault::AbortLost, 500),
        (Fault::AbortUnheard, 500),
        (Fault::AbortFailed, 500),
        (Fault::Trouble, 50),
        (Fault::CoordinatorMoved, 300),
        (Fault::Stall, 8),
        (Fault::KilledBefore, 5),
        (Fault::KilledAfter, 5),
    ];
    rates.into_iter().fold(Faults::none(), |faults, (fault, rate)| if rng.bool() { faults.with(fault, rate) } else { faults })
}

impl World {
    pub fn new(seed: u64, settings: Settings, make: MakeStage, mistake: Mistake, trace: bool) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let broker = Broker::new(rng.u64(..));
        let topics = &settings.topics;
        broker.create_topic(INPUT, INPUTS);
        let shards = settings.dedup.shards as i32;
        broker.create_topic_with_limit(&topics.internal_clean, shards, TOPIC_LIMIT);
        let (addresses, texts) = (&topics.internal_addresses, &topics.internal_texts);
        for (topic, partitions) in [(addresses, shards), (texts, shards), (&topics.articles, 2), (&topics.dead, 1)] {
            broker.create_topic(topic, partitions);
        }
        broker.create_topic(&topics.duplicates, 2);
        broker.create_topic(topics.outcomes.as_deref().unwrap(), 2);
        broker.set_faults(faults(&mut rng));
        broker.set_clock_skew(CLOCK_SKEWS[rng.usize(0..CLOCK_SKEWS.len())]);
        let mut world = World {
            broker,
            settings,
            counts: Counts::new(),
            make,
            mistake,
            rng,
            crawler: None,
            processes: Vec::new(),
            witnesses: Vec::new(),
            started: 0,
            pages: 0,
            sent: Vec::new(),
            poison: false,
            trace,
        };
        world.start(StageName::Clean);
        world.start(StageName::Dedup);
        world
    }

    /// Some pages end the process that works on them; nothing else goes wrong.
    pub fn with_poison(mut self) -> Self {
        self.poison = true;
        self.broker.set_faults(Faults::none());
        self
    }

    fn tell(&self, message: impl FnOnce() -> String) {
        if self.trace {
            eprintln!("[{:>9.3}] {}", self.broker.now().as_secs_f64(), message());
        }
    }

    pub fn count(&mut self, what: &str) {
        *self.counts.entry(what.into()).or_default() += 1;
    }

    fn start(&mut self, stage: StageName) {
        self.started += 1;
        let (group, topic, slots) = match stage {
            StageName::Clean => ("clean", INPUT, 2),
            StageName::Dedup => ("dedup", &*self.settings.topics.internal_clean, 1),
        };
        // Some have a stable instance, that of a process that is gone or stands still; some a random one.
        let slot = self.rng.u32(0..slots).to_string();
        let taken = self.processes.iter().any(|p| p.stage == stage && p.instance == slot && p.frozen_until.is_none());
        let instance = if taken || self.rng.bool() { format!("r{}", self.started) } else { slot };
        let name = format!("{}.{}.{}", stage.name(), instance, self.started);
        let client = ClientSettings {
            transaction_timeout: Duration::from_secs(5),
            session_timeout: Duration::from_secs(10),
            max_poll_interval: Duration::from_secs(30),
            queue_records: self.rng.usize(16..200),
            ..ClientSettings::new(group, &[topic], &format!("{}.{instance}", stage.name()))
        };
        let bus = SimBus::new(self.broker.clone(), client, self.mistake);
        let client = bus.inner.client();
        let desk = SlowDesk::new((self.make)(stage, &self.settings), self.rng.u64(..), self.mistake);
        let settings = LoopSettings {
            stage,
            batch: BatchLimits {
                max_records: self.rng.usize(1..24),
                max_bytes: self.rng.usize(500..20_000),
                max_wait: Duration::from_millis(self.rng.u64(10..500)),
            },
            start: Start::Earliest,
            revoke_budget: Duration::from_secs(3),
            drain: Duration::from_secs(5),
        };
        self.tell(|| format!("start {name} as client {client}"));
        let witness = Arc::new(Witness { counts: Mutex::default(), trace: self.trace, name: name.clone() });
        self.witnesses.push(witness.clone());
        let worker = Loop::new(bus, desk, SimClock(self.broker.clone()), settings, witness);
        self.processes.push(Process { name, instance, stage, worker, client, frozen_until: None });
    }

    fn running(&self, stage: StageName) -> usize {
        self.processes.iter().filter(|p| p.stage == stage).count()
    }

    fn produce(&mut self) {
        let value = self.page();
        let place = TopicPartition::new(INPUT, self.rng.i32(0..INPUTS));
        self.broker.produce(&place, Produced { value: Some(value.into_bytes()), ..Produced::default() });
    }

    /// The crawler begins a transaction with some pages, or ends the one that is open. Its calls meet faults as all do.
    fn crawl(&mut self) {
        if let Some(mut crawler) = self.crawler.take() {
            let _ = if self.rng.bool() { crawler.commit() } else { crawler.abort() };
            return;
        }
        let mut crawler = self.broker.connect(ClientSettings::new("crawler", &[], "crawler"));
        let _ = crawler.begin();
        for _ in 0..self.rng.u32(1..4) {
            let value = Some(self.page().into_bytes());
            let partition = Some(self.rng.i32(0..INPUTS));
            let _ = crawler.send(OutRecord { topic: INPUT.into(), partition, key: None, value, headers: Vec::new(), source: 0 });
        }
        let _ = crawler.pending();
        self.crawler = Some(crawler);
    }

    /// The next record's value: a new page, or one that was sent before, byte for byte.
    fn page(&mut self) -> String {
        self.pages += 1;
        if !self.sent.is_empty() && self.rng.u32(0..8) == 0 {
            self.count("sent again");
            return self.sent[self.rng.usize(0..self.sent.len())].clone();
        }
        let page = self.new_page();
        self.sent.push(page.clone());
        page
    }

    /// One page at one of few addresses with one of few texts; some are no pages at all.
    fn new_page(&mut self) -> String {
        let url = format!("https://site{}.test/story/{}", self.rng.u32(0..3), self.rng.u32(0..ADDRESSES));
        let text = match self.rng.u32(0..100) {
            0 => "too large for the topic ".repeat(300),
            1 if self.poison => format!("{POISON} {} {}", ["clean", "dedup"][self.rng.usize(0..2)], sentence(0)),
            2..30 => format!("{} Update {}.", sentence(self.rng.u32(0..TEXTS)), self.rng.u32(0..3)),
            _ => sentence(self.rng.u32(0..TEXTS)),
        };
        let status = if self.rng.u32(0..20) == 0 && !text.starts_with(POISON) { 404 } else { 200 };
        if self.rng.u32(0..25) == 0 {
            "{ no page".to_owned()
        } else {
            let op = ["remove", "restore", "page", "page"][if self.rng.u32(0..20) == 0 { self.rng.usize(0..4) } else { 2 }];
            let mut fetched_at = format!("2026-01-01T00:{:02}:00Z", self.rng.u32(0..60).min(40));
            if self.rng.u32(0..16) == 0 {
                fetched_at = WRONG_TIMES[self.rng.usize(0..2)].into();
            }
            let event = json!({"url": url, "op": op, "fetched_at": fetched_at, "status": status, "title": "A title", "text": text});
            event.to_string()
        }
    }

    /// Runs the schedule, then lets everything settle. An error says what went wrong.
    pub fn run(&mut self) -> Result<(), String> {
        for _ in 0..STEPS {
            self.step()?;
        }
        while self.pages < PAGES {
            self.produce();
        }
        self.settle()?;
        self.processes.clear();
        for witness in std::mem::take(&mut self.witnesses) {
            for (what, n) in witness.counts.lock().unwrap().iter() {
                *self.counts.entry(what.clone()).or_default() += n;
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), String> {
        self.thaw();
        let any = self.rng.usize(0..self.processes.len().max(1));
        match self.rng.u32(0..1000) {
            0..140 if self.pages < PAGES => self.produce(),
            140..150 if self.pages < PAGES || self.crawler.is_some() => self.crawl(),
            150..200 => self.broker.advance(Duration::from_millis(self.rng.u64(0..1500))),
            200..206 if any < self.processes.len() && !self.poison => {
                let process = self.processes.swap_remove(any);
                self.tell(|| format!("kill {}", process.name));
                self.count("killed");
            }
            206..212 if any < self.processes.len() => self.freeze(any),
            212..220 if self.running(StageName::Clean) < 3 => self.start(StageName::Clean),
            220..228 if self.running(StageName::Dedup) < 2 => self.start(StageName::Dedup),
            228..234 if any < self.processes.len() => {
                self.tell(|| format!("drain {}", self.processes[any].name));
                self.processes[any].worker.drain();
                self.count("drained");
            }
            234..238 if any < self.processes.len() => {
                self.tell(|| format!("{} is to be made anew", self.processes[any].name));
                self.processes[any].worker.bus().hand_over();
                self.count("handed over");
            }
            238..244 => self.broker.compact(&self.settings.topics.internal_addresses.clone()),
            _ if any < self.processes.len() => self.turn(any)?,
            _ => {
                let stage = if self.rng.bool() { StageName::Clean } else { StageName::Dedup };
                self.start(stage);
            }
        }
        Ok(())
    }

    fn freeze(&mut self, at: usize) {
        let until = self.broker.now() + Duration::from_millis(self.rng.u64(100..25_000));
        let process = &mut self.processes[at];
        process.frozen_until = Some(until);
        self.broker.freeze(process.client);
        let name = process.name.clone();
        self.tell(|| format!("freeze {name} until {:.3}", until.as_secs_f64()));
        self.count("frozen");
    }

    fn thaw(&mut self) {
        let now = self.broker.now();
        for process in &mut self.processes {
            if process.frozen_until.is_some_and(|until| until <= now) {
                process.frozen_until = None;
                self.broker.thaw(process.client);
            }
        }
    }

    fn turn(&mut self, at: usize) -> Result<(), String> {
        let process = &mut self.processes[at];
        if process.frozen_until.is_some() {
            return Ok(());
        }
        let turned = process.worker.turn();
        // Another one when it was handed over.
        process.client = process.worker.bus().inner.client();
        let dead = self.broker.is_dead(process.client);
        if turned.is_ok() && !dead && !process.worker.drained() {
            return Ok(());
        }
        let process = self.processes.swap_remove(at);
        match turned {
            _ if dead => {
                self.tell(|| format!("{} was killed in a call", process.name));
                self.count("killed in a call");
            }
            Ok(()) => {
                self.tell(|| format!("{} has drained and leaves", process.name));
                process.worker.close();
            }
            // Too many repetitions: the process ends and its supervisor starts another one.
            Err(Stop::Bus(e)) if e.class == ErrorClass::Retriable => {
                self.tell(|| format!("{} gives up: {e}", process.name));
                self.count("gave up");
                process.worker.close();
            }
            Err(Stop::Stage(e)) if e.to_string() == POISON => {
                self.tell(|| format!("{} is killed by a page", process.name));
                self.count("killed by a page");
            }
            Err(e) => return Err(format!("{} stopped: {e}", process.name)),
        }
        Ok(())
    }

    /// No more faults, all processes awake: every page has to reach its fate.
    fn settle(&mut self) -> Result<(), String> {
        self.tell(|| "settle".into());
        self.broker.set_faults(Faults::none());
        self.crawler = None;
        for process in &mut self.processes {
            process.frozen_until = None;
            self.broker.thaw(process.client);
        }
        // Of two with one instance only the younger goes on: for ever they would fence each other, as two pods with one name do.
        let younger: BTreeMap<(&str, String), usize> = self
            .processes
            .iter()
            .map(|p| ((p.stage.name(), p.instance.clone()), p.client))
            .fold(BTreeMap::new(), |mut map, (key, client)| {
                map.entry(key).and_modify(|c| *c = client.max(*c)).or_insert(client);
                map
            });
        self.processes.retain(|p| younger.get(&(p.stage.name(), p.instance.clone())) == Some(&p.client));
        for turn in 0..SETTLE {
            for stage in [StageName::Clean, StageName::Dedup] {
                if self.running(stage) == 0 {
                    self.start(stage);
                }
            }
            let at = turn as usize % self.processes.len();
            self.turn(at)?;
            if turn % 16 == 0 && self.is_settled() {
                return Ok(());
            }
        }
        let lags: Vec<String> = self.lags().into_iter().map(|(place, lag)| format!("{place}: {lag}")).collect();
        Err(format!("did not settle: {} open transactions, still to read: {}", self.broker.open_transactions(), lags.join(", ")))
    }

    fn is_settled(&self) -> bool {
        self.lags().is_empty() && self.broker.open_transactions() == 0 && self.processes.iter().all(|p| p.worker.is_idle())
    }

    /// Partitions that are not read to their end.
    fn lags(&self) -> Vec<(TopicPartition, i64)> {
        let clean = self.settings.topics.internal_clean.clone();
        let mut lags = Vec::new();
        for (group, topic) in [("clean", INPUT), ("dedup", &*clean)] {
            let mut last = BTreeMap::new();
            for record in self.broker.committed_records(topic) {
                last.insert(record.topic_partition(), record.offset + 1);
            }
            for (place, end) in last {
                let done = self.broker.group_offset(group, &place).map_or(0, |c| c.offset);
                if done < end {
                    lags.push((place, end - done));
                }
            }
        }
        lags
    }
}

/// Texts that differ in most of their words.
fn sentence(n: u32) -> String {
    let words = ["harbour", "minister", "storm", "budget", "goal", "election", "river", "hospital", "train", "museum", "market", "school"];
    let mut rng = fastrand::Rng::with_seed(u64::from(n));
    let said: Vec<String> = (0..60).map(|_| format!("{}{}", words[rng.usize(0..words.len())], rng.u32(0..50))).collect();
    format!("{} {n} {}.", LANGUAGES[n as usize % LANGUAGES.len()].1, said.join(" "))
}

/// The bus of a client of its own, to read with at the end.
pub fn reader(broker: &Broker) -> impl Bus {
    broker.connect(ClientSettings::new("checks", &[], "checks"))
}
