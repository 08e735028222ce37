//! Access and rights: may it be read, kept, mined. What nobody says stays unknown.

use super::found::Found;
use super::json_ld::Described;
use crate::article::{Access, Rights};
use crate::clean::Page;
use crate::clean::html::text::plain;

/// Metas that say who may read, their values, and what they mean; names and values in lower case.
const ACCESS: &[(&str, &str, Access)] = &[
    ("article:content_tier", "metered", Access::Metered),
    ("article:content_tier", "locked", Access::Locked),
    ("article:content_tier", "free", Access::Free),
    ("og:article:content_tier", "metered", Access::Metered),
    ("og:article:content_tier", "locked", Access::Locked),
    ("og:article:content_tier", "free", Access::Free),
    ("content_tier", "metered", Access::Metered),
    ("content_tier", "locked", Access::Locked),
    ("content_tier", "free", Access::Free),
    // Analytics of readers' revenue.
    ("cxenseparse:pay", "true", Access::Locked),
    ("cxenseparse:pay", "false", Access::Free),
    ("paywall", "true", Access::Locked),
    ("paywall", "false", Access::Free),
    ("paid", "true", Access::Locked),
    ("paid", "false", Access::Free),
    ("premium", "true", Access::Locked),
    ("is_premium", "true", Access::Locked),
    ("access", "free", Access::Free),
    ("access", "paid", Access::Locked),
    ("access", "subscriber", Access::Locked),
    ("dc.accessrights", "free", Access::Free),
    ("dcterms.accessrights", "free", Access::Free),
    ("dcterms.accessrights", "open access", Access::Free),
];

/// Metered wins: pages behind a meter declare themselves not free as well.
pub fn access(found: &Found<'_>, about: &Described) -> Access {
    let said = |name: &str, value: &str| found.metas(name).any(|v| v.trim().eq_ignore_ascii_case(value));
    let meta = ACCESS.iter().find(|(name, value, _)| said(name, value)).map(|(.., access)| *access);
    match (about.free, meta) {
        (_, Some(Access::Metered)) => Access::Metered,
        (Some(true), _) => Access::Free,
        (Some(false), _) => Access::Locked,
        (None, meta) => meta.unwrap_or_default(),
    }
}

/// Metas and headers with directives for robots. Those of single robots count as well: who forbids the largest keeper of copies to keep one means it.
const ROBOTS: [&str; 7] = ["robots", "googlebot", "googlebot-news", "bingbot", "gptbot", "ccbot", "google-extended"];
const NO_ARCHIVE: [&str; 2] = ["noarchive", "nocache"];
const NO_AI: [&str; 3] = ["noai", "noimageai", "noml"];

pub fn rights(found: &Found<'_>, about: &Described, page: &Page<'_>) -> Rights {
    let header = |name: &'static str| page.headers.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str());
    let robots: Vec<String> = ROBOTS
        .iter()
        .flat_map(|n| found.metas(n))
        .chain(header("x-robots-tag"))
        .flat_map(|v| v.split([',', ';']))
        .map(|d| d.rsplit(':').next().unwrap_or("").trim().to_ascii_lowercase())
        .collect();
    let says = |names: &[&str]| robots.iter().any(|r| names.contains(&r.as_str())).then_some(true);
    // TDM Reservation Protocol (W3C community group): 1 reserved, 0 not; the header and the meta have one name. A page that says both reserves.
    let reservations: Vec<bool> = found
        .metas("tdm-reservation")
        .chain(header("tdm-reservation"))
        .filter_map(|v| match v.trim() {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        })
        .collect();
    let policy = found.metas("tdm-policy").chain(header("tdm-policy")).any(|v| !v.trim().is_empty());
    let tdm_reservation = match reservations.iter().copied().reduce(|a, b| a | b) {
        // A policy without a word on reservation makes no sense but as a reservation with terms.
        None => policy.then_some(true),
        said => said,
    };
    let link = found.links.iter().find(|(rel, _)| rel.eq_ignore_ascii_case("license")).map(|(_, href)| plain(href));
    let meta = || found.first(&["license", "dc.rights.license", "dcterms.license", "dc.license"]).map(plain);
    let from_header = || header("link").find_map(license_link);
    let copyright =
        found.first(&["copyright", "dc.rights", "dcterms.rights", "dc.rightsholder", "dcterms.rightsholder", "rights"]).map(plain);
    Rights {
        noarchive: says(&NO_ARCHIVE),
        noai: says(&NO_AI),
        tdm_reservation,
        license: about.license.clone().or(link).or_else(meta).or_else(from_header).filter(|l| !l.trim().is_empty()),
        copyright: about.copyright.clone().or(copyright).filter(|c| !c.trim().is_empty()),
    }
}

