//! What the whole way through a real Kafka costs and withstands: one command a figure, each with the bar that it must meet.
//!
//! ```text
//! cargo bench --bench pipeline -- --list                      what there is
//! cargo bench --bench pipeline -- kills --kills 30            kill -9 of three replicas at random moments
//! cargo bench --bench pipeline -- rebalance --joins 10        a paused zombie, joins and leaves
//! cargo bench --bench pipeline -- brokers                     each of three brokers killed once under load
//! cargo bench --bench pipeline -- cost [--pages FILE]         CPU a page of `run` against `process`
//! cargo bench --bench pipeline -- passthrough                 tiny texts through both loops, on one core
//! cargo bench --bench pipeline -- memory --minutes 20         resident memory under steady load
//! cargo bench --bench pipeline -- start                       from exec to the first committed article
//! cargo bench --bench pipeline -- restore                     the index of a million documents, read back from its changelogs
//! cargo bench --bench pipeline -- letters                     a list of 10,000 dead letters, and a replay that is killed
//! ```
//!
//! Each prints lines of `name value`, then a line a bar: `bar NAME VALUE <= LIMIT met|MISSED`. The exit status is 1 when a bar that must be
//! met is missed, 2 when the arguments are wrong. What is measured is the optimised binary; the brokers are Apache Kafka from Maven's jars,
//! on this machine, so the figures hold for worker and broker sharing its cores. Pages are made by code from a seed, the same in every run.
//!
//! Noise: other work on the machine lengthens `start`, `passthrough` and `memory`; `cost` counts CPU time and suffers least. Repeat before
//! comparing. These are no tests: `cargo test` runs none of them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../kafka/mod.rs"]
mod kafka;

mod arguments;
#[path = "../dedup/articles.rs"]
#[allow(dead_code)]
mod articles;
mod audit;
mod chaos;
mod cost;
mod letters;
mod memory;
mod pages;
mod passthrough;
mod process;
mod report;
mod restore;
mod site;
mod start;

use arguments::Arguments;
use report::Report;

/// A subcommand: its name, its options with their defaults, and what it shows.
struct Bench {
    name: &'static str,
    options: &'static str,
    shows: &'static str,
    run: fn(&Arguments, &mut Report),
}

const BENCHES: [Bench; 9] = [
    Bench {
        name: "kills",
        options: "--kills 30 --pages 20000 --seed 1 --style both|named|random",
        shows: "3 replicas, kill -9 at random moments, each started again: 0 pages lost, 0 doubled, every fate as it must be.\n\
                named: with app.instance; random: without, where a dead process leaves its transaction open for up to 10 s",
        run: chaos::kills,
    },
    Bench {
        name: "rebalance",
        options: "--joins 10 --pages 20000 --seed 1",
        shows: "a replica paused beyond its session and resumed, then joins and leaves under load: the same check",
        run: chaos::rebalance,
    },
    Bench {
        name: "brokers",
        options: "--pages 20000 --seed 1",
        shows: "three brokers, each killed by kill -9 once under load and started again: the same check",
        run: chaos::brokers,
    },
    Bench {
        name: "cost",
        options: "--pages FILE (JSON Lines, plain; default: pages by code, or the file in FEEDMILL_BENCH_PAGES) --repeat 3",
        shows: "CPU seconds a page of `run` (one replica, user and system) against `process` on the same pages, start-up subtracted",
        run: cost::run,
    },
    Bench {
        name: "passthrough",
        options: "--pages 200000 --repeat 3 --broker-core 0 --worker-core 1",
        shows: "pages/s of texts of 1 KB, preset article, tags off, through both loops, from the first outcome to the last;\n\
                the worker on one core, the broker on another",
        run: passthrough::run,
    },
    Bench {
        name: "memory",
        options: "--minutes 20 --texts 40 --html 5 (a second)",
        shows: "resident memory under steady load from an empty index, sampled every 5 s: its maximum and its slope after warm-up",
        run: memory::run,
    },
    Bench {
        name: "start",
        options: "--repeat 7",
        shows: "from exec to the first article that a read_committed consumer has, empty index, topics exist",
        run: start::run,
    },
    Bench {
        name: "restore",
        options: "--documents 1000000 --worker-core 1",
        shows: "seconds until a worker on one core is ready, its changelogs filled from generated fingerprints; start-up subtracted",
        run: restore::run,
    },
    Bench {
        name: "letters",
        options: "--letters 10000 --bytes 20000 --repeat 3 --kills 3 --seed 1",
        shows: "dead letters with pages of so many bytes: seconds of `dlq ls` of all; half of them put back by a replay that is killed\n\
                by kill -9 and started again: 0 lost, 0 doubled",
        run: letters::run,
    },
];

fn main() {
    let arguments = Arguments::from_environment();
    let Some(name) = arguments.command() else { return list() };
    let Some(bench) = BENCHES.iter().find(|b| b.name == name) else {
        eprintln!("no benchmark is called {name:?}");
        list();
        std::process::exit(2);
    };
    arguments.check(bench.options);
    let mut report = Report::new(bench.name);
    (bench.run)(&arguments, &mut report);
    std::process::exit(report.finish());
}

fn list() {
    for bench in &BENCHES {
        println!("{}  {}", bench.name, bench.options);
        println!("    {}", bench.shows.replace('\n', "\n    "));
    }
}
