//! `TransformationDictionary`, `LocalTransformations`: computed fields and functions.
//!
//! <https://dmg.org/pmml/v4-4/Transformations.html>

use super::dictionary::{self, DataType, OpType, Value};
use super::{Expression, Extension};
use crate::error::{Location, PmmlError};
use crate::xml::Node;

/// Derived fields, and functions for them.
#[derive(Debug, Clone, Default)]
pub struct TransformationDictionary {
    /// Functions defined in the document.
    pub functions: Vec<DefineFunction>,
    /// Derived fields, in document order (not necessarily in order of dependency).
    pub fields: Vec<DerivedField>,
}

/// A derived field.
#[derive(Debug, Clone)]
pub struct DerivedField {
    /// The field's name. Optional inside `NeuralInput` and `NeuralOutput`.
    pub name: Option<String>,
    /// Display name, if it differs.
    pub display_name: Option<String>,
    /// Its measurement level.
    pub op_type: OpType,
    /// Its data type.
    pub data_type: DataType,
    /// Its expression.
    pub expression: Expression,
    /// Values that the writer lists; they do not limit the field.
    pub values: Vec<Value>,
    /// Extensions of the writer, such as Auto Data Prep's reason for the field.
    pub extensions: Vec<Extension>,
    /// Where the field is defined.
    pub location: Location,
}

/// A function that the document defines.
#[derive(Debug, Clone)]
pub struct DefineFunction {
    /// Its name in `Apply`.
    pub name: String,
    /// The result's type, if given.
    pub data_type: Option<DataType>,
    /// Names of the parameters, in order, and their types if given.
    pub parameters: Vec<(String, Option<DataType>)>,
    /// Its expression.
    pub body: Expression,
    /// Where the function is defined.
    pub location: Location,
}

impl TransformationDictionary {
    /// Reads `TransformationDictionary` or `LocalTransformations`.
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&[], &["DefineFunction", "DerivedField"])?;
        Ok(Self {
            functions: node
                .all("DefineFunction")
                .map(|n| DefineFunction::read(&n))
                .collect::<Result<_, _>>()?,
            fields: node.all("DerivedField").map(|n| DerivedField::read(&n)).collect::<Result<_, _>>()?,
        })
    }
}

impl DerivedField {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let children = [&["Value"], Expression::ELEMENTS].concat();
        node.expect(&["name", "displayName", "optype", "dataType"], &children)?;
        let op_type = dictionary::op_type(node)?;
        let data_type = dictionary::data_type(node)?;
        Ok(Self {
            name: node.owned("name"),
            display_name: node.owned("displayName"),
            op_type: op_type.ok_or_else(|| node.invalid("no attribute optype"))?,
            data_type: data_type.ok_or_else(|| node.invalid("no attribute dataType"))?,
            expression: Expression::read_only_child(node)?,
            values: node.all("Value").map(|n| Value::read(&n)).collect::<Result<_, _>>()?,
            extensions: Extension::read_all(node),
            location: node.location(),
        })
    }
}

impl DefineFunction {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let children = [&["ParameterField"], Expression::ELEMENTS].concat();
        node.expect(&["name", "optype", "dataType"], &children)?;
        let mut parameters = Vec::new();
        for parameter in node.all("ParameterField") {
            parameter.expect(&["name", "optype", "dataType", "displayName"], &[])?;
            let name = parameter.required("name")?.to_owned();
            if parameters.iter().any(|(other, _)| *other == name) {
                return Err(parameter.invalid(format!("a second parameter {name:?}")));
            }
            parameters.push((name, dictionary::data_type(&parameter)?));
        }
        Ok(Self {
            name: node.required("name")?.to_owned(),
            data_type: dictionary::data_type(node)?,
            parameters,
            body: Expression::read_only_child(node)?,
            location: node.location(),
        })
    }
}
