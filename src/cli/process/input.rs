//! Files and standard input as lines: gzip and zstd recognised by their first bytes, lines never held beyond the limit.

use crate::cli::StartError;
use crate::config::settings::InputTopic;
use crate::page::Preset;
use anyhow::Context;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
const WARC: &[u8] = b"WARC/";
const BUFFER_BYTES: usize = 1 << 20;
/// `zstd --long=31` makes windows of 2 GiB at most.
const ZSTD_WINDOW_LOG: u32 = 31;

/// One file, checked but not open yet: a shell's `*` can name more files than a process may hold open.
pub(in crate::cli) enum Input {
    Stdin,
    File(PathBuf, u64),
}

/// Checks that every file can be read, before any page is worked on.
pub(in crate::cli) fn check(files: &[PathBuf]) -> Result<Vec<Input>, StartError> {
    let one = |path: &PathBuf| {
        if path.as_os_str() == "-" {
            return Ok(Input::Stdin);
        }
        let told = |e: &dyn std::fmt::Display| StartError(format!("{}: {e}", path.display()));
        let file = File::open(path).map_err(|e| told(&e))?;
        let meta = file.metadata().map_err(|e| told(&e))?;
        if meta.is_dir() { Err(told(&"is a folder; name the files in it")) } else { Ok(Input::File(path.clone(), meta.len())) }
    };
    if files.is_empty() { Ok(vec![Input::Stdin]) } else { files.iter().map(one).collect() }
}

/// Bytes of all files together, compressed as they are, when they are known.
pub(in crate::cli) fn total_bytes(inputs: &[Input]) -> Option<u64> {
    // Pipes and devices have length 0.
    inputs.iter().map(|i| if let Input::File(_, n @ 1..) = i { Some(*n) } else { None }).sum()
}

impl Input {
    /// Its name in `source.topic`.
    pub(in crate::cli) fn name(&self) -> Arc<str> {
        match self {
            Input::Stdin => "-".into(),
            Input::File(path, _) => path.to_string_lossy().into(),
        }
    }

    /// What the name of a file tells of its format.
    pub(super) fn by_name(&self) -> Option<InputTopic> {
        let Input::File(path, _) = self else { return None };
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        let preset = [(".wet", Preset::Wet), (".wat", Preset::Wat), (".warc", Preset::Warc)];
        // Common Crawl's are called `...warc.wet.gz`.
        preset.into_iter().find(|(end, _)| name.ends_with(end)).map(|(_, preset)| InputTopic { topic: self.name(), preset })
    }

    /// Opens it. `read` counts the bytes as they are stored.
    pub(in crate::cli) fn open(&self, read: Arc<AtomicU64>) -> anyhow::Result<Box<dyn BufRead + Send>> {
        let raw: Box<dyn Read + Send> = match self {
            Input::Stdin => Box::new(io::stdin()),
            Input::File(path, _) => Box::new(File::open(path).with_context(|| path.display().to_string())?),
        };
        unpacked(Counting { inner: raw, read }).with_context(|| self.name().to_string())
    }
}

struct Counting<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

pub(in crate::cli) fn unpacked(mut raw: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    // A pipe may give its first bytes one by one; as many as are needed to tell every kind of input, see `is_warc`.
    let mut head = Vec::new();
    raw.by_ref().take(WARC.len() as u64).read_to_end(&mut head)?;
    let (gzip, zstd) = (head.starts_with(GZIP), head.starts_with(ZSTD));
    let whole = BufReader::with_capacity(BUFFER_BYTES, io::Cursor::new(head).chain(raw));
    Ok(if gzip {
        Box::new(BufReader::with_capacity(BUFFER_BYTES, flate2::bufread::MultiGzDecoder::new(whole)))
    } else if zstd {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(whole)?;
        decoder.window_log_max(ZSTD_WINDOW_LOG)?;
        Box::new(BufReader::with_capacity(BUFFER_BYTES, decoder))
    } else {
        Box::new(whole)
    })
}

/// Whether an input begins as WARC records do; nothing is taken from it.
pub(in crate::cli) fn is_warc(reader: &mut dyn BufRead) -> io::Result<bool> {
    Ok(reader.fill_buf()?.starts_with(WARC))
}

/// One line without its end.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) struct Line {
    /// From zero, blank ones counted.
    pub number: i64,
    /// At most one byte more than the limit.
    pub bytes: Vec<u8>,
    /// Length and SHA-256 of the whole line, when it was longer.
    pub cut: Option<(u64, [u8; 32])>,
}

