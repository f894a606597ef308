//! Encodes text, for Flat File nodes whose files are not UTF-8.

use encoding_rs::{EncoderResult, Encoding, UTF_16BE, UTF_16LE};
use thiserror::Error;

/// A character that an encoding does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{encoding} has no {character:?}; write the file as UTF-8")]
pub struct Unwritable {
    /// The character.
    pub character: char,
    /// The encoding's name.
    pub encoding: &'static str,
}

/// Appends `text` in the encoding. Consecutive texts together form a file; no byte order mark is written.
///
/// # Errors
/// The encoding lacks a character. It is not replaced, because the user would not notice.
pub fn encode_into(text: &str, encoding: &'static Encoding, out: &mut Vec<u8>) -> Result<(), Unwritable> {
    if encoding == UTF_16LE {
        out.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        return Ok(());
    }
    if encoding == UTF_16BE {
        out.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        return Ok(());
    }
    let mut encoder = encoding.new_encoder();
    let mut rest = text;
    loop {
        let start = out.len();
        let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len());
        out.resize(start + room.unwrap_or(rest.len() * 4 + 16), 0);
        let free = out.get_mut(start..).unwrap_or_default();
        let (result, read, written) = encoder.encode_from_utf8_without_replacement(rest, free, true);
        out.truncate(start + written);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return Ok(()),
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(character) => {
                return Err(Unwritable { character, encoding: encoding.name() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::{InvalidText, TextEncoding, decode_into};

    /// Evidence: round trip.
    #[test]
    fn text_reads_back_in_every_encoding_that_has_it() {
        for encoding in [
            encoding_rs::UTF_8,
            UTF_16LE,
            UTF_16BE,
            encoding_rs::SHIFT_JIS,
            encoding_rs::GB18030,
            encoding_rs::BIG5,
            encoding_rs::EUC_JP,
            encoding_rs::ISO_2022_JP,
        ] {
            let (mut bytes, mut text) = (Vec::new(), Vec::new());
            encode_into("x,漢字\r\n", encoding, &mut bytes).unwrap();
            encode_into("一二三\n", encoding, &mut bytes).unwrap();
            let known = TextEncoding { encoding, invalid: InvalidText::Refuse };
            decode_into(known, &bytes, &mut text).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), "x,漢字\r\n一二三\n", "{}", encoding.name());
        }
        let refused = encode_into("Ä漢", encoding_rs::WINDOWS_1252, &mut Vec::new()).unwrap_err();
        assert_eq!(refused.to_string(), "windows-1252 has no '漢'; write the file as UTF-8");
    }
}
