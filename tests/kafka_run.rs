//! The real binary on real Kafka, through everything that can happen to it. Every test ends with the same question: has every page exactly
//! one fate, the right one, and do the records of an id come in their order?

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kafka;

use kafka::bootstrap;
use kafka::cluster::Cluster;
use kafka::feed::workload;
use kafka::ledger::{Ledger, all_ready, check, feed};
use kafka::topics::{Isolation, Reader};
use kafka::until;
use kafka::worker::{App, Worker};
use std::time::Duration;

/// Without any progress for this time a test has failed. Longer than session, transaction and start of a producer together.
const STUCK: Duration = Duration::from_secs(60);

/// Short batches, so that there are many transactions to be hit, and short limits, so that what a dead replica leaves behind is soon over.
const CHAOS: &[&str] = &[
    "input.preset = \"article\"",
    "batch.max_records = 40",
    "batch.max_wait_ms = 100",
    "kafka.consumer.\"session.timeout.ms\" = \"6000\"",
    "kafka.consumer.\"heartbeat.interval.ms\" = \"500\"",
    "kafka.producer.\"transaction.timeout.ms\" = \"6000\"",
    "kafka.producer.\"message.timeout.ms\" = \"5000\"",
];

/// How hard to try; the defaults keep the suite short.
fn from_environment(name: &str, default: u32) -> u32 {
    std::env::var(name).ok().map_or(default, |v| v.parse().expect("a number"))
}

#[test]
fn a_round_trip_then_a_drain_then_the_rest() {
    let app = App::new(bootstrap(), "round", 4, &["input.preset = \"article\""]);
    let pages = workload(120, 4, 4);
    let (first, rest) = pages.split_at(200);
    let mut worker = app.start(None, &[]);
    worker.wait_ready();
    let mut ledger = Ledger::open(&app);
    feed(&app, first);
    ledger.wait(first.len(), STUCK, |_| {});
    assert_eq!(worker.metric("feedmill_pages_total") as usize, first.len());
    assert_eq!(worker.drain(), 0);
    // The index is restored from its changelogs.
    feed(&app, rest);
    let mut worker = app.start(None, &[]);
    ledger.wait(pages.len(), STUCK, |_| assert!(worker.poll_end().is_none()));
    assert_eq!(worker.drain(), 0);
    check(&app, &pages);
}

#[test]
fn kill_9_in_the_middle_of_transactions_of_three_replicas() {
    let kills = from_environment("FEEDMILL_TEST_KILLS", 9) as usize;
    let addresses = from_environment("FEEDMILL_TEST_PAGES", 3000) / 5;
    let app = App::new(bootstrap(), "kill", 6, CHAOS);
    let pages = workload(addresses, 5, 6);
    let start = |i: usize| app.start(Some(&format!("pod-{i}")), &[]);
    let mut workers: Vec<Option<Worker>> = (0..3).map(|i| Some(start(i))).collect();
    workers.iter_mut().flatten().for_each(Worker::wait_ready);
    let mut ledger = Ledger::open(&app);
    // What is produced and not committed yet is seen here: a kill at this moment hits an open transaction.
    let mut produced = Reader::new(&app.bootstrap, &app.topic("internal.clean"), Isolation::Uncommitted);
    feed(&app, &pages);
    let mut killed = 0;
    let mut seen = 0;
    ledger.wait(pages.len(), STUCK, |_| {
        seen += produced.available().len();
        if killed < kills && seen > (killed + 1) * pages.len() / (kills + 1) {
            let victim = killed % 3;
            if let Some(worker) = workers[victim].take() {
                worker.kill();
            }
            workers[victim] = Some(start(victim));
            killed += 1;
        }
    });
    assert_eq!(killed, kills);
    for worker in workers.into_iter().flatten() {
        assert_eq!(worker.drain(), 0);
    }
    check(&app, &pages);
}

