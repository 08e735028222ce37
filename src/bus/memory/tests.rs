//! The promises of Kafka, one test each.

use super::*;
use crate::bus::{Bus, ErrorClass, Membership, Polled, SendError};
use crate::record::OutRecord;

const STEP: Duration = Duration::from_millis(100);
const SECOND: Duration = Duration::from_secs(1);

fn broker() -> Broker {
    let broker = Broker::new(1);
    broker.create_topic("in", 2);
    broker.create_topic_with_limit("out", 1, 1000);
    broker
}

fn connect(broker: &Broker, transactional_id: &str) -> MemoryBus {
    broker.connect(ClientSettings::new("g", &["in"], transactional_id))
}

fn place(partition: i32) -> TopicPartition {
    TopicPartition::new("in", partition)
}

fn at(partition: i32, offset: i64) -> (TopicPartition, Committed) {
    (place(partition), Committed { offset, metadata: "note".into() })
}

fn out(value: &str) -> OutRecord {
    OutRecord { topic: "out".into(), partition: Some(0), key: None, value: Some(value.into()), headers: Vec::new(), source: 3 }
}

fn values(broker: &Broker) -> Vec<String> {
    broker.committed_records("out").into_iter().map(|r| String::from_utf8(r.value.unwrap()).unwrap()).collect()
}

/// Polls, and answers every event at once from offset 0, until `done`.
fn drive(bus: &mut MemoryBus, mut done: impl FnMut(&mut MemoryBus, &Polled) -> bool) -> Polled {
    for _ in 0..2_000 {
        let polled = bus.poll(STEP).unwrap();
        match &polled {
            Polled::Assigned(places) => bus.assign(&places.iter().map(|p| (p.clone(), 0)).collect::<Vec<_>>()).unwrap(),
            Polled::Revoked(places) | Polled::Lost(places) => bus.unassign(places).unwrap(),
            _ => {}
        }
        if done(bus, &polled) {
            return polled;
        }
    }
    panic!("it never came");
}

/// Until it has been given a partition.
fn joined(bus: &mut MemoryBus) {
    drive(bus, |_, polled| matches!(polled, Polled::Assigned(new) if !new.is_empty()));
}

fn all_acknowledged(bus: &mut MemoryBus) {
    drive(bus, |bus, _| bus.pending().in_flight == 0);
}

#[test]
fn a_transaction_shows_its_records_and_offsets_at_once_or_never() {
    let broker = broker();
    let mut bus = connect(&broker, "t");
    joined(&mut bus);
    bus.begin().unwrap();
    bus.send(out("a")).unwrap();
    all_acknowledged(&mut bus);
    let me = bus.membership();
    bus.send_offsets(&[at(0, 4)], &me).unwrap();
    assert!(values(&broker).is_empty() && broker.group_offset("g", &place(0)).is_none());
    assert_eq!(bus.committed(&[place(0)]).unwrap_err().class, ErrorClass::Retriable, "its own transaction is open");
    bus.commit().unwrap();
    assert_eq!(values(&broker), ["a"]);
    assert_eq!(bus.committed(&[place(0)]).unwrap(), [Some(at(0, 4).1)]);
    assert_eq!(broker.offsets(&TopicPartition::new("out", 0)), Some((0, 2, 2)), "record and marker");

    bus.begin().unwrap();
    bus.send(out("b")).unwrap();
    all_acknowledged(&mut bus);
    let me = bus.membership();
    bus.send_offsets(&[at(0, 9)], &me).unwrap();
    bus.abort().unwrap();
    assert_eq!(values(&broker), ["a"]);
    assert_eq!(broker.group_offset("g", &place(0)).unwrap().offset, 4);
}

