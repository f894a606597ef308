//! Fields to columns.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Date32Builder, Float64Builder, Int64Builder, StringBuilder, Time64MicrosecondBuilder,
    TimestampMicrosecondBuilder, new_null_array,
};

use super::block::Block;
use super::dialect::{Decimal, Trim};
use satsuma_columns::Storage;
use satsuma_engine::DataFault;

/// How Modeler writes a null, and therefore how one may come back.
pub(crate) const NULL_TEXT: &str = "$null$";

/// A block of records whose text has been checked.
pub(super) struct Fields<'a> {
    text: &'a str,
    block: &'a Block,
    width: usize,
}

impl<'a> Fields<'a> {
    /// The splitter copies whole characters of valid text, so that the check fails only for a fault of its own.
    pub(super) fn new(block: &'a Block, width: usize) -> Result<Self, DataFault> {
        let text = std::str::from_utf8(&block.text);
        let text = text.map_err(|_| DataFault::NotText { encoding: "UTF-8" })?;
        Ok(Self { text, block, width: width.max(1) })
    }

    /// The field `column` of every record, and whether it had quotation marks.
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = (&'a str, bool)> + use<'a> {
        let (text, ends) = (self.text, self.block.ends.as_slice());
        (column..ends.len()).step_by(self.width).map(move |at| {
            let start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |field| field.end);
            let Some(field) = ends.get(at) else { return ("", false) };
            (text.get(start..field.end).unwrap_or_default(), field.quoted)
        })
    }
}

/// What a column is made with.
pub(super) struct Conversion<'a> {
    pub(super) name: &'a str,
    pub(super) storage: Storage,
    pub(super) decimal: Decimal,
    pub(super) trim: Trim,
}

impl Conversion<'_> {
    /// Makes the column; values that do not convert are null, and their number is given back.
    pub(super) fn column(&self, fields: &Fields<'_>, column: usize) -> Result<(ArrayRef, u64), DataFault> {
        let rows = fields.block.rows;
        let values = fields.column(column).map(|(text, _)| text);
        let mut bad = 0;
        let array: ArrayRef = match self.storage {
            // The node refuses lists before.
            Storage::List(_) => new_null_array(&self.storage.arrow(), rows),
            Storage::String => {
                let mut builder = StringBuilder::with_capacity(rows, rows * 8);
                values.for_each(|text| builder.append_value(self.trim.apply(text)));
                Arc::new(builder.finish())
            }
            Storage::Integer => {
                let mut builder = Int64Builder::with_capacity(rows);
                values.for_each(|text| {
                    builder.append_option(number(text, &mut bad, |text| integer(text, self.decimal)))
                });
                Arc::new(builder.finish())
            }
            Storage::Real => {
                let mut builder = Float64Builder::with_capacity(rows);
                values.for_each(|text| {
                    builder.append_option(number(text, &mut bad, |text| real(text, self.decimal)))
                });
                Arc::new(builder.finish())
            }
            Storage::Date => {
                let mut builder = Date32Builder::with_capacity(rows);
                for text in values {
                    builder.append_option(self.calendar(text, fields, date, "YYYY-MM-DD")?);
                }
                Arc::new(builder.finish())
            }
            Storage::Time => {
                let mut builder = Time64MicrosecondBuilder::with_capacity(rows);
                for text in values {
                    builder.append_option(self.calendar(text, fields, time, "hh:mm:ss")?);
                }
                Arc::new(builder.finish())
            }
            Storage::Timestamp => {
                let mut builder = TimestampMicrosecondBuilder::with_capacity(rows);
                for text in values {
                    builder.append_option(self.calendar(text, fields, timestamp, "YYYY-MM-DD hh:mm:ss")?);
                }
                Arc::new(builder.finish())
            }
        };
        Ok((array, bad))
    }

    /// A date or time. Which form the stream's format codes mean is not known for certain, so any other
    /// form than the unmistakable one is an error rather than a null.
    fn calendar<T>(
        &self,
        text: &str,
        fields: &Fields<'_>,
        parse: impl Fn(&str) -> Option<T>,
        form: &'static str,
    ) -> Result<Option<T>, DataFault> {
        const SHOWN: usize = 40;
        let text = text.trim();
        if text.is_empty() || text == NULL_TEXT {
            return Ok(None);
        }
        parse(text).map(Some).ok_or_else(|| DataFault::NotADate {
            line: fields.block.line,
            field: self.name.to_owned(),
            value: text.chars().take(SHOWN).collect(),
            form,
        })
    }
}

fn number<T>(text: &str, bad: &mut u64, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    let text = text.trim();
    if text.is_empty() || text == NULL_TEXT {
        return None;
    }
    let value = parse(text);
    *bad += u64::from(value.is_none());
    value
}

/// A whole number; `23.0` is one too.
pub(super) fn integer(text: &str, decimal: Decimal) -> Option<i64> {
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
    let value = real(text, decimal)?;
    (value.fract() == 0.0 && value.abs() <= LARGEST_EXACT).then_some(value as i64)
}

/// A finite number.
pub(super) fn real(text: &str, decimal: Decimal) -> Option<f64> {
    const LONGEST: usize = 64;
    // "inf" and "nan" are words, not numbers.
    let starts_like_one = text
        .bytes()
        .find(|byte| !matches!(byte, b'+' | b'-'))
        .is_some_and(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',');
    if !starts_like_one {
        return None;
    }
    let value: f64 = match decimal {
        Decimal::Period => text.parse().ok()?,
        Decimal::Comma => {
            let mut buffer = [0; LONGEST];
            let digits = buffer.get_mut(..text.len())?;
            for (to, from) in digits.iter_mut().zip(text.bytes()) {
                *to = match from {
                    b',' => b'.',
                    b'.' => return None,
                    other => other,
                };
            }
            std::str::from_utf8(digits).ok()?.parse().ok()?
        }
    };
    value.is_finite().then_some(value)
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Option<i32> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let (year, month, day): (i64, i64, i64) = (digits(year)?, digits(month)?, digits(day)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Days from civil, H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March.
    let march_year = if month <= 2 { year - 1 } else { year };
    let era = march_year.div_euclid(400);
    let year_of_era = march_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).ok()
}

/// Microseconds since midnight of `hh:mm:ss`.
pub(super) fn time(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (digits(parts.next()?)?, digits(parts.next()?)?, digits(parts.next()?)?);
    let valid = parts.next().is_none() && hours < 24 && minutes < 60 && seconds < 60;
    valid.then_some(((hours * 60 + minutes) * 60 + seconds) * 1_000_000)
}

/// Microseconds since 1970-01-01 00:00:00 of `YYYY-MM-DD hh:mm:ss`.
pub(super) fn timestamp(text: &str) -> Option<i64> {
    let (day, clock) = text.split_once([' ', 'T'])?;
    Some(i64::from(date(day)?) * 86_400_000_000 + time(clock.trim())?)
}

fn digits(text: &str) -> Option<i64> {
    let valid = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}
