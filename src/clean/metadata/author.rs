//! Authors' names out of what pages write as byline.

use crate::article::Author;

/// Words before the name, in lower case. "By Jane Doe", "Von Hans Muster", "Text: ...".
const BEFORE: &[&str] = &[
    "written by",
    "posted by",
    "published by",
    "story by",
    "words by",
    "text by",
    "author:",
    "authors:",
    "author",
    "reported by",
    "reviewed by",
    "by:",
    "by",
    "von:",
    "von",
    "ein artikel von",
    "eine analyse von",
    "ein kommentar von",
    "interview:",
    "text:",
    "autor:",
    "autorin:",
    "autoren:",
    "par",
    "écrit par",
    "por:",
    "por",
    "autor",
    "publicado por",
    "di",
    "a cura di",
    "door",
    "geschreven door",
    "af",
    "av",
    "tekst:",
    "fra",
    "skrevet av",
    "автор:",
    "текст:",
    "opracował:",
    "napisał",
    "yazan:",
];

/// A piece behind the name with one of these words is a role; as the first piece, in company, it is a desk ("Staff of the Courier").
const ROLES: &[&str] = &[
    "editor",
    "editors",
    "correspondent",
    "reporter",
    "writer",
    "columnist",
    "contributor",
    "staff",
    "team",
    "redaktion",
    "redakteur",
    "redakteurin",
    "redacción",
    "rédaction",
    "redazione",
    "journalist",
    "photographer",
    "producer",
    "director",
    "manager",
    "newsroom",
    "professor",
    "phd",
    "md",
    "ceo",
    "founder",
    "senior",
    "chief",
    "political",
    "sports",
    "business",
    "digital",
];

/// With one of these words it is a command, a time or an account.
const NOISE: &[&str] = &[
    "admin",
    "administrator",
    "webmaster",
    "published",
    "updated",
    "follow",
    "subscribe",
    "comments",
    "comment",
    "read",
    "minutes",
    "min",
    "ago",
    "posted",
    "view",
    "more",
    "bio",
    "email",
    "e-mail",
    "twitter",
    "facebook",
    "share",
    "posts",
    "articles",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "am",
    "pm",
    "photo",
    "photos",
    "guest",
    "author",
    "authors",
    "unknown",
    "user",
    "learn",
    "about",
    "our",
];

const SEPARATORS: &[&str] = &[
    " and ", " und ", " et ", " y ", " e ", " en ", " og ", " och ", " & ", " with ", " mit ", ", ", ",", ";", "|", "/", " · ", " • ",
    " – ", " - ", " — ", "\u{a0}",
];

/// Names of one written byline, each once; empty when there is none.
pub fn names(byline: &str) -> Vec<String> {
    let mut pieces = vec![strip(byline).to_owned()];
    // Addresses and handles have slashes and dots: nothing to split.
    if byline.contains("://") || byline.len() > 300 {
        return Vec::new();
    }
    for separator in SEPARATORS {
        pieces = pieces.iter().flat_map(|p| p.split(separator)).map(str::to_owned).collect();
    }
    let mut out: Vec<String> = Vec::new();
    for (position, piece) in pieces.iter().enumerate() {
        let name = strip(piece)
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '|' | '-' | '*' | '(' | '"' | '“' | '”'))
            .trim_end_matches('.');
        let closed = name.trim_end_matches(')');
        let name = if name.contains('(') { name.split('(').next().unwrap_or("").trim() } else { closed };
        if is_name(name, position) && !out.iter().any(|o| o.eq_ignore_ascii_case(name)) {
            out.push(name.to_owned());
        }
    }
    out
}

fn strip(byline: &str) -> &str {
    let mut rest = byline.trim();
    for _ in 0..2 {
        let lower = rest.to_lowercase();
        let Some(word) = BEFORE.iter().filter(|w| lower.starts_with(**w)).max_by_key(|w| w.len()) else { break };
        // Lower case may change the length of exotic letters: then nothing is cut.
        let Some(after) = rest.get(word.len()..) else { break };
        if !word.ends_with(':') && !after.starts_with([' ', '\u{a0}', ':']) {
            break;
        }
        rest = after.trim_start_matches([' ', ':', '\u{a0}']);
    }
    rest
}

