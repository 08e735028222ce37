//! Bylines in text form: "By JANE DOE, Kyiv", "Von Jane Doe", "Jane Doe | Reuters", "Автор: Иван Иванов".

use crate::article::Author;
use crate::clean::beginnings::ByFirst;
use crate::clean::dates::absolute::{self, Order};
use crate::clean::dates::agencies::{self, AgencyRow};
use crate::clean::dates::words::in_lower;
use crate::clean::dates::{months, weekdays};
use std::sync::LazyLock;

/// Who signed a line.
#[derive(Debug, Default, PartialEq)]
pub struct Byline {
    pub authors: Vec<Author>,
    pub agency: Option<&'static AgencyRow>,
}

/// Words before names, lower case; with their blank or colon.
#[rustfmt::skip]
static LEADS: &[&str] = &[
    "written by ", "reported by ", "story by ", "posted by ", "by ", "von ", "ein kommentar von ", "par ", "por ", "di ", "door ", "af ", "av ", "tekst: ", "text: ", "autor: ", "autorka: ", "author: ", "автор: ", "автор ",
    "författare: ", "szerző: ", "yazar: ", "penulis: ", "texte : ", "texto: ", "testo: ", "tekst ", "by: ",
    "von: ", "kommentar von ", "eine analyse von ", "ein gastbeitrag von ", "ein interview von ", "gastkommentar von ", "analysis by ", "opinion by ", "words by ", "reporting by ", "de: ", "por: ", "par : ", "propos recueillis par ",
    "di: ", "a cura di ", "door: ", "af: ", "av: ", "kirjoittanut ", "opracowanie: ", "oprac. ", "text ", "text: ", "írta: ", "scris de ", "de către ", "napisao ", "piše: ", "piše ", "автор: ", "автори: ", "текст: ", "από: ", "γράφει ο ", "γράφει η ",
    "haber: ", "yazan: ", "oleh: ", "oleh ", "reporter: ", "redaktur: ", "bài: ", "بقلم: ", "كتب: ", "كتب ",
];

static LEADS_BY_FIRST: LazyLock<ByFirst<()>> = LazyLock::new(|| ByFirst::new(LEADS.iter().map(|lead| (*lead, ()))));

/// Words between names.
static JOINTS: &[&str] = &[
    " with ", " mit ", " avec ", " con ", " i ", " a ", " și ", " ja ", " ve ", " та ", " і ", " και ", " dan ", " and ", " und ", " et ",
    " y ", " e ", " en ", " og ", " och ", " & ", ", ", " / ", " и ",
];

/// Small words inside names.
static PARTICLES: &[&str] =
    &["de", "del", "la", "van", "von", "der", "den", "da", "dos", "bin", "al", "el", "ten", "ter", "di", "du", "le", "af", "zu", "y"];

/// Reads a line that begins as a byline does. Lines without a lead are taken for one only with an agency beside the name.
pub fn read(line: &str) -> Option<Byline> {
    // A byline is short; a sentence that begins with "By" or "Von" is not.
    if line.len() > 160 {
        return None;
    }
    if let Some(name) = reporter(line) {
        return Some(Byline { authors: vec![Author { name: name.to_owned(), url: None }], agency: agencies_beside(line) });
    }
    let head = line.split(['|', '•', '·', '–', '—', '(']).next().unwrap_or_default().trim();
    let agency = agencies_beside(line);
    let lead = line.chars().next().and_then(|first| {
        let leads = LEADS_BY_FIRST.rows(first.to_lowercase().next()?);
        leads.iter().map(|row| row.0).find(|lead| line.get(..lead.len()).is_some_and(|start| in_lower(start, |lower| lower == *lead)))
    });
    let names = match lead {
        Some(lead) => head.get(lead.len()..)?,
        None if agency.is_some() => head,
        None => return None,
    };
    let authors = names_in(names);
    (!authors.is_empty() || lead.is_some() && agency.is_some()).then_some(Byline { authors, agency })
}

/// "구현모 기자", "记者 张三", "記者：山田太郎": the word for a reporter stands beside the name.
fn reporter(line: &str) -> Option<&str> {
    if line.chars().count() > 60 {
        return None;
    }
    if let Some((before, _)) = line.split_once("기자") {
        let name = before.trim_end().rsplit(' ').next()?;
        return (before.ends_with(' ')
            && (2..=4).contains(&name.chars().count())
            && name.chars().all(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c)))
        .then_some(name);
    }
    let (_, behind) = line.split_once("记者").or_else(|| line.split_once("記者"))?;
    let name = behind.trim_start_matches([' ', ':', '：', '|', '｜', '/']);
    let end = name.find(|c: char| !super::script::is_unspaced(c)).unwrap_or(name.len());
    (behind.len() > name.len() && (2..=4).contains(&name[..end].chars().count())).then(|| &name[..end])
}

