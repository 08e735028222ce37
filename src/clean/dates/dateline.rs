//! Datelines: `KIEV, July 6 (Reuters) - `, `WASHINGTON (AP) — `, `Berlin (dpa) - `, `МОСКВА, 6 июля. /ТАСС/. `, `Madrid, 6 jul (EFE).- `,
//! `新华社北京7月6日电`, `(Reuters) - `.
//!
//! A dateline is taken only with evidence: an agency, a date, or a place in capitals. "Berlin - the city ..." alone is a sentence.

use super::absolute::{self, Order, Written};
use super::agencies::{self, AgencyRow};
use super::words::{Token, pieces};

/// A dateline at the start of a story.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Without agency and dash, as it stands on the page: `KIEV, July 6`.
    pub raw: String,
    /// The place or places: `KIEV`, `MOSCOW/KIEV`.
    pub place: Option<String>,
    pub date: Option<Written>,
    pub agency: Option<&'static AgencyRow>,
    /// Bytes of the text up to the story's first word.
    pub end: usize,
}

/// A dateline is no longer than this, in code points.
const LONGEST: usize = 120;

/// Finds the dateline that `text` begins with.
pub fn find(text: &str) -> Option<Found> {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(i, _)| i);
    let head = &text[..end];
    if let Some(found) = east_asian(head) {
        return Some(found);
    }
    let found = ends(head).find_map(|(stop, behind)| parse(head, stop, behind))?;
    Some(with_next(head, found))
}

/// A dateline in two parts: "(ANSA) - ROMA, 6 LUG - ", "ANKARA - AA - ", "МОСКВА, 6 июля - РИА Новости. ".
fn with_next(head: &str, found: Found) -> Found {
    let rest = &head[found.end..];
    if found.place.is_none() {
        let second = ends(rest).find_map(|(stop, behind)| parse(rest, stop, behind)).filter(|f| f.place.is_some());
        return match second {
            Some(second) => Found { agency: found.agency, end: found.end + second.end, ..second },
            None => found,
        };
    }
    if found.agency.is_some() {
        return found;
    }
    let stop = [" - ", " – ", " — ", ". ", ": "].iter().filter_map(|mark| rest.find(mark).map(|i| (i, i + mark.len()))).min();
    match stop.and_then(|(i, behind)| agencies::signed(&rest[..i]).map(|a| (a, behind))) {
        Some((agency, behind)) => Found { agency: Some(agency), end: found.end + behind, ..found },
        None => found,
    }
}

/// Places where a dateline may end: dashes, `.-`, a full stop behind an agency. (end of the dateline, start of the story)
fn ends(head: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let marks = head.char_indices().filter(|(_, c)| matches!(c, '—' | '―' | '–' | '-' | '.' | ':' | ')' | ']'));
    marks.filter_map(|(i, c)| {
        let next = i + c.len_utf8();
        let blank_before = head[..i].ends_with(|b: char| b.is_whitespace() || matches!(b, '.' | ')' | '/' | '-'));
        let stop = match c {
            '—' | '―' => true,
            '–' | '-' => blank_before && (head[next..].starts_with([' ', '-']) || head[..i].ends_with(['.', ')'])),
            '.' => head[next..].starts_with(' ') && (head[..i].ends_with([')', '/', ']']) || signed_tail(&head[..i]).is_some()),
            ':' => head[next..].starts_with(' ') && (head[..i].ends_with([')', '/', ']']) || is_place_line(&head[..i])),
            // "Berlin. (dpa) Der Rat": no dash at all.
            ')' | ']' => {
                let inner = head[..i].rfind(['(', '[']).map(|open| &head[open + 1..i]);
                let starts = head[next..]
                    .strip_prefix(' ')
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '„' | '“')));
                starts && inner.is_some_and(|inner| agencies::among(inner).is_some())
            }
            _ => false,
        };
        if !stop {
            return None;
        }
        let story = head.len() - head[next..].trim_start_matches([' ', '-', '–', '—']).len();
        let stop_at = if matches!(c, ')' | ']') { next } else { i };
        (story < head.len()).then_some((stop_at, story))
    })
}

/// "NEW DELHI: The council": capitals before a colon, long enough for a place and no label.
fn is_place_line(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 5
        && is_capitals(text)
        && !is_label(text)
        && is_name(text.split(',').next().unwrap_or_default())
}