#[test]
fn a_second_producer_fences_the_first_and_ends_its_transaction() {
    let broker = broker();
    let mut first = connect(&broker, "same");
    joined(&mut first);
    first.begin().unwrap();
    first.send(out("zombie")).unwrap();
    all_acknowledged(&mut first);
    let mut second = connect(&broker, "same");
    assert_eq!(broker.open_transactions(), 0);
    let me = first.membership();
    assert_eq!(first.send_offsets(&[at(0, 1)], &me).unwrap_err().class, ErrorClass::Fatal);
    assert_eq!(first.commit().unwrap_err().class, ErrorClass::Fatal);
    assert_eq!(first.abort().unwrap_err().class, ErrorClass::Fatal);
    assert_eq!(first.begin().unwrap_err().class, ErrorClass::Fatal);
    second.begin().unwrap();
    second.send(out("new")).unwrap();
    second.commit().unwrap();
    assert_eq!(values(&broker), ["new"]);
    first.renew_producer().unwrap();
    first.begin().unwrap();
    assert!(second.begin().is_ok(), "begin is local");
    second.send(out("late")).unwrap();
    assert_eq!(second.commit().unwrap_err().class, ErrorClass::Fatal, "now the second is the old one");
}

#[test]
fn a_transaction_that_is_open_too_long_is_aborted_and_its_producer_fenced() {
    let broker = broker();
    let mut bus = connect(&broker, "t");
    joined(&mut bus);
    bus.begin().unwrap();
    bus.send(out("a")).unwrap();
    all_acknowledged(&mut bus);
    broker.advance(SECOND * 12);
    assert_eq!(broker.open_transactions(), 0);
    assert_eq!(bus.commit().unwrap_err().class, ErrorClass::Fatal);
    assert_eq!(bus.begin().unwrap_err().class, ErrorClass::Fatal);
    bus.renew_producer().unwrap();
    bus.begin().unwrap();
    bus.send(out("b")).unwrap();
    bus.commit().unwrap();
    assert_eq!(values(&broker), ["b"]);
}

#[test]
fn stale_generations_and_unknown_members_are_refused_but_nobody_is_not() {
    let broker = broker();
    let mut bus = connect(&broker, "t");
    joined(&mut bus);
    let me = bus.membership();
    assert!(me.is_valid());
    let stale = Membership { generation: me.generation - 1, ..me.clone() };
    let unknown = Membership { member_id: "who".into(), ..me.clone() };
    let nobody = Membership { generation: -1, member_id: String::new(), lost: false };
    for refused in [stale, unknown] {
        bus.begin().unwrap();
        assert_eq!(bus.send_offsets(&[at(0, 1)], &refused).unwrap_err().class, ErrorClass::Abort);
        assert_eq!(bus.commit().unwrap_err().class, ErrorClass::Abort, "the transaction is spoilt");
        bus.abort().unwrap();
    }
    bus.begin().unwrap();
    bus.send_offsets(&[at(0, 7)], &nobody).unwrap();
    bus.commit().unwrap();
    assert_eq!(broker.group_offset("g", &place(0)).unwrap().offset, 7, "the trap of the real broker");
}

#[test]
fn a_zombie_loses_its_partitions_cannot_commit_and_hears_of_it_later() {
    let broker = broker();
    let mut zombie = connect(&broker, "z");
    joined(&mut zombie);
    let old = zombie.membership();
    zombie.begin().unwrap();
    zombie.send(out("zombie")).unwrap();
    broker.freeze(zombie.client());
    let mut heir = connect(&broker, "h");
    let given = drive(&mut heir, |_, polled| matches!(polled, Polled::Assigned(_)));
    assert!(matches!(given, Polled::Assigned(all) if all.len() == 2));
    broker.thaw(zombie.client());
    assert_eq!(zombie.membership(), old, "it does not know yet");
    assert_eq!(zombie.send_offsets(&[at(0, 5)], &old).unwrap_err().class, ErrorClass::Abort);
    zombie.abort().unwrap();
    let lost = drive(&mut zombie, |_, polled| matches!(polled, Polled::Lost(_)));
    assert!(matches!(lost, Polled::Lost(all) if all.len() == 2));
    assert!(!zombie.membership().is_valid());
    assert!(values(&broker).is_empty());
}

