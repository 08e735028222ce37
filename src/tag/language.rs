//! Which language a text is written in.
//!
//! Three looks, the cheapest first: the script decides for languages that have one of their own; function words decide among those that
//! share one; trigrams (whatlang) are asked when the words leave it open, among the few that are left where possible, because its full
//! comparison costs a third of a millisecond. What page or sender declare is a prior for close calls and short texts: `lang="en"` is the
//! default of many templates, so it never beats a clear finding.

mod codes;
mod words;

use crate::article::Language;
use codes::{from_whatlang, normal, to_whatlang};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use words::FUNCTION_WORDS;

/// Letters that are looked at: a few paragraphs.
const SAMPLE_LETTERS: usize = 1000;
/// Whatlang's cost grows with its text, its certainty hardly beyond this.
const TRIGRAM_CHARS: usize = 400;
/// Fewer letters than this are no text to judge: "OK", "12 May".
const MIN_LETTERS: u32 = 12;
/// Evidence from words that settles it: their weight, and how many times the runner-up's.
const CLEAR_WEIGHT: f32 = 3.0;
const CLEAR_RATIO: f32 = 1.5;
/// How many candidates of the words go on to the trigrams.
const CANDIDATES: usize = 4;

/// The language of a text. `declared` is what page or sender say.
pub fn language(text: &str, declared: Option<&str>) -> Language {
    let found = detect(text, declared.and_then(normal).as_deref());
    let (code, confidence) = match found {
        Some((code, confidence)) => (Some(code), (confidence.clamp(0.0, 1.0) * 1000.0).round() / 1000.0),
        None => (None, 0.0),
    };
    Language { code, confidence, declared: declared.map(str::to_owned) }
}

fn detect(text: &str, prior: Option<&str>) -> Option<(String, f64)> {
    let counts = Scripts::of(text);
    let (script, letters) = counts.main()?;
    if letters < MIN_LETTERS && script.own_language().is_none() {
        return None;
    }
    // Names and quotations in another script do not make a text less of its own.
    let share = f64::from(letters) / f64::from(counts.total().max(1));
    match script.own_language() {
        Some(code) => Some((code.to_owned(), share)),
        None => shared(text, script, prior).map(|(code, confidence)| (code, confidence * share.sqrt())),
    }
}

/// Among the languages of one script.
fn shared(text: &str, script: Script, prior: Option<&str>) -> Option<(String, f64)> {
    let ranking = by_words(text, script);
    let weight = |at: usize| ranking.get(at).map_or(0.0, |r| r.1);
    let (first, second) = (weight(0), weight(1));
    if first >= CLEAR_WEIGHT && first >= second * CLEAR_RATIO {
        return Some((ranking[0].0.to_owned(), f64::from((first / (first + second)).max(0.9))));
    }
    let close = || ranking.iter().take(CANDIDATES).filter(|r| r.1 >= first * 0.5).map(|r| r.0);
    let sample: String = text.chars().take(TRIGRAM_CHARS).collect();
    // Names of languages that whatlang does not know can only be told by their words.
    let mut known: Vec<whatlang::Lang> = if first >= 1.0 { close().filter_map(to_whatlang).collect() } else { Vec::new() };
    if known.len() < 2 {
        known.clear();
    }
    let trigrams = if known.is_empty() { whatlang::detect(&sample) } else { whatlang::Detector::with_allowlist(known).detect(&sample) };
    let trigrams = trigrams.map(|info| (from_whatlang(info.lang()), info.confidence()));
    settle(&ranking, trigrams, prior)
}

/// Weighs words, trigrams and what is declared against each other.
fn settle(ranking: &[(&'static str, f32)], trigrams: Option<(&'static str, f64)>, prior: Option<&str>) -> Option<(String, f64)> {
    let total: f32 = ranking.iter().take(3).map(|r| r.1).sum();
    let mut votes: Vec<(&str, f64)> = Vec::new();
    let mut vote = |code: &'static str, weight: f64| match votes.iter_mut().find(|v| v.0 == code) {
        Some(v) => v.1 += weight,
        None => votes.push((code, weight)),
    };
    for (code, weight) in ranking.iter().take(3) {
        // Few words are a hint, many are a finding.
        vote(code, f64::from(weight / total.max(0.01)) * f64::from((total / 2.0).min(1.0)));
    }
    if let Some((code, confidence)) = trigrams {
        vote(code, 0.3 + 0.5 * confidence);
    }
    // A declared language must have something for it in the text.
    if let Some(v) = votes.iter_mut().find(|v| Some(v.0) == prior) {
        v.1 += 0.4;
    }
    votes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let (code, best) = *votes.first()?;
    let sum: f64 = votes.iter().map(|v| v.1).sum();
    Some((code.to_owned(), best / sum.max(1.0)))
}

struct Words {
    /// Which rows of the table a word stands in.
    rows: FxHashMap<&'static str, Vec<u8>>,
    scripts: Vec<Script>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut rows: FxHashMap<&'static str, Vec<u8>> = FxHashMap::default();
    let mut scripts = Vec::new();
    for (row, (_, words)) in FUNCTION_WORDS.iter().enumerate() {
        scripts.push(words.chars().find_map(Script::of).unwrap_or(Script::Latin));
        for word in words.split_whitespace() {
            let known = rows.entry(word).or_default();
            if !known.contains(&(row as u8)) {
                known.push(row as u8);
            }
        }
    }
    Words { rows, scripts }
});

