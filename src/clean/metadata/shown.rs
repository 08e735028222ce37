//! Dates that a page shows to its readers: near the headline, beside a word such as "Published", in `time` elements, in the line under
//! the story. Looked for only when nothing is declared.
//!
//! Every short block that names a date with a year is a candidate. What speaks for and against it is counted; the best one wins when it
//! has enough. The weights are small whole and half points, so that a reader of a score can add them up.

use super::Metadata;
use super::date::{self, Moment};
use super::found::text_of;
use super::published::Dated;
use crate::article::{DateEvidence, DateSource, thousandths};
use crate::clean::Page;
use crate::clean::dates::{absolute, relative, weekdays, year};
use crate::clean::html::attribute::Name;
use crate::clean::html::block::{Block, Blocks, Kind};
use crate::clean::html::class::{self, Mask};
use crate::clean::html::needle::Needles;
use crate::clean::html::tag::Tag;
use crate::clean::html::text::plain;
use crate::clean::html::tree::Tree;
use jiff::Timestamp;
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// The best dates of a page.
#[derive(Debug, Default, PartialEq)]
pub struct Shown {
    /// Published, with enough that speaks for it.
    pub published: Option<Dated>,
    /// A date that might be it: the last resort.
    pub weak: Option<Dated>,
    /// Beside a word such as "Updated".
    pub modified: Option<Dated>,
}

/// Words before a date that say that it is the day of publishing, in lower case.
#[rustfmt::skip]
static PUBLISHED: LazyLock<Needles> = LazyLock::new(|| Needles::new(&[
    "published", "posted", "publish date", "publication date", "date:", "released", "created", "written on", "post time", "entry was", "artikel wurde", "beitrag wurde", "wurde am", "first aired", "veröffentlicht", "erschienen", "erstellt", "eingestellt", "datum", "vom ", "publié", "mis en ligne", "paru le", "date de parution", "publicado",
    "publicada", "fecha", "postado", "postada", "data:", "pubblicato", "pubblicata", "gepubliceerd", "geplaatst", "udgivet", "publiceret", "publisert", "publicerad", "publicerat", "julkaistu", "opublikowano", "dodano", "data publikacji", "publikováno", "zveřejněno", "vydáno", "publikované",
    "megjelent", "közzétéve", "publicat", "postat", "objavljeno", "опубликован", "дата публикации", "опубліковано", "публикувано", "δημοσίευση", "δημοσιεύτηκε", "δημοσιεύθηκε", "yayınlanma", "yayın tarihi", "eklenme", "giriş", "تاريخ النشر", "نشر", "פורסם", "प्रकाशित", "diterbitkan", "dipublikasikan", "ngày đăng",
    "公開", "掲載", "配信", "投稿", "発表", "发布", "發布", "发表", "發表", "입력", "등록", "작성", "เผยแพร่",
]));

/// Words that say that it is the day of a change.
#[rustfmt::skip]
static MODIFIED: LazyLock<Needles> = LazyLock::new(|| Needles::new(&[
    "updated", "last update", "modified", "last edited", "revised", "reviewed", "last changed", "aktualisiert", "aktualisierung", "geändert", "bearbeitet", "stand:", "mis à jour", "mise à jour", "modifié", "actualizado", "actualizada", "última actualización", "modificado", "atualizado", "atualizada",
    "aggiornato", "aggiornata", "ultimo aggiornamento", "bijgewerkt", "gewijzigd", "opdateret", "oppdatert", "endret", "uppdaterad", "ändrad", "päivitetty", "muokattu", "aktualizacja", "zaktualizowano", "aktualizováno", "aktualizované", "frissítve", "actualizat", "ažurirano", "обновлен", "изменено",
    "оновлено", "ενημέρωση", "ενημερώθηκε", "güncelleme", "güncellenme", "تحديث", "עודכן", "अपडेट", "diperbarui", "cập nhật", "更新", "수정", "업데이트",
]));

/// Words that say that it is the day of something else: membership, events, rights.
#[rustfmt::skip]
static OTHERS: LazyLock<Needles> = LazyLock::new(|| Needles::new(&[
    "©", "copyright", "joined", "member since", "registered", "beigetreten", "registriert", "mitglied seit", "born", "geboren", "expires", "deadline", "valid", "gültig", "until", "event", "veranstaltung", "dabei seit", "accessed", "retrieved", "abgerufen",
]));

