//! The clean envelope: what CLEAN writes to `internal.clean` and DEDUP reads.
//!
//! DEDUP must decide without parsing the article again, so the envelope has two parts: a small head with all that a verdict needs
//! (addresses, times, fingerprint), and the finished article as JSON without its first fields, which DEDUP stamps before it (`view`).
//!
//! Layout: `FM`, format (u8), length of the head (u32, little endian), head (postcard), body (JSON, begins with a comma).

use super::outcome::Coordinates;
use serde::{Deserialize, Serialize};

/// Raised whenever the head changes its shape. A reader refuses newer ones.
pub const ENVELOPE_FORMAT: u8 = 2;
const MAGIC: &[u8; 2] = b"FM";
const HEAD_AT: usize = 7;

/// Hash of a normalized address (xxh3-128).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AddressKey(pub u128);

/// Identity of an article: hash of the address key and the incarnation. 32 hexadecimal digits in records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ArticleId(pub u128);

impl std::fmt::Display for ArticleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// What a text is compared by. Made in CLEAN by `dedup::fingerprint`, stored in the text rows, so that a restore cleans nothing again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Hash of the normalized words of the text.
    pub body_hash: u64,
    /// Hash of the normalized words of title and text.
    pub content_hash: u64,
    /// Normalized words of the text.
    pub words: u32,
    /// One bit for each figure with the word before it: what two fillings of one template do not share.
    pub figures: u64,
    /// The sample holds the shingles whose hash ends in this many zero bits.
    pub rate: u8,
    /// Hashes of sampled shingles, 40 bits each, each once, the lower 32 never 0, in the order of the text. At most `dedup::fingerprint::SAMPLE`.
    pub sample: Vec<u64>,
}

/// What the sender wants done with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EnvelopeOp {
    /// A finished article.
    Page,
    /// `op: remove`.
    Remove,
    /// `op: restore`.
    Restore,
    /// Status 410: removes a known address, else is skipped (`http_status`).
    Gone,
}

/// The head of the envelope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    pub op: EnvelopeOp,
    /// Keys of the asked, the final and the credible canonical address, in this order, each once. Never empty.
    pub keys: Vec<AddressKey>,
    /// The asked address, for notices.
    pub url: String,
    pub title: Option<String>,
    /// Milliseconds since 1970-01-01 UTC.
    pub fetched_at: i64,
    /// Hash of the site (registrable domain): boilerplate is counted by it.
    pub site: u64,
    /// Primary language subtag, `en`; empty when unknown.
    pub language: String,
    /// Of pages only.
    pub fingerprint: Option<Fingerprint>,
    pub event_id: Option<String>,
    pub source: Coordinates,
    /// The record's `source` object as JSON, for duplicate notices.
    pub source_json: String,
}

/// Why a value is no envelope of ours.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    #[error("not a feedmill envelope")]
    Foreign,
    #[error("envelope format {0} is newer than this program's {ENVELOPE_FORMAT}: upgrade it before it reads this topic")]
    TooNew(u8),
    #[error("envelope format {0} is older than this program's {ENVELOPE_FORMAT}: let the version that wrote it read it to the end first")]
    TooOld(u8),
    #[error("damaged envelope: {0}")]
    Damaged(#[from] postcard::Error),
}

impl Envelope {
    /// The whole value: head, then `body` as [`View::body_json`](super::view::View::body_json) gives it (empty for ops).
    pub fn encode(&self, body: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
        let head = postcard::to_stdvec(self)?;
        let mut value = Vec::with_capacity(HEAD_AT + head.len() + body.len());
        value.extend_from_slice(MAGIC);
        value.push(ENVELOPE_FORMAT);
        value.extend_from_slice(&(head.len() as u32).to_le_bytes());
        value.extend_from_slice(&head);
        value.extend_from_slice(body);
        Ok(value)
    }

    /// Head and body of a value.
    pub fn decode(value: &[u8]) -> Result<(Envelope, &[u8]), EnvelopeError> {
        if value.len() < HEAD_AT || &value[..2] != MAGIC {
            return Err(EnvelopeError::Foreign);
        }
        if value[2] > ENVELOPE_FORMAT {
            return Err(EnvelopeError::TooNew(value[2]));
        }
        if value[2] < ENVELOPE_FORMAT {
            return Err(EnvelopeError::TooOld(value[2]));
        }
        let length = u32::from_le_bytes([value[3], value[4], value[5], value[6]]) as usize;
        let head = value.get(HEAD_AT..HEAD_AT + length).ok_or(EnvelopeError::Foreign)?;
        Ok((postcard::from_bytes(head)?, &value[HEAD_AT + length..]))
    }
}