#[test]
fn lost_shows_in_the_membership_before_it_is_answered() {
    let broker = broker();
    let mut bus = connect(&broker, "z");
    joined(&mut bus);
    broker.freeze(bus.client());
    broker.advance(SECOND * 60);
    broker.thaw(bus.client());
    broker.advance(SECOND * 5);
    let me = bus.membership();
    assert!(me.lost && me.generation == -1 && me.member_id.is_empty());
    joined(&mut bus);
    assert!(bus.membership().is_valid());
}

#[test]
fn partitions_move_cooperatively_and_a_leaver_gives_them_back() {
    let broker = broker();
    let mut first = connect(&broker, "a");
    let given = drive(&mut first, |_, polled| matches!(polled, Polled::Assigned(_)));
    let Polled::Assigned(given) = given else { panic!("{given:?}") };
    let mut second = connect(&broker, "b");
    let mut owned = [given, Vec::new()];
    for _ in 0..400 {
        for (bus, owned) in [&mut first, &mut second].into_iter().zip(&mut owned) {
            match bus.poll(STEP).unwrap() {
                Polled::Assigned(new) => {
                    bus.assign(&new.iter().map(|p| (p.clone(), 0)).collect::<Vec<_>>()).unwrap();
                    owned.extend(new);
                }
                Polled::Revoked(gone) => {
                    bus.unassign(&gone).unwrap();
                    owned.retain(|p| !gone.contains(p));
                }
                Polled::Lost(_) => panic!("nobody was away"),
                _ => {}
            }
        }
        assert!(owned[0].iter().all(|p| !owned[1].contains(p)), "never two owners");
    }
    assert_eq!((owned[0].len(), owned[1].len()), (1, 1));
    first.close();
    drive(&mut second, |_, polled| matches!(polled, Polled::Assigned(new) if new.len() == 1));
    assert_eq!(first.begin().unwrap_err().class, ErrorClass::Stop);
}

#[test]
fn a_member_that_does_not_poll_leaves_and_loses_all() {
    let broker = broker();
    let mut bus = connect(&broker, "a");
    joined(&mut bus);
    broker.advance(SECOND * 310);
    let mut lost = false;
    drive(&mut bus, |_, polled| {
        lost |= matches!(polled, Polled::Lost(_));
        lost && matches!(polled, Polled::Assigned(_))
    });
}

#[test]
fn records_are_read_committed_in_order_and_pause_seek_and_bounds_hold() {
    let broker = broker();
    let write = |text: &str| broker.produce(&place(0), Produced { value: Some(text.into()), ..Produced::default() });
    write("a");
    broker.advance(SECOND);
    write("b");
    let time = broker.time();
    let mut bus = connect(&broker, "t");
    let mut other = connect(&broker, "o");
    joined(&mut bus);
    let is_record = |_: &mut MemoryBus, polled: &Polled| matches!(polled, Polled::Record(_));
    let next = |bus: &mut MemoryBus| match drive(bus, is_record) {
        Polled::Record(r) => r.offset,
        _ => -1,
    };
    assert_eq!((next(&mut bus), next(&mut bus)), (0, 1));
    bus.seek(&[(place(0), 1)]).unwrap();
    assert_eq!(next(&mut bus), 1);
    bus.seek(&[(place(0), 0)]).unwrap();
    bus.pause(&[place(0)]).unwrap();
    for _ in 0..20 {
        assert!(matches!(bus.poll(STEP).unwrap(), Polled::Nothing));
    }
    bus.resume(&[place(0)]).unwrap();
    assert_eq!((next(&mut bus), next(&mut bus)), (0, 1));
    assert_eq!(bus.offset_at(&place(0), time).unwrap(), 1);
    assert_eq!(bus.offset_at(&place(0), time + 1_000_000).unwrap(), 2);

    other.begin().unwrap();
    other.send(OutRecord { topic: "in".into(), ..out("open") }).unwrap();
    all_acknowledged(&mut other);
    write("c");
    assert_eq!(bus.bounds(&place(0)).unwrap(), (0, 2), "the open transaction holds the end");
    assert!(matches!(bus.poll(STEP).unwrap(), Polled::Nothing));
    other.abort().unwrap();
    assert_eq!(next(&mut bus), 3, "the aborted record is hidden");
    broker.delete_before(&place(0), 2);
    bus.seek(&[(place(0), 1)]).unwrap();
    assert_eq!(bus.poll(STEP).unwrap_err().class, ErrorClass::Stop, "never a silent reset");
}

