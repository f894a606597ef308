//! The rows of a range, with the node's treatment of blank rows.

use std::ops::Range;

use super::cell::{Row, Rows};
use super::options::BlankRows;
use super::range::Area;
use super::{MAX_COLUMNS, MAX_ROWS};
use crate::error::FormatError;

/// The rows of a range, in order and without gaps.
pub(super) struct Records {
    rows: Box<dyn Rows + Send>,
    /// The last row where the range has one.
    last: Option<u32>,
    blank_rows: BlankRows,
    /// Columns that decide whether a row is blank.
    pub(super) columns: Range<u32>,
    /// The number of the next row.
    next: u32,
    /// The next row that the file has, if it was read.
    ahead: Option<Row>,
    spare: Row,
    ended: bool,
}

impl Records {
    /// The rows of an area.
    pub(super) fn of_area(rows: Box<dyn Rows + Send>, area: Area) -> Self {
        Self {
            rows,
            last: Some(area.last.row),
            blank_rows: BlankRows::Return,
            columns: area.first.column..area.last.column + 1,
            next: area.first.row,
            ahead: None,
            spare: Row::default(),
            ended: false,
        }
    }

    /// The rows from the first non-blank cell on, which is the upper left corner. `None` if all cells are
    /// blank.
    pub(super) fn from_first_non_blank(
        mut rows: Box<dyn Rows + Send>,
        blank_rows: BlankRows,
    ) -> Result<Option<Self>, FormatError> {
        let mut row = Row::default();
        while rows.next_row(&mut row)? {
            let first = row.cells.iter().find(|cell| !row.is_blank_cell(cell)).map(|cell| cell.column);
            if let Some(first) = first {
                let columns = first..MAX_COLUMNS;
                let (next, spare) = (row.number, Row::default());
                let ahead = Some(row);
                return Ok(Some(Self {
                    rows,
                    last: None,
                    blank_rows,
                    columns,
                    next,
                    ahead,
                    spare,
                    ended: false,
                }));
            }
        }
        Ok(None)
    }

    /// Fills the next row; false after the last.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, FormatError> {
        if self.ended || self.last.is_some_and(|last| self.next > last) || self.next >= MAX_ROWS {
            return Ok(false);
        }
        let is_there = self.look_ahead(self.next)?;
        if !is_there && self.last.is_none() && self.ahead.is_none() {
            self.ended = true;
            return Ok(false);
        }
        let is_blank = !is_there || self.ahead.as_ref().is_none_or(|ahead| ahead.is_blank(&self.columns));
        if is_blank && self.last.is_none() && self.blank_rows == BlankRows::StopReading {
            self.ended = true;
            return self.stop(is_there).map(|()| false);
        }
        let there = if is_there { self.ahead.take() } else { None };
        match there {
            Some(mut ahead) => {
                std::mem::swap(row, &mut ahead);
                self.spare = ahead;
            }
            None => row.begin(self.next),
        }
        self.next += 1;
        Ok(true)
    }

    /// Reads on until a row of at least this number is ahead; whether it is this row.
    fn look_ahead(&mut self, number: u32) -> Result<bool, FormatError> {
        while self.ahead.as_ref().is_none_or(|ahead| ahead.number < number) {
            let mut row = self.ahead.take().unwrap_or_else(|| std::mem::take(&mut self.spare));
            if !self.rows.next_row(&mut row)? {
                return Ok(false);
            }
            self.ahead = Some(row);
        }
        Ok(self.ahead.as_ref().is_some_and(|ahead| ahead.number == number))
    }

    /// Two blank rows, or one before the end, stop reading. IBM's page describes the option for "more than
    /// one blank row", and not the records of a single one among data.
    fn stop(&mut self, is_there: bool) -> Result<(), FormatError> {
        if is_there {
            self.ahead = None;
        }
        let blank = self.next + 1;
        let goes_on = self.look_ahead(blank)?
            && self.ahead.as_ref().is_some_and(|ahead| !ahead.is_blank(&self.columns));
        if !goes_on {
            return Ok(());
        }
        Err(FormatError::Setting(format!(
            "row {blank} of the worksheet is blank and has data behind it; delete the row, choose \"Return blank rows\", \
             or give an explicit range, because \"Stop reading\" stops at more than one blank row"
        )))
    }
}
