//! Scoring options of a caller.

use crate::common::InvalidValueTreatment;
use crate::models::rule_set::Criterion;

/// Scoring options of a caller, for choices that PMML leaves open.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Treatment of values that the data dictionary does not list, if the mining schema does not define it.
    /// By PMML's default the record has no result.
    pub invalid_values: InvalidValueTreatment,
    /// The choice of a rule set among the rules that fire, instead of the document's first
    /// `RuleSelectionMethod`. Modeler has "voting" and "first hit" as an option of its C5.0 rule set nuggets.
    pub rule_selection: Option<Criterion>,
    /// Whether to compile the document's `Output` and evaluate it with every batch.
    pub outputs: bool,
    /// Whether to score the document's verification records during compilation, and refuse the document if a
    /// result differs.
    pub verify: bool,
    /// The target to predict, for models with several (IBM's neural nets).
    pub target: Option<String>,
    /// The number of neighbours, instead of the document's.
    pub neighbours: Option<usize>,
    /// Prediction by association rules, which PMML leaves to the consumer.
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

/// Options for prediction by association rules.
#[derive(Debug, Clone, PartialEq)]
pub struct AssociationOptions {
    /// How many rules are listed for a record.
    pub predictions: usize,
    /// The criterion of their ranking.
    pub criterion: RuleCriterion,
    /// The rules that count, by their consequents.
    pub consequents: Consequents,
    /// Whether several rules with the same consequent are listed.
    pub repeat: bool,
}

/// The criterion for ranking association rules, in descending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// The association rules that count, by whether the record has their consequents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
