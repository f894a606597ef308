//! Reading JSON records.

use arrow_array::RecordBatch;
use bytes::Bytes;
use satsuma_columns::DataModel;

use super::columns::{Columns, Survey};
use super::record::Cursor;
use super::{JSON, JsonFormat};
use crate::error::{FormatError, check_limit};
use crate::reader::{BATCH_ROWS, RecordReader};

/// Bytes of a file, which is held in memory.
const MAX_FILE_BYTES: u64 = 512 << 20;
/// The most values of a batch, and the bytes of text after which it ends.
const BATCH_VALUES: usize = 1 << 20;
const BATCH_BYTES: usize = 32 << 20;

/// A reader of JSON files, which are UTF-8. IBM, "JSON Source Node".
///
/// The storage of a field depends on all its values: whole numbers are integers, numbers with a fraction or
/// an exponent make it real, texts are strings. Booleans, nested values, and a mixture of numbers and texts
/// are refused.
pub struct JsonReader {
    model: DataModel,
    bytes: Bytes,
    cursor: Cursor,
    columns: Columns,
}

impl JsonReader {
    /// Reads the fields of a file, from all of its records.
    ///
    /// # Errors
    /// If the file is damaged or too large, or has values that are not supported. [`JsonFormat::Values`] has no
    /// field names and is not supported.
    pub fn open(file: impl Into<Bytes>, format: JsonFormat) -> Result<Self, FormatError> {
        if format == JsonFormat::Values {
            return Err(FormatError::Unsupported(
                "the JSON string format \"values\" of a JSON source".to_owned(),
            ));
        }
        let file: Bytes = file.into();
        check_limit("bytes in the JSON file", file.len() as u64, MAX_FILE_BYTES)?;
        let bytes = if file.starts_with(b"\xEF\xBB\xBF") { file.slice(3..) } else { file };
        let mut survey = Survey::default();
        let mut cursor = Cursor::default();
        while cursor.next(&bytes, &mut survey)? {
            survey.records += 1;
        }
        let fields = survey.fields();
        if fields.is_empty() {
            return Err(FormatError::damaged_at(JSON, 0, "its records have no fields"));
        }
        let columns = Columns::new(&fields);
        let model = DataModel::new(fields);
        let model = model.map_err(|duplicate| FormatError::damaged_at(JSON, 0, duplicate.to_string()))?;
        Ok(Self { model, bytes, cursor: Cursor::default(), columns })
    }
}

impl RecordReader for JsonReader {
    fn data_model(&self) -> &DataModel {
        &self.model
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, FormatError> {
        let most = (BATCH_VALUES / self.model.len().max(1)).clamp(1, BATCH_ROWS);
        while self.columns.rows < most && self.columns.bytes < BATCH_BYTES {
            if !self.cursor.next(&self.bytes, &mut self.columns)? {
                break;
            }
            self.columns.end_record();
        }
        if self.columns.rows == 0 {
            return Ok(None);
        }
        let batch = RecordBatch::try_new(self.model.schema(), self.columns.finish());
        batch.map(Some).map_err(|error| FormatError::Batch(error.to_string()))
    }
}
