//! Datelines: generated lines in the shape of every agency of the table, in many languages, and lines that are none.
#![allow(clippy::unwrap_used)]

use feedmill::clean::dates::agencies::AGENCIES;
use feedmill::clean::dates::dateline;

/// A language: place, place in capitals, a date in its order, how its agencies put themselves, and the begin of a story.
struct Language {
    name: &'static str,
    places: &'static [&'static str],
    dates: &'static [&'static str],
    /// `{P}` place, `{U}` place in capitals, `{D}` date, `{A}` agency.
    shapes: &'static [&'static str],
    story: &'static str,
}

#[rustfmt::skip]
static LANGUAGES: &[Language] = &[
    Language { name: "en", places: &["Lisbon", "New York", "Stratford-upon-Avon", "St. Louis", "Port-au-Prince", "Lisbon, Portugal", "Geneva/Paris"], dates: &["July 6", "Jul 6", "Sept. 24", "6 July", "July 6, 2014", "Sunday, July 6"],
        shapes: &["{U}, {D} ({A}) - ", "{U} ({A}) — ", "{U} ({A}) - ", "{U}, {D} - ", "{U}, {D} ({A}) -- ", "({A}) - ", "{P} ({A}) – ", "{U}, {D}. /{A}/. ", "{U}: ", "{U} — "], story: "The council met on Monday to talk about the harbour." },
    Language { name: "de", places: &["Berlin", "Frankfurt/Main", "Bad Homburg", "Frankfurt am Main", "Berlin/Paris"], dates: &["6. Juli", "06.07.2014"],
        shapes: &["{P} ({A}) - ", "{P} ({A}) – ", "{P}/{A} - ", "{P}, {D} ({A}) - ", "{U} ({A}) - ", "{P}. ({A}) "], story: "Der Rat hat am Montag über den Hafen beraten." },
    Language { name: "fr", places: &["Paris", "Aix-en-Provence", "Genève"], dates: &["6 juil 2014", "6 juillet"],
        shapes: &["{P}, {D} ({A}) - ", "{P} ({A}) - ", "{U} ({A}) — ", "{P} ({A}) – "], story: "Le conseil s'est réuni lundi pour parler du port." },
    Language { name: "es", places: &["Madrid", "Ciudad de México", "San José"], dates: &["6 jul", "6 de julio", "6 jul."],
        shapes: &["{P}, {D} ({A}).- ", "{P} ({A}).- ", "{P} ({A}) — ", "{U}, {D} ({A}) - ", "{P}, {D} ({A}) – "], story: "El consejo se reunió el lunes para hablar del puerto." },
    Language { name: "pt", places: &["Lisboa", "São Paulo", "Rio de Janeiro"], dates: &["06 jul 2014", "6 de julho"],
        shapes: &["{P}, {D} ({A}) - ", "{P}, {D} ({A}) – ", "{U} ({A}) - "], story: "O conselho reuniu-se na segunda-feira para falar do porto." },
    Language { name: "it", places: &["Roma", "Reggio nell'Emilia", "Milano"], dates: &["6 lug", "6 luglio"],
        shapes: &["({A}) - {U}, {D} - ", "{U}, {D} ({A}) - ", "{P}, {D} ({A}) - ", "{U} ({A}) - "], story: "Il consiglio si è riunito lunedì per parlare del porto." },
    Language { name: "nl", places: &["Amsterdam", "Den Haag"], dates: &["6 juli"], shapes: &["{U} ({A}) - ", "{P} ({A}) - ", "{U} ({A}) – "], story: "De raad vergaderde maandag over de haven." },
    Language { name: "da", places: &["København", "Aarhus"], dates: &["6. juli"], shapes: &["{P} ({A}) - ", "{U} ({A}) - "], story: "Rådet mødtes mandag for at tale om havnen." },
    Language { name: "no", places: &["Oslo", "Mo i Rana"], dates: &["6. juli"], shapes: &["{U} ({A}): ", "{P} ({A}) – "], story: "Rådet møttes mandag for å snakke om havnen." },
    Language { name: "sv", places: &["Stockholm", "Malmö"], dates: &["6 juli"], shapes: &["{U} ({A}) – ", "{P} ({A}) - "], story: "Rådet möttes i måndags för att tala om hamnen." },
    Language { name: "pl", places: &["Warszawa", "Bielsko-Biała"], dates: &["6 lipca"], shapes: &["{P} ({A}) - ", "{P}, {D} ({A}) - ", "{U} ({A}) – "], story: "Rada zebrała się w poniedziałek w sprawie portu." },
    Language { name: "cs", places: &["Praha", "Ústí nad Labem"], dates: &["6. července"], shapes: &["{P} {D} ({A}) - ", "{P} ({A}) - "], story: "Rada se sešla v pondělí kvůli přístavu." },
    Language { name: "hu", places: &["Budapest"], dates: &["július 6."], shapes: &["{P}, {D} ({A}) - ", "{P} ({A}) – "], story: "A tanács hétfőn ülésezett a kikötőről." },
    Language { name: "ro", places: &["București", "Cluj-Napoca"], dates: &["6 iul", "6 iulie"], shapes: &["{P}, {D} /{A}/ - ", "{P}, {D} ({A}) - "], story: "Consiliul s-a întrunit luni pentru a discuta despre port." },
    Language { name: "ru", places: &["Москва", "Нижний Новгород"], dates: &["6 июля", "6 июл"], shapes: &["{U}, {D}. /{A}/. ", "{U}, {D} — {A}. ", "{P}. {D}. {A} - ", "{U}, {D} ({A}) - ", "{U}, {D} - {A}. "], story: "Совет собрался в понедельник, чтобы обсудить порт." },
    Language { name: "uk", places: &["Київ", "Кривий Ріг"], dates: &["6 липня"], shapes: &["{U}, {D}. /{A}/. ", "{P}, {D} ({A}) - ", "{U}. {D}. {A}. "], story: "Рада зібралася в понеділок, щоб обговорити порт." },
    Language { name: "tr", places: &["Ankara", "İstanbul"], dates: &["6 Temmuz"], shapes: &["{U} ({A}) - ", "{U}, {D} ({A}) - ", "{U} - {A} - "], story: "Meclis pazartesi günü limanı görüşmek için toplandı." },
    Language { name: "id", places: &["Jakarta"], dates: &["6 Juli"], shapes: &["{U} ({A}) - ", "{P} ({A}) - "], story: "Dewan bertemu pada hari Senin untuk membahas pelabuhan." },
    Language { name: "vi", places: &["Hà Nội", "Cần Thơ"], dates: &["6/7", "06/7", "6 tháng 7"], shapes: &["{P}, {D} ({A}) - ", "{P} ({A}) - "], story: "Hội đồng họp hôm thứ Hai để bàn về bến cảng." },
    Language { name: "ar", places: &["القاهرة"], dates: &["6 يوليو"], shapes: &["{P} ({A}) - ", "{P} {D} ({A}) - ", "{P} - ({A}) - "], story: "اجتمع المجلس يوم الاثنين لمناقشة الميناء." },
];

