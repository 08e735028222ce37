//! Authors' names out of what pages write as byline.

use crate::article::Author;
use crate::clean::dates::{months, weekdays};

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
    "foto:",
    "ein gastbeitrag von",
    "eine kolumne von",
    "redactado por",
    "escrito por",
    "texto:",
    "testo:",
    "testo di",
    "scritto da",
    "articolo di",
    "texte :",
    "propos recueillis par",
    "tekst",
    "text",
    "av:",
    "af:",
    "skriven av",
    "skrevet af",
    "publicerad av",
    "kirjoittanut",
    "teksti:",
    "autorka:",
    "autorzy:",
    "tekst i zdjęcia:",
    "przygotował",
    "napsal",
    "napsala",
    "szerző:",
    "írta:",
    "de:",
    "autori:",
    "scris de",
    "автор",
    "авторы:",
    "автори:",
    "yazar:",
    "haber:",
    "penulis:",
    "oleh",
    "oleh:",
    "reporter:",
    "tác giả:",
    "بقلم",
    "بقلم:",
    "كتب:",
    "كتب",
    "מאת",
    "文/",
    "作者：",
    "作者:",
    "記者",
    "记者",
    "撰文：",
    "取材・文",
    "文・",
    "글",
    "edited by",
    "medically reviewed by",
    "contributed by",
    "contributors:",
    "contributor:",
    "autora:",
    "interview by",
    "review by",
    "photos by",
    "as told to",
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
    "autos",
    "freelance",
    "freelancer",
    "cofounder",
    "co-founder",
    "owner",
    "president",
    "specialist",
    "expert",
    "strategist",
    "consultant",
    "analyst",
    "researcher",
    "marketing",
    "contributing",
    "deputy",
    "associate",
    "assistant",
    "managing",
    "executive",
    "head",
    "korrespondent",
    "korrespondentin",
    "reporterin",
    "autorin",
    "volontär",
    "volontärin",
    "chefredakteur",
    "chefredakteurin",
    "ressortleiter",
    "ressortleiterin",
    "journaliste",
    "correspondant",
    "correspondante",
    "periodista",
    "corresponsal",
    "redactor",
    "redactora",
    "redator",
    "jornalista",
    "giornalista",
    "inviato",
    "redacteur",
    "verslaggever",
    "redaktør",
    "redaktör",
    "toimittaja",
    "dziennikarz",
    "dziennikarka",
    "redaktor",
    "redaktorka",
    "корреспондент",
    "журналист",
    "редактор",
    "muhabir",
    "muhabiri",
    "editör",
    "기자",
    "특파원",
    "記者",
];

/// With one of these words it is a command, a time or an account.
const NOISE: &[&str] = &[
    "written",
    "sign",
    "login",
    "your",
    "name",
    "null",
    "none",
    "undefined",
    "anonymous",
    "default",
    "super",
    "contributors",
    "loading",
    "uhr",
    "aktualisiert",
    "veröffentlicht",
    "lesezeit",
    "kommentare",
    "mehr",
    "publié",
    "lecture",
    "actualizado",
    "publicado",
    "comentarios",
    "leggi",
    "lees",
    "archive",
    "website",
    "linkedin",
    "instagram",
    "youtube",
    "newsletter",
    "contact",
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
    // Addresses and handles have slashes and dots: nothing to split.
    if byline.contains("://") || byline.len() > 300 {
        return Vec::new();
    }
    let mut pieces = vec![strip(byline)];
    for separator in SEPARATORS.iter().filter(|s| byline.contains(**s)) {
        pieces = pieces.iter().flat_map(|p| p.split(separator)).collect();
    }
    let mut out: Vec<String> = Vec::new();
    for (position, piece) in pieces.iter().enumerate() {
        let name = strip(piece)
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '|' | '-' | '*' | '(' | '"' | '“' | '”' | '&' | '•'))
            .trim_end_matches('.');
        let closed = name.trim_end_matches(')');
        let name = if name.contains('(') { name.split('(').next().unwrap_or("").trim() } else { closed };
        let name = without_role(name);
        if is_name(name, position) && !out.iter().any(|o| o.eq_ignore_ascii_case(name)) {
            out.push(name.to_owned());
        }
    }
    out
}

