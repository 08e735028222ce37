//! Ages: "12 hours ago", "vor 3 Stunden", "hace 2 días", "3 часа назад", "2小时前", "yesterday".

use super::words::{Token, each_piece, in_lower, leading_word};
use crate::clean::beginnings::{ByFirst, FirstBytes};
use aho_corasick::AhoCorasick;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// The unit of an age: what it is precise to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// An age as a page gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    pub count: u32,
    pub unit: Unit,
    /// Bytes of the text that it took, from the start of the text.
    pub end: usize,
}

/// Words of a unit, by prefix or whole word in lower case: (word, whole word only, unit).
#[rustfmt::skip]
static UNITS: &[(&str, Unit)] = &[
    // English, with the abbreviations of news sites
    ("second", Unit::Second), ("seconds", Unit::Second), ("sec", Unit::Second), ("secs", Unit::Second), ("minute", Unit::Minute), ("minutes", Unit::Minute), ("min", Unit::Minute), ("mins", Unit::Minute), ("m", Unit::Minute),
    ("hour", Unit::Hour), ("hours", Unit::Hour), ("hr", Unit::Hour), ("hrs", Unit::Hour), ("h", Unit::Hour), ("day", Unit::Day), ("days", Unit::Day), ("d", Unit::Day),
    ("week", Unit::Week), ("weeks", Unit::Week), ("wk", Unit::Week), ("wks", Unit::Week), ("w", Unit::Week), ("month", Unit::Month), ("months", Unit::Month), ("year", Unit::Year), ("years", Unit::Year), ("yr", Unit::Year), ("yrs", Unit::Year),
    // German
    ("sekunde", Unit::Second), ("sekunden", Unit::Second), ("minuten", Unit::Minute), ("stunde", Unit::Hour), ("stunden", Unit::Hour), ("std", Unit::Hour), ("tag", Unit::Day), ("tage", Unit::Day), ("tagen", Unit::Day),
    ("woche", Unit::Week), ("wochen", Unit::Week), ("monat", Unit::Month), ("monate", Unit::Month), ("monaten", Unit::Month), ("jahr", Unit::Year), ("jahre", Unit::Year), ("jahren", Unit::Year),
    // French
    ("heure", Unit::Hour), ("heures", Unit::Hour), ("jour", Unit::Day), ("jours", Unit::Day), ("semaine", Unit::Week), ("semaines", Unit::Week), ("mois", Unit::Month), ("an", Unit::Year), ("ans", Unit::Year),
    // Spanish, Portuguese, Italian
    ("segundos", Unit::Second), ("minuto", Unit::Minute), ("minutos", Unit::Minute), ("hora", Unit::Hour), ("horas", Unit::Hour), ("día", Unit::Day), ("días", Unit::Day), ("dia", Unit::Day), ("dias", Unit::Day), ("semana", Unit::Week), ("semanas", Unit::Week),
    ("mes", Unit::Month), ("meses", Unit::Month), ("mês", Unit::Month), ("año", Unit::Year), ("años", Unit::Year), ("ano", Unit::Year), ("anos", Unit::Year),
    ("minuti", Unit::Minute), ("ora", Unit::Hour), ("ore", Unit::Hour), ("giorno", Unit::Day), ("giorni", Unit::Day), ("settimana", Unit::Week), ("settimane", Unit::Week), ("mese", Unit::Month), ("mesi", Unit::Month), ("anno", Unit::Year), ("anni", Unit::Year),
    // Dutch, Scandinavian, Finnish
    ("minuut", Unit::Minute), ("uur", Unit::Hour), ("uren", Unit::Hour), ("dag", Unit::Day), ("dagen", Unit::Day), ("weken", Unit::Week), ("maanden", Unit::Month), ("jaar", Unit::Year),
    ("minutter", Unit::Minute), ("minuter", Unit::Minute), ("time", Unit::Hour), ("timer", Unit::Hour), ("timmar", Unit::Hour), ("timme", Unit::Hour), ("dage", Unit::Day), ("dager", Unit::Day), ("dagar", Unit::Day), ("uge", Unit::Week), ("uger", Unit::Week), ("uke", Unit::Week), ("uker", Unit::Week), ("vecka", Unit::Week), ("veckor", Unit::Week),
    ("minuuttia", Unit::Minute), ("tuntia", Unit::Hour), ("tunti", Unit::Hour), ("päivää", Unit::Day), ("viikkoa", Unit::Week),
    // Polish, Czech, Hungarian, Romanian
    ("minut", Unit::Minute), ("minuty", Unit::Minute), ("minutę", Unit::Minute), ("godzin", Unit::Hour), ("godziny", Unit::Hour), ("godzinę", Unit::Hour), ("dni", Unit::Day), ("dzień", Unit::Day), ("tygodni", Unit::Week), ("tygodnie", Unit::Week),
    ("minutami", Unit::Minute), ("hodinami", Unit::Hour), ("hodinou", Unit::Hour), ("dny", Unit::Day), ("dnem", Unit::Day), ("perce", Unit::Minute), ("órája", Unit::Hour), ("napja", Unit::Day), ("hete", Unit::Week), ("minute", Unit::Minute), ("oră", Unit::Hour), ("zile", Unit::Day), ("zi", Unit::Day),
    // Russian, Ukrainian
    ("минут", Unit::Minute), ("минуты", Unit::Minute), ("минуту", Unit::Minute), ("мин", Unit::Minute), ("час", Unit::Hour), ("часа", Unit::Hour), ("часов", Unit::Hour), ("день", Unit::Day), ("дня", Unit::Day), ("дней", Unit::Day), ("неделю", Unit::Week), ("недели", Unit::Week), ("недель", Unit::Week), ("месяц", Unit::Month), ("месяца", Unit::Month), ("месяцев", Unit::Month), ("год", Unit::Year), ("года", Unit::Year), ("лет", Unit::Year),
    ("хвилин", Unit::Minute), ("хвилини", Unit::Minute), ("хвилину", Unit::Minute), ("година", Unit::Hour), ("годину", Unit::Hour), ("години", Unit::Hour), ("годин", Unit::Hour), ("дні", Unit::Day), ("днів", Unit::Day), ("тижні", Unit::Week), ("тижнів", Unit::Week),
    // Turkish, Indonesian, Vietnamese, Arabic, Hindi
    ("dakika", Unit::Minute), ("saat", Unit::Hour), ("gün", Unit::Day), ("hafta", Unit::Week), ("menit", Unit::Minute), ("jam", Unit::Hour), ("hari", Unit::Day), ("minggu", Unit::Week), ("phút", Unit::Minute), ("giờ", Unit::Hour), ("ngày", Unit::Day),
    ("دقيقة", Unit::Minute), ("دقائق", Unit::Minute), ("ساعة", Unit::Hour), ("ساعات", Unit::Hour), ("يوم", Unit::Day), ("أيام", Unit::Day), ("मिनट", Unit::Minute), ("घंटे", Unit::Hour), ("दिन", Unit::Day),
    // Further Slavic and Baltic languages, Greek, Hebrew, Persian, Urdu, Bengali, Thai, Malay, Filipino
    ("sati", Unit::Hour), ("sata", Unit::Hour), ("minuta", Unit::Minute), ("dana", Unit::Day), ("сати", Unit::Hour), ("сата", Unit::Hour), ("минута", Unit::Minute), ("дана", Unit::Day), ("hodiny", Unit::Hour), ("hodín", Unit::Hour), ("dňami", Unit::Day),
    ("urami", Unit::Hour), ("ure", Unit::Hour), ("minutami", Unit::Minute), ("dnevi", Unit::Day), ("часове", Unit::Hour), ("минути", Unit::Minute), ("дни", Unit::Day), ("седмици", Unit::Week),
    ("valandas", Unit::Hour), ("valandą", Unit::Hour), ("minučių", Unit::Minute), ("dienas", Unit::Day), ("stundām", Unit::Hour), ("minūtēm", Unit::Minute), ("dienām", Unit::Day), ("tundi", Unit::Hour), ("minutit", Unit::Minute), ("päeva", Unit::Day),
    ("ώρες", Unit::Hour), ("ώρα", Unit::Hour), ("λεπτά", Unit::Minute), ("ημέρες", Unit::Day), ("μέρες", Unit::Day), ("ημέρα", Unit::Day), ("שעות", Unit::Hour), ("שעה", Unit::Hour), ("דקות", Unit::Minute), ("ימים", Unit::Day), ("יום", Unit::Day),
    ("ساعت", Unit::Hour), ("دقیقه", Unit::Minute), ("روز", Unit::Day), ("هفته", Unit::Week), ("گھنٹے", Unit::Hour), ("منٹ", Unit::Minute), ("دن", Unit::Day), ("ঘণ্টা", Unit::Hour), ("মিনিট", Unit::Minute), ("দিন", Unit::Day),
    ("ชั่วโมง", Unit::Hour), ("นาที", Unit::Minute), ("วัน", Unit::Day), ("oras", Unit::Hour), ("araw", Unit::Day), ("hores", Unit::Hour), ("dies", Unit::Day), ("minuts", Unit::Minute), ("orë", Unit::Hour), ("ditë", Unit::Day), ("klst", Unit::Hour), ("dögum", Unit::Day),
    // Duals: the number is in the word
    ("ساعتين", Unit::Hour), ("يومين", Unit::Day), ("דקה", Unit::Minute),
    // Chinese, Japanese, Korean: the mark of "before" is glued to the unit
    ("分钟前", Unit::Minute), ("分鐘前", Unit::Minute), ("分前", Unit::Minute), ("小时前", Unit::Hour), ("小時前", Unit::Hour), ("時間前", Unit::Hour), ("天前", Unit::Day), ("日前", Unit::Day), ("週間前", Unit::Week), ("周前", Unit::Week),
    ("분전", Unit::Minute), ("시간전", Unit::Hour), ("일전", Unit::Day), ("분", Unit::Minute), ("시간", Unit::Hour), ("일", Unit::Day),
];