/// Parts of class and id names that hold dates.
static CLASSES: &[&str] = &["date", "datum", "publish", "posted", "time", "fecha", "timestamp", "byline", "meta", "info", "created"];

/// Longer blocks are running text: a date there is of the story as a rule.
const SHORT: usize = 200;
/// In running text only a date this near to its begin is looked at: "(18.01.2018) Germany's farmers ...".
const HEAD: usize = 90;
/// More short blocks with dates are a calendar or an archive.
const CANDIDATES: usize = 300;
/// With less the date may be anything.
const ENOUGH: f32 = 2.5;
const LITTLE: f32 = -1.0;

struct Candidate {
    block: usize,
    dated: Dated,
    modified: bool,
    /// A word beside it says what it is.
    said: bool,
    score: f32,
}

/// Looks for dates. `title` is the block of the headline.
pub fn find(tree: &Tree<'_>, page: &Blocks, title: Option<usize>, known: &Metadata, event: &Page<'_>, order: absolute::Order) -> Shown {
    let mut candidates = Vec::new();
    let sight = Sight { tree, page, title, event, address: year_and_month(event.final_url) };
    for (at, b) in page.blocks.iter().enumerate() {
        if candidates.len() >= CANDIDATES {
            break;
        }
        sight.block(at, b, order, &mut candidates);
    }
    sight.times(known, &mut candidates);
    sight.punish_lists(&mut candidates);
    let best = |modified: bool| {
        let of = candidates.iter().filter(|c| c.modified == modified);
        // The first of equals: the page's own date stands before those of other stories.
        of.fold(None::<&Candidate>, |best, c| if best.is_none_or(|b| c.score > b.score) { Some(c) } else { best })
    };
    let take = |c: &Candidate| {
        let mut dated = c.dated.clone();
        dated.evidence.confidence = thousandths(f64::from((0.35 + 0.06 * c.score).clamp(0.2, 0.85)));
        dated
    };
    let published = best(false);
    let mut shown = Shown {
        published: published.filter(|c| c.score >= ENOUGH).map(take),
        weak: published.filter(|c| (LITTLE..ENOUGH).contains(&c.score)).map(take),
        modified: best(true).filter(|c| c.score >= ENOUGH).map(take),
    };
    if shown.published.is_none() {
        shown.published = sight.age();
    }
    shown
}

struct Sight<'s, 'p> {
    tree: &'s Tree<'p>,
    page: &'s Blocks,
    title: Option<usize>,
    event: &'s Page<'s>,
    address: Option<(i16, Option<i8>)>,
}

impl Sight<'_, '_> {
    fn block(&self, at: usize, b: &Block, order: absolute::Order, out: &mut Vec<Candidate>) {
        let text = self.page.text_of(b);
        let long = text.len() > SHORT;
        let text = if long { head(text) } else { text };
        if !has_number(text) {
            return;
        }
        let mut from = 0;
        for written in absolute::find(text, order) {
            let before = text.get(from..written.start).unwrap_or("");
            from = written.end;
            let after = text.get(written.end..).unwrap_or("");
            let raw = text.get(written.start..written.end).unwrap_or("");
            let Some(moment) = Moment::written(&written).or_else(|| self.without_year(at, text, &written)) else { continue };
            let Some(mut candidate) = self.candidate(at, b, moment, raw, (before, after), DateSource::VisibleText) else { continue };
            // "This entry was posted on ..." is of the page, another date in running text of the story.
            if long && !candidate.said {
                candidate.score -= if written.start <= 2 { 1.0 } else { 3.0 };
            }
            out.push(candidate);
        }
    }

    /// "Sunday, July 6" right under the headline; the weekday and the fetch tell the year.
    fn without_year(&self, at: usize, text: &str, written: &absolute::Written) -> Option<Moment> {
        let near = self.title.is_some_and(|t| at > t && at <= t + 4) && text.len() <= 60;
        let clues = year::Clues {
            weekday: written.weekday.or_else(|| weekdays::first_in(text)),
            address: None,
            fetched: crate::clean::dates::day_of(self.event.fetched_at),
        };
        near.then(|| year::resolve(written.month, written.day, &clues)).flatten().map(|r| Moment::Day(r.date))
    }

