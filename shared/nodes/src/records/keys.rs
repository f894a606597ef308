//! Keys: fields for grouping or joining records.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::row::{RowConverter, Rows, SortField};
use satsuma_columns::{DataModel, Storage};
use satsuma_engine::{NodeError, require};

/// Keys of batches as bytes with the same equality and order as the keys, null first.
#[derive(Debug)]
pub(crate) struct Keys {
    converter: RowConverter,
    columns: Vec<(usize, DataType)>,
}

/// The place of a key and its storage.
pub(crate) type Key = (usize, Storage);

impl Keys {
    /// Keys in these columns, each compared as the storage beside it.
    pub(crate) fn new(keys: &[Key]) -> Result<Self, NodeError> {
        let columns = keys.iter().map(|(at, storage)| (*at, storage.arrow())).collect::<Vec<_>>();
        let fields = columns.iter().map(|(_, kind)| SortField::new(kind.clone())).collect();
        Ok(Self { converter: RowConverter::new(fields)?, columns })
    }

    /// The keys of a batch. There must be some.
    pub(crate) fn rows(&self, batch: &RecordBatch) -> Result<Rows, NodeError> {
        let mut columns = Vec::with_capacity(self.columns.len());
        for (at, kind) in &self.columns {
            let Some(column) = batch.columns().get(*at) else { continue };
            let column = match column.data_type() == kind {
                true => Arc::clone(column),
                false => cast(column, kind)?,
            };
            columns.push(one_zero(column));
        }
        Ok(self.converter.convert_columns(&columns)?)
    }

    /// The columns of keys from the bytes of [`Keys::rows`].
    pub(crate) fn columns<'a>(
        &self,
        keys: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Vec<ArrayRef>, NodeError> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let parser = self.converter.parser();
        Ok(self.converter.convert_rows(keys.map(|key| parser.parse(key)))?)
    }

    /// Whether there are no keys, so that all records form one group.
    pub(crate) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }
}

/// The places of fields and their storages.
///
/// # Errors
/// If a field is not there.
pub(crate) fn columns(model: &DataModel, names: &[String]) -> Result<Vec<Key>, NodeError> {
    let columns = names.iter().map(|name| {
        let field = require(model, name)?;
        Ok((model.position(name).unwrap_or_default(), field.storage))
    });
    columns.collect()
}

/// Zero and negative zero are one key.
fn one_zero(column: ArrayRef) -> ArrayRef {
    match column.as_primitive_opt::<Float64Type>() {
        Some(numbers) => Arc::new(numbers.unary::<_, Float64Type>(|number| number + 0.0)) as ArrayRef,
        None => column,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::Float64Array;
    use satsuma_columns::Field;

    #[test]
    fn negative_zero_is_zero_and_null_is_a_key() {
        let model = DataModel::new(vec![Field::new("x", Storage::Real)]).unwrap();
        let column: ArrayRef = Arc::new(Float64Array::from(vec![Some(0.0), Some(-0.0), None, None]));
        let batch = RecordBatch::try_new(model.schema(), vec![column]).unwrap();
        let keys = Keys::new(&columns(&model, &["x".to_owned()]).unwrap()).unwrap();
        let rows = keys.rows(&batch).unwrap();
        assert_eq!(rows.row(0), rows.row(1));
        assert_eq!(rows.row(2), rows.row(3));
        assert!(rows.row(2) < rows.row(0));
    }
}
