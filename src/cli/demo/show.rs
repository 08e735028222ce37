//! The fates as people read them on a terminal, or as JSON Lines.

use super::fates::Fate;
use super::pages::Sample;
use crate::article::Outcome;
use console::{pad_str, style, truncate_str};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;

/// Where the rows go, and what has to be remembered between them.
pub struct Show<W> {
    out: W,
    form: Form,
    /// Number of the page that made an article, by the article's id.
    numbers: HashMap<String, usize>,
    counts: [usize; Outcome::ALL.len()],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people, so many columns wide.
    Table { width: usize },
    /// One object a page.
    JsonLines,
}

const NUMBER: usize = 3;
const WHAT: usize = 44;
const OUTCOME: usize = 10;
/// Below this the page's kind goes to a line of its own.
const NARROW: usize = 120;

impl<W: Write> Show<W> {
    pub fn new(out: W, form: Form) -> Self {
        Self { out, form, numbers: HashMap::new(), counts: [0; Outcome::ALL.len()] }
    }

    pub fn head(&mut self, samples: usize) -> std::io::Result<()> {
        if let Form::Table { .. } = self.form {
            writeln!(
                self.out,
                "{} {samples} page events from an embedded broker, through both loops of the real worker.\n",
                style("feedmill demo:").bold()
            )?;
        }
        Ok(())
    }

    /// One page; `number` counts from 1.
    pub fn fate(&mut self, number: usize, sample: &Sample, fate: &Fate) -> std::io::Result<()> {
        if let Some(at) = Outcome::ALL.iter().position(|o| *o == fate.outcome.outcome) {
            self.counts[at] += 1;
        }
        if let Some(id) = fate.record["id"].as_str() {
            self.numbers.entry(id.to_owned()).or_insert(number);
        }
        match self.form {
            Form::Table { width } => self.row(number, sample, fate, width),
            Form::JsonLines => {
                let line = json!({"sample": number, "what": sample.what, "outcome": fate.outcome, "record": fate.record});
                writeln!(self.out, "{line}")
            }
        }?;
        self.out.flush()
    }

    fn row(&mut self, number: usize, sample: &Sample, fate: &Fate, width: usize) -> std::io::Result<()> {
        let number = pad_str(&number.to_string(), NUMBER, console::Alignment::Right, None).into_owned();
        let outcome = pad_str(fate.outcome.outcome.name(), OUTCOME, console::Alignment::Left, None).into_owned();
        let outcome = painted(fate.outcome.outcome, &outcome);
        let indent = if width < NARROW {
            writeln!(self.out, "{} {}", style(&number).dim(), style(sample.what).dim())?;
            NUMBER + 1
        } else {
            let what = pad_str(sample.what, WHAT, console::Alignment::Left, Some("…"));
            write!(self.out, "{} {what} ", style(&number).dim())?;
            NUMBER + WHAT + 2
        };
        let lead = if width < NARROW { " ".repeat(indent) } else { String::new() };
        let room = width.saturating_sub(indent + OUTCOME + 1).max(20);
        let mut lines = self.told(sample, fate).into_iter();
        let first = lines.next().unwrap_or_default();
        writeln!(self.out, "{lead}{outcome} {}", truncate_str(&first, room, "…"))?;
        for line in lines {
            writeln!(self.out, "{}{}", " ".repeat(indent + OUTCOME + 1), style(truncate_str(&line, room, "…")).dim())?;
        }
        Ok(())
    }

