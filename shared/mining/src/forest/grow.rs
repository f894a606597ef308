//! The growth of one tree.

use std::collections::VecDeque;

use super::split::{self, Branch, Sums};
use super::trees::{ForestData, ForestTarget};
use crate::random::Random;
use crate::{Control, MiningError};

/// The limits of a forest and of its trees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForestOptions {
    /// The number of trees.
    pub trees: usize,
    /// Records of a sample, as a share of all records.
    pub sample: f64,
    /// Inputs that may split a node.
    pub inputs: usize,
    /// Levels below the root.
    pub depth: usize,
    /// The most nodes of a tree.
    pub nodes: usize,
    /// The fewest records of a node.
    pub smallest: usize,
    /// The seed of the random numbers.
    pub seed: u64,
}

/// A tree. The root is its first node.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The nodes.
    pub nodes: Vec<TreeNode>,
}

/// A node of a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeNode {
    /// Its number: 1 for the root; the children of n are 2n and 2n + 1.
    pub number: u64,
    /// The predicted category, or the predicted number.
    pub score: f64,
    /// The input that splits it, the records of the first child, and the places of both children.
    pub split: Option<(usize, Branch, [usize; 2])>,
}

impl Tree {
    /// The prediction for a record, of which `value` gives the value of each input.
    pub(super) fn predict(&self, value: impl Fn(usize) -> u16) -> f64 {
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            match &node.split {
                None => return node.score,
                Some((input, branch, [first, second])) => {
                    at = if branch.takes(value(*input)) { *first } else { *second };
                }
            }
        }
        0.0
    }
}

/// A tree of some records, which may occur several times.
pub(super) fn grow(
    data: &ForestData,
    sample: Vec<u32>,
    options: &ForestOptions,
    gains: &mut [f64],
    random: &mut Random,
    control: Control<'_>,
) -> Result<Tree, MiningError> {
    let classifies = data.classifies();
    let root = TreeNode { number: 1, score: score(&data.sums(&sample), classifies), split: None };
    let mut tree = Tree { nodes: vec![root] };
    let mut waiting = VecDeque::from([(0, 0, sample)]);
    while let Some((at, level, records)) = waiting.pop_front() {
        control.check()?;
        let total = data.sums(&records);
        let is_done = level >= options.depth
            || tree.nodes.len() + 2 > options.nodes
            || records.len() < options.smallest.max(1) * 2
            || split::impurity(&total, classifies) <= 0.0;
        if is_done {
            continue;
        }
        let Some((input, branch, gain)) = choose(data, &records, options, random) else { continue };
        if let Some(sum) = gains.get_mut(input) {
            *sum += gain;
        }
        let values = data.values(input);
        let takes = |record: &u32| values.get(*record as usize).is_some_and(|value| branch.takes(*value));
        let (first, second): (Vec<u32>, Vec<u32>) = records.into_iter().partition(takes);
        let places = [tree.nodes.len(), tree.nodes.len() + 1];
        let Some(number) = tree.nodes.get(at).map(|node| node.number) else { continue };
        for (child, (place, records)) in (0..).zip(places.into_iter().zip([first, second])) {
            let score = score(&data.sums(&records), classifies);
            tree.nodes.push(TreeNode { number: number * 2 + child, score, split: None });
            waiting.push_back((place, level + 1, records));
        }
        if let Some(node) = tree.nodes.get_mut(at) {
            node.split = Some((input, branch, places));
        }
    }
    Ok(tree)
}

/// The best split among some random inputs; of equal ones the first.
fn choose(
    data: &ForestData,
    records: &[u32],
    options: &ForestOptions,
    random: &mut Random,
) -> Option<(usize, Branch, f64)> {
    let mut best: Option<(usize, Branch, f64)> = None;
    for input in random.choose(options.inputs, data.inputs.len()) {
        let sums = data.sums_by_value(input, records);
        let is_ordered = data.inputs.get(input).is_some_and(|input| input.is_ordered);
        let found = split::best(&sums, is_ordered, data.classifies(), options.smallest.max(1) as f64);
        if let Some((branch, gain)) = found
            && best.as_ref().is_none_or(|(_, _, most)| gain > *most)
        {
            best = Some((input, branch, gain));
        }
    }
    best
}

/// The most frequent category, of equal ones the first, or the mean.
fn score(sums: &[f64], classifies: bool) -> f64 {
    match (classifies, sums) {
        (false, [count, sum, _]) => sum / count.max(1.0),
        _ => {
            let mut best = (0, f64::NEG_INFINITY);
            for (category, count) in sums.iter().enumerate() {
                if *count > best.1 {
                    best = (category, *count);
                }
            }
            best.0 as f64
        }
    }
}

impl ForestData {
    pub(super) fn classifies(&self) -> bool {
        matches!(self.target, ForestTarget::Categories { .. })
    }

    fn values(&self, input: usize) -> &[u16] {
        self.inputs.get(input).map_or(&[], |input| input.values.as_slice())
    }

    fn width(&self) -> usize {
        match &self.target {
            ForestTarget::Categories { count, .. } => *count,
            ForestTarget::Numbers(_) => 3,
        }
    }

    fn add(&self, record: u32, sums: &mut [f64]) {
        match &self.target {
            ForestTarget::Categories { values, .. } => {
                let category =
                    values.get(record as usize).map_or(usize::MAX, |category| usize::from(*category));
                if let Some(count) = sums.get_mut(category) {
                    *count += 1.0;
                }
            }
            ForestTarget::Numbers(numbers) => {
                if let (Some(number), [count, sum, squares]) = (numbers.get(record as usize), sums) {
                    *count += 1.0;
                    *sum += number;
                    *squares += number * number;
                }
            }
        }
    }

    fn sums(&self, records: &[u32]) -> Sums {
        let mut sums = vec![0.0; self.width()];
        records.iter().for_each(|record| self.add(*record, &mut sums));
        sums
    }

    fn sums_by_value(&self, input: usize, records: &[u32]) -> Vec<Sums> {
        let count = self.inputs.get(input).map_or(0, |input| input.count);
        let (values, width) = (self.values(input), self.width());
        let mut sums = vec![vec![0.0; width]; count];
        for record in records {
            let value = values.get(*record as usize).map_or(usize::MAX, |value| usize::from(*value));
            if let Some(sums) = sums.get_mut(value) {
                self.add(*record, sums);
            }
        }
        sums
    }
}
