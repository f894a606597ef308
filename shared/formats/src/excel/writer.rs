//! Writing a worksheet.

use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

use arrow_array::RecordBatch;
use satsuma_columns::{DataModel, Scalar, Storage};

use super::options::ExcelWriteOptions;
use super::range::{CellPlace, column_name};
use super::serial::{Epoch, serial_of_time};
use super::template;
use super::{MAX_COLUMNS, MAX_ROWS};
use crate::error::{FormatError, check_limit};

/// Characters of a cell, counted as UTF-16 has them.
const MAX_CELL_CHARACTERS: usize = 32_767;
/// Characters of a sheet name.
const MAX_SHEET_NAME: usize = 31;

/// A writer of `.xlsx` workbooks with one worksheet, in Modeler's layout.
///
/// Rows go to a temporary store first, because the extent of a sheet precedes its rows; memory contains one
/// row.
pub struct ExcelWriter<S: Write> {
    model: DataModel,
    options: ExcelWriteOptions,
    store: BufWriter<S>,
    next_row: u32,
    buffer: String,
}

impl<S: Read + Write + Seek> ExcelWriter<S> {
    /// A writer for records of a data model. `store` is empty and gets the XML of the rows.
    ///
    /// # Errors
    /// If a field is a list, there are too many fields, or the sheet name is not allowed.
    pub fn new(model: &DataModel, store: S, options: ExcelWriteOptions) -> Result<Self, FormatError> {
        let name = &options.sheet_name;
        let is_allowed = !name.is_empty()
            && name.encode_utf16().count() <= MAX_SHEET_NAME
            && !name.contains([':', '\\', '/', '?', '*', '[', ']'])
            && !name.starts_with('\'')
            && !name.ends_with('\'');
        if !is_allowed {
            return Err(FormatError::Setting(format!("{name:?} is not a name of an Excel worksheet")));
        }
        if let Some(list) = model.fields().iter().find(|field| matches!(field.storage, Storage::List(_))) {
            return Err(FormatError::Unsupported(format!(
                "the list field {:?} in an Excel workbook",
                list.name
            )));
        }
        let columns = u64::from(options.start.column) + model.len() as u64;
        check_limit("columns of the Excel worksheet", columns, u64::from(MAX_COLUMNS))?;
        let next_row = options.start.row;
        let store = BufWriter::new(store);
        let mut writer = Self { model: model.clone(), options, store, next_row, buffer: String::new() };
        if writer.options.include_field_names {
            let names: Vec<Scalar> = model.names().map(Scalar::text).collect();
            writer.write_row(|at| names.get(at).cloned().unwrap_or(Scalar::Null))?;
        }
        Ok(writer)
    }

    /// Adds records.
    ///
    /// # Errors
    /// If columns are not those of the model, the sheet is full, or a value does not fit into a cell.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        if batch.schema().fields().iter().map(|field| field.data_type()).ne(self
            .model
            .schema()
            .fields()
            .iter()
            .map(|field| field.data_type()))
        {
            return Err(FormatError::Batch("its columns are not those of the data model".to_owned()));
        }
        for row in 0..batch.num_rows() {
            self.write_row(|at| {
                batch.columns().get(at).map_or(Scalar::Null, |column| Scalar::at(column, row))
            })?;
        }
        Ok(())
    }

    fn write_row(&mut self, value: impl Fn(usize) -> Scalar) -> Result<(), FormatError> {
        check_limit("rows of the Excel worksheet", u64::from(self.next_row) + 1, u64::from(MAX_ROWS))?;
        let number = self.next_row + 1;
        self.next_row += 1;
        self.buffer.clear();
        self.buffer.push_str(&format!(r#"<row r="{number}">"#));
        for (at, column) in (0..self.model.len()).zip(self.options.start.column..) {
            let value = value(at);
            if let Err(problem) = template::push_cell(&mut self.buffer, &value, column, number) {
                let field = self.model.fields().get(at).map(|field| field.name.as_str()).unwrap_or_default();
                return Err(FormatError::Unwritable(format!(
                    "{problem} in the field {field:?} cannot be written to the cell {}{number} of an Excel workbook",
                    column_name(column)
                )));
            }
        }
        self.buffer.push_str("</row>\n");
        Ok(self.store.write_all(self.buffer.as_bytes())?)
    }

    /// Writes the workbook.
    ///
    /// # Errors
    /// If the store or the output fails.
    pub fn finish<W: Write>(self, out: W) -> Result<W, FormatError> {
        let last_column = self.options.start.column + (self.model.len() as u32).saturating_sub(1);
        let last = CellPlace {
            row: self.next_row.saturating_sub(1).max(self.options.start.row),
            column: last_column,
        };
        let dimension = format!("{}:{}", self.options.start.name(), last.name());
        let mut store = self.store.into_inner().map_err(|error| FormatError::Io(error.into_error()))?;
        store.seek(SeekFrom::Start(0))?;
        template::write_workbook(out, &self.options.sheet_name, &dimension, &mut store)
    }
}

/// The number of a cell. `Err` describes a value that no cell can contain.
pub(super) fn number(value: &Scalar) -> Result<Option<f64>, String> {
    let too_early = |what: &str| format!("{what} before the year 1900");
    match value {
        Scalar::Integer(number) => Ok(Some(*number as f64)),
        Scalar::Real(number) => Ok(Some(*number).filter(|number| number.is_finite())),
        Scalar::Date(days) => Epoch::serial_of_date(*days).map(Some).ok_or_else(|| too_early("a date")),
        Scalar::Time(micros) => Ok(Some(serial_of_time(*micros))),
        Scalar::Timestamp(micros) => {
            Epoch::serial_of_timestamp(*micros).map(Some).ok_or_else(|| too_early("a timestamp"))
        }
        Scalar::Null | Scalar::String(_) => Ok(None),
    }
}

/// Whether a text fits into a cell.
pub(super) fn fits(text: &str) -> bool {
    text.len() <= MAX_CELL_CHARACTERS || text.encode_utf16().count() <= MAX_CELL_CHARACTERS
}
