//! What became of each line and sentence of a page of bare text: see [`crate::clean::account`].

use super::features::{COUNT, FEATURES};
use super::{decode, ends, features, flow, title, trim, unit};
use crate::clean::account::{Part, beginning};
use crate::clean::{Options, Page};

/// Features that are told of a unit: those whose weight moves its chance the most.
const TOLD: usize = 4;

/// The page's units in order.
pub fn parts(page: &Page<'_>, text: &str, options: Options) -> Vec<Part> {
    let flow = flow::flow(text);
    let units = unit::units(&flow);
    let scan = features::Page::new(&flow, &units, page.final_url);
    let chances = decode::probabilities(&flow, &units, &scan);
    let mut kept = decode::decode(&chances, &scan);
    let sequence = kept.clone();
    trim::fill(&scan, &mut kept, options.gate);
    trim::edges(&flow, &units, &scan, &chances, &mut kept);
    let edges = kept.clone();
    ends::cut(&flow, &units, &scan, &mut kept);
    let begin = kept.iter().position(|k| *k).unwrap_or(units.len());
    let title = title::find(&flow, &units, &scan, begin);
    let cut = kept.clone();
    trim::head(&flow, &units, &scan, &mut kept, title);
    let rule = |i: usize| {
        if title == Some(i) {
            "title"
        } else if cut[i] != kept[i] {
            "head of the story: byline, date or title"
        } else if edges[i] != cut[i] {
            "the story has ended"
        } else if sequence[i] != edges[i] {
            if edges[i] { "edge of the story" } else { "credit or promotion" }
        } else if (chances[i] >= 0.5) != kept[i] {
            "what stands around it"
        } else {
            "model"
        }
    };
    let part = |i: usize| Part {
        kind: if units[i].glued { "glued" } else { "line" },
        place: format!("line {}", units[i].line + 1),
        text: beginning(&flow.text[units[i].start..units[i].end]),
        words: u32::from(scan.forms[i].words),
        link_density: None,
        chance: chances[i],
        kept: kept[i],
        rule: rule(i),
        features: told(&scan.vector(&units, &flow, i)),
    };
    (0..units.len()).map(part).collect()
}

/// The features with the largest weights, by what they add to the chance (in logits).
fn told(vector: &[f32; COUNT]) -> Vec<(&'static str, f32)> {
    let weight = |(value, (feature, weights)): (&f32, (&features::Feature, &&[i16]))| {
        let w = weights.get(decode::bin(*value, feature.edges)).copied().unwrap_or_default();
        (feature.name, f32::from(w) / 100.0)
    };
    let mut all: Vec<(&'static str, f32)> = vector.iter().zip(FEATURES.iter().zip(super::weights::WEIGHTS.iter())).map(weight).collect();
    all.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
    all.truncate(TOLD);
    all
}
