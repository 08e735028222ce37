//! One file per command.

pub mod check;
pub mod dedup;
pub mod demo;
pub mod dlq;
pub mod explain;
pub mod forget;
mod https;
pub mod options;
pub mod process;
mod registry;
pub mod republish;
pub mod run;
pub mod schema;
mod token;
pub mod topics;

use crate::config::ConfigError;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Raw page events in, clean, deduplicated, tagged article records out, exactly once.
#[derive(Parser)]
#[command(name = "feedmill", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Arguments),
    Dedup(dedup::Arguments),
    Demo(demo::Arguments),
    Dlq(dlq::Arguments),
    Explain(explain::Arguments),
    Forget(forget::Arguments),
    Process(process::Arguments),
    Republish(republish::Arguments),
    Run(run::Arguments),
    Schema(schema::Arguments),
    Topics(topics::Arguments),
}

/// The start failed for a reason that a restart does not cure: missing topics, missing rights, a wrong topology.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

/// The command has told what is wrong; only the exit code is left to say.
#[derive(Debug, thiserror::Error)]
#[error("see above")]
pub struct Told;

/// The exit code of an error: 2 for the configuration and the start, 1 for a failure while running.
fn exit_code(error: &anyhow::Error) -> u8 {
    let before_running = |e: &(dyn std::error::Error + 'static)| e.is::<ConfigError>() || e.is::<StartError>() || e.is::<Told>();
    // `is` on the error itself also sees a type that was given as context.
    if error.is::<StartError>() || error.chain().any(before_running) { 2 } else { 1 }
}

/// Runs the command line. 0: done; 1: failed while running; 2: wrong arguments, configuration or start.
pub fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Check(a) => check::run(a),
        Command::Dedup(a) => dedup::run(a),
        Command::Demo(a) => demo::run(a),
        Command::Dlq(a) => dlq::run(a),
        Command::Explain(a) => explain::run(a),
        Command::Forget(a) => forget::run(a),
        Command::Process(a) => process::run(a),
        Command::Republish(a) => republish::run(a),
        Command::Run(a) => run::run(a),
        Command::Schema(a) => schema::run(a),
        Command::Topics(a) => topics::run(a),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // `feedmill process ... | head`, `feedmill demo | head`: whoever reads our output has seen enough.
        Err(e) if e.chain().any(is_broken_pipe) => ExitCode::SUCCESS,
        Err(e) => {
            if !e.is::<Told>() {
                eprintln!("feedmill: {e:#}");
            }
            ExitCode::from(exit_code(&e))
        }
    }
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn errors_of_configuration_and_start_exit_with_2() {
        let config = ConfigError { problems: vec![], warnings: vec![] };
        assert_eq!(exit_code(&config.into()), 2);
        assert_eq!(exit_code(&Err::<(), _>(StartError("no topic".into())).context("at start").unwrap_err()), 2);
        assert_eq!(exit_code(&anyhow::anyhow!("no broker").context(StartError("no topic".into()))), 2);
        assert_eq!(exit_code(&anyhow::anyhow!("lost the broker")), 1);
    }

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
