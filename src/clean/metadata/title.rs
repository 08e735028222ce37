//! The headline out of what JSON-LD, OpenGraph, `h1`, `title` and others say: a vote.
//!
//! Every source names a wording. Sources write the site's name, the section or a hint for search engines around the headline, each its
//! own, so the parts between marks (` | `, ` - `) stand for election too, with less weight. Sources that mean the same wording add up, and
//! the heaviest wording wins: `h1` and `og:title` agree on the headline, `title` and `og:title` on the site's name, which is none.

use rustc_hash::FxHashMap;

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// JSON-LD of a NewsArticle: newsrooms write the story's headline there, and what search engines and networks shall show elsewhere.
    NewsJsonLd,
    JsonLd,
    /// `h1`, by its place among them.
    Heading(u8),
    /// `itemprop=headline`.
    Item,
    /// `meta name=headline` and its like.
    Headline,
    OpenGraph,
    /// Parse.ly.
    Parsely,
    /// Twitter cards, Dublin Core, Sailthru, cXense.
    Other,
    /// `title`.
    Title,
}

/// What a source's word weighs. Fitted on pages with known headlines, then rounded.
fn weight(source: Source) -> f32 {
    match source {
        Source::NewsJsonLd => 9.5,
        Source::JsonLd => 3.0,
        Source::Heading(0) => 3.9,
        Source::Heading(1) => 3.5,
        Source::Heading(_) => 0.3,
        Source::Item => 4.2,
        Source::Headline => 2.0,
        Source::OpenGraph => 2.4,
        Source::Parsely => 2.0,
        Source::Other => 0.7,
        Source::Title => 1.5,
    }
}

/// The shown headline when other sources say about the same.
const KNOWN_HEADING: f32 = 8.0;
/// An `h1` that shares no word with what the metadata call the story: the site's name, a button.
const UNKNOWN_HEADING: f32 = 1.2;
const UNLIKE: f32 = 0.1;
/// Likeness from which two wordings are one headline.
const SAME: f32 = 0.5;
/// Without the site's name; before a mark; behind a mark.
const CUT: f32 = 0.75;
const BEFORE: f32 = 0.63;
const BEHIND: f32 = 0.325;
/// The site's own name, a button, a template that was not filled in.
const NONE: f32 = 0.02;

/// Headings of the page's furniture, folded.
const FURNITURE: &[&str] = &[
    "menu",
    "navigation",
    "main navigation",
    "search",
    "home",
    "homepage",
    "details",
    "overview",
    "content",
    "main content",
    "blog",
    "news",
    "latest news",
    "newsletter",
    "login",
    "comments",
    "0 comments",
    "related",
    "share",
    "suche",
    "startseite",
    "navigationsmenü",
    "menü",
    "menu di navigazione",
    "menú",
    "buscar",
    "recherche",
    "partner",
    "post navigation",
    "select an option",
    "untitled",
    "page title",
];

/// What the wordings are judged against: the letters of the site's name and of its host.
pub struct Context {
    site: String,
    host: String,
}

impl Context {
    pub fn new(site: Option<&str>, host: &str) -> Self {
        Self { site: site.map(letters).unwrap_or_default(), host: letters(host.trim_start_matches("www.")) }
    }
}

struct Wording {
    text: String,
    votes: f32,
    /// The greatest single vote: its spelling is taken.
    greatest: f32,
}

/// The headline. `said` is in the order of trust: the first of equals wins.
pub fn choose(said: &[(Source, String)], context: &Context) -> Option<String> {
    let news = said.iter().any(|(s, _)| *s == Source::NewsJsonLd);
    let headings = Headings::new(said, context);
    let mut by_folded: FxHashMap<String, usize> = FxHashMap::default();
    let mut wordings: Vec<Wording> = Vec::new();
    for (i, (source, text)) in said.iter().enumerate() {
        let base = match source {
            Source::Heading(_) if headings.known == Some(i) && !news => KNOWN_HEADING,
            Source::Heading(_) if headings.unlike.contains(&i) => UNKNOWN_HEADING.min(weight(*source)),
            _ => weight(*source),
        };
        let mut own: Vec<usize> = Vec::new();
        for (part, share) in parts(text, context) {
            let folded = folded(part);
            if folded.is_empty() {
                continue;
            }
            let none = is_site(part, context) || FURNITURE.contains(&folded.as_str()) || part.contains("{{");
            let vote = base * share * if none { NONE } else { 1.0 };
            let at = *by_folded.entry(folded).or_insert_with(|| {
                wordings.push(Wording { text: String::new(), votes: 0.0, greatest: 0.0 });
                wordings.len() - 1
            });
            // A source votes once for a wording.
            if own.contains(&at) {
                continue;
            }
            own.push(at);
            let wording = &mut wordings[at];
            wording.votes += vote;
            if vote > wording.greatest {
                wording.greatest = vote;
                wording.text = part.to_owned();
            }
        }
    }
    let best = wordings.iter().fold(None::<&Wording>, |best, w| if best.is_none_or(|b| w.votes > b.votes) { Some(w) } else { best });
    best.map(|w| trimmed(&w.text).to_owned()).filter(|t| !t.is_empty())
}

