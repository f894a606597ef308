//! JSON bodies: their content, or the error and its place. Errors repeat only field names and, of an unknown
//! word, the beginning, because it may be a password.

mod encoding;
mod malformed;
mod shape;

use serde::de::DeserializeOwned;

pub(crate) use self::shape::{Object, object, optional_object, whole, whole_of};
use crate::error::Error;

/// Longest message about a field; some include a name that the caller chose.
const MAX_SENTENCE_CHARS: usize = 500;

/// The expected content of a body.
#[derive(Debug)]
pub(crate) struct Expected {
    /// The error code.
    pub(crate) code: &'static str,
    /// The name of the content, with its article.
    pub(crate) what: &'static str,
}

/// Reads an object.
///
/// # Errors
/// [`Error::Invalid`] naming the field where the text is no JSON, or a field is unknown, missing or of the
/// wrong kind.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8], expected: &Expected) -> Result<T, Error> {
    let json = encoding::utf8(json)?;
    // serde would accept a list in the order of the fields.
    if json.trim_ascii_start().starts_with(b"[") {
        return Err(no_object(expected));
    }
    let mut reader = serde_json::Deserializer::from_slice(json);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        refusal(json, &path, error.inner(), expected)
    })?;
    reader.end().map_err(|error| malformed::refusal(json, &error, expected))?;
    Ok(read)
}

fn refusal(json: &[u8], path: &str, error: &serde_json::Error, expected: &Expected) -> Error {
    if !error.is_data() {
        return malformed::refusal(json, error, expected);
    }
    let at_the_root = matches!(path, "." | "?");
    let sentence = error.to_string();
    // serde_json's message ends in line and column; the path is more useful.
    let sentence = sentence.rsplit_once(" at line ").map_or(sentence.as_str(), |(sentence, _)| sentence);
    if at_the_root && sentence.starts_with("invalid ") {
        return no_object(expected);
    }
    let sentence: String = without_value(sentence).chars().take(MAX_SENTENCE_CHARS).collect();
    Error::invalid(expected.code, (!at_the_root).then_some(path), sentence)
}

fn no_object(expected: &Expected) -> Error {
    Error::invalid(expected.code, None, format!("{} is a JSON object", expected.what))
}

/// serde's message about a value of the wrong kind, in JSON's terms and without the value: it may be a
/// password in the wrong place.
fn without_value(sentence: &str) -> String {
    for what in ["invalid type: ", "invalid value: "] {
        let Some((given, expected)) =
            sentence.strip_prefix(what).and_then(|rest| rest.rsplit_once(", expected "))
        else {
            continue;
        };
        let kind = given.split(['`', '"']).next().unwrap_or_default().trim_end();
        return format!("{what}{}, expected {}", word(kind), word(expected));
    }
    sentence.to_owned()
}

/// JSON's name of a kind.
fn word(serdes: &str) -> &str {
    match serdes {
        "map" => "object",
        "sequence" => "list",
        "a sequence" => "a list",
        "an object" => "object",
        "floating point" => "a number that is not whole",
        "u64" => "a whole number",
        other => other,
    }
}

#[cfg(test)]
mod tests;
