//! JSON-LD of schema.org, as pages write it: graphs, arrays, references by `@id`, and JSON that is not quite JSON.

use super::subject::{self, Subject};
use crate::clean::html::text::plain;
use serde_json::{Map, Value};

/// What the page's JSON-LD says of its article. Texts are plain; lists keep their order.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Described {
    pub kind: String,
    pub headline: Option<String>,
    /// Headlines of further objects that describe this page's article.
    pub other_headlines: Vec<String>,
    pub description: Option<String>,
    pub authors: Vec<Named>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub keywords: Vec<String>,
    pub sections: Vec<String>,
    pub genre: Option<String>,
    pub free: Option<bool>,
    pub images: Vec<String>,
    pub body: Option<String>,
    pub language: Option<String>,
    pub license: Option<String>,
    pub copyright: Option<String>,
    pub publisher: Option<String>,
    /// `creditText` or `sourceOrganization`.
    pub credit: Option<String>,
    pub subjects: Vec<Subject>,
}

/// A person or an organisation.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Named {
    pub name: String,
    pub url: Option<String>,
    pub kind: Kind,
}

/// What an author is said to be.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Person,
    Organisation,
    #[default]
    Unknown,
}

/// What all JSON-LD of a page says.
#[derive(Debug, Default)]
pub struct JsonLd {
    /// The object that describes the page's article.
    pub article: Option<Described>,
    pub site_name: Option<String>,
    /// Types of the top-level objects, for the gate.
    pub types: Vec<String>,
}

/// Objects looked at in one page.
const OBJECTS: usize = 4000;

/// Reads all scripts of a page.
pub fn read(scripts: &[&str], url: &str) -> JsonLd {
    let values: Vec<Value> = scripts.iter().filter_map(|s| parse(s).or_else(|| salvage(s))).collect();
    let objects = objects(&values);
    let mut out = JsonLd::default();
    let mut best: Option<(u32, &Map<String, Value>)> = None;
    for (object, nested) in &objects {
        for kind in kinds(object) {
            if !nested && out.types.len() < 50 {
                out.types.push(kind.to_owned());
            }
            if matches!(kind, "WebSite" | "Organization" | "NewsMediaOrganization") && out.site_name.is_none() && !nested {
                out.site_name = text(object.get("name"));
            }
        }
        let score = article_score(object, *nested, url);
        if score > 0 && best.is_none_or(|(s, _)| score > s) {
            best = Some((score, object));
        }
    }
    out.article = best.map(|(_, o)| {
        let mut article = describe(o, &objects);
        let of_page = objects
            .iter()
            .filter(|(m, nested)| !nested && !std::ptr::eq(*m, o) && is_here(m, url) && kinds(m).iter().any(|k| is_article(k)));
        article.other_headlines = of_page.filter_map(|(m, _)| text(m.get("headline"))).take(3).collect();
        article
    });
    out
}

/// Parses JSON; when it is damaged, once more after the usual damages are mended.
pub fn parse(script: &str) -> Option<Value> {
    let script = script.trim();
    if script.is_empty() {
        return None;
    }
    serde_json::from_str(script).ok().or_else(|| serde_json::from_str(&mend(script)).ok())
}

/// Control characters inside strings, commas before a closing bracket, comments and CDATA marks around, several values in a row.
fn mend(script: &str) -> String {
    let begin = script.find(['{', '[']).unwrap_or(0);
    let end = script.rfind(['}', ']']).map_or(script.len(), |e| e + 1);
    let script = script.get(begin..end.max(begin)).unwrap_or("");
    let mut out = String::with_capacity(script.len());
    let mut quoted = false;
    let mut escaped = false;
    for c in script.chars() {
        if quoted {
            match c {
                _ if escaped => {
                    escaped = false;
                    // JSON knows no `\'`.
                    if matches!(c, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') {
                        out.push(c);
                    } else {
                        out.pop();
                        out.push(if c.is_control() { ' ' } else { c });
                    }
                    continue;
                }
                '\\' => escaped = true,
                '"' => quoted = false,
                c if c.is_control() => {
                    out.push(' ');
                    continue;
                }
                _ => {}
            }
        } else {
            match c {
                '"' => quoted = true,
                '}' | ']' => {
                    let kept = out.trim_end().len();
                    if out[..kept].ends_with(',') {
                        out.truncate(kept - 1);
                    }
                }
                _ => {}
            }
        }
        out.push(c);
    }
    out
}

