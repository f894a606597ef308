//! Blocks of records to record batches.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::block::Block;
use super::column::ColumnBuilder;
use super::fault::{At, Fault};
use super::infer::FileField;
use super::number::NumberStyle;
use super::trim::Trim;

/// Records of a file, and what was noticed while they were read.
#[derive(Debug, Clone)]
pub struct TextBatch {
    /// The records. Columns are those asked for, then the byte offsets if they were asked for.
    pub records: RecordBatch,
    /// Bytes of the file that the records take up.
    pub bytes: u64,
    /// Fields with values that did not convert and became null, and how many did.
    pub unconverted: Vec<(String, u64)>,
    /// Characters that are no text in the file's encoding, and null characters.
    pub invalid: u64,
    /// Records with fewer fields than the first, which were filled up with blanks.
    pub short: u64,
}

/// What a builder made.
pub(crate) struct BuiltBatch {
    pub(crate) records: RecordBatch,
    pub(crate) unconverted: Vec<(String, u64)>,
}

/// Makes batches of the columns asked for.
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
    /// A builder of the columns numbered in `projection`. With the name of an `offsets` column, each record's
    /// byte offset in the file is kept in it.
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

    /// Appends the records of a block; `offset_of` gives the byte offset of a record from its place in the text.
    pub(crate) fn append(
        &mut self,
        block: &Block,
        text: &[u8],
        mut offset_of: impl FnMut(usize) -> u64,
    ) -> Result<(), At> {
        let (width, numbers, trim) = (self.width, self.numbers, self.trim);
        let columns = self.columns.iter_mut();
        let faults = columns.filter_map(|column| column.append(block, text, width, numbers, trim).err());
        // That of the first record, however the file is cut.
        if let Some(first) = faults.min_by_key(|at| at.place) {
            return Err(first);
        }
        if let Some(offsets) = &mut self.offsets {
            // A file of 8 EiB is beyond any file system.
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
