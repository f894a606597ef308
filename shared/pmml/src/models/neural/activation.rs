//! Activation functions and normalizations.
//!
//! <https://dmg.org/pmml/v4-4/NeuralNetwork.html>

use std::f64::consts::PI;

use super::document::{ActivationFunction, Normalization};

/// Applies `function` to the weighted sums of a neuron. The radial basis is computed elsewhere, because it
/// depends on more than the sum.
pub(super) fn activate(function: ActivationFunction, threshold: f64, z: &mut [f64]) {
    use ActivationFunction as F;
    match function {
        F::Identity | F::RadialBasis => {}
        F::Threshold => each(z, |z| if z > threshold { 1.0 } else { 0.0 }),
        F::Logistic => each(z, |z| 1.0 / (1.0 + (-z).exp())),
        F::Tanh => each(z, f64::tanh),
        F::Exponential => each(z, f64::exp),
        F::Reciprocal => each(z, |z| 1.0 / z),
        F::Square => each(z, |z| z * z),
        F::Gauss => each(z, |z| (-(z * z)).exp()),
        F::Sine => each(z, f64::sin),
        F::Cosine => each(z, f64::cos),
        F::Elliott => each(z, |z| z / (1.0 + z.abs())),
        F::Arctan => each(z, |z| 2.0 * z.atan() / PI),
        F::Rectifier => each(z, |z| z.max(0.0)),
    }
}

fn each(z: &mut [f64], f: impl Fn(f64) -> f64) {
    for z in z {
        *z = f(*z);
    }
}

/// Normalizes the outputs of a layer together: `outputs` has `rows` numbers for each neuron.
pub(super) fn normalize(method: Normalization, outputs: &mut [f64], rows: usize) {
    if method == Normalization::None {
        return;
    }
    let cells = outputs.len();
    for row in 0..rows {
        let neurons = || (row..cells).step_by(rows);
        if method == Normalization::Softmax {
            // Subtracting the largest one changes nothing, but keeps exp() in range.
            let largest = neurons().map(|i| outputs[i]).fold(f64::NEG_INFINITY, f64::max);
            for i in neurons() {
                outputs[i] = (outputs[i] - largest).exp();
            }
        }
        let sum: f64 = neurons().map(|i| outputs[i]).sum();
        for i in neurons() {
            outputs[i] /= sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(function: ActivationFunction, z: f64) -> f64 {
        let mut z = [z];
        activate(function, 0.5, &mut z);
        z[0]
    }

    /// Documented algorithm: dmg.org's definitions, evaluated by hand.
    #[test]
    fn activation_functions_are_those_of_the_specification() {
        use ActivationFunction as F;
        assert_eq!((at(F::Threshold, 0.5), at(F::Threshold, 0.6)), (0.0, 1.0));
        assert_eq!((at(F::Logistic, 0.0), at(F::Logistic, 3.0_f64.ln())), (0.5, 0.75));
        // (1 − 1/9) / (1 + 1/9) = 0.8 for z = ln 3.
        assert!((at(F::Tanh, 3.0_f64.ln()) - 0.8).abs() < 1e-15);
        assert_eq!(at(F::Identity, -1.5), -1.5);
        assert!((at(F::Exponential, 2.0_f64.ln()) - 2.0).abs() < 1e-15);
        assert_eq!(at(F::Reciprocal, 4.0), 0.25);
        assert_eq!(at(F::Square, -3.0), 9.0);
        assert!((at(F::Gauss, 2.0_f64.ln().sqrt()) - 0.5).abs() < 1e-15);
        assert!((at(F::Sine, PI / 6.0) - 0.5).abs() < 1e-15);
        assert!((at(F::Cosine, PI / 3.0) - 0.5).abs() < 1e-15);
        assert_eq!((at(F::Elliott, -3.0), at(F::Elliott, 1.0)), (-0.75, 0.5));
        assert_eq!(at(F::Arctan, 1.0), 0.5);
        assert_eq!((at(F::Rectifier, -2.0), at(F::Rectifier, 2.0)), (0.0, 2.0));
    }

    #[test]
    fn normalizations_share_out_one() {
        // Two neurons, two rows: (1, 3) and (ln 1, ln 3).
        let mut outputs = [1.0, 2.0, 3.0, 6.0];
        normalize(Normalization::Simplemax, &mut outputs, 2);
        assert_eq!(outputs, [0.25, 0.25, 0.75, 0.75]);
        let mut outputs = [0.0, 3.0_f64.ln()];
        normalize(Normalization::Softmax, &mut outputs, 1);
        assert!((outputs[0] - 0.25).abs() < 1e-15 && (outputs[1] - 0.75).abs() < 1e-15);
        let mut outputs = [1000.0, 1000.0];
        normalize(Normalization::Softmax, &mut outputs, 1);
        assert_eq!(outputs, [0.5, 0.5], "exp(1000) is out of range, the result is not");
    }
}