/// `Link: <https://...>; rel="license"` (RFC 8288).
fn license_link(header: &str) -> Option<String> {
    header.split(',').find_map(|link| {
        let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_license = rest.split(';').any(|p| {
            p.trim().strip_prefix("rel=").is_some_and(|r| r.trim_matches('"').split(' ').any(|r| r.eq_ignore_ascii_case("license")))
        });
        is_license.then(|| address.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Content;

    fn found<'a>(metas: &[(&'a str, &'a str)]) -> Found<'a> {
        Found { metas: metas.to_vec(), ..Found::default() }
    }

    #[test]
    fn who_may_read() {
        let about = |free| Described { free, ..Described::default() };
        for (free, metas, want) in [
            (None, &[][..], Access::Unknown),
            (Some(true), &[], Access::Free),
            (Some(false), &[], Access::Locked),
            (Some(false), &[("article:content_tier", "metered")], Access::Metered),
            (Some(true), &[("article:content_tier", "locked")], Access::Free),
            (None, &[("article:content_tier", " Locked ")], Access::Locked),
            (None, &[("cXenseParse:pay", "true")], Access::Locked),
            (None, &[("paywall", "perhaps")], Access::Unknown),
        ] {
            assert_eq!(access(&found(metas), &about(free)), want, "{free:?} {metas:?}");
        }
    }

    /// What is said of keeping, of AI, of mining.
    type Said = (Option<bool>, Option<bool>, Option<bool>);

    #[test]
    fn what_may_be_done() {
        for (metas, headers, want) in [
            (&[][..], &[][..], (None, None, None)),
            (&[("robots", "index, NOARCHIVE")], &[], (Some(true), None, None)),
            (&[("robots", "max-snippet:-1")], &[("x-robots-tag", "googlebot: noarchive, noai")], (Some(true), Some(true), None)),
            (&[("tdm-reservation", "1")], &[], (None, None, Some(true))),
            (&[("tdm-reservation", "0")], &[], (None, None, Some(false))),
            (&[("tdm-reservation", "0")], &[("tdm-reservation", "1")], (None, None, Some(true))),
            (&[], &[("tdm-policy", "https://a.test/policy.json")], (None, None, Some(true))),
            (&[("tdm-reservation", "yes")], &[], (None, None, None)),
        ] as [(&[(&str, &str)], &[(&str, &str)], Said); 8]
        {
            let headers: Vec<(String, String)> = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            let page = Page {
                url: "https://a.test/",
                final_url: "https://a.test/",
                content: Content::Html(""),
                title: None,
                language: None,
                fetched_at: None,
                headers: &headers,
            };
            let rights = rights(&found(metas), &Described::default(), &page);
            assert_eq!((rights.noarchive, rights.noai, rights.tdm_reservation), want, "{metas:?} {headers:?}");
        }
    }

    #[test]
    fn licences_of_link_headers() {
        assert_eq!(
            license_link("<https://a.test/style.css>; rel=preload, <https://a.test/by>; rel=\"license\"").as_deref(),
            Some("https://a.test/by")
        );
        assert_eq!(license_link("<https://a.test/by>; rel=next"), None);
    }
}
