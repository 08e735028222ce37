//! Which language a text is written in.
//!
//! Three looks, the cheapest first: the script decides for languages that have one of their own; function words decide among those that
//! share one; trigrams (whatlang) are asked when the words leave it open, among the few that are left where possible, because its full
//! comparison costs a third of a millisecond. What page or sender declare is a prior for close calls and short texts: `lang="en"` is the
//! default of many templates, so it never beats a clear finding.

mod codes;
mod script;
mod words;

use crate::article::{Language, thousandths};
use crate::tag::letters::{LETTER, Letters};
use codes::{from_whatlang, normal, to_whatlang};
use rustc_hash::FxHashMap;
use script::{Script, Scripts};
use std::sync::LazyLock;
use words::{FUNCTION_WORDS, LETTERS};

/// Letters that are looked at: a few paragraphs.
const SAMPLE_LETTERS: usize = 700;
/// Whatlang's cost grows with its text, its certainty hardly beyond this.
const TRIGRAM_CHARS: usize = 400;
/// Fewer letters than this are no text to judge: "OK", "12 May".
const MIN_LETTERS: u32 = 12;
/// Evidence from words that settles it: their weight, and how many times the runner-up's.
const CLEAR_WEIGHT: f32 = 3.0;
const CLEAR_RATIO: f32 = 1.5;
/// Of a letter that speaks for a language.
const LETTER_WEIGHT: f32 = 0.5;
/// How many candidates of the words go on to the trigrams.
const CANDIDATES: usize = 4;

/// Makes the table of function words.
pub fn load() {
    LazyLock::force(&WORDS);
}

/// The language of a text. `declared` is what page or sender say.
pub fn language(text: &str, declared: Option<&str>) -> Language {
    let found = detect(text, declared.and_then(normal).as_deref());
    let (code, confidence) = match found {
        Some((code, confidence)) => (Some(code), thousandths(confidence.clamp(0.0, 1.0))),
        None => (None, 0.0),
    };
    Language { code, confidence, declared: declared.map(str::to_owned) }
}

fn detect(text: &str, prior: Option<&str>) -> Option<(String, f64)> {
    let counts = Scripts::of(text, SAMPLE_LETTERS);
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
        if first >= CLEAR_WEIGHT {
            // Much evidence for two languages of which whatlang knows one at most: it has nothing to add.
            return Some((ranking[0].0.to_owned(), f64::from(first / (first + second))));
        }
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
        // Whatlang must choose one that it knows: a text of another language is given to whichever is least unlike.
        let code = by_twin(code, ranking);
        let heard = ranking.first().is_none_or(|(code, weight)| *weight < 1.0 || to_whatlang(code).is_some());
        vote(code, if heard { 0.3 + 0.5 * confidence } else { 0.2 * confidence });
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

/// Languages that trigrams mistake for each other, or that whatlang does not know beside the one that it takes them for.
const TWINS: &[(&str, &str)] = &[
    ("id", "ms"),
    ("zu", "xh"),
    ("nb", "nn"),
    ("da", "nn"),
    ("nb", "da"),
    ("da", "nb"),
    ("nl", "af"),
    ("af", "nl"),
    ("hr", "sl"),
    ("sl", "hr"),
];

/// Of a language and its twin the one with more words of its own.
fn by_twin(code: &'static str, ranking: &[(&'static str, f32)]) -> &'static str {
    let weight = |code: &str| ranking.iter().find(|r| r.0 == code).map_or(0.0, |r| r.1);
    let twins = TWINS.iter().filter(|(known, twin)| *known == code && weight(twin) > weight(code));
    twins.map(|(_, twin)| *twin).max_by(|a, b| weight(a).total_cmp(&weight(b))).unwrap_or(code)
}

struct Words {
    /// Which rows of the table a word stands in.
    rows: FxHashMap<&'static str, Vec<u8>>,
    /// Which rows a letter speaks for.
    letters: FxHashMap<char, Vec<u8>>,
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
    let mut letters: FxHashMap<char, Vec<u8>> = FxHashMap::default();
    for (code, of_code) in LETTERS {
        let script = of_code.chars().find_map(Script::of);
        let row = FUNCTION_WORDS.iter().zip(&scripts).position(|((c, _), s)| c == code && Some(*s) == script);
        if let Some(row) = row {
            of_code.chars().for_each(|letter| letters.entry(letter).or_default().push(row as u8));
        }
    }
    Words { rows, letters, scripts }
});

