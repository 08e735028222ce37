//! Datelines and agencies inside the story: "KIEV, July 6 (Reuters) - ", "(dpa)" at the end.

use super::Metadata;
use super::date::{self, Moment};
use super::published::Dated;
use crate::article::{Agency, AgencyRole, DateEvidence, DateSource, Dateline};
use crate::clean::Page;
use crate::clean::credits;
use crate::clean::dates::{self, opening};

/// What the story's text says of where it comes from.
#[derive(Debug, Default, PartialEq)]
pub struct Wire {
    pub dateline: Option<Dateline>,
    pub agency: Option<Agency>,
    /// The date of the dateline, for pages that name no other.
    pub published: Option<Dated>,
}

/// Reads the begin and the end of a story. `text` is the article's, its blocks joined by blank lines.
pub fn read(text: &str, known: &Metadata, page: &Page<'_>) -> Wire {
    let mut out = Wire::default();
    if let Some(opening) = opening::opening(text) {
        // A year that it does not name is that of the page's own date.
        let known = known.published.as_ref().map(|p| p.moment.day()).or_else(|| dates::in_address(page.final_url).map(|a| a.date));
        let day = opening.day(known, dates::day_of(page.fetched_at)).filter(|(d, _)| date::plausible(Moment::Day(*d), page.fetched_at));
        let found = opening.found;
        out.agency = found.agency.map(|row| row.as_agency(AgencyRole::Dateline));
        out.published = day.map(|(day, confidence)| Dated {
            moment: Moment::Day(day),
            evidence: DateEvidence { source: DateSource::Dateline, raw: found.raw.clone(), confidence },
        });
        // An agency alone is no dateline.
        let is_dateline = found.place.is_some() || found.date.is_some();
        out.dateline = is_dateline.then(|| Dateline { raw: found.raw, place: found.place, date: day.map(|(d, _)| d.to_string()) });
    }
    if out.agency.is_none() {
        out.agency = credits::sign_off(text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Content;

    fn page<'a>() -> Page<'a> {
        let url = "https://courier.example/a";
        Page {
            url,
            final_url: url,
            content: Content::Html(""),
            title: None,
            language: None,
            fetched_at: Some(1_741_604_400_000),
            headers: &[],
        }
    }

    fn wire(text: &str) -> Wire {
        read(text, &Metadata::default(), &page())
    }

    #[test]
    fn a_dateline_names_place_day_and_agency() {
        let wire = wire("The harbour stays closed.\n\nKIEV, July 6 (Reuters) - The council on Sunday met again.\n\nIt was cold.");
        assert_eq!(wire.dateline.as_ref().and_then(|d| d.date.as_deref()), Some("2014-07-06"));
        assert_eq!(wire.agency.map(|a| (a.code, a.role)), Some(("REUTERS".into(), AgencyRole::Dateline)));
        assert_eq!(wire.published.map(|p| p.moment.rfc3339()).as_deref(), Some("2014-07-06"));
    }

    #[test]
    fn agencies_sign_at_the_end() {
        for (text, code) in [
            ("Der Hafen bleibt zu. (dpa)", "DPA"),
            ("Der Hafen bleibt zu. (dpa/AFP)", "DPA"),
            ("Der Hafen bleibt zu.\n\ndpa/AFP", "DPA"),
            ("Порт закрыт. /ТАСС/", "TASS"),
            ("The harbour is closed.\n\n(Reuters)", "REUTERS"),
        ] {
            assert_eq!(wire(text).agency.map(|a| (a.code, a.role)), Some((code.to_owned(), AgencyRole::SignOff)), "{text}");
        }
        for text in ["The harbour (in the north) is closed.", "He spoke to Reuters about the harbour and the ice in it.", ""] {
            assert_eq!(wire(text), Wire::default(), "{text}");
        }
    }
}
