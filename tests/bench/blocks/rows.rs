//! The way between pages and `tests/bench/blocks/train.py`: page events as JSON Lines on standard input.
//!
//! `block_rows rows PREFIX` writes the feature row of every block (PREFIX.f32, little-endian) and the blocks' texts (PREFIX.jsonl).
//! `block_rows decide PREFIX [CHANCES [PAGES]]` cleans the pages by the product's own way and writes what came out (PREFIX.out.jsonl),
//! with the numbers that the gate saw. The chances of blocks and of pages come from files in place of the shipped weights; with the
//! first file alone every page is taken for an article.

use anyhow::{Context, bail};
use feedmill::clean::html::title::Headline;
use feedmill::clean::html::{self, Judges, block, builder, feature, gate, model};
use feedmill::clean::{Content, Options, Page, Refused, metadata};
use std::fs::File;
use std::io::{BufRead, BufWriter, Write};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["rows", prefix] => rows(prefix),
        ["decide", prefix] => decide(prefix, None, None),
        ["decide", prefix, chances] => decide(prefix, Some(chances), None),
        ["decide", prefix, chances, pages] => decide(prefix, Some(chances), Some(pages)),
        _ => bail!("usage: block_rows rows PREFIX | decide PREFIX [CHANCES [PAGES]]"),
    }
}

fn events() -> impl Iterator<Item = anyhow::Result<serde_json::Value>> {
    std::io::stdin().lock().lines().map(|line| Ok(serde_json::from_str(&line?)?))
}

fn text<'e>(event: &'e serde_json::Value, name: &str) -> &'e str {
    event.get(name).and_then(|v| v.as_str()).unwrap_or("")
}

fn page(event: &serde_json::Value) -> Page<'_> {
    let (url, html) = (text(event, "url"), text(event, "html"));
    Page { url, final_url: url, content: Content::Html(html), title: None, language: None, fetched_at: None, headers: &[] }
}

fn rows(prefix: &str) -> anyhow::Result<()> {
    let mut numbers = BufWriter::new(File::create(format!("{prefix}.f32"))?);
    let mut out = BufWriter::new(File::create(format!("{prefix}.jsonl"))?);
    for event in events() {
        let event = event?;
        let Ok(tree) = builder::parse(text(&event, "html")) else { continue };
        let declared = metadata::read(&tree, &page(&event));
        let blocks = block::blocks(&tree);
        let mut failed = Ok(());
        // The rows that the product itself asks for.
        let mut write = |row: &feature::Row| {
            let bytes: Vec<u8> = row.iter().flat_map(|n| n.to_le_bytes()).collect();
            if let Err(e) = numbers.write_all(&bytes) {
                failed = Err(e);
            }
            0.0
        };
        let _ = html::clean_by(
            &page(&event),
            text(&event, "html"),
            Options { gate: true },
            &mut Judges { block: &mut write, page: &mut |_| 1.0 },
        );
        failed?;
        let headline = Headline::new(&blocks, &declared).blocks;
        let texts: Vec<&str> = blocks.blocks.iter().map(|b| blocks.text_of(b)).collect();
        let kinds: Vec<String> = blocks.blocks.iter().map(|b| format!("{:?}", b.kind)).collect();
        let row = serde_json::json!({"id": text(&event, "id"), "url": text(&event, "url"), "columns": feature::COUNT, "blocks": texts,
            "kinds": kinds, "headline": headline});
        serde_json::to_writer(&mut out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn floats(path: &str) -> anyhow::Result<Vec<f32>> {
    let bytes = std::fs::read(path).with_context(|| path.to_owned())?;
    Ok(bytes.chunks_exact(4).map(|c| f32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect())
}

fn decide(prefix: &str, chances: Option<&str>, pages: Option<&str>) -> anyhow::Result<()> {
    let mut chances = chances.map(floats).transpose()?.map(Vec::into_iter);
    let by_file = chances.is_some();
    let pages = pages.map(floats).transpose()?;
    let mut out = BufWriter::new(File::create(format!("{prefix}.out.jsonl"))?);
    for (n, event) in events().enumerate() {
        let event = event?;
        let mut shape = None;
        let mut judges = Judges {
            block: &mut |row: &feature::Row| match &mut chances {
                Some(given) => given.next().unwrap_or(0.0),
                None => model::chance(row),
            },
            page: &mut |row| {
                shape = Some(row.to_vec());
                match (&pages, by_file) {
                    (Some(p), _) => p.get(n).copied().unwrap_or(1.0),
                    (None, true) => 1.0,
                    (None, false) => gate::chance(row),
                }
            },
        };
        let (body, refused) = match html::clean_by(&page(&event), text(&event, "html"), Options { gate: true }, &mut judges) {
            Ok(draft) => (draft.text, None),
            Err(Refused::Skipped(reason)) => (String::new(), Some(reason.name())),
            Err(Refused::Dead(reason, _)) => (String::new(), Some(reason.name())),
        };
        let row = serde_json::json!({"id": text(&event, "id"), "body": body, "refused": refused, "shape": shape});
        serde_json::to_writer(&mut out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
