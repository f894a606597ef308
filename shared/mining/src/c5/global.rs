//! Global pruning: cuts the subtrees that save the fewest errors for each leaf, within one standard error.

use super::C5Node;
use super::tests_of_nodes::EPSILON;

/// Cuts nodes of a tree, the one with the fewest additional errors for each saved leaf first, while the errors stay
/// within one standard error of those before.
pub(super) fn prune(tree: &mut C5Node) {
    let (records, errors) = (tree.weight(), tree.errors());
    let limit = errors + (errors * (records - errors).max(0.0) / records).sqrt();
    let mut errors = errors;
    while let Some(weakest) = weakest(tree, 0, &mut Vec::new()) {
        if errors + weakest.additional > limit + EPSILON {
            break;
        }
        errors += weakest.additional;
        cut(tree, &weakest.path);
    }
}

/// A node that can become a leaf.
struct Weakest {
    ratio: f64,
    additional: f64,
    path: Vec<usize>,
}

/// The node with the lowest ratio; of several, the first from the root.
fn weakest(node: &C5Node, level: usize, path: &mut Vec<usize>) -> Option<Weakest> {
    let split = node.split.as_ref()?;
    let as_leaf = node.weight() - node.counts.get(node.class).copied().unwrap_or_default();
    let additional = as_leaf - node.errors();
    let saved = node.leaves().saturating_sub(1).max(1) as f64;
    let mut best = Weakest { ratio: additional / saved, additional, path: path.clone() };
    for (at, branch) in split.branches.iter().enumerate() {
        path.push(at);
        if let Some(below) = weakest(branch, level + 1, path)
            && below.ratio < best.ratio - EPSILON
        {
            best = below;
        }
        path.pop();
    }
    Some(best)
}

fn cut(node: &mut C5Node, path: &[usize]) {
    match (path.split_first(), &mut node.split) {
        (Some((first, rest)), Some(split)) => {
            if let Some(branch) = split.branches.get_mut(*first) {
                cut(branch, rest);
            }
        }
        _ => node.split = None,
    }
}
