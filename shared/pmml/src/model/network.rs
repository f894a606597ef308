//! Neural networks.

use super::activation::{activate, normalize};
use super::output::{Meaning, denormalize, meaning};
use super::{Scratch, TILE, Tally, invalid, unsupported};
use crate::document::{
    Activation, ActivationFunction, Document, NeuralLayer, NeuralNetwork, Neuron, Normalization,
};
use crate::error::PmmlError;
use crate::program::{Fields, Slot};

/// A feed-forward network.
#[derive(Debug)]
pub(crate) struct Network {
    inputs: usize,
    units: usize,
    layers: Vec<Layer>,
    /// The units whose outputs are read.
    outputs: Vec<usize>,
    meaning: Meaning,
    /// Whether the outputs are normalized to a sum of one, which makes them probabilities.
    normalized: bool,
    pub(crate) categories: Vec<String>,
}

#[derive(Debug)]
struct Layer {
    function: ActivationFunction,
    normalization: Normalization,
    threshold: f64,
    neurons: Vec<Cell>,
}

#[derive(Debug)]
struct Cell {
    bias: f64,
    /// For the radial basis: fan-in times the logarithm of the altitude, and twice the squared
    /// width.
    radial: (f64, f64),
    connections: Vec<(usize, f64)>,
}

impl Network {
    pub(crate) fn compile(
        document: &Document,
        network: &NeuralNetwork,
        target: &str,
    ) -> Result<Self, PmmlError> {
        let (meaning, categories) = meaning(document, network, target)?;
        let last = network.layers.len().saturating_sub(1);
        let mut layers = Vec::new();
        for (place, layer) in network.layers.iter().enumerate() {
            layers.push(Layer::compile(layer, &network.defaults, place == last)?);
        }
        let inputs = network.inputs.len();
        let units = inputs + layers.iter().map(|l| l.neurons.len()).sum::<usize>();
        let outputs: Vec<usize> = network.outputs.iter().map(|o| o.unit).collect();
        let normalized = layers.last().is_some_and(|layer| {
            let all = (units - layer.neurons.len()..units).all(|unit| outputs.contains(&unit));
            layer.normalization != Normalization::None && all && outputs.len() == layer.neurons.len()
        });
        Ok(Self { inputs, units, layers, outputs, meaning, normalized, categories })
    }

    /// Compiles what enters the network.
    pub(crate) fn features<'a>(
        network: &'a NeuralNetwork,
        fields: &mut Fields<'a>,
    ) -> Result<Vec<Slot>, PmmlError> {
        network.inputs.iter().map(|input| fields.number_derived(&input.field)).collect()
    }

    /// The number of probabilities that the network defines.
    pub(crate) fn probabilities(&self) -> usize {
        if self.normalized { self.categories.len() } else { 0 }
    }

    /// The number of decisions behind a classification.
    pub(crate) fn decisions(&self) -> usize {
        if self.normalized { 0 } else { self.categories.len() }
    }

    pub(super) fn run(&self, columns: &[&[f64]], rows: usize, tally: &mut Tally, scratch: &mut Scratch) {
        // Unit by unit, so that a connection is one operation on a column of rows.
        scratch.matrix.resize(self.units * TILE, 0.0);
        for from in (0..rows).step_by(TILE) {
            let tile = TILE.min(rows - from);
            for (unit, column) in scratch.matrix.chunks_exact_mut(TILE).zip(columns) {
                unit[..tile].copy_from_slice(&column[from..from + tile]);
            }
            self.feed_forward(&mut scratch.matrix);
            self.read(&scratch.matrix, tile, tally);
        }
    }

    fn feed_forward(&self, units: &mut [f64]) {
        let mut first = self.inputs;
        for layer in &self.layers {
            let (before, rest) = units.split_at_mut(first * TILE);
            let (outputs, _) = rest.split_at_mut(layer.neurons.len() * TILE);
            for (neuron, z) in layer.neurons.iter().zip(outputs.chunks_exact_mut(TILE)) {
                neuron.sum(layer.function, before, z);
                activate(layer.function, layer.threshold, z);
            }
            normalize(layer.normalization, outputs, TILE);
            first += layer.neurons.len();
        }
    }

    fn read(&self, units: &[f64], tile: usize, tally: &mut Tally) {
        let output = |place: usize| &units[self.outputs[place] * TILE..][..tile];
        if let Meaning::Number { points, clamp } = &self.meaning {
            tally.numbers.extend(output(0).iter().map(|y| denormalize(points, *clamp, *y)));
            return;
        }
        for row in 0..tile {
            let mut best = 0;
            for place in 1..self.outputs.len() {
                if output(place)[row] > output(best)[row] {
                    best = place;
                }
            }
            tally.winners.push(best as u32);
        }
        let columns = if self.normalized { &mut tally.probabilities } else { &mut tally.decisions };
        for (place, column) in columns.iter_mut().enumerate() {
            column.extend_from_slice(output(place));
        }
    }
}

