//! Fields that a model made.

use crate::scalar::Scalar;

/// What a field says about a prediction. Analysis, Evaluation and Ensemble nodes find model outputs by it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelOutput {
    /// The field that the model predicts; `None` for clusters, anomalies and the like.
    pub target: Option<String>,
    /// The name of the model, which stands in the field's name (`$R-name`).
    pub model: String,
    /// What of the prediction it is.
    pub kind: OutputKind,
}

/// What of a prediction a field holds.
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
    /// Something else, such as a rule id or a distance.
    Other,
}
