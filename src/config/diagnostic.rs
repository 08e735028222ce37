//! Errors and warnings of the configuration, each with the place it comes from. Values of secrets never get in here.

use std::fmt;
use std::sync::Arc;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The table of keys.
    Default,
    /// Line and column count from one, columns in characters.
    File { path: Arc<str>, line: usize, column: usize },
    /// A file as a whole, for one that cannot be read.
    WholeFile(Arc<str>),
    /// The name of the variable, never its value.
    Environment(Arc<str>),
    /// The key of a `--set` argument, never its value.
    Set(Arc<str>),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File { path, line, column } => write!(f, "{path}:{line}:{column}"),
            Origin::WholeFile(path) => f.write_str(path),
            Origin::Environment(name) => write!(f, "environment {name}"),
            Origin::Set(key) if key.is_empty() => f.write_str("--set"),
            Origin::Set(key) => write!(f, "--set {key}"),
        }
    }
}

/// One finding: where, and what is wrong with what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub at: Origin,
    pub message: String,
}

impl Problem {
    pub fn new(at: &Origin, message: impl Into<String>) -> Self {
        Self { at: at.clone(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.message)
    }
}

/// Everything that is wrong, in the order of the file, then of the environment, then of the arguments.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    pub problems: Vec<Problem>,
    /// Warnings found on the way, so that `check` can show them, too.
    pub warnings: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [one] => write!(f, "{one}"),
            many => {
                write!(f, "{} errors in the configuration:", many.len())?;
                many.iter().try_for_each(|p| write!(f, "\n  {p}"))
            }
        }
    }
}

/// Finds line and column of byte positions in a text.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// Byte positions where lines begin.
    begins: Vec<usize>,
    path: Arc<str>,
}

impl<'a> Lines<'a> {
    pub fn new(path: Arc<str>, text: &'a str) -> Self {
        let begins = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i + 1)).collect();
        Self { text, begins, path }
    }

    pub fn origin(&self, position: usize) -> Origin {
        let line = self.begins.partition_point(|b| *b <= position).max(1);
        let begin = self.begins[line - 1];
        // A position inside of a character, or behind the end, still has a line; its column is the nearest one.
        let column = self.text.get(begin..position.min(self.text.len())).map_or(1, |before| before.chars().count() + 1);
        Origin::File { path: self.path.clone(), line, column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let lines = Lines::new("f.toml".into(), "a = 1\nü = 2\n");
        let at = |position| lines.origin(position).to_string();
        assert_eq!(at(0), "f.toml:1:1");
        assert_eq!(at(4), "f.toml:1:5");
        assert_eq!(at(6), "f.toml:2:1");
        assert_eq!(at(9), "f.toml:2:3");
        assert_eq!(at(7), "f.toml:2:1", "inside of a character");
        assert_eq!(at(999), "f.toml:3:1");
    }

    #[test]
    fn one_error_is_one_line_and_several_are_a_list() {
        let problem = |m: &str| Problem::new(&Origin::Set("a.b".into()), m);
        let error = |problems| ConfigError { problems, warnings: vec![] }.to_string();
        assert_eq!(error(vec![problem("wrong")]), "--set a.b: wrong");
        assert_eq!(error(vec![problem("x"), problem("y")]), "2 errors in the configuration:\n  --set a.b: x\n  --set a.b: y");
    }
}
