//! Names of weekdays, in lower case.

use super::words::{in_lower, leading_word};
use jiff::civil::Weekday;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Rows from Monday to Sunday; forms of one day are separated by blanks. Short forms only where they mean nothing else.
#[rustfmt::skip]
static WEEKDAYS: &[[&str; 7]] = &[
    ["monday mon", "tuesday tues tue", "wednesday wed", "thursday thurs thu", "friday fri", "saturday sat", "sunday sun"],
    ["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag sonnabend", "sonntag"],
    ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    ["segunda-feira", "terça terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"],
    ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
    ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
    ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
    ["måndag måndagen", "tisdag tisdagen", "onsdag onsdagen", "torsdag torsdagen", "fredag fredagen", "lördag lördagen", "söndag söndagen"],
    ["maanantai maanantaina", "tiistai tiistaina", "keskiviikko keskiviikkona", "torstai torstaina", "perjantai perjantaina", "lauantai lauantaina", "sunnuntai sunnuntaina"],
    ["poniedziałek", "wtorek", "środa środę", "czwartek", "piątek", "sobota sobotę", "niedziela niedzielę"],
    ["pondělí", "úterý", "středa středu", "čtvrtek", "pátek", "sobotu", "neděle neděli"],
    ["hétfő hétfőn", "kedd kedden", "szerda szerdán", "csütörtök csütörtökön", "péntek pénteken", "szombat szombaton", "vasárnap"],
    ["luni", "marți marţi", "miercuri", "joi", "vineri", "sâmbătă", "duminică"],
    ["понедельник", "вторник", "среда среду", "четверг", "пятница пятницу", "суббота субботу", "воскресенье"],
    ["понеділок", "вівторок", "середа середу", "четвер", "п'ятниця п'ятницю", "субота суботу", "неділя неділю"],
    ["pazartesi", "salı", "çarşamba", "perşembe", "cuma", "cumartesi", "pazar"],
    ["senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu"],
];

static BY_NAME: LazyLock<FxHashMap<&'static str, Weekday>> = LazyLock::new(|| {
    let mut map = FxHashMap::default();
    for row in WEEKDAYS {
        for (day, names) in (1i8..).zip(row) {
            for name in names.split(' ') {
                if let Ok(weekday) = Weekday::from_monday_one_offset(day) {
                    map.entry(name).or_insert(weekday);
                }
            }
        }
    }
    map
});

/// The weekday that a word names, any language, any case.
pub fn named(word: &str) -> Option<Weekday> {
    (word.len() <= 40).then(|| in_lower(word, |lower| BY_NAME.get(lower).copied())).flatten()
}

/// The first weekday in a text, written out (abbreviations such as "Sun" are names of other things in running text).
pub fn first_in(text: &str) -> Option<Weekday> {
    let mut rest = text;
    while let Some(at) = rest.find(char::is_alphabetic) {
        rest = &rest[at..];
        let word = leading_word(rest);
        let length = if word.is_empty() { rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()) } else { word.len() };
        if word.chars().take(5).count() > 4
            && let Some(day) = named(word)
        {
            return Some(day);
        }
        rest = &rest[length..];
    }
    cjk(text)
}

/// 日曜日, 星期日, 周日, 일요일.
fn cjk(text: &str) -> Option<Weekday> {
    const JAPANESE: &str = "月火水木金土日";
    const KOREAN: &str = "월화수목금토일";
    const CHINESE: &str = "一二三四五六日";
    for (before, days, after) in [("", JAPANESE, "曜"), ("", KOREAN, "요일"), ("星期", CHINESE, ""), ("周", CHINESE, "")] {
        let key = if after.is_empty() { before } else { after };
        let Some(at) = text.find(key) else { continue };
        let letter = if after.is_empty() { text[at + key.len()..].chars().next() } else { text[..at].chars().next_back() };
        if let Some(n) = letter.and_then(|l| days.chars().position(|d| d == l)) {
            return Weekday::from_monday_one_offset(n as i8 + 1).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays() {
        assert_eq!(first_in("Resurgent forces on Sunday pursued"), Some(Weekday::Sunday));
        assert_eq!(first_in("wie die Polizei am Dienstag mitteilte"), Some(Weekday::Tuesday));
        assert_eq!(first_in("сообщил в среду представитель"), Some(Weekday::Wednesday));
        assert_eq!(first_in("市長は土曜日に"), Some(Weekday::Saturday));
        assert_eq!(first_in("The Sun said so"), None);
        assert_eq!(first_in(&"x".repeat(100_000)), None);
    }
}
