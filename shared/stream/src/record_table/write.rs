//! Writes a record table.

use super::{MAGIC, ROWS_PER_OFFSET, RecordTable, RecordValues};
use crate::error::{ErrorKind, Result, StreamError};

pub(super) fn write(table: &RecordTable) -> Result<Vec<u8>> {
    let rows = table.rows();
    let mut out = MAGIC.to_vec();
    out.extend(u32::try_from(rows).map_err(unwritable)?.to_be_bytes());
    out.extend(u32::try_from(table.columns.len()).map_err(unwritable)?.to_be_bytes());
    for column in &table.columns {
        if column.values.len() != rows || !column.values.is_of(column.letter) {
            return Err(unwritable(format!("column {:?} does not fit its table or type", column.name)));
        }
        out.extend((column.letter as u16).to_be_bytes());
        push_text(&mut out, &column.name)?;
    }
    let mut offsets = Vec::new();
    for row in 0..rows {
        if row % ROWS_PER_OFFSET == 0 {
            offsets.push(out.len() as u64);
        }
        for eight in table.columns.chunks(8) {
            let bits = eight.iter().enumerate();
            let mask = bits.map(|(bit, column)| u8::from(column.values.is_null(row)) << (7 - bit));
            out.push(mask.fold(0, |mask, bit| mask | bit));
        }
        for column in &table.columns {
            column.values.push_to(&mut out, row)?;
        }
    }
    out.extend(offsets.into_iter().flat_map(u64::to_be_bytes));
    Ok(out)
}

fn push_text(out: &mut Vec<u8>, text: &str) -> Result<()> {
    out.extend(u16::try_from(text.len()).map_err(unwritable)?.to_be_bytes());
    out.extend(text.as_bytes());
    Ok(())
}

impl RecordValues {
    fn is_null(&self, row: usize) -> bool {
        fn null<T>(values: &[Option<T>], row: usize) -> bool {
            values.get(row).is_none_or(Option::is_none)
        }
        match self {
            RecordValues::Text(values) => null(values, row),
            RecordValues::Integer(values) => null(values, row),
            RecordValues::Long(values) => null(values, row),
            RecordValues::Real(values) => null(values, row),
            RecordValues::Byte(values) => null(values, row),
        }
    }

    /// Null values have the bytes of zero.
    fn push_to(&self, out: &mut Vec<u8>, row: usize) -> Result<()> {
        fn value<T: Clone + Default>(values: &[Option<T>], row: usize) -> T {
            values.get(row).cloned().flatten().unwrap_or_default()
        }
        match self {
            RecordValues::Text(values) => push_text(out, &value(values, row))?,
            RecordValues::Integer(values) => out.extend(value(values, row).to_be_bytes()),
            RecordValues::Long(values) => out.extend(value(values, row).to_be_bytes()),
            RecordValues::Real(values) => out.extend(value(values, row).to_be_bytes()),
            RecordValues::Byte(values) => out.push(value(values, row)),
        }
        Ok(())
    }
}

fn unwritable(error: impl std::fmt::Display) -> StreamError {
    ErrorKind::Write(error.to_string()).into()
}
