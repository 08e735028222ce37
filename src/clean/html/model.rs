//! How likely a block belongs to the article: gradient-boosted trees over its row of features. The weights are made by
//! `tests/bench/blocks/train.py`; its card tells what more trees are worth.

use super::feature::{COUNT, Row};
use super::weights::{COLUMNS, LEAVES, NODES, ROOTS};
use std::sync::LazyLock;

// Weights of other features would judge by the wrong columns.
const _: () = assert!(COLUMNS == COUNT, "src/clean/html/weights.rs belongs to other features: run tests/bench/blocks/train.py");

/// After so many trees a block with log odds as far from zero is decided: nine in ten are. train.py stops in the same way.
const EARLY: usize = 30;
const DECIDED: f32 = 2.5;
/// The others go on through forests that were drawn from other samples of the pages, until their mean is as far from zero. A single
/// forest's doubtful verdicts hang on the sample.
const TAILS: usize = 2;
const SURE: f32 = 1.0;

/// 0-1.
pub fn chance(row: &Row) -> f32 {
    let odds: f32 = HEAD.leaves(row).into_iter().sum();
    1.0 / (1.0 + (-if odds.abs() <= DECIDED { asked(odds, row) } else { odds }).exp())
}

/// The log odds after as many further forests as it takes.
fn asked(head: f32, row: &Row) -> f32 {
    let (mut sum, mut odds) = (0.0, head);
    for (n, tail) in TAIL.iter().enumerate() {
        sum += tail.leaves(row).into_iter().sum::<f32>();
        odds = head + sum / (n + 1) as f32;
        if odds.abs() > SURE {
            break;
        }
    }
    odds
}

/// A row with room up to a power of two, so that no column can lie beyond.
const PADDED: usize = COUNT.next_power_of_two();

/// The trees laid out to be asked without branches, which cost more than all comparisons together: every node of a tree whose test fails
/// takes the leaves of its low side away, and the first leaf that is left is the answer (QuickScorer, Lucchese et al., SIGIR 2015). A
/// layer holds one node of each tree, so that the compiler can ask several trees with one instruction.
struct Forest<const TREES: usize> {
    layers: Vec<Layer<TREES>>,
    /// Leaves of all trees, each from low to high.
    leaves: Vec<f32>,
    first_leaf: [u32; TREES],
}

struct Layer<const TREES: usize> {
    columns: [u16; TREES],
    thresholds: [f32; TREES],
    /// Leaves that remain when the value is above the threshold.
    remain: [u32; TREES],
}

static HEAD: LazyLock<Forest<EARLY>> = LazyLock::new(|| Forest::new(&ROOTS[..EARLY]));
static TAIL: LazyLock<Vec<Forest<FOLLOWING>>> = LazyLock::new(|| ROOTS[EARLY..].chunks_exact(FOLLOWING).map(Forest::new).collect());
/// Trees of a further forest.
const FOLLOWING: usize = (ROOTS.len() - EARLY) / TAILS;

impl<const TREES: usize> Forest<TREES> {
    fn new(roots: &[i16]) -> Self {
        let mut forest = Forest { layers: Vec::new(), leaves: Vec::with_capacity(LEAVES.len()), first_leaf: [0; TREES] };
        roots.iter().enumerate().for_each(|(tree, root)| forest.add(tree, *root));
        forest
    }

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
        assert_eq!(ROOTS.len(), EARLY + TAILS * FOLLOWING);
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
            let said = HEAD.leaves(&row).into_iter().chain(TAIL.iter().flat_map(|t| t.leaves(&row)));
            for (root, said) in ROOTS.iter().zip(said) {
                let mut at = *root;
                while let Ok(node) = usize::try_from(at) {
                    let (column, threshold, low, high) = NODES[node];
                    at = if row[column as usize] <= threshold { low } else { high };
                }
                assert_eq!(said, LEAVES[(-1 - i32::from(at)) as usize]);
            }
        }
        assert!(HEAD.layers.len().max(TAIL[0].layers.len()) < u32::BITS as usize, "more leaves than bits");
    }

    #[test]
    fn chances_are_probabilities() {
        for value in [0.0, 1.0, 50.0, -1.0, f32::NAN] {
            let c = chance(&[value; COUNT]);
            assert!((0.0..=1.0).contains(&c));
        }
    }
}
