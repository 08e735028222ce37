//! The model of topics: a linear classifier over hashed words and pairs, weights in whole numbers.

use super::words::features;
use crate::tag::hashed::Hashed;

/// Top-level topics, in the order of `TOPICS`.
pub const CLASSES: usize = 17;
/// A weight of 1.0, and a rarity of 1.0.
pub const UNIT: f32 = 16.0;
/// How much the title counts against the text.
pub const TITLE_WEIGHT: usize = 2;

/// 16 (1 + ln n) for n = 1..: repetition counts for less and less.
const REPEATED: [i16; 16] = [16, 27, 34, 38, 42, 45, 47, 49, 51, 53, 54, 56, 57, 58, 59, 60];

fn repeated(count: u32) -> i16 {
    REPEATED[(count as usize).clamp(1, REPEATED.len()) - 1]
}

/// So many products of a repetition (60 at most), a rarity (255) and a weight (128) fit into 32 bits.
const BLOCK: usize = 1024;

#[derive(Debug, Clone, Copy, Default)]
pub struct Row {
    pub weights: [i8; CLASSES],
    /// Inverse document frequency.
    pub rarity: u8,
}

#[derive(Debug, Default)]
pub struct Model {
    rows: Hashed<Row>,
    pub bias: [i16; CLASSES],
}

impl Model {
    /// Of features with their rows, the most important first; gives how many found no room.
    pub fn new(groups: usize, bias: [i16; CLASSES], rows: impl IntoIterator<Item = (u64, Row)>) -> (Self, usize) {
        let (rows, lost) = Hashed::new(groups, rows);
        (Model { rows, bias }, lost)
    }

    /// Log-odds of each topic up to a constant, and how many features of the text are known.
    pub fn scores(&self, title: &str, text: &str) -> ([f32; CLASSES], usize) {
        self.score(&features(title, text, TITLE_WEIGHT))
    }

    /// The same of features.
    pub fn score(&self, features: &[(u64, u32)]) -> ([f32; CLASSES], usize) {
        let hashes: Vec<u64> = features.iter().map(|f| f.0).collect();
        let mut places = Vec::with_capacity(hashes.len());
        self.rows.places(&hashes, &mut places);
        let mut sums = [0i64; CLASSES];
        let (mut square, mut known) = (0i64, 0);
        for (places, features) in places.chunks(BLOCK).zip(features.chunks(BLOCK)) {
            let mut block = [0i32; CLASSES];
            for (at, (_, count)) in places.iter().zip(features) {
                let row = self.rows.row(*at);
                let x = repeated(*count) * i16::from(row.rarity);
                square += i64::from(x) * i64::from(x);
                known += usize::from(self.rows.is_known(*at));
                for (sum, weight) in block.iter_mut().zip(&row.weights) {
                    *sum += i32::from(x) * i32::from(*weight);
                }
            }
            sums.iter_mut().zip(&block).for_each(|(sum, block)| *sum += i64::from(*block));
        }
        let norm = (square.max(1) as f64).sqrt();
        let mut scores = [0.0; CLASSES];
        for ((score, sum), bias) in scores.iter_mut().zip(sums).zip(self.bias) {
            *score = (sum as f64 / norm) as f32 / UNIT + f32::from(bias) / UNIT;
        }
        (scores, known)
    }

    pub fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend((self.rows.groups() as u32).to_le_bytes());
        self.bias.iter().for_each(|b| out.extend(b.to_le_bytes()));
        self.rows.write_checks(&mut out);
        let full: Vec<&Row> = self.rows.full().collect();
        full.iter().for_each(|r| out.push(r.rarity));
        // Column by column: zeros lie side by side.
        for class in 0..CLASSES {
            out.extend(full.iter().map(|r| r.weights[class] as u8));
        }
        out
    }

    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (head, bytes) = bytes.split_first_chunk::<4>()?;
        let (biases, bytes) = bytes.split_at_checked(2 * CLASSES)?;
        let (rows, bytes) = Hashed::read_checks(u32::from_le_bytes(*head) as usize, bytes)?;
        let mut model = Model { rows, bias: [0; CLASSES] };
        for (bias, b) in model.bias.iter_mut().zip(biases.chunks_exact(2)) {
            *bias = i16::from_le_bytes([b[0], b[1]]);
        }
        let full = model.rows.full().count();
        if bytes.len() != full * (CLASSES + 1) {
            return None;
        }
        for (at, row) in model.rows.full_mut().enumerate() {
            row.rarity = bytes[at];
            for (class, weight) in row.weights.iter_mut().enumerate() {
                *weight = bytes[full * (class + 1) + at] as i8;
            }
        }
        Some(model)
    }
}

/// Scores as shares of 1: what the model takes for the probability of each topic.
pub fn shares(scores: &[f32; CLASSES]) -> [f32; CLASSES] {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let parts = scores.map(|s| exp(s - most));
    let total: f32 = parts.iter().sum();
    parts.map(|p| p / total)
}

/// e^x for x <= 0 by halving and squaring a short sum; only + and x, so no machine differs.
fn exp(x: f32) -> f32 {
    let x = x.max(-40.0) / 64.0;
    let mut sum = 1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x / 24.0)));
    for _ in 0..6 {
        sum *= sum;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_read_as_written() {
        let rows = features("", "red car goes far away from home", 1).into_iter().enumerate().map(|(k, (hash, _))| {
            let mut row = Row { rarity: 16 + k as u8, ..Row::default() };
            row.weights[k % CLASSES] = k as i8 - 5;
            (hash, row)
        });
        let (model, lost) = Model::new(64, [3; CLASSES], rows);
        assert_eq!(lost, 0);
        let bytes = model.write();
        let again = Model::read(&bytes).unwrap();
        let want = model.scores("", "red car, far away");
        assert!(want.1 > 3);
        assert_eq!(again.scores("", "red car, far away"), want);
        assert!(Model::read(&bytes[..bytes.len() - 1]).is_none());
    }
}
