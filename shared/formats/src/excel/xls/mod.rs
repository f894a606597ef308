//! Workbooks of the binary format of Excel 97 to 2003 (`.xls`): records in a stream of a compound file. After
//! Microsoft's open specifications MS-CFB and MS-XLS.

mod compound;
mod globals;
mod records;
mod shared_strings;
mod sheet;
mod text;
mod workbook;

pub(super) use compound::SIGNATURE;
pub(super) use workbook::Workbook;

use super::EXCEL;
use crate::error::FormatError;

/// The workbook stream is damaged at a byte.
fn damaged(offset: usize, problem: impl Into<String>) -> FormatError {
    FormatError::damaged_in(EXCEL, format!("at byte {offset} of its workbook stream"), problem)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..)?.first_chunk().map(|bytes| f64::from_le_bytes(*bytes))
}
