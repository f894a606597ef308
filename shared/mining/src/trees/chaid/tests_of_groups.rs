//! Tests whether groups of categories differ in the target.

use super::super::tails;
use super::bins::Categories;
use super::row_effects;
use super::{ChiSquare, Options, Order, Target};

/// The target, as sums for each category of an input.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    kind: Kind<'a>,
    /// Numbers of each category: the records of each target category; or records, sum and sum of squares.
    width: usize,
}

#[derive(Debug)]
enum Kind<'a> {
    Nominal {
        codes: &'a [u32],
        chi_square: ChiSquare,
    },
    Ordinal {
        codes: &'a [u32],
        epsilon: f64,
        iterations: usize,
    },
    /// Numbers, and the mean of all, which is subtracted.
    Numbers {
        numbers: &'a [f64],
        mean: f64,
    },
}

/// The result of a test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Test {
    pub(super) statistic: f64,
    pub(super) df1: f64,
    /// The second degrees of freedom, of an F value.
    pub(super) df2: Option<f64>,
    /// The logarithm of the p-value.
    pub(super) ln_p: f64,
}

impl<'a> Cells<'a> {
    pub(super) fn of(target: &'a Target, options: &Options) -> Self {
        match target {
            Target::Categories { codes, count, order: Order::Nominal } => {
                Self { kind: Kind::Nominal { codes, chi_square: options.chi_square }, width: *count }
            }
            Target::Categories { codes, count, order: Order::Ordinal } => {
                let (epsilon, iterations) = (options.epsilon, options.iterations);
                Self { kind: Kind::Ordinal { codes, epsilon, iterations }, width: *count }
            }
            Target::Numbers(numbers) => {
                let mean = numbers.iter().sum::<f64>() / (numbers.len() as f64).max(1.0);
                Self { kind: Kind::Numbers { numbers, mean }, width: 3 }
            }
        }
    }

    /// The number of all records that grow the tree.
    pub(super) fn records(&self) -> usize {
        match self.kind {
            Kind::Nominal { codes, .. } | Kind::Ordinal { codes, .. } => codes.len(),
            Kind::Numbers { numbers, .. } => numbers.len(),
        }
    }

    /// The cells of each category of an input in some records, those of missing values last.
    pub(super) fn table(&self, categories: &Categories, records: &[u32]) -> Vec<Vec<f64>> {
        let mut cells = vec![0.0; (categories.count + 1) * self.width];
        for record in records {
            let first = categories.code(*record) * self.width;
            let at = *record as usize;
            match self.kind {
                Kind::Nominal { codes, .. } | Kind::Ordinal { codes, .. } => {
                    let cell = codes.get(at).and_then(|code| cells.get_mut(first + *code as usize));
                    if let Some(cell) = cell {
                        *cell += 1.0;
                    }
                }
                Kind::Numbers { numbers, mean } => {
                    let number = numbers.get(at).map_or(0.0, |number| number - mean);
                    let sums = cells.get_mut(first..).unwrap_or_default().iter_mut();
                    sums.zip([1.0, number, number * number]).for_each(|(sum, value)| *sum += value);
                }
            }
        }
        cells.chunks(self.width.max(1)).map(<[f64]>::to_vec).collect()
    }

    /// The records of a group.
    pub(super) fn size(&self, cells: &[f64]) -> f64 {
        match self.kind {
            Kind::Numbers { .. } => cells.first().copied().unwrap_or_default(),
            _ => cells.iter().sum(),
        }
    }

    /// Tests some groups.
    pub(super) fn test(&self, groups: &[&[f64]]) -> Test {
        match self.kind {
            Kind::Nominal { chi_square, .. } => chi_square_test(groups, chi_square),
            Kind::Ordinal { epsilon, iterations, .. } => row_effects::test(groups, epsilon, iterations),
            Kind::Numbers { .. } => f_test(groups),
        }
    }
}

