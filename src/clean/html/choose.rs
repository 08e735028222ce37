//! Which blocks are the article: a probability for each block of the page, then rules over the page as a whole.
//!
//! All blocks are judged, never only those of the best container: choosing inside one subtree first loses bodies that are split over
//! several.

use super::block::{Blocks, Kind};
use super::boxes::{REMAIN, drop_boxes, is_foreign};
use super::feature;
use super::gaps::{keep_headings, keep_items, keep_whole_tables};
use super::model::Judge;
use super::phrase;
use super::tag::Tag;
use super::title::Headline;
use crate::clean::account::Lots;
use crate::clean::metadata::Metadata;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// A block is kept from here on.
pub const KEEP: f32 = 0.5;

/// The choice.
pub struct Choice {
    /// Positions of the kept blocks, ascending.
    pub kept: Vec<usize>,
    /// Probability of each block of the page.
    pub chances: Vec<f32>,
    /// What decided about each block last.
    pub rules: Vec<&'static str>,
    /// Words of the kept blocks.
    pub words: u32,
}

/// Chooses the article's blocks; `judge` gives the chance of a block from its row.
pub fn choose(page: &Blocks, metadata: &Metadata, headline: &Headline, judge: &mut dyn Judge) -> Choice {
    let mut chances = vec![0.0; page.blocks.len()];
    feature::rows(page, metadata, headline.block, |block, row| judge.see(block, row, &mut chances));
    judge.end(&mut chances);
    let mut lots = Lots::new(chances.iter().map(|c| *c >= KEEP).collect());
    lots.step("the page promises more text", |keep| fill_when_unsure(page, &chances, keep));
    lots.step("in a box", |keep| drop_boxes(page, keep));
    lots.step("a copy of another block", |keep| drop_copies(page, &chances, keep));
    lots.step("the rest of a table", |keep| keep_whole_tables(page, keep));
    lots.step("the heading of a kept section", |keep| keep_headings(page, &chances, keep));
    lots.step("between items of a list", |keep| keep_items(page, &chances, keep));
    lots.step("a prompt to the reader", |keep| drop_prompts(page, keep));
    lots.step("a place for something else", |keep| drop_places(page, keep));
    lots.step("a time for machines", |keep| drop_stamps(page, keep));
    lots.step("the next article", |keep| drop_next_articles(page, headline, keep));
    lots.step("the headline is a field of its own", |keep| drop_headline(page, headline, keep));
    lots.step("the byline is a field of its own", |keep| drop_byline(page, metadata, keep));
    lots.step("heading without text", |keep| drop_loose_headings(page, keep));
    let kept: Vec<usize> = (0..page.blocks.len()).filter(|i| lots.kept[*i]).collect();
    let words = kept.iter().map(|i| page.blocks[*i].words).sum();
    Choice { kept, chances, rules: lots.rules, words }
}

/// A choice whose expected F1 is as good needs nothing more.
const SURE: f32 = 0.85;
/// What is taken stands among the kept blocks, or as near before or behind them.
const BESIDE: usize = 2;

/// Where the chances promise more than what is kept, takes the most likely blocks as long as the expected F1 rises: pages unlike those
/// the weights come from have low chances all over, in the right order. The best set holds what is likelier than half of its F1, so that a
/// doubtful page should leave less out than a sure one does by [`KEEP`].
fn fill_when_unsure(page: &Blocks, chances: &[f32], keep: &mut [bool]) {
    let (mut expected, mut kept, mut sure) = (0.0f32, 0.0f32, 0.0f32);
    for ((b, p), keep) in page.blocks.iter().zip(chances).zip(keep.iter()) {
        let words = b.words as f32;
        expected += words * p;
        if *keep {
            kept += words;
            sure += words * p;
        }
    }
    if 2.0 * sure >= SURE * (kept + expected) {
        return;
    }
    let mut order: Vec<usize> = (0..page.blocks.len()).collect();
    order.sort_by(|a, b| chances[*b].total_cmp(&chances[*a]).then(a.cmp(b)));
    let (mut words, mut hit, mut best, mut take) = (0.0f32, 0.0f32, 0.0f32, 0);
    for (n, i) in order.iter().enumerate() {
        words += page.blocks[*i].words as f32;
        hit += page.blocks[*i].words as f32 * chances[*i];
        let f1 = 2.0 * hit / (words + expected);
        if f1 > best {
            (best, take) = (f1, n + 1);
        }
    }
    // With next to nothing kept there is no telling where the text stands, nor whose it is.
    let nothing = kept * 2.0 < expected;
    let first = keep.iter().position(|k| *k).unwrap_or(0).saturating_sub(BESIDE);
    let last = keep.iter().rposition(|k| *k).unwrap_or(0) + BESIDE;
    for i in order.into_iter().take(take) {
        keep[i] |= nothing || (first..=last).contains(&i) && !is_foreign(page, i);
    }
}

