//! Headings glued to the text around them: `...can be dangerous".Russia pushes truce The surge of optimism ...`.
//!
//! At every place where a block may have been glued on ([`super::glue`]) the ends that a heading could have are scored together with "no
//! heading here", which scores nothing: several models of gradient-boosted trees over the evidence in [`super::heading_features`], trained for the
//! chance of the right one among them all. A false heading is worse than a missed one, so the best end is taken only when it is this likely.

use super::furniture;
use super::glue::{Glue, Start};
use super::heading_features::{self as features, COUNT, Context, End, Row};
use super::heading_weights::{COLUMNS, LEAVES, MODELS, NODES, ROOTS};
use super::script::is_unspaced;
use super::sentence::is_terminator;
use rustc_hash::FxHashMap;

/// A heading is taken when it is this likely.
const LIKELY: f32 = 0.54;
/// When more sentences than this are glued, paragraphs are too, and a glue says little of headings.
const MANY_GLUED: f32 = 0.25;
const LIKELY_AMONG_MANY: f32 = 0.65;
/// Behind a digit: times and scores are glued to the names of those who write or play.
const LIKELY_BEHIND_DIGIT: f32 = 0.8;

/// The end of the heading that begins behind `glue`, and where the text behind it starts; bytes of `text`. What lies behind `limit` is not
/// looked at: another block begins there.
pub fn at(text: &str, glue: Glue, limit: usize, context: &Context<'_>) -> Option<(usize, usize)> {
    if glue.start == Start::Unspaced {
        return unspaced(text, glue.at, limit);
    }
    let ends = features::ends(text, glue, limit, context);
    let (best, likely) = best(&ends)?;
    let end = &ends[best];
    let heading = text[glue.at..end.at].trim();
    (likely >= least(glue, context) && !heading.contains(['@', '#', '|', '©']) && !heading.ends_with(':') && !is_furniture(heading))
        .then_some((end.at, end.next))
}

// Weights of other columns would judge by the wrong ones.
const _: () = assert!(COLUMNS == COUNT, "src/clean/text/heading_weights.rs belongs to other columns: run tests/bench/text_headings.py");

/// After so many trees, the first ones of each model, ends that are so far behind the best one, or behind none, are given up: nine in ten are.
/// The training does the same.
const EARLY: usize = 24 * MODELS;
const BEHIND: i32 = 2_000;

/// How likely a heading behind the glue must be.
fn least(glue: Glue, context: &Context<'_>) -> f32 {
    match glue.start {
        Start::Digit => LIKELY_BEHIND_DIGIT,
        _ if context.density > MANY_GLUED => LIKELY_AMONG_MANY,
        _ => LIKELY,
    }
}

/// The likeliest end and its probability.
fn best(ends: &[End]) -> Option<(usize, f32)> {
    let (early, late) = ROOTS.split_at(EARLY.min(ROOTS.len()));
    let mut scores: Vec<(usize, i32)> = ends.iter().map(|end| said(early, &end.row)).enumerate().collect();
    let least = scores.iter().fold(0, |most, (_, score)| most.max(*score)) - BEHIND;
    scores.retain(|(_, score)| *score >= least);
    scores.iter_mut().for_each(|(i, score)| *score += said(late, &ends[*i].row));
    let (best, top) = scores.iter().copied().max_by_key(|(_, score)| *score)?;
    let all: f32 = scores.iter().map(|(_, score)| *score).chain([0]).map(|score| ((score - top) as f32 / UNIT).exp()).sum();
    Some((best, 1.0 / all))
}

/// Leaves count in thousandths: their sum is the same in every order.
const UNIT: f32 = 1000.0;

/// The sum of the trees' leaves.
fn said(roots: &[i16], row: &Row) -> i32 {
    roots.iter().map(|root| leaf(*root, row)).sum()
}

fn leaf(root: i16, row: &Row) -> i32 {
    let mut at = root;
    while let Some((column, values, inside, others)) = usize::try_from(at).ok().and_then(|at| NODES.get(at)) {
        let value = row.get(usize::from(*column)).copied().unwrap_or_default();
        at = if values >> value & 1 == 1 { *inside } else { *others };
    }
    LEAVES.get((-1 - i32::from(at)) as usize).copied().unwrap_or_default().into()
}

/// Words of the page around the story.
pub fn is_furniture(text: &str) -> bool {
    furniture::count(&furniture::lower(text)).iter().any(|n| *n > 0)
}

/// Characters of a heading in a script without blanks.
const UNSPACED: std::ops::RangeInclusive<usize> = 4..=30;
/// Characters of the sentence behind it, at least.
const UNSPACED_BEHIND: usize = 20;

