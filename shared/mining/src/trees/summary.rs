//! The target in the records of a node.

use super::data::Target;
use super::grown::{Branch, Node, Risk};

/// The parts of a range that nuggets count.
const TENTHS: usize = 10;

/// Describes nodes by the target of their records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Summary<'a> {
    target: &'a Target,
    /// The range of a target of numbers.
    range: (f64, f64),
}

impl<'a> Summary<'a> {
    /// `records` are those of the root.
    pub(super) fn of(target: &'a Target, records: &[u32]) -> Self {
        let range = match target {
            Target::Categories { .. } => (0.0, 0.0),
            Target::Numbers(numbers) => {
                let values = records.iter().filter_map(|record| numbers.get(*record as usize));
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                    (low.min(*value), high.max(*value))
                })
            }
        };
        Self { target, range }
    }

    /// A node without children.
    pub(super) fn node(&self, id: usize, branches: Vec<Branch>, records: &[u32]) -> Node {
        let mut node = Node {
            id,
            children: Vec::new(),
            branches,
            default_child: 0,
            records: records.len(),
            counts: Vec::new(),
            category: 0,
            mean: 0.0,
            deviation: 0.0,
            statistics: Vec::new(),
        };
        match self.target {
            Target::Categories { codes, count, .. } => {
                node.counts = vec![0.0; *count];
                for code in records.iter().filter_map(|record| codes.get(*record as usize)) {
                    if let Some(sum) = node.counts.get_mut(*code as usize) {
                        *sum += 1.0;
                    }
                }
                node.category = most(&node.counts);
            }
            Target::Numbers(numbers) => {
                let values = || records.iter().filter_map(|record| numbers.get(*record as usize));
                let count = records.len() as f64;
                node.mean = values().sum::<f64>() / count.max(1.0);
                let squares: f64 = values().map(|value| (value - node.mean) * (value - node.mean)).sum();
                node.deviation = if count > 1.0 { (squares / (count - 1.0)).sqrt() } else { 0.0 };
                node.counts = vec![0.0; TENTHS];
                let (low, high) = self.range;
                for value in values() {
                    let part = if high > low { (value - low) / (high - low) * TENTHS as f64 } else { 0.0 };
                    if let Some(sum) = node.counts.get_mut((part as usize).min(TENTHS - 1)) {
                        *sum += 1.0;
                    }
                }
            }
        }
        node
    }

    /// The errors of predictions for records that reach these leaves.
    pub(super) fn risk<'b>(&self, leaves: impl Iterator<Item = (&'b Node, &'b [u32])>) -> Risk {
        let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (leaf, records) in leaves {
            for record in records {
                let error = match self.target {
                    Target::Categories { codes, .. } => f64::from(
                        codes.get(*record as usize).map(|code| *code as usize) != Some(leaf.category),
                    ),
                    Target::Numbers(numbers) => {
                        let error = numbers.get(*record as usize).copied().unwrap_or_default() - leaf.mean;
                        error * error
                    }
                };
                count += 1.0;
                sum += error;
                squares += error * error;
            }
        }
        if count == 0.0 {
            return Risk::default();
        }
        let value = sum / count;
        Risk { value, error: ((squares / count - value * value).max(0.0) / count).sqrt() }
    }

    /// Whether all records have the same value.
    pub(super) fn is_pure(&self, node: &Node, records: &[u32]) -> bool {
        match self.target {
            Target::Categories { .. } => node.counts.iter().filter(|count| **count > 0.0).count() < 2,
            Target::Numbers(numbers) => {
                let mut values = records.iter().filter_map(|record| numbers.get(*record as usize));
                let first = values.next();
                values.all(|value| Some(value) == first)
            }
        }
    }
}

/// The position of the largest count, the first of several.
fn most(counts: &[f64]) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (at, count) in counts.iter().enumerate() {
        if *count > best.1 {
            best = (at, *count);
        }
    }
    best.0
}
