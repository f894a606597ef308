//! Options of the Excel source and export nodes.

use super::range::CellPlace;

/// Options of the Excel source node. IBM, "Excel Source Node".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcelReadOptions {
    /// `worksheetMode`, `worksheetIndex` and `worksheetName`. A named range has a sheet of its own.
    pub sheet: SheetChoice,
    /// `useNamedRange`, `namedRange`, `dataRange`, `rangeStart` and `rangeEnd`.
    pub range: SheetRange,
    /// `blankRows`; only for ranges that begin with the first non-blank row.
    pub blank_rows: BlankRows,
    /// `fieldNamesIncluded`: the first row of the range has the field names.
    pub field_names_included: bool,
    /// `scanLineCount`: rows that determine columns and storages.
    pub scan_rows: usize,
}

impl ExcelReadOptions {
    /// The rows that Modeler scans by default.
    pub const SCAN_ROWS: usize = 200;
}

impl Default for ExcelReadOptions {
    fn default() -> Self {
        Self {
            sheet: SheetChoice::Index(0),
            range: SheetRange::FirstNonBlank,
            blank_rows: BlankRows::StopReading,
            field_names_included: true,
            scan_rows: Self::SCAN_ROWS,
        }
    }
}

/// A worksheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetChoice {
    /// By place, from 0.
    Index(usize),
    /// By name, which is not case-sensitive, as in Excel.
    Name(String),
}

/// Cells of a worksheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetRange {
    /// From the first non-blank cell on. Columns end with the last cell that one of the scanned rows has.
    FirstNonBlank,
    /// Between two corners. All rows are returned.
    Explicit(CellPlace, CellPlace),
    /// A range that the workbook names. All rows are returned.
    Named(String),
}

/// The condition that ends reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlankRows {
    /// Blank rows.
    #[default]
    StopReading,
    /// The end of the sheet; blank rows are records of nulls.
    Return,
}

impl BlankRows {
    /// The option of a stream's property value, such as `stopReading`.
    pub fn of_property(value: &str) -> Option<Self> {
        match value {
            "stopReading" => Some(Self::StopReading),
            "returnBlankRows" => Some(Self::Return),
            _ => None,
        }
    }
}

/// Options of the Excel export node. IBM, "Excel Export Node".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcelWriteOptions {
    /// `worksheetName`.
    pub sheet_name: String,
    /// `includeFieldNames`: the first row has the field names.
    pub include_field_names: bool,
    /// `rangeStart`: the place of the first field name, or of the first value.
    pub start: CellPlace,
}

impl Default for ExcelWriteOptions {
    fn default() -> Self {
        Self { sheet_name: "Sheet1".to_owned(), include_field_names: true, start: CellPlace::default() }
    }
}