/// The agency in the last part of a dateline, and where that part begins: "КИЇВ. 6 липня. УНІАН", "Berlin/dpa".
fn signed_tail(text: &str) -> Option<(usize, &'static AgencyRow)> {
    [". ", ", ", " - ", " – ", " — ", "/", " "].iter().find_map(|mark| {
        let at = text.rfind(mark)?;
        let agency = agencies::signed(&text[at + mark.len()..])?;
        // Behind a mere blank stands an agency only when it is behind a date: "Київ, 6 липня УНІАН".
        (*mark != " " || text[..at].ends_with(['.', ',', ')'])).then_some((at, agency))
    })
}

/// Reads what stands before a dash.
fn parse(head: &str, stop: usize, story: usize) -> Option<Found> {
    let before = head[..stop].trim_end_matches([' ', '.', '-', ',']);
    let (rest, agency) = without_agency(before);
    let raw = rest.trim_matches([' ', '.', ',', '-', '/']);
    if raw.is_empty() {
        return agency.map(|a| Found { raw: before.to_owned(), place: None, date: None, agency: Some(a), end: story });
    }
    let date = absolute::first(raw, Order::DayFirst).or_else(|| agency.and_then(|_| day_and_month(raw)));
    let place_part = match &date {
        Some(d) if d.start == 0 => raw[d.end..].trim_start_matches([' ', ',', '.']),
        Some(d) => &raw[..without_weekday(raw, d.start)],
        None => raw,
    };
    if let Some(d) = &date
        && d.start > 0
        && !is_rest_of_date(&raw[d.end..])
    {
        return None;
    }
    let (place, own_agency) = place(place_part)?;
    let agency = agency.or(own_agency);
    let capitals = is_capitals(&place);
    let evidence = agency.is_some() || date.is_some() || capitals && !is_label(&place) && !raw.contains(';');
    evidence.then(|| Found { raw: raw.to_owned(), place: Some(place), date, agency, end: story })
}

/// "Cần Thơ, 19/2 (TTXVN)": only an agency's sign tells such a pair from a score.
fn day_and_month(raw: &str) -> Option<Written> {
    let start = raw.rfind(' ')? + 1;
    let (day, month) = raw[start..].split_once('/')?;
    let (day, month) = (day.parse().ok()?, month.parse().ok()?);
    let is_day = (1..=31).contains(&day) && (1..=12).contains(&month);
    is_day.then_some(Written { start, end: raw.len(), year: None, month, day, weekday: None, time: None, offset: None })
}

/// Behind the date nothing but a year's word ("2014 г", "года") or a time may stand.
fn is_rest_of_date(text: &str) -> bool {
    pieces(text).iter().all(|p| match p.token {
        Token::Word(w) => w.chars().count() <= 5 && w.chars().all(char::is_lowercase) || agencies::signed(w).is_some(),
        _ => true,
    })
}

/// The start of "Sunday, " or "am Sonntag, " before a date at `at`.
fn without_weekday(raw: &str, at: usize) -> usize {
    let before = raw[..at].trim_end_matches([' ', ',', '.']);
    let word = before.rsplit([' ', ',']).next().unwrap_or_default();
    if super::weekdays::named(word).is_some() { before.len() - word.len() } else { at }
}

/// Takes out `(Reuters)`, `/TASS/`, `[AFP]` behind the place, or the name of an agency alone.
fn without_agency(text: &str) -> (&str, Option<&'static AgencyRow>) {
    for (open, close) in [('(', ')'), ('/', '/'), ('[', ']')] {
        let Some(inner_end) = text.strip_suffix(close).map(str::len) else { continue };
        let Some(start) = text[..inner_end].rfind(open) else { continue };
        if let Some(agency) = agencies::among(&text[start + open.len_utf8()..inner_end]) {
            return (&text[..start], Some(agency));
        }
    }
    if let Some(agency) = agencies::signed(text) {
        return ("", Some(agency));
    }
    match signed_tail(text) {
        Some((at, agency)) => (&text[..at], Some(agency)),
        None => (text, None),
    }
}

/// Small words inside the names of places.
static PARTICLES: &[&str] = &[
    "de", "del", "la", "le", "of", "the", "am", "an", "der", "do", "da", "dos", "las", "los", "el", "sur", "on", "upon", "di", "and",
    "und", "et", "y", "na", "bei", "au", "aux", "en", "les", "lès", "sous", "sur", "nad", "pod", "i", "a", "het", "op", "aan", "bij",
    "nell", "dei", "della", "al", "av", "ob", "in", "im", "an", "vor",
];