/// A shorter text may stand in a story twice, as a refrain or a label.
const COPY: u32 = 8;

/// Of equal texts one is kept: pages hold the body twice for print, for small screens or behind a button. Of two the likelier, of
/// equally likely ones the first.
fn drop_copies(page: &Blocks, chances: &[f32], keep: &mut [bool]) {
    let mut known: FxHashMap<&str, usize> = FxHashMap::default();
    for i in 0..keep.len() {
        let b = &page.blocks[i];
        if !keep[i] || b.words < COPY {
            continue;
        }
        match known.entry(page.text_of(b)) {
            Entry::Vacant(free) => {
                free.insert(i);
            }
            Entry::Occupied(mut first) => {
                let other = *first.get();
                let better = chances[i] > chances[other] + 0.2;
                keep[if better { other } else { i }] = false;
                if better {
                    first.insert(i);
                }
            }
        }
    }
}

/// How links to other stories begin when they stand between the paragraphs, in lower case.
const PROMPTS: &[&str] = &[
    "read more",
    "read also",
    "also read",
    "read next",
    "also on ",
    "see also",
    "more:",
    "related:",
    "related story",
    "don't miss",
    "don’t miss",
    "lesen sie auch",
    "lesen sie mehr",
    "mehr zum thema",
    "auch interessant",
    "lire aussi",
    "à lire aussi",
    "te puede interesar",
    "lea también",
    "lee también",
    "leer más",
    "leia também",
    "leia mais",
    "leggi anche",
    "lees ook",
    "læs også",
    "les også",
    "läs också",
    "läs mer",
    "читайте также",
    "читать также",
    "czytaj też",
    "czytaj także",
    "baca juga",
];
/// A longer block that begins so is a sentence of the story.
const PROMPT_WORDS: u32 = 30;

/// Drops links to other stories that stand as paragraphs of their own.
fn drop_prompts(page: &Blocks, keep: &mut [bool]) {
    for (kept, b) in keep.iter_mut().zip(&page.blocks) {
        if *kept && b.links > 0 && b.words <= PROMPT_WORDS && b.link_density() > 0.4 {
            let head: String = page.text_of(b).chars().take(24).flat_map(char::to_lowercase).collect();
            *kept = !PROMPTS.iter().any(|p| head.starts_with(p));
        }
    }
}

/// How blocks begin that stand where something else is to be: posts and videos of other sites that wait for the reader's consent, texts of
/// a template that nobody has replaced. In any case of the letters of ASCII.
const PLACES: &[&str] = &[
    "an dieser stelle finden sie einen von unseren",
    "an dieser stelle finden sie einen externen inhalt",
    "an dieser stelle finden sie externe inhalte",
    "an dieser stelle findest du einen externen inhalt",
    "an dieser stelle findest du externe inhalte",
    "an dieser stelle befindet sich ein externer inhalt",
    "ich bin damit einverstanden, dass mir inhalte",
    "ich bin damit einverstanden, dass mir externe inhalte",
    "ich bin damit einverstanden, dass mir der externe inhalt",
    "personenbezogene daten können an drittplattformen",
    "empfohlener redaktioneller inhalt",
    "empfohlener externer inhalt",
    "mit ihrer zustimmung wird hier",
    "wir benötigen ihre zustimmung, um den inhalt",
    "dieses element enthält daten von",
    "this article contains content provided by",
    "this article includes content provided by",
    "this article includes content hosted on",
    "we need your consent to load this",
    "we ask for your permission before anything is loaded",
    "to view this content, you must accept",
    "please accept cookies to view this",
    "ce contenu est bloqué car",
    "pour afficher ce contenu, vous devez",
    "pour visualiser ce contenu, veuillez",
    "para ver este contenido, debe aceptar",
    "per visualizzare questo contenuto",
    "om deze content te kunnen zien",
    "om deze inhoud te kunnen zien",
    "for å se dette innholdet må du",
    "lorem ipsum",
];
/// A longer block tells of such a thing.
const PLACE_WORDS: u32 = 80;

fn drop_places(page: &Blocks, keep: &mut [bool]) {
    for (kept, b) in keep.iter_mut().zip(&page.blocks) {
        if *kept && b.words <= PLACE_WORDS {
            let bytes = page.text_of(b).as_bytes();
            let first = bytes.first().map(u8::to_ascii_lowercase);
            let begins = |p: &str| bytes.get(..p.len()).is_some_and(|head| head.eq_ignore_ascii_case(p.as_bytes()));
            *kept = !PLACES.iter().copied().filter(|p| p.bytes().next() == first).any(begins);
        }
    }
}

/// Digits of a time in seconds or milliseconds, as live blogs hide it beside each entry.
const STAMP: [usize; 2] = [10, 13];

