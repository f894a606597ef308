//! Global values: the last results of a Set Globals node.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;
use crate::tables::{rows, with_rows};
use crate::value::Value;

/// Global values of one field. Expressions refer to them as `@GLOBAL_MEAN(field)` and so on.
#[derive(Debug, Clone, PartialEq)]
pub struct GlobalValues {
    /// The field.
    pub field: String,
    /// Its mean.
    pub mean: Option<Value>,
    /// Its sum.
    pub sum: Option<Value>,
    /// Its smallest value.
    pub minimum: Option<Value>,
    /// Its largest value.
    pub maximum: Option<Value>,
    /// Its standard deviation.
    pub standard_deviation: Option<Value>,
    pub(crate) element: Arc<Element>,
}

impl GlobalValues {
    pub(crate) fn list(properties: &Element) -> Result<Vec<Self>> {
        let Some(table) = properties.child("globalsTable") else {
            return Ok(Vec::new());
        };
        let globals: Result<_> = rows(table).map(Self::from_row).collect();
        globals.map_err(|error| error.within(table.name()))
    }

    /// The `globalsTable` of these values, based on the existing one.
    pub(crate) fn to_element(globals: &[Self], old: Option<&Element>) -> Element {
        let table = old.cloned().unwrap_or_else(|| Element::new("globalsTable"));
        with_rows(table, globals, |global| &global.field, |global, old| Arc::new(global.row_element(old)))
    }

    fn row_element(&self, old: Option<&Arc<Element>>) -> Element {
        let mut row = Element::clone(old.unwrap_or(&self.element));
        row.set_leaf("name", &self.field);
        let values = [
            ("ave", &self.mean),
            ("sum", &self.sum),
            ("min", &self.minimum),
            ("max", &self.maximum),
            ("sdev", &self.standard_deviation),
        ];
        for (name, value) in values {
            let Some(value) = value else {
                row.retain_children(|child| child.name() != name);
                continue;
            };
            let is_there =
                row.path([name, "value"]).is_some_and(|old| Value::from_element(old).as_ref() == Ok(value));
            if let Some(place) = row.child_or_new(name).filter(|_| !is_there) {
                place.put_child(value.to_element("value"));
            }
        }
        row
    }

    fn from_row(row: &Arc<Element>) -> Result<Self> {
        let value = |name: &str| -> Result<Option<Value>> {
            let value = row.path([name, "value"]);
            value.map(Value::from_element).transpose().map_err(|error| error.within(name))
        };
        Ok(GlobalValues {
            field: row.require_value("name")?,
            mean: value("ave")?,
            sum: value("sum")?,
            minimum: value("min")?,
            maximum: value("max")?,
            standard_deviation: value("sdev")?,
            element: Arc::clone(row),
        })
    }
}
