//! `input.mappings`: presets of one's own, as tables of JSON pointers. They are read once and stay for good, like those that are compiled in.

use super::diagnostic::{Origin, Problem};
use super::keys::closest;
use super::raw::{Node, Value};
use super::reader::{self, Reader};
use crate::page::Preset;
use crate::page::mapping::{Mapping, Paths, Skip, Target, When};

const KEY: &str = "input.mappings";
/// Keys of a mapping beside the fields of a page.
const PAGES: &str = "pages";
const ATTRIBUTES: &str = "attributes";
const IGNORE: &str = "ignore";
const SKIP: &str = "skip";
const ONLY: &str = "only";

/// All mappings that are written correctly; what is wrong is noted at its place.
pub(super) fn read(r: &mut Reader) -> Vec<&'static Mapping> {
    let entries = match r.node(KEY).cloned() {
        None => return Vec::new(),
        Some(Node { value: Value::Table(entries), .. }) => entries,
        Some(_) => {
            let _: Option<()> = r.read(KEY, |_, _| None);
            return Vec::new();
        }
    };
    let mut all: Vec<&'static Mapping> = Vec::new();
    for (name, at, node) in entries {
        let mut problems = Vec::new();
        if !reader::is_name(&name, 100) {
            problems.push(problem(&at, &name, "the name of a mapping has letters, digits, '.', '_' and '-' only"));
        } else if Preset::from_name(&name).is_some() {
            problems.push(problem(&at, &name, "is a preset already, take another name"));
        }
        if let Some(mapping) = mapping(&name, &node, &mut problems) {
            all.push(mapping);
        }
        r.problems.append(&mut problems);
    }
    all
}

fn problem(at: &Origin, name: &str, message: impl std::fmt::Display) -> Problem {
    Problem::new(at, format!("`{KEY}.{name}`: {message}"))
}

fn mapping(name: &str, node: &Node, problems: &mut Vec<Problem>) -> Option<&'static Mapping> {
    let Value::Table(entries) = &node.value else {
        problems.push(problem(&node.at, name, format!("expected a table of JSON pointers, found {}", node.value.found())));
        return None;
    };
    let mut read = Mapping { name: leak(name), about: "", pages: &[], fields: &[], attributes: &[], skip: &[], known: &[] };
    let (mut fields, mut skips): (Vec<(Target, Paths)>, Vec<Skip>) = (Vec::new(), Vec::new());
    let before = problems.len();
    for (key, at, node) in entries {
        let path = format!("{name}.{key}");
        match key.as_str() {
            PAGES => read.pages = pointers(&path, node, problems),
            ATTRIBUTES => read.attributes = pointers(&path, node, problems),
            IGNORE => read.known = pointers(&path, node, problems),
            SKIP | ONLY => skips.extend(conditions(&path, key == SKIP, node, problems)),
            field => match Target::NAMES.iter().find(|(n, _)| *n == field) {
                // In the order of the file: of several bodies the first that holds something counts.
                Some((_, target)) => fields.push((*target, pointers(&path, node, problems))),
                None => {
                    let names = Target::NAMES.iter().map(|(n, _)| *n).chain([PAGES, ATTRIBUTES, IGNORE, SKIP, ONLY]);
                    let all: Vec<&str> = names.clone().collect();
                    let hint = closest(field, names)
                        .map_or_else(|| format!("a mapping has {}", all.join(", ")), |known| format!("did you mean `{known}`?"));
                    problems.push(problem(at, &path, format!("unknown key, {hint}")));
                }
            },
        }
    }
    if !fields.iter().any(|(t, _)| *t == Target::Url) {
        problems.push(problem(&node.at, name, "a mapping without `url`: nobody would know whose page it is"));
    }
    (read.fields, read.skip) = (fields.leak(), skips.leak());
    (problems.len() == before).then(|| &*Box::leak(Box::new(read)))
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// One pointer or a list of them.
fn pointers(path: &str, node: &Node, problems: &mut Vec<Problem>) -> Paths {
    let one = std::slice::from_ref(node);
    let items = if let Value::List(items) = &node.value { items.as_slice() } else { one };
    let mut read: Vec<&'static str> = Vec::new();
    for item in items {
        match &item.value {
            Value::Text(text) if is_pointer(text) => read.push(leak(text)),
            other => {
                let expected = "expected a JSON pointer as in \"/meta/url\" (or \"^/id\" for one in the whole message)";
                problems.push(problem(&item.at, path, format!("{expected}, found {}", other.found())));
            }
        }
    }
    read.leak()
}

fn is_pointer(text: &str) -> bool {
    text.strip_prefix('^').unwrap_or(text).starts_with('/')
}

/// `{ "/type" = ["image", "pdf"] }`
fn conditions(path: &str, skip: bool, node: &Node, problems: &mut Vec<Problem>) -> Vec<Skip> {
    let Value::Table(entries) = &node.value else {
        let expected = "expected a table of JSON pointers with their values, as in { \"/type\" = [\"page\"] }";
        problems.push(problem(&node.at, path, format!("{expected}, found {}", node.value.found())));
        return Vec::new();
    };
    let mut read = Vec::new();
    for (pointer, at, node) in entries {
        let items = if let Value::List(items) = &node.value { items.as_slice() } else { std::slice::from_ref(node) };
        let text = |item: &Node| match &item.value {
            Value::Text(t) => Some(leak(t)),
            Value::Integer(n) => Some(leak(&n.to_string())),
            Value::Flag(b) => Some(leak(&b.to_string())),
            _ => None,
        };
        match items.iter().map(text).collect::<Option<Vec<&'static str>>>() {
            Some(values) if is_pointer(pointer) => {
                let values: &'static [&'static str] = values.leak();
                read.push(Skip::no_page(leak(pointer), if skip { When::Is(values) } else { When::IsNot(values) }));
            }
            Some(_) => problems.push(problem(at, path, format!("expected a JSON pointer as in \"/type\", found {pointer:?}"))),
            None => problems.push(problem(&node.at, path, "expected texts, numbers, true or false")),
        }
    }
    read
}
