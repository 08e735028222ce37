//! The options that all commands with a configuration share.

use crate::config::{self, ConfigError, Loaded};
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

impl ConfigOptions {
    /// Loads the configuration with the environment of this process.
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        // Variables that are not UTF-8 can be no value of ours; `std::env::vars` would panic at them.
        let variables = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        config::load(self.config.as_deref(), variables, &self.set)
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
