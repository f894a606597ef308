//! Converts results to Arrow columns.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, Time64MicrosecondArray,
    TimestampMicrosecondArray,
};
use arrow_buffer::NullBuffer;

use super::{Collector, Column, Kind, State};
use crate::common::DataType;

/// Collects the chunks of a column into an Arrow column of the document's type.
#[derive(Debug)]
pub(crate) struct Output {
    data_type: DataType,
    numbers: Vec<f64>,
    valid: Vec<bool>,
    texts: Collector,
}

impl Output {
    pub(crate) fn new(data_type: DataType, rows: usize) -> Self {
        let capacity = if data_type == DataType::String { 0 } else { rows };
        Self {
            data_type,
            numbers: Vec::with_capacity(capacity),
            valid: Vec::with_capacity(capacity),
            texts: Collector::default(),
        }
    }

    /// Adds the first `rows` cells of a column. Cells without a valid value become null.
    pub(crate) fn extend(&mut self, column: &Column, rows: usize) {
        if self.data_type == DataType::String {
            return self.texts.extend(column, rows);
        }
        self.numbers.extend(column.numbers.iter().take(rows));
        self.valid.extend((0..rows).map(|row| column.state(row) == State::Valid));
    }

    pub(crate) fn finish(self) -> ArrayRef {
        if self.data_type == DataType::String {
            return Arc::new(self.texts.finish());
        }
        array(self.data_type, self.numbers, nulls(self.valid))
    }
}

/// Numbers as an array of a data type other than text.
pub(crate) fn array(data_type: DataType, numbers: Vec<f64>, nulls: Option<NullBuffer>) -> ArrayRef {
    match Kind::of(data_type) {
        Some(Kind::Boolean) => {
            let values = numbers.iter().map(|n| *n != 0.0).collect();
            Arc::new(BooleanArray::new(values, nulls))
        }
        Some(Kind::Date) => {
            let values = numbers.iter().map(|n| *n as i32).collect();
            Arc::new(Date32Array::new(values, nulls))
        }
        Some(Kind::Time) => {
            let values = numbers.iter().map(|n| (n * 1e6).round() as i64).collect();
            Arc::new(Time64MicrosecondArray::new(values, nulls))
        }
        Some(Kind::DateTime) => {
            let values = numbers.iter().map(|n| (n * 1e6).round() as i64).collect();
            Arc::new(TimestampMicrosecondArray::new(values, nulls))
        }
        _ if data_type == DataType::Integer => {
            let values = numbers.iter().map(|n| *n as i64).collect();
            Arc::new(Int64Array::new(values, nulls))
        }
        _ => Arc::new(Float64Array::new(numbers.into(), nulls)),
    }
}

/// The null mask of cells that are not valid; `None` if all are valid.
pub(crate) fn nulls(valid: Vec<bool>) -> Option<NullBuffer> {
    if valid.iter().all(|v| *v) { None } else { Some(NullBuffer::from(valid)) }
}

/// The Arrow type of a data type's columns.
pub(crate) fn arrow_type(data_type: DataType) -> arrow_schema::DataType {
    match Kind::of(data_type) {
        Some(Kind::Text) => arrow_schema::DataType::Utf8,
        Some(Kind::Boolean) => arrow_schema::DataType::Boolean,
        Some(Kind::Date) => arrow_schema::DataType::Date32,
        Some(Kind::Time) => arrow_schema::DataType::Time64(arrow_schema::TimeUnit::Microsecond),
        Some(Kind::DateTime) => arrow_schema::DataType::Timestamp(arrow_schema::TimeUnit::Microsecond, None),
        _ if data_type == DataType::Integer => arrow_schema::DataType::Int64,
        _ => arrow_schema::DataType::Float64,
    }
}