/// What the other sources know of the `h1`s, as indices into what is said.
struct Headings {
    /// Of several the most alike, of equals the first.
    known: Option<usize>,
    unlike: Vec<usize>,
}

impl Headings {
    fn new(said: &[(Source, String)], context: &Context) -> Self {
        let wording = |title: bool| {
            let others =
                said.iter().filter(move |(s, _)| !matches!(s, Source::Heading(_) | Source::Item) && (*s == Source::Title) == title);
            others.filter_map(|(_, t)| parts(t, context).first().map(|(p, _)| folded(p))).collect::<Vec<_>>()
        };
        let mut headings = said.iter().enumerate().filter(|(_, (s, _))| matches!(s, Source::Heading(_))).peekable();
        if headings.peek().is_none() {
            return Self { known: None, unlike: Vec::new() };
        }
        let (titles, others) = (wording(true), wording(false));
        let most = |text: &str, of: &[String]| of.iter().map(|o| alike(text, o)).fold(0.0, f32::max);
        let mut best: Option<(usize, f32)> = None;
        let mut unlike = Vec::new();
        for (i, (_, text)) in headings {
            let text = folded(text);
            let (of_title, of_others) = (most(&text, &titles), most(&text, &others));
            // `title` alone may share only the site's name with a heading.
            let score = of_others.max(if others.is_empty() || of_title >= 0.8 { of_title } else { 0.0 });
            if score >= SAME && best.is_none_or(|(_, b)| score > b) {
                best = Some((i, score));
            } else if of_others < UNLIKE && !others.is_empty() {
                unlike.push(i);
            }
        }
        Self { known: best.map(|(i, _)| i), unlike }
    }
}

/// The wording without the site's name, then what stands before and behind each mark, with their shares of the vote.
fn parts<'t>(text: &'t str, context: &Context) -> Vec<(&'t str, f32)> {
    let text = text.trim();
    let rest = without_site(text, context);
    let mut out = vec![(rest, if rest.len() == text.len() { 1.0 } else { CUT })];
    for (start, end) in marks(rest).into_iter().take(8) {
        out.push((rest[..start].trim(), BEFORE));
        out.push((rest[end..].trim(), BEHIND));
    }
    out
}

/// Marks between a headline and a name: (start, end) with the blanks around. A dash inside a word or a ratio is none.
fn marks(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut blank = false;
    while let Some((at, c)) = chars.next() {
        let bar = matches!(c, '|' | '｜' | 'ㅣ' | '：');
        let dash = matches!(c, '-' | '–' | '—' | ':' | '»' | '«' | '·' | '•' | '⋆' | '›' | '/' | '~' | '>');
        if bar || dash && blank {
            let mut end = at + c.len_utf8();
            while let Some(&(i, next)) = chars.peek() {
                if next != c {
                    break;
                }
                end = i + next.len_utf8();
                chars.next();
            }
            if bar || text[end..].starts_with(char::is_whitespace) {
                out.push((at, end));
            }
        }
        blank = c.is_whitespace();
    }
    out
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '»' | '«'))
}

/// Removes the site's name before or behind a mark.
pub fn without_site<'t>(title: &'t str, context: &Context) -> &'t str {
    let mut rest = title.trim();
    for _ in 0..4 {
        let marks = marks(rest);
        let (Some(first), Some(last)) = (marks.first(), marks.last()) else { break };
        if is_site(&rest[last.1..], context) && !trimmed(&rest[..last.0]).is_empty() {
            rest = rest[..last.0].trim_end();
        } else if is_site(&rest[..first.0], context) && !trimmed(&rest[first.1..]).is_empty() {
            rest = rest[first.1..].trim_start();
        } else {
            break;
        }
    }
    trimmed(rest)
}

/// The site's name or a part of it, its address, or its name with a word or two more ("The Example | News").
fn is_site(part: &str, Context { site, host }: &Context) -> bool {
    let part = letters(part);
    if part.is_empty() {
        return true;
    }
    let longer = site.len() > 3 && part.len() <= 2 * site.len() + 6 && part.contains(site.as_str());
    (!site.is_empty() && (part == *site || (part.len() > 3 && site.contains(&part)) || longer))
        || (part.len() > 2 && host.contains(&part))
        || part.strip_prefix("the").is_some_and(|p| p.len() > 2 && host.contains(p))
}

