//! What a sample record becomes, told field by field: for who connects a crawler.

use super::mapping::{Mapping, json};
use super::{Body, InLimits, Op, PageEvent, Preset, Refusal, Schemas, decode, event, unpack, warc};
use crate::record::Record;
use serde_json::Value;

/// One page of a sample, or why there is none.
#[derive(Debug)]
pub struct Sampled {
    pub page: Result<Vec<(&'static str, String)>, Refusal>,
}

/// What became of a record.
#[derive(Debug)]
pub struct Report {
    pub pages: Vec<Sampled>,
    /// Fields of the record that nothing reads.
    pub homeless: Vec<String>,
}

/// Reads a record as the worker would.
pub fn report(preset: Preset, record: &Record, limits: &InLimits, schemas: &dyn Schemas) -> Report {
    let pages =
        decode(preset, record, limits, schemas).into_iter().map(|page| Sampled { page: page.as_ref().map(fields).map_err(Clone::clone) });
    Report { pages: pages.collect(), homeless: homeless(preset, record, limits, schemas) }
}

/// The preset whose reading of the record gives a page with a body and leaves the fewest fields without a home.
pub fn guess(record: &Record, limits: &InLimits) -> Option<Preset> {
    if record.value.as_deref().is_some_and(warc::is_record) {
        return Some(Preset::Warc);
    }
    let score = |preset: &Preset| {
        let report = report(*preset, record, limits, &super::NoSchemas);
        let good = report.pages.iter().filter(|p| p.page.as_ref().is_ok_and(|f| f.iter().any(|(n, _)| *n == "body"))).count();
        (good > 0).then_some(report.homeless.len())
    };
    Preset::ALL
        .into_iter()
        .filter(|p| *p != Preset::Article && *p != Preset::Html)
        .filter_map(|p| Some((score(&p)?, p)))
        .min_by_key(|(n, _)| *n)
        .map(|(_, p)| p)
}

fn fields(event: &PageEvent) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&'static str, String)> = vec![("url", event.url.clone())];
    let mut put = |name, value: Option<String>| all.extend(value.map(|v| (name, v)));
    put("final_url", event.final_url.clone());
    put("id", event.id.clone());
    put(
        "op",
        match &event.op {
            Op::Page => None,
            Op::Remove => Some("remove".into()),
            Op::Restore { .. } => Some("restore".into()),
        },
    );
    put("fetched_at", event.fetched_at.and_then(|t| jiff::Timestamp::from_millisecond(t).ok()).map(|t| t.to_string()));
    put("status", Some(event.status.to_string()));
    put("headers", (!event.headers.is_empty()).then(|| event.headers.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>().join(", ")));
    put("content_type", event.content_type.clone());
    put("title", event.title.clone());
    put("language", event.language.clone());
    put("attributes", event.attributes.as_ref().map(Value::to_string));
    put(
        "body",
        match &event.body {
            Body::Bytes(bytes) => Some(format!("{} bytes", bytes.len())),
            Body::Html(html) => Some(format!("markup, {} characters", html.chars().count())),
            Body::Text(text) => Some(format!("text, {} characters", text.chars().count())),
            Body::None => None,
        },
    );
    all
}

/// Fields of a record that its preset does not read.
fn homeless(preset: Preset, record: &Record, limits: &InLimits, schemas: &dyn Schemas) -> Vec<String> {
    let mut waiting = vec![(preset, record.clone())];
    let mut left = Vec::new();
    while let Some((preset, mut record)) = waiting.pop() {
        if let Some(packed) = record.value.take_if(|v| unpack::is_packed(v)) {
            record.value = unpack::unpacked(packed, limits.event_bytes()).ok();
        }
        if let Preset::Enveloped(enveloped) = preset {
            let (envelope, inner) = enveloped.envelope();
            let opened = envelope.open(&record, limits, schemas).unwrap_or_default();
            waiting.extend(opened.into_iter().filter_map(Result::ok).map(|r| (inner, r)));
            continue;
        }
        let Some(message) = record.value.as_deref().and_then(|v| json(v, limits).ok()) else { continue };
        match (preset, preset.table()) {
            (_, Some(table)) => left.extend(Mapping::homeless(table, &message)),
            (Preset::Native | Preset::Article, _) => {
                let unknown = message.as_object().into_iter().flatten().map(|(n, _)| n).filter(|n| !event::FIELDS.contains(&n.as_str()));
                left.extend(unknown.map(|n| format!("/{n}")));
            }
            _ => {}
        }
    }
    left.sort();
    left.dedup();
    left
}
