//! The data fields that a compiled document reads.

use arrow_array::{ArrayRef, RecordBatch};

use crate::common::{DataType, OpType};
use crate::error::PmmlError;

/// A field that a model or transformation reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its data type in the document. Columns of `string` may have any Arrow text type, of `integer` and
    /// `double` any Arrow integer or real, of `boolean` `Boolean`, of `date` `Date32`; columns of type `Null`
    /// are always accepted.
    pub data_type: DataType,
    /// Its measurement level.
    pub op_type: OpType,
}

/// The columns of `batch` in the order of `inputs`.
pub(crate) fn by_name(inputs: &[Input], batch: &RecordBatch) -> Result<Vec<ArrayRef>, PmmlError> {
    let find = |input: &Input| {
        let column = batch.column_by_name(&input.name).cloned();
        column.ok_or_else(|| PmmlError::MissingField { name: input.name.clone() })
    };
    inputs.iter().map(find).collect()
}
