//! A workbook, its sheets not read.

use std::sync::Arc;

use bytes::Bytes;

use super::super::range::Area;
use super::super::serial::Epoch;
use super::compound;
use super::globals::{Globals, Sheet};
use super::sheet::SheetRows;
use crate::error::FormatError;

/// A workbook, its sheets not read.
pub(in crate::excel) struct Workbook {
    stream: Arc<Vec<u8>>,
    globals: Arc<Globals>,
}

impl Workbook {
    pub(in crate::excel) fn open(bytes: Bytes) -> Result<Self, FormatError> {
        let stream = compound::workbook_stream(&bytes)?;
        let globals = Arc::new(Globals::read(&stream)?);
        Ok(Self { stream: Arc::new(stream), globals })
    }

    pub(in crate::excel) fn epoch(&self) -> Epoch {
        self.globals.epoch
    }

    fn worksheets(&self) -> impl Iterator<Item = &Sheet> {
        self.globals.sheets.iter().filter(|sheet| sheet.is_worksheet)
    }

    /// Names of the worksheets, in order.
    pub(in crate::excel) fn sheet_names(&self) -> impl Iterator<Item = &str> {
        self.worksheets().map(|sheet| sheet.name.as_str())
    }

    /// The sheet and the area of a named range; `None` where there is no such name or it is no area.
    pub(in crate::excel) fn named_range(&self, name: &str) -> Option<(String, Area)> {
        let found = self.globals.names.iter().find(|known| known.name.eq_ignore_ascii_case(name))?;
        Some((self.globals.sheet_of(found)?.name.clone(), found.area))
    }

    /// The rows of a worksheet by its place.
    pub(in crate::excel) fn rows(&self, sheet: usize) -> Result<SheetRows, FormatError> {
        let offset = self.worksheets().nth(sheet).map_or(usize::MAX, |sheet| sheet.offset);
        if offset >= self.stream.len() {
            return Err(super::damaged(offset, "a worksheet is missing"));
        }
        Ok(SheetRows::new(Arc::clone(&self.stream), Arc::clone(&self.globals), offset))
    }
}