/// The plain fields of a script that is beyond mending (cut off, quotes unescaped): each `"key": "value"` where it first stands.
fn salvage(script: &str) -> Option<Value> {
    const KEYS: [&str; 8] =
        ["@type", "headline", "description", "datePublished", "dateModified", "dateCreated", "isAccessibleForFree", "articleSection"];
    // Without a word on its kind it is of no use; lists of other pages would be taken for this one.
    if !script.contains("Article\"") && !script.contains("BlogPosting\"") {
        return None;
    }
    let mut found = Map::new();
    for key in KEYS {
        let values = memchr::memmem::find_iter(script.as_bytes(), key.as_bytes()).take(20).filter_map(|at| field(script, at, key));
        let fits = |v: &&str| key != "@type" || is_article(v);
        if let Some(value) = values.into_iter().find(|v| fits(v)) {
            found.insert(key.to_owned(), Value::String(value.to_owned()));
        }
    }
    if let Some(author) = memchr::memmem::find(script.as_bytes(), b"\"author\"")
        && let Some(end) = script.get(author..).map(|rest| rest.char_indices().nth(300).map_or(rest.len(), |(i, _)| i))
        && let Some(name) = script.get(author..author + end).and_then(|rest| rest.find("name").and_then(|at| field(rest, at, "name")))
    {
        found.insert("author".to_owned(), Value::String(name.to_owned()));
    }
    found.contains_key("@type").then_some(Value::Object(found))
}

/// The string behind `"key":`, when the key stands at `at`.
fn field<'s>(script: &'s str, at: usize, key: &str) -> Option<&'s str> {
    script.get(..at)?.ends_with('"').then_some(())?;
    let rest = script.get(at + key.len()..)?.strip_prefix('"')?.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let end = rest.find(['"', '\n'])?;
    // A quote inside the value would end it too early.
    let closed = rest[end..].strip_prefix('"')?.trim_start().starts_with([',', '}', ']']);
    Some(&rest[..end]).filter(|v| closed && !v.is_empty() && v.len() < 400)
}

/// All objects, outer before inner, with whether an object lies in another one (graphs and arrays do not count).
fn objects(values: &[Value]) -> Vec<(&Map<String, Value>, bool)> {
    let mut out = Vec::new();
    let mut queue: std::collections::VecDeque<(&Value, bool)> = values.iter().map(|v| (v, false)).collect();
    while let Some((value, nested)) = queue.pop_front() {
        match value {
            Value::Array(items) => queue.extend(items.iter().map(|i| (i, nested))),
            Value::Object(map) => {
                if out.len() >= OBJECTS {
                    break;
                }
                out.push((map, nested));
                for (key, inner) in map {
                    if key == "@graph" {
                        queue.push_back((inner, nested));
                    } else if matches!(inner, Value::Object(_) | Value::Array(_)) && !matches!(key.as_str(), "hasPart" | "itemListElement")
                    {
                        queue.push_back((inner, true));
                    }
                }
            }
            _ => {}
        }
    }
    out
}

pub(super) fn kinds(object: &Map<String, Value>) -> Vec<&str> {
    let short = |s: &'_ str| -> usize { s.rfind(['/', ':', '#']).map_or(0, |i| i + 1) };
    match object.get("@type") {
        Some(Value::String(s)) => vec![&s[short(s)..]],
        Some(Value::Array(a)) => a.iter().filter_map(Value::as_str).map(|s| &s[short(s)..]).collect(),
        _ => Vec::new(),
    }
}

/// Whether a schema.org type describes an article.
pub fn is_article(kind: &str) -> bool {
    kind.ends_with("Article")
        || matches!(
            kind,
            "BlogPosting"
                | "LiveBlogPosting"
                | "Report"
                | "Review"
                | "CriticReview"
                | "ReportageNewsArticle"
                | "SocialMediaPosting"
                | "Recipe"
                | "AnalysisNewsArticle"
                | "OpinionNewsArticle"
                | "Posting"
        )
}

fn article_score(object: &Map<String, Value>, nested: bool, url: &str) -> u32 {
    let kinds = kinds(object);
    let mut score = if kinds.iter().any(|k| is_article(k)) {
        100
    } else if kinds.iter().any(|k| matches!(*k, "WebPage" | "ItemPage" | "VideoObject" | "HowTo" | "PodcastEpisode")) {
        10
    } else {
        return 0;
    };
    for (key, worth) in [("headline", 8), ("datePublished", 8), ("author", 4), ("articleBody", 4), ("name", 1)] {
        if object.contains_key(key) {
            score += worth;
        }
    }
    // A page lists other articles too: the one with this page's address counts most.
    score += u32::from(is_here(object, url)) * 20;
    if nested { score / 2 } else { score }
}

