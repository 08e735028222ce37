//! One pass over the tree: everything a page says of itself, as written.

use crate::clean::html::attribute::Name;
use crate::clean::html::tag::{Tag, UNSEEN};
use crate::clean::html::text::Collector;
use crate::clean::html::tree::{NodeId, Tree};
use rustc_hash::FxHashMap;

/// A property of microdata or a `rel=author` link.
#[derive(Debug, Clone, Copy)]
pub struct Property<'a> {
    pub name: &'a str,
    pub node: NodeId,
}

/// Declarations in the page's order, bounded in number.
#[derive(Debug, Default)]
pub struct Found<'a> {
    /// Name or property, content.
    pub metas: Vec<(&'a str, &'a str)>,
    /// Rel, href.
    pub links: Vec<(&'a str, &'a str)>,
    pub json_ld: Vec<&'a str>,
    pub title: Option<&'a str>,
    pub times: Vec<NodeId>,
    pub properties: Vec<Property<'a>>,
    pub headings: Vec<NodeId>,
    /// `rel=tag` links.
    pub tags: Vec<NodeId>,
    pub language: Option<&'a str>,
    pub base: Option<&'a str>,
    /// Values of `itemtype`.
    pub types: Vec<&'a str>,
}

/// More of one kind is an archive page or an attack.
const MOST: usize = 400;
/// JSON-LD of one page in bytes: real pages stay below 300 kB, and as values it takes up to seventy times as much memory.
const JSON_BYTES: usize = 1 << 20;

/// RDFa properties that somebody reads, without their prefix.
const RDFA: &[&str] = &["author", "creator", "datePublished", "dateCreated", "dateModified", "headline", "keywords", "name"];

/// Tags of which [`find`] asks more than their attributes.
const DECLARES: [bool; Tag::COUNT] = {
    let mut declares = [false; Tag::COUNT];
    let tags = [Tag::Meta, Tag::Link, Tag::Base, Tag::Html, Tag::Title, Tag::Script, Tag::Time, Tag::H1];
    let mut n = 0;
    while n < tags.len() {
        declares[tags[n] as usize] = true;
        n += 1;
    }
    declares
};

/// Attributes that [`attributes`] reads, as bits.
const READ: u32 = 1 << Name::Itemprop as u32 | 1 << Name::Itemtype as u32 | 1 << Name::Rel as u32 | 1 << Name::Property as u32;

/// Collects the declarations of a page.
pub fn find<'a>(tree: &Tree<'a>) -> Found<'a> {
    let mut found = Found::default();
    let mut json_bytes = 0;
    let mut at = 0;
    while at < tree.count() {
        let tag = tree.tag(at);
        if tag == Tag::Text {
            at += 1;
            continue;
        }
        match tag {
            // Nearly all elements: where a table of the arms leads to could not be foreseen.
            _ if !DECLARES[tag as usize] => {}
            Tag::Meta => meta(tree, at, &mut found),
            Tag::Link => link(tree, at, &mut found),
            Tag::Base => found.base = found.base.or(tree.attribute(at, Name::Href)),
            Tag::Html => found.language = found.language.or(tree.attribute(at, Name::Lang)),
            Tag::Title if found.title.is_none() && tree.end(at) > at + 1 => found.title = Some(tree.raw_text(at + 1)),
            Tag::Script => {
                let json = tree.attribute(at, Name::Type).is_some_and(is_json_ld);
                if json && tree.end(at) > at + 1 && found.json_ld.len() < MOST {
                    let text = tree.raw_text(at + 1);
                    json_bytes += text.len();
                    if json_bytes <= JSON_BYTES {
                        found.json_ld.push(text);
                    }
                }
            }
            Tag::Time if found.times.len() < MOST => found.times.push(at),
            Tag::H1 if found.headings.len() < MOST => found.headings.push(at),
            _ => {}
        }
        if !tree.attributes(at).is_empty() {
            attributes(tree, at, tag, &mut found);
        }
        at = after(tree, at, tag);
    }
    found
}

fn attributes<'a>(tree: &Tree<'a>, at: NodeId, tag: Tag, found: &mut Found<'a>) {
    for a in tree.attributes(at) {
        if READ >> a.name as u32 & 1 == 0 && !(a.name == Name::Class && tag == Tag::Abbr) {
            continue;
        }
        let value = tree.slice(a.start, a.end);
        match a.name {
            Name::Itemprop if found.properties.len() < MOST => found.properties.push(Property { name: value, node: at }),
            Name::Itemtype if found.types.len() < MOST => found.types.push(value),
            Name::Rel if tag == Tag::A && found.properties.len() < MOST => {
                for word in value.split_ascii_whitespace() {
                    if word.eq_ignore_ascii_case("author") {
                        found.properties.push(Property { name: "rel-author", node: at });
                    } else if word.eq_ignore_ascii_case("tag") && found.tags.len() < MOST {
                        found.tags.push(at);
                    }
                }
            }
            // RDFa: metas with a property are read as metas.
            Name::Property if tag != Tag::Meta && found.properties.len() < MOST => {
                let name = value.rsplit(':').next().unwrap_or(value);
                if RDFA.contains(&name) {
                    found.properties.push(Property { name, node: at });
                }
            }
            Name::Class if is_old_date(tag, value) && found.times.len() < MOST => found.times.push(at),
            _ => {}
        }
    }
}

