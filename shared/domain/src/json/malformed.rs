//! Errors in a text that is not JSON: their place and, for common slips, the fix. The printed documentation
//! of the original makes some of these slips. Nothing of the text is repeated, because it may hold
//! passwords.

use super::Expected;
use crate::error::Error;

/// Quotes that word processors and printed documentation have.
const TYPOGRAPHIC_QUOTES: [char; 8] = ['“', '”', '„', '‟', '‘', '’', '«', '»'];

/// The refusal of a text that is not JSON.
pub(super) fn refusal(json: &[u8], error: &serde_json::Error, expected: &Expected) -> Error {
    if json.trim_ascii().is_empty() {
        let message = format!("the body is empty; {} is expected", expected.what);
        return Error::invalid("malformed_json", None, message);
    }
    let at = offset(json, error.line(), error.column());
    let before = json.get(..at).unwrap_or_default();
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let column = at - line_start + 1;
    let sentence = error.to_string();
    let what = sentence.rsplit_once(" at line ").map_or(sentence.as_str(), |(what, _)| what);
    let hint = hint(json, at, line_start, what).map_or_else(String::new, |hint| format!("; {hint}"));
    let message = format!("the body is not JSON: {what} at line {line} column {column}{hint}");
    Error::invalid("malformed_json", None, message)
}

/// The offset of the byte at which serde_json failed.
fn offset(json: &[u8], line: usize, column: usize) -> usize {
    let mut start = 0;
    for _ in 1..line {
        let rest = json.get(start..).unwrap_or_default();
        let Some(newline) = rest.iter().position(|&byte| byte == b'\n') else { break };
        start += newline + 1;
    }
    (start + column).saturating_sub(1).min(json.len())
}

fn hint(json: &[u8], at: usize, line_start: usize, what: &str) -> Option<&'static str> {
    let rest_of_line = json.get(line_start..).unwrap_or_default();
    let line_end = rest_of_line.iter().position(|&byte| byte == b'\n').unwrap_or(rest_of_line.len());
    let line = String::from_utf8_lossy(rest_of_line.get(..line_end).unwrap_or_default());
    if line.contains(TYPOGRAPHIC_QUOTES) {
        return Some("the line has typographic quotes; JSON has straight ones (\")");
    }
    let rest = String::from_utf8_lossy(json.get(at..).unwrap_or_default());
    let before = json.get(..at).unwrap_or_default().trim_ascii_end();
    Some(match rest.chars().next() {
        Some(';') => "replace the semicolon by a colon or a comma",
        Some('}' | ']') if before.ends_with(b",") => "remove the comma after the last entry",
        Some('\'') => "JSON has double quotes (\"), not single ones",
        Some('/' | '#') => "JSON has no comments",
        Some('…') => "replace the ellipsis by the omitted text",
        Some('T' | 'F' | 'N' | 'u') => "JSON writes `true`, `false` and `null`",
        Some('=') => "a field and its value are separated by a colon",
        Some('"') if what.contains("expected `,`") => "a comma is missing before it",
        Some('\n' | '\r') if what.starts_with("control character") => {
            "the line ends within a text; is a quote missing?"
        }
        _ if what.starts_with("EOF") => "it ends too early; is a quote, a bracket or a brace not closed?",
        _ if what.starts_with("key must be a string") => "field names need double quotes",
        _ => return None,
    })
}
