//! Adds up logarithms of likelihoods, row by row.

use super::document::TargetStats;
use crate::models::largest;
use crate::program::{Frame, Kernel, Results, Slot, State, Test};

/// A naive Bayes classifier.
#[derive(Debug)]
pub(super) struct Bayes {
    /// The logarithm of each category's count.
    pub(super) priors: Vec<f64>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) threshold: f64,
}

/// The contribution of an input.
#[derive(Debug)]
pub(super) enum Evidence {
    /// For each value, the logarithm of its fraction in each category.
    Table { tests: Vec<Test>, logs: Vec<Vec<f64>> },
    /// A distribution for each category.
    Stats { of: Slot, stats: Vec<TargetStats> },
}

impl Kernel for Bayes {
    fn reads(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        for evidence in &self.evidence {
            match evidence {
                Evidence::Table { tests, .. } => tests.iter().for_each(|test| test.reads(&mut slots)),
                Evidence::Stats { of, .. } => slots.push(*of),
            }
        }
        slots
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        let mut logs = std::mem::take(&mut out.scratch.sums);
        for row in 0..frame.rows() {
            logs.clear();
            logs.extend(&self.priors);
            for evidence in &self.evidence {
                evidence.add(frame, row, self.threshold, &mut logs);
            }
            let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mut sum = 0.0;
            for (log, column) in logs.iter().zip(&mut out.probabilities) {
                column[row] = (log - highest).exp();
                sum += column[row];
            }
            out.probabilities.iter_mut().for_each(|column| column[row] /= sum);
            out.winners[row] = largest(&out.probabilities, row);
        }
        out.scratch.sums = logs;
    }
}

impl Evidence {
    /// Adds the input's logarithms. A missing value, or one that did not occur in training, adds nothing.
    fn add(&self, frame: &Frame, row: usize, threshold: f64, logs: &mut [f64]) {
        match self {
            Self::Table { tests, logs: table } => {
                let found = tests.iter().position(|test| test.holds(frame, row) == Some(true));
                for (log, more) in
                    logs.iter_mut().zip(found.and_then(|place| table.get(place)).into_iter().flatten())
                {
                    *log += more;
                }
            }
            Self::Stats { of, stats } => {
                let column = frame.column(*of);
                if column.state(row) != State::Valid {
                    return;
                }
                let x = column.numbers[row];
                for (log, stats) in logs.iter_mut().zip(stats) {
                    *log += match stats {
                        TargetStats::Gaussian(mean, variance) => {
                            let density = (-(x - mean) * (x - mean) / (2.0 * variance)).exp()
                                / (2.0 * std::f64::consts::PI * variance).sqrt();
                            density.max(threshold).ln()
                        }
                        TargetStats::Poisson(mean) => {
                            let mut factorial = 0.0;
                            let mut n = 2.0;
                            while n <= x.min(MAX_COUNT) {
                                factorial += f64::ln(n);
                                n += 1.0;
                            }
                            (x * mean.ln() - mean - factorial).max(threshold.ln())
                        }
                    };
                }
            }
        }
    }
}

/// The count beyond which a Poisson probability is the threshold for every mean of real data. It limits the
/// work per row.
const MAX_COUNT: f64 = 10_000.0;
