//! Which units belong to the story: a probability for each, then the best sequence of "in" and "out".

use super::features::{COUNT, FEATURES, Feature, Page};
use super::flow::Flow;
use super::unit::Unit;
use super::weights::{BIAS, WEIGHTS};
use std::sync::LazyLock;

/// The weights of a logistic model, in hundredths: one row a feature, one number a bin.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    pub bias: i16,
    pub weights: &'a [&'a [i16]; COUNT],
}

/// The model that ships. Others are for cross-validation only (`tests/bench/text_weights.rs`).
pub static MODEL: Model<'static> = Model { bias: BIAS, weights: &WEIGHTS };
/// The same, laid out once.
pub static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(&MODEL));

/// What entering the body costs, in gain of words: a lone line that looks like prose is no story.
const ENTRY: f32 = 4.0;
/// A unit counts for no more words than this, so that one long one does not carry the rest.
const MOST_WORDS: f32 = 150.0;

/// Where the weights of a feature's values lie in a [`Table`].
struct Places {
    /// The least value that has a weight of its own; lower ones have the same.
    least: [f32; COUNT],
    /// So many values behind it have one, too; higher ones have that of the last. Nothing of features whose values are not whole.
    span: [f32; COUNT],
    at: [i32; COUNT],
}

static PLACES: Places = {
    let mut places = Places { least: [0.0; COUNT], span: [0.0; COUNT], at: [0; COUNT] };
    let mut all = 0;
    let mut i = 0;
    while i < COUNT {
        let Feature { edges, whole, .. } = FEATURES[i];
        if whole {
            places.least[i] = edges[0].floor();
            places.span[i] = edges[edges.len() - 1].ceil() - edges[0].floor();
        }
        places.at[i] = all;
        all += places.span[i] as i32 + 1;
        i += 1;
    }
    places
};

/// How many weights that makes.
const ALL: usize = PLACES.at[COUNT - 1] as usize + PLACES.span[COUNT - 1] as usize + 1;

/// So many units are weighed at once: what is asked of one is asked of all of them in the same step.
const LANES: usize = 8;

/// The features of so many units, feature by feature.
type Columns = [[f32; LANES]; COUNT];

/// A model laid out for many units: of a feature with whole values the weight of each of them, so that it is looked up and not sought
/// between edges.
pub struct Table {
    bias: i32,
    by_value: [i16; ALL],
    /// The edges of all features whose values are not whole.
    steps: Vec<Step>,
}

/// An edge of a feature, and what the weight grows by where a value lies above it.
struct Step {
    feature: usize,
    edge: f32,
    weight: i32,
}

impl Table {
    pub fn new(model: &Model<'_>) -> Self {
        let mut table = Self { bias: i32::from(model.bias), by_value: [0; ALL], steps: Vec::new() };
        for (i, (feature, weights)) in FEATURES.iter().zip(model.weights).enumerate() {
            if !feature.whole {
                // Of the lowest bin each sum has the weight; the others add what they differ by.
                table.bias += i32::from(weights.first().copied().unwrap_or_default());
                let steps = feature.edges.iter().zip(weights.windows(2));
                let steps = steps.map(|(edge, pair)| Step { feature: i, edge: *edge, weight: i32::from(pair[1]) - i32::from(pair[0]) });
                table.steps.extend(steps);
                continue;
            }
            let mut bin = 0;
            let from = PLACES.at[i] as usize;
            for (value, weight) in table.by_value[from..=from + PLACES.span[i] as usize].iter_mut().enumerate() {
                while feature.edges.get(bin).is_some_and(|edge| PLACES.least[i] + value as f32 > *edge) {
                    bin += 1;
                }
                *weight = weights.get(bin).copied().unwrap_or_default();
            }
        }
        table
    }

    /// Probabilities that units with these features belong to the story: logistic over one weight a bin.
    fn probabilities(&self, columns: &Columns) -> [f32; LANES] {
        let mut sums = [self.bias; LANES];
        for i in (0..COUNT).filter(|i| FEATURES[*i].whole) {
            let places = places(&columns[i], i);
            for lane in 0..LANES {
                sums[lane] += i32::from(self.by_value[places[lane] as usize]);
            }
        }
        climb(&self.steps, columns, &mut sums);
        sums.map(|sum| 1.0 / (1.0 + (-sum as f32 / 100.0).exp()))
    }
}

/// Where the weights of a feature's whole values lie. A function of its own, as is the next one: among other code the compiler takes the
/// lanes apart.
#[inline(never)]
fn places(column: &[f32; LANES], feature: usize) -> [i32; LANES] {
    let (least, span, at) = (PLACES.least[feature], PLACES.span[feature], PLACES.at[feature]);
    let mut places = [0; LANES];
    for lane in 0..LANES {
        let value = column[lane] - least;
        let value = if value > 0.0 { value } else { 0.0 };
        let value = if value < span { value } else { span };
        // Of a whole number above this one the lowest bits are the number below: a cast asks for too much to be done many at a time.
        places[lane] = ((value + WHOLE).to_bits() as i32).wrapping_sub(WHOLE.to_bits() as i32).wrapping_add(at);
    }
    places
}

/// Adds the weights of all edges that the values lie above.
#[inline(never)]
fn climb(steps: &[Step], columns: &Columns, sums: &mut [i32; LANES]) {
    let mut climbed = [0i32; LANES];
    for step in steps {
        let column = &columns[step.feature];
        for lane in 0..LANES {
            climbed[lane] += i32::from(column[lane] > step.edge).wrapping_neg() & step.weight;
        }
    }
    for lane in 0..LANES {
        sums[lane] += climbed[lane];
    }
}

/// From here on floating-point numbers of this size are whole.
const WHOLE: f32 = 8_388_608.0;

/// The bin of a value: how many edges lie below it.
pub fn bin(value: f32, edges: &[f32]) -> usize {
    // Edges rise, so those below a value are the first ones.
    edges.partition_point(|edge| value > *edge)
}

/// The probability of each unit that it belongs to the story.
pub fn probabilities(flow: &Flow, units: &[Unit], page: &Page, table: &Table) -> Vec<f32> {
    let mut columns: Columns = [[0.0; LANES]; COUNT];
    let mut probabilities = Vec::with_capacity(units.len().next_multiple_of(LANES));
    for first in (0..units.len()).step_by(LANES) {
        for lane in 0..LANES.min(units.len() - first) {
            let vector = page.vector(units, flow, first + lane);
            for (column, value) in columns.iter_mut().zip(vector) {
                column[lane] = value;
            }
        }
        probabilities.extend(table.probabilities(&columns));
    }
    // Behind the last unit stand some of those before it.
    probabilities.truncate(units.len());
    probabilities
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
    fn a_table_has_the_weights_of_the_bins() {
        let table = Table::new(&MODEL);
        for (i, feature) in FEATURES.iter().enumerate() {
            for value in (-150..900).map(|v| if feature.whole { v as f32 } else { v as f32 / 300.0 }) {
                let mut columns = [[0.0; LANES]; COUNT];
                columns[i] = std::array::from_fn(|lane| value + lane as f32);
                let sum = |lane: usize| (0..COUNT).map(|k| i32::from(WEIGHTS[k][bin(columns[k][lane], FEATURES[k].edges)])).sum::<i32>();
                let expected = std::array::from_fn(|lane| 1.0 / (1.0 + (-(i32::from(BIAS) + sum(lane)) as f32 / 100.0).exp()));
                assert_eq!(table.probabilities(&columns), expected, "{} {value}", feature.name);
            }
        }
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
