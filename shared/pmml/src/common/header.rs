//! Properties of all model elements.

use super::{Extension, MiningSchema, ModelVerification, Output, Targets, TransformationDictionary};
use crate::error::{Location, PmmlError};
use crate::xml::{Element, Node};

/// Properties of all model elements.
#[derive(Debug, Clone)]
pub struct ModelHeader {
    /// The model's name, if it has one.
    pub model_name: Option<String>,
    /// The name of its algorithm in the writer's words.
    pub algorithm_name: Option<String>,
    /// The type of its prediction.
    pub function: Function,
    /// Whether the writer intended it for scoring.
    pub scorable: bool,
    /// Its fields.
    pub mining_schema: MiningSchema,
    /// The output columns that the document defines.
    pub output: Output,
    /// Postprocessing of its predictions.
    pub targets: Targets,
    /// Records with the writer's results.
    pub verification: Option<ModelVerification>,
    /// Fields that are computed only for this model.
    pub local_transformations: TransformationDictionary,
    /// The quality of the model on its training data (confusion matrix, lift), unchanged.
    pub explanation: Option<Element>,
    /// Extensions of the writer.
    pub extensions: Vec<Extension>,
    /// Where the model starts.
    pub location: Location,
}

/// The type of a model's prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Function {
    /// A category.
    Classification,
    /// A number.
    Regression,
    /// A group of similar records.
    Clustering,
    /// Association rules.
    AssociationRules,
    /// Future values of a number.
    TimeSeries,
    /// A different type for each segment of a model.
    Mixed,
}

/// Attributes of every model.
const ATTRIBUTES: [&str; 4] = ["modelName", "functionName", "algorithmName", "isScorable"];

/// Children of every model.
const CHILDREN: [&str; 7] = [
    "MiningSchema",
    "Output",
    "ModelStats",
    "ModelExplanation",
    "Targets",
    "LocalTransformations",
    "ModelVerification",
];

impl ModelHeader {
    /// Reads the shared properties. Refuses other attributes and children, except the given ones.
    pub(crate) fn read(node: &Node<'_>, attributes: &[&str], children: &[&str]) -> Result<Self, PmmlError> {
        node.expect(&[&ATTRIBUTES, attributes].concat(), &[&CHILDREN, children].concat())?;
        let functions = [
            ("classification", Function::Classification),
            ("regression", Function::Regression),
            ("clustering", Function::Clustering),
            ("associationRules", Function::AssociationRules),
            ("timeSeries", Function::TimeSeries),
            ("mixed", Function::Mixed),
        ];
        let function = node.one_of("functionName", &functions)?;
        let local = node.child("LocalTransformations");
        let local = local.map(|n| TransformationDictionary::read(&n)).transpose()?;
        let output = node.child("Output").map(|n| Output::read(&n)).transpose()?;
        let targets = node.child("Targets").map(|n| Targets::read(&n)).transpose()?;
        let verification = node.child("ModelVerification").map(|n| ModelVerification::read(&n));
        Ok(Self {
            model_name: node.owned("modelName"),
            algorithm_name: node.owned("algorithmName"),
            function: function.ok_or_else(|| node.invalid("no attribute functionName"))?,
            scorable: node.boolean("isScorable")?.unwrap_or(true),
            mining_schema: MiningSchema::read(&node.required_child("MiningSchema")?)?,
            output: output.unwrap_or_default(),
            targets: targets.unwrap_or_default(),
            verification: verification.transpose()?,
            local_transformations: local.unwrap_or_default(),
            explanation: node.child("ModelExplanation").map(|n| n.element.clone()),
            extensions: Extension::read_all(node),
            location: node.location(),
        })
    }
}