/// Words before the number: "vor 3 Stunden", "il y a 2 jours", "hace 1 hora", "för 3 timmar sedan".
static BEFORE: &[&str] = &[
    "vor",
    "il y a",
    "hace",
    "há",
    "for",
    "för",
    "przed",
    "před",
    "acum",
    "منذ",
    "قبل",
    "πριν από",
    "πριν",
    "prije",
    "pre",
    "пре",
    "pred",
    "prieš",
    "pirms",
    "לפני",
    "fa",
    "fyrir",
    "преди",
];

/// Words behind the unit: "ago", "fa", "geleden", "назад", "önce", "전".
static BEHIND: &[&str] = &[
    "ago",
    "fa",
    "geleden",
    "siden",
    "sedan",
    "sitten",
    "temu",
    "nazad",
    "назад",
    "тому",
    "önce",
    "lalu",
    "yang lalu",
    "trước",
    "पहले",
    "atrás",
    "전",
    "ezelőtt",
    "преди",
    "tagasi",
    "پیش",
    "قبل",
    "پہلے",
    "আগে",
    "ที่แล้ว",
    "ที่ผ่านมา",
    "ang nakalipas",
    "më parë",
    "síðan",
    "ago.",
    "før",
    "zurück",
];

/// Whole words that are an age: (word, days ago).
static DAYS: &[(&str, u32)] = &[
    ("yesterday", 1),
    ("gestern", 1),
    ("hier", 1),
    ("ayer", 1),
    ("ontem", 1),
    ("ieri", 1),
    ("gisteren", 1),
    ("i går", 1),
    ("igår", 1),
    ("eilen", 1),
    ("wczoraj", 1),
    ("včera", 1),
    ("вчера", 1),
    ("вчора", 1),
    ("dün", 1),
    ("kemarin", 1),
    ("昨天", 1),
    ("昨日", 1),
    ("어제", 1),
    ("today", 0),
    ("heute", 0),
    ("aujourd'hui", 0),
    ("hoy", 0),
    ("hoje", 0),
    ("oggi", 0),
    ("vandaag", 0),
    ("i dag", 0),
    ("idag", 0),
    ("dzisiaj", 0),
    ("dnes", 0),
    ("сегодня", 0),
    ("сьогодні", 0),
    ("bugün", 0),
    ("今天", 0),
    ("今日", 0),
    ("오늘", 0),
    ("just now", 0),
];

