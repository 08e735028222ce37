//! `${env:NAME}` and `${file:PATH}` inside of values: secrets that do not stand in the file.

use std::collections::BTreeMap;

/// Longer files are no secrets but mistakes (a log, a device).
const LONGEST_FILE: u64 = 1 << 20;

/// A value with its references replaced.
#[derive(PartialEq, Eq)]
pub struct Resolved {
    pub value: String,
    /// Some of it came from a reference.
    pub secret: bool,
}

/// Replaces all references. `$${` stands for `${`. The error text names the reference, never what it holds.
pub fn resolve(text: &str, environment: &BTreeMap<String, String>) -> Result<Resolved, String> {
    let mut value = String::with_capacity(text.len());
    let mut secret = false;
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, reference) = (&rest[..at], &rest[at + 2..]);
        if let Some(before) = before.strip_suffix('$') {
            value.push_str(before);
            value.push_str("${");
            rest = reference;
            continue;
        }
        // What follows an unclosed reference may be a secret: not echoed.
        let (name, after) = reference.split_once('}').ok_or("a reference ${...} without its closing brace (write $${ for a literal ${)")?;
        value.push_str(before);
        value.push_str(&look_up(name, environment)?);
        secret = true;
        rest = after;
    }
    value.push_str(rest);
    Ok(Resolved { value, secret })
}

/// Whether the value is one reference and nothing else, so that showing it as written tells nothing.
pub fn is_reference(text: &str) -> bool {
    text.strip_prefix("${").and_then(|t| t.strip_suffix('}')).is_some_and(|name| !name.contains(['$', '{', '}']))
}

fn look_up(name: &str, environment: &BTreeMap<String, String>) -> Result<String, String> {
    match name.split_once(':') {
        Some(("env", variable)) => environment
            .get(variable)
            .cloned()
            .ok_or_else(|| format!("the environment variable {variable} of ${{env:{variable}}} is not set")),
        Some(("file", path)) => read(path).map_err(|e| format!("the file of ${{file:{path}}} cannot be read: {e}")),
        _ => Err("expected ${env:NAME} or ${file:PATH} (write $${ for a literal ${)".into()),
    }
}

fn read(path: &str) -> Result<String, String> {
    let length = std::fs::metadata(path).map_err(|e| e.to_string())?.len();
    if length > LONGEST_FILE {
        return Err(format!("it has {length} bytes, more than a secret should"));
    }
    let text = std::fs::read(path).map_err(|e| e.to_string())?;
    let text = String::from_utf8(text).map_err(|_| "it is not UTF-8".to_string())?;
    // Editors and `echo` end files with a newline that is no part of the secret.
    let text = text.strip_suffix('\n').map_or(text.as_str(), |t| t.strip_suffix('\r').unwrap_or(t));
    Ok(text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Result<(String, bool), String> {
        let environment = BTreeMap::from([("USER".to_string(), "feed".to_string()), ("PASSWORD".to_string(), "mi${ll".to_string())]);
        resolve(text, &environment).map(|r| (r.value, r.secret))
    }

    #[test]
    fn variables_are_replaced_anywhere_and_once() {
        assert_eq!(resolved("plain $ {x}"), Ok(("plain $ {x}".into(), false)));
        assert_eq!(resolved("${env:USER}:${env:PASSWORD}!"), Ok(("feed:mi${ll!".into(), true)));
        assert_eq!(resolved("$${env:USER}"), Ok(("${env:USER}".into(), false)));
    }

    #[test]
    fn files_lose_one_trailing_newline() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "mill \r\n").unwrap();
        assert_eq!(resolved(&format!("${{file:{}}}", path.display())), Ok(("mill ".into(), true)));
        std::fs::write(&path, "mill\n\n").unwrap();
        assert_eq!(resolved(&format!("${{file:{}}}", path.display())), Ok(("mill\n".into(), true)));
    }

    #[test]
    fn errors_name_the_reference() {
        assert_eq!(resolved("${env:NOPE}"), Err("the environment variable NOPE of ${env:NOPE} is not set".into()));
        assert_eq!(resolved("${vault:x}"), Err("expected ${env:NAME} or ${file:PATH} (write $${ for a literal ${)".into()));
        let open = resolved("${env:hunter2").unwrap_err();
        assert!(!open.contains("hunter2"), "{open}");
        assert!(resolved("${file:/nowhere/at/all}").unwrap_err().starts_with("the file of ${file:/nowhere/at/all} cannot be read: "));
    }

    #[test]
    fn only_a_whole_reference_may_be_shown() {
        assert!(is_reference("${env:A}"));
        assert!(!is_reference("x${env:A}"));
        assert!(!is_reference("${env:A}hunter2${env:B}"));
    }
}
