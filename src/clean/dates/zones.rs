//! What stands behind a time: halves of the day, names of zones, offsets from UTC.

use jiff::civil::{Date, Weekday};

/// Names that mean one offset, in minutes. Those that mean several (IST, CST of China, GST) are left out; where one use is far more common
/// on news pages (EST, BST), it has the row.
#[rustfmt::skip]
static NAMES: &[(&str, i16)] = &[
    ("UTC", 0), ("GMT", 0), ("WET", 0), ("Z", 0),
    // America
    ("EDT", -240), ("EST", -300), ("CDT", -300), ("CST", -360), ("MDT", -360), ("MST", -420), ("PDT", -420), ("PST", -480), ("AKDT", -480), ("AKST", -540), ("HST", -600),
    ("ADT", -180), ("AST", -240), ("NDT", -150), ("BRT", -180), ("ART", -180), ("COT", -300), ("PET", -300),
    // Europe
    ("BST", 60), ("WEST", 60), ("CEST", 120), ("CET", 60), ("MESZ", 120), ("MEZ", 60), ("EEST", 180), ("EET", 120), ("MSK", 180), ("МСК", 180), ("TRT", 180),
    // Asia, Africa, Oceania
    ("JST", 540), ("KST", 540), ("HKT", 480), ("SGT", 480), ("MYT", 480), ("PHT", 480), ("AWST", 480), ("WIB", 420), ("WITA", 480), ("WIT", 540), ("ICT", 420), ("PKT", 300), ("NPT", 345),
    ("SAST", 120), ("CAT", 120), ("EAT", 180), ("WAT", 60), ("AEST", 600), ("AEDT", 660), ("ACST", 570), ("ACDT", 630), ("NZST", 720), ("NZDT", 780),
];

/// Zones that Americans name without saying whether summer time holds; offset of the winter.
static AMERICAN: &[(&str, i16)] = &[("ET", -300), ("CT", -360), ("MT", -420), ("PT", -480)];

/// Halves of the day behind a time, lower case: (word, second half).
#[rustfmt::skip]
static HALVES: &[(&str, bool)] = &[
    ("a.m.", false), ("p.m.", true), ("a.m", false), ("p.m", true), ("am", false), ("pm", true), ("a. m.", false), ("p. m.", true),
    ("π.μ.", false), ("μ.μ.", true), ("πμ", false), ("μμ", true), ("صباحا", false), ("مساء", true), ("ص", false), ("م", true),
];

/// Halves of the day before a time.
static HALVES_BEFORE: &[(&str, bool)] =
    &[("上午", false), ("下午", true), ("晚上", true), ("午前", false), ("午後", true), ("오전", false), ("오후", true)];

/// The hour with what stands between date and time: "下午 3:05".
pub fn half_before(hour: i8, before: &str) -> i8 {
    HALVES_BEFORE.iter().find(|(word, _)| before.contains(word)).map_or(hour, |(_, second)| in_half(hour, *second))
}

fn in_half(hour: i8, second: bool) -> i8 {
    match (hour, second) {
        (12, false) => 0,
        (0..=11, true) => hour + 12,
        _ => hour,
    }
}

/// The hour and the offset with what stands behind a time. `day` tells whether summer time holds.
pub fn behind(hour: i8, text: &str, day: Option<Date>) -> (i8, Option<i16>) {
    let end = text.char_indices().nth(16).map_or(text.len(), |(i, _)| i);
    let mut rest = text[..end].trim_start();
    let mut hour = hour;
    let lower = rest.to_lowercase();
    let half = HALVES.iter().find(|(word, _)| {
        lower.strip_prefix(word).is_some_and(|after| !after.starts_with(char::is_alphabetic)) && rest.is_char_boundary(word.len())
    });
    if let Some((word, second)) = half {
        hour = in_half(hour, *second);
        rest = rest[word.len()..].trim_start();
    }
    // "14:05 Uhr MEZ", "10:30 (GMT+7)", "10:30 hrs IST".
    for word in ["Uhr", "hrs", "h", "น."] {
        rest = rest.strip_prefix(word).filter(|after| !after.starts_with(char::is_alphabetic)).unwrap_or(rest);
    }
    let rest = rest.trim_start_matches([' ', '(', '[', ',']);
    (hour, offset(rest, day))
}

/// The offset that a text begins with: "EST", "GMT+7", "+02:00".
fn offset(text: &str, day: Option<Date>) -> Option<i16> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    if name.is_empty() {
        return signed(text);
    }
    if matches!(name, "UTC" | "GMT")
        && let Some(offset) = signed(after)
    {
        return Some(offset);
    }
    if let Some((_, winter)) = AMERICAN.iter().find(|(zone, _)| *zone == name) {
        return day.map(|d| winter + if is_american_summer(d) { 60 } else { 0 });
    }
    // Capitals only: "est" is a French word. But "Utc" and "gmt" mean nothing else.
    let upper = name.to_uppercase();
    NAMES.iter().find(|(zone, offset)| *zone == name || *offset == 0 && upper == *zone && name != "wet").map(|(_, offset)| *offset)
}

/// +02:00, -0500, +7, −3.
fn signed(text: &str) -> Option<i16> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '−' | '–' => -1,
        _ => return None,
    };
    let rest = text.trim_start_matches(['+', '-', '−', '–']);
    let digits: Vec<i16> = rest.chars().filter(|c| *c != ':').map_while(|c| c.to_digit(10)).map(|d| d as i16).collect();
    let minutes = match digits[..] {
        [a, b, c, d] => (a * 10 + b) * 60 + c * 10 + d,
        [a, b] => (a * 10 + b) * 60,
        [a] => a * 60,
        _ => return None,
    };
    (minutes <= 14 * 60).then_some(sign * minutes)
}

/// From the second Sunday of March to the first Sunday of November (the rule since 2007; by the day, not the hour).
fn is_american_summer(day: Date) -> bool {
    let sunday = |month: i8, nth: i8| Date::new(day.year(), month, 1).ok().and_then(|d| d.nth_weekday_of_month(nth, Weekday::Sunday).ok());
    matches!((sunday(3, 2), sunday(11, 1)), (Some(begin), Some(end)) if (begin..end).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn zones() {
        let of = |text: &str| behind(9, text, Some(date(2014, 7, 6)));
        for (text, want) in [
            ("", (9, None)),
            (" p.m. ET", (21, Some(-240))),
            ("Z", (9, Some(0))),
            ("+02:00", (9, Some(120))),
            ("-0500", (9, Some(-300))),
            (" (GMT+7)", (9, Some(420))),
            (" Uhr MESZ", (9, Some(120))),
            (" est arrivé", (9, None)),
            (" pm", (21, None)),
            (" WIB", (9, Some(420))),
            (" -- the end", (9, None)),
            (" + 99:99", (9, None)),
        ] {
            assert_eq!(of(text), want, "{text}");
        }
        assert_eq!(behind(9, "ET", Some(date(2014, 12, 6))).1, Some(-300));
        assert_eq!(behind(12, "a.m.", None).0, 0);
        assert_eq!(half_before(3, "下午 "), 15);
    }
}
