//! Text columns, built without an allocation per value.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};

use super::trim::Trim;

/// The values of a text column so far. No text is null, not even the empty string.
#[derive(Debug, Default)]
pub(super) struct StringColumn {
    text: Vec<u8>,
    ends: Vec<i32>,
    /// Bytes of the last batch, the estimate for the next one.
    expected: usize,
}

impl StringColumn {
    pub(super) fn start(&mut self, rows: usize) {
        self.text = Vec::with_capacity(self.expected + self.expected / 8);
        self.ends = Vec::with_capacity(rows + 1);
        self.ends.push(0);
    }

    #[inline]
    pub(super) fn push(&mut self, text: &[u8], trim: Trim) {
        let text = if trim == Trim::None { text } else { trim.apply(text) };
        self.text.extend_from_slice(text);
        // A batch has at most BATCH_BYTES and one record.
        self.ends.push(self.text.len() as i32);
    }

    /// The column; `None` if a value is not valid UTF-8.
    pub(super) fn finish(&mut self) -> Option<ArrayRef> {
        let text = std::mem::take(&mut self.text);
        self.expected = text.len();
        let ends = OffsetBuffer::new(ScalarBuffer::from(std::mem::take(&mut self.ends)));
        let array = StringArray::try_new(ends, Buffer::from_vec(text), None).ok()?;
        Some(Arc::new(array))
    }
}