/// The age that `text` begins with. The end may stand in a word: "21 hours agoHighlights" ends behind "ago".
pub fn leading(text: &str) -> Option<Age> {
    if !may_begin(text) {
        return None;
    }
    // An age is short; what stands behind it must not cost anything.
    let head_end = if text.len() <= 48 { text.len() } else { text.char_indices().nth(48).map_or(text.len(), |(i, _)| i) };
    let head = &text[..head_end];
    in_lower(head, |lower| named_day(head, lower).or_else(|| counted(head, lower)))
}

/// Whether an age can begin with a text, by its number or its first three bytes: most lines are none.
fn may_begin(text: &str) -> bool {
    let digits = text.bytes().take(4).take_while(u8::is_ascii_digit).count();
    if digits > 3 {
        return false;
    }
    match *text[digits..].trim_start().as_bytes() {
        [first, ref rest @ ..] if first.is_ascii_alphabetic() => {
            let at = |i: usize| rest.get(i).copied().unwrap_or(b' ');
            // Behind a number stands a unit.
            if digits > 0 { &UNIT_BEGINS } else { &BEGINS }.holds([first, at(0), at(1)])
        }
        // Digits of other scripts too are a number.
        [first, ..] => !first.is_ascii_punctuation() && !first.is_ascii_digit(),
        [] => false,
    }
}

