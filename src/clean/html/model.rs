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
const TAILS: usize = 3;
const SURE: f32 = 1.0;

/// 0-1.
pub fn chance(row: &Row) -> f32 {
    let mut chances = [0.0];
    let mut model = Model::default();
    model.see(0, row, &mut chances);
    model.end(&mut chances);
    chances[0]
}

/// Whoever judges the blocks of a page. A closure that gives the chance of one row is one.
pub trait Judge {
    /// Shown the row of each block in order. The chance is put into `chances` now or later.
    fn see(&mut self, block: usize, row: &Row, chances: &mut [f32]);
    /// There are no more blocks: what is missing is put in.
    fn end(&mut self, _chances: &mut [f32]) {}
}

impl<F: FnMut(&Row) -> f32> Judge for F {
    fn see(&mut self, block: usize, row: &Row, chances: &mut [f32]) {
        chances[block] = self(row);
    }
}

/// The shipped judge. Rows wait until there are enough of them to be asked about at once.
#[derive(Default)]
pub struct Model {
    head: Waiting,
    /// Those that are in doubt after the head and after each further forest but the last.
    doubtful: [Waiting; TAILS],
    columns: Columns,
}

impl Judge for Model {
    fn see(&mut self, block: usize, row: &Row, chances: &mut [f32]) {
        self.head.push(block, [0.0; 2], row);
        if self.head.is_full() {
            self.ask_head(chances);
        }
    }

    fn end(&mut self, chances: &mut [f32]) {
        self.ask_head(chances);
        (0..TAILS).for_each(|n| self.ask_tail(n, chances));
    }
}

impl Model {
    fn ask_head(&mut self, chances: &mut [f32]) {
        let odds = HEAD.sums(&self.head, &mut self.columns);
        for (lane, odds) in odds.into_iter().enumerate().take(self.head.count) {
            if odds.abs() > DECIDED {
                chances[self.head.blocks[lane]] = probability(odds);
                continue;
            }
            self.doubtful[0].push(self.head.blocks[lane], [odds, 0.0], &self.head.rows[lane]);
            if self.doubtful[0].is_full() {
                self.ask_tail(0, chances);
            }
        }
        self.head.count = 0;
    }

    /// Asks the forest behind the first `n` further ones.
    fn ask_tail(&mut self, n: usize, chances: &mut [f32]) {
        let Some(forest) = TAIL.get(n) else { return };
        let said = forest.sums(&self.doubtful[n], &mut self.columns);
        for (lane, said) in said.into_iter().enumerate().take(self.doubtful[n].count) {
            let (asked, later) = self.doubtful.split_at_mut(n + 1);
            let asked = &asked[n];
            let [head, before] = asked.odds[lane];
            let sum = before + said;
            let odds = head + sum / (n + 1) as f32;
            match later.first_mut().filter(|_| odds.abs() <= SURE) {
                Some(next) => {
                    next.push(asked.blocks[lane], [head, sum], &asked.rows[lane]);
                    if next.is_full() {
                        self.ask_tail(n + 1, chances);
                    }
                }
                None => chances[asked.blocks[lane]] = probability(odds),
            }
        }
        self.doubtful[n].count = 0;
    }
}

fn probability(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}

/// Rows that are asked about at once: as many as one register of AVX2 holds, or two of those that every x86-64 and ARM has.
const LANES: usize = 8;

struct Waiting {
    rows: Box<[Row; LANES]>,
    blocks: [usize; LANES],
    /// What the head said, and the sum of what further forests said.
    odds: [[f32; 2]; LANES],
    count: usize,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { rows: Box::new([[0.0; COUNT]; LANES]), blocks: [0; LANES], odds: [[0.0; 2]; LANES], count: 0 }
    }
}

impl Waiting {
    fn is_full(&self) -> bool {
        self.count == LANES
    }

    fn push(&mut self, block: usize, odds: [f32; 2], row: &Row) {
        let lane = self.count % LANES;
        self.rows[lane] = *row;
        (self.blocks[lane], self.odds[lane]) = (block, odds);
        self.count += 1;
    }
}

/// Rows side by side: a column's values lie behind each other, so that one instruction compares several of them. Every byte is the number
/// of a column.
struct Columns(Box<[[f32; LANES]; 256]>);

const _: () = assert!(COUNT <= 256);