/// A line without a lead that holds a name and the date of the story: "Jane Doe, 26.04.2024 10:00", "27 January 2026 • Jane Doe • 3 min".
pub fn dated(line: &str) -> Option<Author> {
    if line.len() > 160 {
        return None;
    }
    let date = absolute::first(line, Order::DayFirst).filter(|d| d.year.is_some())?;
    let parts = [&line[..date.start], &line[date.end..]];
    let name =
        parts.iter().flat_map(|part| part.split(['|', '•', '·', '/', ',', '–', '—'])).map(str::trim).find(|part| !part.is_empty())?;
    alone(name)
}

/// A line that is a name and nothing else. The caller needs other evidence: a date beside it.
pub fn alone(line: &str) -> Option<Author> {
    let fits = is_name(line) && agencies::signed(line).is_none() && !super::heading::is_furniture(line);
    let words: Vec<&str> = line.split(' ').collect();
    // A weekday or month is no name, and most names of people are two or three words.
    let dated = words.iter().any(|w| weekdays::named(w).is_some() || months::named(w).is_some());
    (fits && words.len() <= 4 && !dated).then(|| Author { name: line.to_owned(), url: None })
}

fn agencies_beside(line: &str) -> Option<&'static AgencyRow> {
    line.split(['|', '•', '·', '(', ')', '/', ','])
        .map(str::trim)
        .find_map(|part| agencies::signed(part.strip_prefix("By ").unwrap_or(part)))
}

fn names_in(text: &str) -> Vec<Author> {
    let mut parts = vec![text];
    for joint in JOINTS {
        parts = parts.into_iter().flat_map(|p| p.split(joint)).collect();
    }
    let mut authors: Vec<Author> = Vec::new();
    for (i, part) in parts.iter().map(|p| without_sign(p.trim().trim_end_matches(['.', ',', ':']))).enumerate() {
        // "By JANE DOE, Harbour Town": who signs in capitals stands beside a place that does not.
        let capitals = |name: &str| !name.chars().any(char::is_lowercase);
        let place = authors.first().is_some_and(|first| capitals(&first.name) && !capitals(part));
        if place || !is_name(part) || agencies::signed(part).is_some() {
            // "By Jane Doe, Kyiv" and "By Jane Doe, chief correspondent": what follows the names is no name.
            if i == 0 {
                return authors;
            }
            break;
        }
        authors.push(Author { name: part.to_owned(), url: None });
    }
    authors
}

/// "Jane Doe The Associated Press", "Jane Doe 4 February": what stands glued behind a name.
fn without_sign(part: &str) -> &str {
    let cut = part.match_indices(' ').map(|(i, _)| i).find(|&i| {
        let tail = &part[i + 1..];
        agencies::signed(tail).is_some() || tail.starts_with(char::is_numeric)
    });
    cut.map_or(part, |i| &part[..i])
}

/// Two to four words, capitalised but for particles.
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    (2..=5).contains(&words.len())
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '.' | '\'' | '’'))
        && words.iter().all(|w| w.starts_with(char::is_uppercase) || PARTICLES.contains(w))
        && words.first().is_some_and(|w| w.starts_with(char::is_uppercase))
        && words.last().is_some_and(|w| w.starts_with(char::is_uppercase) && w.chars().count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Vec<String> {
        read(line).map(|b| b.authors.into_iter().map(|a| a.name).collect()).unwrap_or_default()
    }

    #[test]
    fn bylines() {
        assert_eq!(names("By JANE DOE, Kyiv"), ["JANE DOE"]);
        assert_eq!(names("Von Anna van der Berg und Karl-Heinz Muster"), ["Anna van der Berg", "Karl-Heinz Muster"]);
        assert_eq!(names("Jane Doe | Reuters"), ["Jane Doe"]);
        assert_eq!(names("Автор: Иван Иванов"), ["Иван Иванов"]);
        assert_eq!(names("By Jane Doe • July 6, 2014"), ["Jane Doe"]);
        assert_eq!(names("Von: Jane Doe mit AP"), ["Jane Doe"]);
        assert_eq!(names("By Jane Doe and Max Mustermann The Associated Press"), ["Jane Doe", "Max Mustermann"]);
        assert_eq!(names("순천 구현모 기자 mail@example.com"), ["구현모"]);
        assert_eq!(names("本报记者 张三 北京报道"), ["张三"]);
        assert_eq!(dated("Jane Doe, 26.04.2024 10:00 Uhr").map(|a| a.name).as_deref(), Some("Jane Doe"));
        assert_eq!(dated("27. Januar 2026 • Jane Doe • 3 Minuten").map(|a| a.name).as_deref(), Some("Jane Doe"));
        assert_eq!(dated("Published 26.04.2024"), None);
        assert_eq!(alone("Jane Doe").map(|a| a.name).as_deref(), Some("Jane Doe"));
        assert!(alone("Read more").is_none() && alone("Sunday Morning").is_none() && alone("Reuters").is_none());
        assert_eq!(read("By Reuters").and_then(|b| b.agency).map(|a| a.code), Some("REUTERS"));
    }

    #[test]
    fn sentences_are_none() {
        for line in ["By the time he came it was late", "Von wegen", "By Monday", "Jane Doe", "Por favor espere", "by 2014"] {
            assert_eq!(names(line), Vec::<String>::new(), "{line}");
        }
    }
}
