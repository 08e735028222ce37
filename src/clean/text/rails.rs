//! Rails: lists of teasers of other stories. Each story once, with how often it stood on the page, its rail, summary and age.

use super::chars::{self, Kinds};
use super::features::Page;
use super::flow::Flow;
use super::form::Form;
use super::furniture::{self, Class};
use super::hash::grown;
use super::script::{count_words, is_unspaced};
use super::unit::Unit;
use crate::article::Related;
use crate::clean::dates::absolute::{self, Order};
use crate::clean::dates::relative;
use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

/// No page has more teasers that are worth telling.
const MOST: usize = 300;
/// Nor more groups of lines.
const MOST_GROUPS: usize = 4 * MOST;
/// Titles of stories have at least this many words and at most this many characters.
const LEAST_WORDS: usize = 4;
const MOST_CHARS: usize = 220;
/// Ages, dates and names of rails are no longer than this, in bytes.
const SHORT: usize = 60;
/// Lists of more lines than this are read as titles only.
const PAIR: usize = 2;

/// What lies between two marks of a rail (empty line, age, rail name, "Read more").
#[derive(Debug, Default)]
struct Group<'a> {
    lines: Vec<&'a str>,
    /// RFC 3339 of the age or date below or beside it.
    published: Option<String>,
    rail: Option<&'a str>,
    /// An age, a link or a rail's name told that this is a teaser.
    marked: bool,
}

/// Lines that lead on to the story above them; they name no rail. Lower case.
static LINKS: &[&str] = &[
    "read more",
    "read full story",
    "continue reading",
    "full story",
    "learn more",
    "see more",
    "more »",
    "weiterlesen",
    "mehr lesen",
    "lesen sie mehr",
    "lire la suite",
    "en savoir plus",
    "leer más",
    "leia mais",
    "saiba mais",
    "leggi tutto",
    "lees meer",
    "læs mere",
    "les mer",
    "läs mer",
    "lue lisää",
    "czytaj więcej",
    "číst dál",
    "tovább",
    "citește mai mult",
    "читать далее",
    "читати далі",
    "devamını oku",
    "baca selengkapnya",
    "xem tiếp",
    "đọc thêm",
    "اقرأ المزيد",
    "続きを読む",
    "阅读全文",
    "阅读更多",
    "더보기",
];

static LINKS_BY_LINE: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| LINKS.iter().copied().collect());

/// No line of [`LINKS`] is longer, in bytes.
const LONGEST_LINK: usize = 23;

/// Finds the teasers in the lines that `outside` says are none of the body's.
pub fn related(flow: &Flow, units: &[Unit], page: &Page, outside: &[bool], fetched: Option<Timestamp>) -> Vec<Related> {
    let groups = groups(flow, units, page, outside, fetched);
    let marked: Vec<&Group> = groups.iter().filter(|g| g.marked && !g.lines.is_empty()).collect();
    let pairs = marked.iter().filter(|g| g.lines.len() == PAIR).count();
    let in_pairs = pairs >= 2 && pairs * 2 >= marked.len();
    let mut list = List::default();
    for group in marked {
        let paired = group.lines.len() == PAIR && (in_pairs || is_summary(group.lines[0], group.lines[1]));
        if paired {
            list.add(group.lines[0], Some(group.lines[1]), group);
        } else {
            for line in &group.lines {
                list.add(line, None, group);
            }
        }
    }
    list.items
}

/// A second line that tells the story of the first: longer by a third, or a whole sentence.
fn is_summary(title: &str, second: &str) -> bool {
    second.len() * 3 > title.len() * 4 || second.ends_with('.') && !title.ends_with('.')
}

fn groups<'a>(flow: &'a Flow, units: &[Unit], page: &Page, outside: &[bool], fetched: Option<Timestamp>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut current = Group::default();
    let mut rail = None;
    let names = names_by_shape(flow, outside);
    let mut units = units.iter().enumerate().peekable();
    for (i, (&line, &is_outside)) in flow.lines.iter().zip(outside).enumerate() {
        // A page of a million lines has no rails worth reading.
        if groups.len() >= MOST_GROUPS {
            break;
        }
        let text = flow.line(line);
        if !is_outside {
            close(&mut groups, &mut current, None);
            rail = None;
            continue;
        }
        if line.gap {
            close(&mut groups, &mut current, rail);
        }
        while units.next_if(|(_, unit)| (unit.line as usize) < i).is_some() {}
        // What is known of the unit is true of its line when it is all of it.
        let known = units.peek().filter(|(_, unit)| (unit.start, unit.end) == (line.start, line.end));
        let known = known.filter(|_| text.len() <= 2 * MOST_CHARS);
        // Longer ones are told by their length alone.
        let (form, lower) = known.map_or_else(|| (long(text), ""), |(unit, _)| (page.forms[*unit], page.lower(*unit)));
        match kind(text, &form, lower, fetched) {
            Kind::Age { published, behind } => {
                current.published = published;
                current.marked = true;
                close(&mut groups, &mut current, rail);
                if !behind.is_empty() {
                    rail = Some(behind);
                }
            }
            Kind::Rail(name) => {
                close(&mut groups, &mut current, rail);
                rail = Some(name);
            }
            Kind::Link => {
                current.marked = true;
                close(&mut groups, &mut current, rail);
            }
            Kind::Furniture => {
                close(&mut groups, &mut current, rail);
                rail = None;
            }
            Kind::Short if rail.is_some() && names.binary_search(&i).is_ok() => {
                close(&mut groups, &mut current, rail);
                rail = Some(text);
            }
            Kind::Short => {}
            Kind::Aged { title, published } => {
                current.lines.push(title);
                current.published = published;
                current.marked = true;
                close(&mut groups, &mut current, rail);
            }
            Kind::Text => current.lines.push(text),
        }
    }
    close(&mut groups, &mut current, rail);
    groups
}