/// Shapes of one agency's own, with raw, place and agency.
#[rustfmt::skip]
static OWN: &[(&str, Option<&str>, &str)] = &[
    ("新华社里斯本7月6日电（记者张三）市议会开会。", Some("里斯本"), "XINHUA"),
    ("新华社北京7月6日电 市议会开会。", Some("北京"), "XINHUA"),
    ("中新社北京7月6日电 市议会开会。", Some("北京"), "CNS"),
    ("中新网7月6日电 市议会开会。", None, "CNS"),
    ("(서울=연합뉴스) 홍길동 기자 = 시의회가 열렸다.", Some("서울"), "YONHAP"),
    ("【リスボン共同】市議会が開かれた。", Some("リスボン"), "KYODO"),
    ("【リスボン時事】市議会が開かれた。", Some("リスボン"), "JIJI"),
    ("(中央社記者張三台北6日電)市議會今天開會。", Some("台北"), "CNA"),
    ("（中央社台北6日電）市議會今天開會。", Some("台北"), "CNA"),
];

#[test]
fn datelines_of_every_agency_and_language_are_found() {
    let (mut all, mut missed) = (0, Vec::new());
    let mut languages = std::collections::BTreeSet::new();
    let mut agency_turn = 0;
    for language in LANGUAGES {
        languages.insert(language.name);
        for shape in language.shapes {
            for (p, place) in language.places.iter().enumerate() {
                for date in language.dates {
                    // Every agency has its turn; shapes without one are made once.
                    for _ in 0..if shape.contains("{A}") { 5 } else { 1 } {
                        let row = &AGENCIES[agency_turn % AGENCIES.len()];
                        agency_turn += 7;
                        let sign = row.signs[agency_turn % row.signs.len()];
                        let sign = sign.trim_matches(['/', '©']);
                        let line =
                            shape.replace("{P}", place).replace("{U}", &place.to_uppercase()).replace("{D}", date).replace("{A}", sign)
                                + language.story;
                        all += 1;
                        let found = dateline::find(&line);
                        let wanted = if shape.contains("{U}") { place.to_uppercase() } else { (*place).to_owned() };
                        let right = found.as_ref().is_some_and(|f| {
                            let place_ok = !shape.contains("{P}") && !shape.contains("{U}") || f.place.as_deref() == Some(&wanted);
                            let agency_ok = !shape.contains("{A}") || f.agency.is_some_and(|a| a.code == row.code);
                            let date_ok =
                                !shape.contains("{D}") || f.date.is_some_and(|d| d.day == 6 && d.month == 7 || d.day == 24 && d.month == 9);
                            place_ok && agency_ok && date_ok && line[f.end..] == *language.story
                        });
                        if !right {
                            missed.push(format!("{p} {line}  ->  {found:?}"));
                        }
                    }
                }
            }
        }
    }
    for (line, place, agency) in OWN {
        all += 1;
        let found = dateline::find(line);
        if !found.as_ref().is_some_and(|f| f.place.as_deref() == *place && f.agency.is_some_and(|a| a.code == *agency)) {
            missed.push(format!("{line}  ->  {found:?}"));
        }
    }
    assert!(languages.len() >= 12);
    let share = 1.0 - missed.len() as f64 / f64::from(all);
    println!("datelines {all} found {share:.4}");
    assert!(share >= 0.985, "{share:.4} of {all}\n{}", missed.join("\n"));
}

#[test]
fn lines_that_are_no_datelines() {
    let lines: Vec<&str> = include_str!("cases/no_datelines.txt").lines().filter(|l| !l.is_empty()).collect();
    assert!(lines.len() >= 200, "{}", lines.len());
    let taken: Vec<String> = lines.iter().filter_map(|l| dateline::find(l).map(|f| format!("{l}  ->  {f:?}"))).collect();
    println!("lines {} taken {}", lines.len(), taken.len());
    assert!(taken.len() * 200 <= lines.len(), "{} of {}\n{}", taken.len(), lines.len(), taken.join("\n"));
}