/// Words in capitals before a dash that are no places: labels that news sites put before headlines and sentences.
static LABELS: &[&str] = &[
    "UPDATE",
    "BREAKING",
    "EXCLUSIVE",
    "WATCH",
    "LIVE",
    "VIDEO",
    "PHOTOS",
    "ANALYSIS",
    "OPINION",
    "REVIEW",
    "NEW",
    "CORRECTED",
    "CORRECTION",
    "WRAPUP",
    "FACTBOX",
    "EXPLAINER",
    "RPT",
    "REFILE",
    "ADVISORY",
    "READ",
    "NOTE",
    "WARNING",
    "EILMELDUNG",
    "KOMMENTAR",
    "URGENT",
    "DIRECT",
    "VIDÉO",
    "EXKLUSIV",
    "INTERVIEW",
    "PODCAST",
    "FAQ",
    "AD",
    "ADVERTISEMENT",
    "TL;DR",
    "Q",
    "A",
    "PS",
    "NB",
    "IN PICTURES",
    "PICTURES",
    "LISTEN",
    "MORE",
    "RELATED",
    "CNN",
    "BBC",
    "NPR",
    "ABC",
    "FOX",
    "EDITORIAL",
    "SPONSORED",
    "OPINIÓN",
    "ÚLTIMA HORA",
    "EN DIRECT",
    "TOP",
    "SPORT",
    "NEWS",
    "COVID-19",
    "USA",
    "TODAY",
    // Labels that stand before a colon
    "SUMMARY",
    "DETAILS",
    "CLAIM",
    "FACT",
    "FACTS",
    "VERDICT",
    "QUESTION",
    "ANSWER",
    "CONTEXT",
    "BACKGROUND",
    "PHOTO",
    "SPOILER",
    "SPOILERS",
    "EDITOR",
    "EDITOR'S",
    "DISCLAIMER",
    "UPDATED",
    "DEVELOPING",
    "ALERT",
    "IMPORTANT",
    "REMINDER",
    "QUIZ",
    "POLL",
    "TRAILER",
    "RECIPE",
    "RESULTS",
    "SCORES",
    "PREVIEW",
    "RECAP",
    "COLUMN",
    "COMMENT",
    "ACHTUNG",
    "HINWEIS",
    "INFO",
    "STORY",
    "SOURCE",
    "CREDIT",
    "WHAT",
    "WHEN",
    "WHERE",
    "WHY",
    "HOW",
    "RATING",
    "TAGS",
    "DATE",
    "TIME",
    "SHARE",
    "FOLLOW",
    "CAPTION",
    "IMAGE",
    "PICTURE",
    "PLEASE",
    "PLUS",
    "ALSO",
    // Bodies that write themselves in capitals
    "NASA",
    "NATO",
    "UEFA",
    "FIFA",
    "WHO",
    "UNESCO",
    "UNICEF",
    "OPEC",
    "IAEA",
    "ASEAN",
    "CIA",
    "FBI",
    "NFL",
    "NBA",
    "MLB",
    "NHL",
    "CDU",
    "CSU",
    "SPD",
    "FDP",
    "BVB",
    "IBM",
    "BMW",
    "SAP",
    "ARD",
    "ZDF",
    "CNBC",
    "CBS",
    "NBC",
    "PBS",
    "GOP",
    "FDA",
    "CDC",
    "IMF",
    "OECD",
    "WTO",
];

/// Words that begin sentences about a day: "On July 6 - a Sunday - it rained".
static PREPOSITIONS: &[&str] = &[
    "On", "In", "At", "By", "From", "Since", "Until", "Before", "After", "Am", "Im", "Vom", "Seit", "Ab", "Bis", "Le", "Du", "Depuis",
    "El", "Desde", "Il", "Dal", "Op", "Den", "Em", "No", "Dia", "На", "В", "С", "До", "У",
];

fn is_label(place: &str) -> bool {
    let first = place.split([' ', ',']).next().unwrap_or_default();
    // "NEW YORK" and "TOP OF THE WORLD" begin like labels.
    let begins = |l: &str| l == first && !matches!(l, "NEW" | "TOP" | "A" | "AD" | "Q" | "SPORT");
    place.contains(';') || LABELS.iter().any(|l| *l == place || begins(l)) || place.chars().filter(|c| c.is_alphabetic()).count() < 3
}

