//! Decodes bytes to UTF-8.

use encoding_rs::{Decoder, DecoderResult};

use super::{InvalidText, TextEncoding};

/// Appends the text of `bytes`. Returns the number of invalid characters that were dropped or replaced, or
/// the encoding's name if there are any and they are refused.
pub(crate) fn decode_into(text: TextEncoding, bytes: &[u8], out: &mut Vec<u8>) -> Result<u64, &'static str> {
    if bytes.is_ascii() && text.encoding.is_ascii_compatible() {
        out.extend_from_slice(bytes);
        return Ok(0);
    }
    let mut decoder = text.encoding.new_decoder_without_bom_handling();
    decode_more(&mut decoder, text.invalid, bytes, true, out)
}

/// The same for a part of a text.
pub(super) fn decode_more(
    decoder: &mut Decoder,
    invalid: InvalidText,
    mut bytes: &[u8],
    is_last: bool,
    out: &mut Vec<u8>,
) -> Result<u64, &'static str> {
    let mut seen = 0;
    loop {
        let start = out.len();
        let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
        out.resize(start + room.unwrap_or(bytes.len() * 3 + 16), 0);
        let free = out.get_mut(start..).unwrap_or_default();
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(bytes, free, is_last);
        out.truncate(start + written);
        bytes = bytes.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return Ok(seen),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                seen += 1;
                match invalid {
                    InvalidText::Refuse => return Err(decoder.encoding().name()),
                    InvalidText::Discard => {}
                    InvalidText::Replace(with) => {
                        out.extend_from_slice(with.encode_utf8(&mut [0; 4]).as_bytes())
                    }
                }
            }
        }
    }
}

/// Drops or replaces the null characters after `from`, which count as invalid; returns their number.
pub(crate) fn without_nulls(invalid: InvalidText, text: &mut Vec<u8>, from: usize) -> u64 {
    let tail = text.get(from..).unwrap_or_default();
    let nulls = memchr::memchr_iter(0, tail).count();
    if nulls > 0 {
        let tail = tail.to_vec();
        text.truncate(from);
        for byte in tail {
            match invalid {
                InvalidText::Replace(with) if byte == 0 => {
                    text.extend_from_slice(with.encode_utf8(&mut [0; 4]).as_bytes());
                }
                InvalidText::Refuse | InvalidText::Discard if byte == 0 => {}
                _ => text.push(byte),
            }
        }
    }
    nulls as u64
}

/// Number of bytes of the first `characters`; all bytes if there are fewer.
pub(crate) fn skip_characters(
    text: TextEncoding,
    bytes: &[u8],
    characters: usize,
) -> Result<usize, &'static str> {
    let mut decoder = text.encoding.new_decoder_without_bom_handling();
    let mut out = Vec::with_capacity(16);
    let mut left = characters;
    for (at, byte) in bytes.iter().enumerate() {
        if left == 0 {
            return Ok(at);
        }
        out.clear();
        decode_more(&mut decoder, text.invalid, std::slice::from_ref(byte), false, &mut out)?;
        // A character, or one and the byte that proved the previous one invalid.
        let seen = out.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count();
        left = left.saturating_sub(seen);
    }
    Ok(bytes.len())
}
