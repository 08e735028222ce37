//! The same address, the same story: address keys and fingerprints (made in CLEAN), the index and its verdicts (used by DEDUP).
//!
//! Pure: no clock, no I/O. Time is the log-append time of the records, handed in; rows for the changelogs are handed out.

pub mod address;
pub mod fingerprint;
pub mod index;
pub mod words;

pub use index::{Decision, Index, IndexSettings, Position, Row, Table};
