//! What a text is compared by.

use crate::article::envelope::Fingerprint;
use xxhash_rust::xxh3::xxh3_64;

/// Fingerprint of an article.
pub fn fingerprint(title: Option<&str>, text: &str) -> Fingerprint {
    let body_hash = xxh3_64(text.as_bytes());
    let content_hash = xxh3_64(title.unwrap_or_default().as_bytes()) ^ body_hash;
    Fingerprint { body_hash, content_hash, shingles: 0, sample: Vec::new() }
}
