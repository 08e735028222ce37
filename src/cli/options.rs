//! The options that all commands with a configuration share.

use super::StartError;
use crate::config::{self, ConfigError, Loaded, Settings};
use crate::page::Preset;
use std::path::PathBuf;

/// Where the settings come from. Flatten it into a command's arguments: `#[command(flatten)] pub config: ConfigOptions`.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct ConfigOptions {
    /// Configuration file (TOML); without it the defaults count
    ///
    /// All keys with their meaning: config/feedmill.toml, or `feedmill check --keys`.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Sets one key, over the file and the environment; may be repeated
    ///
    /// The value is TOML or a bare string: --set batch.max_records=200 --set topics.input=pages.a,pages.b. In the environment the same keys
    /// are FEEDMILL__BATCH__MAX_RECORDS and so on; they come after the file and before --set.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// A preset of `--preset`, built in or of the configuration.
pub fn preset(name: &str, settings: &Settings) -> Result<Preset, StartError> {
    let own = settings.input.mappings.iter().map(|m| m.name);
    let known = Preset::ALL.into_iter().map(Preset::name).chain(own).collect::<Vec<_>>().join(", ");
    Preset::with_mappings(name, &settings.input.mappings)
        .ok_or_else(|| StartError(format!("--preset {name}: there are {known}, and several joined by '+'")))
}

/// A time of an argument: a date, a time with or without zone (UTC), or `12h` ago. Milliseconds since 1970-01-01 UTC.
pub fn time(name: &str, text: &str) -> Result<i64, StartError> {
    let now = jiff::Timestamp::now();
    let civil = || text.parse::<jiff::civil::DateTime>().ok().and_then(|d| d.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|z| z.timestamp());
    let time = super::dlq::ago(text, now).or_else(|| text.parse::<jiff::Timestamp>().ok()).or_else(civil);
    time.map(|t| t.as_millisecond())
        .ok_or_else(|| StartError(format!("{name} {text}: expected a time as in 2026-03-01, 2026-03-01T08:00:00Z or 12h")))
}

fn one_problem(message: String) -> ConfigError {
    ConfigError { problems: vec![config::Problem::new(&config::Origin::Default, message)], warnings: Vec::new() }
}

impl ConfigOptions {
    /// Loads the configuration with the environment of this process.
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        // Variables that are not UTF-8 can be no value of ours; `std::env::vars` would panic at them.
        let variables = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        let loaded = config::load(self.config.as_deref(), variables, &self.set)?;
        super::token::install(&loaded.settings).map_err(|e| one_problem(e.0))?;
        Ok(loaded)
    }

    /// Loads the configuration and tells its warnings on standard error.
    pub fn load_and_warn(&self) -> Result<Loaded, ConfigError> {
        let loaded = self.load()?;
        for warning in &loaded.warnings {
            eprintln!("feedmill: warning: {warning}");
        }
        Ok(loaded)
    }
}
