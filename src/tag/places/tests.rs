use super::*;

fn found(text: &str) -> Found {
    in_language(text, "en")
}

fn in_language(text: &str, language: &str) -> Found {
    let input = Input { text, language: Some(language), ..Input::default() };
    find(&input, &fold::words(text))
}

/// `name country` of all places.
fn names(found: &Found) -> Vec<String> {
    found.places.iter().map(|p| format!("{} {}", p.name, p.country.as_deref().unwrap_or("-"))).collect()
}

#[test]
fn what_is_a_place_and_which() {
    for (text, want) in [
        ("The ferry from Lisbon to Porto was late.", &["Lisbon PT", "Porto PT"][..]),
        ("He was born in Paris, Texas, and lives in Dallas.", &["Paris US", "Texas US", "Dallas US"]),
        ("The court in Springfield, Ill., met again.", &["Springfield US"]),
        ("She moved from London, Ontario, to Toronto in Canada.", &["London CA", "Ontario CA", "Toronto CA", "Canada CA"]),
        ("They flew to Paris and then to Lyon in France.", &["Paris FR", "Lyon FR", "France FR"]),
        ("Storms hit Alabama, Georgia and Florida, killing two in Atlanta.", &["Alabama US", "Georgia US", "Florida US", "Atlanta US"]),
        ("Troops crossed from Russia into Georgia and stood before Tbilisi.", &["Russia RU", "Georgia GE", "Tbilisi GE"]),
        ("The U.S. and the UK signed in Geneva.", &["United States US", "United Kingdom GB", "Geneva CH"]),
        // Names that are people or companies.
        ("Michael Jordan said that he would not play.", &[]),
        ("The Washington Post reported it on Monday.", &[]),
        ("Paris Hilton and Jack London never met.", &[]),
        ("The University of Kansas closed.", &[]),
        ("Mr. Sydney said so.", &[]),
        ("Us and them, it is in reading that we find it.", &[]),
        ("", &[]),
    ] {
        assert_eq!(names(&found(text)), want, "{text}");
    }
}

#[test]
fn other_languages_and_scripts() {
    for (language, text, want) in [
        ("de", "Der Minister reiste von München nach Wien in Österreich.", &["DE", "AT", "AT"][..]),
        ("fr", "Le ministre est parti de Londres vers la Suède.", &["GB", "SE"]),
        ("es", "El ministro viajó de Londres a Nueva York.", &["GB", "US"]),
        ("ru", "Министр прилетел в Киев из Лондон.", &["UA", "GB"]),
        ("ja", "首相は東京で会談した。", &["JP"]),
        ("zh", "总理在北京会见了代表团。", &["CN"]),
        ("ko", "총리는 서울에서 회담했다.", &["KR"]),
        ("ar", "وصل الوزير الى القاهرة", &["EG"]),
        ("el", "Ο υπουργός πήγε στη Αθήνα", &["GR"]),
    ] {
        let countries: Vec<String> = in_language(text, language).places.iter().filter_map(|p| p.country.clone()).collect();
        assert_eq!(countries, want, "{text}");
    }
}

#[test]
fn peoples_count_for_countries_and_are_no_places() {
    let of = found("Ukrainian forces met Russian troops, and the Ukrainian president spoke.");
    assert_eq!(of.places, []);
    let codes: Vec<&str> = of.countries.iter().map(|c| c.code.as_str()).collect();
    assert_eq!(codes, ["UA", "RU"]);
    assert!(of.countries[0].weight > of.countries[1].weight);
    let of = in_language("La justice russe et le gouvernement allemand", "fr");
    assert_eq!(of.countries.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), ["DE", "RU"]);
}

#[test]
fn the_dateline_is_a_place_and_settles_others() {
    let text = "The council met in Birmingham.";
    let words = fold::words(text);
    let with = |dateline, site| find(&Input { text, language: Some("en"), dateline, site, ..Input::default() }, &words);
    let of = with(Some("MONTGOMERY, Alabama"), Some("US"));
    assert_eq!((of.places[0].role, of.places[0].country.as_deref(), of.places[0].spans.len()), (PlaceRole::Dateline, Some("US"), 0));
    assert_eq!((of.places[1].role, of.places[1].country.as_deref()), (PlaceRole::Mentioned, Some("US")));
    assert_eq!(with(None, None).places[0].country.as_deref(), Some("GB"));
    let of = with(Some("KIEV"), None);
    assert_eq!((of.places[0].name.as_str(), of.places[0].geonames_id), ("Kyiv", Some(703_448)));
    assert!(of.countries.iter().any(|c| c.code == "UA"), "{:?}", of.countries);
    for (dateline, country) in
        [("WASHINGTON", "US"), ("SAO PAULO", "BR"), ("MOSCOW/KIEV", "RU"), ("GENEVA", "CH"), ("HONG KONG", "HK"), ("ROME", "IT")]
    {
        assert_eq!(with(Some(dateline), None).places[0].country.as_deref(), Some(country), "{dateline}");
    }
    assert_eq!(with(Some("NOWHERE AT ALL"), None).places[0].role, PlaceRole::Mentioned);
}

