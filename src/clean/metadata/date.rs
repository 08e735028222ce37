//! Dates as machines write them: ISO 8601, RFC 822, JavaScript, epoch numbers and the few written forms that turn up in meta tags.
//!
//! Free text in many languages is `clean::dates`. A time without a zone names no instant, and local midnight sharp is a day written
//! as a time: of both only the day is kept.

use crate::clean::dates::absolute::Written;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// A date, or an instant with the offset it was written in.
///
/// The offset stays: a story of the evening of the 8th in Los Angeles is one of the 8th, though in UTC it is the 9th already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Day(Date),
    /// The offset is in minutes east of UTC.
    Instant(Timestamp, i32),
}

impl Moment {
    /// RFC 3339, with the page's own offset; `Z` for UTC.
    pub fn rfc3339(self) -> String {
        match self {
            Moment::Day(d) => d.to_string(),
            Moment::Instant(t, offset) => match Offset::from_seconds(offset * 60) {
                Ok(o) if offset != 0 => t.display_with_offset(o).to_string(),
                _ => t.to_string(),
            },
        }
    }

    /// The day, as the page writes it.
    pub fn day(self) -> Date {
        match self {
            Moment::Day(d) => d,
            Moment::Instant(t, offset) => Offset::from_seconds(offset * 60).unwrap_or(Offset::UTC).to_datetime(t).date(),
        }
    }

    /// Milliseconds since 1970-01-01 UTC; of a day, its begin.
    pub fn millis(self) -> i64 {
        match self {
            Moment::Day(d) => Offset::UTC.to_timestamp(d.to_datetime(Time::midnight())).map(|t| t.as_millisecond()).unwrap_or(0),
            Moment::Instant(t, _) => t.as_millisecond(),
        }
    }

    pub fn is_instant(self) -> bool {
        matches!(self, Moment::Instant(..))
    }

    /// What a written date of a text names: an instant when time and zone are given. `None` without a year.
    pub fn written(written: &Written) -> Option<Moment> {
        let date = written.date()?;
        let instant = || -> Option<Moment> {
            let (hour, minute) = written.time?;
            let offset = i32::from(written.offset?);
            let utc = date.at(hour, minute, 0, 0).checked_sub(SignedDuration::from_mins(i64::from(offset))).ok()?;
            Some(Moment::Instant(Offset::UTC.to_timestamp(utc).ok()?, offset))
        };
        Some(instant().unwrap_or(Moment::Day(date)))
    }
}

/// Web pages begin in 1990; a day of slack for zones ahead of the fetch. Times are milliseconds since 1970-01-01 UTC.
pub fn plausible(moment: Moment, fetched_at: Option<i64>) -> bool {
    moment.day().year() >= 1990 && moment.day().year() <= 2100 && fetched_at.is_none_or(|now| moment.millis() <= now + 2 * 86_400_000)
}

/// Reads a machine's date. `None` when it is none or ambiguous (`05/03/2024`).
pub fn parse(value: &str) -> Option<Moment> {
    let value = value.trim();
    if value.len() < 6 || value.len() > 80 || !value.is_ascii() {
        return None;
    }
    epoch(value).or_else(|| iso(value)).or_else(|| written(value))
}

fn epoch(value: &str) -> Option<Moment> {
    if !value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match value.len() {
        10 => Timestamp::from_second(value.parse().ok()?).ok().map(|t| Moment::Instant(t, 0)),
        13 => Timestamp::from_millisecond(value.parse().ok()?).ok().map(|t| Moment::Instant(t, 0)),
        _ => None,
    }
}

/// Reads numbers and marks from the front.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn digits(&mut self, least: usize, most: usize) -> Option<i32> {
        let n = self.rest.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        if n < least {
            return None;
        }
        let value = self.rest[..n].iter().fold(0i32, |v, b| v * 10 + i32::from(b - b'0'));
        self.rest = &self.rest[n..];
        Some(value)
    }

    fn one_of(&mut self, marks: &[u8]) -> bool {
        let hit = self.rest.first().is_some_and(|b| marks.contains(b));
        if hit {
            self.rest = &self.rest[1..];
        }
        hit
    }

    fn spaces(&mut self) {
        while self.one_of(b" ,") {}
    }
}

