//! Encodings: their names in streams, byte order marks, decoding and encoding.

mod decode;
mod encode;
mod names;
mod transcoder;

use encoding_rs::Encoding;

pub(crate) use decode::{decode_into, skip_characters, without_nulls};
pub use encode::{Unwritable, encode_into};
pub use names::{Defaults, UnknownEncoding, resolve};
pub(crate) use transcoder::Transcoder;

/// Treatment of bytes that are invalid in the encoding, and of null characters (`invalidCharacterMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidText {
    /// An error: the encoding is a guess, and dropping bytes would hide a wrong guess. Null characters are
    /// dropped.
    Refuse,
    /// They are dropped.
    Discard,
    /// They are replaced.
    Replace(char),
}

/// Decoding of a file. A byte order mark overrides this encoding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextEncoding {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Treatment of invalid bytes.
    pub invalid: InvalidText,
}

impl TextEncoding {
    /// UTF-8 without invalid bytes.
    pub const UTF_8: Self = Self { encoding: encoding_rs::UTF_8, invalid: InvalidText::Refuse };

    /// The encoding of a file that starts with `bytes`, and the length of its byte order mark.
    pub(crate) fn of_file(self, bytes: &[u8]) -> (Self, usize) {
        match Encoding::for_bom(bytes) {
            Some((encoding, length)) => (Self { encoding, ..self }, length),
            None => (self, 0),
        }
    }
}

/// Whether the byte `special` always means this ASCII character, so that text can be split before it is
/// decoded.
///
/// In Shift-JIS, GBK, GB 18030, Big5 and EUC-KR (by the WHATWG Encoding Standard) the second byte of a
/// character may be 0x40 to 0x7E, and in GB 18030 also a digit. In UTF-16 and ISO-2022-JP no byte reliably is
/// ASCII.
pub(crate) fn is_always_itself(encoding: &'static Encoding, special: u8) -> bool {
    let trails = [
        encoding_rs::SHIFT_JIS,
        encoding_rs::GBK,
        encoding_rs::GB18030,
        encoding_rs::BIG5,
        encoding_rs::EUC_KR,
    ];
    if !encoding.is_ascii_compatible() {
        return false;
    }
    !trails.contains(&encoding) || !matches!(special, b'0'..=b'9' | 0x40..=0x7E)
}
