//! `typeTable`: measure, values and role of fields.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;
use crate::field::{FieldType, Measure, Role};
use crate::tables::{rows, with_rows};
use crate::text_enum::text_enum;
use crate::value::Value;

text_enum! {
    /// Where a field's values come from.
    ValueMode {
        /// From the data, when it is next read.
        Read = "read",
        /// Nowhere: they are passed on unread.
        Pass = "pass",
        /// From the data, read already.
        Computed = "computed",
        /// From the user.
        Local = "local",
    }
}

text_enum! {
    /// What is done about values that a field's type does not allow.
    Check {
        /// Nothing.
        None = "none",
        /// They become null.
        Nullify = "nullify",
        /// They become a legal value.
        Coerce = "coerce",
        /// The record is dropped.
        Discard = "discard",
        /// A warning is given.
        Warn = "warn",
        /// Execution stops.
        Abort = "abort",
    }
}

/// The types of a source or Type node.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeTable {
    /// Where the values of fields without a row come from.
    pub default_value_mode: ValueMode,
    /// Fields with settings of their own. Fields that do not arrive may have rows, too.
    pub rows: Vec<TypeRow>,
}

/// A field's own settings; `None` is "not set".
#[derive(Debug, Clone, PartialEq)]
pub struct TypeRow {
    /// The field.
    pub name: String,
    /// A measure other than that of the values read.
    pub measure: Option<Measure>,
    /// Where its values come from.
    pub value_mode: Option<ValueMode>,
    /// Its role; see [`TypeRow::role`].
    pub direction: Option<Role>,
    /// Whether blanks are declared.
    pub missing_enabled: Option<bool>,
    /// What counts as blank.
    pub missing: Option<Missing>,
    /// What is done about values that are not allowed.
    pub check: Option<Check>,
    /// Its type as last read, or as set by the user.
    pub field_type: Option<FieldType>,
    /// The field's label.
    pub annotation: Option<String>,
    /// Elements of the row that are not known, by name.
    pub unknown: Vec<String>,
}

/// What counts as a blank (missing) value of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// Whether any of the following holds.
    pub enabled: bool,
    /// Null is blank.
    pub null_included: bool,
    /// Text of nothing but whitespace is blank.
    pub whitespace_included: bool,
    /// Whether a range of values is blank.
    pub range_included: bool,
    /// Values that are blank.
    pub values: Vec<Value>,
}

impl Default for TypeTable {
    fn default() -> Self {
        TypeTable { default_value_mode: ValueMode::Read, rows: Vec::new() }
    }
}

impl TypeTable {
    /// A table that passes all values on unread, as new sources have it.
    pub fn pass() -> Self {
        TypeTable { default_value_mode: ValueMode::Pass, rows: Vec::new() }
    }

    /// The row of a field. Many lookups are better served by a map over `rows`.
    pub fn row(&self, field: &str) -> Option<&TypeRow> {
        self.rows.iter().find(|row| row.name == field)
    }

    /// Reads a `typeTable` element.
    ///
    /// # Errors
    /// If something in it is missing or not of its kind.
    pub fn from_element(element: &Element) -> Result<Self> {
        let rows: Result<_> = rows(element).map(|row| TypeRow::from_element(row)).collect();
        let mode = element.get("defaultValueMode")?;
        Ok(TypeTable {
            default_value_mode: mode.unwrap_or(ValueMode::Read),
            rows: rows.map_err(|error| error.within(element.name()))?,
        })
    }

    /// The `typeTable` element, as a change of the one there is.
    pub(crate) fn write_into(&self, old: Option<&Element>) -> Element {
        let Some(old) = old else {
            return self.to_element();
        };
        let mut table = old.clone();
        let mode = table.get("defaultValueMode").ok().flatten();
        if mode.as_ref() != Some(&self.default_value_mode) {
            table.set_leaf("defaultValueMode", self.default_value_mode.as_str());
        }
        with_rows(
            table,
            &self.rows,
            |row| &row.name,
            |row, old| match old {
                Some(old) if TypeRow::from_element(old).as_ref() == Ok(row) => Arc::clone(old),
                Some(old) => Arc::new(row.write_into(old)),
                None => Arc::new(row.to_element()),
            },
        )
    }

    /// The `typeTable` element.
    pub fn to_element(&self) -> Element {
        let rows = self.rows.iter().map(TypeRow::to_element);
        Element::new("typeTable")
            .with_leaf("defaultValueMode", self.default_value_mode.as_str())
            .with_child(Element::new("rows").with_children(rows))
    }
}

/// Elements of a row that are known.
const SETTINGS: [&str; 9] =
    ["annotation", "check", "direction", "measure", "missing", "missingEnabled", "name", "type", "valueMode"];

