//! Temporary storage of cases, until the lengths of strings and the number of cases are known.

use std::io::{BufReader, Read, Seek, SeekFrom, Write};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
};
use arrow_array::{Array, RecordBatch};
use satsuma_columns::{DataModel, Storage};

use super::format;
use super::raw::SYSMIS;
use super::variable::MAX_STRING;
use crate::error::FormatError;

/// The length that means a null string.
pub(super) const NULL_LENGTH: u32 = u32::MAX;

/// Cases in a temporary store.
pub(super) struct Spool<S> {
    store: S,
    buffer: Vec<u8>,
    pub(super) cases: u64,
    pub(super) strings: Vec<Strings>,
}

/// Properties of a field's strings so far; unused for other storages.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Strings {
    /// Bytes of the longest.
    pub(super) longest: usize,
    pub(super) any_null: bool,
}

impl<S: Read + Write + Seek> Spool<S> {
    pub(super) fn new(store: S, fields: usize) -> Self {
        Self { store, buffer: Vec::new(), cases: 0, strings: vec![Strings::default(); fields] }
    }

    /// Adds the rows of a batch whose columns have the storages of the model.
    pub(super) fn add(&mut self, batch: &RecordBatch, model: &DataModel) -> Result<(), FormatError> {
        let columns = model.fields().iter().zip(batch.columns());
        let columns = columns.map(|(field, column)| {
            let column = Column::of(column, field.storage);
            column.ok_or_else(|| {
                FormatError::Batch(format!("the column of {:?} is no {}", field.name, field.storage))
            })
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            self.buffer.clear();
            for ((column, strings), field) in columns.iter().zip(&mut self.strings).zip(model.fields()) {
                column.push(row, &mut self.buffer, strings).map_err(|problem| {
                    FormatError::Unwritable(format!(
                        "{problem} in the field {:?} cannot be written to a SAV file",
                        field.name
                    ))
                })?;
            }
            self.store.write_all(&self.buffer)?;
        }
        self.cases += batch.num_rows() as u64;
        Ok(())
    }

    /// All cases from the first on.
    pub(super) fn replay(mut self) -> Result<Replay<S>, FormatError> {
        self.store.flush()?;
        self.store.seek(SeekFrom::Start(0))?;
        Ok(Replay { store: BufReader::with_capacity(1 << 16, self.store) })
    }
}

/// Values of a spool, in the order in which they were added.
pub(super) struct Replay<S: Read> {
    store: BufReader<S>,
}

impl<S: Read> Replay<S> {
    pub(super) fn number(&mut self) -> Result<f64, FormatError> {
        let mut bytes = [0; 8];
        self.store.read_exact(&mut bytes)?;
        Ok(f64::from_le_bytes(bytes))
    }

    /// The next string in `text`; false for null.
    pub(super) fn string(&mut self, text: &mut Vec<u8>) -> Result<bool, FormatError> {
        let mut length = [0; 4];
        self.store.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        text.clear();
        if length == NULL_LENGTH {
            return Ok(false);
        }
        text.resize(length as usize, 0);
        self.store.read_exact(text)?;
        Ok(true)
    }
}

/// A column of a batch.
enum Column<'a> {
    String(&'a arrow_array::StringArray),
    Integer(&'a arrow_array::Int64Array),
    Real(&'a arrow_array::Float64Array),
    Date(&'a arrow_array::Date32Array),
    Time(&'a arrow_array::Time64MicrosecondArray),
    Timestamp(&'a arrow_array::TimestampMicrosecondArray),
}

impl<'a> Column<'a> {
    fn of(column: &'a dyn Array, storage: Storage) -> Option<Self> {
        Some(match storage {
            Storage::String => Self::String(column.as_string_opt()?),
            Storage::Integer => Self::Integer(column.as_primitive_opt::<Int64Type>()?),
            Storage::Real => Self::Real(column.as_primitive_opt::<Float64Type>()?),
            Storage::Date => Self::Date(column.as_primitive_opt::<Date32Type>()?),
            Storage::Time => Self::Time(column.as_primitive_opt::<Time64MicrosecondType>()?),
            Storage::Timestamp => Self::Timestamp(column.as_primitive_opt::<TimestampMicrosecondType>()?),
            Storage::List(_) => return None,
        })
    }

    /// Appends a value to its row. `Err` describes a value that the format cannot hold.
    fn push(&self, row: usize, out: &mut Vec<u8>, strings: &mut Strings) -> Result<(), String> {
        let number = match self {
            Self::String(column) if column.is_null(row) => {
                strings.any_null = true;
                out.extend(NULL_LENGTH.to_le_bytes());
                return Ok(());
            }
            Self::String(column) => {
                let text = column.value(row);
                if text.len() > MAX_STRING {
                    return Err(format!("a string of {} bytes, {MAX_STRING} is the most,", text.len()));
                }
                strings.longest = strings.longest.max(text.len());
                out.extend((text.len() as u32).to_le_bytes());
                out.extend(text.as_bytes());
                return Ok(());
            }
            Self::Integer(column) => column.is_valid(row).then(|| column.value(row) as f64),
            Self::Real(column) => column.is_valid(row).then(|| column.value(row)),
            Self::Date(column) => column.is_valid(row).then(|| format::seconds_of_date(column.value(row))),
            Self::Time(column) => column.is_valid(row).then(|| format::seconds_of_time(column.value(row))),
            Self::Timestamp(column) => {
                column.is_valid(row).then(|| format::seconds_of_timestamp(column.value(row)))
            }
        };
        out.extend(number.filter(|number| !number.is_nan()).unwrap_or(SYSMIS).to_le_bytes());
        Ok(())
    }
}
