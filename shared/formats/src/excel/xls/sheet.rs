//! The rows of a worksheet.

use std::sync::Arc;

use super::super::MAX_ROW_BYTES;
use super::super::cell::{Cell, CellValue, Row, Rows};
use super::super::number_format::NumberFormat;
use super::globals::Globals;
use super::records::{Record, continuations, kind, record};
use super::text::Parts;
use super::{damaged, f64_at, u16_at, u32_at};
use crate::error::{FormatError, check_limit};

/// Columns of a sheet of this format.
const MAX_XLS_COLUMNS: u64 = 256;
/// Cells of a row, were some of them there twice.
const MAX_ROW_CELLS: u64 = 512;
/// Bytes that name row, column and format of a cell.
const CELL_BYTES: usize = 6;

/// The rows of a worksheet.
pub(in crate::excel) struct SheetRows {
    stream: Arc<Vec<u8>>,
    globals: Arc<Globals>,
    at: usize,
    /// Charts within a sheet have records of their own.
    depth: u32,
    next_row: u32,
    ended: bool,
}

impl SheetRows {
    pub(super) fn new(stream: Arc<Vec<u8>>, globals: Arc<Globals>, at: usize) -> Self {
        Self { stream, globals, at, depth: 0, next_row: 0, ended: false }
    }

    fn format(&self, number: u16) -> NumberFormat {
        self.globals.formats.get(usize::from(number)).copied().unwrap_or_default()
    }

    /// The cells of a record. `None` where it is too short.
    fn cells(&self, record: Record<'_>, row: &mut Row, awaits_text: &mut bool) -> Option<()> {
        let data = record.data;
        let (column, format) = (u32::from(u16_at(data, 2)?), u16_at(data, 4)?);
        let value = data.get(CELL_BYTES..)?;
        let value = match record.kind {
            kind::MULTIPLE_RK | kind::MULTIPLE_BLANK => return self.many(record, row),
            kind::BLANK => CellValue::Empty,
            kind::NUMBER => number(f64_at(value, 0)?),
            kind::RK => number(rk(u32_at(value, 0)?)),
            kind::BOOLEAN_OR_ERROR => match value.get(..2)? {
                [value, 0] => CellValue::Boolean(*value != 0),
                _ => CellValue::Error,
            },
            kind::LABEL_SHARED => {
                let text = self.globals.strings.get(usize::try_from(u32_at(value, 0)?).ok()?)?;
                row.keep(text)
            }
            kind::LABEL | kind::RICH_STRING => {
                let mut text = String::new();
                Parts::new(value, Vec::new()).text(&mut text)?;
                row.keep(&text)
            }
            // A formula: its last value is a number, or a mark of another type.
            _ => match value.get(..8)? {
                [0, .., 0xFF, 0xFF] => {
                    *awaits_text = true;
                    row.keep("")
                }
                [1, _, value, .., 0xFF, 0xFF] => CellValue::Boolean(*value != 0),
                [2, .., 0xFF, 0xFF] => CellValue::Error,
                [_, .., 0xFF, 0xFF] => row.keep(""),
                _ => number(f64_at(value, 0)?),
            },
        };
        row.push(Cell { column, value, format: self.format(format) });
        Some(())
    }

    /// The cells of a record that has several: formats, or formats and numbers, and the last column behind.
    fn many(&self, record: Record<'_>, row: &mut Row) -> Option<()> {
        let first = u32::from(u16_at(record.data, 2)?);
        let items = record.data.get(4..record.data.len().checked_sub(2)?)?;
        if record.kind == kind::MULTIPLE_RK {
            for (item, column) in items.as_chunks::<6>().0.iter().zip(first..) {
                let value = number(rk(u32_at(item, 2)?));
                row.push(Cell { column, value, format: self.format(u16_at(item, 0)?) });
            }
        } else {
            for (item, column) in items.as_chunks::<2>().0.iter().zip(first..) {
                let format = self.format(u16::from_le_bytes(*item));
                row.push(Cell { column, value: CellValue::Empty, format });
            }
        }
        Some(())
    }
}

