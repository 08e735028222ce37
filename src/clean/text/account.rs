//! What became of each line and sentence of a page of bare text: see [`crate::clean::account`].

use super::choose::choose;
use super::decode::{MODEL, TABLE, bin};
use super::features::{self, COUNT, FEATURES};
use super::{flow, unit};
use crate::clean::account::{Part, beginning};
use crate::clean::{Options, Page};

/// Features that are told of a unit: those whose weight moves its chance the most.
const TOLD: usize = 4;

/// The page's units in order.
pub fn parts(page: &Page<'_>, text: &str, options: Options) -> Vec<Part> {
    let flow = flow::flow(text);
    let units = unit::units(&flow);
    let scan = features::Page::new(&flow, &units, page.final_url);
    let choice = choose(&flow, &units, &scan, &TABLE, options.gate);
    let part = |i: usize| Part {
        kind: if units[i].glued { "glued" } else { "line" },
        place: format!("line {}", units[i].line + 1),
        text: beginning(&flow.text[units[i].start..units[i].end]),
        words: u32::from(scan.forms[i].words),
        link_density: None,
        chance: choice.chances[i],
        kept: choice.lots.kept[i],
        rule: if choice.title == Some(i) { "title" } else { choice.lots.rules[i] },
        features: told(&scan.vector(&units, &flow, i)),
    };
    (0..units.len()).map(part).collect()
}

/// The features with the largest weights, by what they add to the chance (in logits).
fn told(vector: &[f32; COUNT]) -> Vec<(&'static str, f32)> {
    let mut all: Vec<(&'static str, f32)> = Vec::with_capacity(COUNT);
    for ((value, feature), weights) in vector.iter().zip(&FEATURES).zip(MODEL.weights) {
        let weight = weights.get(bin(*value, feature.edges)).copied().unwrap_or_default();
        all.push((feature.name, f32::from(weight) / 100.0));
    }
    all.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
    all.truncate(TOLD);
    all
}
