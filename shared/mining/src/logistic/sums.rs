//! The log likelihood of coefficients, and its derivatives.

use super::Records;
use crate::{Control, MiningError};

/// Parts that are summed by themselves and added in order, so that results do not depend on threads.
const PARTS: usize = 16;

/// The log likelihood, its gradient, and the information (its negative second derivatives, row by row). The
/// coefficients of a category are next to each other.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    pub(super) likelihood: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) information: Vec<f64>,
}

/// The sums at some coefficients of the columns in `columns`.
pub(super) fn sums(
    records: &Records<'_>,
    columns: &[usize],
    coefficients: &[f64],
    control: Control<'_>,
) -> Result<Sums, MiningError> {
    let count = records.targets.len();
    let length = count.div_ceil(PARTS).max(1);
    let parts = control.each(count.div_ceil(length), |part| {
        let first = part * length;
        Ok(part_of(records, first..(first + length).min(count), columns, coefficients))
    })?;
    let size = coefficients.len();
    let mut all = Sums { likelihood: 0.0, gradient: vec![0.0; size], information: vec![0.0; size * size] };
    for part in parts {
        all.likelihood += part.likelihood;
        all.gradient.iter_mut().zip(part.gradient).for_each(|(sum, value)| *sum += value);
        all.information.iter_mut().zip(part.information).for_each(|(sum, value)| *sum += value);
    }
    for row in 0..size {
        for column in 0..row {
            let upper = all.information.get(column * size + row).copied().unwrap_or_default();
            if let Some(lower) = all.information.get_mut(row * size + column) {
                *lower = upper;
            }
        }
    }
    Ok(all)
}

/// The log likelihood alone.
pub(super) fn likelihood(
    records: &Records<'_>,
    columns: &[usize],
    coefficients: &[f64],
    control: Control<'_>,
) -> Result<f64, MiningError> {
    let count = records.targets.len();
    let length = count.div_ceil(PARTS).max(1);
    let parts = control.each(count.div_ceil(length), |part| {
        let first = part * length;
        let mut row = Row::new(records, columns);
        let mut likelihood = 0.0;
        for record in first..(first + length).min(count) {
            likelihood += row.read(records, record, columns, coefficients);
        }
        Ok(likelihood)
    })?;
    Ok(parts.into_iter().sum())
}

/// A record: its values, and the probability of each category except the base.
struct Row {
    values: Vec<f64>,
    probabilities: Vec<f64>,
    /// The place of the record's category among those with coefficients.
    target: Option<usize>,
}

impl Row {
    fn new(records: &Records<'_>, columns: &[usize]) -> Self {
        Self {
            values: vec![0.0; columns.len()],
            probabilities: vec![0.0; records.categories.saturating_sub(1)],
            target: None,
        }
    }

    /// Reads a record, and returns its log likelihood.
    fn read(&mut self, records: &Records<'_>, record: usize, columns: &[usize], coefficients: &[f64]) -> f64 {
        let start = record * records.width;
        for (value, column) in self.values.iter_mut().zip(columns) {
            *value = records.rows.get(start + column).copied().unwrap_or_default();
        }
        let category = records.targets.get(record).copied().unwrap_or_default();
        self.target = match category {
            category if category == records.base => None,
            category => Some(category - usize::from(category > records.base)),
        };
        let mut largest: f64 = 0.0;
        for (predictor, own) in
            self.probabilities.iter_mut().zip(coefficients.chunks_exact(columns.len().max(1)))
        {
            *predictor = own.iter().zip(&self.values).map(|(coefficient, value)| coefficient * value).sum();
            largest = largest.max(*predictor);
        }
        let own = self.target.and_then(|target| self.probabilities.get(target).copied()).unwrap_or(0.0);
        let mut sum = (-largest).exp();
        for predictor in &mut self.probabilities {
            *predictor = (*predictor - largest).exp();
            sum += *predictor;
        }
        self.probabilities.iter_mut().for_each(|probability| *probability /= sum);
        own - largest - sum.ln()
    }
}

fn part_of(
    records: &Records<'_>,
    part: std::ops::Range<usize>,
    columns: &[usize],
    coefficients: &[f64],
) -> Sums {
    let (size, width) = (coefficients.len(), columns.len());
    let mut sums = Sums { likelihood: 0.0, gradient: vec![0.0; size], information: vec![0.0; size * size] };
    let mut row = Row::new(records, columns);
    for record in part {
        sums.likelihood += row.read(records, record, columns, coefficients);
        for (category, probability) in row.probabilities.iter().enumerate() {
            let is_own = f64::from(u8::from(row.target == Some(category)));
            let first = category * width;
            if let Some(gradient) = sums.gradient.get_mut(first..first + width) {
                let rest = is_own - probability;
                gradient.iter_mut().zip(&row.values).for_each(|(sum, value)| *sum += rest * value);
            }
            for (other, with) in row.probabilities.iter().enumerate().skip(category) {
                let weight = probability * (f64::from(u8::from(category == other)) - with);
                for (at, value) in row.values.iter().enumerate() {
                    let start = (first + at) * size + other * width;
                    // Of the blocks on the diagonal only the upper triangle.
                    let skipped = if category == other { at } else { 0 };
                    let weighted = weight * value;
                    if weighted != 0.0
                        && let Some(cells) = sums.information.get_mut(start + skipped..start + width)
                        && let Some(values) = row.values.get(skipped..)
                    {
                        cells.iter_mut().zip(values).for_each(|(cell, other)| *cell += weighted * other);
                    }
                }
            }
        }
    }
    sums
}
