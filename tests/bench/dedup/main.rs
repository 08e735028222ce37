//! What deduplication costs: `cargo bench --bench dedup [-- DOCUMENTS ...]` (default 100000 and 1000000).
//!
//! Articles of 2.5 KB with copies among them go through all that the stage does with a page: fingerprint, look-up, verification, verdict,
//! changelog rows. The index is filled to each number of documents first (by fingerprints alone, which is faster and the same to it); then
//! come the rate, the bytes a document, what the process really holds, and the time to restore the index from its changelog rows. One
//! thread; rates are by processor time.
//!
//! `cargo bench --bench dedup -- crowds` decides on 100,000 equal pages and on a million fillings of one template instead.

mod articles;
mod crowds;
mod process;

use articles::Articles;
use feedmill::dedup::fingerprint::fingerprint;
use feedmill::dedup::{Position, Row, Table};
use process::{cpu_seconds, resident_bytes};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MEASURED: u64 = 20_000;

fn main() {
    // `cargo bench` and `cargo test` pass options of their own.
    if std::env::args().any(|a| a == "crowds") {
        return crowds::measure(1_000_000);
    }
    let mut sizes: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    if std::env::args().any(|a| a == "--test") {
        sizes = vec![2_000];
    } else if sizes.is_empty() {
        sizes = vec![100_000, 1_000_000];
    }
    let mut first = None;
    for size in sizes {
        let rate = measure(size);
        let first = *first.get_or_insert(rate);
        println!("dedup.rate_of_first {:.3}", rate / first);
    }
}

/// Pages a second at an index of `size` documents.
fn measure(size: usize) -> f64 {
    println!("documents {size}");
    let empty = resident_bytes();
    let mut articles = Articles::new(size as u64);
    let mut index = articles::index(size);
    let (mut changelog, mut rows, mut offset) = (Vec::new(), Vec::new(), 0);
    let keep = size <= 2_000_000;
    let begun = cpu_seconds();
    while index.documents() < size {
        let page = articles.sketched();
        index.decide(&page, Position { offset, time: offset }, &mut rows);
        offset += 1;
        if keep {
            changelog.append(&mut rows);
        } else {
            rows.clear();
        }
    }
    println!("dedup.fill_per_second {:.0}", offset as f64 / (cpu_seconds() - begun));
    let each = index.bytes() as f64 / index.documents() as f64;
    println!("dedup.bytes_per_document {each:.0}");
    if !keep {
        println!("dedup.resident_per_document {:.0}", (resident_bytes() - empty) as f64 / index.documents() as f64);
    }

    let pages: Vec<_> = (0..MEASURED.min(size as u64)).map(|_| articles.written()).collect();
    let bytes: usize = pages.iter().map(|(_, text)| text.len()).sum();
    let begun = cpu_seconds();
    let mut copies = 0;
    for (page, text) in &pages {
        let mut page = page.clone();
        page.fingerprint = Some(fingerprint(page.title.as_deref(), text));
        let decision = index.decide(&page, Position { offset, time: offset }, &mut rows);
        copies += usize::from(decision.copy.is_some());
        offset += 1;
        rows.clear();
    }
    let rate = pages.len() as f64 / (cpu_seconds() - begun);
    println!("dedup.pages_per_second {rate:.0}  ({} bytes of text each, {copies} copies)", bytes / pages.len());

    if keep {
        index.finish(offset, &mut changelog);
        drop(index);
        restore(size, &changelog);
    }
    rate
}

fn restore(size: usize, changelog: &[Row]) {
    let begun = cpu_seconds();
    let mut index = articles::index(size);
    for table in [Table::Addresses, Table::Texts] {
        for row in changelog.iter().filter(|r| r.table == table) {
            if let Err(e) = index.restore_row(table, &row.key, row.value.as_deref()) {
                println!("a row cannot be restored: {e}");
                return;
            }
        }
    }
    println!("dedup.restore_seconds_per_million {:.2}", (cpu_seconds() - begun) * 1e6 / index.documents().max(1) as f64);
}
