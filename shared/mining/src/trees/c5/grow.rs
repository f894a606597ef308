//! Growth of a tree.

use super::cases::{Case, Training};
use super::tests_of_nodes::{Candidate, EPSILON, candidate};
use super::{C5Node, C5Options, C5Split, C5Test};
use crate::trees::data::{Input, Order};
use crate::{Control, MiningError};

/// The most levels of a tree. Real trees have fewer than 40; readers of streams and of PMML allow no deeper nesting.
pub const MAX_LEVELS: usize = 100;

/// Values of a node above which its inputs are divided among threads; below it, threads cost more than they save.
const PARALLEL: usize = 20_000;

/// The unpruned tree.
pub(super) fn grow(
    training: &Training<'_>,
    cases: Vec<Case>,
    options: C5Options,
    control: Control<'_>,
) -> Result<C5Node, MiningError> {
    let mut grower = Grower { training, options, control, tested: vec![false; training.inputs.len()] };
    grower.node(cases, 0, 0)
}

struct Grower<'a> {
    training: &'a Training<'a>,
    options: C5Options,
    control: Control<'a>,
    /// Nominal inputs that a node above has tested.
    tested: Vec<bool>,
}

impl Grower<'_> {
    fn node(&mut self, cases: Vec<Case>, parent: usize, level: usize) -> Result<C5Node, MiningError> {
        self.control.check()?;
        if level > MAX_LEVELS {
            return Err(MiningError::TooLarge {
                what: "the levels of the tree",
                limit: MAX_LEVELS,
                advice: "raise the minimum of records per branch",
            });
        }
        let counts = self.training.counts(&cases);
        let class = largest(&counts, parent);
        let leaf = C5Node::leaf(counts, class);
        let weight = leaf.weight();
        let errors = leaf.errors();
        if errors <= EPSILON || weight < 2.0 * self.options.min_records {
            return Ok(leaf);
        }
        let Some(best) = self.best(&cases)? else { return Ok(leaf) };
        let branches = match &best.test {
            C5Test::Threshold(_) => 2,
            C5Test::Categories(branches) => branches.len(),
        };
        let is_nominal = matches!(&best.test, C5Test::Categories(codes) if codes.iter().all(|codes| codes.len() == 1))
            && !self.is_ordered(best.input);
        let divided = self.training.divide(best.input, &best.test, &cases, branches, |_| 1.0);
        drop(cases);
        self.test(best.input, is_nominal);
        let mut children = Vec::with_capacity(branches);
        for cases in divided {
            children.push(self.node(cases, class, level + 1)?);
        }
        self.test(best.input, false);
        let split = Some(C5Split { input: best.input, test: best.test, branches: children });
        let node = C5Node { split, ..leaf.clone() };
        // A subtree that makes no fewer errors than a leaf is one.
        Ok(if node.errors() >= errors - EPSILON { leaf } else { node })
    }

    fn test(&mut self, input: usize, is_tested: bool) {
        if let Some(tested) = self.tested.get_mut(input) {
            *tested = is_tested;
        }
    }

    fn is_ordered(&self, input: usize) -> bool {
        matches!(self.training.inputs.get(input), Some(Input::Categories { order: Order::Ordinal, .. }))
    }

    /// The test with the largest gain ratio, of those whose gain is at least the average of all tests (Quinlan 1993, 2.2).
    /// The cost of a threshold can make a gain negative.
    fn best(&self, cases: &[Case]) -> Result<Option<Candidate>, MiningError> {
        let of_input = |input: usize| {
            let is_tested = self.tested.get(input).copied().unwrap_or_default();
            if is_tested { None } else { candidate(self.training, input, cases, self.options) }
        };
        let inputs = self.training.inputs.len();
        let candidates: Vec<Option<Candidate>> = match inputs * cases.len() > PARALLEL {
            true => self.control.each(inputs, |input| Ok(of_input(input)))?,
            false => (0..inputs).map(of_input).collect(),
        };
        let candidates: Vec<Candidate> = candidates.into_iter().flatten().collect();
        let average =
            candidates.iter().map(|candidate| candidate.gain).sum::<f64>() / candidates.len() as f64;
        let mut best: Option<(f64, Candidate)> = None;
        for candidate in candidates {
            let is_useful = candidate.gain > EPSILON && candidate.split_information > EPSILON;
            if is_useful && candidate.gain >= average - EPSILON {
                let ratio = candidate.gain / candidate.split_information;
                if best.as_ref().is_none_or(|(best, _)| ratio > best + EPSILON) {
                    best = Some((ratio, candidate));
                }
            }
        }
        Ok(best.map(|(_, candidate)| candidate))
    }
}

/// The class with the largest weight; of several, `preferred` or the first.
pub(super) fn largest(counts: &[f64], preferred: usize) -> usize {
    let mut best = (preferred, counts.get(preferred).copied().unwrap_or_default());
    for (class, count) in counts.iter().enumerate() {
        if *count > best.1 + EPSILON {
            best = (class, *count);
        }
    }
    best.0
}