fn strip(byline: &str) -> &str {
    let mut rest = byline.trim();
    for _ in 0..2 {
        let lower = head(rest);
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

/// No entry of [`BEFORE`] has more characters.
const HEAD: usize = 32;

/// The begin of a line in lower case, as far as [`BEFORE`] goes.
fn head(line: &str) -> String {
    let end = line.char_indices().nth(HEAD).map_or(line.len(), |(at, _)| at);
    line[..end].to_lowercase()
}

/// Words of roles that names of desks and firms hold too: they end no name.
const OF_DESKS: &[&str] = &[
    "team",
    "staff",
    "newsroom",
    "editors",
    "editor",
    "marketing",
    "business",
    "digital",
    "sports",
    "political",
    "redaktion",
    "redazione",
    "redacción",
    "rédaction",
    "md",
    "phd",
    "expert",
    "head",
];

/// "Jane Doe Senior Reporter", "박준석 기자" and "Jane Doe Dec" without what follows the name.
fn without_role(name: &str) -> &str {
    let mut end = 0;
    let desk =
        name.split(' ').next().is_some_and(|w| w.eq_ignore_ascii_case("the") || w.len() > 2 && w.bytes().all(|b| b.is_ascii_uppercase()));
    for (n, word) in name.split_whitespace().enumerate() {
        let start = word.as_ptr() as usize - name.as_ptr() as usize;
        let lower = word.to_lowercase();
        let role = !desk && ROLES.contains(&lower.as_str()) && !OF_DESKS.contains(&lower.as_str());
        let unspaced = n == 1 && !word.is_ascii() && !word.chars().any(|c| c.is_lowercase() || c.is_uppercase());
        let date = n >= 2 && (months::named(word).is_some() || weekdays::named(word).is_some());
        if role && (n >= 2 || unspaced) || date {
            return name[..end].trim();
        }
        end = start + word.len();
    }
    name
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
    let date = words.iter().all(|w| months::named(w).is_some() || weekdays::named(w).is_some());
    // Degrees behind a name: "Jane Doe, MS, RD, FAND".
    let degree = position > 0 && words.len() == 1 && name.chars().all(|c| c.is_uppercase() || c == '.');
    !role && !date && !degree && !has(NOISE) && (position == 0 || words.len() > 1 || chars > 3)
}

/// Names of a shown line that begins as a byline ("By Jane Doe"): capitalised, of two to four words each.
pub fn shown(line: &str) -> Vec<String> {
    if line.len() > 160 {
        return Vec::new();
    }
    let lower = head(line.trim());
    if !BEFORE.iter().any(|w| lower.strip_prefix(*w).is_some_and(|r| r.starts_with([' ', '\u{a0}', ':']) || w.ends_with(':'))) {
        return Vec::new();
    }
    let mut found = names(line);
    // A sentence may begin so too: "By the end of May".
    found.retain(|n| is_plain_name(n));
    found
}

/// Two to four words, each capitalised or a particle. Scripts without capitals have names of two to four words, or of two to five
/// letters where names are written without a blank.
pub fn is_plain_name(name: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "de", "van", "von", "der", "den", "del", "la", "le", "di", "da", "do", "dos", "das", "bin", "ibn", "al", "el", "ter", "ten", "af",
        "zu", "y",
    ];
    let words: Vec<&str> = name.split_whitespace().collect();
    if !name.chars().any(|c| c.is_lowercase() || c.is_uppercase()) {
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        return (2..=4).contains(&words.len()) && letters <= 30 || words.len() == 1 && (2..=5).contains(&letters);
    }
    (2..=4).contains(&words.len())
        && words.iter().all(|w| w.chars().next().is_some_and(char::is_uppercase) || PARTICLES.contains(w))
        && words[0].chars().next().is_some_and(char::is_uppercase)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '‐' | '.' | '\'' | '’' | 'ʼ' | '\u{300}'..='\u{36f}'))
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
    fn no_word_before_a_name_is_longer_than_what_is_looked_at() {
        // One more character is looked at behind it.
        assert!(BEFORE.iter().all(|w| w.chars().count() < HEAD && !w.contains(['σ', 'ς'])));
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
    fn roles_behind_a_name_go() {
        assert_eq!(names("Keith Berry Senior Autos Reporter"), ["Keith Berry"]);
        assert_eq!(names("박준석 기자"), ["박준석"]);
        assert_eq!(names("Jane Doe Dec"), ["Jane Doe"]);
        assert_eq!(names("April Fulton"), ["April Fulton"]);
        assert_eq!(names("The Example Team"), ["The Example Team"]);
        assert_eq!(names("Jane Doe, MS, RD"), ["Jane Doe"]);
        assert_eq!(names("Your Name"), Vec::<String>::new());
        assert_eq!(names("May"), Vec::<String>::new());
        assert_eq!(shown("Oleh Budi Santoso"), ["Budi Santoso"]);
        assert_eq!(shown("Автор: Иван Иванов"), ["Иван Иванов"]);
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
