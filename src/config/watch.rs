//! Files that are replaced while the process runs: certificates, keys, authorities, and secrets beside them.

use super::settings::Secret;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Between two looks.
const EVERY: Duration = Duration::from_secs(5);
/// After a change that could not be taken up, until it is told again.
const AGAIN: Duration = Duration::from_secs(30);

/// What files hold, as one value to compare.
pub type Print = [u8; 32];

/// Of a file its bytes, of a folder the names, sizes and times of its entries. What cannot be read has a value, too: another one than when it can.
pub fn print(paths: &[PathBuf], secrets: &[Secret]) -> Print {
    let mut hash = Sha256::new();
    let mut put = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    for path in paths {
        match entries(path) {
            Some(entries) => entries.iter().for_each(|e| put(e.as_bytes())),
            None => put(&std::fs::read(path).unwrap_or_default()),
        }
    }
    for secret in secrets {
        put(secret.current().as_bytes());
    }
    hash.finalize().into()
}

/// What is in a folder; `None` of what is none.
fn entries(path: &Path) -> Option<Vec<String>> {
    let mut all: Vec<String> = std::fs::read_dir(path)
        .ok()?
        .flatten()
        .map(|entry| {
            // Through links: projected secrets are links that are turned to other files.
            let of = std::fs::metadata(entry.path()).ok();
            let (size, time) = of.map_or((0, None), |m| (m.len(), m.modified().ok()));
            format!("{} {size} {time:?}", entry.file_name().to_string_lossy())
        })
        .collect();
    all.sort();
    Some(all)
}

/// Looks whether files still hold what is in use.
pub struct Watch {
    paths: Vec<PathBuf>,
    secrets: Vec<Secret>,
    used: Print,
    /// What the last look saw, when it was something else.
    seen: Option<Print>,
    /// What was told last, and when.
    told: Option<(Print, Instant)>,
    looked: Instant,
}

impl Watch {
    /// What they hold now is in use. `None`: there is nothing to watch.
    pub fn new(paths: Vec<PathBuf>, secrets: Vec<Secret>) -> Option<Self> {
        if paths.is_empty() && secrets.is_empty() {
            return None;
        }
        let used = print(&paths, &secrets);
        Some(Self { paths, secrets, used, seen: None, told: None, looked: Instant::now() })
    }

    /// Whether they hold something else than what is in use. Told once it has been the same at two looks, since of certificate and key one
    /// is written before the other; and again after a while, until it is [`Watch::taken`] up.
    pub fn changed(&mut self) -> bool {
        let now = Instant::now();
        if now.duration_since(self.looked) < EVERY {
            return false;
        }
        self.looked = now;
        let print = print(&self.paths, &self.secrets);
        self.judge(print, now)
    }

    fn judge(&mut self, print: Print, now: Instant) -> bool {
        let settled = self.seen == Some(print);
        self.seen = (print != self.used).then_some(print);
        let fresh = self.told.is_none_or(|(told, at)| told != print || now.duration_since(at) >= AGAIN);
        if print == self.used || !settled || !fresh {
            return false;
        }
        self.told = Some((print, now));
        true
    }

    /// What was told last is in use from now on.
    pub fn taken(&mut self) {
        if let Some((print, _)) = self.told.take() {
            self.used = print;
            self.seen = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_when_it_has_settled_and_until_it_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("certificate"), folder.path().join("key"));
        let write = |path: &Path, text: &str| std::fs::write(path, text).unwrap();
        write(&certificate, "one");
        write(&key, "one");
        let paths = vec![certificate.clone(), key.clone()];
        let mut watch = Watch::new(paths.clone(), vec![]).unwrap();
        let start = Instant::now();
        let look = |watch: &mut Watch, seconds: u64| watch.judge(print(&paths, &[]), start + Duration::from_secs(seconds));
        assert!(!look(&mut watch, 5) && !look(&mut watch, 10));
        write(&certificate, "two");
        assert!(!look(&mut watch, 15));
        // Before it has settled the other file follows.
        write(&key, "two");
        assert!(!look(&mut watch, 20));
        assert!(look(&mut watch, 25));
        assert!(!look(&mut watch, 30), "told");
        assert!(look(&mut watch, 55), "told again");
        watch.taken();
        assert!(!look(&mut watch, 60) && !look(&mut watch, 65) && !look(&mut watch, 95));
        write(&key, "one");
        write(&certificate, "one");
        assert!(!look(&mut watch, 100) && look(&mut watch, 105), "also back to the first ones");
    }

    #[test]
    fn what_was_put_back_before_anybody_took_it_is_no_change() {
        let mut watch = Watch::new(vec!["nowhere".into()], vec![]).unwrap();
        let (used, start) = (watch.used, Instant::now());
        assert!(!watch.judge([1; 32], start) && watch.judge([1; 32], start));
        assert!(!watch.judge(used, start) && !watch.judge(used, start));
        assert!(!watch.judge([2; 32], start) && watch.judge([2; 32], start));
        assert!(Watch::new(vec![], vec![]).is_none());
    }

    #[test]
    fn prints_tell_what_is_missing_and_what_is_in_folders() {
        let folder = tempfile::tempdir().unwrap();
        let of = |path: &Path| print(&[path.to_owned()], &[]);
        let file = folder.path().join("a.pem");
        let (missing, empty) = (of(&file), of(folder.path()));
        std::fs::write(&file, "a").unwrap();
        assert_ne!(of(&file), missing);
        assert_ne!(of(folder.path()), empty);
        assert_ne!(print(&[], &[Secret::new("a")]), print(&[], &[Secret::new("b")]));
    }
}
