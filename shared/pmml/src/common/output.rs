//! `Output`: the columns that a document would have a model produce.
//!
//! <https://dmg.org/pmml/v4-4/Output.html>

use super::Expression;
use super::dictionary::{self, DataType, OpType};
use crate::error::{Location, PmmlError};
use crate::xml::Node;

/// The columns that a document would have a model produce.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Output {
    /// The columns, in order.
    pub fields: Vec<OutputField>,
}

/// A column that a document would have a model produce.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputField {
    /// The column's name.
    pub name: String,
    /// How it is shown to people, if differently.
    pub display_name: Option<String>,
    /// What it holds. A field without the attribute has the predicted value, as PMML's schema
    /// says.
    pub feature: Feature,
    /// The category or entity that it is about.
    pub value: Option<String>,
    /// The target that it is about.
    pub target_field: Option<String>,
    /// The segment of a `MiningModel` that it is about.
    pub segment: Option<String>,
    /// Its place in a ranking, from 1.
    pub rank: usize,
    /// Whether a ranking is by falling or rising numbers.
    pub rank_order: Option<RankOrder>,
    /// For `ruleValue`: what of the rule.
    pub rule_feature: Option<RuleFeature>,
    /// How it is measured, if stated.
    pub op_type: Option<OpType>,
    /// How it is stored, if stated.
    pub data_type: Option<DataType>,
    /// For `transformedValue` and `decision`: how it is computed.
    pub expression: Option<Expression>,
    /// The decisions that a `decision` may give.
    pub decisions: Vec<Decision>,
    /// Whether it is a result for people, not a step to another one.
    pub is_final: bool,
    /// Where it is defined.
    pub location: Location,
}

/// A decision that an output may give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The value that stands for it.
    pub value: String,
    /// How it is shown to people.
    pub display_value: Option<String>,
    /// What it means.
    pub description: Option<String>,
}

/// What an output holds.
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

/// What of an association rule an output holds.
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