/// Languages by the weight of their function words in the text, the heaviest first; those without any are left out.
fn by_words(text: &str, script: Script) -> Vec<(&'static str, f32)> {
    let table = &*WORDS;
    let letters_of = Letters::get();
    let mut weights = vec![0f32; FUNCTION_WORDS.len()];
    let mut word = String::new();
    let (mut letters, mut at) = (0, 0);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let run = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let begin = word.len();
        word.push_str(&rest[..run]);
        word[begin..].make_ascii_lowercase();
        letters += run;
        at += run;
        // The blank at the end ends the last word.
        let c = rest[run..].chars().next().unwrap_or(' ');
        at += c.len_utf8();
        if !c.is_ascii() && (letters_of.is(c, LETTER) || is_mark(c)) {
            let c = letters_of.first_lower(c);
            word.push(c);
            if let Some(rows) = table.letters.get(&c) {
                rows.iter().for_each(|row| weights[usize::from(*row)] += LETTER_WEIGHT / rows.len() as f32);
            }
            letters += 1;
            continue;
        }
        if !word.is_empty() {
            if let Some(rows) = table.rows.get(word.as_str()) {
                rows.iter().for_each(|row| weights[usize::from(*row)] += 1.0 / rows.len() as f32);
            }
            word.clear();
        }
        if letters >= SAMPLE_LETTERS || at > text.len() {
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
    ranking.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    ranking
}

/// Marks that belong to the word: vowel signs of Indic scripts, combining accents.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, declared: Option<&str>) -> Option<String> {
        language(text, declared).code
    }

    #[test]
    fn sentences_of_many_languages() {
        for (expected, text) in [
            ("en", "The ferry company said on Monday that it would reopen the harbour after the storm."),
            ("de", "Die Reederei teilte am Montag mit, dass der Hafen nach dem Sturm wieder geöffnet wird."),
            ("fr", "La compagnie a annoncé lundi que le port rouvrirait après la tempête, sans préciser quand."),
            ("es", "La compañía dijo el lunes que el puerto volverá a abrir después de la tormenta."),
            ("pt", "A empresa disse na segunda-feira que o porto não vai reabrir depois da tempestade."),
            ("it", "La compagnia ha detto lunedì che il porto sarà riaperto dopo la tempesta di questa notte."),
            ("nl", "De rederij zei maandag dat de haven na de storm weer open gaat, maar niet voor iedereen."),
            ("sv", "Rederiet sade på måndagen att hamnen öppnas efter stormen, men inte för alla fartyg."),
            ("da", "Rederiet sagde mandag, at havnen bliver åbnet igen efter stormen, men ikke for alle skibe."),
            ("nb", "Rederiet sa mandag at havnen blir åpnet igjen etter stormen, men ikke for noen av skipene."),
            ("pl", "Firma poinformowała w poniedziałek, że port zostanie otwarty po burzy, ale nie dla wszystkich."),
            ("cs", "Společnost v pondělí oznámila, že přístav bude po bouři znovu otevřen, ale ne pro všechny."),
            ("tr", "Şirket pazartesi günü limanın fırtınadan sonra yeniden açılacağını ve bunun için hazır olduğunu söyledi."),
            ("fi", "Yhtiö kertoi maanantaina, että satama avataan uudelleen myrskyn jälkeen, mutta ei kaikille."),
            ("id", "Perusahaan itu mengatakan pada hari Senin bahwa pelabuhan akan dibuka karena badai sudah berakhir."),
            ("vi", "Công ty cho biết hôm thứ Hai rằng cảng sẽ được mở lại sau cơn bão và không có thiệt hại."),
            ("ru", "Компания сообщила в понедельник, что порт будет открыт после шторма, но не для всех судов."),
            ("uk", "Компанія повідомила в понеділок, що порт буде відкрито після шторму, але не для всіх."),
            ("bg", "Компанията съобщи в понеделник, че пристанището ще бъде отворено след бурята."),
            ("ar", "قالت الشركة يوم الاثنين إن الميناء سيفتح من جديد بعد العاصفة التي ضربت المدينة."),
            ("fa", "این شرکت روز دوشنبه گفت که بندر پس از طوفان دوباره باز می شود."),
            ("hi", "कंपनी ने सोमवार को कहा कि तूफान के बाद बंदरगाह फिर से खोला जाएगा।"),
            ("he", "החברה הודיעה ביום שני כי הנמל ייפתח מחדש לאחר הסערה."),
            ("el", "Η εταιρεία ανακοίνωσε τη Δευτέρα ότι το λιμάνι θα ανοίξει ξανά."),
            ("zh", "公司星期一宣布，港口将在暴风雨后重新开放。"),
            ("ja", "会社は月曜日、嵐の後に港を再開すると発表した。"),
            ("ko", "회사는 월요일 폭풍이 지나간 뒤 항구를 다시 연다고 밝혔다."),
            ("th", "บริษัทประกาศเมื่อวันจันทร์ว่าท่าเรือจะเปิดอีกครั้ง"),
        ] {
            let found = language(text, None);
            assert_eq!(found.code.as_deref(), Some(expected), "{text}: {found:?}");
            assert!(found.confidence > 0.4 && found.confidence <= 1.0, "{found:?}");
        }
    }

    #[test]
    fn what_is_declared_does_not_beat_the_text() {
        let german = "Die Reederei teilte am Montag mit, dass der Hafen nach dem Sturm wieder geöffnet wird.";
        let found = language(german, Some("en-US"));
        assert_eq!((found.code.as_deref(), found.declared.as_deref()), (Some("de"), Some("en-US")));
        assert_eq!(code("日本の会社は月曜日に発表した。", Some("en")).as_deref(), Some("ja"));
    }

    #[test]
    fn foreign_names_do_not_make_another_language() {
        let chinese = "公司星期一宣布，Windows Server 2025 与 Microsoft Azure 将在中国重新开放。";
        assert_eq!(code(chinese, None).as_deref(), Some("zh"));
        let japanese = "東京株式市場続落終値三万八千円台で取引を終えた";
        assert_eq!(code(japanese, None).as_deref(), Some("ja"));
    }

    #[test]
    fn too_short_to_tell() {
        for text in ["", "OK", "12 May 2024", "!!! ... 123", "Brest"] {
            assert_eq!(language(text, Some("fr")), Language { code: None, confidence: 0.0, declared: Some("fr".into()) }, "{text}");
        }
        assert_eq!(code("港口", None).as_deref(), Some("zh"));
    }

    #[test]
    fn every_row_of_letters_has_a_row_of_words() {
        for (code, letters) in LETTERS {
            let script = letters.chars().find_map(Script::of);
            let known = FUNCTION_WORDS.iter().any(|(c, words)| c == code && words.chars().find_map(Script::of) == script);
            assert!(known, "{code} {letters}");
        }
        assert!(FUNCTION_WORDS.len() < 256, "rows are numbered by a byte");
    }
}
