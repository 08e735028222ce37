//! What the page says of itself: JSON-LD, OpenGraph, microdata, meta, and the reconciliation of them.

pub mod author;
pub mod date;
pub mod found;
pub mod genre;
pub mod json_ld;
pub mod terms;
pub mod title;

use crate::article::{Access, Agency, AgencyRole, Author, DateEvidence, DateSource, Image, Keyword, Origin, Rights};
use crate::clean::Page;
use crate::clean::dates::agencies;
use crate::clean::html::attribute::Name;
use crate::clean::html::tag::Tag;
use crate::clean::html::text::plain;
use crate::clean::html::tree::{NodeId, Tree};
use date::Moment;
use found::{Found, text_of};
use json_ld::{Described, JsonLd};
use url::Url;

/// A date with where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated {
    pub moment: Moment,
    pub evidence: DateEvidence,
}

/// The reconciled declarations of a page.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Metadata {
    pub title: Option<String>,
    /// Other wordings of the headline, to know it again in the text.
    pub titles: Vec<String>,
    pub description: Option<String>,
    pub authors: Vec<Author>,
    pub published: Option<Dated>,
    pub modified: Option<Dated>,
    pub canonical_url: Option<String>,
    pub site_name: Option<String>,
    pub language: Option<String>,
    pub images: Vec<Image>,
    pub keywords: Vec<Keyword>,
    pub sections: Vec<String>,
    pub genre: Option<String>,
    /// Agency that the page names as its source.
    pub agency: Option<Agency>,
    pub access: Access,
    pub rights: Rights,
    /// JSON-LD `articleBody`, as written.
    pub body: Option<String>,
    /// Types that JSON-LD, microdata and OpenGraph declare, for the gate.
    pub types: Vec<String>,
}

/// Reads the declarations of a page.
pub fn read(tree: &Tree<'_>, page: &Page<'_>) -> Metadata {
    let found = found::find(tree);
    let ld = json_ld::read(&found.json_ld, page.final_url);
    let base = base(&found, page);
    let host = base.as_ref().and_then(Url::host_str).unwrap_or("").to_owned();
    let about = ld.article.clone().unwrap_or_default();
    let mut out = Metadata { site_name: site_name(&found, &ld, &about), ..Metadata::default() };
    titles(tree, &found, &about, &host, page, &mut out);
    out.description = description(&found, &about);
    out.authors = authors(tree, &found, &about, out.site_name.as_deref());
    out.published = published(tree, &found, &about, page);
    out.modified = modified(tree, &found, &about, page, out.published.as_ref());
    out.canonical_url = canonical(&found, base.as_ref());
    out.language = language(&found, &about, page);
    out.images = images(&found, &about, base.as_ref());
    out.keywords = keywords(tree, &found, &about);
    out.sections = sections(&found, &about);
    out.genre = genre::genre(&found, &about, &out.sections, out.title.as_deref(), page.final_url);
    out.agency = agency(&found, &about);
    out.access = terms::access(&found, &about);
    out.rights = terms::rights(&found, &about, page);
    out.types = types(&found, &ld);
    out.body = about.body;
    out
}

fn base(found: &Found<'_>, page: &Page<'_>) -> Option<Url> {
    let url = Url::parse(page.final_url).ok()?;
    match found.base.map(plain) {
        Some(b) => url.join(&b).ok().or(Some(url)),
        None => Some(url),
    }
}

fn site_name(found: &Found<'_>, ld: &JsonLd, about: &Described) -> Option<String> {
    found
        .first(&["og:site_name", "application-name", "al:android:app_name"])
        .map(plain)
        .or_else(|| about.publisher.clone())
        .or_else(|| ld.site_name.clone())
        .filter(|s| !s.is_empty() && s.chars().count() <= 100)
}

