//! `Targets`: what is done to predictions.
//!
//! <https://dmg.org/pmml/v4-4/Targets.html>

use crate::error::PmmlError;
use crate::xml::Node;

/// What is done to predictions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Targets {
    /// One for each target that has something done to it.
    pub targets: Vec<Target>,
}

/// What is done to the predictions of a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The target; none: the only one.
    pub field: Option<String>,
    /// How a number becomes whole.
    pub cast_integer: Option<CastInteger>,
    /// The least prediction.
    pub min: Option<f64>,
    /// The greatest prediction.
    pub max: Option<f64>,
    /// What a number is multiplied with, after the bounds.
    pub rescale_factor: f64,
    /// What is then added.
    pub rescale_constant: f64,
    /// What is known of the values.
    pub values: Vec<TargetValue>,
}

/// What is known of a target's value.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetValue {
    /// The category; none for numbers.
    pub value: Option<String>,
    /// How it is shown to people.
    pub display_value: Option<String>,
    /// The probability of the category where the model gives none.
    pub prior_probability: Option<f64>,
    /// The number where the model gives none.
    pub default_value: Option<f64>,
}

/// How a number becomes whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CastInteger {
    /// To the nearest whole number.
    Round,
    /// Up.
    Ceiling,
    /// Down.
    Floor,
}

impl Targets {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&[], &["Target"])?;
        let targets = node.all("Target").map(|n| Target::read(&n)).collect::<Result<_, _>>()?;
        Ok(Self { targets })
    }

    /// What is done to the predictions of `field`.
    pub fn of(&self, field: &str) -> Option<&Target> {
        self.targets.iter().find(|t| t.field.as_deref().is_none_or(|name| name == field))
    }
}

impl Target {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes = ["field", "optype", "castInteger", "min", "max", "rescaleConstant", "rescaleFactor"];
        node.expect(&attributes, &["TargetValue"])?;
        let casts =
            [("round", CastInteger::Round), ("ceiling", CastInteger::Ceiling), ("floor", CastInteger::Floor)];
        let mut values = Vec::new();
        for value in node.all("TargetValue") {
            value.expect(&["value", "displayValue", "priorProbability", "defaultValue"], &["Partition"])?;
            values.push(TargetValue {
                value: value.owned("value"),
                display_value: value.owned("displayValue").filter(|text| !text.is_empty()),
                prior_probability: value.number("priorProbability")?,
                default_value: value.number("defaultValue")?,
            });
        }
        Ok(Self {
            field: node.owned("field"),
            cast_integer: node.one_of("castInteger", &casts)?,
            min: node.number("min")?,
            max: node.number("max")?,
            rescale_factor: node.number("rescaleFactor")?.unwrap_or(1.0),
            rescale_constant: node.number("rescaleConstant")?.unwrap_or(0.0),
            values,
        })
    }
}
