//! CHAID: nodes split into as many groups of categories as differ significantly.
//!
//! Continuous inputs are cut into categories once. In each node the categories of each input are merged while they
//! do not differ; the node splits by the input whose groups have the smallest p-value, adjusted for the number of ways
//! to merge them. Missing values of continuous and ordinal inputs are one more category, which may join any group.

mod bins;
mod factors;
mod merging;
mod row_effects;
mod tests_of_groups;

use self::bins::Categories;
use self::merging::{Group, Merging};
use self::tests_of_groups::{Cells, Test};
use super::data::{Input, MISSING, Order, Size, Target};
use super::grown::{Branch, Passes, Tree};
use super::summary::Summary;
use crate::{Control, MiningError};

/// Which test compares groups of a categorical target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChiSquare {
    /// Pearson's.
    Pearson,
    /// That of the likelihood ratio.
    LikelihoodRatio,
}

/// How a tree grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Whether merging goes on to two groups, and the best step counts (Exhaustive CHAID).
    pub exhaustive: bool,
    /// The levels below the root.
    pub depth: usize,
    /// The fewest records of a node that splits.
    pub min_parent: Size,
    /// The fewest records of its children.
    pub min_child: Size,
    /// The significance of splits.
    pub split_alpha: f64,
    /// Groups that differ with a larger p-value are merged.
    pub merge_alpha: f64,
    /// Whether p-values are adjusted for the number of ways to merge.
    pub bonferroni: bool,
    /// The test of a nominal target.
    pub chi_square: ChiSquare,
    /// The change at which the iterations for an ordinal target end.
    pub epsilon: f64,
    /// The most of these iterations.
    pub iterations: usize,
    /// The most categories of a continuous input.
    pub bins: usize,
}

/// A tree, and the number of categories of each input; `None` for inputs that are categories.
pub type Grown = (Tree, Vec<Option<usize>>);

/// Grows a tree.
///
/// # Errors
/// [`MiningError::Canceled`].
pub fn grow(
    inputs: &[Input],
    target: &Target,
    options: &Options,
    control: Control<'_>,
) -> Result<Grown, MiningError> {
    let categories = control.each(inputs.len(), |at| {
        Ok(inputs.get(at).map(|input| Categories::of(input, options.bins)).unwrap_or_default())
    })?;
    let bins = categories.iter().map(Categories::bins).collect();
    let growth = Growth { categories, cells: Cells::of(target, options), target, options, control };
    Ok((growth.tree()?, bins))
}

struct Growth<'a> {
    categories: Vec<Categories>,
    cells: Cells<'a>,
    target: &'a Target,
    options: &'a Options,
    control: Control<'a>,
}

/// A node that may split, with its records.
struct Open {
    node: usize,
    depth: usize,
    records: Vec<u32>,
}

/// The best split by one input.
struct Split {
    input: usize,
    groups: Vec<Group>,
    test: Test,
    /// The logarithm of the adjusted p-value.
    adjusted: f64,
}

