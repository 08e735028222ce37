//! Is the page an article? Refuses only what is plainly none: a refused article is lost, a passed list of teasers is an ugly record.
//!
//! What a page declares itself to be counts most (JSON-LD, OpenGraph), then what its title says, then the shape of its blocks.

use super::block::{Blocks, Kind};
use super::choose::Choice;
use super::phrase;
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
];

/// The reason to refuse the page.
pub fn refuse(page: &Page<'_>, blocks: &Blocks, choice: &Choice, metadata: &Metadata) -> Option<SkipReason> {
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
    if declared {
        return None;
    }
    if blocks.password && choice.words < 80 {
        return Some(SkipReason::LoginPage);
    }
    let other = metadata.types.iter().any(|t| OTHER_TYPES.contains(&t.as_str()));
    let dated = metadata.has_machine_date();
    let teasers = teasers(blocks);
    if is_front(page) && (!dated || teasers >= 10)
        || teasers >= 15 && choice.words < LONG && !dated
        || is_list(page) && teasers >= 6 && !dated
    {
        return Some(SkipReason::FrontPage);
    }
    (other && !dated && choice.words < 2 * LONG).then_some(SkipReason::NotArticle)
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
    blocks
        .blocks
        .iter()
        .filter(|b| {
            b.link_density() > 0.8
                && (5..=40).contains(&b.words)
                && matches!(b.kind, Kind::Heading(_) | Kind::Paragraph | Kind::ListItem(_))
        })
        .count()
}

fn path<'p>(page: &Page<'p>) -> &'p str {
    let rest = page.final_url.split_once("://").map_or(page.final_url, |(_, r)| r);
    rest.split_once('/').map_or("", |(_, p)| p)
}

/// The host's own address, or a language's (`/en/`).
fn is_front(page: &Page<'_>) -> bool {
    let path = path(page);
    if path.contains(['?', '#']) && path.len() > 20 {
        return false;
    }
    let path = path.split(['?', '#']).next().unwrap_or("").trim_matches('/');
    let language = path.len() == 2 && path.bytes().all(|b| b.is_ascii_alphabetic());
    path.is_empty() || language || matches!(path, "index.html" | "index.php" | "home" | "news" | "en-us" | "en-gb")
}

fn is_list(page: &Page<'_>) -> bool {
    let path = path(page);
    path.split(['/', '?']).any(|s| LIST_PATHS.iter().any(|l| s.eq_ignore_ascii_case(l))) || path.contains("?q=") || path.contains("?s=")
}
