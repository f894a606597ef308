//! Parameters of a stream.

use crate::element::Element;
use crate::error::Result;
use crate::field::{Measure, Storage};
use crate::tables::rows;
use crate::value::Value;

/// A parameter: a named value that expressions refer to as `'$P-name'`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name.
    pub name: String,
    /// The label shown when a user is asked for it.
    pub long_name: String,
    /// The value; a job may override it.
    pub value: Option<Value>,
    /// How the value is stored.
    pub storage: Option<Storage>,
    /// What the value means.
    pub measure: Option<Measure>,
    /// Whether a user is asked for it.
    pub prompt: bool,
}

impl Parameter {
    /// Reads the `parameterTable` among the properties of a stream or supernode.
    pub(crate) fn list(properties: &Element) -> Result<Vec<Self>> {
        let Some(table) = properties.child("parameterTable") else {
            return Ok(Vec::new());
        };
        let parameters: Result<_> = rows(table).map(|row| Self::from_row(row)).collect();
        parameters.map_err(|error| error.within(table.name()))
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