/// hAtom, as old blogs write it: `<abbr class=published title=2014-07-06T10:30Z>`.
fn is_old_date(tag: Tag, class: &str) -> bool {
    tag == Tag::Abbr && class.contains("published")
}

/// More are a list of stories.
const BYLINES: usize = 60;

/// Elements whose class or test name says that they hold the author. Few pages need them: a pass of its own.
pub fn bylines(tree: &Tree<'_>) -> Vec<NodeId> {
    let mut out = Vec::new();
    let mut known = FxHashMap::default();
    let mut at = 0;
    while at < tree.count() && out.len() < BYLINES {
        let tag = tree.tag(at);
        let names = tree.attributes(at).iter().filter(|a| matches!(a.name, Name::Class | Name::DataTestid)).any(|a| {
            let value = tree.slice(a.start, a.end);
            !(a.name == Name::Class && is_old_date(tag, value)) && *known.entry(value).or_insert_with(|| says_byline(value))
        });
        if names && tag != Tag::Body {
            out.push(at);
        }
        at = after(tree, at, tag);
    }
    out
}

/// The next element that may declare something: what is not shown is passed over.
fn after(tree: &Tree<'_>, at: NodeId, tag: Tag) -> NodeId {
    if tag.is(UNSEEN) && tag != Tag::Template { tree.end(at) } else { at + 1 }
}

fn says_byline(class: &str) -> bool {
    const NAMES: [&[u8]; 5] = [b"byline", b"author", b"autor", b"auteur", b"writer"];
    let bytes = class.as_bytes();
    bytes.len() < 200 && bytes.windows(6).any(|w| NAMES.iter().any(|n| w.len() >= n.len() && w[..n.len()].eq_ignore_ascii_case(n)))
        || NAMES.iter().any(|n| bytes.eq_ignore_ascii_case(n))
}

fn meta<'a>(tree: &Tree<'a>, at: NodeId, found: &mut Found<'a>) {
    let Some(content) = tree.attribute(at, Name::Content) else { return };
    for name in [Name::Property, Name::Meta, Name::HttpEquiv] {
        if let Some(key) = tree.attribute(at, name)
            && found.metas.len() < MOST
        {
            found.metas.push((key.trim(), content));
        }
    }
}

fn is_json_ld(kind: &str) -> bool {
    const KIND: &[u8] = b"application/ld+json";
    kind.trim().as_bytes().get(..KIND.len()).is_some_and(|k| k.eq_ignore_ascii_case(KIND))
}

/// Values of `rel` that somebody reads.
const RELS: [&str; 4] = ["canonical", "author", "license", "amphtml"];

fn link<'a>(tree: &Tree<'a>, at: NodeId, found: &mut Found<'a>) {
    if let (Some(rel), Some(href)) = (tree.attribute(at, Name::Rel), tree.attribute(at, Name::Href))
        && RELS.iter().any(|r| rel.eq_ignore_ascii_case(r))
        && found.links.len() < MOST
    {
        found.links.push((rel, href));
    }
}

impl<'a> Found<'a> {
    /// Contents of all metas of a name, in order, none empty.
    pub fn metas<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a str> + 's {
        self.metas.iter().filter(move |(k, v)| k.eq_ignore_ascii_case(name) && !v.trim().is_empty()).map(|(_, v)| *v)
    }

    /// The first content of the first name that has one.
    pub fn first(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|n| self.metas(n).next())
    }

    pub fn properties<'s>(&'s self, name: &'s str) -> impl Iterator<Item = NodeId> + 's {
        self.properties.iter().filter(move |p| p.name.split_ascii_whitespace().any(|n| n.eq_ignore_ascii_case(name))).map(|p| p.node)
    }
}

/// The shown text of a subtree, at most about `limit` bytes.
pub fn text_of(tree: &Tree<'_>, node: NodeId, limit: usize) -> String {
    let mut collector = Collector::default();
    let mut at = node + 1;
    while at < tree.end(node) && collector.out.len() < limit {
        let tag = tree.tag(at);
        if tag == Tag::Text {
            collector.add(tree.raw_text(at));
        } else if tag.is(UNSEEN) {
            at = tree.end(at);
            continue;
        } else if tag == Tag::Br || tag.is(crate::clean::html::tag::BLOCK) {
            collector.space();
        }
        at += 1;
    }
    collector.out
}
