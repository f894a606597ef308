//! Training: its options, and what is known about the models that it builds.

use std::fmt;

use crate::error::NodeRef;

/// The options of a job that trains models.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Training {
    /// The name of the new stream, with or without `.str`; the stream's own name by default.
    pub name: Option<String>,
    /// Whether the other builders are to run if one fails.
    pub continues_on_failure: bool,
    /// The condition for new models; without one, each replaces the old model.
    pub promotion: Option<Promotion>,
}

/// The condition under which a new model replaces the old one: it is not worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promotion {
    /// What is compared; by default the accuracy of categories, and the mean absolute error of numbers.
    pub measure: Option<Measure>,
    /// The records on which both models are compared.
    pub on: Part,
}

/// A measure of a model's quality, computed from its predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Fraction of records with the right prediction. A record without a prediction is wrong.
    Accuracy,
    /// Mean of |target − prediction|, over the records that have both.
    MeanAbsoluteError,
    /// Root of the mean of (target − prediction)², over the records that have both.
    RootMeanSquaredError,
    /// Linear correlation of target and prediction, over the records that have both.
    Correlation,
}

impl Measure {
    /// The name in definitions and logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::MeanAbsoluteError => "meanAbsoluteError",
            Self::RootMeanSquaredError => "rootMeanSquaredError",
            Self::Correlation => "correlation",
        }
    }

    /// Whether `new` is worse than `old`. A value that is not a number is worse than any number.
    #[must_use]
    pub fn is_worse(self, new: f64, old: f64) -> bool {
        if new.is_nan() || old.is_nan() {
            return new.is_nan() && !old.is_nan();
        }
        match self {
            Self::Accuracy | Self::Correlation => new < old,
            Self::MeanAbsoluteError | Self::RootMeanSquaredError => new > old,
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A part of the records, by the partition field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// All records, with or without a partition field.
    #[default]
    All,
    /// The first partition.
    Training,
    /// The second partition.
    Testing,
    /// The third partition.
    Validation,
}

impl Part {
    /// The place of its value among those of the partition field.
    pub(crate) fn place(self) -> Option<usize> {
        match self {
            Self::All => None,
            Self::Training => Some(0),
            Self::Testing => Some(1),
            Self::Validation => Some(2),
        }
    }

    /// The name in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Training => "training",
            Self::Testing => "testing",
            Self::Validation => "validation",
        }
    }
}

/// The quality of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// What was measured: `accuracy`, or a measure of the builder's own.
    pub measure: String,
    /// Its value.
    pub value: f64,
}

/// A model that a builder made.
#[derive(Debug, Clone, PartialEq)]
pub struct BuiltModel {
    /// The builder.
    pub builder: NodeRef,
    /// The name of the model.
    pub name: String,
    /// The number of records that trained it, if the builder counted them.
    pub records: Option<u64>,
    /// The fields that it predicts; none for clusters and rules.
    pub targets: Vec<String>,
    /// The fields that it uses.
    pub inputs: Vec<String>,
    /// Its quality, where one is known.
    pub quality: Option<Quality>,
    /// Whether it is in the new stream; otherwise the old model stays there, or none.
    pub is_delivered: bool,
}

/// What a builder notes about its model while it runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ModelNotes {
    pub(crate) records: Option<u64>,
    pub(crate) quality: Option<Quality>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_worse_by_the_direction_of_its_measure() {
        assert!(Measure::Accuracy.is_worse(0.8, 0.9));
        assert!(!Measure::Accuracy.is_worse(0.9, 0.9), "an equal model is not worse");
        assert!(Measure::MeanAbsoluteError.is_worse(2.0, 1.0));
        assert!(!Measure::RootMeanSquaredError.is_worse(1.0, 2.0));
        assert!(Measure::Correlation.is_worse(f64::NAN, 0.0));
        assert!(!Measure::Correlation.is_worse(0.0, f64::NAN));
    }
}