#[test]
fn addresses_tell_the_country_of_a_site() {
    for (url, want) in [
        ("https://www.zeitung.example.de/a", Some("DE")),
        ("https://news.co.uk/a.fr", Some("GB")),
        ("http://a.com.au:8080/x", Some("AU")),
        ("https://news.com/de", None),
        ("https://start.io/", None),
        ("https://host/", None),
        ("no address", None),
    ] {
        assert_eq!(site_country(url), want, "{url}");
    }
}

/// Texts of all shapes, made of names and other words in a fixed order that looks like none.
fn texts() -> impl Iterator<Item = String> {
    const PARTS: &[&str] = &[
        "Paris",
        ", ",
        "Texas",
        " ",
        "in",
        "U.S.",
        "the",
        "San José",
        "-",
        "Łódź",
        "’s",
        "東京",
        "Mr",
        ".",
        "\n\n",
        "New York",
        "Times",
        "Киев",
        "São Paulo",
        "and",
        "Côte d'Ivoire",
        "\u{1f600}",
        "Slov'yans'k",
        "UK",
        "القاهرة",
        "서울에서",
        "St. Louis",
        "Zu\u{308}rich",
        "(",
        "Georgia",
        "said",
        "CANADA",
        "e\u{301}",
    ];
    let mut state = 7u64;
    (0..400).map(move |n| {
        (0..n % 40)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let part = PARTS[(state >> 33) as usize % PARTS.len()];
                if state >> 62 == 0 { part.to_owned() } else { format!("{part} ") }
            })
            .collect()
    })
}

#[test]
fn spans_point_at_a_name_of_their_place() {
    let mut spans = 0;
    for text in texts() {
        let chars: Vec<char> = text.chars().collect();
        let mut taken: Vec<[u32; 2]> = Vec::new();
        for place in found(&text).places {
            for span in place.spans {
                spans += 1;
                let slice: String = chars[span[0] as usize..span[1] as usize].iter().collect();
                let hash = fold::words(&slice).iter().fold(fold::EMPTY, |h, w| fold::join(h, w.hash));
                let meanings = GAZETTEER.look_up(hash).map_or(&[][..], |e| e.meanings);
                assert!(
                    meanings.iter().any(|m| GAZETTEER.name(&GAZETTEER.rows[m.row()]) == place.name),
                    "{slice:?} is no name of {}",
                    place.name
                );
                assert!(!slice.starts_with(' ') && !slice.ends_with(' '), "{slice:?}");
                assert!(taken.iter().all(|t| span[1] <= t[0] || t[1] <= span[0]), "{text:?}: two places share {slice:?}");
                taken.push(span);
            }
        }
    }
    assert!(spans > 1000, "{spans}");
}

#[test]
fn tags_do_not_depend_on_what_was_tagged_before() {
    let forwards: Vec<Found> = texts().map(|t| found(&t)).collect();
    let all: Vec<String> = texts().collect();
    let mut backwards: Vec<Found> = all.iter().rev().map(|t| found(t)).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
}

#[test]
fn the_gazetteer_is_whole() {
    assert!(GAZETTEER.rows.len() > 150_000 && GAZETTEER.countries.len() > 240, "{}", GAZETTEER.rows.len());
    for row in &GAZETTEER.rows {
        assert!((-90_000..=90_000).contains(&row.lat) && (-180_000..=180_000).contains(&row.lon));
        assert!(!GAZETTEER.name(row).is_empty());
    }
    for code in ["US", "GB", "FR", "XK", "PS", "TW", "VA", "SX"] {
        let country = GAZETTEER.country_of_code(code).unwrap();
        assert!(GAZETTEER.rows.iter().any(|r| r.kind == Kind::Country && r.country == country), "{code} has no row");
    }
}

#[test]
fn a_long_text_of_names_is_bounded() {
    let text = "Paris, Texas and London. ".repeat(20_000);
    let of = found(&text);
    assert!(of.places.iter().map(|p| p.spans.len()).sum::<usize>() <= MOST_MENTIONS);
}

#[test]
fn declared_places_come_first_and_help_to_read_the_text() {
    let text = "Reading beat Bath on Saturday. The fans of Reading sang.";
    let words = fold::words(text);
    let declared = ["Reading, England".to_owned(), "Norway".to_owned(), "Oxford Street".to_owned(), "nowhere at all".to_owned()];
    let found = find(&Input { text, language: Some("en"), declared: &declared, ..Input::default() }, &words);
    let names: Vec<(&str, usize)> = found.places.iter().take(2).map(|p| (p.name.as_str(), p.spans.len())).collect();
    assert_eq!(names, [("Reading", 2), ("Norway", 0)], "{found:?}");
    assert_eq!(found.places[0].country.as_deref(), Some("GB"));
    assert!(found.countries.iter().any(|c| c.code == "NO"));
    assert!(found.places.iter().all(|p| !p.name.starts_with("Oxford")));
}
