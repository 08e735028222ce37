//! What leaves the index, by stream time, record by record.
//!
//! Everything here is a function of the rows and of stream time, never of the batch: a restored index must expire the same things at the
//! same record. Texts leave as a prefix of their sequence; addresses leave when their row was not rewritten for a window; blocks never
//! leave, their rows are written again before the broker deletes them.

use super::rows::{Known, State};
use super::undo::Undo;
use super::{Index, Row};
use crate::article::envelope::AddressKey;

/// A row is written again at the next sight of its address when it is older than this part of the window.
const REWRITE_SHARE: i64 = 4;
/// A block's row is written again when it is older than this part of the window, sight or not.
const BLOCK_SHARE: i64 = 2;

impl Index {
    /// Moves stream time forward and lets go what is too old.
    pub(super) fn advance(&mut self, time: i64, rows: &mut Vec<Row>) {
        if time > self.live.time {
            self.journal.note(Undo::Time(self.live.time));
            self.live.time = time;
        }
        while self.text_expired() {
            self.pop_text();
        }
        self.keep_blocks(rows);
        self.expire_addresses(rows);
    }

    fn text_expired(&self) -> bool {
        let too_many = self.live.texts.len() > self.settings.max_documents;
        let oldest = self.live.texts.oldest();
        let before = self.settings.text_window.map(|w| self.live.time.saturating_sub(w));
        too_many || oldest.is_some_and(|doc| before.is_some_and(|b| doc.time() < b))
    }

    fn pop_text(&mut self) {
        if let Some(popped) = self.live.texts.pop() {
            self.journal.note(Undo::Popped(Box::new(popped)));
        }
    }

    /// Texts below `low` are expired, whatever else is known of them.
    pub(super) fn drop_texts_below(&mut self, low: u64) {
        while self.live.texts.low() < low && self.live.texts.len() > 0 {
            self.pop_text();
        }
    }

    fn keep_blocks(&mut self, rows: &mut Vec<Row>) {
        let Some(window) = self.settings.address_window else { return };
        let before = self.live.time.saturating_sub(window / BLOCK_SHARE);
        while let Some(key) = self.live.addresses.older_block(before) {
            self.rewrite(key, rows);
        }
    }

    fn expire_addresses(&mut self, rows: &mut Vec<Row>) {
        let Some(window) = self.settings.address_window else { return };
        let before = self.live.time.saturating_sub(window);
        while let Some(key) = self.live.addresses.older(before) {
            // Another spelling of a blocked address is as blocked as the address.
            if self.live.addresses.entry(key).is_some_and(|(_, e)| matches!(e.state, State::Removed(_))) {
                self.rewrite(key, rows);
            } else {
                self.forget_address(key);
            }
        }
    }

    /// Lets go, after a restore, the addresses that had expired before. What had to be kept has a later row.
    pub(super) fn drop_expired_addresses(&mut self) {
        let Some(window) = self.settings.address_window else { return };
        let before = self.live.time.saturating_sub(window);
        while let Some(key) = self.live.addresses.older(before) {
            self.forget_address(key);
        }
    }

    fn forget_address(&mut self, key: AddressKey) {
        let before = self.live.addresses.set(key, None);
        self.journal.note(Undo::Address(key, before));
    }

    /// Writes a row again as seen now.
    fn rewrite(&mut self, key: AddressKey, rows: &mut Vec<Row>) {
        let now = self.live.time;
        let Some(mut known) = self.live.addresses.get(key) else { return };
        match &mut known {
            Known::Article(entry) => entry.seen_at = now,
            Known::Alias { seen_at, .. } => *seen_at = now,
        }
        self.set_address(key, known, rows);
    }

    /// Writes the row of an address again when it is old, so that what is still seen does not expire.
    pub(super) fn refresh(&mut self, key: AddressKey, rows: &mut Vec<Row>) {
        if self.is_stale(key) {
            self.rewrite(key, rows);
        }
    }

    fn is_stale(&self, key: AddressKey) -> bool {
        let Some(window) = self.settings.address_window else { return false };
        let old = self.live.time.saturating_sub(window / REWRITE_SHARE);
        self.live.addresses.seen_at(key).is_some_and(|at| at < old)
    }
}
