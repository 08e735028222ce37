//! The exactly-once loop under thousands of random schedules, on the broker in memory: crashes between any two calls, processes that
//! stand still and come back, members that come and go, commits of which nobody knows whether they took place, pages that come twice,
//! and clocks that differ.
//!
//! `FEEDMILL_SIM_SEEDS=n` sets the number of schedules, `FEEDMILL_SIM_SEED=n` replays one and tells what happens in it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod check;
mod client;
mod stages;
mod world;

use client::Mistake;
use feedmill::config::Settings;
use feedmill::page::Preset;
use feedmill::stage::StageName;
use feedmill::stage::clean::CleanStage;
use feedmill::stage::dedup::DedupStage;
use stages::{AnyStage, SmallClean, SmallDedup};
use std::panic::{AssertUnwindSafe, catch_unwind};
use world::{Counts, MakeStage, World};

const SEEDS: u64 = 5_000;
const SEEDS_OF_REAL_STAGES: u64 = 2_000;
const SEEDS_OF_SHARDS: u64 = 1_000;

/// What a thousand schedules must have seen, or they prove less than they seem to.
const SEEN: &[&str] = &[
    "committed",
    "aborted",
    "found_committed",
    "found_aborted",
    "restored",
    "read anew",
    "frozen",
    "killed",
    "killed in a call",
    "drained",
    "handed over",
    "sent again",
    "fate new",
    "fate revision",
    "fate unchanged",
    "fate duplicate",
    "fate skipped",
    "fate dead",
];

fn small(stage: StageName, settings: &Settings) -> AnyStage {
    match stage {
        StageName::Clean => AnyStage(Box::new(SmallClean(settings.clone()))),
        StageName::Dedup => AnyStage(Box::new(SmallDedup::new(settings.clone()))),
    }
}

fn real(stage: StageName, settings: &Settings) -> AnyStage {
    match stage {
        StageName::Clean => AnyStage(Box::new(CleanStage::new(settings))),
        StageName::Dedup => AnyStage(Box::new(DedupStage::new(settings))),
    }
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.topics.input[0].preset = Preset::Article;
    settings.tag.enabled = false;
    // Texts expire within a schedule where the clocks are far off.
    settings.dedup.text_window_days = 1;
    settings.topics.outcomes = Some("feedmill.outcomes".into());
    settings
}

fn sharded() -> Settings {
    let mut settings = settings();
    settings.dedup.shards = world::LANGUAGES.len() as u32;
    settings.dedup.languages = (0..).zip(world::LANGUAGES).map(|(shard, (code, _))| (code.to_owned(), shard)).collect();
    settings
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|v| v.parse().unwrap_or_else(|_| panic!("{name} is no number: {v}")))
}

/// A page that ends the process is found and condemned, and no other page with it.
#[test]
fn a_page_that_kills_is_condemned_and_no_other() {
    let mut seen = 0;
    let one = number("FEEDMILL_SIM_SEED");
    let seeds = one.map_or(0..number("FEEDMILL_SIM_SEEDS").unwrap_or(SEEDS) / 50, |seed| seed..seed + 1);
    for seed in seeds {
        let mut world = World::new(seed, settings(), small, Mistake::None, one.is_some()).with_poison();
        let checked = world.run().and_then(|()| check::check(&mut world, small)).and_then(|()| check::only_poison_crashed(&world));
        seen += checked.unwrap_or_else(|e| panic!("seed {seed}: {e}"));
    }
    println!("{seen} pages that kill");
    assert!(seen > 0, "no page ever killed");
}

/// One schedule and its checks.
fn run(seed: u64, settings: Settings, make: MakeStage, mistake: Mistake, trace: bool) -> Result<Counts, String> {
    catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(seed, settings, make, mistake, trace);
        world.run()?;
        check::check(&mut world, make)?;
        Ok(std::mem::take(&mut world.counts))
    }))
    .unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        Err(format!("panic: {}", text.unwrap_or_default()))
    })
}

/// All schedules; the failing seeds are named.
fn run_all(seeds: u64, settings: fn() -> Settings, make: MakeStage) {
    if let Some(seed) = number("FEEDMILL_SIM_SEED") {
        let counts = run(seed, settings(), make, Mistake::None, true).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        println!("seed {seed}: {counts:?}");
        return;
    }
    // The real stages take their share of a number that was asked for.
    let seeds = number("FEEDMILL_SIM_SEEDS").map_or(seeds, |n| n * seeds / SEEDS);
    let mut counts = Counts::new();
    let mut failed = Vec::new();
    for seed in 0..seeds {
        match run(seed, settings(), make, Mistake::None, false) {
            Ok(of_one) => of_one.into_iter().for_each(|(what, n)| *counts.entry(what).or_default() += n),
            Err(e) => failed.push(format!("FEEDMILL_SIM_SEED={seed}: {e}")),
        }
    }
    println!("{seeds} schedules: {counts:?}");
    assert!(failed.is_empty(), "{} of {seeds} schedules failed:\n{}", failed.len(), failed[..failed.len().min(10)].join("\n"));
    if seeds >= 1_000 {
        for what in SEEN {
            assert!(counts.get(*what).is_some_and(|n| *n > 0), "no schedule ever saw: {what}");
        }
    }
}

#[test]
fn every_page_has_one_fate_under_any_schedule() {
    run_all(SEEDS, settings, small);
}

#[test]
fn the_real_stages_decide_as_in_one_straight_pass() {
    run_all(SEEDS_OF_REAL_STAGES, settings, real);
}

/// Each shard decides as in one straight pass over its own log, whoever owns it. That one shard and four write the same is shown in
/// `tests/shards.rs`.
#[test]
fn shards_decide_as_in_one_straight_pass() {
    run_all(SEEDS_OF_SHARDS, sharded, real);
}

/// The simulation can fail: each of these mistakes is caught within a few hundred schedules.
#[test]
fn mistakes_are_caught() {
    for mistake in [
        Mistake::SendUnfenced,
        Mistake::MergeBeforeCommit,
        Mistake::UnknownIsCommitted,
        Mistake::UnknownIsAborted,
        Mistake::OffsetsOutside,
        Mistake::NeverDiscard,
    ] {
        let caught = (0..500).find_map(|seed| run(seed, settings(), small, mistake, false).err().map(|e| (seed, e)));
        let (seed, error) = caught.unwrap_or_else(|| panic!("nothing noticed {mistake:?}"));
        println!("{mistake:?} is caught at seed {seed}: {error}");
    }
}
