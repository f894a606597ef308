//! Columns of fields, batch by batch.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use futures::StreamExt;
use satsuma_columns::{Field, Scalar, Storage};
use satsuma_engine::{NodeError, NodeRun, Table, require};

/// Gives the columns of fields to `each`, batch by batch, with the number of records.
///
/// # Errors
/// If a field is missing, or `each` fails.
pub(crate) async fn batches<S: AsRef<str>>(
    input: Table,
    fields: &[S],
    run: &NodeRun,
    mut each: impl FnMut(&[ArrayRef], usize) -> Result<(), NodeError>,
) -> Result<(), NodeError> {
    let model = input.model().clone();
    let mut kept: Vec<(String, Field)> = Vec::new();
    let mut places = Vec::with_capacity(fields.len());
    for name in fields {
        let field = require(&model, name.as_ref())?;
        let known = kept.iter().position(|(name, _)| *name == field.name);
        places.push(known.unwrap_or(kept.len()));
        if known.is_none() {
            kept.push((field.name.clone(), field.clone()));
        }
    }
    let mut records = match kept.is_empty() {
        true => input.records(run).await?,
        false => input.select(kept)?.records(run).await?,
    };
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(places.len());
    while let Some(batch) = records.next().await {
        let batch = batch?;
        run.check_canceled()?;
        columns.clear();
        columns.extend(places.iter().filter_map(|place| batch.columns().get(*place)).map(Arc::clone));
        run.counter().busy(|| each(&columns, batch.num_rows()))?;
    }
    Ok(())
}

/// A column as real numbers: dates as days, times and timestamps as microseconds.
///
/// # Errors
/// If the column holds text or lists.
pub(crate) fn numbers(column: &ArrayRef) -> Result<Float64Array, NodeError> {
    let whole = match Storage::of_arrow(column.data_type()) {
        Some(Storage::Date) => cast(&cast(column, &DataType::Int32)?, &DataType::Float64)?,
        Some(Storage::Time | Storage::Timestamp) => {
            cast(&cast(column, &DataType::Int64)?, &DataType::Float64)?
        }
        _ => cast(column, &DataType::Float64)?,
    };
    Ok(whole.as_primitive::<Float64Type>().clone())
}

/// Whether each value of a column is blank by the field's declaration; null does not count.
pub(crate) fn blanks(field: &Field, column: &ArrayRef) -> Option<Vec<bool>> {
    let blanks = field.blanks.as_ref()?;
    Some(
        (0..column.len())
            .map(|row| !column.is_null(row) && blanks.contain(&Scalar::at(column, row)))
            .collect(),
    )
}
