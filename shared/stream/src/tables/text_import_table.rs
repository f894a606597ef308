//! `textImportTable`: storage of text file columns, set by the user.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;
use crate::field::Storage;
use crate::tables::{rows, with_rows};

/// Storage of a text file's columns, set by the user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextImportTable {
    /// Columns with a setting of their own.
    pub rows: Vec<TextImportRow>,
}

/// The storage of a text file's column, set by the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextImportRow {
    /// The column.
    pub name: String,
    /// Whether `storage` replaces the storage found in the file.
    pub override_storage: bool,
    /// The storage.
    pub storage: Option<Storage>,
    /// Unknown elements of the row, by name.
    pub unknown: Vec<String>,
}

impl TextImportTable {
    /// Reads a `textImportTable` element.
    ///
    /// # Errors
    /// A missing part, or one of another type.
    pub fn from_element(table: &Element) -> Result<Self> {
        let rows: Result<_> = rows(table).map(|row| TextImportRow::from_element(row)).collect();
        Ok(TextImportTable { rows: rows.map_err(|error| error.within(table.name()))? })
    }

    /// The `textImportTable` element.
    pub fn to_element(&self) -> Element {
        let rows = self.rows.iter().map(|row| row.row_element(None));
        Element::new("textImportTable").with_child(Element::new("rows").with_children(rows))
    }

    /// The table, based on the existing one.
    pub(crate) fn write_into(&self, old: Option<&Element>) -> Element {
        let Some(old) = old else {
            return self.to_element();
        };
        with_rows(
            old.clone(),
            &self.rows,
            |row| &row.name,
            |row, old| match old {
                Some(old) if TextImportRow::from_element(old).as_ref() == Ok(row) => Arc::clone(old),
                old => Arc::new(row.row_element(old.map(|old| &**old))),
            },
        )
    }
}

impl<'a> IntoIterator for &'a TextImportTable {
    type Item = &'a TextImportRow;
    type IntoIter = std::slice::Iter<'a, TextImportRow>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}

impl TextImportRow {
    fn from_element(row: &Element) -> Result<Self> {
        let known = ["name", "override", "storage"];
        let unknown = row.elements().map(|child| child.name());
        Ok(TextImportRow {
            name: row.require_value("name")?,
            override_storage: row.get_or("override", false)?,
            storage: row.get("storage")?,
            unknown: unknown.filter(|name| !known.contains(name)).map(str::to_owned).collect(),
        })
    }

    fn row_element(&self, old: Option<&Element>) -> Element {
        let mut row = old.cloned().unwrap_or_else(|| Element::new("row"));
        row.set_leaf("name", &self.name);
        row.set_leaf("override", &self.override_storage.to_string());
        match &self.storage {
            Some(storage) => row.set_leaf("storage", storage.as_str()),
            None => row.retain_children(|child| child.name() != "storage"),
        }
        row
    }
}
