//! Binary record tables: the data of saved outputs and of the charts of auto nuggets.
//!
//! The format: a magic number, the numbers of rows and columns, a type letter and a name for each column, the
//! rows, and the offset of every 256th row. Each row begins with a bit mask of its null values. All numbers
//! are big-endian.

mod read;
mod write;

use crate::error::Result;
use crate::limits::Limits;

const MAGIC: [u8; 4] = [0x2E, 0x7E, 0xA3, 0x4F];
/// The trailer has the offset of every 256th row.
const ROWS_PER_OFFSET: usize = 256;
/// A number of rows that means an unknown number.
const UNCOUNTED: u32 = u32::MAX;

/// A table of records, by column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecordTable {
    /// The columns, all of the same length.
    pub columns: Vec<RecordColumn>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordColumn {
    /// Its name.
    pub name: String,
    /// Its type letter: `A`, `D`, `I`, `J`, `T` or `Z`.
    pub letter: char,
    /// Its values; `None` is null.
    pub values: RecordValues,
}

/// Values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordValues {
    /// `A`: text.
    Text(Vec<Option<String>>),
    /// `I`: 32-bit whole numbers.
    Integer(Vec<Option<i32>>),
    /// `J`, and `T` for times: 64-bit whole numbers.
    Long(Vec<Option<i64>>),
    /// `D`: real numbers.
    Real(Vec<Option<f64>>),
    /// `Z`: true or false, as a byte.
    Byte(Vec<Option<u8>>),
}

impl RecordTable {
    /// Whether the bytes begin like a table.
    pub fn is_table(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC)
    }

    /// Reads a table.
    ///
    /// # Errors
    /// [`ErrorKind::RecordTable`](crate::ErrorKind::RecordTable), with the byte, if it is damaged;
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit).
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self> {
        read::read(bytes, limits).map_err(crate::StreamError::in_record_table)
    }

    /// The table as bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Write`](crate::ErrorKind::Write) if columns differ in length, a type letter does not
    /// match the values, or something is too long for the format.
    pub fn write(&self) -> Result<Vec<u8>> {
        write::write(self)
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&RecordColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl RecordValues {
    /// The number of values.
    pub fn len(&self) -> usize {
        match self {
            RecordValues::Text(values) => values.len(),
            RecordValues::Integer(values) => values.len(),
            RecordValues::Long(values) => values.len(),
            RecordValues::Real(values) => values.len(),
            RecordValues::Byte(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether these values have this type letter.
    fn is_of(&self, letter: char) -> bool {
        match self {
            RecordValues::Text(_) => letter == 'A',
            RecordValues::Integer(_) => letter == 'I',
            RecordValues::Long(_) => matches!(letter, 'J' | 'T'),
            RecordValues::Real(_) => letter == 'D',
            RecordValues::Byte(_) => letter == 'Z',
        }
    }
}

#[cfg(test)]
mod tests;
