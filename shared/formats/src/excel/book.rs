//! A workbook of either format.

use bytes::Bytes;

use super::EXCEL;
use super::cell::Rows;
use super::options::{ExcelReadOptions, SheetChoice, SheetRange};
use super::range::Area;
use super::serial::Epoch;
use super::{xls, xlsx};
use crate::error::{FormatError, check_limit};

/// Bytes of a file, which is held in memory.
const MAX_FILE_BYTES: u64 = 512 << 20;

/// A workbook, its sheets not read.
pub(super) enum Book {
    Xlsx(xlsx::Workbook),
    Xls(xls::Workbook),
}

impl Book {
    /// Opens a workbook of the format that its first bytes show, whatever type the node has.
    pub(super) fn open(bytes: Bytes) -> Result<Self, FormatError> {
        check_limit("bytes in the Excel workbook", bytes.len() as u64, MAX_FILE_BYTES)?;
        if bytes.starts_with(b"PK") {
            Ok(Self::Xlsx(xlsx::Workbook::open(bytes)?))
        } else if bytes.starts_with(&xls::SIGNATURE) {
            Ok(Self::Xls(xls::Workbook::open(bytes)?))
        } else {
            Err(FormatError::damaged_at(EXCEL, 0, "it is neither an .xlsx nor an .xls file"))
        }
    }

    pub(super) fn epoch(&self) -> Epoch {
        match self {
            Self::Xlsx(book) => book.epoch(),
            Self::Xls(book) => book.epoch(),
        }
    }

    pub(super) fn sheet_names(&self) -> Vec<&str> {
        match self {
            Self::Xlsx(book) => book.sheet_names().collect(),
            Self::Xls(book) => book.sheet_names().collect(),
        }
    }

    pub(super) fn rows(&self, sheet: usize) -> Result<Box<dyn Rows + Send>, FormatError> {
        Ok(match self {
            Self::Xlsx(book) => Box::new(book.rows(sheet)?),
            Self::Xls(book) => Box::new(book.rows(sheet)?),
        })
    }

    /// The sheet and, where the options have one, the area.
    pub(super) fn place(&self, options: &ExcelReadOptions) -> Result<(usize, Option<Area>), FormatError> {
        match &options.range {
            SheetRange::FirstNonBlank => Ok((self.sheet(&options.sheet)?, None)),
            SheetRange::Explicit(one, two) => {
                Ok((self.sheet(&options.sheet)?, Some(Area::between(*one, *two))))
            }
            SheetRange::Named(name) => {
                let found = match self {
                    Self::Xlsx(book) => book.named_range(name),
                    Self::Xls(book) => book.named_range(name),
                };
                let (sheet, area) = found.ok_or_else(|| {
                    FormatError::Setting(format!(
                        "the Excel workbook has no range named {name:?} of a single area"
                    ))
                })?;
                Ok((self.sheet(&SheetChoice::Name(sheet))?, Some(area)))
            }
        }
    }

    fn sheet(&self, choice: &SheetChoice) -> Result<usize, FormatError> {
        let names = self.sheet_names();
        let found = match choice {
            SheetChoice::Index(index) => Some(*index).filter(|index| *index < names.len()),
            SheetChoice::Name(name) => {
                let lower = name.to_lowercase();
                names.iter().position(|known| known.to_lowercase() == lower)
            }
        };
        found.ok_or_else(|| {
            let wanted = match choice {
                SheetChoice::Index(index) => format!("of index {index}"),
                SheetChoice::Name(name) => format!("named {name:?}"),
            };
            let names = names.iter().take(20).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
            FormatError::Setting(format!("the Excel workbook has no worksheet {wanted}; it has {names}"))
        })
    }
}
