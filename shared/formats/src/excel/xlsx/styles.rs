//! The number formats of cells.

use std::collections::HashMap;

use super::super::number_format::NumberFormat;
use super::Events;
use crate::error::{FormatError, check_limit};
use crate::xml_events::{Item, attribute};

/// Excel has at most 65,490 cell styles.
const MAX_STYLES: u64 = 1 << 17;

/// The number format of each cell style.
pub(super) fn read(mut events: Events) -> Result<Vec<NumberFormat>, FormatError> {
    let mut own = HashMap::new();
    let mut formats = Vec::new();
    let mut in_cell_styles = false;
    let mut text = String::new();
    loop {
        text.clear();
        match events.next(&mut text)? {
            Item::Start(start) | Item::Empty(start) => match start.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&start, "numFmtId").and_then(|id| id.parse::<u16>().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&start, "formatCode")) {
                        own.insert(id, NumberFormat::of_code(&code));
                    }
                }
                "cellXfs" => in_cell_styles = true,
                "xf" if in_cell_styles => {
                    let id = attribute(&start, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    formats.push(own.get(&id).copied().unwrap_or_else(|| NumberFormat::built_in(id)));
                    check_limit("cell styles in the Excel workbook", formats.len() as u64, MAX_STYLES)?;
                }
                _ => {}
            },
            Item::End(end) if end.local_name().as_ref() == "cellXfs" => in_cell_styles = false,
            Item::End(_) | Item::Text => {}
            Item::Eof => return Ok(formats),
        }
    }
}
