//! Compressed bodies and records: recognised by their first bytes, unpacked up to the limit and no further, so that a small record cannot
//! become a large page.

use flate2::{Decompress, FlushDecompress, Status};

const GZIP: &[u8] = b"\x1f\x8b\x08";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
/// One step of growth: what a page costs is what it is, not what it claims.
const STEP: usize = 64 << 10;
/// A window larger than this is no page's: it would be taken from memory before a byte comes out.
const ZSTD_WINDOW_LOG: u32 = 27;

/// Why bytes could not be unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unpacked {
    /// More than the limit comes out.
    TooLarge,
    /// The compressed stream is damaged.
    Broken(&'static str),
}

/// Whether the bytes begin as gzip or zstd does.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(GZIP) || bytes.starts_with(ZSTD)
}

/// The bytes themselves, or what comes out of gzip (all members) or zstd (all frames). A stream that ends early gives what it had: crawlers
/// cut pages.
pub(super) fn unpacked(bytes: Vec<u8>, limit: usize) -> Result<Vec<u8>, Unpacked> {
    if bytes.starts_with(GZIP) {
        gzip(&bytes, limit)
    } else if bytes.starts_with(ZSTD) {
        zstd(&bytes, limit)
    } else {
        Ok(bytes)
    }
}

fn gzip(bytes: &[u8], limit: usize) -> Result<Vec<u8>, Unpacked> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while rest.starts_with(GZIP) {
        let Some(head) = gzip_head(rest) else { break };
        let used = inflate(&rest[head..], false, &mut out, limit)?;
        // Checksum and length: eight bytes that a cut stream may lack.
        rest = rest.get(head + used + 8..).unwrap_or_default();
    }
    if out.is_empty() && bytes.len() < 18 { Err(Unpacked::Broken("gzip")) } else { Ok(out) }
}

/// Length of a member's head (RFC 1952, section 2.3).
fn gzip_head(bytes: &[u8]) -> Option<usize> {
    let flags = *bytes.get(3)?;
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    }
    for text in [8, 16] {
        if flags & text != 0 {
            at += memchr::memchr(0, bytes.get(at..)?)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    (at <= bytes.len()).then_some(at)
}

/// HTTP's `deflate`: zlib by the standard, raw by the habit of some servers. `None` when it is neither.
pub(super) fn deflate(bytes: &[u8], limit: usize) -> Result<Option<Vec<u8>>, Unpacked> {
    for zlib in [true, false] {
        let mut out = Vec::new();
        match inflate(bytes, zlib, &mut out, limit) {
            Ok(_) if !out.is_empty() || bytes.is_empty() => return Ok(Some(out)),
            Err(Unpacked::TooLarge) => return Err(Unpacked::TooLarge),
            _ => {}
        }
    }
    Ok(None)
}

/// Inflates one stream behind `out`; how many bytes it took.
fn inflate(bytes: &[u8], zlib: bool, out: &mut Vec<u8>, limit: usize) -> Result<usize, Unpacked> {
    let mut state = Decompress::new(zlib);
    loop {
        let used = usize::try_from(state.total_in()).unwrap_or(usize::MAX).min(bytes.len());
        let before = out.len();
        out.reserve(STEP);
        let status = state.decompress_vec(&bytes[used..], out, FlushDecompress::None).map_err(|_| Unpacked::Broken("deflate"))?;
        if out.len() > limit {
            return Err(Unpacked::TooLarge);
        }
        let now = usize::try_from(state.total_in()).unwrap_or(usize::MAX).min(bytes.len());
        // Nothing taken and nothing given: the input ends in the middle.
        if status == Status::StreamEnd || (now == used && out.len() == before) {
            return Ok(now);
        }
    }
}

fn zstd(bytes: &[u8], limit: usize) -> Result<Vec<u8>, Unpacked> {
    use zstd::stream::raw::{DParameter, Decoder, Operation};
    const BROKEN: Unpacked = Unpacked::Broken("zstd");
    let mut decoder = Decoder::new().map_err(|_| BROKEN)?;
    decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG)).map_err(|_| BROKEN)?;
    let mut out = Vec::new();
    let mut rest = bytes;
    loop {
        let filled = out.len();
        out.resize(filled + STEP, 0);
        let status = decoder.run_on_buffers(rest, &mut out[filled..]).map_err(|_| BROKEN)?;
        out.truncate(filled + status.bytes_written);
        rest = &rest[status.bytes_read..];
        if out.len() > limit {
            return Err(Unpacked::TooLarge);
        }
        // A frame that ends may be followed by another one.
        if (rest.is_empty() && status.bytes_written < STEP) || (status.bytes_read == 0 && status.bytes_written == 0) {
            return Ok(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::GzBuilder::new().filename("page.html").comment("x").write(Vec::new(), flate2::Compression::default());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn what_is_packed_comes_out_and_the_rest_stays() {
        let text = "Zürich ".repeat(30_000).into_bytes();
        let zstd = zstd::encode_all(&text[..], 3).unwrap();
        for packed in [gzipped(&text), zstd.clone()] {
            assert!(is_packed(&packed));
            assert_eq!(unpacked(packed.clone(), text.len()).unwrap(), text);
            assert_eq!(unpacked([packed.clone(), packed].concat(), 2 * text.len()).unwrap(), text.repeat(2));
        }
        assert_eq!(unpacked(text.clone(), 10).unwrap(), text, "plain bytes are measured elsewhere");
        let gzip = gzipped(&text);
        let cut = unpacked(gzip[..gzip.len() / 2].to_vec(), text.len()).unwrap();
        assert!(!cut.is_empty() && text.starts_with(&cut));
    }

    #[test]
    fn bombs_stop_at_the_limit() {
        let bomb = vec![b'a'; 50 << 20];
        for packed in [gzipped(&bomb), zstd::encode_all(&bomb[..], 3).unwrap()] {
            assert!(packed.len() < 100_000);
            assert_eq!(unpacked(packed.clone(), 1 << 20), Err(Unpacked::TooLarge));
            assert_eq!(unpacked(packed, 50 << 20).unwrap().len(), 50 << 20);
        }
    }

    #[test]
    fn damage_is_told_or_gives_what_was_there() {
        let text = b"hello world".repeat(100);
        for packed in [gzipped(&text), zstd::encode_all(&text[..], 3).unwrap()] {
            for at in 0..packed.len() {
                let mut broken = packed.clone();
                broken[at] ^= 0x55;
                let _ = unpacked(broken, 10_000);
                let _ = unpacked(packed[..at].to_vec(), 10_000);
            }
        }
        assert_eq!(unpacked(b"\x1f\x8b\x08".to_vec(), 10), Err(Unpacked::Broken("gzip")));
        assert_eq!(deflate(b"not deflated at all", 1000), Ok(None));
    }
}
