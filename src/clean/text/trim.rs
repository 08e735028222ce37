//! What is known without the model: a page of one short story, the title and the lines under it.

use super::byline;
use super::features::Page;
use super::flow::Flow;
use super::form::Form;
use super::furniture::{self, Class};
use super::unit::Unit;
use crate::clean::dates::absolute::{self, Order};
use crate::clean::dates::{agencies, dateline};

/// When there is no run of text, the model has nothing to go by: all sentences that are no furniture, else (without the gate) everything.
/// When it keeps nothing, the run of text.
pub fn fill(page: &Page, kept: &mut [bool], gate: bool) {
    if !page.core.is_empty() {
        if !kept.contains(&true) {
            kept[page.core.clone()].fill(true);
        }
        return;
    }
    for (keep, form) in kept.iter_mut().zip(&page.forms) {
        *keep = is_sentence(form);
    }
    if !gate && !kept.contains(&true) {
        kept.fill(true);
    }
}

/// Running text at the edge of the story that the model doubts at least this little belongs to it: short pages give it less to go by.
const DOUBT: f32 = 0.3;
/// Below this an insert with furniture in it is dropped, though going out and in again costs the sequence more than keeping it.
const INSERT: f32 = 0.25;
/// Credits and promotions between paragraphs have at most this many words.
const INSERT_WORDS: u16 = 25;

/// Mends the edges of the story and drops credits and promotions between its paragraphs.
pub fn edges(flow: &Flow, units: &[Unit], page: &Page, probabilities: &[f32], kept: &mut [bool]) {
    let belongs =
        |i: usize| page.core.contains(&i) && page.forms[i].is_prose() && probabilities[i] >= DOUBT && page.forms[i].furniture() == 0;
    if let (Some(first), Some(last)) = (kept.iter().position(|k| *k), kept.iter().rposition(|k| *k)) {
        for i in (0..first).rev().take_while(|i| belongs(*i)) {
            kept[i] = true;
        }
        for (i, keep) in kept.iter_mut().enumerate().skip(last + 1).take_while(|(i, _)| belongs(*i)) {
            *keep = i > last;
        }
    }
    for (i, keep) in kept.iter_mut().enumerate().filter(|(_, k)| **k) {
        let form = &page.forms[i];
        let credit = form.hits[Class::Credit as usize] > 0;
        let doubted = probabilities[i] < INSERT && (credit || form.furniture() > 0 || form.times > 0);
        *keep = !(is_credit(form, &flow.text[units[i].start..units[i].end]) || doubted && form.words <= INSERT_WORDS);
    }
}

/// Keeps all units but credits and leads of other stories that are paragraphs of their own; the last one may be a sign-off.
pub fn all_but_inserts(flow: &Flow, units: &[Unit], page: &Page, kept: &mut [bool]) {
    let last = kept.len().saturating_sub(1);
    for (i, keep) in kept.iter_mut().enumerate() {
        let (form, text) = (&page.forms[i], &flow.text[units[i].start..units[i].end]);
        *keep = i == last || !units[i].is_line(flow) || !(is_credit(form, text) || leads_on(form, text));
    }
}

/// "Photo: Jane Doe", "(Reuters/Jane Doe)", "Foto | dpa".
fn is_credit(form: &Form, text: &str) -> bool {
    form.hits[Class::Credit as usize] > 0
        && form.words <= INSERT_WORDS
        && (form.label || text.starts_with(['©', '(', '[']) || form.signs > 0)
        && !form.is_prose()
}

/// The story's first and last line are its own when no more than this many sentences of them are left out.
const LINE_REST: usize = 4;

/// The rest of the lines in which the story begins and ends: a dateline, short last sentences and an agency's sign look like what stands
/// around stories, but no page lost a line's end between two sentences and kept it elsewhere.
pub fn line_rest(flow: &Flow, units: &[Unit], page: &Page, kept: &mut [bool]) {
    let (Some(first), Some(last)) = (kept.iter().position(|k| *k), kept.iter().rposition(|k| *k)) else { return };
    let before = (0..first).rev().take_while(|i| units[*i].line == units[first].line).count();
    let behind = (last + 1..units.len()).take_while(|i| units[*i].line == units[last].line).count();
    let text = |i: usize| &flow.text[units[i].start..units[i].end];
    let sentence = |i: usize| {
        let form = &page.forms[i];
        is_sentence(form) && form.hits.iter().all(|n| *n == 0) && form.times == 0
    };
    if before <= LINE_REST && before > 0 && dateline::find(text(first - before)).is_some() && (first - before + 1..first).all(sentence) {
        kept[first - before..first].fill(true);
    }
    if behind <= LINE_REST && (last + 1..=last + behind).all(|i| sentence(i) || is_signed(text(i))) {
        kept[last..=last + behind].fill(true);
    }
}