static BEGINS: LazyLock<FirstBytes> = LazyLock::new(|| {
    let words = DAYS.iter().map(|row| row.0).chain(UNITS.iter().map(|row| row.0)).chain(NUMBERS.iter().map(|row| row.0));
    FirstBytes::new(words.chain(BEFORE.iter().copied()))
});

static UNIT_BEGINS: LazyLock<FirstBytes> = LazyLock::new(|| FirstBytes::new(UNITS.iter().map(|row| row.0)));

static DAYS_BY_FIRST: LazyLock<ByFirst<u32>> = LazyLock::new(|| ByFirst::new(DAYS.iter().copied()));
static UNITS_BY_FIRST: LazyLock<ByFirst<Unit>> = LazyLock::new(|| ByFirst::new(UNITS.iter().copied()));
static BEFORE_BY_FIRST: LazyLock<ByFirst<()>> = LazyLock::new(|| ByFirst::new(BEFORE.iter().map(|word| (*word, ()))));
static BEHIND_BY_FIRST: LazyLock<ByFirst<()>> = LazyLock::new(|| ByFirst::new(BEHIND.iter().map(|word| (*word, ()))));
static ANY_BEHIND: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(BEHIND).ok());
static NUMBER_WORDS: LazyLock<FxHashMap<&'static str, u32>> = LazyLock::new(|| NUMBERS.iter().copied().collect());

/// The age that is all of `text`, but for an introducing word such as "Updated" and marks around it.
pub fn whole(text: &str) -> Option<Age> {
    let text = text.trim();
    leading(text).filter(|age| text[age.end..].chars().all(|c| !c.is_alphanumeric()))
}

fn named_day(head: &str, lower: &str) -> Option<Age> {
    // Lower case may change lengths; the names do not, so a match at the start is a match in both.
    let (name, count) = DAYS_BY_FIRST.leading(lower).filter(|(name, _)| head.is_char_boundary(name.len())).max_by_key(|(n, _)| n.len())?;
    let next = head[name.len()..].chars().next();
    next.is_none_or(|c| !c.is_lowercase()).then_some(Age { count, unit: Unit::Day, end: name.len() })
}

