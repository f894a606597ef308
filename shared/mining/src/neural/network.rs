//! A net and its outputs.

/// The meaning of outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Numbers; the error is half the squared difference.
    Numbers,
    /// Probabilities of categories (softmax); the error is the cross entropy.
    Categories,
}

/// A layer: the weights of each neuron, the bias last.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// The number of inputs.
    pub inputs: usize,
    /// The number of neurons.
    pub neurons: usize,
    /// The weights, neuron by neuron.
    pub weights: Vec<f64>,
}

impl Layer {
    /// The weights of each neuron and its bias.
    pub fn rows(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.weights.chunks_exact(self.inputs + 1).map(|row| match row.split_last() {
            Some((bias, weights)) => (weights, *bias),
            None => (row, 0.0),
        })
    }
}

/// A net. Hidden layers have the hyperbolic tangent, the last one has no function of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// The layers, in order.
    pub layers: Vec<Layer>,
    /// The meaning of outputs.
    pub answer: Answer,
}

impl Network {
    /// A net of these sizes, from the inputs to the outputs, whose weights are all 0.
    pub(super) fn new(sizes: &[usize], answer: Answer) -> Self {
        let layers = sizes.windows(2).filter_map(|pair| match pair {
            [inputs, neurons] => {
                let weights = vec![0.0; (inputs + 1) * neurons];
                Some(Layer { inputs: *inputs, neurons: *neurons, weights })
            }
            _ => None,
        });
        Self { layers: layers.collect(), answer }
    }

    /// The number of weights.
    pub(super) fn size(&self) -> usize {
        self.layers.iter().map(|layer| layer.weights.len()).sum()
    }

    /// Sets all weights.
    pub(super) fn set(&mut self, weights: &[f64]) {
        let mut weights = weights.iter();
        for weight in self.layers.iter_mut().flat_map(|layer| &mut layer.weights) {
            *weight = weights.next().copied().unwrap_or_default();
        }
    }

    /// The values of each layer for a record; the first are the inputs. The lists keep their memory.
    pub(super) fn values(&self, inputs: &[f64], values: &mut Vec<Vec<f64>>) {
        values.resize(self.layers.len() + 1, Vec::new());
        if let Some(first) = values.first_mut() {
            first.clear();
            first.extend_from_slice(inputs);
        }
        for (at, layer) in self.layers.iter().enumerate() {
            let is_last = at + 1 == self.layers.len();
            let (before, behind) = values.split_at_mut(at + 1);
            let (Some(before), Some(behind)) = (before.last(), behind.first_mut()) else { return };
            behind.clear();
            for (weights, bias) in layer.rows() {
                let sum =
                    bias + weights.iter().zip(before).map(|(weight, value)| weight * value).sum::<f64>();
                behind.push(if is_last { sum } else { sum.tanh() });
            }
        }
        if self.answer == Answer::Categories
            && let Some(last) = values.last_mut()
        {
            let largest = last.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            last.iter_mut().for_each(|value| *value = (*value - largest).exp());
            let sum: f64 = last.iter().sum();
            last.iter_mut().for_each(|value| *value /= sum);
        }
    }

    /// The outputs for a record.
    pub fn outputs(&self, inputs: &[f64]) -> Vec<f64> {
        let mut values = Vec::new();
        self.values(inputs, &mut values);
        values.pop().unwrap_or_default()
    }

    /// The error of outputs.
    pub(super) fn error(&self, outputs: &[f64], wanted: &[f64]) -> f64 {
        let pairs = outputs.iter().zip(wanted);
        match self.answer {
            Answer::Numbers => {
                pairs.map(|(output, wanted)| (output - wanted) * (output - wanted) / 2.0).sum()
            }
            // The smallest number keeps a wrong certainty finite.
            Answer::Categories => {
                pairs.map(|(output, wanted)| -wanted * output.max(f64::MIN_POSITIVE).ln()).sum()
            }
        }
    }
}