    /// What there is to tell of a page: the first line, then finer print.
    fn told(&self, sample: &Sample, fate: &Fate) -> Vec<String> {
        let record = &fate.record;
        match fate.outcome.outcome {
            Outcome::New | Outcome::Revision | Outcome::Replaced => {
                let mut lines = vec![title(record), particulars(record)];
                lines.extend(related(record));
                lines
            }
            Outcome::Duplicate => {
                let of = record["duplicate_of"].as_str().unwrap_or_default();
                let root = self.numbers.get(of).map_or_else(|| of.to_owned(), |n| format!("page {n}"));
                let share = record["containment"].as_f64().unwrap_or_default() * 100.0;
                vec![format!("{} copy of {root}: {share:.0} % of it is in there", text(record, "kind"))]
            }
            Outcome::Skipped => vec![reason(fate).to_owned()],
            Outcome::Dead => vec![reason(fate).to_owned(), text(record, "message").to_owned()],
            Outcome::Unchanged => vec!["nothing to publish".into()],
            Outcome::Late => vec!["a later fetch is known".into()],
            Outcome::Removed => {
                let number = fate.outcome.article_id.as_ref().and_then(|id| self.numbers.get(id));
                let whose = number.map_or_else(|| sample.what.to_owned(), |n| format!("the article of page {n}"));
                vec![format!("{whose} gets a null value; its address is blocked")]
            }
        }
    }

    /// The sum, what was shown and what to do next.
    pub fn close(&mut self, seconds: f64) -> std::io::Result<()> {
        let Form::Table { .. } = self.form else { return self.out.flush() };
        let pages: usize = self.counts.iter().sum();
        let sum: Vec<String> =
            Outcome::ALL.iter().zip(self.counts).filter(|(_, n)| *n > 0).map(|(o, n)| format!("{n} {}", o.name())).collect();
        writeln!(self.out, "\n{}", style(format!("{pages} pages in, {pages} fates in {seconds:.1} s: {}.", sum.join(", "))).bold())?;
        writeln!(self.out, "{}", closing(&std::env::args().next().unwrap_or_else(|| "feedmill".into())))?;
        self.out.flush()
    }
}

/// The last words. `program` is what was typed, so that the commands can be copied.
fn closing(program: &str) -> String {
    format!(
        "
The loops and stages were the real ones. The embedded broker only says yes to transactions, so exactly once is not proven here;
the tests prove it on real Kafka, with kills in the middle (tests/run).

Next:
  {program} demo | head -1                  a whole record, as JSON
  {program} process pages.jsonl             clean your own saved pages, without a broker
  {program} run --config feedmill.toml      work on your topic; README.md has the five lines of configuration"
    )
}

fn painted(outcome: Outcome, text: &str) -> String {
    let styled = match outcome {
        Outcome::New => style(text).green(),
        Outcome::Revision | Outcome::Replaced => style(text).cyan(),
        Outcome::Duplicate => style(text).yellow(),
        Outcome::Unchanged | Outcome::Late | Outcome::Skipped => style(text).dim(),
        Outcome::Removed => style(text).magenta(),
        Outcome::Dead => style(text).red(),
    };
    styled.to_string()
}

fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record[field].as_str().unwrap_or_default()
}

fn reason(fate: &Fate) -> &str {
    fate.outcome.reason.as_deref().unwrap_or_default()
}

fn title(record: &Value) -> String {
    match record["title"].as_str() {
        Some(title) => title.to_owned(),
        None => format!("(no title on the page) {}", text(record, "text")),
    }
}

