//! A tree that an algorithm grew.

/// A tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The root, then its descendants, level by level.
    pub nodes: Vec<Node>,
    /// The expected error of its predictions.
    pub risk: Risk,
}

/// The expected error of predictions: the share of wrong ones, or the mean of their squared errors.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Risk {
    /// The error.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
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
    /// The records of each category; of a target of numbers, those in each tenth of its range.
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
    /// Whether it has no children.
    pub fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }
}