impl TypeRow {
    /// A row that sets nothing.
    pub fn new(name: impl Into<String>) -> Self {
        TypeRow {
            name: name.into(),
            measure: None,
            value_mode: None,
            direction: None,
            missing_enabled: None,
            missing: None,
            check: None,
            field_type: None,
            annotation: None,
            unknown: Vec::new(),
        }
    }

    /// The field's role: an input, unless another is set.
    pub fn role(&self) -> Role {
        self.direction.clone().unwrap_or(Role::Input)
    }

    /// The field's measure: the one set or else the one read, if any.
    pub fn effective_measure(&self) -> Option<&Measure> {
        let read = self.field_type.as_ref().map(|read| &read.measure);
        self.measure.as_ref().or(read)
    }

    fn from_element(row: &Element) -> Result<Self> {
        let name: String = row.require_value("name")?;
        let within = |error: crate::StreamError| error.within(&format!("row {name:?}"));
        let mut read = TypeRow::new(name.clone());
        for child in row.elements() {
            read.set(child).map_err(within)?;
        }
        Ok(read)
    }

    fn set(&mut self, child: &Element) -> Result<()> {
        match child.name() {
            "name" => {}
            "measure" => self.measure = Some(child.parse()?),
            "valueMode" => self.value_mode = Some(child.parse()?),
            "direction" => self.direction = Some(child.parse()?),
            "missingEnabled" => self.missing_enabled = Some(child.parse()?),
            "missing" => self.missing = Some(Missing::from_element(child)?),
            "check" => self.check = Some(child.parse()?),
            "type" => self.field_type = Some(FieldType::from_element(child)?),
            "annotation" => self.annotation = Some(child.parse()?),
            other => self.unknown.push(other.to_owned()),
        }
        Ok(())
    }

    /// The row as a change of the one there is: what it sets is replaced, what is not known stays.
    fn write_into(&self, old: &Element) -> Element {
        let new = self.to_element();
        let mut row = old.clone();
        row.retain_children(|child| !SETTINGS.contains(&child.name()) || new.child(child.name()).is_some());
        for setting in new.elements() {
            let same = |old: &Element| TypeRow::setting(old) == TypeRow::setting(setting);
            if !row.child(setting.name()).is_some_and(|old| same(old)) {
                row.put_child(Element::clone(setting));
            }
        }
        row
    }

    /// A row that has this setting alone.
    fn setting(element: &Element) -> Result<Self> {
        let mut row = TypeRow::new("");
        row.set(element)?;
        Ok(row)
    }

    fn to_element(&self) -> Element {
        let mut row = Element::new("row").with_leaf("name", &self.name);
        let leaves = [
            ("measure", self.measure.as_ref().map(Measure::as_str)),
            ("valueMode", self.value_mode.as_ref().map(ValueMode::as_str)),
            ("check", self.check.as_ref().map(Check::as_str)),
            ("annotation", self.annotation.as_deref()),
        ];
        for (name, text) in leaves {
            if let Some(text) = text {
                row = row.with_leaf(name, text);
            }
        }
        if let Some(enabled) = self.missing_enabled {
            row = row.with_leaf("missingEnabled", &enabled.to_string());
        }
        if let Some(missing) = &self.missing {
            row = row.with_child(missing.to_element());
        }
        if let Some(field_type) = &self.field_type {
            row = row.with_child(field_type.to_element());
        }
        if let Some(direction) = &self.direction {
            row = row.with_leaf("direction", direction.as_str());
        }
        row
    }
}

impl Missing {
    fn from_element(element: &Element) -> Result<Self> {
        let values = element.child("values");
        let values = values.into_iter().flat_map(|values| values.elements());
        let values: Result<_> = values.map(|value| Value::from_element(value)).collect();
        Ok(Missing {
            enabled: element.get_or("enabled", false)?,
            null_included: element.get_or("nullIncluded", false)?,
            whitespace_included: element.get_or("whitespaceIncluded", false)?,
            range_included: element.get_or("rangeIncluded", false)?,
            values: values.map_err(|error| error.within(element.name()))?,
        })
    }

    fn to_element(&self) -> Element {
        let values = self.values.iter().map(|value| value.to_element("value"));
        Element::new("missing")
            .with_leaf("enabled", &self.enabled.to_string())
            .with_leaf("nullIncluded", &self.null_included.to_string())
            .with_leaf("whitespaceIncluded", &self.whitespace_included.to_string())
            .with_child(Element::new("values").with_children(values))
            .with_leaf("rangeIncluded", &self.range_included.to_string())
    }
}
