//! Who wrote it: declared authors, then the byline that is shown near the headline, then organisations.

use super::Metadata;
use super::author::{is_plain_name, merge, names, shown as spoken};
use super::found::{Found, bylines, text_of};
use super::json_ld::{Described, Kind as Said};
use super::title::folded;
use crate::article::{Agency, AgencyRole, Author};
use crate::clean::dates::{absolute, agencies, months};
use crate::clean::html::attribute::Name;
use crate::clean::html::block::{Block, Blocks, Kind};
use crate::clean::html::class::{self, Mask};
use crate::clean::html::tag::Tag;
use crate::clean::html::text::plain;
use crate::clean::html::tree::{NodeId, Tree};

/// Metas with names, best first.
const METAS: &[&str] = &[
    "author",
    "parsely-author",
    "sailthru.author",
    "article:author",
    "article:author_name",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "byl",
    "og:article:author",
    "og:author",
    "citation_author",
    "shareaholic:article_author_name",
    "cxenseparse:author",
    "cxenseparse:recs:author",
    "rnews:author",
    "creator",
    "authors",
    "article_author",
    "twitter:data1",
];

/// Parts of an address of a page about one author.
const AUTHOR_PAGES: &[&str] = &[
    "/author/",
    "/authors/",
    "/autor/",
    "/autoren/",
    "/autores/",
    "/auteur/",
    "/auteurs/",
    "/autore/",
    "/autori/",
    "/by/",
    "/people/",
    "/person/",
    "/profile/",
    "/profiles/",
    "/staff/",
    "/writer/",
    "/writers/",
    "/contributor/",
    "/contributors/",
    "/reporter/",
    "/reporters/",
    "/journalist/",
    "/journalists/",
    "/journaliste/",
    "/firmas/",
    "/redaktion/",
    "/redakteur/",
    "/profil/",
    "/yazar/",
    "/yazarlar/",
    "/team/",
    "/bio/",
    "/biography/",
    "/autorzy/",
    "/columnist/",
];

/// What the page declares.
#[derive(Debug, Default)]
pub struct Declared {
    pub people: Vec<Author>,
    /// Organisations, agencies and the site itself: the last resort.
    pub organisations: Vec<Author>,
    pub agency: Option<Agency>,
}

/// Authors that the page declares. The first source that names a person counts.
pub fn declared(tree: &Tree<'_>, found: &Found<'_>, about: &Described, site: &Site<'_>) -> Declared {
    let mut out = Declared::default();
    for author in &about.authors {
        // An organisation's name is taken as it is: "BR24 Redaktion", "Doe, Roe & Sons".
        let found = if author.kind == Said::Organisation { vec![author.name.clone()] } else { names(&author.name) };
        // A site may have its writer's name; then it is said to be a person.
        let own = site.is(&author.name) && !(author.kind == Said::Person && is_plain_name(&author.name));
        let into = if author.kind == Said::Organisation || own { &mut out.organisations } else { &mut out.people };
        merge(into, found, author.url.clone());
    }
    // Beside a person's name the site's is where he works.
    if out.people.len() > 1 {
        out.people.retain(|a| !site.is(&a.name));
    }
    out.take_agencies();
    for key in METAS {
        if !out.people.is_empty() {
            return out;
        }
        for value in found.metas(key) {
            let value = plain(value);
            let mut found = if key.starts_with("citation") { names(&turned(&value)) } else { named(&value, key) };
            // "The Courier, Frankfurt, Germany": what follows an organisation is its address.
            if found.first().is_some_and(|f| site.is(f)) {
                found.truncate(1);
            }
            merge(&mut out.people, found, None);
        }
        site.sort(&mut out);
    }
    for name in ["author", "rel-author", "creator"] {
        if !out.people.is_empty() {
            return out;
        }
        for node in found.properties(name).take(10) {
            // `<span itemprop=author itemscope><meta itemprop=name content=...>` or the text itself.
            let inner = found.properties("name").find(|n| *n > node && *n < tree.end(node));
            let text = inner
                .and_then(|n| tree.attribute(n, Name::Content))
                .or_else(|| tree.attribute(node, Name::Content))
                .map(plain)
                .unwrap_or_else(|| text_of(tree, inner.unwrap_or(node), 200));
            merge(&mut out.people, names(&text), None);
        }
        out.people.truncate(5);
        site.sort(&mut out);
    }
    out
}

