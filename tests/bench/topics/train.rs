//! Trains the model of topics (src/tag/topics/model.bin) from labelled texts. See CARD.md beside it.
//!
//! ```text
//! cargo run --release --example topics_train -- --train FILE.jsonl.gz[=WEIGHT]... --medtop medtop.tsv.gz --words tests/bench/topics/words.tsv \
//!     [--test FILE.jsonl[.gz]...] [--out src/tag/topics/model.bin]
//! ```
//!
//! Rows are `{title, text, topics: [code of the top level]}`. Names and definitions of the Media Topics, and own words by topic, are texts of
//! their own. Stochastic gradient (AdaGrad) on the likelihood over the topics. Seeds are fixed: the same files give the same bytes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_range_loop)]

use feedmill::tag::topics::model::{CLASSES, Model, Row, UNIT, shares};
use feedmill::tag::topics::words::features;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

struct Text {
    features: Vec<(u64, u32)>,
    topics: Vec<usize>,
    weight: f32,
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

fn chance(state: &mut u64) -> f32 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 40) as f32 / (1u64 << 24) as f32
}

fn cut(text: &str, words: usize) -> &str {
    text.match_indices(' ').nth(words).map_or(text, |(at, _)| &text[..at])
}

/// (features as id and value, topics, weight)
type Vector = (Vec<(u32, f32)>, Vec<usize>, f32);

fn train(
    all: &[Vector],
    priors: &[(u32, usize, f32)],
    count: usize,
    rounds: usize,
    rate: f32,
    decay: f32,
    dropout: f32,
) -> (Vec<[f32; CLASSES]>, [f32; CLASSES]) {
    let mut w = vec![[0f32; CLASSES]; count];
    // What the words by topic say before any text is read; texts may say otherwise.
    priors.iter().for_each(|(f, c, v)| w[*f as usize][*c] = *v);
    let mut g2 = vec![[1e-3f32; CLASSES]; count];
    let mut sum = vec![[0f32; CLASSES]; count];
    let (mut bias, mut bias2, mut bias_sum) = ([0f32; CLASSES], [1e-2f32; CLASSES], [0f32; CLASSES]);
    let mut sums = 0;
    let mut order: Vec<usize> = (0..all.len()).collect();
    let mut state = 20_240_601;
    for round in 0..rounds {
        for i in (1..order.len()).rev() {
            order.swap(i, (chance(&mut state) * (i + 1) as f32) as usize);
        }
        let mut loss = 0f64;
        for k in &order {
            let (x, topics, weight) = &all[*k];
            let kept: Vec<(usize, f32)> = x.iter().filter(|_| chance(&mut state) >= dropout).map(|(f, v)| (*f as usize, *v)).collect();
            let norm = kept.iter().map(|(_, v)| v * v).sum::<f32>().sqrt().max(1e-6);
            let mut z = bias;
            for (f, v) in &kept {
                for (z, w) in z.iter_mut().zip(&w[*f]) {
                    *z += w * v / norm;
                }
            }
            let most = z.iter().copied().fold(f32::MIN, f32::max);
            let total: f32 = z.iter().map(|z| (z - most).exp()).sum();
            let mut grad = [0f32; CLASSES];
            for (c, g) in grad.iter_mut().enumerate() {
                let p = (z[c] - most).exp() / total;
                let want = if topics.contains(&c) { 1.0 / topics.len() as f32 } else { 0.0 };
                *g = weight * (p - want);
                if want > 0.0 {
                    loss -= f64::from(p.max(1e-9).ln() * want);
                }
            }
            for (f, v) in &kept {
                for c in 0..CLASSES {
                    let g = grad[c] * v / norm + decay * w[*f][c];
                    g2[*f][c] += g * g;
                    w[*f][c] -= rate * g / g2[*f][c].sqrt();
                }
            }
            for c in 0..CLASSES {
                bias2[c] += grad[c] * grad[c];
                bias[c] -= 0.1 * rate * grad[c] / bias2[c].sqrt();
            }
        }
        if round * 2 >= rounds {
            sums += 1;
            sum.iter_mut().flatten().zip(w.iter().flatten()).for_each(|(s, v)| *s += v);
            bias_sum.iter_mut().zip(bias).for_each(|(s, v)| *s += v);
        }
        eprintln!("round {round}: loss {:.4}", loss / all.len() as f64);
    }
    let by = 1.0 / sums.max(1) as f32;
    sum.iter_mut().flatten().for_each(|v| *v *= by);
    (sum, bias_sum.map(|b| b * by))
}

