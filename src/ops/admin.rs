//! The admin listener: `/livez`, `/readyz`, `/metrics`.
//!
//! It listens on loopback, unless strangers are kept away: by a bearer token (`admin.token`), by client certificates (`admin.client_ca`), or
//! by something else, of which `FEEDMILL_ADMIN_INSECURE=1` tells (a container's own network). `/livez` and `/readyz` need no token: they say
//! one word, and the probes of orchestrators have none.

use super::tls::{Acceptor, TlsListener};
use super::{Health, Metrics, metrics};
use crate::config::settings::{self, Secret};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// The environment variable that allows an address other than loopback.
pub const INSECURE: &str = "FEEDMILL_ADMIN_INSECURE";

#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error(
        "admin.listen = \"{0}\" would be open to the network: set admin.token (a bearer token) or admin.client_ca (client certificates), use \
         127.0.0.1, or set {INSECURE}=1 where only trusted ones can reach it (a container's own network)"
    )]
    Exposed(SocketAddr),
    #[error("the admin listener's TLS: {0}: {1}")]
    Tls(String, String),
    #[error("admin.listen = \"{address}\": {error}; is another feedmill running? `admin.listen` takes another port, or \"\" for none")]
    Bind { address: SocketAddr, error: std::io::Error },
}

#[derive(Clone)]
struct Shared {
    health: Arc<Health>,
    metrics: Arc<Metrics>,
    token: Option<Secret>,
}

/// The running listener; it ends when dropped.
#[derive(Debug)]
pub struct Admin {
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Admin {
    /// Binds at once, so that a taken port is an error of the start, and serves on `runtime`.
    pub fn start(
        runtime: &tokio::runtime::Handle,
        listen: SocketAddr,
        settings: &settings::Admin,
        health: Arc<Health>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, AdminError> {
        allowed(listen, settings, std::env::var(INSECURE).is_ok_and(|v| v == "1"))?;
        let acceptor = settings.tls.as_ref().map(Acceptor::new).transpose()?;
        let bind = |error| AdminError::Bind { address: listen, error };
        let listener = TcpListener::bind(listen).map_err(bind)?;
        listener.set_nonblocking(true).map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(bind)?
        };
        let router = router(Shared { health, metrics, token: settings.token.clone() });
        let task = runtime.spawn(async move {
            let served = match acceptor {
                None => axum::serve(listener, router).await,
                Some(acceptor) => axum::serve(TlsListener::new(listener, address, acceptor), router).await,
            };
            if let Err(error) = served {
                tracing::error!(%error, "the admin listener ended");
            }
        });
        Ok(Self { address, task })
    }

    /// Where it listens; the port that was found when `listen` had port 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn allowed(listen: SocketAddr, settings: &settings::Admin, insecure: bool) -> Result<(), AdminError> {
    let guarded = settings.token.is_some() || settings.tls.as_ref().is_some_and(|t| t.client_ca.is_some());
    if listen.ip().is_loopback() || guarded || insecure { Ok(()) } else { Err(AdminError::Exposed(listen)) }
}

/// Whether a request bears the token, when there is one. The time of the comparison does not depend on where they differ.
fn bears_token(headers: &HeaderMap, token: Option<&Secret>) -> bool {
    let Some(token) = token else { return true };
    let given = headers.get(header::AUTHORIZATION).and_then(|v| v.as_bytes().strip_prefix(b"Bearer ")).unwrap_or_default();
    // Of equal length whatever was sent.
    let hash = |bytes: &[u8]| Sha256::digest(bytes);
    let (given, wanted) = (hash(given), hash(token.current().as_bytes()));
    given.iter().zip(wanted.iter()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

fn router(shared: Shared) -> Router {
    Router::new().route("/livez", get(livez)).route("/readyz", get(readyz)).route("/metrics", get(show_metrics)).with_state(shared)
}

async fn livez(State(shared): State<Shared>) -> impl IntoResponse {
    answer(shared.health.live(), "alive\n")
}

async fn readyz(State(shared): State<Shared>) -> impl IntoResponse {
    answer(shared.health.ready(), "ready\n")
}

async fn show_metrics(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    if !bears_token(&headers, shared.token.as_ref()) {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], "a bearer token is needed (admin.token)\n")
            .into_response();
    }
    // Asked here, so that the gauge and `/readyz` never disagree.
    shared.metrics.ready(shared.health.ready().is_ok());
    ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], shared.metrics.encode()).into_response()
}

