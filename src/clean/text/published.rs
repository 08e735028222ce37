//! When the story was published: dateline, dates near the title, address, age; each with where it stood and how sure it is.

use crate::article::{DateEvidence, DateSource, Dateline};
use crate::clean::dates::agencies::AgencyRow;
use crate::clean::dates::opening::{self, Opening};
use crate::clean::dates::{self, absolute, address::InAddress, relative, year};
use jiff::Timestamp;
use jiff::civil::Date;

/// A date for `published_at` and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// RFC 3339 date or date-time.
    pub at: String,
    pub evidence: DateEvidence,
}

/// What dates are read against.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    pub address: Option<&'a InAddress>,
    pub fetched: Option<Timestamp>,
    pub order: absolute::Order,
}

impl Context<'_> {
    fn fetched_day(&self) -> Option<Date> {
        dates::day_of(self.fetched.map(|t| t.as_millisecond()))
    }
}

/// What a story's dateline says.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    pub dateline: Option<Dateline>,
    pub agency: Option<&'static AgencyRow>,
    pub published: Option<Published>,
}

/// Reads the dateline that a story's text opens with.
pub fn of_story(text: &str, context: &Context<'_>) -> Option<Opened> {
    let opening = opening::opening(text)?;
    let (line, published) = of_dateline(&opening, context);
    // An agency alone is no dateline.
    let dateline = (opening.found.place.is_some() || opening.found.date.is_some()).then_some(line);
    Some(Opened { dateline, agency: opening.found.agency, published })
}

/// The record's dateline and the date it gives.
fn of_dateline(opening: &Opening<'_>, context: &Context<'_>) -> (Dateline, Option<Published>) {
    let found = &opening.found;
    let resolved = opening.day(context.address.map(|a| a.date), context.fetched_day());
    let resolved = resolved.filter(|(date, _)| dates::is_plausible(*date, context.fetched_day()));
    let line = Dateline { raw: found.raw.clone(), place: found.place.clone(), date: resolved.map(|(d, _)| d.to_string()) };
    let published = resolved.map(|(date, confidence)| Published {
        at: date.to_string(),
        evidence: DateEvidence { source: DateSource::Dateline, raw: found.raw.clone(), confidence },
    });
    (line, published)
}

/// Words that say that a date is not the day of publishing. Lower case.
static OTHERS: &[&str] = &[
    "updated",
    "last modified",
    "aktualisiert",
    "mis à jour",
    "actualizado",
    "atualizado",
    "aggiornato",
    "bijgewerkt",
    "opdateret",
    "oppdatert",
    "uppdaterad",
    "päivitetty",
    "aktualizacja",
    "aktualizováno",
    "обновлено",
    "оновлено",
    "güncelleme",
    "更新",
];

/// The date of the lines near the title: the first with a year, else the first age. `lines` are short and in the page's order.
pub fn of_lines<'a>(lines: impl Iterator<Item = &'a str> + Clone, context: &Context<'_>) -> Option<Published> {
    let fetched = context.fetched_day();
    let mut updated = None;
    for line in lines.clone() {
        let mut from = 0;
        for written in absolute::find(line, context.order) {
            let before = line[from..written.start].to_lowercase();
            from = written.end;
            let Some(date) = written.date().filter(|d| dates::is_plausible(*d, fetched)) else { continue };
            let found = Published {
                at: dates::rfc3339(date, &written),
                evidence: DateEvidence {
                    source: DateSource::VisibleText,
                    raw: line[written.start..written.end].to_owned(),
                    confidence: 0.85,
                },
            };
            if OTHERS.iter().any(|w| before.contains(w)) {
                updated = updated.or(Some(found));
            } else {
                return Some(found);
            }
        }
    }
    updated.or_else(|| lines.clone().find_map(|line| of_age(line, context)))
}

