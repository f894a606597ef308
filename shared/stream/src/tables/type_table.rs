//! `typeTable`: measure, values and role of fields.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;
use crate::field::{FieldType, Measure, Role};
use crate::tables::{rows, with_rows};
use crate::text_enum::text_enum;
use crate::value::Value;

text_enum! {
    /// The source of a field's values.
    ValueMode {
        /// The data, at the next reading.
        Read = "read",
        /// None: values pass unread.
        Pass = "pass",
        /// The data, already read.
        Computed = "computed",
        /// The user.
        Local = "local",
    }
}

text_enum! {
    /// The treatment of values that a field's type does not allow.
    Check {
        /// None.
        None = "none",
        /// They become null.
        Nullify = "nullify",
        /// They become a legal value.
        Coerce = "coerce",
        /// The record is discarded.
        Discard = "discard",
        /// A warning is issued.
        Warn = "warn",
        /// The execution stops.
        Abort = "abort",
    }
}

/// The types of a source or Type node.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeTable {
    /// The source of values for fields without a row.
    pub default_value_mode: ValueMode,
    /// Fields with settings of their own. Missing input fields may have rows, too.
    pub rows: Vec<TypeRow>,
}

/// A field's own settings; `None` is "not set".
#[derive(Debug, Clone, PartialEq)]
pub struct TypeRow {
    /// The field.
    pub name: String,
    /// The measure, if it differs from that of the read values.
    pub measure: Option<Measure>,
    /// Source of its values.
    pub value_mode: Option<ValueMode>,
    /// Its role; see [`TypeRow::role`].
    pub direction: Option<Role>,
    /// Whether blanks are declared.
    pub missing_enabled: Option<bool>,
    /// The definition of blanks.
    pub missing: Option<Missing>,
    /// Treatment of values that are not allowed.
    pub check: Option<Check>,
    /// Its type as last read, or as set by the user.
    pub field_type: Option<FieldType>,
    /// The field's label.
    pub annotation: Option<String>,
    /// Unknown elements of the row, by name.
    pub unknown: Vec<String>,
}

/// The definition of a field's blank (missing) values.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// Whether any of the following applies.
    pub enabled: bool,
    /// Whether null is blank.
    pub null_included: bool,
    /// Whether text of only whitespace is blank.
    pub whitespace_included: bool,
    /// Whether a range of values is blank.
    pub range_included: bool,
    /// The blank values.
    pub values: Vec<Value>,
}

impl Default for TypeTable {
    fn default() -> Self {
        TypeTable { default_value_mode: ValueMode::Read, rows: Vec::new() }
    }
}

impl TypeTable {
    /// A table that passes all values unread, the table of a new source.
    pub fn pass() -> Self {
        TypeTable { default_value_mode: ValueMode::Pass, rows: Vec::new() }
    }

    /// The row of a field. For many lookups, use a map over `rows`.
    pub fn row(&self, field: &str) -> Option<&TypeRow> {
        self.rows.iter().find(|row| row.name == field)
    }

    /// Reads a `typeTable` element.
    ///
    /// # Errors
    /// A missing part, or one of another type.
    pub fn from_element(element: &Element) -> Result<Self> {
        let rows: Result<_> = rows(element).map(|row| TypeRow::from_element(row)).collect();
        let mode = element.get("defaultValueMode")?;
        Ok(TypeTable {
            default_value_mode: mode.unwrap_or(ValueMode::Read),
            rows: rows.map_err(|error| error.within(element.name()))?,
        })
    }

    /// The `typeTable` element, based on the existing one.
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

/// Known elements of a row.
const SETTINGS: [&str; 9] =
    ["annotation", "check", "direction", "measure", "missing", "missingEnabled", "name", "type", "valueMode"];

impl TypeRow {
    /// A row without settings.
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

    /// The field's role; the default is input.
    pub fn role(&self) -> Role {
        self.direction.clone().unwrap_or(Role::Input)
    }

    /// The field's measure: the set one, otherwise the one that was read, if any.
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

    /// The row, based on the existing one: its settings are replaced, unknown elements stay.
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

    /// A row with only this setting.
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
