//! Decodes split text in the file's encoding to UTF-8.

use std::str;

use super::block::{Block, Span};
use super::fault::{At, Fault};
use crate::encoding::{InvalidText, TextEncoding, decode_into, without_nulls};

/// Converts the fields of a block to UTF-8, unless they are already.
///
/// Text is split before it is decoded, because marks and delimiters are the same bytes in all these
/// encodings. Invalid bytes therefore count as characters for the splitter.
pub(crate) struct Cleaner {
    encoding: TextEncoding,
    text: Vec<u8>,
    spans: Vec<Span>,
    is_swapped: bool,
    invalid: u64,
}

impl Cleaner {
    pub(crate) fn new(encoding: TextEncoding) -> Self {
        Self { encoding, text: Vec::new(), spans: Vec::new(), is_swapped: false, invalid: 0 }
    }

    /// The text to which the first `complete` spans of the block refer afterwards: `text` itself if all of it
    /// between `from` and `to` is UTF-8. Call [`Self::restore`] afterwards.
    pub(crate) fn clean<'a>(
        &'a mut self,
        block: &mut Block,
        text: &'a [u8],
        (from, to): (usize, usize),
        complete: usize,
        has_nulls: bool,
    ) -> Result<&'a [u8], At> {
        let used = text.get(from..to).unwrap_or_default();
        let spans = block.spans.get(..complete).unwrap_or_default();
        let is_utf_8 = self.encoding.encoding == encoding_rs::UTF_8;
        let is_clean =
            used.is_ascii() || (is_utf_8 && str::from_utf8(used).is_ok() && are_whole(spans, text));
        let replaces_nulls = has_nulls && matches!(self.encoding.invalid, InvalidText::Replace(_));
        if is_clean && !replaces_nulls {
            return Ok(text);
        }
        self.rewrite(block, text, complete)?;
        Ok(&self.text)
    }

    fn rewrite(&mut self, block: &mut Block, text: &[u8], complete: usize) -> Result<(), At> {
        self.text.clear();
        self.spans.clear();
        for span in block.spans.iter().take(complete) {
            let start = self.text.len();
            match decode_into(self.encoding, span.of(text), &mut self.text) {
                Ok(invalid) => self.invalid += invalid,
                Err(encoding) => {
                    return Err(At { place: span.start(), fault: Fault::NotText { line: 0, encoding } });
                }
            }
            // The splitter has counted them.
            without_nulls(self.encoding.invalid, &mut self.text, start);
            self.spans.push(Span::new(start, self.text.len(), span.is_quoted()));
        }
        std::mem::swap(&mut self.spans, &mut block.spans);
        self.is_swapped = true;
        Ok(())
    }

    /// Restores the block's own spans, which refer to the text before it was cleaned.
    pub(crate) fn restore(&mut self, block: &mut Block) {
        if std::mem::take(&mut self.is_swapped) {
            std::mem::swap(&mut self.spans, &mut block.spans);
        }
    }

    /// Invalid characters dropped or replaced since the last call.
    pub(crate) fn take_invalid(&mut self) -> u64 {
        std::mem::take(&mut self.invalid)
    }
}

/// Whether every field ends between two characters of a valid text. If text moved over dropped marks, the
/// bytes behind it may complete a truncated character.
fn are_whole(spans: &[Span], text: &[u8]) -> bool {
    let is_inside = |place: usize| matches!(text.get(place), Some(0x80..=0xBF));
    spans.iter().all(|span| !is_inside(span.start()) && !is_inside(span.end()))
}