/// Lines that name a rail by their place: few words right below the last teaser, and an empty line below them. Authors and sections stand so
/// too, but below every teaser, so more than one in three of them are no names.
fn names_by_shape(flow: &Flow, outside: &[bool]) -> Vec<usize> {
    let mut gaps = 0;
    let mut names = Vec::new();
    for (i, pair) in flow.lines.windows(2).enumerate() {
        if !outside[i] || !outside[i + 1] || !pair[1].gap {
            continue;
        }
        gaps += 1;
        let text = flow.line(pair[0]);
        if !pair[0].gap && i > 0 && text.len() <= SHORT && count_words(text) < LEAST_WORDS && !text.contains(char::is_numeric) {
            names.push(i);
        }
    }
    if names.len() * 3 > gaps { Vec::new() } else { names }
}

fn close<'a>(groups: &mut Vec<Group<'a>>, current: &mut Group<'a>, rail: Option<&'a str>) {
    let mut group = std::mem::take(current);
    if group.lines.is_empty() {
        return;
    }
    group.rail = rail;
    group.marked |= rail.is_some();
    groups.push(group);
}

/// What a line of a rail is.
enum Kind<'a> {
    /// An age or a date, and what is glued behind it: "21 hours agoHighlights".
    Age {
        published: Option<String>,
        behind: &'a str,
    },
    /// A title with its age behind it on the same line.
    Aged {
        title: &'a str,
        published: Option<String>,
    },
    Rail(&'a str),
    Link,
    Furniture,
    /// Too short for a title: a section's name, an author.
    Short,
    Text,
}

/// The form of a line that was not looked at, as far as it is asked for: it may hold a date, an age and a sign.
fn long(text: &str) -> Form {
    let words = count_words(text).min(u16::MAX.into()) as u16;
    Form { words, chars: text.chars().count() as u32, dated: true, aged: true, signs: 1, ..Form::default() }
}

/// `form` and `lower`: of the line.
fn kind<'a>(text: &'a str, form: &Form, lower: &str, fetched: Option<Timestamp>) -> Kind<'a> {
    let resolve = |age| fetched.and_then(|f| relative::resolve(age, f));
    let short = text.len() <= SHORT;
    if short
        && form.aged
        && let Some(age) = relative::leading(text)
    {
        let behind = text[age.end..].trim_start();
        let glued = behind.len() == text.len() - age.end;
        if behind.chars().all(|c| !c.is_alphanumeric()) {
            return Kind::Age { published: resolve(age), behind: "" };
        }
        // Scripts without blanks glue everything: there it must be the name of a rail.
        let is_name = |c: char| c.is_uppercase() || is_unspaced(c) && furniture::is_all(&furniture::lower(behind), Class::Rail);
        if glued && behind.starts_with(is_name) {
            return Kind::Age { published: resolve(age), behind };
        }
    }
    if short
        && form.dated
        && let Some(date) = absolute::first(text, Order::DayFirst)
    {
        let rest = text[..date.start].chars().chain(text[date.end..].chars()).filter(|c| c.is_alphabetic()).count();
        if rest <= 8 {
            return Kind::Age { published: date.date().map(|d| d.to_string()), behind: "" };
        }
    }
    // "Malaysia / 10 h ago", "Sport · vor 3 Stunden": a section, a mark and the age.
    if short
        && (form.signs > 0 || form.commas > 0 || text.contains('/'))
        && let Some((section, tail)) = text.rsplit_once(['/', '|', '•', '·', ','])
        && count_words(section) < LEAST_WORDS
        && let Some(age) = relative::whole(tail)
    {
        return Kind::Age { published: resolve(age), behind: "" };
    }
    let bare = chars::bare(lower);
    if bare.len() <= LONGEST_LINK && LINKS_BY_LINE.contains(bare) {
        return Kind::Link;
    }
    if short && furniture::is_phrase(bare, Class::Rail) {
        return Kind::Rail(text);
    }
    let words = usize::from(form.words);
    let dense = form.furniture() as usize * 4 >= words.max(1);
    if form.chars as usize > 4 * MOST_CHARS
        || form.hits[Class::Legal as usize] > 0 && words < 30
        || form.hits[Class::Consent as usize] > 1
        || dense && words >= LEAST_WORDS
    {
        return Kind::Furniture;
    }
    if words < LEAST_WORDS {
        return Kind::Short;
    }
    if let Some((title, age)) = trailing_age(text) {
        return Kind::Aged { title, published: resolve(age) };
    }
    Kind::Text
}

