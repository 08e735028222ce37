//! The body in the state of a script, for pages whose markup is an empty shell that a script fills: Next.js (`__NEXT_DATA__`, flight
//! rows), Nuxt, Remix, SvelteKit, Fusion, Redux, dehydrated queries and any other JSON that a script holds; the updates of a live page that
//! JSON-LD declares. Read only when the markup gives nearly nothing. `scripts` tells in which forms scripts hold it.
//!
//! The names of fields differ from system to system, their shapes do not: the body is one long string of markup, or a list whose items
//! are paragraphs. The longest such thing beside this page's headline is taken.

use super::assemble::Assembled;
use super::block::{self, Blocks, Kind};
use super::builder;
use super::class;
use super::feature::NEGATIVE;
use super::scripts::{SHORT, first_value, is_json, literals, values};
use super::tag::Tag;
use super::text::{plain, words};
use super::tree::Tree;
use crate::article::BlockKind;
use crate::clean::metadata::title::folded;
use serde_json::{Map, Value};

/// Scripts larger than this are programs or catalogues.
const SCRIPT: usize = 4 << 20;
/// JSON bytes read of one page.
const ALL: usize = 8 << 20;
/// Values looked at.
const VALUES: usize = 200_000;
/// Levels of objects within one item of a list of paragraphs.
const LEVELS: usize = 6;
/// A body has this many words,
const BODY: u32 = 60;
/// and this many in its longest paragraph: a list of names has not.
const PARAGRAPH: u32 = 12;
/// Parts of a body.
const PARTS: usize = 2000;

/// The body of the article with one of these titles.
pub fn body(tree: &Tree<'_>, titles: &[String]) -> Option<Assembled> {
    let titles: Vec<String> = titles.iter().map(|t| folded(t)).filter(|t| !t.is_empty()).collect();
    let mut best = Best::default();
    let mut bytes = 0;
    let mut flight = String::new();
    for at in 0..tree.count() {
        if tree.tag(at) != Tag::Script || tree.end(at) <= at + 1 {
            continue;
        }
        let script = tree.raw_text(at + 1);
        bytes += script.len();
        if !(SHORT..=SCRIPT).contains(&script.len()) || bytes > ALL {
            continue;
        }
        let values = values(script);
        if values.is_empty() {
            best.hear(&literals(script), &titles);
        }
        for value in values {
            if script.contains("__next_f")
                && let Some(row) = value.get(1).and_then(Value::as_str)
            {
                flight.push_str(row);
            } else {
                best.look_into(value, &titles);
            }
        }
    }
    // Rows of the flight format: `1a:{"json": ...}`, cut anywhere between scripts.
    for line in flight.lines().filter(|l| l.len() >= SHORT) {
        if let Some(value) = line.find(['{', '[']).and_then(|i| first_value(&line[i..])) {
            best.look_into(value, &titles);
        }
    }
    best.parts.map(assemble)
}

#[derive(Default)]
struct Best {
    score: u32,
    parts: Option<Vec<(Kind, String)>>,
}

impl Best {
    /// Looks at a value, and at those that its strings hold: what was fetched is often kept as it came.
    fn look_into(&mut self, value: Value, titles: &[String]) {
        for inner in self.look(&value, titles) {
            self.look(&inner, titles);
        }
    }

