//! Trains the model of names (src/tag/names/model.bin) from tagged sentences. See CARD.md beside it.
//!
//! ```text
//! cargo run --release --example names_train -- --lists DIR --places GEONAMES.tsv.gz --texts FILE.jsonl.gz... \
//!     --train names-en-x.iob2.gz... [--test FILE.iob2.gz...] [--out src/tag/names/model.bin]
//! ```
//!
//! Stochastic gradient (AdaGrad) on the likelihood of the runs of candidates, with features dropped by chance so that the model does not
//! lean on words alone. Seeds are fixed: the same files give the same bytes. The language of a file stands in its name: `names-LANGUAGE-...`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_range_loop)]

use feedmill::tag::fold::words as folded;
use feedmill::tag::names::feature::{TEMPLATES, Words, features, lower_hash};
use feedmill::tag::names::lists::{Lists, flag};
use feedmill::tag::names::model::{Kind, LABELS, Model, Table, UNIT, allowed, runs};
use feedmill::tag::names::token::{Token, tokens};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

struct Options {
    rounds: usize,
    rate: f32,
    decay: f32,
    dropout: f32,
    word_dropout: f32,
    least_count: u32,
    rows: usize,
    groups: usize,
}

fn opened(path: &str) -> Box<dyn BufRead> {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    if path.ends_with(".gz") { Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(file))) } else { Box::new(BufReader::new(file)) }
}

/// A tagged sentence: its text, and names as bytes with their kind.
struct Sentence {
    text: String,
    names: Vec<(usize, usize, String)>,
    language: u64,
    weight: f32,
}

fn language_of(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap();
    let code = name.split('-').nth(1).unwrap_or("en");
    if code.len() == 2 { code.to_owned() } else { "en".to_owned() }
}

/// Reads `token TAB tag` or `number TAB token TAB tag ...`, IOB1 and IOB2.
fn sentences(path: &str, weight: f32) -> Vec<Sentence> {
    let language = lower_hash(&language_of(path));
    let mut all = Vec::new();
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut flush = |rows: &mut Vec<(String, String)>| {
        if rows.is_empty() {
            return;
        }
        let mut text = String::new();
        let mut names: Vec<(usize, usize, String)> = Vec::new();
        let mut open: Option<(usize, usize, String)> = None;
        for (word, tag) in rows.drain(..) {
            let start = text.len();
            text += &word;
            let end = text.len();
            text.push(' ');
            let kind = tag.get(2..).filter(|_| tag != "O").unwrap_or("").to_owned();
            if open.as_ref().is_some_and(|o| o.2 != kind || tag.starts_with('B')) {
                names.extend(open.take());
            }
            if !kind.is_empty() {
                match &mut open {
                    Some(o) => o.1 = end,
                    None => open = Some((start, end, kind)),
                }
            }
        }
        names.extend(open);
        text.pop();
        all.push(Sentence { text, names, language, weight });
    };
    for line in opened(path).lines() {
        let line = line.unwrap();
        if line.starts_with("# ") && (line.contains('=') || line.starts_with("# newdoc")) {
            continue;
        }
        if line.trim().is_empty() {
            flush(&mut rows);
            continue;
        }
        let cells: Vec<&str> = line.split(['\t', ' ']).collect();
        let (word, tag) = if cells.len() > 2 { (cells[1], cells[2]) } else { (cells[0], cells[1]) };
        rows.push((word.to_owned(), tag.to_owned()));
    }
    flush(&mut rows);
    all
}

fn kind(name: &str) -> Option<Kind> {
    match name {
        "PER" => Some(Kind::Person),
        "ORG" => Some(Kind::Organisation),
        "LOC" => Some(Kind::Location),
        _ => None,
    }
}

/// Words that are written small more often than not, by all texts at hand.
fn common(texts: &[String], sentences: &[Sentence]) -> Vec<u64> {
    let mut counts: FxHashMap<u64, (u32, u32)> = FxHashMap::default();
    for text in texts.iter().chain(sentences.iter().map(|s| &s.text)) {
        for token in tokens(text, &folded(text)) {
            let count = counts.entry(lower_hash(token.of(text))).or_default();
            if !token.is_capital() {
                count.0 += 1;
            } else if !token.opens {
                count.1 += 1;
            }
        }
    }
    counts.into_iter().filter(|(_, (small, capital))| *small >= 4 && *small > 2 * capital).map(|(hash, _)| hash).collect()
}