/// Language, date, authors, place, words, revision: what is known of them.
fn particulars(record: &Value) -> String {
    let names = |field: &str| -> Vec<&str> {
        record[field].as_array().map(|a| a.iter().filter_map(|v| v["name"].as_str()).collect()).unwrap_or_default()
    };
    let language = record["language"]["code"].as_str().or(record["language"]["declared"].as_str());
    let date = record["published_at"].as_str().map(|d| d.get(..10).unwrap_or(d));
    let authors = names("authors").join(", ");
    let words = record["size"]["words"].as_u64().filter(|n| *n > 0).map(|n| format!("{n} words"));
    let revision = record["revision"].as_u64().filter(|n| *n > 1).map(|n| format!("revision {n}"));
    let dateline = record["dateline"]["place"].as_str();
    let parts = [
        language.map(str::to_owned),
        date.map(str::to_owned),
        dateline.map(str::to_owned),
        Some(authors).filter(|a| !a.is_empty()),
        words,
        revision,
        record["site"]["domain"].as_str().map(str::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The teasers of other stories that were kept out of the text.
fn related(record: &Value) -> Option<String> {
    let teasers = record["related"].as_array().filter(|a| !a.is_empty())?;
    let first = teasers[0]["title"].as_str().unwrap_or_default();
    Some(format!("{} teasers kept apart, the first: {first}", teasers.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::outcome::{Coordinates, OutcomeRecord};

    fn fate(outcome: Outcome, reason: Option<&str>, record: Value) -> Fate {
        Fate {
            outcome: OutcomeRecord {
                schema: "feedmill.outcome/1".into(),
                event_id: None,
                source: Coordinates { topic: "t".into(), partition: 0, offset: 0, item: 0 },
                outcome,
                reason: reason.map(str::to_owned),
                article_id: record["id"].as_str().map(str::to_owned),
                revision: None,
                duplicate_of: None,
            },
            record,
        }
    }

    fn shown(form: Form, fates: &[Fate]) -> String {
        let sample = Sample { what: "a page", value: None, expected: (Outcome::New, None) };
        let mut bytes = Vec::new();
        let mut show = Show::new(&mut bytes, form);
        show.head(fates.len()).unwrap();
        for (at, fate) in fates.iter().enumerate() {
            show.fate(at + 1, &sample, fate).unwrap();
        }
        show.close(1.25).unwrap();
        console::strip_ansi_codes(std::str::from_utf8(&bytes).unwrap()).into_owned()
    }

    fn article() -> Value {
        json!({"id": "a1", "revision": 2, "title": "A bridge", "language": {"code": "en"}, "published_at": "2026-05-11T05:40:00Z",
               "authors": [{"name": "Ana Ruiz"}, {"name": "Tom B"}], "size": {"words": 250}, "site": {"domain": "courier.example"},
               "related": [{"title": "Otters"}], "dateline": null})
    }

    #[test]
    fn a_table_tells_of_the_article_and_of_its_copy() {
        let copy = json!({"duplicate_of": "a1", "kind": "near", "containment": 0.984});
        let text = shown(Form::Table { width: 140 }, &[fate(Outcome::Revision, None, article()), fate(Outcome::Duplicate, None, copy)]);
        assert!(text.contains("en · 2026-05-11 · Ana Ruiz, Tom B · 250 words · revision 2 · courier.example\n"), "{text}");
        assert!(text.contains("1 teasers kept apart, the first: Otters"), "{text}");
        assert!(text.contains("near copy of page 1: 98 % of it is in there"), "{text}");
        assert!(text.contains("2 pages in, 2 fates in 1.2 s: 1 revision, 1 duplicate."), "{text}");
    }

    #[test]
    fn no_line_of_a_row_is_wider_than_the_terminal() {
        let mut wide = article();
        wide["title"] = "山あいの駅舎、図書館に生まれ変わる".repeat(5).into();
        let dead = fate(Outcome::Dead, Some("invalid_json"), json!({"message": "m".repeat(300)}));
        for width in [60, 100, 140] {
            let text = shown(Form::Table { width }, &[fate(Outcome::New, None, wide.clone()), dead.clone()]);
            let rows = text.split("\n\n").nth(1).unwrap();
            assert!(rows.lines().all(|l| console::measure_text_width(l) <= width), "{width}:\n{rows}");
        }
    }

    #[test]
    fn json_lines_hold_the_whole_record_and_nothing_else() {
        let text = shown(Form::JsonLines, &[fate(Outcome::New, None, article()), fate(Outcome::Skipped, Some("tombstone"), Value::Null)]);
        let lines: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["record"], article());
        assert_eq!(
            (&lines[1]["sample"], &lines[1]["outcome"]["reason"], &lines[1]["record"]),
            (&json!(2), &json!("tombstone"), &Value::Null)
        );
    }
}
