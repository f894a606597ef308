//! Parameters of a stream.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;
use crate::field::{Measure, Storage};
use crate::tables::{rows, with_rows};
use crate::value::Value;

/// A parameter: a named value. Expressions refer to it as `'$P-name'`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name.
    pub name: String,
    /// The label of the prompt for its value.
    pub long_name: String,
    /// The value; a job may override it.
    pub value: Option<Value>,
    /// Storage of the value.
    pub storage: Option<Storage>,
    /// Measure of the value.
    pub measure: Option<Measure>,
    /// Whether Modeler asks the user for its value.
    pub prompt: bool,
}

impl Parameter {
    /// Reads the `parameterTable` in the properties of a stream or supernode.
    pub(crate) fn list(properties: &Element) -> Result<Vec<Self>> {
        let Some(table) = properties.child("parameterTable") else {
            return Ok(Vec::new());
        };
        let parameters: Result<_> = rows(table).map(|row| Self::from_row(row)).collect();
        parameters.map_err(|error| error.within(table.name()))
    }

    /// The `parameterTable` of these parameters, based on the existing one.
    pub(crate) fn to_element(parameters: &[Self], old: Option<&Element>) -> Element {
        let table = old.cloned().unwrap_or_else(|| Element::new("parameterTable"));
        with_rows(
            table,
            parameters,
            |parameter| &parameter.name,
            |parameter, old| match old {
                Some(old) if Self::from_row(old).as_ref() == Ok(parameter) => Arc::clone(old),
                old => Arc::new(parameter.row_element(old.map(|old| &**old))),
            },
        )
    }

    fn row_element(&self, old: Option<&Element>) -> Element {
        let mut row = old.cloned().unwrap_or_else(|| Element::new("row"));
        row.set_leaf("name", &self.name);
        match &self.value {
            Some(value) => row.put_child(value.to_element("value")),
            None => row.retain_children(|child| child.name() != "value"),
        }
        row.set_leaf("longName", &self.long_name);
        let storage = self.storage.as_ref().map(|storage| ("storage", storage.as_str()));
        let measure = self.measure.as_ref().map(|measure| ("measure", measure.as_str()));
        for (name, text) in storage.into_iter().chain(measure) {
            if let Some(field_type) = row.child_or_new("type") {
                field_type.set_leaf(name, text);
            }
        }
        row.set_leaf("prompt", &self.prompt.to_string());
        row
    }

    fn from_row(row: &Element) -> Result<Self> {
        let field_type = row.child("type");
        let value = row.child("value").map(|value| Value::from_element(value));
        let storage = field_type.map(|element| element.get("storage")).transpose()?;
        let measure = field_type.map(|element| element.get("measure")).transpose()?;
        Ok(Parameter {
            name: row.require_value("name")?,
            long_name: row.get("longName")?.unwrap_or_default(),
            value: value.transpose()?,
            storage: storage.flatten(),
            measure: measure.flatten(),
            prompt: row.get_or("prompt", false)?,
        })
    }
}
