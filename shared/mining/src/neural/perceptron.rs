//! Training by scaled conjugate gradients from several starts.

use super::gradient::gradient;
use super::{Answer, Network, Samples};
use crate::{Control, MiningError};

/// The hidden layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// One layer of the best size between these.
    Automatic(usize, usize),
    /// One layer, or two if the second number is not 0.
    Custom(usize, usize),
}

/// How a net is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PerceptronOptions {
    /// The hidden layers.
    pub hidden: Hidden,
    /// The meaning of the outputs.
    pub answer: Answer,
    /// The seed of the first weights.
    pub seed: i64,
    /// Half the width of the interval of the first weights, and its middle.
    pub interval: (f64, f64),
    /// Møller's first λ and σ.
    pub lambda: f64,
    /// Møller's σ.
    pub sigma: f64,
    /// The most steps of each start.
    pub epochs: usize,
    /// A start ends when the error changes by a smaller share.
    pub change: f64,
    /// A start ends after this number of steps without a smaller error of the validating records.
    pub patience: usize,
    /// The number of starts of the best size.
    pub starts: usize,
}

/// A trained net.
#[derive(Debug, Clone, PartialEq)]
pub struct Perceptron {
    /// The net.
    pub network: Network,
    /// The mean error of the records that it learned from.
    pub error: f64,
    /// The mean error of the records that validate it.
    pub judged: f64,
}

/// The net that the validating records find best; `judges` may be the records that it learns from.
///
/// An automatic size grows by half while one of the two last sizes was better than those before.
///
/// # Errors
/// [`MiningError::Canceled`].
pub fn perceptron(
    learns: &Samples<'_>,
    judges: &Samples<'_>,
    options: PerceptronOptions,
    control: Control<'_>,
) -> Result<Perceptron, MiningError> {
    let mut random = Random::new(options.seed);
    let mut best: Option<(Perceptron, Vec<usize>)> = None;
    let sizes = |hidden: &[usize]| {
        let inputs = std::iter::once(learns.width);
        inputs.chain(hidden.iter().copied()).chain([learns.targets]).collect::<Vec<_>>()
    };
    match options.hidden {
        Hidden::Custom(first, second) => {
            let hidden: Vec<usize> = [first, second].into_iter().filter(|size| *size > 0).collect();
            best = Some((
                started(learns, judges, &sizes(&hidden), options, &mut random, control)?,
                sizes(&hidden),
            ));
        }
        Hidden::Automatic(low, high) => {
            let (mut size, mut worse) = (low.max(1), 0);
            while size <= high.max(1) && worse < 2 {
                let found = started(learns, judges, &sizes(&[size]), options, &mut random, control)?;
                // A larger net must be better by a percent, which rounding and luck are not.
                let is_better = best.as_ref().is_none_or(|(known, _)| found.judged < known.judged * 0.99);
                worse = if is_better { 0 } else { worse + 1 };
                if is_better {
                    best = Some((found, sizes(&[size])));
                }
                size = (size + 1).max(size * 3 / 2);
            }
        }
    }
    let Some((mut best, sizes)) = best else {
        return started(learns, judges, &sizes(&[1]), options, &mut random, control);
    };
    for _ in 1..options.starts {
        let found = started(learns, judges, &sizes, options, &mut random, control)?;
        if found.judged < best.judged {
            best = found;
        }
    }
    Ok(best)
}

