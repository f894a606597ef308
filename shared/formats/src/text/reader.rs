//! Reads a range of a file as batches.

use arrow_schema::SchemaRef;

use super::batch::{BatchBuilder, TextBatch};
use super::block::Block;
use super::fault::{At, Fault, ReadError};
use super::{BATCH_BYTES, BATCH_CELLS, BLOCK_CELLS, BLOCK_ROWS};

/// The view of a block: the block, the UTF-8 text of its fields, and a function from a record's position to
/// its byte offset in the file.
pub(crate) type Show<'a> = dyn FnMut(&Block, &[u8], &dyn Fn(usize) -> u64) -> Result<(), At> + 'a;

/// The records of a range, block by block.
pub(crate) trait Records: Send {
    /// Reads up to `max_rows` records into the block; false at the end.
    fn next(&mut self, max_rows: usize) -> Result<bool, ReadError>;

    /// Passes the block to the view.
    fn show(&mut self, show: &mut Show<'_>) -> Result<(), ReadError>;

    /// Number of records of the block that were padded with blank fields.
    fn short(&self) -> u64;

    /// The offset in the file of the next record.
    fn offset(&self) -> u64;

    /// Invalid characters and nulls since the last call.
    fn take_invalid(&mut self) -> u64;
}

/// The records of one range of a file, batch by batch. It ends at the first error.
pub struct RangeReader {
    records: Box<dyn Records>,
    builder: BatchBuilder,
    batch_rows: usize,
    block_rows: usize,
    encoding: &'static str,
    /// Offset of the first record that has not been returned yet.
    offset: u64,
    has_ended: bool,
}

impl RangeReader {
    pub(crate) fn new(
        records: Box<dyn Records>,
        builder: BatchBuilder,
        batch_rows: usize,
        encoding: &'static str,
    ) -> Self {
        let offset = records.offset();
        let width = builder.width();
        let batch_rows = batch_rows.min(BATCH_CELLS / width).max(1);
        let block_rows = BLOCK_ROWS.min(BLOCK_CELLS / width).max(1);
        Self { records, builder, batch_rows, block_rows, encoding, offset, has_ended: false }
    }

    /// The schema of the batches: the selected columns, then the offsets if requested.
    pub fn schema(&self) -> &SchemaRef {
        self.builder.schema()
    }

    fn read(&mut self) -> Result<Option<TextBatch>, ReadError> {
        self.builder.start(self.batch_rows);
        let start = self.offset;
        let mut short = 0;
        while self.builder.rows() < self.batch_rows && self.offset - start < BATCH_BYTES as u64 {
            let wanted = (self.batch_rows - self.builder.rows()).min(self.block_rows);
            if !self.records.next(wanted)? {
                break;
            }
            let builder = &mut self.builder;
            self.records.show(&mut |block, text, offset_of| builder.append(block, text, offset_of))?;
            short += self.records.short();
            self.offset = self.records.offset();
        }
        if self.builder.rows() == 0 {
            return Ok(None);
        }
        // Impossible: the cleaner returns valid text.
        let not_text = Fault::NotText { line: 0, encoding: self.encoding };
        let built = self.builder.finish().ok_or(not_text)?;
        Ok(Some(TextBatch {
            records: built.records,
            bytes: self.offset - start,
            unconverted: built.unconverted,
            invalid: self.records.take_invalid(),
            short,
        }))
    }
}

impl Iterator for RangeReader {
    type Item = Result<TextBatch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let next = self.read().transpose();
        self.has_ended = !matches!(next, Some(Ok(_)));
        next
    }
}