/// `...と述べた。再開の見通し立たず 運航会社は...`: scripts without blanks have one only where a block ended. What stands between the full
/// stop and the blank has no end of its own, and a sentence follows.
fn unspaced(text: &str, at: usize, limit: usize) -> Option<(usize, usize)> {
    let rest = &text[at..limit];
    let end = rest.find(' ')?;
    let heading = &rest[..end];
    let behind = rest[end..].trim_start();
    let sentence = behind.chars().take(200).take_while(|c| !c.is_whitespace() && !is_terminator(*c)).count();
    let finished = behind.chars().nth(sentence).is_some_and(is_terminator);
    (UNSPACED.contains(&heading.chars().count())
        && heading.chars().all(|c| is_unspaced(c) || c.is_alphanumeric() || matches!(c, '、' | '「' | '」' | '・' | 'ー' | '？' | '！'))
        && behind.starts_with(is_unspaced)
        && sentence >= UNSPACED_BEHIND
        && finished
        && !is_furniture(heading))
    .then_some((at + end, at + rest.len() - behind.len()))
}

/// Where the headings of a stretch of text lie: start, end, and start of the text behind, in order. What stands there twice is none: the name
/// of who writes a live report, or of whom a link leads to.
pub fn all(text: &str, glues: &[Glue], context: &Context<'_>) -> Vec<(usize, usize, usize)> {
    let mut headings: Vec<(usize, usize, usize)> = Vec::new();
    for (i, glue) in glues.iter().enumerate() {
        if headings.last().is_some_and(|last| glue.at < last.2) {
            continue;
        }
        if let Some((end, next)) = at(text, *glue, limit(text, glues, i), context) {
            headings.push((glue.at, end, next));
        }
    }
    let mut times: FxHashMap<&str, u32> = FxHashMap::default();
    headings.iter().for_each(|(start, end, _)| *times.entry(text[*start..*end].trim()).or_default() += 1);
    headings.retain(|(start, end, _)| times.get(text[*start..*end].trim()) == Some(&1));
    headings
}

/// Where the next finished block begins behind a glue, or so far behind it that no heading reaches there.
pub fn limit(text: &str, glues: &[Glue], i: usize) -> usize {
    let mut most = text.len().min(glues[i].at + features::MOST_BYTES);
    while !text.is_char_boundary(most) {
        most -= 1;
    }
    glues[i + 1..].iter().take_while(|next| next.at < most).find(|next| next.ends_sentence()).map_or(most, |next| next.at)
}

#[cfg(test)]
mod tests {
    use super::super::glue;
    use super::super::openers::Openers;
    use super::*;

    const PROSE: &str = "The harbour was closed on Monday because the ice had grown too thick for the boats. Nobody knew when it would melt, said the \
                         master of the harbour. The council of the town met in the evening to talk of it";

    fn found(before: &str, behind: &str) -> Vec<String> {
        let text = format!("{PROSE}{before}{behind}");
        let glues = glue::glues(&text);
        let context = Context { openers: &Openers::new(&text), density: 0.1, glues: glues.len() };
        all(&text, &glues, &context).into_iter().map(|(start, end, _)| text[start..end].to_owned()).collect()
    }

    #[test]
    fn headings_end_where_a_sentence_begins() {
        for (behind, heading) in [
            ("Council pushes truce The surge of optimism in town had been small until the end of the week.", "Council pushes truce"),
            ("What now? The mayor has no answer yet to the question of the boats.", "What now?"),
            ("Fishers regroup While the harbour sleeps they mend their nets and wait for spring.", "Fishers regroup"),
        ] {
            assert_eq!(found(".", behind), [heading], "{behind}");
        }
        assert_eq!(found("。", "再開の見通し立たず 運航会社は船底の検査に少なくとも三日かかると説明していた。"), ["再開の見通し立たず"]);
    }

    #[test]
    fn every_tree_ends_in_a_leaf() {
        assert!(ROOTS.len() > EARLY);
        for (i, (column, _, inside, others)) in NODES.iter().enumerate() {
            assert!(usize::from(*column) < COUNT);
            for at in [*inside, *others] {
                // Children come after their parents: no walk can go round.
                assert!(if at < 0 { at >= -(LEAVES.len() as i16) } else { at as usize > i && (at as usize) < NODES.len() }, "{at}");
            }
        }
    }

    #[test]
    fn the_best_end_has_the_greatest_chance_of_all_and_nothing() {
        let text = format!("{PROSE}.Council pushes truce The surge of optimism in town had been small until the end of the week.");
        let glues = glue::glues(&text);
        let context = Context { openers: &Openers::new(&text), density: 0.1, glues: glues.len() };
        let ends = features::ends(&text, glues[0], text.len(), &context);
        let odds: Vec<f32> = ends.iter().map(|end| said(&ROOTS, &end.row) as f32 / UNIT).collect();
        let all: f32 = odds.iter().map(|o| o.exp()).sum::<f32>() + 1.0;
        let (end, chance) = best(&ends).unwrap();
        assert!(odds.iter().all(|o| *o <= odds[end]));
        // Ends that were given up early are missing in the sum.
        let exact = odds[end].exp() / all;
        assert!((exact - 1e-4..exact + 0.3).contains(&chance), "{chance} {exact}");
    }

    #[test]
    fn sentences_hold_none() {
        for behind in [
            "The mayor of the town said that The Herald was wrong about it.",
            "He left.",
            "In The Hague the court met again on the case, and nobody knew what it would say.",
            "lower case begins no heading The end of it is near and so on and on",
            "",
        ] {
            assert!(found(".", behind).is_empty(), "{behind}");
        }
    }
}
