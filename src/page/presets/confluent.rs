//! Confluent's wire format, as serializers with a schema registry write it: an envelope around any other preset.
//!
//! `00`, four bytes of schema id, payload; or `01` and the sixteen bytes of a schema's GUID, or the same in the header `__value_schema_id`
//! and the payload bare. A JSON payload needs no schema to be read; an Avro payload is read by the schema that it was written with.

use super::super::{InLimits, Refusal};
use crate::article::{DeadReason, SkipReason};
use crate::record::Record;
use apache_avro::types::Value as Avro;
use base64::Engine;
use serde_json::{Map, Value};
use std::sync::Arc;

/// How a record names the schema that it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SchemaId {
    Number(u32),
    Guid([u8; 16]),
}

impl std::fmt::Display for SchemaId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SchemaId::Number(n) => write!(f, "{n}"),
            SchemaId::Guid(bytes) => {
                let hex = crate::article::dead::hex(bytes);
                write!(f, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
            }
        }
    }
}

/// A writer's schema, parsed.
#[derive(Debug)]
pub struct AvroSchema(apache_avro::Schema);

impl AvroSchema {
    /// Parses the registry's text. Schemas that contain themselves are refused: their values nest as deeply as a record's author likes.
    pub fn parse(text: &str) -> Result<Self, String> {
        let schema = apache_avro::Schema::parse_str(text).map_err(|e| e.to_string())?;
        if recursive(&schema) { Err("the schema contains itself".into()) } else { Ok(Self(schema)) }
    }
}

fn recursive(schema: &apache_avro::Schema) -> bool {
    use apache_avro::Schema;
    // (what to look at, the records that it stands in)
    let mut waiting: Vec<(&Schema, Vec<String>)> = vec![(schema, Vec::new())];
    while let Some((schema, inside)) = waiting.pop() {
        match schema {
            Schema::Ref { name } if inside.contains(&name.to_string()) => return true,
            Schema::Record(record) => {
                let mut inside = inside.clone();
                inside.push(record.name.to_string());
                waiting.extend(record.fields.iter().map(|f| (&f.schema, inside.clone())));
            }
            Schema::Array(array) => waiting.push((&array.items, inside)),
            Schema::Map(map) => waiting.push((&map.types, inside)),
            Schema::Union(union) => waiting.extend(union.variants().iter().map(|v| (v, inside.clone()))),
            _ => {}
        }
    }
    false
}

/// What is known of a schema.
#[derive(Debug, Clone)]
pub enum Known {
    Schema(Arc<AvroSchema>),
    /// The registry does not have it, or it cannot be used; why.
    Unusable(Arc<str>),
}

/// Schemas by id, as values: who asks the registry is another room's matter.
pub trait Schemas: Send + Sync {
    fn get(&self, id: SchemaId) -> Option<Known>;
}

/// For presets that need none.
pub struct NoSchemas;

impl Schemas for NoSchemas {
    fn get(&self, _: SchemaId) -> Option<Known> {
        None
    }
}

const HEADER: &str = "__value_schema_id";

/// The schema that a record names, and where its payload begins.
pub fn framing(record: &Record) -> Result<(SchemaId, usize), Refusal> {
    let value = record.value.as_deref().ok_or(Refusal::Skipped(SkipReason::Tombstone))?;
    let broken = |why: &str| Refusal::dead(DeadReason::InvalidFraming, why.to_owned());
    // The header wins: the payload is bare then.
    if let Some(header) = record.headers.iter().rev().find(|h| h.name == HEADER).and_then(|h| h.value.as_deref()) {
        return Ok((schema_id(header).ok_or_else(|| broken("the header __value_schema_id names no schema"))?.0, 0));
    }
    schema_id(value).ok_or_else(|| broken("no magic byte and schema id in front of the payload"))
}

