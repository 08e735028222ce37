//! Years and months of other calendars, turned into Gregorian ones: Buddhist, Japanese eras, the years of the Republic of China, Jalali.

use jiff::civil::Date;

/// Eras by name: (name, the Gregorian year before its first year). Japanese ones and those of Taiwan and Thailand.
static ERAS: &[(&str, i16)] =
    &[("令和", 2018), ("平成", 1988), ("昭和", 1925), ("大正", 1911), ("民國", 1911), ("民国", 1911), ("中華民國", 1911), ("佛曆", -543)];

/// The Gregorian year of a year of an era.
pub fn of_era(name: &str, year: u32) -> Option<i16> {
    let base = ERAS.iter().find(|(era, _)| *era == name)?.1;
    let year = i16::try_from(year).ok().filter(|y| (1..3000).contains(y))?;
    Some(base + year).filter(|y| (1900..2100).contains(y))
}

/// The first year of an era has a name of its own: `令和元年`. The name of the era, when `word` is one with it.
pub fn first_year(word: &str) -> Option<i16> {
    of_era(word.strip_suffix('元')?, 1)
}

/// A Buddhist year, as Thai pages write them: 2557 is 2014.
pub fn of_buddhist(year: u32) -> Option<i16> {
    (2500..2600).contains(&year).then(|| year as i16 - 543)
}

/// Years of the Jalali calendar that pages of the web can bear.
pub fn is_jalali_year(year: u32) -> bool {
    (1340..1460).contains(&year)
}

/// Names of the Jalali months; the first is Farvardin.
static JALALI: [&str; 12] = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"];

/// The Jalali month (1-12) that a word names.
pub fn jalali_month(word: &str) -> Option<u32> {
    // Pages write the Arabic ya for the Persian one.
    let word = word.replace('ي', "ی");
    (1u32..).zip(JALALI).find(|(_, name)| *name == word).map(|(month, _)| month)
}

/// The Gregorian day of a Jalali one. Leap years by the 33-year rule, which holds for 1210 to 1600 and so for every page of the web.
pub fn of_jalali(year: u32, month: u32, day: u32) -> Option<Date> {
    let leap = |y: u32| matches!(y % 33, 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30);
    let length = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 => 29 + u32::from(leap(year)),
        _ => return None,
    };
    if !is_jalali_year(year) || !(1..=length).contains(&day) {
        return None;
    }
    // 1 Farvardin 1340 was 21 March 1961.
    let years: u32 = (1340..year).map(|y| 365 + u32::from(leap(y))).sum();
    let months: u32 = (1..month).map(|m| if m <= 6 { 31 } else { 30 }).sum();
    let days = jiff::Span::new().try_days(i64::from(years + months + day - 1)).ok()?;
    Date::new(1961, 3, 21).ok()?.checked_add(days).ok()
}

/// Thai abbreviations of months are two letters with full stops: `ก.ค.` (July). (first, second, month)
static THAI: &[(&str, &str, i8)] = &[
    ("ม", "ค", 1),
    ("ก", "พ", 2),
    ("มี", "ค", 3),
    ("เม", "ย", 4),
    ("พ", "ค", 5),
    ("มิ", "ย", 6),
    ("ก", "ค", 7),
    ("ส", "ค", 8),
    ("ก", "ย", 9),
    ("ต", "ค", 10),
    ("พ", "ย", 11),
    ("ธ", "ค", 12),
];

/// The month of a Thai abbreviation.
pub fn thai_month(first: &str, second: &str) -> Option<i8> {
    THAI.iter().find(|(a, b, _)| *a == first && *b == second).map(|(_, _, month)| *month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn eras() {
        assert_eq!(of_era("令和", 7), Some(2025));
        assert_eq!(of_era("平成", 26), Some(2014));
        assert_eq!(of_era("民國", 103), Some(2014));
        assert_eq!(first_year("令和元"), Some(2019));
        assert_eq!(of_era("令和", 900), None);
        assert_eq!(of_buddhist(2557), Some(2014));
        assert_eq!(of_buddhist(2014), None);
    }

    #[test]
    fn jalali_days() {
        for (y, m, d, want) in [
            (1393, 4, 15, date(2014, 7, 6)),
            (1403, 12, 20, date(2025, 3, 10)),
            (1403, 12, 30, date(2025, 3, 20)),
            (1404, 1, 1, date(2025, 3, 21)),
            (1399, 12, 30, date(2021, 3, 20)),
            (1357, 11, 22, date(1979, 2, 11)),
        ] {
            assert_eq!(of_jalali(y, m, d), Some(want), "{y}-{m}-{d}");
        }
        assert_eq!(of_jalali(1402, 12, 30), None);
        assert_eq!(of_jalali(1393, 7, 31), None);
        assert_eq!(jalali_month("تير"), Some(4));
    }
}
