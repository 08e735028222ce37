//! Values of an event's fields, read without failing on their type: a wrong one is remembered by what it is, so that the message can name it.
//!
//! Everything here recurses through serde_json's own depth limit, also what is read over: serde's `IgnoredAny` would accept any depth.

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;

/// A scalar, or what stood in its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found<'a> {
    Null,
    Text(Cow<'a, str>),
    /// A number without a fraction, also when it is written with one (`200.0`).
    Integer(i64),
    Number,
    Bool(bool),
    Array,
    Object,
}

impl std::fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Found::Null => "null",
            Found::Text(_) => "string",
            Found::Integer(_) | Found::Number => "number",
            Found::Bool(_) => "boolean",
            Found::Array => "array",
            Found::Object => "object",
        })
    }
}

impl<'de> Deserialize<'de> for Found<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FoundVisitor)
    }
}

struct FoundVisitor;

impl<'de> Visitor<'de> for FoundVisitor {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E>(self) -> Result<Found<'de>, E> {
        Ok(Found::Null)
    }
    fn visit_bool<E>(self, b: bool) -> Result<Found<'de>, E> {
        Ok(Found::Bool(b))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Found<'de>, E> {
        Ok(Found::Integer(n))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Found<'de>, E> {
        Ok(i64::try_from(n).map_or(Found::Number, Found::Integer))
    }
    fn visit_f64<E>(self, x: f64) -> Result<Found<'de>, E> {
        // Beyond 2^53 a float says nothing about single units.
        Ok(if x.fract() == 0.0 && x.abs() < 9e15 { Found::Integer(x as i64) } else { Found::Number })
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Found<'de>, E> {
        Ok(Found::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Found<'de>, E> {
        Ok(Found::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Found<'de>, A::Error> {
        drain_seq(seq)?;
        Ok(Found::Array)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Found<'de>, A::Error> {
        drain_map(map)?;
        Ok(Found::Object)
    }
}

fn drain_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<Drained>()?.is_some() {}
    Ok(())
}

fn drain_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<Drained, Drained>()?.is_some() {}
    Ok(())
}

/// Any value, read over.
pub(super) struct Drained;

impl<'de> Deserialize<'de> for Drained {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DrainedVisitor)
    }
}

struct DrainedVisitor;

impl<'de> Visitor<'de> for DrainedVisitor {
    type Value = Drained;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E>(self) -> Result<Drained, E> {
        Ok(Drained)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Drained, E> {
        Ok(Drained)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Drained, E> {
        Ok(Drained)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Drained, E> {
        Ok(Drained)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Drained, E> {
        Ok(Drained)
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<Drained, E> {
        Ok(Drained)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Drained, A::Error> {
        drain_seq(seq).map(|()| Drained)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Drained, A::Error> {
        drain_map(map).map(|()| Drained)
    }
}

/// The `headers` object, or what stood in its place.
pub(super) enum Headers<'a> {
    Entries(Vec<(Cow<'a, str>, HeaderValue<'a>)>),
    Other(Found<'a>),
}

impl<'de> Deserialize<'de> for Headers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HeadersVisitor)
    }
}

struct HeadersVisitor;

impl<'de> Visitor<'de> for HeadersVisitor {
    type Value = Headers<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(name) = map.next_key::<Found<'de>>()? {
            let value = map.next_value()?;
            if let Found::Text(name) = name {
                entries.push((name, value));
            }
        }
        Ok(Headers::Entries(entries))
    }
    fn visit_unit<E: Error>(self) -> Result<Headers<'de>, E> {
        FoundVisitor.visit_unit().map(Headers::Other)
    }
    fn visit_bool<E: Error>(self, b: bool) -> Result<Headers<'de>, E> {
        FoundVisitor.visit_bool(b).map(Headers::Other)
    }
    fn visit_i64<E: Error>(self, n: i64) -> Result<Headers<'de>, E> {
        FoundVisitor.visit_i64(n).map(Headers::Other)
    }
    fn visit_u64<E: Error>(self, n: u64) -> Result<Headers<'de>, E> {
        FoundVisitor.visit_u64(n).map(Headers::Other)
    }
    fn visit_f64<E: Error>(self, x: f64) -> Result<Headers<'de>, E> {
        FoundVisitor.visit_f64(x).map(Headers::Other)
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<Headers<'de>, E> {
        Ok(Headers::Other(Found::Text("".into())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Headers<'de>, A::Error> {
        FoundVisitor.visit_seq(seq).map(Headers::Other)
    }
}

/// The value of one HTTP header: a string or a list of strings; `null` is an empty list.
pub(super) enum HeaderValue<'a> {
    Texts(Vec<Cow<'a, str>>),
    Other(Found<'a>),
}

impl<'de> Deserialize<'de> for HeaderValue<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HeaderValueVisitor)
    }
}

impl<'a> From<Found<'a>> for HeaderValue<'a> {
    fn from(found: Found<'a>) -> Self {
        match found {
            Found::Null => HeaderValue::Texts(Vec::new()),
            Found::Text(text) => HeaderValue::Texts(vec![text]),
            other => HeaderValue::Other(other),
        }
    }
}

struct HeaderValueVisitor;

impl<'de> Visitor<'de> for HeaderValueVisitor {
    type Value = HeaderValue<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<HeaderValue<'de>, A::Error> {
        let mut texts = Vec::new();
        let mut other = None;
        while let Some(found) = seq.next_element::<Found<'de>>()? {
            match found {
                Found::Text(text) => texts.push(text),
                found => other = other.or(Some(found)),
            }
        }
        Ok(other.map_or(HeaderValue::Texts(texts), HeaderValue::Other))
    }
    fn visit_unit<E: Error>(self) -> Result<HeaderValue<'de>, E> {
        FoundVisitor.visit_unit().map(HeaderValue::from)
    }
    fn visit_bool<E: Error>(self, b: bool) -> Result<HeaderValue<'de>, E> {
        FoundVisitor.visit_bool(b).map(HeaderValue::from)
    }
    fn visit_i64<E: Error>(self, n: i64) -> Result<HeaderValue<'de>, E> {
        FoundVisitor.visit_i64(n).map(HeaderValue::from)
    }
    fn visit_u64<E: Error>(self, n: u64) -> Result<HeaderValue<'de>, E> {
        FoundVisitor.visit_u64(n).map(HeaderValue::from)
    }
    fn visit_f64<E: Error>(self, x: f64) -> Result<HeaderValue<'de>, E> {
        FoundVisitor.visit_f64(x).map(HeaderValue::from)
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<HeaderValue<'de>, E> {
        FoundVisitor.visit_borrowed_str(text).map(HeaderValue::from)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<HeaderValue<'de>, E> {
        FoundVisitor.visit_str(text).map(HeaderValue::from)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HeaderValue<'de>, A::Error> {
        FoundVisitor.visit_map(map).map(HeaderValue::from)
    }
}
