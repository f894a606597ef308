//! The mean error of a net and its gradient, by back propagation.

use super::{Network, Samples};
use crate::{Control, MiningError};

/// Parts that are summed by themselves and added in order, so that results do not depend on threads.
const PARTS: usize = 16;

/// The mean error of records, and its derivatives by the weights if they are wanted.
pub(super) fn gradient(
    network: &Network,
    samples: &Samples<'_>,
    is_wanted: bool,
    control: Control<'_>,
) -> Result<(f64, Vec<f64>), MiningError> {
    let records = samples.records();
    let length = records.div_ceil(PARTS).max(1);
    let parts = control.each(records.div_ceil(length), |part| {
        let first = part * length;
        Ok(part_of(network, samples, first..(first + length).min(records), is_wanted))
    })?;
    let (mut error, mut sums) = (0.0, vec![0.0; if is_wanted { network.size() } else { 0 }]);
    for (own, gradient) in parts {
        error += own;
        sums.iter_mut().zip(gradient).for_each(|(sum, value)| *sum += value);
    }
    let count = records.max(1) as f64;
    sums.iter_mut().for_each(|sum| *sum /= count);
    Ok((error / count, sums))
}

fn part_of(
    network: &Network,
    samples: &Samples<'_>,
    part: std::ops::Range<usize>,
    is_wanted: bool,
) -> (f64, Vec<f64>) {
    let (mut error, mut sums) = (0.0, vec![0.0; if is_wanted { network.size() } else { 0 }]);
    let (mut values, mut deltas, mut before) = (Vec::new(), Vec::new(), Vec::new());
    for record in part {
        let (at, to) = (record * samples.width, record * samples.targets);
        let inputs = samples.inputs.get(at..at + samples.width).unwrap_or_default();
        let wanted = samples.outputs.get(to..to + samples.targets).unwrap_or_default();
        network.values(inputs, &mut values);
        let outputs = values.last().map(Vec::as_slice).unwrap_or_default();
        error += network.error(outputs, wanted);
        if !is_wanted {
            continue;
        }
        // Both errors have the same derivative by the sums of the last layer.
        deltas.clear();
        deltas.extend(outputs.iter().zip(wanted).map(|(output, wanted): (&f64, &f64)| output - wanted));
        let mut end = sums.len();
        for (layer, own) in network.layers.iter().zip(&values).rev() {
            let start = end - layer.weights.len();
            if let Some(sums) = sums.get_mut(start..end) {
                for (row, delta) in sums.chunks_exact_mut(layer.inputs + 1).zip(&deltas) {
                    row.iter_mut()
                        .zip(own.iter().chain([&1.0]))
                        .for_each(|(sum, value)| *sum += delta * value);
                }
            }
            before.clear();
            before.resize(layer.inputs, 0.0);
            for ((weights, _), delta) in layer.rows().zip(&deltas) {
                before.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += delta * weight);
            }
            before.iter_mut().zip(own).for_each(|(delta, value)| *delta *= 1.0 - value * value);
            std::mem::swap(&mut deltas, &mut before);
            end = start;
        }
    }
    (error, sums)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

    use super::super::Answer;
    use super::*;

    /// Central differences of the error.
    #[test]
    fn the_gradient_is_the_slope_of_the_error() {
        let control = Control { threads: 2, is_canceled: &|| false };
        let inputs: Vec<f64> = (0..60).map(|value| (f64::from(value) * 0.7).sin()).collect();
        for (answer, outputs) in [(Answer::Numbers, [0.3, -0.2]), (Answer::Categories, [1.0, 0.0])] {
            let wanted: Vec<f64> = (0..20).flat_map(|_| outputs).collect();
            let samples = Samples { inputs: &inputs, width: 3, outputs: &wanted, targets: 2 };
            let mut network = Network::new(&[3, 4, 2, 2], answer);
            let weights: Vec<f64> = (0..network.size()).map(|at| (at as f64 * 1.3).cos() / 2.0).collect();
            network.set(&weights);
            let (_, found) = gradient(&network, &samples, true, control).unwrap();
            for at in 0..weights.len() {
                let mut error = |step: f64| {
                    let mut moved = weights.clone();
                    moved[at] += step;
                    network.set(&moved);
                    gradient(&network, &samples, false, control).unwrap().0
                };
                let slope = (error(1e-5) - error(-1e-5)) / 2e-5;
                assert!((slope - found[at]).abs() < 1e-9, "{at}: {slope} {}", found[at]);
            }
        }
    }
}
