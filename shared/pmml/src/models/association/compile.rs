//! Compiles rules to sets of tests, in the order of the criterion.

use super::document::{AssociationModel, AssociationRule, Item};
use super::kernel::{Rule, Rules};
use crate::common::{Function, UsageType};
use crate::error::PmmlError;
use crate::models::options::{AssociationOptions, RuleCriterion};
use crate::models::{Context, Parts, invalid, unsupported};
use crate::program::{Entity, Fields, Kind, Shape, Test};

pub(crate) fn compile(
    model: &AssociationModel,
    context: &Context<'_>,
    fields: &mut Fields<'_>,
) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    if model.header.function != Function::AssociationRules {
        return Err(unsupported(at, "an AssociationModel whose functionName is not associationRules"));
    }
    if model.header.mining_schema.with_usage(UsageType::Group).next().is_some() {
        return Err(unsupported(at, "transactional data (usageType=\"group\")"));
    }
    let options: &AssociationOptions = &context.options.association;
    let mut items = Vec::with_capacity(model.items.len());
    for item in &model.items {
        fields.at = item.location.clone();
        items.push(test(item, context, fields)?);
    }
    fields.at = at.clone();
    let number = |rule: &AssociationRule| -> Result<f64, PmmlError> {
        let antecedent = || {
            let support = model.itemsets.get(rule.antecedent).and_then(|set| set.support);
            // The support of both divided by the confidence is the support of the antecedent.
            support.unwrap_or(rule.support / rule.confidence)
        };
        match options.criterion {
            RuleCriterion::Confidence => Ok(rule.confidence),
            RuleCriterion::Support => Ok(antecedent()),
            RuleCriterion::RuleSupport => Ok(rule.support),
            RuleCriterion::Deployability => Ok(antecedent() - rule.support),
            RuleCriterion::Lift => {
                rule.lift.ok_or_else(|| invalid(at, format!("rule {:?} has no lift", rule.id)))
            }
        }
    };
    let mut order = Vec::new();
    for (place, rule) in model.rules.iter().enumerate() {
        order.push((number(rule)?, place));
    }
    // Best first; equal ones in document order.
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut rules = Vec::with_capacity(order.len());
    for (number, place) in order {
        let Some(rule) = model.rules.get(place) else { continue };
        rules.push(Rule {
            place: place as u32,
            antecedent: rule.antecedent,
            consequent: rule.consequent,
            number,
        });
    }
    let entities = model.rules.iter().map(|rule| Entity { id: rule.id.clone(), name: None });
    let shape = Shape {
        entities: entities.collect(),
        has_entity: true,
        ranked: options.predictions,
        ..Shape::default()
    };
    let kernel = Rules {
        items,
        sets: model.itemsets.iter().map(|set| set.items.clone()).collect(),
        rules,
        consequents: options.consequents,
        repeat: options.repeat,
    };
    Ok(Parts { kernel: Box::new(kernel), shape })
}

/// Whether a record has an item: a field's value, or a flag's true value.
fn test(item: &Item, context: &Context<'_>, fields: &mut Fields<'_>) -> Result<Test, PmmlError> {
    if let Some(field) = &item.field {
        let of = fields.field(field)?;
        return fields.equals(&of, item.category.as_ref().unwrap_or(&item.value));
    }
    if let Some(field) = context.dictionary.field(&item.value) {
        let of = fields.field(&item.value)?;
        if of.kind == Kind::Boolean {
            return fields.equals(&of, "true");
        }
        let stated = field.extensions.iter().find(|e| e.name.as_deref() == Some("flagTypeTrueValue"));
        let Some(value) = stated.and_then(|e| e.value.as_ref()) else {
            return Err(unsupported(
                &item.location,
                format!("a flag {:?} without flagTypeTrueValue", item.value),
            ));
        };
        return fields.equals(&of, value);
    }
    // The name of a field may contain the character, too.
    for (place, _) in item.value.match_indices('=') {
        let (field, value) = (&item.value[..place], &item.value[place + 1..]);
        if fields.sees(field) {
            let of = fields.field(field)?;
            return fields.equals(&of, value);
        }
    }
    Err(unsupported(&item.location, format!("an item {:?} that is no field's value", item.value)))
}
