//! Dates written out: `6 July 2014`, `July 6, 2014`, `06.07.2014`, `2014-07-06T10:30Z`, `2014年7月6日`.

use super::words::{Piece, Token, in_lower, number_at, pieces};
use super::{calendar, months, weekdays, zones};
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
    /// East Asian: `14/07/06`. Where the year has four digits it is as [`Order::DayFirst`].
    YearFirst,
}

/// All dates of a text in order. Linear; meant for short stretches such as a line near a title.
pub fn find(text: &str, order: Order) -> Vec<Written> {
    if number_at(text).is_none() {
        return Vec::new();
    }
    all(text, &pieces(text), order).collect()
}

/// The first date of a text.
pub fn first(text: &str, order: Order) -> Option<Written> {
    let from = before_number(text)?;
    let text = &text[from..];
    if !may_hold(text) {
        return None;
    }
    let found = all(text, &pieces(text), order).next()?;
    Some(Written { start: from + found.start, end: from + found.end, ..found })
}

/// Whether a text can hold a date: two numbers with a mark between them, or a word that begins as a month does. Most numbers of a page stand in
/// no date, and to cut a text into pieces takes longer than this look at its bytes.
fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let mut before = b' ';
    for (i, &b) in bytes.iter().enumerate() {
        let possible = match b {
            b'-' | b'/' | b'.' => {
                before.is_ascii_digit() && (at(i + 1).is_ascii_digit() || at(i + 1) == b' ' && at(i + 2).is_ascii_digit())
            }
            // What stands behind the first letter may be a capital beyond ASCII: "MÄRZ".
            b if b.is_ascii_alphabetic() => {
                !before.is_ascii_alphabetic()
                    && (!at(i + 1).is_ascii() || !at(i + 2).is_ascii() || months::BEGINS.holds([b, at(i + 1), at(i + 2)]))
            }
            // ASCII, the inner bytes of characters, and the marks of Latin 1.
            0..=0xc2 => false,
            // A dash between numbers; other general punctuation.
            0xe2 => before.is_ascii_digit(),
            // Latin beyond ASCII within a word that began with another letter.
            0xc3..=0xdf | 0xe1 => !before.is_ascii_alphabetic(),
            _ => true,
        };
        if possible {
            return true;
        }
        before = b;
    }
    false
}

/// Words before the first number of a text that can matter: month, weekday and what stands between.
const BEFORE: usize = 8;

/// Where a text's first date begins at the earliest: not much before its first number.
fn before_number(text: &str) -> Option<usize> {
    let number = number_at(text)?;
    let blanks = text[..number].bytes().enumerate().rev().filter(|(_, b)| *b == b' ');
    Some(blanks.map(|(at, _)| at + 1).nth(BEFORE).unwrap_or_default())
}

fn all<'a>(text: &'a str, pieces: &'a [Piece<'a>], order: Order) -> impl Iterator<Item = Written> + 'a {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (mut written, next, from) = (at..pieces.len()).find_map(|from| read(pieces, from, order).map(|(w, next)| (w, next, from)))?;
        at = next;
        written.weekday = weekday_before(pieces, from);
        by_weekday(&mut written, &pieces[from..next]);
        let day = written.date();
        (written.time, written.offset) =
            time_behind(pieces, next, text, day).or_else(|| time_before(pieces, from, text, day)).unwrap_or_default();
        Some(written)
    })
}

