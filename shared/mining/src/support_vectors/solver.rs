//! Sequential minimal optimization: two numbers change at a time, until no pair violates the conditions.

use std::sync::Arc;

use super::rows::Rows;
use super::variable::{Variable, Violations, first_choice, positive, second_choice};
use crate::{Control, MiningError};

/// Steps between two attempts to set numbers aside, at most.
const BETWEEN_SHRINKING: usize = 1_000;

/// The fewest steps that are allowed, and those for each number: LIBSVM's.
const MIN_STEPS: usize = 10_000_000;
const STEPS_OF_EACH: usize = 100;

/// Steps between two questions whether the job was canceled.
const BETWEEN_CHECKS: usize = 256;

/// The options of the solver.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limits {
    /// The largest number.
    pub(super) cost: f64,
    /// The violation at which it stops.
    pub(super) tolerance: f64,
}

/// The solver's state. Numbers behind `active` are set aside.
struct Solver<'a, 'b> {
    variables: Vec<Variable>,
    active: usize,
    all_returned: bool,
    limits: Limits,
    rows: &'b mut Rows<'a>,
    diagonal: Vec<f64>,
}

/// The numbers of all variables, and the constant of the function.
pub(super) fn solve(
    variables: Vec<Variable>,
    limits: Limits,
    rows: &mut Rows<'_>,
    control: Control<'_>,
) -> Result<(Vec<Variable>, f64), MiningError> {
    let count = variables.len();
    let records = variables.iter().map(|variable| variable.record + 1).max().unwrap_or_default();
    let diagonal = (0..records).map(|record| rows.diagonal(record)).collect();
    let mut solver = Solver { variables, active: count, all_returned: false, limits, rows, diagonal };
    let most = MIN_STEPS.max(count.saturating_mul(STEPS_OF_EACH));
    let mut until_shrinking = count.min(BETWEEN_SHRINKING) + 1;
    for step in 0..most {
        if step % BETWEEN_CHECKS == 0 {
            control.check()?;
        }
        until_shrinking -= 1;
        if until_shrinking == 0 {
            until_shrinking = count.min(BETWEEN_SHRINKING);
            solver.shrink();
        }
        let mut pair = solver.pair();
        if pair.is_none() {
            solver.restore();
            pair = solver.pair();
            until_shrinking = 1;
        }
        match pair {
            Some((first, second)) => solver.step(first, second),
            None => {
                let bias = solver.bias();
                return Ok((solver.variables, bias));
            }
        }
    }
    Err(MiningError::TooLarge {
        what: "the steps of the support vector machine",
        limit: most,
        advice: "use a smaller regularization parameter or a larger stopping criterion",
    })
}

impl Solver<'_, '_> {
    fn active(&self) -> &[Variable] {
        self.variables.get(..self.active).unwrap_or_default()
    }

    /// The two numbers that change next.
    fn pair(&mut self) -> Option<(usize, usize)> {
        let Limits { cost, tolerance } = self.limits;
        let first = first_choice(self.active(), cost)?;
        let record = self.variables.get(first.0)?.record;
        let row = self.rows.row(record);
        let second = second_choice(self.active(), first, &row, &self.diagonal, (cost, tolerance))?;
        Some((first.0, second))
    }

    /// Moves two numbers to the least objective within their limits.
    fn step(&mut self, first: usize, second: usize) {
        let cost = self.limits.cost;
        let (Some(&one), Some(&two)) = (self.variables.get(first), self.variables.get(second)) else {
            return;
        };
        let rows = (self.rows.row(one.record), self.rows.row(two.record));
        let of = |values: &[f64], record: usize| values.get(record).copied().unwrap_or_default();
        let between = of(&rows.0, two.record);
        let curvature = of(&self.diagonal, one.record) + of(&self.diagonal, two.record) - 2.0 * between;
        let alphas = moved(&one, &two, positive(curvature), cost);
        let changes = ((alphas.0 - one.alpha) * one.sign, (alphas.1 - two.alpha) * two.sign);
        for variable in self.variables.iter_mut().take(self.active) {
            let (left, right) = (of(&rows.0, variable.record), of(&rows.1, variable.record));
            variable.gradient += variable.sign * (left * changes.0 + right * changes.1);
        }
        for (at, before, alpha, row) in [(first, one, alphas.0, &rows.0), (second, two, alphas.1, &rows.1)] {
            let Some(variable) = self.variables.get_mut(at) else { return };
            variable.alpha = alpha;
            let (was, is) = (before.is_upper(cost), variable.is_upper(cost));
            if was != is {
                let change = if is { cost * before.sign } else { -cost * before.sign };
                for variable in &mut self.variables {
                    variable.at_cost += change * variable.sign * of(row, variable.record);
                }
            }
        }
    }