fn rows(path: &str) -> Vec<Vec<String>> {
    opened(path).lines().skip(1).map(|l| l.unwrap().split('\t').map(str::to_owned).collect()).collect()
}

fn lists(folder: &str, places: Option<&str>, common: Vec<u64>) -> Lists {
    let mut pairs: Vec<(u64, u16)> = common.into_iter().map(|h| (h, flag::COMMON)).collect();
    let mut add = |name: &str, one: u16, several: u16| {
        let words: Vec<String> = tokens(name, &folded(name)).iter().map(|t| t.of(name).to_owned()).collect();
        match words.as_slice() {
            [] => {}
            [word] => pairs.push((lower_hash(word), one)),
            words if several != 0 && words.len() <= 4 => {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                pairs.push((Lists::phrase_key(Words::phrase_hash(&words)), several));
            }
            _ => {}
        }
    };
    let file = |name: &str| format!("{folder}/lists-{name}.tsv.gz");
    for row in rows(&file("forenames-by-country")) {
        add(&row[3], flag::FORENAME, 0);
        row.get(4).into_iter().for_each(|n| add(n, flag::FORENAME, 0));
    }
    rows(&file("forenames-us-census1990")).iter().for_each(|r| add(&r[1], flag::FORENAME, 0));
    for row in rows(&file("surnames-by-country")) {
        add(&row[2], flag::SURNAME, 0);
        row.get(3).into_iter().for_each(|n| add(n, flag::SURNAME, 0));
    }
    rows(&file("surnames-us-census1990")).iter().for_each(|r| add(&r[1], flag::SURNAME_RARE, 0));
    for row in rows(&file("company-suffixes")) {
        let term = &row[2];
        if !term.contains(' ') && term.chars().count() > 1 {
            add(term, flag::COMPANY, 0);
        }
    }
    for row in rows(&file("corpora-words")) {
        match row[0].as_str() {
            "occupation" | "honorific" | "name-prefix" => row[1].split(' ').next_back().into_iter().for_each(|w| add(w, flag::TITLE, 0)),
            "nationality" => add(&row[1], flag::NATION, flag::NATION),
            "company" | "newspaper" | "charity" | "us-agency" | "uk-party" => {
                add(&row[1], flag::ORGANISATION_PHRASE, flag::ORGANISATION_PHRASE)
            }
            _ => {}
        }
    }
    if let Some(places) = places {
        let mut lines = opened(places).lines();
        let head: Vec<String> = lines.next().unwrap().unwrap().split('\t').map(str::to_owned).collect();
        let column = |name: &str| head.iter().position(|h| h == name);
        let (name, ascii) = (column("name").unwrap(), column("asciiname"));
        for line in lines {
            let line = line.unwrap();
            let cells: Vec<&str> = line.split('\t').collect();
            add(cells[name], flag::PLACE, flag::PLACE_PHRASE);
            ascii.into_iter().for_each(|a| add(cells[a], flag::PLACE, flag::PLACE_PHRASE));
        }
    }
    Lists::new(pairs)
}

/// A run of candidates with its features and labels.
struct Run {
    features: Vec<u32>,
    labels: Vec<u8>,
    weight: f32,
}

fn labels(sentence: &Sentence, tokens: &[Token], words: &Words) -> Vec<u8> {
    let mut labels = vec![0u8; tokens.len()];
    for (start, end, name) in &sentence.names {
        let Some(kind) = kind(name) else { continue };
        let inside: Vec<usize> =
            (0..tokens.len()).filter(|i| tokens[*i].start as usize >= *start && (tokens[*i].end as usize) <= *end).collect();
        let (Some(first), Some(last)) = (inside.first(), inside.last()) else { continue };
        // A name that cannot be found whole is not to be found in parts.
        if tokens[*first].start as usize != *start || tokens[*last].end as usize != *end || inside.iter().any(|i| !words.candidate[*i]) {
            continue;
        }
        for i in inside.iter() {
            labels[*i] = 1 + 2 * kind as u8 + u8::from(i != first);
        }
    }
    labels
}

