//! Storage types of fields.

use std::fmt;
use std::sync::Arc;

use arrow_schema::{DataType, Field, TimeUnit};

/// Microseconds of a day, the unit of times and timestamps.
pub const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Storage of a field's values ("Storage" in a source node). Null exists in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Storage {
    /// Text; the empty string is not null. Arrow: `Utf8`.
    String,
    /// Whole numbers. Arrow: `Int64`.
    Integer,
    /// Double precision. Arrow: `Float64`; NaN becomes null.
    Real,
    /// Days since 1970-01-01. Arrow: `Date32`.
    Date,
    /// Time of day. Durations may be negative or exceed a day. Arrow: `Time64(Microsecond)`.
    Time,
    /// Date and time without a zone. Arrow: `Timestamp(Microsecond, None)`.
    Timestamp,
    /// Lists of values of one other storage. Arrow: `List`.
    List(ListOf),
}

/// Storage of a list's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListOf {
    /// Text.
    String,
    /// Whole numbers.
    Integer,
    /// Double precision.
    Real,
    /// Days.
    Date,
    /// Times of day.
    Time,
    /// Dates with times.
    Timestamp,
}

impl Storage {
    /// The Arrow type of a column of this storage.
    pub fn arrow(self) -> DataType {
        match self {
            Self::String => DataType::Utf8,
            Self::Integer => DataType::Int64,
            Self::Real => DataType::Float64,
            Self::Date => DataType::Date32,
            Self::Time => DataType::Time64(TimeUnit::Microsecond),
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::List(of) => DataType::List(Arc::new(Field::new_list_field(of.element().arrow(), true))),
        }
    }

    /// The storage of a column of this Arrow type, if it is one of ours.
    pub fn of_arrow(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Utf8 => Some(Self::String),
            DataType::Int64 => Some(Self::Integer),
            DataType::Float64 => Some(Self::Real),
            DataType::Date32 => Some(Self::Date),
            DataType::Time64(TimeUnit::Microsecond) => Some(Self::Time),
            DataType::Timestamp(TimeUnit::Microsecond, None) => Some(Self::Timestamp),
            DataType::List(element) => ListOf::of(Self::of_arrow(element.data_type())?).map(Self::List),
            _ => None,
        }
    }

    /// Converts a stream's storage, if a table can have it.
    pub fn of_stream(storage: &satsuma_stream::Storage) -> Option<Self> {
        Some(match storage {
            satsuma_stream::Storage::String => Self::String,
            satsuma_stream::Storage::Integer => Self::Integer,
            satsuma_stream::Storage::Real => Self::Real,
            satsuma_stream::Storage::Date => Self::Date,
            satsuma_stream::Storage::Time => Self::Time,
            satsuma_stream::Storage::Timestamp => Self::Timestamp,
            _ => return None,
        })
    }

    /// Modeler's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
            Self::List(_) => "list",
        }
    }

    /// Integer or real.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Real)
    }

    /// Date, time or timestamp.
    pub fn is_temporal(self) -> bool {
        matches!(self, Self::Date | Self::Time | Self::Timestamp)
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ListOf {
    /// The storage of the list's elements.
    pub fn element(self) -> Storage {
        match self {
            Self::String => Storage::String,
            Self::Integer => Storage::Integer,
            Self::Real => Storage::Real,
            Self::Date => Storage::Date,
            Self::Time => Storage::Time,
            Self::Timestamp => Storage::Timestamp,
        }
    }

    /// A list with these elements; `None` for lists of lists.
    pub fn of(element: Storage) -> Option<Self> {
        Some(match element {
            Storage::String => Self::String,
            Storage::Integer => Self::Integer,
            Storage::Real => Self::Real,
            Storage::Date => Self::Date,
            Storage::Time => Self::Time,
            Storage::Timestamp => Self::Timestamp,
            Storage::List(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_storage_is_found_by_its_arrow_type() {
        let plain = [
            Storage::String,
            Storage::Integer,
            Storage::Real,
            Storage::Date,
            Storage::Time,
            Storage::Timestamp,
        ];
        for storage in plain {
            assert_eq!(Storage::of_arrow(&storage.arrow()), Some(storage));
            let list = Storage::List(ListOf::of(storage).unwrap());
            assert_eq!(Storage::of_arrow(&list.arrow()), Some(list));
        }
    }
}
