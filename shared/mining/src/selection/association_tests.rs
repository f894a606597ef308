//! Tests of an input against a target: χ², analysis of variance, correlation.

use crate::column::Column;
use crate::distributions::{chi_square_beyond, f_beyond};

/// The test of a categorical input against a categorical target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// Pearson's χ² of independence.
    Pearson,
    /// The likelihood ratio χ² of independence.
    LikelihoodRatio,
}

/// The distribution of a test's statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Distribution {
    /// χ², with the first degrees of freedom.
    ChiSquare,
    /// F, with both. The square of a correlation's t is one of them.
    F,
}

/// A test of an input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// χ² or F.
    pub statistic: f64,
    /// The degrees of freedom; the second ones are 0 for χ².
    pub freedom: (f64, f64),
    distribution: Distribution,
}

impl Test {
    /// The probability of a larger statistic if input and target are independent.
    pub fn p_value(&self) -> f64 {
        match self.distribution {
            Distribution::ChiSquare => chi_square_beyond(self.statistic, self.freedom.0),
            Distribution::F => f_beyond(self.statistic, self.freedom.0, self.freedom.1),
        }
    }
}

/// The test of an input, over those of these records that have both values. `None` if one of them is constant.
pub(super) fn test(input: &Column, target: &Column, records: &[usize], criterion: Criterion) -> Option<Test> {
    let both = records.iter().copied().filter(|record| !input.is_missing(*record));
    match (input, target) {
        (Column::Categories { codes, count }, Column::Categories { codes: classes, count: target }) => {
            independence((codes, *count), (classes, *target), both, criterion)
        }
        (Column::Numbers(numbers), Column::Categories { codes, count })
        | (Column::Categories { codes, count }, Column::Numbers(numbers)) => {
            variance(numbers, (codes, *count), both)
        }
        (Column::Numbers(numbers), Column::Numbers(target)) => correlation(numbers, target, both),
    }
}

/// The categories of a column and their number.
type Categories<'a> = (&'a [u32], usize);

fn code((codes, _): Categories<'_>, record: usize) -> usize {
    codes.get(record).and_then(|code| usize::try_from(*code).ok()).unwrap_or(usize::MAX)
}

/// χ² of the table of an input's and a target's categories, without empty rows and columns.
fn independence(
    input: Categories<'_>,
    target: Categories<'_>,
    records: impl Iterator<Item = usize>,
    criterion: Criterion,
) -> Option<Test> {
    let mut table = vec![0_u64; input.1 * target.1];
    for record in records {
        if let Some(cell) = table.get_mut(code(input, record) * target.1 + code(target, record)) {
            *cell += 1;
        }
    }
    let rows: Vec<u64> = table.chunks(target.1.max(1)).map(|row| row.iter().sum()).collect();
    let mut columns = vec![0_u64; target.1];
    for row in table.chunks(target.1.max(1)) {
        columns.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
    }
    let total = rows.iter().sum::<u64>() as f64;
    let present = |sums: &[u64]| sums.iter().filter(|sum| **sum > 0).count() as f64;
    let freedom = (present(&rows) - 1.0) * (present(&columns) - 1.0);
    let mut statistic = 0.0;
    for (row, row_sum) in table.chunks(target.1.max(1)).zip(&rows) {
        for (count, column_sum) in row.iter().zip(&columns) {
            let expected = *row_sum as f64 * *column_sum as f64 / total;
            if expected > 0.0 {
                let count = *count as f64;
                statistic += match criterion {
                    Criterion::Pearson => (count - expected) * (count - expected) / expected,
                    Criterion::LikelihoodRatio if count > 0.0 => 2.0 * count * (count / expected).ln(),
                    Criterion::LikelihoodRatio => 0.0,
                };
            }
        }
    }
    (freedom > 0.0).then_some(Test {
        statistic,
        freedom: (freedom, 0.0),
        distribution: Distribution::ChiSquare,
    })
}

/// One-way analysis of variance of numbers by categories.
fn variance(
    numbers: &[f64],
    categories: Categories<'_>,
    records: impl Iterator<Item = usize> + Clone,
) -> Option<Test> {
    let value = |record: usize| numbers.get(record).copied().unwrap_or(f64::NAN);
    let mut groups = vec![(0.0_f64, 0.0_f64); categories.1];
    let (mut count, mut sum) = (0.0, 0.0);
    for record in records.clone() {
        if let Some(group) = groups.get_mut(code(categories, record)) {
            group.0 += 1.0;
            group.1 += value(record);
            count += 1.0;
            sum += value(record);
        }
    }
    let mean = sum / count;
    let means: Vec<f64> = groups.iter().map(|(count, sum)| sum / count).collect();
    let present = groups.iter().filter(|(count, _)| *count > 0.0);
    let between: f64 =
        present.clone().map(|(count, sum)| count * (sum / count - mean) * (sum / count - mean)).sum();
    let mut within = 0.0;
    for record in records {
        let group = means.get(code(categories, record)).copied().unwrap_or(mean);
        within += (value(record) - group) * (value(record) - group);
    }
    let freedom = (present.count() as f64 - 1.0, 0.0);
    let freedom = (freedom.0, count - freedom.0 - 1.0);
    let statistic = (between / freedom.0) / (within / freedom.1);
    (freedom.0 > 0.0 && freedom.1 > 0.0 && !statistic.is_nan()).then_some(Test {
        statistic,
        freedom,
        distribution: Distribution::F,
    })
}

/// The test of a correlation, by the square of its t.
fn correlation(one: &[f64], two: &[f64], records: impl Iterator<Item = usize> + Clone) -> Option<Test> {
    let pairs = records.map(|record| {
        let value = |values: &[f64]| values.get(record).copied().unwrap_or(f64::NAN);
        (value(one), value(two))
    });
    let (mut count, mut sums) = (0.0, (0.0, 0.0));
    for (one, two) in pairs.clone() {
        count += 1.0;
        sums = (sums.0 + one, sums.1 + two);
    }
    let means = (sums.0 / count, sums.1 / count);
    let (mut products, mut squares) = (0.0, (0.0, 0.0));
    for (one, two) in pairs {
        let (one, two) = (one - means.0, two - means.1);
        products += one * two;
        squares = (squares.0 + one * one, squares.1 + two * two);
    }
    let freedom = (1.0, count - 2.0);
    let explained = products * products / (squares.0 * squares.1);
    let statistic = explained * freedom.1 / (1.0 - explained).max(0.0);
    (freedom.1 > 0.0 && !statistic.is_nan()).then_some(Test {
        statistic,
        freedom,
        distribution: Distribution::F,
    })
}
