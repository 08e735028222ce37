//! The model of names: a linear-chain conditional random field (Lafferty, McCallum, Pereira 2001) over hashed features.
//!
//! Weights are whole numbers, and the one function that is not (`exp`) is computed here by additions and multiplications in a fixed order,
//! so every machine finds the same names.

use super::feature::{TEMPLATES, Words, features};
use super::lists::Lists;
use super::token::Token;
use crate::tag::hashed::{At, Hashed};
use std::sync::LazyLock;

/// O, and beginning and inside of each kind.
pub const LABELS: usize = 7;
/// A weight of 1.0.
pub const UNIT: f32 = 32.0;
/// Words whose features are looked up together.
const TOGETHER: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Person,
    Organisation,
    Location,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Person, Kind::Organisation, Kind::Location];

    fn begin(self) -> usize {
        1 + 2 * self as usize
    }
}

/// A name in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Tokens, end exclusive.
    pub from: usize,
    pub to: usize,
    pub kind: Kind,
    /// 0-1: how sure the model is of exactly this span and kind.
    pub confidence: f32,
}

/// Can `label` stand after `before`?
pub fn allowed(before: usize, label: usize) -> bool {
    label == 0 || label % 2 == 1 || before == label || before + 1 == label
}

/// Weights by the hash of a feature.
#[derive(Debug, Default)]
pub struct Table(Hashed<[i8; 8]>);

impl Table {
    /// Of features with their weights, the most important first; those that find no room are left out.
    pub fn new(groups: usize, rows: impl IntoIterator<Item = (u64, [i8; LABELS])>) -> (Self, usize) {
        let padded = rows.into_iter().map(|(hash, weights)| {
            let mut row = [0; 8];
            row[..LABELS].copy_from_slice(&weights);
            (hash, row)
        });
        let (table, lost) = Hashed::new(groups, padded);
        (Table(table), lost)
    }

    /// For each word, the weights of its features together. `hashes` are the features of word after word; `places` is room to work in.
    #[inline(always)]
    fn sums(&self, hashes: &[u64], places: &mut Vec<At>, sums: &mut Vec<[i16; 8]>) {
        self.0.places(hashes, places);
        sums.clear();
        for word in places.chunks_exact(TEMPLATES) {
            let mut scores = [0; 8];
            for at in word {
                for (score, weight) in scores.iter_mut().zip(self.0.row(*at)) {
                    *score += i16::from(*weight);
                }
            }
            sums.push(scores);
        }
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend((self.0.groups() as u32).to_le_bytes());
        self.0.write_checks(out);
        // Column by column: zeros lie side by side.
        for label in 0..LABELS {
            out.extend(self.0.full().map(|row| row[label] as u8));
        }
    }

    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (head, bytes) = bytes.split_first_chunk::<4>()?;
        let (mut table, bytes) = Hashed::<[i8; 8]>::read_checks(u32::from_le_bytes(*head) as usize, bytes)?;
        let full = table.full().count();
        let (weights, bytes) = bytes.split_at_checked(full * LABELS)?;
        for (at, row) in table.full_mut().enumerate() {
            for (label, weight) in row.iter_mut().take(LABELS).enumerate() {
                *weight = weights[full * label + at] as i8;
            }
        }
        Some((Table(table), bytes))
    }
}

/// Lists, weights of features and of neighbouring labels.
#[derive(Debug, Default)]
pub struct Model {
    pub lists: Lists,
    pub table: Table,
    /// `[before][label]`, in units; the row of O is that of the beginning, too.
    pub steps: [[i16; LABELS]; LABELS],
}

