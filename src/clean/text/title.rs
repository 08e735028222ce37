//! The title: the line that is one, or what the sender said, or none. Never a teaser, so it is sought before the story only.

use super::features::Page;
use super::flow::Flow;
use super::form::Form;
use super::unit::Unit;

/// How far before the story a title can stand, in units: share bars, dates and standfirsts lie between.
const BEFORE: usize = 40;
/// Further away than this it must hold the words of the address.
const NEAR: usize = 8;
/// How much of the address's words it must hold to count as evidence.
pub const ADDRESS: f32 = 0.5;

/// The unit that is the title; `begin` is the first kept unit.
pub fn find(flow: &Flow, units: &[Unit], page: &Page, begin: usize) -> Option<usize> {
    let from = begin.saturating_sub(BEFORE);
    // Titles may have been kept as the first unit of the body.
    let until = (begin + 2).min(units.len());
    let mut best: Option<(f32, usize)> = None;
    for (i, &unit) in units.iter().enumerate().take(until).skip(from) {
        let form = &page.forms[i];
        let text = &flow.text[unit.start..unit.end];
        if !can_be(form.words, form.chars, text, form) || !unit.is_line(flow) {
            continue;
        }
        let address = page.address_share(i);
        let distance = begin.saturating_sub(i);
        // Without the words of the address only a line close before the story counts.
        if i >= begin && (address < ADDRESS || form.is_prose())
            || address < ADDRESS && (distance > NEAR || form.words < 4 || form.furniture() > 0)
        {
            continue;
        }
        let mut score = 4.0 * address + 1.5 * page.core_share(i) - distance as f32 / BEFORE as f32;
        score += if form.words >= 4 { 0.8 } else { 0.0 };
        score += if text.ends_with('.') { -1.0 } else { 0.0 };
        score += if text.contains(" | ") || text.contains(" » ") { -0.7 } else { 0.0 };
        score += if page.same(i) > 1 { 0.3 } else { 0.0 };
        // Of equals the first: standfirsts repeat the words of the title behind it.
        if best.is_none_or(|(s, _)| score > s + 1e-6) {
            best = Some((score, i));
        }
    }
    best.filter(|(score, _)| *score > 0.9).map(|(_, i)| i)
}

fn can_be(words: u16, chars: u32, text: &str, form: &Form) -> bool {
    let first = text.chars().next();
    (2..=32).contains(&words)
        // Thai and Lao mark no end of a sentence: length tells a paragraph from a title.
        && chars <= if form.unspaced { 70 } else { 220 }
        && form.times == 0
        && form.hits[super::furniture::Class::Credit as usize] == 0
        && first.is_some_and(|c| !c.is_lowercase() && (c.is_alphanumeric() || super::sentence::is_opener(c)))
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::super::unit::units;
    use super::*;

    fn title(text: &str, url: &str) -> Option<String> {
        let flow = flow(text);
        let units = units(&flow);
        let page = Page::new(&flow, &units, url);
        let begin = page.core.start;
        find(&flow, &units, &page, begin).map(|i| flow.text[units[i].start..units[i].end].to_owned())
    }

    const STORY: &str = "The harbour was closed on Monday because the ice had grown too thick for the boats to leave it.\nNobody knows when the ice will melt, said the master of the harbour on Monday.";

    #[test]
    fn the_line_that_is_the_title() {
        let page = format!("Home\nWeather\nIce closes harbour\nShare\n{STORY}\nMore\nMayor wins the vote again");
        assert_eq!(title(&page, "https://a.example/ice-closes-harbour").as_deref(), Some("Ice closes harbour"));
        let near = format!("Home\nWeather\nThick ice keeps the boats in port\n{STORY}");
        assert_eq!(title(&near, "https://a.example/1234").as_deref(), Some("Thick ice keeps the boats in port"));
    }

    #[test]
    fn no_title_is_invented() {
        let page = format!("{STORY}\nMore\nIce closes harbour again and again");
        assert_eq!(title(&page, "https://a.example/ice-closes-harbour"), None);
        assert_eq!(title(&format!("Home\nNews\n{STORY}"), "https://a.example/1"), None);
    }
}
