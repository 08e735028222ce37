//! Plain text to a draft: pages that lost their markup.
//!
//! | step | file |
//! | --- | --- |
//! | the page as lines | [`flow`] |
//! | lines and sentences as units | [`mod@unit`], [`sentence`], [`abbreviations`], [`script`] |
//! | which units are the story | [`features`], [`form`], [`words`], [`mod@hash`], [`chars`], [`furniture`], [`weights`], [`decode`] |
//! | what the model cannot know, and the steps in their order | [`trim`], [`apart`], [`ends`], [`mod@choose`] |
//! | paragraphs and glued headings | [`body`], [`glue`], [`heading`], [`heading_features`], [`heading_weights`], `heading_words`, [`openers`] |
//! | lists and quotes | [`marked`] |
//! | title, authors, dates | [`title`], [`byline`], [`published`] |
//! | teasers of other stories | [`rails`] |
//! | is it an article at all | [`gate`] |
//! | what became of each unit, for `feedmill explain` | [`account`] |

pub mod abbreviations;
pub mod account;
pub mod apart;
pub mod body;
pub mod byline;
pub mod chars;
pub mod choose;
pub mod decode;
pub mod ends;
pub mod features;
pub mod flow;
pub mod form;
pub mod furniture;
pub mod gate;
pub mod glue;
pub mod hash;
pub mod heading;
pub mod heading_features;
pub mod heading_weights;
mod heading_words;
pub mod marked;
pub mod openers;
pub mod published;
pub mod rails;
pub mod script;
pub mod sentence;
pub mod title;
pub mod trim;
pub mod unit;
pub mod weights;
pub mod words;

use super::{Options, Page, Refused};
use super::{credits, dates};
use crate::article::{AgencyRole, Draft, SkipReason};
use dates::{absolute, relative};
use flow::Flow;
use unit::Unit;

/// Cleans a page of bare text.
pub fn clean(page: &Page<'_>, text: &str, options: Options) -> Result<Draft, Refused> {
    clean_by(page, text, options, &decode::TABLE)
}

/// Cleans a page with other weights than those that ship: for cross-validation.
pub fn clean_by(page: &Page<'_>, text: &str, options: Options, table: &decode::Table) -> Result<Draft, Refused> {
    let flow = flow::flow(text);
    if flow.lines.is_empty() {
        return Err(Refused::Skipped(SkipReason::EmptyBody));
    }
    let units = unit::units(&flow);
    let scan = features::Page::new(&flow, &units, page.final_url);
    let choose::Choice { lots, title, .. } = choose::choose(&flow, &units, &scan, table, options.gate);
    let kept = lots.kept;
    let fetched = page.fetched_at.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let related = rails::related(&flow, &units, &scan, &outside(&flow, &units, &kept, title), fetched);
    if options.gate
        && let Some(reason) = gate::refuse(&flow, &scan, &kept, related.len())
    {
        return Err(Refused::Skipped(reason));
    }
    let body = body::body(&flow, &units, &kept, &scan);
    let mut draft = Draft {
        title: page.title.map(squashed).filter(|t| !t.is_empty()).or_else(|| title.map(|i| text_of(&flow, units[i]).to_owned())),
        text: body.text,
        blocks: body.blocks,
        language: page.language.map(str::to_owned),
        related,
        ..Draft::default()
    };
    let head = head_lines(&flow, &units, &kept, title);
    sign(&mut draft, &head);
    date(&mut draft, page, &head, fetched);
    if draft.agency.is_none() {
        draft.agency = credits::sign_off(&draft.text);
    }
    Ok(draft)
}

fn text_of(flow: &Flow, unit: Unit) -> &str {
    &flow.text[unit.start..unit.end]
}

fn squashed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// For each line: whether none of it is the body's or the title.
fn outside(flow: &Flow, units: &[Unit], kept: &[bool], title: Option<usize>) -> Vec<bool> {
    let mut outside = vec![true; flow.lines.len()];
    for (i, unit) in units.iter().enumerate() {
        if kept[i] || title == Some(i) {
            outside[unit.line as usize] = false;
        }
    }
    outside
}

/// Bylines and dates stand within so many units before the story or the title, and behind the story's begin.
const HEAD_BEFORE: usize = 8;
const HEAD_BEHIND: usize = 4;

/// The short lines around title and begin of the story that are not part of it.
fn head_lines<'a>(flow: &'a Flow, units: &[Unit], kept: &[bool], title: Option<usize>) -> Vec<&'a str> {
    let Some(begin) = kept.iter().position(|k| *k) else { return Vec::new() };
    let top = title.map_or(begin, |t| t.min(begin));
    // Behind the title comes first: what stands before it may be of the page.
    let behind = top..(begin + HEAD_BEHIND).min(units.len());
    let before = top.saturating_sub(HEAD_BEFORE)..top;
    behind.chain(before).filter(|i| !kept[*i] && Some(*i) != title).map(|i| text_of(flow, units[i])).filter(|t| t.len() <= 240).collect()
}