    /// Looks at every string and list of a value, without recursion. Gives the values within its strings.
    fn look(&mut self, value: &Value, titles: &[String]) -> Vec<Value> {
        let mut inner = Vec::new();
        let mut queue = vec![(value, false)];
        let mut seen = 0;
        while let Some((value, mine)) = queue.pop() {
            seen += 1;
            if seen > VALUES {
                break;
            }
            match value {
                Value::String(s) if s.len() >= SHORT && is_json(s) => inner.extend(first_value(s)),
                Value::String(s) if is_long(s) => self.offer(of_text(s), mine),
                Value::Array(items) => {
                    if items.len() >= 2 {
                        self.offer(items.iter().take(PARTS).flat_map(item).collect(), mine);
                    }
                    queue.extend(items.iter().map(|i| (i, mine)));
                }
                Value::Object(fields) => {
                    // An object that holds the page's headline is the page's article, and so is what lies in it.
                    let named = |v: &Value| match v {
                        Value::String(s) => s.len() < 400 && titles.contains(&folded(&plain(s))),
                        Value::Object(inner) => inner.values().any(|v| v.as_str().is_some_and(|s| titles.contains(&folded(&plain(s))))),
                        _ => false,
                    };
                    let mine = mine || fields.values().any(named);
                    if let Some(updates) = fields.get("liveBlogUpdate").and_then(Value::as_array) {
                        self.offer(of_live_page(fields, updates), mine);
                    }
                    queue.extend(fields.values().map(|v| (v, mine)));
                }
                _ => {}
            }
        }
        inner
    }

    /// Strings of a script that is no JSON: nothing tells what belongs together, only that this page's headline is among them.
    fn hear(&mut self, strings: &[String], titles: &[String]) {
        if strings.iter().any(|s| s.len() < 400 && titles.contains(&folded(&plain(s)))) {
            strings.iter().filter(|s| is_long(s)).for_each(|s| self.offer(of_text(s), true));
        }
    }

    fn offer(&mut self, parts: Vec<(Kind, String)>, mine: bool) {
        let prose: u32 = parts.iter().map(|(_, t)| words(t)).filter(|w| *w >= PARAGRAPH).sum();
        let score = if mine { prose * 4 } else { prose };
        if prose >= BODY && score > self.score {
            self.score = score;
            self.parts = Some(parts);
        }
    }
}

fn is_long(text: &str) -> bool {
    text.len() >= 6 * BODY as usize && text.contains(' ')
}

/// What a live page's JSON-LD says first, then each update under its headline.
fn of_live_page(page: &Map<String, Value>, updates: &[Value]) -> Vec<(Kind, String)> {
    let text = |of: &Map<String, Value>| ["articleBody", "text", "description"].iter().find_map(|n| Some(of_text(of.get(*n)?.as_str()?)));
    let mut out = page.get("articleBody").and_then(Value::as_str).map(of_text).unwrap_or_default();
    for update in updates.iter().filter_map(Value::as_object).take(PARTS) {
        let Some(parts) = text(update).filter(|parts| !parts.is_empty()) else { continue };
        let headline = update.get("headline").and_then(Value::as_str).map(plain).filter(|h| !h.is_empty());
        out.extend(headline.map(|h| (Kind::Heading(2), h)));
        out.extend(parts);
    }
    out
}

/// Paragraphs of one item of a list: a string, or an object with a type and text somewhere in it.
fn item(value: &Value) -> Vec<(Kind, String)> {
    let named = |name: &str| {
        ["type", "_type", "kind", "tag", "style", "__typename"]
            .iter()
            .find_map(|k| value.get(*k).and_then(Value::as_str).filter(|v| v.to_ascii_lowercase().contains(name)))
    };
    if ["image", "video", "embed", "ad", "gallery", "related", "promo", "link_list", "newsletter", "author"]
        .iter()
        .any(|n| named(n).is_some_and(|v| n.len() > 2 || v.eq_ignore_ascii_case(n)))
    {
        return Vec::new();
    }
    let mut text = String::new();
    gather(value, LEVELS, &mut text);
    if text.contains("</") || text.contains("<br") {
        return of_text(&text);
    }
    let kind = if named("head").or(named("h2")).or(named("h3")).is_some() {
        Kind::Heading(2)
    } else if named("quote").is_some() {
        Kind::Quote
    } else {
        Kind::Paragraph
    };
    let text = plain(&text);
    if text.is_empty() { Vec::new() } else { vec![(kind, text)] }
}

/// Fields that hold what is shown; others hold ids, addresses and styles.
const SHOWN: &[&str] = &["text", "value", "content", "html", "children", "body", "paragraph", "items", "data", "model", "blocks", "raw"];