fn is_capitals(place: &str) -> bool {
    // "KIEV, Ukraine": the place itself, not its country.
    let first = place.split(',').next().unwrap_or_default();
    first.chars().any(char::is_uppercase) && !first.chars().any(char::is_lowercase)
}

/// A place or several, with region or country: capitalised words, up to four a part, up to three parts. An agency may be one of them.
fn place(text: &str) -> Option<(String, Option<&'static AgencyRow>)> {
    let text = text.trim_matches([' ', ',', '.', '/']);
    let mut agency = None;
    let mut kept: Vec<&str> = Vec::new();
    let parts: Vec<&str> = text.split([',', ';']).map(str::trim).filter(|p| !p.is_empty()).collect();
    if parts.is_empty() || parts.len() > 4 {
        return None;
    }
    for part in parts {
        // A part of its own that is an agency: "Москва. 6 июля. Интерфакс", "Київ, УНІАН".
        let sign = part.trim_matches(['.', ' ']);
        if !kept.is_empty()
            && let Some(a) = agencies::signed(sign)
        {
            agency = Some(a);
            continue;
        }
        if !is_name(part) {
            return None;
        }
        kept.push(part);
    }
    (!kept.is_empty()).then(|| (kept.join(", "), agency))
}

fn is_name(part: &str) -> bool {
    let words: Vec<&str> = part.split([' ', '/', '-', '.', '’', '\'']).filter(|w| !w.is_empty()).collect();
    !words.is_empty()
        && words.len() <= 6
        && part.split(' ').count() <= 5
        && part
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '/' | '-' | '.' | '’' | '\'' | '(' | ')') || matches!(c, '\u{300}'..='\u{36f}'))
        && !PREPOSITIONS.contains(&words[0])
        && words[0].starts_with(|c: char| c.is_uppercase() || !c.is_lowercase())
        && words.iter().all(|w| w.starts_with(|c: char| !c.is_lowercase()) || PARTICLES.contains(w))
}

/// 新华社北京7月6日电, 【東京共同】, (서울=연합뉴스).
fn east_asian(head: &str) -> Option<Found> {
    if let Some(inside) = head.strip_prefix(['(', '（']).and_then(|h| h.split_once([')', '）']))
        && let Some((place, sign)) = inside.0.split_once('=')
    {
        let agency = agencies::signed(sign.split(' ').next().unwrap_or_default())?;
        let end = head.len() - inside.1.trim_start_matches([' ', '=']).len();
        return Some(Found { raw: inside.0.to_owned(), place: Some(place.to_owned()), date: None, agency: Some(agency), end });
    }
    if let Some((inside, behind)) = head.strip_prefix(['(', '（']).and_then(|h| h.split_once([')', '）']))
        && let Some(found) = central_news(inside)
    {
        return Some(Found { end: head.len() - behind.trim_start_matches(' ').len(), ..found });
    }
    if let Some((inside, behind)) = head.strip_prefix('【').and_then(|h| h.split_once('】')) {
        let agency = agencies::AGENCIES.iter().find(|a| {
            a.signs.iter().any(|s| {
                inside.ends_with(s) || inside.ends_with("共同") && a.code == "KYODO" || inside.ends_with("時事") && a.code == "JIJI"
            })
        })?;
        let place = inside.trim_end_matches("通信").trim_end_matches(['共', '同', '時', '事']).trim();
        let place = (!place.is_empty()).then(|| place.to_owned());
        return Some(Found { raw: inside.to_owned(), place, date: None, agency: Some(agency), end: head.len() - behind.len() });
    }
    let (before, behind) = head.split_once('电').or_else(|| head.split_once('電'))?;
    let date = absolute::first(before, Order::DayFirst).filter(|d| d.end == before.len())?;
    let place_part = &before[..date.start];
    let agency = agencies::AGENCIES.iter().find(|a| a.signs.iter().any(|s| !s.is_ascii() && place_part.starts_with(s)));
    let sign = agency.and_then(|a| a.signs.iter().find(|s| place_part.starts_with(**s))).map_or(0, |s| s.len());
    let place = place_part[sign..].trim();
    if place.chars().count() > 12 {
        return None;
    }
    let place = (!place.is_empty()).then(|| place.to_owned());
    let story = behind.trim_start_matches(' ');
    Some(Found { raw: before.to_owned(), place, date: Some(date), agency, end: head.len() - story.len() })
}

