//! Trains the model of topics (src/tag/topics/model.bin) from labelled texts. See CARD.md beside it.
//!
//! ```text
//! cargo run --release --example topics_train -- --train FILE.jsonl.gz[=WEIGHT]... --medtop medtop.tsv.gz --words tests/bench/topics/words.tsv \
//!     [--test FILE.jsonl[.gz]...] [--out src/tag/topics/model.bin]
//! ```
//!
//! Rows are `{title, text, topics: [code of the top level]}`. Names and definitions of the Media Topics, and own words by topic, are texts of
//! their own. The likelihood over the topics is brought to its top by L-BFGS, with the weights drawn back to what the words by topic say.
//! Nothing is drawn by lot: the same files give the same bytes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_range_loop)]

use feedmill::tag::topics::model::{CLASSES, Model, Row, UNIT, shares};
use feedmill::tag::topics::words::features;
use feedmill::tag::topics::{ARTICLE, SOFTER};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

struct Text {
    features: Vec<(u64, u32)>,
    /// How much of each topic, 1 in all.
    topics: [f32; CLASSES],
    weight: f32,
}

fn codes(row: &serde_json::Value, key: &str) -> Vec<usize> {
    row[key].as_array().into_iter().flatten().map(|t| class(t.as_str().unwrap())).collect()
}

/// The shares of a text's topics. What rules say of it (`topics_rule`) takes the share `rule` of what its label says.
fn shared(topics: &[usize], by_rule: &[usize], rule: f32) -> [f32; CLASSES] {
    let mut out = [0f32; CLASSES];
    let rule = if by_rule.is_empty() {
        0.0
    } else if topics.is_empty() {
        1.0
    } else {
        rule
    };
    topics.iter().for_each(|c| out[*c] += (1.0 - rule) / topics.len() as f32);
    by_rule.iter().for_each(|c| out[*c] += rule / by_rule.len() as f32);
    out
}

fn opened(path: &str) -> Box<dyn BufRead> {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    if path.ends_with(".gz") { Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(file))) } else { Box::new(BufReader::new(file)) }
}

fn class(code: &str) -> usize {
    code.trim_start_matches("medtop:")[..2].parse::<usize>().unwrap() - 1
}

/// Rows of a file.
fn rows(path: &str) -> Vec<serde_json::Value> {
    opened(path).lines().map(|l| serde_json::from_str(&l.unwrap()).unwrap()).collect()
}

fn cut(text: &str, words: usize) -> &str {
    text.match_indices(' ').nth(words).map_or(text, |(at, _)| &text[..at])
}

/// (features as id and value, of length 1; share of each topic; weight)
type Vector = (Vec<(u32, f32)>, [f32; CLASSES], f32);

/// Weights as one list, the biases at its end.
struct Problem<'a> {
    all: &'a [Vector],
    /// Where the weights begin, and what they are drawn back to: what the words by topic say before any text is read.
    start: &'a [f64],
    decay: f64,
    /// Sum of the texts' weights.
    total: f64,
}