impl Layer {
    fn compile(layer: &NeuralLayer, defaults: &Activation, last: bool) -> Result<Self, PmmlError> {
        let own = &layer.activation;
        let at = &layer.location;
        let function = own.function.or(defaults.function);
        let function = function.ok_or_else(|| invalid(at, "no activationFunction"))?;
        let normalization = match (own.normalization, defaults.normalization) {
            (Some(own), _) => own,
            (None, None | Some(Normalization::None)) => Normalization::None,
            (None, Some(default)) if last => default,
            // The specification leaves open whether the network's method is for every layer.
            (None, Some(_)) => {
                return Err(unsupported(at, "a network's normalizationMethod on a hidden layer"));
            }
        };
        let width = own.width.or(defaults.width);
        let altitude = own.altitude.or(defaults.altitude).unwrap_or(1.0);
        let mut neurons = Vec::new();
        for neuron in &layer.neurons {
            let radial = match function {
                ActivationFunction::RadialBasis => radial(layer, neuron, width, altitude)?,
                _ => (0.0, 1.0),
            };
            let connections = neuron.connections.iter().map(|c| (c.from, c.weight)).collect();
            neurons.push(Cell { bias: neuron.bias, radial, connections });
        }
        let threshold = own.threshold.or(defaults.threshold).unwrap_or(0.0);
        Ok(Self { function, normalization, threshold, neurons })
    }
}

fn radial(
    layer: &NeuralLayer,
    neuron: &Neuron,
    width: Option<f64>,
    altitude: f64,
) -> Result<(f64, f64), PmmlError> {
    let at = &layer.location;
    let id = &neuron.id;
    let width = neuron.width.or(width).filter(|w| *w != 0.0);
    let width = width.ok_or_else(|| invalid(at, format!("neuron {id:?} has no width")))?;
    let altitude = neuron.altitude.unwrap_or(altitude);
    if altitude <= 0.0 {
        return Err(invalid(at, format!("neuron {id:?} has no positive altitude")));
    }
    if neuron.bias != 0.0 {
        return Err(unsupported(at, "a bias of a radialBasis neuron"));
    }
    Ok((neuron.connections.len() as f64 * altitude.ln(), 2.0 * width * width))
}

impl Cell {
    /// The weighted sums Z of a tile of rows; for the radial basis already the output.
    fn sum(&self, function: ActivationFunction, units: &[f64], z: &mut [f64]) {
        z.fill(self.bias);
        let radial = function == ActivationFunction::RadialBasis;
        for (from, weight) in &self.connections {
            let inputs = &units[from * TILE..][..TILE];
            if radial {
                for (z, x) in z.iter_mut().zip(inputs) {
                    *z += (x - weight) * (x - weight);
                }
            } else {
                for (z, x) in z.iter_mut().zip(inputs) {
                    *z += weight * x;
                }
            }
        }
        if radial {
            let (height, reach) = self.radial;
            for z in z {
                *z = (height - *z / reach).exp();
            }
        }
    }
}