/// Twitter's card has a free label: only what looks like names counts.
fn named(value: &str, key: &str) -> Vec<String> {
    let mut out = names(value);
    if key.starts_with("twitter") {
        out.retain(|n| is_plain_name(n));
    }
    out
}

/// Libraries write "Doe, Jane".
fn turned(name: &str) -> String {
    match name.split_once(", ") {
        Some((last, first)) if !first.contains(',') => format!("{first} {last}"),
        _ => name.to_owned(),
    }
}

/// The site's own names, folded.
pub struct Site<'a> {
    pub name: Option<&'a str>,
    pub publisher: Option<&'a str>,
    pub host: &'a str,
}

impl Site<'_> {
    /// The site itself, or its desk: no author.
    pub fn is(&self, author: &str) -> bool {
        let squeezed = |t: &str| folded(t).replace(' ', "");
        let author = squeezed(author);
        let host = squeezed(self.host.trim_start_matches("www."));
        [self.name, self.publisher].into_iter().flatten().map(squeezed).any(|s| s == author)
            || author.len() >= 3 && (host == author || host.starts_with(&author) && host.len() <= author.len() + 6)
    }

    /// Takes the site's own name out of the people.
    fn sort(&self, out: &mut Declared) {
        let own: Vec<Author> = out.people.extract_if(.., |a| self.is(&a.name)).collect();
        out.add_organisations(own);
        out.take_agencies();
    }
}

impl Declared {
    fn add_organisations(&mut self, more: Vec<Author>) {
        for author in more {
            if !self.organisations.iter().any(|o| o.name.eq_ignore_ascii_case(&author.name)) {
                self.organisations.push(author);
            }
        }
    }

    /// Agencies have a field of their own; they are no people.
    fn take_agencies(&mut self) {
        let agencies: Vec<Author> = self.people.extract_if(.., |a| agencies::signed(&a.name).is_some()).collect();
        self.add_organisations(agencies);
        let row = self.organisations.iter().find_map(|a| agencies::signed(&a.name));
        if let Some(row) = row.filter(|_| self.agency.is_none()) {
            self.agency = Some(row.as_agency(AgencyRole::Meta));
        }
    }
}

/// Blocks around the headline in which a byline may stand.
const BEFORE: usize = 5;
const BEHIND: usize = 16;
/// A byline is short.
const BYTES: u32 = 180;

/// The byline that is shown near the headline: people, or an agency; else a signature or an element named so anywhere.
pub fn shown(tree: &Tree<'_>, page: &Blocks, title: Option<usize>, known: &Metadata, site: &Site<'_>) -> (Vec<Author>, Option<Agency>) {
    let near = title.map_or(0..0, |t| t.saturating_sub(BEFORE)..(t + BEHIND).min(page.blocks.len()));
    // What stands behind the headline comes first.
    let order = near.clone().filter(|i| Some(*i) > title).chain(near.clone().filter(|i| Some(*i) < title).rev());
    let mut out: Vec<Author> = Vec::new();
    let mut last = None;
    for i in order {
        let b = &page.blocks[i];
        let close = title.is_some_and(|t| (t + 1..=t + 5).contains(&i));
        if b.bytes() > BYTES || matches!(b.kind, Kind::Heading(1)) || !close && is_elsewhere(page, b) {
            continue;
        }
        // Several authors may have a block each; they stand together.
        if last.is_some_and(|l: usize| i > l + 2 || i < l) {
            break;
        }
        let found = in_block(tree, page, i, site);
        if !found.is_empty() {
            last = Some(i);
            for (name, url) in found {
                merge(&mut out, vec![name], url);
            }
        }
    }
    if out.is_empty()
        && let Some(agency) = near.clone().filter(|i| Some(*i) != title).find_map(|i| agency_in(tree, page, i))
    {
        return (out, Some(agency));
    }
    // Farther away a byline may be that of another story: looked at only when nothing else is known.
    if out.is_empty() && known.organisations.is_empty() {
        out = signed(page, site);
    }
    if out.is_empty() && known.organisations.is_empty() {
        out = named_elements(tree, page, &bylines(tree), site);
    }
    out.truncate(6);
    (out, None)
}