fn answer(state: Result<(), String>, good: &'static str) -> (StatusCode, String) {
    match state {
        Ok(()) => (StatusCode::OK, good.to_owned()),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Outcome;
    use crate::ops::Readiness;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::Duration;

    fn request(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn the_three_pages_tell_the_state() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let health = Arc::new(Health::new());
        let metrics = Arc::new(Metrics::new());
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let admin = Admin::start(runtime.handle(), loopback, &open(), health.clone(), metrics.clone()).unwrap();

        health.register("clean", Duration::from_secs(3600));
        assert!(request(admin.address(), "/livez").starts_with("HTTP/1.1 200"));
        let starting = request(admin.address(), "/readyz");
        assert!(starting.starts_with("HTTP/1.1 503") && starting.contains("clean: starting"), "{starting}");
        assert!(request(admin.address(), "/metrics").contains("\nfeedmill_ready 0\n"));

        health.set("clean", Readiness::Ready);
        metrics.pages(Outcome::Late, None, 2);
        assert!(request(admin.address(), "/readyz").starts_with("HTTP/1.1 200"));
        let text = request(admin.address(), "/metrics");
        assert!(text.contains("content-type: application/openmetrics-text"), "{text}");
        assert!(text.contains("\nfeedmill_ready 1\n") && text.contains("{outcome=\"late\",reason=\"\"} 2\n"), "{text}");
        assert!(request(admin.address(), "/nothing").starts_with("HTTP/1.1 404"));

        let taken = Admin::start(runtime.handle(), admin.address(), &open(), health, metrics).unwrap_err();
        assert!(matches!(taken, AdminError::Bind { .. }) && taken.to_string().contains("another feedmill"), "{taken}");
    }

    #[test]
    fn an_address_open_to_the_network_needs_a_word() {
        let (any, bare) = (SocketAddr::from(([0, 0, 0, 0], 8686)), open());
        let told = allowed(any, &bare, false).unwrap_err().to_string();
        assert!(told.contains("FEEDMILL_ADMIN_INSECURE=1") && told.contains("admin.token"), "{told}");
        assert!(allowed(any, &bare, true).is_ok());
        assert!(allowed(SocketAddr::from(([127, 0, 0, 1], 8686)), &bare, false).is_ok());
        assert!(allowed("[::1]:8686".parse().unwrap(), &bare, false).is_ok());
        assert!(allowed(any, &settings::Admin { token: Some(Secret::new("t")), ..open() }, false).is_ok());
        let tls = |client_ca| settings::AdminTls { certificate: "c".into(), key: "k".into(), client_ca };
        assert!(allowed(any, &settings::Admin { tls: Some(tls(Some("ca".into()))), ..open() }, false).is_ok());
        assert!(allowed(any, &settings::Admin { tls: Some(tls(None)), ..open() }, false).is_err(), "encrypted is not guarded");
    }

    fn open() -> settings::Admin {
        settings::Admin { listen: None, token: None, tls: None }
    }

    #[test]
    fn metrics_need_the_token_and_a_new_one_counts_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "first\n").unwrap();
        let token = Secret::from_reference(&format!("${{file:{}}}", file.display()), "first");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let guarded = settings::Admin { token: Some(token), ..open() };
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let admin = Admin::start(runtime.handle(), loopback, &guarded, Arc::new(Health::new()), Arc::new(Metrics::new())).unwrap();
        let metrics = |token: &str| {
            let mut stream = TcpStream::connect(admin.address()).unwrap();
            write!(stream, "GET /metrics HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        assert!(metrics("first").starts_with("HTTP/1.1 200"));
        for wrong in ["", "second", "firs", "first2"] {
            assert!(metrics(wrong).starts_with("HTTP/1.1 401"), "{wrong}");
        }
        assert!(request(admin.address(), "/metrics").starts_with("HTTP/1.1 401"));
        assert!(request(admin.address(), "/livez").starts_with("HTTP/1.1 200"));
        std::fs::write(&file, "second").unwrap();
        assert!(metrics("second").starts_with("HTTP/1.1 200"));
        assert!(metrics("first").starts_with("HTTP/1.1 401"));
    }
}
