//! Configuration: raw -> checked. Past [`Settings`] no value is invalid and no Option means "maybe not set".
//!
//! [`load`] merges the TOML file, the environment and the `--set` arguments (`raw`), checks them against the table of keys
//! ([`keys`]) and the rules between keys (`checked`), and tells everything that is wrong at once, with its place.

mod checked;
pub mod diagnostic;
pub mod keys;
mod mappings;
pub mod properties;
mod raw;
mod reader;
mod secret;
pub mod settings;
pub mod topology;
pub mod watch;

pub use diagnostic::{ConfigError, Origin, Problem};
pub use settings::Settings;

use keys::Fallback;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A configuration without errors.
#[derive(Debug)]
pub struct Loaded {
    pub settings: Settings,
    pub warnings: Vec<Problem>,
    /// All keys and properties as they count, in the order of the table of keys; secrets hidden.
    pub effective: Vec<Effective>,
}

/// A key as it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    pub key: String,
    /// As TOML; in angle brackets what happens when the key is left out.
    pub value: String,
    pub from: Origin,
}

/// Loads the configuration: the file, then `FEEDMILL__SECTION__KEY` of the environment, then `section.key=value` arguments; the later wins.
///
/// The environment is also where `${env:NAME}` looks. The file is TOML in UTF-8. All errors are reported at once.
pub fn load(path: Option<&Path>, env: impl Iterator<Item = (String, String)>, sets: &[String]) -> Result<Loaded, ConfigError> {
    load_with_features(path, env, sets, &properties::builtin_features())
}

fn load_with_features(
    path: Option<&Path>,
    env: impl Iterator<Item = (String, String)>,
    sets: &[String],
    features: &str,
) -> Result<Loaded, ConfigError> {
    let environment: BTreeMap<String, String> = env.collect();
    let mut raw = raw::Raw::default();
    if let Some(path) = path {
        let name: Arc<str> = path.display().to_string().into();
        match read(path) {
            Ok(text) => raw.read_document(name, &text),
            Err(message) => raw.problems.push(Problem::new(&Origin::WholeFile(name), message)),
        }
    }
    raw.read_environment(&environment);
    for argument in sets {
        raw.read_argument(argument);
    }
    let written = raw.values.clone();
    let checked = checked::check(raw, &environment, features);
    if !checked.errors.is_empty() {
        let mut problems = checked.errors;
        problems.sort_by_key(place);
        return Err(ConfigError { problems, warnings: checked.warnings });
    }
    let effective = effective(&written, &checked.shown, &checked.settings.app.id);
    Ok(Loaded { settings: checked.settings, warnings: checked.warnings, effective })
}

fn read(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("cannot be read: {e}"))?;
    let text = String::from_utf8(bytes).map_err(|e| format!("is not UTF-8, from byte {} on", e.utf8_error().valid_up_to()))?;
    // Windows editors begin files with a byte order mark, which is no part of TOML.
    Ok(text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text))
}

/// The file from top to bottom, then the environment, then arguments, then what no single place is to blame for.
fn place(problem: &Problem) -> (u8, usize, usize) {
    match &problem.at {
        Origin::WholeFile(_) => (0, 0, 0),
        Origin::File { line, column, .. } => (1, *line, *column),
        Origin::Environment(_) => (2, 0, 0),
        Origin::Set(_) => (3, 0, 0),
        Origin::Default => (4, 0, 0),
    }
}

fn effective(
    written: &BTreeMap<&'static str, raw::Node>,
    properties: &BTreeMap<(&'static str, String), (String, Origin)>,
    app_id: &str,
) -> Vec<Effective> {
    let mut all = Vec::new();
    for key in keys::KEYS {
        for ((table, name), (value, from)) in properties.iter().filter(|((t, _), _)| *t == key.name) {
            all.push(Effective { key: format!("{table}.{name:?}"), value: value.clone(), from: from.clone() });
        }
        let (value, from) = match (written.get(key.name), key.default) {
            (Some(node), _) if key.kind == keys::Kind::Secret => (hidden(&node.value), node.at.clone()),
            (Some(node), _) => (shown(&node.value), node.at.clone()),
            (None, Fallback::Value(toml)) => (toml.to_string(), Origin::Default),
            (None, Fallback::Unset(_)) if key.kind == keys::Kind::Properties => continue,
            (None, Fallback::Unset(what)) => match what.strip_prefix("<app.id>") {
                Some(suffix) => (format!("{:?}", format!("{app_id}{suffix}")), Origin::Default),
                None => (format!("<{what}>"), Origin::Default),
            },
        };
        all.push(Effective { key: key.name.into(), value, from });
    }
    all
}

/// A reference tells nothing; anything else may.
fn hidden(value: &raw::Value) -> String {
    match value {
        raw::Value::Text(t) if secret::is_reference(t) => format!("{t:?}"),
        _ => "\"***\"".into(),
    }
}

fn shown(value: &raw::Value) -> String {
    match value {
        raw::Value::Text(t) => format!("{t:?}"),
        raw::Value::Integer(i) => i.to_string(),
        raw::Value::Flag(b) => b.to_string(),
        raw::Value::Float(t) | raw::Value::Time(t) => t.clone(),
        raw::Value::List(items) => format!("[{}]", items.iter().map(|n| shown(&n.value)).collect::<Vec<_>>().join(", ")),
        raw::Value::Table(entries) => {
            format!("{{ {} }}", entries.iter().map(|(k, _, n)| format!("{k} = {}", shown(&n.value))).collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests;
