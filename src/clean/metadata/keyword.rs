//! Declared keywords: one source's list, cleaned of what is none.
//!
//! Content systems write the same list several times and pad the copies: with the words of the address, with codes of a wire, with the
//! site's name. So lists are not joined. The first source in rank that has a real list gives it.

use super::found::{Found, text_of};
use super::json_ld::Described;
use super::published::value_of;
use super::title::folded;
use crate::article::{Keyword, Origin};
use crate::clean::html::text::plain;
use crate::clean::html::tree::Tree;
use rustc_hash::FxHashSet;
use unicode_normalization::UnicodeNormalization;

/// More declared keywords are spam.
const MOST: usize = 60;
const LONGEST: usize = 80;

/// What lists are judged against.
pub struct Context<'a> {
    pub url: &'a str,
    pub site: Option<&'a str>,
    pub authors: &'a [crate::article::Author],
    pub sections: &'a [String],
    pub title: Option<&'a str>,
}

/// Names of metas with keywords, best first, after JSON-LD and `article:tag`.
const METAS: &[&str] = &[
    "sailthru.tags",
    "parsely-tags",
    "news_keywords",
    "keywords",
    "dc.subject",
    "dcterms.subject",
    "cxenseparse:recs:keywords",
    "cxenseparse:keywords",
    "og:tags",
    "og:article:tag",
    "classification-tags",
    "tags",
    "video:tag",
    "topics",
];

/// The page's keywords.
pub fn keywords(tree: &Tree<'_>, found: &Found<'_>, about: &Described, context: &Context<'_>) -> Vec<Keyword> {
    let judge = Judge::new(context);
    let metas = |name: &str| found.metas(name).flat_map(|v| split(&plain(v))).collect::<Vec<_>>();
    let items = || found.properties("keywords").take(10).flat_map(|n| split(&value_of(tree, n))).collect::<Vec<_>>();
    let links = || found.tags.iter().take(30).map(|n| text_of(tree, *n, LONGEST)).collect::<Vec<_>>();
    let mut best = judge.list(about.keywords.clone());
    let tags = judge.list(metas("article:tag"));
    // Newsrooms keep one list for machines; two copies that differ: the one without padding is the shorter, if it is a list at all.
    if best.is_empty() || tags.len() >= 2 && tags.len() < best.len() && tags.iter().all(|t| best.contains(t)) {
        best = if tags.is_empty() { best } else { tags };
    } else if best.len() == 1 && tags.len() > 1 {
        best = tags;
    }
    for name in METAS {
        if best.len() > 1 {
            break;
        }
        let list = judge.list(metas(name));
        if list.len() > best.len() {
            best = list;
        }
    }
    for more in [&items as &dyn Fn() -> Vec<String>, &links] {
        if best.is_empty() {
            best = judge.list(more());
        }
    }
    best.into_iter().map(|text| Keyword { text, origin: Origin::Declared }).collect()
}

fn split(list: &str) -> Vec<String> {
    let marks: &[char] =
        if list.contains(',') || list.contains('、') || list.contains('،') { &[',', ';', '、', '،'] } else { &[';', '|'] };
    list.split(marks).map(str::to_owned).collect()
}

struct Judge<'a> {
    context: &'a Context<'a>,
    /// Words of the address, folded.
    slug: FxHashSet<String>,
    slug_line: String,
    /// The labels of the host.
    host: Vec<String>,
}

impl<'a> Judge<'a> {
    fn new(context: &'a Context<'a>) -> Self {
        let path = context.url.split_once("://").map_or(context.url, |(_, r)| r);
        let path = path.split(['?', '#']).next().unwrap_or("");
        let host = path.split('/').next().unwrap_or("").trim_start_matches("www.");
        let slug_line = folded(path.rsplit('/').find(|p| p.len() > 8).unwrap_or(""));
        let slug = folded(path).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        let host = std::iter::once(folded(host).replace(' ', "")).chain(host.split('.').map(|l| l.replace('-', ""))).collect();
        Self { context, slug, slug_line, host }
    }

    /// The list without what is no keyword, each once; empty when it is none at all.
    fn list(&self, raw: Vec<String>) -> Vec<String> {
        let mut seen = FxHashSet::default();
        let mut out: Vec<String> = Vec::new();
        for text in raw {
            let text = tidy(&text);
            if out.len() >= MOST || text.is_empty() || text.chars().count() > LONGEST || self.is_none(text) {
                continue;
            }
            if seen.insert(text.to_lowercase()) {
                out.push(text.to_owned());
            }
        }
        if is_codes(&out) || self.is_slug(&out) {
            return Vec::new();
        }
        // One "keyword" that is the section again.
        if let [one] = &out[..]
            && self.context.sections.iter().any(|s| s.eq_ignore_ascii_case(one))
        {
            return Vec::new();
        }
        out
    }

