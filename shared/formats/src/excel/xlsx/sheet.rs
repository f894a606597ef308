//! The rows of a worksheet.

use quick_xml::events::BytesStart;

use super::super::cell::{Cell, CellValue, Row, Rows};
use super::super::number_format::NumberFormat;
use super::super::range::CellPlace;
use super::super::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROW_BYTES, MAX_ROWS};
use super::Events;
use super::shared_strings::{SharedStrings, unescape};
use crate::error::{FormatError, check_limit};
use crate::xml_events::{Item, attribute};

/// The rows of a worksheet.
pub(in crate::excel) struct SheetRows {
    events: Events,
    strings: SharedStrings,
    formats: Vec<NumberFormat>,
    /// The least number of the next row.
    next_row: u32,
    text: String,
    value: String,
    /// The element of the rows is open.
    in_rows: bool,
    ended: bool,
}

/// The type of a cell's value.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Shared,
    Text,
    Boolean,
    Error,
    IsoDate,
}

impl SheetRows {
    pub(super) fn new(events: Events, strings: SharedStrings, formats: Vec<NumberFormat>) -> Self {
        Self {
            events,
            strings,
            formats,
            next_row: 0,
            text: String::new(),
            value: String::new(),
            in_rows: false,
            ended: false,
        }
    }
}

impl Rows for SheetRows {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, FormatError> {
        while !self.ended {
            self.text.clear();
            let (start, is_empty) = match self.events.next(&mut self.text)? {
                Item::Start(start) => (start, false),
                Item::Empty(start) => (start, true),
                Item::End(end) if end.local_name().as_ref() == "sheetData" => break,
                Item::End(_) | Item::Text => continue,
                Item::Eof if self.in_rows => return Err(self.events.damaged("it ends before its rows do")),
                Item::Eof => break,
            };
            self.in_rows |= start.local_name().as_ref() == "sheetData" && !is_empty;
            if start.local_name().as_ref() != "row" {
                continue;
            }
            let number = match attribute(&start, "r") {
                Some(number) => number.parse::<u32>().ok().and_then(|number| number.checked_sub(1)),
                None => Some(self.next_row),
            };
            let Some(number) = number.filter(|number| *number >= self.next_row && *number < MAX_ROWS) else {
                return Err(self.events.damaged(format!("row {} is out of order", self.next_row + 1)));
            };
            self.next_row = number + 1;
            row.begin(number);
            if !is_empty {
                self.read_cells(row)?;
            }
            row.finish();
            return Ok(true);
        }
        self.ended = true;
        Ok(false)
    }
}

impl SheetRows {
    /// Reads the cells of a row up to its end.
    fn read_cells(&mut self, row: &mut Row) -> Result<(), FormatError> {
        let mut next_column = 0;
        loop {
            self.text.clear();
            let (head, is_empty) = match self.events.next(&mut self.text)? {
                Item::Start(start) if start.local_name().as_ref() == "c" => (Head::read(&start), false),
                Item::Empty(start) if start.local_name().as_ref() == "c" => (Head::read(&start), true),
                Item::End(end) if end.local_name().as_ref() == "row" => return Ok(()),
                Item::Eof => return Err(self.events.damaged("it ends in a row")),
                _ => continue,
            };
            let column = match head.place {
                Some(place) => place.map(|place| place.column),
                None => Some(next_column).filter(|column| *column < MAX_COLUMNS),
            };
            let Some(column) = column else {
                return Err(self.events.damaged(format!("a cell of row {} has no place", row.number + 1)));
            };
            next_column = column + 1;
            let value = if is_empty { CellValue::Empty } else { self.read_value(head.kind, row)? };
            let format = self.formats.get(head.style).copied().unwrap_or_default();
            row.push(Cell { column, value, format });
            check_limit(
                "cells in a row of the Excel workbook",
                row.cells.len() as u64,
                u64::from(MAX_COLUMNS),
            )?;
            check_limit("bytes in a row of the Excel workbook", row.text_len() as u64, MAX_ROW_BYTES)?;
        }
    }

    /// Reads the value of a cell up to its end.
    fn read_value(&mut self, kind: Kind, row: &mut Row) -> Result<CellValue, FormatError> {
        let (mut has_value, mut in_value, mut phonetic) = (false, false, 0_u32);
        self.value.clear();
        loop {
            self.text.clear();
            match self.events.next(&mut self.text)? {
                Item::Start(start) => match start.local_name().as_ref() {
                    "v" | "t" => in_value = phonetic == 0,
                    "rPh" => phonetic += 1,
                    _ => {}
                },
                Item::Empty(start) => has_value |= matches!(start.local_name().as_ref(), "t" | "is"),
                Item::End(end) => match end.local_name().as_ref() {
                    "v" | "t" => {
                        has_value |= in_value;
                        in_value = false;
                    }
                    "rPh" => phonetic = phonetic.saturating_sub(1),
                    "c" => break,
                    _ => {}
                },
                Item::Text if in_value => self.value.push_str(&self.text),
                Item::Text => {}
                Item::Eof => return Err(self.events.damaged("it ends in a cell")),
            }
            check_limit("bytes in a cell of the Excel workbook", self.value.len() as u64, MAX_CELL_BYTES)?;
        }
        if has_value { self.value(kind, row) } else { Ok(CellValue::Empty) }
    }

    fn value(&self, kind: Kind, row: &mut Row) -> Result<CellValue, FormatError> {
        let value = self.value.as_str();
        let damaged = |problem: &str| {
            self.events.damaged(format!("a cell of row {} has {problem} {value:?}", row.number + 1))
        };
        Ok(match kind {
            Kind::Number if value.trim().is_empty() => CellValue::Empty,
            Kind::Number => match value.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => CellValue::Number(number),
                _ => return Err(damaged("the number")),
            },
            Kind::Shared => {
                let text = value.trim().parse().ok().and_then(|number| self.strings.get(number));
                let text = text.ok_or_else(|| damaged("the shared text"))?;
                row.keep(text)
            }
            Kind::Text => row.keep(&unescape(value)),
            Kind::Boolean => CellValue::Boolean(matches!(value.trim(), "1" | "true")),
            Kind::Error => CellValue::Error,
            Kind::IsoDate => {
                return Err(FormatError::Unsupported(format!(
                    "the ISO 8601 date {value:?} in an Excel cell"
                )));
            }
        })
    }
}

/// The attributes of a cell.
struct Head {
    /// `None` if the cell follows the previous one; `Some(None)` if the place is invalid.
    place: Option<Option<CellPlace>>,
    kind: Kind,
    style: usize,
}

impl Head {
    fn read(start: &BytesStart<'_>) -> Self {
        let mut head = Self { place: None, kind: Kind::Number, style: 0 };
        for attribute in start.attributes().with_checks(false).filter_map(Result::ok) {
            let value = attribute.value.as_ref();
            match attribute.key.local_name().as_ref() {
                "r" => head.place = Some(CellPlace::parse(value)),
                "s" => head.style = value.parse().unwrap_or_default(),
                "t" => {
                    head.kind = match value {
                        "s" => Kind::Shared,
                        "str" | "inlineStr" => Kind::Text,
                        "b" => Kind::Boolean,
                        "e" => Kind::Error,
                        "d" => Kind::IsoDate,
                        _ => Kind::Number,
                    }
                }
                _ => {}
            }
        }
        head
    }
}