fn iso(value: &str) -> Option<Moment> {
    let mut r = Reader { rest: value.as_bytes() };
    let year = r.digits(4, 4)?;
    let separator = r.one_of(b"-/.");
    let month = r.digits(if separator { 1 } else { 2 }, 2)?;
    if separator && !r.one_of(b"-/.") {
        return None;
    }
    let day = r.digits(if separator { 1 } else { 2 }, 2)?;
    let date = date(year, month, day)?;
    let _ = r.one_of(b"T") || r.one_of(b"t");
    r.spaces();
    Some(with_time(date, &mut r))
}

/// `May 3, 2024 3:47 PM EST`, `Fri, 03 May 2024 15:47:42 GMT`, `Fri May 03 2024 15:47:42 GMT+0200 (CEST)`, `03.05.2024 15:47`.
fn written(value: &str) -> Option<Moment> {
    let mut month = None;
    let mut day = None;
    let mut year = None;
    let mut end = 0;
    for (at, word) in words(value) {
        if word.contains(':') {
            break;
        }
        if month.is_none() && word.as_bytes()[0].is_ascii_alphabetic() {
            month = month_of(word);
            end = if month.is_some() { at + word.len() } else { end };
        } else if let Ok(n) = word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<i32>() {
            match word.len() {
                1..=4 if day.is_none() && (1..=31).contains(&n) && word.bytes().filter(u8::is_ascii_digit).count() <= 2 => day = Some(n),
                4 if year.is_none() => year = Some(n),
                _ => continue,
            }
            end = at + word.len();
        }
        if year.is_some() && month.is_some() && day.is_some() {
            break;
        }
    }
    if month.is_none() {
        return dotted(value);
    }
    let date = date(year?, month?, day?)?;
    let rest = value.get(end..)?;
    // `Fri May 03 15:47:42 +0000 2024` and its like are left at their day.
    let mut r = Reader { rest: rest.trim_start_matches([' ', ',', '-', '|']).trim_start_matches("at ").as_bytes() };
    Some(with_time(date, &mut r))
}

fn words(value: &str) -> impl Iterator<Item = (usize, &str)> {
    let base = value.as_ptr() as usize;
    value.split([' ', ',', '-', '/', '.']).filter(|w| !w.is_empty()).map(move |w| (w.as_ptr() as usize - base, w))
}

/// Day first with dots, as German, Russian and Turkish pages write: no other order uses them.
fn dotted(value: &str) -> Option<Moment> {
    let mut r = Reader { rest: value.as_bytes() };
    let day = r.digits(1, 2)?;
    if !r.one_of(b".") {
        return None;
    }
    let month = r.digits(1, 2)?;
    if !r.one_of(b".") {
        return None;
    }
    let year = r.digits(4, 4)?;
    let date = date(year, month, day)?;
    r.spaces();
    Some(with_time(date, &mut r))
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The instant when a time with a zone follows, else the day.
fn with_time(date: Date, r: &mut Reader<'_>) -> Moment {
    zoned(date, r).map_or(Moment::Day(date), |(t, offset)| Moment::Instant(t, offset))
}

fn zoned(date: Date, r: &mut Reader<'_>) -> Option<(Timestamp, i32)> {
    let mut hour = r.digits(1, 2)?;
    let _ = r.one_of(b":.");
    let minute = r.digits(2, 2)?;
    let mut second = 0;
    let mut nanos = 0;
    if r.one_of(b":") || r.rest.first().is_some_and(u8::is_ascii_digit) {
        // Some write the second 0 as one digit.
        second = r.digits(1, 2)?.min(59);
        if r.one_of(b".,:") {
            let before = r.rest.len();
            let value = r.digits(1, 9)?;
            nanos = value.checked_mul(10i32.checked_pow(9 - (before - r.rest.len()) as u32)?)?;
            while r.digits(1, 1).is_some() {}
        }
    }
    r.spaces();
    let half = match r.rest {
        [b'a' | b'A', b'm' | b'M', ..] => Some(0),
        [b'p' | b'P', b'm' | b'M', ..] => Some(12),
        _ => None,
    };
    if let Some(half) = half {
        hour = hour % 12 + half;
        r.rest = &r.rest[2..];
        r.spaces();
    }
    let offset = zone(r)?;
    // Midnight sharp is how content systems write a day; in UTC it might become the day before.
    if (hour, minute, second) == (0, 0, 0) && offset != 0 {
        return None;
    }
    let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, nanos).ok()?;
    let utc = date.to_datetime(time).checked_sub(SignedDuration::from_mins(i64::from(offset))).ok()?;
    Offset::UTC.to_timestamp(utc).ok().map(|t| (t, offset))
}

