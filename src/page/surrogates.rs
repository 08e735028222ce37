//! Halves of surrogate pairs in JSON escapes.
//!
//! Crawlers in JavaScript and Python write `\ud83d` alone when a text was cut between the two UTF-16 units of an emoji. RFC 8259, section
//! 8.2, leaves it open what a reader does; serde_json refuses the whole document.

/// The document with every lone surrogate escape replaced by `\ufffd`, or `None` when it has none. The length stays the same, so positions
/// in later messages are right.
pub(super) fn without_lone(json: &[u8]) -> Option<Vec<u8>> {
    let mut mended: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &json[at..]) {
        let here = at + found;
        // Whatever follows a backslash is part of its escape; so a doubled one cannot begin another.
        at = (here + 2).min(json.len());
        match unit(json, here) {
            Some(0xd800..=0xdbff) if matches!(unit(json, here + 6), Some(0xdc00..=0xdfff)) => at = here + 12,
            Some(0xd800..=0xdfff) => {
                mended.get_or_insert_with(|| json.to_vec())[here..here + 6].copy_from_slice(b"\\ufffd");
                at = here + 6;
            }
            _ => {}
        }
    }
    mended
}

/// The UTF-16 unit of the escape `\uXXXX` at `at`.
fn unit(json: &[u8], at: usize) -> Option<u32> {
    let escape = json.get(at..at + 6)?;
    if !escape.starts_with(b"\\u") {
        return None;
    }
    let digits = std::str::from_utf8(&escape[2..]).ok()?;
    u32::from_str_radix(digits, 16).ok()
}