    /// `time` elements and their like: a machine's date, or a text.
    fn times(&self, known: &Metadata, out: &mut Vec<Candidate>) {
        for node in known.times.iter().take(CANDIDATES) {
            let at = self.page.blocks.partition_point(|b| b.node < self.tree.end(*node).max(node + 1)).saturating_sub(1);
            let Some(b) = self.page.blocks.get(at) else { continue };
            let machine = [Name::Datetime, Name::Content, Name::Title]
                .into_iter()
                .filter_map(|name| self.tree.attribute(*node, name))
                .map(plain)
                .find_map(|raw| date::parse(&raw).map(|m| (m, raw)));
            let Some((moment, raw)) = machine else { continue };
            let text = self.page.text_of(b);
            let shown = text_of(self.tree, *node, 80);
            let (before, after) = match text.find(&shown).filter(|_| !shown.is_empty() && text.len() <= 2 * SHORT) {
                Some(i) => (text.get(..i).unwrap_or(""), text.get(i + shown.len()..).unwrap_or("")),
                None => ("", ""),
            };
            let Some(mut candidate) = self.candidate(at, b, moment, &raw, (before, after), DateSource::TimeElement) else { continue };
            candidate.score += if self.tree.has(*node, Name::Pubdate) { 4.0 } else { 1.5 };
            out.push(candidate);
        }
    }

    fn candidate(&self, at: usize, b: &Block, moment: Moment, raw: &str, around: (&str, &str), source: DateSource) -> Option<Candidate> {
        if !date::plausible(moment, self.event.fetched_at) {
            return None;
        }
        let before = tail(around.0).to_lowercase();
        // The word may be a label of its own in the block before.
        let label = self.label(at).to_lowercase();
        let says = |words: &Needles| {
            last(&before, words)
                .or_else(|| before.trim_matches(|c: char| !c.is_alphanumeric()).is_empty().then(|| last(&label, words)).flatten())
        };
        let (published, modified) = (says(&PUBLISHED), says(&MODIFIED));
        // "Published 3 May, updated": the nearer word counts.
        let is_modified = modified.is_some_and(|m| published.is_none_or(|p| m >= p));
        let mut score = self.place(at) + self.surroundings(b);
        score += if published.is_some() || is_modified { 3.0 } else { 0.0 };
        if last(&before, &OTHERS).is_some() {
            score -= 4.0;
        }
        if self.is_named_so(b) {
            score += 2.0;
        }
        let others = around.0.len() + around.1.len();
        score += match others {
            0..=24 => 1.5,
            25..=60 => 0.5,
            _ => -0.5,
        };
        // A headline names the day of its event; on old blogs a heading of its own names the day of the entries below it.
        if matches!(b.kind, Kind::Heading(_)) && others > 24 {
            score -= 3.0;
        }
        let day = moment.day();
        score += match self.address {
            Some((y, Some(m))) if y == day.year() && m == day.month() => 3.0,
            Some((y, None)) if y == day.year() => 1.0,
            Some(_) => -1.0,
            None => 0.0,
        };
        let dated = Dated { moment, evidence: DateEvidence { source, raw: raw.to_owned(), confidence: 0.5 } };
        Some(Candidate { block: at, dated, modified: is_modified, said: published.is_some() || is_modified, score })
    }

    /// The end of the short block before.
    fn label(&self, at: usize) -> &str {
        let before = at.checked_sub(1).and_then(|i| self.page.blocks.get(i)).map_or("", |b| self.page.text_of(b));
        if before.len() <= 40 { before } else { "" }
    }

    /// Near the headline.
    fn place(&self, at: usize) -> f32 {
        let Some(title) = self.title else { return 0.5 };
        match at as i64 - title as i64 {
            0..=5 => 3.0,
            6..=14 => 1.5,
            -3..=-1 => 2.0,
            -8..=-4 => 0.5,
            _ => 0.0,
        }
    }

    /// What the elements around a block are.
    fn surroundings(&self, b: &Block) -> f32 {
        const ELSEWHERE: Mask = class::RELATED | class::TEASER | class::SIDEBAR | class::NAV | class::WIDGET;
        let mut score = 0.0;
        let mut seen: Mask = 0;
        for (distance, id) in self.page.chain(b.owner).enumerate() {
            let c = &self.page.containers[id as usize];
            // Wrappers of the whole page are named after anything.
            if distance > 7 || c.end_block.saturating_sub(c.first_block) > self.page.blocks.len() as u32 / 2 {
                break;
            }
            seen |= c.mask;
            score += match c.tag {
                Tag::Aside | Tag::Nav => -2.0,
                Tag::Footer => -0.5,
                _ => 0.0,
            };
            if c.tag == Tag::Article {
                break;
            }
        }
        if seen & class::COMMENT != 0 {
            score -= 4.0;
        }
        if seen & ELSEWHERE != 0 {
            score -= 2.0;
        }
        if b.link_density() > 0.6 && b.bytes() > 40 {
            score -= 1.5;
        }
        score
    }

