//! Metadata values as text in the file: JSON since the SDK's second generation, raw text before it
//! (SDK `file_ops.py`, `metadata_to_dict`).

use serde_json::Value;

/// The key without which the SDK cannot load a sequence.
pub(crate) const ROOT_NAME: &str = "root name";

/// The value of a metadata text: parsed as JSON, else the text itself.
pub(crate) fn decode(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// The JSON text of a metadata value.
pub(crate) fn encode(value: &Value) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_generations_decode() {
        assert_eq!(decode(r#""Opinion Segment Labels""#), json!("Opinion Segment Labels"));
        assert_eq!(decode(r#"["sentiment score"]"#), json!(["sentiment score"]));
        assert_eq!(decode("CMU_MOSI_ModifiedTimestampedWords"), json!("CMU_MOSI_ModifiedTimestampedWords"));
        assert_eq!(decode("null"), Value::Null);
    }
}
