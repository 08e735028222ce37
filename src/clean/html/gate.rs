//! Is the page an article? Refuses only what is plainly none: a refused article is lost, a passed list of teasers is an ugly record.
//!
//! What a page declares itself to be counts most (JSON-LD, OpenGraph), then what its title says, then the shape of its blocks.

use super::block::{Block, Blocks, Kind};
use super::choose::Choice;
use super::gate_weights::{COLUMNS, LEAVES, NODES, ROOTS};
use super::phrase;
use super::shape;
use crate::article::SkipReason;
use crate::clean::Page;
use crate::clean::metadata::{Metadata, json_ld::is_article};

/// Words of running text from which a page is taken for an article whatever its title says.
const LONG: u32 = 250;
/// Fewer words are no running text.
const NOTHING: u32 = 8;

/// Titles of error pages (served with status 200), in lower case; they begin so or are so.
const ERROR_TITLES: &[&str] = &[
    "404",
    "403",
    "410",
    "500",
    "502",
    "503",
    "page not found",
    "not found",
    "error 404",
    "error 403",
    "error 500",
    "seite nicht gefunden",
    "page introuvable",
    "página no encontrada",
    "página não encontrada",
    "pagina non trovata",
    "pagina niet gevonden",
    "siden blev ikke fundet",
    "sidan kunde inte hittas",
    "страница не найдена",
    "nie znaleziono",
    "oops",
    "internal server error",
    "service unavailable",
    "bad gateway",
    "forbidden",
    "access denied",
    "this page isn't available",
    "this page is no longer available",
    "page unavailable",
    "site under maintenance",
    "account suspended",
    "domain for sale",
];

/// Titles of walls that bots and new visitors meet.
const WALL_TITLES: &[&str] = &[
    "just a moment",
    "attention required",
    "are you a robot",
    "before you continue",
    "bevor sie fortfahren",
    "please verify",
    "verify you are human",
    "security check",
    "one moment, please",
    "checking your browser",
    "pardon our interruption",
    "robot check",
    "human verification",
    "captcha",
    "cookie consent",
    "privacy settings",
    "your privacy choices",
    "consent",
    "ddos-guard",
    "client challenge",
    "access to this page has been denied",
    "datenschutzeinstellungen",
];

const LOGIN_TITLES: &[&str] = &[
    "log in",
    "login",
    "sign in",
    "signin",
    "sign up",
    "register",
    "registration",
    "anmelden",
    "anmeldung",
    "einloggen",
    "registrieren",
    "connexion",
    "se connecter",
    "iniciar sesión",
    "entrar",
    "accedi",
    "inloggen",
    "logg inn",
    "log ind",
    "logga in",
    "вход",
    "zaloguj",
    "create account",
    "create an account",
    "my account",
];

/// schema.org types of pages that hold no article of their own.
const OTHER_TYPES: &[&str] = &[
    "Product",
    "ProductGroup",
    "QAPage",
    "DiscussionForumPosting",
    "ProfilePage",
    "SearchResultsPage",
    "CollectionPage",
    "CheckoutPage",
    "ContactPage",
    "JobPosting",
    "Event",
    "Restaurant",
    "Hotel",
    "LodgingBusiness",
    "RealEstateListing",
    "og:product",
    "og:product.item",
    "og:product.group",
    "og:profile",
    "og:video.movie",
    "og:music.song",
    "og:music.album",
    "og:book",
    "og:business.business",
    "og:place",
];

/// Address segments of lists.
const LIST_PATHS: &[&str] = &[
    "category",
    "categories",
    "tag",
    "tags",
    "topic",
    "topics",
    "search",
    "author",
    "authors",
    "archive",
    "archives",
    "page",
    "section",
    "thema",
    "themen",
    "suche",
    "rubrique",
    "etiqueta",
    "categoria",
    "kategorie",
    "autor",
    "rss",
    "feed",
    "latest",
    "newest",
    "label",
    "collections",
    "shop",
    "list",
    "lists",
    "listings",
    "directory",
    "browse",
    "issues",
];

