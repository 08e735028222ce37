use super::*;

/// Spellings of one address: all rows of a group have the key of its first.
const SAME: &[&[&str]] = &[
    &[
        "https://www.example.com/news/harbour-opens-4711",
        "http://www.example.com/news/harbour-opens-4711",
        "HTTPS://WWW.EXAMPLE.COM:443/news/harbour-opens-4711",
        "http://example.com:80/news/harbour-opens-4711",
        "https://example.com./news/harbour-opens-4711/",
        "https://m.example.com/news/harbour-opens-4711",
        "https://amp.example.com/news/harbour-opens-4711",
        "https://www.m.example.com/news/harbour-opens-4711",
        "https://mobile.example.com//news///harbour-opens-4711",
        "https://user:secret@example.com/news/harbour-opens-4711",
        " https://example.com/news/./x/../harbour-opens-4711\n",
        "https://example.com/news/harbour%2Dopens-4711",
        "https://example.com/news/harbour-opens-4711#comments",
        "https://example.com/news/harbour-opens-4711#",
        "https://example.com/news/harbour-opens-4711?",
        "https://example.com/news/harbour-opens-4711?utm_source=x&utm_medium=mail",
        "https://example.com/news/harbour-opens-4711?UTM_Source=x&fbclid=IwAR0_x",
        "https://example.com/news/harbour-opens-4711?amp;utm_source=x",
        "https://example.com/news/harbour-opens-4711?ref=rss",
        "https://example.com/news/harbour-opens-4711?_ga=2.1&spm=a2.7&msclkid=9&yclid=1&igshid=a&ref_src=twsrc%5Etfw&mc_cid=a&mc_eid=b",
        "https://example.com/news/harbour-opens-4711?PHPSESSID=0f3a",
        "https://example.com/news/harbour-opens-4711;jsessionid=0F3A.n1",
        "https://example.com/news/harbour-opens-4711/amp",
        "https://example.com/news/harbour-opens-4711/amp/",
        "https://example.com/news/harbour-opens-4711/amp.html",
        "https://example.com/news/harbour-opens-4711.amp",
        "https://example.com/amp/news/harbour-opens-4711",
        "https://example.com/news/harbour-opens-4711?amp",
        "https://example.com/news/harbour-opens-4711?amp=1",
        "https://example.com/news/harbour-opens-4711?outputType=amp",
        "https://www.google.com/amp/s/example.com/news/harbour-opens-4711",
        "https://example-com.cdn.ampproject.org/c/s/example.com/news/harbour-opens-4711",
        "https://example.com/news/harbour-opens-4711/index.html",
        "https://example.com/news/harbour-opens-4711?print=1",
    ],
    &["https://example.com/a.html", "https://example.com/a.amp.html"],
    &["https://example.com/", "https://example.com", "http://www.example.com/index.php", "https://example.com/?utm_id=1"],
    &[
        "https://example.com/story.php?id=5&page=2",
        "https://example.com/story.php?page=2&id=5&gclid=7",
        "https://example.com/story.php?id=5&id=5&page=2",
    ],
    &["https://example.com/s?q=a+b", "https://example.com/s?q=a%20b"],
    &[
        "https://m\u{fc}nchen.example/stra\u{df}e",
        "https://xn--mnchen-3ya.example/stra%c3%9fe",
        "https://xn--mnchen-3ya.example/stra%C3%9Fe",
    ],
    &["https://en.m.wikipedia.org/wiki/Kyiv", "https://en.wikipedia.org/wiki/Kyiv"],
    &[
        "https://example.co.uk/2015/01/02/story/",
        "https://amp.example.co.uk/2015/01/02/story",
        "https://example.co.uk/2015/01/02/story/amp/",
    ],
    &["http://192.0.2.7/a-b", "https://192.0.2.7:443/a-b/"],
    &["http://[2001:db8::1]/a", "https://[2001:DB8:0::1]:443/a"],
];

