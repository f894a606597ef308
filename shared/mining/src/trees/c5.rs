//! C5.0: decision trees by gain ratio.
//!
//! Sources: J. R. Quinlan, "C4.5: Programs for Machine Learning", 1993 (gain ratio, missing values, pessimistic
//! pruning, subtree raising), and "Improved Use of Continuous Attributes in C4.5", 1996 (the cost of a threshold);
//! IBM, "C5.0 Node"; thresholds, global pruning and joined branches as in trees that Modeler stored. No other source
//! was read.

mod cases;
mod errors;
mod global;
mod grow;
mod prune;
mod tests_of_nodes;

pub use cases::six_digits;
pub use grow::MAX_LEVELS;

use self::cases::{Case, Training};
use super::data::{Input, Order};
use crate::error::check_cells;
use crate::{Control, MiningError};

/// How a tree is grown and pruned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct C5Options {
    /// The fewest records that two branches of a test must have.
    pub min_records: f64,
    /// The confidence of the pessimistic error estimates, from 0 to 1; the lower, the smaller is the tree.
    pub confidence: f64,
    /// Whether the whole tree is pruned after its parts.
    pub global_pruning: bool,
    /// The numbers that divide continuous inputs.
    pub thresholds: Thresholds,
}

/// The numbers that divide continuous inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thresholds {
    /// The largest value of all records that is not above the middle of two neighbours: Modeler 18.0.
    Values,
    /// The middle of two neighbours: Modeler 18.2 and later.
    Middles,
}

/// A node of a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct C5Node {
    /// The weight of the records of each class. Records with a missing value count in parts.
    pub counts: Vec<f64>,
    /// The predicted class.
    pub class: usize,
    /// The test and its branches; `None` for a leaf.
    pub split: Option<C5Split>,
}

/// The test of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct C5Split {
    /// The number of the input.
    pub input: usize,
    /// The test.
    pub test: C5Test,
    /// The branches, in order.
    pub branches: Vec<C5Node>,
}

/// A test of an input.
#[derive(Debug, Clone, PartialEq)]
pub enum C5Test {
    /// Two branches: not above a number, and above it.
    Threshold(f64),
    /// For each branch the categories that it has.
    Categories(Vec<Vec<u32>>),
}

impl C5Node {
    /// A leaf.
    fn leaf(counts: Vec<f64>, class: usize) -> Self {
        Self { counts, class, split: None }
    }

    /// The weight of its records.
    pub fn weight(&self) -> f64 {
        self.counts.iter().sum()
    }

    /// The weight of its records that its leaves predict wrongly.
    pub fn errors(&self) -> f64 {
        match &self.split {
            None => self.weight() - self.counts.get(self.class).copied().unwrap_or_default(),
            Some(split) => split.branches.iter().map(Self::errors).sum(),
        }
    }

    /// The number of its leaves that have records; 1 for a leaf.
    fn leaves(&self) -> usize {
        match &self.split {
            None => usize::from(self.weight() > 0.0),
            Some(split) => split.branches.iter().map(Self::leaves).sum(),
        }
    }
}

/// The tree of some records: for each record its class, and inputs of equal length.
///
/// # Errors
/// [`MiningError::Canceled`]; [`MiningError::TooLarge`] if the tree has more than [`MAX_LEVELS`] levels, or fields too
/// many categories.
pub fn c5(
    inputs: &[Input],
    classes: &[u32],
    class_count: usize,
    options: C5Options,
    control: Control<'_>,
) -> Result<C5Node, MiningError> {
    for input in inputs {
        if let Input::Categories { count, .. } = input {
            check_cells(*count, class_count)?;
        }
    }
    let training = Training::new(inputs, classes, class_count);
    let cases: Vec<Case> = training.cases();
    let mut tree = grow::grow(&training, cases.clone(), options, control)?;
    prune::prune(&training, &mut tree, &cases, options.confidence, control)?;
    if options.global_pruning {
        global::prune(&mut tree);
    }
    restrict(&mut tree, &mut all_categories(inputs));
    join(&mut tree);
    Ok(tree)
}

/// For each input with an order its categories; for others none.
fn all_categories(inputs: &[Input]) -> Vec<Option<Vec<u32>>> {
    let of = |input: &Input| match input {
        Input::Categories { count, order: Order::Ordinal, .. } => {
            Some((0..u32::try_from(*count).unwrap_or(u32::MAX)).collect())
        }
        _ => None,
    };
    inputs.iter().map(of).collect()
}

/// Removes the categories from tests of ordered inputs that tests above exclude. `possible` has those that are left.
fn restrict(node: &mut C5Node, possible: &mut [Option<Vec<u32>>]) {
    let Some(split) = &mut node.split else { return };
    let left = possible.get(split.input).cloned().flatten();
    let (Some(left), C5Test::Categories(branches)) = (left, &mut split.test) else {
        split.branches.iter_mut().for_each(|branch| restrict(branch, possible));
        return;
    };
    for (codes, branch) in branches.iter_mut().zip(&mut split.branches) {
        codes.retain(|code| left.contains(code));
        if let Some(possible) = possible.get_mut(split.input) {
            *possible = Some(codes.clone());
        }
        restrict(branch, possible);
    }
    if let Some(possible) = possible.get_mut(split.input) {
        *possible = Some(left);
    }
}

/// Joins branches of categories whose leaves predict the same class: those with records, and those without.
fn join(node: &mut C5Node) {
    let Some(split) = &mut node.split else { return };
    split.branches.iter_mut().for_each(join);
    let C5Test::Categories(categories) = &mut split.test else { return };
    let (mut joined, mut branches): (Vec<Vec<u32>>, Vec<C5Node>) = (Vec::new(), Vec::new());
    for (categories, branch) in categories.drain(..).zip(split.branches.drain(..)) {
        let is_like = |other: &C5Node| {
            let are_leaves = other.split.is_none() && branch.split.is_none();
            let is_empty = |node: &C5Node| node.weight() <= 0.0;
            are_leaves && other.class == branch.class && is_empty(other) == is_empty(&branch)
        };
        let found = branches.iter_mut().zip(&mut joined).find(|(other, _)| is_like(other));
        match found {
            Some((other, known)) => {
                other.counts.iter_mut().zip(&branch.counts).for_each(|(sum, count)| *sum += count);
                known.extend(categories);
            }
            None => {
                branches.push(branch);
                joined.push(categories);
            }
        }
    }
    *categories = joined;
    split.branches = branches;
}

#[cfg(test)]
mod tests;
