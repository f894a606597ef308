//! Tests of a node and their worth: gain and gain ratio.

use super::cases::{Case, Training};
use super::{C5Options, C5Test};
use crate::trees::data::{Input, Order};

/// A test that a node may have.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) input: usize,
    pub(super) test: C5Test,
    /// The information gained, in bits, after the cost of a threshold.
    pub(super) gain: f64,
    /// The information of the division itself, in bits.
    pub(super) split_information: f64,
}

/// Differences of gains below this are rounding.
pub(super) const EPSILON: f64 = 1e-9;

/// The largest share of the records that must be on either side of a threshold: 1 of 10 for each class, but no more
/// than this many records.
const MOST_BESIDE_THRESHOLD: f64 = 25.0;

/// n log₂ n.
fn bits(weight: f64) -> f64 {
    if weight > 0.0 { weight * weight.log2() } else { 0.0 }
}

/// The information of a division of records into groups, in bits for all of them.
fn information(weights: impl Iterator<Item = f64>) -> f64 {
    let (sum, each) = weights.fold((0.0, 0.0), |(sum, each), weight| (sum + weight, each + bits(weight)));
    bits(sum) - each
}

/// The best test of an input.
pub(super) fn candidate(
    training: &Training<'_>,
    input: usize,
    cases: &[Case],
    options: C5Options,
) -> Option<Candidate> {
    match training.inputs.get(input)? {
        Input::Numbers(numbers) => {
            let value = |case: &Case| numbers.get(case.record).copied().filter(|value| !value.is_nan());
            let divided = divide(training, cases, value, options)?;
            let threshold = training.threshold(input, divided.low, divided.high, options.thresholds);
            Some(divided.candidate(input, C5Test::Threshold(threshold)))
        }
        Input::Categories { codes, count, order } => {
            let limit = u32::try_from(*count).unwrap_or(u32::MAX);
            let code = |case: &Case| codes.get(case.record).copied().filter(|code| *code < limit);
            if *order == Order::Ordinal {
                let divided = divide(training, cases, |case| code(case).map(f64::from), options)?;
                // Categories that the node does not have belong to the lower branch.
                let (below, above) = (0..limit).partition(|code| f64::from(*code) < divided.high);
                return Some(divided.candidate(input, C5Test::Categories(vec![below, above])));
            }
            categories(training, input, cases, (*count, limit), code, options)
        }
    }
}

/// A test with one branch for each category.
fn categories(
    training: &Training<'_>,
    input: usize,
    cases: &[Case],
    (count, limit): (usize, u32),
    code: impl Fn(&Case) -> Option<u32>,
    options: C5Options,
) -> Option<Candidate> {
    let classes = training.class_count;
    let mut table = vec![0.0; count * classes];
    let mut missing = 0.0;
    for case in cases {
        match code(case).and_then(|code| usize::try_from(code).ok()) {
            None => missing += case.weight,
            Some(code) => {
                if let Some(cell) = table.get_mut(code * classes + training.class(case.record)) {
                    *cell += case.weight;
                }
            }
        }
    }
    let branches: Vec<f64> = table.chunks(classes.max(1)).map(|row| row.iter().sum()).collect();
    if branches.iter().filter(|weight| **weight >= options.min_records - EPSILON).count() < 2 {
        return None;
    }
    let known: f64 = branches.iter().sum();
    let all = known + missing;
    let of_class = |class: usize| table.iter().skip(class).step_by(classes).sum::<f64>();
    let before = information((0..classes).map(of_class));
    let after: f64 = table.chunks(classes.max(1)).map(|row| information(row.iter().copied())).sum();
    let gain = (before - after) / all;
    let split_information = information(branches.into_iter().chain([missing])) / all;
    let test = C5Test::Categories((0..limit).map(|code| vec![code]).collect());
    Some(Candidate { input, test, gain, split_information })
}

/// The best place at which an order of values is divided.
struct Divided {
    low: f64,
    high: f64,
    gain: f64,
    split_information: f64,
}

impl Divided {
    fn candidate(self, input: usize, test: C5Test) -> Candidate {
        Candidate { input, test, gain: self.gain, split_information: self.split_information }
    }
}

fn divide(
    training: &Training<'_>,
    cases: &[Case],
    value: impl Fn(&Case) -> Option<f64>,
    options: C5Options,
) -> Option<Divided> {
    let mut sorted: Vec<(f64, Case)> = cases.iter().filter_map(|case| Some((value(case)?, *case))).collect();
    sorted.sort_by(|one, two| one.0.total_cmp(&two.0));
    let mut above = vec![0.0; training.class_count];
    for (_, case) in &sorted {
        if let Some(count) = above.get_mut(training.class(case.record)) {
            *count += case.weight;
        }
    }
    let known: f64 = above.iter().sum();
    let all: f64 = cases.iter().map(|case| case.weight).sum();
    let share = 0.1 * known / training.class_count as f64;
    let least = share.max(options.min_records).min(MOST_BESIDE_THRESHOLD.max(options.min_records)) - EPSILON;
    let before = information(above.iter().copied());
    let mut below = vec![0.0; training.class_count];
    let (mut weight, mut tries) = (0.0, 0_u64);
    let mut best: Option<(f64, usize, f64)> = None;
    for (at, pair) in sorted.windows(2).enumerate() {
        let [(low, case), (high, _)] = pair else { continue };
        let class = training.class(case.record);
        if let (Some(below), Some(above)) = (below.get_mut(class), above.get_mut(class)) {
            *below += case.weight;
            *above -= case.weight;
        }
        weight += case.weight;
        if low == high || weight < least || known - weight < least {
            continue;
        }
        tries += 1;
        let after =
            information(below.iter().copied()) + information(above.iter().map(|count| count.max(0.0)));
        if best.is_none_or(|(least, ..)| after < least - EPSILON) {
            best = Some((after, at, weight));
        }
    }
    let (after, at, weight) = best?;
    let gain = (before - after) / all - (tries as f64).log2() / known;
    let split_information = information([weight, known - weight, all - known].into_iter()) / all;
    Some(Divided { low: sorted.get(at)?.0, high: sorted.get(at + 1)?.0, gain, split_information })
}