impl Default for Columns {
    fn default() -> Self {
        Self(Box::new([[0.0; LANES]; 256]))
    }
}

/// Trees laid out to be asked without branches, which cost more than all comparisons together: every node of a tree whose test fails
/// takes the leaves of its low side away, and the first leaf that is left is the answer (QuickScorer, Lucchese et al., SIGIR 2015; several
/// rows at once: V-QuickScorer, SIGIR 2016).
struct Forest {
    trees: Vec<Tree>,
}

/// Most leaves of a tree.
const LEAVES_OF_TREE: usize = 16;
const NODES_OF_TREE: usize = LEAVES_OF_TREE - 1;

/// All trees are of one size: what a tree lacks are nodes that take nothing away.
struct Tree {
    thresholds: [f32; NODES_OF_TREE],
    /// Leaves that are gone when the value is above the threshold.
    lows: [u32; NODES_OF_TREE],
    columns: [u8; NODES_OF_TREE],
    /// From low to high.
    leaves: [f32; LEAVES_OF_TREE],
}

static HEAD: LazyLock<Forest> = LazyLock::new(|| Forest::new(&ROOTS[..EARLY]));
static TAIL: LazyLock<Vec<Forest>> = LazyLock::new(|| ROOTS[EARLY..].chunks_exact(FOLLOWING).map(Forest::new).collect());
/// Trees of a further forest.
const FOLLOWING: usize = (ROOTS.len() - EARLY) / TAILS;

impl Tree {
    fn new(root: i16) -> Self {
        let mut out =
            Tree { thresholds: [0.0; NODES_OF_TREE], lows: [0; NODES_OF_TREE], columns: [0; NODES_OF_TREE], leaves: [0.0; LEAVES_OF_TREE] };
        let (mut nodes, mut leaves) = (0, 0);
        // Low sides first; a node is finished when its low side is: then the leaves of that side are known.
        let mut todo = vec![Step::Enter(root)];
        while let Some(step) = todo.pop() {
            match step {
                Step::Enter(at) => match usize::try_from(at).ok().and_then(|n| NODES.get(n)) {
                    Some((column, threshold, low, high)) => todo.extend([
                        Step::Enter(*high),
                        Step::Finish { column: *column, threshold: *threshold, first: leaves },
                        Step::Enter(*low),
                    ]),
                    None => {
                        let leaf = LEAVES.get((-1 - i32::from(at)) as usize);
                        out.leaves.iter_mut().skip(leaves).zip(leaf).take(1).for_each(|(to, leaf)| *to = *leaf);
                        leaves += 1;
                    }
                },
                Step::Finish { column, threshold, first } => {
                    if nodes < NODES_OF_TREE {
                        out.thresholds[nodes] = threshold;
                        out.lows[nodes] = (first..leaves).fold(0, |bits, leaf| bits | 1u32.checked_shl(leaf as u32).unwrap_or(0));
                        out.columns[nodes] = column as u8;
                    }
                    nodes += 1;
                }
            }
        }
        out
    }
}

impl Forest {
    fn new(roots: &[i16]) -> Self {
        Forest { trees: roots.iter().map(|root| Tree::new(*root)).collect() }
    }

    /// The sum of what all trees say of each waiting row. An eighth of the time of cleaning is spent here, so that processors that can
    /// compare all lanes at once are asked to.
    fn sums(&self, waiting: &Waiting, columns: &mut Columns) -> [f32; LANES] {
        if waiting.count == 0 {
            return [0.0; LANES];
        }
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has what the functions are compiled for.
            return unsafe {
                at_once::turn(&waiting.rows, columns);
                at_once::sums(&self.trees, columns)
            };
        }
        in_parts::turn(&waiting.rows, columns);
        in_parts::sums(&self.trees, columns)
    }
}

/// For any processor.
mod in_parts {
    use super::*;

    pub fn turn(rows: &[Row; LANES], columns: &mut Columns) {
        for (lane, row) in rows.iter().enumerate() {
            columns.0.iter_mut().zip(row).for_each(|(column, value)| column[lane] = *value);
        }
    }

    pub fn sums(trees: &[Tree], columns: &Columns) -> [f32; LANES] {
        let mut sums = [0.0; LANES];
        for tree in trees {
            let gone = gone(tree, columns);
            (0..LANES).for_each(|lane| sums[lane] += tree.leaves[gone[lane].trailing_ones() as usize % LEAVES_OF_TREE]);
        }
        sums
    }