/// The net of one start.
fn started(
    learns: &Samples<'_>,
    judges: &Samples<'_>,
    sizes: &[usize],
    options: PerceptronOptions,
    random: &mut Random,
    control: Control<'_>,
) -> Result<Perceptron, MiningError> {
    let mut network = Network::new(sizes, options.answer);
    let (offset, center) = options.interval;
    let mut weights: Vec<f64> =
        (0..network.size()).map(|_| center - offset + 2.0 * offset * random.fraction()).collect();
    let mut at = |weights: &[f64], samples: &Samples<'_>, is_wanted: bool| {
        network.set(weights);
        gradient(&network, samples, is_wanted, control)
    };
    let (mut error, slope) = at(&weights, learns, true)?;
    let mut rest: Vec<f64> = slope.iter().map(|value| -value).collect();
    let mut direction = rest.clone();
    let (mut lambda, mut raised) = (options.lambda, 0.0);
    let (mut succeeded, mut curvature) = (true, 0.0);
    let mut best = (at(&weights, judges, false)?.0, weights.clone(), error);
    let mut without = 0;
    for epoch in 1..=options.epochs {
        let length = dot(&direction, &direction);
        if length <= f64::MIN_POSITIVE {
            break;
        }
        if succeeded {
            let sigma = options.sigma / length.sqrt();
            let moved = added(&weights, &direction, sigma);
            let (_, slope) = at(&moved, learns, true)?;
            // The rest is the negative slope where the step began.
            let pairs = direction.iter().zip(slope.iter().zip(&rest));
            curvature = pairs.map(|(way, (slope, rest))| way * (slope + rest) / sigma).sum();
        }
        curvature += (lambda - raised) * length;
        if curvature <= 0.0 {
            raised = 2.0 * (lambda - curvature / length);
            curvature = lambda * length - curvature;
            lambda = raised;
        }
        let along = dot(&direction, &rest);
        let step = along / curvature;
        let moved = added(&weights, &direction, step);
        let (next, _) = at(&moved, learns, false)?;
        let comparison = 2.0 * curvature * (error - next) / (along * along);
        if comparison >= 0.0 {
            let (_, slope) = at(&moved, learns, true)?;
            let new: Vec<f64> = slope.iter().map(|value| -value).collect();
            raised = 0.0;
            succeeded = true;
            direction = match epoch % weights.len().max(1) {
                0 => new.clone(),
                _ => {
                    let share = (dot(&new, &new) - dot(&new, &rest)) / along;
                    added(&new, &direction, share)
                }
            };
            let change = (error - next).abs() / error.abs().max(f64::MIN_POSITIVE);
            (weights, rest, error) = (moved, new, next);
            if comparison >= 0.75 {
                lambda /= 4.0;
            }
            let judged = at(&weights, judges, false)?.0;
            match judged < best.0 {
                true => {
                    best = (judged, weights.clone(), error);
                    without = 0;
                }
                false => without += 1,
            }
            if without >= options.patience || change < options.change {
                break;
            }
        } else {
            raised = lambda;
            succeeded = false;
        }
        if comparison < 0.25 {
            lambda += curvature * (1.0 - comparison) / length;
        }
        if !lambda.is_finite() {
            break;
        }
    }
    network.set(&best.1);
    Ok(Perceptron { network, error: best.2, judged: best.0 })
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn added(to: &[f64], way: &[f64], step: f64) -> Vec<f64> {
    to.iter().zip(way).map(|(value, way)| value + step * way).collect()
}

/// Random numbers: the 48-bit linear congruential generator of `java.util.Random`.
struct Random(u64);

impl Random {
    fn new(seed: i64) -> Self {
        Self((seed as u64 ^ 0x5_DEEC_E66D) & ((1 << 48) - 1))
    }

    fn bits(&mut self, count: u32) -> u64 {
        self.0 = self.0.wrapping_mul(0x5_DEEC_E66D).wrapping_add(0xB) & ((1 << 48) - 1);
        self.0 >> (48 - count)
    }

    /// A number from 0 to 1.
    fn fraction(&mut self) -> f64 {
        ((self.bits(26) << 27) + self.bits(27)) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    const OPTIONS: PerceptronOptions = PerceptronOptions {
        hidden: Hidden::Automatic(1, 50),
        answer: Answer::Categories,
        seed: 229_176_228,
        interval: (0.5, 0.0),
        lambda: 5e-7,
        sigma: 5e-5,
        epochs: 500,
        change: 1e-6,
        patience: 50,
        starts: 3,
    };

    /// The exclusive or, which no net without hidden units learns.
    #[test]
    fn a_net_learns_the_exclusive_or() {
        let inputs = [-1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0, 1.0];
        let outputs = [1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0];
        let samples = Samples { inputs: &inputs, width: 2, outputs: &outputs, targets: 2 };
        let on = |threads| {
            let control = Control { threads, is_canceled: &|| false };
            perceptron(&samples, &samples, OPTIONS, control).unwrap()
        };
        let found = on(1);
        for (inputs, wanted) in inputs.chunks(2).zip(outputs.chunks(2)) {
            let outputs = found.network.outputs(inputs);
            assert!(outputs.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() < 0.2));
        }
        assert_eq!(found, on(2));
        assert_eq!(found, on(7));
    }

    #[test]
    fn a_net_learns_a_curve() {
        let inputs: Vec<f64> = (-20..=20).map(|value| f64::from(value) / 10.0).collect();
        let outputs: Vec<f64> = inputs.iter().map(|value| (value * 2.0).sin()).collect();
        let samples = Samples { inputs: &inputs, width: 1, outputs: &outputs, targets: 1 };
        let control = Control { threads: 1, is_canceled: &|| false };
        let options = PerceptronOptions { answer: Answer::Numbers, ..OPTIONS };
        let found = perceptron(&samples, &samples, options, control).unwrap();
        assert!(found.error < 0.005, "{}", found.error);
    }
}
