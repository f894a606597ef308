//! Pessimistic pruning: a node becomes a leaf, or its largest branch takes its place.

use super::C5Node;
use super::cases::{Case, Training};
use super::errors::Estimates;
use super::grow::largest;
use crate::{Control, MiningError};

/// A simpler tree may be worse by this many errors.
const TOLERANCE: f64 = 0.1;

/// Prunes a tree from its leaves up, and counts its records again.
pub(super) fn prune(
    training: &Training<'_>,
    tree: &mut C5Node,
    cases: &[Case],
    confidence: f64,
    control: Control<'_>,
) -> Result<(), MiningError> {
    let class = tree.class;
    let pruner = Pruner { training, estimates: Estimates::new(confidence), control };
    pruner.prune(tree, cases, class)?;
    Ok(())
}

struct Pruner<'a> {
    training: &'a Training<'a>,
    estimates: Estimates,
    control: Control<'a>,
}

impl Pruner<'_> {
    /// Prunes a node that these records reach, and returns its estimated errors.
    fn prune(&self, node: &mut C5Node, cases: &[Case], parent: usize) -> Result<f64, MiningError> {
        self.control.check()?;
        let as_leaf = self.count(node, cases, parent);
        let class = node.class;
        if node.split.is_none() {
            return Ok(as_leaf);
        }
        let divided = self.divide(node, cases);
        let Some(split) = &mut node.split else { return Ok(as_leaf) };
        let mut as_tree = 0.0;
        for (branch, cases) in split.branches.iter_mut().zip(&divided) {
            as_tree += self.prune(branch, cases, class)?;
        }
        let weight = |cases: &Vec<Case>| cases.iter().map(|case| case.weight).sum::<f64>();
        let mut most = (0, 0.0);
        for (at, cases) in divided.iter().enumerate() {
            if weight(cases) > most.1 {
                most = (at, weight(cases));
            }
        }
        drop(divided);
        let as_branch = match split.branches.get(most.0) {
            Some(branch) => self.estimate(branch, cases)?,
            None => f64::INFINITY,
        };
        if as_leaf <= as_branch + TOLERANCE && as_leaf <= as_tree + TOLERANCE {
            node.split = None;
            return Ok(as_leaf);
        }
        if as_branch <= as_tree + TOLERANCE {
            let mut branch = split.branches.swap_remove(most.0);
            let errors = self.prune(&mut branch, cases, parent)?;
            *node = branch;
            return Ok(errors);
        }
        Ok(as_tree)
    }

    /// Counts the records that reach a node, of which a tie goes to the parent's class, and returns the estimated errors of a leaf.
    fn count(&self, node: &mut C5Node, cases: &[Case], parent: usize) -> f64 {
        node.counts = self.training.counts(cases);
        node.class = largest(&node.counts, parent);
        let weight = node.weight();
        let right = node.counts.get(node.class).copied().unwrap_or_default();
        self.estimates.errors(weight, weight - right)
    }

    /// The estimated errors of a subtree in these records. Its leaves predict what they do now, or what most of the
    /// records that reach them are.
    fn estimate(&self, node: &C5Node, cases: &[Case]) -> Result<f64, MiningError> {
        self.control.check()?;
        let counts = self.training.counts(cases);
        let class = largest(&counts, node.class);
        let weight: f64 = counts.iter().sum();
        let as_leaf = self.estimates.errors(weight, weight - counts.get(class).copied().unwrap_or_default());
        let Some(split) = &node.split else { return Ok(as_leaf) };
        let mut as_tree = 0.0;
        for (branch, cases) in split.branches.iter().zip(self.divide(node, cases)) {
            as_tree += self.estimate(branch, &cases)?;
        }
        Ok(as_tree)
    }

    fn divide(&self, node: &C5Node, cases: &[Case]) -> Vec<Vec<Case>> {
        let Some(split) = &node.split else { return Vec::new() };
        let weight = |branch: usize| split.branches.get(branch).map_or(0.0, C5Node::weight);
        self.training.divide(split.input, &split.test, cases, split.branches.len(), weight)
    }
}
