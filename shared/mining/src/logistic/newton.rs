//! The most likely coefficients, by Newton's method.

use super::Records;
use super::sums::{likelihood, sums};
use crate::sweep::Swept;
use crate::{Control, MiningError};

/// The most coefficients: their information fills 8 MB in each of 16 parts.
const MAX_COEFFICIENTS: usize = 1_000;

/// When the iterations end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewtonOptions {
    /// The most iterations.
    pub iterations: usize,
    /// The most halvings of a step that makes the model less likely.
    pub halvings: usize,
    /// Converged if no coefficient changes by this much.
    pub change: f64,
    /// Converged if the log likelihood changes by a smaller share; 0 for never.
    pub likelihood: f64,
    /// A column whose pivot is not above this is redundant; where it becomes so later, the iterations end.
    pub singularity: f64,
}

/// Why the iterations ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Coefficients or likelihood did not change any more.
    Converged,
    /// The information became singular: categories are separated by the inputs, and some coefficients have no limit.
    Separated,
    /// There were as many iterations as allowed.
    Limit,
}

/// Coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// For each category but the base, and each column of the records: the coefficient; none where it is redundant
    /// or its effect is not in the model.
    pub coefficients: Vec<Vec<Option<f64>>>,
    /// The log likelihood.
    pub likelihood: f64,
    /// The number of iterations.
    pub iterations: usize,
    /// Why they ended.
    pub ending: Ending,
}

impl Fit {
    /// The number of coefficients that are not redundant.
    pub fn parameters(&self) -> usize {
        self.coefficients.iter().flatten().flatten().count()
    }
}

/// The columns of these that are not redundant, in order.
pub(super) fn independent(
    records: &Records<'_>,
    columns: &[usize],
    singularity: f64,
    control: Control<'_>,
) -> Result<Vec<usize>, MiningError> {
    let moments = crate::regression::Moments::of(records.rows, records.width, false, control)?;
    let mut swept = Swept::new(moments.correlations(), records.width);
    let mut independent = Vec::with_capacity(columns.len());
    for column in columns {
        if swept.at(*column, *column) > singularity {
            swept.sweep(*column);
            independent.push(*column);
        }
    }
    Ok(independent)
}

/// The coefficients of these columns, which must not be redundant. All are 0 in the beginning, except those of the
/// constant: the shares of the categories.
///
/// # Errors
/// [`MiningError::Canceled`]; [`MiningError::TooLarge`].
pub(super) fn fit(
    records: &Records<'_>,
    columns: &[usize],
    has_constant: bool,
    options: NewtonOptions,
    control: Control<'_>,
) -> Result<(Fit, Vec<f64>), MiningError> {
    let (width, others) = (columns.len(), records.categories.saturating_sub(1));
    let size = width * others;
    if size > MAX_COEFFICIENTS {
        return Err(MiningError::TooLarge {
            what: "the coefficients",
            limit: MAX_COEFFICIENTS,
            advice: "use fewer inputs, or inputs with fewer categories",
        });
    }
    let mut values = vec![0.0; size];
    if has_constant && columns.first() == Some(&0) {
        let count =
            |category: usize| records.targets.iter().filter(|target| **target == category).count() as f64;
        for (at, category) in records.others().enumerate() {
            if let Some(value) = values.get_mut(at * width) {
                *value = (count(category) / count(records.base)).ln();
            }
        }
    }
    // The limit of a pivot has the scale of its column: that of indicators is 1.
    let scales: Vec<f64> = columns.iter().map(|column| scale(records, *column)).collect();
    let mut known = likelihood(records, columns, &values, control)?;
    let (mut iterations, mut ending) = (0, Ending::Limit);
    while iterations < options.iterations {
        let now = sums(records, columns, &values, control)?;
        let limit = |at: usize| {
            let scale = scales.get(at % width.max(1)).copied().unwrap_or(1.0);
            options.singularity * scale * scale
        };
        let Some(step) = solved(&now.information, &now.gradient, limit) else {
            ending = Ending::Separated;
            break;
        };
        iterations += 1;
        let mut share = 1.0;
        let mut next: Vec<f64> = values.iter().zip(&step).map(|(value, step)| value + step).collect();
        let mut likely = likelihood(records, columns, &next, control)?;
        for _ in 0..options.halvings {
            // Rounding alone must not halve a step at the top.
            if likely >= known - 1e-12 * known.abs() {
                break;
            }
            share /= 2.0;
            next = values.iter().zip(&step).map(|(value, step)| value + share * step).collect();
            likely = likelihood(records, columns, &next, control)?;
        }
        let change = values.iter().zip(&next).map(|(from, to)| (from - to).abs()).fold(0.0, f64::max);
        let gain = ((likely - known) / known).abs();
        values = next;
        known = likely;
        if change < options.change || (options.likelihood > 0.0 && gain < options.likelihood) {
            ending = Ending::Converged;
            break;
        }
    }
    let mut coefficients = vec![vec![None; records.width]; others];
    for (own, values) in coefficients.iter_mut().zip(values.chunks_exact(width.max(1))) {
        for (column, value) in columns.iter().zip(values) {
            if let Some(place) = own.get_mut(*column) {
                *place = Some(*value);
            }
        }
    }
    Ok((Fit { coefficients, likelihood: known, iterations, ending }, values))
}

/// The largest absolute value of a column.
fn scale(records: &Records<'_>, column: usize) -> f64 {
    let values = records.rows.iter().skip(column).step_by(records.width.max(1));
    values.fold(0.0, |largest, value| value.abs().max(largest))
}

/// The solution of the symmetric equations; `None` if a pivot is not above its limit.
fn solved(matrix: &[f64], right: &[f64], limit: impl Fn(usize) -> f64) -> Option<Vec<f64>> {
    let size = right.len();
    let mut values = Vec::with_capacity((size + 1) * (size + 1));
    for (row, own) in matrix.chunks_exact(size.max(1)).zip(right) {
        values.extend_from_slice(row);
        values.push(*own);
    }
    values.extend_from_slice(right);
    values.push(0.0);
    let mut swept = Swept::new(values, size + 1);
    for at in 0..size {
        if swept.at(at, at).is_nan() || swept.at(at, at) <= limit(at) {
            return None;
        }
        swept.sweep(at);
    }
    Some((0..size).map(|at| swept.at(at, size)).collect())
}
