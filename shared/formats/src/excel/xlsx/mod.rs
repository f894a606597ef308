//! Workbooks of the Office Open XML format (`.xlsx`). ECMA-376 part 1, chapter 18.

mod package;
mod shared_strings;
mod sheet;
mod styles;
mod workbook;

pub(super) use workbook::Workbook;

use self::package::PartReader;
use super::EXCEL;
use crate::xml_events;

/// The events of a part.
type Events = xml_events::Events<PartReader>;

/// The events of the part of a name.
fn events(part: PartReader, name: &str) -> Events {
    Events::new(part, EXCEL, format!("in its part {name}"))
}