fn of_age(line: &str, context: &Context<'_>) -> Option<Published> {
    // "Published 3 hours ago", "vor 3 Stunden | Wien": the age may stand behind a word or before a mark.
    let part = line.split(['|', '•', '·']).map(str::trim).find_map(|part| {
        let behind = part.split_once(' ').map_or("", |(_, rest)| rest);
        [part, behind].into_iter().find_map(|p| relative::whole(p).map(|age| (p, age)))
    });
    let (raw, age) = part?;
    let at = relative::resolve(age, context.fetched?)?;
    Some(Published { at, evidence: DateEvidence { source: DateSource::RelativeAge, raw: raw.to_owned(), confidence: 0.8 } })
}

/// The date of the address.
pub fn of_address(context: &Context<'_>) -> Option<Published> {
    let found = context.address.filter(|a| dates::is_plausible(a.date, context.fetched_day()))?;
    Some(Published {
        at: found.date.to_string(),
        evidence: DateEvidence { source: DateSource::Url, raw: found.raw.clone(), confidence: 0.9 },
    })
}

/// The one that counts: the dateline when nothing speaks against it, else the line near the title, else the address.
///
/// A dateline without a year that only rests on the fetch gives way to a date that names its year; a line that differs from the address
/// by more than a month is rather of another story or of the event told.
pub fn choose(dateline: Option<Published>, line: Option<Published>, address: Option<Published>) -> Option<Published> {
    const GUESS: f64 = 0.7;
    let sure = dateline.clone().filter(|d| d.evidence.confidence > GUESS);
    let line = line.filter(|l| {
        address.as_ref().is_none_or(|a| match (day(&a.at), day(&l.at)) {
            (Some(a), Some(l)) => year::distance(a, l) <= 31,
            _ => true,
        })
    });
    sure.or(line).or(address).or(dateline)
}

fn day(rfc3339: &str) -> Option<Date> {
    rfc3339.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context<'a>() -> Context<'a> {
        Context { address: None, fetched: "2025-03-10T11:30:00Z".parse().ok(), order: absolute::Order::DayFirst }
    }

    #[test]
    fn a_dateline_without_a_year() {
        let text = "HARBOUR, July 6 - The council on Sunday met again.";
        let (line, published) = of_dateline(&opening::opening(text).unwrap(), &context());
        assert_eq!(line, Dateline { raw: "HARBOUR, July 6".into(), place: Some("HARBOUR".into()), date: Some("2014-07-06".into()) });
        let published = published.unwrap();
        assert_eq!((published.at.as_str(), published.evidence.source), ("2014-07-06", DateSource::Dateline));
    }

    #[test]
    fn lines_near_the_title() {
        let of = |lines: &[&str]| of_lines(lines.iter().copied(), &context()).map(|p| (p.at, p.evidence.source));
        assert_eq!(
            of(&["By Jane Doe", "Updated 8 July 2014", "Published 6 July 2014, 10:30 GMT"]),
            Some(("2014-07-06T10:30:00Z".into(), DateSource::VisibleText))
        );
        assert_eq!(of(&["Aktualisiert am 8. Juli 2014"]), Some(("2014-07-08".into(), DateSource::VisibleText)));
        assert_eq!(of(&["Published 3 hours ago"]), Some(("2025-03-10T08:00:00Z".into(), DateSource::RelativeAge)));
        assert_eq!(of(&["6 July 2031", "Home"]), None);
    }

    #[test]
    fn a_guess_gives_way() {
        let one = |at: &str, source, confidence| {
            Some(Published { at: at.into(), evidence: DateEvidence { source, raw: String::new(), confidence } })
        };
        let dateline = one("2024-07-06", DateSource::Dateline, 0.6);
        let line = one("2014-07-06", DateSource::VisibleText, 0.85);
        assert_eq!(choose(dateline.clone(), line.clone(), None), line);
        assert_eq!(choose(dateline.clone(), None, None), dateline);
        let address = one("2019-01-01", DateSource::Url, 0.9);
        assert_eq!(choose(None, line, address.clone()), address);
    }
}
