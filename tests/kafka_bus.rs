//! The bus against a real broker: what the in-memory bus of the simulation promises must be what Kafka does.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kafka;

use feedmill::bus::kafka::{BusRole, KafkaBus};
use feedmill::bus::{Bus, BusError, Committed, ErrorClass, Membership, Polled, SendError};
use feedmill::config::Settings;
use feedmill::config::settings::Property;
use feedmill::record::{Header, OutRecord, Record, TopicPartition};
use kafka::cluster::Cluster;
use kafka::topics::{Feeder, Isolation, create, read};
use kafka::{bootstrap, unique, until};
use std::collections::BTreeSet;
use std::time::Duration;

const TURN: Duration = Duration::from_millis(50);
const SOON: Duration = Duration::from_secs(30);

/// An application of its own on the shared broker.
struct App {
    settings: Settings,
    input: String,
    output: String,
}

impl App {
    fn new(name: &str, partitions: i32) -> Self {
        Self::on(bootstrap(), name, partitions)
    }

    fn on(bootstrap: &str, name: &str, partitions: i32) -> Self {
        let mut settings = Settings::default();
        settings.app.id = unique(name);
        settings.kafka.bootstrap_servers = bootstrap.into();
        let app = App { input: format!("{}.in", settings.app.id), output: format!("{}.out", settings.app.id), settings };
        create(bootstrap, &app.input, partitions, &[]);
        create(bootstrap, &app.output, 1, &[]);
        app
    }

    fn producer(mut self, key: &str, value: &str) -> Self {
        self.settings.kafka.producer.insert(key.into(), Property { value: value.into(), secret: false });
        self
    }

    fn consumer(mut self, key: &str, value: &str) -> Self {
        self.settings.kafka.consumer.insert(key.into(), Property { value: value.into(), secret: false });
        self
    }

    fn bus(&self, instance: &str) -> KafkaBus {
        KafkaBus::new(&self.settings, BusRole::new(&self.settings, "clean", instance, vec![self.input.as_str().into()])).expect("bus")
    }

    fn feed(&self, values: &[&str]) {
        let feeder = Feeder::new(bootstrap());
        for value in values {
            feeder.send(&self.input, Some(0), None, Some(value.as_bytes()), &[]);
        }
        feeder.flush();
    }

    fn out(&self, value: &str, source: usize) -> OutRecord {
        OutRecord {
            topic: self.output.as_str().into(),
            partition: None,
            key: Some(b"k".to_vec()),
            value: Some(value.into()),
            headers: Vec::new(),
            source,
        }
    }

    fn written(&self, isolation: Isolation) -> Vec<String> {
        read(&self.settings.kafka.bootstrap_servers, &self.output, isolation)
            .into_iter()
            .map(|r| String::from_utf8(r.value.unwrap()).unwrap())
            .collect()
    }

    fn input(&self, partition: i32) -> TopicPartition {
        TopicPartition::new(self.input.as_str(), partition)
    }
}

/// Polls until a rebalance event; records on the way fail the test.
fn next_event(bus: &mut KafkaBus) -> Polled {
    until("a rebalance event", SOON, || match bus.poll(TURN).expect("poll") {
        Polled::Nothing => None,
        Polled::Trouble(t) => {
            eprintln!("{t}");
            None
        }
        event => Some(event),
    })
}

