//! One file per command.

pub mod demo;
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
    Demo(demo::Arguments),
    Process(process::Arguments),
}

/// Runs the command line. 0: done; 1: failed while running; 2: wrong arguments, configuration or start.
pub fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Demo(a) => demo::run(a),
        Command::Process(a) => process::run(a),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // `feedmill demo | head`: who reads has seen enough.
        Err(e) if e.chain().any(is_broken_pipe) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("feedmill: {e:#}");
            ExitCode::from(1)
        }
    }
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
