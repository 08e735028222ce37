//! Pages and their truth, for the benches of bare text.

use std::io::Read;

/// The objects of a file of JSON Lines, gzip or plain.
pub fn rows(path: &str) -> anyhow::Result<Vec<serde_json::Value>> {
    let file = std::fs::read(path)?;
    let mut text = String::new();
    if path.ends_with(".gz") {
        flate2::read::MultiGzDecoder::new(&file[..]).read_to_string(&mut text)?;
    } else {
        text = String::from_utf8(file)?;
    }
    text.lines().map(|l| Ok(serde_json::from_str(l)?)).collect()
}

/// A text of an object; empty when it is none.
pub fn field(row: &serde_json::Value, name: &str) -> String {
    row[name].as_str().unwrap_or_default().to_owned()
}