/// An agency as the byline: "AFP, MANILA", "By Reuters", a block of its own.
fn agency_in(tree: &Tree<'_>, page: &Blocks, at: usize) -> Option<Agency> {
    let b = &page.blocks[at];
    let text = page.text_of(b);
    if b.bytes() > 80 || matches!(b.kind, Kind::Heading(_)) {
        return None;
    }
    let spoken = text.get(..3).filter(|t| t.eq_ignore_ascii_case("by ")).map(|_| &text[3..]);
    let evident = spoken.is_some() || is_named_so(tree, page, b);
    let text = before_date(spoken.unwrap_or(text)).trim();
    let first = text.split(['|', '•', '·', ',', '/', '–', '(']).next().unwrap_or("");
    let row = if evident { agencies::signed(first) } else { agencies::signed(text) }?;
    Some(row.as_agency(AgencyRole::Byline))
}

fn in_block(tree: &Tree<'_>, page: &Blocks, at: usize, site: &Site<'_>) -> Vec<(String, Option<String>)> {
    let b = &page.blocks[at];
    let text = page.text_of(b);
    let fit = |n: &String| !site.is(n) && agencies::signed(n).is_none();
    let link = (b.link != 0).then(|| tree.attribute(b.link, Name::Href)).flatten().map(plain);
    let author_page = link.as_deref().is_some_and(|l| AUTHOR_PAGES.iter().any(|p| l.contains(p)));
    let with_link = |names: Vec<String>| {
        let url = link.clone().filter(|l| author_page && l.starts_with("http") && names.len() == 1);
        names.into_iter().map(|n| (n, url.clone())).collect::<Vec<_>>()
    };
    let spoken: Vec<String> = spoken(text).into_iter().filter(fit).collect();
    if !spoken.is_empty() {
        return with_link(spoken);
    }
    let named_so = is_named_so(tree, page, b);
    let by = text.get(..3).is_some_and(|t| t.eq_ignore_ascii_case("by "));
    if author_page {
        let text = text_of(tree, b.link, 80);
        let mut found: Vec<String> = names(&text).into_iter().filter(fit).collect();
        // With so much evidence a first name alone will do.
        found.retain(|n| is_plain_name(n) || (named_so || by) && is_first_name(n));
        if !found.is_empty() {
            return with_link(found);
        }
    }
    let led = at.checked_sub(1).is_some_and(|i| is_lead(page.text_of(&page.blocks[i])));
    if named_so || led {
        let first = text.split(['|', '•', '·', '–', '—', '\n']).next().unwrap_or("");
        let first = before_date(first);
        let found: Vec<String> = names(first).into_iter().filter(fit).collect();
        let plain: Vec<String> = found.iter().take_while(|n| is_plain_name(n)).cloned().collect();
        if !plain.is_empty() && plain.len() <= 5 {
            return with_link(plain);
        }
        let each = each_text(tree, page, at);
        let each: Vec<String> = each.iter().flat_map(|t| names(t)).filter(fit).filter(|n| is_plain_name(n)).collect();
        if (2..=6).contains(&each.len()) {
            return with_link(each);
        }
        if lead_and_first_name(text) || led && is_first_name(text) {
            return with_link(found.into_iter().filter(|n| is_first_name(n)).take(1).collect());
        }
    }
    beside_date(text).filter(fit).into_iter().map(|n| (n, None)).collect()
}

