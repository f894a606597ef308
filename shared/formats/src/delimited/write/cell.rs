//! Formats one value as text.

use std::io::Write as _;

use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
};
use arrow_array::{Array, Float64Array, Int64Array, PrimitiveArray, StringArray};
use satsuma_columns::date::date_of;
use satsuma_columns::{MICROS_PER_DAY, Storage};

use super::layout::{Layout, Quoting};
use super::real::real;
use crate::text::NULL_TEXT;

/// A column, with its type determined once per batch.
pub(super) enum Column<'a> {
    Text(&'a StringArray),
    Integer(&'a Int64Array),
    Real(&'a Float64Array),
    Date(&'a PrimitiveArray<Date32Type>),
    Time(&'a PrimitiveArray<Time64MicrosecondType>),
    Timestamp(&'a PrimitiveArray<TimestampMicrosecondType>),
}

impl<'a> Column<'a> {
    /// The column, if delimited text supports its storage.
    pub(super) fn of(array: &'a dyn Array) -> Option<Self> {
        let any = array.as_any();
        Some(match Storage::of_arrow(array.data_type())? {
            Storage::String => Self::Text(any.downcast_ref()?),
            Storage::Integer => Self::Integer(any.downcast_ref::<PrimitiveArray<Int64Type>>()?),
            Storage::Real => Self::Real(any.downcast_ref::<PrimitiveArray<Float64Type>>()?),
            Storage::Date => Self::Date(any.downcast_ref()?),
            Storage::Time => Self::Time(any.downcast_ref()?),
            Storage::Timestamp => Self::Timestamp(any.downcast_ref()?),
            Storage::List(_) => return None,
        })
    }

    /// Writes the value of one row. Writing to memory does not fail.
    #[inline]
    pub(super) fn write(&self, row: usize, layout: &Layout, out: &mut Vec<u8>) {
        match self {
            Self::Text(values) if values.is_valid(row) => text(values.value(row), layout, out),
            Self::Integer(values) => primitive(values, row, out, integer),
            Self::Real(values) => {
                primitive(values, row, out, |value, out| real(value, layout.decimal, layout.decimals, out));
            }
            Self::Date(values) => primitive(values, row, out, date),
            Self::Time(values) => primitive(values, row, out, clock),
            Self::Timestamp(values) => primitive(values, row, out, |micros, out| {
                // Microseconds in 64 bits are fewer days than 32 bits can count.
                date(micros.div_euclid(MICROS_PER_DAY) as i32, out);
                out.push(b' ');
                clock(micros.rem_euclid(MICROS_PER_DAY), out);
            }),
            Self::Text(_) => out.extend_from_slice(NULL_TEXT.as_bytes()),
        }
    }
}

#[inline]
fn primitive<T: ArrowPrimitiveType>(
    values: &PrimitiveArray<T>,
    row: usize,
    out: &mut Vec<u8>,
    write: impl Fn(T::Native, &mut Vec<u8>),
) {
    if values.is_valid(row) {
        write(values.value(row), out);
    } else {
        out.extend_from_slice(NULL_TEXT.as_bytes());
    }
}

fn integer(value: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Text, quoted by the layout.
pub(super) fn text(value: &str, layout: &Layout, out: &mut Vec<u8>) {
    let mark = match &layout.quoting {
        Quoting::Never => "",
        Quoting::Text(mark) => mark,
        Quoting::WhereNeeded if needs_quotes(value, layout) => "\"",
        Quoting::WhereNeeded => "",
    };
    if mark.is_empty() {
        out.extend_from_slice(value.as_bytes());
        return;
    }
    out.extend_from_slice(mark.as_bytes());
    if !value.contains(mark) {
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
    let is_mark = |byte: u8| matches!(byte, b'"' | b'\n' | b'\r');
    let is_misread = match layout.separator.as_bytes() {
        // One comparison per byte, which compilers vectorize.
        &[separator] => value.bytes().fold(false, |found, byte| found | (byte == separator) | is_mark(byte)),
        _ => value.contains(layout.separator.as_str()) || value.bytes().any(is_mark),
    };
    is_misread || value == NULL_TEXT
}

/// `YYYY-MM-DD`
fn date(days: i32, out: &mut Vec<u8>) {
    let (year, month, day) = date_of(days);
    match u32::try_from(year) {
        Ok(year @ 0..10_000) => {
            two_digits(year / 100, out);
            two_digits(year % 100, out);
        }
        _ => drop(write!(out, "{year:04}")),
    }
    out.push(b'-');
    two_digits(month, out);
    out.push(b'-');
    two_digits(day, out);
}

/// `hh:mm:ss`, with a fraction where there is one.
fn clock(micros: i64, out: &mut Vec<u8>) {
    let seconds = micros / 1_000_000;
    let fraction = micros % 1_000_000;
    match u32::try_from(seconds) {
        Ok(seconds @ 0..360_000) if micros >= 0 => {
            two_digits(seconds / 3_600, out);
            out.push(b':');
            two_digits(seconds / 60 % 60, out);
            out.push(b':');
            two_digits(seconds % 60, out);
        }
        // A negative duration, or one of at least a hundred hours.
        _ => drop(write!(out, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)),
    }
    if fraction != 0 {
        drop(write!(out, ".{fraction:06}"));
    }
}

fn two_digits(value: u32, out: &mut Vec<u8>) {
    out.push(b'0' + (value / 10 % 10) as u8);
    out.push(b'0' + (value % 10) as u8);
}
