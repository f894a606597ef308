//! Reading a worksheet as records.

use std::collections::VecDeque;
use std::ops::Range;

use arrow_array::RecordBatch;
use bytes::Bytes;
use satsuma_columns::{DataModel, Field};

use super::EXCEL;
use super::book::Book;
use super::cell::{Cell, CellValue, Row};
use super::options::ExcelReadOptions;
use super::records::Records;
use super::serial::Epoch;
use super::storage::{Column, Seen, shown};
use crate::error::{FormatError, check_limit};
use crate::names::unique_names;
use crate::reader::{BATCH_ROWS, RecordReader};

/// The most cells of a batch. Wide sheets have batches of fewer rows.
const BATCH_CELLS: usize = 1 << 20;
/// Bytes of text after which a batch ends.
const BATCH_BYTES: usize = 32 << 20;
/// Bytes of the scanned rows, which are held in memory: 200 full rows of 16,384 numbers take some 160 MB.
const MAX_SCAN_BYTES: u64 = 256 << 20;

/// A reader of worksheets. It holds the file, the shared texts and one batch.
pub struct ExcelReader {
    model: DataModel,
    records: Records,
    columns: Vec<Column>,
    first_column: u32,
    epoch: Epoch,
    /// Rows that were scanned and not yet returned.
    scanned: VecDeque<Row>,
    ended: bool,
}

impl ExcelReader {
    /// Opens a workbook, `.xlsx` or `.xls` by its first bytes, and scans the first rows of the range.
    ///
    /// # Errors
    /// If the file is damaged, encrypted or above its limits, if it has no such worksheet or named range, or if the
    /// range has no columns.
    pub fn open(file: impl Into<Bytes>, options: &ExcelReadOptions) -> Result<Self, FormatError> {
        let book = Book::open(file.into())?;
        let (sheet, area) = book.place(options)?;
        let rows = book.rows(sheet)?;
        let records = match area {
            Some(area) => Some(Records::of_area(rows, area)),
            None => Records::from_first_non_blank(rows, options.blank_rows)?,
        };
        let Some(mut records) = records else {
            return Err(FormatError::Setting("the worksheet has no values".to_owned()));
        };
        let mut header = Row::default();
        if options.field_names_included {
            records.next(&mut header)?;
        }
        let scanned = scan(&mut records, options.scan_rows)?;
        let mut columns = records.columns.clone();
        if area.is_none() {
            let ends = scanned.iter().chain([&header]).filter_map(|row| row.cells.last());
            columns.end = ends.map(|cell| cell.column + 1).max().unwrap_or(columns.start + 1);
        }
        let mut seen = vec![Seen::default(); columns.len()];
        for row in &scanned {
            for cell in &row.cells {
                let at = cell.column.checked_sub(columns.start).map(|at| at as usize);
                if let Some(seen) = at.and_then(|at| seen.get_mut(at)) {
                    seen.add(cell);
                }
            }
        }
        let names = names(&header, &columns);
        let fields = names.into_iter().zip(&seen).map(|(name, seen)| Field::new(name, seen.storage()));
        let model = DataModel::new(fields.collect())
            .map_err(|duplicate| FormatError::damaged_in(EXCEL, "in its header", duplicate.to_string()))?;
        let builders = seen.iter().map(|seen| Column::new(seen.storage())).collect();
        Ok(Self {
            model,
            records,
            columns: builders,
            first_column: columns.start,
            epoch: book.epoch(),
            scanned,
            ended: false,
        })
    }

    /// Names of the worksheets of a workbook, in order.
    ///
    /// # Errors
    /// If the file is damaged, encrypted or above its limits.
    pub fn sheet_names(file: impl Into<Bytes>) -> Result<Vec<String>, FormatError> {
        let book = Book::open(file.into())?;
        Ok(book.sheet_names().into_iter().map(str::to_owned).collect())
    }

    fn append(&mut self, row: &Row) {
        let mut cells = row.cells.iter().skip_while(|cell| cell.column < self.first_column).peekable();
        for (column, number) in self.columns.iter_mut().zip(self.first_column..) {
            let cell: Option<&Cell> = cells.next_if(|cell| cell.column == number);
            column.append(row, cell, self.epoch);
        }
    }
}

impl RecordReader for ExcelReader {
    fn data_model(&self) -> &DataModel {
        &self.model
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, FormatError> {
        let most = (BATCH_CELLS / self.columns.len().max(1)).clamp(1, BATCH_ROWS);
        let (mut rows, mut bytes) = (0, 0);
        let mut row = Row::default();
        while !self.ended && rows < most && bytes < BATCH_BYTES {
            match self.scanned.pop_front() {
                Some(scanned) => row = scanned,
                None if self.records.next(&mut row)? => {}
                None => {
                    self.ended = true;
                    break;
                }
            }
            self.append(&row);
            bytes += row.text_len();
            rows += 1;
        }
        if rows == 0 {
            return Ok(None);
        }
        let columns = self.columns.iter_mut().map(Column::finish).collect();
        let batch = RecordBatch::try_new(self.model.schema(), columns);
        batch.map(Some).map_err(|error| FormatError::Batch(error.to_string()))
    }
}

/// The first rows of data.
fn scan(records: &mut Records, most: usize) -> Result<VecDeque<Row>, FormatError> {
    let mut scanned = VecDeque::new();
    let mut bytes = 0_u64;
    let mut row = Row::default();
    while scanned.len() < most.max(1) && records.next(&mut row)? {
        bytes += (row.text_len() + row.cells.len() * size_of::<Cell>() + size_of::<Row>()) as u64;
        check_limit("bytes in the scanned rows of the Excel worksheet", bytes, MAX_SCAN_BYTES)?;
        scanned.push_back(std::mem::take(&mut row));
    }
    Ok(scanned)
}

/// Field names: those of the header, or `C` and the number of the column, as Modeler names columns without a header.
fn names(header: &Row, columns: &Range<u32>) -> Vec<String> {
    let names = columns.clone().map(|column| {
        let value = header.cell(column).map(|cell| &cell.value);
        let name = match value {
            Some(CellValue::Text(range)) => header.text(range).to_owned(),
            Some(value) => shown(value),
            None => String::new(),
        };
        if name.is_empty() { format!("C{}", column + 1) } else { name }
    });
    let names: Vec<String> = names.collect();
    unique_names(names.iter().map(String::as_str))
}
