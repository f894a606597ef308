//! Microsoft Excel workbooks (`.xlsx` and `.xls`).
//!
//! The reader processes a sheet row by row. It does not use the `calamine` crate, which stores whole sheets
//! as dense arrays, so that two distant cells take gigabytes. That crate also does not report the cells of
//! `.xls` files with the format Text, which determines storage.

mod book;
mod cell;
mod number_format;
mod options;
mod range;
mod reader;
mod records;
mod serial;
mod storage;
mod template;
mod writer;
mod xls;
mod xlsx;

pub use options::{BlankRows, ExcelReadOptions, ExcelWriteOptions, SheetChoice, SheetRange};
pub use range::CellPlace;
pub use reader::ExcelReader;
pub use writer::ExcelWriter;

/// The format's name in messages.
const EXCEL: &str = "Excel workbook";
/// Rows of a sheet of the present format.
const MAX_ROWS: u32 = 1 << 20;
/// Columns of a sheet of the present format.
const MAX_COLUMNS: u32 = 1 << 14;
/// Bytes of the texts of a row, which is held in memory.
const MAX_ROW_BYTES: u64 = 64 << 20;
/// Bytes of the text of a cell: 32,767 characters of four bytes.
const MAX_CELL_BYTES: u64 = 128 << 10;
