//! Tables that several node types have: types, filters, storage of text columns.

mod filter_table;
mod text_import_table;
mod type_table;

use std::sync::Arc;

pub use filter_table::{FilterOutcome, FilterRow, FilterTable};
pub use text_import_table::TextImportRow;
pub use type_table::{Check, Missing, TypeRow, TypeTable, ValueMode};

use crate::element::Element;

/// The `rows/row` elements of a table.
pub(crate) fn rows(table: &Element) -> impl Iterator<Item = &Arc<Element>> {
    let rows = table.children("rows");
    rows.flat_map(|rows| rows.children("row"))
}
