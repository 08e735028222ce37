//! Reads the files of taxonomies. Every mistake is told with file, line and what was expected.

use super::{MOST_WORDS, Named, OwnPlace, Phrase, Rule, Target, Taxonomies, rule};
use crate::tag::fold;
use serde::Deserialize;
use toml::Spanned;

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    term: Vec<Spanned<Term>>,
    #[serde(default)]
    rule: Vec<Spanned<RuleRow>>,
    #[serde(default)]
    place: Vec<Spanned<PlaceRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Term {
    code: String,
    label: Option<String>,
    phrases: Vec<Spanned<String>>,
    /// Only where it is written exactly so.
    #[serde(default)]
    exact: bool,
    #[serde(default)]
    title_only: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    code: String,
    label: Option<String>,
    when: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceRow {
    name: String,
    /// Other spellings.
    #[serde(default)]
    phrases: Vec<Spanned<String>>,
    geonames_id: Option<u32>,
    country: Option<String>,
    admin1: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
}

/// Reads files (name, content); the name's ending says what it is: `.toml` or `.csv`. All mistakes are told at once.
pub fn read(files: &[(String, String)]) -> Result<Taxonomies, Vec<Problem>> {
    let mut out = Taxonomies::default();
    let mut problems = Vec::new();
    for (name, content) in files {
        let mut reader = Reader { out: &mut out, problems: &mut problems, name, content };
        reader.out.files.push(name.clone());
        if name.ends_with(".csv") {
            reader.csv();
        } else if name.ends_with(".toml") {
            reader.toml();
        } else {
            reader.problem(1, "a taxonomy is a .toml or a .csv file".into());
        }
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

struct Reader<'a> {
    out: &'a mut Taxonomies,
    problems: &'a mut Vec<Problem>,
    name: &'a str,
    content: &'a str,
}

impl Reader<'_> {
    fn problem(&mut self, line: usize, message: String) {
        self.problems.push(Problem { file: self.name.to_owned(), line, message });
    }

    fn line(&self, byte: usize) -> usize {
        1 + self.content.as_bytes()[..byte.min(self.content.len())].iter().filter(|b| **b == b'\n').count()
    }

    fn toml(&mut self) {
        let document: Document = match toml::from_str(self.content) {
            Ok(document) => document,
            Err(e) => {
                let line = self.line(e.span().map_or(0, |s| s.start));
                return self.problem(line, e.message().to_owned());
            }
        };
        for term in document.term {
            let line = self.line(term.span().start);
            let term = term.into_inner();
            if term.phrases.is_empty() {
                self.problem(line, format!("term {:?} has no phrases", term.code));
            }
            let Some(at) = self.term(&term.code, term.label.as_deref(), line) else { continue };
            for phrase in term.phrases {
                let line = self.line(phrase.span().start);
                self.phrase(phrase.get_ref(), term.exact, term.title_only, Target::Term(at), line);
            }
        }
        for row in document.rule {
            let line = self.line(row.span().start);
            let row = row.into_inner();
            self.rule(&row, line);
        }
        for row in document.place {
            let line = self.line(row.span().start);
            let row = row.into_inner();
            self.own_place(row, line);
        }
    }

    fn term(&mut self, code: &str, label: Option<&str>, line: usize) -> Option<usize> {
        let code = self.code(code, line)?;
        let label = label.unwrap_or(&code).to_owned();
        match self.out.terms.iter().position(|t| t.code == code) {
            Some(at) => Some(at),
            None => {
                self.out.terms.push(Named { code, label });
                Some(self.out.terms.len() - 1)
            }
        }
    }

    fn code(&mut self, code: &str, line: usize) -> Option<String> {
        let code = code.trim();
        let message = if code.is_empty() || code.len() > 100 || code.chars().any(|c| c.is_whitespace() || c.is_control()) {
            format!("{code:?} is no code: 1 to 100 characters without blanks, such as \"desk:shipping\"")
        } else if code.starts_with("medtop:") {
            format!("{code:?}: medtop codes are IPTC's; take a prefix of your own")
        } else {
            return Some(code.to_owned());
        };
        self.problem(line, message);
        None
    }

    fn rule(&mut self, row: &RuleRow, line: usize) {
        let Some(code) = self.code(&row.code, line) else { return };
        let at = self.line(row.when.span().start);
        let compiled = match rule::compile(row.when.get_ref()) {
            Ok(compiled) => compiled,
            Err((byte, message)) => {
                let near: String = row.when.get_ref()[byte..].chars().take(20).collect();
                let near = if near.is_empty() { "at the end".into() } else { format!("at `{near}`") };
                return self.problem(at, format!("rule {code:?}: {message}, {near}"));
            }
        };
        let number = self.out.rules.len();
        let label = row.label.clone().unwrap_or_else(|| code.clone());
        let operands = compiled.operands.len();
        let from = (self.out.files.len() - 1, at);
        self.out.rules.push(Rule { tag: Named { code, label }, steps: compiled.steps, operands, from });
        for (n, operand) in compiled.operands.into_iter().enumerate() {
            self.phrase(&operand.phrase, false, operand.title_only, Target::Operand(number, n), at);
        }
    }

    fn own_place(&mut self, row: PlaceRow, line: usize) {
        if row.lat.is_some_and(|l| !(-90.0..=90.0).contains(&l)) || row.lon.is_some_and(|l| !(-180.0..=180.0).contains(&l)) {
            return self.problem(line, format!("place {:?}: lat is within -90 and 90, lon within -180 and 180", row.name));
        }
        if row.country.as_deref().is_some_and(|c| c.len() != 2 || !c.bytes().all(|b| b.is_ascii_uppercase())) {
            return self.problem(line, format!("place {:?}: country is an ISO 3166-1 code of two capitals", row.name));
        }
        let number = self.out.places.len();
        self.phrase(&row.name, false, false, Target::Place(number), line);
        for phrase in &row.phrases {
            let line = self.line(phrase.span().start);
            self.phrase(phrase.get_ref(), false, false, Target::Place(number), line);
        }
        let PlaceRow { name, geonames_id, country, admin1, lat, lon, .. } = row;
        self.out.places.push(OwnPlace { name, geonames_id, country, admin1, lat, lon });
    }

    fn phrase(&mut self, text: &str, exact: bool, title_only: bool, target: Target, line: usize) {
        let text = text.trim();
        match fold::words(text).len() {
            0 => self.problem(line, format!("{text:?}: a phrase needs a letter or digit")),
            n if n > MOST_WORDS => self.problem(line, format!("{text:?}: a phrase has at most {MOST_WORDS} words")),
            _ => {
                let from = (self.out.files.len() - 1, line);
                self.out.add(Phrase { text: text.to_owned(), exact, title_only, target, from });
            }
        }
    }

    /// `code,label,phrase` with a header; cells may be quoted.
    fn csv(&mut self) {
        let rows = cells(self.content);
        let mut rows = rows.into_iter();
        let header: Vec<String> = rows.next().map(|r| r.1.iter().map(|c| c.trim().to_ascii_lowercase()).collect()).unwrap_or_default();
        let column = |name: &str| header.iter().position(|h| h == name);
        let (Some(code), Some(phrase)) = (column("code"), column("phrase")) else {
            return self.problem(1, "the first line must name the columns `code` and `phrase`; `label` is optional".into());
        };
        if let Some(unknown) = header.iter().find(|h| !matches!(h.as_str(), "code" | "label" | "phrase")) {
            return self.problem(1, format!("unknown column {unknown:?}; there are `code`, `label` and `phrase`"));
        }
        let label = column("label");
        for (line, row) in rows {
            if row.len() != header.len() {
                self.problem(line, format!("{} cells where the header has {}", row.len(), header.len()));
                continue;
            }
            let label = label.map(|l| row[l].trim()).filter(|l| !l.is_empty());
            if let Some(at) = self.term(&row[code], label, line) {
                self.phrase(&row[phrase], false, false, Target::Term(at), line);
            }
        }
    }
}

/// Lines of cells with the number of the line where each begins (RFC 4180). Blank lines and lines that begin with `#` are left out.
fn cells(content: &str) -> Vec<(usize, Vec<String>)> {
    let mut out = Vec::new();
    let mut row = vec![String::new()];
    let (mut quoted, mut line, mut began) = (false, 1, 1);
    let mut chars = content.strip_prefix('\u{feff}').unwrap_or(content).chars().peekable();
    while let Some(c) = chars.next() {
        let cell = row.len() - 1;
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                row[cell].push('"');
            }
            '"' if quoted => quoted = false,
            '"' if row[cell].trim().is_empty() => {
                row[cell].clear();
                quoted = true;
            }
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => {
                out.push((began, std::mem::replace(&mut row, vec![String::new()])));
                line += 1;
                began = line;
            }
            '\r' if !quoted => {}
            c => {
                line += usize::from(c == '\n');
                row[cell].push(c);
            }
        }
    }
    out.push((began, row));
    out.retain(|(_, row)| !(row[0].starts_with('#') || row.len() == 1 && row[0].trim().is_empty()));
    out
}
