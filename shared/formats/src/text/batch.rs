//! Converts blocks of records to record batches.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::block::Block;
use super::column::{ColumnBuilder, Unconverted};
use super::fault::{At, Fault};
use super::infer::FileField;
use super::number::NumberStyle;
use super::trim::Trim;

/// Records of a file, and observations during reading.
#[derive(Debug, Clone)]
pub struct TextBatch {
    /// The records. Columns are the selected ones, then the byte offsets if requested.
    pub records: RecordBatch,
    /// Bytes of the file that the records occupy.
    pub bytes: u64,
    /// Fields with unconvertible values, which became null, and their number.
    pub unconverted: Vec<Unconverted>,
    /// Number of invalid characters in the file's encoding, including null characters.
    pub invalid: u64,
    /// Number of records with fewer fields than the first, which were padded with blanks.
    pub short: u64,
}

/// The result of a builder.
pub(crate) struct BuiltBatch {
    pub(crate) records: RecordBatch,
    pub(crate) unconverted: Vec<Unconverted>,
}

/// Builds batches of the selected columns.
pub(crate) struct BatchBuilder {
    columns: Vec<ColumnBuilder>,
    offsets: Option<Vec<i64>>,
    schema: SchemaRef,
    numbers: NumberStyle,
    trim: Trim,
    width: usize,
    rows: usize,
}

impl BatchBuilder {
    /// A builder of the columns with the indexes in `projection`. An `offsets` column, if named, gets each
    /// record's byte offset in the file.
    pub(crate) fn new(
        fields: &[FileField],
        projection: &[usize],
        offsets: Option<&str>,
        numbers: NumberStyle,
        trim: Trim,
    ) -> Result<Self, Fault> {
        let columns = projection.iter().map(|&at| {
            let field = fields.get(at).ok_or_else(|| Fault::Storage {
                field: format!("column {at}"),
                found: "not in the file".to_owned(),
                wanted: format!("one of its {} columns", fields.len()),
            })?;
            ColumnBuilder::new(field.clone(), at)
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let named = columns.iter().map(|column| {
            let field = column.field();
            Field::new(&field.name, field.storage.arrow(), true)
        });
        let order = offsets.map(|name| Field::new(name, DataType::Int64, false));
        let schema = Arc::new(Schema::new(named.chain(order).collect::<Vec<_>>()));
        let offsets = offsets.map(|_| Vec::new());
        Ok(Self { columns, offsets, schema, numbers, trim, width: fields.len().max(1), rows: 0 })
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The number of fields of the file.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Records so far.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn start(&mut self, rows: usize) {
        self.rows = 0;
        self.columns.iter_mut().for_each(|column| column.start(rows));
    }

    /// Appends the records of a block; `offset_of` returns the byte offset of a record from its position in
    /// the text.
    pub(crate) fn append(
        &mut self,
        block: &Block,
        text: &[u8],
        mut offset_of: impl FnMut(usize) -> u64,
    ) -> Result<(), At> {
        let (width, numbers, trim) = (self.width, self.numbers, self.trim);
        let columns = self.columns.iter_mut();
        let faults = columns.filter_map(|column| column.append(block, text, width, numbers, trim).err());
        // The error of the first record, whatever the ranges of the file.
        if let Some(first) = faults.min_by_key(|at| at.place) {
            return Err(first);
        }
        if let Some(offsets) = &mut self.offsets {
            // No file system supports a file of 8 EiB.
            offsets.extend(block.starts.iter().take(block.rows).map(|place| offset_of(*place) as i64));
        }
        self.rows += block.rows;
        Ok(())
    }

    /// The records appended since the start.
    pub(crate) fn finish(&mut self) -> Option<BuiltBatch> {
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.columns.len() + 1);
        let mut unconverted = Vec::new();
        for column in &mut self.columns {
            let (array, bad) = column.finish()?;
            arrays.push(array);
            unconverted.extend(bad);
        }
        if let Some(offsets) = &mut self.offsets {
            arrays.push(Arc::new(Int64Array::from(std::mem::take(offsets))));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        let records = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options).ok()?;
        Some(BuiltBatch { records, unconverted })
    }
}
