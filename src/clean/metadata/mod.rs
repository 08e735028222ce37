//! What the page says of itself, to machines and to readers, and the reconciliation of it.
//!
//! | file | job |
//! | --- | --- |
//! | found | one pass over the tree: everything declared, as written |
//! | json_ld | schema.org objects, mended where they are damaged |
//! | title, byline, published, keyword, image, genre, terms, address | one field each: sources by rank, and what no value may be |
//! | subject | whom and what the story is about |
//! | author, date | names and dates as they are written |
//! | shown | dates that only readers are shown |
//! | wire | datelines and agencies inside the story |

pub mod address;
pub mod author;
pub mod byline;
pub mod date;
pub mod found;
pub mod genre;
pub mod image;
pub mod json_ld;
pub mod keyword;
pub mod published;
pub mod shown;
pub mod subject;
pub mod terms;
pub mod title;
pub mod wire;

pub use published::Dated;

use crate::article::{Access, Agency, AgencyRole, Author, DateSource, Dateline, Image, Keyword, Rights};
use crate::clean::Page;
use crate::clean::dates::agencies;
use crate::clean::html::block::Blocks;
use crate::clean::html::text::plain;
use crate::clean::html::tree::{NodeId, Tree};
use found::{Found, text_of};
use json_ld::{Described, JsonLd};
use url::Url;

/// The reconciled declarations of a page.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Metadata {
    pub title: Option<String>,
    /// Other wordings of the headline, to know it again in the text.
    pub titles: Vec<String>,
    pub description: Option<String>,
    pub authors: Vec<Author>,
    pub agency: Option<Agency>,
    pub dateline: Option<Dateline>,
    pub published: Option<Dated>,
    pub modified: Option<Dated>,
    /// All dates that were found, the chosen ones first, by field: for whoever asks why.
    pub dates: Vec<(&'static str, Dated)>,
    pub canonical_url: Option<String>,
    pub site_name: Option<String>,
    pub language: Option<String>,
    pub images: Vec<Image>,
    pub keywords: Vec<Keyword>,
    pub sections: Vec<String>,
    /// Whom and what the page says it is about; [`subject::sift`] knows which of them it is.
    pub subjects: Vec<subject::Subject>,
    pub genre: Option<String>,
    pub access: Access,
    pub rights: Rights,
    /// JSON-LD `articleBody`, as written.
    pub body: Option<String>,
    /// Types that JSON-LD, microdata and OpenGraph declare, for the gate.
    pub types: Vec<String>,
    /// Elements with dates, to look at once more when the blocks of the page are known.
    pub times: Vec<NodeId>,
    publisher: Option<String>,
    organisations: Vec<Author>,
    vague: Option<Dated>,
}

impl Metadata {
    /// A date that is written for machines, as articles have one. Dates that are only shown stand on pages of every kind.
    pub fn has_machine_date(&self) -> bool {
        self.published
            .as_ref()
            .is_some_and(|d| matches!(d.evidence.source, DateSource::JsonLd | DateSource::Meta | DateSource::TimeElement))
    }
}

/// Reads the declarations of a page.
pub fn read(tree: &Tree<'_>, page: &Page<'_>) -> Metadata {
    let found = found::find(tree);
    let ld = json_ld::read(&found.json_ld, page.final_url);
    let base = base(&found, page);
    let host = base.as_ref().and_then(Url::host_str).unwrap_or("").to_owned();
    let about = ld.article.clone().unwrap_or_default();
    let mut out = Metadata { site_name: site_name(&found, &ld, &about), publisher: about.publisher.clone(), ..Metadata::default() };
    titles(tree, &found, &about, &host, page, &mut out);
    out.description = description(&found, &about);
    let site = byline::Site { name: out.site_name.as_deref(), publisher: out.publisher.as_deref(), host: &host };
    let declared = byline::declared(tree, &found, &about, &site);
    (out.authors, out.organisations, out.agency) = (declared.people, declared.organisations, declared.agency);
    dates(tree, &found, &about, page, &mut out);
    out.canonical_url = address::canonical(&found, base.as_ref());
    out.language = language(&found, &about, page);
    out.images = image::images(&found, &about, base.as_ref());
    out.sections = sections(&found, &about);
    let context = keyword::Context {
        url: page.final_url,
        site: out.site_name.as_deref(),
        authors: &out.authors,
        sections: &out.sections,
        title: out.title.as_deref(),
    };
    out.keywords = keyword::keywords(tree, &found, &about, &context);
    out.genre = genre::genre(&found, &about, &out.sections, out.title.as_deref(), page.final_url);
    out.agency = out.agency.take().or_else(|| agency(&found, &about));
    out.access = terms::access(&found, &about);
    out.rights = terms::rights(&found, &about, page);
    out.types = types(&found, &ld);
    out.body = about.body;
    out.subjects = about.subjects;
    out.times = found.times;
    out
}

