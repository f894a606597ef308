//! Global pruning: cuts the subtrees that save the fewest errors for each leaf, within one standard error.

use super::C5Node;
use super::tests_of_nodes::EPSILON;

/// Cuts nodes of a tree, those with the fewest additional errors for each saved leaf first, while the errors stay
/// within one standard error of those before, rounded up. Nodes that save as much are cut together or not at all. So
/// trees that Modeler stored keep several of the same ratio, of which the limit allows some but not all.
pub(super) fn prune(tree: &mut C5Node) {
    let (records, mut errors) = (tree.weight(), tree.errors());
    let limit = (errors + (errors * (records - errors).max(0.0) / records).sqrt()).ceil();
    loop {
        let weakest = weakest(tree);
        if weakest.is_infinite() {
            break;
        }
        let additional = cut(tree, weakest, false);
        if errors + additional > limit + EPSILON {
            break;
        }
        errors += additional;
        cut(tree, weakest, true);
    }
}

/// The errors that a node makes as a leaf beyond those of its subtree, and those for each leaf that it saves.
fn additional(node: &C5Node) -> (f64, f64) {
    let as_leaf = node.weight() - node.counts.get(node.class).copied().unwrap_or_default();
    let additional = as_leaf - node.errors();
    (additional, additional / node.leaves().saturating_sub(1).max(1) as f64)
}

/// The fewest additional errors for each saved leaf; infinite for a leaf.
fn weakest(node: &C5Node) -> f64 {
    let Some(split) = &node.split else { return f64::INFINITY };
    split.branches.iter().map(weakest).fold(additional(node).1, f64::min)
}

/// The additional errors if all nodes up to a number of them for each leaf are cut; and cuts them.
fn cut(node: &mut C5Node, most: f64, really: bool) -> f64 {
    if node.split.is_none() {
        return 0.0;
    }
    let (errors, each) = additional(node);
    if each <= most + EPSILON {
        if really {
            node.split = None;
        }
        return errors;
    }
    match &mut node.split {
        Some(split) => split.branches.iter_mut().map(|branch| cut(branch, most, really)).sum(),
        None => 0.0,
    }
}
