//! Text whose UTF-8 was taken for windows-1252 and encoded once more: `Ã©` for `é`, `â€œ` for `“`.
//!
//! It is mended only when it is certain: every run of characters beyond ASCII must be UTF-8 when it is written as windows-1252, and what
//! is meant must be several characters. In a text that was encoded once the first such run is none, so that an ordinary page costs a look at its first one.

use encoding_rs::WINDOWS_1252;
use std::borrow::Cow;

/// One or two such characters could stand in a text that speaks of them.
const CHARACTERS: usize = 3;
/// How much is looked at in one step for the first byte beyond ASCII.
const STEP: usize = 256;

/// The text as it was meant, when it was encoded twice.
pub(super) fn mended(text: Cow<'_, str>) -> Cow<'_, str> {
    match mend(&text) {
        Some(meant) => Cow::Owned(meant),
        None => text,
    }
}

fn mend(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out: Option<String> = None;
    let (mut done, mut characters) = (0, 0);
    while let Some(start) = beyond_ascii(bytes, done) {
        let end = bytes[start..].iter().position(u8::is_ascii).map_or(bytes.len(), |n| start + n);
        let (once, _, lost) = WINDOWS_1252.encode(text.get(start..end)?);
        let meant = if lost { None } else { std::str::from_utf8(&once).ok() }?;
        // Controls of Latin-1 are no text.
        if meant.chars().any(|c| c < '\u{a0}') {
            return None;
        }
        let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
        out.push_str(text.get(done..start)?);
        out.push_str(meant);
        done = end;
        characters += meant.chars().count();
    }
    let mut out = out.filter(|_| characters >= CHARACTERS)?;
    out.push_str(text.get(done..)?);
    Some(out)
}

fn beyond_ascii(bytes: &[u8], from: usize) -> Option<usize> {
    let step = bytes[from..].chunks(STEP).position(|c| !c.is_ascii())? * STEP + from;
    bytes[step..].iter().position(|b| !b.is_ascii()).map(|n| step + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twice(text: &str) -> String {
        WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn what_was_encoded_twice_is_mended() {
        let long = "a".repeat(1000);
        for text in ["Größe, Übergang und „Zitat“ – für alle", "Привет, мир! Добрый день", "東京都庁で、会見した。はい", "é à ç ê ô"]
        {
            for text in [text.to_owned(), format!("{long}{text}{long}{text}")] {
                assert_eq!(mended(twice(&text).into()), text);
            }
        }
    }

    #[test]
    fn what_was_encoded_once_stays() {
        for text in ["", "plain", "Größe, Übergang, „Zitat“", "«DÂ» und Ã© stehen hier für Ã¼, é", "Привет", "東京", "Ã© und Ã¼ allein"]
        {
            assert_eq!(mended(text.into()), text);
        }
        // Mended in part it would be neither: one run that was encoded once is enough.
        let mixed = format!("{} ©", twice("Größe, Übergang und für"));
        assert_eq!(mended(mixed.as_str().into()), mixed);
    }
}
