//! `Targets`: postprocessing of predictions.
//!
//! <https://dmg.org/pmml/v4-4/Targets.html>

use crate::error::PmmlError;
use crate::xml::Node;

/// Postprocessing of predictions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Targets {
    /// One entry for each affected target.
    pub targets: Vec<Target>,
}

/// Postprocessing of the predictions of a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The target; `None` means the only one.
    pub field: Option<String>,
    /// Rounding of a number.
    pub cast_integer: Option<CastInteger>,
    /// Lower bound of predictions.
    pub min: Option<f64>,
    /// Upper bound of predictions.
    pub max: Option<f64>,
    /// Factor of a number, after the bounds.
    pub rescale_factor: f64,
    /// Constant that is added after that.
    pub rescale_constant: f64,
    /// Properties of its values.
    pub values: Vec<TargetValue>,
}

/// Properties of a target's value.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetValue {
    /// The category; `None` for numbers.
    pub value: Option<String>,
    /// Display name.
    pub display_value: Option<String>,
    /// The probability of the category if the model has none.
    pub prior_probability: Option<f64>,
    /// The number if the model has none.
    pub default_value: Option<f64>,
}

/// Rounding of a number.
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

    /// Postprocessing of the predictions of `field`.
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
