//! How likely a block belongs to the article: gradient-boosted trees over its row of features. The weights are made by
//! `tests/bench/blocks/train.py`; its card tells what more trees are worth.

use super::feature::{COUNT, Row};
use super::weights::{COLUMNS, LEAVES, NODES, ROOTS};

// Weights of other features would judge by the wrong columns.
const _: () = assert!(COLUMNS == COUNT, "src/clean/html/weights.rs belongs to other features: run tests/bench/blocks/train.py");

/// After so many trees a block with log odds as far from zero is decided: nine in ten are, and none of 51,000 was turned by the rest.
/// train.py stops in the same way.
const EARLY: usize = 30;
const DECIDED: f32 = 2.5;

/// 0-1.
pub fn chance(row: &Row) -> f32 {
    let mut odds = 0.0f32;
    for (i, root) in ROOTS.iter().enumerate() {
        if i == EARLY && odds.abs() > DECIDED {
            break;
        }
        odds += leaf(row, *root);
    }
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

/// The checksum of a table of trees, as train.py writes it.
#[cfg(test)]
pub(super) fn checksum(roots: &[i16], nodes: &[(u16, f32, i16, i16)], leaves: &[f32]) -> u64 {
    let roots = roots.iter().flat_map(|r| r.to_le_bytes());
    let nodes = nodes.iter().flat_map(|(c, t, l, h)| {
        let mut node = [0u8; 10];
        node[..2].copy_from_slice(&c.to_le_bytes());
        node[2..6].copy_from_slice(&t.to_le_bytes());
        node[6..8].copy_from_slice(&l.to_le_bytes());
        node[8..].copy_from_slice(&h.to_le_bytes());
        node
    });
    let leaves = leaves.iter().flat_map(|l| l.to_le_bytes());
    roots.chain(nodes).chain(leaves).fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_those_of_one_training() {
        use super::super::{gate_weights, weights};
        assert_eq!(checksum(&weights::ROOTS, &weights::NODES, &weights::LEAVES), weights::CHECKSUM);
        assert_eq!(checksum(&gate_weights::ROOTS, &gate_weights::NODES, &gate_weights::LEAVES), gate_weights::CHECKSUM);
    }

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
