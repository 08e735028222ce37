//! Where records go: articles to standard output, the rest to files of their own.

use super::input::same_file;
use crate::cli::StartError;
use crate::config::Settings;
use crate::record::{Header, OutRecord};
use anyhow::Context;
use base64::Engine;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

const BUFFER_BYTES: usize = 256 << 10;

/// One of the outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sink {
    Articles,
    Duplicates,
    Outcomes,
    Dead,
}

struct Output {
    sink: Sink,
    topic: Arc<str>,
    /// For messages.
    name: String,
    writer: BufWriter<Box<dyn Write>>,
}

/// All outputs that were asked for.
pub(super) struct Outputs(Vec<Output>);

impl Outputs {
    /// Opens the files. None may be another's, or one of the inputs: it would be emptied before it is read.
    pub(super) fn open(settings: &Settings, files: [(Sink, &Option<PathBuf>); 3], inputs: &[PathBuf]) -> Result<Self, StartError> {
        let topics = &settings.topics;
        let stdout = Output {
            sink: Sink::Articles,
            topic: topics.articles.clone(),
            name: "standard output".into(),
            writer: BufWriter::with_capacity(BUFFER_BYTES, Box::new(io::stdout())),
        };
        let mut outputs = vec![stdout];
        let mut taken: Vec<&PathBuf> = Vec::new();
        for (sink, path) in files {
            let Some(path) = path else { continue };
            let told = |e: &dyn std::fmt::Display| StartError(format!("{}: {e}", path.display()));
            if inputs.iter().any(|input| same_file(input, path)) {
                return Err(told(&"is an input; an output of the same name would empty it"));
            }
            if taken.iter().any(|other| *other == path || same_file(other, path)) {
                return Err(told(&"is named for two outputs"));
            }
            let file = File::create(path).map_err(|e| told(&e))?;
            taken.push(path);
            let topic = match sink {
                Sink::Articles => Some(topics.articles.clone()),
                Sink::Duplicates => Some(topics.duplicates.clone()),
                Sink::Outcomes => topics.outcomes.clone(),
                Sink::Dead => Some(topics.dead.clone()),
            };
            if let Some(topic) = topic {
                let writer = BufWriter::with_capacity(BUFFER_BYTES, Box::new(file) as Box<dyn Write>);
                outputs.push(Output { sink, topic, name: path.display().to_string(), writer });
            }
        }
        Ok(Self(outputs))
    }

    /// Writes the records that have an output, and hands them on to whoever reads: a batch is visible as soon as it is done.
    pub(super) fn write(&mut self, records: &[OutRecord]) -> anyhow::Result<()> {
        for output in &mut self.0 {
            let topic = output.topic.clone();
            for record in records.iter().filter(|r| r.topic == topic) {
                output.record(record).with_context(|| output.name.clone())?;
            }
            output.writer.flush().with_context(|| output.name.clone())?;
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        self.0.iter_mut().try_for_each(|o| o.writer.flush().with_context(|| o.name.clone()))
    }
}

impl Output {
    fn record(&mut self, record: &OutRecord) -> io::Result<()> {
        if self.sink == Sink::Dead {
            serde_json::to_writer(&mut self.writer, &dead_line(record))?;
        } else if let Some(value) = &record.value {
            self.writer.write_all(value)?;
        } else {
            // The null value of a removed article: its outcome tells of it.
            return Ok(());
        }
        self.writer.write_all(b"\n")
    }
}

fn dead_line(record: &OutRecord) -> Value {
    record_line(record.key.as_deref(), &record.headers, record.value.as_deref()).into()
}

/// A record as one JSON object: what Kafka would hold, with `_base64` names for what is not UTF-8.
pub(in crate::cli) fn record_line(key: Option<&[u8]>, headers: &[Header], value: Option<&[u8]>) -> Map<String, Value> {
    let mut line = Map::new();
    put(&mut line, "key", key);
    let mut named = Map::new();
    for header in headers {
        put(&mut named, &header.name, header.value.as_deref());
    }
    line.insert("headers".into(), named.into());
    put(&mut line, "value", value);
    line
}

fn put(object: &mut Map<String, Value>, name: &str, bytes: Option<&[u8]>) {
    match bytes.map(|b| std::str::from_utf8(b).map_err(|_| b)) {
        None => object.insert(name.into(), Value::Null),
        Some(Ok(text)) => object.insert(name.into(), json!(text)),
        Some(Err(bytes)) => object.insert(format!("{name}_base64"), json!(base64::prelude::BASE64_STANDARD.encode(bytes))),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_letters_as_lines() {
        let mut record = OutRecord {
            topic: "dead".into(),
            partition: None,
            key: None,
            value: Some(b"{\"url\":".to_vec()),
            headers: vec![Header::new("feedmill.dead.reason", "invalid_json"), Header { name: "null".into(), value: None }],
            source: 0,
        };
        let expected = json!({"key": null, "headers": {"feedmill.dead.reason": "invalid_json", "null": null}, "value": "{\"url\":"});
        assert_eq!(dead_line(&record), expected);
        record.key = Some(vec![0xff]);
        record.value = Some(b"\xfe\xff".to_vec());
        assert_eq!(dead_line(&record)["key_base64"], "/w==");
        assert_eq!(dead_line(&record)["value_base64"], "/v8=");
    }
}
