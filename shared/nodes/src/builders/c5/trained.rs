//! The columns of C5.0, and its tree in the terms of a nugget.

use satsuma_columns::{Measure, Scalar, Values};
use satsuma_mining::trees::Input as Column;
use satsuma_mining::trees::c5::{C5Node, C5Test, six_digits};

use crate::builders::tree::encoding::Encoding;
use crate::builders::tree::{Algorithm, Input, Prediction, Test, TestValues, TrainedTree, TreeNode};

/// The columns as Modeler hands them to C5.0: numbers with six digits, and the true value of a flag first.
pub(super) fn prepared(columns: Vec<Column>, encoding: &Encoding) -> Vec<Column> {
    let mut columns = columns;
    for (column, field) in columns.iter_mut().zip(&encoding.inputs) {
        match column {
            Column::Numbers(numbers) => numbers.iter_mut().for_each(|number| *number = six_digits(*number)),
            Column::Categories { codes, .. } if is_flag(&field.values) => {
                codes.iter_mut().filter(|code| **code < 2).for_each(|code| *code = 1 - *code);
            }
            Column::Categories { .. } => {}
        }
    }
    columns
}

fn is_flag(values: &Values) -> bool {
    matches!(values, Values::Flag(..))
}

/// The tree. Its inputs are those that it tests, in the order of their first test, as stored nuggets list them.
pub(super) fn of(tree: &C5Node, encoding: &Encoding, with_importance: bool) -> TrainedTree {
    let mut writer =
        Writer { encoding, used: Vec::new(), usage: Vec::new(), gains: Vec::new(), nodes: Vec::new() };
    writer.node(tree, Vec::new(), &mut Vec::new());
    let total = tree.weight();
    let gains: f64 = writer.gains.iter().sum();
    let inputs = writer.used.iter().enumerate().filter_map(|(at, input)| {
        let usage = writer.usage.get(at).copied().unwrap_or_default();
        let gain = writer.gains.get(at).copied().unwrap_or_default();
        Some(Input {
            field: encoding.inputs.get(*input)?.clone(),
            importance: with_importance.then_some(if gains > 0.0 { gain / gains } else { 0.0 }),
            range: None,
            usage: Some((usage / total * 100.0 + 0.5).floor()),
        })
    });
    TrainedTree {
        algorithm: Algorithm::C5,
        inputs: inputs.collect(),
        target: encoding.target.clone(),
        categories: encoding.target_categories(),
        risk: None,
        priors: Vec::new(),
        nodes: writer.nodes,
    }
}

struct Writer<'a> {
    encoding: &'a Encoding,
    /// The inputs that are tested, as numbers of the encoding.
    used: Vec<usize>,
    /// For each of them the records that meet a test of it.
    usage: Vec<f64>,
    /// For each of them the entropy that its tests remove, in bits.
    gains: Vec<f64>,
    nodes: Vec<TreeNode>,
}

impl Writer<'_> {
    /// Adds a node and those below it. Returns its position and the records that its leaves predict rightly.
    fn node(&mut self, node: &C5Node, tests: Vec<Test>, above: &mut Vec<usize>) -> (usize, f64) {
        let position = self.nodes.len();
        let weight = node.weight();
        let counts: Vec<f64> = node.counts.iter().copied().map(single).collect();
        let right = counts.get(node.class).copied().unwrap_or_default();
        let records: f64 = counts.iter().sum();
        self.nodes.push(TreeNode {
            id: position,
            tests,
            records,
            counts,
            prediction: Prediction::Category(node.class),
            accuracy: share(right, records),
            ..TreeNode::default()
        });
        let Some(split) = &node.split else { return (position, right) };
        let input = self.input(split.input);
        if let Some(gain) = self.gains.get_mut(input) {
            let below: f64 = split.branches.iter().map(|branch| entropy(&branch.counts)).sum();
            *gain += (entropy(&node.counts) - below).max(0.0);
        }
        let is_first = !above.contains(&input);
        if let Some(usage) = self.usage.get_mut(input).filter(|_| is_first) {
            *usage += weight;
        }
        above.push(input);
        let mut children = Vec::with_capacity(split.branches.len());
        let mut right = 0.0;
        // Where one branch has several values, or the values have an order, all branches have sets.
        let is_joined =
            matches!(&split.test, C5Test::Categories(codes) if codes.iter().any(|codes| codes.len() > 1));
        let field = self.encoding.inputs.get(split.input);
        let has_sets = is_joined || field.is_some_and(|field| field.measure == Measure::OrderedSet);
        for (at, branch) in split.branches.iter().enumerate() {
            let values = match &split.test {
                C5Test::Threshold(limit) if at == 0 => TestValues::Interval { above: None, to: Some(*limit) },
                C5Test::Threshold(limit) => TestValues::Interval { above: Some(*limit), to: None },
                C5Test::Categories(codes) => {
                    let codes = codes.get(at).map(Vec::as_slice).unwrap_or_default();
                    let values = codes.iter().map(|code| self.category(split.input, *code));
                    match (codes, has_sets) {
                        ([code], false) => TestValues::Equal(self.category(split.input, *code)),
                        _ => TestValues::In(values.collect()),
                    }
                }
            };
            let (child, right_below) = self.node(branch, vec![Test { input, values, missing: false }], above);
            children.push(child);
            right += right_below;
        }
        above.pop();
        let sizes = split.branches.iter().map(C5Node::weight).enumerate();
        let biggest = sizes.fold((0, f64::NEG_INFINITY), |best, (at, size)| match size > best.1 {
            true => (at, size),
            false => best,
        });
        // Parts of records are rounded in each branch; the node has their sum.
        let records: f64 =
            children.iter().filter_map(|child| self.nodes.get(*child)).map(|child| child.records).sum();
        if let Some(written) = self.nodes.get_mut(position) {
            written.children = children;
            written.default_child = Some(biggest.0);
            written.records = records;
            written.accuracy = share(right, records);
        }
        (position, right)
    }

    /// The number of an input among those that are used.
    fn input(&mut self, input: usize) -> usize {
        if let Some(at) = self.used.iter().position(|used| *used == input) {
            return at;
        }
        self.used.push(input);
        self.usage.push(0.0);
        self.gains.push(0.0);
        self.used.len() - 1
    }

    fn category(&self, input: usize, code: u32) -> Scalar {
        let is_flag = self.encoding.inputs.get(input).is_some_and(|field| is_flag(&field.values));
        self.encoding.category(input, if is_flag && code < 2 { 1 - code } else { code })
    }
}

fn share(right: f64, records: f64) -> f64 {
    if records > 0.0 { right / records } else { 0.0 }
}

/// The bits of entropy of some records.
fn entropy(counts: &[f64]) -> f64 {
    let total: f64 = counts.iter().sum();
    let bits = |count: &f64| if *count > 0.0 { -count * (count / total).log2() } else { 0.0 };
    counts.iter().map(bits).sum()
}

/// A weight in the single precision of C5.0, by its shortest digits.
fn single(weight: f64) -> f64 {
    if weight.fract() == 0.0 { weight } else { (weight as f32).to_string().parse().unwrap_or(weight) }
}