/// One row a form, tried in this order: the more a form says, the earlier it stands.
type Form = fn(&[Piece<'_>], usize, Order) -> Option<(Reading, usize)>;
static FORMS: &[Form] = &[year_first, numbers, eras, counters, year_month_day, vietnamese, jalali, day_month, month_day];

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
    if !can_begin(pieces, at) {
        return None;
    }
    let ((year, month, day), next) = FORMS.iter().find_map(|form| form(pieces, at, order))?;
    // A leap year stands in for the missing one, so that 29 February is a day.
    Date::new(year.unwrap_or(2024), month, day).ok()?;
    let end = pieces[next - 1].end;
    Some((Written { start: pieces[at].start, end, year, month, day, weekday: None, time: None, offset: None }, next))
}

/// Whether any form can fit: a date begins with a number, or with a name of at most four tokens (two words of a month, a full stop and a
/// blank) and then a number, or with the first year of an era.
fn can_begin(pieces: &[Piece<'_>], at: usize) -> bool {
    let is_number = |piece: &Piece<'_>| matches!(piece.token, Token::Number { .. });
    match pieces[at].token {
        Token::Number { .. } => true,
        Token::Word(_) => pieces.iter().skip(at + 1).take(5).any(is_number) || mark(pieces, at + 1) == Some('年'),
        _ => false,
    }
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
        4 if calendar::of_buddhist(value).is_some() => calendar::of_buddhist(value),
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
    let sep = mark(p, at + 1).filter(|c| matches!(c, '-' | '/' | '.' | '‑' | '–'))?;
    let third = blanks(p, at + 2);
    let (m, _) = number(p, third)?;
    (mark(p, third + 1)? == sep).then_some(())?;
    let fifth = blanks(p, third + 2);
    let (d, _) = number(p, fifth)?;
    if digits == 4 && calendar::is_jalali_year(y) {
        return calendar::of_jalali(y, m, d).map(|date| (reading(date), fifth + 1));
    }
    let year = year_of(y, digits)?;
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
    if order == Order::YearFirst && digits == 2 && a_digits == 2 && b_digits == 2 && sep != '-' {
        return Some(((Some(2000 + a as i16), month_of(b)?, day_of(y)?), fifth + 1));
    }
    let year = match digits {
        // Two digits are a year only where nothing else is likely: 06.07.14, with two digits each.
        2 if a_digits == 2 && b_digits == 2 && fifth == third + 2 && sep != '-' => 2000 + y as i16,
        _ => year_of(y, digits)?,
    };
    let month_first = a <= 12 && (b > 12 || (matches!(sep, '/' | '-') && order == Order::MonthFirst));
    let (m, d) = if month_first { (a, b) } else { (b, a) };
    Some(((Some(year), month_of(m)?, day_of(d)?), fifth + 1))
}

fn reading(date: Date) -> Reading {
    (Some(date.year()), date.month(), date.day())
}

/// 令和7年3月10日, 令和元年5月1日, 民國103年7月6日.
fn eras(p: &[Piece<'_>], at: usize, order: Order) -> Option<(Reading, usize)> {
    let name = word(p, at)?;
    let (year, behind) = match calendar::first_year(name) {
        Some(year) => (year, at + 1),
        None => {
            let n = blanks(p, at + 1);
            (calendar::of_era(name, number(p, n)?.0)?, n + 1)
        }
    };
    (mark(p, behind)? == '年').then_some(())?;
    let ((_, month, day), next) = counters(p, blanks(p, behind + 1), order)?;
    Some(((Some(year), month, day), next))
}

/// Words between year and month or day: "2014 m. liepos 6 d.", "2014. gada 6. jūlijs", "2014 жылғы 6 шілде", "2014ko uztailaren 6a".
static YEAR_WORDS: &[&str] = &["m", "gada", "gadā", "жылғы", "жылы", "ko", "yil", "il"];

/// 2014. július 6., 2014 m. liepos 6, 2014. gada 6. jūlijs, 2014 July 6.
fn year_month_day(p: &[Piece<'_>], at: usize, _: Order) -> Option<(Reading, usize)> {
    let (y, digits) = number(p, at)?;
    let year = year_of(y, digits)?;
    let mut next = at + 1;
    next = blanks(p, next + usize::from(matches!(mark(p, next), Some('.' | ',' | '-' | '/'))));
    if word(p, next).is_some_and(|w| YEAR_WORDS.contains(&w)) {
        next = blanks(p, next + 1 + usize::from(mark(p, next + 1) == Some('.')));
    }
    if let Some((month, behind)) = month_at(p, next) {
        let behind = behind + usize::from(matches!(mark(p, behind), Some('.' | '-' | '/')));
        let (d, digits) = number(p, blanks(p, behind))?;
        return (digits <= 2).then_some(((Some(year), month, day_of(d)?), blanks(p, behind) + 1));
    }
    let (d, digits) = number(p, next)?;
    let behind = blanks(p, next + 1 + usize::from(mark(p, next + 1) == Some('.')));
    let (month, end) = month_at(p, behind)?;
    (digits <= 2).then_some(((Some(year), month, day_of(d)?), end))
}

/// 6 tháng 7 năm 2014, 6 tháng 7, 2014.
fn vietnamese(p: &[Piece<'_>], at: usize, _: Order) -> Option<(Reading, usize)> {
    let (d, digits) = number(p, at)?;
    let name = blanks(p, at + 1);
    (digits <= 2 && word(p, name)? == months::VIETNAMESE).then_some(())?;
    let n = blanks(p, name + 1);
    let month = month_of(number(p, n)?.0)?;
    let (year, next) = year_behind(p, n + 1);
    Some(((year, month, day_of(d)?), next))
}

/// ۱۵ تیر ۱۳۹۳.
fn jalali(p: &[Piece<'_>], at: usize, _: Order) -> Option<(Reading, usize)> {
    let (d, digits) = number(p, at)?;
    let name = blanks(p, at + 1);
    let month = calendar::jalali_month(word(p, name)?)?;
    let mut next = blanks(p, name + 1);
    next = blanks(p, next + usize::from(matches!(mark(p, next), Some('،' | ','))));
    if word(p, next) == Some("ماه") {
        next = blanks(p, next + 1);
    }
    let (y, _) = number(p, next)?;
    (digits <= 2).then_some(())?;
    Some((reading(calendar::of_jalali(y, month, d)?), next + 1))
}

/// The month named at a position, and the position behind it: one word, two of Arabic, a Thai abbreviation, two names of one month
/// ("يوليو/تموز").
fn month_at(p: &[Piece<'_>], at: usize) -> Option<(i8, usize)> {
    let name = word(p, at)?;
    if let Some(second) = word(p, blanks(p, at + 1))
        && let Some(month) = months::named_by_two(name, second)
    {
        return Some((month, blanks(p, at + 1) + 1));
    }
    if mark(p, at + 1) == Some('.')
        && let Some(month) = word(p, at + 2).and_then(|second| calendar::thai_month(name, second))
    {
        return Some((month, at + 3));
    }
    let month = months::named(name)?;
    let second = (mark(p, at + 1) == Some('/')).then(|| word(p, at + 2).and_then(months::named)).flatten();
    Some((month, if second.is_some() { at + 3 } else { at + 1 }))
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
static JOINTS: &[&str] = &["de", "of", "del", "dal", "di", "d", "ngày", "la", "năm", "ta", "da", "den", "do", "the", "i"];
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
    let (month, behind) = month_at(p, next)?;
    let (year, next) = year_behind(p, behind);
    Some(((year, month, day_of(d)?), next))
}

/// July 6, 2014, Jul. 6, julio 6.
fn month_day(p: &[Piece<'_>], at: usize, _: Order) -> Option<(Reading, usize)> {
    let name = word(p, at)?;
    let (month, named_to) = month_at(p, at)?;
    // "may 6" in lower case is rather a verb; month names before a day are English and capitalised there.
    if name == "may" || name == "march" {
        return None;
    }
    let next = blanks(p, named_to + usize::from(mark(p, named_to) == Some('.')));
    let (d, digits) = number(p, next)?;
    if digits > 2 || next == named_to {
        return None;
    }
    let mut behind = next + 1;
    behind += usize::from(word(p, behind).is_some_and(|w| ORDINALS.contains(&w)));
    let (year, end) = year_behind(p, behind);
    Some(((year, month, day_of(d)?), end))
}

fn joint(p: &[Piece<'_>], at: usize) -> usize {
    match word(p, at).filter(|w| w.len() <= 5 && in_lower(w, |lower| JOINTS.contains(&lower))) {
        Some(_) => blanks(p, at + 1),
        None => at,
    }
}

/// The year behind a month or day, over a comma, full stop or joint; the position behind what was read.
fn year_behind(p: &[Piece<'_>], at: usize) -> (Option<i16>, usize) {
    let mut next = at;
    while matches!(mark(p, next), Some(',' | '.' | '-' | '/' | '،' | '\'' | '’')) && next < at + 2 {
        next += 1;
    }
    next = joint(p, blanks(p, next));
    // พ.ศ. and ค.ศ.: the eras of Thai years.
    if matches!(word(p, next), Some("พ" | "ค")) && word(p, next + 2) == Some("ศ") {
        next = blanks(p, next + 3 + usize::from(mark(p, next + 3) == Some('.')));
    }
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

/// "Sunday, 06/07/2014": where both readings are days, the one that falls on the weekday is meant.
fn by_weekday(written: &mut Written, pieces: &[Piece<'_>]) {
    let numeric = pieces.len() >= 5 && number(pieces, 0).is_some_and(|(_, digits)| digits <= 2) && number(pieces, 2).is_some();
    let (Some(weekday), Some(date), true) = (written.weekday, written.date(), numeric) else { return };
    let other = Date::new(date.year(), date.day(), date.month());
    if date.weekday() != weekday
        && let Ok(other) = other
        && other.weekday() == weekday
    {
        (written.month, written.day) = (other.month(), other.day());
    }
}

/// Hour and minute, and the offset from UTC in minutes.
type Time = (Option<(i8, i8)>, Option<i16>);

/// A time within a few tokens behind a date: "at 10:30", ", 14.05 Uhr", "T10:30:00+02:00", "下午3时05分".
fn time_behind(p: &[Piece<'_>], at: usize, text: &str, day: Option<Date>) -> Option<Time> {
    let i = (at..(at + 8).min(p.len())).find(|i| number(p, *i).is_some())?;
    let (time, next) = clock(p, i)?;
    let begin = p.get(next).map_or(text.len(), |piece| piece.start);
    let before = &text[p.get(at).map_or(text.len(), |piece| piece.start)..p[i].start];
    let (hour, offset) = zones::behind(zones::half_before(time.0, before), &text[begin..], day);
    Some((Some((hour, time.1)), offset))
}

/// A time right before a date: "20:03 05/03/2015", "10:30 AM EST, Wed November 20, 2019".
fn time_before(p: &[Piece<'_>], at: usize, text: &str, day: Option<Date>) -> Option<Time> {
    let from = at.saturating_sub(12);
    let minute = (from..at).rev().find(|i| number(p, *i).is_some())?;
    // Hour, mark, minute; or seconds too.
    let first = |i: usize| i.checked_sub(2).filter(|h| number(p, *h).is_some() && matches!(mark(p, h + 1), Some(':' | 'h')));
    let hour = first(minute).map(|h| first(h).unwrap_or(h))?;
    let (time, next) = clock(p, hour)?;
    let begin = p.get(next).map_or(text.len(), |piece| piece.start);
    let between = &text[begin..p[at].start];
    // "09:30 GMT Last updated: 10 November": the time is another date's.
    if between.contains([':', '：', '|', '·', ';', '\n']) {
        return None;
    }
    let (hour, offset) = zones::behind(time.0, between, day);
    Some((Some((hour, time.1)), offset))
}

/// Hour and minute at a position, and the position behind minutes, seconds and fractions.
fn clock(p: &[Piece<'_>], at: usize) -> Option<((i8, i8), usize)> {
    let (h, digits) = number(p, at)?;
    let sep = mark(p, at + 1).or_else(|| word(p, at + 1).filter(|w| *w == "h").map(|_| 'h'))?;
    matches!(sep, ':' | '.' | 'h' | '：' | '時' | '时' | '시' | '点').then_some(())?;
    let minute_at = blanks(p, at + 2);
    let (m, minute_digits) = number(p, minute_at)?;
    if digits > 2 || h > 23 || m > 59 || minute_digits != 2 && matches!(sep, ':' | '.' | 'h') {
        return None;
    }
    let mut next = minute_at + 1;
    next += usize::from(matches!(mark(p, next), Some('分' | '분')));
    if mark(p, next) == Some(':') && number(p, next + 1).is_some() {
        next += 2;
    }
    if mark(p, next) == Some('.') && number(p, next + 1).is_some() {
        next += 2;
    }
    Some(((h as i8, m as i8), next))
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
            "2557-07-06",
            "6 กรกฎาคม 2557",
            "6 กรกฎาคม พ.ศ. 2557",
            "6 ก.ค. 2557",
            "平成26年7月6日",
            "民國103年7月6日",
            "二〇一四年七月六日",
            "۱۵ تیر ۱۳۹۳",
            "1393/04/15",
            "۶ ژوئیه ۲۰۱۴",
            "6 تموز/يوليو 2014",
            "6 tháng 7 năm 2014",
            "ngày 6/7/2014",
            "2014. július 6.",
            "2014 m. liepos 6 d.",
            "2014. gada 6. jūlijs",
            "2014 жылғы 6 шілде",
            "2014ko uztailaren 6a",
            "6. juuli 2014",
            "6 de juliol de 2014",
            "6. júlí 2014",
            "6 ліпеня 2014",
            "6 јули 2014",
            "6 korrik 2014",
            "6 Ιουλίου 2014",
            "6 ივლისი 2014",
            "6 հուլիսի 2014",
            "৬ জুলাই ২০১৪",
            "६ जुलै २०१४",
            "6 Julai 2014",
            "6 iyul 2014",
            "6 ביולי 2014",
            "Sunday, 07/06/2014",
            "2014-Jul-06",
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
        assert_eq!(at("20:03 05/03/2015"), (Some((20, 3)), None));
        assert_eq!(at("10:30 AM EST, Wed November 20, 2019"), (Some((10, 30)), Some(-300)));
        assert_eq!(at("July 6, 2014 at 9:02 p.m. ET"), (Some((21, 2)), Some(-240)));
        assert_eq!(at("6/7/2014, 10:30 (GMT+7)"), (Some((10, 30)), Some(420)));
        assert_eq!(at("2014年7月6日 下午3:05"), (Some((15, 5)), None));
        assert_eq!(at("2014년 7월 6일 오후 3시 05분"), (Some((15, 5)), None));
        assert_eq!(at("Room 12, July 6, 2014"), (None, None));
        assert_eq!(first("14/07/06", Order::YearFirst).unwrap().date().map(|d| d.to_string()).as_deref(), Some("2014-07-06"));
        assert_eq!(first("Sunday, July 6", Order::DayFirst).unwrap().weekday, Some(Weekday::Sunday));
    }
}
