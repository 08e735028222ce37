//! How likely a block belongs to the article: gradient-boosted trees over its row of features. The weights are made by
//! `tests/bench/blocks/train.py`; 60 trees of 15 leaves are as good as four times as many.

use super::feature::{COUNT, Row};
use super::weights::{COLUMNS, LEAVES, NODES, ROOTS};

// Weights of other features would judge by the wrong columns.
const _: () = assert!(COLUMNS == COUNT, "src/clean/html/weights.rs belongs to other features: run tests/bench/blocks/train.py");

/// 0-1.
pub fn chance(row: &Row) -> f32 {
    let odds: f32 = ROOTS.iter().map(|root| leaf(row, *root)).sum();
    1.0 / (1.0 + (-odds).exp())
}

fn leaf(row: &Row, root: i16) -> f32 {
    let mut at = root;
    while let Ok(node) = usize::try_from(at) {
        let Some((column, threshold, low, high)) = NODES.get(node) else { return 0.0 };
        at = if row.get(*column as usize).is_some_and(|v| v <= threshold) { *low } else { *high };
    }
    LEAVES.get((-1 - i32::from(at)) as usize).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tree_ends_in_a_leaf() {
        for (column, _, low, high) in NODES {
            assert!((column as usize) < COUNT);
            for at in [low, high] {
                assert!(at < NODES.len() as i16 && at >= -(LEAVES.len() as i16), "{at}");
            }
        }
        // Children come after their parents: no walk can go round.
        for (i, (_, _, low, high)) in NODES.iter().enumerate() {
            assert!((*low < 0 || *low as usize > i) && (*high < 0 || *high as usize > i));
        }
    }

    #[test]
    fn chances_are_probabilities() {
        for value in [0.0, 1.0, 50.0, -1.0, f32::NAN] {
            let c = chance(&[value; COUNT]);
            assert!((0.0..=1.0).contains(&c));
        }
    }
}
