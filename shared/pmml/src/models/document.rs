//! Which model element is which.

use crate::common::ModelHeader;
use crate::error::PmmlError;
use crate::xml::Node;

pub use super::association::document::{AssociationModel, AssociationRule, Item, Itemset};
pub use super::bayes_net::document::{BayesNetModel, ConditionalTable};
pub use super::clustering::document::{Cluster, ClusteringField, ClusteringModel, CompareFunction, Measure};
pub use super::general_regression::document::{GeneralRegressionModel, ModelType, PCell, PpCell};
pub use super::mining::document::{MiningModel, MissingPredictionTreatment, MultipleModelMethod, Segment};
pub use super::naive_bayes::document::{BayesInput, NaiveBayesModel};
pub use super::nearest_neighbor::document::{
    CategoricalMethod, ContinuousMethod, InstanceField, KnnInput, NearestNeighborModel,
};
pub use super::neural::document::{
    Activation, ActivationFunction, Connection, NeuralInput, NeuralLayer, NeuralNetwork, NeuralOutput,
    Neuron, Normalization,
};
pub use super::regression::document::{
    RegressionModel, RegressionNormalization, RegressionTable, RegressionTerm,
};
pub use super::rule_set::document::{Criterion, Rule, RuleSetModel};
pub use super::scorecard::document::{Attribute, Characteristic, Scorecard};
pub use super::svm::document::{
    ClassificationMethod, Kernel, Platt, Representation, SupportVectorMachine, SupportVectorMachineModel,
    VectorField,
};
pub use super::time_series::arima_document::{ArimaDocument, Effect, Orders};
pub use super::time_series::document::{ExponentialSmoothing, Seasons, Start, TimeSeriesModel, Trend};
pub use super::tree::document::{MissingValueStrategy, ScoreDistribution, TreeModel, TreeNode};

/// A model element.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Model {
    /// `SupportVectorMachineModel`.
    SupportVectorMachine(Box<SupportVectorMachineModel>),
    /// `NeuralNetwork`.
    NeuralNetwork(Box<NeuralNetwork>),
    /// `TreeModel`.
    Tree(Box<TreeModel>),
    /// `RuleSetModel`.
    RuleSet(Box<RuleSetModel>),
    /// `GeneralRegressionModel`.
    GeneralRegression(Box<GeneralRegressionModel>),
    /// `RegressionModel`.
    Regression(Box<RegressionModel>),
    /// `ClusteringModel`.
    Clustering(Box<ClusteringModel>),
    /// `NearestNeighborModel`.
    NearestNeighbor(Box<NearestNeighborModel>),
    /// `NaiveBayesModel`.
    NaiveBayes(Box<NaiveBayesModel>),
    /// `Scorecard`.
    Scorecard(Box<Scorecard>),
    /// `BayesNetModel`, which IBM writes into an `Extension`.
    BayesNet(Box<BayesNetModel>),
    /// `AssociationModel`.
    Association(Box<AssociationModel>),
    /// `TimeSeriesModel`, which a [`Forecaster`](crate::Forecaster) computes.
    TimeSeries(Box<TimeSeriesModel>),
    /// `MiningModel`: models of models.
    Mining(Box<MiningModel>),
    /// A model element that this crate cannot compute, by name.
    Other(String),
}

/// Elements that PMML places among models and that this crate does not read.
const OTHERS: [&str; 7] = [
    "AnomalyDetectionModel",
    "BaselineModel",
    "BayesianNetworkModel",
    "GaussianProcessModel",
    "SequenceModel",
    "TextModel",
    "BayesNetModel",
];

impl Model {
    /// The elements that are models.
    pub(crate) fn is_model(name: &str) -> bool {
        READ.contains(&name) || OTHERS.contains(&name)
    }

