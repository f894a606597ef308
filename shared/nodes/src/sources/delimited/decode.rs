//! Bytes in any encoding to text, a chunk at a time.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

use super::dialect::{InvalidText, TextEncoding};

/// Bytes read from the file at once.
const CHUNK: usize = 64 << 10;

/// Why no text came.
#[derive(Debug)]
pub(super) enum DecodeError {
    Io(io::Error),
    /// The file is no text in this encoding.
    NotText(&'static str),
}

/// Reads text from bytes. A byte order mark, where there is one, decides the encoding.
pub(super) struct TextReader<R> {
    inner: R,
    decoder: Decoder,
    invalid: InvalidText,
    bytes: Vec<u8>,
    bytes_read: u64,
    invalid_seen: u64,
    ended: bool,
}

impl<R: Read> TextReader<R> {
    pub(super) fn new(inner: R, text: TextEncoding) -> Self {
        Self {
            inner,
            decoder: text.encoding.new_decoder(),
            invalid: text.invalid,
            bytes: vec![0; CHUNK],
            bytes_read: 0,
            invalid_seen: 0,
            ended: false,
        }
    }

    /// Puts the next text into `text` (replacing what is there); false at the end of the file.
    pub(super) fn next(&mut self, text: &mut String) -> Result<bool, DecodeError> {
        text.clear();
        while text.is_empty() && !self.ended {
            let length = self.inner.read(&mut self.bytes).map_err(DecodeError::Io)?;
            self.bytes_read += length as u64;
            self.ended = length == 0;
            let bytes = self.bytes.get(..length).unwrap_or_default();
            decode(&mut self.decoder, bytes, self.ended, self.invalid, &mut self.invalid_seen, text)?;
        }
        Ok(!text.is_empty())
    }

    /// Bytes read since the last call.
    pub(super) fn take_bytes_read(&mut self) -> u64 {
        std::mem::take(&mut self.bytes_read)
    }

    /// Invalid characters dropped or replaced since the last call.
    pub(super) fn take_invalid(&mut self) -> u64 {
        std::mem::take(&mut self.invalid_seen)
    }
}

fn decode(
    decoder: &mut Decoder,
    mut bytes: &[u8],
    last: bool,
    invalid: InvalidText,
    invalid_seen: &mut u64,
    text: &mut String,
) -> Result<(), DecodeError> {
    loop {
        let room =
            decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
        text.reserve(room);
        let (result, read) = decoder.decode_to_string_without_replacement(bytes, text, last);
        bytes = bytes.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return Ok(()),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                *invalid_seen += 1;
                match invalid {
                    InvalidText::Refuse => return Err(DecodeError::NotText(decoder.encoding().name())),
                    InvalidText::Discard => {}
                    InvalidText::Replace(replacement) => text.push(replacement),
                }
            }
        }
    }
}
