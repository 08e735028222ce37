//! Teasers of other stories, and the pictures inside the article.

use super::attribute::Name;
use super::block::{Block, Blocks, Kind};
use super::class;
use super::feature::NEGATIVE;
use super::tag::Tag;
use super::text::plain;
use super::tree::{NodeId, Tree};
use crate::article::{Image, Related};
use crate::clean::metadata::found::text_of;
use rustc_hash::FxHashMap;
use url::{Position, Url};

/// More teasers are an archive page.
const MOST: usize = 200;
/// Shorter links are navigation.
const WORDS: std::ops::RangeInclusive<u32> = 4..=40;
/// Words of a summary, at least.
const SUMMARY: u32 = 6;

/// Teasers among the blocks that are not the article, each address once, in order of first appearance.
pub fn related(tree: &Tree<'_>, page: &Blocks, kept: &[usize], address: &str) -> Vec<Related> {
    let base = Url::parse(address).ok();
    let mut out: Vec<Related> = Vec::new();
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    let mut rail = Rail::default();
    let mut is_kept = vec![false; page.blocks.len()];
    kept.iter().for_each(|i| is_kept[*i] = true);
    for (i, b) in page.blocks.iter().enumerate() {
        if is_kept[i] {
            rail.clear();
            continue;
        }
        rail.see(page, b);
        if !is_teaser(page, b) {
            continue;
        }
        let Some(url) = target(tree, b, base.as_ref()) else { continue };
        let key = url.split('#').next().unwrap_or("").to_owned();
        if let Some(at) = known.get(&key) {
            out[*at].seen += 1;
            continue;
        }
        if out.len() >= MOST {
            break;
        }
        known.insert(key, out.len());
        out.push(Related {
            title: page.text_of(b).to_owned(),
            summary: summary(page, i, &is_kept),
            url: Some(url),
            published_at: None,
            rail: rail.name_of(page, b),
            seen: 1,
        });
    }
    out
}

fn is_teaser(page: &Blocks, b: &Block) -> bool {
    b.link != 0
        && WORDS.contains(&b.words)
        && b.bytes() >= 20
        && b.link_density() > 0.8
        && b.links <= 1
        && !page.chain(b.owner).map(|c| &page.containers[c as usize]).any(|c| {
            matches!(c.tag, Tag::Nav | Tag::Footer | Tag::Form)
                || c.mask & (class::NAV | class::FOOTER | class::COMMENT | class::CONSENT | class::TAGS | class::SHARE | class::AD) != 0
                    && !matches!(c.tag, Tag::Body | Tag::Html)
        })
}

/// The teaser's address; none for the page itself and for what is no page.
fn target(tree: &Tree<'_>, b: &Block, base: Option<&Url>) -> Option<String> {
    let (href, base) = (tree.attribute(b.link, Name::Href)?, base?);
    if let Some((path, query)) = plain_path(href, base) {
        let same = path == base.path();
        return (!same && path.len() > 1).then(|| [&base[..Position::BeforePath], path, query].concat());
    }
    let mut url = base.join(&plain(href)).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.path().len() > 1)?;
    url.set_fragment(None);
    let same = base.path() == url.path() && base.host_str() == url.host_str();
    (!same).then(|| url.to_string())
}

/// Path and query of an address on the page's own host that is written as it will be: nothing in it is to be encoded, decoded or resolved.
/// Most links of a page are such, and to put them together is a tenth of the work of reading them as addresses.
fn plain_path<'h>(href: &'h str, base: &Url) -> Option<(&'h str, &'h str)> {
    if !matches!(base.scheme(), "http" | "https") {
        return None;
    }
    let rest = href.strip_prefix(&base[..Position::BeforePath]).unwrap_or(href);
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    let end = rest.find('?').unwrap_or(rest.len());
    let (path, query) = rest.split_at(end);
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b',' | b'+' | b'=' | b'~');
    let fits = path.starts_with('/')
        && !path.starts_with("//")
        && rest.bytes().enumerate().all(|(at, b)| is_plain(b) || at == end)
        && !path.split('/').any(|part| part == "." || part == "..");
    fits.then_some((path, query))
}

/// The text behind a teaser's headline in the same box.
fn summary(page: &Blocks, i: usize, kept: &[bool]) -> Option<String> {
    let b = &page.blocks[i];
    let next = page.blocks.get(i + 1).filter(|_| !kept[i + 1])?;
    let shared = |levels: usize| page.chain(b.owner).take(levels).any(|c| page.chain(next.owner).take(levels).any(|d| c == d && c != 0));
    (next.words >= SUMMARY && next.words <= 80 && next.link_density() < 0.5 && shared(3)).then(|| page.text_of(next).to_owned())
}

/// The last heading that is no teaser itself, as long as the walk stays in its container's parent.
#[derive(Default)]
struct Rail {
    name: Option<(String, u32)>,
}

impl Rail {
    fn clear(&mut self) {
        self.name = None;
    }

    fn see(&mut self, page: &Blocks, b: &Block) {
        if matches!(b.kind, Kind::Heading(_)) && b.words <= 6 {
            let around = page.chain(b.owner).nth(2).unwrap_or(0);
            self.name = Some((page.text_of(b).to_owned(), around));
        }
    }

