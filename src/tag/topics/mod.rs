//! Topics of an article, as IPTC Media Topics: what the page declares, what phrases say, and what a small model makes of the words.

mod declared;
mod level2;
pub mod model;
mod rule;
mod sections;
mod stems;
pub mod words;

use crate::article::{Draft, Topic, TopicOrigin};
use level2::LEVEL2;
use model::{CLASSES, Model, TITLE_WEIGHT, shares};
use sections::TOPICS;
use std::sync::LazyLock;

/// What `tests/bench/topics/train.rs` wrote; see CARD.md there and `src/tag/NOTICE.md`.
static PACKED: &[u8] = include_bytes!("model.bin");
const UNPACKED_MOST: usize = 16 << 20;

/// Unpacked at the first text. A damaged model would say nothing; a test reads it.
static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let bytes = zstd::bulk::decompress(PACKED, UNPACKED_MOST).unwrap_or_default();
    Model::read(&bytes).unwrap_or_default()
});

/// Words of a text that the model must know before it says anything.
const KNOWN: usize = 3;
/// Topics below this are left out, but for the first.
const LEAST: u8 = 20;
const LEAST_FIRST: u8 = 12;
/// More topics than this say nothing.
const FOUND_MOST: usize = 4;
/// How much two origins that agree add.
const AGREE: u8 = 4;
const MOST: u8 = 97;

/// What share of the tags with a probability of so many hundredths is right, on held-out articles (CARD.md); straight lines between.
const CALIBRATION: [(f32, f32); 10] =
    [(0.0, 0.0), (0.075, 0.09), (0.125, 0.2), (0.2, 0.33), (0.3, 0.42), (0.5, 0.57), (0.7, 0.69), (0.85, 0.81), (0.95, 0.89), (1.0, 0.96)];

/// The same for topics beside the first, in articles that have several. The training texts are single sentences of one topic each, so the model
/// is too sure of its first; by a third of its log-odds the second shows (CARD.md).
const BESIDE: [(f32, f32); 8] =
    [(0.0, 0.0), (0.0625, 0.04), (0.0875, 0.2), (0.1125, 0.36), (0.15, 0.46), (0.2, 0.7), (0.3, 0.85), (0.5, 0.9)];
pub const SOFTER: f32 = 3.0;
/// Known words from which a text is an article.
pub const ARTICLE: usize = 60;

fn calibrated(p: f32, table: &[(f32, f32)]) -> u8 {
    let above = table.iter().position(|(x, _)| p <= *x).unwrap_or(table.len() - 1).max(1);
    let ((x0, y0), (x1, y1)) = (table[above - 1], table[above]);
    ((y0 + (y1 - y0) * (p.clamp(x0, x1) - x0) / (x1 - x0)) * 100.0).round() as u8
}

/// Unpacks the model and makes the tables of phrases.
pub fn load() {
    LazyLock::force(&MODEL);
    rule::load();
}

