//! TLS for the admin listener, with or without client certificates. Files that are replaced count from the next connection on.

use super::admin::AdminError;
use crate::config::settings::AdminTls;
use crate::config::watch::{self, Print};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, channel};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, crypto};
use tokio_rustls::server::TlsStream;

/// Whoever has not shaken hands by then is gone.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Connections that wait to be served.
const WAITING: usize = 16;
/// Between two looks at the files, however many connections come.
const EVERY: Duration = Duration::from_secs(1);

/// The acceptor of the files as they are.
pub(super) struct Acceptor {
    files: AdminTls,
    paths: Vec<PathBuf>,
    /// What the files held when they were looked at last, be it of use or not.
    seen: Print,
    looked: Instant,
    acceptor: TlsAcceptor,
}

impl Acceptor {
    /// Checks the files.
    pub(super) fn new(files: &AdminTls) -> Result<Self, AdminError> {
        let paths: Vec<PathBuf> =
            [Some(&files.certificate), Some(&files.key), files.client_ca.as_ref()].into_iter().flatten().cloned().collect();
        let seen = watch::print(&paths, &[]);
        Ok(Self { acceptor: acceptor(files)?, files: files.clone(), paths, seen, looked: Instant::now() })
    }

    /// For the next connection. Files that do not fit, say a certificate whose key is still to be written, leave the last ones in use.
    fn current(&mut self) -> TlsAcceptor {
        if self.looked.elapsed() >= EVERY {
            self.looked = Instant::now();
            let print = watch::print(&self.paths, &[]);
            if print != self.seen {
                self.seen = print;
                match acceptor(&self.files) {
                    Ok(acceptor) => {
                        self.acceptor = acceptor;
                        tracing::info!("the files of the admin listener's TLS have changed: new connections use them");
                    }
                    Err(e) => tracing::warn!("the files have changed and are not taken up, the old ones stay in use: {e}"),
                }
            }
        }
        self.acceptor.clone()
    }
}

fn acceptor(tls: &AdminTls) -> Result<TlsAcceptor, AdminError> {
    let told = |path: &Path, e: &dyn std::fmt::Display| AdminError::Tls(path.display().to_string(), e.to_string());
    let certificates = |path: &Path| -> Result<Vec<CertificateDer<'static>>, AdminError> {
        let all = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(|e| told(path, &e))?;
        if all.is_empty() { Err(told(path, &"holds no certificate")) } else { Ok(all) }
    };
    let chain = certificates(&tls.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|e| told(&tls.key, &e))?;
    let provider = Arc::new(crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|e| told(&tls.certificate, &e))?;
    let builder = match &tls.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(|e| told(path, &e))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().map_err(|e| told(path, &e))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let config = builder.with_single_cert(chain, key).map_err(|e| told(&tls.certificate, &e))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Connections after their handshake, each made on a task of its own: a slow one holds up nobody.
pub(super) struct TlsListener {
    address: SocketAddr,
    ready: Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl TlsListener {
    /// Must be called inside of a runtime.
    pub(super) fn new(listener: TcpListener, address: SocketAddr, mut acceptor: Acceptor) -> Self {
        let (send, ready) = channel(WAITING);
        tokio::spawn(async move {
            while !send.is_closed() {
                let Ok((stream, from)) = listener.accept().await else {
                    // Out of descriptors, say: not worth a loop at full speed.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
                let (send, acceptor) = (send.clone(), acceptor.current());
                tokio::spawn(async move {
                    match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                        Ok(Ok(stream)) => drop(send.send((stream, from)).await),
                        Ok(Err(e)) => tracing::debug!(%from, "admin listener: no handshake: {e}"),
                        Err(_) => tracing::debug!(%from, "admin listener: no handshake in time"),
                    }
                });
            }
        });
        Self { address, ready }
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The accepting task has ended with the runtime.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}
