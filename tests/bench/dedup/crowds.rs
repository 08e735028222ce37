//! Bad input in bulk: pages that are all equal, and pages of one template that hardly anybody told apart.

use crate::articles::{self, Articles};
use crate::process::cpu_seconds;
use feedmill::dedup::Position;
use feedmill::dedup::fingerprint::fingerprint;

/// Time is taken for so many pages at once: the processor clock of the system counts hundredths of a second.
const CHUNK: u64 = 10_000;

/// `pages` of each kind. Equal ones must be one story; of the fillings hardly any may be taken for copies, and no page may cost more for
/// the many before it.
pub fn measure(pages: u64) {
    let equal = crowd("equal", pages / 10, |_| words(0, 300));
    println!("dedup.crowd.equal.stories {}", pages / 10 - equal);
    // No two of the first million fillings have the same three figures.
    let glued = crowd("template", pages, |n| {
        format!("{} degrees {} {} wind {} {} rain {}", words(0, 60), n % 101, words(60, 50), n % 103, words(110, 20), n % 107)
    });
    println!("dedup.crowd.template.taken_for_copies {:.4}", glued as f64 / pages as f64);
}

/// Words without digits: figures are what fillings differ in.
fn words(from: usize, count: usize) -> String {
    let word = |i: usize| format!("w{}{}", "o".repeat(i / 20 % 20), char::from(b'a' + (i % 20) as u8));
    (from..from + count).map(word).collect::<Vec<_>>().join(" ")
}

/// Decides on a crowd and gives how many were taken for copies.
fn crowd(name: &str, pages: u64, text: impl Fn(u64) -> String) -> u64 {
    let (mut articles, mut index, mut rows) = (Articles::new(7), articles::index(pages as usize), Vec::new());
    let (mut copies, mut rates) = (0, Vec::new());
    for chunk in 0..pages.div_ceil(CHUNK) {
        let numbers = chunk * CHUNK..((chunk + 1) * CHUNK).min(pages);
        let begun = cpu_seconds();
        for n in numbers.clone() {
            let mut page = articles.sketched();
            page.fingerprint = Some(fingerprint(None, &text(n)));
            copies += u64::from(index.decide(&page, Position { offset: n as i64, time: n as i64 }, &mut rows).copy.is_some());
            rows.clear();
        }
        rates.push((numbers.end - numbers.start) as f64 / (cpu_seconds() - begun).max(0.01));
    }
    let slowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    println!("dedup.crowd.{name}.pages_per_second {:.0} in the first chunk, {slowest:.0} in the slowest", rates[0]);
    copies
}
