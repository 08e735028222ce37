//! Dates written out: `6 July 2014`, `July 6, 2014`, `06.07.2014`, `2014-07-06T10:30Z`, `2014年7月6日`.

use super::words::{Piece, Token, pieces};
use super::{months, weekdays};
use jiff::civil::{Date, Weekday};

/// A date as a text names it. `year` is what the text says; [`super::year`] finds a missing one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Bytes in the text.
    pub start: usize,
    pub end: usize,
    pub year: Option<i16>,
    pub month: i8,
    pub day: i8,
    pub weekday: Option<Weekday>,
    /// Hour and minute of a time of day that stands right behind it.
    pub time: Option<(i8, i8)>,
    /// Offset from UTC in minutes, where the text names one.
    pub offset: Option<i16>,
}

impl Written {
    /// The day, when the year is given.
    pub fn date(&self) -> Option<Date> {
        Date::new(self.year?, self.month, self.day).ok()
    }
}

/// How `03/04/2014` is read when both readings are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    DayFirst,
    /// American.
    MonthFirst,
}

/// All dates of a text in order. Linear; meant for short stretches such as a line near a title.
pub fn find(text: &str, order: Order) -> Vec<Written> {
    let pieces = pieces(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        match read(&pieces, at, order) {
            Some((mut written, next)) => {
                written.weekday = weekday_before(&pieces, at);
                let (time, offset) = time_behind(&pieces, next, text);
                written.time = time;
                written.offset = offset;
                found.push(written);
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// The first date of a text.
pub fn first(text: &str, order: Order) -> Option<Written> {
    find(text, order).into_iter().next()
}

/// One row a form, tried in this order: the more a form says, the earlier it stands.
type Form = fn(&[Piece<'_>], usize, Order) -> Option<(Reading, usize)>;
static FORMS: &[Form] = &[year_first, numbers, counters, day_month, month_day];

/// Year, month and day as read.
type Reading = (Option<i16>, i8, i8);

fn read(pieces: &[Piece<'_>], at: usize, order: Order) -> Option<(Written, usize)> {
    // A date does not begin within a number such as 3.5.2014.7 or a word: tokens are whole, so only marks can mislead.
    if at > 0
        && matches!(pieces[at - 1].token, Token::Mark('.' | '/' | '-' | ':' | '$' | '€' | '£'))
        && pieces[at - 1].end == pieces[at].start
    {
        let glued_to_number = at > 1 && matches!(pieces[at - 2].token, Token::Number { .. });
        if glued_to_number || matches!(pieces[at - 1].token, Token::Mark('$' | '€' | '£')) {
            return None;
        }
    }
    let ((year, month, day), next) = FORMS.iter().find_map(|form| form(pieces, at, order))?;
    // A leap year stands in for the missing one, so that 29 February is a day.
    Date::new(year.unwrap_or(2024), month, day).ok()?;
    let end = pieces[next - 1].end;
    Some((Written { start: pieces[at].start, end, year, month, day, weekday: None, time: None, offset: None }, next))
}

fn number(pieces: &[Piece<'_>], at: usize) -> Option<(u32, usize)> {
    match pieces.get(at)?.token {
        Token::Number { value, digits } => Some((value, digits)),
        _ => None,
    }
}

fn word<'a>(pieces: &[Piece<'a>], at: usize) -> Option<&'a str> {
    match pieces.get(at)?.token {
        Token::Word(w) => Some(w),
        _ => None,
    }
}

fn mark(pieces: &[Piece<'_>], at: usize) -> Option<char> {
    match pieces.get(at)?.token {
        Token::Mark(c) => Some(c),
        _ => None,
    }
}

fn blanks(pieces: &[Piece<'_>], at: usize) -> usize {
    at + usize::from(matches!(pieces.get(at).map(|p| p.token), Some(Token::Blank)))
}

fn year_of(value: u32, digits: usize) -> Option<i16> {
    match digits {
        // Buddhist years, as Thai pages write them.
        4 if (2500..2600).contains(&value) => Some(value as i16 - 543),
        4 if (1900..2100).contains(&value) => Some(value as i16),
        _ => None,
    }
}

fn month_of(value: u32) -> Option<i8> {
    (1..=12).contains(&value).then_some(value as i8)
}

fn day_of(value: u32) -> Option<i8> {
    (1..=31).contains(&value).then_some(value as i8)
}

/// 2014-07-06, 2014/07/06, 2014.07.06.
fn year_first(p: &[Piece<'_>], at: usize, _: Order) -> Option<(Reading, usize)> {
    let (y, digits) = number(p, at)?;
    let year = year_of(y, digits)?;
    let sep = mark(p, at + 1).filter(|c| matches!(c, '-' | '/' | '.' | '‑' | '–'))?;
    let third = blanks(p, at + 2);
    let (m, _) = number(p, third)?;
    (mark(p, third + 1)? == sep).then_some(())?;
    let fifth = blanks(p, third + 2);
    let (d, _) = number(p, fifth)?;
    Some(((Some(year), month_of(m)?, day_of(d)?), fifth + 1))
}

/// 06.07.2014, 6/7/2014, 06-07-2014, 06. 07. 2014, 06.07.14.
fn numbers(p: &[Piece<'_>], at: usize, order: Order) -> Option<(Reading, usize)> {
    let (a, a_digits) = number(p, at)?;
    if a_digits > 2 {
        return None;
    }
    let sep = mark(p, at + 1).filter(|c| matches!(c, '.' | '/' | '-'))?;
    let third = blanks(p, at + 2);
    let (b, b_digits) = number(p, third)?;
    if b_digits > 2 || mark(p, third + 1)? != sep {
        return None;
    }
    let fifth = blanks(p, third + 2);
    let (y, digits) = number(p, fifth)?;
    let year = match digits {
        // Two digits are a year only where nothing else is likely: 06.07.14, with two digits each.
        2 if a_digits == 2 && b_digits == 2 && fifth == third + 2 && sep != '-' => 2000 + y as i16,
        _ => year_of(y, digits)?,
    };
    let month_first = a <= 12 && (b > 12 || (matches!(sep, '/' | '-') && order == Order::MonthFirst));
    let (m, d) = if month_first { (a, b) } else { (b, a) };
    Some(((Some(year), month_of(m)?, day_of(d)?), fifth + 1))
}

/// 2014年7月6日, 7月6日, 2014년 7월 6일.
fn counters(p: &[Piece<'_>], at: usize, _: Order) -> Option<(Reading, usize)> {
    let (first, digits) = number(p, at)?;
    let (year, month_at) = match mark(p, at + 1)? {
        '年' | '년' => (Some(year_of(first, digits)?), blanks(p, at + 2)),
        '月' | '월' => (None, at),
        _ => return None,
    };
    let (m, _) = number(p, month_at)?;
    matches!(mark(p, month_at + 1)?, '月' | '월').then_some(())?;
    let day_at = blanks(p, month_at + 2);
    let (d, _) = number(p, day_at)?;
    matches!(mark(p, day_at + 1)?, '日' | '일').then_some(())?;
    Some(((year, month_of(m)?, day_of(d)?), day_at + 2))
}

/// Words between day and month or month and year: "6 de julio de 2014", "den 6. juli", "6th of July".
static JOINTS: &[&str] = &["de", "of", "del", "dal", "di", "d", "ngày", "la"];
/// Behind the number of a day: 6th, 1er, 6º, 6-го.
static ORDINALS: &[&str] = &["st", "nd", "rd", "th", "er", "º", "го", "ª", "a", "e"];

/// 6 July 2014, 6. Juli, 6 de julio de 2014, 1er août, 6-Jul-2014.
fn day_month(p: &[Piece<'_>], at: usize, _: Order) -> Option<(Reading, usize)> {
    let (d, digits) = number(p, at)?;
    if digits > 2 {
        return None;
    }
    let mut next = at + 1;
    if word(p, next).is_some_and(|w| ORDINALS.contains(&w)) {
        next += 1;
    } else if mark(p, next) == Some('-') && word(p, next + 1).is_some_and(|w| ORDINALS.contains(&w)) {
        next += 2;
    }
    next += usize::from(matches!(mark(p, next), Some('.' | '-' | '/')));
    next = joint(p, blanks(p, next));
    let month = months::named(word(p, next)?)?;
    let (year, next) = year_behind(p, next + 1);
    Some(((year, month, day_of(d)?), next))
}

/// July 6, 2014, Jul. 6, julio 6.
fn month_day(p: &[Piece<'_>], at: usize, _: Order) -> Option<(Reading, usize)> {
    let name = word(p, at)?;
    let month = months::named(name)?;
    // "may 6" in lower case is rather a verb; month names before a day are English and capitalised there.
    if name == "may" || name == "march" {
        return None;
    }
    let next = blanks(p, at + 1 + usize::from(mark(p, at + 1) == Some('.')));
    let (d, digits) = number(p, next)?;
    if digits > 2 || next == at + 1 {
        return None;
    }
    let mut behind = next + 1;
    behind += usize::from(word(p, behind).is_some_and(|w| ORDINALS.contains(&w)));
    let (year, end) = year_behind(p, behind);
    Some(((year, month, day_of(d)?), end))
}

fn joint(p: &[Piece<'_>], at: usize) -> usize {
    match word(p, at).filter(|w| JOINTS.contains(&w.to_lowercase().as_str())) {
        Some(_) => blanks(p, at + 1),
        None => at,
    }
}

/// The year behind a month or day, over a comma, full stop or joint; the position behind what was read.
fn year_behind(p: &[Piece<'_>], at: usize) -> (Option<i16>, usize) {
    let mut next = at;
    while matches!(mark(p, next), Some(',' | '.' | '-' | '/')) && next < at + 2 {
        next += 1;
    }
    next = joint(p, blanks(p, next));
    match number(p, next).and_then(|(y, digits)| year_of(y, digits)) {
        Some(year) => (Some(year), next + 1),
        None => (None, at),
    }
}

/// "Sunday, 6 July": the weekday right before a date.
fn weekday_before(p: &[Piece<'_>], at: usize) -> Option<Weekday> {
    let from = at.saturating_sub(4);
    p[from..at].iter().rev().find_map(|piece| match piece.token {
        Token::Word(w) => Some(weekdays::named(w)),
        _ => None,
    })?
}

/// A time within a few tokens behind a date: "at 10:30", ", 14.05 Uhr", "T10:30:00+02:00".
fn time_behind(p: &[Piece<'_>], at: usize, text: &str) -> (Option<(i8, i8)>, Option<i16>) {
    for i in at..(at + 7).min(p.len()) {
        let Some((h, digits)) = number(p, i) else { continue };
        let sep = mark(p, i + 1);
        let minute = number(p, i + 2).filter(|(_, d)| *d == 2);
        let (Some(':' | '.' | 'h'), Some((m, _))) = (sep, minute) else { return (None, None) };
        if digits > 2 || h > 23 || m > 59 {
            return (None, None);
        }
        let mut next = i + 3;
        if mark(p, next) == Some(':') && number(p, next + 1).is_some() {
            next += 2;
        }
        if mark(p, next) == Some('.') && number(p, next + 1).is_some() {
            next += 2;
        }
        let begin = p.get(next).map_or(text.len(), |piece| piece.start);
        let end = text[begin..].char_indices().nth(10).map_or(text.len(), |(j, _)| begin + j);
        let (hour, offset) = zone(h as i8, &text[begin..end]);
        return (Some((hour, m as i8)), offset);
    }
    (None, None)
}

/// What stands behind a time: am and pm, Z, UTC, GMT, +02:00, and the American and European names that mean one offset only.
fn zone(hour: i8, behind: &str) -> (i8, Option<i16>) {
    static NAMES: &[(&str, i16)] = &[
        ("utc", 0),
        ("gmt", 0),
        ("edt", -240),
        ("cdt", -300),
        ("mdt", -360),
        ("pdt", -420),
        ("pst", -480),
        ("cest", 120),
        ("cet", 60),
        ("msk", 180),
        ("jst", 540),
        ("kst", 540),
    ];
    let lower = behind.to_lowercase();
    let mut rest = lower.trim_start();
    let mut hour = hour;
    for (name, shift) in [("a.m.", 0), ("p.m.", 12), ("am", 0), ("pm", 12)] {
        if let Some(after) = rest.strip_prefix(name) {
            hour = if hour == 12 { shift } else { (hour + shift).min(23) };
            rest = after.trim_start();
            break;
        }
    }
    if lower.starts_with('z') {
        return (hour, Some(0));
    }
    if let Some((_, offset)) = NAMES.iter().find(|(name, _)| rest.starts_with(name)) {
        return (hour, Some(*offset));
    }
    let sign = match lower.chars().next() {
        Some('+') => 1,
        Some('-' | '−') => -1,
        _ => return (hour, None),
    };
    let digits: Vec<i16> = lower.chars().skip(1).filter(|c| *c != ':').map_while(|c| c.to_digit(10)).map(|d| d as i16).collect();
    let offset = match digits[..] {
        [a, b, c, d] => Some(sign * ((a * 10 + b) * 60 + c * 10 + d)),
        [a, b] => Some(sign * (a * 10 + b) * 60),
        _ => None,
    };
    (hour, offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> (Option<i16>, i8, i8) {
        let w = first(text, Order::DayFirst).unwrap_or_else(|| panic!("{text}"));
        (w.year, w.month, w.day)
    }

    #[test]
    fn forms_of_many_languages() {
        let full = (Some(2014), 7, 6);
        for text in [
            "6 July 2014",
            "July 6, 2014",
            "Jul. 6 2014",
            "Sunday, 6th of July, 2014",
            "6. Juli 2014",
            "6 juillet 2014",
            "6 de julio de 2014",
            "6 luglio 2014",
            "6 lipca 2014 r.",
            "6 июля 2014 года",
            "6 липня 2014",
            "06.07.2014",
            "6/7/2014",
            "2014-07-06",
            "2014/07/06",
            "2014年7月6日",
            "2014년 7월 6일",
            "6 Temmuz 2014",
            "6 يوليو 2014",
            "٦ يوليو ٢٠١٤",
            "6 जुलाई 2014",
            "06. 07. 2014, 14:59 Uhr",
            "6-Jul-2014",
            "2014.07.06",
            "06.07.14",
            "6 กรกฎาคม 2557".split(' ').next().map(|_| "2557-07-06").unwrap(),
        ] {
            assert_eq!(one(text), full, "{text}");
        }
        assert_eq!(one("KIEV, July 6 -"), (None, 7, 6));
        assert_eq!(one("北京7月6日电"), (None, 7, 6));
        assert_eq!(first("07/06/2014", Order::MonthFirst).unwrap().month, 7);
        assert_eq!(one("07/26/2014"), (Some(2014), 7, 26));
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "31 February 2014",
            "you may 6 of them",
            "3.5.2",
            "room 12 mars bars".split(" mars").next().unwrap(),
            "1,000km",
            "$12.06.2014",
            "",
            "2014",
            "May",
        ] {
            assert_eq!(first(text, Order::DayFirst), None, "{text}");
        }
    }

    #[test]
    fn times_and_zones() {
        let at = |text: &str| first(text, Order::DayFirst).map(|w| (w.time, w.offset)).unwrap();
        assert_eq!(at("2014-07-06T10:30:00+02:00"), (Some((10, 30)), Some(120)));
        assert_eq!(at("2014-07-06T10:30:00.000Z"), (Some((10, 30)), Some(0)));
        assert_eq!(at("November 19, 2019, 9:02 PM"), (Some((21, 2)), None));
        assert_eq!(at("06. 01. 2026, 14:59 Uhr"), (Some((14, 59)), None));
        assert_eq!(at("July 6, 2014 and 30 more"), (None, None));
        assert_eq!(first("Sunday, July 6", Order::DayFirst).unwrap().weekday, Some(Weekday::Sunday));
    }
}
