//! A PMML document as typed structures: what it says, before anything is computed.

mod array;
mod dictionary;
mod expression;
mod extension;
mod header;
mod neural;
mod schema;
mod svm;
mod transformation;

use crate::error::PmmlError;
use crate::scorer::Scorer;
use crate::transformer::Transformer;
use crate::xml::{self, Node};

pub use crate::xml::Element;
pub use dictionary::{Closure, DataDictionary, DataField, DataType, Interval, OpType, Value, ValueProperty};
pub use expression::{Apply, Bin, Expression, InlineTable, InvalidResult, MapValues, OutlierTreatment};
pub use extension::Extension;
pub use header::{Function, ModelHeader, Output, OutputField};
pub use neural::{
    Activation, ActivationFunction, Connection, NeuralInput, NeuralLayer, NeuralNetwork, NeuralOutput,
    Neuron, Normalization,
};
pub use schema::{FieldOutliers, InvalidValueTreatment, MiningField, MiningSchema, UsageType};
pub use svm::{
    ClassificationMethod, Kernel, Platt, Representation, SupportVectorMachine, SupportVectorMachineModel,
    VectorField,
};
pub use transformation::{DefineFunction, DerivedField, TransformationDictionary};

/// A PMML document, versions 3.1 to 4.4.
///
/// <https://dmg.org/pmml/v4-4/GeneralStructure.html>
#[derive(Debug, Clone)]
pub struct Document {
    /// The version that the document declares.
    pub version: String,
    /// The program that wrote it (`Header/Application`), if it says so.
    pub application: Option<Application>,
    /// The fields of the raw data.
    pub data_dictionary: DataDictionary,
    /// Fields computed for all models, and functions.
    pub transformation_dictionary: TransformationDictionary,
    /// The models, in order. Modeler writes one, or none for Auto Data Prep.
    pub models: Vec<Model>,
    /// Extensions of the document itself, such as Auto Data Prep's analysis report.
    pub extensions: Vec<Extension>,
}

/// The program that wrote a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its name, such as `IBM SPSS Modeler`.
    pub name: String,
    /// Its version, if stated.
    pub version: Option<String>,
}

/// A model element.
#[derive(Debug, Clone)]
pub enum Model {
    /// `SupportVectorMachineModel`.
    SupportVectorMachine(Box<SupportVectorMachineModel>),
    /// `NeuralNetwork`.
    NeuralNetwork(Box<NeuralNetwork>),
    /// A model element that this crate cannot compute, by name.
    Other(String),
}

/// The versions whose elements this crate knows.
const VERSIONS: [&str; 6] = ["3.1", "3.2", "4.0", "4.1", "4.2", "4.3"];
const LATEST: &str = "4.4";

/// Elements that PMML places among the models of a document.
const MODELS: [&str; 18] = [
    "AnomalyDetectionModel",
    "AssociationModel",
    "BaselineModel",
    "BayesNetModel",
    "BayesianNetworkModel",
    "ClusteringModel",
    "GaussianProcessModel",
    "GeneralRegressionModel",
    "MiningModel",
    "NaiveBayesModel",
    "NearestNeighborModel",
    "RegressionModel",
    "RuleSetModel",
    "Scorecard",
    "SequenceModel",
    "TextModel",
    "TimeSeriesModel",
    "TreeModel",
];

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// [`PmmlError::Xml`] and [`PmmlError::Limit`] for bytes that are not an acceptable XML
    /// document, [`PmmlError::Invalid`] where it contradicts PMML, [`PmmlError::Unsupported`]
    /// for an element, attribute or value that would change results and is not known here. A
    /// model of an unknown kind is no error yet: [`Document::compile`] refuses it.
    pub fn parse(bytes: &[u8]) -> Result<Self, PmmlError> {
        let root = xml::parse(bytes)?;
        let node = Node::root(&root);
        if root.name != "PMML" {
            return Err(node.invalid(format!("the document is a {}, not PMML", root.name)));
        }
        let version = node.required("version")?;
        let known = |v: &str| version == v || version.starts_with(&format!("{v}."));
        if !VERSIONS.into_iter().chain([LATEST]).any(known) {
            return Err(node.unsupported(format!("PMML version {version:?}")));
        }
        let dictionary = node.required_child("DataDictionary")?;
        let mut document = Self {
            version: version.to_owned(),
            application: application(&node),
            data_dictionary: DataDictionary::read(&dictionary)?,
            transformation_dictionary: TransformationDictionary::default(),
            models: Vec::new(),
            extensions: Extension::read_all(&node),
        };
        for child in node.children() {
            match child.name() {
                "Header" | "MiningBuildTask" | "DataDictionary" | "Extension" => {}
                "TransformationDictionary" => {
                    document.transformation_dictionary = TransformationDictionary::read(&child)?;
                }
                "SupportVectorMachineModel" => {
                    let model = Box::new(SupportVectorMachineModel::read(&child)?);
                    document.models.push(Model::SupportVectorMachine(model));
                }
                "NeuralNetwork" => {
                    let model = Box::new(NeuralNetwork::read(&child)?);
                    document.models.push(Model::NeuralNetwork(model));
                }
                name if MODELS.contains(&name) => document.models.push(Model::Other(name.to_owned())),
                name => return Err(node.unsupported(format!("element {name}"))),
            }
        }
        Ok(document)
    }

    /// Compiles the document's model to something that scores columns.
    ///
    /// # Errors
    ///
    /// [`PmmlError::Unsupported`] names the model element, function, kernel or combination that
    /// this crate does not compute; [`PmmlError::Invalid`] says what contradicts PMML. A document
    /// without a model, or with several, is refused.
    pub fn compile(&self) -> Result<Scorer, PmmlError> {
        Scorer::compile(self)
    }

    /// Compiles the transformation dictionary, for documents that only transform fields (Auto
    /// Data Prep).
    ///
    /// # Errors
    ///
    /// As [`Document::compile`].
    pub fn transformer(&self) -> Result<Transformer, PmmlError> {
        Transformer::compile(self)
    }
}

fn application(root: &Node<'_>) -> Option<Application> {
    let header = root.child("Header")?;
    let application = header.child("Application")?;
    let name = application.attribute("name")?.to_owned();
    Some(Application { name, version: application.owned("version") })
}

#[cfg(test)]
mod tests;
