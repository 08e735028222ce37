//! Bylines in text form: "By JANE DOE, Kyiv", "Von Jane Doe", "Jane Doe | Reuters", "Автор: Иван Иванов".

use crate::article::Author;
use crate::clean::dates::agencies::{self, AgencyRow};

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
];

/// Words between names.
static JOINTS: &[&str] = &[" and ", " und ", " et ", " y ", " e ", " en ", " og ", " och ", " & ", ", ", " / ", " i ", " и "];

/// Small words inside names.
static PARTICLES: &[&str] =
    &["de", "del", "la", "van", "von", "der", "den", "da", "dos", "bin", "al", "el", "ten", "ter", "di", "du", "le", "af", "zu", "y"];

/// Reads a line that begins as a byline does. Lines without a lead are taken for one only with an agency beside the name.
pub fn read(line: &str) -> Option<Byline> {
    // A byline is short; a sentence that begins with "By" or "Von" is not.
    if line.len() > 160 {
        return None;
    }
    let head = line.split(['|', '•', '·', '–', '—', '(']).next().unwrap_or_default().trim();
    let agency = agencies_beside(line);
    let lead = LEADS.iter().find(|lead| line.get(..lead.len()).is_some_and(|start| start.to_lowercase() == **lead));
    let names = match lead {
        Some(lead) => head.get(lead.len()..)?,
        None if agency.is_some() => head,
        None => return None,
    };
    let authors = names_in(names);
    (!authors.is_empty() || lead.is_some() && agency.is_some()).then_some(Byline { authors, agency })
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
    for (i, part) in parts.iter().map(|p| p.trim().trim_end_matches(['.', ',', ':'])).enumerate() {
        if !is_name(part) || agencies::signed(part).is_some() {
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
        assert_eq!(read("By Reuters").and_then(|b| b.agency).map(|a| a.code), Some("REUTERS"));
    }

    #[test]
    fn sentences_are_none() {
        for line in ["By the time he came it was late", "Von wegen", "By Monday", "Jane Doe", "Por favor espere", "by 2014"] {
            assert_eq!(names(line), Vec::<String>::new(), "{line}");
        }
    }
}