/// Letters and digits alone, in lower case.
fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().filter(|c| c.is_alphanumeric()).for_each(|c| push_lower(&mut out, c));
    out
}

fn push_lower(out: &mut String, c: char) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
    } else {
        out.extend(c.to_lowercase());
    }
}

/// Lower-case words without punctuation.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        push_lower(&mut out, c);
    }
    out
}

/// Share of common words of two folded texts (Dice), 0-1.
fn alike(a: &str, b: &str) -> f32 {
    if a == b {
        return 1.0;
    }
    let left: Vec<&str> = a.split(' ').take(60).collect();
    let mut right: Vec<&str> = b.split(' ').take(60).collect();
    let total = left.len() + right.len();
    let mut both = 0;
    for word in &left {
        if let Some(at) = right.iter().position(|w| w == word) {
            right.swap_remove(at);
            both += 1;
        }
    }
    2.0 * both as f32 / total.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(said: &[(Source, &str)]) -> Option<String> {
        let said: Vec<(Source, String)> = said.iter().map(|(s, t)| (*s, (*t).to_owned())).collect();
        choose(&said, &Context::new(Some("The Daily Example"), "www.dailyexample.org"))
    }

    #[test]
    fn the_sites_name_goes() {
        for (raw, site, host) in [
            ("Rain at last - The Daily Example", Some("The Daily Example"), "www.example.org"),
            ("Rain at last | dailyexample.org", None, "dailyexample.org"),
            ("The Example | Rain at last", Some("The Example"), "example.org"),
            ("Rain at last：The Example", Some("The Example"), "example.org"),
            ("Rain at last ⋆ The Example - example.org", Some("The Example"), "example.org"),
            ("Rain at last", None, "example.org"),
        ] {
            assert_eq!(without_site(raw, &Context::new(site, host)), "Rain at last", "{raw}");
        }
        assert_eq!(without_site("A win - and a loss", &Context::new(None, "example.org")), "A win - and a loss");
        let site = Context::new(Some("The Daily Example"), "example.org");
        assert_eq!(without_site("The Daily Example", &site), "The Daily Example");
    }

    #[test]
    fn the_shown_headline_wins_when_known() {
        let said = [
            (Source::JsonLd, "Rain at last in the north"),
            (Source::Heading(0), "The Daily Example"),
            (Source::Heading(1), "Rain at last in the north"),
        ];
        assert_eq!(chosen(&said).as_deref(), Some("Rain at last in the north"));
        // About the same words for readers and for machines: the readers' count.
        let said = [
            (Source::OpenGraph, "Rain in the north: what you need to know | Weather"),
            (Source::Heading(0), "Rain at last in the north: what to know"),
            (Source::Title, "Rain in the north: what you need to know | Weather | The Daily Example"),
        ];
        assert_eq!(chosen(&said).as_deref(), Some("Rain at last in the north: what to know"));
    }

    #[test]
    fn a_heading_that_only_the_title_shares_is_the_sites() {
        let said = [
            (Source::Heading(0), "Harbour Notes"),
            (Source::OpenGraph, "Old pier stays shut"),
            (Source::Title, "Harbour Notes: Old pier stays shut"),
        ];
        assert_eq!(chosen(&said).as_deref(), Some("Old pier stays shut"));
    }

    #[test]
    fn newsrooms_name_the_headline_in_json_ld() {
        let said = [
            (Source::NewsJsonLd, "Harbour closed: who pays for the ice?"),
            (Source::Heading(0), "Ice in the harbour, live"),
            (Source::OpenGraph, "Ice in the harbour, live"),
        ];
        assert_eq!(chosen(&said).as_deref(), Some("Harbour closed: who pays for the ice?"));
    }

    #[test]
    fn a_section_behind_a_mark_is_cut_when_another_source_knows() {
        let said = [(Source::Title, "Rain at last - North - The Daily Example"), (Source::Heading(0), "Rain at last")];
        assert_eq!(chosen(&said).as_deref(), Some("Rain at last"));
        let said = [(Source::Title, "Rain at last - North - The Daily Example")];
        assert_eq!(chosen(&said).as_deref(), Some("Rain at last - North"));
    }

    #[test]
    fn furniture_and_templates_are_no_headlines() {
        let said = [(Source::Heading(0), "Menu"), (Source::Heading(1), "{{ item.title }}"), (Source::Title, "Rain at last")];
        assert_eq!(chosen(&said).as_deref(), Some("Rain at last"));
        assert_eq!(chosen(&[(Source::Title, "The Daily Example")]).as_deref(), Some("The Daily Example"));
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn likeness_counts_common_words() {
        assert_eq!(alike(&folded("Rain, at last!"), "rain at last"), 1.0);
        assert!(alike("rain at last", "snow") < 0.1);
    }
}
