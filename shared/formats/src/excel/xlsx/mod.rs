//! Workbooks of the Office Open XML format (`.xlsx`). ECMA-376 part 1, chapter 18.

mod package;
mod shared_strings;
mod sheet;
mod styles;
mod workbook;
mod xml;

pub(super) use workbook::Workbook;
