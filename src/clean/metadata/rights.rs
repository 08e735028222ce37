//! Who may read it and what may be done with it, as the page and its response declare. Evidence only: what follows from it is `tag`'s.

use super::found::Found;
use super::json_ld::Described;
use crate::article::{Access, Rights};
use crate::clean::Page;
use crate::clean::html::text::plain;

/// Declared type to genre; a bare NewsArticle says nothing.
pub fn genre(found: &Found<'_>, about: &Described) -> Option<String> {
    let by_type = match about.kind.as_str() {
        "LiveBlogPosting" => Some("live"),
        "OpinionNewsArticle" => Some("opinion"),
        "AnalysisNewsArticle" => Some("analysis"),
        "BackgroundNewsArticle" => Some("background"),
        "ReviewNewsArticle" | "Review" | "CriticReview" => Some("review"),
        "SatiricalArticle" => Some("satire"),
        "AdvertiserContentArticle" => Some("advertisement"),
        _ => None,
    };
    by_type
        .map(str::to_owned)
        .or_else(|| about.genre.clone())
        .or_else(|| found.first(&["genre", "article:content_tier_genre", "article:opinion", "news_genre"]).map(plain))
        .filter(|g| !g.is_empty() && g.chars().count() <= 40)
}

/// Metas with a word for the tier.
const TIERS: &[&str] = &[
    "article:content_tier",
    "content_tier",
    "content-tier",
    "og:article:content_tier",
    "lp:type",
    "access",
    "parsely-access",
    "cxenseparse:recs:access",
];

/// Words of tiers, in lower case.
const LOCKED: &[&str] = &["locked", "premium", "paid", "paywall", "subscriber", "subscription", "members", "plus"];
const FREE: &[&str] = &["free", "public", "open"];

pub fn access(found: &Found<'_>, about: &Described) -> Access {
    let tier = TIERS.iter().flat_map(|n| found.metas(n)).map(|t| t.trim().to_ascii_lowercase()).find(|t| t.len() <= 24).unwrap_or_default();
    let metered = tier == "metered" || tier == "freemium";
    match about.free {
        // A meter lets the first pages through: a search engine is told so, and that is not "free".
        _ if metered => Access::Metered,
        Some(true) => Access::Free,
        Some(false) => Access::Locked,
        None if LOCKED.contains(&tier.as_str()) => Access::Locked,
        None if FREE.contains(&tier.as_str()) => Access::Free,
        None => Access::Unknown,
    }
}

pub fn rights(found: &Found<'_>, about: &Described, page: &Page<'_>) -> Rights {
    let header = |name: &'static str| page.headers.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str());
    let robots: Vec<String> = ["robots", "googlebot", "googlebot-news", "bingbot"]
        .iter()
        .flat_map(|n| found.metas(n))
        .chain(header("x-robots-tag"))
        .flat_map(|v| v.split(','))
        // `X-Robots-Tag: googlebot: noarchive`
        .map(|d| d.rsplit(':').next().unwrap_or("").trim().to_ascii_lowercase())
        .collect();
    let says = |names: &[&str]| robots.iter().any(|r| names.contains(&r.as_str())).then_some(true);
    // TDM Reservation Protocol (W3C community group): 1 reserves, 0 does not.
    let reservation = found.first(&["tdm-reservation"]).or_else(|| header("tdm-reservation").next()).map(|v| v.trim() == "1");
    let license = found.links.iter().find(|(rel, _)| rel.eq_ignore_ascii_case("license")).map(|(_, href)| plain(href));
    let metas = || found.first(&["dcterms.license", "dc.rights.license", "license", "cc:license"]).map(plain);
    Rights {
        // `none` is noindex and nofollow and says nothing of archives; `nocache` is Bing's word for it.
        noarchive: says(&["noarchive", "nocache"]),
        noai: says(&["noai", "noimageai"]),
        tdm_reservation: reservation,
        license: about.license.clone().or(license).or_else(metas).filter(|l| !l.is_empty() && l.len() <= 400),
        copyright: about
            .copyright
            .clone()
            .or_else(|| found.first(&["copyright", "dc.rights", "dcterms.rights", "rights", "dcterms.rightsholder"]).map(plain))
            .filter(|c| !c.is_empty() && c.chars().count() <= 300),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(metas: &[(&'static str, &'static str)]) -> Found<'static> {
        Found { metas: metas.to_vec(), ..Found::default() }
    }

    #[test]
    fn tiers_and_json_ld() {
        let about = |free| Described { free, ..Described::default() };
        let tier = |t| with(&[("article:content_tier", t)]);
        for (tier, free, want) in [
            (tier("free"), None, Access::Free),
            (tier("Locked"), None, Access::Locked),
            (tier("metered"), Some(true), Access::Metered),
            (tier("free"), Some(false), Access::Locked),
            (tier("whatever"), None, Access::Unknown),
            (with(&[]), Some(true), Access::Free),
        ] {
            assert_eq!(access(&tier, &about(free)), want);
        }
    }

    #[test]
    fn robots_of_metas_and_headers() {
        let headers =
            [("x-robots-tag".to_owned(), "googlebot: noarchive, noai".to_owned()), ("tdm-reservation".to_owned(), "1".to_owned())];
        let url = "https://courier.example/a";
        let page = Page {
            url,
            final_url: url,
            content: crate::clean::Content::Html(""),
            title: None,
            language: None,
            fetched_at: None,
            headers: &headers,
        };
        let rights =
            rights(&with(&[("robots", "index, max-image-preview:large"), ("copyright", "Courier Ltd")]), &Described::default(), &page);
        assert_eq!((rights.noarchive, rights.noai, rights.tdm_reservation), (Some(true), Some(true), Some(true)));
        assert_eq!(rights.copyright.as_deref(), Some("Courier Ltd"));
    }
}
