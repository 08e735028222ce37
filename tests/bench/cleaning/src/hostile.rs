//! Pages that are made to hurt: time and memory of each, and how they grow when the page doubles.

use crate::report::Report;
use crate::{allocation, timed};
use feedmill::clean::{Content, Options, Page, clean};

/// Name, and the page of a size.
const PAGES: &[(&str, fn(usize) -> String)] = &[
    ("nested_divs", |n| "<div>".repeat(n / 5)),
    ("text", |n| "word ".repeat(n / 5)),
    ("unclosed_b", |n| "<b>x".repeat(n / 4)),
    ("unclosed_spans_and_divs", |n| format!("{}{}", "<span>".repeat(500), "<div></div>".repeat(n / 11))),
    ("attributes", |n| format!("<p {}>x", "a=1 ".repeat(n / 4))),
    ("misnested_tables", |n| "<table><tr><td><table></td>".repeat(n / 27)),
    ("spans", |n| format!("<table>{}</table>", "<tr><td colspan=99999999 rowspan=99999999>x".repeat(n / 43))),
    ("unclosed_comment", |n| format!("<p>a<!--{}", "x-".repeat(n / 2))),
    ("unclosed_script", |n| format!("<p>a<script>{}", "<!-- <script> x".repeat(n / 15))),
    ("entities", |n| "&amp;&#8212;&unknown;&".repeat(n / 22)),
    ("ampersands", |n| "&".repeat(n)),
    ("less_than", |n| "<".repeat(n)),
    ("links", |n| "<a href=x>word</a> ".repeat(n / 19)),
    ("json_ld", |n| format!("<script type='application/ld+json'>[{}0]</script><p>x", "{\"a\":[{}]},".repeat(n / 11))),
    ("data_url", |n| format!("<p>text<img src='data:image/png;base64,{}'>", "iVBORw0KGgo".repeat(n / 11))),
    ("classes", |n| (0..n / 24).map(|i| format!("<p class='c{i} x{i}'>w")).collect()),
];

const BYTES: usize = 2 << 20;

pub fn run(report: &mut Report) {
    for (name, page) in PAGES {
        let time = |html: &str| (0..3).map(|_| timed(|| work(html))).min().unwrap_or_default().as_secs_f64() * 1000.0;
        let (small, large) = (page(BYTES / 2), page(BYTES));
        let (half, whole) = (time(&small), time(&large));
        let over = allocation::peak(|| work(&large)) as f64 / large.len() as f64;
        report.line(
            &format!("hostile.{name}"),
            format!("{whole:.1} ms for {} kB, {:.2} times the half, {over:.1} times the page in memory", large.len() / 1000, whole / half),
        );
    }
}

fn work(html: &str) {
    let page = Page {
        url: "https://hostile.test/",
        final_url: "https://hostile.test/",
        content: Content::Html(html),
        title: None,
        language: None,
        fetched_at: None,
        headers: &[],
    };
    drop(std::hint::black_box(clean(&page, Options { gate: false })));
}
