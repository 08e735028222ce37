//! A newsroom's own lists: keywords with codes, boolean rules, places. Read from TOML or CSV, checked with file and line, and matched in one
//! pass over the words, however many phrases there are.
//!
//! Phrases are compared word by word without case and accents, so `São Paulo` also finds `SAO PAULO`, and `Ham` does not find `Hamburg`. Of
//! every tag it can be told which phrase made it ([`Taxonomies::matches`]).

mod file;
mod rule;

pub use file::{Problem, read};

use crate::article::{Place, PlaceRole, Topic, TopicOrigin};
use crate::tag::fold::{self, EMPTY, Word, join};
use rule::Step;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Words of the longest phrase; characters, in scripts without spaces.
pub const MOST_WORDS: usize = 16;
/// Matches that are kept of one article.
const MOST_MATCHES: usize = 10_000;

/// What a phrase leads to.
#[derive(Debug, Clone, PartialEq)]
enum Target {
    /// A term: place in `terms`.
    Term(usize),
    /// An operand of a rule: rule and operand.
    Operand(usize, usize),
    /// A place of the user's gazetteer.
    Place(usize),
}

#[derive(Debug, Clone, PartialEq)]
struct Phrase {
    text: String,
    /// Written exactly so.
    exact: bool,
    title_only: bool,
    target: Target,
    /// File and line.
    from: (usize, usize),
}

#[derive(Debug, Clone, PartialEq)]
struct Named {
    code: String,
    label: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    tag: Named,
    steps: Vec<Step>,
    operands: usize,
    from: (usize, usize),
}

#[derive(Debug, Clone, PartialEq)]
struct OwnPlace {
    name: String,
    geonames_id: Option<u32>,
    country: Option<String>,
    admin1: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
}

/// All taxonomies of a configuration.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taxonomies {
    files: Vec<String>,
    terms: Vec<Named>,
    rules: Vec<Rule>,
    places: Vec<OwnPlace>,
    phrases: Vec<Phrase>,
    /// Hash of a phrase or of its beginning: the phrases, and whether longer ones begin so.
    index: FxHashMap<u64, (Vec<u32>, bool)>,
}

/// Which phrase made which tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Of the term or rule; a place's name.
    pub code: String,
    pub phrase: String,
    pub in_title: bool,
    /// Code points of title or text.
    pub span: [u32; 2],
    /// `file:line` of the entry.
    pub from: String,
}

/// What the taxonomies say of an article.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// By code, each once.
    pub topics: Vec<Topic>,
    /// In order of first mention.
    pub places: Vec<Place>,
}

/// A phrase that was found.
#[derive(Clone, Copy)]
struct Hit {
    phrase: u32,
    in_title: bool,
    span: [u32; 2],
}

impl Taxonomies {
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Number of phrases.
    pub fn len(&self) -> usize {
        self.phrases.len()
    }

    fn add(&mut self, phrase: Phrase) {
        let words = fold::words(&phrase.text);
        let mut hash = EMPTY;
        for (n, word) in words.iter().enumerate() {
            hash = join(hash, word.hash);
            let entry = self.index.entry(hash).or_default();
            if n + 1 < words.len() {
                entry.1 = true;
            } else {
                entry.0.push(self.phrases.len() as u32);
            }
        }
        self.phrases.push(phrase);
    }

