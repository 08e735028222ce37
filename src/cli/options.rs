//! The options that all commands with a configuration share.

use crate::config::{self, ConfigError, Loaded};
use std::path::PathBuf;

/// Where the settings come from. Flatten it into a command's arguments: `#[command(flatten)] pub config: ConfigOptions`.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct ConfigOptions {
    /// Configuration file (TOML). Without it the defaults count. All keys with their meaning: config/feedmill.toml, or `feedmill check --keys`
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Sets one key, over the file and over FEEDMILL__SECTION__KEY of the environment. A TOML value or a bare string; may be repeated.
    /// For example --set batch.max_records=200 --set topics.input=pages.a,pages.b
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
