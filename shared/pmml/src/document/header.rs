//! What all model elements share.

use super::dictionary::{self, DataType, OpType};
use super::{Extension, MiningSchema, TransformationDictionary};
use crate::error::{Location, PmmlError};
use crate::xml::{Element, Node};

/// What all model elements share.
#[derive(Debug, Clone)]
pub struct ModelHeader {
    /// The model's name, if it has one.
    pub model_name: Option<String>,
    /// The algorithm that built it, in the writer's words.
    pub algorithm_name: Option<String>,
    /// What it predicts.
    pub function: Function,
    /// Whether the writer meant it to be scored.
    pub scorable: bool,
    /// Its fields.
    pub mining_schema: MiningSchema,
    /// The columns that the document would have it produce. Kept, not computed: Modeler names its
    /// own columns.
    pub output: Output,
    /// Fields computed for this model alone.
    pub local_transformations: TransformationDictionary,
    /// How good the model was on its training data (confusion matrix, lift), as it stands.
    pub explanation: Option<Element>,
    /// What the writer added.
    pub extensions: Vec<Extension>,
    /// Where the model starts.
    pub location: Location,
}

/// What a model predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// A category.
    Classification,
    /// A number.
    Regression,
}

/// The columns that a document would have a model produce.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Output {
    /// The columns, in order.
    pub fields: Vec<OutputField>,
}

/// A column that a document would have a model produce.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputField {
    /// The column's name.
    pub name: String,
    /// How it is shown to people, if differently.
    pub display_name: Option<String>,
    /// What it holds, such as `predictedValue` or `probability`.
    pub feature: Option<String>,
    /// The category that a probability is about.
    pub value: Option<String>,
    /// The target that it is about.
    pub target_field: Option<String>,
    /// How it is measured, if stated.
    pub op_type: Option<OpType>,
    /// How it is stored, if stated.
    pub data_type: Option<DataType>,
}

/// Attributes of every model.
const ATTRIBUTES: [&str; 4] = ["modelName", "functionName", "algorithmName", "isScorable"];

/// Children of every model. `Targets` is missing on purpose: it rescales predictions.
const CHILDREN: [&str; 6] =
    ["MiningSchema", "Output", "ModelStats", "ModelExplanation", "LocalTransformations", "ModelVerification"];

impl ModelHeader {
    /// Reads the shared part and refuses attributes and children beyond it and those given.
    pub(super) fn read(node: &Node<'_>, attributes: &[&str], children: &[&str]) -> Result<Self, PmmlError> {
        node.expect(&[&ATTRIBUTES, attributes].concat(), &[&CHILDREN, children].concat())?;
        let functions = [("classification", Function::Classification), ("regression", Function::Regression)];
        let function = node.one_of("functionName", &functions)?;
        let local = node.child("LocalTransformations");
        let local = local.map(|n| TransformationDictionary::read(&n)).transpose()?;
        let output = node.child("Output").map(|n| Output::read(&n)).transpose()?;
        Ok(Self {
            model_name: node.owned("modelName"),
            algorithm_name: node.owned("algorithmName"),
            function: function.ok_or_else(|| node.invalid("no attribute functionName"))?,
            scorable: node.boolean("isScorable")?.unwrap_or(true),
            mining_schema: MiningSchema::read(&node.required_child("MiningSchema")?)?,
            output: output.unwrap_or_default(),
            local_transformations: local.unwrap_or_default(),
            explanation: node.child("ModelExplanation").map(|n| n.element.clone()),
            extensions: Extension::read_all(node),
            location: node.location(),
        })
    }
}

impl Output {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let mut fields = Vec::new();
        for field in node.all("OutputField") {
            fields.push(OutputField {
                name: field.required("name")?.to_owned(),
                display_name: field.owned("displayName"),
                feature: field.owned("feature"),
                value: field.owned("value"),
                target_field: field.owned("targetField"),
                op_type: dictionary::op_type(&field)?,
                data_type: dictionary::data_type(&field)?,
            });
        }
        Ok(Self { fields })
    }
}