/// The lines of an input that are not blank.
pub(in crate::cli) struct Lines<R> {
    reader: R,
    limit: usize,
    next: i64,
}

impl<R: BufRead> Lines<R> {
    pub(in crate::cli) fn new(reader: R, limit: usize) -> Self {
        Self { reader, limit, next: 0 }
    }

    /// The next line; `None` at the end.
    pub(in crate::cli) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let Some(line) = self.any()? else { return Ok(None) };
            if line.cut.is_some() || !line.bytes.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(line));
            }
        }
    }

    fn any(&mut self) -> io::Result<Option<Line>> {
        let mut held = Held::new(self.limit);
        let mut anything = false;
        loop {
            let chunk = match self.reader.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() {
                break;
            }
            anything = true;
            let end = memchr::memchr(b'\n', chunk);
            held.push(&chunk[..end.unwrap_or(chunk.len())]);
            let used = end.map_or(chunk.len(), |e| e + 1);
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !anything {
            return Ok(None);
        }
        let number = self.next;
        self.next += 1;
        let mut line = held.into_line(number);
        if line.bytes.last() == Some(&b'\r') && line.cut.is_none() {
            line.bytes.pop();
        }
        Ok(Some(line))
    }
}

/// A line as far as it is held; of the rest only length and hash are kept.
pub(super) struct Held {
    bytes: Vec<u8>,
    limit: usize,
    beyond: Option<(u64, Sha256)>,
}

impl Held {
    pub(super) fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit, beyond: None }
    }

    pub(super) fn into_line(self, number: i64) -> Line {
        Line { number, bytes: self.bytes, cut: self.beyond.map(|(n, hash)| (n, hash.finalize().into())) }
    }

    pub(super) fn push(&mut self, chunk: &[u8]) {
        let room = (self.limit + 1).saturating_sub(self.bytes.len());
        let (kept, rest) = chunk.split_at(room.min(chunk.len()));
        self.bytes.extend_from_slice(kept);
        if self.bytes.len() > self.limit && self.beyond.is_none() {
            self.beyond = Some((self.bytes.len() as u64, Sha256::new_with_prefix(&self.bytes)));
        }
        if let Some((length, hash)) = &mut self.beyond {
            *length += rest.len() as u64;
            hash.update(rest);
        }
    }
}

/// Name of a path for messages.
pub(in crate::cli) fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn lines(bytes: &[u8], limit: usize, buffer: usize) -> Vec<Line> {
        let mut lines = Lines::new(BufReader::with_capacity(buffer, bytes), limit);
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    fn line(number: i64, bytes: &[u8]) -> Line {
        Line { number, bytes: bytes.to_vec(), cut: None }
    }

    #[test]
    fn blank_lines_are_counted_and_left_out() {
        for buffer in [1, 2, 3, 64] {
            assert_eq!(lines(b"one\n\n \t\r\ntwo\r\nthree", 100, buffer), [line(0, b"one"), line(3, b"two"), line(4, b"three")]);
            assert_eq!(lines(b"", 100, buffer), []);
            assert_eq!(lines(b"\n\n", 100, buffer), []);
        }
    }

    #[test]
    fn long_lines_are_held_up_to_the_limit() {
        let hash = |bytes: &[u8]| Some((bytes.len() as u64, Sha256::digest(bytes).into()));
        for buffer in [1, 4, 64] {
            let got = lines(b"12345\n123456\n123456789\r\nx", 5, buffer);
            assert_eq!(got[0], line(0, b"12345"));
            assert_eq!(got[1], Line { number: 1, bytes: b"123456".to_vec(), cut: hash(b"123456") });
            assert_eq!(got[2], Line { number: 2, bytes: b"123456".to_vec(), cut: hash(b"123456789\r") });
            assert_eq!(got[3], line(3, b"x"));
        }
    }

    #[test]
    fn compression_is_recognised() {
        let text = b"one\ntwo\n";
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text).unwrap();
        let gzip = gzip.finish().unwrap();
        let zstd = zstd::encode_all(&text[..], 1).unwrap();
        // Files that were put together with `cat` are several streams.
        for packed in [text.to_vec(), gzip.clone(), [gzip.clone(), gzip].concat(), zstd.clone(), [zstd.clone(), zstd].concat()] {
            let mut got = Vec::new();
            unpacked(io::Cursor::new(packed)).unwrap().read_to_end(&mut got).unwrap();
            assert!(got == text || got == text.repeat(2));
        }
        let mut got = Vec::new();
        unpacked(&b"x"[..]).unwrap().read_to_end(&mut got).unwrap();
        assert_eq!(got, b"x");
    }
}
