//! The rows of the changelogs: what they hold and how they are written.
//!
//! A value is a format byte and a postcard struct. Readers refuse a newer format; when the format is raised, the previous one stays readable.

use super::sketch::Sketch;
use super::texts::HASH_BYTES;
use super::{RestoreError, Row, Table};
use crate::article::envelope::{AddressKey, ArticleId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

/// Format of the rows of both tables.
pub(super) const FORMAT: u8 = 2;
/// Key of the checkpoint row among the addresses, whose keys have 16 bytes.
pub(super) const CHECKPOINT: &[u8] = b"checkpoint";

/// An article: the address it was first published under, and the how many-th story there it is, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Incarnation {
    pub key: AddressKey,
    pub number: u32,
}

impl Incarnation {
    /// The id in records. With several shards it hashes the shard too: a page whose language flips becomes another article.
    pub fn id(self, shard: Option<u32>) -> ArticleId {
        let mut bytes = [0; 24];
        bytes[..16].copy_from_slice(&self.key.0.to_be_bytes());
        bytes[16..20].copy_from_slice(&self.number.to_be_bytes());
        match shard {
            None => ArticleId(xxh3_128(&bytes[..20])),
            Some(shard) => {
                bytes[20..].copy_from_slice(&shard.to_be_bytes());
                ArticleId(xxh3_128(&bytes))
            }
        }
    }
}

/// Who blocked an address: that decides what ends the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Block {
    /// `op: remove`: ends with `op: restore`.
    Asked,
    /// Status 410: ends also with a page fetched later.
    Gone,
}

/// What an address shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    /// Its own article, the last incarnation.
    Root,
    /// A copy of the article of another address.
    Duplicate(Incarnation),
    Removed(Block),
    /// Restored, and not seen since.
    Vacant,
}

/// An address with an article of its own, or with a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Offset of the record that made the address known: of several entries that claim a page the oldest wins.
    pub born: i64,
    /// Ids issued so far; the current one is of number `incarnations - 1`.
    pub incarnations: u32,
    /// Incarnations below this one were removed.
    pub withdrawn: u32,
    /// Of the current incarnation.
    pub revision: u32,
    pub state: State,
    pub body_hash: u64,
    pub content_hash: u64,
    pub fetched_at: i64,
    /// Stream time when the row was written.
    pub seen_at: i64,
    /// Sequence of the last text stored for this address.
    pub text: Option<u64>,
    /// Of the last text.
    pub sketch: Sketch,
}

/// Row of one address key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Known {
    Article(Entry),
    /// Another address of an entry.
    Alias {
        to: AddressKey,
        seen_at: i64,
    },
}

/// Row of one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum TextRow {
    Text(Text),
    /// The text of this sequence was removed. It keeps its place until it expires.
    Void,
}

/// A text as the index compares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Text {
    /// Stream time.
    pub time: i64,
    /// The article whose text this is, or for a copy: its address with number 0.
    pub owner: AddressKey,
    /// The article that a copy of this text is a copy of.
    pub root: Incarnation,
    pub site: u64,
    pub language: String,
    /// The text that this one takes the place of.
    pub replaces: Option<u64>,
    pub body_hash: u64,
    pub figures: u64,
    pub rate: u8,
    /// One bit per sampled hash, the first one lowest: not the story's own, but its site's or a template's.
    pub common: u128,
    /// Hashes, 5 bytes each, little endian.
    pub sample: Vec<u8>,
}

/// Hashes as a row holds them.
pub(super) fn pack(sample: &[u64]) -> Vec<u8> {
    sample.iter().flat_map(|h| h.to_le_bytes().into_iter().take(HASH_BYTES)).collect()
}

/// What else the state is: one row a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// Running maximum of the log-append times of `internal.clean`.
    pub time: i64,
    /// Sequence of the oldest live text.
    pub low: u64,
    /// Sequence of the next text.
    pub next: u64,
    /// Next offset of `internal.clean` to read.
    pub applied: i64,
    pub generation: u32,
    pub row_format: u8,
    pub envelope_format: u8,
}

pub(super) fn address_row(key: AddressKey, known: &Known) -> Row {
    Row { table: Table::Addresses, key: key.0.to_be_bytes().to_vec(), value: Some(encode(known)) }
}

pub(super) fn text_row(sequence: u64, text: &TextRow) -> Row {
    Row { table: Table::Texts, key: sequence.to_be_bytes().to_vec(), value: Some(encode(text)) }
}

pub(super) fn checkpoint_row(checkpoint: &Checkpoint) -> Row {
    Row { table: Table::Addresses, key: CHECKPOINT.to_vec(), value: Some(encode(checkpoint)) }
}

fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    // Writing plain structs to a growing vector has no way to fail.
    postcard::to_extend(value, vec![FORMAT]).unwrap_or_default()
}

pub(super) fn decode<T: DeserializeOwned>(value: &[u8]) -> Result<T, RestoreError> {
    match value.split_first() {
        None => Err(RestoreError::Damaged("empty value".into())),
        Some((format, _)) if *format > FORMAT => Err(RestoreError::TooNew(*format)),
        Some((format, _)) if *format < FORMAT => Err(RestoreError::TooOld(*format)),
        Some((_, body)) => postcard::from_bytes(body).map_err(|e| RestoreError::Damaged(e.to_string())),
    }
}