/// Fills what is not declared from what is shown. `title` is the block of the headline.
pub fn complete(metadata: &mut Metadata, tree: &Tree<'_>, blocks: &Blocks, title: Option<usize>, page: &Page<'_>) {
    let host = page.final_url.split_once("://").map_or("", |(_, r)| r).split(['/', ':', '?', '#']).next().unwrap_or("");
    if metadata.authors.is_empty() {
        let site = byline::Site { name: metadata.site_name.as_deref(), publisher: metadata.publisher.as_deref(), host };
        let (people, agency) = byline::shown(tree, blocks, title, metadata, &site);
        // Where no person signs, the organisation that is declared as the author does: an agency, else the newsroom.
        let mut organisations = metadata.organisations.clone();
        if organisations.is_empty() {
            organisations.extend(agency.iter().map(|a| Author { name: a.name.clone(), url: None }));
        } else if !organisations.iter().all(|a| site.is(&a.name)) {
            organisations.retain(|a| !site.is(&a.name));
        }
        metadata.authors = if people.is_empty() { organisations } else { people };
        metadata.agency = agency.or_else(|| metadata.agency.take());
    }
    if metadata.published.is_none() {
        let order = published::order_of(metadata.language.as_deref().or(page.language), page.final_url);
        let shown = shown::find(tree, blocks, title, metadata, page, order);
        let address = published::of_address(page);
        let changed = shown.modified.clone().or_else(|| metadata.modified.clone());
        let all = [&address, &shown.published, &shown.weak, &metadata.vague].into_iter().flatten().cloned();
        metadata.dates.extend(all.map(|d| ("published_at", d)));
        metadata.published = published::choose(address, shown.published, shown.weak, metadata.vague.take(), changed);
        metadata.modified = metadata.modified.take().or(shown.modified);
    }
}

/// Keeps of the declared subjects those that the story has. `text` is the body.
pub fn sift(metadata: &mut Metadata, text: &str) {
    let own: Vec<&str> = metadata
        .authors
        .iter()
        .map(|a| a.name.as_str())
        .chain(metadata.site_name.as_deref())
        .chain(metadata.publisher.as_deref())
        .collect();
    subject::sift(&mut metadata.subjects, &own, metadata.title.as_deref().unwrap_or(""), text);
}

/// What the story itself says: dateline, agency, and the dateline's day when nothing better is known.
pub fn hear(metadata: &mut Metadata, text: &str, page: &Page<'_>) {
    let wire = wire::read(text, metadata, page);
    metadata.dateline = wire.dateline;
    metadata.agency = wire.agency.or_else(|| metadata.agency.take());
    // Below this a date is a guess.
    const GUESS: f64 = 0.5;
    if let Some(found) = wire.published {
        metadata.dates.push(("published_at", found.clone()));
        if metadata.published.as_ref().is_none_or(|p| p.evidence.confidence < GUESS && p.evidence.source != DateSource::Url) {
            metadata.published = Some(found);
        }
    }
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
        .first(&["og:site_name", "application-name", "al:android:app_name", "apple-mobile-web-app-title"])
        .map(plain)
        .or_else(|| about.publisher.clone())
        .or_else(|| ld.site_name.clone())
        .filter(|s| !s.is_empty() && s.chars().count() <= 100)
}

/// Metas with the headline beside OpenGraph's.
const HEADLINES: &[(&str, title::Source)] = &[
    ("headline", title::Source::Headline),
    ("hdl", title::Source::Headline),
    ("article:title", title::Source::Headline),
    ("parsely-title", title::Source::Parsely),
    ("twitter:title", title::Source::Other),
    ("sailthru.title", title::Source::Other),
    ("dc.title", title::Source::Other),
    ("dcterms.title", title::Source::Other),
    ("cxenseparse:title", title::Source::Other),
    ("citation_title", title::Source::Headline),
];

