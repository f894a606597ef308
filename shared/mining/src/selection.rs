//! Selection of fields: which inputs matter for a target.
//!
//! Sources: IBM, "Feature Selection Node", "Feature Selection Options" and `SELECTPRED` (screening, tests);
//! importances as in models that Modeler stored.

mod association_tests;
mod screening;

pub use association_tests::{Criterion, Test};
pub use screening::{Reason, Screening};

use std::cmp::Ordering;

use crate::column::Column;
use crate::error::check_cells;
use crate::{Control, MiningError};

/// An input that was tested.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The number of the input.
    pub input: usize,
    /// The test against the target.
    pub test: Test,
    /// The probability of the test, with 15 significant digits as Modeler stores it.
    pub p_value: f64,
}

impl Ranked {
    /// One minus the probability.
    pub fn importance(&self) -> f64 {
        1.0 - self.p_value
    }
}

/// The inputs by importance, and those that were left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The inputs that were tested, the most important first.
    pub ranked: Vec<Ranked>,
    /// Inputs that were left out, in order, with the reason.
    pub screened: Vec<(usize, Reason)>,
}

/// Tests each input against the target, and orders the inputs by importance.
///
/// Records without a value of the target do not count, and a test counts only records with both values. Of equally
/// important inputs, categorical ones stay together and continuous ones stay together, the kind of the first input
/// first; within a kind the larger statistic is first, then the fewer degrees of freedom, then the first input.
///
/// # Errors
/// [`MiningError::Canceled`]; [`MiningError::TooLarge`] if fields have too many categories.
pub fn select(
    inputs: &[Column],
    target: &Column,
    screening: &Screening,
    criterion: Criterion,
    control: Control<'_>,
) -> Result<Selection, MiningError> {
    let records: Vec<usize> = (0..target.len()).filter(|record| !target.is_missing(*record)).collect();
    let judged = control.each(inputs.len(), |number| {
        let Some(input) = inputs.get(number) else { return Ok(Err(Reason::NotTestable)) };
        if let Some(reason) = screening.reason(input, &records) {
            return Ok(Err(reason));
        }
        if let (Column::Categories { count, .. }, Column::Categories { count: classes, .. }) = (input, target)
        {
            check_cells(*count, *classes)?;
        }
        Ok(association_tests::test(input, target, &records, criterion).ok_or(Reason::NotTestable))
    })?;
    let mut selection = Selection { ranked: Vec::new(), screened: Vec::new() };
    for (input, judged) in judged.into_iter().enumerate() {
        match judged {
            Ok(test) => selection.ranked.push(Ranked { input, p_value: printed(test.p_value()), test }),
            Err(reason) => selection.screened.push((input, reason)),
        }
    }
    order(&mut selection.ranked, inputs);
    Ok(selection)
}

fn order(ranked: &mut [Ranked], inputs: &[Column]) {
    let is_continuous = |ranked: &Ranked| matches!(inputs.get(ranked.input), Some(Column::Numbers(_)));
    ranked.sort_by(|one, two| one.p_value.total_cmp(&two.p_value).then(one.input.cmp(&two.input)));
    for tied in ranked.chunk_by_mut(|one, two| one.p_value == two.p_value) {
        let Some(first) = tied.first().map(is_continuous) else { continue };
        tied.sort_by(|one, two| {
            let kind = |ranked: &Ranked| is_continuous(ranked) != first;
            let statistic = two.test.statistic.partial_cmp(&one.test.statistic).unwrap_or(Ordering::Equal);
            let freedom = one.test.freedom.0.total_cmp(&two.test.freedom.0);
            kind(one).cmp(&kind(two)).then(statistic).then(freedom).then(one.input.cmp(&two.input))
        });
    }
}

/// The number with 15 significant digits.
fn printed(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests;
