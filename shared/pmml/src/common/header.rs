//! What all model elements share.

use super::{Extension, MiningSchema, ModelVerification, Output, Targets, TransformationDictionary};
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
    /// The columns that the document would have it produce.
    pub output: Output,
    /// What is done to its predictions.
    pub targets: Targets,
    /// Records with the results that the writer got.
    pub verification: Option<ModelVerification>,
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
#[non_exhaustive]
pub enum Function {
    /// A category.
    Classification,
    /// A number.
    Regression,
    /// A group of similar records.
    Clustering,
    /// Rules of what goes with what.
    AssociationRules,
    /// A number's future.
    TimeSeries,
    /// What the segments of a model predict, each its own.
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
    /// Reads the shared part and refuses attributes and children beyond it and those given.
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
