//! The impurity of records.

use super::super::data::Target;

/// Sums of the target: the records of each category; or the records, and the sum and the squares of their numbers.
pub(super) type Sums = Vec<f64>;

/// Measures impurity.
#[derive(Debug)]
pub(super) struct Impurity<'a> {
    pub(super) target: &'a Target,
    /// The mean of all numbers, which is subtracted.
    mean: f64,
    /// The number of all records.
    pub(super) total: f64,
}

impl<'a> Impurity<'a> {
    pub(super) fn new(target: &'a Target, records: &[u32]) -> Self {
        let total = records.len() as f64;
        let mean = match target {
            Target::Numbers(numbers) => {
                let values = records.iter().filter_map(|record| numbers.get(*record as usize));
                values.sum::<f64>() / total.max(1.0)
            }
            Target::Categories { .. } => 0.0,
        };
        Self { target, mean, total }
    }

    /// The number of sums.
    pub(super) fn width(&self) -> usize {
        match self.target {
            Target::Categories { count, .. } => *count,
            Target::Numbers(_) => 3,
        }
    }

    /// Adds a record to some sums.
    pub(super) fn add(&self, record: u32, sums: &mut [f64]) {
        match self.target {
            Target::Categories { codes, .. } => {
                let code = codes.get(record as usize).map_or(usize::MAX, |code| *code as usize);
                if let Some(sum) = sums.get_mut(code) {
                    *sum += 1.0;
                }
            }
            Target::Numbers(numbers) => {
                let number = numbers.get(record as usize).copied().unwrap_or_default() - self.mean;
                sums.iter_mut().zip([1.0, number, number * number]).for_each(|(sum, value)| *sum += value);
            }
        }
    }

    /// The number of records in some sums.
    pub(super) fn weight(&self, sums: &[f64]) -> f64 {
        match self.target {
            Target::Categories { .. } => sums.iter().sum(),
            Target::Numbers(_) => sums.first().copied().unwrap_or_default(),
        }
    }

    /// The impurity, multiplied by the number of records.
    pub(super) fn impurity(&self, sums: &[f64]) -> f64 {
        let weight = self.weight(sums);
        if weight <= 0.0 {
            return 0.0;
        }
        match (self.target, sums) {
            (Target::Numbers(_), [count, sum, squares]) => (squares - sum * sum / count).max(0.0),
            _ => weight - sums.iter().map(|sum| sum * sum).sum::<f64>() / weight,
        }
    }

    /// The share of the second of two categories, or the mean: by it the categories of an input are put in order.
    pub(super) fn position(&self, sums: &[f64]) -> f64 {
        match (self.target, sums) {
            (Target::Numbers(_), [count, sum, _]) => sum / count,
            _ => sums.last().copied().unwrap_or_default() / self.weight(sums),
        }
    }
}
