//! What stands in a case of the presets, for the tests that read them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

/// The record's value: `value` as JSON, `value_text` or `value_base64`.
pub fn value(case: &Value) -> Vec<u8> {
    match (case["value_text"].as_str(), case["value_base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (_, Some(base64)) => BASE64.decode(base64).unwrap(),
        _ => serde_json::to_vec(case.get("value").expect("a value")).unwrap(),
    }
}
