//! A range of a file as batches.

use arrow_schema::SchemaRef;

use super::dialect::Dialect;
use super::file::DelimitedFile;
use super::plan::ByteRange;
use super::records::Records;
use crate::text::{BATCH_BYTES, BLOCK_ROWS, BatchBuilder, Fault, ReadError, TextBatch};

/// The records of one range of a file, batch by batch. It ends at the first error.
pub struct RangeReader {
    records: Records,
    builder: BatchBuilder,
    batch_rows: usize,
    encoding: &'static str,
    /// Offset of the first record that has not been given yet.
    offset: u64,
    has_ended: bool,
}

impl RangeReader {
    pub(super) fn new(
        file: &DelimitedFile,
        range: ByteRange,
        projection: &[usize],
        offsets: Option<&str>,
    ) -> Result<Self, ReadError> {
        let Dialect { numbers, trim, limits, text, .. } = file.dialect;
        let width = file.fields.len();
        Ok(Self {
            builder: BatchBuilder::new(&file.fields, projection, offsets, numbers, trim)?,
            records: Records::open(&file.path, &file.dialect, range, Some(width))?,
            batch_rows: limits.batch_rows.max(1),
            encoding: text.encoding.name(),
            offset: range.start,
            has_ended: false,
        })
    }

    /// The schema of the batches: the columns asked for, then the offsets if they were asked for.
    pub fn schema(&self) -> &SchemaRef {
        self.builder.schema()
    }

    fn read(&mut self) -> Result<Option<TextBatch>, ReadError> {
        self.builder.start(self.batch_rows);
        let start = self.offset;
        let mut short = 0;
        while self.builder.rows() < self.batch_rows && self.offset - start < BATCH_BYTES as u64 {
            let wanted = (self.batch_rows - self.builder.rows()).min(BLOCK_ROWS);
            if !self.records.next(wanted)? {
                break;
            }
            let builder = &mut self.builder;
            self.records.with_text(|block, text, offset_of| builder.append(block, text, offset_of))?;
            short += self.records.block.short;
            self.offset = self.records.offset();
        }
        if self.builder.rows() == 0 {
            return Ok(None);
        }
        // Cannot happen: the cleaner leaves valid text alone.
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
