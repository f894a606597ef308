//! Encodes typed values as bytes.

use super::Algorithm;
use crate::value::Value;

/// Appends the bytes of a value, or none for a value that is written as text.
pub(crate) fn encode(value: Value<'_>, out: &mut Vec<u8>) -> Option<Algorithm> {
    let algorithm = match value {
        Value::Hexadecimal(_) => Algorithm::Hexadecimal,
        Value::Base64(_) => Algorithm::Base64,
        Value::Short(_) => Algorithm::Short,
        Value::Int(_) => Algorithm::Int,
        Value::Long(_) => Algorithm::Long,
        Value::Boolean(_) => Algorithm::Boolean,
        Value::Float(_) => Algorithm::Float,
        Value::Double(_) => Algorithm::Double,
        Value::Uuid(_) => Algorithm::Uuid,
        Value::Text(_) | Value::Numeric(_) | Value::DateTime(_) | Value::Alphabet { .. } => return None,
    };
    match value {
        Value::Hexadecimal(bytes) | Value::Base64(bytes) => out.extend_from_slice(bytes),
        Value::Short(list) => out.extend(list.iter().flat_map(|number| number.to_be_bytes())),
        Value::Int(list) => out.extend(list.iter().flat_map(|number| number.to_be_bytes())),
        Value::Long(list) => out.extend(list.iter().flat_map(|number| number.to_be_bytes())),
        Value::Float(list) => out.extend(list.iter().flat_map(|number| number.to_be_bytes())),
        Value::Double(list) => out.extend(list.iter().flat_map(|number| number.to_be_bytes())),
        Value::Uuid(list) => out.extend(list.as_flattened()),
        Value::Boolean(list) => booleans(list, out),
        _ => {}
    }
    Some(algorithm)
}

/// §10.7: the first byte has the number of unused bits and four booleans.
fn booleans(list: &[bool], out: &mut Vec<u8>) {
    if list.is_empty() {
        return;
    }
    let byte = |bits: &[bool]| {
        let places = bits.iter().zip((0..8).rev());
        places.fold(0_u8, |byte, (bit, place)| byte | u8::from(*bit) << place)
    };
    let (head, rest) = list.split_at(list.len().min(4));
    let unused = if rest.is_empty() { 4 - head.len() } else { rest.len().next_multiple_of(8) - rest.len() };
    out.push((unused as u8) << 4 | byte(head) >> 4);
    out.extend(rest.chunks(8).map(byte));
}
