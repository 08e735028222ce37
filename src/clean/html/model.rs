//! How likely a block belongs to the article: gradient-boosted trees over its row of features. The weights are made by
//! `tests/bench/blocks/train.py`; 60 trees of 15 leaves are as good as four times as many.

use super::feature::{COUNT, Row};
use super::weights::{COLUMNS, LEAVES, NODES, ROOTS};
use std::sync::LazyLock;

// Weights of other features would judge by the wrong columns.
const _: () = assert!(COLUMNS == COUNT, "src/clean/html/weights.rs belongs to other features: run tests/bench/blocks/train.py");

/// 0-1.
pub fn chance(row: &Row) -> f32 {
    let odds: f32 = FOREST.leaves(row).into_iter().sum();
    1.0 / (1.0 + (-odds).exp())
}

/// A row with room up to a power of two, so that no column can lie beyond.
const PADDED: usize = COUNT.next_power_of_two();
const TREES: usize = ROOTS.len();

/// The trees laid out to be asked without branches, which cost more than all comparisons together: every node of a tree whose test fails
/// takes the leaves of its low side away, and the first leaf that is left is the answer (QuickScorer, Lucchese et al., SIGIR 2015). A
/// layer holds one node of each tree, so that the compiler can ask several trees with one instruction.
struct Forest {
    layers: Vec<Layer>,
    /// Leaves of all trees, each from low to high.
    leaves: Vec<f32>,
    first_leaf: [u32; TREES],
}

#[derive(Clone)]
struct Layer {
    columns: [u16; TREES],
    thresholds: [f32; TREES],
    /// Leaves that remain when the value is above the threshold.
    remain: [u32; TREES],
}

static FOREST: LazyLock<Forest> = LazyLock::new(|| {
    let mut forest = Forest { layers: Vec::new(), leaves: Vec::with_capacity(LEAVES.len()), first_leaf: [0; TREES] };
    ROOTS.iter().enumerate().for_each(|(tree, root)| forest.add(tree, *root));
    forest
});

impl Forest {
    fn add(&mut self, tree: usize, root: i16) {
        let start = self.leaves.len();
        self.first_leaf[tree] = start as u32;
        let mut layer = 0;
        // Low sides first; a node is finished when its low side is: then the leaves of that side are known.
        let mut todo = vec![Step::Enter(root)];
        while let Some(step) = todo.pop() {
            match step {
                Step::Enter(at) => match usize::try_from(at).ok().and_then(|n| NODES.get(n)) {
                    Some((column, threshold, low, high)) => {
                        let first = self.leaves.len() - start;
                        todo.extend([
                            Step::Enter(*high),
                            Step::Finish { column: *column, threshold: *threshold, first },
                            Step::Enter(*low),
                        ]);
                    }
                    None => self.leaves.push(LEAVES.get((-1 - i32::from(at)) as usize).copied().unwrap_or(0.0)),
                },
                Step::Finish { column, threshold, first } => {
                    let low = (first..self.leaves.len() - start).fold(0u32, |bits, leaf| bits | 1u32.checked_shl(leaf as u32).unwrap_or(0));
                    if self.layers.len() == layer {
                        // A tree with fewer nodes than others is not touched by the layers beyond.
                        self.layers.push(Layer { columns: [0; TREES], thresholds: [0.0; TREES], remain: [u32::MAX; TREES] });
                    }
                    self.layers[layer].columns[tree] = column;
                    self.layers[layer].thresholds[tree] = threshold;
                    self.layers[layer].remain[tree] = !low;
                    layer += 1;
                }
            }
        }
    }

    /// What each tree says.
    fn leaves(&self, row: &Row) -> [f32; TREES] {
        let mut padded = [0.0f32; PADDED];
        padded[..COUNT].copy_from_slice(row);
        let mut left = [u32::MAX; TREES];
        for layer in &self.layers {
            let mut values = [0.0f32; TREES];
            for (value, column) in values.iter_mut().zip(&layer.columns) {
                *value = padded[*column as usize & (PADDED - 1)];
            }
            for (((left, remain), value), threshold) in left.iter_mut().zip(&layer.remain).zip(&values).zip(&layer.thresholds) {
                let low = u32::from(value <= threshold).wrapping_neg();
                *left &= remain | low;
            }
        }
        let mut out = [0.0; TREES];
        for (tree, said) in out.iter_mut().enumerate() {
            *said = self.leaves.get((self.first_leaf[tree] + left[tree].trailing_zeros()) as usize).copied().unwrap_or(0.0);
        }
        out
    }
}

enum Step {
    Enter(i16),
    Finish { column: u16, threshold: f32, first: usize },
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

    /// Every tree walked as it is written gives the same leaf.
    #[test]
    fn asked_without_branches_the_trees_say_the_same() {
        let mut state = 7u64;
        for _ in 0..200 {
            let mut row = [0.0f32; COUNT];
            for cell in &mut row {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *cell = [0.0, 1.0, 0.3, 15.0, 120.0, 4000.0, f32::NAN][(state >> 33) as usize % 7];
            }
            for (root, said) in ROOTS.iter().zip(FOREST.leaves(&row)) {
                let mut at = *root;
                while let Ok(node) = usize::try_from(at) {
                    let (column, threshold, low, high) = NODES[node];
                    at = if row[column as usize] <= threshold { low } else { high };
                }
                assert_eq!(said, LEAVES[(-1 - i32::from(at)) as usize]);
            }
        }
        assert!(FOREST.layers.len() < u32::BITS as usize, "more leaves than bits");
    }

    #[test]
    fn chances_are_probabilities() {
        for value in [0.0, 1.0, 50.0, -1.0, f32::NAN] {
            let c = chance(&[value; COUNT]);
            assert!((0.0..=1.0).contains(&c));
        }
    }
}
