//! One value.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
};
use arrow_array::{
    Array, ArrayRef, Date32Array, Float64Array, Int64Array, StringArray, Time64MicrosecondArray,
    TimestampMicrosecondArray, new_null_array,
};
use satsuma_stream::Value;

use crate::date;
use crate::storage::Storage;

/// One value of a field. All storages share null.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `$null$`, `undef`.
    Null,
    /// Text.
    String(Arc<str>),
    /// A whole number.
    Integer(i64),
    /// A real number, never NaN.
    Real(f64),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds of a day.
    Time(i64),
    /// Microseconds since 1970-01-01 00:00:00.
    Timestamp(i64),
}

impl Scalar {
    /// Text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// Its storage; `None` for null.
    pub fn storage(&self) -> Option<Storage> {
        Some(match self {
            Self::Null => return None,
            Self::String(_) => Storage::String,
            Self::Integer(_) => Storage::Integer,
            Self::Real(_) => Storage::Real,
            Self::Date(_) => Storage::Date,
            Self::Time(_) => Storage::Time,
            Self::Timestamp(_) => Storage::Timestamp,
        })
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// As a number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Real(number) => Some(*number),
            _ => None,
        }
    }

    /// As text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Converts a value of a stream. `None` if no column can contain its type.
    pub fn of_stream(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Text(text) => Self::text(text.as_str()),
            Value::Integer(number) => Self::Integer(i64::from(*number)),
            Value::Long(number) => Self::Integer(*number),
            Value::Real(number) => Self::Real(*number),
            Value::Boolean(flag) => Self::text(if *flag { "T" } else { "F" }),
            Value::Date(text) => Self::Date(date::parse_iso_date(text)?),
            Value::Timestamp(text) => Self::Timestamp(date::parse_iso_timestamp(text)?),
            Value::Other { .. } => return None,
        })
    }

    /// The value in another storage, if the conversion is exact.
    pub fn to_storage(&self, storage: Storage) -> Option<Self> {
        Some(match (self, storage) {
            (Self::Null, _) => Self::Null,
            (Self::Integer(number), Storage::Real) => Self::Real(*number as f64),
            (Self::Real(number), Storage::Integer) if number.trunc() == *number && number.abs() < 9e18 => {
                Self::Integer(*number as i64)
            }
            (value, storage) if value.storage() == Some(storage) => value.clone(),
            _ => return None,
        })
    }

    /// The value in a row of a column of our types; null for other types.
    pub fn at(column: &dyn Array, row: usize) -> Self {
        if column.is_null(row) {
            return Self::Null;
        }
        match Storage::of_arrow(column.data_type()) {
            Some(Storage::String) => Self::text(column.as_string::<i32>().value(row)),
            Some(Storage::Integer) => Self::Integer(column.as_primitive::<Int64Type>().value(row)),
            Some(Storage::Real) => Self::Real(column.as_primitive::<Float64Type>().value(row)),
            Some(Storage::Date) => Self::Date(column.as_primitive::<Date32Type>().value(row)),
            Some(Storage::Time) => Self::Time(column.as_primitive::<Time64MicrosecondType>().value(row)),
            Some(Storage::Timestamp) => {
                Self::Timestamp(column.as_primitive::<TimestampMicrosecondType>().value(row))
            }
            Some(Storage::List(_)) | None => Self::Null,
        }
    }

    /// A column with `rows` copies of this value. A null has the storage's type.
    pub fn repeat(&self, storage: Storage, rows: usize) -> ArrayRef {
        match self {
            Self::Null => new_null_array(&storage.arrow(), rows),
            Self::String(text) => {
                Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text.as_ref(), rows)))
            }
            Self::Integer(number) => Arc::new(Int64Array::from_value(*number, rows)),
            Self::Real(number) => Arc::new(Float64Array::from_value(*number, rows)),
            Self::Date(days) => Arc::new(Date32Array::from_value(*days, rows)),
            Self::Time(micros) => Arc::new(Time64MicrosecondArray::from_value(*micros, rows)),
            Self::Timestamp(micros) => Arc::new(TimestampMicrosecondArray::from_value(*micros, rows)),
        }
    }

    /// A column of these values. Values of another storage become null.
    pub fn column<'a>(values: impl IntoIterator<Item = &'a Self>, storage: Storage) -> ArrayRef {
        let values = values.into_iter().map(|value| value.to_storage(storage));
        match storage {
            Storage::String => Arc::new(
                values
                    .map(|value| value.and_then(|value| value.as_str().map(str::to_owned)))
                    .collect::<StringArray>(),
            ),
            Storage::Integer => Arc::new(
                values
                    .map(|value| if let Some(Self::Integer(number)) = value { Some(number) } else { None })
                    .collect::<Int64Array>(),
            ),
            Storage::Real => Arc::new(
                values
                    .map(|value| if let Some(Self::Real(number)) = value { Some(number) } else { None })
                    .collect::<Float64Array>(),
            ),
            Storage::Date => Arc::new(
                values
                    .map(|value| if let Some(Self::Date(days)) = value { Some(days) } else { None })
                    .collect::<Date32Array>(),
            ),
            Storage::Time => Arc::new(
                values
                    .map(|value| if let Some(Self::Time(micros)) = value { Some(micros) } else { None })
                    .collect::<Time64MicrosecondArray>(),
            ),
            Storage::Timestamp => Arc::new(
                values
                    .map(|value| if let Some(Self::Timestamp(micros)) = value { Some(micros) } else { None })
                    .collect::<TimestampMicrosecondArray>(),
            ),
            list @ Storage::List(_) => new_null_array(&list.arrow(), values.count()),
        }
    }

    /// Modeler's order: null first, numbers by value, text by character code. Values of different storages
    /// are sorted by storage.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (Self::String(one), Self::String(two)) => one.cmp(two),
            (Self::Integer(one), Self::Integer(two)) => one.cmp(two),
            (Self::Date(one), Self::Date(two)) => one.cmp(two),
            (Self::Time(one), Self::Time(two)) | (Self::Timestamp(one), Self::Timestamp(two)) => one.cmp(two),
            (one, two) => match (one.as_f64(), two.as_f64()) {
                (Some(one), Some(two)) => one.total_cmp(&two),
                _ => one.storage().cmp(&two.storage()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_a_column_and_come_back() {
        let values = [Scalar::Integer(3), Scalar::Null, Scalar::Real(4.0), Scalar::Real(0.5)];
        let column = Scalar::column(&values, Storage::Integer);
        let back = (0..4).map(|row| Scalar::at(&column, row)).collect::<Vec<_>>();
        assert_eq!(back, [Scalar::Integer(3), Scalar::Null, Scalar::Integer(4), Scalar::Null]);
    }

    #[test]
    fn numbers_compare_by_value_and_null_comes_first() {
        assert_eq!(Scalar::Integer(2).order(&Scalar::Real(2.5)), Ordering::Less);
        assert_eq!(Scalar::Null.order(&Scalar::text("")), Ordering::Less);
    }
}
