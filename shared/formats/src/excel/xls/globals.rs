//! Data that all sheets share: texts, formats, names and the epoch.

use std::collections::HashMap;

use super::super::number_format::NumberFormat;
use super::super::range::{Area, CellPlace};
use super::super::serial::Epoch;
use super::records::{Record, continuations, kind, record};
use super::shared_strings::SharedStrings;
use super::text::{Parts, short_text};
use super::{damaged, u16_at, u32_at};
use crate::error::FormatError;

/// The version of the records of Excel 97 to 2003.
const BIFF8: u16 = 0x0600;

/// The first part of a workbook stream.
#[derive(Default)]
pub(super) struct Globals {
    pub(super) sheets: Vec<Sheet>,
    pub(super) strings: SharedStrings,
    pub(super) epoch: Epoch,
    /// The number format of each cell format.
    pub(super) formats: Vec<NumberFormat>,
    pub(super) names: Vec<Name>,
    own_formats: HashMap<u16, NumberFormat>,
    /// The book and the first and last sheet of each reference.
    references: Vec<[u16; 3]>,
    /// Books that are referred to; true for this one.
    books: Vec<bool>,
}

/// A sheet and the place of its records.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) offset: usize,
    /// Charts and macros have sheets, too.
    pub(super) is_worksheet: bool,
}

/// A name of an area.
pub(super) struct Name {
    pub(super) name: String,
    reference: u16,
    pub(super) area: Area,
}

impl Globals {
    pub(super) fn read(stream: &[u8]) -> Result<Self, FormatError> {
        let mut globals = Self::default();
        let mut at = 0;
        while let Some(record) = record(stream, at)? {
            if record.kind == kind::EOF {
                break;
            }
            if at == 0 && record.kind != kind::BOF {
                return Err(damaged(at, "it does not begin as a workbook"));
            }
            let offset = at;
            at = record.next;
            if record.kind == kind::SHARED_STRINGS {
                let (rest, next) = continuations(stream, at)?;
                globals.strings = SharedStrings::read(record.data, rest, offset)?;
                at = next;
            } else {
                globals.add(record, offset)?;
            }
        }
        Ok(globals)
    }

    fn add(&mut self, record: Record<'_>, offset: usize) -> Result<(), FormatError> {
        let data = record.data;
        let fault = || damaged(offset, format!("a record of type {:#06x} is too short", record.kind));
        match record.kind {
            kind::BOF => {
                let version = u16_at(data, 0).ok_or_else(fault)?;
                if version != BIFF8 {
                    return Err(FormatError::Unsupported(
                        "an Excel workbook of the 5.0/95 format".to_owned(),
                    ));
                }
            }
            kind::FILE_PASS => {
                return Err(FormatError::Unsupported("an encrypted Excel workbook".to_owned()));
            }
            kind::DATE_MODE => {
                let is_1904 = u16_at(data, 0).ok_or_else(fault)? == 1;
                self.epoch = if is_1904 { Epoch::Of1904 } else { Epoch::Of1900 };
            }
            kind::BOUND_SHEET => self.sheets.push(Sheet::read(data).ok_or_else(fault)?),
            kind::FORMAT => {
                let mut code = String::new();
                let id = u16_at(data, 0).ok_or_else(fault)?;
                let text = data.get(2..).and_then(|data| Parts::new(data, Vec::new()).text(&mut code));
                text.ok_or_else(fault)?;
                self.own_formats.insert(id, NumberFormat::of_code(&code));
            }
            kind::XF => {
                let id = u16_at(data, 2).ok_or_else(fault)?;
                let own = self.own_formats.get(&id).copied();
                self.formats.push(own.unwrap_or_else(|| NumberFormat::built_in(id)));
            }
            // 0x0401 is this book; links to others have other lengths.
            kind::SUPPORTING_BOOK => self.books.push(u16_at(data, 2) == Some(0x0401)),
            kind::EXTERNAL_SHEET => {
                let references = data.get(2..).unwrap_or_default().as_chunks::<6>().0.iter();
                let number = |bytes: &[u8; 6], at| u16_at(bytes, at).unwrap_or(u16::MAX);
                self.references
                    .extend(references.map(|item| [number(item, 0), number(item, 2), number(item, 4)]));
            }
            kind::NAME => self.names.extend(Name::read(data)),
            _ => {}
        }
        Ok(())
    }

    /// The sheet of a name, if it is one of this workbook.
    pub(super) fn sheet_of(&self, name: &Name) -> Option<&Sheet> {
        let [book, first, last] = *self.references.get(usize::from(name.reference))?;
        let is_own = self.books.get(usize::from(book)).copied().unwrap_or_default();
        self.sheets.get(usize::from(first)).filter(|_| is_own && first == last)
    }
}

impl Sheet {
    fn read(data: &[u8]) -> Option<Self> {
        let length = usize::from(*data.get(6)?);
        let (name, _) = short_text(data.get(7..)?, length)?;
        let offset = usize::try_from(u32_at(data, 0)?).ok()?;
        Some(Self { name, offset, is_worksheet: *data.get(5)? == 0 })
    }
}

impl Name {
    /// A name whose formula is a single area or cell of a sheet. `None` for all others.
    fn read(data: &[u8]) -> Option<Self> {
        let is_built_in = u16_at(data, 0)? & 0x20 != 0;
        let length = usize::from(*data.get(3)?);
        let formula_bytes = usize::from(u16_at(data, 4)?);
        let (name, used) = short_text(data.get(14..)?, length)?;
        let formula = data.get(14 + used..)?.get(..formula_bytes)?;
        let place = |row, column| {
            Some(CellPlace {
                row: u32::from(u16_at(formula, row)?),
                column: u32::from(u16_at(formula, column)? & 0x3FFF),
            })
        };
        let area = match (formula.first()?, formula_bytes) {
            // One cell, or an area, of a sheet, in each of the three classes of operands.
            (0x3A | 0x5A | 0x7A, 7) => {
                let cell = place(3, 5)?;
                Area::between(cell, cell)
            }
            (0x3B | 0x5B | 0x7B, 11) => Area::between(place(3, 7)?, place(5, 9)?),
            _ => return None,
        };
        (!is_built_in).then_some(Self { name, reference: u16_at(formula, 1)?, area })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name record after MS-XLS 2.4.150, of `Data!$A$2:$B$3`.
    fn name_record() -> Vec<u8> {
        let mut data = vec![0, 0, 0, 6, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        data.extend(b"Corner");
        data.extend([0x3B, 0, 0, 1, 0, 2, 0, 0, 0, 1, 0]);
        data
    }

    #[test]
    fn a_name_of_this_book_is_an_area_of_a_sheet() {
        let name = Name::read(&name_record()).unwrap();
        assert_eq!(name.name, "Corner");
        let place = |row, column| CellPlace { row, column };
        assert_eq!(name.area, Area::between(place(1, 0), place(2, 1)));
        let mut globals = Globals::default();
        globals.sheets.push(Sheet { name: "Data".to_owned(), offset: 0, is_worksheet: true });
        assert!(globals.sheet_of(&name).is_none());
        globals.references.push([0, 0, 0]);
        globals.books.push(true);
        assert_eq!(globals.sheet_of(&name).unwrap().name, "Data");
        globals.books[0] = false;
        assert!(globals.sheet_of(&name).is_none());
    }
}
