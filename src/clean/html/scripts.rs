//! The forms in which scripts hold JSON: as it is, assigned, handed over, in a string that is to be parsed, in a list whose items name each
//! other by their places; and the strings of scripts that are no JSON.

use serde_json::{Map, Value};

/// Shorter scripts hold settings.
pub const SHORT: usize = 400;
/// Places in a script where JSON may begin.
const TRIES: usize = 6;
/// Levels of a list whose items name each other.
const LEVELS: usize = 32;
/// What it stands for may be so many times as long as the script: an item may be named many times.
const TIMES: usize = 8;
/// Bytes of any item beside its text, and of a table of fields.
const ITEM: usize = 32;
const FIELDS: usize = 128;
/// Strings of a script.
const STRINGS: usize = 5000;

/// How a string is read.
type Read = fn(String) -> String;

/// What a string is when it stands behind one of these.
const TEXTS: &[(&str, Read)] = &[
    ("JSON.parse(", |text| text),
    // Streams of a router, row by row.
    (".enqueue(", |text| text),
    ("decodeURIComponent(", |text| percent_decoded(&text)),
    ("unescape(", |text| percent_decoded(&text)),
];

/// Marks of a script that may hold no quotation marks, as Angular writes them; `&` is the last to be put back.
const ANGULAR: &[(&str, &str)] = &[("&q;", "\""), ("&s;", "'"), ("&l;", "<"), ("&g;", ">"), ("&a;", "&")];

/// JSON values of a script: the whole of it, or what is assigned, handed over or parsed.
pub fn values(script: &str) -> Vec<Value> {
    let script = script.trim();
    if script.starts_with("{&q;") {
        let plain = ANGULAR.iter().fold(script.to_owned(), |text, (mark, character)| text.replace(mark, character));
        return first_value(&plain).into_iter().collect();
    }
    let mut out = Vec::new();
    let (mut at, mut tries) = (0, 0);
    while tries < TRIES
        && let Some(found) = script.get(at..).and_then(|s| s.find(['{', '[', '"', '\'']))
    {
        at += found;
        let before = script[..at].trim_end();
        let mut step = 1;
        if script[at..].starts_with(['"', '\'']) {
            let read = TEXTS.iter().find(|(opens, _)| before.ends_with(opens)).map(|(_, read)| read);
            if let Some(read) = read
                && let Ok((text, end)) = literal(&script[at..])
            {
                tries += 1;
                step = end;
                let value = first_value(&read(text)).filter(|v| v.is_object() || v.is_array());
                out.extend(value.map(|v| unfolded(v, TIMES * end)));
            }
        } else if before.is_empty() || before.ends_with(['=', '(', ':']) {
            tries += 1;
            let mut stream = serde_json::Deserializer::from_str(&script[at..]).into_iter::<Value>();
            if let Some(Ok(value)) = stream.next() {
                step = stream.byte_offset().max(1);
                if step >= SHORT {
                    out.push(unfolded(value, TIMES * step));
                }
            }
        }
        at += step;
    }
    out
}

/// The JSON value that a text begins with.
pub fn first_value(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok()
}

/// A text that may be JSON itself.
pub fn is_json(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("{\"") && text.ends_with('}') || text.starts_with('[') && text.ends_with(']')
}

/// What a list stands for whose items name each other by their places, as Nuxt, SvelteKit and React Router write values: the first item is
/// the value, `{"title": 3}` means that the title is the fourth item. Other values stay as they are.
fn unfolded(value: Value, bytes: usize) -> Value {
    let Value::Array(items) = &value else { return value };
    let is_place = |v: &Value| v.as_i64().is_some_and(|place| place < items.len() as i64);
    let folded = match items.first() {
        Some(Value::Object(fields)) => !fields.is_empty() && fields.values().all(is_place),
        Some(Value::Array(typed)) => matches!(&typed[..], [Value::String(_), place] if is_place(place)),
        _ => false,
    };
    if folded && items.len() > 2 { unfold(items, 0, LEVELS, &mut bytes.max(ITEM)) } else { value }
}

