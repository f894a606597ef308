//! JSON is UTF-8 (RFC 8259, 8.1). The error of a body in another encoding names the encoding. A byte order
//! mark is no part of the text.

use crate::error::Error;

/// The byte order mark that some programs write before UTF-8, mostly on Windows.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The text without a byte order mark.
///
/// # Errors
/// [`Error::Invalid`] naming the encoding that the body seems to have.
pub(super) fn utf8(body: &[u8]) -> Result<&[u8], Error> {
    let text = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let what = match text {
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] => "it begins like UTF-16".to_owned(),
        // The first sign of JSON is ASCII: a zero beside it is half of a UTF-16 unit.
        [0, _, ..] | [_, 0, ..] => "it has a zero beside its first character, like UTF-16".to_owned(),
        _ => match std::str::from_utf8(text) {
            Ok(_) => return Ok(text),
            Err(error) => format!(
                "byte {} is not valid UTF-8; Latin-1 and Windows-1252 have such bytes",
                error.valid_up_to() + (body.len() - text.len()) + 1
            ),
        },
    };
    let message = format!("the body is not UTF-8, the encoding of JSON: {what}; send it as UTF-8");
    Err(Error::invalid("malformed_json", None, message))
}
