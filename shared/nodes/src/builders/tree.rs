//! Trained trees, and the nugget that stores them.
//!
//! [`TrainedTree`] is what an algorithm found, in the terms of a nugget. The inline elements ([`inline`]), the PMML
//! ([`pmml`]) and the header ([`nugget`]) are written from it alone, so that they always agree. The forms are those
//! of nuggets that Modeler stored.

pub(crate) mod encoding;
mod grown;
mod inline;
mod nugget;
mod number;
pub(crate) mod options;
pub(crate) mod plan;
mod pmml;
pub(crate) mod settings;

use satsuma_columns::{Field, Scalar};

/// The algorithm of a tree; it decides the form of its nugget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(dead_code, reason = "the builder of each algorithm constructs its own")]
pub(crate) enum Algorithm {
    C5,
    CAndRTree,
    Chaid,
    Quest,
}

impl Algorithm {
    /// Its name in the header of a model.
    fn name(self) -> &'static str {
        match self {
            Self::C5 => "C5",
            Self::CAndRTree => "C&R Tree",
            Self::Chaid => "CHAID",
            Self::Quest => "QUEST",
        }
    }

    /// Its name in PMML.
    fn pmml_name(self) -> &'static str {
        match self {
            Self::C5 => "C5",
            Self::CAndRTree => "C&RT",
            Self::Chaid => "CHAID",
            Self::Quest => "Quest",
        }
    }

    /// The prefix of the fields that its nuggets add.
    fn prefix(self) -> &'static str {
        if self == Self::C5 { "$C" } else { "$R" }
    }
}

/// A tree that an algorithm grew.
#[derive(Debug, Clone)]
pub(crate) struct TrainedTree {
    pub(crate) algorithm: Algorithm,
    /// The input fields, in the order of the builder.
    pub(crate) inputs: Vec<Input>,
    pub(crate) target: Field,
    /// The categories of the target; `None` for a continuous target.
    pub(crate) categories: Option<Vec<Scalar>>,
    /// The expected error of its predictions, for all algorithms but C5.0.
    pub(crate) risk: Option<Risk>,
    /// The prior probability of each category, for all algorithms but C5.0.
    pub(crate) priors: Vec<f64>,
    /// The root, then its descendants; each node is behind its parent.
    pub(crate) nodes: Vec<TreeNode>,
}

/// An input field of a tree.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) field: Field,
    /// Its share of the importance of all inputs, from 0 to 1; `None` if none was computed.
    pub(crate) importance: Option<f64>,
    /// The lowest and the highest number of a continuous field that trained; CHAID has the numbers of its bins.
    pub(crate) range: Option<(f64, f64)>,
    /// C5.0: the percentage of training records that a test of this field concerns.
    pub(crate) usage: Option<f64>,
}

/// The expected error of predictions: a share of records, or a mean squared error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Risk {
    pub(crate) value: f64,
    /// Its standard error.
    pub(crate) error: f64,
}

/// A node of a tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct TreeNode {
    /// Its number: `$RI-` fields and PMML have it.
    pub(crate) id: usize,
    /// The tests that bring a record here: that of the parent's split, then those of its surrogates; none at the root.
    pub(crate) tests: Vec<Test>,
    /// Its children, as positions in [`TrainedTree::nodes`].
    pub(crate) children: Vec<usize>,
    /// The child that gets records which no test can place, as a position in `children`.
    pub(crate) default_child: Option<usize>,
    /// The records of the node; a sum of weights where records count differently.
    pub(crate) records: f64,
    /// The records of each category; of a continuous target, those in each tenth of its range.
    pub(crate) counts: Vec<f64>,
    pub(crate) prediction: Prediction,
    /// The share of right predictions that the nugget shows; 0 for a continuous target. C5.0 shows that of the subtree.
    pub(crate) accuracy: f64,
    /// Numbers about the split, with their names in PMML: `chiSquare`, `adjPValue`, `improvement` …
    pub(crate) statistics: Vec<(&'static str, f64)>,
}

/// What a node predicts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Prediction {
    /// The category at this position.
    Category(usize),
    /// A number, and the standard deviation (n − 1) of the target in the node.
    Number { mean: f64, deviation: f64 },
}

impl Default for Prediction {
    fn default() -> Self {
        Self::Category(0)
    }
}

/// A test of one field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Test {
    /// The input field, as a position in [`TrainedTree::inputs`].
    pub(crate) input: usize,
    pub(crate) values: TestValues,
    /// Whether missing values pass the test. Where no test of a split says so, missing values are unknown, and the
    /// surrogates or the default child decide.
    pub(crate) missing: bool,
}

/// The values that pass a test.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TestValues {
    /// Numbers above the first limit, up to and including the second.
    Interval { above: Option<f64>, to: Option<f64> },
    /// One value.
    Equal(Scalar),
    /// Any of these values. There is none where only missing values pass.
    In(Vec<Scalar>),
}

impl TrainedTree {
    /// The positions of the inputs that the tree tests, in the order of their first test from the root downwards.
    fn used_inputs(&self) -> Vec<usize> {
        let mut used = Vec::new();
        let mut open = vec![0];
        while let Some(node) = open.pop().and_then(|at| self.nodes.get(at)) {
            let first = node.children.first().and_then(|child| self.nodes.get(*child));
            for test in first.into_iter().flat_map(|child| &child.tests) {
                if !used.contains(&test.input) {
                    used.push(test.input);
                }
            }
            open.extend(node.children.iter().rev());
        }
        used
    }

    /// The name of an input.
    fn input_name(&self, input: usize) -> &str {
        self.inputs.get(input).map_or("", |input| input.field.name.as_str())
    }

    /// The children of a node.
    fn children<'a>(&'a self, node: &'a TreeNode) -> impl Iterator<Item = &'a TreeNode> {
        node.children.iter().filter_map(|child| self.nodes.get(*child))
    }

    /// The child with most records, the first of several; `None` for a leaf.
    fn biggest_child(&self, node: &TreeNode) -> Option<usize> {
        let sizes = self.children(node).map(|child| child.records).enumerate();
        sizes
            .fold(None, |best: Option<(usize, f64)>, (at, size)| match best {
                Some((_, largest)) if largest >= size => best,
                _ => Some((at, size)),
            })
            .map(|(at, _)| at)
    }
}

#[cfg(test)]
mod tests;