/// A number between 0 and 1 from a state; the same everywhere.
fn chance(state: &mut u64) -> f32 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 40) as f32 / (1u64 << 24) as f32
}

/// Templates that hold the word itself.
const LEXICAL: [usize; 5] = [0, 1, 6, 7, 31];

struct Trained {
    weights: Vec<[f32; LABELS]>,
    steps: [[f32; LABELS]; LABELS],
}

fn train(all: &[Run], count: usize, o: &Options) -> Trained {
    let mut w = vec![[0f32; LABELS]; count];
    let mut g2 = vec![[1e-3f32; LABELS]; count];
    let mut steps = [[0f32; LABELS]; LABELS];
    let mut steps2 = [[1e-3f32; LABELS]; LABELS];
    // The mean over the last half of the rounds.
    let mut sum = vec![[0f32; LABELS]; count];
    let mut steps_sum = [[0f32; LABELS]; LABELS];
    let mut sums = 0;
    let mut order: Vec<usize> = (0..all.len()).collect();
    let mut state = 20_240_601;
    for round in 0..o.rounds {
        for i in (1..order.len()).rev() {
            order.swap(i, (chance(&mut state) * (i + 1) as f32) as usize);
        }
        let mut loss = 0f64;
        for r in &order {
            let run = &all[*r];
            let n = run.labels.len();
            let mut kept: Vec<Vec<u32>> = Vec::with_capacity(n);
            let mut em = vec![[0f64; LABELS]; n];
            for k in 0..n {
                let drop_word = chance(&mut state) < o.word_dropout;
                let mut mine = Vec::with_capacity(TEMPLATES);
                for (t, f) in run.features[k * TEMPLATES..(k + 1) * TEMPLATES].iter().enumerate() {
                    if *f == u32::MAX || chance(&mut state) < o.dropout || drop_word && LEXICAL.contains(&t) {
                        continue;
                    }
                    mine.push(*f);
                    for (e, v) in em[k].iter_mut().zip(&w[*f as usize]) {
                        *e += f64::from(*v);
                    }
                }
                kept.push(mine);
            }
            // Forward and backward in logarithms.
            let lse = |v: &[f64]| {
                let m = v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                m + v.iter().map(|x| (x - m).exp()).sum::<f64>().ln()
            };
            let mut alpha = vec![[f64::NEG_INFINITY; LABELS]; n];
            let mut beta = vec![[0f64; LABELS]; n];
            for k in 0..n {
                for y in 0..LABELS {
                    let terms: Vec<f64> = (0..LABELS)
                        .filter(|b| allowed(*b, y))
                        .map(|b| {
                            if k == 0 {
                                if b == 0 { f64::from(steps[0][y]) } else { f64::NEG_INFINITY }
                            } else {
                                alpha[k - 1][b] + f64::from(steps[b][y])
                            }
                        })
                        .collect();
                    alpha[k][y] = if k == 0 && !allowed(0, y) { f64::NEG_INFINITY } else { lse(&terms) + em[k][y] };
                }
            }
            for k in (0..n - 1).rev() {
                for y in 0..LABELS {
                    let terms: Vec<f64> =
                        (0..LABELS).filter(|z| allowed(y, *z)).map(|z| f64::from(steps[y][z]) + em[k + 1][z] + beta[k + 1][z]).collect();
                    beta[k][y] = lse(&terms);
                }
            }
            let total = lse(&alpha[n - 1]);
            let mut gold = 0f64;
            for k in 0..n {
                let y = run.labels[k] as usize;
                let b = if k == 0 { 0 } else { run.labels[k - 1] as usize };
                gold += em[k][y] + f64::from(steps[b][y]);
            }
            loss += (total - gold) * f64::from(run.weight);
            for k in 0..n {
                let y = run.labels[k] as usize;
                let mut grad = [0f32; LABELS];
                for (l, g) in grad.iter_mut().enumerate() {
                    let p = (alpha[k][l] + beta[k][l] - total).exp();
                    *g = run.weight * (p as f32 - f32::from(u8::from(l == y)));
                }
                for f in &kept[k] {
                    let f = *f as usize;
                    for l in 0..LABELS {
                        let g = grad[l] + o.decay * w[f][l];
                        g2[f][l] += g * g;
                        w[f][l] -= o.rate * g / g2[f][l].sqrt();
                    }
                }
                for b in 0..LABELS {
                    for l in 0..LABELS {
                        let p = match k {
                            0 if b == 0 && allowed(0, l) => (f64::from(steps[0][l]) + em[0][l] + beta[0][l] - total).exp(),
                            0 => continue,
                            _ if allowed(b, l) => (alpha[k - 1][b] + f64::from(steps[b][l]) + em[k][l] + beta[k][l] - total).exp(),
                            _ => continue,
                        };
                        let before = if k == 0 { 0 } else { run.labels[k - 1] as usize };
                        let g = run.weight * (p as f32 - f32::from(u8::from(b == before && l == y)));
                        steps2[b][l] += g * g;
                        steps[b][l] -= o.rate * 0.3 * g / steps2[b][l].sqrt();
                    }
                }
            }
        }
        if round * 2 >= o.rounds {
            sums += 1;
            for (s, v) in sum.iter_mut().flatten().zip(w.iter().flatten()) {
                *s += v;
            }
            for (s, v) in steps_sum.iter_mut().flatten().zip(steps.iter().flatten()) {
                *s += v;
            }
        }
        eprintln!("round {round}: loss per run {:.4}", loss / all.len() as f64);
    }
    let by = 1.0 / sums.max(1) as f32;
    // Dropped features were missing while it learned; now all are there.
    let kept = 1.0 - o.dropout;
    sum.iter_mut().flatten().for_each(|v| *v *= by * kept);
    steps_sum.iter_mut().flatten().for_each(|v| *v *= by);
    Trained { weights: sum, steps: steps_sum }
}

