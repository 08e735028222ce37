//! Pages made to hurt: what cleaning allocates grows as the page does, and stays within a bound. Counted, not timed: the same on every
//! machine. `tests/bench/cleaning` tells the times.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use feedmill::clean::{Content, Options, Page, Refused, clean};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Counts what this thread takes.
struct Counting;

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
    static HELD: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

fn take(bytes: usize) {
    let _ = TAKEN.try_with(|t| t.set(t.get() + bytes));
    let _ = HELD.try_with(|h| {
        h.set(h.get().wrapping_add(bytes));
        let _ = PEAK.try_with(|p| p.set(p.get().max(h.get())));
    });
}

fn give(bytes: usize) {
    let _ = HELD.try_with(|h| h.set(h.get().saturating_sub(bytes)));
}

// SAFETY: every call is handed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        give(layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        take(size);
        let moved = unsafe { System.realloc(pointer, layout, size) };
        give(layout.size());
        moved
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes taken in all, and most held at a time.
fn weigh(html: &str) -> (usize, usize) {
    let before = TAKEN.get();
    HELD.set(0);
    PEAK.set(0);
    let _ = outcome(html);
    (TAKEN.get() - before, PEAK.get())
}

fn outcome(html: &str) -> Result<Vec<String>, Refused> {
    let page = Page {
        url: "https://hostile.example/story",
        final_url: "https://hostile.example/story",
        content: Content::Html(html),
        title: None,
        language: None,
        fetched_at: None,
        headers: &[],
    };
    clean(&page, Options { gate: false }).map(|d| d.truncated)
}

const STORY: &str = "<p>A sentence of the story that is long enough to count as running text, even on a page like this one.</p>";

/// Few words and an article: its scripts are read.
const SHELL: &str = "<meta property=og:type content=article>";
/// Items that name each other, twice each: what they stand for has no end.
const RING: &str = "s=[{\"a\":1,\"b\":1},{\"a\":0,\"b\":0}";

/// A page of about so many bytes.
type Made = fn(usize) -> String;

/// Name, the page of about so many bytes, and how many times its bytes may be held at once.
const PAGES: &[(&str, Made, usize)] = &[
    ("nested divs", |n| "<div>".repeat(n / 5), 40),
    ("one text node", |n| "word ".repeat(n / 5), 8),
    ("unclosed tags", |n| "<b>x".repeat(n / 4), 40),
    ("deep inline nesting", |n| "<b><i><a href=x>w".repeat(n / 17), 40),
    ("spans around empty blocks", |n| format!("{}{}", "<span>".repeat(500), "<div></div>".repeat(n / 11)), 30),
    ("attributes", |n| format!("<p {}>x", "a=1 class=b ".repeat(n / 12)), 2),
    ("attributes of many elements", |n| "<p class=a id=b style=c>x".repeat(n / 25), 20),
    ("misnested tables", |n| "<table><tr><td><table></td>".repeat(n / 27), 40),
    ("table spans", |n| format!("<table>{}</table>", "<tr><td colspan=99999999 rowspan=99999999>x".repeat(n / 43)), 20),
    ("unterminated comments", |n| "<!-- <p>a".repeat(n / 9), 2),
    ("unterminated script", |n| format!("<script>{}", "<!-- <script> x".repeat(n / 15)), 2),
    ("unterminated attribute", |n| format!("<p title=\"{}", "<p>word".repeat(n / 7)), 2),
    ("entities", |n| "&amp;&#8212;&unknown;&".repeat(n / 22), 8),
    ("entity digits", |n| format!("<p>&#{}", "1".repeat(n)), 8),
    ("JSON-LD", |n| format!("<script type=application/ld+json>[{}0]</script>", "{\"a\":[{}]},".repeat(n / 11)), 90),
    ("open JSON-LD", |n| format!("<script type=application/ld+json>{}</script>", "{\"author\":".repeat(n / 10)), 12),
    ("images as data", |n| format!("<p>text<img src='data:image/png;base64,{}'>", "iVBORw0KGgo".repeat(n / 11)), 2),
    ("class names", |n| (0..n / 24).map(|i| format!("<p class='c{i} x{i}'>w")).collect(), 40),
    ("links", |n| "<a href=x>word</a> ".repeat(n / 19), 20),
    ("quotes in a script", |n| format!("{SHELL}<script>x = \"{}</script>", "\\\"".repeat(n / 2)), 8),
    ("state in a ring", |n| format!("{SHELL}<script>{RING}{}]</script>", ",1".repeat(n / 2)), 100),
    ("states in rings", |n| format!("{SHELL}{}", format!("<script>{RING}{}]</script>", ",1".repeat(200)).repeat(n / 450)), 8),
    ("stray ends", |n| format!("{}{}", "<div>".repeat(500), "</b></i></x-y>".repeat(n / 14)), 20),
];

#[test]
fn what_cleaning_takes_grows_as_the_page_does() {
    // Tables are built on first use.
    let _ = outcome(STORY);
    for (name, page, held) in PAGES {
        let [small, large] = [300_000, 600_000].map(|n| format!("{STORY}{}", page(n)));
        let ((half, _), (whole, peak)) = (weigh(&small), weigh(&large));
        // Below a megabyte the fixed part of a page counts for more than its size.
        assert!(whole <= half * 13 / 5 + (1 << 20), "{name}: {whole} bytes taken for a page twice as large as that of {half}");
        assert!(peak <= large.len() * held + (1 << 20), "{name}: {peak} bytes held for a page of {}", large.len());
    }
}

#[test]
fn limits_are_named() {
    let hit = |html: &str| outcome(&format!("{}{html}", STORY.repeat(5)));
    assert_eq!(hit("<p>short"), Ok(vec![]));
    assert_eq!(hit(&"<div>".repeat(60_000)), Ok(vec!["page.depth".to_owned()]));
    assert_eq!(hit(&"<p>a paragraph".repeat(31_000)), Ok(vec!["page.blocks".to_owned()]));
    assert_eq!(hit("<p>caf\u{fffd} is a word of this long enough paragraph of running text."), Ok(vec!["page.characters".to_owned()]));
    assert!(matches!(hit(&"<br>".repeat(600_000)), Err(Refused::Dead(_, message)) if message.starts_with("more than 500000 nodes")));
}

#[test]
fn a_text_of_twenty_megabytes_ends() {
    assert_eq!(outcome(&format!("{STORY}<p>{}", "word ".repeat(4_000_000))), Ok(vec![]));
}
