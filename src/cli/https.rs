//! Requests to neighbours over HTTP: the schema registry, the token endpoint.

use super::StartError;
use crate::config::Settings;
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};

/// Makes agents. Their roots are those of `ssl.ca.location`, when it is set: what the company's own authority signs for Kafka it signs for
/// these; else the public ones.
pub struct Https {
    ca: Option<String>,
    limit: Duration,
}

impl Https {
    /// Requests will end within `limit`. An error is one of the file of roots.
    pub fn new(settings: &Settings, limit: Duration) -> Result<Self, StartError> {
        let ca = settings.kafka.properties.get("ssl.ca.location").map(|p| p.value.clone());
        let https = Self { ca, limit };
        https.agent().map_err(StartError)?;
        Ok(https)
    }

    /// One for the next request. Requests are rare, so that the file of roots, which may be replaced, is read for each.
    pub fn agent(&self) -> Result<ureq::Agent, String> {
        let mut config = ureq::Agent::config_builder().timeout_global(Some(self.limit)).http_status_as_error(false).max_redirects(3);
        if let Some(ca) = &self.ca {
            let told = |e: &dyn std::fmt::Display| format!("ssl.ca.location = {ca:?}: {e}");
            let pem = std::fs::read(ca).map_err(|e| told(&e))?;
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
}