    /// The element's own name, or its parents', says that it holds a date.
    fn is_named_so(&self, b: &Block) -> bool {
        let inline = self.tree.parent(b.node);
        let owner = self.page.containers[b.owner as usize].node;
        let parent = self.tree.parent(owner);
        [inline, owner, parent].into_iter().any(|node| {
            [Name::Class, Name::Id, Name::Itemprop, Name::DataTestid].into_iter().filter_map(|n| self.tree.attribute(node, n)).any(|v| {
                let v = v.get(..120).unwrap_or(v).to_ascii_lowercase();
                CLASSES.iter().any(|w| v.contains(w))
            })
        })
    }

    /// Dates of one template again and again are those of a list of stories, of comments, of a calendar.
    fn punish_lists(&self, candidates: &mut [Candidate]) {
        let template = |c: &Candidate| self.page.containers[self.page.blocks[c.block].owner as usize].template;
        let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
        for c in candidates.iter() {
            *counts.entry(template(c)).or_default() += 1;
        }
        for c in candidates.iter_mut() {
            let near = self.title.is_some_and(|t| (t..=t + 5).contains(&c.block));
            if counts.get(&template(c)).is_some_and(|n| *n >= 4) && !near {
                c.score -= 2.0;
            }
        }
    }

    /// "3 hours ago" under the headline.
    fn age(&self) -> Option<Dated> {
        let fetched = Timestamp::from_millisecond(self.event.fetched_at?).ok()?;
        let title = self.title?;
        self.page.blocks.iter().skip(title + 1).take(6).find_map(|b| {
            let text = self.page.text_of(b);
            if text.len() > SHORT {
                return None;
            }
            text.split(['|', '•', '·']).map(str::trim).find_map(|part| {
                let behind = part.split_once(' ').map_or("", |(_, rest)| rest);
                let (raw, age) = [part, behind].into_iter().find_map(|p| relative::whole(p).map(|age| (p, age)))?;
                let moment = date::parse(&relative::resolve(age, fetched)?)?;
                Some(Dated { moment, evidence: DateEvidence { source: DateSource::RelativeAge, raw: raw.to_owned(), confidence: 0.7 } })
            })
        })
    }
}

fn head(text: &str) -> &str {
    let mut end = HEAD.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The last 60 bytes or so.
fn tail(text: &str) -> &str {
    let mut start = text.len().saturating_sub(60);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

/// Where the last of the words begins.
fn last(text: &str, words: &Needles) -> Option<usize> {
    let mut last = None;
    words.all(text.as_bytes(), |found| last = last.max(Some(found.start)));
    last
}

fn has_number(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) || !text.is_ascii() && text.chars().any(|c| crate::clean::dates::words::digit(c).is_some())
}

/// The year, and the month if any, that the address names as folders: `/2018/08/title`.
fn year_and_month(url: &str) -> Option<(i16, Option<i8>)> {
    let path = url.split_once("://").map_or(url, |(_, r)| r).split(['?', '#']).next()?;
    let mut parts = path.split('/').skip(1);
    while let Some(part) = parts.next() {
        if part.len() == 4
            && let Some(year) = part.parse().ok().filter(|y: &i16| (1990..2100).contains(y))
        {
            let month = parts.next().filter(|m| m.len() <= 2).and_then(|m| m.parse().ok()).filter(|m: &i8| (1..=12).contains(m));
            return Date::new(year, month.unwrap_or(1), 1).ok().map(|_| (year, month));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_months_of_addresses() {
        assert_eq!(year_and_month("https://courier.example/2018/08/title"), Some((2018, Some(8))));
        assert_eq!(year_and_month("https://courier.example/news/2018/title"), Some((2018, None)));
        assert_eq!(year_and_month("https://courier.example/title-2018"), None);
    }

    #[test]
    fn the_nearest_word_counts() {
        assert!(last("published 3 may, updated", &MODIFIED) > last("published 3 may, updated", &PUBLISHED));
        assert_eq!(last("jane doe", &PUBLISHED), None);
    }

    #[test]
    fn cuts_do_not_break_characters() {
        let text = "é".repeat(100);
        assert!(head(&text).len() <= HEAD && tail(&text).len() <= 61);
    }
}
