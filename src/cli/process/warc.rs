//! A WARC file as records, one at a time: heads and blocks as they stand, never held beyond the limit.

use super::input::{Held, Line};
use crate::page::warc;
use std::io::{self, BufRead};

/// A head longer than this is none.
const HEAD_BYTES: usize = 256 << 10;

/// The records of a file, numbered from zero.
pub(in crate::cli) struct Records<R> {
    reader: R,
    limit: usize,
    next: i64,
}

impl<R: BufRead> Records<R> {
    pub(in crate::cli) fn new(reader: R, limit: usize) -> Self {
        Self { reader, limit, next: 0 }
    }

    /// The next record with its head; `None` at the end. What is no record is given up to where the next one begins, as one.
    pub(in crate::cli) fn next(&mut self) -> io::Result<Option<Line>> {
        if !self.skip_blank()? {
            return Ok(None);
        }
        let mut held = Held::new(self.limit);
        let mut head = Vec::new();
        // Line by line up to the blank one; a head that is cut short, or none at all, ends at the next record's first line.
        let parsed = loop {
            let before = head.len();
            if self.line(&mut head, HEAD_BYTES)? == 0 || head.len() > HEAD_BYTES || !head.starts_with(b"WARC/") {
                break None;
            }
            if matches!(&head[before..], b"\n" | b"\r\n") {
                break warc::head(&head);
            }
        };
        held.push(&head);
        match parsed {
            Some(head) => self.block(head.length, &mut held)?,
            None => self.until_next(&mut held)?,
        }
        let number = self.next;
        self.next += 1;
        Ok(Some(held.into_line(number)))
    }

    fn skip_blank(&mut self) -> io::Result<bool> {
        loop {
            let chunk = fill(&mut self.reader)?;
            if chunk.is_empty() {
                return Ok(false);
            }
            let blank = chunk.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let all = blank == chunk.len();
            self.reader.consume(blank);
            if !all {
                return Ok(true);
            }
        }
    }

    /// Appends one line with its end, or as much of it as there is room for.
    fn line(&mut self, into: &mut Vec<u8>, room: usize) -> io::Result<usize> {
        let before = into.len();
        loop {
            let chunk = fill(&mut self.reader)?;
            if chunk.is_empty() || into.len() > room {
                return Ok(into.len() - before);
            }
            let end = memchr::memchr(b'\n', chunk).map_or(chunk.len(), |e| e + 1);
            let ended = chunk[end - 1] == b'\n';
            into.extend_from_slice(&chunk[..end]);
            self.reader.consume(end);
            if ended {
                return Ok(into.len() - before);
            }
        }
    }

    fn block(&mut self, length: u64, held: &mut Held) -> io::Result<()> {
        let mut left = length;
        while left > 0 {
            let chunk = fill(&mut self.reader)?;
            if chunk.is_empty() {
                return Ok(());
            }
            let taken = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            held.push(&chunk[..taken]);
            self.reader.consume(taken);
            left -= taken as u64;
        }
        Ok(())
    }

    /// Everything up to a line that begins a record.
    fn until_next(&mut self, held: &mut Held) -> io::Result<()> {
        loop {
            let chunk = fill(&mut self.reader)?;
            if chunk.is_empty() || chunk.starts_with(b"WARC/") {
                return Ok(());
            }
            let end = memchr::memchr(b'\n', chunk).map_or(chunk.len(), |e| e + 1);
            held.push(&chunk[..end]);
            self.reader.consume(end);
        }
    }
}

fn fill<R: BufRead>(reader: &mut R) -> io::Result<&[u8]> {
    // The borrow of a returned chunk would last over the loop; asked once more when there is something.
    while let Err(e) = reader.fill_buf() {
        if e.kind() != io::ErrorKind::Interrupted {
            return Err(e);
        }
    }
    reader.fill_buf()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn records(bytes: &[u8], limit: usize, buffer: usize) -> Vec<Line> {
        let mut records = Records::new(BufReader::with_capacity(buffer, bytes), limit);
        std::iter::from_fn(|| records.next().unwrap()).collect()
    }

    fn record(block: &str) -> String {
        format!("WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: {}\r\n\r\n{block}", block.len())
    }

    #[test]
    fn records_come_one_at_a_time_with_their_heads() {
        let (one, two) = (record("one\n\nWARC/1.0 inside"), record(""));
        let file = format!("{one}\r\n\r\n{two}\r\n\r\n{}", record("last"));
        for buffer in [1, 7, 4096] {
            let got = records(file.as_bytes(), 1000, buffer);
            let texts: Vec<&str> = got.iter().map(|l| std::str::from_utf8(&l.bytes).unwrap()).collect();
            assert_eq!(texts, [one.as_str(), two.as_str(), &record("last")], "{buffer}");
            assert_eq!(got.iter().map(|l| l.number).collect::<Vec<_>>(), [0, 1, 2]);
        }
        assert_eq!(records(b"\r\n\r\n", 10, 4), []);
    }

    #[test]
    fn what_is_no_record_is_one_and_the_next_is_found() {
        let good = record("good");
        let file = format!("garbage\nmore of it\n{good}\r\n\r\nWARC/1.0\r\nno length here\r\n\r\nbody\n{good}");
        let got = records(file.as_bytes(), 1000, 16);
        let texts: Vec<&str> = got.iter().map(|l| std::str::from_utf8(&l.bytes).unwrap()).collect();
        assert_eq!(texts, ["garbage\nmore of it\n", good.as_str(), "WARC/1.0\r\nno length here\r\n\r\nbody\n", good.as_str()]);
    }

    #[test]
    fn large_blocks_are_held_up_to_the_limit() {
        let got = records(format!("{}\r\n\r\n{}", record(&"x".repeat(5000)), record("after")).as_bytes(), 1000, 64);
        assert_eq!((got.len(), got[0].bytes.len()), (2, 1001));
        assert_eq!(got[0].cut.unwrap().0, record(&"x".repeat(5000)).len() as u64);
    }
}
