//! Which letters are meant.

use super::letter::Letter;
use crate::article::DeadReason;
use crate::cli::StartError;
use jiff::{SignedDuration, Timestamp};
use std::str::FromStr;

/// All that are given must hold; of several values of one any.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct Filter {
    /// Why it died, as in invalid_json; may be repeated
    #[arg(long, value_name = "REASON")]
    reason: Vec<String>,
    /// Where it died: clean or dedup
    #[arg(long, value_parser = ["clean", "dedup"])]
    stage: Option<String>,
    /// Host of its address, hosts below it included; may be repeated
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
    /// Topic that it first came from; may be repeated
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// Died at or after this time: 2026-03-01, 2026-03-01T08:00:00Z, or 30m, 12h, 7d ago
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Died before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only these, PARTITION/OFFSET as `ls` gives them; may be repeated
    #[arg(long, value_name = "LETTER")]
    letter: Vec<String>,
}

/// A filter whose values are understood.
pub(super) struct Checked<'a> {
    filter: &'a Filter,
    pub since: Option<i64>,
    until: Option<i64>,
}

impl Filter {
    pub(super) fn checked(&self) -> Result<Checked<'_>, StartError> {
        let known = DeadReason::ALL.map(DeadReason::name);
        if let Some(unknown) = self.reason.iter().find(|r| !known.contains(&r.as_str())) {
            return Err(StartError(format!("--reason {unknown}: there are {}", known.join(", "))));
        }
        let time = |name: &str, text: &Option<String>| text.as_deref().map(|t| super::super::options::time(name, t)).transpose();
        Ok(Checked { filter: self, since: time("--since", &self.since)?, until: time("--until", &self.until)? })
    }
}

impl Checked<'_> {
    pub(super) fn means(&self, letter: &Letter) -> bool {
        let f = self.filter;
        let any = |values: &[String], found: &str| values.is_empty() || values.iter().any(|v| v == found);
        let time = letter.record.timestamp.unwrap_or(i64::MAX);
        any(&f.reason, letter.of("reason"))
            && f.stage.as_deref().is_none_or(|s| s == letter.of("stage"))
            && any(&f.topic, letter.first_topic())
            && any(&f.letter, &letter.place())
            && self.since.is_none_or(|s| time >= s)
            && self.until.is_none_or(|u| time < u)
            && (f.host.is_empty() || letter.host().is_some_and(|host| f.host.iter().any(|h| below(&host, h))))
    }
}

fn below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// `30m`, `12h`, `7d`: before now.
pub(in crate::cli) fn ago(text: &str, now: Timestamp) -> Option<Timestamp> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = i64::from(u32::from_str(number).ok()?).checked_mul(match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    })?;
    now.checked_sub(SignedDuration::from_secs(seconds)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Header, Record};

    fn letter() -> Letter {
        let header = |n: &'static str, v: &str| Header::new(n, v.as_bytes());
        let headers = vec![
            header("feedmill.dead.reason", "too_large"),
            header("feedmill.dead.stage", "clean"),
            header("feedmill.dead.topic", "pages"),
        ];
        let value = Some(br#"{"url": "https://www.a.test/x"}"#.to_vec());
        Letter::new(Record { topic: "dead".into(), partition: 0, offset: 5, timestamp: Some(1000), key: None, value, headers })
    }

    #[test]
    fn all_conditions_must_hold() {
        let none = Filter::default();
        let with = |change: fn(&mut Filter)| {
            let mut filter = none.clone();
            change(&mut filter);
            filter.checked().map(|f| f.means(&letter())).unwrap()
        };
        assert!(with(|_| {}));
        assert!(with(|f| f.reason = vec!["panic".into(), "too_large".into()]));
        assert!(!with(|f| f.reason = vec!["panic".into()]));
        assert!(
            with(|f| f.host = vec!["a.test".into()])
                && !with(|f| f.host = vec!["b.test".into()])
                && !with(|f| f.host = vec!["ww.a.test".into()])
        );
        assert!(with(|f| f.until = Some("1970-01-01T00:00:01.5Z".into())) && !with(|f| f.until = Some("1970-01-01T00:00:01Z".into())));
        assert!(with(|f| f.since = Some("1970-01-01T00:00:01Z".into())) && !with(|f| f.since = Some("1970-01-01T00:00:02Z".into())));
        assert!(with(|f| f.letter = vec!["0/5".into()]) && !with(|f| f.letter = vec!["0/6".into()]));
        assert!(!with(|f| f.stage = Some("dedup".into())));
        assert!(with(|f| f.topic = vec!["pages".into()]) && !with(|f| f.topic = vec!["other".into()]));
        let wrong = Filter { reason: vec!["too_big".into()], ..none.clone() };
        assert!(wrong.checked().err().unwrap().0.contains("too_large"));
    }

    #[test]
    fn times_before_now() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        assert_eq!(ago("12h", now).unwrap().to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(ago("90s", now).unwrap().to_string(), "2026-03-01T11:58:30Z");
        for wrong in ["", "h", "12", "12w", "-1h", "ü"] {
            assert!(ago(wrong, now).is_none(), "{wrong}");
        }
    }
}
