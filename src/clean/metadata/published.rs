//! When the story was published and changed: what the page declares, its address, what it shows; reconciled by rank.
//!
//! | rank | source |
//! | --- | --- |
//! | 1 | JSON-LD `datePublished` of the page's article |
//! | 2 | metas that content systems write for machines |
//! | 3 | microdata and RDFa |
//! | 4 | the day in the address, or the date shown near the headline when both agree |
//! | 5 | the best shown date ([`super::shown`]) |
//! | 6 | metas of unknown names that speak of a date |
//! | 7 | when nothing else is known: the date of the last change |

use super::date::{self, Moment};
use super::found::{Found, text_of};
use super::json_ld::Described;
use crate::article::{DateEvidence, DateSource, thousandths};
use crate::clean::Page;
use crate::clean::dates::{self, absolute};
use crate::clean::html::attribute::Name;
use crate::clean::html::text::plain;
use crate::clean::html::tree::{NodeId, Tree};

/// A date with where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated {
    pub moment: Moment,
    pub evidence: DateEvidence,
}

/// All that was found for one field, best first.
pub type Candidates = Vec<Dated>;

/// Names of metas with the publication date, best first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "publishdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "publicationdate",
    "publication-date",
    "pubdate",
    "published_time",
    "date.published",
    "date_published",
    "published_at",
    "published-date",
    "originalpublicationdate",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "article.published",
    "article-publication-date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "bt:pubdate",
    "displaydate",
    "ptime",
    "rnews:datepublished",
    "prism.publicationdate",
    "dc.date.publication",
    "mediator_published_time",
    "vr:published_time",
    "vf:published_time",
    "og:pubdate",
    "timestamp",
    "created",
    "date",
];

const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "article:modified",
    "datemodified",
    "dc.date.modified",
    "dcterms.modified",
    "lastmod",
    "last-modified",
    "modified_time",
    "updated_time",
    "date.updated",
    "article.updated",
    "article:updated_time",
    "utime",
    "revised",
];

/// Parts of the names of metas that speak of publishing, and of those that speak of other dates.
const SPEAKS: &[&str] = &["date", "publish", "issued", "posted", "datum", "fecha"];
const SPEAKS_OF_OTHERS: &[&str] = &[
    "modif",
    "updat",
    "lastmod",
    "revis",
    "expir",
    "event",
    "valid",
    "birth",
    "start",
    "end",
    "until",
    "crawl",
    "index",
    "review",
    "unpublish",
];

/// The date that `raw` names, when it can be meant.
pub fn dated(raw: &str, source: DateSource, confidence: f64, page: &Page<'_>) -> Option<Dated> {
    let raw = plain(raw);
    let written = || absolute::first(raw.get(..120).unwrap_or(&raw), order(page)).and_then(|w| Moment::written(&w));
    let moment = date::parse(&raw).or_else(written).filter(|m| date::plausible(*m, page.fetched_at))?;
    Some(Dated { moment, evidence: DateEvidence { source, raw, confidence } })
}

/// `03/04/2024` is of March where pages are American: declared so, or English under a domain that names no other country.
pub fn order_of(language: Option<&str>, url: &str) -> absolute::Order {
    const COMMON: &[&str] = &["com", "org", "net", "us", "gov", "edu", "io", "co", "ai", "tv", "info"];
    let Some(language) = language else { return absolute::Order::DayFirst };
    let host = url.split_once("://").map_or(url, |(_, r)| r).split(['/', '?', '#', ':']).next().unwrap_or("");
    let english = language.eq_ignore_ascii_case("en") && host.rsplit('.').next().is_some_and(|tld| COMMON.contains(&tld));
    if english { absolute::Order::MonthFirst } else { dates::order_of(Some(language)) }
}

fn order(page: &Page<'_>) -> absolute::Order {
    order_of(page.language, page.final_url)
}

/// What the page declares as its date of publication, best first.
pub fn declared(tree: &Tree<'_>, found: &Found<'_>, about: &Described, page: &Page<'_>) -> Candidates {
    let mut out = Vec::new();
    let json = about.published.as_deref().and_then(|d| dated(d, DateSource::JsonLd, 0.95, page));
    let meta = PUBLISHED.iter().find_map(|name| found.metas(name).find_map(|d| dated(d, DateSource::Meta, 0.9, page)));
    let item = ["datePublished", "dateCreated"]
        .iter()
        .flat_map(|name| found.properties(name))
        .find_map(|n| dated(&value_of(tree, n), DateSource::TimeElement, 0.85, page));
    out.extend(json.into_iter().chain(meta).chain(item));
    // A day first and an instant after it: the instant of the same day is more precise.
    if let Some(first) = out.first()
        && !first.moment.is_instant()
        && let Some(at) = out.iter().position(|m| m.moment.is_instant() && (m.moment.millis() - first.moment.millis()).abs() <= 36 * HOUR)
    {
        out.swap(0, at);
    }
    out
}

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Metas of unknown names that speak of a date.
pub fn vague(found: &Found<'_>, page: &Page<'_>) -> Option<Dated> {
    found.metas.iter().find_map(|(name, value)| {
        if name.len() > 60 || value.len() > 60 || !value.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let name = name.to_ascii_lowercase();
        let speaks = SPEAKS.iter().any(|w| name.contains(w)) && !SPEAKS_OF_OTHERS.iter().any(|w| name.contains(w));
        speaks.then(|| dated(value, DateSource::Meta, 0.6, page))?
    })
}

