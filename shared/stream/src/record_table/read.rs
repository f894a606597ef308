//! Reads a record table.

use super::{MAGIC, RecordColumn, RecordTable, RecordValues, UNCOUNTED};
use crate::error::{ErrorKind, Result, StreamError};
use crate::fields::Fields;
use crate::limits::{Limits, check};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<RecordTable> {
    if !bytes.starts_with(&MAGIC) {
        return Err(damaged("it does not start as a record table", 0));
    }
    let mut fields = Fields::new(bytes, MAGIC.len());
    let (rows, columns) = (fields.u32()?, fields.u32()?);
    check("columns in a record table", columns.into(), limits.table_columns as u64)?;
    let columns = (0..columns).map(|_| column(&mut fields)).collect::<Result<Vec<_>>>()?;
    let mut table = RecordTable { columns };
    let mask_bytes = table.columns.len().div_ceil(8);
    let smallest: usize = table.columns.iter().map(|column| column.values.smallest()).sum();
    let left = bytes.len().saturating_sub(fields.position());
    // The remaining bytes limit the number of rows, so that no memory is allocated for more.
    let possible = left / (mask_bytes + smallest).max(1);
    let counted = rows != UNCOUNTED;
    if counted && rows as usize > possible {
        return Err(damaged("it is too short for the rows that it says it has", bytes.len()));
    }
    let rows = if counted { rows as usize } else { possible };
    let values = (rows as u64).saturating_mul(table.columns.len() as u64);
    check("values in a record table", values, limits.table_values as u64)?;
    for _ in 0..rows {
        if !counted && fields.position() >= bytes.len() {
            break;
        }
        let mask = fields.take(mask_bytes)?;
        for (position, column) in table.columns.iter_mut().enumerate() {
            let byte = mask.get(position / 8).copied().unwrap_or_default();
            let is_null = byte >> (7 - position % 8) & 1 == 1;
            column.values.push(&mut fields, is_null)?;
        }
    }
    Ok(table)
}

fn column(fields: &mut Fields<'_>) -> Result<RecordColumn> {
    let start = fields.position();
    let letter = char::from_u32(fields.u16()?.into()).unwrap_or(char::REPLACEMENT_CHARACTER);
    let name = text(fields)?;
    let values = match letter {
        'A' => RecordValues::Text(Vec::new()),
        'I' => RecordValues::Integer(Vec::new()),
        'J' | 'T' => RecordValues::Long(Vec::new()),
        'D' => RecordValues::Real(Vec::new()),
        'Z' => RecordValues::Byte(Vec::new()),
        other => return Err(damaged(&format!("column {name:?} is of unknown type {other:?}"), start)),
    };
    Ok(RecordColumn { name, letter, values })
}

fn text(fields: &mut Fields<'_>) -> Result<String> {
    let start = fields.position();
    let length = fields.u16()?;
    let text = std::str::from_utf8(fields.take(length.into())?);
    Ok(text.map_err(|_| damaged("a text is not UTF-8", start))?.to_owned())
}

impl RecordValues {
    /// The smallest size of a value in bytes.
    fn smallest(&self) -> usize {
        match self {
            RecordValues::Text(_) => 2,
            RecordValues::Integer(_) => 4,
            RecordValues::Long(_) | RecordValues::Real(_) => 8,
            RecordValues::Byte(_) => 1,
        }
    }

    /// Reads the next value. Null values have bytes, too.
    fn push(&mut self, fields: &mut Fields<'_>, is_null: bool) -> Result<()> {
        fn unless<T>(is_null: bool, value: T) -> Option<T> {
            (!is_null).then_some(value)
        }
        match self {
            RecordValues::Text(values) => values.push(unless(is_null, text(fields)?)),
            RecordValues::Integer(values) => {
                values.push(unless(is_null, fields.array().map(i32::from_be_bytes)?));
            }
            RecordValues::Long(values) => {
                values.push(unless(is_null, fields.array().map(i64::from_be_bytes)?));
            }
            RecordValues::Real(values) => {
                values.push(unless(is_null, fields.array().map(f64::from_be_bytes)?));
            }
            RecordValues::Byte(values) => {
                values.push(unless(is_null, fields.array().map(u8::from_be_bytes)?));
            }
        }
        Ok(())
    }
}

fn damaged(what: &str, offset: usize) -> StreamError {
    StreamError::new(ErrorKind::Container(what.to_owned())).at_offset(offset)
}