fn counted(head: &str, lower: &str) -> Option<Age> {
    let lead = BEFORE_BY_FIRST
        .leading(lower)
        .filter(|(w, ())| head.get(w.len()..).is_some_and(|h| h.starts_with(' ')))
        .map(|(w, ())| w.len() + 1)
        .max();
    let from = lead.unwrap_or(0);
    let rest = &head[from..];
    // "час назад", "منذ ساعة": one of the unit, or two by its dual.
    let (count, number_end) = match number(rest) {
        Some(found) => found,
        // Most lines are no ages: the mark of one is sought before the unit.
        None if lead.is_none() && UNITS_BY_FIRST.leading(lower.trim_start()).next().is_none() => return None,
        None if lead.is_none() && !ANY_BEHIND.as_ref().is_some_and(|words| words.is_match(lower)) => return None,
        None => (if rest.starts_with("ساعتين") || rest.starts_with("يومين") { 2 } else { 1 }, 0),
    };
    let blank = rest[number_end..].len() - rest[number_end..].trim_start().len();
    let unit_text = &rest[number_end + blank..];
    let unit_at = from + number_end + blank;
    // The two texts lie side by side: what is found in lower case stands at the same bytes.
    let lower = lower.get(unit_at..).filter(|rest| rest.len() == unit_text.len())?;
    let (unit, unit_length) = unit(unit_text, lower)?;
    let unit_end = unit_at + unit_length;
    let tail = &head[unit_end..];
    let skipped = tail.len() - tail.trim_start_matches([' ', '.']).len();
    let behind = BEHIND_BY_FIRST
        .leading(lower.get(unit_length + skipped..).unwrap_or_default())
        .filter(|(w, ())| tail.get(skipped + w.len()..).is_some_and(|rest| !rest.starts_with(char::is_lowercase)))
        .map(|(w, ())| unit_end + skipped + w.len())
        .max();
    let own_mark = unit_text[..unit_length].ends_with(['前', '전']);
    match (lead, behind) {
        (_, Some(end)) => Some(Age { count, unit, end }),
        // Without a number a leading word is not enough in Latin script: "for hours", "vor Tag".
        (Some(_), None) if number_end > 0 || !unit_text.is_ascii() => Some(Age { count, unit, end: unit_end }),
        (Some(_), None) => None,
        (None, None) => own_mark.then_some(Age { count, unit, end: unit_end }),
    }
}

/// Number words of ages, lower case.
#[rustfmt::skip]
static NUMBERS: &[(&str, u32)] = &[
    ("an", 1), ("a", 1), ("one", 1), ("einer", 1), ("einem", 1), ("une", 1), ("un", 1), ("una", 1), ("um", 1), ("uma", 1), ("een", 1), ("en", 1), ("et", 1), ("ett", 1), ("jednu", 1), ("bir", 1), ("satu", 1), ("один", 1), ("одну", 1),
    ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8), ("nine", 9), ("ten", 10), ("zwei", 2), ("drei", 3), ("vier", 4), ("fünf", 5), ("sechs", 6), ("sieben", 7), ("acht", 8), ("neun", 9), ("zehn", 10),
    ("deux", 2), ("trois", 3), ("quatre", 4), ("cinq", 5), ("dos", 2), ("tres", 3), ("cuatro", 4), ("cinco", 5), ("dois", 2), ("duas", 2), ("três", 3), ("due", 2), ("tre", 3), ("twee", 2), ("drie", 3), ("to", 2), ("två", 2), ("dwa", 2), ("dwie", 2), ("trzy", 3), ("два", 2), ("две", 2), ("три", 3), ("iki", 2), ("üç", 3), ("dua", 2), ("tiga", 3),
];

/// A number, or a word for one.
fn number(text: &str) -> Option<(u32, usize)> {
    let first = each_piece(text.get(..text.len().min(12)).unwrap_or(text)).next()?;
    match first.token {
        Token::Number { value, digits } if digits <= 3 => Some((value, first.end)),
        Token::Word(w) => in_lower(w, |lower| NUMBER_WORDS.get(lower).map(|n| (*n, first.end))),
        _ => None,
    }
}

/// The unit that a text begins with: the longest row that ends at a word's end, or where a capital or caseless letter is glued on. `lower` is
/// the text in lower case.
fn unit(text: &str, lower: &str) -> Option<(Unit, usize)> {
    let fits = |name: &str| {
        let next = text.get(name.len()..).map(|rest| rest.chars().next());
        // A one-letter unit ("5h") ends its word; others may have a capital glued on.
        next.is_some_and(|c| c.is_none_or(|c| !(c.is_lowercase() || c.is_ascii_digit() || name.len() == 1 && c.is_alphanumeric())))
    };
    let word = leading_word(text);
    UNITS_BY_FIRST
        .leading(lower)
        .filter(|(name, _)| fits(name))
        .filter(|(name, _)| !name.is_ascii() || word.len() == name.len() || text[name.len()..].starts_with(char::is_uppercase))
        .max_by_key(|(name, _)| name.len())
        .map(|(name, unit)| (unit, name.len()))
}

