//! `RuleSetModel`.
//!
//! <https://dmg.org/pmml/v4-4/RuleSet.html>

use crate::common::{CompoundOperator, ModelHeader, Predicate};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_NODES;
use crate::models::tree::document::ScoreDistribution;
use crate::xml::Node;

/// Rules that predict, and the choice among them.
#[derive(Debug, Clone)]
pub struct RuleSetModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// The choices among the rules that fire; the first one is the default.
    pub criteria: Vec<Criterion>,
    /// The prediction if no rule fires.
    pub default_score: Option<String>,
    /// The confidence of this prediction.
    pub default_confidence: Option<f64>,
    /// Statistics of each category if no rule fires.
    pub default_distribution: Vec<ScoreDistribution>,
    /// The rules in order; those inside compound rules are joined with the outer predicates.
    pub rules: Vec<Rule>,
}

/// The choice among the rules that fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// The category with the greatest sum of weights: Modeler's "voting".
    WeightedSum,
    /// The rule with the greatest weight.
    WeightedMax,
    /// The first rule: Modeler's "first hit".
    FirstHit,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id, if it has one.
    pub id: Option<String>,
    /// Its condition.
    pub predicate: Predicate,
    /// Its prediction.
    pub score: String,
    /// Number of training records for which it fired.
    pub record_count: Option<f64>,
    /// Number of those with the right prediction.
    pub correct: Option<f64>,
    /// Its confidence.
    pub confidence: f64,
    /// Its weight relative to others.
    pub weight: f64,
    /// Statistics of each category.
    pub distribution: Vec<ScoreDistribution>,
    /// Where it is defined.
    pub location: Location,
}

impl RuleSetModel {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let header = ModelHeader::read(node, &[], &["RuleSet"])?;
        let set = node.required_child("RuleSet")?;
        let attributes = ["recordCount", "nbCorrect", "defaultScore", "defaultConfidence"];
        let children = ["RuleSelectionMethod", "ScoreDistribution", "SimpleRule", "CompoundRule"];
        set.expect(&attributes, &children)?;
        let names = [
            ("weightedSum", Criterion::WeightedSum),
            ("weightedMax", Criterion::WeightedMax),
            ("firstHit", Criterion::FirstHit),
        ];
        let mut criteria = Vec::new();
        for method in set.all("RuleSelectionMethod") {
            method.expect(&["criterion"], &[])?;
            let criterion = method.one_of("criterion", &names)?;
            criteria.push(criterion.ok_or_else(|| method.invalid("no attribute criterion"))?);
        }
        if criteria.is_empty() {
            return Err(set.invalid("no RuleSelectionMethod element"));
        }
        let mut rules = Vec::new();
        read_rules(&set, &[], &mut rules)?;
        Ok(Self {
            header,
            criteria,
            default_score: set.owned("defaultScore"),
            default_confidence: set.number("defaultConfidence")?,
            default_distribution: ScoreDistribution::read_all(&set)?,
            rules,
        })
    }
}

/// Adds the rules inside `node`. They fire only if the `outer` predicates are also true.
fn read_rules(node: &Node<'_>, outer: &[Predicate], rules: &mut Vec<Rule>) -> Result<(), PmmlError> {
    for child in node.children() {
        let predicate = || -> Result<Vec<Predicate>, PmmlError> {
            Ok([outer, &[Predicate::read_only_child(&child)?]].concat())
        };
        match child.name() {
            "CompoundRule" => {
                let children = [&["SimpleRule", "CompoundRule"][..], &Predicate::ELEMENTS].concat();
                child.expect(&[], &children)?;
                read_rules(&child, &predicate()?, rules)?;
            }
            "SimpleRule" => {
                if rules.len() >= MAX_NODES {
                    return Err(child.limit("rules", MAX_NODES));
                }
                let attributes = ["id", "score", "recordCount", "nbCorrect", "confidence", "weight"];
                child.expect(&attributes, &[&["ScoreDistribution"][..], &Predicate::ELEMENTS].concat())?;
                let mut parts = predicate()?;
                let predicate = match (parts.len(), parts.pop()) {
                    (1, Some(only)) => only,
                    (_, last) => {
                        parts.extend(last);
                        Predicate::Compound { operator: CompoundOperator::And, parts }
                    }
                };
                rules.push(Rule {
                    id: child.owned("id"),
                    predicate,
                    score: child.required("score")?.to_owned(),
                    record_count: child.number("recordCount")?,
                    correct: child.number("nbCorrect")?,
                    confidence: child.number("confidence")?.unwrap_or(1.0),
                    weight: child.number("weight")?.unwrap_or(1.0),
                    distribution: ScoreDistribution::read_all(&child)?,
                    location: child.location(),
                });
            }
            _ => {}
        }
    }
    Ok(())
}
