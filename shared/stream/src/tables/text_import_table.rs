//! `textImportTable`: storage of text file columns, set by hand.

use crate::element::Element;
use crate::error::Result;
use crate::field::Storage;
use crate::tables::rows;

/// The storage that a user gave a column of a text file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextImportRow {
    /// The column.
    pub name: String,
    /// Whether `storage` is used instead of what the file looks like.
    pub override_storage: bool,
    /// The storage.
    pub storage: Option<Storage>,
    /// Elements of the row that are not known, by name.
    pub unknown: Vec<String>,
}

impl TextImportRow {
    pub(crate) fn list(table: &Element) -> Result<Vec<Self>> {
        let rows = rows(table).map(|row| {
            let known = ["name", "override", "storage"];
            let unknown = row.elements().map(|child| child.name());
            Ok(TextImportRow {
                name: row.require_value("name")?,
                override_storage: row.get_or("override", false)?,
                storage: row.get("storage")?,
                unknown: unknown.filter(|name| !known.contains(name)).map(str::to_owned).collect(),
            })
        });
        let rows: Result<_> = rows.collect();
        rows.map_err(|error| error.within(table.name()))
    }

    pub(crate) fn to_element(rows: &[Self]) -> Element {
        let rows = rows.iter().map(|row| {
            let element = Element::new("row")
                .with_leaf("name", &row.name)
                .with_leaf("override", &row.override_storage.to_string());
            match &row.storage {
                Some(storage) => element.with_leaf("storage", storage.as_str()),
                None => element,
            }
        });
        Element::new("textImportTable").with_child(Element::new("rows").with_children(rows))
    }
}