/// "Council meets again 12 hours ago": the age at the end of a line, and the title before it.
fn trailing_age(text: &str) -> Option<(&str, relative::Age)> {
    let starts: Vec<usize> = text.char_indices().rev().take(26).filter(|(_, c)| *c == ' ').map(|(i, _)| i).collect();
    starts.into_iter().rev().find_map(|i| {
        let tail = text[i..].trim_start();
        let digit = tail.chars().take(14).any(char::is_numeric);
        let age = digit.then(|| relative::whole(tail)).flatten()?;
        let title = text[..i].trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '"' | '”' | '?' | '!' | ')' | '\'' | '’'));
        (count_words(title) >= LEAST_WORDS).then_some((title, age))
    })
}

#[derive(Default)]
struct List {
    items: Vec<Related>,
    /// By the hash of the title's letters and digits, whatever their case.
    by_title: FxHashMap<u64, usize>,
}

impl List {
    fn add(&mut self, title: &str, summary: Option<&str>, group: &Group<'_>) {
        if title.chars().count() > MOST_CHARS {
            return;
        }
        let kinds = Kinds::get();
        let wordy = title.chars().filter(|c| kinds.of(*c) & chars::WORDY != 0);
        let key = wordy.fold(0, |hash, c| grown(hash, kinds.lower(c)));
        match self.by_title.get(&key) {
            Some(&i) => {
                let known = &mut self.items[i];
                known.seen += 1;
                if known.summary.is_none() {
                    known.summary = summary.map(str::to_owned);
                }
                if known.published_at.is_none() {
                    known.published_at = group.published.clone();
                }
            }
            None if self.items.len() < MOST => {
                self.by_title.insert(key, self.items.len());
                self.items.push(Related {
                    title: title.to_owned(),
                    summary: summary.map(str::to_owned),
                    url: None,
                    published_at: group.published.clone(),
                    rail: group.rail.map(str::to_owned),
                    seen: 1,
                });
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::super::unit::units;
    use super::*;

    fn related(flow: &Flow, outside: &[bool], fetched: Option<Timestamp>) -> Vec<Related> {
        let units = units(flow);
        super::related(flow, &units, &Page::new(flow, &units, ""), outside, fetched)
    }

    #[test]
    fn the_longest_link() {
        assert_eq!(LINKS.iter().map(|link| link.len()).max(), Some(LONGEST_LINK));
    }

    const RAILS: &str = "More\n\nBridge over the harbour opens after ten years\nThe bridge had been planned since the great flood of the valley\nRead more\n\n\
        Winter comes early to the northern isles this year\nFerries stay in port while the storm moves on over the sea\n1 day ago\n\
        Mayor wins the vote with a narrow lead\nShe will lead the town for another four years in office\n12 hours agoHighlights\n\n\
        Bridge over the harbour opens after ten years\nThe bridge had been planned since the great flood of the valley\n\
        All rights reserved. Harbour News Ltd.\nTerms of use and something else there";

    #[test]
    fn each_story_once_with_rail_age_and_count() {
        let page = flow(RAILS);
        let fetched = "2025-03-10T11:30:00Z".parse().ok();
        let found = related(&page, &vec![true; page.lines.len()], fetched);
        let shown: Vec<(&str, u32, Option<&str>, Option<&str>)> =
            found.iter().map(|r| (r.title.as_str(), r.seen, r.rail.as_deref(), r.published_at.as_deref())).collect();
        assert_eq!(
            shown,
            [
                ("Bridge over the harbour opens after ten years", 2, Some("More"), None),
                ("Winter comes early to the northern isles this year", 1, Some("More"), Some("2025-03-09")),
                ("Mayor wins the vote with a narrow lead", 1, Some("More"), Some("2025-03-09T23:00:00Z")),
            ]
        );
        assert!(found.iter().all(|r| r.summary.is_some()));
    }

    #[test]
    fn without_a_mark_there_are_none() {
        let page = flow("The council met again in the town hall\nA second line of the story without a mark");
        assert!(related(&page, &[true, true], None).is_empty());
    }

    #[test]
    fn lists_of_titles_with_ages_beside_them() {
        let page =
            flow("Lesen Sie auch\nBrücke am Hafen nach zehn Jahren eröffnet vor 3 Stunden\nWinter kommt früh in den Norden vor 2 Tagen");
        let found = related(&page, &[true; 3], "2025-03-10T11:30:00Z".parse().ok());
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].title, "Brücke am Hafen nach zehn Jahren eröffnet");
        assert_eq!(found[1].published_at.as_deref(), Some("2025-03-08"));
    }
}