    /// Of each row the leaves that the nodes take away. A function of its own: among other code the compiler takes the lanes apart, and
    /// that costs three times as much.
    #[inline(never)]
    fn gone(tree: &Tree, columns: &Columns) -> [u32; LANES] {
        let mut gone = [0u32; LANES];
        for node in 0..NODES_OF_TREE {
            let (values, low) = (&columns.0[tree.columns[node] as usize], tree.lows[node]);
            for lane in 0..LANES {
                let high = !u32::from(values[lane] <= tree.thresholds[node]).wrapping_neg();
                gone[lane] |= low & high;
            }
        }
        gone
    }
}

/// For processors with AVX2: a third of the instructions.
#[cfg(target_arch = "x86_64")]
mod at_once {
    use super::*;
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2")]
    fn load(values: &[f32; LANES]) -> __m256 {
        // SAFETY: eight values are there to be read; they may lie anywhere.
        unsafe { _mm256_loadu_ps(values.as_ptr()) }
    }

    #[target_feature(enable = "avx2")]
    fn store(lanes: __m256, to: &mut [f32; LANES]) {
        // SAFETY: there is room for eight values; they may lie anywhere.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), lanes) }
    }

    /// Eight columns of eight rows at a time.
    #[target_feature(enable = "avx2")]
    pub fn turn(rows: &[Row; LANES], columns: &mut Columns) {
        const SQUARES: usize = COUNT / LANES;
        let (squares, _) = columns.0.as_chunks_mut::<LANES>();
        for (n, square) in squares.iter_mut().enumerate().take(SQUARES) {
            let r = rows.each_ref().map(|row| load(&row.as_chunks::<LANES>().0[n]));
            // Neighbouring rows, then pairs of rows, then halves.
            let pairs = |a, b| [_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b)];
            let [[a, b], [c, d], [e, f], [g, h]] = [pairs(r[0], r[1]), pairs(r[2], r[3]), pairs(r[4], r[5]), pairs(r[6], r[7])];
            let fours = |a, b| [_mm256_shuffle_ps::<0b01_00_01_00>(a, b), _mm256_shuffle_ps::<0b11_10_11_10>(a, b)];
            let low = [fours(a, c), fours(b, d)];
            let high = [fours(e, g), fours(f, h)];
            for k in 0..LANES / 2 {
                let (low, high) = (low[k / 2][k % 2], high[k / 2][k % 2]);
                store(_mm256_permute2f128_ps::<0x20>(low, high), &mut square[k]);
                store(_mm256_permute2f128_ps::<0x31>(low, high), &mut square[k + LANES / 2]);
            }
        }
        // The features that are left over: none when they make whole squares. Behind them lies room that nothing asks for.
        for (n, column) in columns.0.iter_mut().enumerate().take(COUNT).skip(SQUARES * LANES) {
            *column = rows.each_ref().map(|row| row[n]);
        }
    }

    #[target_feature(enable = "avx2")]
    pub fn sums(trees: &[Tree], columns: &Columns) -> [f32; LANES] {
        let mut sums = _mm256_setzero_ps();
        for tree in trees {
            let mut gone = _mm256_setzero_ps();
            for node in 0..NODES_OF_TREE {
                let values = load(&columns.0[tree.columns[node] as usize]);
                // Not below or equal: what is no number is above.
                let high = _mm256_cmp_ps::<_CMP_NLE_UQ>(values, _mm256_set1_ps(tree.thresholds[node]));
                gone = _mm256_or_ps(gone, _mm256_and_ps(high, _mm256_set1_ps(f32::from_bits(tree.lows[node]))));
            }
            let gone = _mm256_castps_si256(gone);
            // The lowest bit that is not set; the exponent of that number is its place.
            let first = _mm256_andnot_si256(gone, _mm256_add_epi32(gone, _mm256_set1_epi32(1)));
            let exponent = _mm256_srli_epi32::<23>(_mm256_castps_si256(_mm256_cvtepi32_ps(first)));
            let place = _mm256_add_epi32(exponent, _mm256_set1_epi32(1));
            let (halves, _) = tree.leaves.as_chunks::<LANES>();
            let [low, high] = [0, 1].map(|half| _mm256_permutevar8x32_ps(load(&halves[half]), place));
            // By the bit that tells eight: the sign is what counts.
            let leaves = _mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32::<28>(place)));
            sums = _mm256_add_ps(sums, leaves);
        }
        let mut out = [0.0; LANES];
        store(sums, &mut out);
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

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn all_processors_say_the_same() {
        if !std::arch::is_x86_feature_detected!("avx2") {
            return;
        }
        for rows in rows(200).chunks_exact(LANES) {
            let rows: &[Row; LANES] = rows.try_into().unwrap();
            let (mut turned, mut columns) = (Columns::default(), Columns::default());
            in_parts::turn(rows, &mut turned);
            // SAFETY: the processor was asked.
            unsafe { at_once::turn(rows, &mut columns) };
            let bits = |columns: &Columns| columns.0.map(|column| column.map(f32::to_bits));
            assert_eq!(bits(&columns), bits(&turned));
            for forest in [&*HEAD].into_iter().chain(TAIL.iter()) {
                // SAFETY: as above.
                assert_eq!(unsafe { at_once::sums(&forest.trees, &columns) }, in_parts::sums(&forest.trees, &columns));
            }
        }
    }

    fn rows(count: usize) -> Vec<Row> {
        let mut state = 7u64;
        let mut cell = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            [0.0, 1.0, 0.3, 15.0, 120.0, 4000.0, f32::NAN][(state >> 33) as usize % 7]
        };
        (0..count).map(|_| std::array::from_fn(|_| cell())).collect()
    }

    /// What a tree says when it is walked as it is written.
    fn walked(root: i16, row: &Row) -> f32 {
        let mut at = root;
        while let Ok(node) = usize::try_from(at) {
            let (column, threshold, low, high) = NODES[node];
            at = if row[column as usize] <= threshold { low } else { high };
        }
        LEAVES[(-1 - i32::from(at)) as usize]
    }

    #[test]
    fn asked_without_branches_the_trees_say_the_same() {
        let trees: Vec<Forest> = ROOTS.iter().map(|root| Forest::new(&[*root])).collect();
        for rows in rows(200).chunks(LANES) {
            let (mut waiting, mut columns) = (Waiting::default(), Columns::default());
            rows.iter().for_each(|row| waiting.push(0, [0.0; 2], row));
            for (root, tree) in ROOTS.iter().zip(&trees) {
                let said = tree.sums(&waiting, &mut columns);
                rows.iter().zip(said).for_each(|(row, said)| assert_eq!(walked(*root, row), said));
            }
        }
    }

    #[test]
    fn a_forest_is_asked_as_long_as_the_block_is_in_doubt() {
        let rows = rows(100);
        let sum = |roots: &[i16], row: &Row| roots.iter().fold(0.0, |sum: f32, root| sum + walked(*root, row));
        let want: Vec<f32> = rows
            .iter()
            .map(|row| {
                let head = sum(&ROOTS[..EARLY], row);
                let (mut odds, mut said) = (head, 0.0);
                for (n, roots) in ROOTS[EARLY..].chunks(FOLLOWING).enumerate() {
                    if odds.abs() > if n == 0 { DECIDED } else { SURE } {
                        break;
                    }
                    said += sum(roots, row);
                    odds = head + said / (n + 1) as f32;
                }
                probability(odds)
            })
            .collect();
        let mut chances = vec![-1.0; rows.len()];
        let mut model = Model::default();
        rows.iter().enumerate().for_each(|(i, row)| model.see(i, row, &mut chances));
        model.end(&mut chances);
        assert_eq!(chances, want);
        assert_eq!(rows.iter().map(chance).collect::<Vec<_>>(), want);
    }

    #[test]
    fn no_tree_has_more_leaves_than_there_is_room() {
        let leaves = |root: &i16| {
            let (mut leaves, mut todo) = (0, vec![*root]);
            while let Some(at) = todo.pop() {
                match usize::try_from(at) {
                    Ok(node) => todo.extend([NODES[node].2, NODES[node].3]),
                    Err(_) => leaves += 1,
                }
            }
            leaves
        };
        assert!(ROOTS.iter().map(leaves).all(|leaves| leaves <= LEAVES_OF_TREE));
    }

    #[test]
    fn chances_are_probabilities() {
        for value in [0.0, 1.0, 50.0, -1.0, f32::NAN] {
            let c = chance(&[value; COUNT]);
            assert!((0.0..=1.0).contains(&c));
        }
    }
}
