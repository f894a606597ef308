//! `Output`: the output columns that a document defines.
//!
//! <https://dmg.org/pmml/v4-4/Output.html>

use super::Expression;
use super::dictionary::{self, DataType, OpType};
use crate::error::{Location, PmmlError};
use crate::xml::Node;

/// The output columns that a document defines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Output {
    /// The columns, in order.
    pub fields: Vec<OutputField>,
}

/// An output column that a document defines.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputField {
    /// The column's name.
    pub name: String,
    /// Display name, if it differs.
    pub display_name: Option<String>,
    /// Its meaning. A field without the attribute has the predicted value, the default of PMML's schema.
    pub feature: Feature,
    /// The category or entity that it refers to.
    pub value: Option<String>,
    /// The target that it refers to.
    pub target_field: Option<String>,
    /// The segment of a `MiningModel` that it refers to.
    pub segment: Option<String>,
    /// Its rank, from 1.
    pub rank: usize,
    /// Whether a ranking is descending or ascending.
    pub rank_order: Option<RankOrder>,
    /// For `ruleValue`: the property of the rule.
    pub rule_feature: Option<RuleFeature>,
    /// Its measurement level, if given.
    pub op_type: Option<OpType>,
    /// Its data type, if given.
    pub data_type: Option<DataType>,
    /// For `transformedValue` and `decision`: its expression.
    pub expression: Option<Expression>,
    /// The possible decisions of a `decision`.
    pub decisions: Vec<Decision>,
    /// Whether it is a final result, not an intermediate one.
    pub is_final: bool,
    /// Where it is defined.
    pub location: Location,
}

/// A possible decision of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its value.
    pub value: String,
    /// Display name.
    pub display_value: Option<String>,
    /// Its meaning.
    pub description: Option<String>,
}

/// The meaning of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names are those of the attribute `feature`
pub enum Feature {
    PredictedValue,
    PredictedDisplayValue,
    TransformedValue,
    Decision,
    Probability,
    Affinity,
    Residual,
    StandardError,
    StandardDeviation,
    ClusterId,
    ClusterAffinity,
    EntityId,
    EntityAffinity,
    Warning,
    RuleValue,
    ReasonCode,
    Antecedent,
    Consequent,
    Rule,
    RuleId,
    Confidence,
    Support,
    Lift,
    Leverage,
    ConfidenceIntervalLower,
    ConfidenceIntervalUpper,
    Report,
}

/// The direction of a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankOrder {
    /// Largest first.
    Descending,
    /// Smallest first.
    Ascending,
}

/// The property of an association rule in an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names are those of the attribute `ruleFeature`
pub enum RuleFeature {
    Antecedent,
    Consequent,
    Rule,
    RuleId,
    Confidence,
    Support,
    Lift,
    Leverage,
    Affinity,
}

const FEATURES: [(&str, Feature); 28] = [
    ("predictedValue", Feature::PredictedValue),
    ("predictedDisplayValue", Feature::PredictedDisplayValue),
    ("transformedValue", Feature::TransformedValue),
    ("decision", Feature::Decision),
    ("probability", Feature::Probability),
    ("affinity", Feature::Affinity),
    ("residual", Feature::Residual),
    ("standardError", Feature::StandardError),
    ("standardDeviation", Feature::StandardDeviation),
    ("clusterId", Feature::ClusterId),
    ("clusterAffinity", Feature::ClusterAffinity),
    ("entityId", Feature::EntityId),
    ("entityAffinity", Feature::EntityAffinity),
    ("warning", Feature::Warning),
    ("ruleValue", Feature::RuleValue),
    ("reasonCode", Feature::ReasonCode),
    ("antecedent", Feature::Antecedent),
    ("consequent", Feature::Consequent),
    ("rule", Feature::Rule),
    ("ruleId", Feature::RuleId),
    ("confidence", Feature::Confidence),
    ("support", Feature::Support),
    ("lift", Feature::Lift),
    ("leverage", Feature::Leverage),
    ("confidenceIntervalLower", Feature::ConfidenceIntervalLower),
    ("confidenceIntervalUpper", Feature::ConfidenceIntervalUpper),
    ("report", Feature::Report),
    // An older spelling of PMML 3.
    ("entityID", Feature::EntityId),
];

const RULE_FEATURES: [(&str, RuleFeature); 9] = [
    ("antecedent", RuleFeature::Antecedent),
    ("consequent", RuleFeature::Consequent),
    ("rule", RuleFeature::Rule),
    ("ruleId", RuleFeature::RuleId),
    ("confidence", RuleFeature::Confidence),
    ("support", RuleFeature::Support),
    ("lift", RuleFeature::Lift),
    ("leverage", RuleFeature::Leverage),
    ("affinity", RuleFeature::Affinity),
];

impl Feature {
    /// The attribute's value.
    pub fn name(self) -> &'static str {
        FEATURES.iter().find(|(_, feature)| *feature == self).map_or("", |(name, _)| name)
    }
}

impl Output {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let fields = node.all("OutputField").map(|n| OutputField::read(&n)).collect::<Result<_, _>>()?;
        Ok(Self { fields })
    }
}

impl OutputField {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let orders = [("descending", RankOrder::Descending), ("ascending", RankOrder::Ascending)];
        let mut expressions = node.children().filter(|n| Expression::ELEMENTS.contains(&n.name()));
        let expression = match expressions.next() {
            Some(_) => Some(Expression::read_only_child(node)?),
            None => None,
        };
        let mut decisions = Vec::new();
        if let Some(list) = node.child("Decisions") {
            for decision in list.all("Decision") {
                decisions.push(Decision {
                    value: decision.required("value")?.to_owned(),
                    display_value: decision.owned("displayValue"),
                    description: decision.owned("description"),
                });
            }
        }
        Ok(Self {
            name: node.required("name")?.to_owned(),
            display_name: node.owned("displayName"),
            feature: node.one_of("feature", &FEATURES)?.unwrap_or(Feature::PredictedValue),
            value: node.owned("value"),
            target_field: node.owned("targetField"),
            segment: node.owned("segmentId"),
            rank: node.count("rank")?.unwrap_or(1),
            rank_order: node.one_of("rankOrder", &orders)?,
            rule_feature: node.one_of("ruleFeature", &RULE_FEATURES)?,
            op_type: dictionary::op_type(node)?,
            data_type: dictionary::data_type(node)?,
            expression,
            decisions,
            is_final: node.boolean("isFinalResult")?.unwrap_or(true),
            location: node.location(),
        })
    }
}
