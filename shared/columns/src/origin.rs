//! Fields that a model created.

use crate::scalar::Scalar;

/// The relation of a field to a prediction. Analysis, Evaluation and Ensemble nodes find model outputs by it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelOutput {
    /// The predicted field; `None` for clusters, anomalies and similar models.
    pub target: Option<String>,
    /// The name of the model, which is part of the field's name (`$R-name`).
    pub model: String,
    /// The type of output.
    pub kind: OutputKind,
}

/// The type of a model output.
#[derive(Debug, Clone, PartialEq)]
pub enum OutputKind {
    /// The predicted value or category.
    Predicted,
    /// The confidence of the prediction.
    Confidence,
    /// The probability of one category.
    Probability(Scalar),
    /// The raw propensity of a flag target's true value.
    Propensity,
    /// The adjusted propensity of a flag target's true value.
    AdjustedPropensity,
    /// The standard error of a predicted value.
    StandardError,
    /// A cluster.
    Cluster,
    /// Another output, such as a rule id or a distance.
    Other,
}