fn titles(tree: &Tree<'_>, found: &Found<'_>, about: &Described, host: &str, page: &Page<'_>, out: &mut Metadata) {
    let headings: Vec<String> =
        found.headings.iter().take(20).map(|h| text_of(tree, *h, 500)).filter(|h| !h.is_empty() && h.chars().count() <= 400).collect();
    let og = found.first(&["og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title"]).map(plain);
    let title = found.title.map(plain).or_else(|| page.title.map(str::to_owned));
    let candidates = title::Candidates {
        json_ld: about.headline.as_deref(),
        og: og.as_deref(),
        headings: &headings,
        title: title.as_deref(),
        site: out.site_name.as_deref(),
        host,
    };
    out.title = title::choose(&candidates);
    let all = [about.headline.as_deref(), og.as_deref(), title.as_deref()];
    for t in all.into_iter().flatten().map(|t| title::without_site(t, out.site_name.as_deref(), host)).chain(out.title.clone()) {
        if !t.is_empty() && !out.titles.contains(&t) {
            out.titles.push(t);
        }
    }
}

fn description(found: &Found<'_>, about: &Described) -> Option<String> {
    found
        .first(&["og:description", "description", "twitter:description", "sailthru.description", "dc.description"])
        .map(plain)
        .or_else(|| about.description.clone())
        .filter(|d| !d.is_empty())
}

fn authors(tree: &Tree<'_>, found: &Found<'_>, about: &Described, site: Option<&str>) -> Vec<Author> {
    let mut out = Vec::new();
    for (name, url) in &about.authors {
        let names = author::names(name);
        author::merge(&mut out, names, url.clone());
    }
    if !out.is_empty() {
        return out;
    }
    for key in [
        "author",
        "parsely-author",
        "sailthru.author",
        "article:author",
        "dc.creator",
        "dcterms.creator",
        "byl",
        "og:article:author",
        "citation_author",
        "shareaholic:article_author_name",
        "cxenseparse:author",
    ] {
        for value in found.metas(key) {
            author::merge(&mut out, author::names(&plain(value)), None);
        }
        out.retain(|a| site.is_none_or(|s| !s.eq_ignore_ascii_case(&a.name)));
        if !out.is_empty() {
            return out;
        }
    }
    for name in ["author", "rel-author", "creator"] {
        for node in found.properties(name).take(10) {
            // `<span itemprop=author itemscope><meta itemprop=name content=...>` or the text itself.
            let inner = found.properties("name").find(|n| *n > node && *n < tree.end(node));
            let text = inner
                .and_then(|n| tree.attribute(n, Name::Content))
                .map(plain)
                .unwrap_or_else(|| text_of(tree, inner.unwrap_or(node), 200));
            author::merge(&mut out, author::names(&text), None);
        }
        if !out.is_empty() {
            out.truncate(5);
            return out;
        }
    }
    bylines(tree, &found.bylines)
}

/// Elements named byline or author: the first that holds a name. A list of them is a list of teasers.
fn bylines(tree: &Tree<'_>, nodes: &[NodeId]) -> Vec<Author> {
    for node in nodes {
        let text = text_of(tree, *node, 160);
        let names = author::names(&text);
        if text.chars().count() <= 120 && !names.is_empty() && names.len() <= 4 && names.iter().all(|n| author::is_plain_name(n)) {
            let mut out = Vec::new();
            author::merge(&mut out, names, None);
            return out;
        }
    }
    Vec::new()
}

fn dated(raw: &str, source: DateSource, confidence: f64, page: &Page<'_>) -> Option<Dated> {
    let raw = plain(raw);
    let moment = date::parse(&raw).filter(|m| date::plausible(*m, page.fetched_at))?;
    Some(Dated { moment, evidence: DateEvidence { source, raw, confidence } })
}

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
    "pubdate",
    "published_time",
    "date.published",
    "date_published",
    "originalpublicationdate",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "article.published",
    "article-publication-date",
    "citation_publication_date",
    "citation_date",
    "bt:pubdate",
    "displaydate",
    "ptime",
    "rnews:datepublished",
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
    "utime",
    "revised",
];

