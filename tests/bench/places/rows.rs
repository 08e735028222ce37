//! Prints what the model of places sees of texts, for `train.py`: JSON Lines with `id` and `text` in, the same with `rows` out, each
//! `[first, end, values...]`. The first line names the values.

use std::io::{BufRead, Write};

fn main() -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "{}", serde_json::json!(feedmill::tag::places::value_names()))?;
    for line in std::io::stdin().lock().lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        let rows = feedmill::tag::places::rows(record["text"].as_str().unwrap_or_default());
        let rows: Vec<Vec<f64>> = rows
            .into_iter()
            .map(|(first, end, values)| {
                let values = values.into_iter().map(|v| (f64::from(v) * 1000.0).round() / 1000.0);
                [f64::from(first), f64::from(end)].into_iter().chain(values).collect()
            })
            .collect();
        writeln!(out, "{}", serde_json::json!({"id": record["id"], "rows": rows}))?;
    }
    Ok(())
}
