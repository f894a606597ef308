//! Compiles a tree to flat arrays, breadth first, so that siblings are adjacent.

use std::collections::HashMap;

use super::distribution::{ARRAYS, Distributions};
use super::document::{MissingValueStrategy, TreeModel, TreeNode};
use super::kernel::{NO_NODE, Node, Tree};
use crate::common::{DataField, Function};
use crate::error::PmmlError;
use crate::models::{Categories, Parts, invalid, unsupported};
use crate::program::{Entity, Fields, Shape};

pub(crate) fn compile(
    model: &TreeModel,
    target: Option<&DataField>,
    fields: &mut Fields<'_>,
) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    let classes = match model.header.function {
        Function::Classification => true,
        Function::Regression => false,
        _ => return Err(unsupported(at, "a tree that neither classifies nor predicts a number")),
    };
    let order = breadth_first(&model.root);
    let mut categories = Categories::of(target);
    if classes {
        for node in order.iter().map(|(node, _)| *node) {
            for known in &node.distribution {
                categories.place(&known.value, &node.location)?;
            }
            if let Some(score) = &node.score {
                categories.place(score, &node.location)?;
            }
        }
    }
    let width = if classes { categories.len() } else { 0 };
    fields.spend(order.len().saturating_mul(width).saturating_mul(ARRAYS))?;
    let mut distributions = Distributions::new(width);
    let mut nodes = Vec::with_capacity(order.len());
    let mut entities = Vec::with_capacity(order.len());
    // The children of a node follow those of the previous nodes.
    let mut next = 1;
    for (place, (node, _)) in order.iter().enumerate() {
        let first_child = next;
        next += node.children.len();
        fields.at = node.location.clone();
        let test = fields.predicate(&node.predicate)?;
        let score = score(node, classes, &categories)?;
        let winner = score.filter(|_| classes).map(|s| s as u32);
        distributions.add(&node.distribution, winner, node.record_count, &categories);
        let ids: HashMap<&str, usize> = node
            .children
            .iter()
            .enumerate()
            .filter_map(|(i, child)| Some((child.id.as_deref()?, first_child + i)))
            .collect();
        let default_child = match &node.default_child {
            None => NO_NODE,
            Some(id) => match ids.get(id.as_str()) {
                Some(child) => *child as u32,
                None => return Err(invalid(&node.location, format!("no child {id:?}, the default one"))),
            },
        };
        let id = node.id.clone().unwrap_or_else(|| place.to_string());
        entities.push(Entity { id, name: None });
        let counted = node.distribution.iter().map(|d| d.record_count).sum();
        let records = node.record_count.unwrap_or(counted);
        nodes.push(Node {
            test,
            first_child: first_child as u32,
            children: node.children.len() as u32,
            default_child,
            score,
            records,
        });
    }
    fields.at = at.clone();
    let weighs = matches!(
        model.missing_value_strategy,
        MissingValueStrategy::WeightedConfidence | MissingValueStrategy::AggregateNodes
    );
    if weighs && order.iter().any(|(node, _)| node.record_count.is_none() && node.distribution.is_empty()) {
        return Err(invalid(at, "nodes without recordCount, by which missing values are weighted"));
    }
    let shape = Shape {
        categories: if classes { categories.into_names() } else { Vec::new() },
        probabilities: classes,
        confidences: classes,
        adjusted: classes,
        entities,
        has_entity: true,
        ..Shape::default()
    };
    let kernel = Tree {
        nodes,
        distributions,
        strategy: model.missing_value_strategy,
        penalty: model.missing_value_penalty,
        last_prediction: model.last_prediction,
        classes,
    };
    Ok(Parts { kernel: Box::new(kernel), shape })
}

/// The nodes with their depths, level by level.
fn breadth_first(root: &TreeNode) -> Vec<(&TreeNode, usize)> {
    let mut order = vec![(root, 0)];
    let mut place = 0;
    while let Some((node, depth)) = order.get(place).copied() {
        order.extend(node.children.iter().map(|child| (child, depth + 1)));
        place += 1;
    }
    order
}

/// The prediction of a node: an index of a category, or a number.
fn score(node: &TreeNode, classes: bool, categories: &Categories) -> Result<Option<f64>, PmmlError> {
    if classes {
        let stated = node.score.as_ref().and_then(|score| categories.find(score));
        // Without a score: the category with most records, the first one of equal ones.
        let most = || {
            let mut best = None;
            for known in &node.distribution {
                if best.is_none_or(|(count, _)| known.record_count > count) {
                    best = Some((known.record_count, categories.find(&known.value)?));
                }
            }
            best.map(|(_, place)| place)
        };
        return Ok(stated.or_else(most).map(f64::from));
    }
    let Some(text) = &node.score else { return Ok(None) };
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        _ => Err(invalid(&node.location, format!("score={text:?} is not a number"))),
    }
}
