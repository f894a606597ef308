//! Cells, independent of the file format.

use std::ops::Range;

use super::number_format::NumberFormat;
use crate::error::FormatError;

/// A row of a sheet. It is reused, so that rows cost no allocation.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// The row, from 0.
    pub(super) number: u32,
    /// The existing cells, by column.
    pub(super) cells: Vec<Cell>,
    text: String,
}

/// A cell.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    /// The column, from 0.
    pub(super) column: u32,
    pub(super) value: CellValue,
    pub(super) format: NumberFormat,
}

/// The value of a cell, or the one that its formula last had.
#[derive(Debug, Clone)]
pub(super) enum CellValue {
    Empty,
    Number(f64),
    /// A span in the text of the row.
    Text(Range<usize>),
    Boolean(bool),
    /// An error value such as `#N/A`.
    Error,
}

impl Row {
    pub(super) fn begin(&mut self, number: u32) {
        self.number = number;
        self.cells.clear();
        self.text.clear();
    }

    /// Stores a text with the row.
    pub(super) fn keep(&mut self, text: &str) -> CellValue {
        let start = self.text.len();
        self.text.push_str(text);
        CellValue::Text(start..self.text.len())
    }

    /// Bytes of the texts of the row.
    pub(super) fn text_len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn push(&mut self, cell: Cell) {
        self.cells.push(cell);
    }

    /// Sorts the cells by column; of several in a column the last one remains.
    pub(super) fn finish(&mut self) {
        if !self.cells.is_sorted_by(|one, two| one.column < two.column) {
            self.cells.reverse();
            self.cells.sort_by_key(|cell| cell.column);
            self.cells.dedup_by_key(|cell| cell.column);
        }
    }

    pub(super) fn text(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    pub(super) fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |cell| cell.column).ok()?;
        self.cells.get(at)
    }

    /// Whether a cell has no value. An empty text counts as none.
    pub(super) fn is_blank_cell(&self, cell: &Cell) -> bool {
        match &cell.value {
            CellValue::Empty => true,
            CellValue::Text(range) => range.is_empty(),
            _ => false,
        }
    }

    /// Whether the columns have no value.
    pub(super) fn is_blank(&self, columns: &Range<u32>) -> bool {
        self.cells.iter().all(|cell| !columns.contains(&cell.column) || self.is_blank_cell(cell))
    }
}

/// The rows of a sheet, in order. Rows without cells may be missing.
pub(super) trait Rows {
    /// Fills the next row; false after the last.
    fn next_row(&mut self, row: &mut Row) -> Result<bool, FormatError>;
}
