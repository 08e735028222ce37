//! Items into clusters, in the order of the lines.

use super::item::{Item, Origin};
use crate::article::envelope::ArticleId;
use crate::article::{DuplicateKind, Outcome, thousandths};
use crate::cli::process::input::Input;
use crate::dedup::{Decision, Index, IndexSettings, Position};
use crate::stage::Fate;
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};
use std::sync::Arc;

pub(super) struct Clusters {
    index: Index,
    /// Number and first line of the story of each article.
    stories: FxHashMap<ArticleId, (u64, Origin)>,
    /// Names of the files, when there are several.
    files: Vec<Arc<str>>,
    unique: bool,
    pages: i64,
    next: u64,
}

/// One line of the output.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    /// From zero, as in `source.offset` of `feedmill process`.
    line: i64,
    id: Option<&'a Value>,
    url: Option<&'a str>,
    cluster: Option<u64>,
    kind: &'static str,
    of: Option<Place<'a>>,
    containment: Option<f64>,
    covered: Option<f64>,
    jaccard: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Place<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    line: i64,
}

impl Clusters {
    pub fn new(inputs: &[Input], unique: bool) -> Self {
        let settings = IndexSettings {
            enabled: true,
            text_window: None,
            address_window: None,
            max_documents: u32::MAX as usize / 2,
            generation: 1,
            shard: 0,
            shards: 1,
        };
        let files = if inputs.len() > 1 { inputs.iter().map(Input::name).collect() } else { Vec::new() };
        Self { index: Index::new(settings), stories: FxHashMap::default(), files, unique, pages: 0, next: 0 }
    }

    /// Puts items into clusters and writes where they belong. Gives their fates, for the progress.
    pub fn add(&mut self, items: Vec<Item>, output: &mut impl Write) -> io::Result<Vec<Fate>> {
        let mut rows = Vec::new();
        let mut fates = Vec::with_capacity(items.len());
        for item in items {
            let decision = match &item.page {
                Ok(page) => {
                    let at = Position { offset: self.pages, time: self.pages };
                    self.pages += 1;
                    Ok(self.index.decide(page, at, &mut rows))
                }
                Err(reason) => Err(*reason),
            };
            rows.clear();
            fates.push(match &decision {
                Ok(d) => Fate { outcome: d.outcome, reason: d.reason.map(|r| r.name()) },
                Err(reason) => Fate { outcome: Outcome::Skipped, reason: Some(reason) },
            });
            if let Ok(Decision { outcome: Outcome::New | Outcome::Replaced, id: Some(id), .. }) = &decision {
                self.stories.insert(*id, (self.next, item.origin));
                self.next += 1;
            }
            let told = match decision {
                Ok(decision) => self.placed(&item, &decision),
                Err(reason) => Told { kind: "skipped", reason: Some(reason), ..self.unplaced(&item) },
            };
            if !self.unique {
                serde_json::to_writer(&mut *output, &told)?;
                output.write_all(b"\n")?;
            } else if told.kind == "first" {
                output.write_all(&item.bytes)?;
                output.write_all(b"\n")?;
            }
        }
        Ok(fates)
    }

    fn placed<'a>(&'a self, item: &'a Item, decision: &Decision) -> Told<'a> {
        let copy = decision.copy.as_ref();
        let kind = match (decision.outcome, copy.map(|c| c.kind)) {
            (Outcome::New | Outcome::Replaced, _) => "first",
            (Outcome::Duplicate, Some(DuplicateKind::Exact)) => "exact",
            (Outcome::Duplicate, _) => "near",
            (Outcome::Revision | Outcome::Unchanged | Outcome::Late, _) => "address",
            (Outcome::Skipped | Outcome::Removed | Outcome::Dead, _) => "skipped",
        };
        let story = copy.map(|c| c.of).or(decision.id).and_then(|id| self.stories.get(&id).copied());
        let share = |of: fn(&crate::dedup::index::Copy) -> f64| copy.map(|c| thousandths(of(c)));
        Told {
            cluster: story.map(|(number, _)| number),
            kind,
            of: story.filter(|_| kind != "first").map(|(_, first)| Place { file: self.file(first), line: first.line }),
            containment: share(|c| c.containment),
            covered: share(|c| c.covered),
            jaccard: share(|c| c.jaccard),
            reason: decision.reason.map(|r| r.name()),
            ..self.unplaced(item)
        }
    }

    fn unplaced<'a>(&'a self, item: &'a Item) -> Told<'a> {
        Told {
            file: self.file(item.origin),
            line: item.origin.line,
            id: item.id.as_ref(),
            url: item.url.as_deref(),
            cluster: None,
            kind: "skipped",
            of: None,
            containment: None,
            covered: None,
            jaccard: None,
            reason: None,
        }
    }

    fn file(&self, of: Origin) -> Option<&str> {
        self.files.get(of.file).map(|f| &**f)
    }
}
