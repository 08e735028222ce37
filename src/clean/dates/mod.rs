//! Dates in many languages, relative ages, datelines. Used by markup, text and rails alike; everything here is a pure function of the
//! text, the address and the time of the fetch.
//!
//! | file | answers |
//! | --- | --- |
//! | [`absolute`] | which dates does this line name? |
//! | [`address`] | which day does the address name? |
//! | [`relative`] | which age is this, and when was that? |
//! | [`dateline`] | does the story begin with place, date and agency? |
//! | [`mod@opening`] | where in the story does it stand, and which day is that? |
//! | [`calendar`] | which Gregorian year or day is that of another calendar? |
//! | [`zones`] | which offset from UTC has this zone? |
//! | [`year`] | which year was meant when none is named? |

pub mod absolute;
pub mod address;
pub mod agencies;
pub mod calendar;
pub mod dateline;
pub mod months;
pub mod opening;
pub mod relative;
pub mod weekdays;
pub mod words;
pub mod year;
pub mod zones;

pub use address::in_address;

use absolute::{Order, Written};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// The order of `03/04/05` in a language, BCP 47 as declared. English puts the month first in America and the Philippines only; East Asia,
/// Hungary, Lithuania and Iran begin with the year (CLDR, short dates).
pub fn order_of(language: Option<&str>) -> Order {
    let tag = language.unwrap_or_default().to_ascii_lowercase().replace('_', "-");
    match tag.split('-').next().unwrap_or_default() {
        _ if matches!(tag.as_str(), "en-us" | "en-ph" | "fil" | "es-us" | "es-pr" | "es-pa") => Order::MonthFirst,
        "ja" | "zh" | "ko" | "hu" | "lt" | "fa" | "mn" | "eu" => Order::YearFirst,
        _ => Order::DayFirst,
    }
}

/// The day of a fetch, UTC. `milliseconds` since 1970-01-01 UTC.
pub fn day_of(milliseconds: Option<i64>) -> Option<Date> {
    Timestamp::from_millisecond(milliseconds?).ok().map(|t| t.to_zoned(TimeZone::UTC).date())
}

/// Whether a date can be meant: not before the web's news archives and not after the fetch. A day of slack covers the zones east of UTC.
pub fn is_plausible(date: Date, fetched: Option<Date>) -> bool {
    date.year() >= 1990 && fetched.is_none_or(|f| f.tomorrow().is_ok_and(|limit| date <= limit))
}

/// RFC 3339 of a written date: a date-time when time and zone are given, else the day.
pub fn rfc3339(date: Date, written: &Written) -> String {
    let zoned = || -> Option<Zoned> {
        let (hour, minute) = written.time?;
        let offset = Offset::from_seconds(i32::from(written.offset?) * 60).ok()?;
        date.at(hour, minute, 0, 0).to_zoned(TimeZone::fixed(offset)).ok()
    };
    match zoned() {
        Some(z) if z.offset() == Offset::UTC => z.timestamp().to_string(),
        Some(z) => z.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        None => date.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_as_precise_as_known() {
        let at = |text: &str| {
            let w = absolute::first(text, Order::DayFirst).unwrap();
            rfc3339(w.date().unwrap(), &w)
        };
        assert_eq!(at("6 July 2014, 10:30"), "2014-07-06");
        assert_eq!(at("6 July 2014, 10:30 GMT"), "2014-07-06T10:30:00Z");
        assert_eq!(at("2014-07-06T10:30:00+02:00"), "2014-07-06T10:30:00+02:00");
    }

    #[test]
    fn plausible_days() {
        let fetched = day_of(Some(1_741_604_400_000));
        assert_eq!(fetched.map(|d| d.to_string()).as_deref(), Some("2025-03-10"));
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(
            is_plausible(day("2025-03-11"), fetched) && !is_plausible(day("2025-03-12"), fetched) && !is_plausible(day("1989-01-01"), None)
        );
    }
}