/// Name, role and day in one line: "Jane Doe | Senior Writer | July 2, 2025", "Dec. 19, 2025 · Jane Doe".
fn beside_date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['|', '•', '·']).map(str::trim).filter(|p| !p.is_empty()).collect();
    let dated = |p: &&str| p.bytes().any(|b| b.is_ascii_digit()) && absolute::first(p, absolute::Order::DayFirst).is_some();
    // A name with a mark behind it and the day in the next element.
    let open = parts.len() == 1 && text.trim_end().ends_with(['|', '•', '·']);
    if !open && (!(2..=4).contains(&parts.len()) || !parts.iter().any(dated)) {
        return None;
    }
    let name = parts.iter().find(|p| !dated(p))?;
    let mut found = names(name);
    (found.len() == 1 && is_plain_name(&found[0])).then(|| found.remove(0))
}

/// The texts of a block one by one: names in elements of their own with nothing between them.
fn each_text(tree: &Tree<'_>, page: &Blocks, at: usize) -> Vec<String> {
    let b = &page.blocks[at];
    let end = tree.end(page.containers[b.owner as usize].node);
    (b.node..end).filter(|n| tree.tag(*n) == Tag::Text).take(12).map(|n| plain(tree.raw_text(n))).filter(|t| t.len() > 3).collect()
}

/// Words that begin a signature wherever it stands.
const SIGNS: &[&str] = &[
    "by ",
    "by: ",
    "written by",
    "posted by",
    "author:",
    "contributors:",
    "von ",
    "par ",
    "por ",
    "autor:",
    "autora:",
    "текст:",
    "автор:",
];

/// Whether a text begins with one of [`SIGNS`]. Most texts differ from all of them in their first letter.
fn is_sign(text: &str) -> bool {
    let first = text.bytes().next().filter(u8::is_ascii).map(|b| b.to_ascii_lowercase());
    let mut signs = SIGNS.iter().filter(|s| first.is_none_or(|first| s.as_bytes()[0] == first)).peekable();
    if signs.peek().is_none() {
        return false;
    }
    let head = text.chars().take(16).collect::<String>().to_lowercase();
    signs.any(|s| head.starts_with(s))
}

/// A short line anywhere that says who wrote it: the box under the story.
fn signed(page: &Blocks, site: &Site<'_>) -> Vec<Author> {
    let mut out = Vec::new();
    for b in page.blocks.iter().filter(|b| b.bytes() <= 80) {
        let text = page.text_of(b);
        if !is_sign(text) || is_elsewhere(page, b) {
            continue;
        }
        let found: Vec<String> = spoken(text).into_iter().filter(|n| !site.is(n) && agencies::signed(n).is_none()).collect();
        if !found.is_empty() {
            merge(&mut out, found, None);
            break;
        }
    }
    out
}

/// A name alone that begins with a capital: "Amanda".
fn is_first_name(name: &str) -> bool {
    (3..=20).contains(&name.chars().count()) && name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphabetic)
}

/// "By Amanda".
fn lead_and_first_name(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.next().is_some_and(|w| w.eq_ignore_ascii_case("by")) && words.next().is_some_and(is_first_name) && words.next().is_none()
}

/// A block of its own with the word before the name: "Written by", "Author".
fn is_lead(text: &str) -> bool {
    const LEADS: &[&str] = &[
        "by",
        "written by",
        "author",
        "authors",
        "words by",
        "posted by",
        "story by",
        "von",
        "autor",
        "autorin",
        "par",
        "por",
        "di",
        "door",
        "tekst",
        "text",
        "автор",
        "yazan",
        "penulis",
    ];
    text.len() <= 16 && LEADS.contains(&text.trim_end_matches([':', ' ']).to_lowercase().as_str())
}

/// What stands before the first number: the date behind a name. The month may be glued to it: "Jane DoeApril 28".
fn before_date(text: &str) -> &str {
    let Some(digit) = text.find(|c: char| c.is_ascii_digit()) else { return text };
    let before = &text[..digit];
    let word = before.trim_end().rfind(char::is_uppercase).unwrap_or(before.len());
    if months::named(before[word..].trim().trim_end_matches('.')).is_some() { &before[..word] } else { before }
}

