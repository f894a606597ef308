//! The test of an ordinal target: Goodman's row effects model against independence.
//!
//! Source: L. Goodman, "Simple Models for the Analysis of Association in Cross-Classifications Having Ordered
//! Categories", 1979. The expected counts of the model are m = α β γ^(s − s̄), with a factor α and an effect γ of each
//! group, a factor β of each target category, and the categories' numbers as scores s. They are fitted by turns.

use super::super::tails;
use super::tests_of_groups::Test;

/// Tests some groups: the likelihood ratio of the two models. The iterations end when no expected count changes by more
/// than `epsilon`.
pub(super) fn test(groups: &[&[f64]], epsilon: f64, iterations: usize) -> Test {
    let width = groups.first().map_or(0, |group| group.len());
    let mut columns = vec![0.0; width];
    for group in groups {
        columns.iter_mut().zip(*group).for_each(|(sum, count)| *sum += count);
    }
    let used: Vec<usize> = (0..width).filter(|at| columns.get(*at).is_some_and(|sum| *sum > 0.0)).collect();
    let none = Test { statistic: 0.0, df1: 0.0, df2: None, ln_p: 0.0 };
    if used.len() < 2 || groups.len() < 2 {
        return none;
    }
    let pick = |row: &[f64]| used.iter().filter_map(|at| row.get(*at).copied()).collect::<Vec<_>>();
    let observed: Vec<Vec<f64>> = groups.iter().map(|group| pick(group)).collect();
    let columns = pick(&columns);
    let total: f64 = columns.iter().sum();
    let scores: Vec<f64> = used.iter().map(|at| *at as f64 + 1.0).collect();
    let mean = scores.iter().zip(&columns).map(|(score, count)| score * count).sum::<f64>() / total;
    let scores: Vec<f64> = scores.iter().map(|score| score - mean).collect();
    let model = Model::fitted(&observed, &columns, &scores, epsilon, iterations);
    let mut statistic = 0.0;
    for (row, expected) in observed.iter().zip(&model.expected) {
        let size: f64 = row.iter().sum();
        for (expected, column) in expected.iter().zip(&columns).filter(|(expected, _)| **expected > 0.0) {
            statistic += 2.0 * expected * (expected / (size * column / total)).ln();
        }
    }
    let df1 = (groups.len() - 1) as f64;
    let statistic = statistic.max(0.0);
    Test { statistic, df1, df2: None, ln_p: tails::chi_square(statistic, df1) }
}

/// The expected counts of the row effects model.
struct Model {
    expected: Vec<Vec<f64>>,
}

impl Model {
    fn fitted(
        observed: &[Vec<f64>],
        columns: &[f64],
        scores: &[f64],
        epsilon: f64,
        iterations: usize,
    ) -> Self {
        let mut alpha = vec![1.0; observed.len()];
        let mut gamma = vec![1.0; observed.len()];
        let mut beta = vec![1.0; columns.len()];
        let mut expected = vec![vec![1.0; columns.len()]; observed.len()];
        for _ in 0..iterations {
            for ((alpha, row), expected) in alpha.iter_mut().zip(observed).zip(&expected) {
                *alpha *= row.iter().sum::<f64>() / expected.iter().sum::<f64>();
            }
            let effects = |at: usize, alpha: &[f64], gamma: &[f64]| -> Vec<f64> {
                let score = scores.get(at).copied().unwrap_or_default();
                alpha.iter().zip(gamma).map(|(alpha, gamma)| alpha * gamma.powf(score)).collect()
            };
            for (at, (beta, column)) in beta.iter_mut().zip(columns).enumerate() {
                let sum: f64 = effects(at, &alpha, &gamma).iter().sum();
                *beta = column / sum;
            }
            for ((alpha, gamma), row) in alpha.iter().zip(&mut gamma).zip(observed) {
                let fitted = |score: &f64, beta: &f64| alpha * beta * gamma.powf(*score);
                let fitted: Vec<f64> =
                    scores.iter().zip(&beta).map(|(score, beta)| fitted(score, beta)).collect();
                let cells = scores.iter().zip(row).zip(&fitted);
                let rise: f64 = cells.map(|((score, count), fitted)| score * (count - fitted)).sum();
                let spread: f64 =
                    scores.iter().zip(&fitted).map(|(score, fitted)| score * score * fitted).sum();
                let step = 1.0 + rise / spread;
                if step > 0.0 && step.is_finite() {
                    *gamma *= step;
                }
            }
            let mut change: f64 = 0.0;
            for ((alpha, gamma), expected) in alpha.iter().zip(&gamma).zip(&mut expected) {
                for ((beta, score), expected) in beta.iter().zip(scores).zip(expected) {
                    let fitted = alpha * beta * gamma.powf(*score);
                    change = change.max((fitted - *expected).abs());
                    *expected = fitted;
                }
            }
            if change < epsilon {
                break;
            }
        }
        Self { expected }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An independent computation: at the solution each group has its own size and mean score, and each target
    /// category its own size. Only the maximum of the likelihood has all three.
    #[test]
    fn the_model_keeps_sizes_and_mean_scores() {
        let observed = [vec![20.0, 15.0, 5.0], vec![10.0, 20.0, 30.0], vec![4.0, 4.0, 4.0]];
        let columns = [34.0, 39.0, 39.0];
        let mean = (34.0 + 2.0 * 39.0 + 3.0 * 39.0) / 112.0;
        let scores = [1.0 - mean, 2.0 - mean, 3.0 - mean];
        let model = Model::fitted(&observed, &columns, &scores, 1e-12, 10_000);
        let weighted = |row: &[f64]| row.iter().zip(scores).map(|(count, score)| count * score).sum::<f64>();
        for (row, expected) in observed.iter().zip(&model.expected) {
            assert!((row.iter().sum::<f64>() - expected.iter().sum::<f64>()).abs() < 1e-8);
            assert!((weighted(row) - weighted(expected)).abs() < 1e-8);
        }
        let groups: Vec<&[f64]> = observed.iter().map(Vec::as_slice).collect();
        let test = test(&groups, 1e-10, 1_000);
        assert_eq!(test.df1, 2.0);
        assert!(test.statistic > 15.0 && test.ln_p < (0.001_f64).ln(), "{test:?}");
    }

    #[test]
    fn groups_without_difference_have_no_statistic() {
        let test = test(&[&[10.0, 20.0, 0.0, 5.0], &[20.0, 40.0, 0.0, 10.0]], 1e-3, 100);
        assert!(test.statistic.abs() < 1e-6 && test.ln_p > -1e-2, "{test:?}");
    }
}
