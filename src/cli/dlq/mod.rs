//! `feedmill dlq`: dead letters on the cluster, looked at and put back.
//!
//! | file | job |
//! | --- | --- |
//! | `letter` | what a letter's headers and bytes tell |
//! | `filter` | which letters are meant |
//! | `show` | ls, stats, show, export |
//! | `replay` | another try, through `topics.retry` |

mod filter;
mod letter;
mod replay;
mod show;

use super::StartError;
use super::options::ConfigOptions;
use crate::bus::BusError;
use crate::bus::kafka::scan::{Scan, Span};
use crate::config::Settings;
use filter::Filter;
pub(super) use filter::ago;
use letter::Letter;
use std::ops::ControlFlow;

/// Looks at dead letters, and puts them back for another try.
///
/// Needs the rights Read and Describe on the dead letters, for `replay` also Read, Write and Describe on topics.retry and Write on the
/// transactional id <app.id>.replay. Nothing is ever written to the topics of the crawlers, and letters stay where they are until their
/// retention ends.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Lists letters: place, time, reason, stage, attempt, address, message
    #[command(after_help = "Examples:
  feedmill dlq ls --config feedmill.toml --since 2h
  feedmill dlq ls --config feedmill.toml --reason too_large --host example.com --json")]
    Ls {
        #[command(flatten)]
        config: ConfigOptions,
        #[command(flatten)]
        filter: Filter,
        /// At most so many, the newest
        #[arg(long, default_value_t = 100)]
        limit: usize,
        /// JSON Lines instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Counts letters by reason, stage, topic and host
    Stats {
        #[command(flatten)]
        config: ConfigOptions,
        #[command(flatten)]
        filter: Filter,
    },
    /// Shows one letter: its headers, what its preset makes of it now, its bytes
    #[command(after_help = "Example:
  feedmill dlq show --config feedmill.toml 2/4711")]
    Show {
        #[command(flatten)]
        config: ConfigOptions,
        /// The letter's place as `ls` gives it: PARTITION/OFFSET
        letter: String,
    },
    /// Puts letters back through topics.retry; without --execute it only tells what would happen
    ///
    /// Each letter is put back once, however often the command runs or is killed: what is there already is known by a header. A letter that
    /// was cut, or that died after cleaning, is read again from where it came from, and refused when it is no longer there.
    #[command(after_help = "Examples:
  feedmill dlq replay --config feedmill.toml --reason unknown_schema
  feedmill dlq replay --config feedmill.toml --reason unknown_schema --execute --rate 200")]
    Replay {
        #[command(flatten)]
        config: ConfigOptions,
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        how: replay::How,
    },
    /// Writes letters with their bytes as JSON Lines to standard output
    #[command(after_help = "Example:
  feedmill dlq export --config feedmill.toml --since 2026-03-01 > letters.jsonl")]
    Export {
        #[command(flatten)]
        config: ConfigOptions,
        #[command(flatten)]
        filter: Filter,
    },
}

pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.action {
        Action::Ls { config, filter, limit, json } => show::list(&config.load_and_warn()?.settings, &filter, limit, json),
        Action::Stats { config, filter } => show::stats(&config.load_and_warn()?.settings, &filter),
        Action::Show { config, letter } => show::one(&config.load_and_warn()?.settings, &letter),
        Action::Replay { config, filter, how } => replay::run(&config.load_and_warn()?.settings, &filter, &how),
        Action::Export { config, filter } => show::export(&config.load_and_warn()?.settings, &filter),
    }
}

/// A reader, when the topic of dead letters is there.
fn open(settings: &Settings) -> anyhow::Result<Scan> {
    let scan = Scan::new(settings, "dlq").map_err(start_error)?;
    let dead = &settings.topics.dead;
    if !scan.exists(dead).map_err(start_error)? {
        return Err(StartError(format!(
            "the topic {dead} is missing: is app.id or topics.dead another one? (`feedmill topics create` makes it)"
        ))
        .into());
    }
    Ok(scan)
}

/// Every letter that the filter means, each partition in its order.
fn each(
    scan: &mut Scan,
    settings: &Settings,
    filter: &Filter,
    mut take: impl FnMut(Letter) -> anyhow::Result<ControlFlow<()>>,
) -> anyhow::Result<()> {
    let filter = filter.checked()?;
    scan.read(&settings.topics.dead, Span { since: filter.since }, |record| {
        let letter = Letter::new(record);
        if filter.means(&letter) { take(letter) } else { Ok(ControlFlow::Continue(())) }
    })
}

fn start_error(error: BusError) -> anyhow::Error {
    StartError(error.to_string()).into()
}
