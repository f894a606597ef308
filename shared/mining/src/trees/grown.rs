//! A tree that an algorithm grew.

use super::data::Target;

/// A tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The root, then its descendants, level by level.
    pub nodes: Vec<Node>,
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its number: its position in the tree before it was pruned.
    pub id: usize,
    /// Its children, as positions in [`Tree::nodes`].
    pub children: Vec<usize>,
    /// The tests that bring a record here: that of the split of its parent, then those of its surrogates.
    pub branches: Vec<Branch>,
    /// The child for records that no test can place, as a position in `children`.
    pub default_child: usize,
    /// The number of its records.
    pub records: usize,
    /// The records of each category; none for a target of numbers.
    pub counts: Vec<f64>,
    /// The predicted category; 0 for a target of numbers.
    pub category: usize,
    /// The mean of the target's numbers; 0 for categories.
    pub mean: f64,
    /// Their standard deviation (n − 1).
    pub deviation: f64,
    /// Numbers about the split: `chiSquare`, `df1`, `adjPValue`, `fStats`, `improvement`.
    pub statistics: Vec<(&'static str, f64)>,
}

/// A test of an input field.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The position of the field.
    pub input: usize,
    /// The values that pass.
    pub passes: Passes,
    /// Whether missing values pass.
    pub missing: bool,
}

/// The values that pass a test.
#[derive(Debug, Clone, PartialEq)]
pub enum Passes {
    /// Numbers above the first limit, up to and including the second.
    Interval {
        /// The limit below.
        above: Option<f64>,
        /// The limit above.
        to: Option<f64>,
    },
    /// Categories.
    Categories(Vec<u32>),
}

impl Node {
    /// A node with the target of its records.
    pub(super) fn of(id: usize, branches: Vec<Branch>, target: &Target, records: &[u32]) -> Self {
        let mut node = Self {
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
        match target {
            Target::Categories { codes, count, .. } => {
                node.counts = vec![0.0; *count];
                let counted = records.iter().filter_map(|record| codes.get(*record as usize));
                for code in counted {
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
            }
        }
        node
    }

    /// Whether it has no children.
    pub fn is_leaf(&self) -> bool {
        self.children.is_empty()
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
