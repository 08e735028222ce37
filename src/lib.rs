//! feedmill: raw page events in, clean, tagged, deduplicated article records out, each page with exactly one fate.
//!
//! | room | job |
//! | --- | --- |
//! | [`record`] | what travels on the bus, as plain values |
//! | [`page`] | what comes in: page events, presets, charset |
//! | [`article`] | what goes out: articles, notices, outcomes, dead letters, envelopes, schemas |
//! | [`clean`] | page to draft article, or refusal |
//! | [`tag`] | language, size, topics, names of a draft |
//! | [`dedup`] | address keys, fingerprints, the index and its verdicts |
//! | [`stage`] | the two stages: records in, effects out |
//! | [`bus`] | the narrow trait to the broker; rdkafka, and one in memory |
//! | [`worker`] | the exactly-once loop |
//! | [`ops`] | health, metrics, logs |
//! | [`config`] | raw to checked settings |
//! | [`cli`] | one file per command |
//!
//! Arrows run one way: cli -> worker -> stage -> {clean, tag, dedup} -> {page, article}. `clean`, `tag` and `dedup` are pure.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod article;
pub mod bus;
pub mod clean;
pub mod cli;
pub mod config;
pub mod dedup;
pub mod ops;
pub mod page;
pub mod record;
pub mod stage;
pub mod tag;
pub mod worker;