/// Leads of other stories, copies of a line and captions with their credit inside the story: each told by its own form, however like the
/// story its words are.
pub fn inserts(flow: &Flow, units: &[Unit], page: &Page, kept: &mut [bool]) {
    let last = kept.iter().rposition(|k| *k).unwrap_or_default();
    let mut seen = rustc_hash::FxHashSet::default();
    for (i, keep) in kept.iter_mut().enumerate().filter(|(_, k)| **k) {
        let form = &page.forms[i];
        let text = &flow.text[units[i].start..units[i].end];
        let copy = form.words >= 8 && page.same(i) > 1 && !seen.insert(form.same);
        // An agency's sign at the end of the story signs it off.
        let caption = form.words <= 70 && is_credited(text) && !(i == last && is_signed(text));
        if leads_on(form, text) || copy || caption {
            *keep = false;
        }
    }
}

/// "Read more: Harbour closed by ice", "Les også: ...".
fn leads_on(form: &Form, text: &str) -> bool {
    let lead = form.lead == Class::Rail as u8 + 1 || form.lead == Class::Share as u8 + 1;
    lead && form.words <= 40 && (has_early_colon(text) || !form.finished && form.words <= 20)
}

/// "Les også: ...", "READ MORE: ...": the colon stands behind the first words.
fn has_early_colon(text: &str) -> bool {
    text.split(' ').take(5).any(|w| w.ends_with([':', '：']))
}

/// A credit in brackets, or behind a copyright sign, at the end: "(Photo by Jane Doe)", "© Jane Doe/dpa".
fn is_credited(text: &str) -> bool {
    let tail = text.char_indices().rev().nth(89).map_or(text, |(i, _)| &text[i..]);
    let from = if text.ends_with([')', ']', '）']) { tail.rfind(['(', '[', '（']) } else { tail.rfind('©') };
    from.is_some_and(|from| {
        let tail = &tail[from..];
        tail.starts_with('©') && tail.chars().count() <= 60 || furniture::count(&tail.to_lowercase())[Class::Credit as usize] > 0
    })
}

/// Nothing but an agency's sign stands in the bracket at the end.
fn is_signed(text: &str) -> bool {
    let inner = text
        .strip_suffix([')', ']', '）'])
        .and_then(|t| t.rfind(['(', '[', '（']).map(|open| t[open..].trim_start_matches(['(', '[', '（'])));
    inner.is_some_and(|inner| agencies::among(inner).is_some())
}

fn is_sentence(form: &Form) -> bool {
    form.finished && form.words >= 4 && form.furniture() * 4 < u32::from(form.words)
}

/// So many units of the story are looked at for bylines and dates.
const HEAD: usize = 6;

/// Takes the title, bylines and dates out of the head of the body: they are fields of their own.
pub fn head(flow: &Flow, units: &[Unit], page: &Page, kept: &mut [bool], title: Option<usize>) {
    if let Some(t) = title {
        // What stands before the title is of the page, and the title is not part of the text. Its repetition neither.
        kept[..=t].fill(false);
        let begin = kept.iter().position(|k| *k).unwrap_or(kept.len());
        for i in begin..(begin + 3).min(kept.len()) {
            let same = flow.text[units[i].start..units[i].end] == flow.text[units[t].start..units[t].end];
            kept[i] &= !same;
        }
    }
    // Only what stays counts: else a text that is cleaned again would lose more.
    let mut stayed = 0;
    for i in 0..kept.len() {
        if !kept[i] {
            continue;
        }
        let form = &page.forms[i];
        let text = &flow.text[units[i].start..units[i].end];
        kept[i] = form.words > 14 || form.finished || byline::read(text).is_none() && !is_date_line(text);
        stayed += usize::from(kept[i]);
        if stayed == HEAD {
            break;
        }
    }
}

/// A line that is a date and little else.
fn is_date_line(text: &str) -> bool {
    absolute::first(text, Order::DayFirst).is_some_and(|d| {
        let rest = text[..d.start].chars().chain(text[d.end..].chars()).filter(|c| c.is_alphabetic()).count();
        rest <= 20
    })
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::super::unit::units;
    use super::*;

    #[test]
    fn the_head_is_taken_out() {
        let prose = "The harbour was closed on Monday because the ice had grown too thick for the boats to leave it.";
        let flow = flow(&format!("Ice closes harbour\nBy Jane Doe\nJuly 6, 2014\nIce closes harbour\n{prose}"));
        let units = units(&flow);
        let page = Page::new(&flow, &units, "");
        let mut kept = vec![true; 5];
        head(&flow, &units, &page, &mut kept, Some(0));
        assert_eq!(kept, [false, false, false, false, true]);
    }

    #[test]
    fn a_page_without_a_core() {
        let flow = flow("Home\nIt rained again today.\nLogin");
        let units = units(&flow);
        let page = Page::new(&flow, &units, "");
        let mut kept = vec![false; 3];
        fill(&page, &mut kept, true);
        assert_eq!(kept, [false, true, false]);
    }
}