    /// All tags of an article. `words` are those of `text`.
    pub fn tag(&self, title: Option<&str>, text: &str, words: &[Word]) -> Said {
        if self.is_empty() {
            return Said::default();
        }
        let hits = self.hits(title, text, words);
        let mut topics: BTreeMap<&str, &Named> = BTreeMap::new();
        let mut places: Vec<(usize, Place)> = Vec::new();
        for hit in &hits {
            match &self.phrases[hit.phrase as usize].target {
                Target::Term(term) => {
                    topics.insert(&self.terms[*term].code, &self.terms[*term]);
                }
                Target::Place(place) if !hit.in_title => match places.iter_mut().find(|(p, _)| p == place) {
                    Some((_, found)) => found.spans.push(hit.span),
                    None => places.push((*place, self.place(*place, hit.span))),
                },
                _ => {}
            }
        }
        for rule in self.fired(&hits) {
            topics.insert(&rule.tag.code, &rule.tag);
        }
        let topic = |t: &Named| Topic { code: t.code.clone(), name: t.label.clone(), score: 100, origin: TopicOrigin::Taxonomy };
        Said { topics: topics.values().map(|t| topic(t)).collect(), places: places.into_iter().map(|(_, p)| p).collect() }
    }

    /// Which phrases made which tags, in the order of the article. The phrases of a rule are told when it fired.
    pub fn matches(&self, title: Option<&str>, text: &str) -> Vec<Match> {
        let hits = self.hits(title, text, &fold::words(text));
        let fired: Vec<*const Rule> = self.fired(&hits).map(std::ptr::from_ref).collect();
        let told = |hit: &Hit| {
            let phrase = &self.phrases[hit.phrase as usize];
            let code = match &phrase.target {
                Target::Term(term) => &self.terms[*term].code,
                Target::Place(place) => &self.places[*place].name,
                Target::Operand(rule, _) if fired.contains(&std::ptr::from_ref(&self.rules[*rule])) => &self.rules[*rule].tag.code,
                Target::Operand(..) => return None,
            };
            let from = format!("{}:{}", self.files[phrase.from.0], phrase.from.1);
            Some(Match { code: code.clone(), phrase: phrase.text.clone(), in_title: hit.in_title, span: hit.span, from })
        };
        hits.iter().filter_map(told).collect()
    }

    fn fired(&self, hits: &[Hit]) -> impl Iterator<Item = &Rule> {
        let mut seen: Vec<Vec<bool>> = self.rules.iter().map(|r| vec![false; r.operands]).collect();
        for hit in hits {
            if let Target::Operand(rule, operand) = self.phrases[hit.phrase as usize].target {
                seen[rule][operand] = true;
            }
        }
        self.rules.iter().zip(seen).filter(|(rule, seen)| rule::holds(&rule.steps, seen)).map(|(rule, _)| rule)
    }

    fn hits(&self, title: Option<&str>, text: &str, words: &[Word]) -> Vec<Hit> {
        let mut out = Vec::new();
        if let Some(title) = title {
            self.scan(title, &fold::words(title), true, &mut out);
        }
        self.scan(text, words, false, &mut out);
        out
    }

    fn scan(&self, text: &str, words: &[Word], in_title: bool, out: &mut Vec<Hit>) {
        for first in 0..words.len() {
            let mut hash = EMPTY;
            for (n, word) in words[first..].iter().take(MOST_WORDS).enumerate() {
                // No phrase goes over the end of a line or sentence.
                if n > 0 && word.gap == fold::Gap::Break {
                    break;
                }
                hash = join(hash, word.hash);
                let Some((ends, goes_on)) = self.index.get(&hash) else { break };
                let span = [words[first].at, word.to];
                let written = &text[words[first].start as usize..word.end as usize];
                for phrase in ends {
                    let p = &self.phrases[*phrase as usize];
                    if (!p.exact || p.text == written) && (!p.title_only || in_title) && out.len() < MOST_MATCHES {
                        out.push(Hit { phrase: *phrase, in_title, span });
                    }
                }
                if !goes_on {
                    break;
                }
            }
        }
    }

    fn place(&self, at: usize, span: [u32; 2]) -> Place {
        let p = &self.places[at];
        Place {
            name: p.name.clone(),
            geonames_id: p.geonames_id,
            country: p.country.clone(),
            admin1: p.admin1.clone(),
            lat: p.lat,
            lon: p.lon,
            spans: vec![span],
            role: PlaceRole::Mentioned,
        }
    }
}

#[cfg(test)]
mod tests;
