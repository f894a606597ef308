//! The innovations algorithm for ARMA processes (Brockwell and Davis 1991, §§3.3 and 5.3).

/// A stationary process: x = Σ φᵢxₜ₋ᵢ + a + Σ θⱼaₜ₋ⱼ, for a variance of a of 1.
#[derive(Debug)]
pub(super) struct Process {
    ar: Vec<f64>,
    ma: Vec<f64>,
    /// Covariances at distances 0 to twice the order.
    covariances: Vec<f64>,
}

impl Process {
    /// The process of these coefficients, unless it is not stationary.
    pub(super) fn new(ar: Vec<f64>, ma: Vec<f64>) -> Option<Self> {
        let order = ar.len().max(ma.len());
        let covariances = covariances(&ar, &ma, 2 * order)?;
        Some(Self { ar, ma, covariances })
    }

    /// The greater of both orders.
    pub(super) fn order(&self) -> usize {
        self.ar.len().max(self.ma.len())
    }

    fn theta(&self, at: usize) -> f64 {
        match at {
            0 => 1.0,
            at => self.ma.get(at - 1).copied().unwrap_or_default(),
        }
    }

    fn covariance(&self, distance: usize) -> f64 {
        self.covariances.get(distance).copied().unwrap_or_default()
    }

    /// The covariance of the transformed process at two places, counted from 0 (equation 5.3.5).
    fn kappa(&self, later: usize, earlier: usize) -> f64 {
        let (order, distance) = (self.order(), later - earlier);
        if later < order {
            return self.covariance(distance);
        }
        if earlier < order {
            if later >= 2 * order {
                return 0.0;
            }
            let shares = self.ar.iter().enumerate();
            let shares = shares.map(|(lag, phi)| phi * self.covariance((lag + 1).abs_diff(distance)));
            return self.covariance(distance) - shares.sum::<f64>();
        }
        let Some(last) = self.ma.len().checked_sub(distance) else { return 0.0 };
        (0..=last).map(|at| self.theta(at) * self.theta(at + distance)).sum()
    }
}

/// The process along its values. Rows of weights are kept as far back as the order.
pub(super) struct Innovations<'a> {
    process: &'a Process,
    /// Weights of the errors before a place, nearest first; the row of place t is at t modulo their number.
    rows: Vec<Vec<f64>>,
    /// Variances of the innovations, as many as rows.
    variances: Vec<f64>,
    /// The last values and errors, newest last, as many as rows.
    values: Vec<f64>,
    errors: Vec<f64>,
    place: usize,
}

/// What is expected behind the last value.
pub(super) struct Ahead {
    pub(super) expected: Vec<f64>,
    /// For each step, the weight of each innovation to come, up to its own.
    pub(super) weights: Vec<Vec<f64>>,
    /// The variance of each innovation to come.
    pub(super) variances: Vec<f64>,
}

impl<'a> Innovations<'a> {
    pub(super) fn new(process: &'a Process) -> Self {
        let kept = process.order() + 1;
        Self {
            process,
            rows: vec![Vec::new(); kept],
            variances: vec![0.0; kept],
            values: vec![0.0; kept],
            errors: vec![0.0; kept],
            place: 0,
        }
    }

    fn slot(&self, place: usize) -> usize {
        place % self.rows.len()
    }

    /// Computes weights and variance of the next place.
    fn advance(&mut self) {
        let (process, place) = (self.process, self.place);
        // Behind the first values only errors within the moving average count.
        let width = if place < process.order() { place } else { process.ma.len() };
        let slot = self.slot(place);
        let mut row = std::mem::take(&mut self.rows[slot]);
        row.clear();
        row.resize(width, 0.0);
        let first = place - width;
        let mut variance = process.kappa(place, place);
        for earlier in first..place {
            let other = &self.rows[self.slot(earlier)];
            let mut weight = process.kappa(place, earlier);
            let start = first.max(earlier - other.len());
            for before in start..earlier {
                weight -=
                    other[earlier - before - 1] * row[place - before - 1] * self.variances[self.slot(before)];
            }
            let scale = self.variances[self.slot(earlier)];
            weight = if scale > 0.0 { weight / scale } else { 0.0 };
            row[place - earlier - 1] = weight;
            variance -= weight * weight * scale;
        }
        self.rows[slot] = row;
        self.variances[slot] = variance.max(0.0);
    }

    /// The expected value of the next place, given the last ones.
    fn expected(&self) -> f64 {
        let place = self.place;
        let row = &self.rows[self.slot(place)];
        let errors = row.iter().enumerate();
        let errors = errors.map(|(lag, weight)| weight * self.errors[self.slot(place - lag - 1)]);
        let mut sum = errors.sum::<f64>();
        if place >= self.process.order() {
            let values = self.process.ar.iter().enumerate();
            sum += values.map(|(lag, phi)| phi * self.values[self.slot(place - lag - 1)]).sum::<f64>();
        }
        sum
    }

    /// Takes the next value: what was expected, and the variance of the error for a process of variance 1.
    pub(super) fn next(&mut self, value: f64) -> (f64, f64) {
        self.advance();
        let (expected, slot) = (self.expected(), self.slot(self.place));
        self.values[slot] = value;
        self.errors[slot] = value - expected;
        self.place += 1;
        (expected, self.variances[slot])
    }