/// What a page says of itself.
type Sign = fn(&Signs) -> bool;

/// How sure the gate must be that a page is an article, by what the page says of itself: the first row that fits. A page that declares an
/// article is rarely none, a shop's page without a date is rarely one.
const LEVELS: &[(Sign, f32)] = &[
    (|s| s.json_ld_article, 0.1),
    // No block of the page is likely to be part of an article, and headlines of others fill it.
    (|s| s.teasers >= 15 && s.doubtful, 1.1),
    // Lists of stories often declare `og:article` of themselves, and are dated.
    (|s| s.list, 0.7),
    (|s| s.og_article, 0.15),
    (|s| s.front && s.teasers >= 15, 0.9),
    (|s| !s.dated && (s.product || s.prices >= 15 || s.shop && s.prices >= 5), 0.85),
    // A menu of everything that the site has may hold more words than a long text.
    (|s| !s.dated && s.mostly_links && s.teasers >= 15 && !s.settled, 0.85),
    (|s| !s.dated && s.front, 0.7),
    (|_| true, 0.22),
];

/// What the levels look at.
struct Signs {
    json_ld_article: bool,
    og_article: bool,
    product: bool,
    dated: bool,
    front: bool,
    list: bool,
    shop: bool,
    teasers: usize,
    prices: usize,
    mostly_links: bool,
    /// The chosen words are more likely none of an article than some.
    doubtful: bool,
    /// There are many of them, and nearly all are likely.
    settled: bool,
}

impl Signs {
    fn new(page: &Page<'_>, blocks: &Blocks, choice: &Choice, metadata: &Metadata) -> Self {
        let has = |t: &str| metadata.types.iter().any(|k| k == t);
        let (words, sure) = choice.kept.iter().fold((0.0, 0.0), |(words, sure), i| {
            let w = blocks.blocks[*i].words as f32;
            (words + w, sure + w * choice.chances.get(*i).copied().unwrap_or(0.0))
        });
        let (linked, all) = blocks.blocks.iter().fold((0, 0), |(l, a), b| (l + b.link_bytes, a + b.bytes()));
        Self {
            json_ld_article: metadata.types.iter().any(|t| is_article(t)),
            og_article: has("og:article"),
            product: shape::PRODUCTS.iter().any(|t| has(t)),
            dated: metadata.has_machine_date(),
            front: is_front(page),
            list: is_list(page),
            shop: shape::in_shop(page),
            teasers: teasers(blocks),
            prices: blocks.blocks.iter().filter(|b| shape::is_price(blocks, b)).count(),
            mostly_links: linked * 2 > all,
            doubtful: sure < 0.5 * words,
            settled: choice.words >= LONG && sure >= 0.85 * words,
        }
    }

    fn level(&self) -> f32 {
        LEVELS.iter().find(|(fits, _)| fits(self)).map_or(0.0, |(_, level)| *level)
    }
}

// Weights of other numbers would judge by the wrong columns.
const _: () = assert!(COLUMNS == shape::COUNT, "src/clean/html/gate_weights.rs belongs to another shape: run tests/bench/blocks/train.py");

/// How likely a page of this shape is an article, 0-1.
pub fn chance(row: &shape::Row) -> f32 {
    let odds: f32 = ROOTS.iter().map(|root| leaf(row, *root)).sum();
    1.0 / (1.0 + (-odds).exp())
}

fn leaf(row: &shape::Row, root: i16) -> f32 {
    let mut at = root;
    while let Ok(node) = usize::try_from(at) {
        let Some((column, threshold, low, high)) = NODES.get(node) else { return 0.0 };
        at = if row.get(*column as usize).is_some_and(|v| v <= threshold) { *low } else { *high };
    }
    LEAVES.get((-1 - i32::from(at)) as usize).copied().unwrap_or(0.0)
}

