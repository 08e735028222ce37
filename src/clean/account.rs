//! What cleaning made of each part of a page and why: what `feedmill explain` shows. The same code that cleans is asked; nothing is decided
//! a second time.

use super::{Content, Options, Page, html, text};
use serde::Serialize;

/// One block of a page of markup, or one line or sentence of a page of bare text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// paragraph, heading, list_item, ...; for bare text line, or glued for what follows another unit without a blank.
    pub kind: &'static str,
    /// Where it stands: the nearest elements with their classes, or the line.
    pub place: String,
    pub text: String,
    pub words: u32,
    /// Share of the text that is links; `null` for bare text.
    pub link_density: Option<f32>,
    /// What the model says: 0-1.
    pub chance: f32,
    pub kept: bool,
    /// The rule that decided; `model` when it was the chance alone.
    pub rule: &'static str,
    /// What the decision looked at, by name, as far as it stands out.
    pub features: Vec<(&'static str, f32)>,
}

/// What became of each part of a page, in order. A text that was clean already has none.
pub fn parts(page: &Page<'_>, options: Options) -> Vec<Part> {
    match page.content {
        Content::Html(html) => html::account::parts(page, html),
        Content::Text(text) => text::account::parts(page, text, options),
        Content::Clean(_) => Vec::new(),
    }
}

/// Which parts are kept, and what decided about each last.
#[derive(Debug, Default)]
pub struct Lots {
    pub kept: Vec<bool>,
    pub rules: Vec<&'static str>,
}

impl Lots {
    /// What the model alone would keep.
    pub fn new(kept: Vec<bool>) -> Self {
        let rules = vec!["model"; kept.len()];
        Self { kept, rules }
    }

    /// Carries out one rule; the parts whose lot it changes bear its name.
    pub fn step(&mut self, name: &'static str, change: impl FnOnce(&mut [bool])) {
        let before = self.kept.clone();
        change(&mut self.kept);
        if self.kept == before {
            return;
        }
        for (rule, (was, is)) in self.rules.iter_mut().zip(before.iter().zip(&self.kept)) {
            if was != is {
                *rule = name;
            }
        }
    }
}

/// As many characters of a part are shown.
pub const SHOWN: usize = 160;

/// The beginning of a text, cut at a character.
pub fn beginning(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
