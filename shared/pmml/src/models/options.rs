//! What a caller may decide about a model.

use crate::common::InvalidValueTreatment;
use crate::models::rule_set::Criterion;

/// What a caller may decide about a model, within what PMML leaves open.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Options {
    /// What to do with values that the data dictionary does not list, where the mining schema does
    /// not state it. PMML's default is that the record has no result.
    pub invalid_values: InvalidValueTreatment,
    /// How a rule set chooses among the rules that fire, instead of the document's first
    /// `RuleSelectionMethod`: Modeler keeps "voting" and "first hit" as an option of its C5.0
    /// rule set nuggets.
    pub rule_selection: Option<Criterion>,
    /// Whether to compile the document's `Output` and evaluate it with every batch.
    pub outputs: bool,
    /// Whether to score the document's verification records when it is compiled, and refuse it if
    /// a result differs.
    pub verify: bool,
    /// The target to predict, of a model that has several (IBM's neural nets).
    pub target: Option<String>,
    /// The number of neighbours, instead of the document's.
    pub neighbours: Option<usize>,
    /// How association rules predict, which PMML leaves to the consumer.
    pub association: AssociationOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            invalid_values: InvalidValueTreatment::ReturnInvalid,
            rule_selection: None,
            outputs: true,
            verify: true,
            target: None,
            neighbours: None,
            association: AssociationOptions::default(),
        }
    }
}

/// How association rules predict.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct AssociationOptions {
    /// How many rules are listed for a record.
    pub predictions: usize,
    /// What rules are ranked by.
    pub criterion: RuleCriterion,
    /// Which rules count, by their consequents.
    pub consequents: Consequents,
    /// Whether several rules of one consequent are listed.
    pub repeat: bool,
}

/// What association rules are ranked by, the greatest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum RuleCriterion {
    /// Confidence.
    Confidence,
    /// Support of the antecedent.
    Support,
    /// Support of antecedent and consequent together.
    RuleSupport,
    /// Lift.
    Lift,
    /// Support of the antecedent without the consequent.
    Deployability,
}

/// Which association rules count, by whether the record has their consequents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Consequents {
    /// All.
    Any,
    /// Those whose consequent the record does not have.
    NotInRecord,
    /// Those whose consequent the record has.
    InRecord,
}

impl Default for AssociationOptions {
    /// Three rules by confidence, one for each consequent.
    fn default() -> Self {
        Self {
            predictions: 3,
            criterion: RuleCriterion::Confidence,
            consequents: Consequents::Any,
            repeat: false,
        }
    }
}
