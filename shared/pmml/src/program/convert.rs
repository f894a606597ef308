//! Converts Arrow columns to raw fields.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::DataType;

use super::text::TextArray;
use super::{Column, Kind, Literal, State};
use crate::error::PmmlError;
use crate::program::Input;

/// A double represents all integers up to this one exactly.
const MAX_EXACT: u64 = 1 << 53;

/// An Arrow column, prepared for reading in chunks.
#[derive(Debug)]
pub(crate) enum Converter {
    Numbers { values: ScalarBuffer<f64>, nulls: Option<NullBuffer> },
    Texts(Arc<TextArray>),
    Nulls(Kind),
}

impl Converter {
    /// Checks that the column has `rows` rows and a type that fits the document's.
    ///
    /// Integers and reals are interchangeable. There is no other conversion: a text that looks like a number
    /// is an error of the stream.
    pub(crate) fn new(input: &Input, column: &ArrayRef, rows: usize) -> Result<Self, PmmlError> {
        if column.len() != rows {
            let (name, len) = (&input.name, column.len());
            return Err(PmmlError::Shape { reason: format!("field {name:?} has {len} rows, not {rows}") });
        }
        let refuse = || PmmlError::FieldType {
            name: input.name.clone(),
            expected: input.data_type.name(),
            found: column.data_type().to_string(),
        };
        let kind = Kind::of(input.data_type).ok_or_else(refuse)?;
        let values = match (kind, column.data_type()) {
            (kind, DataType::Null) => return Ok(Self::Nulls(kind)),
            (Kind::Text, DataType::Utf8) => return Ok(text(TextArray::Utf8(column.as_string().clone()))),
            (Kind::Text, DataType::LargeUtf8) => {
                return Ok(text(TextArray::LargeUtf8(column.as_string().clone())));
            }
            (Kind::Text, DataType::Utf8View) => {
                return Ok(text(TextArray::Utf8View(column.as_string_view().clone())));
            }
            (Kind::Number, DataType::Float64) => column.as_primitive::<Float64Type>().values().clone(),
            (Kind::Number, DataType::Float32) => widen::<Float32Type>(column),
            (Kind::Number, DataType::Int8) => widen::<Int8Type>(column),
            (Kind::Number, DataType::Int16) => widen::<Int16Type>(column),
            (Kind::Number, DataType::Int32) => widen::<Int32Type>(column),
            (Kind::Number, DataType::UInt8) => widen::<UInt8Type>(column),
            (Kind::Number, DataType::UInt16) => widen::<UInt16Type>(column),
            (Kind::Number, DataType::UInt32) => widen::<UInt32Type>(column),
            (Kind::Number, DataType::Int64) => {
                exact::<Int64Type>(input, column, |n| (n as f64, n.unsigned_abs()))?
            }
            (Kind::Number, DataType::UInt64) => exact::<UInt64Type>(input, column, |n| (n as f64, n))?,
            (Kind::Date, DataType::Date32) => widen::<Date32Type>(column),
            (Kind::Time, DataType::Time32(_) | DataType::Time64(_)) => seconds(column).ok_or_else(refuse)?,
            (Kind::DateTime, DataType::Timestamp(_, None)) => seconds(column).ok_or_else(refuse)?,
            (Kind::Boolean, DataType::Boolean) => {
                column.as_boolean().values().iter().map(|b| f64::from(u8::from(b))).collect()
            }
            _ => return Err(refuse()),
        };
        Ok(Self::Numbers { values, nulls: column.nulls().filter(|n| n.null_count() > 0).cloned() })
    }