/// The object names this page's address as its own.
fn is_here(object: &Map<String, Value>, url: &str) -> bool {
    [object.get("url"), object.get("mainEntityOfPage"), object.get("@id")]
        .into_iter()
        .flatten()
        .any(|v| v.as_str().or_else(|| v.get("@id")?.as_str()).is_some_and(|v| same_page(v, url)))
}

fn same_page(a: &str, b: &str) -> bool {
    let path = |u: &str| {
        let u = u.split(['?', '#']).next().unwrap_or("");
        let u = u.split_once("://").map_or(u, |(_, r)| r);
        u.split_once('/').map_or("", |(_, p)| p).trim_end_matches('/').to_ascii_lowercase()
    };
    let (a, b) = (path(a), path(b));
    !a.is_empty() && a == b
}

fn describe(object: &Map<String, Value>, all: &[(&Map<String, Value>, bool)]) -> Described {
    let first = |names: &[&str]| names.iter().find_map(|n| text(object.get(*n)));
    let kinds = kinds(object);
    Described {
        kind: kinds.iter().find(|k| is_article(k)).or(kinds.first()).map_or(String::new(), |k| (*k).to_owned()),
        headline: first(&["headline", "name"]),
        other_headlines: Vec::new(),
        description: first(&["description", "abstract"]),
        authors: people(object.get("author").or_else(|| object.get("creator")), all),
        published: first(&["datePublished", "dateCreated", "uploadDate"]),
        modified: first(&["dateModified"]),
        keywords: keywords(object.get("keywords")),
        sections: texts(object.get("articleSection")),
        genre: first(&["genre"]),
        free: free(object.get("isAccessibleForFree")).or_else(|| {
            // Some say it of the paid part only.
            let part = object.get("hasPart")?;
            let part = part.as_array().and_then(|a| a.first()).unwrap_or(part);
            free(part.get("isAccessibleForFree"))
        }),
        images: images(object.get("image"), all),
        body: object.get("articleBody").and_then(Value::as_str).map(str::to_owned),
        language: text(object.get("inLanguage")),
        license: text(object.get("license")),
        copyright: text(object.get("copyrightNotice")).or_else(|| text(object.get("copyrightHolder"))),
        credit: text(object.get("creditText")).or_else(|| people(object.get("sourceOrganization"), all).into_iter().next().map(|p| p.name)),
        publisher: people(object.get("publisher"), all).into_iter().next().map(|p| p.name),
        subjects: subject::read(object, all),
    }
}

/// The object that an object stands for: `{"@id": "#x"}` for that of the id.
pub(super) fn referred<'o>(map: &'o Map<String, Value>, all: &[(&'o Map<String, Value>, bool)]) -> &'o Map<String, Value> {
    let id = map.get("@id").filter(|_| !map.contains_key("name"));
    id.and_then(|id| all.iter().find(|(m, _)| m.get("@id") == Some(id) && m.contains_key("name"))).map_or(map, |(m, _)| *m)
}

/// Names and addresses; `{"@id": "#x"}` stands for the object of that id.
fn people(value: Option<&Value>, all: &[(&Map<String, Value>, bool)]) -> Vec<Named> {
    let Some(value) = value else { return Vec::new() };
    let items: &[Value] = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let mut out = Vec::new();
    let plain_name = |s: &str| Named { name: twice(s), ..Named::default() };
    for item in items.iter().take(30) {
        match item {
            Value::String(s) => out.push(plain_name(s)),
            Value::Array(inner) => out.extend(
                inner
                    .iter()
                    .take(30)
                    .filter_map(|i| text(i.get("name")).or_else(|| i.as_str().map(twice)).map(|name| Named { name, ..Named::default() })),
            ),
            Value::Object(map) => {
                let by_id = referred(map, all);
                let url = text(by_id.get("url")).filter(|u| u.starts_with("http"));
                let said = kinds(by_id);
                let kind = if said.iter().any(|k| k.ends_with("Organization") || matches!(*k, "Corporation" | "Brand")) {
                    Kind::Organisation
                } else if said.contains(&"Person") {
                    Kind::Person
                } else {
                    Kind::Unknown
                };
                for name in texts(by_id.get("name")) {
                    out.push(Named { name, url: url.clone(), kind });
                }
            }
            _ => {}
        }
    }
    out.retain(|n| !n.name.is_empty());
    out
}

/// A text, or the text of the first object or item.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(s) => Some(twice(s)).filter(|s| !s.is_empty()),
        Value::Number(n) => Some(n.to_string()),
        Value::Array(a) => a.first().and_then(|v| text(Some(v))),
        Value::Object(m) => text(m.get("@value").or_else(|| m.get("name")).or_else(|| m.get("url")).or_else(|| m.get("@id"))),
        _ => None,
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(a)) => a.iter().take(100).filter_map(|v| text(Some(v))).collect(),
        other => text(other).into_iter().collect(),
    }
}

