//! The page that ends the process: a note in the metadata of the committed offset.
//!
//! A stack overflow, an out-of-memory kill or an abort leaves no time to write a dead letter. So before work begins after an assignment,
//! the worker notes in the committed offset that it began (`begun`), and the next commit clears the note. A member that finds three
//! begun and never finished attempts works on the records of that partition alone, one a transaction, each after a note that says so
//! (`alone`). Only a record that ended the process three times while it was alone is dead (`crash`): a process that is killed from
//! outside at random moments does not condemn a page.

/// Attempts that were begun and never committed, after which records are worked on alone.
pub const BEGUN_LIMIT: u32 = 3;
/// Times a record may end the process while alone.
pub const ALONE_LIMIT: u32 = 3;

const PREFIX: &str = "feedmill/1";

/// What the committed offset says about earlier attempts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Note {
    /// Attempts begun at this offset and not committed.
    pub begun: u32,
    /// Times that the record at this offset was begun alone.
    pub alone: u32,
    /// Records still to be worked on alone.
    pub left: u32,
    /// The offset is where the group was told to start: nothing has been worked on yet.
    pub start: bool,
}

impl Note {
    /// Reads metadata; anything that is not ours is no note.
    pub fn parse(metadata: &str) -> Note {
        let mut words = metadata.split(' ');
        if words.next() != Some(PREFIX) {
            return Note::default();
        }
        let mut note = Note::default();
        for word in words {
            match word.split_once('=').map(|(k, v)| (k, v.parse().unwrap_or(0))) {
                Some(("begun", n)) => note.begun = n,
                Some(("alone", n)) => note.alone = n,
                Some(("left", n)) => note.left = n,
                None if word == "start" => note.start = true,
                _ => {}
            }
        }
        note
    }

    pub fn is_clear(&self) -> bool {
        *self == Note::default()
    }

    /// Records of this partition are to be worked on one by one.
    pub fn is_alone(&self) -> bool {
        self.left > 0
    }

    /// What a new owner makes of the note: after too many attempts the next `batch` records, one of which is the culprit, go alone.
    pub fn take_over(self, batch: u32) -> Note {
        if self.begun >= BEGUN_LIMIT { Note { begun: 0, alone: 0, left: batch.max(1), ..self } } else { self }
    }

    /// The note of an offset at which a new group starts.
    pub fn of_start() -> Note {
        Note { start: true, ..Note::default() }
    }

    /// The note when work begins: one more attempt.
    pub fn begin(self) -> Note {
        if self.is_alone() { Note { alone: self.alone + 1, ..self } } else { Note { begun: self.begun + 1, ..self } }
    }

    /// The note after a commit.
    pub fn commit(self) -> Note {
        match self.left {
            0 | 1 => Note::default(),
            left => Note { left: left - 1, ..Note::default() },
        }
    }

    /// Whether the record at this offset must not be tried again.
    pub fn condemns(&self) -> bool {
        self.is_alone() && self.alone >= ALONE_LIMIT
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_clear() {
            return Ok(());
        }
        write!(f, "{PREFIX}")?;
        for (name, n) in [("begun", self.begun), ("alone", self.alone), ("left", self.left)] {
            if n > 0 {
                write!(f, " {name}={n}")?;
            }
        }
        if self.start {
            write!(f, " start")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_culprit_is_condemned_after_three_attempts_alone() {
        let mut note = Note::default();
        let mut deaths = 0;
        // Every attempt ends the process: the note is written and read again, nothing is committed.
        while !note.condemns() {
            note = Note::parse(&note.begin().to_string()).take_over(500);
            deaths += 1;
        }
        assert_eq!(deaths, BEGUN_LIMIT + ALONE_LIMIT);
        assert_eq!(note, Note { left: 500, alone: 3, ..Note::default() });
    }

    #[test]
    fn a_commit_clears_the_attempts() {
        let note = Note::default().begin().begin();
        assert_eq!(note.to_string(), "feedmill/1 begun=2");
        assert!(note.commit().is_clear());
        let alone = Note { begun: 3, ..Note::default() }.take_over(2).begin();
        assert_eq!(alone.commit(), Note { left: 1, ..Note::default() });
        assert!(alone.commit().begin().commit().is_clear());
    }

    #[test]
    fn a_start_is_told_until_something_is_committed() {
        let note = Note::parse(&Note::of_start().begin().to_string());
        assert_eq!(note, Note { begun: 1, start: true, ..Note::default() });
        assert!(note.commit().is_clear());
    }

    #[test]
    fn foreign_metadata_is_no_note() {
        assert!(Note::parse("").is_clear());
        assert!(Note::parse("begun=9").is_clear());
        assert!(Note::parse("{\"begun\":9}").is_clear());
    }
}
