//! Records as rows of numbers: continuous fields as they are, categories by their position.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use satsuma_columns::{DataModel, Field, Scalar, Storage};
use satsuma_engine::NodeError;

/// Numbers of all records together: 512 MB of them, which a worker holds.
const MAX_NUMBERS: usize = 64 << 20;

/// A field as a column of numbers; not a number where it has no value.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) field: Field,
    /// The categories, by which its values are numbered from 0; `None` for a continuous field.
    pub(crate) categories: Option<Vec<Scalar>>,
    positions: HashMap<String, usize>,
    at: usize,
}

impl Column {
    /// A continuous field.
    pub(crate) fn continuous(model: &DataModel, field: &Field) -> Self {
        Self::new(model, field, None)
    }

    /// A field of these categories. Other values are none.
    pub(crate) fn categorical(model: &DataModel, field: &Field, categories: Vec<Scalar>) -> Self {
        Self::new(model, field, Some(categories))
    }

    fn new(model: &DataModel, field: &Field, categories: Option<Vec<Scalar>>) -> Self {
        let texts = categories.iter().flatten().enumerate();
        let positions = texts.filter_map(|(at, value)| Some((value.as_str()?.to_owned(), at)));
        Self {
            field: field.clone(),
            positions: positions.collect(),
            categories,
            at: model.position(&field.name).unwrap_or_default(),
        }
    }

    /// Passes the row and the number of each value that is one to `put`.
    fn each(&self, values: &ArrayRef, mut put: impl FnMut(usize, f64)) -> Result<(), NodeError> {
        let is_blank = |row: usize| {
            self.field.blanks.is_some() && self.field.is_blank(&Scalar::at(values.as_ref(), row))
        };
        match &self.categories {
            None => {
                let numbers = numbers(values)?;
                let numbers = numbers.as_primitive::<Float64Type>();
                for row in (0..numbers.len()).filter(|row| numbers.is_valid(*row) && !is_blank(*row)) {
                    put(row, numbers.value(row));
                }
            }
            Some(_) if values.data_type() == &Storage::String.arrow() => {
                let texts = values.as_string::<i32>();
                for row in (0..texts.len()).filter(|row| texts.is_valid(*row) && !is_blank(*row)) {
                    if let Some(at) = self.positions.get(texts.value(row)) {
                        put(row, *at as f64);
                    }
                }
            }
            Some(categories) => {
                for row in (0..values.len()).filter(|row| values.is_valid(*row) && !is_blank(*row)) {
                    let value = Scalar::at(values.as_ref(), row);
                    if let Some(at) = categories.iter().position(|category| *category == value) {
                        put(row, at as f64);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The numbers of a field; dates and times in days and microseconds.
fn numbers(values: &ArrayRef) -> Result<ArrayRef, NodeError> {
    Ok(match values.data_type() {
        DataType::Float64 => values.clone(),
        DataType::Date32 => cast(&cast(values, &DataType::Int32)?, &DataType::Float64)?,
        _ => cast(&cast(values, &DataType::Int64)?, &DataType::Float64)?,
    })
}

/// Adds the rows of a batch, which have a number for each column.
///
/// # Errors
/// If there are too many records.
pub(crate) fn read(columns: &[Column], batch: &RecordBatch, rows: &mut Vec<f64>) -> Result<(), NodeError> {
    let (width, start) = (columns.len(), rows.len());
    if start + batch.num_rows() * width > MAX_NUMBERS {
        let most = MAX_NUMBERS / width.max(1);
        let message = format!("more than {most} records do not fit into memory; use a sample of them");
        return Err(NodeError::Model(message));
    }
    rows.resize(start + batch.num_rows() * width, f64::NAN);
    let Some(added) = rows.get_mut(start..) else { return Ok(()) };
    for (number, column) in columns.iter().enumerate() {
        let Some(values) = batch.columns().get(column.at) else { continue };
        column.each(values, |row, value| {
            if let Some(cell) = added.get_mut(row * width + number) {
                *cell = value;
            }
        })?;
    }
    Ok(())
}

/// The rows without missing values.
pub(crate) fn complete(rows: &[f64], width: usize) -> Vec<f64> {
    let complete = rows.chunks_exact(width.max(1)).filter(|row| row.iter().all(|value| value.is_finite()));
    complete.flatten().copied().collect()
}
