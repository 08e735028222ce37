//! From the rows of the changelogs back to the index.
//!
//! Rows go through the same changes as in [`Index::decide`], without the verdicts. What the rows do not say is in the checkpoint: which
//! texts had expired, stream time, and how far `internal.clean` is applied.

use super::rows::{CHECKPOINT, Checkpoint, Known, TextRow, decode};
use super::texts::Standing;
use super::{Index, RestoreError, Table};
use crate::article::envelope::AddressKey;

impl Index {
    /// Applies one row of a changelog, in the log's order.
    pub fn restore_row(&mut self, table: Table, key: &[u8], value: Option<&[u8]>) -> Result<(), RestoreError> {
        if !self.settings.enabled {
            // Nothing is looked up, and what is in the changelogs stays there for the day dedup is on again.
            return Ok(());
        }
        match table {
            Table::Addresses if key == CHECKPOINT => {
                if let Some(value) = value {
                    self.checkpoint = Some(decode(value)?);
                }
                Ok(())
            }
            Table::Addresses => self.restore_address(key, value),
            Table::Texts => self.restore_text(key, value),
        }
    }

    fn restore_address(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), RestoreError> {
        let key = key.try_into().map_err(|_| RestoreError::Foreign("a key of the addresses"))?;
        let known = value.map(decode::<Known>).transpose()?;
        self.live.addresses.set(AddressKey(u128::from_be_bytes(key)), known);
        Ok(())
    }

    fn restore_text(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), RestoreError> {
        let key = key.try_into().map_err(|_| RestoreError::Foreign("a key of the texts"))?;
        let sequence = u64::from_be_bytes(key);
        let texts = &mut self.live.texts;
        match value.map(decode::<TextRow>).transpose()? {
            None => {}
            Some(TextRow::Void) => {
                texts.set_standing(sequence, Standing::Removed);
            }
            Some(TextRow::Text(text)) => {
                if texts.len() == 0 {
                    texts.begin_at(sequence);
                }
                if sequence != texts.next() {
                    let expected = texts.next();
                    return Err(RestoreError::Damaged(format!("text {sequence} follows where {expected} was due")));
                }
                texts.push(&text);
            }
        }
        Ok(())
    }

    /// Ends the restore. Gives the offset in `internal.clean` that the state has applied (the next one to read), if a checkpoint was there.
    pub fn restored(&mut self) -> Result<Option<i64>, RestoreError> {
        let Some(checkpoint) = self.checkpoint.take() else {
            if self.live.texts.len() + self.live.addresses.len() > 0 {
                return Err(RestoreError::Damaged("the changelogs have rows, but no checkpoint".into()));
            }
            return Ok(None);
        };
        let Checkpoint { time, low, next, applied, generation, .. } = checkpoint;
        if generation > self.settings.generation {
            return Err(RestoreError::Generation { found: generation, configured: self.settings.generation });
        }
        self.live.time = time;
        self.drop_texts_below(low);
        if self.live.texts.len() == 0 {
            // Nothing is live, or the broker deleted all of it while the stream stood still.
            self.live.texts.begin_at(next);
        }
        if self.live.texts.next() != next {
            let found = self.live.texts.next();
            return Err(RestoreError::Damaged(format!("the texts end before {found}, the checkpoint before {next}")));
        }
        self.drop_expired_addresses();
        Ok(Some(applied))
    }
}