    fn name_of(&self, page: &Blocks, b: &Block) -> Option<String> {
        let (name, around) = self.name.as_ref()?;
        page.chain(b.owner).any(|c| c == *around).then(|| name.clone())
    }
}

/// More pictures are a gallery.
const PICTURES: usize = 40;

/// Pictures in `figure` elements between the first and the last kept block, with their captions.
pub fn pictures(tree: &Tree<'_>, page: &Blocks, kept: &[usize], address: &str) -> Vec<Image> {
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else { return Vec::new() };
    let base = Url::parse(address).ok();
    let mut out: Vec<Image> = Vec::new();
    for (node, before) in &page.images {
        let before = *before as usize;
        if before + 2 < *first || before > *last || out.len() >= PICTURES {
            continue;
        }
        let Some(figure) = tree.ancestors(*node).take(8).find(|a| tree.tag(*a) == Tag::Figure) else { continue };
        let Some(url) = source(tree, *node, base.as_ref()) else { continue };
        if !out.iter().any(|i| i.url == url) {
            let credit = credit(tree, figure);
            out.push(Image { url, caption: apart(caption(tree, page, figure), credit.as_deref()), credit });
        }
    }
    out
}

fn source(tree: &Tree<'_>, node: NodeId, base: Option<&Url>) -> Option<String> {
    // Lazy loading leaves a placeholder in `src`.
    let address = [Name::DataSrc, Name::Src]
        .into_iter()
        .filter_map(|n| tree.attribute(node, n))
        .map(plain)
        .find(|a| !a.starts_with("data:") && !a.is_empty())?;
    let url = base?.join(&address).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

fn caption(tree: &Tree<'_>, page: &Blocks, figure: NodeId) -> Option<String> {
    let at = page.blocks.partition_point(|b| b.node < figure);
    let parts: Vec<&str> = page.blocks[at..]
        .iter()
        .take_while(|b| b.node < tree.end(figure))
        .filter(|b| b.kind == Kind::Caption)
        .map(|b| page.text_of(b))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Class words of the element that names who took the picture.
const CREDIT: &[&str] = &[
    "credit",
    "copyright",
    "photographer",
    "photog",
    "imagesource",
    "image-source",
    "photo-source",
    "byline",
    "quelle",
    "urheber",
    "fotograf",
    "kilde",
];
/// A longer credit is a caption.
const CREDIT_BYTES: usize = 120;

/// The credit of a figure, when an element of it is named so.
fn credit(tree: &Tree<'_>, figure: NodeId) -> Option<String> {
    (figure + 1..tree.end(figure))
        .filter(|n| {
            [Name::Class, Name::Itemprop, Name::DataTestid].into_iter().filter_map(|a| tree.attribute(*n, a)).any(|v| {
                let v = v.to_ascii_lowercase();
                CREDIT.iter().any(|c| v.contains(c))
            })
        })
        .map(|n| text_of(tree, n, 400))
        .find(|t| !t.is_empty() && t.len() <= CREDIT_BYTES)
}

/// The caption without its credit, which often lies inside of it.
fn apart(caption: Option<String>, credit: Option<&str>) -> Option<String> {
    let caption = caption?;
    let text = credit.and_then(|c| caption.strip_suffix(c)).unwrap_or(&caption).trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Captions between the kept blocks: they stand beside the text.
pub fn add_beside(page: &Blocks, kept: &mut Vec<usize>) {
    let (Some(first), Some(last)) = (kept.first().copied(), kept.last().copied()) else { return };
    let clean = |b: &Block| !page.chain(b.owner).take(6).any(|c| page.containers[c as usize].mask & (NEGATIVE & !class::WIDGET) != 0);
    let captions: Vec<usize> = (first..=last)
        .filter(|i| page.blocks[*i].kind == Kind::Caption && page.blocks[*i].words <= 100 && clean(&page.blocks[*i]))
        .collect();
    kept.extend(captions);
    kept.sort_unstable();
    kept.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_are_what_reading_the_address_gives() {
        for base in ["https://news.example/a/b.html?x=1#y", "http://user@news.example:8080/a/", "https://news.example"] {
            let base = Url::parse(base).unwrap();
            let origin = &base[..Position::BeforePath];
            let own: Vec<String> =
                ["/x", "/", "/x.html?page=2", "/a//b/", "/x?", "/x#part", "/a.b/..c/.d?q=a/b"].map(|p| format!("{origin}{p}")).into();
            for href in own.iter().map(String::as_str).chain(["/x", "/2024/05/ice-closes_the,harbour~1?a=b+c", "/x#y"]) {
                let mut url = base.join(href).unwrap();
                url.set_fragment(None);
                let (path, query) = plain_path(href, &base).unwrap_or_else(|| panic!("{href}"));
                assert_eq!((format!("{origin}{path}{query}"), path), (url.to_string(), url.path()), "{href}");
            }
            for href in [
                "",
                "x",
                "//other.example/x",
                "/a/../b",
                "/a/.",
                "/a b",
                "/a&amp;b",
                "/größe",
                "/a%20b",
                "/a?b?c",
                "/a\\b",
                "https:/x",
                "/\t/x",
            ] {
                assert_eq!(plain_path(href, &base), None, "{href}");
            }
        }
        assert_eq!(plain_path("/x", &Url::parse("ftp://news.example/a").unwrap()), None);
    }
}
