//! Prints the blocks of pages with their feature rows, for `tests/bench/blocks/train.py`: page events as JSON Lines on standard input,
//! one JSON object a page on standard output.

use feedmill::clean::html::{block, builder, choose, feature};
use feedmill::clean::{Content, Page, metadata};
use std::io::{BufRead, Write};

fn main() -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let event: serde_json::Value = serde_json::from_str(&line?)?;
        let text = |name: &str| event.get(name).and_then(|v| v.as_str()).unwrap_or("");
        let page = Page {
            url: text("url"),
            final_url: text("url"),
            content: Content::Html(text("html")),
            title: None,
            language: None,
            fetched_at: None,
            headers: &[],
        };
        let Ok(tree) = builder::parse(text("html")) else { continue };
        let declared = metadata::read(&tree, &page);
        let blocks = block::blocks(&tree);
        let mut rows = Vec::new();
        feature::rows(&blocks, &declared, |row| rows.push(row.to_vec()));
        let forbidden = choose::headline_blocks(&blocks, &declared);
        let blocks: Vec<serde_json::Value> = blocks
            .blocks
            .iter()
            .zip(rows)
            .enumerate()
            .map(|(i, (b, row))| serde_json::json!({"text": blocks.text_of(b), "row": row, "headline": forbidden.contains(&i)}))
            .collect();
        serde_json::to_writer(&mut out, &serde_json::json!({"id": text("id"), "blocks": blocks}))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
