//! Requests to neighbours over HTTP: the schema registry, the token endpoint.

use super::StartError;
use crate::config::Settings;
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};

/// An agent whose requests end within `limit`. Its roots are those of `ssl.ca.location`, when it is set: what the company's own authority
/// signs for Kafka it signs for these; else the public ones.
pub fn agent(settings: &Settings, limit: Duration) -> Result<ureq::Agent, StartError> {
    let mut config = ureq::Agent::config_builder().timeout_global(Some(limit)).http_status_as_error(false).max_redirects(3);
    if let Some(ca) = settings.kafka.properties.get("ssl.ca.location") {
        let told = |e: &dyn std::fmt::Display| StartError(format!("ssl.ca.location = {:?}: {e}", ca.value));
        let pem = std::fs::read(&ca.value).map_err(|e| told(&e))?;
        let roots: Vec<Certificate<'static>> = ureq::tls::parse_pem(&pem)
            .filter_map(|item| if let Ok(PemItem::Certificate(certificate)) = item { Some(certificate) } else { None })
            .collect();
        if roots.is_empty() {
            return Err(told(&"holds no certificate"));
        }
        config = config.tls_config(TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(roots))).build());
    }
    Ok(config.build().into())
}
