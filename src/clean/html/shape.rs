//! What a page looks like as a whole: numbers about its address, its declarations, its lists and the text chosen from it. The gate's
//! trees tell from them whether it is an article.

use super::block::{Block, Blocks, Kind};
use super::choose::Choice;
use super::gate::{is_front, is_list, path, teaser};
use super::phrase;
use crate::clean::Page;
use crate::clean::metadata::{Metadata, json_ld::is_article};
use rustc_hash::FxHashMap;

pub const COUNT: usize = 51;

pub type Row = [f32; COUNT];

/// Address segments of shops.
const SHOP: &[&str] = &[
    "product",
    "products",
    "shop",
    "store",
    "collection",
    "collections",
    "category",
    "categories",
    "item",
    "p",
    "dp",
    "produkt",
    "produkte",
    "catalog",
    "c",
];
/// Address segments of forums and questions.
const FORUM: &[&str] = &[
    "forum",
    "forums",
    "thread",
    "threads",
    "viewtopic.php",
    "showthread.php",
    "questions",
    "question",
    "community",
    "discussion",
    "t",
    "r",
    "comments",
];
/// Address segments above articles.
const STORY: &[&str] = &[
    "news", "blog", "blogs", "article", "articles", "story", "post", "posts", "artikel", "magazine", "insights", "stories", "opinion",
    "guides",
];
/// Address segments of a company's own pages.
const SERVICE: &[&str] = &[
    "about",
    "about-us",
    "contact",
    "services",
    "service",
    "solutions",
    "pricing",
    "features",
    "docs",
    "documentation",
    "reference",
    "api",
    "help",
    "support",
];

/// schema.org and OpenGraph types by what they say of a page.
pub(super) const PRODUCTS: &[&str] =
    &["Product", "ProductGroup", "Offer", "og:product", "og:product.item", "og:product.group", "IndividualProduct"];
const LISTS: &[&str] = &["CollectionPage", "ItemList", "SearchResultsPage", "OfferCatalog", "Blog"];
const TALKS: &[&str] = &["QAPage", "DiscussionForumPosting", "FAQPage"];

/// Phrases of shops, looked for in short blocks.
const BUY: &[&str] = &[
    "add to cart",
    "add to bag",
    "add to basket",
    "in den warenkorb",
    "buy now",
    "ajouter au panier",
    "añadir al carrito",
    "out of stock",
    "in stock",
    "sold out",
    "free shipping",
    "sort by",
    "filter by",
    "lieferzeit",
];

/// The numbers of a page.
pub fn row(page: &Page<'_>, blocks: &Blocks, choice: &Choice, metadata: &Metadata) -> Row {
    let mut row: Row = [0.0; COUNT];
    let mut at = 0;
    let mut push = |n: f32| {
        if let Some(cell) = row.get_mut(at) {
            *cell = n;
        }
        at += 1;
    };
    address(page, &mut push);
    let has = |list: &[&str]| f32::from(metadata.types.iter().any(|t| list.contains(&t.as_str())));
    push(f32::from(metadata.types.iter().any(|t| is_article(t))));
    push(has(&["og:article"]));
    push(has(&["og:website"]));
    push(has(PRODUCTS));
    push(has(LISTS));
    push(has(TALKS));
    push(f32::from(metadata.has_machine_date()));
    push(metadata.authors.len().min(10) as f32);
    push(metadata.description.as_ref().map_or(0.0, |d| d.len() as f32));
    push(metadata.title.as_ref().map_or(0.0, |t| t.split_whitespace().count() as f32));
    chosen(blocks, choice, &mut push);
    lists(blocks, &mut push);
    debug_assert_eq!(at, COUNT);
    row
}

/// Whether a segment of the address is a shop's.
pub(super) fn in_shop(page: &Page<'_>) -> bool {
    path(page).split(['/', '?', '#']).any(|s| SHOP.iter().any(|w| s.eq_ignore_ascii_case(w)))
}

/// Whether a block is a price, or little more.
pub(super) fn is_price(blocks: &Blocks, b: &Block) -> bool {
    let text = blocks.text_of(b);
    b.words <= 12 && text.contains(['$', '€', '£', '¥', '₹']) && text.bytes().any(|b| b.is_ascii_digit())
}

fn address(page: &Page<'_>, push: &mut impl FnMut(f32)) {
    let full = path(page).to_ascii_lowercase();
    let (path, query) = full.split_once('?').unwrap_or((&full, ""));
    let segments: Vec<&str> = path.split(['/', '#']).filter(|s| !s.is_empty()).collect();
    let last = segments.last().copied().unwrap_or("");
    let any = |list: &[&str]| f32::from(segments.iter().any(|s| list.contains(s)));
    let digits = |s: &str| s.bytes().filter(u8::is_ascii_digit).count();
    push(segments.len() as f32);
    push(last.len() as f32);
    push(last.split(['-', '_', '.']).filter(|w| w.len() > 1).count() as f32);
    push(digits(last) as f32);
    push(query.len() as f32);
    push(f32::from(is_front(page)));
    push(f32::from(is_list(page)));
    push(any(SHOP));
    push(any(FORUM));
    push(any(STORY));
    push(any(SERVICE));
    push(f32::from(segments.iter().any(|s| s.len() == 4 && digits(s) == 4 && (s.starts_with("19") || s.starts_with("20")))));
}