impl Rows for SheetRows {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, FormatError> {
        let stream = Arc::clone(&self.stream);
        let mut begun = false;
        // The last cell is a formula whose text is in a record behind.
        let mut awaits_text = false;
        while !self.ended {
            let Some(record) = record(&stream, self.at)? else {
                return Err(damaged(self.at, "a worksheet has no end"));
            };
            match record.kind {
                kind::BOF => self.depth += 1,
                kind::EOF => {
                    self.depth = self.depth.saturating_sub(1);
                    self.ended = self.depth == 0;
                }
                kind::STRING if awaits_text && self.depth == 1 => {
                    let (rest, _) = continuations(&stream, record.next)?;
                    let mut text = String::new();
                    Parts::new(record.data, rest)
                        .text(&mut text)
                        .ok_or_else(|| damaged(self.at, "a text is too short"))?;
                    let value = row.keep(&text);
                    if let Some(cell) = row.cells.last_mut() {
                        cell.value = value;
                    }
                    awaits_text = false;
                }
                kind if is_cell(kind) && self.depth == 1 => {
                    let number = u16_at(record.data, 0).map(u32::from);
                    let number = number.ok_or_else(|| damaged(self.at, "a cell has no place"))?;
                    if begun && number != row.number {
                        break;
                    }
                    if !begun {
                        if number < self.next_row {
                            return Err(damaged(self.at, format!("row {} is out of order", number + 1)));
                        }
                        row.begin(number);
                        self.next_row = number + 1;
                        begun = true;
                    }
                    awaits_text = false;
                    let cells = self.cells(record, row, &mut awaits_text);
                    let columns = row.cells.iter().map(|cell| cell.column + 1).max().unwrap_or_default();
                    check_limit("columns of the Excel workbook", u64::from(columns), MAX_XLS_COLUMNS)?;
                    check_limit(
                        "cells in a row of the Excel workbook",
                        row.cells.len() as u64,
                        MAX_ROW_CELLS,
                    )?;
                    check_limit(
                        "bytes in a row of the Excel workbook",
                        row.text_len() as u64,
                        MAX_ROW_BYTES,
                    )?;
                    cells.ok_or_else(|| {
                        damaged(self.at, "a cell is too short, or its shared text is missing")
                    })?;
                }
                _ => {}
            }
            self.at = record.next;
        }
        row.finish();
        Ok(begun)
    }
}

fn is_cell(kind: u16) -> bool {
    matches!(
        kind,
        kind::FORMULA
            | kind::MULTIPLE_RK
            | kind::MULTIPLE_BLANK
            | kind::RICH_STRING
            | kind::LABEL_SHARED
            | kind::BLANK
            | kind::NUMBER
            | kind::LABEL
            | kind::BOOLEAN_OR_ERROR
            | kind::RK
    )
}

fn number(number: f64) -> CellValue {
    if number.is_finite() { CellValue::Number(number) } else { CellValue::Error }
}

/// A number in 30 bits: whole, or the first bits of a double; a hundredth of it where the lowest bit is set.
fn rk(bits: u32) -> f64 {
    let number = if bits & 2 != 0 {
        f64::from(bits.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(bits & !3) << 32)
    };
    if bits & 1 != 0 { number / 100.0 } else { number }
}

#[cfg(test)]
mod tests {
    use super::rk;

    #[test]
    fn packed_numbers_are_unpacked() {
        // The examples of MS-XLS, 2.5.217.
        assert_eq!(rk(0x3FF0_0000), 1.0);
        assert_eq!(rk(0x3FF0_0001), 0.01);
        assert_eq!(rk(0x004B_5646), 1_234_321.0);
        assert_eq!(rk(0x004B_5647), 12_343.21);
        assert_eq!(rk((-5_i32 as u32) << 2 | 2), -5.0);
    }
}
