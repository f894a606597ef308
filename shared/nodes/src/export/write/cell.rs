//! One value as text.

use std::io::Write as _;

use datafusion::arrow::array::{Array, AsArray, Float64Array, Int64Array, PrimitiveArray, StringArray};
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, Date32Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
};

use super::layout::{Layout, Quoting};
use crate::sources::delimited::Decimal;
use satsuma_columns::Storage;

/// How Modeler writes the system-missing value.
const NULL: &[u8] = b"$null$";

/// A column, its type found once a batch.
pub(super) enum Column<'a> {
    Text(&'a StringArray),
    Integer(&'a Int64Array),
    Real(&'a Float64Array),
    Date(&'a PrimitiveArray<Date32Type>),
    Time(&'a PrimitiveArray<Time64MicrosecondType>),
    Timestamp(&'a PrimitiveArray<TimestampMicrosecondType>),
}

impl<'a> Column<'a> {
    /// The column, if it is of one of our storages.
    pub(super) fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match Storage::of_arrow(array.data_type())? {
            Storage::String => Self::Text(array.as_string_opt::<i32>()?),
            Storage::Integer => Self::Integer(array.as_primitive_opt::<Int64Type>()?),
            Storage::Real => Self::Real(array.as_primitive_opt::<Float64Type>()?),
            Storage::Date => Self::Date(array.as_primitive_opt()?),
            Storage::Time => Self::Time(array.as_primitive_opt()?),
            Storage::Timestamp => Self::Timestamp(array.as_primitive_opt()?),
            Storage::List(_) => return None,
        })
    }

    /// Writes the value of one row. Writing to memory does not fail.
    pub(super) fn write(&self, row: usize, layout: &Layout, out: &mut Vec<u8>) {
        match self {
            Self::Text(values) if values.is_valid(row) => text(values.value(row), layout, out),
            Self::Integer(values) => primitive(values, row, out, |value, out| drop(write!(out, "{value}"))),
            Self::Real(values) => primitive(values, row, out, |value, out| real(value, layout.decimal, out)),
            Self::Date(values) => primitive(values, row, out, |days, out| date(i64::from(days), out)),
            Self::Time(values) => primitive(values, row, out, clock),
            Self::Timestamp(values) => primitive(values, row, out, |micros, out| {
                date(micros.div_euclid(DAY), out);
                out.push(b' ');
                clock(micros.rem_euclid(DAY), out);
            }),
            Self::Text(_) => out.extend_from_slice(NULL),
        }
    }
}

const DAY: i64 = 86_400_000_000;

fn primitive<T: ArrowPrimitiveType>(
    values: &PrimitiveArray<T>,
    row: usize,
    out: &mut Vec<u8>,
    write: impl Fn(T::Native, &mut Vec<u8>),
) {
    if values.is_valid(row) {
        write(values.value(row), out);
    } else {
        out.extend_from_slice(NULL);
    }
}

/// Text, with quotation marks as the layout wants them.
pub(super) fn text(value: &str, layout: &Layout, out: &mut Vec<u8>) {
    let mark = match &layout.quoting {
        Quoting::Never => "",
        Quoting::Text(mark) => mark,
        Quoting::WhereNeeded if needs_quotes(value, layout) => "\"",
        Quoting::WhereNeeded => "",
    };
    out.extend_from_slice(mark.as_bytes());
    if mark.is_empty() || !value.contains(mark) {
        out.extend_from_slice(value.as_bytes());
    } else {
        for (at, part) in value.split(mark).enumerate() {
            if at > 0 {
                out.extend_from_slice(mark.as_bytes());
                out.extend_from_slice(mark.as_bytes());
            }
            out.extend_from_slice(part.as_bytes());
        }
    }
    out.extend_from_slice(mark.as_bytes());
}

fn needs_quotes(value: &str, layout: &Layout) -> bool {
    let separated = match layout.separator.as_bytes() {
        &[separator] => value.bytes().any(|byte| byte == separator),
        _ => value.contains(layout.separator.as_str()),
    };
    separated || value.bytes().any(|byte| matches!(byte, b'"' | b'\n' | b'\r')) || value.as_bytes() == NULL
}

/// The shortest digits that read back as the same double, so that published digits come out as published.
fn real(value: f64, decimal: Decimal, out: &mut Vec<u8>) {
    let start = out.len();
    drop(write!(out, "{value:?}"));
    if decimal == Decimal::Comma
        && let Some(point) = out.iter_mut().skip(start).find(|byte| **byte == b'.')
    {
        *point = b',';
    }
}

/// `YYYY-MM-DD` (civil from days, H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn date(days: i64, out: &mut Vec<u8>) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    drop(write!(out, "{year:04}-{month:02}-{day:02}"));
}

/// `hh:mm:ss`, with a fraction where there is one.
fn clock(micros: i64, out: &mut Vec<u8>) {
    let seconds = micros / 1_000_000;
    drop(write!(out, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60));
    if micros % 1_000_000 != 0 {
        drop(write!(out, ".{:06}", micros % 1_000_000));
    }
}