#[test]
fn deliveries_that_fail_spoil_the_transaction_and_name_the_record() {
    let broker = broker();
    let mut bus = connect(&broker, "t");
    joined(&mut bus);
    bus.begin().unwrap();
    bus.send(out(&"x".repeat(2000))).unwrap();
    all_acknowledged(&mut bus);
    let failed = bus.pending().failed.unwrap();
    assert!(failed.too_large && failed.source == 3);
    assert_eq!(bus.commit().unwrap_err().class, ErrorClass::Abort);
    bus.abort().unwrap();
    assert!(bus.pending().failed.is_none());

    broker.order(Fault::ProduceFailed);
    bus.begin().unwrap();
    bus.send(out("a")).unwrap();
    all_acknowledged(&mut bus);
    assert!(!bus.pending().failed.unwrap().too_large);
    bus.abort().unwrap();

    let mut small = ClientSettings::new("other", &[], "small");
    (small.queue_records, small.max_message_bytes) = (1, 500);
    let mut bus = broker.connect(small);
    bus.begin().unwrap();
    assert!(matches!(bus.send(out(&"x".repeat(600))), Err(SendError::TooLarge(_))));
    bus.send(out("a")).unwrap();
    assert!(matches!(bus.send(out("b")), Err(SendError::Full(r)) if r.value == Some(b"b".to_vec())));
}

#[test]
fn a_commit_that_timed_out_took_place_or_not_and_a_new_producer_settles_it() {
    for (fault, expected) in [(Fault::CommitLost, 0), (Fault::CommitUnheard, 1)] {
        let broker = broker();
        let mut bus = connect(&broker, "t");
        joined(&mut bus);
        bus.begin().unwrap();
        bus.send(out("a")).unwrap();
        let me = bus.membership();
        bus.send_offsets(&[at(0, 1)], &me).unwrap();
        broker.order(fault);
        assert_eq!(bus.commit().unwrap_err().class, ErrorClass::Unknown);
        bus.renew_producer().unwrap();
        assert_eq!(bus.committed(&[place(0)]).unwrap(), [(expected == 1).then(|| at(0, 1).1)]);
        assert_eq!(values(&broker).len(), expected);
    }
}

#[test]
fn a_late_commit_arrives_unless_the_producer_is_replaced_before() {
    for replaced in [false, true] {
        let broker = broker();
        let mut bus = connect(&broker, "t");
        bus.begin().unwrap();
        bus.send(out("a")).unwrap();
        broker.order(Fault::CommitLate);
        assert_eq!(bus.commit().unwrap_err().class, ErrorClass::Unknown);
        let before = values(&broker).len();
        if replaced {
            bus.renew_producer().unwrap();
        }
        broker.advance(SECOND * 6);
        assert_eq!(values(&broker).len(), if replaced { before } else { 1 });
    }
}

#[test]
fn the_other_faults_have_their_classes() {
    let broker = broker();
    let mut bus = connect(&broker, "t");
    joined(&mut bus);
    bus.begin().unwrap();
    let me = bus.membership();
    for (fault, class) in [(Fault::OffsetsLost, ErrorClass::Retriable), (Fault::OffsetsUnheard, ErrorClass::Retriable)] {
        broker.order(fault);
        assert_eq!(bus.send_offsets(&[at(0, 1)], &me).unwrap_err().class, class);
    }
    bus.send_offsets(&[at(0, 1)], &me).unwrap();
    bus.commit().unwrap();
    bus.begin().unwrap();
    broker.order(Fault::OffsetsRefused);
    assert_eq!(bus.send_offsets(&[at(0, 2)], &me).unwrap_err().class, ErrorClass::Abort);
    broker.order(Fault::CoordinatorMoved);
    assert_eq!(bus.abort().unwrap_err().class, ErrorClass::Retriable);
    broker.order(Fault::AbortFailed);
    assert_eq!(bus.abort().unwrap_err().class, ErrorClass::Fatal);
    broker.order(Fault::CoordinatorMoved);
    assert_eq!(bus.renew_producer().unwrap_err().class, ErrorClass::Retriable);
    bus.renew_producer().unwrap();
    bus.begin().unwrap();
    broker.order(Fault::AbortLost);
    assert_eq!(bus.abort().unwrap_err().class, ErrorClass::Unknown);
    assert_eq!(bus.begin().unwrap_err().class, ErrorClass::Fatal);
    bus.renew_producer().unwrap();
    broker.order(Fault::Trouble);
    assert!(matches!(bus.poll(STEP).unwrap(), Polled::Trouble(_)));
    broker.order(Fault::KilledAfter);
    assert_eq!(bus.commit_plain(&[at(1, 3)]).unwrap_err().class, ErrorClass::Stop);
    assert!(broker.is_dead(bus.client()));
    assert_eq!(broker.group_offset("g", &place(1)).unwrap().offset, 3, "it took place");
}