fn evaluate(model: &Model, name: &str, rows: &[serde_json::Value]) {
    let mut hits = [[0usize; 3]; CLASSES];
    let (mut right, mut used) = (0, 0);
    // By probability in twentieths: how many tags, how many of them right.
    let mut sure = [[0usize; 2]; 20];
    for row in rows {
        let want: Vec<usize> = row["topics"].as_array().unwrap().iter().map(|t| class(t.as_str().unwrap())).collect();
        if want.is_empty() {
            continue;
        }
        let (scores, _) = model.scores(row["title"].as_str().unwrap_or(""), row["text"].as_str().unwrap_or(""));
        let best = (0..CLASSES).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap();
        used += 1;
        for (c, p) in shares(&scores).iter().enumerate() {
            let bin = &mut sure[((p * 20.0) as usize).min(19)];
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
    let sure: Vec<String> = sure.iter().map(|[n, r]| format!("{n}:{:.2}", *r as f64 / (*n).max(1) as f64)).collect();
    println!("{name:34} right by twentieth of probability: {}", sure.join(" "));
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
            let topics: Vec<usize> = row["topics"].as_array().unwrap().iter().map(|t| class(t.as_str().unwrap())).collect();
            if topics.is_empty() {
                continue;
            }
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
                    topics: vec![class(top)],
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
                texts.push(Text { features: own, topics: vec![class(code)], weight: number("words-weight", 1.0) });
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
    texts.iter().for_each(|t| t.topics.iter().for_each(|c| per_class[*c] += t.weight / t.topics.len() as f32));
    let power = number("balance", 0.5);
    let mean = per_class.iter().sum::<f32>() / CLASSES as f32;
    eprintln!("{} texts, {} features; per topic {:?}", texts.len(), kept.len(), per_class.map(|v| v as u32));
    let vectors: Vec<Vector> = texts
        .iter()
        .map(|t| {
            let x: Vec<(u32, f32)> = t
                .features
                .iter()
                .filter_map(|(h, count)| ids.get(h).map(|id| (*id, (1.0 + (*count as f32).ln()) * f32::from(rarity[*id as usize]))))
                .collect();
            let balance = t.topics.iter().map(|c| (mean / per_class[*c]).powf(power)).sum::<f32>() / t.topics.len() as f32;
            (x, t.topics.clone(), t.weight * balance.min(20.0))
        })
        .filter(|v: &Vector| !v.0.is_empty())
        .collect();
    let prior = number("prior", 1.0);
    let priors: Vec<(u32, usize, f32)> = priors.iter().filter_map(|(h, c)| ids.get(h).map(|id| (*id, *c, prior))).collect();
    let (weights, bias) = train(
        &vectors,
        &priors,
        kept.len(),
        number("rounds", 10.0) as usize,
        number("rate", 0.5),
        number("decay", 1e-6),
        number("dropout", 0.2),
    );
    let mut packed: Vec<(u64, Row, u64)> = Vec::new();
    for ((hash, row), rarity) in kept.iter().zip(&weights).zip(&rarity) {
        // The same for all topics says nothing.
        let mean = row.iter().sum::<f32>() / CLASSES as f32;
        let weights = row.map(|v| ((v - mean) * UNIT).round().clamp(-127.0, 127.0) as i8);
        let size = weights.iter().map(|v| u64::from(v.unsigned_abs())).max().unwrap();
        if size >= 4 {
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
