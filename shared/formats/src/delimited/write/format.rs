//! Formats batches as delimited text in memory.

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use thiserror::Error;

use super::cell::{Column, text};
use super::layout::{Layout, Quoting};

/// The reason why records cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "field {field:?} is {found}, but one of string, integer, real, date, time, timestamp is needed; check the storage in the source node"
)]
pub struct WriteFault {
    /// The field's name.
    pub field: String,
    /// The type of its column.
    pub found: String,
}

/// Appends the line of field names, if the layout has one.
///
/// The Flat File node quotes values; a name is quoted only if it could be misread.
pub fn format_header(schema: &Schema, layout: &Layout, out: &mut Vec<u8>) {
    if !layout.header {
        return;
    }
    let quoting = match layout.quoting {
        Quoting::Never => Quoting::Never,
        Quoting::WhereNeeded | Quoting::Text(_) => Quoting::WhereNeeded,
    };
    let layout = Layout { quoting, ..layout.clone() };
    for (at, field) in schema.fields().iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(layout.separator.as_bytes());
        }
        text(field.name(), &layout, out);
    }
    out.extend_from_slice(layout.line_end.text().as_bytes());
}

/// Appends the records of a batch. Batches may be formatted on many threads at once; their texts in order are
/// the file.
///
/// # Errors
/// Delimited text does not support the storage of a column; `out` is unchanged then.
pub fn format_batch(batch: &RecordBatch, layout: &Layout, out: &mut Vec<u8>) -> Result<(), WriteFault> {
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (array, field) in batch.columns().iter().zip(batch.schema_ref().fields()) {
        let column = Column::of(array.as_ref()).ok_or_else(|| WriteFault {
            field: field.name().clone(),
            found: array.data_type().to_string(),
        })?;
        columns.push(column);
    }
    for row in 0..batch.num_rows() {
        for (at, column) in columns.iter().enumerate() {
            if at > 0 {
                out.extend_from_slice(layout.separator.as_bytes());
            }
            column.write(row, layout, out);
        }
        out.extend_from_slice(layout.line_end.text().as_bytes());
    }
    Ok(())
}
