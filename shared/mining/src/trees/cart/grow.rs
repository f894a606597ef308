//! Grows the whole tree, before it is cut back.

use std::collections::VecDeque;

use super::super::data::{Input, Target};
use super::super::grown::{Branch, Node, Passes};
use super::super::summary::Summary;
use super::Options;
use super::node::Impurity;
use super::split::{self, Rule, Split};
use super::surrogates::{self, Surrogate};
use crate::{Control, MiningError};

/// A node, and what cutting back needs of it.
#[derive(Debug, Clone)]
pub(super) struct Full {
    pub(super) node: Node,
    /// The rules that send a record left: that of the split, then those of its surrogates, with their inputs.
    pub(super) rules: Vec<(usize, Rule)>,
}

pub(super) struct Growth<'a> {
    inputs: &'a [Input],
    target: &'a Target,
    options: &'a Options,
    control: Control<'a>,
    impurity: Impurity<'a>,
    /// The fewest records of a node that splits.
    min_parent: f64,
    /// The fewest records of a child.
    min_child: f64,
}

struct Open {
    node: usize,
    depth: usize,
    records: Vec<u32>,
}

impl<'a> Growth<'a> {
    pub(super) fn new(
        inputs: &'a [Input],
        target: &'a Target,
        options: &'a Options,
        control: Control<'a>,
        records: &[u32],
    ) -> Self {
        let counted = records.len();
        let (min_parent, min_child) = (options.min_parent.of(counted), options.min_child.of(counted));
        Self {
            inputs,
            target,
            options,
            control,
            impurity: Impurity::new(target, records),
            min_parent,
            min_child,
        }
    }

    /// The tree of these records.
    pub(super) fn tree(&self, records: &[u32]) -> Result<Vec<Full>, MiningError> {
        let summary = Summary::of(self.target, records);
        let mut nodes = vec![Full { node: summary.node(0, Vec::new(), records), rules: Vec::new() }];
        let mut open = VecDeque::from([Open { node: 0, depth: 0, records: records.to_vec() }]);
        while let Some(at) = open.pop_front() {
            self.control.check()?;
            let is_pure = nodes.get(at.node).is_none_or(|full| summary.is_pure(&full.node, &at.records));
            let may_split =
                at.depth < self.options.depth && at.records.len() as f64 >= self.min_parent && !is_pure;
            let split = if may_split { self.best_split(&at.records)? } else { None };
            let Some(split) = split else { continue };
            let surrogates = self.surrogates(&split, &at.records)?;
            let rules: Vec<(usize, Rule)> = std::iter::once((split.input, split.rule.clone()))
                .chain(surrogates.into_iter().map(|surrogate| (surrogate.input, surrogate.rule)))
                .collect();
            let sides = self.sides(&rules, &at.records);
            let default = usize::from(sides.0.len() < sides.1.len());
            let first = nodes.len();
            for (side, is_left) in [(sides.0, true), (sides.1, false)] {
                let branches = rules.iter().map(|(input, rule)| branch(*input, rule, is_left)).collect();
                let node = nodes.len();
                nodes.push(Full { node: summary.node(node, branches, &side), rules: Vec::new() });
                open.push_back(Open { node, depth: at.depth + 1, records: side });
            }
            if let Some(full) = nodes.get_mut(at.node) {
                full.node.children = vec![first, first + 1];
                full.node.default_child = default;
                full.node.statistics = vec![("improvement", split.improvement)];
                full.rules = rules;
            }
        }
        Ok(nodes)
    }

    /// The split that improves most, the first of several.
    fn best_split(&self, records: &[u32]) -> Result<Option<Split>, MiningError> {
        /// The share by which equal improvements of two inputs differ at most, by rounding.
        const NOISE: f64 = 1e-12;
        let splits = self.control.each(self.inputs.len(), |at| match self.inputs.get(at) {
            Some(input) => split::best((at, input), records, &self.impurity, self.min_child),
            None => Ok(None),
        })?;
        let best = splits.into_iter().flatten().fold(None, |best: Option<Split>, split| match best {
            Some(best) if split.improvement <= best.improvement * (1.0 + NOISE) => Some(best),
            _ => Some(split),
        });
        Ok(best.filter(|split| split.improvement >= self.options.min_improvement))
    }

    fn surrogates(&self, split: &Split, records: &[u32]) -> Result<Vec<Surrogate>, MiningError> {
        if self.options.surrogates == 0 {
            return Ok(Vec::new());
        }
        let all = self
            .control
            .each(self.inputs.len(), |input| Ok(surrogates::of(split, self.inputs, input, records)))?;
        Ok(surrogates::closest(all.into_iter().flatten().collect(), self.options.surrogates))
    }

    /// The records of both sides. Where no rule can tell, a record goes to the larger side.
    fn sides(&self, rules: &[(usize, Rule)], records: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let placed = |record: &u32| goes_left(rules, self.inputs, *record);
        let left = records.iter().filter(|record| placed(record) == Some(true)).count();
        let right = records.iter().filter(|record| placed(record) == Some(false)).count();
        records.iter().partition(|record| placed(record).unwrap_or(left >= right))
    }
}

/// Whether the first rule that can tell sends a record left.
pub(super) fn goes_left(rules: &[(usize, Rule)], inputs: &[Input], record: u32) -> Option<bool> {
    rules.iter().find_map(|(input, rule)| rule.goes_left(inputs.get(*input)?, record))
}

fn branch(input: usize, rule: &Rule, is_left: bool) -> Branch {
    let passes = match rule {
        Rule::Limit { at, is_above } if *is_above == is_left => {
            Passes::Interval { above: Some(*at), to: None }
        }
        Rule::Limit { at, .. } => Passes::Interval { above: None, to: Some(*at) },
        Rule::Categories { left, right } => Passes::Categories(if is_left { left } else { right }.clone()),
    };
    Branch { input, passes, missing: false }
}
