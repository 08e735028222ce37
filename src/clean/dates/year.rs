//! The year of a date that names none.

use jiff::civil::{Date, Weekday};

/// What the page offers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clues {
    /// The weekday that the text names near the date.
    pub weekday: Option<Weekday>,
    /// The date in the address.
    pub address: Option<Date>,
    /// The day of the fetch: no story is younger.
    pub fetched: Option<Date>,
}

/// What a year rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The address holds the same day, or one of the days around it.
    Address,
    /// The latest year in which the day falls on the weekday that the text names.
    Weekday,
    /// The latest year in which the day is not after the fetch.
    Fetched,
}

/// A resolved date, what it rests on and how sure it is (0-1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolved {
    pub date: Date,
    pub basis: Basis,
    pub confidence: f64,
}

/// A weekday fits 5 to 6 years in 40; looking back further than this finds chance, not evidence.
const YEARS_BACK: i16 = 40;
/// In a fresh page "on Saturday" may be the day before the dateline's.
const FRESH_DAYS: i32 = 21;
/// Datelines and addresses differ by the day between writing and publishing.
const NEAR_DAYS: i32 = 3;

/// Finds the year.
///
/// The address goes first when it holds the same day: it is a date of its own. Then the weekday: a story that says "on Sunday" under a
/// dateline of July 6 was written in a year in which that was a Sunday. Else the latest day that is not after the fetch.
pub fn resolve(month: i8, day: i8, clues: &Clues) -> Option<Resolved> {
    let falls_on = |d: Date, w: Weekday| d.weekday() == w;
    if let Some(address) = clues.address {
        let near = [-1i16, 0, 1].into_iter().filter_map(|y| Date::new(address.year() + y, month, day).ok());
        if let Some(date) = near.min_by_key(|d| distance(*d, address)).filter(|d| distance(*d, address) <= NEAR_DAYS) {
            let agrees = clues.weekday.is_some_and(|w| falls_on(date, w));
            return Some(Resolved { date, basis: Basis::Address, confidence: if agrees { 0.99 } else { 0.97 } });
        }
    }
    let fetched = clues.fetched?;
    let mut years =
        (fetched.year() - YEARS_BACK..=fetched.year()).rev().filter_map(|y| Date::new(y, month, day).ok()).filter(|d| *d <= fetched);
    let latest = years.clone().next()?;
    if let Some(weekday) = clues.weekday {
        let fresh = distance(latest, fetched) <= FRESH_DAYS;
        let yesterday = latest.yesterday().is_ok_and(|d| falls_on(d, weekday));
        if falls_on(latest, weekday) || fresh && yesterday {
            return Some(Resolved { date: latest, basis: Basis::Weekday, confidence: 0.95 });
        }
        if let Some(date) = years.find(|d| falls_on(*d, weekday)).filter(|_| !fresh) {
            return Some(Resolved { date, basis: Basis::Weekday, confidence: 0.8 });
        }
    }
    Some(Resolved { date: latest, basis: Basis::Fetched, confidence: 0.6 })
}

/// Days between two dates.
pub fn distance(a: Date, b: Date) -> i32 {
    a.since(b).map_or(i32::MAX, |span| span.get_days().abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_weekday_finds_the_year() {
        let clues = Clues { weekday: Some(Weekday::Sunday), address: None, fetched: Some(date(2025, 3, 10)) };
        let found = resolve(7, 6, &clues).unwrap();
        assert_eq!((found.date, found.basis), (date(2014, 7, 6), Basis::Weekday));
    }

    #[test]
    fn the_address_goes_first() {
        let clues = Clues { weekday: Some(Weekday::Saturday), address: Some(date(2014, 7, 7)), fetched: Some(date(2025, 3, 10)) };
        let found = resolve(7, 6, &clues).unwrap();
        assert_eq!((found.date, found.basis), (date(2014, 7, 6), Basis::Address));
    }

    #[test]
    fn else_the_latest_day_before_the_fetch() {
        let clues = Clues { fetched: Some(date(2025, 3, 10)), ..Clues::default() };
        assert_eq!(resolve(3, 11, &clues).unwrap().date, date(2024, 3, 11));
        assert_eq!(resolve(3, 10, &clues).unwrap().date, date(2025, 3, 10));
        assert_eq!(resolve(2, 29, &clues).unwrap().date, date(2024, 2, 29));
        assert_eq!(resolve(3, 10, &Clues::default()), None);
        let turn = Clues { address: Some(date(2024, 1, 1)), ..Clues::default() };
        assert_eq!(resolve(12, 31, &turn).unwrap().date, date(2023, 12, 31));
    }

    #[test]
    fn a_fresh_story_may_speak_of_the_day_before() {
        let clues = Clues { weekday: Some(Weekday::Saturday), address: None, fetched: Some(date(2025, 3, 10)) };
        assert_eq!(resolve(3, 9, &clues).unwrap().date, date(2025, 3, 9));
    }
}