    /// Sets numbers aside that will probably stay at their limits. Close to the end all return once.
    fn shrink(&mut self) {
        let Limits { cost, tolerance } = self.limits;
        let violations = Violations::of(self.active(), cost);
        if !self.all_returned && violations.rise + violations.fall <= tolerance * 10.0 {
            self.all_returned = true;
            self.restore();
        }
        let goes = |variable: Option<&Variable>| {
            variable.is_some_and(|variable| violations.sets_aside(variable, cost))
        };
        let mut at = 0;
        while at < self.active {
            if goes(self.variables.get(at)) {
                self.active -= 1;
                while self.active > at {
                    if !goes(self.variables.get(self.active)) {
                        self.variables.swap(at, self.active);
                        break;
                    }
                    self.active -= 1;
                }
            }
            at += 1;
        }
    }

    /// Returns all numbers that are set aside, and computes their derivatives.
    fn restore(&mut self) {
        let Self { variables, rows, limits, .. } = self;
        let (kept, aside) = variables.split_at_mut(self.active);
        for variable in aside.iter_mut() {
            variable.gradient = variable.at_cost + variable.linear;
        }
        let free = kept.iter().filter(|variable| variable.is_free(limits.cost) && !aside.is_empty());
        for variable in free.copied().collect::<Vec<_>>() {
            let row: Arc<[f64]> = rows.row(variable.record);
            let signed = variable.alpha * variable.sign;
            for other in aside.iter_mut() {
                let kernel = row.get(other.record).copied().unwrap_or_default();
                other.gradient += signed * other.sign * kernel;
            }
        }
        self.active = self.variables.len();
    }

    /// The constant: the mean of what free numbers need, or the middle of what the others allow.
    fn bias(&self) -> f64 {
        let cost = self.limits.cost;
        let (mut high, mut low, mut sum, mut free) = (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0_usize);
        for variable in self.active() {
            let needed = variable.sign * variable.gradient;
            if variable.is_free(cost) {
                free += 1;
                sum += needed;
            } else if variable.is_upper(cost) == (variable.sign < 0.0) {
                high = high.min(needed);
            } else {
                low = low.max(needed);
            }
        }
        match free {
            0 => -(high + low) / 2.0,
            _ => -sum / free as f64,
        }
    }
}

/// Two numbers at the least objective, with the sum of their signed values unchanged.
fn moved(one: &Variable, two: &Variable, curvature: f64, cost: f64) -> (f64, f64) {
    if one.sign != two.sign {
        let (change, difference) = ((-one.gradient - two.gradient) / curvature, one.alpha - two.alpha);
        let (mut first, mut second) = (one.alpha + change, two.alpha + change);
        if difference > 0.0 && second < 0.0 {
            (first, second) = (difference, 0.0);
        } else if difference <= 0.0 && first < 0.0 {
            (first, second) = (0.0, -difference);
        }
        if difference > 0.0 && first > cost {
            (first, second) = (cost, cost - difference);
        } else if difference <= 0.0 && second > cost {
            (first, second) = (cost + difference, cost);
        }
        return (first, second);
    }
    let (change, sum) = ((one.gradient - two.gradient) / curvature, one.alpha + two.alpha);
    let (mut first, mut second) = (one.alpha - change, two.alpha + change);
    if sum > cost && first > cost {
        (first, second) = (cost, sum - cost);
    } else if sum <= cost && second < 0.0 {
        (first, second) = (sum, 0.0);
    }
    if sum > cost && second > cost {
        (first, second) = (sum - cost, cost);
    } else if sum <= cost && first < 0.0 {
        (first, second) = (0.0, sum);
    }
    (first, second)
}
