//! Where a story was written and which agency it is of, as its text says: dateline, sign-off, byline, copyright. For every kind of page.

use super::dates;
use super::dates::agencies::{self, AgencyRow};
use super::text::published;
use super::{Content, Page};
use crate::article::{Agency, AgencyRole, Draft};

/// A sign-off is a line or the end of one; looked for in the last lines.
const LAST_LINES: usize = 3;
const SIGN_OFF: usize = 160;

/// Fills what the draft does not have yet: agency, and of a text that was clean already the dateline and its day.
pub fn read(draft: &mut Draft, page: &Page<'_>) {
    // The others have read theirs, each with what else it knows of the day.
    if matches!(page.content, Content::Clean(_)) {
        read_dateline(draft, page);
    }
    if draft.agency.is_none() {
        draft.agency = by(draft)
            .map(|row| row.as_agency(AgencyRole::Byline))
            .or_else(|| sign_off(&draft.text))
            .or_else(|| draft.rights.copyright.as_deref().and_then(copyright).map(|row| row.as_agency(AgencyRole::Copyright)));
    }
}

fn read_dateline(draft: &mut Draft, page: &Page<'_>) {
    let address = dates::in_address(page.final_url).or_else(|| dates::in_address(page.url));
    let fetched = page.fetched_at.and_then(|t| jiff::Timestamp::from_millisecond(t).ok());
    let order = dates::order_of(draft.language.as_deref());
    let Some(opened) = published::of_story(&draft.text, &published::Context { address: address.as_ref(), fetched, order }) else { return };
    draft.dateline = opened.dateline;
    draft.agency = opened.agency.map(|row| row.as_agency(AgencyRole::Dateline));
    if let Some(published) = opened.published {
        draft.published_at = Some(published.at);
        draft.date_evidence.insert("published_at".into(), published.evidence);
    }
}

/// An author that is an agency.
fn by(draft: &Draft) -> Option<&'static AgencyRow> {
    draft.authors.iter().find_map(|a| agencies::among(&a.name))
}

/// `(Reporting by ...; Reuters)`, `(dpa)`, `- AFP`, `/ТАСС/`, `© 2024 AFP` at the end.
pub(super) fn sign_off(text: &str) -> Option<Agency> {
    for line in text.trim_end().rsplit('\n').filter(|l| !l.trim().is_empty()).take(LAST_LINES) {
        let line = line.trim();
        if let Some(row) = copyright(line) {
            return Some(row.as_agency(AgencyRole::Copyright));
        }
        if let Some(row) = bracketed(line).or_else(|| whole(line)).or_else(|| dashed(line)) {
            return Some(row.as_agency(AgencyRole::SignOff));
        }
    }
    None
}

/// A line that is nothing but a name: `dpa`, `AFP/Reuters`, `Associated Press`.
fn whole(line: &str) -> Option<&'static AgencyRow> {
    (line.chars().count() <= 60).then(|| agencies::among(line)).flatten()
}

/// In brackets or slashes at the end of the line.
fn bracketed(line: &str) -> Option<&'static AgencyRow> {
    let line = line.trim_end_matches(['.', ' ']);
    [('(', ')'), ('[', ']'), ('/', '/'), ('（', '）')].into_iter().find_map(|(open, close)| {
        let inside = line.strip_suffix(close)?;
        let start = inside.rfind(open)?;
        let inside = &inside[start + open.len_utf8()..];
        (inside.chars().count() <= SIGN_OFF).then(|| agencies::among(inside)).flatten()
    })
}

/// Behind a dash at the end: `... said. - AP`, `—Reuters`.
fn dashed(line: &str) -> Option<&'static AgencyRow> {
    let (before, behind) =
        line.char_indices().rev().find(|(_, c)| matches!(c, '-' | '–' | '—')).map(|(i, c)| (&line[..i], &line[i + c.len_utf8()..]))?;
    let ends = before.is_empty() || before.trim_end().ends_with(['.', '!', '?', '"', '”', '-', '–', '—']);
    (ends && behind.chars().count() <= 60).then(|| agencies::among(behind)).flatten()
}

/// `© 2024 AFP`, `Copyright 2024 The Associated Press. All rights reserved.`
fn copyright(line: &str) -> Option<&'static AgencyRow> {
    let line = line.trim();
    let rest = ["©", "(c)", "(C)", "Copyright", "COPYRIGHT", "copyright"].iter().find_map(|mark| line.strip_prefix(mark))?;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '©' | ',' | '-' | '–' | ':'));
    let rest = rest.strip_prefix("by ").unwrap_or(rest);
    let name = rest.split(['.', '|', ';', '/']).next()?.trim();
    let name = name.trim_end_matches("All rights reserved").trim();
    agencies::signed(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_offs() {
        for (text, want) in [
            ("The council met.\n\n(Reporting by Jane Doe; Editing by John Roe; Reuters)", Some(("REUTERS", AgencyRole::SignOff))),
            ("Der Rat tagte. (dpa)", Some(("DPA", AgencyRole::SignOff))),
            ("Der Rat tagte.\n\ndpa/AFP", Some(("DPA", AgencyRole::SignOff))),
            ("The council met. - AP", Some(("AP", AgencyRole::SignOff))),
            ("The council met.\n\n— Reuters", Some(("REUTERS", AgencyRole::SignOff))),
            ("Совет собрался. /ТАСС/", Some(("TASS", AgencyRole::SignOff))),
            ("The council met.\n\n© 2024 AFP", Some(("AFP", AgencyRole::Copyright))),
            ("The council met.\n\nCopyright 2024 The Associated Press. All rights reserved.", Some(("AP", AgencyRole::Copyright))),
            ("The council met (again).", None),
            ("He said it to AFP.", None),
            ("A well-known AP", None),
            ("", None),
        ] {
            let found = sign_off(text);
            assert_eq!(found.as_ref().map(|a| (a.code.as_str(), a.role)), want, "{text}");
        }
    }

    #[test]
    fn datelines_bylines_and_copyright_in_this_order() {
        let page = Page {
            url: "https://a.test/",
            final_url: "https://a.test/",
            content: super::super::Content::Clean(""),
            title: None,
            language: None,
            fetched_at: Some(1_404_800_000_000),
            headers: &[],
        };
        let mut draft = Draft { text: "LISBON, July 6 (Reuters) - The council met.\n\nIt went on. (AFP)".into(), ..Draft::default() };
        read(&mut draft, &page);
        assert_eq!(draft.dateline.as_ref().and_then(|d| d.place.as_deref()), Some("LISBON"));
        assert_eq!(draft.published_at.as_deref(), Some("2014-07-06"));
        assert_eq!(draft.agency.as_ref().map(|a| (a.code.as_str(), a.role)), Some(("REUTERS", AgencyRole::Dateline)));
        let author = crate::article::Author { name: "dpa".into(), url: None };
        let mut draft =
            Draft { text: "Der Rat tagte.".into(), authors: vec![author], published_at: Some("2014-07-05".into()), ..Draft::default() };
        read(&mut draft, &page);
        assert_eq!(draft.agency.map(|a| (a.code, a.role)), Some(("DPA".to_owned(), AgencyRole::Byline)));
        assert_eq!((draft.dateline, draft.published_at.as_deref()), (None, Some("2014-07-05")));
    }
}
