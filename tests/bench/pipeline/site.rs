//! Stories and pages in the shape of real ones, made from a number: the same number gives the same bytes.

use std::fmt::Write as _;

/// Words that make a text English to any detector.
const COMMON: [&str; 40] = [
    "the", "of", "and", "to", "in", "that", "was", "for", "on", "with", "as", "it", "at", "by", "from", "his", "they", "were", "which",
    "their", "has", "have", "had", "but", "not", "are", "this", "been", "after", "who", "will", "more", "about", "when", "would", "there",
    "its", "one", "said", "people",
];
const SYLLABLES: [&str; 32] = [
    "ka", "lo", "mi", "ter", "ran", "bel", "sto", "ven", "dor", "shi", "gar", "pel", "nor", "tam", "wic", "hal", "rod", "sen", "fla",
    "bur", "cot", "dim", "ely", "fen", "gos", "hin", "jar", "kel", "lum", "mon", "nes", "oak",
];

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66_D151_7A11)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    fn word(&mut self, out: &mut String) {
        let roll = self.next();
        if roll.is_multiple_of(2) {
            out.push_str(COMMON[(roll >> 8) as usize % COMMON.len()]);
        } else {
            // 32,768 and more words of two to four syllables: the texts of two stories share next to nothing.
            for i in 0..2 + (roll >> 4) % 3 {
                out.push_str(SYLLABLES[(roll >> (8 + 5 * i)) as usize % SYLLABLES.len()]);
            }
        }
    }

    pub fn sentence(&mut self, words: usize) -> String {
        let mut text = String::new();
        for i in 0..words {
            if i > 0 {
                text.push(' ');
            }
            self.word(&mut text);
        }
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        text.push('.');
        text
    }
}

/// In a paragraph.
const SENTENCES: usize = 3;

/// A story: its title and its paragraphs.
pub struct Story {
    pub title: String,
    pub paragraphs: Vec<String>,
}

impl Story {
    /// Editions of a story differ in the sentence in its middle: two of them share enough to be the same story in every measure, and no
    /// cleaning that cuts at the ends cuts the difference off.
    pub fn new(number: u64, edition: u64, paragraphs: usize) -> Self {
        let mut random = Random::new(number);
        let title = random.sentence(8).trim_end_matches('.').to_owned();
        let mut sentences: Vec<String> = (0..paragraphs * SENTENCES).map(|_| random.sentence(15)).collect();
        if edition > 0 {
            let at = sentences.len() / 2;
            sentences[at] = Random::new(number ^ (edition << 40)).sentence(15);
        }
        Story { title, paragraphs: sentences.chunks(SENTENCES).map(|s| s.join(" ")).collect() }
    }

    pub fn text(&self) -> String {
        self.paragraphs.join("\n\n")
    }

    /// About `bytes` of text in one paragraph.
    pub fn short(number: u64, bytes: usize) -> (String, String) {
        let mut random = Random::new(number);
        let title = random.sentence(7).trim_end_matches('.').to_owned();
        let mut text = String::with_capacity(bytes + 128);
        while text.len() < bytes {
            text.push_str(&random.sentence(14));
            text.push(' ');
        }
        text.truncate(text.trim_end().len());
        (title, text)
    }

    /// The story on a page of a site, with what sites put around a story; `filler`: bytes of scripts, styles, menus and teasers.
    pub fn html(&self, url: &str, filler: usize) -> String {
        let mut furniture = Random::new(filler as u64);
        let mut page = String::with_capacity(filler + 8192);
        let title = &self.title;
        let _ = write!(
            page,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<link rel=\"canonical\" href=\"{url}\">\n\
             <meta property=\"og:type\" content=\"article\">\n<meta property=\"og:title\" content=\"{title}\">\n\
             <script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":\"{title}\",\
             \"datePublished\":\"2026-03-01T08:00:00Z\",\"author\":{{\"@type\":\"Person\",\"name\":\"Karin Velden\"}}}}</script>\n"
        );
        // A third of a real page is inline script and style.
        page.push_str("<style>");
        while page.len() < filler / 6 {
            let n = furniture.below(1000);
            let _ = writeln!(page, ".c{n} > .d{n}:hover {{ margin: {n}px auto; color: #{n:06x}; display: flex }}");
        }
        page.push_str("</style>\n<script>");
        while page.len() < filler / 3 {
            let n = furniture.below(100_000);
            let _ = writeln!(page, "window.dataLayer.push({{'id':{n},'slot':'top-{n}','when':function(a){{return a<{n}&&a>0}}}});");
        }
        page.push_str("</script>\n</head>\n<body>\n<header><nav class=\"menu\"><ul>\n");
        while page.len() < filler / 2 {
            let words = furniture.sentence(2);
            let n = furniture.below(10_000);
            let _ = writeln!(
                page,
                "<li class=\"menu-item menu-item-{n}\"><a href=\"/section/{n}\" title=\"{words}\"><span>{words}</span></a></li>"
            );
        }
        let _ = write!(
            page,
            "</ul></nav></header>\n<main><article class=\"story\"><h1>{title}</h1>\n<p class=\"byline\">By <a rel=\"author\" href=\"/by/karin-velden\">Karin \
             Velden</a></p>\n<div class=\"story-body\">\n"
        );
        for paragraph in &self.paragraphs {
            let _ = writeln!(page, "<p>{paragraph}</p>");
        }
        page.push_str("</div></article></main>\n<aside class=\"related teasers\"><h2>More stories</h2>\n");
        while page.len() < filler {
            let head = furniture.sentence(8);
            let n = furniture.below(100_000);
            let _ = writeln!(
                page,
                "<div class=\"teaser card-{n}\"><a href=\"/2026/story-{n}\"><img src=\"/img/{n}.jpg\" width=\"120\" height=\"80\" alt=\"\"><h3>{head}</h3></a><span \
                 class=\"age\">3 hours ago</span></div>"
            );
        }
        page.push_str("</aside>\n<footer><p>Copyright 2026</p></footer>\n</body>\n</html>\n");
        page
    }
}
