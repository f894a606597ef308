//! Probabilities of decisions: a sigmoid, fitted by maximum likelihood.

/// The probability of the first category is 1 / (1 + exp(a·f + b)), where f is the decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sigmoid {
    /// The factor.
    pub a: f64,
    /// The constant.
    pub b: f64,
}

/// The most steps, the least step, the addition that keeps the second derivatives positive, and the derivative at
/// which the search ends, as in the publication.
const MAX_STEPS: usize = 100;
const MIN_STEP: f64 = 1e-10;
const RIDGE: f64 = 1e-12;
const GRADIENT: f64 = 1e-5;

/// The sigmoid of the decisions about some records, of which the category is known (Lin, Lin and Weng 2007).
pub fn sigmoid(decisions: &[f64], is_first: &[bool]) -> Sigmoid {
    let first = is_first.iter().filter(|is_first| **is_first).count() as f64;
    let others = is_first.len() as f64 - first;
    let (high, low) = ((first + 1.0) / (first + 2.0), 1.0 / (others + 2.0));
    let targets = is_first.iter().map(|is_first| if *is_first { high } else { low }).collect::<Vec<f64>>();
    let mut fitted = Sigmoid { a: 0.0, b: ((others + 1.0) / (first + 1.0)).ln() };
    let mut value = fitted.loss(decisions, &targets);
    for _ in 0..MAX_STEPS {
        let (gradient, second) = fitted.derivatives(decisions, &targets);
        if gradient.0.abs() < GRADIENT && gradient.1.abs() < GRADIENT {
            break;
        }
        let determinant = second[0] * second[2] - second[1] * second[1];
        let da = -(second[2] * gradient.0 - second[1] * gradient.1) / determinant;
        let db = -(-second[1] * gradient.0 + second[0] * gradient.1) / determinant;
        let slope = gradient.0 * da + gradient.1 * db;
        let mut step = 1.0;
        loop {
            let next = Sigmoid { a: fitted.a + step * da, b: fitted.b + step * db };
            let reached = next.loss(decisions, &targets);
            if reached < value + 0.0001 * step * slope {
                (fitted, value) = (next, reached);
                break;
            }
            step /= 2.0;
            if step < MIN_STEP {
                return fitted;
            }
        }
    }
    fitted
}

impl Sigmoid {
    /// The probability of the first category.
    pub fn probability(&self, decision: f64) -> f64 {
        1.0 / (1.0 + (self.a * decision + self.b).exp())
    }

    /// The negative log-likelihood.
    fn loss(&self, decisions: &[f64], targets: &[f64]) -> f64 {
        let of_one = |(decision, target): (&f64, &f64)| {
            let exponent = decision * self.a + self.b;
            match exponent >= 0.0 {
                true => target * exponent + (-exponent).exp().ln_1p(),
                false => (target - 1.0) * exponent + exponent.exp().ln_1p(),
            }
        };
        decisions.iter().zip(targets).map(of_one).sum()
    }

    /// The first derivatives, and the second ones by a twice, by both, and by b twice.
    fn derivatives(&self, decisions: &[f64], targets: &[f64]) -> ((f64, f64), [f64; 3]) {
        let (mut gradient, mut second) = ((0.0, 0.0), [RIDGE, 0.0, RIDGE]);
        for (decision, target) in decisions.iter().zip(targets) {
            let exponent = decision * self.a + self.b;
            let small = (-exponent.abs()).exp();
            let (yes, no) = match exponent >= 0.0 {
                true => (small / (1.0 + small), 1.0 / (1.0 + small)),
                false => (1.0 / (1.0 + small), small / (1.0 + small)),
            };
            let (weight, error) = (yes * no, target - yes);
            second[0] += decision * decision * weight;
            second[1] += decision * weight;
            second[2] += weight;
            gradient.0 += decision * error;
            gradient.1 += error;
        }
        (gradient, second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Independent: the conditions of the maximum. At it, both derivatives are 0.
    #[test]
    fn a_sigmoid_is_at_the_maximum_of_its_likelihood() {
        let decisions: Vec<f64> = (0..40).map(|at| f64::from(at) / 10.0 - 2.0).collect();
        let is_first: Vec<bool> = (0..40).map(|at| at % 7 < 3 || at > 25).collect();
        let fitted = sigmoid(&decisions, &is_first);
        let first = is_first.iter().filter(|is_first| **is_first).count() as f64;
        let (high, low) = ((first + 1.0) / (first + 2.0), 1.0 / (42.0 - first));
        let error = |at: usize| if is_first[at] { high } else { low } - fitted.probability(decisions[at]);
        assert!((0..40).map(error).sum::<f64>().abs() < 1e-5);
        assert!((0..40).map(|at| error(at) * decisions[at]).sum::<f64>().abs() < 1e-5);
        assert!(fitted.a < 0.0, "{fitted:?}");
    }

    #[test]
    fn decisions_without_meaning_have_the_prior_probability() {
        let fitted =
            sigmoid(&[0.0; 10], &[true, false, false, false, false, true, false, false, false, false]);
        assert!((fitted.probability(0.0) - 0.25).abs() < 0.03, "{fitted:?}");
    }
}
