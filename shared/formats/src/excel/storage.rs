//! Storages of columns, and their Arrow arrays.
//!
//! IBM, "Excel Source Node": storage is determined automatically; numbers are continuous and strings nominal;
//! cells of the format Text are strings. Type tables of real streams show more: all numbers are real,
//! including whole ones. A column of numbers and strings in the scanned rows is a string field, with numbers
//! as Excel displays them and dates as their serial numbers. A column without any value is real.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    Date32Builder, Float64Builder, StringBuilder, Time64MicrosecondBuilder, TimestampMicrosecondBuilder,
};
use satsuma_columns::Storage;

use super::cell::{Cell, CellValue, Row};
use super::number_format::NumberFormat;
use super::serial::{self, Epoch};

/// Contents of a column in the scanned rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    text: bool,
    number: bool,
    date: bool,
    time: bool,
    timestamp: bool,
}

impl Seen {
    pub(super) fn add(&mut self, cell: &Cell) {
        match (&cell.value, cell.format) {
            (CellValue::Empty | CellValue::Error, _) => {}
            (CellValue::Text(_) | CellValue::Boolean(_), _) | (_, NumberFormat::Text) => self.text = true,
            (CellValue::Number(_), NumberFormat::Number) => self.number = true,
            (CellValue::Number(_), NumberFormat::Date) => self.date = true,
            (CellValue::Number(_), NumberFormat::Time) => self.time = true,
            (CellValue::Number(_), NumberFormat::Timestamp) => self.timestamp = true,
        }
    }

    pub(super) fn storage(self) -> Storage {
        match self {
            Self { text: true, .. } => Storage::String,
            Self { number: true, .. } => Storage::Real,
            Self { date: true, time: false, timestamp: false, .. } => Storage::Date,
            Self { date: false, time: true, timestamp: false, .. } => Storage::Time,
            Self { date: false, time: false, timestamp: false, .. } => Storage::Real,
            _ => Storage::Timestamp,
        }
    }
}

/// A column that grows row by row.
pub(super) enum Column {
    String(StringBuilder),
    Real(Float64Builder),
    Date(Date32Builder),
    Time(Time64MicrosecondBuilder),
    Timestamp(TimestampMicrosecondBuilder),
}

impl Column {
    /// An empty column. It allocates nothing, because files may claim thousands of columns.
    pub(super) fn new(storage: Storage) -> Self {
        match storage {
            Storage::String => Self::String(StringBuilder::with_capacity(0, 0)),
            Storage::Date => Self::Date(Date32Builder::with_capacity(0)),
            Storage::Time => Self::Time(Time64MicrosecondBuilder::with_capacity(0)),
            Storage::Timestamp => Self::Timestamp(TimestampMicrosecondBuilder::with_capacity(0)),
            _ => Self::Real(Float64Builder::with_capacity(0)),
        }
    }

    /// Appends the value of a cell. A value of another storage becomes null, by IBM's page for strings among
    /// numbers.
    pub(super) fn append(&mut self, row: &Row, cell: Option<&Cell>, epoch: Epoch) {
        let value = cell.map_or(&CellValue::Empty, |cell| &cell.value);
        let number = if let CellValue::Number(number) = value { Some(*number) } else { None };
        match self {
            Self::String(column) => match value {
                CellValue::Empty | CellValue::Error => column.append_null(),
                CellValue::Text(range) => column.append_value(row.text(range)),
                value => column.append_value(shown(value)),
            },
            Self::Real(column) => column.append_option(number),
            Self::Date(column) => column.append_option(number.and_then(|number| epoch.date(number))),
            Self::Time(column) => column.append_option(number.and_then(serial::time)),
            Self::Timestamp(column) => {
                column.append_option(number.and_then(|number| epoch.timestamp(number)))
            }
        }
    }

    /// The column since the last call.
    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::String(column) => Arc::new(column.finish()),
            Self::Real(column) => Arc::new(column.finish()),
            Self::Date(column) => Arc::new(column.finish()),
            Self::Time(column) => Arc::new(column.finish()),
            Self::Timestamp(column) => Arc::new(column.finish()),
        }
    }
}

/// A number or a truth value as Excel shows it without a format.
pub(super) fn shown(value: &CellValue) -> String {
    match value {
        CellValue::Number(number) => number.to_string(),
        CellValue::Boolean(true) => "TRUE".to_owned(),
        CellValue::Boolean(false) => "FALSE".to_owned(),
        CellValue::Empty | CellValue::Error | CellValue::Text(_) => String::new(),
    }
}