fn published(tree: &Tree<'_>, found: &Found<'_>, about: &Described, page: &Page<'_>) -> Option<Dated> {
    let json = about.published.as_deref().and_then(|d| dated(d, DateSource::JsonLd, 0.95, page));
    let meta = || PUBLISHED.iter().find_map(|name| found.metas(name).find_map(|d| dated(d, DateSource::Meta, 0.9, page)));
    let item = || found.properties("datePublished").find_map(|n| dated(&value_of(tree, n), DateSource::TimeElement, 0.85, page));
    // A day in JSON-LD and an instant in the metas: the instant of the same day is more precise.
    match json {
        Some(d) if matches!(d.moment, Moment::Instant(_)) => Some(d),
        Some(d) => [meta(), item()]
            .into_iter()
            .flatten()
            .find(|m| matches!(m.moment, Moment::Instant(t) if (t.as_millisecond() - d.moment.millis()).abs() <= 36 * 3_600_000))
            .or(Some(d)),
        None => meta().or_else(item).or_else(|| time_element(tree, found, page)),
    }
}

fn modified(tree: &Tree<'_>, found: &Found<'_>, about: &Described, page: &Page<'_>, published: Option<&Dated>) -> Option<Dated> {
    about
        .modified
        .as_deref()
        .and_then(|d| dated(d, DateSource::JsonLd, 0.95, page))
        .or_else(|| MODIFIED.iter().find_map(|name| found.metas(name).find_map(|d| dated(d, DateSource::Meta, 0.9, page))))
        .or_else(|| found.properties("dateModified").find_map(|n| dated(&value_of(tree, n), DateSource::TimeElement, 0.85, page)))
        // Content systems write the day of import into fields of old pieces: modified before published says nothing.
        .filter(|m| published.is_none_or(|p| m.moment.millis() + 86_400_000 > p.moment.millis()))
}

fn value_of(tree: &Tree<'_>, node: NodeId) -> String {
    tree.attribute(node, Name::Content)
        .or_else(|| tree.attribute(node, Name::Datetime))
        .map(plain)
        .filter(|v| !v.is_empty())
        .unwrap_or_else(|| text_of(tree, node, 80))
}

/// The first time element that is not inside a list of teasers, by the nearest heading before it: `time` near the first `h1` counts.
fn time_element(tree: &Tree<'_>, found: &Found<'_>, page: &Page<'_>) -> Option<Dated> {
    let marked = found.times.iter().find(|t| tree.has(**t, Name::Pubdate));
    let heading = found.headings.first().copied().unwrap_or(0);
    let after = found.times.iter().find(|t| **t > heading);
    let in_aside = |t: &NodeId| tree.ancestors(*t).any(|a| matches!(tree.tag(a), Tag::Aside | Tag::Nav | Tag::Footer | Tag::Li));
    [marked, after, found.times.first()]
        .into_iter()
        .flatten()
        .filter(|t| !in_aside(t))
        .find_map(|t| dated(&value_of(tree, *t), DateSource::TimeElement, 0.7, page))
}

