//! `Scorecard`.
//!
//! <https://dmg.org/pmml/v4-4/Scorecard.html>

use crate::common::{Expression, ModelHeader, Predicate};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_NODES;
use crate::xml::Node;

/// Points for characteristics.
#[derive(Debug, Clone)]
pub struct Scorecard {
    /// The properties of all models.
    pub header: ModelHeader,
    /// The initial points of a record.
    pub initial_score: f64,
    /// Whether reasons are listed for a score.
    pub use_reason_codes: bool,
    /// Whether reasons refer to points above the baseline (`pointsAbove`), not below.
    pub points_above: bool,
    /// The baseline of characteristics without one.
    pub baseline_score: Option<f64>,
    /// The characteristics.
    pub characteristics: Vec<Characteristic>,
}

/// A characteristic.
#[derive(Debug, Clone)]
pub struct Characteristic {
    /// Its name.
    pub name: Option<String>,
    /// The default reason of its attributes.
    pub reason_code: Option<String>,
    /// The baseline points.
    pub baseline_score: Option<f64>,
    /// Its attributes; the first one whose condition is true determines the points.
    pub attributes: Vec<Attribute>,
    /// Where it is defined.
    pub location: Location,
}

/// Points for a condition.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The condition.
    pub predicate: Predicate,
    /// The points.
    pub partial_score: Option<f64>,
    /// The expression for the points, if they are not constant.
    pub complex: Option<Expression>,
    /// The reason.
    pub reason_code: Option<String>,
    /// Where it is defined.
    pub location: Location,
}

impl Scorecard {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes =
            ["initialScore", "useReasonCodes", "reasonCodeAlgorithm", "baselineScore", "baselineMethod"];
        let header = ModelHeader::read(node, &attributes, &["Characteristics"])?;
        let mut count = 0;
        let mut characteristics = Vec::new();
        for one in node.required_child("Characteristics")?.all("Characteristic") {
            one.expect(&["name", "reasonCode", "baselineScore"], &["Attribute"])?;
            let mut attributes = Vec::new();
            for attribute in one.all("Attribute") {
                count += 1;
                if count > MAX_NODES {
                    return Err(one.limit("attributes", MAX_NODES));
                }
                attributes.push(Attribute::read(&attribute)?);
            }
            if attributes.is_empty() {
                return Err(one.invalid("no Attribute element"));
            }
            characteristics.push(Characteristic {
                name: one.owned("name"),
                reason_code: one.owned("reasonCode"),
                baseline_score: one.number("baselineScore")?,
                attributes,
                location: one.location(),
            });
        }
        let algorithms = [("pointsAbove", true), ("pointsBelow", false)];
        Ok(Self {
            header,
            initial_score: node.number("initialScore")?.unwrap_or(0.0),
            use_reason_codes: node.boolean("useReasonCodes")?.unwrap_or(true),
            points_above: node.one_of("reasonCodeAlgorithm", &algorithms)?.unwrap_or(false),
            baseline_score: node.number("baselineScore")?,
            characteristics,
        })
    }
}

impl Attribute {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let children = [&["ComplexPartialScore"][..], &Predicate::ELEMENTS].concat();
        node.expect(&["reasonCode", "partialScore"], &children)?;
        let complex = node.child("ComplexPartialScore");
        Ok(Self {
            predicate: Predicate::read_only_child(node)?,
            partial_score: node.number("partialScore")?,
            complex: complex.map(|n| Expression::read_only_child(&n)).transpose()?,
            reason_code: node.owned("reasonCode"),
            location: node.location(),
        })
    }
}