    /// Fills `out` with rows `from..from + rows`.
    pub(crate) fn read(&self, out: &mut Column, from: usize, rows: usize) {
        out.states.clear();
        match self {
            Self::Nulls(kind) => out.fill(&Literal::None(*kind, State::Missing), rows),
            Self::Texts(array) => {
                out.texts.borrow(array, from);
                mark_nulls(out, array.as_array().nulls(), from, rows);
            }
            Self::Numbers { values, nulls } => {
                out.numbers.clear();
                out.numbers.extend(values.iter().skip(from).take(rows));
                mark_nulls(out, nulls.as_ref(), from, rows);
                if out.numbers.iter().all(|n| n.is_finite()) {
                    return;
                }
                for row in 0..rows {
                    let number = out.numbers[row];
                    if !number.is_finite() {
                        let state = if number.is_nan() { State::Missing } else { State::Invalid };
                        out.numbers[row] = 0.0;
                        if out.state(row) == State::Valid {
                            out.mark(row, state, rows);
                        }
                    }
                }
            }
        }
    }
}

fn text(array: TextArray) -> Converter {
    Converter::Texts(Arc::new(array))
}

fn mark_nulls(out: &mut Column, nulls: Option<&NullBuffer>, from: usize, rows: usize) {
    let Some(nulls) = nulls.filter(|n| n.null_count() > 0) else { return };
    for row in (0..rows).filter(|row| nulls.is_null(from + row)) {
        out.mark(row, State::Missing, rows);
    }
}

/// Times and timestamps as seconds.
fn seconds(column: &ArrayRef) -> Option<ScalarBuffer<f64>> {
    use arrow_schema::TimeUnit;
    let (values, unit): (Vec<i64>, _) = match column.data_type() {
        DataType::Time32(unit) => match unit {
            TimeUnit::Second => (
                column
                    .as_primitive_opt::<Time32SecondType>()?
                    .values()
                    .iter()
                    .map(|v| i64::from(*v))
                    .collect(),
                unit,
            ),
            _ => (
                column
                    .as_primitive_opt::<Time32MillisecondType>()?
                    .values()
                    .iter()
                    .map(|v| i64::from(*v))
                    .collect(),
                unit,
            ),
        },
        DataType::Time64(unit) => match unit {
            TimeUnit::Microsecond => {
                (column.as_primitive_opt::<Time64MicrosecondType>()?.values().to_vec(), unit)
            }
            _ => (column.as_primitive_opt::<Time64NanosecondType>()?.values().to_vec(), unit),
        },
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => (column.as_primitive_opt::<TimestampSecondType>()?.values().to_vec(), unit),
            TimeUnit::Millisecond => {
                (column.as_primitive_opt::<TimestampMillisecondType>()?.values().to_vec(), unit)
            }
            TimeUnit::Microsecond => {
                (column.as_primitive_opt::<TimestampMicrosecondType>()?.values().to_vec(), unit)
            }
            TimeUnit::Nanosecond => {
                (column.as_primitive_opt::<TimestampNanosecondType>()?.values().to_vec(), unit)
            }
        },
        _ => return None,
    };
    let a_second = match unit {
        TimeUnit::Second => 1.0,
        TimeUnit::Millisecond => 1e3,
        TimeUnit::Microsecond => 1e6,
        TimeUnit::Nanosecond => 1e9,
    };
    Some(values.into_iter().map(|v| v as f64 / a_second).collect())
}

fn widen<T: ArrowPrimitiveType>(column: &ArrayRef) -> ScalarBuffer<f64>
where
    T::Native: Into<f64>,
{
    column.as_primitive::<T>().values().iter().map(|n| (*n).into()).collect()
}

/// 64-bit integers, which a double cannot always represent. `convert` returns the number and its magnitude.
fn exact<T: ArrowPrimitiveType>(
    input: &Input,
    column: &ArrayRef,
    convert: impl Fn(T::Native) -> (f64, u64),
) -> Result<ScalarBuffer<f64>, PmmlError>
where
    T::Native: ToString,
{
    let column = column.as_primitive::<T>();
    let mut numbers = Vec::with_capacity(column.len());
    for (row, value) in column.values().iter().enumerate() {
        let (number, size) = convert(*value);
        if size > MAX_EXACT && column.is_valid(row) {
            return Err(PmmlError::FieldValue { name: input.name.clone(), row, value: value.to_string() });
        }
        numbers.push(number);
    }
    Ok(numbers.into())
}