fn chosen(blocks: &Blocks, choice: &Choice, push: &mut impl FnMut(f32)) {
    let kept: Vec<&Block> = choice.kept.iter().map(|i| &blocks.blocks[*i]).collect();
    let words: u32 = kept.iter().map(|b| b.words).sum();
    let all: u32 = blocks.blocks.iter().map(|b| b.words).sum();
    let count = kept.len().max(1) as f32;
    let of = |what: &dyn Fn(&Block) -> bool| kept.iter().filter(|b| what(b)).map(|b| b.words).sum::<u32>() as f32 / words.max(1) as f32;
    push(words as f32);
    push(kept.len() as f32);
    push(words as f32 / all.max(1) as f32);
    push(kept.iter().map(|b| b.words).max().unwrap_or(0) as f32);
    push(words as f32 / count);
    let expected: f32 = blocks.blocks.iter().zip(&choice.chances).map(|(b, p)| b.words as f32 * p).sum();
    push(expected / words.max(1) as f32);
    let sure: f32 = choice.kept.iter().map(|i| blocks.blocks[*i].words as f32 * choice.chances.get(*i).copied().unwrap_or(0.0)).sum();
    push(sure / words.max(1) as f32);
    let doubt: u32 = blocks.blocks.iter().zip(&choice.chances).filter(|(_, p)| (0.2..0.8).contains(*p)).map(|(b, _)| b.words).sum();
    push(doubt as f32 / all.max(1) as f32);
    push(kept.iter().filter(|b| matches!(b.kind, Kind::Heading(_))).count() as f32);
    push(of(&|b| matches!(b.kind, Kind::ListItem(_))));
    push(of(&|b| b.link_density() > 0.3));
    push(of(&|b| b.words >= 20));
    let span = choice.kept.last().zip(choice.kept.first()).map_or(0, |(l, f)| l - f + 1);
    push(kept.len() as f32 / span.max(1) as f32);
    push(span as f32 / blocks.blocks.len().max(1) as f32);
    // Of the chosen headings, those that lead elsewhere: an article's own do not.
    push(kept.iter().filter(|b| linked_heading(b)).count() as f32);
}

fn lists(blocks: &Blocks, push: &mut impl FnMut(f32)) {
    let n = blocks.blocks.len().max(1) as f32;
    let (mut teasers, mut linked, mut bytes, mut prices, mut buy, mut readers, mut forum, mut titles) =
        (0u32, 0u32, 0u32, 0u32, 0u32, 0u32, 0u32, 0u32);
    let (mut headings, mut dates) = (0u32, 0u32);
    let mut alike: FxHashMap<u64, u32> = FxHashMap::default();
    for b in &blocks.blocks {
        let text = blocks.text_of(b);
        linked += b.link_bytes;
        bytes += b.bytes();
        titles += u32::from(b.kind == Kind::Heading(1));
        headings += u32::from(linked_heading(b));
        dates += u32::from(b.words <= 8 && has_year(text));
        if teaser(b) {
            teasers += 1;
            let key = blocks.chain(b.owner).take(3).fold(0u64, |k, c| k.rotate_left(9) ^ blocks.containers[c as usize].template);
            *alike.entry(key).or_insert(0) += 1;
        }
        if b.words <= 12 {
            prices += u32::from(is_price(blocks, b));
            let lower = text.to_lowercase();
            buy += u32::from(BUY.iter().any(|p| lower.contains(p)));
            forum += u32::from(
                lower.starts_with("reply") || lower.starts_with("posts:") || lower.starts_with("joined") || lower.starts_with("quote"),
            );
        }
        readers += u32::from(phrase::count(text)[phrase::READERS as usize] > 0);
    }
    push(teasers as f32);
    push(teasers as f32 / n);
    push(alike.values().copied().max().unwrap_or(0) as f32);
    push(linked as f32 / bytes.max(1) as f32);
    push(blocks.blocks.len() as f32);
    push(prices as f32);
    push(prices as f32 / n);
    push(buy as f32);
    push(readers as f32 / n);
    push(forum as f32);
    push(titles as f32);
    push(blocks.images.len() as f32);
    push(headings as f32);
    push(dates as f32);
}

fn linked_heading(b: &Block) -> bool {
    matches!(b.kind, Kind::Heading(_)) && b.link_density() > 0.8
}

/// Whether a year of these decades is written out, as in the dates above and below teasers.
fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")))
}