impl Model {
    pub fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.lists.write(&mut out);
        self.table.write(&mut out);
        self.steps.iter().flatten().for_each(|s| out.extend(s.to_le_bytes()));
        out
    }

    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (lists, bytes) = Lists::read(bytes)?;
        let (table, bytes) = Table::read(bytes)?;
        let mut model = Model { lists, table, ..Model::default() };
        if bytes.len() != 2 * LABELS * LABELS {
            return None;
        }
        for (step, b) in model.steps.iter_mut().flatten().zip(bytes.chunks_exact(2)) {
            *step = i16::from_le_bytes([b[0], b[1]]);
        }
        Some(model)
    }

    /// Names in a text, in order, with at least this confidence.
    pub fn spans(&self, tokens: &[Token], words: &Words, language: u64, least: f32) -> Vec<Span> {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has what the function is compiled for.
            return unsafe { self.spans_side_by_side(tokens, words, language, least) };
        }
        self.spans_anywhere(tokens, words, language, least)
    }

    /// As [`spans_anywhere`](Self::spans_anywhere), compiled for longer vectors: four features, or all labels, at a time.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn spans_side_by_side(&self, tokens: &[Token], words: &Words, language: u64, least: f32) -> Vec<Span> {
        self.spans_anywhere(tokens, words, language, least)
    }

    /// For any processor.
    #[inline(always)]
    pub(super) fn spans_anywhere(&self, tokens: &[Token], words: &Words, language: u64, least: f32) -> Vec<Span> {
        let steps = self.weights();
        let mut spans = Vec::new();
        let mut lattice = Lattice::default();
        let (mut hashes, mut places, mut sums) = (Vec::new(), Vec::new(), Vec::new());
        let mut found = Vec::new();
        let likelihoods = LIKELIHOODS.as_slice();
        let mut runs = runs(tokens, words).into_iter().peekable();
        // Several runs at a time, for the sake of the memory; not all, for the sake of the cache.
        let mut batch: Vec<(usize, usize)> = Vec::new();
        while let Some((from, to)) = runs.next() {
            for i in from..to {
                hashes.extend_from_slice(&features(tokens, words, i, (from, to), language));
            }
            batch.push((from, to));
            if hashes.len() < TOGETHER * TEMPLATES && runs.peek().is_some() {
                continue;
            }
            self.table.sums(&hashes, &mut places, &mut sums);
            let mut sums = sums.as_slice();
            for (from, to) in batch.drain(..) {
                let (own, others) = sums.split_at(to - from);
                sums = others;
                lattice.emissions.clear();
                for scores in own {
                    lattice.emissions.push(emission(scores, likelihoods));
                }
                lattice.solve(&steps);
                lattice.names(&steps, from, least, &mut found, &mut spans);
            }
            hashes.clear();
        }
        spans
    }

    fn weights(&self) -> Steps {
        let mut steps = [[0.0; 8]; LABELS];
        for (before, row) in self.steps.iter().enumerate() {
            for (label, step) in row.iter().enumerate().filter(|(label, _)| allowed(before, *label)) {
                steps[before][label] = exp(f32::from(*step) / UNIT);
            }
        }
        steps
    }
}

/// Runs of neighbouring candidates: the parts of a text that are judged together. A line's end parts them.
pub fn runs(tokens: &[Token], words: &Words) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut i = 0;
    while let Some(skipped) = words.candidate[i..].iter().position(|is| *is) {
        let from = i + skipped;
        i = from + 1;
        while i < tokens.len() && words.candidate[i] && !tokens[i].opens && i - from < 64 {
            i += 1;
        }
        runs.push((from, i));
    }
    runs
}

/// e^x for |x| < 80 by powers of two and a polynomial; only + and x, so no machine differs. Relative error below 1e-5.
pub fn exp(x: f32) -> f32 {
    let x = x.clamp(-80.0, 80.0) * std::f32::consts::LOG2_E;
    let whole = x.floor();
    let part = (x - whole) * std::f32::consts::LN_2;
    let sum = 1.0 + part * (1.0 + part * (0.5 + part * (1.0 / 6.0 + part * (1.0 / 24.0 + part * (1.0 / 120.0 + part / 720.0)))));
    f32::from_bits(((whole as i32 + 127) as u32) << 23) * sum
}

/// What a score that is lower by so many units than the best makes of a label's likelihood.
static LIKELIHOODS: LazyLock<Vec<f32>> = LazyLock::new(|| (0..=80 * UNIT as i16).map(|k| exp(-f32::from(k) / UNIT)).collect());

/// Likelihoods of the labels of a word, by its scores.
#[inline(always)]
fn emission(scores: &[i16; 8], likelihoods: &[f32]) -> [f32; 8] {
    let most = scores[..LABELS].iter().fold(i16::MIN, |most, score| most.max(*score));
    let last = likelihoods.len() - 1;
    let mut row = [0.0; 8];
    for (e, score) in row[..LABELS].iter_mut().zip(scores) {
        *e = likelihoods[usize::from(most.abs_diff(*score)).min(last)];
    }
    row
}

/// `[before][label]`: factors of neighbouring labels, 0 where the one cannot follow the other. As all rows here with an eighth of nothing: eight
/// are computed together.
type Steps = [[f32; 8]; LABELS];

/// Sums over all ways to label a run, forward and backward, scaled word by word.
#[derive(Default)]
struct Lattice {
    emissions: Vec<[f32; 8]>,
    forward: Vec<[f32; 8]>,
    backward: Vec<[f32; 8]>,
    scales: Vec<f32>,
}