/// Addresses of different articles: no two have one key.
const DIFFERENT: &[&str] = &[
    "https://example.com/",
    "https://example.com/story",
    "https://example.com/Story",
    "https://example.com/story.html",
    "https://example.com/story?id=1",
    "https://example.com/story?id=2",
    "https://example.com/story?p=1",
    "https://example.com/story?story=1",
    "https://example.com/story?page=1",
    "https://example.com/story?page=2",
    "https://example.com/story?sid=1",
    "https://example.com/story?article=1",
    "https://example.com/story?v=dQw",
    "https://example.com/story?q=a&lang=de",
    "https://example.com/story?q=a&lang=en",
    "https://example.com/story?ref=1",
    "https://example.com/story?ref=2",
    "https://example.com/story?cid=77",
    "https://example.com/story;12",
    "https://example.com/story;13",
    "https://example.com/story#!/a",
    "https://example.com/story#!/b",
    "https://example.com:8080/story",
    "https://blog.example.com/story",
    "https://uk.example.com/story",
    "https://example.org/story",
    "https://example.com/gear/amp",
    "https://example.com/gear",
    "https://example.com/amp",
    "https://example.com/a%2Fb",
    "https://example.com/a/b",
    "https://example.com/a?x=1%262",
    "https://example.com/a?x=1&2",
    "https://a.blogspot.com/story",
    "https://b.blogspot.com/story",
    "https://www.com/story",
    "https://m.uk/story",
    "https://www.google.com/amp",
];

#[test]
fn spellings_of_one_address_have_one_key() {
    for group in SAME {
        for url in *group {
            assert_eq!(normalized(url), normalized(group[0]), "{url}");
        }
    }
}

#[test]
fn addresses_of_different_articles_differ() {
    let firsts = SAME.iter().map(|group| group[0]);
    let mut seen = std::collections::BTreeMap::new();
    for url in DIFFERENT.iter().copied().chain(firsts).filter(|u| *u != "https://example.com/").chain(["https://example.com/"]) {
        if let Some(other) = seen.insert(normalized(url).unwrap(), url) {
            assert_eq!(other, url);
        }
    }
}

#[test]
fn only_web_addresses_have_a_key() {
    for url in
        ["", "example.com/a", "/a", "ftp://example.com/a", "mailto:a@example.com", "https://", "http:///", "javascript:void(0)", "data:,x"]
    {
        assert_eq!(key(url), None, "{url}");
    }
    assert!(key("https://example.com/\u{0}a b\"<>").is_some());
    assert!(key("https://example.com/%zz%f").is_some());
}

#[test]
fn canonical_addresses_are_believed_within_reason() {
    let asked = "https://www.example.com/news/harbour-opens-4711";
    for (asked, canonical, credible) in [
        (asked, asked, true),
        (asked, "https://example.com/news/harbour-opens-4711", true),
        (asked, "https://example.com/2026/harbour-opens", true),
        (asked, "https://edition.example.com/news/harbour-opens", true),
        (asked, "https://example.com/", false),
        (asked, "https://example.com/index.html", false),
        (asked, "https://example.com/news", false),
        (asked, "https://example.com/news/", false),
        (asked, "https://example.org/news/harbour-opens-4711", false),
        (asked, "https://example.com/undefined", false),
        (asked, "https://example.com/%7B%7Burl%7D%7D", false),
        (asked, "/news/harbour-opens-4711", false),
        (asked, "", false),
        ("https://example.com/?p=12", "https://example.com/2026/harbour-opens", true),
        ("https://example.com/story.php?id=12", "https://example.com/story.php", false),
        ("https://example.com/story.php?id=12&x=1", "https://example.com/story.php?id=12", true),
        ("https://example.com/news/harbour-opens/2", "https://example.com/news/harbour-opens", false),
        ("https://a.blogspot.com/x", "https://b.blogspot.com/x", false),
        ("https://example.com/", "https://example.com/", true),
    ] {
        assert_eq!(credible_canonical(asked, canonical), credible, "{asked} {canonical}");
    }
}

#[test]
fn registrable_domains() {
    for (host, domain) in [
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("example.com", "example.com"),
        ("192.0.2.7", "192.0.2.7"),
        ("localhost", "localhost"),
        ("[::1]", "[::1]"),
    ] {
        assert_eq!(site(host), domain);
    }
}