impl Growth<'_> {
    fn tree(&self) -> Result<Tree, MiningError> {
        let all: Vec<u32> = (0..self.target.len()).filter_map(|record| u32::try_from(record).ok()).collect();
        let summary = Summary::of(self.target, &all);
        let min_parent = self.options.min_parent.of(all.len());
        let mut nodes = vec![summary.node(0, Vec::new(), &all)];
        let mut leaves = Vec::new();
        let mut open = std::collections::VecDeque::from([Open { node: 0, depth: 0, records: all }]);
        while let Some(at) = open.pop_front() {
            self.control.check()?;
            let is_pure = nodes.get(at.node).is_none_or(|node| summary.is_pure(node, &at.records));
            let may_split = at.depth < self.options.depth && at.records.len() as f64 >= min_parent;
            let split = if may_split && !is_pure { self.best_split(&at.records)? } else { None };
            let Some(split) = split else {
                leaves.push(at);
                continue;
            };
            let parts = self.parts(&split, &at.records);
            let largest = parts.iter().map(Vec::len).max();
            let default = parts.iter().position(|part| Some(part.len()) == largest).unwrap_or_default();
            let mut children = Vec::with_capacity(parts.len());
            for (group, records) in split.groups.iter().zip(parts) {
                let id = nodes.len();
                children.push(id);
                nodes.push(summary.node(id, vec![self.branch(split.input, group, &split.groups)], &records));
                open.push_back(Open { node: id, depth: at.depth + 1, records });
            }
            if let Some(node) = nodes.get_mut(at.node) {
                node.default_child = default;
                node.children = children;
                node.statistics = split.statistics();
            }
        }
        let reached = leaves.iter().filter_map(|leaf| Some((nodes.get(leaf.node)?, leaf.records.as_slice())));
        let risk = summary.risk(reached);
        Ok(Tree { nodes, risk })
    }

    /// The split with the smallest adjusted p-value, the first of several.
    fn best_split(&self, records: &[u32]) -> Result<Option<Split>, MiningError> {
        let splits = self.control.each(self.categories.len(), |input| Ok(self.split(input, records)))?;
        let best = splits.into_iter().flatten().fold(None, |best: Option<Split>, split| match best {
            Some(best) if best.adjusted <= split.adjusted => Some(best),
            _ => Some(split),
        });
        Ok(best.filter(|split| split.adjusted <= self.options.split_alpha.ln()))
    }

    /// The groups of an input, and their test; `None` if it does not split the node.
    fn split(&self, input: usize, records: &[u32]) -> Option<Split> {
        let categories = self.categories.get(input)?;
        let table = self.cells.table(categories, records);
        let merging = Merging::new(categories, &self.cells, &table, self.options);
        let (groups, factor) = merging.groups()?;
        let test = self.cells.test(&groups.iter().map(|group| group.cells.as_slice()).collect::<Vec<_>>());
        let factor = if self.options.bonferroni { factor } else { 0.0 };
        Some(Split { input, adjusted: (test.ln_p + factor).min(0.0), groups, test })
    }

    /// The records of each group, in order.
    fn parts(&self, split: &Split, records: &[u32]) -> Vec<Vec<u32>> {
        let mut parts: Vec<Vec<u32>> = vec![Vec::new(); split.groups.len()];
        let Some(categories) = self.categories.get(split.input) else { return parts };
        let mut group_of = vec![usize::MAX; categories.count + 1];
        for (at, group) in split.groups.iter().enumerate() {
            for category in &group.categories {
                if let Some(place) = group_of.get_mut(*category) {
                    *place = at;
                }
            }
        }
        for record in records {
            let part = group_of.get(categories.code(*record)).and_then(|group| parts.get_mut(*group));
            if let Some(part) = part {
                part.push(*record);
            }
        }
        parts
    }

    /// The test of a group: the first interval is open below, the last one above.
    fn branch(&self, input: usize, group: &Group, all: &[Group]) -> Branch {
        let Some(categories) = self.categories.get(input) else {
            return Branch { input, passes: Passes::Categories(Vec::new()), missing: false };
        };
        let missing = group.categories.contains(&categories.count);
        let own = group.categories.iter().copied().filter(|category| *category < categories.count);
        let passes = match &categories.cuts {
            None => Passes::Categories(own.filter_map(|category| u32::try_from(category).ok()).collect()),
            Some(cuts) => {
                let highest = |group: &Group| {
                    group.categories.iter().copied().filter(|category| *category < categories.count).max()
                };
                let mut before = all.iter().filter_map(highest).filter(|other| Some(*other) < highest(group));
                let first = before.next();
                let below = before.fold(first, |below, other| below.max(Some(other)));
                let is_last = all.iter().filter_map(highest).all(|other| Some(other) <= highest(group));
                let cut = |category: usize| cuts.get(category).copied();
                match highest(group) {
                    None => Passes::Categories(Vec::new()),
                    Some(top) => Passes::Interval {
                        above: below.and_then(cut),
                        to: if is_last { None } else { cut(top) },
                    },
                }
            }
        };
        Branch { input, passes, missing }
    }
}

impl Split {
    fn statistics(&self) -> Vec<(&'static str, f64)> {
        let adjusted = ("adjPValue", self.adjusted.exp());
        match self.test.df2 {
            None => vec![adjusted, ("chiSquare", self.test.statistic), ("df1", self.test.df1)],
            Some(df2) => {
                vec![adjusted, ("df1", self.test.df1), ("df2", df2), ("fStats", self.test.statistic)]
            }
        }
    }
}

#[cfg(test)]
mod tests;
