//! Which units belong to the story: a probability for each, then the best sequence of "in" and "out".

use super::features::{COUNT, FEATURES, Page};
use super::flow::Flow;
use super::unit::Unit;
use super::weights::{BIAS, WEIGHTS};

/// The weights of a logistic model, in hundredths: one row a feature, one number a bin.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    pub bias: i16,
    pub weights: &'a [&'a [i16]; COUNT],
}

/// The model that ships. Others are for cross-validation only (`tests/bench/text_weights.rs`).
pub static MODEL: Model<'static> = Model { bias: BIAS, weights: &WEIGHTS };

/// What entering the body costs, in gain of words: a lone line that looks like prose is no story.
const ENTRY: f32 = 4.0;
/// A unit counts for no more words than this, so that one long one does not carry the rest.
const MOST_WORDS: f32 = 150.0;

/// Probability that a unit with these features belongs to the story: logistic over one weight a bin.
pub fn probability(vector: &[f32; COUNT], model: &Model<'_>) -> f32 {
    let mut sum = i32::from(model.bias);
    for (i, (value, weights)) in vector.iter().zip(model.weights).enumerate() {
        let edges = FEATURES[i].edges;
        let bin = if edges.len() <= FEW { below(*value, &EDGES[i]) } else { bin(*value, edges) };
        sum += i32::from(weights.get(bin).copied().unwrap_or_default());
    }
    1.0 / (1.0 + (-sum as f32 / 100.0).exp())
}

/// Edges are counted as many at a time for all features that have no more of them: filled up with some that no value reaches, they take
/// no branch.
const FEW: usize = 16;

static EDGES: [[f32; FEW]; COUNT] = {
    let mut rows = [[f32::INFINITY; FEW]; COUNT];
    let mut i = 0;
    while i < COUNT {
        let edges = FEATURES[i].edges;
        let mut k = 0;
        while k < edges.len() && edges.len() <= FEW {
            rows[i][k] = edges[k];
            k += 1;
        }
        i += 1;
    }
    rows
};

fn below(value: f32, edges: &[f32; FEW]) -> usize {
    let mut count = 0u32;
    for edge in edges {
        count += u32::from(value > *edge);
    }
    count as usize
}

/// The bin of a value: how many edges lie below it.
pub fn bin(value: f32, edges: &[f32]) -> usize {
    // Edges rise, so those below a value are the first ones.
    edges.partition_point(|edge| value > *edge)
}

/// Probabilities of all units.
pub fn probabilities(flow: &Flow, units: &[Unit], page: &Page, model: &Model<'_>) -> Vec<f32> {
    (0..units.len()).map(|i| probability(&page.vector(units, flow, i), model)).collect()
}

/// The best sequence (Viterbi over two states): gain (p - .5) x words inside, nothing outside, `ENTRY` to go in.
pub fn decode(probabilities: &[f32], page: &Page) -> Vec<bool> {
    let (mut outside, mut inside) = (0.0f32, f32::NEG_INFINITY);
    // For each unit: whether the best way to be outside, or inside, came from inside.
    let mut from: Vec<(bool, bool)> = Vec::with_capacity(probabilities.len());
    for (p, form) in probabilities.iter().zip(&page.forms) {
        let gain = (p - 0.5) * f32::from(form.words).clamp(0.5, MOST_WORDS);
        let stay = inside >= outside - ENTRY;
        let leave = inside > outside;
        let next_inside = if stay { inside } else { outside - ENTRY } + gain;
        outside = outside.max(inside);
        inside = next_inside;
        from.push((leave, stay));
    }
    let mut kept = vec![false; probabilities.len()];
    let mut state = inside > outside;
    for i in (0..kept.len()).rev() {
        kept[i] = state;
        let (leave, stay) = from[i];
        state = if state { stay } else { leave };
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::form::Form;
    use super::*;

    #[test]
    fn bins() {
        assert_eq!(bin(0.0, &[0.5, 1.5]), 0);
        assert_eq!(bin(1.0, &[0.5, 1.5]), 1);
        assert_eq!(bin(9.0, &[0.5, 1.5]), 2);
    }

    #[test]
    fn weights_fit_the_features() {
        for (feature, weights) in FEATURES.iter().zip(&WEIGHTS) {
            assert_eq!(feature.edges.len() + 1, weights.len(), "{}", feature.name);
        }
    }

    /// Weights that were trained again change the text of pages: that must be meant.
    #[test]
    fn the_weights_are_those_that_were_judged() {
        let sum =
            WEIGHTS.iter().flat_map(|row| row.iter()).fold(BIAS as u16 as u64, |h, w| h.wrapping_mul(31).wrapping_add(*w as u16 as u64));
        assert_eq!(format!("{sum:#x}"), "0x715d8704b8708201");
    }

    #[test]
    fn short_doubts_inside_do_not_break_the_story() {
        let page = |words: &[u16]| {
            let mut page = Page::new(&Flow::default(), &[], "");
            page.forms = words.iter().map(|&words| Form { words, ..Form::default() }).collect();
            page
        };
        let kept = decode(&[0.1, 0.9, 0.4, 0.9, 0.1, 0.7], &page(&[5, 40, 4, 40, 60, 5]));
        assert_eq!(kept, [false, true, true, true, false, false]);
        assert!(decode(&[], &page(&[])).is_empty());
    }
}