fn is_elsewhere(page: &Blocks, b: &Block) -> bool {
    const ELSEWHERE: Mask = class::COMMENT | class::RELATED | class::NAV | class::TEASER;
    page.chain(b.owner).take(5).any(|id| {
        let c = &page.containers[id as usize];
        c.mask & ELSEWHERE != 0 && c.mask & class::BYLINE == 0 || matches!(c.tag, Tag::Nav | Tag::Form)
    })
}

/// The element around the text, or one of the two above it, is named after authors.
fn is_named_so(tree: &Tree<'_>, page: &Blocks, b: &Block) -> bool {
    let owner = &page.containers[b.owner as usize];
    let parent = &page.containers[owner.parent as usize];
    let small = |c: &crate::clean::html::block::Container| c.end_block - c.first_block <= 6;
    let inline = tree.parent(b.node);
    owner.mask & class::BYLINE != 0 && small(owner)
        || parent.mask & class::BYLINE != 0 && small(parent)
        || [Name::Class, Name::Id, Name::Rel, Name::DataTestid]
            .into_iter()
            .filter_map(|n| tree.attribute(inline, n))
            .any(|v| ["author", "byline", "autor", "writer"].iter().any(|w| v.get(..100).unwrap_or(v).to_ascii_lowercase().contains(w)))
}

/// Elements named byline or author: the first that holds only names. A list of them is a list of teasers.
fn named_elements(tree: &Tree<'_>, page: &Blocks, nodes: &[NodeId], site: &Site<'_>) -> Vec<Author> {
    for node in nodes {
        let at = page.blocks.partition_point(|b| b.node < *node);
        if page.blocks.get(at).is_some_and(|b| is_elsewhere(page, b)) {
            continue;
        }
        let text = text_of(tree, *node, 160);
        if text.chars().count() > 120 {
            continue;
        }
        let mut found = names(before_date(&text));
        let all = found.len();
        found.retain(|n| is_plain_name(n) && !site.is(n) && agencies::signed(n).is_none());
        if !found.is_empty() && all <= found.len() + 1 && found.len() <= 4 {
            let mut out = Vec::new();
            merge(&mut out, found, None);
            return out;
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_is_no_author() {
        let site = Site { name: Some("The Daily Example"), publisher: Some("Example Media"), host: "www.dailyexample.co.uk" };
        for own in ["The Daily Example", "example media", "dailyexample.co.uk", "Daily Example", "DailyExample"] {
            assert!(site.is(own), "{own}");
        }
        for other in ["Jane Doe", "Dai", "Example"] {
            assert!(!site.is(other), "{other}");
        }
    }

    #[test]
    fn libraries_turn_names() {
        assert_eq!(turned("Doe, Jane"), "Jane Doe");
        assert_eq!(turned("Jane Doe"), "Jane Doe");
    }

    #[test]
    fn names_beside_dates() {
        assert_eq!(beside_date("Jane Doe | Senior Writer | July 2, 2025").as_deref(), Some("Jane Doe"));
        assert_eq!(beside_date("Dec. 19, 2025 · Jane Doe").as_deref(), Some("Jane Doe"));
        assert_eq!(beside_date("Jane Doe |").as_deref(), Some("Jane Doe"));
        assert_eq!(before_date("Jane DoeApril 28, 2023"), "Jane Doe");
        assert_eq!(before_date("Jane Doe 28 April"), "Jane Doe ");
        for none in ["Jane Doe", "July 2, 2025", "Jane Doe | Sport", "Weather | July 2, 2025 | 3 min"] {
            assert_eq!(beside_date(none), None, "{none}");
        }
    }

    #[test]
    fn leads_of_their_own() {
        assert!(is_lead("Written by") && is_lead("Autor:") && !is_lead("By the way"));
        assert!(lead_and_first_name("By Amanda") && !lead_and_first_name("By Amanda Doe") && !lead_and_first_name("Amanda"));
    }
}
