//! A tree that an algorithm grew, in the terms of a nugget.

use satsuma_columns::Field;
use satsuma_mining::trees::{Branch, Node, Passes, Tree};

use super::encoding::Encoding;
use super::{Algorithm, Input, Prediction, Risk, Test, TestValues, TrainedTree, TreeNode};

impl TrainedTree {
    /// `ranges` has the lowest and the highest number of each continuous input.
    pub(crate) fn of(
        algorithm: Algorithm,
        tree: &Tree,
        encoding: &Encoding,
        ranges: &[Option<(f64, f64)>],
        with_importance: bool,
    ) -> Self {
        let categories = encoding.target_categories();
        let nodes: Vec<TreeNode> =
            tree.nodes.iter().map(|node| of_node(node, encoding, categories.is_some())).collect();
        let importance = if with_importance {
            importance(tree, encoding.inputs.len(), categories.is_some())
        } else {
            Vec::new()
        };
        let input = |(at, field): (usize, &Field)| Input {
            field: field.clone(),
            importance: importance.get(at).copied(),
            range: ranges.get(at).copied().flatten(),
            usage: None,
        };
        let priors = match (&categories, tree.nodes.first()) {
            (Some(_), Some(root)) => {
                root.counts.iter().map(|count| count / (root.records as f64).max(1.0)).collect()
            }
            _ => Vec::new(),
        };
        Self {
            algorithm,
            inputs: encoding.inputs.iter().enumerate().map(input).collect(),
            target: encoding.target.clone(),
            categories,
            risk: Some(Risk { value: tree.risk.value, error: tree.risk.error }),
            priors,
            nodes,
        }
    }
}

fn of_node(node: &Node, encoding: &Encoding, is_categorical: bool) -> TreeNode {
    let test = |branch: &Branch| Test {
        input: branch.input,
        values: match &branch.passes {
            Passes::Interval { above, to } => TestValues::Interval { above: *above, to: *to },
            Passes::Categories(codes) => {
                TestValues::In(codes.iter().map(|code| encoding.category(branch.input, *code)).collect())
            }
        },
        missing: branch.missing,
    };
    let records = node.records as f64;
    let right = node.counts.get(node.category).copied().unwrap_or_default();
    TreeNode {
        id: node.id,
        tests: node.branches.iter().map(test).collect(),
        children: node.children.clone(),
        default_child: (!node.is_leaf()).then_some(node.default_child),
        records,
        counts: node.counts.clone(),
        prediction: match is_categorical {
            true => Prediction::Category(node.category),
            false => Prediction::Number { mean: node.mean, deviation: node.deviation },
        },
        accuracy: if is_categorical && records > 0.0 { right / records } else { 0.0 },
        statistics: node.statistics.clone(),
    }
}

/// The importance of each input: its share of the impurity (Gini's, or squared deviations) that splits removed.
/// Modeler's own numbers come from a sensitivity analysis that is not published in detail.
fn importance(tree: &Tree, inputs: usize, is_categorical: bool) -> Vec<f64> {
    let impurity = |node: &Node| {
        let records = node.records as f64;
        match is_categorical {
            true => records - node.counts.iter().map(|count| count * count).sum::<f64>() / records.max(1.0),
            false => (records - 1.0) * node.deviation * node.deviation,
        }
    };
    let mut shares = vec![0.0; inputs];
    for node in &tree.nodes {
        let children: Vec<&Node> = node.children.iter().filter_map(|child| tree.nodes.get(*child)).collect();
        let field = children.first().and_then(|child| child.branches.first()).map(|branch| branch.input);
        let share = field.and_then(|field| shares.get_mut(field));
        if let Some(share) = share {
            *share += (impurity(node) - children.into_iter().map(impurity).sum::<f64>()).max(0.0);
        }
    }
    let total: f64 = shares.iter().sum();
    if total > 0.0 {
        shares.iter_mut().for_each(|share| *share /= total);
    }
    shares
}