/// When that was, only as precise as the age is: a date-time cut to the second, minute or hour, a date for days and weeks, nothing for
/// months and years (RFC 3339 has no form for them).
pub fn resolve(age: Age, fetched: Timestamp) -> Option<String> {
    let seconds = i64::from(age.count);
    let back = |unit: i64| fetched.checked_sub(SignedDuration::from_secs(seconds * unit)).ok();
    let cut = |t: Timestamp, unit: i64| Timestamp::from_second(t.as_second() - t.as_second().rem_euclid(unit)).ok().map(|t| t.to_string());
    match age.unit {
        Unit::Second => cut(back(1)?, 1),
        Unit::Minute => cut(back(60)?, 60),
        Unit::Hour => cut(back(3600)?, 3600),
        Unit::Day => Some(day(back(86_400)?).to_string()),
        Unit::Week => Some(day(back(7 * 86_400)?).to_string()),
        Unit::Month | Unit::Year => None,
    }
}

fn day(t: Timestamp) -> Date {
    t.to_zoned(jiff::tz::TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_of_many_languages() {
        for (text, count, unit) in [
            ("12 hours ago", 12, Unit::Hour),
            ("1 day ago", 1, Unit::Day),
            ("5h ago", 5, Unit::Hour),
            ("vor 3 Stunden", 3, Unit::Hour),
            ("Vor einer Stunde", 1, Unit::Hour),
            ("il y a 2 jours", 2, Unit::Day),
            ("hace 2 días", 2, Unit::Day),
            ("há 5 minutos", 5, Unit::Minute),
            ("3 ore fa", 3, Unit::Hour),
            ("2 uur geleden", 2, Unit::Hour),
            ("för 3 timmar sedan", 3, Unit::Hour),
            ("3 часа назад", 3, Unit::Hour),
            ("5 godzin temu", 5, Unit::Hour),
            ("2 saat önce", 2, Unit::Hour),
            ("2小时前", 2, Unit::Hour),
            ("3時間前", 3, Unit::Hour),
            ("4시간 전", 4, Unit::Hour),
            ("منذ 3 ساعات", 3, Unit::Hour),
            ("Yesterday", 1, Unit::Day),
            ("vor 2 Wochen", 2, Unit::Week),
            ("vor zwei Tagen", 2, Unit::Day),
            ("three hours ago", 3, Unit::Hour),
            ("час назад", 1, Unit::Hour),
            ("منذ ساعة", 1, Unit::Hour),
            ("منذ يومين", 2, Unit::Day),
            ("prije 3 sata", 3, Unit::Hour),
            ("преди 2 часа", 2, Unit::Hour),
            ("πριν από 3 ώρες", 3, Unit::Hour),
            ("לפני 3 שעות", 3, Unit::Hour),
            ("۳ ساعت پیش", 3, Unit::Hour),
            ("3 ชั่วโมงที่แล้ว", 3, Unit::Hour),
            ("3 tundi tagasi", 3, Unit::Hour),
            ("pirms 3 stundām", 3, Unit::Hour),
            ("prieš 2 valandas", 2, Unit::Hour),
            ("fa 3 hores", 3, Unit::Hour),
            ("2 timer siden", 2, Unit::Hour),
            ("৩ ঘণ্টা আগে", 3, Unit::Hour),
        ] {
            let age = whole(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((age.count, age.unit), (count, unit), "{text}");
        }
    }

    #[test]
    fn glued_age_and_no_ages() {
        let age = leading("21 hours agoHighlights").unwrap();
        assert_eq!((&"21 hours agoHighlights"[age.end..], age.count), ("Highlights", 21));
        for text in ["12 hours of rain", "3 Stunden", "hier ist es", "Two men", "", "for 3 goals", "a", "1 minute read"] {
            assert!(whole(text).is_none(), "{text}");
        }
    }

    #[test]
    fn precision_is_that_of_the_age() {
        let fetched: Timestamp = "2025-03-10T11:42:30Z".parse().unwrap();
        let at = |text: &str| resolve(whole(text).unwrap(), fetched);
        assert_eq!(at("12 hours ago").as_deref(), Some("2025-03-09T23:00:00Z"));
        assert_eq!(at("5 minutes ago").as_deref(), Some("2025-03-10T11:37:00Z"));
        assert_eq!(at("1 day ago").as_deref(), Some("2025-03-09"));
        assert_eq!(at("2 years ago"), None);
    }
}