impl Lattice {
    #[inline(always)]
    fn solve(&mut self, steps: &Steps) {
        let n = self.emissions.len();
        self.forward.clear();
        self.scales.clear();
        let mut before = [0.0; 8];
        before[0] = 1.0;
        for emission in &self.emissions {
            let mut now = [0.0; 8];
            for (step, b) in steps.iter().zip(&before) {
                for (sum, step) in now.iter_mut().zip(step) {
                    *sum += b * step;
                }
            }
            for (sum, emission) in now.iter_mut().zip(emission) {
                *sum *= emission;
            }
            let total: f32 = now.iter().sum::<f32>().max(f32::MIN_POSITIVE);
            now.iter_mut().for_each(|v| *v /= total);
            self.scales.push(total);
            self.forward.push(now);
            before = now;
        }
        self.backward.clear();
        self.backward.resize(n, [1.0; 8]);
        if n < 2 {
            return;
        }
        let mut back: Steps = Default::default();
        for (before, row) in steps.iter().enumerate() {
            (0..LABELS).for_each(|label| back[label][before] = row[label]);
        }
        for i in (0..n - 1).rev() {
            let mut now = [0.0; 8];
            let (emission, behind, scale) = (self.emissions[i + 1], self.backward[i + 1], self.scales[i + 1]);
            for (next, steps) in back.iter().enumerate() {
                for (sum, step) in now.iter_mut().zip(steps) {
                    *sum += step * emission[next] * behind[next];
                }
            }
            now.iter_mut().for_each(|v| *v /= scale);
            self.backward[i] = now;
        }
        // Marginals need the total of the last row, which is 1 by the scaling; `backward` at the end is 1, so nothing is left to do.
    }

    /// How sure it is that words `i..j` of the run are one name of this kind.
    #[inline(always)]
    fn sure(&self, steps: &Steps, i: usize, j: usize, kind: Kind) -> f32 {
        let (b, inside) = (kind.begin(), kind.begin() + 1);
        let mut p = self.forward[i][b];
        let mut label = b;
        for k in i + 1..j {
            p *= steps[label][inside] * self.emissions[k][inside] / self.scales[k];
            label = inside;
        }
        if j == self.emissions.len() {
            return p;
        }
        // The next word does not go on with the name.
        let on: f32 = (0..LABELS)
            .filter(|next| *next != inside && allowed(label, *next))
            .map(|next| steps[label][next] * self.emissions[j][next] * self.backward[j][next])
            .sum();
        p * on / self.scales[j]
    }

    /// The surest names that do not overlap. `found` is room to work in.
    #[inline(always)]
    fn names(&self, steps: &Steps, offset: usize, least: f32, found: &mut Vec<Span>, spans: &mut Vec<Span>) {
        let n = self.emissions.len();
        found.clear();
        for kind in Kind::ALL {
            for i in 0..n {
                if self.forward[i][kind.begin()] * self.backward[i][kind.begin()] < least {
                    continue;
                }
                let mut best = (0.0, 0);
                for j in i + 1..=n.min(i + 12) {
                    let p = self.sure(steps, i, j, kind);
                    if p > best.0 {
                        best = (p, j);
                    }
                    if j < n && self.forward[j][kind.begin() + 1] * self.backward[j][kind.begin() + 1] < 0.001 {
                        break;
                    }
                }
                if best.0 >= least {
                    found.push(Span { from: offset + i, to: offset + best.1, kind, confidence: best.0.min(1.0) });
                }
            }
        }
        found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.from.cmp(&b.from)).then(a.to.cmp(&b.to)));
        let others = spans.len();
        for span in found {
            if spans[others..].iter().all(|k| span.to <= k.from || k.to <= span.from) {
                spans.push(*span);
            }
        }
        spans[others..].sort_unstable_by_key(|s| s.from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close() {
        for k in -800..=800 {
            let x = k as f32 / 10.0;
            let (got, want) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((got / want - 1.0).abs() < 2e-5, "{x}: {got} {want}");
        }
    }

    #[test]
    fn a_table_is_read_as_written() {
        let rows: Vec<(u64, [i8; LABELS])> =
            (1..200u64).map(|k| (k.wrapping_mul(0x9E37_79B9_7F4A_7C15), [k as i8, 0, -1, 2, 0, 0, k as i8])).collect();
        let (table, lost) = Table::new(64, rows.clone());
        assert!(lost < 40, "{lost}");
        let mut bytes = Vec::new();
        table.write(&mut bytes);
        let (again, rest) = Table::read(&bytes).unwrap();
        assert!(rest.is_empty());
        let sums = |table: &Table| {
            let mut sums = Vec::new();
            rows.chunks(TEMPLATES).for_each(|some| {
                let hashes: Vec<u64> = some.iter().map(|r| r.0).chain([0; TEMPLATES]).take(TEMPLATES).collect();
                let mut own = Vec::new();
                table.sums(&hashes, &mut Vec::new(), &mut own);
                sums.append(&mut own);
            });
            sums
        };
        assert_eq!(sums(&table), sums(&again));
        assert_eq!(sums(&table).len(), 6);
        assert!(sums(&table).iter().any(|s| *s != [0; 8]));
        assert!(Table::read(&bytes[..bytes.len() - 1]).is_none());
    }

    #[test]
    fn inside_follows_its_own_kind_alone() {
        assert!(allowed(1, 2) && allowed(2, 2) && allowed(0, 1) && allowed(2, 3) && allowed(4, 0));
        assert!(!allowed(0, 2) && !allowed(3, 2) && !allowed(1, 4) && !allowed(6, 4));
    }
}