#[test]
fn a_dead_process_keeps_its_session_and_its_transaction_until_they_time_out() {
    let broker = broker();
    let mut bus = connect(&broker, "dead");
    joined(&mut bus);
    bus.begin().unwrap();
    bus.send(out("a")).unwrap();
    all_acknowledged(&mut bus);
    let me = bus.membership();
    bus.send_offsets(&[at(0, 1)], &me).unwrap();
    drop(bus);
    let mut heir = connect(&broker, "heir");
    heir.poll(STEP).unwrap();
    assert_eq!(broker.open_transactions(), 1);
    assert_eq!(heir.committed(&[place(0)]).unwrap_err().class, ErrorClass::Retriable, "stable offsets only");
    broker.advance(SECOND * 12);
    assert_eq!(heir.committed(&[place(0)]).unwrap(), [None]);
    assert!(matches!(heir.poll(STEP).unwrap(), Polled::Nothing), "the session is not over");
    joined(&mut heir);
    assert!(broker.now() > SECOND * 45);
}

#[test]
fn a_changelog_is_read_to_the_end_that_was_and_waits_for_open_transactions() {
    let broker = broker();
    let log = TopicPartition::new("out", 0);
    let mut bus = connect(&broker, "w");
    for (value, commit) in [("a", true), ("b", false), ("c", true)] {
        bus.begin().unwrap();
        bus.send(out(value)).unwrap();
        all_acknowledged(&mut bus);
        if commit { bus.commit() } else { bus.abort() }.unwrap();
    }
    bus.begin().unwrap();
    bus.send(out("open")).unwrap();
    all_acknowledged(&mut bus);
    let mut reader = connect(&broker, "r").changelog(&[log]).unwrap();
    let mut next = || reader.next().map(|r| r.map(|r| String::from_utf8(r.value.unwrap()).unwrap()));
    assert_eq!(next().unwrap().unwrap(), "a");
    assert_eq!(next().unwrap().unwrap(), "c");
    assert_eq!(next().unwrap_err().class, ErrorClass::Retriable);
    bus.commit().unwrap();
    bus.begin().unwrap();
    bus.send(out("after")).unwrap();
    bus.commit().unwrap();
    assert_eq!(next().unwrap().unwrap(), "open");
    assert_eq!(next().unwrap(), None, "what came after the beginning is not read");
}

#[test]
fn a_seed_repeats_a_run() {
    let run = |seed| {
        let broker = Broker::new(seed);
        broker.create_topic("in", 2);
        broker.create_topic("out", 1);
        broker.set_faults(Fault::ALL.into_iter().fold(Faults::none(), |f, fault| f.with(fault, 100)));
        let mut bus = connect(&broker, "t");
        let mut trace = Vec::new();
        for i in 0..300 {
            trace.push(format!("{:?}", bus.poll(STEP)));
            trace.push(format!("{:?} {:?}", bus.begin(), bus.send(out(&i.to_string())).map_err(|e| format!("{e:?}"))));
            trace.push(format!("{:?} {:?}", bus.commit(), broker.now()));
        }
        trace
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}
