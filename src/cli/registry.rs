//! The schema registry: asked before a batch is worked on, answers kept.

use super::StartError;
use super::https::Https;
use crate::config::Settings;
use crate::config::settings::Secret;
use crate::page::{AvroSchema, Known, NoSchemas, SchemaId, Schemas};
use crate::stage::clean::SchemaSource;
use base64::Engine;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// One request.
const REQUEST: Duration = Duration::from_secs(5);
/// A registry that does not answer for so long ends the worker: nothing is lost, and somebody sees it.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two tries.
const REST: Duration = Duration::from_millis(500);
/// What the registry does not know is asked for again after this time: it may have been registered meanwhile.
const AGAIN: Duration = Duration::from_secs(60);
/// A schema that is larger is none of a page.
const LONGEST: u64 = 4 << 20;

/// A registry with Confluent's interface.
pub struct Registry {
    address: String,
    authorization: Option<Secret>,
    https: Https,
    known: Mutex<HashMap<SchemaId, (Known, Instant)>>,
}

/// The schemas that the configuration asks for.
pub fn of(settings: &Settings) -> Result<Arc<dyn SchemaSource>, StartError> {
    match &settings.input.schema_registry {
        None => Ok(Arc::new(NoSchemas)),
        Some(address) => {
            let https = Https::new(settings, REQUEST)?;
            let authorization = settings.input.schema_registry_auth.clone();
            Ok(Arc::new(Registry { address: address.clone(), authorization, https, known: Mutex::default() }))
        }
    }
}

impl Registry {
    /// Asks once. An error is one that may pass.
    fn ask(&self, id: SchemaId) -> Result<Known, String> {
        let kind = if matches!(id, SchemaId::Number(_)) { "ids" } else { "guids" };
        let url = format!("{}/schemas/{kind}/{id}", self.address);
        let mut request = self.https.agent()?.get(&url).header("accept", "application/vnd.schemaregistry.v1+json, application/json");
        if let Some(authorization) = &self.authorization {
            let basic = base64::prelude::BASE64_STANDARD.encode(authorization.current());
            request = request.header("authorization", format!("Basic {basic}"));
        }
        let mut response = request.call().map_err(|e| e.to_string())?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(LONGEST).read_to_string().map_err(|e| e.to_string())?;
        let unusable = |why: &str| Ok(Known::Unusable(why.into()));
        match status {
            200 => {}
            404 => return unusable("the registry has no such schema"),
            401 | 403 => return Err(format!("status {status}: check input.schema_registry_auth")),
            other => return Err(format!("status {other}")),
        }
        let answer: serde_json::Value = serde_json::from_str(&body).map_err(|e| format!("no JSON: {e}"))?;
        if answer.get("schemaType").and_then(|t| t.as_str()).is_some_and(|t| t != "AVRO") {
            return unusable("it is no Avro schema (preset confluent-json reads JSON)");
        }
        if answer.get("references").and_then(|r| r.as_array()).is_some_and(|r| !r.is_empty()) {
            return unusable("it refers to other schemas, which is not supported");
        }
        let Some(text) = answer.get("schema").and_then(|s| s.as_str()) else { return Err("an answer without schema".into()) };
        Ok(AvroSchema::parse(text).map_or_else(|why| Known::Unusable(why.into()), |schema| Known::Schema(Arc::new(schema))))
    }

    fn is_known(&self, id: SchemaId) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).is_some_and(|(k, at)| matches!(k, Known::Schema(_)) || at.elapsed() < AGAIN)
    }
}

impl Schemas for Registry {
    fn get(&self, id: SchemaId) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&id).map(|(known, _)| known.clone())
    }
}

impl SchemaSource for Registry {
    fn ensure(&self, ids: &mut dyn Iterator<Item = SchemaId>) -> Result<(), String> {
        let mut asked = Vec::new();
        for id in ids {
            if asked.contains(&id) || self.is_known(id) {
                continue;
            }
            asked.push(id);
            let deadline = Instant::now() + PATIENCE;
            let known = loop {
                match self.ask(id) {
                    Ok(known) => break known,
                    Err(why) if Instant::now() >= deadline => {
                        return Err(format!("the schema registry {} does not answer for schema {id}: {why}", self.address));
                    }
                    Err(why) => {
                        tracing::warn!(schema = %id, "the schema registry does not answer, trying again: {why}");
                        std::thread::sleep(REST);
                    }
                }
            };
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(id, (known, Instant::now()));
        }
        Ok(())
    }
}