fn evaluate(model: &Model, path: &str) {
    let all = sentences(path, 1.0);
    let language = lower_hash(&language_of(path));
    for least in [0.3f32, 0.4, 0.5, 0.6, 0.7] {
        let mut hits: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
        for s in &all {
            let tokens = tokens(&s.text, &folded(&s.text));
            let words = Words::new(&s.text, &tokens, &model.lists);
            let found: Vec<(usize, usize, &str)> = model
                .spans(&tokens, &words, language, least)
                .iter()
                .map(|x| (tokens[x.from].start as usize, tokens[x.to - 1].end as usize, ["PER", "ORG", "LOC"][x.kind as usize]))
                .collect();
            for name in ["PER", "ORG", "LOC"] {
                let h = hits.entry(name).or_default();
                h[0] += found.iter().filter(|f| f.2 == name && s.names.iter().any(|g| (g.0, g.1, g.2.as_str()) == **f)).count();
                h[1] += found.iter().filter(|f| f.2 == name).count();
                h[2] += s.names.iter().filter(|g| g.2 == name).count();
            }
        }
        let both = [0, 1, 2].map(|i| hits["PER"][i] + hits["ORG"][i]);
        let show = |h: [usize; 3]| {
            let (p, r) = (h[0] as f64 / h[1].max(1) as f64, h[0] as f64 / h[2].max(1) as f64);
            format!("{:.3}/{:.3}/{:.3}", p, r, 2.0 * p * r / (p + r).max(1e-9))
        };
        let name = path.rsplit('/').next().unwrap();
        println!("{name:28} {least}: PER {} ORG {} LOC {} both {}", show(hits["PER"]), show(hits["ORG"]), show(hits["LOC"]), show(both));
    }
}

