//! The admin listener bound elsewhere than on loopback: TLS, and only clients with a certificate of the configured authority.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "kafka/certificates.rs"]
mod certificates;

use feedmill::config::settings;
use feedmill::ops::{Admin, Health, Metrics};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto};

/// Asks for `/livez` over TLS, with a certificate of one's own or without. An error when the listener hangs up.
fn livez(address: SocketAddr, folder: &Path, certificate: Option<(&str, &str)>) -> std::io::Result<String> {
    let chain = |name: &str| CertificateDer::pem_file_iter(folder.join(name)).unwrap().collect::<Result<Vec<_>, _>>().unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(chain("ca.pem").remove(0)).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
    let config = match certificate {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            builder.with_client_auth_cert(chain(certificate), PrivateKeyDer::from_pem_file(folder.join(key)).unwrap()).unwrap()
        }
    };
    let client = ClientConnection::new(Arc::new(config), ServerName::try_from("127.0.0.1").unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, TcpStream::connect(address)?);
    write!(stream, "GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    match stream.read_to_string(&mut answer) {
        // The server closes without a farewell, which TLS allows after `connection: close`.
        Err(e) if answer.is_empty() => Err(e),
        _ => Ok(answer),
    }
}

#[test]
fn only_clients_with_a_certificate_of_the_authority_are_let_in() {
    let folder = tempfile::tempdir().unwrap();
    certificates::write(folder.path());
    let strangers = tempfile::tempdir().unwrap();
    certificates::write(strangers.path());
    for name in ["client.pem", "client.key"] {
        std::fs::copy(strangers.path().join(name), folder.path().join(format!("stranger-{name}"))).unwrap();
    }
    let file = |name: &str| folder.path().join(name);
    let tls = settings::AdminTls { certificate: file("broker-store.pem"), key: file("broker-store.pem"), client_ca: Some(file("ca.pem")) };
    let guarded = settings::Admin { listen: None, token: None, tls: Some(tls) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let admin = Admin::start(runtime.handle(), everywhere, &guarded, Arc::new(Health::new()), Arc::new(Metrics::new())).unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], admin.address().port()));

    let known = livez(address, folder.path(), Some(("client.pem", "client.key"))).unwrap();
    assert!(known.starts_with("HTTP/1.1 200"), "{known}");
    for refused in [None, Some(("stranger-client.pem", "stranger-client.key"))] {
        let answer = livez(address, folder.path(), refused);
        assert!(answer.is_err(), "{refused:?}: {answer:?}");
    }
    let mut plain = TcpStream::connect(address).unwrap();
    write!(plain, "GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "an answer without TLS: {}", String::from_utf8_lossy(&answer));
    assert!(livez(address, folder.path(), Some(("client.pem", "client.key"))).is_ok(), "still serving");
}

#[test]
fn files_that_are_replaced_count_from_the_next_connections_on() {
    let folder = tempfile::tempdir().unwrap();
    certificates::write(folder.path());
    let renewed = tempfile::tempdir().unwrap();
    certificates::write(renewed.path());
    let file = |name: &str| folder.path().join(name);
    let tls = settings::AdminTls { certificate: file("broker-store.pem"), key: file("broker-store.pem"), client_ca: Some(file("ca.pem")) };
    let guarded = settings::Admin { listen: None, token: None, tls: Some(tls) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let admin = Admin::start(runtime.handle(), loopback, &guarded, Arc::new(Health::new()), Arc::new(Metrics::new())).unwrap();
    // The clients' own copies, before and after.
    let first = tempfile::tempdir().unwrap();
    for name in ["ca.pem", "client.pem", "client.key"] {
        std::fs::copy(file(name), first.path().join(name)).unwrap();
    }
    let asked = |from: &Path| livez(admin.address(), from, Some(("client.pem", "client.key")));
    assert!(asked(first.path()).is_ok() && asked(renewed.path()).is_err());
    let deadline = Instant::now() + Duration::from_secs(60);
    std::fs::write(file("broker-store.pem"), "half of a file").unwrap();
    let unchanged = Instant::now() + Duration::from_secs(3);
    while Instant::now() < unchanged {
        assert!(asked(first.path()).is_ok(), "what cannot be read leaves the old files in use");
    }
    for name in ["ca.pem", "broker-store.pem"] {
        std::fs::copy(renewed.path().join(name), file(name)).unwrap();
    }
    while asked(renewed.path()).is_err() {
        assert!(Instant::now() < deadline, "the new files are not taken up");
    }
    assert!(asked(first.path()).is_err());
}

#[test]
fn what_is_wrong_with_its_files_is_told_with_the_path() {
    let folder = tempfile::tempdir().unwrap();
    certificates::write(folder.path());
    let file = |name: &str| folder.path().join(name);
    std::fs::write(file("empty.pem"), "").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    for (certificate, key, client_ca, named) in [
        ("nowhere.pem", "client.key", None, "nowhere.pem"),
        ("client.pem", "empty.pem", None, "empty.pem"),
        ("client.pem", "client.key", Some("empty.pem"), "empty.pem"),
        ("client.pem", "broker-store.pem", None, "client.pem"),
    ] {
        let tls = settings::AdminTls { certificate: file(certificate), key: file(key), client_ca: client_ca.map(file) };
        let guarded = settings::Admin { listen: None, token: None, tls: Some(tls) };
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let told = Admin::start(runtime.handle(), loopback, &guarded, Arc::new(Health::new()), Arc::new(Metrics::new())).unwrap_err();
        assert!(told.to_string().contains(named), "{certificate} {key} {client_ca:?}: {told}");
    }
}
