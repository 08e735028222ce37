//! The admin listener: `/livez`, `/readyz`, `/metrics`.
//!
//! It has no authentication yet, so it listens on loopback only, unless `FEEDMILL_ADMIN_INSECURE=1` says that something else keeps
//! strangers away (a container's own network).

use super::{Health, Metrics, metrics};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// The environment variable that allows an address other than loopback.
pub const INSECURE: &str = "FEEDMILL_ADMIN_INSECURE";

#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error(
        "admin.listen = \"{0}\" would be open to the network, and the admin listener has no authentication yet: use 127.0.0.1, or set \
         {INSECURE}=1 where only trusted ones can reach it (a container's own network)"
    )]
    Exposed(SocketAddr),
    #[error("admin.listen = \"{address}\": {error}; is another feedmill running? `admin.listen` takes another port, or \"\" for none")]
    Bind { address: SocketAddr, error: std::io::Error },
}

#[derive(Clone)]
struct Shared {
    health: Arc<Health>,
    metrics: Arc<Metrics>,
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
        health: Arc<Health>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, AdminError> {
        allowed(listen, std::env::var(INSECURE).is_ok_and(|v| v == "1"))?;
        let bind = |error| AdminError::Bind { address: listen, error };
        let listener = TcpListener::bind(listen).map_err(bind)?;
        listener.set_nonblocking(true).map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(bind)?
        };
        let router = router(Shared { health, metrics });
        let task = runtime.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
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

fn allowed(listen: SocketAddr, insecure: bool) -> Result<(), AdminError> {
    if listen.ip().is_loopback() || insecure { Ok(()) } else { Err(AdminError::Exposed(listen)) }
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

async fn show_metrics(State(shared): State<Shared>) -> impl IntoResponse {
    // Asked here, so that the gauge and `/readyz` never disagree.
    shared.metrics.ready(shared.health.ready().is_ok());
    ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], shared.metrics.encode())
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
        let admin = Admin::start(runtime.handle(), loopback, health.clone(), metrics.clone()).unwrap();

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

        let taken = Admin::start(runtime.handle(), admin.address(), health, metrics).unwrap_err();
        assert!(matches!(taken, AdminError::Bind { .. }) && taken.to_string().contains("another feedmill"), "{taken}");
    }

    #[test]
    fn an_address_open_to_the_network_needs_a_word() {
        let open = SocketAddr::from(([0, 0, 0, 0], 8686));
        assert!(allowed(open, false).unwrap_err().to_string().contains("FEEDMILL_ADMIN_INSECURE=1"));
        assert!(allowed(open, true).is_ok());
        assert!(allowed(SocketAddr::from(([127, 0, 0, 1], 8686)), false).is_ok());
        assert!(allowed("[::1]:8686".parse().unwrap(), false).is_ok());
    }
}
