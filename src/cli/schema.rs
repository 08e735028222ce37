//! `feedmill schema`: JSON Schemas of what goes in and out.

use super::StartError;
use crate::article::schema::schema as output_schema;
use crate::{article, page};
use std::io::Write;

/// Print the JSON Schema of a record, or the names of all of them.
#[derive(clap::Args)]
pub struct Arguments {
    /// `event` (page events in), `article`, `duplicate`, `outcome` (with the closed lists of outcomes and reasons), `dead` (headers),
    /// `ninjs` or `schema_org` (articles in these views, as far as they are filled)
    name: Option<String>,
}

const EVENT: &str = "event";

/// Prints the schema, or the names when none is given.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let names = || std::iter::once(EVENT).chain(article::schema::NAMES);
    let text = match arguments.name.as_deref() {
        None => names().collect::<Vec<_>>().join("\n"),
        Some(EVENT) => serde_json::to_string_pretty(&page::event::schema())?,
        Some(name) => match output_schema(name) {
            Some(schema) => serde_json::to_string_pretty(&schema)?,
            None => {
                let known = names().collect::<Vec<_>>().join(", ");
                return Err(StartError(format!("no schema {name:?}; there are {known}")).into());
            }
        },
    };
    match writeln!(std::io::stdout(), "{text}") {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(()),
    }
}