#[test]
fn replicas_join_and_leave() {
    let rounds = from_environment("FEEDMILL_TEST_JOINS", 6) as usize;
    let app = App::new(bootstrap(), "join", 6, CHAOS);
    let pages = workload(300, 5, 6);
    let mut workers = vec![app.start(None, &[])];
    all_ready(&mut workers);
    let mut ledger = Ledger::open(&app);
    feed(&app, &pages);
    let mut changes = 0;
    ledger.wait(pages.len(), STUCK, |count| {
        if changes < rounds && count > (changes + 1) * pages.len() / (rounds + 2) {
            changes += 1;
            if changes % 3 == 0 {
                // The eldest leaves in peace.
                assert_eq!(workers.remove(0).drain(), 0);
            } else {
                workers.push(app.start(None, &[]));
            }
        }
    });
    assert_eq!(changes, rounds);
    for worker in workers {
        assert_eq!(worker.drain(), 0);
    }
    check(&app, &pages);
}

#[test]
fn a_paused_zombie_wakes_up_after_its_session() {
    let app = App::new(bootstrap(), "zombie", 4, CHAOS);
    let pages = workload(240, 5, 4);
    let mut zombie = app.start(None, &[]);
    zombie.wait_ready();
    let mut ledger = Ledger::open(&app);
    feed(&app, &pages);
    let mut produced = Reader::new(&app.bootstrap, &app.topic("internal.clean"), Isolation::Uncommitted);
    let mut seen = 0;
    until("a transaction under way", STUCK, || {
        seen += produced.available().len();
        (seen > pages.len() / 4).then_some(())
    });
    zombie.signal("STOP");
    let mut heir = app.start(None, &[]);
    // The heir works only after the zombie's session has ended.
    ledger.wait(pages.len() * 3 / 4, STUCK, |_| assert!(heir.poll_end().is_none()));
    zombie.signal("CONT");
    ledger.wait(pages.len(), STUCK, |_| {
        assert!(heir.poll_end().is_none());
        assert!(zombie.poll_end().is_none(), "the zombie should join again:\n{}", zombie.log());
    });
    assert_eq!(zombie.drain(), 0);
    assert_eq!(heir.drain(), 0);
    check(&app, &pages);
}

#[test]
fn the_broker_is_restarted_under_load() {
    let mut cluster = Cluster::start(1);
    let app = App::new(&cluster.bootstrap(), "restart", 4, CHAOS);
    let pages = workload(240, 5, 4);
    let mut workers = vec![app.start(None, &[]), app.start(None, &[])];
    all_ready(&mut workers);
    let mut ledger = Ledger::open(&app);
    feed(&app, &pages);
    ledger.wait(pages.len() / 3, STUCK, |_| {});
    cluster.restart(0);
    ledger.wait(pages.len() * 2 / 3, STUCK, |_| {});
    // And by kill -9.
    cluster.kill(0);
    cluster.launch(0);
    cluster.wait_ready();
    ledger.wait(pages.len(), STUCK, |_| {});
    for worker in workers {
        assert_eq!(worker.drain(), 0);
    }
    check(&app, &pages);
}

#[test]
fn each_of_three_brokers_is_killed_once_under_load() {
    let mut cluster = Cluster::start(3);
    let app = App::new(&cluster.bootstrap(), "brokers", 4, CHAOS);
    let pages = workload(240, 5, 4);
    let mut workers = vec![app.start(None, &[]), app.start(None, &[])];
    all_ready(&mut workers);
    let mut ledger = Ledger::open(&app);
    feed(&app, &pages);
    for node in 0..3 {
        ledger.wait(pages.len() * (2 * node + 1) / 8, STUCK, |_| {});
        cluster.kill(node);
        ledger.wait(pages.len() * (2 * node + 2) / 8, STUCK, |_| {});
        cluster.launch(node);
        cluster.wait_ready();
    }
    ledger.wait(pages.len(), STUCK, |_| {});
    for worker in workers {
        assert_eq!(worker.drain(), 0);
    }
    check(&app, &pages);
}

