//! The condition for new models.

use serde::{Deserialize, Serialize};

use super::words::words;

/// The condition under which a new model replaces the old one. Without it, every new model does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(
    rename_all = "camelCase",
    deny_unknown_fields,
    expecting = r#"an object such as {"if": "not worse", "on": "testing"}"#
)]
pub struct Promote {
    /// The condition.
    #[serde(rename = "if")]
    pub condition: Condition,
    /// What is compared. By default the accuracy of categorical targets, and the mean absolute error of continuous
    /// ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// The records on which the old and the new model are compared. Parts are those of the partition field.
    #[serde(default = "testing")]
    pub on: Part,
}

fn testing() -> Part {
    Part::Testing
}

words! {
    /// The condition for a new model.
    Condition: "condition" {
        /// It is not worse than the old model on the same records. An old or new model that cannot be compared keeps
        /// the old one in place.
        NotWorse = "not worse",
    }
}

words! {
    /// A measure of predictions.
    Measure: "measure" {
        /// Fraction of right predictions, for categorical targets.
        Accuracy = "accuracy",
        /// Mean absolute error, for continuous targets.
        MeanAbsoluteError = "meanAbsoluteError",
        /// Root of the mean squared error, for continuous targets.
        RootMeanSquaredError = "rootMeanSquaredError",
        /// Linear correlation, for continuous targets.
        Correlation = "correlation",
    }
}

words! {
    /// Records, by the partition field.
    Part: "part" {
        /// The first partition.
        Training = "training",
        /// The second partition.
        Testing = "testing",
        /// The third partition.
        Validation = "validation",
        /// All records.
        All = "all",
    }
}