    /// The next values; none where the series is shorter than the order.
    pub(super) fn ahead(&mut self, steps: usize) -> Option<Ahead> {
        if self.place < self.process.order() {
            return None;
        }
        let mut ahead = Ahead {
            expected: Vec::with_capacity(steps),
            weights: Vec::with_capacity(steps),
            variances: Vec::with_capacity(steps),
        };
        for step in 0..steps {
            self.advance();
            let (expected, slot) = (self.expected(), self.slot(self.place));
            let mut weights = vec![0.0; step + 1];
            weights[step] = 1.0;
            for (lag, weight) in self.rows[slot].iter().enumerate().take(step) {
                weights[step - lag - 1] += weight;
            }
            for (lag, phi) in self.process.ar.iter().enumerate().take(step) {
                let earlier = &ahead.weights[step - lag - 1];
                weights.iter_mut().zip(earlier).for_each(|(weight, earlier)| *weight += phi * earlier);
            }
            ahead.weights.push(weights);
            ahead.variances.push(self.variances[slot]);
            ahead.expected.push(expected);
            // An expected value has no error.
            self.values[slot] = expected;
            self.errors[slot] = 0.0;
            self.place += 1;
        }
        Some(ahead)
    }
}

/// Covariances at distances 0 to `last`: γ(k) − Σ φᵢγ(k−i) = Σ θⱼψⱼ₋ₖ.
fn covariances(ar: &[f64], ma: &[f64], last: usize) -> Option<Vec<f64>> {
    let theta = |at: usize| if at == 0 { 1.0 } else { ma.get(at - 1).copied().unwrap_or_default() };
    // ψ: what a shock adds to later values.
    let mut psi: Vec<f64> = Vec::with_capacity(ma.len() + 1);
    for at in 0..=ma.len() {
        let before = ar.iter().take(at).enumerate().map(|(lag, phi)| phi * psi[at - lag - 1]);
        let value = theta(at) + before.sum::<f64>();
        psi.push(value);
    }
    let right = |distance: usize| (distance..=ma.len()).map(|at| theta(at) * psi[at - distance]).sum::<f64>();
    let size = ar.len() + 1;
    let mut matrix = vec![vec![0.0; size + 1]; size];
    for (distance, row) in matrix.iter_mut().enumerate() {
        row[distance] += 1.0;
        for (lag, phi) in ar.iter().enumerate() {
            row[distance.abs_diff(lag + 1)] -= phi;
        }
        row[size] = right(distance);
    }
    let mut covariances = solve(matrix)?;
    if !(covariances.first().copied().unwrap_or_default() > 0.0) {
        return None;
    }
    for distance in size..=last {
        let before = ar.iter().enumerate().map(|(lag, phi)| phi * covariances[distance - lag - 1]);
        let value = right(distance) + before.sum::<f64>();
        covariances.push(value);
    }
    covariances.iter().all(|value| value.is_finite()).then_some(covariances)
}

/// The solution of linear equations whose right side is the last column, by elimination.
fn solve(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let size = rows.len();
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|one, two| rows[*one][column].abs().total_cmp(&rows[*two][column].abs()))?;
        rows.swap(column, pivot);
        let (upper, lower) = rows.split_at_mut(column + 1);
        let pivot = &upper[column];
        if !(pivot[column].abs() > f64::EPSILON) {
            return None;
        }
        for row in lower {
            let factor = row[column] / pivot[column];
            if factor != 0.0 {
                row.iter_mut().zip(pivot).skip(column).for_each(|(cell, pivot)| *cell -= factor * pivot);
            }
        }
    }
    let mut solution = vec![0.0; size];
    for at in (0..size).rev() {
        let known = (at + 1..size).map(|column| rows[at][column] * solution[column]).sum::<f64>();
        solution[at] = (rows[at][size] - known) / rows[at][at];
    }
    Some(solution)
}

/// The product of two polynomials 1 + Σ aᵢB^(i·step), without its leading 1.
pub(super) fn product(one: &[f64], one_step: usize, two: &[f64], two_step: usize) -> Vec<f64> {
    let mut coefficients = vec![0.0; one.len() * one_step + two.len() * two_step + 1];
    let with_one = |values: &[f64]| std::iter::once(1.0).chain(values.iter().copied()).collect::<Vec<_>>();
    for (i, a) in with_one(one).into_iter().enumerate() {
        for (j, b) in with_one(two).into_iter().enumerate() {
            coefficients[i * one_step + j * two_step] += a * b;
        }
    }
    coefficients.remove(0);
    coefficients
}

/// (1 − B)^plain (1 − B^period)^seasonal, without its leading 1.
pub(super) fn difference(plain: usize, seasonal: usize, period: usize) -> Vec<f64> {
    let mut polynomial = Vec::new();
    for _ in 0..plain {
        polynomial = product(&polynomial, 1, &[-1.0], 1);
    }
    for _ in 0..seasonal {
        polynomial = product(&polynomial, 1, &[-1.0], period);
    }
    polynomial
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Independent computation: γ(k) of ARMA(1, 1), Brockwell and Davis, example 3.3.1.
    #[test]
    fn covariances_of_a_mixed_process_are_those_of_the_closed_form() {
        let (phi, theta) = (0.6, 0.3);
        let found = covariances(&[phi], &[theta], 3).unwrap();
        let zero = 1.0 + (phi + theta) * (phi + theta) / (1.0 - phi * phi);
        let one = (phi + theta) * (1.0 + phi * theta) / (1.0 - phi * phi);
        for (found, wanted) in found.iter().zip([zero, one, phi * one, phi * phi * one]) {
            assert!((found - wanted).abs() < 1e-12, "{found} instead of {wanted}");
        }
    }

    #[test]
    fn differences_multiply() {
        assert_eq!(difference(1, 1, 3), [-1.0, 0.0, -1.0, 1.0]);
        assert_eq!(difference(2, 0, 1), [-2.0, 1.0]);
        assert_eq!(difference(0, 0, 7), Vec::<f64>::new());
    }
}