fn unfold(items: &[Value], at: usize, levels: usize, left: &mut usize) -> Value {
    let item = items.get(at).unwrap_or(&Value::Null);
    let size = match item {
        Value::String(text) => ITEM + text.len(),
        Value::Object(fields) => FIELDS + fields.keys().map(|key| ITEM + name(items, key).len()).sum::<usize>(),
        _ => ITEM,
    };
    if levels == 0 || *left < size {
        return Value::Null;
    }
    *left -= size;
    let mut value_of = |place: &Value| match place.as_u64() {
        Some(place) => unfold(items, place as usize, levels - 1, left),
        None => Value::Null,
    };
    match item {
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, place)| (name(items, key).to_owned(), value_of(place))).collect::<Map<_, _>>())
        }
        // A value of a type of the system's own.
        Value::Array(typed) if typed.first().is_some_and(Value::is_string) => typed.get(1).map_or(Value::Null, value_of),
        Value::Array(places) => Value::Array(places.iter().map(value_of).collect()),
        plain => plain.clone(),
    }
}

/// The name of a field: React Router folds it as well (`{"_3": 4}`).
fn name<'v>(items: &'v [Value], key: &'v str) -> &'v str {
    key.strip_prefix('_').and_then(|place| items.get(place.parse::<usize>().ok()?)?.as_str()).unwrap_or(key)
}

/// Strings of a script that is no JSON.
pub fn literals(script: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    while out.len() < STRINGS
        && let Some(found) = memchr::memchr2(b'"', b'\'', &script.as_bytes()[at..])
    {
        at += found;
        match literal(&script[at..]) {
            Ok((text, end)) => {
                out.push(text);
                at += end;
            }
            Err(end) => at += end,
        }
    }
    out
}

/// The string in single or double quotation marks that a script goes on with, and where it ends; for what is no string, where that shows.
fn literal(script: &str) -> Result<(String, usize), usize> {
    let mut rest = script.char_indices();
    let mark = rest.next().map_or('"', |(_, mark)| mark);
    let mut out = String::new();
    while let Some((at, c)) = rest.next() {
        match c {
            _ if c == mark => return Ok((out, at + 1)),
            '\n' => return Err(at),
            '\\' => out.extend(escaped(&mut rest)),
            _ => out.push(c),
        }
    }
    Err(script.len())
}

/// The character behind a backslash; none for a line that goes on.
fn escaped(rest: &mut std::str::CharIndices<'_>) -> Option<char> {
    match rest.next()?.1 {
        'n' => Some('\n'),
        't' | 'r' | 'b' | 'f' => Some(' '),
        'x' => char::from_u32(hex(rest, 2)),
        'u' => match hex(rest, 4) {
            // Characters beyond the first 65,536 are written as two.
            high @ 0xd800..0xdc00 if rest.as_str().starts_with("\\u") => {
                rest.nth(1);
                char::from_u32(0x10000 + ((high - 0xd800) << 10 | hex(rest, 4).wrapping_sub(0xdc00) & 0x3ff))
            }
            unit => char::from_u32(unit),
        },
        '\n' => None,
        other => Some(other),
    }
}

/// So many hexadecimal digits; others are none.
fn hex(rest: &mut std::str::CharIndices<'_>, digits: usize) -> u32 {
    (0..digits).fold(0, |sum, _| sum << 4 | rest.next().and_then(|(_, c)| c.to_digit(16)).unwrap_or(0))
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn strings_end_at_their_own_mark() {
        assert_eq!(literal(r#"'a "b" \'c\' \u00e9\x21\ud83d\ude00\/\n' + x"#), Ok(("a \"b\" 'c' é!😀/\n".to_owned(), 40)));
        for (open, end) in [("'abc", 4), ("\"a\nb\"", 2), ("\"\\u12", 5), ("\"\\", 2)] {
            assert_eq!(literal(open), Err(end), "{open:?}");
        }
        assert_eq!(literals("f('a', \"it's\") // don't\ng(\"b\")"), ["a", "it's", "b"]);
    }

    #[test]
    fn items_stand_where_they_are_named() {
        let folded = json!([{"_1": 2}, "page", {"_3": 4, "_5": 6}, "title", "Rain", "parts", [4, 7, -5], ["Reactive", 4]]);
        assert_eq!(unfolded(folded, 9999), json!({"page": {"title": "Rain", "parts": ["Rain", "Rain", null]}}));
        // Round and round.
        assert!(unfolded(json!([{"a": 0, "b": 0}, 1, 2]), 9999).is_object());
        let plain = json!([{"page": 7}, "a"]);
        assert_eq!(unfolded(plain.clone(), 9999), plain);
    }

    #[test]
    fn what_is_no_json_is_left() {
        assert!(values("var a = {b: 1}; f({'c': 2}); g(\"text\")").is_empty());
        assert_eq!(percent_decoded("%7B%22a%22%3A%201%7D 5% %C3%A9"), "{\"a\": 1} 5% é");
    }
}