fn gather(value: &Value, levels: usize, out: &mut String) {
    match value {
        Value::String(s) => out.push_str(s),
        Value::Array(items) if levels > 0 => items.iter().for_each(|i| gather(i, levels - 1, out)),
        Value::Object(fields) if levels > 0 => {
            // The first field that gives text: the same text often stands in two of them, as markup and plain.
            let before = out.len();
            for name in SHOWN {
                if let Some(v) = fields.get(*name) {
                    gather(v, levels - 1, out);
                }
                if out.len() > before {
                    break;
                }
            }
        }
        _ => {}
    }
}

/// Paragraphs of a string: markup, or lines.
fn of_text(text: &str) -> Vec<(Kind, String)> {
    if text.contains("</") || text.contains("<br") {
        let Ok(tree) = builder::parse(text) else { return Vec::new() };
        let page = block::blocks(&tree);
        let shown = |b: &&block::Block| !aside(&page, b.owner) && b.kind != Kind::Caption && b.link_density() < 0.9;
        return page.blocks.iter().filter(shown).take(PARTS).map(|b| (b.kind, page.text_of(b).to_owned())).collect();
    }
    text.lines().take(PARTS).map(plain).filter(|l| !l.is_empty()).map(|l| (Kind::Paragraph, l)).collect()
}

fn aside(page: &Blocks, owner: block::ContainerId) -> bool {
    page.chain(owner).any(|c| page.containers[c as usize].mask & (NEGATIVE | class::CAPTION) != 0)
}

fn assemble(parts: Vec<(Kind, String)>) -> Assembled {
    let mut out = Assembled::default();
    for (kind, text) in parts {
        // Places for advertisements and pictures: `$$AD$$`, `[[image-1]]`, `{{embed}}`.
        let place = !text.contains(' ') && text.starts_with(['$', '[', '{']);
        match kind {
            _ if place => {}
            Kind::Heading(level) => out.part(BlockKind::Heading, Some(level), &text),
            Kind::ListItem(depth) => out.part(BlockKind::ListItem, Some(depth), &text),
            Kind::Quote => out.part(BlockKind::Quote, None, &text),
            _ => out.part(BlockKind::Paragraph, None, &text),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str =
        "The harbour reopened on Monday after a winter of repairs, and the first boats went out before dawn with full crews. ";

    fn found(html: &str) -> Option<String> {
        let tree = builder::parse(html).unwrap();
        body(&tree, &["Harbour reopens".to_owned()]).map(|b| b.text)
    }

    #[test]
    fn markup_in_a_string_of_the_state() {
        let text = LONG.repeat(2);
        let json = format!(
            r#"{{"queries":[{{"title":"Harbour reopens","html":"\u003cp\u003e{text}\u003c/p\u003e\u003cp\u003e{text}\u003c/p\u003e$$AD$$"}},{{"title":"Other","html":"<p>{}</p>"}}]}}"#,
            LONG.repeat(9)
        );
        let out = found(&format!("<script>window['q'] = window['q'] || [];window['q'].push({json})</script>")).unwrap();
        assert!(out.starts_with("The harbour") && out.matches("\n\n").count() == 1 && !out.contains("$$"), "{out}");
    }

    #[test]
    fn paragraphs_in_a_list() {
        let p = format!(r#"{{"type":"paragraph","content":[{{"type":"text","text":"{LONG}"}},{{"type":"text","text":"So it was."}}]}}"#);
        let html = format!(
            r#"<script id="__NEXT_DATA__" type="application/json">{{"props":{{"title":"Harbour reopens","body":[{p},{{"type":"heading","content":[{{"text":"What next"}}]}},{p},{p}]}}}}</script>"#
        );
        let out = found(&html).unwrap();
        assert!(out.contains("full crews. So it was.\n\nWhat next\n\nThe harbour"), "{out}");
    }

    #[test]
    fn programs_and_lists_of_names_are_no_body() {
        assert_eq!(found(&format!("<script>var a = {{\"x\": [{}\"y\"]}};</script>", "\"one two three\",".repeat(200))), None);
        assert_eq!(found(&format!("<script>{}</script>", "f({a: '{'});".repeat(100))), None);
    }
}