fn titles(tree: &Tree<'_>, found: &Found<'_>, about: &Described, host: &str, page: &Page<'_>, out: &mut Metadata) {
    use title::Source;
    let mut said: Vec<(Source, String)> = Vec::new();
    let mut say = |source: Source, text: String| {
        if !text.is_empty() && text.chars().count() <= 400 {
            said.push((source, text));
        }
    };
    let headings = found.headings.iter().take(20).map(|h| text_of(tree, *h, 500)).filter(|h| h.chars().count() >= 3);
    for (i, heading) in (0u8..).zip(headings) {
        say(Source::Heading(i), heading);
    }
    let news = about.kind.ends_with("NewsArticle");
    about.headline.iter().for_each(|h| say(if news { Source::NewsJsonLd } else { Source::JsonLd }, h.clone()));
    about.other_headlines.iter().for_each(|h| say(if news { Source::NewsJsonLd } else { Source::JsonLd }, h.clone()));
    found.first(&["og:title"]).map(plain).into_iter().for_each(|t| say(Source::OpenGraph, t));
    if let Some(node) = found.properties("headline").next() {
        say(Source::Item, published_text(tree, node));
    }
    for (name, source) in HEADLINES {
        found.metas(name).next().map(plain).into_iter().for_each(|t| say(*source, t));
    }
    let title = found.title.map(plain).or_else(|| page.title.map(str::to_owned));
    title.into_iter().for_each(|t| say(Source::Title, t));
    let context = title::Context::new(out.site_name.as_deref(), host);
    out.title = title::choose(&said, &context);
    let known = |s: &Source| matches!(s, Source::JsonLd | Source::NewsJsonLd | Source::OpenGraph | Source::Title);
    let all = said.iter().filter(|(s, _)| known(s)).map(|(_, t)| title::without_site(t, &context).to_owned());
    for t in all.chain(out.title.clone()) {
        if !t.is_empty() && !out.titles.contains(&t) {
            out.titles.push(t);
        }
    }
}

/// `content`, or the text.
fn published_text(tree: &Tree<'_>, node: NodeId) -> String {
    let content = tree.attribute(node, crate::clean::html::attribute::Name::Content).map(plain).filter(|c| !c.is_empty());
    content.unwrap_or_else(|| text_of(tree, node, 500))
}

fn description(found: &Found<'_>, about: &Described) -> Option<String> {
    found
        .first(&["og:description", "description", "twitter:description", "sailthru.description", "dc.description"])
        .map(plain)
        .or_else(|| about.description.clone())
        .filter(|d| !d.is_empty())
}

fn dates(tree: &Tree<'_>, found: &Found<'_>, about: &Described, page: &Page<'_>, out: &mut Metadata) {
    let page = &Page { language: found.language.or(page.language), ..page.clone() };
    let mut declared = published::declared(tree, found, about, page);
    let mut changed = published::changed(tree, found, about, page);
    // Content systems write the day of import into fields of old pieces: modified before published says nothing.
    if let Some(first) = declared.first().map(|p| p.moment.millis()) {
        changed.retain(|m| m.moment.millis() + 86_400_000 > first);
    }
    if let Some((first, others)) = declared.split_first_mut() {
        let address = published::of_address(page);
        let others: Vec<Dated> = others.iter().cloned().chain(address).collect();
        published::weigh(first, &others);
    }
    out.published = declared.first().cloned();
    out.modified = changed.first().cloned();
    if out.published.is_none() {
        out.vague = published::vague(found, page);
    }
    out.dates = declared.into_iter().map(|d| ("published_at", d)).chain(changed.into_iter().map(|d| ("modified_at", d))).collect();
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
    Some(row.as_agency(AgencyRole::Meta))
}

fn types(found: &Found<'_>, ld: &JsonLd) -> Vec<String> {
    let mut out = ld.types.clone();
    out.extend(found.types.iter().take(50).map(|t| t.rsplit('/').next().unwrap_or("").to_owned()));
    out.extend(found.first(&["og:type"]).map(|t| format!("og:{}", t.trim().to_ascii_lowercase())));
    out
}