/// The chi-square test of a table. Columns without records do not count.
fn chi_square_test(groups: &[&[f64]], kind: ChiSquare) -> Test {
    let width = groups.first().map_or(0, |group| group.len());
    let mut columns = vec![0.0; width];
    for group in groups {
        columns.iter_mut().zip(*group).for_each(|(sum, count)| *sum += count);
    }
    let total: f64 = columns.iter().sum();
    let mut statistic = 0.0;
    for group in groups {
        let row: f64 = group.iter().sum();
        for (count, column) in group.iter().zip(&columns).filter(|(_, column)| **column > 0.0) {
            let expected = row * column / total;
            statistic += match kind {
                ChiSquare::Pearson if expected > 0.0 => (count - expected) * (count - expected) / expected,
                ChiSquare::LikelihoodRatio if *count > 0.0 => 2.0 * count * (count / expected).ln(),
                _ => 0.0,
            };
        }
    }
    let columns = columns.iter().filter(|sum| **sum > 0.0).count();
    let df1 = (groups.len().saturating_sub(1) * columns.saturating_sub(1)) as f64;
    Test { statistic, df1, df2: None, ln_p: tails::chi_square(statistic, df1) }
}

/// The analysis of variance between groups: each has its records, their sum and the sum of their squares.
fn f_test(groups: &[&[f64]]) -> Test {
    let moments = |group: &[f64]| match group {
        [count, sum, squares] => (*count, *sum, *squares),
        _ => (0.0, 0.0, 0.0),
    };
    let add = |one: (f64, f64, f64), two: (f64, f64, f64)| (one.0 + two.0, one.1 + two.1, one.2 + two.2);
    let (count, sum, squares) = groups.iter().map(|group| moments(group)).fold((0.0, 0.0, 0.0), add);
    let mean = sum / count;
    let between = groups.iter().map(|group| moments(group)).filter(|(count, ..)| *count > 0.0);
    let between: f64 =
        between.map(|(count, sum, _)| count * (sum / count - mean) * (sum / count - mean)).sum();
    let within = (squares - sum * mean - between).max(0.0);
    let (df1, df2) = (groups.len() as f64 - 1.0, count - groups.len() as f64);
    let statistic = match (between > 0.0, within > 0.0) {
        (false, _) => 0.0,
        (true, false) => f64::INFINITY,
        (true, true) => (between / df1) / (within / df2),
    };
    Test { statistic, df1, df2: Some(df2), ln_p: tails::f(statistic, df1, df2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IBM's number in a public stream: the root of a tree for the survivors of a shipwreck.
    #[test]
    fn a_table_has_the_chi_square_of_a_stored_tree() {
        let test = chi_square_test(&[&[361.0, 88.0], &[76.0, 153.0]], ChiSquare::Pearson);
        assert!((test.statistic - 147.549_724_122_659).abs() < 1e-12);
        assert!((test.ln_p.exp() / 5.950_593_269_278_57e-34 - 1.0).abs() < 1e-12);
        assert_eq!(test.df1, 1.0);
    }

    /// Computed by hand: means 2 and 5, mean 3.5, squares within 2 + 2.
    #[test]
    fn groups_of_numbers_have_the_f_of_their_variances() {
        let test = f_test(&[&[3.0, 6.0, 14.0], &[3.0, 15.0, 77.0]]);
        assert!((test.statistic - 13.5).abs() < 1e-12, "{test:?}");
        assert_eq!((test.df1, test.df2), (1.0, Some(4.0)));
        let constant = f_test(&[&[2.0, 2.0, 2.0], &[2.0, 4.0, 8.0]]);
        assert_eq!(constant.ln_p, f64::NEG_INFINITY);
    }

    #[test]
    fn a_column_without_records_has_no_freedom() {
        let test = chi_square_test(&[&[5.0, 0.0, 1.0], &[2.0, 0.0, 4.0]], ChiSquare::LikelihoodRatio);
        assert_eq!(test.df1, 1.0);
        assert_eq!(chi_square_test(&[&[5.0, 0.0], &[2.0, 0.0]], ChiSquare::Pearson).ln_p, 0.0);
    }
}
