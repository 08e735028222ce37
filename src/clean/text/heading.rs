//! Headings glued to the text around them: `...can be dangerous".Russia pushes truce The surge of optimism ...`.
//!
//! At every place where a block may have been glued on ([`super::glue`]) the ends that a heading could have are scored together with "no
//! heading here": a conditional logit over the evidence in [`super::heading_features`]. A false heading is worse than a missed one, so the
//! best end is taken only when it is this likely.

use super::furniture;
use super::glue::{Glue, Start};
use super::heading_features::{self as features, Context, End, FAMILIES};
use super::heading_weights::WEIGHTS;
use super::script::is_unspaced;
use super::sentence::is_terminator;

/// A heading is taken when it is this likely.
const LIKELY: f32 = 0.68;

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
    (likely >= LIKELY && !heading.contains(['@', '#', '|', '©']) && !heading.ends_with(':') && !is_furniture(heading))
        .then_some((end.at, end.next))
}

/// The likeliest end and its probability.
pub fn best(ends: &[End]) -> Option<(usize, f32)> {
    let scores: Vec<f32> = ends.iter().map(score).collect();
    let (best, top) = scores.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    // "No heading" scores nothing.
    let all: f32 = scores.iter().map(|s| (s - top).exp()).sum::<f32>() + (-top).exp();
    Some((best, 1.0 / all))
}

fn score(end: &End) -> f32 {
    let sum: i32 =
        end.values.iter().zip(&WEIGHTS).map(|(value, weights)| i32::from(weights.get(usize::from(*value)).copied().unwrap_or(0))).sum();
    sum as f32 / 100.0
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

/// Where the headings of a stretch of text lie: start, end, and start of the text behind, in order.
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

const _: () = assert!(FAMILIES.len() == WEIGHTS.len());

#[cfg(test)]
mod tests {
    use super::super::glue;
    use super::super::openers::Openers;
    use super::*;

    const PROSE: &str = "The harbour was closed on Monday because the ice had grown too thick for the boats. Nobody knew when it would melt, said the \
                         master of the harbour. The council of the town met in the evening to talk of it";

    fn found(before: &str, behind: &str) -> Vec<String> {
        let text = format!("{PROSE}{before}{behind}");
        let context = Context { openers: &Openers::new(&text), density: 0.1 };
        all(&text, &glue::glues(&text), &context).into_iter().map(|(start, end, _)| text[start..end].to_owned()).collect()
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