impl Problem<'_> {
    /// Mean loss over the texts, and its slope.
    fn loss(&self, w: &[f64], slope: &mut [f64]) -> f64 {
        let biases = w.len() - CLASSES;
        slope.fill(0.0);
        let mut loss = 0f64;
        for (x, wanted, weight) in self.all {
            let mut z = [0f64; CLASSES];
            z.copy_from_slice(&w[biases..]);
            for (f, v) in x {
                let row = *f as usize * CLASSES;
                z.iter_mut().zip(&w[row..row + CLASSES]).for_each(|(z, w)| *z += w * f64::from(*v));
            }
            let most = z.iter().copied().fold(f64::MIN, f64::max);
            let sum: f64 = z.iter().map(|z| (z - most).exp()).sum();
            let share = f64::from(*weight) / self.total;
            let mut grad = [0f64; CLASSES];
            for (c, g) in grad.iter_mut().enumerate() {
                let p = (z[c] - most).exp() / sum;
                *g = share * (p - f64::from(wanted[c]));
                loss -= share * f64::from(wanted[c]) * (z[c] - most - sum.ln());
            }
            for (f, v) in x {
                let row = *f as usize * CLASSES;
                slope[row..row + CLASSES].iter_mut().zip(&grad).for_each(|(s, g)| *s += g * f64::from(*v));
            }
            slope[biases..].iter_mut().zip(&grad).for_each(|(s, g)| *s += g);
        }
        for ((s, w), start) in slope[..biases].iter_mut().zip(w).zip(self.start) {
            *s += self.decay * (w - start);
            loss += 0.5 * self.decay * (w - start) * (w - start);
        }
        loss
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Limited-memory BFGS (Nocedal and Wright, algorithm 7.5) with five pairs and a line search by halving.
fn train(problem: &Problem<'_>, rounds: usize) -> Vec<f64> {
    const PAIRS: usize = 5;
    let mut w = problem.start.to_vec();
    let mut slope = vec![0f64; w.len()];
    let mut loss = problem.loss(&w, &mut slope);
    let mut pairs: std::collections::VecDeque<(Vec<f64>, Vec<f64>, f64)> = std::collections::VecDeque::new();
    for round in 0..rounds {
        let mut way: Vec<f64> = slope.iter().map(|g| -g).collect();
        let mut alphas = Vec::new();
        for (s, y, rho) in pairs.iter().rev() {
            let alpha = rho * dot(s, &way);
            way.iter_mut().zip(y).for_each(|(d, y)| *d -= alpha * y);
            alphas.push(alpha);
        }
        let scale = pairs.back().map_or(1.0 / dot(&slope, &slope).sqrt(), |(_, y, rho)| 1.0 / (rho * dot(y, y)));
        way.iter_mut().for_each(|d| *d *= scale);
        for ((s, y, rho), alpha) in pairs.iter().zip(alphas.iter().rev()) {
            let beta = rho * dot(y, &way);
            way.iter_mut().zip(s).for_each(|(d, s)| *d += (alpha - beta) * s);
        }
        let down = dot(&slope, &way);
        let mut step = 1.0;
        let mut next_slope = vec![0f64; w.len()];
        let (next, next_loss) = loop {
            let next: Vec<f64> = w.iter().zip(&way).map(|(w, d)| w + step * d).collect();
            let next_loss = problem.loss(&next, &mut next_slope);
            if next_loss <= loss + 1e-4 * step * down || step < 1e-6 {
                break (next, next_loss);
            }
            step /= 2.0;
        };
        let s: Vec<f64> = next.iter().zip(&w).map(|(n, w)| n - w).collect();
        let y: Vec<f64> = next_slope.iter().zip(&slope).map(|(n, g)| n - g).collect();
        let curve = dot(&s, &y);
        if curve > 1e-12 {
            pairs.push_back((s, y, 1.0 / curve));
            if pairs.len() > PAIRS {
                pairs.pop_front();
            }
        }
        (w, slope, loss) = (next, next_slope, next_loss);
        eprintln!("round {round}: loss {loss:.5}");
    }
    w
}

fn evaluate(model: &Model, name: &str, rows: &[serde_json::Value]) {
    let mut hits = [[0usize; 3]; CLASSES];
    let (mut right, mut used) = (0, 0);
    // By probability in twentieths: how many tags, how many of them right.
    let mut sure = [[0usize; 2]; 20];
    // The same of topics beside the first in whole articles, by softer shares (`SOFTER`), in fortieths.
    let mut beside = [[0usize; 2]; 20];
    for row in rows {
        let want: Vec<usize> = row["topics"].as_array().unwrap().iter().map(|t| class(t.as_str().unwrap())).collect();
        if want.is_empty() {
            continue;
        }
        let (scores, known) = model.scores(row["title"].as_str().unwrap_or(""), row["text"].as_str().unwrap_or(""));
        let best = (0..CLASSES).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap();
        used += 1;
        for (c, p) in shares(&scores).iter().enumerate() {
            let bin = &mut sure[((p * 20.0) as usize).min(19)];
            bin[0] += 1;
            bin[1] += usize::from(want.contains(&c));
        }
        let softer = shares(&scores.map(|s| s / SOFTER));
        for c in (0..CLASSES).filter(|c| known >= ARTICLE && *c != best) {
            let bin = &mut beside[((softer[c] * 40.0) as usize).min(19)];
            bin[0] += 1;
            bin[1] += usize::from(want.contains(&c));
        }
        right += usize::from(want.contains(&best));
        hits[best][1] += 1;
        hits[best][0] += usize::from(want.contains(&best));
        hits[want[0]][2] += usize::from(!want.contains(&best));
    }
    let f1: Vec<String> = hits
        .iter()
        .enumerate()
        .filter(|(_, h)| h[0] + h[2] > 0)
        .map(|(c, h)| format!("{:02}:{:.2}/{:.2}", c + 1, h[0] as f64 / h[1].max(1) as f64, h[0] as f64 / (h[0] + h[2]) as f64))
        .collect();
    let name = name.rsplit('/').next().unwrap();
    let told = |bins: &[[usize; 2]]| -> String {
        let bins: Vec<String> = bins.iter().map(|[n, r]| format!("{n}:{:.2}", *r as f64 / (*n).max(1) as f64)).collect();
        bins.join(" ")
    };
    println!("{name:34} right by twentieth of probability: {}", told(&sure));
    println!("{name:34} right beside the first, by fortieth: {}", told(&beside));
    println!("{name:34} {used:5} first {:.3}  {}", right as f64 / used.max(1) as f64, f1.join(" "));
}

fn main() {
    let mut many: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut key = String::new();
    for a in std::env::args().skip(1) {
        match a.strip_prefix("--") {
            Some(k) => {
                key = k.to_owned();
                many.entry(key.clone()).or_default();
            }
            None => many.entry(key.clone()).or_default().push(a),
        }
    }
    let number = |k: &str, default: f32| many.get(k).map_or(default, |v| v[0].parse::<f32>().unwrap());
    let mut texts: Vec<Text> = Vec::new();
    let mut held: Vec<(String, Vec<serde_json::Value>)> = Vec::new();
    for spec in &many["train"] {
        let (path, weight) = spec.rsplit_once('=').map_or((spec.as_str(), 1.0), |(p, w)| (p, w.parse().unwrap()));
        let all = rows(path);
        // Neighbours are of one day: whole blocks are held out.
        let (out, own): (Vec<_>, Vec<_>) = all.into_iter().enumerate().partition(|(i, _)| many.contains_key("hold") && (i / 200) % 6 == 0);
        held.push((path.to_owned(), out.into_iter().map(|(_, r)| r).collect()));
        for (_, row) in own {
            let (own, by_rule) = (codes(&row, "topics"), codes(&row, "topics_rule"));
            if own.is_empty() && by_rule.is_empty() {
                continue;
            }
            let topics = shared(&own, &by_rule, number("rule", 0.3));
            let words = number("cut", 60.0) as usize;
            let text = cut(row["text"].as_str().unwrap_or(""), words);
            texts.push(Text { features: features(row["title"].as_str().unwrap_or(""), text, 1), topics, weight });
        }
    }
    for path in many.get("medtop").into_iter().flatten() {
        let table: Vec<Vec<String>> = opened(path).lines().skip(1).map(|l| l.unwrap().split('\t').map(str::to_owned).collect()).collect();
        let parent: FxHashMap<&str, &str> = table.iter().map(|r| (r[0].as_str(), r[1].as_str())).collect();
        for row in &table {
            let mut top = row[0].as_str();
            while let Some(above) = parent.get(top).filter(|p| !p.is_empty()) {
                top = above;
            }
            if top.ends_with("000000") && row[3].is_empty() {
                texts.push(Text {
                    features: features(&row[4], &row[5], 2),
                    topics: shared(&[class(top)], &[], 0.0),
                    weight: number("medtop-weight", 1.0),
                });
            }
        }
    }
    let mut priors: Vec<(u64, usize)> = Vec::new();
    for path in many.get("words").into_iter().flatten() {
        for line in opened(path).lines().map(|l| l.unwrap()).filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let (code, words) = line.split_once('\t').unwrap();
            for word in words.split('|') {
                let own = features("", word, 1);
                // What stands for the whole: the word, or the pair.
                let spaces = word.split([' ', '-', '\'']).count();
                let whole: Vec<u64> = match spaces {
                    1 => own.iter().map(|f| f.0).collect(),
                    _ => {
                        let parts: Vec<u64> = word.split([' ', '-', '\'']).flat_map(|w| features("", w, 1)).map(|f| f.0).collect();
                        own.iter().map(|f| f.0).filter(|h| !parts.contains(h)).collect()
                    }
                };
                priors.extend(whole.into_iter().map(|h| (h, class(code))));
                texts.push(Text { features: own, topics: shared(&[class(code)], &[], 0.0), weight: number("words-weight", 6.0) });
            }
        }
    }
    let mut documents: FxHashMap<u64, u32> = FxHashMap::default();
    for text in &texts {
        text.features.iter().for_each(|(h, _)| *documents.entry(*h).or_default() += 1);
    }
    let least = number("least-count", 3.0) as u32;
    let most = (number("most-share", 1.0) * texts.len() as f32) as u32;
    let wanted: std::collections::BTreeSet<u64> = priors.iter().map(|p| p.0).collect();
    let mut kept: Vec<u64> =
        documents.iter().filter(|(h, n)| (**n >= least || wanted.contains(h)) && **n <= most).map(|(h, _)| *h).collect();
    kept.sort_unstable();
    let ids: FxHashMap<u64, u32> = kept.iter().enumerate().map(|(i, h)| (*h, i as u32)).collect();
    let n = texts.len() as f32;
    let rarity: Vec<u8> = kept
        .iter()
        .map(|h| {
            (((n / documents[h] as f32).ln() - number("common", -1.0)).max(0.1).powf(number("power", 1.0)) * UNIT).round().min(255.0) as u8
        })
        .collect();
    let mut per_class = [0f32; CLASSES];
    texts.iter().for_each(|t| per_class.iter_mut().zip(t.topics).for_each(|(sum, share)| *sum += t.weight * share));
    let power = number("balance", 0.9);
    let mean = per_class.iter().sum::<f32>() / CLASSES as f32;
    eprintln!("{} texts, {} features; per topic {:?}", texts.len(), kept.len(), per_class.map(|v| v as u32));
    let vectors: Vec<Vector> = texts
        .iter()
        .map(|t| {
            let known = t.features.iter().filter_map(|(h, count)| ids.get(h).map(|id| (*id, *count)));
            let mut x: Vec<(u32, f32)> =
                known.map(|(id, count)| (id, (1.0 + (count as f32).ln()) * f32::from(rarity[id as usize]))).collect();
            let norm = x.iter().map(|(_, v)| v * v).sum::<f32>().sqrt().max(1e-6);
            x.iter_mut().for_each(|(_, v)| *v /= norm);
            let balance: f32 = t.topics.iter().zip(per_class).map(|(share, n)| share * (mean / n.max(1.0)).powf(power)).sum();
            (x, t.topics, t.weight * balance.min(20.0))
        })
        .filter(|v: &Vector| !v.0.is_empty())
        .collect();
    let mut start = vec![0f64; (kept.len() + 1) * CLASSES];
    for (hash, class) in &priors {
        if let Some(id) = ids.get(hash) {
            start[*id as usize * CLASSES + class] = f64::from(number("prior", 8.0));
        }
    }
    let total = vectors.iter().map(|v| f64::from(v.2)).sum();
    let problem = Problem { all: &vectors, start: &start, decay: f64::from(number("decay", 7e-5)), total };
    let found = train(&problem, number("rounds", 25.0) as usize);
    let (weights, bias) = found.split_at(kept.len() * CLASSES);
    let weights: Vec<[f32; CLASSES]> = weights.chunks_exact(CLASSES).map(|row| std::array::from_fn(|c| row[c] as f32)).collect();
    let bias: [f32; CLASSES] = std::array::from_fn(|c| bias[c] as f32);
    let mut packed: Vec<(u64, Row, u64)> = Vec::new();
    for ((hash, row), rarity) in kept.iter().zip(&weights).zip(&rarity) {
        // The same for all topics says nothing.
        let mean = row.iter().sum::<f32>() / CLASSES as f32;
        let weights = row.map(|v| ((v - mean) * UNIT).round().clamp(-127.0, 127.0) as i8);
        let size = weights.iter().map(|v| u64::from(v.unsigned_abs())).max().unwrap();
        if size >= number("least-weight", 4.0) as u64 {
            packed.push((*hash, Row { weights, rarity: *rarity }, size * u64::from((documents[hash] as f32).sqrt() as u32 + 1)));
        }
    }
    packed.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    eprintln!("{} rows with weight", packed.len());
    packed.truncate(number("rows", 100_000.0) as usize);
    let (model, lost) =
        Model::new(number("groups", 32_768.0) as usize, bias.map(|b| (b * UNIT).round() as i16), packed.iter().map(|p| (p.0, p.1)));
    eprintln!("{lost} rows found no room");
    for (name, rows) in held.iter().filter(|h| !h.1.is_empty()) {
        evaluate(&model, name, rows);
    }
    for path in many.get("test").into_iter().flatten() {
        evaluate(&model, path, &rows(path).into_iter().filter(|r| r["lang"].as_str().is_none_or(|l| l == "en")).collect::<Vec<_>>());
    }
    if let Some(out) = many.get("out") {
        let bytes = model.write();
        let packed = zstd::bulk::compress(&bytes, 19).unwrap();
        eprintln!("{} bytes, packed {}", bytes.len(), packed.len());
        std::fs::write(&out[0], packed).unwrap();
    }
}
