//! Machines: the functions that predict a number, or one of two categories.

use super::kernel::{Kernel, dot};
use super::rows::Rows;
use super::solver::{Limits, solve};
use super::variable::Variable;
use crate::{Control, MiningError};

/// Records of a block that one thread predicts.
const BLOCK: usize = 512;

/// Records, as rows of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectors {
    numbers: Vec<f64>,
    columns: usize,
}

impl Vectors {
    /// Records of `columns` numbers each, one after the other.
    pub fn new(numbers: Vec<f64>, columns: usize) -> Self {
        Self { numbers, columns: columns.max(1) }
    }

    /// The number of records.
    pub fn len(&self) -> usize {
        self.numbers.len() / self.columns
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// A record; empty behind the last one.
    pub fn get(&self, record: usize) -> &[f64] {
        self.numbers.get(record * self.columns..(record + 1) * self.columns).unwrap_or_default()
    }

    /// The product of each record with itself.
    pub(super) fn squares(&self) -> Vec<f64> {
        self.numbers.chunks_exact(self.columns).map(|row| dot(row, row)).collect()
    }
}

/// How a machine is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SvmOptions {
    /// The kernel.
    pub kernel: Kernel,
    /// The cost of errors (C), above 0.
    pub cost: f64,
    /// The violation at which the training ends, above 0.
    pub tolerance: f64,
    /// The error that costs nothing (ε), of a machine that predicts numbers.
    pub free_error: f64,
}

/// A trained machine: Σ coefficient·kernel(record, x) + bias.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// The coefficient of each record; 0 unless it is a support vector.
    pub coefficients: Vec<f64>,
    /// The constant.
    pub bias: f64,
    /// The kernel.
    pub kernel: Kernel,
}

/// A machine that predicts numbers (ε-SVR).
///
/// # Errors
/// [`MiningError::Canceled`]; [`MiningError::TooLarge`] if the training does not end.
pub fn regress(
    vectors: &Vectors,
    targets: &[f64],
    options: &SvmOptions,
    control: Control<'_>,
) -> Result<Machine, MiningError> {
    let errors = |sign: f64| {
        let each = targets.iter().enumerate();
        each.map(move |(record, target)| Variable::new(record, sign, options.free_error - sign * target))
    };
    train(vectors, errors(1.0).chain(errors(-1.0)).collect(), options, control)
}

/// A machine that is positive for the records of one category, and negative for the others (C-SVC).
///
/// # Errors
/// As for [`regress`].
pub fn classify(
    vectors: &Vectors,
    is_first: &[bool],
    options: &SvmOptions,
    control: Control<'_>,
) -> Result<Machine, MiningError> {
    let sign = |is_first: &bool| if *is_first { 1.0 } else { -1.0 };
    let each = is_first.iter().enumerate();
    let variables = each.map(|(record, is_first)| Variable::new(record, sign(is_first), -1.0)).collect();
    train(vectors, variables, options, control)
}

fn train(
    vectors: &Vectors,
    variables: Vec<Variable>,
    options: &SvmOptions,
    control: Control<'_>,
) -> Result<Machine, MiningError> {
    let mut rows = Rows::new(vectors, options.kernel, control.threads);
    let limits = Limits { cost: options.cost, tolerance: options.tolerance };
    let (solved, bias) = solve(variables, limits, &mut rows, control)?;
    let mut coefficients = vec![0.0; vectors.len()];
    for variable in solved {
        if let Some(coefficient) = coefficients.get_mut(variable.record) {
            *coefficient += variable.sign * variable.alpha;
        }
    }
    Ok(Machine { coefficients, bias, kernel: options.kernel })
}

impl Machine {
    /// The records with a coefficient.
    pub fn support(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.coefficients.iter().copied().enumerate().filter(|(_, coefficient)| *coefficient != 0.0)
    }

    /// The function of each record; `vectors` are those that trained.
    ///
    /// # Errors
    /// [`MiningError::Canceled`].
    pub fn predict(&self, vectors: &Vectors, control: Control<'_>) -> Result<Vec<f64>, MiningError> {
        let squares = vectors.squares();
        let square = |record: usize| squares.get(record).copied().unwrap_or_default();
        let support: Vec<(usize, f64)> = self.support().collect();
        let blocks = control.each(vectors.len().div_ceil(BLOCK), |block| {
            let records = block * BLOCK..((block + 1) * BLOCK).min(vectors.len());
            let value = |record: usize| {
                let parts = support.iter().map(|(other, coefficient)| {
                    let squares = (square(*other), square(record));
                    coefficient * self.kernel.of(vectors.get(*other), vectors.get(record), squares)
                });
                parts.sum::<f64>() + self.bias
            };
            Ok(records.map(value).collect::<Vec<f64>>())
        })?;
        Ok(blocks.into_iter().flatten().collect())
    }
}

#[cfg(test)]
mod tests;