/// 中央社記者張三豐台北6日電: the agency, the reporter (three characters nearly always), the place and the day of the month.
fn central_news(inside: &str) -> Option<Found> {
    let rest = inside.strip_prefix("中央社")?.strip_suffix('電')?;
    let rest = rest.trim_end_matches('日').trim_end_matches(|c: char| c.is_numeric());
    let place = match rest.strip_prefix("記者") {
        Some(named) => {
            let count = named.chars().count();
            // A place has two characters at least; names of two leave four in all.
            let name = if count >= 5 { 3 } else { 2.min(count) };
            named.char_indices().nth(name).map_or("", |(i, _)| &named[i..])
        }
        None => rest,
    };
    let place = (!place.is_empty() && place.chars().count() <= 8).then(|| place.to_owned());
    Some(Found { raw: inside.to_owned(), place, date: None, agency: agencies::signed("中央社"), end: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Raw, place, month and day, agency.
    type Shape<'a> = (&'a str, Option<&'a str>, Option<(i8, i8)>, Option<&'a str>);

    fn shape(found: &Found) -> Shape<'_> {
        (&found.raw, found.place.as_deref(), found.date.map(|d| (d.month, d.day)), found.agency.map(|a| a.code))
    }

    #[test]
    fn shapes_of_the_agencies() {
        let rows: &[(&str, Shape<'_>)] = &[
            ("HARBOUR CITY, July 6 - The council met", ("HARBOUR CITY, July 6", Some("HARBOUR CITY"), Some((7, 6)), None)),
            ("LISBON, July 6 (Reuters) - The council met", ("LISBON, July 6", Some("LISBON"), Some((7, 6)), Some("REUTERS"))),
            ("(Reuters) - The council met", ("(Reuters)", None, None, Some("REUTERS"))),
            ("LISBON (AP) — The council met", ("LISBON", Some("LISBON"), None, Some("AP"))),
            ("LISBON, Portugal (AP) -- The council met", ("LISBON, Portugal", Some("LISBON, Portugal"), None, Some("AP"))),
            ("MADRID — The council met", ("MADRID", Some("MADRID"), None, None)),
            ("Lissabon (dpa) - Der Rat tagte", ("Lissabon", Some("Lissabon"), None, Some("DPA"))),
            ("Lissabon/Porto (dpa/AFP) – Der Rat tagte", ("Lissabon/Porto", Some("Lissabon/Porto"), None, Some("DPA"))),
            ("Lisboa, 6 jul (EFE).- El consejo se reunió", ("Lisboa, 6 jul", Some("Lisboa"), Some((7, 6)), Some("EFE"))),
            ("ЛИССАБОН, 6 июля. /ТАСС/. Совет собрался", ("ЛИССАБОН, 6 июля", Some("ЛИССАБОН"), Some((7, 6)), Some("TASS"))),
            ("Paris, 6 juil 2014 (AFP) - Le conseil", ("Paris, 6 juil 2014", Some("Paris"), Some((7, 6)), Some("AFP"))),
            ("LISBON, Sunday, July 6 (Xinhua) -- The council", ("LISBON, Sunday, July 6", Some("LISBON"), Some((7, 6)), Some("XINHUA"))),
            ("新华社里斯本7月6日电 市议会开会", ("新华社里斯本7月6日", Some("里斯本"), Some((7, 6)), Some("XINHUA"))),
            ("(서울=연합뉴스) 시의회가 열렸다", ("서울=연합뉴스", Some("서울"), None, Some("YONHAP"))),
            ("【リスボン共同】市議会が開かれた", ("リスボン共同", Some("リスボン"), None, Some("KYODO"))),
        ];
        for (text, want) in rows {
            assert_eq!(find(text).as_ref().map(shape), Some(*want), "{text}");
        }
    }

    #[test]
    fn sentences_are_no_datelines() {
        for text in [
            "Berlin - the city that never ends - is old",
            "BREAKING - A bridge fell",
            "The man - a sailor - left",
            "WATCH — The bridge falls",
            "On July 6 - a Sunday - it rained",
            "He said he would come (again) - and came",
            "Mary Smith, 34 - a nurse",
            "A well-known story",
            "",
            "—",
            "- - - -",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
