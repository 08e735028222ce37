//! An explained page as people read it in a terminal.

use super::Explained;
use crate::clean::account::Part;
use console::{style, truncate_str};
use serde_json::Value;
use std::io::{self, Write};

/// Width of the names of fields.
const NAME: usize = 14;
/// Teasers, spans and other lists are shown as far as that.
const LISTED: usize = 8;
/// Phrases are what one asks for: more of them.
const PHRASES: usize = 40;

pub(super) fn show(out: &mut impl Write, page: &Explained, width: usize) -> io::Result<()> {
    let text = |key: &str| page.outcome[key].as_str().unwrap_or_default().to_owned();
    let mut outcome = text("outcome");
    for more in [text("reason"), page.message.clone().unwrap_or_default()] {
        if !more.is_empty() {
            outcome = format!("{outcome}: {more}");
        }
    }
    row(out, "outcome", &style(outcome).bold().to_string(), width)?;
    if !page.record.is_null() {
        fields(out, &page.record, width)?;
    }
    for (i, phrase) in page.phrases.iter().take(PHRASES).enumerate() {
        let place = if phrase.in_title { "title" } else { "text" };
        let told =
            format!("{} by {:?} of {}, in the {place} at {}-{}", phrase.code, phrase.phrase, phrase.from, phrase.span[0], phrase.span[1]);
        row(out, if i == 0 { "taxonomies" } else { "" }, &told, width)?;
    }
    if page.phrases.len() > PHRASES {
        row(out, "", &style(format!("and {} more", page.phrases.len() - PHRASES)).dim().to_string(), width)?;
    }
    parts(out, &page.parts, width)
}

fn row(out: &mut impl Write, name: &str, value: &str, width: usize) -> io::Result<()> {
    writeln!(out, "{} {}", style(format!("{name:<NAME$}")).dim(), truncate_str(value, width.saturating_sub(NAME + 1).max(20), "…"))
}

/// The record's fields that say something, with where they came from.
fn fields(out: &mut impl Write, record: &Value, width: usize) -> io::Result<()> {
    for name in ["id", "url", "canonical_url", "title", "description"] {
        if let Some(value) = record[name].as_str() {
            row(out, name, value, width)?;
        }
    }
    for name in ["published_at", "modified_at"] {
        if let Some(value) = record[name].as_str() {
            let evidence = &record["date_evidence"][name];
            let from = format!("{value}  from {} {} ({})", string(&evidence["source"]), evidence["raw"], evidence["confidence"]);
            row(out, name, &from, width)?;
        }
    }
    for name in ["authors", "agency", "dateline", "language", "genre", "access", "rights", "size"] {
        let value = &record[name];
        if !value.is_null() && value.as_array().is_none_or(|a| !a.is_empty()) {
            row(out, name, &brief(value), width)?;
        }
    }
    for name in ["topics", "countries", "places", "people", "organisations", "keywords", "images", "related"] {
        let Some(list) = record[name].as_array().filter(|l| !l.is_empty()) else { continue };
        for (i, value) in list.iter().take(LISTED).enumerate() {
            row(out, if i == 0 { name } else { "" }, &brief(value), width)?;
        }
        if list.len() > LISTED {
            row(out, "", &style(format!("and {} more", list.len() - LISTED)).dim().to_string(), width)?;
        }
    }
    Ok(())
}

/// An object in one line, without what is unknown or empty.
fn brief(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Object(fields) => {
            let known = fields.iter().filter(|(_, v)| !v.is_null() && v.as_array().is_none_or(|a| !a.is_empty()));
            known.map(|(k, v)| format!("{k} {}", brief(v))).collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => format!("[{}]", items.iter().map(brief).collect::<Vec<_>>().join("; ")),
        other => other.to_string(),
    }
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

fn parts(out: &mut impl Write, parts: &[Part], width: usize) -> io::Result<()> {
    if parts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", style("kept chance words links  kind        where and what").dim())?;
    for part in parts {
        let mark = if part.kept { style("  + ").green() } else { style("  - ").red() };
        let links = part.link_density.map_or_else(|| "   ".to_owned(), |d| format!("{:>3.0}", d * 100.0));
        let rule = if part.rule == "model" { String::new() } else { format!("  [{}]", part.rule) };
        let head = format!("{:>6.2} {:>5} {links} %  {:<11} {}{rule}", part.chance, part.words, part.kind, part.place);
        writeln!(out, "{mark}{}", truncate_str(&head, width.saturating_sub(4).max(20), "…"))?;
        let text = truncate_str(&part.text, width.saturating_sub(10).max(20), "…").into_owned();
        writeln!(out, "          {}", if part.kept { style(text) } else { style(text).dim() })?;
        if !part.features.is_empty() {
            let told: Vec<String> = part.features.iter().map(|(name, value)| format!("{name} {value:+.2}")).collect();
            writeln!(out, "          {}", style(told.join(", ")).dim())?;
        }
    }
    Ok(())
}
