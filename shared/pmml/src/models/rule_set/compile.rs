//! Compiles a rule set to a list of tests.

use super::document::{Rule, RuleSetModel};
use super::kernel::{Compiled, Rules};
use crate::common::{DataField, Function};
use crate::error::PmmlError;
use crate::models::tree::distribution::{ARRAYS, Distributions};
use crate::models::{Categories, Options, Parts, unsupported};
use crate::program::{Entity, Fields, Shape};

pub(crate) fn compile(
    model: &RuleSetModel,
    target: Option<&DataField>,
    options: &Options,
    fields: &mut Fields<'_>,
) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    if model.header.function != Function::Classification {
        return Err(unsupported(at, "a rule set that does not classify"));
    }
    let mut categories = Categories::of(target);
    for rule in &model.rules {
        categories.place(&rule.score, &rule.location)?;
        for known in &rule.distribution {
            categories.place(&known.value, &rule.location)?;
        }
    }
    if let Some(score) = &model.default_score {
        categories.place(score, at)?;
    }
    for known in &model.default_distribution {
        categories.place(&known.value, at)?;
    }
    let rows = model.rules.len() + 1;
    fields.spend(rows.saturating_mul(categories.len()).saturating_mul(ARRAYS))?;
    let mut distributions = Distributions::new(categories.len());
    let mut rules = Vec::with_capacity(model.rules.len());
    let mut entities = Vec::with_capacity(model.rules.len());
    for (place, rule) in model.rules.iter().enumerate() {
        fields.at = rule.location.clone();
        let test = fields.predicate(&rule.predicate)?;
        let winner = categories.find(&rule.score);
        distributions.add(&rule.distribution, winner, rule.record_count, &categories);
        rules.push(Compiled {
            test,
            winner: winner.unwrap_or(0),
            confidence: rule.confidence,
            adjusted: adjusted(rule),
            weight: rule.weight,
        });
        let id = rule.id.clone().unwrap_or_else(|| (place + 1).to_string());
        entities.push(Entity { id, name: None });
    }
    fields.at = at.clone();
    let default = model.default_score.as_ref().and_then(|score| categories.find(score));
    distributions.add(&model.default_distribution, default, None, &categories);
    let shape = Shape {
        categories: categories.into_names(),
        probabilities: model.rules.iter().all(|rule| !rule.distribution.is_empty()),
        adjusted: true,
        confidence: true,
        entities,
        has_entity: true,
        ..Shape::default()
    };
    let kernel = Rules {
        rules,
        criterion: options.rule_selection.or(model.criteria.first().copied()),
        default,
        default_confidence: model.default_confidence.unwrap_or(0.0),
        distributions: if shape.probabilities { Some(distributions) } else { None },
    };
    Ok(Parts { kernel: Box::new(kernel), shape })
}

/// (right + 1) / (fired + 2), the confidence of a rule in C5.0; without counts the document's confidence.
fn adjusted(rule: &Rule) -> f64 {
    match (rule.correct, rule.record_count) {
        (Some(correct), Some(count)) => (correct + 1.0) / (count + 2.0),
        _ => rule.confidence,
    }
}