#[test]
fn a_transaction_that_expired_is_done_again() {
    // Paused for longer than its transaction may last, but not longer than its session: the member stays, the producer is fenced.
    let mut settings = CHAOS.to_vec();
    settings.retain(|s| !s.contains("kafka.producer"));
    settings.extend(["kafka.producer.\"transaction.timeout.ms\" = \"1500\"", "kafka.producer.\"message.timeout.ms\" = \"1200\""]);
    let app = App::new(bootstrap(), "expired", 2, &settings);
    let pages = workload(120, 5, 2);
    let mut worker = app.start(None, &[]);
    worker.wait_ready();
    let mut ledger = Ledger::open(&app);
    feed(&app, &pages);
    let mut raw = Reader::new(&app.bootstrap, &app.topic("internal.clean"), Isolation::Uncommitted);
    let mut stable = Reader::new(&app.bootstrap, &app.topic("internal.clean"), Isolation::Committed);
    let (mut produced, mut committed) = (0, 0);
    until("an open transaction", STUCK, || {
        produced += raw.available().len();
        (produced > pages.len() / 4).then_some(())
    });
    worker.signal("STOP");
    // The broker ends what was open: the committed reader comes to the end of the log.
    until("the broker's abort", STUCK, || {
        produced += raw.available().len();
        committed += stable.read_to_end().len();
        stable.is_at_end(&app.bootstrap).then_some(())
    });
    worker.signal("CONT");
    ledger.wait(pages.len(), STUCK, |_| assert!(worker.poll_end().is_none()));
    assert_eq!(worker.drain(), 0);
    check(&app, &pages);
}

#[test]
fn an_offset_that_is_gone_stops_the_worker_with_what_to_do() {
    let app = App::new(bootstrap(), "gone", 1, &["input.preset = \"article\""]);
    let pages = workload(20, 1, 1);
    let mut worker = app.start(None, &[]);
    worker.wait_ready();
    let mut ledger = Ledger::open(&app);
    feed(&app, &pages[..10]);
    ledger.wait(10, STUCK, |_| {});
    assert_eq!(worker.drain(), 0);
    feed(&app, &pages[10..20]);
    kafka::topics::delete_before(&app.bootstrap, &app.input, 0, 15);
    let worker = app.start(None, &[]);
    let log = worker.log_path().to_owned();
    assert_eq!(worker.ended(STUCK), 1);
    let text = std::fs::read_to_string(log).unwrap();
    assert!(text.contains("no longer in the topic") && text.contains("reset-offsets"), "{text}");
}

#[test]
fn a_missing_input_topic_ends_the_start_with_the_commands_to_run() {
    let app = App::new(bootstrap(), "missing", 1, &["topics.input = [\"no.such.pages\"]"]);
    let worker = app.start(None, &[]);
    let log = worker.log_path().to_owned();
    assert_eq!(worker.ended(STUCK), 2);
    let text = std::fs::read_to_string(log).unwrap();
    assert!(text.contains("no.such.pages"), "{text}");
}

#[test]
fn sigterm_during_the_work_drains_and_exits_0() {
    let app = App::new(bootstrap(), "drain", 2, CHAOS);
    let pages = workload(200, 3, 2);
    let mut ledger = None;
    feed(&app, &pages);
    let mut runs = 0;
    loop {
        let mut worker = app.start(None, &[]);
        worker.wait_ready();
        let ledger = ledger.get_or_insert_with(|| Ledger::open(&app));
        runs += 1;
        let goal = (ledger.count() + pages.len() / 4).min(pages.len());
        ledger.wait(goal, STUCK, |_| {});
        assert_eq!(worker.drain(), 0);
        ledger.turn();
        if ledger.count() == pages.len() {
            break;
        }
    }
    assert!(runs > 1);
    check(&app, &pages);
}