/// Zone names that mean one offset wherever they are used; others (IST, CST of China) name several and count as unknown.
const ZONES: &[(&str, i32)] = &[
    ("Z", 0),
    ("GMT", 0),
    ("UTC", 0),
    ("EST", -300),
    ("EDT", -240),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("CET", 60),
    ("CEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("JST", 540),
    ("KST", 540),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("SGT", 480),
    ("HKT", 480),
    ("WIB", 420),
];

/// Minutes east of UTC.
fn zone(r: &mut Reader<'_>) -> Option<i32> {
    let letters = r.rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let name = &r.rest[..letters];
    if letters > 0 {
        let known = ZONES.iter().find(|(n, _)| n.as_bytes().eq_ignore_ascii_case(name)).map(|(_, o)| *o)?;
        r.rest = &r.rest[letters..];
        // `GMT+0200`: the number counts.
        if known != 0 || !matches!(r.rest.first(), Some(b'+' | b'-')) {
            return Some(known);
        }
    }
    let sign = match r.rest.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    r.rest = &r.rest[1..];
    let hours = r.digits(1, 2)?;
    let _ = r.one_of(b":");
    let minutes = r.digits(2, 2).unwrap_or(0);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn month_of(word: &str) -> Option<i32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const NAMES: [&str; 12] =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    let lower = word.to_ascii_lowercase();
    let at = MONTHS.iter().position(|m| lower.get(..3) == Some(*m))?;
    (NAMES[at].starts_with(&lower) || lower == "sept").then_some(at as i32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<String> {
        parse(value).map(Moment::rfc3339)
    }

    #[test]
    fn instants_keep_their_offset() {
        for (raw, want) in [
            ("2024-05-03T15:47:42Z", "2024-05-03T15:47:42Z"),
            ("2024-05-03T23:30:00-05:00", "2024-05-03T23:30:00-05:00"),
            ("2024-05-03T15:47:42.389000+0200", "2024-05-03T15:47:42.389+02:00"),
            ("2024-05-03 15:47 +02", "2024-05-03T15:47:00+02:00"),
            ("20240503T154742Z", "2024-05-03T15:47:42Z"),
            ("Fri, 03 May 2024 15:47:42 GMT", "2024-05-03T15:47:42Z"),
            ("Fri May 03 2024 15:47:42 GMT+0200 (CEST)", "2024-05-03T15:47:42+02:00"),
            ("May 3, 2024 3:47 PM EDT", "2024-05-03T15:47:00-04:00"),
            ("1714751262", "2024-05-03T15:47:42Z"),
            ("1714751262000", "2024-05-03T15:47:42Z"),
        ] {
            assert_eq!(read(raw).as_deref(), Some(want), "{raw}");
        }
    }

    #[test]
    fn without_a_zone_only_the_day_is_known() {
        for raw in [
            "2024-05-03",
            "2024-05-03T15:47:42",
            "2024/5/3",
            "20240503",
            "May 3, 2024",
            "3 May 2024",
            "3rd of May 2024",
            "03.05.2024 15:47",
        ] {
            assert_eq!(read(raw).as_deref(), Some("2024-05-03"), "{raw}");
        }
    }

    #[test]
    fn no_dates() {
        for raw in ["", "yesterday", "05/03/2024", "2024-13-01", "2024-02-30", "version 1.2.3", "12345", "Mai 2024", "２０２４-01-01"] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }

    #[test]
    fn the_future_is_not_plausible() {
        let now = Some(1_714_751_262_000);
        assert!(plausible(Moment::Day(jiff::civil::date(2024, 5, 4)), now));
        assert!(!plausible(Moment::Day(jiff::civil::date(2025, 5, 4)), now));
        assert!(!plausible(Moment::Day(jiff::civil::date(1970, 1, 1)), None));
    }
}