fn main() {
    let mut o =
        Options { rounds: 12, rate: 0.15, decay: 1e-5, dropout: 0.1, word_dropout: 0.1, least_count: 2, rows: 180_000, groups: 1 << 16 };
    let mut many: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut key = String::new();
    for a in std::env::args().skip(1) {
        match a.strip_prefix("--") {
            Some(k) => key = k.to_owned(),
            None => many.entry(key.clone()).or_default().push(a),
        }
    }
    let number = |k: &str| many.get(k).map(|v| v[0].parse::<f32>().unwrap());
    o.rounds = number("rounds").map_or(o.rounds, |v| v as usize);
    o.rate = number("rate").unwrap_or(o.rate);
    o.decay = number("decay").unwrap_or(o.decay);
    o.dropout = number("dropout").unwrap_or(o.dropout);
    o.word_dropout = number("word-dropout").unwrap_or(o.word_dropout);
    o.least_count = number("least-count").map_or(o.least_count, |v| v as u32);
    o.rows = number("rows").map_or(o.rows, |v| v as usize);
    o.groups = number("groups").map_or(o.groups, |v| v as usize);
    let one = |k: &str| many.get(k).map(|v| v[0].clone());

    let mut all: Vec<Sentence> = Vec::new();
    for spec in &many["train"] {
        let (path, weight) = spec.rsplit_once('=').map_or((spec.as_str(), 1.0), |(p, w)| (p, w.parse().unwrap()));
        let some = sentences(path, weight);
        eprintln!("{path}: {} sentences", some.len());
        all.extend(some);
    }
    let mut texts = Vec::new();
    for path in many.get("texts").into_iter().flatten() {
        for line in opened(path).lines() {
            let row: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            texts.push(row["text"].as_str().unwrap_or("").to_owned());
        }
    }
    let lists = lists(&one("lists").unwrap(), one("places").as_deref(), common(&texts, &all));
    drop(texts);
    eprintln!("{} words in the lists", lists.len());

    let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
    let mut hashed: Vec<(Vec<u64>, Vec<u8>, f32)> = Vec::new();
    for s in &all {
        let tokens = tokens(&s.text, &folded(&s.text));
        let words = Words::new(&s.text, &tokens, &lists);
        let labels = labels(s, &tokens, &words);
        for (from, to) in runs(&tokens, &words) {
            let mut mine = Vec::with_capacity((to - from) * TEMPLATES);
            for i in from..to {
                let before = mine.len();
                mine.extend(features(&tokens, &words, i, (from, to), s.language));
                assert_eq!(mine.len() - before, TEMPLATES);
            }
            mine.iter().for_each(|h| *counts.entry(*h).or_default() += 1);
            let mut own = labels[from..to].to_vec();
            // A run can be cut inside a name.
            for k in 0..own.len() {
                let before = if k == 0 { 0 } else { own[k - 1] as usize };
                if !allowed(before, own[k] as usize) {
                    own[k] = 0;
                }
            }
            hashed.push((mine, own, s.weight));
        }
    }
    let mut kept: Vec<u64> = counts.iter().filter(|(_, n)| **n >= o.least_count).map(|(h, _)| *h).collect();
    kept.sort_unstable();
    let ids: FxHashMap<u64, u32> = kept.iter().enumerate().map(|(i, h)| (*h, i as u32)).collect();
    let runs: Vec<Run> = hashed
        .into_iter()
        .map(|(f, labels, weight)| Run { features: f.iter().map(|h| ids.get(h).copied().unwrap_or(u32::MAX)).collect(), labels, weight })
        .collect();
    eprintln!("{} runs, {} candidates, {} features", runs.len(), runs.iter().map(|r| r.labels.len()).sum::<usize>(), kept.len());
    let trained = train(&runs, kept.len(), &o);

    // The weights matter only by their differences: the mean of a row says nothing.
    let mut packed: Vec<(u64, [i8; LABELS], u64)> = Vec::new();
    for (hash, row) in kept.iter().zip(&trained.weights) {
        let units = row.map(|v| (v * UNIT).round().clamp(-127.0, 127.0) as i8);
        let size = units.iter().map(|v| u64::from(v.unsigned_abs())).max().unwrap();
        if size >= 2 {
            packed.push((*hash, units, size * u64::from((counts[hash] as f32).sqrt() as u32 + 1)));
        }
    }
    packed.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    eprintln!("{} rows with weight", packed.len());
    packed.truncate(o.rows);
    let (table, lost) = Table::new(o.groups, packed.iter().map(|(h, w, _)| (*h, *w)));
    eprintln!("{lost} rows found no room");
    let model = Model { lists, table, steps: trained.steps.map(|r| r.map(|v| (v * UNIT).round() as i16)) };
    for path in many.get("test").into_iter().flatten() {
        evaluate(&model, path);
    }
    if let Some(out) = one("out") {
        let bytes = model.write();
        let packed = zstd::bulk::compress(&bytes, 19).unwrap();
        eprintln!("{} bytes, packed {}", bytes.len(), packed.len());
        std::fs::write(out, packed).unwrap();
    }
}
