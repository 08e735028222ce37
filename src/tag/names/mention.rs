//! Names as they stand in a text: what the model finds, with spans that count code points.

use super::feature::{Words, lower_hash};
use super::model::{Kind, Model};
use super::token::{Token, tokens};
use crate::tag::fold::Word;
use std::sync::LazyLock;

/// What `tests/bench/names/train.rs` wrote; see CARD.md there and `src/tag/NOTICE.md`.
static PACKED: &[u8] = include_bytes!("model.bin");
/// More than the weights can be: a limit for the unpacking.
const UNPACKED_MOST: usize = 32 << 20;

/// Unpacked at the first text, in a few milliseconds. A damaged model would find nothing; a test reads it.
static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let bytes = zstd::bulk::decompress(PACKED, UNPACKED_MOST).unwrap_or_default();
    Model::read(&bytes).unwrap_or_default()
});

/// Unpacks the model.
pub fn load() {
    LazyLock::force(&MODEL);
}

/// Below this a name is not worth a keyword.
pub const LEAST: f32 = 0.2;

/// A name in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Code points of the text, end exclusive.
    pub span: [u32; 2],
    /// Tokens, end exclusive.
    pub from: usize,
    pub to: usize,
    pub kind: Kind,
    /// 0-1: how sure the model is of exactly this span and kind.
    pub confidence: f32,
}

/// All names of a text that the model finds with some confidence, in order, without overlaps; also the locations, which the finding of
/// places may use.
#[derive(Debug, Clone, Default)]
pub struct Mentions {
    pub list: Vec<Mention>,
    pub tokens: Vec<Token>,
}

/// Finds the names of a text; `folded` are its words, `language` is a BCP 47 code.
pub fn mentions(text: &str, folded: &[Word], language: Option<&str>) -> Mentions {
    // Positions are 32 bits wide; no page is that long.
    if u32::try_from(text.len()).is_err() {
        return Mentions::default();
    }
    let model = &*MODEL;
    let tokens = tokens(text, folded);
    let words = Words::new(text, &tokens, &model.lists);
    let language = language.and_then(|l| l.split('-').next()).map_or(0, lower_hash);
    let spans = model.spans(&tokens, &words, language, LEAST);
    let list = spans
        .iter()
        .map(|s| Mention { span: span(text, &tokens, s.from, s.to), from: s.from, to: s.to, kind: s.kind, confidence: s.confidence })
        .collect();
    Mentions { list, tokens }
}

/// The code points of tokens `from..to`, which are one or more.
pub fn span(text: &str, tokens: &[Token], from: usize, to: usize) -> [u32; 2] {
    let start = tokens.get(from).map_or(0, |t| t.point);
    let last = to.checked_sub(1).and_then(|last| tokens.get(last));
    [start, last.map_or(start, |t| t.point + t.of(text).chars().count() as u32)]
}

/// What the lists of the model know of a word, by its hash.
pub fn known(word: &str) -> u16 {
    MODEL.lists.word(lower_hash(word))
}

/// Spans of a declared name that are kept.
const LITERAL_MOST: usize = 100;

/// Where a name stands in a text exactly so, as words of their own.
pub fn literal(text: &str, name: &str) -> Vec<[u32; 2]> {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let length = name.chars().count() as u32;
    let (mut known, mut points) = (0, 0u32);
    let mut out = Vec::new();
    if length < 3 {
        return out;
    }
    for (at, _) in text.match_indices(name) {
        if letter(text[..at].chars().next_back()) || letter(text[at + name.len()..].chars().next()) {
            continue;
        }
        points += text[known..at].chars().count() as u32;
        known = at;
        out.push([points, points + length]);
        if out.len() == LITERAL_MOST {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::fold::words;

    #[test]
    fn the_model_inside_is_whole() {
        assert!(MODEL.lists.len() > 100_000);
        assert_ne!(known("Maria") & super::super::lists::flag::FORENAME, 0);
    }

    #[test]
    fn longer_vectors_give_the_same_bits() {
        let text = "Western-backed President Petro Poroshenko met Sergey Lavrov in Moscow, the World Health Organization (WHO) said.\n\
                    Bundeskanzlerin Angela Merkel sprach in Berlin mit der Deutschen Bank. Президент Владимир Путин прилетел в Киев. "
            .repeat(9);
        let tokens = tokens(&text, &words(&text));
        let own = Words::new(&text, &tokens, &MODEL.lists);
        for language in ["en", "de", "ru"].map(lower_hash) {
            let found = MODEL.spans(&tokens, &own, language, 0.01);
            assert!(found.len() > 60, "{}", found.len());
            assert_eq!(found, MODEL.spans_anywhere(&tokens, &own, language, 0.01));
        }
    }

    /// The same on every machine, to the last digit shown. New weights need new numbers here.
    #[test]
    fn golden_scores() {
        let mut got = Vec::new();
        for (language, text) in [
            ("en", "Western-backed President Petro Poroshenko met Sergey Lavrov in Moscow, the World Health Organization said."),
            ("de", "Bundeskanzlerin Angela Merkel sprach in Berlin mit der Deutschen Bank."),
            ("ru", "Президент Владимир Путин прилетел в Киев, сообщил Сергей Лавров."),
        ] {
            for m in mentions(text, &words(text), Some(language)).list {
                let name: String = text.chars().skip(m.span[0] as usize).take((m.span[1] - m.span[0]) as usize).collect();
                got.push(format!("{name} {:?} {:.3}", m.kind, m.confidence));
            }
        }
        assert_eq!(
            got,
            [
                "Petro Poroshenko Person 0.982",
                "Sergey Lavrov Person 0.982",
                "Moscow Location 0.999",
                "World Health Organization Organisation 0.994",
                "Angela Merkel Person 0.999",
                "Berlin Location 0.987",
                "Deutschen Bank Organisation 0.999",
                "Владимир Путин Person 0.991",
                "Киев Location 0.999",
                "Сергей Лавров Person 1.000",
            ]
        );
    }
}
