//! C&R Tree: nodes split in two so that impurity falls most, then cut back.
//!
//! Impurity is Gini's index of categories, or the squared deviation of numbers. Each split has
//! surrogates: splits of other fields that agree with it, for records whose field is missing. The records set aside
//! cut the tree back.

mod grow;
mod node;
mod pruning;
mod split;
mod surrogates;

use super::data::{Input, Size, Target};
use super::grown::Tree;
use super::overfit;
use crate::{Control, MiningError};

/// How a tree grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// The levels below the root.
    pub depth: usize,
    /// The fewest records of a node that splits.
    pub min_parent: Size,
    /// The fewest records of its children.
    pub min_child: Size,
    /// The least fall of impurity.
    pub min_improvement: f64,
    /// The most surrogates of a split.
    pub surrogates: usize,
    /// Whether the tree is cut back.
    pub prune: bool,
    /// The share of records that are set aside, from 0 to 1.
    pub set_aside: f64,
    /// The seed that chooses them.
    pub seed: u64,
}

/// The most categories of an input in a node, for a target with more than two categories: all pairs of sets are tried.
pub const MAX_CATEGORIES: usize = 16;

/// A tree, and for each continuous input the lowest and the highest number of the records that grew it.
pub type Grown = (Tree, Vec<Option<(f64, f64)>>);

/// Grows a tree and cuts it back.
///
/// # Errors
/// [`MiningError::Canceled`], or [`MiningError::TooLarge`] for an input with too many categories.
pub fn grow(
    inputs: &[Input],
    target: &Target,
    options: &Options,
    control: Control<'_>,
) -> Result<Grown, MiningError> {
    let (records, judges) = overfit::divided(target.len(), options.seed, options.set_aside);
    let ranges = inputs.iter().map(|input| range(input, &records)).collect();
    let growth = grow::Growth::new(inputs, target, options, control, &records);
    let full = growth.tree(&records)?;
    Ok((pruning::pruned(&full, inputs, target, options.prune, &judges, &records), ranges))
}

fn range(input: &Input, records: &[u32]) -> Option<(f64, f64)> {
    let Input::Numbers(numbers) = input else { return None };
    let values =
        records.iter().filter_map(|record| numbers.get(*record as usize)).filter(|value| !value.is_nan());
    let range = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    (range.0 <= range.1).then_some(range)
}

#[cfg(test)]
mod tests;