    fn is_none(&self, text: &str) -> bool {
        let folded = folded(text);
        let squeezed = folded.replace(' ', "");
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        squeezed.is_empty()
            // Identifiers.
            || text.len() >= 12 && digits * 4 >= text.len() && !text.contains(' ')
            || text.contains("://")
            || squeezed.len() > 3 && self.host.contains(&squeezed)
            || self.context.site.is_some_and(|s| s.eq_ignore_ascii_case(text))
            || self.context.authors.iter().any(|a| a.name.to_lowercase() == text.to_lowercase())
            // The address or the headline as a whole.
            || folded.contains(' ') && (self.slug_line.contains(&folded) && folded.split(' ').count() >= 4)
            || self.context.title.is_some_and(|t| t == text)
    }

    /// The words of the address one by one: "detenido", "policia", "abusar".
    fn is_slug(&self, list: &[String]) -> bool {
        let words = list.iter().filter(|k| k.chars().all(|c| c.is_lowercase() || c.is_numeric() || c == '-')).count();
        let of_slug = list.iter().filter(|k| self.slug.contains(&ascii(&k.to_lowercase()))).count();
        list.len() >= 4 && words * 10 >= list.len() * 9 && of_slug * 10 >= list.len() * 7
    }
}

/// Without marks and prefixes: `NLP Category: Business`, `topic/wildfires`.
fn tidy(text: &str) -> &str {
    let text = text.trim().trim_matches(['[', ']', '"', '“', '”', '#', '.']).trim();
    // A path names its last part, unless the slash stands between two words.
    match text.rsplit_once('/') {
        Some((path, last))
            if !path.contains(' ') && path.bytes().all(|b| b.is_ascii_lowercase() || b == b'/' || b == b'_' || b == b'-') =>
        {
            last.trim()
        }
        _ => text,
    }
}

/// Latin letters without their marks, as addresses write them.
fn ascii(text: &str) -> String {
    let bare = |c: char| match c {
        'ı' => 'i',
        'ł' => 'l',
        'ø' => 'o',
        c => c,
    };
    text.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).map(bare).collect()
}

/// Codes of a wire or a classification: "AIRS08", "RSBI:HUMAN-RIGHTS".
fn is_codes(list: &[String]) -> bool {
    let code = |k: &String| {
        k.len() <= 24
            && !k.contains(' ')
            && k.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b':' | b'-' | b'_'))
    };
    list.len() >= 5 && list.iter().filter(|k| code(k)).count() * 10 >= list.len() * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(list: &[&str]) -> Vec<String> {
        let authors = [crate::article::Author { name: "Jane Doe".into(), url: None }];
        let sections = ["Weather".to_owned()];
        let context = Context {
            url: "https://www.courier.example/weather/ice-closes-harbour-for-third-week",
            site: Some("The Courier"),
            authors: &authors,
            sections: &sections,
            title: Some("Ice closes harbour"),
        };
        Judge::new(&context).list(list.iter().map(|s| (*s).to_owned()).collect())
    }

    #[test]
    fn a_real_list_stays() {
        assert_eq!(judged(&["Ice", " harbour ", "ice", "#Fishing", "topic/winter"]), ["Ice", "harbour", "Fishing", "winter"]);
    }

    #[test]
    fn names_and_addresses_are_no_keywords() {
        assert_eq!(
            judged(&["The Courier", "courier", "Jane Doe", "Ice", "ice closes harbour for third week", "98be933f-38cf-4fba"]),
            ["Ice"]
        );
    }

    #[test]
    fn lists_that_are_none() {
        assert!(judged(&["ice", "closes", "harbour", "third", "week"]).is_empty());
        assert!(judged(&["AIRS08", "GEN", "INDS", "TRAN", "TMT"]).is_empty());
        assert!(judged(&["Weather"]).is_empty());
    }

    #[test]
    fn marks_of_letters_go() {
        assert_eq!(ascii("córdoba década şöğı"), "cordoba decada sogi");
    }

    #[test]
    fn lists_are_cut_at_their_own_marks() {
        assert_eq!(split("a, b;c"), ["a", " b", "c"]);
        assert_eq!(split("a; b c"), ["a", " b c"]);
        assert_eq!(split("ice、snow"), ["ice", "snow"]);
    }
}
