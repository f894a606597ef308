//! Encoding of ids in keys: no id may leave its place.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but `A-Z a-z 0-9 _ . -` is percent-encoded.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-');

/// The strict percent-encoding of any text.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, STRICT).to_string()
}

/// Decodes a text of [`encode`]; `None` for any other text.
pub(crate) fn decode(encoded: &str) -> Option<String> {
    let text = percent_decode_str(encoded).decode_utf8().ok()?.into_owned();
    (encode(&text) == encoded).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_decoded_to_itself(text in ".*") {
            let encoded = encode(&text);
            prop_assert!(encoded.is_ascii());
            prop_assert!(!encoded.contains(['/', '#', '+', '!']));
            prop_assert_eq!(decode(&encoded), Some(text));
        }
    }

    #[test]
    fn another_spelling_of_the_same_text_is_rejected() {
        assert_eq!(decode("%61"), None);
        assert_eq!(decode("%2f"), None);
        assert_eq!(decode("a/b"), None);
        assert_eq!(decode("%FF"), None);
    }
}
