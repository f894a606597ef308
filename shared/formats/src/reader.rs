//! The interface of all record readers.

use arrow_array::RecordBatch;
use satsuma_columns::{DataModel, Field};

use crate::error::FormatError;

/// Most rows of a batch. This is DataFusion's default batch size, so that plans need not split batches.
pub const BATCH_ROWS: usize = 8_192;

/// A source of records whose fields are known before the first record is read.
pub trait RecordReader {
    /// The fields, with the metadata of the file.
    fn data_model(&self) -> &DataModel;

    /// The next records, at most [`BATCH_ROWS`]; `None` after the last. Columns have the order and the Arrow
    /// types of [`RecordReader::data_model`]. A batch is never empty.
    ///
    /// # Errors
    /// The file cannot be read any further. Do not use the reader after an error.
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, FormatError>;

    /// The fields, in order.
    fn fields(&self) -> &[Field] {
        self.data_model().fields()
    }
}
