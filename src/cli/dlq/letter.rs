//! What a dead letter tells of itself.

use crate::article::Envelope;
use crate::article::dead::{DEAD_PREFIX, replay};
use crate::record::{Record, TopicPartition};
use memchr::memmem;

/// Of a page's bytes so many are looked through for its address.
const SEARCHED: usize = 64 << 10;

pub(super) struct Letter {
    pub record: Record,
}

/// Where a record first came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub at: TopicPartition,
    pub offset: i64,
}

impl Letter {
    pub(super) fn new(record: Record) -> Self {
        Self { record }
    }

    /// A header of its death.
    pub(super) fn of(&self, name: &str) -> &str {
        self.record.header(&format!("{DEAD_PREFIX}{name}")).unwrap_or_default()
    }

    pub(super) fn place(&self) -> String {
        format!("{}/{}", self.record.partition, self.record.offset)
    }

    pub(super) fn attempt(&self) -> u32 {
        self.of("attempt").parse().unwrap_or(1)
    }

    /// Its bytes are not the whole record's.
    pub(super) fn is_cut(&self) -> bool {
        !self.of("original_size").is_empty()
    }

    /// Died in DEDUP: its bytes are the cleaned page's, not the crawler's.
    pub(super) fn is_cleaned(&self) -> bool {
        self.of("stage") == "dedup"
    }

    /// Where the record was when it died.
    pub(super) fn source(&self) -> Option<Origin> {
        let partition = self.of("partition").parse().ok()?;
        Some(Origin { at: TopicPartition::new(self.of("topic"), partition), offset: self.of("offset").parse().ok()? })
    }

    /// The topic that the record first came from, over all its deaths.
    pub(super) fn first_topic(&self) -> &str {
        self.record.header(replay::TOPIC).unwrap_or_else(|| self.of("topic"))
    }

    /// The page's address, as far as it can be seen in the bytes of a record that nobody could read.
    pub(super) fn url(&self) -> Option<String> {
        if self.is_cleaned() {
            return self.record.value.as_deref().and_then(|v| Envelope::decode(v).ok()).map(|(head, _)| head.url);
        }
        let header = ["url", "uri", "ce_subject"].iter().find_map(|name| self.record.header(name)).filter(|v| v.starts_with("http"));
        if let Some(url) = header {
            return Some(url.to_owned());
        }
        let value = self.record.value.as_deref().unwrap_or_default();
        let value = &value[..value.len().min(SEARCHED)];
        let named = [&b"\"url\""[..], b"\"sourceURL\"", b"WARC-Target-URI:", b"\"uri\"", b"\"id\""];
        let found = named.iter().find_map(|name| memmem::find(value, name).and_then(|at| address(&value[at + name.len()..])));
        let key =
            || self.record.key.as_deref().and_then(|k| std::str::from_utf8(k).ok()).filter(|k| k.starts_with("http")).map(str::to_owned);
        found.or_else(key)
    }

    pub(super) fn host(&self) -> Option<String> {
        self.url().and_then(|u| url::Url::parse(&u).ok()?.host_str().map(str::to_owned))
    }
}

/// The address right behind a field's name: past a colon, blanks and a quotation mark.
fn address(bytes: &[u8]) -> Option<String> {
    const LONGEST: usize = 4096;
    let start = bytes.iter().take(8).position(|b| !matches!(b, b' ' | b':' | b'"' | b'<' | b'\t'))?;
    let rest = &bytes[start..bytes.len().min(start + LONGEST)];
    let end = rest.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'>')).unwrap_or(rest.len());
    let text = std::str::from_utf8(&rest[..end]).ok()?.replace("\\/", "/");
    text.starts_with("http").then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Header;

    fn letter(value: &str, headers: &[(&'static str, &str)]) -> Letter {
        let headers = headers.iter().map(|(n, v)| Header::new(*n, v.as_bytes())).collect();
        let value = Some(value.as_bytes().to_vec());
        Letter::new(Record { topic: "dead".into(), partition: 2, offset: 7, timestamp: None, key: None, value, headers })
    }

    #[test]
    fn addresses_are_found_in_what_nobody_could_read() {
        for value in [
            r#"{"url": "https://a.test/x", "html": broken"#,
            r#"{"x":1,"url":"https:\/\/a.test\/x"#,
            "WARC/1.0\r\nWARC-Target-URI: <https://a.test/x>\r\n",
        ] {
            assert_eq!(letter(value, &[]).url().as_deref(), Some("https://a.test/x"), "{value}");
        }
        assert_eq!(letter("<html>", &[("url", "https://a.test/x")]).host().as_deref(), Some("a.test"));
        assert_eq!(letter("{\"url\": 3}", &[]).url(), None);
    }

    #[test]
    fn headers_tell_where_it_came_from() {
        let headers = [("feedmill.dead.topic", "retry"), ("feedmill.dead.partition", "1"), ("feedmill.dead.offset", "9")];
        let one = letter("", &headers);
        assert_eq!(one.source(), Some(Origin { at: TopicPartition::new("retry", 1), offset: 9 }));
        assert_eq!((one.first_topic(), one.attempt(), one.place().as_str()), ("retry", 1, "2/7"));
        let again = letter("", &[&headers[..], &[("feedmill.replay.topic", "pages"), ("feedmill.dead.attempt", "3")]].concat());
        assert_eq!((again.first_topic(), again.attempt(), again.is_cut()), ("pages", 3, false));
    }
}