    /// Reads a model element; one that this crate does not know is kept by name.
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        Ok(match node.name() {
            "SupportVectorMachineModel" => {
                Self::SupportVectorMachine(Box::new(SupportVectorMachineModel::read(node)?))
            }
            "NeuralNetwork" => Self::NeuralNetwork(Box::new(NeuralNetwork::read(node)?)),
            "TreeModel" => Self::Tree(Box::new(TreeModel::read(node)?)),
            "RuleSetModel" => Self::RuleSet(Box::new(RuleSetModel::read(node)?)),
            "GeneralRegressionModel" => {
                Self::GeneralRegression(Box::new(GeneralRegressionModel::read(node)?))
            }
            "RegressionModel" => Self::Regression(Box::new(RegressionModel::read(node)?)),
            "ClusteringModel" => Self::Clustering(Box::new(ClusteringModel::read(node)?)),
            "NearestNeighborModel" => Self::NearestNeighbor(Box::new(NearestNeighborModel::read(node)?)),
            "NaiveBayesModel" => Self::NaiveBayes(Box::new(NaiveBayesModel::read(node)?)),
            "Scorecard" => Self::Scorecard(Box::new(Scorecard::read(node)?)),
            "AssociationModel" => Self::Association(Box::new(AssociationModel::read(node)?)),
            "TimeSeriesModel" => Self::TimeSeries(Box::new(TimeSeriesModel::read(node)?)),
            "MiningModel" => Self::Mining(Box::new(MiningModel::read(node)?)),
            name => Self::Other(name.to_owned()),
        })
    }

    /// The element's name.
    pub fn element(&self) -> &str {
        match self {
            Self::SupportVectorMachine(_) => "SupportVectorMachineModel",
            Self::NeuralNetwork(_) => "NeuralNetwork",
            Self::Tree(_) => "TreeModel",
            Self::RuleSet(_) => "RuleSetModel",
            Self::GeneralRegression(_) => "GeneralRegressionModel",
            Self::Regression(_) => "RegressionModel",
            Self::Clustering(_) => "ClusteringModel",
            Self::NearestNeighbor(_) => "NearestNeighborModel",
            Self::NaiveBayes(_) => "NaiveBayesModel",
            Self::Scorecard(_) => "Scorecard",
            Self::BayesNet(_) => "BayesNetModel",
            Self::Association(_) => "AssociationModel",
            Self::TimeSeries(_) => "TimeSeriesModel",
            Self::Mining(_) => "MiningModel",
            Self::Other(name) => name,
        }
    }

    /// The properties of all models; `None` for an unknown element.
    pub fn header(&self) -> Option<&ModelHeader> {
        Some(match self {
            Self::SupportVectorMachine(model) => &model.header,
            Self::NeuralNetwork(model) => &model.header,
            Self::Tree(model) => &model.header,
            Self::RuleSet(model) => &model.header,
            Self::GeneralRegression(model) => &model.header,
            Self::Regression(model) => &model.header,
            Self::Clustering(model) => &model.header,
            Self::NearestNeighbor(model) => &model.header,
            Self::NaiveBayes(model) => &model.header,
            Self::Scorecard(model) => &model.header,
            Self::BayesNet(model) => &model.header,
            Self::Association(model) => &model.header,
            Self::TimeSeries(model) => &model.header,
            Self::Mining(model) => &model.header,
            Self::Other(_) => return None,
        })
    }

    /// The target that the element itself names, besides the mining schema.
    pub(crate) fn target_name(&self) -> Option<&str> {
        match self {
            Self::GeneralRegression(model) => model.target_name.as_deref(),
            Self::NaiveBayes(model) => Some(&model.target),
            Self::BayesNet(model) => Some(&model.target),
            _ => None,
        }
    }
}

const READ: [&str; 13] = [
    "TimeSeriesModel",
    "AssociationModel",
    "SupportVectorMachineModel",
    "NeuralNetwork",
    "TreeModel",
    "RuleSetModel",
    "GeneralRegressionModel",
    "RegressionModel",
    "ClusteringModel",
    "NearestNeighborModel",
    "NaiveBayesModel",
    "Scorecard",
    "MiningModel",
];
