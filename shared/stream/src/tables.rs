//! Tables that several node types share: types, filters, storage of text columns.

mod filter_table;
mod text_import_table;
mod type_table;
mod user_field_table;

use std::collections::HashMap;
use std::sync::Arc;

pub use filter_table::{FilterOutcome, FilterRow, FilterTable};
pub use text_import_table::{TextImportRow, TextImportTable};
pub use type_table::{Check, Missing, TypeRow, TypeTable, ValueMode};
pub use user_field_table::{UserField, UserFieldTable};

use crate::element::Element;

/// The `rows/row` elements of a table, in order. Most tables among a node's properties have this shape.
pub fn rows(table: &Element) -> impl Iterator<Item = &Arc<Element>> {
    let rows = table.children("rows");
    rows.flat_map(|rows| rows.children("row"))
}

/// A table with these rows. `write` changes existing rows with the same name; the rest of the table is kept.
pub(crate) fn with_rows<T>(
    table: Element,
    all: &[T],
    name: impl Fn(&T) -> &str,
    write: impl Fn(&T, Option<&Arc<Element>>) -> Arc<Element>,
) -> Element {
    let by_name: HashMap<String, Arc<Element>> = rows(&table)
        .map(|row| (row.text_of("name").unwrap_or_default().into_owned(), Arc::clone(row)))
        .collect();
    let new: Vec<_> = all.iter().map(|row| write(row, by_name.get(name(row)))).collect();
    let mut table = table;
    if let Some(rows) = table.child_or_new("rows") {
        rows.set_children(new);
    }
    table
}
