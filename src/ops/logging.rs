//! Logs: to standard error, text on a terminal and JSON elsewhere. librdkafka's own lines come through the `log` crate and land here, too.

use crate::config::settings::{Log, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("{origin} = \"{filter}\" is no log filter ({error}); examples: \"info\", \"feedmill=debug,info\"")]
    Filter { origin: &'static str, filter: String, error: tracing_subscriber::filter::ParseError },
    #[error("logging is set up already")]
    Twice,
}

/// Sets up logging for the whole process. `RUST_LOG`, when set, overrides `log.level`.
pub fn init(log: &Log) -> Result<(), LogError> {
    let terminal = std::io::stderr().is_terminal();
    // https://no-color.org: any non-empty value.
    let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let filter = filter(log, std::env::var("RUST_LOG").ok())?;
    use tracing_subscriber::util::SubscriberInitExt;
    subscriber(json(log.format, terminal), colour, filter, std::io::stderr).try_init().map_err(|_| LogError::Twice)
}

fn json(format: LogFormat, terminal: bool) -> bool {
    match format {
        LogFormat::Auto => !terminal,
        LogFormat::Text => false,
        LogFormat::Json => true,
    }
}

fn filter(log: &Log, environment: Option<String>) -> Result<EnvFilter, LogError> {
    let (origin, filter) = match environment.filter(|v| !v.is_empty()) {
        Some(v) => ("RUST_LOG", v),
        None => ("log.level", log.level.clone()),
    };
    EnvFilter::builder().parse(&filter).map_err(|error| LogError::Filter { origin, filter, error })
}

fn subscriber<W>(json: bool, colour: bool, filter: EnvFilter, writer: W) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    if json {
        // Flat: one object a line whose fields are those of the event, as log stores expect them.
        Box::new(builder.json().flatten_event(true).with_current_span(false).with_span_list(false).finish())
    } else {
        Box::new(builder.with_ansi(colour).with_target(false).finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(json: bool, level: &str, write: impl FnOnce()) -> String {
        let sink = Sink::default();
        let at = sink.clone();
        let log = Log { format: LogFormat::Auto, level: level.into() };
        tracing::subscriber::with_default(subscriber(json, false, filter(&log, None).unwrap(), move || at.clone()), write);
        String::from_utf8(sink.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn json_is_one_flat_object_a_line() {
        let text = logged(true, "info", || {
            tracing::info!(stage = "clean", records = 3, "batch");
            tracing::debug!("unseen");
        });
        let line: serde_json::Value = serde_json::from_str(text.trim_end()).unwrap();
        assert_eq!(
            (&line["stage"], &line["records"], &line["message"], &line["level"]),
            (&"clean".into(), &3.into(), &"batch".into(), &"INFO".into())
        );
    }

    #[test]
    fn text_has_no_control_characters_of_a_page() {
        let text = logged(false, "warn", || tracing::warn!("odd title \u{1b}[31mred"));
        assert!(text.contains(" WARN odd title ") && !text.contains('\u{1b}'), "{text:?}");
    }

    #[test]
    fn the_environment_overrides_and_errors_name_their_origin() {
        let log = Log { format: LogFormat::Auto, level: "info".into() };
        assert_eq!(filter(&log, Some("debug".into())).unwrap().to_string(), "debug");
        assert_eq!(filter(&log, Some(String::new())).unwrap().to_string(), "info");
        let error = filter(&log, Some("feedmill=loud".into())).unwrap_err().to_string();
        assert!(error.starts_with("RUST_LOG = \"feedmill=loud\" is no log filter"), "{error}");
        assert!(
            json(LogFormat::Auto, false) && !json(LogFormat::Auto, true) && json(LogFormat::Json, true) && !json(LogFormat::Text, false)
        );
    }
}
