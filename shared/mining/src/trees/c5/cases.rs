//! Records with weights, as C5.0 sends them down a tree.

use super::{C5Test, Thresholds};
use crate::trees::data::Input;

/// A number with six significant digits, as C's `%g` prints it: so Modeler hands its data to C5.0.
pub fn six_digits(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// A record, or a part of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Case {
    pub(super) record: usize,
    pub(super) weight: f64,
}

/// The records that train.
pub(super) struct Training<'a> {
    pub(super) inputs: &'a [Input],
    pub(super) classes: &'a [u32],
    pub(super) class_count: usize,
    /// For each continuous input its values in all records, ascending.
    values: Vec<Vec<f64>>,
}

impl<'a> Training<'a> {
    pub(super) fn new(inputs: &'a [Input], classes: &'a [u32], class_count: usize) -> Self {
        let values = |input: &Input| match input {
            Input::Numbers(numbers) => {
                let mut values: Vec<f64> = numbers.iter().copied().filter(|value| !value.is_nan()).collect();
                values.sort_by(f64::total_cmp);
                values.dedup();
                values
            }
            Input::Categories { .. } => Vec::new(),
        };
        Self { inputs, classes, class_count, values: inputs.iter().map(values).collect() }
    }

    /// All records that have a class.
    pub(super) fn cases(&self) -> Vec<Case> {
        let has_class = |record: &usize| self.class(*record) < self.class_count;
        (0..self.classes.len()).filter(has_class).map(|record| Case { record, weight: 1.0 }).collect()
    }

    /// The class of a record; the number of classes or more if it has none.
    pub(super) fn class(&self, record: usize) -> usize {
        self.classes.get(record).and_then(|class| usize::try_from(*class).ok()).unwrap_or(usize::MAX)
    }

    /// The weights of the classes.
    pub(super) fn counts(&self, cases: &[Case]) -> Vec<f64> {
        let mut counts = vec![0.0; self.class_count];
        for case in cases {
            if let Some(count) = counts.get_mut(self.class(case.record)) {
                *count += case.weight;
            }
        }
        counts
    }

    /// The number that divides two neighbours.
    pub(super) fn threshold(&self, input: usize, low: f64, high: f64, kind: Thresholds) -> f64 {
        match kind {
            Thresholds::Middles => middle(low, high),
            Thresholds::Values => {
                let middle = (low + high) / 2.0;
                let values = self.values.get(input).map(Vec::as_slice).unwrap_or_default();
                let after = values.partition_point(|value| *value <= middle);
                after.checked_sub(1).and_then(|at| values.get(at).copied()).unwrap_or(low)
            }
        }
    }

    /// Sends cases down a test: those without a value go down all branches, in the parts that those with one do; or,
    /// if none has a value, in these parts.
    pub(super) fn divide(
        &self,
        input: usize,
        test: &C5Test,
        cases: &[Case],
        branches: usize,
        otherwise: impl Fn(usize) -> f64,
    ) -> Vec<Vec<Case>> {
        let mut divided = vec![Vec::new(); branches];
        let mut missing = Vec::new();
        let branch_of_code = branch_of_code(test);
        let branch_of = |record: usize| match (self.inputs.get(input), test) {
            (Some(Input::Numbers(numbers)), C5Test::Threshold(threshold)) => {
                let value = numbers.get(record).copied().filter(|value| !value.is_nan())?;
                Some(usize::from(value > *threshold))
            }
            (Some(Input::Categories { codes, .. }), C5Test::Categories(_)) => {
                let code = usize::try_from(*codes.get(record)?).ok()?;
                branch_of_code.get(code).copied().flatten()
            }
            _ => None,
        };
        for case in cases {
            match branch_of(case.record).and_then(|branch| divided.get_mut(branch)) {
                Some(branch) => branch.push(*case),
                None => missing.push(*case),
            }
        }
        if missing.is_empty() {
            return divided;
        }
        let mut parts: Vec<f64> =
            divided.iter().map(|branch| branch.iter().map(|case| case.weight).sum()).collect();
        if parts.iter().sum::<f64>() <= 0.0 {
            parts = (0..branches).map(otherwise).collect();
        }
        let all: f64 = parts.iter().sum();
        for (branch, part) in divided.iter_mut().zip(parts) {
            if part > 0.0 {
                let share = part / all;
                branch.extend(missing.iter().map(|case| Case { weight: case.weight * share, ..*case }));
            }
        }
        divided
    }
}

/// For each category its branch.
fn branch_of_code(test: &C5Test) -> Vec<Option<usize>> {
    let C5Test::Categories(branches) = test else { return Vec::new() };
    let codes = branches.iter().flatten().filter_map(|code| usize::try_from(*code).ok());
    let mut found = vec![None; codes.max().map_or(0, |last| last + 1)];
    for (branch, codes) in branches.iter().enumerate() {
        for code in codes {
            if let Some(place) = usize::try_from(*code).ok().and_then(|code| found.get_mut(code)) {
                *place = Some(branch);
            }
        }
    }
    found
}

/// The middle of two numbers, with eight decimals: the lower number of those around it. Stored thresholds have them.
fn middle(low: f64, high: f64) -> f64 {
    /// Above this, eight decimals are more than a number has.
    const MOST: f64 = 1e7;
    let middle = (low + high) / 2.0;
    let cut = if middle.abs() < MOST { (middle * 1e8).floor() / 1e8 } else { middle };
    // Of neighbours that differ by less, the lower one divides them.
    if cut >= low && cut < high { cut } else { low }
}
