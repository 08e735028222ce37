//! The command line.

use anyhow::{Context, bail};
use std::path::PathBuf;

pub struct Arguments {
    pub paths: Vec<PathBuf>,
    pub rounds: usize,
    pub parts: bool,
}

impl Arguments {
    pub fn read() -> anyhow::Result<Self> {
        let mut out = Self { paths: Vec::new(), rounds: 5, parts: false };
        let mut given = std::env::args().skip(1);
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--rounds" => out.rounds = given.next().context("--rounds N")?.parse::<usize>()?.max(1),
                "--parts" => out.parts = true,
                other if other.starts_with('-') => bail!("{other}: there are --rounds and --parts"),
                path => out.paths.push(path.into()),
            }
        }
        Ok(out)
    }
}
