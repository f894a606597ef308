//! Decodes a stream of bytes to UTF-8, with the file offset of every line.

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};

use super::TextEncoding;
use super::decode::decode_more;

/// Decodes a file from front to back.
pub(crate) struct Transcoder {
    text: TextEncoding,
    decoder: Decoder,
    invalid: u64,
}

impl Transcoder {
    pub(crate) fn new(text: TextEncoding) -> Self {
        Self { text, decoder: text.encoding.new_decoder_without_bom_handling(), invalid: 0 }
    }

    /// Appends the text of `bytes`, which begin at `offset` in the file. For each line that begins in them or
    /// right after them, appends (position in `out`, offset in the file) to `lines`. UTF-16 bytes must be
    /// split at even distances from the first.
    pub(crate) fn decode(
        &mut self,
        bytes: &[u8],
        offset: u64,
        is_last: bool,
        out: &mut Vec<u8>,
        lines: &mut Vec<(usize, u64)>,
    ) -> Result<(), (usize, &'static str)> {
        let mut start = 0;
        while start < bytes.len() {
            let rest = bytes.get(start..).unwrap_or_default();
            let line = self.line_length(rest);
            let piece = rest.get(..line.unwrap_or(rest.len())).unwrap_or_default();
            self.piece(piece, false, out)?;
            start += piece.len();
            if line.is_some() {
                lines.push((out.len(), offset + start as u64));
            }
        }
        if is_last { self.piece(&[], true, out) } else { Ok(()) }
    }

    fn piece(&mut self, bytes: &[u8], is_last: bool, out: &mut Vec<u8>) -> Result<(), (usize, &'static str)> {
        let decoded = decode_more(&mut self.decoder, self.text.invalid, bytes, is_last, out);
        self.invalid += decoded.map_err(|encoding| (out.len(), encoding))?;
        Ok(())
    }

    /// Bytes up to and with the first line end.
    fn line_length(&self, bytes: &[u8]) -> Option<usize> {
        let wide = self.text.encoding == UTF_16LE || self.text.encoding == UTF_16BE;
        if !wide {
            return memchr::memchr2(b'\n', b'\r', bytes).map(|at| at + 1);
        }
        let is_end = |unit: &[u8]| match (self.text.encoding == UTF_16LE, unit) {
            (true, [low, 0]) | (false, [0, low]) => matches!(low, b'\n' | b'\r'),
            _ => false,
        };
        bytes.chunks_exact(2).position(is_end).map(|at| at * 2 + 2)
    }

    /// Invalid characters dropped or replaced since the last call.
    pub(crate) fn take_invalid(&mut self) -> u64 {
        std::mem::take(&mut self.invalid)
    }
}
