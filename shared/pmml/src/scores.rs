//! What scoring a batch gives.

use arrow_array::{Array, ArrayRef, Float64Array};

/// Predictions for a batch, row by row.
#[derive(Debug, Clone)]
pub struct Scores {
    pub(crate) predicted: ArrayRef,
    pub(crate) probabilities: Vec<Float64Array>,
    pub(crate) decisions: Vec<Float64Array>,
    pub(crate) confidence: Option<Float64Array>,
}

impl Scores {
    /// The predicted category or number, as the target's data type says: `Utf8`, `Int64`,
    /// `Float64`, `Boolean` or `Date32`. Null where the model gives no prediction.
    pub fn predicted(&self) -> &ArrayRef {
        &self.predicted
    }

    /// For each of [`Scorer::categories`](crate::Scorer::categories), its probability, 0 to 1.
    /// Empty for regression and for models that define no probabilities.
    pub fn probabilities(&self) -> &[Float64Array] {
        &self.probabilities
    }

    /// The probability of the predicted category: Modeler's `$SP-` and `$NC-` columns.
    pub fn confidence(&self) -> Option<&Float64Array> {
        self.confidence.as_ref()
    }

    /// The numbers behind a classification: the decision function of each support vector machine
    /// in document order, or the output of each neuron in the order of categories.
    pub fn decisions(&self) -> &[Float64Array] {
        &self.decisions
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.predicted.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
