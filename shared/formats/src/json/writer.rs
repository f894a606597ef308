//! Writing JSON records.

use std::io::Write;

use arrow_array::RecordBatch;
use satsuma_columns::{DataModel, MICROS_PER_DAY, Scalar, date};

use super::JsonFormat;
use crate::error::FormatError;

/// A writer of JSON files. IBM, "JSON Export Node".
///
/// Dates and times are texts of ISO 8601, because JSON has none. Nulls are `null`.
pub struct JsonWriter<W> {
    out: W,
    /// Field names as JSON texts.
    names: Vec<String>,
    format: JsonFormat,
    buffer: String,
    any: bool,
}

impl<W: Write> JsonWriter<W> {
    /// A writer for records of a data model.
    ///
    /// # Errors
    /// If the output fails.
    pub fn new(model: &DataModel, mut out: W, format: JsonFormat) -> Result<Self, FormatError> {
        out.write_all(b"[")?;
        let names = model.names().map(quoted).collect();
        Ok(Self { out, names, format, buffer: String::new(), any: false })
    }

    /// Adds records.
    ///
    /// # Errors
    /// If columns are not those of the model, or the output fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        if batch.num_columns() != self.names.len() {
            let problem = format!("{} columns for {} fields", batch.num_columns(), self.names.len());
            return Err(FormatError::Batch(problem));
        }
        let (open, close) = match self.format {
            JsonFormat::Records => ('{', '}'),
            JsonFormat::Values => ('[', ']'),
        };
        for row in 0..batch.num_rows() {
            self.buffer.clear();
            self.buffer.push_str(if self.any { ",\n" } else { "" });
            self.any = true;
            for (at, (name, column)) in self.names.iter().zip(batch.columns()).enumerate() {
                self.buffer.push(if at == 0 { open } else { ',' });
                if self.format == JsonFormat::Records {
                    self.buffer.push_str(name);
                    self.buffer.push(':');
                }
                self.buffer.push_str(&json(&Scalar::at(column, row)));
            }
            self.buffer.push(close);
            self.out.write_all(self.buffer.as_bytes())?;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// If the output fails.
    pub fn finish(mut self) -> Result<W, FormatError> {
        self.out.write_all(b"]\n")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn json(value: &Scalar) -> String {
    match value {
        Scalar::Null => "null".to_owned(),
        Scalar::String(text) => quoted(text),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Real(number) if number.is_finite() => format!("{number:?}"),
        Scalar::Real(_) => "null".to_owned(),
        Scalar::Date(days) => format!("\"{}\"", date::print_iso_date(*days)),
        Scalar::Time(micros) => format!("\"{}\"", iso_time(*micros)),
        Scalar::Timestamp(micros) => {
            let day = i32::try_from(micros.div_euclid(MICROS_PER_DAY)).unwrap_or_default();
            format!("\"{}T{}\"", date::print_iso_date(day), iso_time(micros.rem_euclid(MICROS_PER_DAY)))
        }
    }
}

/// `hh:mm:ss`, with microseconds where there are any.
fn iso_time(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let (seconds, rest) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    let fraction = if rest == 0 { String::new() } else { format!(".{rest:06}") };
    format!("{sign}{:02}:{:02}:{:02}{fraction}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