fn drop_stamps(page: &Blocks, keep: &mut [bool]) {
    for (kept, b) in keep.iter_mut().zip(&page.blocks) {
        let text = page.text_of(b);
        *kept &= !(STAMP.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()));
    }
}

/// Endless scrolling appends the next story: an article element behind the one with the headline that begins with a linked headline of
/// its own.
fn drop_next_articles(page: &Blocks, headline: &Headline, keep: &mut [bool]) {
    let Some(title) = headline.block else { return };
    let is_article = |c: &u32| page.containers[*c as usize].tag == Tag::Article;
    let Some(own) = page.chain(page.blocks[title].owner).filter(is_article).last() else { return };
    let own = &page.containers[own as usize];
    let words: u32 = (own.first_block..own.end_block).filter(|i| keep[*i as usize]).map(|i| page.blocks[i as usize].words).sum();
    if words < REMAIN {
        return;
    }
    for c in page.containers.iter().filter(|c| c.tag == Tag::Article && c.first_block >= own.end_block && c.end_block > c.first_block) {
        let first = &page.blocks[c.first_block as usize];
        if matches!(first.kind, Kind::Heading(_)) && first.link_density() > 0.8 {
            (c.first_block..c.end_block).for_each(|i| keep[i as usize] = false);
        }
    }
}

/// Words of a byline with its date.
const BYLINE_WORDS: u32 = 14;

/// Author and dates are fields of their own: a short line at the begin that names an author, or says when the page was published or
/// how long it takes to read.
fn drop_byline(page: &Blocks, metadata: &Metadata, keep: &mut [bool]) {
    let names = |text: &str| metadata.authors.iter().any(|a| a.name.len() > 4 && text.contains(a.name.as_str()));
    let dates = |text: &str| text.bytes().any(|b| b.is_ascii_digit()) && phrase::count(text)[phrase::WHEN as usize] > 0;
    let first: Vec<usize> = (0..keep.len()).filter(|i| keep[*i]).take(2).collect();
    for i in first {
        let b = &page.blocks[i];
        let text = page.text_of(b);
        let sentence = text.ends_with(['.', '!', '?', '"', '”']);
        if b.words <= BYLINE_WORDS && !sentence && !matches!(b.kind, Kind::Heading(_)) && (names(text) || dates(text)) {
            keep[i] = false;
        }
    }
}

/// The headline is a field of its own: the text does not repeat it. Far inside the text the same words are a heading of it.
fn drop_headline(page: &Blocks, headline: &Headline, keep: &mut [bool]) {
    let mut seen_words = 0;
    for (i, (kept, b)) in keep.iter_mut().zip(&page.blocks).enumerate() {
        if seen_words >= 60 {
            break;
        }
        *kept &= !headline.blocks.contains(&i);
        if *kept {
            seen_words += b.words;
        }
    }
}

/// A heading at the end belongs to what was not kept.
fn drop_loose_headings(page: &Blocks, keep: &mut [bool]) {
    for i in (0..keep.len()).rev() {
        if !keep[i] {
            continue;
        }
        if !matches!(page.blocks[i].kind, Kind::Heading(_)) {
            break;
        }
        keep[i] = false;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{block, builder};
    use super::*;

    /// Which of as many paragraphs of one length are kept by their chances; the last one is a reader's.
    fn kept(chances: &[f32]) -> Vec<usize> {
        let paragraph = "<p>The rain that fell on the hills last night has filled the old reservoir again.</p>";
        let html = format!("{}<div class=comments>{paragraph}</div>", paragraph.repeat(chances.len() - 1));
        let page = block::blocks(&builder::parse(&html).unwrap());
        let mut keep: Vec<bool> = chances.iter().map(|c| *c >= KEEP).collect();
        fill_when_unsure(&page, chances, &mut keep);
        (0..keep.len()).filter(|i| keep[*i]).collect()
    }

    #[test]
    fn a_doubtful_page_keeps_what_is_nearly_likely() {
        assert_eq!(kept(&[0.7, 0.42, 0.55, 0.1, 0.4]), [0, 1, 2]);
    }

    #[test]
    fn what_stands_apart_from_the_kept_text_is_left() {
        assert_eq!(kept(&[0.7, 0.55, 0.1, 0.1, 0.45, 0.1]), [0, 1]);
        assert_eq!(kept(&[0.7, 0.55, 0.1, 0.45, 0.1, 0.1]), [0, 1, 3]);
    }

    #[test]
    fn a_sure_page_keeps_what_is_likely() {
        assert_eq!(kept(&[0.98, 0.97, 0.99, 0.98, 0.49, 0.1]), [0, 1, 2, 3]);
    }

    #[test]
    fn with_next_to_nothing_kept_all_that_is_likeliest_is_taken() {
        assert_eq!(kept(&[0.1, 0.45, 0.42, 0.1, 0.44]), [1, 2, 4]);
    }
}
