//! Points in time as crawlers write them: ISO 8601 with and without zone, epochs of four units, HTTP dates, Java's `Date.toString`, and the
//! run of digits of the archive world. Without a zone it is UTC.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use serde_json::Value;

/// Milliseconds since 1970-01-01 UTC.
pub(super) fn of_value(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n.as_i64().or_else(|| n.as_f64().filter(|x| x.abs() < 9e15).map(|x| x as i64)).and_then(epoch),
        Value::String(text) => of_text(text),
        _ => None,
    }
}

/// Milliseconds since 1970-01-01 UTC.
pub(super) fn of_text(text: &str) -> Option<i64> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return match text.len() {
            // Heritrix and the CDX indexes write `yyyyMMddHHmmss`, with milliseconds behind; as epochs these would lie beyond the year 5000.
            14 | 17 => digits(text),
            _ => epoch(text.parse().ok()?),
        };
    }
    iso(text).or_else(|| http_date(text)).or_else(|| java_date(text))
}

fn iso(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_millisecond());
    }
    // A civil time is tried second: its parser reads over an offset, which must not be lost.
    text.parse::<DateTime>().ok().and_then(in_utc)
}

fn in_utc(civil: DateTime) -> Option<i64> {
    civil.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp().as_millisecond())
}

/// Seconds, milliseconds, microseconds or nanoseconds, by size: what lies between 1973 and 5138 in each unit.
fn epoch(n: i64) -> Option<i64> {
    match n.unsigned_abs() {
        0..100_000_000_000 => n.checked_mul(1000),
        100_000_000_000..100_000_000_000_000 => Some(n),
        100_000_000_000_000..100_000_000_000_000_000 => Some(n / 1000),
        _ => Some(n / 1_000_000),
    }
    .filter(|ms| jiff::Timestamp::from_millisecond(*ms).is_ok())
}

fn digits(text: &str) -> Option<i64> {
    let part = |from: usize, to: usize| text[from..to].parse::<i16>().ok();
    let small = |from: usize| part(from, from + 2).and_then(|n| i8::try_from(n).ok());
    let millis = if text.len() == 17 { i32::from(part(14, 17)?) } else { 0 };
    let civil = DateTime::new(part(0, 4)?, small(4)?, small(6)?, small(8)?, small(10)?, small(12)?, millis * 1_000_000).ok()?;
    in_utc(civil)
}

fn http_date(text: &str) -> Option<i64> {
    let text = text.strip_suffix("GMT").or_else(|| text.strip_suffix("UTC"));
    let text = text.map_or_else(|| None, |t| Some(format!("{t}+0000")))?;
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(&text).ok().map(|t| t.as_millisecond())
}

/// Abbreviations of zones that Java writes on servers, in hours. Ambiguous ones mean what Java means by them.
const ZONES: &[(&str, i8)] = &[
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("BST", 1),
    ("CET", 1),
    ("WEST", 1),
    ("CEST", 2),
    ("EET", 2),
    ("EEST", 3),
    ("MSK", 3),
    ("JST", 9),
    ("KST", 9),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Thu Jul 23 10:00:00 UTC 2026`
fn java_date(text: &str) -> Option<i64> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [_, month, day, time, zone, year] = words[..] else { return None };
    let month = i8::try_from(MONTHS.iter().position(|m| *m == month)? + 1).ok()?;
    let mut clock = time.split(':').map(|p| p.parse::<i8>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let civil = DateTime::new(year.parse().ok()?, month, day.parse().ok()?, hour, minute, second, 0).ok()?;
    let hours = ZONES.iter().find(|(name, _)| *name == zone)?.1;
    Some(Offset::from_hours(hours).ok()?.to_timestamp(civil).ok()?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_moment_in_every_way_of_writing() {
        let seconds = 1_784_800_800;
        for value in [
            json!("2026-07-23T10:00:00Z"),
            json!("2026-07-23T12:00:00+02:00"),
            json!("2026-07-23T10:00:00.000+0000"),
            json!("2026-07-23T10:00:00"),
            json!("2026-07-23T10:00:00.000000"),
            json!("2026-07-23 10:00:00"),
            json!("Thu, 23 Jul 2026 10:00:00 GMT"),
            json!("Thu Jul 23 10:00:00 UTC 2026"),
            json!("Thu Jul 23 12:00:00 CEST 2026"),
            json!("20260723100000"),
            json!("20260723100000000"),
            json!(seconds),
            json!(seconds as f64),
            json!(seconds * 1000),
            json!(seconds * 1_000_000),
            json!(seconds * 1_000_000_000),
            json!(seconds.to_string()),
            json!((seconds * 1000).to_string()),
        ] {
            assert_eq!(of_value(&value), Some(seconds * 1000), "{value}");
        }
        assert_eq!(of_text("2026-07-23"), Some((seconds - 10 * 3600) * 1000));
    }

    #[test]
    fn no_time_is_none() {
        for value in [json!(""), json!("yesterday"), json!(null), json!([]), json!("20261399999999"), json!("9999999999999999999999")] {
            assert_eq!(of_value(&value), None, "{value}");
        }
    }
}
