//! A command and `--name value` options.

use std::collections::BTreeMap;
use std::str::FromStr;

pub struct Arguments {
    command: Option<String>,
    options: BTreeMap<String, String>,
}

impl Arguments {
    /// Cargo adds `--bench` to what the user gave; `--list` and nothing at all are the same.
    pub fn from_environment() -> Self {
        let mut words = std::env::args().skip(1).filter(|a| a != "--bench" && a != "--list").peekable();
        let command = words.next_if(|w| !w.starts_with("--"));
        let mut options = BTreeMap::new();
        while let Some(word) = words.next() {
            match (word.strip_prefix("--"), words.next()) {
                (Some(name), Some(value)) => {
                    options.insert(name.to_owned(), value);
                }
                _ => wrong(&format!("{word}: options are --name value")),
            }
        }
        Arguments { command, options }
    }

    pub fn command(&self) -> Option<&str> {
        self.command.as_deref()
    }

    /// Refuses options that `known` does not name.
    pub fn check(&self, known: &str) {
        for name in self.options.keys() {
            if !known.split(' ').any(|k| k.strip_prefix("--") == Some(name)) {
                wrong(&format!("there is no option --{name}; there are: {known}"));
            }
        }
    }

    pub fn get<T: FromStr>(&self, name: &str, default: T) -> T {
        match self.options.get(name) {
            Some(text) => text.parse().unwrap_or_else(|_| wrong(&format!("--{name} {text}: not a value of its kind"))),
            None => default,
        }
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }
}

fn wrong(message: &str) -> ! {
    eprintln!("{message}");
    std::process::exit(2);
}