/// One turn of a member that takes and gives whatever the group wants, from the beginning. What it was given.
fn follow(bus: &mut KafkaBus) -> Vec<TopicPartition> {
    match bus.poll(TURN).expect("poll") {
        Polled::Assigned(p) => {
            bus.assign(&p.iter().map(|p| (p.clone(), 0)).collect::<Vec<_>>()).expect("assign");
            p
        }
        Polled::Revoked(p) | Polled::Lost(p) => {
            bus.unassign(&p).expect("unassign");
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Joins and takes what it is given, from the beginning.
fn joined(bus: &mut KafkaBus) -> Vec<TopicPartition> {
    let Polled::Assigned(partitions) = next_event(bus) else { panic!("no assignment") };
    bus.assign(&partitions.iter().map(|p| (p.clone(), 0)).collect::<Vec<_>>()).expect("assign");
    partitions
}

fn next_record(bus: &mut KafkaBus) -> Record {
    until("a record", SOON, || match bus.poll(TURN).expect("poll") {
        Polled::Record(r) => Some(r),
        _ => None,
    })
}

fn delivered(bus: &mut KafkaBus) {
    until("deliveries", SOON, || {
        let pending = bus.pending();
        assert!(pending.failed.is_none(), "{:?}", pending.failed);
        if pending.in_flight == 0 {
            return Some(());
        }
        let _ = bus.poll(TURN);
        None
    });
}

fn note(offset: i64, metadata: &str) -> Committed {
    Committed { offset, metadata: metadata.into() }
}

fn committed(bus: &mut KafkaBus, partition: TopicPartition) -> Option<Committed> {
    bus.committed(&[partition]).expect("committed").pop().flatten()
}

fn class<T>(result: Result<T, BusError>) -> ErrorClass {
    result.err().expect("an error").class
}

#[test]
fn a_transaction_shows_its_records_and_offsets_at_once_or_never() {
    let app = App::new("txn", 1);
    app.feed(&["a", "b", "c"]);
    let mut bus = app.bus("one");
    assert_eq!(joined(&mut bus), [app.input(0)]);
    assert_eq!(next_record(&mut bus).value.unwrap(), b"a");
    assert_eq!(committed(&mut bus, app.input(0)), None);

    bus.begin().unwrap();
    bus.send(app.out("aborted", 0)).unwrap();
    delivered(&mut bus);
    assert_eq!(app.written(Isolation::Committed), [""; 0]);
    assert_eq!(app.written(Isolation::Uncommitted), ["aborted"]);
    bus.abort().unwrap();

    bus.begin().unwrap();
    bus.send(app.out("kept", 0)).unwrap();
    delivered(&mut bus);
    let membership = bus.membership();
    assert!(membership.is_valid(), "{membership:?}");
    bus.send_offsets(&[(app.input(0), note(2, "two tries"))], &membership).unwrap();
    bus.commit().unwrap();
    assert_eq!(app.written(Isolation::Committed), ["kept"]);
    assert_eq!(committed(&mut bus, app.input(0)), Some(note(2, "two tries")));
    bus.close();
}

#[test]
fn an_abort_with_records_in_flight_ends_soon_and_leaves_nothing() {
    let app = App::new("inflight", 1);
    let mut bus = app.bus("one");
    joined(&mut bus);
    bus.begin().unwrap();
    for i in 0..500 {
        bus.send(app.out("x", i)).unwrap();
    }
    bus.abort().unwrap();
    bus.begin().unwrap();
    bus.send(app.out("y", 0)).unwrap();
    delivered(&mut bus);
    bus.commit().unwrap();
    assert_eq!(app.written(Isolation::Committed), ["y"]);
}

/// What librdkafka throws away at an abort leaves its sequence numbers to the next records, also when it had been sent before: the broker, which
/// has those of the aborted transaction, takes as many new ones for a repetition, says that all is well and drops them.
#[test]
fn records_after_an_abort_are_not_taken_for_those_before() {
    let (cluster, proxy) = Cluster::behind_a_proxy();
    let app = App::on(&cluster.bootstrap(), "repetition", 1)
        // What comes back from a broken connection waits in the queue.
        .producer("retry.backoff.ms", "5000")
        .producer("retry.backoff.max.ms", "5000");
    let mut bus = app.bus("one");
    joined(&mut bus);
    bus.begin().unwrap();
    bus.send(app.out("first", 0)).unwrap();
    delivered(&mut bus);
    proxy.mute();
    for i in 0..5 {
        bus.send(app.out("aborted", i)).unwrap();
    }
    until("the records in the log", SOON, || (app.written(Isolation::Uncommitted).len() == 6).then_some(()));
    proxy.cut();
    until("word of the broken connection", SOON, || match bus.poll(TURN).unwrap() {
        Polled::Trouble(t) if t.starts_with("Kafka producer") => Some(()),
        _ => None,
    });
    assert_eq!(bus.pending().in_flight, 5, "they wait to be sent again");
    bus.abort().unwrap();

    let values = ["a", "b", "c", "d", "e"];
    bus.begin().unwrap();
    for value in values {
        bus.send(app.out(value, 0)).unwrap();
    }
    delivered(&mut bus);
    bus.commit().unwrap();
    assert_eq!(app.written(Isolation::Committed), values);
}

#[test]
fn offsets_of_an_older_generation_are_refused_and_the_producer_lives() {
    let app = App::new("stale", 2);
    app.feed(&["a"]);
    let mut one = app.bus("one");
    joined(&mut one);
    let old = one.membership();
    let mut two = app.bus("two");
    // The second member's joining moves the group to another generation, which the first learns while it polls.
    until("a second member with its own partition", SOON, || {
        follow(&mut one);
        (!follow(&mut two).is_empty()).then_some(())
    });
    one.begin().unwrap();
    one.send(app.out("stale", 0)).unwrap();
    delivered(&mut one);
    // What the bus itself sees at once: not the last membership that was taken.
    let fresh = one.membership();
    assert!(fresh.generation > old.generation, "{old:?} {fresh:?}");
    assert_eq!(class(one.send_offsets(&[(app.input(0), note(1, ""))], &old)), ErrorClass::Abort);
    one.abort().unwrap();
    one.begin().unwrap();
    one.abort().unwrap();
    assert_eq!(app.written(Isolation::Committed), [""; 0]);
}

#[test]
fn a_member_that_was_away_too_long_cannot_commit() {
    let app = App::new("away", 1).consumer("session.timeout.ms", "6000").consumer("max.poll.interval.ms", "6000");
    app.feed(&["a"]);
    let mut one = app.bus("one");
    joined(&mut one);
    next_record(&mut one);
    one.begin().unwrap();
    one.send(app.out("late", 0)).unwrap();
    delivered(&mut one);
    let membership = one.membership();
    // The first does not poll any more: the group gives its partition to the second.
    let mut two = app.bus("two");
    until("the partition of the member that is away", SOON, || (!follow(&mut two).is_empty()).then_some(()));
    let refused = one.send_offsets(&[(app.input(0), note(1, ""))], &membership).unwrap_err();
    assert_eq!(refused.class, ErrorClass::Abort, "{refused}");
    one.abort().unwrap();
    assert!(one.membership().lost || !one.membership().is_valid());
    let lost = until("the loss", SOON, || match next_event(&mut one) {
        Polled::Lost(p) => Some(p),
        Polled::Assigned(p) => {
            assert_eq!(p, []);
            one.assign(&[]).unwrap();
            None
        }
        other => panic!("{other:?}"),
    });
    assert_eq!(lost, [app.input(0)]);
    one.unassign(&lost).unwrap();
    assert_eq!(committed(&mut two, app.input(0)), None);
    assert_eq!(app.written(Isolation::Committed), [""; 0]);
}

#[test]
fn the_second_producer_of_an_id_fences_the_first() {
    let app = App::new("fence", 1);
    let mut one = app.bus("same");
    one.begin().unwrap();
    one.send(app.out("zombie", 0)).unwrap();
    delivered(&mut one);
    let mut two = app.bus("same");
    assert_eq!(class(one.commit()), ErrorClass::Fatal);
    assert_eq!(app.written(Isolation::Committed), [""; 0]);
    // Renewing takes the id back.
    one.renew_producer().unwrap();
    one.begin().unwrap();
    one.send(app.out("again", 0)).unwrap();
    delivered(&mut one);
    one.commit().unwrap();
    assert_eq!(app.written(Isolation::Committed), ["again"]);
    two.begin().unwrap();
    let _ = two.send(app.out("zombie", 0));
    let end = until("the end of the fenced transaction", SOON, || {
        let pending = two.pending();
        (pending.in_flight == 0).then(|| pending.failed.map(|f| f.error.class).unwrap_or_else(|| class(two.commit())))
    });
    assert!(matches!(end, ErrorClass::Fatal | ErrorClass::Abort), "{end:?}");
    assert_eq!(app.written(Isolation::Committed), ["again"]);
}

#[test]
fn a_transaction_that_lasts_too_long_is_fatal_and_the_producer_is_replaced() {
    let app = App::new("expired", 1).producer("transaction.timeout.ms", "2000");
    let mut bus = app.bus("one");
    joined(&mut bus);
    bus.begin().unwrap();
    bus.send(app.out("late", 0)).unwrap();
    delivered(&mut bus);
    // The broker aborts it: the end of the log becomes stable.
    let output = TopicPartition::new(app.output.as_str(), 0);
    assert_eq!(bus.bounds(&output).unwrap(), (0, 0));
    until("the broker's abort", SOON, || {
        let _ = bus.poll(TURN);
        (bus.bounds(&output).unwrap().1 == 2).then_some(())
    });
    let membership = bus.membership();
    let offsets = bus.send_offsets(&[(app.input(0), note(0, ""))], &membership);
    let end = offsets.and_then(|()| bus.commit()).unwrap_err();
    assert_eq!(end.class, ErrorClass::Fatal, "{end}");
    bus.renew_producer().unwrap();
    bus.begin().unwrap();
    bus.send(app.out("kept", 0)).unwrap();
    delivered(&mut bus);
    bus.commit().unwrap();
    assert_eq!(app.written(Isolation::Committed), ["kept"]);
}

#[test]
fn a_second_member_gets_its_share_and_gives_it_back() {
    let app = App::new("share", 4);
    let feeder = Feeder::new(bootstrap());
    for p in 0..4 {
        feeder.send(&app.input, Some(p), None, Some(b"x"), &[]);
    }
    feeder.flush();
    let mut one = app.bus("one");
    assert_eq!(joined(&mut one).len(), 4);
    for _ in 0..4 {
        next_record(&mut one);
    }
    let mut two = app.bus("two");
    let mut mine: BTreeSet<TopicPartition> = BTreeSet::new();
    let mut given: BTreeSet<TopicPartition> = BTreeSet::new();
    until("two partitions each", SOON, || {
        match one.poll(TURN).unwrap() {
            Polled::Revoked(p) => {
                given.extend(p.iter().cloned());
                one.unassign(&p).unwrap();
            }
            // Cooperative: the partitions that stay are not told again.
            Polled::Assigned(p) => {
                assert_eq!(p, []);
                one.assign(&[]).unwrap();
            }
            Polled::Record(r) => panic!("read again: {r:?}"),
            _ => {}
        }
        if let Polled::Assigned(p) = two.poll(TURN).unwrap() {
            two.assign(&p.iter().map(|p| (p.clone(), 0)).collect::<Vec<_>>()).unwrap();
            mine.extend(p);
        }
        (mine.len() == 2).then_some(())
    });
    assert_eq!(mine, given);
    // A record comes only after the assignment of its partition.
    assert!(mine.contains(&next_record(&mut two).topic_partition()));
    two.close();
    let mut back = BTreeSet::new();
    until("the partitions back", SOON, || {
        if let Polled::Assigned(p) = one.poll(TURN).unwrap() {
            one.assign(&p.iter().map(|p| (p.clone(), 1)).collect::<Vec<_>>()).unwrap();
            back.extend(p);
        }
        (back == given).then_some(())
    });
    one.close();
}

#[test]
fn close_does_not_wait_for_answers_that_nobody_gives() {
    let app = App::new("close", 2);
    let mut one = app.bus("one");
    let Polled::Assigned(p) = next_event(&mut one) else { panic!() };
    assert_eq!(p.len(), 2);
    // Not answered.
    one.close();
    let mut two = app.bus("two");
    assert_eq!(joined(&mut two).len(), 2);
    let mut three = app.bus("three");
    until("a revocation", SOON, || {
        assert_eq!(follow(&mut three), []);
        matches!(two.poll(TURN).unwrap(), Polled::Revoked(_)).then_some(())
    });
    two.close();
    let mut held = 0;
    until("all partitions", SOON, || {
        held += follow(&mut three).len();
        (held == 2).then_some(())
    });
}

#[test]
fn a_static_member_that_comes_back_keeps_its_partitions_without_a_rebalance() {
    let mut app = App::new("static", 2);
    let mut other = app.bus("other");
    joined(&mut other);
    app.settings.app.instance = Some("pod-0".into());
    let mut pod = app.bus("pod-0");
    let mut held = BTreeSet::new();
    until("its share", SOON, || {
        follow(&mut other);
        held.extend(follow(&mut pod));
        (held.len() == 1).then_some(())
    });
    let generation = other.membership().generation;
    pod.close();
    let mut pod = app.bus("pod-0");
    assert_eq!(joined(&mut pod).into_iter().collect::<BTreeSet<_>>(), held);
    let _ = other.poll(TURN).unwrap();
    assert_eq!(other.membership().generation, generation);
}

#[test]
fn a_missing_topic_stops_with_the_way_out() {
    let app = App::new("missing", 1);
    let role = BusRole::new(&app.settings, "clean", "one", vec!["no.such.topic".into()]);
    let mut bus = KafkaBus::new(&app.settings, role).unwrap();
    let e = until("an error", SOON, || bus.poll(TURN).err());
    assert_eq!(e.class, ErrorClass::Stop);
    assert!(e.message.contains("no.such.topic") && e.message.contains("feedmill topics create"), "{e}");
    assert_eq!(class(bus.partitions("no.such.topic")), ErrorClass::Stop);
    assert_eq!(bus.partitions(&app.input).unwrap(), [app.input(0)]);
}

#[test]
fn an_offset_out_of_range_stops_and_nothing_is_read() {
    let app = App::new("range", 1);
    app.feed(&["a"]);
    let mut bus = app.bus("one");
    let Polled::Assigned(p) = next_event(&mut bus) else { panic!() };
    bus.assign(&[(p[0].clone(), 99)]).unwrap();
    let e = until("an error", SOON, || match bus.poll(TURN) {
        Err(e) => Some(e),
        Ok(Polled::Record(r)) => panic!("read {r:?}"),
        Ok(_) => None,
    });
    assert_eq!(e.class, ErrorClass::Stop);
    assert!(e.message.contains("reset-offsets"), "{e}");
}

#[test]
fn a_record_that_is_too_large_is_blamed_for_it() {
    let app = App::new("large", 1);
    let mut bus = app.bus("one");
    bus.begin().unwrap();
    // By the client.
    let refused = bus.send(app.out(&"x".repeat(2_000_000), 3));
    assert!(matches!(refused, Err(SendError::TooLarge(_))), "{refused:?}");
    // By the broker: the topic takes less than the client was told.
    let small = format!("{}.small", app.settings.app.id);
    create(bootstrap(), &small, 1, &[("max.message.bytes", "2000"), ("compression.type", "uncompressed")]);
    let noise: String = (0..100_000u32).map(|i| char::from(b'a' + (i.wrapping_mul(2_654_435_761) >> 27) as u8 % 26)).collect();
    bus.send(OutRecord { topic: small.as_str().into(), ..app.out(&noise, 7) }).unwrap();
    let failed = until("a failed delivery", SOON, || {
        let _ = bus.poll(TURN);
        bus.pending().failed
    });
    assert_eq!((failed.source, failed.too_large), (7, true), "{failed:?}");
    bus.abort().unwrap();
    bus.begin().unwrap();
    assert!(bus.pending().failed.is_none());
}

#[test]
fn bytes_and_nulls_arrive_as_they_were() {
    let app = App::new("bytes", 1);
    let mut bus = app.bus("one");
    joined(&mut bus);
    let headers = vec![
        Header::new("empty", Vec::new()),
        Header { name: "null".into(), value: None },
        Header::new("bin", vec![0, 159, 255]),
        Header::new("bin", vec![1]),
    ];
    bus.begin().unwrap();
    for (key, value) in [(Some(vec![0, 255]), None), (None, Some(Vec::new())), (Some(Vec::new()), Some(vec![0, 159]))] {
        bus.send(OutRecord { topic: app.input.as_str().into(), partition: Some(0), key, value, headers: headers.clone(), source: 0 })
            .unwrap();
    }
    delivered(&mut bus);
    bus.commit().unwrap();
    let got: Vec<Record> = (0..3).map(|_| next_record(&mut bus)).collect();
    assert_eq!((&got[0].key, &got[0].value), (&Some(vec![0, 255]), &None));
    assert_eq!((&got[1].key, &got[1].value), (&None, &Some(Vec::new())));
    assert_eq!((&got[2].key, &got[2].value), (&Some(Vec::new()), &Some(vec![0, 159])));
    assert_eq!(got[0].headers, headers);
    assert!(got[0].timestamp.is_some());
}

#[test]
fn positions_pause_seek_and_time() {
    let app = App::new("positions", 1);
    app.feed(&["a", "b", "c"]);
    let mut bus = app.bus("one");
    joined(&mut bus);
    let first = next_record(&mut bus);
    assert_eq!(bus.bounds(&app.input(0)).unwrap(), (0, 3));
    assert_eq!(bus.offset_at(&app.input(0), first.timestamp.unwrap()).unwrap(), 0);
    assert_eq!(bus.offset_at(&app.input(0), first.timestamp.unwrap() + 3_600_000).unwrap(), 3);
    bus.pause(&[app.input(0)]).unwrap();
    assert!(matches!(bus.poll(Duration::from_millis(300)).unwrap(), Polled::Nothing));
    bus.seek(&[(app.input(0), 2)]).unwrap();
    bus.resume(&[app.input(0)]).unwrap();
    assert_eq!(next_record(&mut bus).offset, 2);
    bus.commit_plain(&[(app.input(0), note(1, "crash 1"))]).unwrap();
    assert_eq!(committed(&mut bus, app.input(0)), Some(note(1, "crash 1")));
    assert!(bus.membership().is_valid());
    assert!(!Membership { generation: -1, member_id: String::new(), lost: false }.is_valid());
}

#[test]
fn the_changelog_reader_stops_at_the_end_of_what_is_committed() {
    let app = App::new("changelog", 1);
    let changes = format!("{}.changes", app.settings.app.id);
    create(bootstrap(), &changes, 2, &[]);
    let mut bus = app.bus("one");
    joined(&mut bus);
    let row = |partition, value: &str| OutRecord { topic: changes.as_str().into(), partition: Some(partition), ..app.out(value, 0) };
    let mut round = |values: &[(i32, &str)], commit: bool| {
        bus.begin().unwrap();
        for (p, v) in values {
            bus.send(row(*p, v)).unwrap();
        }
        delivered(&mut bus);
        if commit { bus.commit().unwrap() } else { bus.abort().unwrap() }
    };
    round(&[(0, "a"), (1, "x")], true);
    round(&[(0, "lost"), (1, "lost")], false);
    round(&[(0, "b")], true);
    // Both partitions end in control records.
    let partitions = [TopicPartition::new(changes.as_str(), 0), TopicPartition::new(changes.as_str(), 1)];
    let rows = |bus: &mut KafkaBus| {
        let mut log = bus.changelog(&partitions).unwrap();
        let mut rows = Vec::new();
        while let Some(r) = log.next().unwrap() {
            rows.push((r.partition, String::from_utf8(r.value.unwrap()).unwrap()));
        }
        let (read, total) = log.progress();
        assert_eq!(read, total);
        rows
    };
    let expected = [(0, "a".to_owned()), (0, "b".to_owned()), (1, "x".to_owned())];
    assert_eq!(rows(&mut bus), expected);
    assert_eq!(bus.bounds(&partitions[0]).unwrap(), (0, 6));

    // An open transaction of another process: the reader waits for its end, then has its rows.
    let mut other = app.bus("two");
    other.begin().unwrap();
    other.send(row(0, "c")).unwrap();
    delivered(&mut other);
    assert_eq!(bus.bounds(&partitions[0]).unwrap(), (0, 6));
    let mut log = bus.changelog(&partitions).unwrap();
    let reading = std::thread::spawn(move || {
        let mut values = Vec::new();
        while let Some(r) = log.next().unwrap() {
            values.push(String::from_utf8(r.value.unwrap()).unwrap());
        }
        values
    });
    for _ in 0..10 {
        let _ = other.poll(TURN);
    }
    assert!(!reading.is_finished());
    other.commit().unwrap();
    assert_eq!(reading.join().unwrap(), ["a", "b", "c", "x"]);
}

#[test]
fn the_offsets_of_an_open_transaction_are_waited_for() {
    let app = App::new("stable", 1);
    app.feed(&["a"]);
    let mut one = app.bus("one");
    joined(&mut one);
    one.begin().unwrap();
    let membership = one.membership();
    one.send_offsets(&[(app.input(0), note(1, ""))], &membership).unwrap();
    let mut two = app.bus("two");
    let asking = std::thread::spawn(move || (two.committed(&[TopicPartition::new("x", 0)]), two));
    one.commit().unwrap();
    let (_, mut two) = asking.join().unwrap();
    assert_eq!(committed(&mut two, app.input(0)), Some(note(1, "")));
}

#[test]
fn no_broker_is_said_so() {
    let mut cluster = Cluster::start(1);
    let mut settings = Settings::default();
    settings.kafka.bootstrap_servers = cluster.bootstrap();
    create(&cluster.bootstrap(), "in", 1, &[]);
    let mut bus = KafkaBus::new(&settings, BusRole::new(&settings, "clean", "one", vec!["in".into()])).unwrap();
    joined(&mut bus);
    cluster.kill(0);
    let trouble = until("a trouble", SOON, || match bus.poll(TURN).unwrap() {
        Polled::Trouble(t) => Some(t),
        _ => None,
    });
    assert!(trouble.contains("check kafka.bootstrap_servers"), "{trouble}");
    // It comes back by itself.
    cluster.launch(0);
    cluster.wait_ready();
    until("an answer", SOON, || {
        let _ = bus.poll(TURN).unwrap();
        bus.partitions("in").ok()
    });
}

#[test]
fn a_start_that_cannot_work_says_why() {
    let cluster = Cluster::secured();
    create(&cluster.bootstrap(), "in", 1, &[]);
    let mut settings = Settings::default();
    let refused = |settings: &Settings| {
        let role = BusRole::new(settings, "clean", "one", vec!["in".into()]);
        KafkaBus::new(settings, role).err().expect("a refusal")
    };
    let mut set = |name: &str, value: &str| {
        settings.kafka.bootstrap_servers = cluster.secured_address();
        settings.kafka.properties.insert(name.into(), Property { value: value.into(), secret: false });
        settings.clone()
    };
    set("security.protocol", "sasl_plaintext");
    set("sasl.mechanisms", "PLAIN");
    set("sasl.username", "feed");
    let e = refused(&set("sasl.password", "wrong"));
    assert!(e.message.contains("Authentication failed") && e.message.contains("check sasl.mechanisms"), "{e}");
    assert!(!e.message.contains("wrong"), "{e}");
    let e = refused(&set("sasl.password", "mill"));
    assert_eq!(e.class, ErrorClass::Stop, "{e}");
    assert!(e.message.contains("grant the worker Write and Describe on its transactional ids"), "{e}");
    let e = refused(&set("sasl.mechanisms", "NONSENSE"));
    assert_eq!(e.class, ErrorClass::Stop, "{e}");
}
