//! Page in, draft article or refusal out. Pure: no clock, no network, no global state; the same page gives the same draft.

pub mod account;
mod beginnings;
mod credits;
pub mod dates;
mod eight;
mod groups;
pub mod html;
mod ids;
pub mod metadata;
pub mod text;

use crate::article::{Block, DeadReason, Draft, SkipReason};

/// A page, decoded to text, with what the sender knows of it.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// The asked address.
    pub url: &'a str,
    /// The address after redirects; `url` when there were none.
    pub final_url: &'a str,
    pub content: Content<'a>,
    /// What the sender says: a prior, not the truth.
    pub title: Option<&'a str>,
    pub language: Option<&'a str>,
    /// Milliseconds since 1970-01-01 UTC: relative ages and dates without a year are resolved against it.
    pub fetched_at: Option<i64>,
    /// HTTP response headers, names in lower case.
    pub headers: &'a [(String, String)],
}

#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// Markup.
    Html(&'a str),
    /// Plain text: no markup was kept.
    Text(&'a str),
    /// Text that is clean already: it comes out as it went in (preset `article`).
    Clean(&'a str),
}

#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Refuse what is not an article (`clean.gate`).
    pub gate: bool,
}

/// Why a page gives no draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Not an article.
    Skipped(SkipReason),
    /// Cannot be worked on within the limits.
    Dead(DeadReason, String),
}

/// Cleans one page.
pub fn clean(page: &Page<'_>, options: Options) -> Result<Draft, Refused> {
    let mut draft = match page.content {
        Content::Html(html) => html::clean(page, html, options)?,
        Content::Text(text) => text::clean(page, text, options)?,
        Content::Clean(text) => as_it_is(page, text),
    };
    credits::read(&mut draft, page);
    Ok(draft)
}

/// Preset `article`: the text goes through; its paragraphs are the parts between blank lines.
fn as_it_is(page: &Page<'_>, text: &str) -> Draft {
    Draft {
        title: page.title.map(str::to_owned),
        text: text.to_owned(),
        blocks: paragraphs(text),
        language: page.language.map(str::to_owned),
        ..Draft::default()
    }
}

/// Paragraph blocks of a text whose paragraphs are joined by blank lines; offsets in code points.
pub fn paragraphs(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut at = 0u32;
    for part in text.split("\n\n") {
        let length = part.chars().count() as u32;
        if !part.trim().is_empty() {
            blocks.push(Block {
                kind: crate::article::BlockKind::Paragraph,
                start: Some(at),
                end: Some(at + length),
                level: None,
                text: None,
                at: None,
            });
        }
        at += length + 2;
    }
    blocks
}
