//! `filterTable`: which fields go on, and under which name.

use crate::element::Element;
use crate::error::Result;
use crate::tables::rows;

/// Which fields pass a source or Filter node, and their new names.
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
    /// The field as it arrives.
    pub name: String,
    /// Whether it is dropped.
    pub drop: bool,
    /// The name it goes on under, if another.
    pub rename: Option<String>,
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterOutcome<'a> {
    /// It ends here.
    Drop,
    /// It goes on under its name.
    Keep,
    /// It goes on under another name.
    Rename(&'a str),
}

impl FilterTable {
    /// What becomes of the field of this name. Many lookups are better served by a map over `rows`.
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
    /// If something in it is missing or not of its kind.
    pub fn from_element(element: &Element) -> Result<Self> {
        let rows = rows(element).map(|row| {
            Ok(FilterRow {
                name: row.require_value("name")?,
                drop: row.get_or("drop", false)?,
                rename: row.get("rename")?,
            })
        });
        let rows: Result<_> = rows.collect();
        let groups = element.child("fieldGroups");
        let has_groups = groups.is_some_and(|groups| groups.elements().any(|part| !part.is_empty()));
        Ok(FilterTable {
            default_drop: element.get_or("defaultDrop", false)?,
            rows: rows.map_err(|error| error.within(element.name()))?,
            has_groups,
        })
    }

    /// The `filterTable` element.
    pub fn to_element(&self) -> Element {
        let rows = self.rows.iter().map(|row| {
            let element = Element::new("row").with_leaf("name", &row.name);
            match &row.rename {
                Some(name) if !row.drop => element.with_leaf("rename", name),
                _ => element.with_leaf("drop", &row.drop.to_string()),
            }
        });
        let groups = ["newNames", "droppedNames", "groups"].map(Element::new);
        Element::new("filterTable")
            .with_leaf("defaultDrop", &self.default_drop.to_string())
            .with_child(Element::new("rows").with_children(rows))
            .with_child(Element::new("fieldGroups").with_children(groups))
    }
}