/// Authors and agency of the byline.
fn sign(draft: &mut Draft, head: &[&str]) {
    for byline in head.iter().filter_map(|line| byline::read(line)) {
        for author in byline.authors {
            if !draft.authors.iter().any(|a| a.name.eq_ignore_ascii_case(&author.name)) && draft.authors.len() < 10 {
                draft.authors.push(author);
            }
        }
        if draft.agency.is_none() {
            draft.agency = byline.agency.map(|row| row.as_agency(AgencyRole::Byline));
        }
    }
    if !draft.authors.is_empty() {
        return;
    }
    let has_date =
        |line: &&str| absolute::first(line, absolute::Order::DayFirst).is_some_and(|d| d.year.is_some()) || relative::whole(line).is_some();
    let beside = |i: usize| [i.wrapping_sub(1), i + 1].iter().any(|j| head.get(*j).is_some_and(has_date));
    let unled = head
        .iter()
        .find_map(|line| byline::dated(line))
        .or_else(|| head.iter().enumerate().find_map(|(i, line)| byline::alone(line).filter(|_| beside(i))));
    draft.authors.extend(unled);
    if draft.agency.is_none() {
        // "dpa" or "Reuters" as a line of its own under the title.
        draft.agency = head.iter().find_map(|line| dates::agencies::signed(line)).map(|row| row.as_agency(AgencyRole::Byline));
    }
}

/// Dateline, `published_at` and its evidence.
fn date(draft: &mut Draft, page: &Page<'_>, head: &[&str], fetched: Option<jiff::Timestamp>) {
    let address = dates::in_address(page.final_url).or_else(|| dates::in_address(page.url));
    let context = published::Context { address: address.as_ref(), fetched, order: dates::order_of(page.language) };
    let opened = published::of_story(&draft.text, &context);
    if let Some(row) = opened.as_ref().and_then(|o| o.agency) {
        draft.agency = Some(row.as_agency(AgencyRole::Dateline));
    }
    let (dateline, of_dateline) = opened.map(|o| (o.dateline, o.published)).unwrap_or_default();
    draft.dateline = dateline;
    let chosen = published::choose(of_dateline, published::of_lines(head.iter().copied(), &context), published::of_address(&context));
    if let Some(chosen) = chosen {
        draft.published_at = Some(chosen.at);
        draft.date_evidence.insert("published_at".into(), chosen.evidence);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Content;
    use super::*;

    fn cleaned(text: &str) -> Result<Draft, Refused> {
        let url = "https://news.example/the-harbour-ice";
        let page = Page {
            url,
            final_url: url,
            content: Content::Text(text),
            title: None,
            language: None,
            fetched_at: Some(1_741_604_400_000),
            headers: &[],
        };
        clean(&page, text, Options { gate: false })
    }

    /// Words in the shape of all that the rules look at.
    const SOUP: &[&str] = &[
        "the",
        "Harbour",
        "was",
        "closed",
        "12 hours ago",
        "had \"grown\".Too",
        "(Reuters) - ",
        "Mr. Smith,",
        "6 July",
        "Comments\n",
        "read more\n\n",
        "By Jane Doe\n",
        "truceThe",
        "What now?",
        "市長は「雨だ。」と述べた。",
        "\u{202e}",
        "\0",
        "KIEV,",
        "—",
        "...",
        "!?\"",
        "Von",
        "été",
        "1 day agoLatest",
        "©",
        "https://a.example/B.C",
        "U.S.",
        "İstanbul",
        "ǅ",
        "\u{301}",
        "。",
        "”",
        "\n",
        "- ",
        "ends.",
        "Next",
        "'s",
        "2014-07-06T10:30",
        "月",
        "日",
    ];

    #[test]
    fn any_soup_of_words_is_cut_in_order_and_without_loss_of_offsets() {
        let mut random = fastrand::Rng::with_seed(11);
        for round in 0..400 {
            let soup: Vec<&str> = (0..round).map(|_| SOUP[random.usize(..SOUP.len())]).collect();
            let text = soup.join(if round % 3 == 0 { "" } else { " " });
            let Ok(draft) = cleaned(&text) else { continue };
            let chars: Vec<char> = draft.text.chars().collect();
            let parts: Vec<String> =
                draft.blocks.iter().map(|b| chars[b.start.unwrap() as usize..b.end.unwrap() as usize].iter().collect()).collect();
            assert_eq!(parts.join("\n\n"), draft.text);
            // Every letter of the text is in the page, in order.
            let mut page = text.chars().filter(|c| c.is_alphanumeric());
            assert!(draft.text.chars().filter(|c| c.is_alphanumeric()).all(|c| page.any(|p| p == c)), "{text:?}");
        }
    }

    #[test]
    fn empty_pages_are_refused() {
        assert_eq!(cleaned(" \n\u{feff}\n").unwrap_err(), Refused::Skipped(SkipReason::EmptyBody));
    }
}