/// All topics: by score, then code. A topic of the second level stands behind the one above it.
pub fn topics(draft: &Draft, language: Option<&str>) -> Vec<Topic> {
    let title = draft.title.as_deref().unwrap_or("");
    let features = words::features(title, &draft.text, TITLE_WEIGHT);
    let english = language.is_some_and(|l| l == "en" || l.starts_with("en-"));
    // (score, origin) of the first level.
    let mut first: [Option<(u8, TopicOrigin)>; CLASSES] = [None; CLASSES];
    let mut say = |class: usize, score: u8, origin: TopicOrigin| {
        first[class] = Some(match first[class] {
            None => (score, origin),
            // Who said it first keeps it: what the page declares is declared, however sure the model is.
            Some((known, origin)) => ((known.max(score) + AGREE).min(MOST), origin),
        });
    };
    for (class, score) in declared::scores(draft).into_iter().enumerate().filter(|(_, s)| *s > 0) {
        say(class, score, TopicOrigin::Declared);
    }
    let mut second: Vec<(usize, usize, u8, TopicOrigin)> = Vec::new();
    for name in draft.sections.iter().map(String::as_str).chain(draft.keywords.iter().map(|k| k.text.as_str())) {
        if let Some(row) = rule::named(name)
            && let Some(parent) = level2::parent(LEVEL2[row].0)
        {
            second.push((row, parent, 60, TopicOrigin::Declared));
        }
    }
    if english {
        let (scores, known) = MODEL.score(&features);
        let sure = shares(&scores);
        let soft = shares(&scores.map(|s| s / SOFTER));
        let best = sure.iter().copied().fold(0.0, f32::max);
        let best = calibrated(best, &CALIBRATION);
        let mut found: Vec<(usize, u8)> = (0..CLASSES)
            .map(|class| {
                let score = calibrated(sure[class], &CALIBRATION);
                let beside = calibrated(soft[class], &BESIDE).min(best.saturating_sub(1));
                (class, if score < best && known >= ARTICLE { beside } else { score })
            })
            .collect();
        found.sort_by_key(|(class, score)| (u8::MAX - score, *class));
        if known >= KNOWN {
            let kept = found.iter().enumerate().filter(|(at, (_, score))| *score >= if *at == 0 { LEAST_FIRST } else { LEAST });
            kept.take(FOUND_MOST).for_each(|(_, (class, score))| say(*class, *score, TopicOrigin::Model));
        }
        for (row, parent, score) in rule::second_level(&features) {
            second.push((row, parent, score, TopicOrigin::Rule));
        }
    } else {
        let mut found: Vec<(usize, u8)> =
            rule::first_level(&features, &draft.text).into_iter().enumerate().filter(|(_, s)| *s > 0).collect();
        found.sort_by_key(|(class, score)| (u8::MAX - score, *class));
        found.iter().take(FOUND_MOST).filter(|f| f.1 >= LEAST).for_each(|(class, score)| say(*class, *score, TopicOrigin::Rule));
    }
    // A second level without its first is a chance hit of phrases, unless the phrases are many.
    let mut topics: Vec<Topic> = Vec::new();
    second.sort_by_key(|(row, _, score, _)| (*row, u8::MAX - score));
    second.dedup_by_key(|s| s.0);
    for (row, parent, score, origin) in second {
        let above = match first[parent] {
            Some((above, _)) => above,
            None if score >= 70 => {
                first[parent] = Some((score - 20, origin));
                score - 20
            }
            None => continue,
        };
        let (code, name, _) = LEVEL2[row];
        topics.push(Topic { code: format!("medtop:{code}"), name: name.into(), score: score.min(above), origin });
    }
    for (class, (code, name)) in TOPICS.iter().enumerate() {
        if let Some((score, origin)) = first[class] {
            topics.push(Topic { code: format!("medtop:{code}"), name: (*name).into(), score, origin });
        }
    }
    // Codes of the first level begin with 0 or 1, those of the second with 2.
    topics.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.code.cmp(&b.code)));
    topics
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Keyword, Origin};

    fn of(title: &str, text: &str, language: &str, sections: &[&str], keywords: &[&str]) -> Vec<(String, u8, TopicOrigin)> {
        let draft = Draft {
            title: Some(title.into()),
            text: text.into(),
            sections: sections.iter().map(|s| (*s).to_owned()).collect(),
            keywords: keywords.iter().map(|k| Keyword { text: (*k).into(), origin: Origin::Declared }).collect(),
            ..Draft::default()
        };
        topics(&draft, Some(language)).into_iter().map(|t| (t.code[7..9].to_owned(), t.score, t.origin)).collect()
    }

    #[test]
    fn english_by_model_with_the_second_level_behind() {
        for (text, want) in [
            ("The striker scored twice as the team won the match and went top of the league, the coach said after the game.", "15"),
            ("The central bank raised interest rates as inflation rose; shares fell on the stock market.", "04"),
            ("A magnitude 6 earthquake destroyed houses; rescuers searched the rubble for survivors.", "03"),
            ("Voters go to the polls in the presidential election; the candidate of the ruling party leads.", "11"),
            ("The court sentenced the man to life in prison for the murder of two women, prosecutors said.", "02"),
            ("Astronomers with a new telescope found a planet around a distant star, scientists said.", "13"),
            ("The film by the director won the award for best picture; the actress sang a song from her album.", "01"),
            ("Troops shelled rebels near the front line; the ceasefire broke and soldiers were killed in the war.", "16"),
        ] {
            let got = of("", text, "en", &[], &[]);
            assert_eq!(got.first().map(|t| t.0.as_str()), Some(want), "{text}: {got:?}");
        }
        let got = topics(
            &Draft {
                text: "Rebels broke the ceasefire: troops and rebels fought near the front line, artillery fired.".into(),
                ..Draft::default()
            },
            Some("en"),
        );
        let at = |code: &str| got.iter().position(|t| t.code == code).unwrap_or_else(|| panic!("{code}: {got:?}"));
        assert!(at("medtop:16000000") < at("medtop:20000056"));
    }

    #[test]
    fn what_is_declared_and_what_is_found_agree() {
        let text = "The striker scored twice as the team won the match and went top of the league.";
        let alone = of("", text, "en", &[], &[])[0].1;
        let both = of("", text, "en", &["Sport"], &[]);
        assert_eq!((both[0].0.as_str(), both[0].2), ("15", TopicOrigin::Declared));
        assert!(both[0].1 > alone && both[0].1 > 90);
        // No words, no topic; and a language without a model says only what is declared.
        assert!(of("", "", "en", &[], &[]).is_empty());
        assert_eq!(of("", "Zzz qqq.", "fi", &["Sport"], &[])[0].0, "15");
        let got = of("", "Nothing.", "en", &[], &["Climate change"]);
        assert!(got.iter().any(|t| t.0 == "06"), "{got:?}");
    }

    #[test]
    fn scores_grow_with_probability() {
        for (table, most) in [(&CALIBRATION[..], 96), (&BESIDE, 90)] {
            let all: Vec<u8> = (0..=100).map(|p| calibrated(p as f32 / 100.0, table)).collect();
            assert!(all.windows(2).all(|w| w[0] <= w[1]) && all[0] == 0 && all[100] == most, "{all:?}");
        }
    }
}
