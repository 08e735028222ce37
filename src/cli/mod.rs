//! One file per command.

pub mod process;
pub mod run;

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
    Process(process::Arguments),
}

/// Runs the command line. 0: done; 1: failed while running; 2: wrong arguments, configuration or start.
pub fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Process(a) => process::run(a),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("feedmill: {e:#}");
            ExitCode::from(1)
        }
    }
}