fn schema_id(bytes: &[u8]) -> Option<(SchemaId, usize)> {
    match bytes {
        [0, a, b, c, d, ..] => Some((SchemaId::Number(u32::from_be_bytes([*a, *b, *c, *d])), 5)),
        [1, guid @ ..] => Some((SchemaId::Guid(guid.get(..16)?.try_into().ok()?), 17)),
        _ => None,
    }
}

/// JSON Schema: the payload is JSON, whatever its schema says.
pub(in crate::page) fn open_json(record: &Record) -> Result<Record, Refusal> {
    let at = match (framing(record), record.value.as_deref()) {
        (Ok((_, at)), _) => at,
        // Written without a registry.
        (Err(_), Some([b'{' | b'[', ..])) => 0,
        (Err(refusal), _) => return Err(refusal),
    };
    let value = record.value.as_deref().and_then(|v| v.get(at..)).map(<[u8]>::to_vec);
    Ok(Record { value, ..record.clone() })
}

/// Avro: the payload as JSON. Bytes become base64.
pub(in crate::page) fn open_avro(record: &Record, schemas: &dyn Schemas, limits: &InLimits) -> Result<Record, Refusal> {
    let (id, at) = framing(record)?;
    let payload = record.value.as_deref().and_then(|v| v.get(at..)).unwrap_or_default();
    if payload.len() > limits.event_bytes() {
        return Err(super::super::native::too_large("the record", limits));
    }
    let schema = match schemas.get(id) {
        Some(Known::Schema(schema)) => schema,
        Some(Known::Unusable(why)) => return Err(Refusal::dead(DeadReason::UnknownSchema, format!("schema {id}: {why}"))),
        None => {
            let message = format!("schema {id}: no registry is configured (input.schema_registry)");
            return Err(Refusal::dead(DeadReason::UnknownSchema, message));
        }
    };
    let broken = |e: String| Refusal::dead(DeadReason::InvalidAvro, format!("schema {id}: {e}"));
    let mut rest = payload;
    let reader = apache_avro::reader::datum::GenericDatumReader::builder(&schema.0).build().map_err(|e| broken(e.to_string()))?;
    let value = reader.read_value(&mut rest).map_err(|e| broken(e.to_string()))?;
    let json = json_of(value);
    Ok(Record { value: Some(json.to_string().into_bytes()), ..record.clone() })
}

/// Depth is the schema's, which is finite.
fn json_of(value: Avro) -> Value {
    match value {
        Avro::Null => Value::Null,
        Avro::Boolean(b) => b.into(),
        Avro::Int(n) | Avro::Date(n) | Avro::TimeMillis(n) => n.into(),
        Avro::Long(n)
        | Avro::TimeMicros(n)
        | Avro::TimestampMillis(n)
        | Avro::TimestampMicros(n)
        | Avro::TimestampNanos(n)
        | Avro::LocalTimestampMillis(n)
        | Avro::LocalTimestampMicros(n)
        | Avro::LocalTimestampNanos(n) => n.into(),
        Avro::Float(x) => f64::from(x).into(),
        Avro::Double(x) => x.into(),
        Avro::String(text) | Avro::Enum(_, text) => text.into(),
        Avro::Uuid(id) => id.to_string().into(),
        Avro::Bytes(bytes) | Avro::Fixed(_, bytes) => base64::prelude::BASE64_STANDARD.encode(bytes).into(),
        Avro::Union(_, inner) => json_of(*inner),
        Avro::Array(items) => items.into_iter().map(json_of).collect::<Vec<Value>>().into(),
        // The order of the writer's map is chance; the record must not depend on it.
        Avro::Map(entries) => {
            let mut entries: Vec<(String, Avro)> = entries.into_iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            entries.into_iter().map(|(k, v)| (k, json_of(v))).collect::<Map<String, Value>>().into()
        }
        Avro::Record(fields) => fields.into_iter().map(|(k, v)| (k, json_of(v))).collect::<Map<String, Value>>().into(),
        // Decimals and durations are no part of a page.
        _ => Value::Null,
    }
}
