//! `feedmill check`: the configuration, then the cluster.

mod cluster;
pub(super) mod sample;

use super::Told;
use super::options::ConfigOptions;
use crate::config::keys::{Fallback, KEYS};
use crate::config::topology::judgement::{Finding, Level};
use crate::config::{ConfigError, Effective, Loaded};
use std::io::Write;

/// Tells what is wrong with the configuration and with the topics and rights on the cluster.
///
/// First the configuration: every error with file, line and column, warnings, and the settings as they count, with secrets hidden. Then,
/// unless --offline, the cluster: brokers, topics with their partitions and settings, rights on topics, groups and transactional ids.
/// Nothing is created or changed, but for one transactional id, <app.id>.check, which the broker remembers for a while.
///
/// One line for each finding: ok, warning, error, or unverified when the broker does not tell. Ends with 0 without errors, else with 2.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  feedmill check --config feedmill.toml
  feedmill check --config feedmill.toml --offline      in a build, without a broker
  feedmill check --keys                                all keys with their defaults
  feedmill check --presets                             the formats of crawlers that are known by name
  feedmill check --sample records.jsonl --preset ache  what these records become")]
pub struct Arguments {
    #[command(flatten)]
    pub config: ConfigOptions,

    /// Do not ask the cluster
    #[arg(long)]
    offline: bool,

    /// Print all keys of the configuration with their defaults, and end
    #[arg(long)]
    keys: bool,

    #[command(flatten)]
    how: sample::How,
}

pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if arguments.keys {
        return Ok(write_keys(&mut out)?);
    }
    let loaded = match arguments.config.load() {
        Ok(loaded) => loaded,
        Err(error) => {
            write_config_error(&mut out, &error)?;
            return Err(Told.into());
        }
    };
    if arguments.how.presets {
        return Ok(sample::list(&mut out, &loaded.settings)?);
    }
    if let Some(path) = &arguments.how.sample {
        let good = sample::run(&mut out, &loaded.settings, path, &arguments.how)?;
        return if good { Ok(()) } else { Err(Told.into()) };
    }
    let mut tally = Tally::default();
    write_settings(&mut out, &loaded.effective)?;
    for finding in configuration(&loaded) {
        tally.write(&mut out, &finding)?;
    }
    if !arguments.offline {
        cluster::check(&loaded.settings, |finding| tally.write(&mut out, &finding))?;
    }
    tally.write_sum(&mut out)?;
    if tally.errors > 0 { Err(Told.into()) } else { Ok(()) }
}

fn configuration(loaded: &Loaded) -> Vec<Finding> {
    let warnings = loaded.warnings.iter().map(|w| Finding::new(Level::Warning, w.to_string()));
    std::iter::once(Finding::new(Level::Ok, "configuration")).chain(warnings).collect()
}

#[derive(Default)]
struct Tally {
    errors: usize,
    warnings: usize,
    unverified: usize,
}

impl Tally {
    fn write(&mut self, out: &mut dyn Write, finding: &Finding) -> std::io::Result<()> {
        match finding.level {
            Level::Ok => {}
            Level::Unverified => self.unverified += 1,
            Level::Warning => self.warnings += 1,
            Level::Error => self.errors += 1,
        }
        writeln!(out, "{:<12}{}", finding.level.to_string(), finding.message)?;
        // The next one may take seconds.
        out.flush()
    }

    fn write_sum(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let plural = |n: usize, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
        writeln!(out, "\n{}, {}, {} unverified", plural(self.errors, "error"), plural(self.warnings, "warning"), self.unverified)
    }
}

fn write_config_error(out: &mut dyn Write, error: &ConfigError) -> std::io::Result<()> {
    let mut tally = Tally::default();
    for warning in &error.warnings {
        tally.write(out, &Finding::new(Level::Warning, warning.to_string()))?;
    }
    for problem in &error.problems {
        tally.write(out, &Finding::new(Level::Error, problem.to_string()))?;
    }
    tally.write_sum(out)
}

fn write_settings(out: &mut dyn Write, effective: &[Effective]) -> std::io::Result<()> {
    let lines: Vec<(String, String)> = effective.iter().map(|e| (format!("{} = {}", e.key, e.value), e.from.to_string())).collect();
    let width = lines.iter().map(|(l, _)| l.chars().count()).filter(|w| *w <= 60).max().unwrap_or(0);
    for (line, from) in lines {
        writeln!(out, "{line:width$}  # {from}")?;
    }
    writeln!(out)
}

fn write_keys(out: &mut dyn Write) -> std::io::Result<()> {
    for key in KEYS {
        let default = match key.default {
            Fallback::Value(toml) => toml,
            Fallback::Unset(what) => what,
        };
        writeln!(out, "{} (default: {default})\n    {}\n    {}", key.name, key.why, key.kind.expected())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn settings_are_shown_with_their_places_and_without_secrets() {
        let sets = ["kafka.properties.sasl.password=hunter2".to_string(), "app.id=wire".to_string()];
        let loaded = config::load(None, std::iter::empty(), &sets).unwrap();
        let text = written(|out| write_settings(out, &loaded.effective));
        let find = |start: &str| text.lines().find(|l| l.starts_with(start)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(find("app.id"), "app.id = \"wire\" # --set app.id");
        assert_eq!(find("topics.dead"), "topics.dead = \"wire.dead\" # default");
        assert_eq!(find("kafka.properties"), "kafka.properties.\"sasl.password\" = \"***\" # --set kafka.properties.sasl.password");
        assert!(!text.contains("hunter2"));
    }

    #[test]
    fn errors_of_the_configuration_are_lines_of_their_own() {
        let sets = ["app.idd=x".to_string(), "batch.max_records=0".to_string()];
        let error = config::load(None, std::iter::empty(), &sets).unwrap_err();
        assert_eq!(
            written(|out| write_config_error(out, &error)),
            "error       --set app.idd: unknown key `app.idd`, did you mean `app.id`?\n\
             error       --set batch.max_records: `batch.max_records`: expected a whole number from 1 to 1000000, found 0\n\
             \n2 errors, 0 warnings, 0 unverified\n"
        );
    }

    #[test]
    fn the_listing_has_every_key() {
        let text = written(|out| write_keys(out));
        assert!(KEYS.iter().all(|k| text.contains(&format!("{} (default: ", k.name))));
    }
}