fn absolute(base: Option<&Url>, address: &str) -> Option<String> {
    let address = plain(address);
    let url = match base {
        Some(b) => b.join(&address).ok()?,
        None => Url::parse(&address).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

fn canonical(found: &Found<'_>, base: Option<&Url>) -> Option<String> {
    let link = found.links.iter().find(|(rel, _)| rel.eq_ignore_ascii_case("canonical")).map(|(_, href)| *href);
    link.or_else(|| found.first(&["og:url"])).filter(|u| !u.trim().is_empty()).and_then(|u| absolute(base, u))
}

fn language(found: &Found<'_>, about: &Described, page: &Page<'_>) -> Option<String> {
    let header = page.headers.iter().find(|(n, _)| n == "content-language").map(|(_, v)| v.as_str());
    [
        found.language,
        found.first(&["content-language", "language", "dc.language", "dcterms.language"]),
        about.language.as_deref(),
        header,
        found.first(&["og:locale"]),
        page.language,
    ]
    .into_iter()
    .flatten()
    .find_map(tidy_language)
}

/// `de_AT` to `de-AT`; lists and words that are no tags give nothing.
fn tidy_language(value: &str) -> Option<String> {
    let value = value.trim().split(',').next().unwrap_or("").trim().replace('_', "-");
    let primary = value.split('-').next().unwrap_or("");
    ((2..=3).contains(&primary.len()) && value.len() <= 20 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .then_some(value)
}

fn images(found: &Found<'_>, about: &Described, base: Option<&Url>) -> Vec<Image> {
    let mut out: Vec<Image> = Vec::new();
    let og = found.first(&["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"]);
    for address in og.map(str::to_owned).into_iter().chain(about.images.iter().cloned()) {
        if let Some(url) = absolute(base, &address)
            && !out.iter().any(|i| i.url == url)
        {
            out.push(Image { url, caption: None, credit: None });
        }
    }
    out
}

/// More declared keywords are spam.
const KEYWORDS: usize = 60;

fn keywords(tree: &Tree<'_>, found: &Found<'_>, about: &Described) -> Vec<Keyword> {
    let mut out: Vec<Keyword> = Vec::new();
    let mut add = |text: &str| {
        let text = text.trim();
        if !text.is_empty()
            && text.chars().count() <= 80
            && out.len() < KEYWORDS
            && !out.iter().any(|k| k.text.to_lowercase() == text.to_lowercase())
        {
            out.push(Keyword { text: text.to_owned(), origin: Origin::Declared });
        }
    };
    about.keywords.iter().for_each(|k| add(k));
    found.metas("article:tag").for_each(|k| plain(k).split(',').for_each(&mut add));
    let lists = ["keywords", "news_keywords", "parsely-tags", "sailthru.tags", "dc.subject", "cxenseparse:recs:keywords"];
    lists.iter().for_each(|name| found.metas(name).for_each(|k| plain(k).split([',', ';']).for_each(&mut add)));
    for node in found.properties("keywords").take(10) {
        value_of(tree, node).split([',', ';']).for_each(&mut add);
    }
    out
}

fn sections(found: &Found<'_>, about: &Described) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let declared =
        ["article:section", "parsely-section", "sailthru.section", "section", "og:article:section", "cxenseparse:recs:articlesection"];
    let metas = declared.iter().flat_map(|n| found.metas(n)).map(plain);
    for section in about.sections.iter().cloned().chain(metas) {
        let section = section.trim().to_owned();
        if !section.is_empty()
            && section.chars().count() <= 80
            && out.len() < 20
            && !out.iter().any(|s| s.to_lowercase() == section.to_lowercase())
        {
            out.push(section);
        }
    }
    out
}

/// Metas that name the source of a story.
const SOURCES: [&str; 8] =
    ["syndication-source", "original-source", "dc.source", "dcterms.source", "source", "news_source", "provider", "article:provider"];

fn agency(found: &Found<'_>, about: &Described) -> Option<Agency> {
    let metas = SOURCES.iter().flat_map(|n| found.metas(n)).map(plain);
    let row = about.credit.iter().cloned().chain(about.publisher.iter().cloned()).chain(metas).find_map(|s| agencies::among(&s))?;
    Some(Agency { code: row.code.to_owned(), name: row.name.to_owned(), role: AgencyRole::Meta })
}

fn types(found: &Found<'_>, ld: &JsonLd) -> Vec<String> {
    let mut out = ld.types.clone();
    out.extend(found.types.iter().take(50).map(|t| t.rsplit('/').next().unwrap_or("").to_owned()));
    out.extend(found.first(&["og:type"]).map(|t| format!("og:{}", t.trim().to_ascii_lowercase())));
    out
}
