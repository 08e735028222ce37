//! A key per address, by table-driven normalisation.

use crate::article::envelope::AddressKey;
use xxhash_rust::xxh3::xxh3_128;

/// Key of an address, or `None` when it is no http(s) URL with a host.
pub fn key(url: &str) -> Option<AddressKey> {
    let url = url::Url::parse(url).ok()?;
    url.host_str()?;
    Some(AddressKey(xxh3_128(url.as_str().as_bytes())))
}

/// Whether the canonical address that the page names may stand for `asked`.
pub fn credible_canonical(_asked: &str, _canonical: &str) -> bool {
    false
}

/// The registrable domain of a host (`bbc.co.uk` of `www.bbc.co.uk`), or the host itself for IP addresses and bare names.
pub fn site(host: &str) -> &str {
    psl::domain_str(host).unwrap_or(host)
}
