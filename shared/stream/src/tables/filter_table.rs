//! `filterTable`: the kept fields and their new names.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;
use crate::tables::{rows, with_rows};

/// The fields that a source or Filter node keeps, and their new names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterTable {
    /// Whether fields without a row are dropped.
    pub default_drop: bool,
    /// Fields with a setting of their own.
    pub rows: Vec<FilterRow>,
    /// Whether the table has field groups, which no known stream uses.
    pub has_groups: bool,
}

/// A field's own setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterRow {
    /// Name of the input field.
    pub name: String,
    /// Whether it is dropped.
    pub drop: bool,
    /// The new name, if it is renamed.
    pub rename: Option<String>,
}

/// The treatment of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterOutcome<'a> {
    /// It is dropped.
    Drop,
    /// It is kept with its name.
    Keep,
    /// It is renamed.
    Rename(&'a str),
}

impl FilterTable {
    /// The treatment of the field with this name. For many lookups, use a map over `rows`.
    pub fn outcome(&self, field: &str) -> FilterOutcome<'_> {
        let Some(row) = self.rows.iter().find(|row| row.name == field) else {
            return match self.default_drop {
                true => FilterOutcome::Drop,
                false => FilterOutcome::Keep,
            };
        };
        match (&row.rename, row.drop) {
            (_, true) => FilterOutcome::Drop,
            (Some(name), false) => FilterOutcome::Rename(name),
            (None, false) => FilterOutcome::Keep,
        }
    }

    /// Reads a `filterTable` element.
    ///
    /// # Errors
    /// A missing part, or one of another type.
    pub fn from_element(element: &Element) -> Result<Self> {
        let rows: Result<_> = rows(element).map(|row| FilterRow::from_element(row)).collect();
        let groups = element.child("fieldGroups");
        let has_groups = groups.is_some_and(|groups| groups.elements().any(|part| !part.is_empty()));
        Ok(FilterTable {
            default_drop: element.get_or("defaultDrop", false)?,
            rows: rows.map_err(|error| error.within(element.name()))?,
            has_groups,
        })
    }

    /// The `filterTable` element, based on the existing one.
    pub(crate) fn write_into(&self, old: Option<&Element>) -> Element {
        let Some(old) = old else {
            return self.to_element();
        };
        let mut table = old.clone();
        if table.get("defaultDrop").ok().flatten() != Some(self.default_drop) {
            table.set_leaf("defaultDrop", &self.default_drop.to_string());
        }
        with_rows(
            table,
            &self.rows,
            |row| &row.name,
            |row, old| match old {
                Some(old) if FilterRow::from_element(old).as_ref() == Ok(row) => Arc::clone(old),
                _ => Arc::new(row.to_element()),
            },
        )
    }

    /// The `filterTable` element.
    pub fn to_element(&self) -> Element {
        let rows = self.rows.iter().map(FilterRow::to_element);
        let groups = ["newNames", "droppedNames", "groups"].map(Element::new);
        Element::new("filterTable")
            .with_leaf("defaultDrop", &self.default_drop.to_string())
            .with_child(Element::new("rows").with_children(rows))
            .with_child(Element::new("fieldGroups").with_children(groups))
    }
}

impl FilterRow {
    fn from_element(row: &Element) -> Result<Self> {
        Ok(FilterRow {
            name: row.require_value("name")?,
            drop: row.get_or("drop", false)?,
            rename: row.get("rename")?,
        })
    }

    fn to_element(&self) -> Element {
        let element = Element::new("row").with_leaf("name", &self.name);
        match &self.rename {
            Some(name) if !self.drop => element.with_leaf("rename", name),
            _ => element.with_leaf("drop", &self.drop.to_string()),
        }
    }
}
