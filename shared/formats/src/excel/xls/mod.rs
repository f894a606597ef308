//! Workbooks of the binary format of Excel 97 to 2003 (`.xls`).

use bytes::Bytes;

use super::cell::{Row, Rows};
use super::range::Area;
use super::serial::Epoch;
use crate::error::FormatError;

/// The first bytes of a compound file.
pub(super) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

pub(super) struct Workbook;

pub(super) struct SheetRows;

impl Workbook {
    pub(super) fn open(_: Bytes) -> Result<Self, FormatError> {
        Err(FormatError::Unsupported("an Excel workbook of the 97-2003 format (.xls)".to_owned()))
    }

    pub(super) fn epoch(&self) -> Epoch {
        Epoch::Of1900
    }

    pub(super) fn sheet_names(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    pub(super) fn named_range(&self, _: &str) -> Option<(String, Area)> {
        None
    }

    pub(super) fn rows(&self, _: usize) -> Result<SheetRows, FormatError> {
        Ok(SheetRows)
    }
}

impl Rows for SheetRows {
    fn next_row(&mut self, _: &mut Row) -> Result<bool, FormatError> {
        Ok(false)
    }
}