/// Content systems escape a title for HTML and again for JSON-LD: `&amp;quot;`.
fn twice(s: &str) -> String {
    let once = plain(s);
    if once.contains('&') && once.contains(';') { plain(&once) } else { once }
}

fn keywords(value: Option<&Value>) -> Vec<String> {
    texts(value)
        .iter()
        .flat_map(|s| s.split([',', ';']))
        .map(|s| s.trim().trim_matches(['[', ']', '"']))
        // The New York Times and others write `Tag:Name` pairs.
        .map(|s| s.rsplit_once(':').filter(|(k, _)| k.len() < 16 && !k.contains(' ')).map_or(s, |(_, v)| v.trim()))
        .filter(|s| !s.is_empty())
        .map(str::to_owned)
        .collect()
}

fn free(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(b) => Some(*b),
        Value::String(s) if s.to_ascii_lowercase().ends_with("true") => Some(true),
        Value::String(s) if s.to_ascii_lowercase().ends_with("false") => Some(false),
        _ => None,
    }
}

fn images(value: Option<&Value>, all: &[(&Map<String, Value>, bool)]) -> Vec<String> {
    let Some(value) = value else { return Vec::new() };
    let items: &[Value] = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    items
        .iter()
        .take(20)
        .filter_map(|i| match i {
            Value::String(s) => Some(plain(s)),
            Value::Object(m) => text(m.get("url").or_else(|| m.get("contentUrl"))).or_else(|| {
                let id = m.get("@id")?;
                let (found, _) = all.iter().find(|(o, _)| o.get("@id") == Some(id) && o.contains_key("url"))?;
                text(found.get("url"))
            }),
            _ => None,
        })
        .filter(|u| !u.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_json_is_read() {
        let v = parse("<!--\n{\"a\": \"x\ny\", \"b\": [1, 2, ], \"c\": \"it\\'s\",}\n-->").unwrap();
        assert_eq!(v["a"], "x y");
        assert_eq!(v["b"][1], 2);
        assert_eq!(v["c"], "it's");
        assert!(parse("{ broken").is_none());
    }

    #[test]
    fn beyond_mending_the_plain_fields_are_saved() {
        let script = r#"{"@type":"NewsArticle","headline":"Ice "in" the harbour","datePublished": "2024-05-03T10:00:00Z","author":{"@type":"Person","name":"Jane Doe"},"#;
        let article = read(&[script], "https://example.org/a").article.unwrap();
        assert_eq!(article.published.as_deref(), Some("2024-05-03T10:00:00Z"));
        assert_eq!(article.authors[0].name, "Jane Doe");
        assert_eq!(article.headline, None);
        assert!(read(&[r#"{"@type":"WebSite","datePublished":"2024-05-03""#], "https://example.org/a").article.is_none());
    }

    #[test]
    fn graphs_and_references() {
        let script = r##"{"@graph":[{"@type":"WebSite","name":"The Daily Example"},
            {"@type":["NewsArticle"],"headline":"Rain &amp;amp; wind","author":{"@id":"#jane"},"datePublished":"2024-05-03T10:00:00Z",
             "keywords":"rain, wind","isAccessibleForFree":"False","articleSection":["Weather"]},
            {"@type":"Person","@id":"#jane","name":"Jane Doe","url":"https://example.org/jane"}]}"##;
        let ld = read(&[script], "https://example.org/a");
        let a = ld.article.unwrap();
        assert_eq!(ld.site_name.as_deref(), Some("The Daily Example"));
        assert_eq!(a.headline.as_deref(), Some("Rain & wind"));
        let jane = Named { name: "Jane Doe".into(), url: Some("https://example.org/jane".into()), kind: Kind::Person };
        assert_eq!(a.authors, vec![jane]);
        assert_eq!(a.keywords, ["rain", "wind"]);
        assert_eq!(a.free, Some(false));
        assert_eq!(a.sections, ["Weather"]);
    }

    #[test]
    fn the_article_of_this_page_counts() {
        let script = r#"[{"@type":"NewsArticle","headline":"Other","url":"https://example.org/other"},
            {"@type":"NewsArticle","headline":"This","url":"https://example.org/this?x=1"}]"#;
        assert_eq!(read(&[script], "https://example.org/this").article.unwrap().headline.as_deref(), Some("This"));
    }
}
