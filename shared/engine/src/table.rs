//! A table on its way through the stream: a query plan, and what Modeler knows about its fields.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::Column;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::Expr;

use crate::error::{DataFault, EngineError, NodeRef};

/// How a value is kept ("Storage" in a source node).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Storage {
    /// Text; the empty string is not null.
    String,
    /// 64-bit integer.
    Integer,
    /// Double precision.
    Real,
    /// Days.
    Date,
    /// Time of day.
    Time,
    /// Date and time.
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
            _ => None,
        }
    }

    /// Modeler's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
        }
    }
}