/// What the page declares as the date of its last change, best first.
pub fn changed(tree: &Tree<'_>, found: &Found<'_>, about: &Described, page: &Page<'_>) -> Candidates {
    let json = about.modified.as_deref().and_then(|d| dated(d, DateSource::JsonLd, 0.95, page));
    let meta = MODIFIED.iter().find_map(|name| found.metas(name).find_map(|d| dated(d, DateSource::Meta, 0.9, page)));
    let item = found.properties("dateModified").find_map(|n| dated(&value_of(tree, n), DateSource::TimeElement, 0.85, page));
    json.into_iter().chain(meta).chain(item).collect()
}

/// The day in the address.
pub fn of_address(page: &Page<'_>) -> Option<Dated> {
    let found = dates::in_address(page.final_url).or_else(|| dates::in_address(page.url))?;
    let moment = Some(Moment::Day(found.date)).filter(|m| date::plausible(*m, page.fetched_at))?;
    Some(Dated { moment, evidence: DateEvidence { source: DateSource::Url, raw: found.raw, confidence: 0.85 } })
}

/// The value of a property: `content`, `datetime`, or the text.
pub fn value_of(tree: &Tree<'_>, node: NodeId) -> String {
    [Name::Content, Name::Datetime, Name::Title]
        .into_iter()
        .filter_map(|name| tree.attribute(node, name))
        .map(plain)
        // A `title` beside a date is rather a tooltip.
        .find(|v| v.bytes().any(|b| b.is_ascii_digit()))
        .unwrap_or_else(|| text_of(tree, node, 80))
}

/// Dates of the same story differ by the zone, or by the hours between two steps of an editor.
pub fn near(a: &Dated, b: &Dated) -> bool {
    (a.moment.millis() - b.moment.millis()).abs() <= 2 * DAY
}

/// What counts, of several that are not declared: the address, and the shown date when the address does not speak against it.
pub fn choose(
    address: Option<Dated>,
    shown: Option<Dated>,
    weak: Option<Dated>,
    vague: Option<Dated>,
    changed: Option<Dated>,
) -> Option<Dated> {
    let agreed = match (&address, &shown) {
        (Some(a), Some(s)) if near(a, s) => Some(sure(s.clone(), 0.95)),
        (Some(a), Some(_)) => Some(sure(a.clone(), 0.75)),
        _ => None,
    };
    let fallback = || changed.map(|c| sure(c, 0.4));
    agreed.or(address).or(shown).or(vague).or(weak).or_else(fallback)
}

fn sure(mut dated: Dated, confidence: f64) -> Dated {
    dated.evidence.confidence = confidence;
    dated
}

/// Lowers the confidence in a declared date when the address names quite another day.
pub fn weigh(first: &mut Dated, others: &[Dated]) {
    let strong = others.iter().filter(|o| o.evidence.source == DateSource::Url || o.evidence.source == DateSource::Meta);
    if strong.clone().any(|o| (o.moment.millis() - first.moment.millis()).abs() > 3 * DAY) {
        first.evidence.confidence = thousandths((first.evidence.confidence - 0.15).max(0.3));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Content;

    fn page<'a>(url: &'a str) -> Page<'a> {
        Page { url, final_url: url, content: Content::Html(""), title: None, language: None, fetched_at: None, headers: &[] }
    }

    fn one(raw: &str, source: DateSource) -> Option<Dated> {
        dated(raw, source, 0.5, &page("https://courier.example/a"))
    }

    #[test]
    fn the_address_judges_what_is_shown() {
        let address = || one("2024-05-03", DateSource::Url);
        let shown = |raw| one(raw, DateSource::VisibleText);
        let source = |d: Option<Dated>| d.map(|d| (d.moment.day().to_string(), d.evidence.source));
        // The same day: what is shown may name the hour.
        assert_eq!(source(choose(address(), shown("2024-05-04"), None, None, None)), Some(("2024-05-04".into(), DateSource::VisibleText)));
        // Another month: rather of another story.
        assert_eq!(source(choose(address(), shown("2023-01-02"), None, None, None)), Some(("2024-05-03".into(), DateSource::Url)));
        assert_eq!(source(choose(None, None, None, None, shown("2023-01-02"))), Some(("2023-01-02".into(), DateSource::VisibleText)));
        assert_eq!(choose(None, None, None, None, None), None);
    }

    #[test]
    fn other_languages_stand_in_metas_too() {
        assert_eq!(one("الأربعاء، 07 أكتوبر 2020 - 12:09 م", DateSource::Meta).map(|d| d.moment.rfc3339()).as_deref(), Some("2020-10-07"));
        assert_eq!(one("04:25:06 PM IST Apr 08, 2020", DateSource::JsonLd).map(|d| d.moment.rfc3339()).as_deref(), Some("2020-04-08"));
        assert_eq!(one("soon", DateSource::Meta), None);
    }

    #[test]
    fn american_order_needs_an_american_page() {
        use absolute::Order::{DayFirst, MonthFirst};
        for (language, url, want) in [
            (Some("en-US"), "https://courier.example/a", MonthFirst),
            (Some("en"), "https://courier.com/a", MonthFirst),
            (Some("en"), "https://courier.co.uk/a", DayFirst),
            (Some("en-GB"), "https://courier.com/a", DayFirst),
            (Some("fr"), "https://courier.com/a", DayFirst),
            (None, "https://courier.com/a", DayFirst),
        ] {
            assert_eq!(order_of(language, url), want, "{language:?} {url}");
        }
    }

    #[test]
    fn a_date_far_from_the_address_is_less_sure() {
        let address = one("2014-05-03", DateSource::Url).unwrap();
        let mut first = one("2024-05-03", DateSource::JsonLd).unwrap();
        weigh(&mut first, &[address]);
        assert_eq!(first.evidence.confidence, 0.35);
    }
}