fn is_name(name: &str, position: usize) -> bool {
    let chars = name.chars().count();
    if !(2..=60).contains(&chars) || name.contains('@') || name.contains("www.") || name.contains("http") {
        return false;
    }
    if name.chars().any(|c| c.is_ascii_digit()) || !name.chars().any(char::is_alphabetic) {
        return false;
    }
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    if words.len() > 6 {
        return false;
    }
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.trim_matches(|c: char| !c.is_alphanumeric())));
    let role = has(ROLES) && (position > 0 || words.len() < 2);
    !role && !has(NOISE) && (position == 0 || words.len() > 1 || chars > 3)
}

/// Names of a shown line that begins as a byline ("By Jane Doe"): capitalised, of two to four words each.
pub fn shown(line: &str) -> Vec<String> {
    let lower = line.trim().to_lowercase();
    let begins = BEFORE.iter().any(|w| lower.strip_prefix(*w).is_some_and(|r| r.starts_with([' ', '\u{a0}', ':']) || w.ends_with(':')));
    if !begins || line.len() > 160 {
        return Vec::new();
    }
    let mut found = names(line);
    // A sentence may begin so too: "By the end of May".
    found.retain(|n| is_plain_name(n));
    found
}

/// Two to four words, each capitalised or a particle.
pub fn is_plain_name(name: &str) -> bool {
    const PARTICLES: &[&str] = &["de", "van", "von", "der", "den", "del", "la", "di", "da", "dos", "bin", "al", "el", "ter", "af", "zu"];
    let words: Vec<&str> = name.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|w| w.chars().next().is_some_and(char::is_uppercase) || PARTICLES.contains(w))
        && words[0].chars().next().is_some_and(char::is_uppercase)
}

/// Appends names that are not there yet.
pub fn merge(into: &mut Vec<Author>, names: Vec<String>, url: Option<String>) {
    for name in names {
        if into.len() < 20 && !into.iter().any(|a| a.name.to_lowercase() == name.to_lowercase()) {
            into.push(Author { name, url: url.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_are_split() {
        assert_eq!(names("By Jane Doe and John Roe"), ["Jane Doe", "John Roe"]);
        assert_eq!(names("Von Anna Muster, Max Beispiel"), ["Anna Muster", "Max Beispiel"]);
        assert_eq!(names("Written by: Ana María López"), ["Ana María López"]);
        assert_eq!(names("Vonda Byrne"), ["Vonda Byrne"]);
    }

    #[test]
    fn a_shown_byline_is_told_from_a_sentence() {
        assert_eq!(shown("By Jane Doe"), ["Jane Doe"]);
        assert_eq!(shown("Von Maria von der Heide und Jan Klee | 3. Mai"), ["Maria von der Heide", "Jan Klee"]);
        assert_eq!(shown("By the end of May all was lost."), Vec::<String>::new());
        assert_eq!(shown("Jane Doe went home"), Vec::<String>::new());
    }

    #[test]
    fn desks_are_names_when_alone() {
        assert_eq!(names("BR24 Redaktion"), Vec::<String>::new());
        assert_eq!(names("The Example Team"), ["The Example Team"]);
        assert_eq!(names("Redaktion"), Vec::<String>::new());
    }

    #[test]
    fn roles_addresses_and_times_are_no_names() {
        assert_eq!(names("Jane Doe, Political Correspondent"), ["Jane Doe"]);
        assert_eq!(names("jane@example.org"), Vec::<String>::new());
        assert_eq!(names("https://example.org/jane"), Vec::<String>::new());
        assert_eq!(names("admin"), Vec::<String>::new());
        assert_eq!(names("Jane Doe | March 3, 2024"), ["Jane Doe"]);
        assert_eq!(names("Jane Doe (Berlin)"), ["Jane Doe"]);
    }
}
