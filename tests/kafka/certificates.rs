//! Certificates for a test: an authority, a broker and a client of it, and another authority.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::path::Path;

/// `ca.pem`, `broker-store.pem` (key and certificate for 127.0.0.1 only), `expired-store.pem` (the same, of the year 2020), `client.pem`,
/// `client.key`, the same of another subject as `next.pem` and `next.key`, `other-ca.pem`, and of that one `stranger.pem` and `stranger.key`.
pub fn write(dir: &Path) {
    let put = |name: &str, text: String| std::fs::write(dir.join(name), text).expect(name);
    let authority = authority("feedmill test authority");
    put("ca.pem", authority.pem());
    let other = self::authority("another authority");
    put("other-ca.pem", other.pem());
    for (name, year) in [("broker-store.pem", 2096), ("expired-store.pem", 2021)] {
        let (broker, key) = signed(&authority, "127.0.0.1", year);
        put(name, format!("{key}{broker}{}", authority.pem()));
    }
    for (name, by) in [("client", &authority), ("next", &authority), ("stranger", &other)] {
        let (client, key) = signed(by, &format!("{name}.test"), 2096);
        put(&format!("{name}.pem"), client);
        put(&format!("{name}.key"), key);
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("key")).expect("authority")
}

/// Certificate and key, as PEM; valid from 2020 to the beginning of a year.
fn signed(authority: &CertifiedIssuer<'static, KeyPair>, name: &str, end: i32) -> (String, String) {
    let key = KeyPair::generate().expect("key");
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(end, 1, 1);
    params.distinguished_name.push(DnType::CommonName, name);
    let certificate = params.signed_by(&key, authority).expect("certificate");
    (certificate.pem(), key.serialize_pem())
}
