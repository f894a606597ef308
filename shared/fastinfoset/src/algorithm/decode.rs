//! Decodes bytes to the text that X.891 §10 defines for them.

use std::fmt::{UpperExp, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::Algorithm;
use crate::error::ErrorKind;

/// Appends the text of `bytes`. Lists are separated by one space.
pub(crate) fn decode(
    algorithm: Algorithm,
    bytes: &[u8],
    out: &mut String,
    maximum: usize,
) -> Result<(), ErrorKind> {
    match algorithm {
        Algorithm::Hexadecimal => {
            check_length(bytes.len().saturating_mul(2), maximum)?;
            bytes.iter().for_each(|byte| push_hexadecimal(out, *byte, b"0123456789ABCDEF"));
            Ok(())
        }
        Algorithm::Base64 => {
            check_length(bytes.len().div_ceil(3).saturating_mul(4), maximum)?;
            BASE64.encode_string(bytes, out);
            Ok(())
        }
        Algorithm::Short => {
            words(bytes, "shorts", out, maximum, |out, word| push(out, i16::from_be_bytes(word)))
        }
        Algorithm::Int => words(bytes, "ints", out, maximum, |out, word| push(out, i32::from_be_bytes(word))),
        Algorithm::Long => {
            words(bytes, "longs", out, maximum, |out, word| push(out, i64::from_be_bytes(word)))
        }
        Algorithm::Boolean => booleans(bytes, out, maximum),
        Algorithm::Float => words(bytes, "floats", out, maximum, |out, word| {
            let number = f32::from_be_bytes(word);
            push_float(out, number, f64::from(number));
        }),
        Algorithm::Double => words(bytes, "doubles", out, maximum, |out, word| {
            let number = f64::from_be_bytes(word);
            push_float(out, number, number);
        }),
        Algorithm::Uuid => words(bytes, "UUIDs", out, maximum, push_uuid),
        Algorithm::CData => {
            check_length(bytes.len(), maximum)?;
            out.push_str(std::str::from_utf8(bytes).map_err(|_| ErrorKind::InvalidString("UTF-8"))?);
            Ok(())
        }
    }
}

fn check_length(length: usize, maximum: usize) -> Result<(), ErrorKind> {
    if length > maximum {
        return Err(ErrorKind::Limit { what: "bytes in one string", maximum });
    }
    Ok(())
}

/// Appends each `N` bytes as a word.
fn words<const N: usize>(
    bytes: &[u8],
    what: &'static str,
    out: &mut String,
    maximum: usize,
    mut push: impl FnMut(&mut String, [u8; N]),
) -> Result<(), ErrorKind> {
    let (words, rest) = bytes.as_chunks::<N>();
    if words.is_empty() || !rest.is_empty() {
        return Err(ErrorKind::InvalidString(what));
    }
    let start = out.len();
    for (place, word) in words.iter().enumerate() {
        if place > 0 {
            out.push(' ');
        }
        push(out, *word);
        check_length(out.len() - start, maximum)?;
    }
    Ok(())
}

/// §10.7: the first four bits are the number of unused bits at the end; each other bit is a boolean.
fn booleans(bytes: &[u8], out: &mut String, maximum: usize) -> Result<(), ErrorKind> {
    let invalid = ErrorKind::InvalidString("booleans");
    let Some(unused) = bytes.first().map(|first| usize::from(first >> 4)) else {
        return Err(invalid);
    };
    let bits = bytes.len().saturating_mul(8).saturating_sub(4);
    if unused > 7 || unused >= bits {
        return Err(invalid);
    }
    let start = out.len();
    let each_bit = bytes.iter().flat_map(|byte| (0..8).rev().map(move |place| byte >> place & 1 == 1));
    for (place, bit) in each_bit.skip(4).take(bits - unused).enumerate() {
        if place > 0 {
            out.push(' ');
        }
        out.push_str(if bit { "true" } else { "false" });
        check_length(out.len() - start, maximum)?;
    }
    Ok(())
}

fn push(out: &mut String, number: impl std::fmt::Display) {
    // Writing to a string does not fail.
    let _ = write!(out, "{number}");
}

/// The canonical form of XML Schema part 2, 3.2.4.2: the shortest digits that round-trip, one of them before
/// the point, and an exponent.
fn push_float(out: &mut String, number: impl UpperExp, value: f64) {
    if value.is_nan() {
        return out.push_str("NaN");
    }
    if value.is_infinite() {
        return out.push_str(if value > 0.0 { "INF" } else { "-INF" });
    }
    let start = out.len();
    let _ = write!(out, "{number:E}");
    let written = out.get(start..).unwrap_or_default();
    if written.contains('.') {
        return;
    }
    if let Some(exponent) = written.find('E') {
        out.insert_str(start + exponent, ".0");
    }
}

/// §10.10: the form of ITU-T X.667, in lower case.
fn push_uuid(out: &mut String, uuid: [u8; 16]) {
    for (place, byte) in uuid.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        push_hexadecimal(out, byte, b"0123456789abcdef");
    }
}

fn push_hexadecimal(out: &mut String, byte: u8, digits: &[u8; 16]) {
    for place in [byte >> 4, byte & 0x0F] {
        out.extend(digits.get(usize::from(place)).copied().map(char::from));
    }
}
