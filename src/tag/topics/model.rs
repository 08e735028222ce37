//! The model of topics: a linear classifier over hashed words and pairs, weights in whole numbers.

use super::words::features;

/// Top-level topics, in the order of `TOPICS`.
pub const CLASSES: usize = 17;
/// Rows that may hold a feature; they are searched together.
const WAYS: usize = 4;
/// A weight of 1.0, and a rarity of 1.0.
pub const UNIT: f32 = 16.0;
/// How much the title counts against the text.
pub const TITLE_WEIGHT: usize = 2;

/// 16 (1 + ln n) for n = 1..: repetition counts for less and less.
const REPEATED: [u16; 16] = [16, 27, 34, 38, 42, 45, 47, 49, 51, 53, 54, 56, 57, 58, 59, 60];

fn repeated(count: u32) -> i64 {
    i64::from(REPEATED[(count as usize).clamp(1, REPEATED.len()) - 1])
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Row {
    pub weights: [i8; CLASSES],
    /// Inverse document frequency.
    pub rarity: u8,
}

/// Rows by the hash of a feature.
#[derive(Debug, Default)]
pub struct Model {
    checks: Vec<[u16; WAYS]>,
    rows: Vec<[Row; WAYS]>,
    pub bias: [i16; CLASSES],
}

impl Model {
    /// Of features with their rows, the most important first; gives how many found no room.
    pub fn new(groups: usize, bias: [i16; CLASSES], rows: impl IntoIterator<Item = (u64, Row)>) -> (Self, usize) {
        let mut model = Model { checks: vec![[0; WAYS]; groups], rows: vec![[Row::default(); WAYS]; groups], bias };
        let mut lost = 0;
        for (hash, row) in rows {
            let (group, check) = model.place(hash);
            match model.checks[group].iter().position(|c| *c == 0 || *c == check) {
                Some(way) if model.checks[group][way] == 0 => {
                    model.checks[group][way] = check;
                    model.rows[group][way] = row;
                }
                _ => lost += 1,
            }
        }
        (model, lost)
    }

    fn place(&self, hash: u64) -> (usize, u16) {
        (((hash >> 32) as usize) & (self.checks.len() - 1), (hash >> 8) as u16 | 1)
    }

    fn row(&self, hash: u64) -> Option<&Row> {
        let (group, check) = self.place(hash);
        self.checks.get(group)?.iter().position(|c| *c == check).and_then(|way| self.rows.get(group)?.get(way))
    }

    /// Log-odds of each topic up to a constant, and how many features of the text are known.
    pub fn scores(&self, title: &str, text: &str) -> ([f32; CLASSES], usize) {
        self.score(&features(title, text, TITLE_WEIGHT))
    }

    /// The same of features.
    pub fn score(&self, features: &[(u64, u32)]) -> ([f32; CLASSES], usize) {
        let mut sums = [0i64; CLASSES];
        let (mut square, mut known) = (0i64, 0);
        for (hash, count) in features {
            if let Some(row) = self.row(*hash) {
                let x = repeated(*count) * i64::from(row.rarity);
                square += x * x;
                known += 1;
                for (sum, weight) in sums.iter_mut().zip(&row.weights) {
                    *sum += x * i64::from(*weight);
                }
            }
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
        out.extend((self.checks.len() as u32).to_le_bytes());
        self.bias.iter().for_each(|b| out.extend(b.to_le_bytes()));
        self.checks.iter().flatten().for_each(|c| out.extend(c.to_le_bytes()));
        let full: Vec<&Row> =
            self.checks.iter().flatten().zip(self.rows.iter().flatten()).filter(|(c, _)| **c != 0).map(|(_, r)| r).collect();
        full.iter().for_each(|r| out.push(r.rarity));
        // Column by column: zeros lie side by side.
        for class in 0..CLASSES {
            out.extend(full.iter().map(|r| r.weights[class] as u8));
        }
        out
    }

    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (head, bytes) = bytes.split_first_chunk::<4>()?;
        let groups = u32::from_le_bytes(*head) as usize;
        if !groups.is_power_of_two() {
            return None;
        }
        let (biases, bytes) = bytes.split_at_checked(2 * CLASSES)?;
        let (checks, bytes) = bytes.split_at_checked(groups.checked_mul(2 * WAYS)?)?;
        let mut model = Model { checks: vec![[0; WAYS]; groups], rows: vec![[Row::default(); WAYS]; groups], bias: [0; CLASSES] };
        for (bias, b) in model.bias.iter_mut().zip(biases.chunks_exact(2)) {
            *bias = i16::from_le_bytes([b[0], b[1]]);
        }
        for (check, b) in model.checks.iter_mut().flatten().zip(checks.chunks_exact(2)) {
            *check = u16::from_le_bytes([b[0], b[1]]);
        }
        let full = model.checks.iter().flatten().filter(|c| **c != 0).count();
        if bytes.len() != full * (CLASSES + 1) {
            return None;
        }
        let mut at = 0;
        for (check, row) in model.checks.iter().flatten().zip(model.rows.iter_mut().flatten()) {
            if *check == 0 {
                continue;
            }
            row.rarity = bytes[at];
            for (class, weight) in row.weights.iter_mut().enumerate() {
                *weight = bytes[full * (class + 1) + at] as i8;
            }
            at += 1;
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