/// Languages by the weight of their function words in the text, the heaviest first; those without any are left out.
fn by_words(text: &str, script: Script) -> Vec<(&'static str, f32)> {
    let table = &*WORDS;
    let mut weights = vec![0f32; FUNCTION_WORDS.len()];
    let mut word = String::new();
    let mut letters = 0;
    // The blank at the end ends the last word.
    for c in text.chars().chain([' ']) {
        if c.is_alphabetic() || is_mark(c) {
            word.extend(c.to_lowercase());
            letters += 1;
            continue;
        }
        if let Some(rows) = table.rows.get(word.as_str()) {
            rows.iter().for_each(|row| weights[usize::from(*row)] += 1.0 / rows.len() as f32);
        }
        word.clear();
        if letters >= SAMPLE_LETTERS {
            break;
        }
    }
    let mut ranking: Vec<(&'static str, f32)> = FUNCTION_WORDS
        .iter()
        .zip(weights)
        .zip(&table.scripts)
        .filter(|((_, weight), s)| *weight > 0.0 && **s == script)
        .map(|(((code, _), weight), _)| (*code, weight))
        .collect();
    ranking.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    ranking
}

/// Marks that belong to the word: vowel signs of Indic scripts, combining accents.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{200c}' | '\u{200d}')
}

/// Scripts, as far as they tell languages apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Ethiopic,
    Hebrew,
    Greek,
    Han,
    Kana,
    Hangul,
    Thai,
    Lao,
    Khmer,
    Myanmar,
    Bengali,
    Gurmukhi,
    Gujarati,
    Oriya,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Georgian,
    Armenian,
    Tibetan,
}

const SCRIPTS: usize = Script::Tibetan as usize + 1;

impl Script {
    /// The script of a letter.
    fn of(c: char) -> Option<Script> {
        use Script::*;
        Some(match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Latin,
            '\0'..='\u{bf}' => return None,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Greek,
            '\u{400}'..='\u{52f}' => Cyrillic,
            '\u{531}'..='\u{58f}' => Armenian,
            '\u{5d0}'..='\u{5f2}' => Hebrew,
            '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6d5}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => {
                Arabic
            }
            '\u{900}'..='\u{963}' | '\u{970}'..='\u{97f}' => Devanagari,
            '\u{980}'..='\u{9e3}' => Bengali,
            '\u{a00}'..='\u{a7f}' => Gurmukhi,
            '\u{a80}'..='\u{aff}' => Gujarati,
            '\u{b00}'..='\u{b7f}' => Oriya,
            '\u{b80}'..='\u{bff}' => Tamil,
            '\u{c00}'..='\u{c7f}' => Telugu,
            '\u{c80}'..='\u{cff}' => Kannada,
            '\u{d00}'..='\u{d7f}' => Malayalam,
            '\u{d80}'..='\u{dff}' => Sinhala,
            '\u{e01}'..='\u{e4e}' => Thai,
            '\u{e80}'..='\u{edf}' => Lao,
            '\u{f00}'..='\u{fff}' => Tibetan,
            '\u{1000}'..='\u{109f}' => Myanmar,
            '\u{10a0}'..='\u{10ff}' => Georgian,
            '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}' => Hangul,
            '\u{1200}'..='\u{139f}' => Ethiopic,
            '\u{1780}'..='\u{17d3}' => Khmer,
            '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9d}' => Kana,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' => Han,
            _ => return None,
        })
    }

    /// The language that a script is as good as alone with.
    fn own_language(self) -> Option<&'static str> {
        use Script::*;
        Some(match self {
            Latin | Cyrillic | Arabic | Devanagari | Ethiopic => return None,
            Hebrew => "he",
            Greek => "el",
            Han => "zh",
            Kana => "ja",
            Hangul => "ko",
            Thai => "th",
            Lao => "lo",
            Khmer => "km",
            Myanmar => "my",
            Bengali => "bn",
            Gurmukhi => "pa",
            Gujarati => "gu",
            Oriya => "or",
            Tamil => "ta",
            Telugu => "te",
            Kannada => "kn",
            Malayalam => "ml",
            Sinhala => "si",
            Georgian => "ka",
            Armenian => "hy",
            Tibetan => "bo",
        })
    }
}

/// Letters by script, in the sample.
struct Scripts([u32; SCRIPTS]);

impl Scripts {
    fn of(text: &str) -> Self {
        let mut counts = [0; SCRIPTS];
        let letters = text.chars().filter_map(Script::of).take(SAMPLE_LETTERS);
        letters.for_each(|script| counts[script as usize] += 1);
        Scripts(counts)
    }

    fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    fn get(&self, script: Script) -> u32 {
        self.0[script as usize]
    }

    /// The script of most letters and how many they are. A Chinese character says about as much as four letters of an alphabet, so a text
    /// with many foreign names is judged by its own script.
    fn main(&self) -> Option<(Script, u32)> {
        use Script::*;
        let (han, kana, hangul) = (self.get(Han), self.get(Kana), self.get(Hangul));
        let east = han + kana + hangul;
        if east > 0 && east * 4 > self.total() {
            // Japanese cannot do without kana, Korean without hangul; a Chinese text may quote a name in either.
            let script = if hangul * 2 > east {
                Hangul
            } else if kana * 12 > east {
                Kana
            } else if hangul * 4 > han {
                Hangul
            } else {
                Han
            };
            return Some((script, east));
        }
        let all = [
            Latin, Cyrillic, Arabic, Devanagari, Ethiopic, Hebrew, Greek, Thai, Lao, Khmer, Myanmar, Bengali, Gurmukhi, Gujarati, Oriya,
            Tamil, Telugu, Kannada, Malayalam, Sinhala, Georgian, Armenian, Tibetan,
        ];
        let best = all.into_iter().max_by_key(|s| (self.get(*s), std::cmp::Reverse(*s as u8)))?;
        let letters = self.get(best);
        (letters > 0).then_some((best, letters))
    }
}