/// The reason to refuse the page; `judge` gives the chance that a page of this shape is an article.
pub fn refuse(
    page: &Page<'_>,
    blocks: &Blocks,
    choice: &Choice,
    metadata: &Metadata,
    judge: &mut dyn FnMut(&shape::Row) -> f32,
) -> Option<SkipReason> {
    let declared = metadata.types.iter().any(|t| is_article(t) || t == "og:article");
    let title = metadata.titles.first().or(metadata.title.as_ref()).map(|t| t.to_lowercase()).unwrap_or_default();
    let begins = |list: &[&str]| {
        list.iter().any(|t| title.starts_with(t) && !title.get(t.len()..).is_some_and(|r| r.starts_with(char::is_alphanumeric)))
    };
    let short = choice.words < LONG;
    if short && !declared {
        if begins(ERROR_TITLES) {
            return Some(SkipReason::ErrorPage);
        }
        if begins(WALL_TITLES) {
            return Some(SkipReason::ConsentWall);
        }
        if begins(LOGIN_TITLES) {
            return Some(SkipReason::LoginPage);
        }
    }
    if choice.words < 400 && is_consent_text(blocks, choice) {
        return Some(SkipReason::ConsentWall);
    }
    if choice.words < NOTHING {
        return Some(if blocks.password { SkipReason::LoginPage } else { shapeless(blocks) });
    }
    if blocks.password && choice.words < 80 && !declared {
        return Some(SkipReason::LoginPage);
    }
    let signs = Signs::new(page, blocks, choice, metadata);
    if judge(&shape::row(page, blocks, choice, metadata)) >= signs.level() {
        return None;
    }
    let list = signs.front || signs.list || signs.teasers >= 6;
    let other = metadata.types.iter().any(|t| OTHER_TYPES.contains(&t.as_str()));
    Some(if list && !other { SkipReason::FrontPage } else { SkipReason::NotArticle })
}

/// Most of the chosen text asks for consent.
fn is_consent_text(blocks: &Blocks, choice: &Choice) -> bool {
    let consent: u32 = choice
        .kept
        .iter()
        .map(|i| &blocks.blocks[*i])
        .filter(|b| phrase::count(blocks.text_of(b))[phrase::CONSENT as usize] >= 2)
        .map(|b| b.words)
        .sum();
    consent * 2 > choice.words && choice.words > 0
}

/// No running text: links without it are a front page.
fn shapeless(blocks: &Blocks) -> SkipReason {
    if teasers(blocks) >= 8 { SkipReason::FrontPage } else { SkipReason::NoText }
}

/// Headings and items that are one link of a headline's length.
fn teasers(blocks: &Blocks) -> usize {
    blocks.blocks.iter().filter(|b| teaser(b)).count()
}

/// Whether a block is the linked headline of another page.
pub(super) fn teaser(b: &Block) -> bool {
    b.link_density() > 0.8 && (5..=40).contains(&b.words) && matches!(b.kind, Kind::Heading(_) | Kind::Paragraph | Kind::ListItem(_))
}

pub(super) fn path<'p>(page: &Page<'p>) -> &'p str {
    let rest = page.final_url.split_once("://").map_or(page.final_url, |(_, r)| r);
    rest.split_once('/').map_or("", |(_, p)| p)
}

/// The host's own address, or a language's (`/en/`).
pub(super) fn is_front(page: &Page<'_>) -> bool {
    let path = path(page);
    if path.contains(['?', '#']) && path.len() > 20 {
        return false;
    }
    let path = path.split(['?', '#']).next().unwrap_or("").trim_matches('/');
    let language = path.len() == 2 && path.bytes().all(|b| b.is_ascii_alphabetic());
    path.is_empty() || language || matches!(path, "index.html" | "index.php" | "home" | "news" | "en-us" | "en-gb")
}

pub(super) fn is_list(page: &Page<'_>) -> bool {
    let path = path(page);
    path.split(['/', '?']).any(|s| LIST_PATHS.iter().any(|l| s.eq_ignore_ascii_case(l))) || path.contains("?q=") || path.contains("?s=")
}
