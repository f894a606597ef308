//! The numbers that the solver finds, and the choice of the two that change next.

/// A number between 0 and the cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Variable {
    /// Its record.
    pub(super) record: usize,
    /// Whether it counts for (1) or against (−1) the function.
    pub(super) sign: f64,
    /// The number.
    pub(super) alpha: f64,
    /// The derivative of the objective.
    pub(super) gradient: f64,
    /// The derivative where all numbers are 0.
    pub(super) linear: f64,
    /// The part of the derivative that comes from numbers at the cost.
    pub(super) at_cost: f64,
}

impl Variable {
    pub(super) fn new(record: usize, sign: f64, linear: f64) -> Self {
        Self { record, sign, alpha: 0.0, gradient: linear, linear, at_cost: 0.0 }
    }

    pub(super) fn is_lower(&self) -> bool {
        self.alpha <= 0.0
    }

    pub(super) fn is_upper(&self, cost: f64) -> bool {
        self.alpha >= cost
    }

    pub(super) fn is_free(&self, cost: f64) -> bool {
        !self.is_lower() && !self.is_upper(cost)
    }

    /// Whether the signed number may rise.
    fn may_rise(&self, cost: f64) -> bool {
        if self.sign > 0.0 { !self.is_upper(cost) } else { !self.is_lower() }
    }

    /// Whether the signed number may fall.
    fn may_fall(&self, cost: f64) -> bool {
        if self.sign > 0.0 { !self.is_lower() } else { !self.is_upper(cost) }
    }

    /// The gain of a rise of the signed number.
    fn rise(&self) -> f64 {
        -self.sign * self.gradient
    }
}

/// The largest violations: of numbers that should rise, and of numbers that should fall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Violations {
    pub(super) rise: f64,
    pub(super) fall: f64,
}

impl Violations {
    pub(super) fn of(variables: &[Variable], cost: f64) -> Self {
        let mut found = Self { rise: f64::NEG_INFINITY, fall: f64::NEG_INFINITY };
        for variable in variables {
            if variable.may_rise(cost) {
                found.rise = found.rise.max(variable.rise());
            }
            if variable.may_fall(cost) {
                found.fall = found.fall.max(-variable.rise());
            }
        }
        found
    }

    /// Whether a number at a limit is so far from leaving it that it is set aside.
    pub(super) fn sets_aside(&self, variable: &Variable, cost: f64) -> bool {
        let (gain, is_positive) = (variable.gradient, variable.sign > 0.0);
        if variable.is_upper(cost) {
            -gain > if is_positive { self.rise } else { self.fall }
        } else if variable.is_lower() {
            gain > if is_positive { self.fall } else { self.rise }
        } else {
            false
        }
    }
}

/// The number that should rise most; of several the last one.
pub(super) fn first_choice(variables: &[Variable], cost: f64) -> Option<(usize, f64)> {
    let mut best = None;
    for (at, variable) in variables.iter().enumerate().filter(|(_, variable)| variable.may_rise(cost)) {
        let gain = variable.rise();
        if best.is_none_or(|(_, most)| gain >= most) {
            best = Some((at, gain));
        }
    }
    best
}

/// The number that should fall against `first`: the objective falls most by second order; of several the last one.
/// `None` if no pair violates the conditions by `tolerance`.
pub(super) fn second_choice(
    variables: &[Variable],
    (first, rise): (usize, f64),
    row: &[f64],
    diagonal: &[f64],
    (cost, tolerance): (f64, f64),
) -> Option<usize> {
    let of_record = |values: &[f64], record: usize| values.get(record).copied().unwrap_or_default();
    let own = of_record(diagonal, variables.get(first)?.record);
    let (mut fall, mut best) = (f64::NEG_INFINITY, None);
    for (at, variable) in variables.iter().enumerate().filter(|(_, variable)| variable.may_fall(cost)) {
        let violation = -variable.rise();
        fall = fall.max(violation);
        let difference = rise + violation;
        if difference > 0.0 {
            let record = variable.record;
            let curvature = own + of_record(diagonal, record) - 2.0 * of_record(row, record);
            let change = -(difference * difference) / positive(curvature);
            if best.is_none_or(|(_, least)| change <= least) {
                best = Some((at, change));
            }
        }
    }
    best.filter(|_| rise + fall >= tolerance).map(|(at, _)| at)
}

/// A curvature above 0, which kernels that are not positive lack.
pub(super) fn positive(curvature: f64) -> f64 {
    if curvature > 0.0 { curvature } else { 1e-12 }
}
