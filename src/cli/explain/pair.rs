//! Two pages side by side: whether one is a copy of the other, and why.

use super::target::{NOWHERE, Target};
use crate::article::envelope::{Envelope, EnvelopeOp};
use crate::config::settings::Topics;
use crate::dedup::index::compare::{Comparison, compare};
use crate::record::Record;
use crate::stage::Work;
use crate::stage::clean::CleanStage;
use console::style;
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// Where the second page is: in a file of its own, or in the first one's.
pub(super) fn other<'a>(first: Target<'a>, with: &'a str, url: Option<&'a str>) -> Target<'a> {
    let file = Path::new(with);
    if file.exists() { Target { file, address: None, line: None, url } } else { Target { address: Some(with), line: None, url, ..first } }
}

/// Two pages and what was found.
#[derive(Serialize)]
pub(super) struct Pair {
    pages: [Side; 2],
    same_site: bool,
    /// None when one of them is no article.
    #[serde(flatten)]
    comparison: Option<Comparison>,
}

/// One page of a pair.
#[derive(Serialize)]
struct Side {
    url: Option<String>,
    title: Option<String>,
    /// Normalized words.
    words: Option<u32>,
    /// Why it is no article, as in outcomes.
    refused: Option<&'static str>,
    #[serde(skip)]
    head: Option<Envelope>,
}

impl Pair {
    pub fn new(cleaner: &CleanStage, topics: &Topics, records: [Record; 2]) -> Pair {
        let pages = records.map(|record| Side::new(cleaner, topics, record));
        let heads = [&pages[0].head, &pages[1].head];
        let site = |head: &Option<Envelope>| head.as_ref().filter(|h| h.url != NOWHERE).map(|h| h.site);
        let same_site = site(heads[0]).is_some_and(|first| site(heads[1]) == Some(first));
        let prints = heads.map(|head| head.as_ref().and_then(|h| h.fingerprint.as_ref()));
        let comparison = match prints {
            [Some(first), Some(second)] => Some(compare(first, second, same_site)),
            _ => None,
        };
        Pair { pages, same_site, comparison }
    }

    /// As people read it in a terminal.
    pub fn show(&self, out: &mut impl Write) -> io::Result<()> {
        for (number, page) in (1..).zip(&self.pages) {
            let url = page.url.as_deref().filter(|u| *u != NOWHERE).unwrap_or("a page without an address");
            writeln!(out, "{number}  {url}")?;
            match (page.refused, page.words) {
                (Some(reason), _) => writeln!(out, "   no article: {reason}")?,
                (None, words) => writeln!(out, "   {} ({} words)", page.title.as_deref().unwrap_or_default(), words.unwrap_or_default())?,
            }
        }
        let Some(found) = &self.comparison else { return writeln!(out, "\n{}", style("nothing to compare").bold()) };
        let verdict = if found.is_copy { "a copy" } else { "no copy" };
        writeln!(out, "\n{}: {}", style(verdict).bold(), found.reasons.join("; "))?;
        let percent = |x: f64| format!("{:.0} %", x * 100.0);
        for (what, value) in [
            ("of 1 in 2", percent(found.containment)),
            ("of 2 in 1", percent(found.covered)),
            ("shared of all", percent(found.jaccard)),
            ("begins after", percent(found.begins)),
            ("without gaps", percent(found.density)),
            ("shingles", format!("{} shared, of {} and {} sampled", found.shared, found.sampled.0, found.sampled.1)),
            ("sites", if self.same_site { "the same" } else { "different" }.to_owned()),
        ] {
            writeln!(out, "{} {value}", style(format!("{what:<14}")).dim())?;
        }
        writeln!(
            out,
            "\n{}",
            style("As if nothing else were known: words that their sites or many stories repeat count like any others here.").dim()
        )
    }
}

impl Side {
    /// What CLEAN makes of a record. One that holds several pages is told by its first.
    fn new(cleaner: &CleanStage, topics: &Topics, record: Record) -> Side {
        let made = cleaner.one(&Work::from(record));
        let clean = made.records.iter().find(|r| r.topic == topics.internal_clean);
        let head = clean.and_then(|r| Envelope::decode(r.value.as_deref()?).ok()).map(|(head, _)| head);
        let head = head.filter(|head| head.op == EnvelopeOp::Page);
        let refused = made.fates.iter().find_map(|fate| fate.reason).filter(|_| head.is_none());
        Side {
            url: head.as_ref().map(|h| h.url.clone()),
            title: head.as_ref().and_then(|h| h.title.clone()),
            words: head.as_ref().and_then(|h| h.fingerprint.as_ref()).map(|f| f.words),
            refused: refused.or(head.is_none().then_some("no_page")),
            head,
        }
    }
}
